//! Choosing the migration files again: they are never kept in the browser, so a reloaded page has none.

use slipway_release::view::migrations::Unavailable;
use web_sys::HtmlInputElement;
use yew::prelude::*;

use crate::{
    components::{Button, Mono, use_unique_id},
    ports::folder::Chosen,
    store::{Command, Remote, use_store},
};

/// What the chooser needs.
#[derive(Properties, PartialEq)]
pub(super) struct MigrationFilesProps {
    /// What is not at hand.
    pub(super) lacking: Vec<Unavailable>,
}

/// Asks for the folder, in a few lines.
#[component]
pub(super) fn MigrationFiles(props: &MigrationFilesProps) -> Html {
    let store = use_store();
    let id = use_unique_id("files");
    let is_over = use_state_eq(|| false);
    let onchange = {
        let store = store.clone();
        Callback::from(move |event: Event| {
            let input = event.target_unchecked_into::<HtmlInputElement>();
            if let Some(files) = input.files() {
                store.send(Command::Choose(Chosen::from_input(&files)));
            }
            // The same folder can be chosen again after its files were put right.
            input.set_value("");
        })
    };
    let ondrop = {
        let (store, setter) = (store.clone(), is_over.setter());
        Callback::from(move |event: DragEvent| {
            event.prevent_default();
            setter.set(false);
            if let Some(transfer) = event.data_transfer() {
                store.send(Command::Choose(Chosen::from_drop(&transfer)));
            }
        })
    };
    let ondragover = {
        let setter = is_over.setter();
        Callback::from(move |event: DragEvent| {
            event.prevent_default();
            setter.set(true);
        })
    };
    let ondragleave = {
        let setter = is_over.setter();
        Callback::from(move |_: DragEvent| setter.set(false))
    };
    let from_manifest = store.session.config.migrations_url.clone().map(|url| {
        let fetch = store.asks::<()>(Command::FetchManifest { url });
        let busy = store.state.folder == Remote::Loading;
        html! { <Button label="Fetch them again" on_press={fetch} {busy} small=true /> }
    });
    let remembered = store.state.remembered.clone().map(|name| {
        let label = format!("Use “{name}” again");
        html! { <Button {label} on_press={store.asks::<()>(Command::UseRemembered)} small=true /> }
    });
    html! {
        <div class={classes!("files", is_over.then_some("files--over"))} {ondrop} {ondragover} {ondragleave}>
            { reason(&props.lacking, store.state.folder.ready().map(|folder| folder.origin.as_str())) }
            <div class="files__choose">
                <label class="files__label" for={id.clone()}>{ "Choose the migrations folder" }</label>
                <input {id} class="files__input" type="file" multiple=true webkitdirectory=true {onchange} />
                <span class="subtle small">{ "or drop it here" }</span>
                { remembered }
                { from_manifest }
            </div>
            if let Remote::Failed(sentence) = &store.state.folder {
                <p class="field__error" role="alert">{ sentence }</p>
            }
        </div>
    }
}

/// Why files are asked for: none were chosen yet, or the chosen ones are not the planned ones.
fn reason(lacking: &[Unavailable], chosen_from: Option<&str>) -> Html {
    let Some(origin) = chosen_from else {
        return html! {
            <p class="small">
                { "This page does not have the migration files: scripts are never stored in the browser. Choose the same folder again." }
            </p>
        };
    };
    let files = lacking.iter().map(|file| {
        let (name, what) = match file {
            Unavailable::Missing(name) => (name, "is not there".to_owned()),
            Unavailable::Changed(name) => (name, "is not as it was planned".to_owned()),
            Unavailable::ImportChanged { name, path } => (
                name,
                format!("imports {path}, which is not as it was planned"),
            ),
            Unavailable::ImportsUnread(name) => (
                name,
                "imports what is not there or cannot be read".to_owned(),
            ),
        };
        html! { <li key={name.clone()}><Mono text={name.clone()} />{ format!(" {what}") }</li> }
    });
    html! {
        <>
            <p class="small" role="alert">
                { format!("{origin} does not hold what was planned. Choose the folder with the planned files, or give this release up and plan anew.") }
            </p>
            <ul class="files__names">{ for files }</ul>
        </>
    }
}
