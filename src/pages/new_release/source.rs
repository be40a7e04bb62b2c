//! Where the migrations come from: a folder, single files, a drop, or an address.

use web_sys::HtmlInputElement;
use yew::prelude::*;

use crate::{
    components::{Button, Icon, Shape, TextField, use_unique_id},
    ports::folder::Chosen,
    store::{Command, Remote, use_store},
};

/// Where the migrations come from.
#[component]
pub(super) fn Source() -> Html {
    let store = use_store();
    let over = use_state_eq(|| false);
    let choose = {
        let store = store.clone();
        Callback::from(move |chosen| store.send(Command::Choose(chosen)))
    };
    let hovering = |is_over: bool| {
        let setter = over.setter();
        Callback::from(move |event: DragEvent| {
            event.prevent_default();
            setter.set(is_over);
        })
    };
    let ondrop = {
        let (choose, setter) = (choose.clone(), over.setter());
        Callback::from(move |event: DragEvent| {
            event.prevent_default();
            setter.set(false);
            // The dropped things can be taken over only while the event lasts.
            if let Some(transfer) = event.data_transfer() {
                choose.emit(Chosen::from_drop(&transfer));
            }
        })
    };
    html! {
        <>
            <div class={classes!("drop", over.then_some("drop--over"))} ondragenter={hovering(true)}
                ondragover={hovering(true)} ondragleave={hovering(false)} {ondrop}>
                <p class="drop__line">{ "Drop your migrations folder here, or" }</p>
                <div class="drop__pickers">
                    if let Some(name) = store.state.remembered.clone() {
                        <Button label={format!("Use “{name}” again")} on_press={store.asks(Command::UseRemembered)} />
                    }
                    <Picker label="Choose a folder" shape={Shape::Folder} folder=true on_choose={choose.clone()} />
                    <Picker label="Choose files" shape={Shape::File} folder=false on_choose={choose} />
                </div>
                <p class="field__hint">
                    { "The folder of the official CLI, with files such as " }<code>{ "1700000000_addTopics.ts" }</code>
                    { ", or the whole repository around it. The files stay in this browser; they run in a sandbox without network and without your token. Most browsers do not let Slipway remember a folder: choose it again for each release." }
                </p>
            </div>
            <ManifestAddress />
        </>
    }
}

#[derive(Properties, PartialEq)]
struct PickerProps {
    label: AttrValue,
    shape: Shape,
    /// Whole folders instead of single files.
    folder: bool,
    on_choose: Callback<Chosen>,
}

/// The browser's own file picker behind a label that looks like a button.
#[component]
fn Picker(props: &PickerProps) -> Html {
    let id = use_unique_id("picker");
    let onchange = {
        let on_choose = props.on_choose.clone();
        Callback::from(move |event: Event| {
            let input: HtmlInputElement = event.target_unchecked_into();
            if let Some(files) = input.files() {
                on_choose.emit(Chosen::from_input(&files));
            }
            // So that choosing the same again, after a file was mended, is a change too.
            input.set_value("");
        })
    };
    html! {
        <span class="picker">
            <input class="picker__input" type="file" id={id.clone()} multiple=true
                webkitdirectory={props.folder} {onchange} />
            <label class="button" for={id}><Icon shape={props.shape} />{ &props.label }</label>
        </span>
    }
}

/// A manifest that a team's CI publishes.
#[component]
fn ManifestAddress() -> Html {
    let store = use_store();
    let configured = store
        .session
        .config
        .migrations_url
        .clone()
        .unwrap_or_default();
    let url = use_state(|| configured);
    let on_input = {
        let setter = url.setter();
        Callback::from(move |text| setter.set(text))
    };
    let disabled_reason = url
        .trim()
        .is_empty()
        .then_some(AttrValue::Static("Enter the manifest’s address first."));
    let fetch = store.asks(Command::FetchManifest {
        url: url.trim().to_owned(),
    });
    html! {
        <div class="address">
            <TextField label="Or the address of a manifest" kind="url" mono=true value={(*url).clone()} {on_input}
                placeholder="https://ci.example.com/migrations/manifest.json"
                hint="A list of the files with their SHA-256 hashes, as your CI publishes it. Every file is checked against its hash." />
            <Button label="Fetch" {disabled_reason} on_press={fetch}
                busy={matches!(store.state.folder, Remote::Loading)} />
        </div>
    }
}
