//! Which folder of what was chosen holds the migrations: shown with the reason, and changed here.

use slipway_scripts::{Because, Survey};
use web_sys::HtmlSelectElement;
use yew::prelude::*;

use crate::{
    components::{Button, Callout, CalloutKind, Field, FieldControl, Mono},
    store::{Command, Folder, use_store},
};

#[derive(Properties, PartialEq)]
pub(super) struct PlaceProps {
    pub(super) folder: std::rc::Rc<Folder>,
}

/// Where the migrations are. Says nothing where there is nothing to say: the chosen folder is the migrations folder.
#[component]
pub(super) fn Place(props: &PlaceProps) -> Html {
    let store = use_store();
    let found = &props.folder.found;
    let ours = store.session.config.models().ledger;
    let on_choose = {
        let store = store.clone();
        Callback::from(move |event: Event| {
            let select: HtmlSelectElement = event.target_unchecked_into();
            store.send(Command::UseDirectory(select.value()));
        })
    };
    let ledger = props.folder.other_ledger(&ours).map(|theirs| {
        html! {
            <Callout kind={CalloutKind::Danger} title="The two tools would not know of each other’s migrations.">
                { "The configuration file of the DatoCMS CLI records which migrations ran in the model " }<Mono text={theirs.to_owned()} />
                { ", Slipway’s settings in " }<Mono text={ours.clone()} />
                { ". Enter the same model in Slipway’s settings, then choose the folder again. " }
                <Button label="Open settings" small=true on_press={store.asks(Command::OpenSettings)} />
            </Callout>
        }
    });
    let is_plain = found.because == Because::Chosen && found.folders.len() < 2;
    html! {
        <>
            if let Some((kind, title, sentence)) = trouble(found) {
                <Callout {kind} {title}>{ sentence }</Callout>
            }
            if !is_plain && !found.folders.is_empty() && found.because != Because::Nothing {
                <Choice found={found.clone()} {on_choose} />
            }
            { for ledger }
        </>
    }
}

#[derive(Properties, Clone, PartialEq)]
struct ChoiceProps {
    found: Survey,
    on_choose: Callback<Event>,
}

/// The folders to choose from.
#[component]
fn Choice(props: &ChoiceProps) -> Html {
    let ChoiceProps { found, on_choose } = props.clone();
    let hint = reason(&found.because).map(AttrValue::from);
    let control = Callback::from(move |control: FieldControl| {
        let option = |folder: &String| {
            let selected = found.directory.as_ref() == Some(folder);
            let shown = if folder.is_empty() {
                "The chosen folder itself"
            } else {
                folder
            };
            html! { <option key={folder.clone()} value={folder.clone()} {selected}>{ shown }</option> }
        };
        html! {
            <select class="input mono" id={control.id} aria-describedby={control.described_by} onchange={on_choose.clone()}>
                if found.directory.is_none() {
                    <option value="" selected=true disabled=true>{ "Choose one" }</option>
                }
                { for found.folders.iter().map(option) }
            </select>
        }
    });
    html! { <Field label="Migrations folder" {hint} {control} /> }
}

/// Why it is that folder, as a sentence.
fn reason(because: &Because) -> Option<String> {
    match because {
        Because::Config(file) => Some(format!("As {file} says.")),
        Because::Only => {
            Some("The only folder here with files that are named like migrations.".to_owned())
        }
        Because::Person => Some("As you chose.".to_owned()),
        Because::Planned => {
            Some("The folder with the scripts of the release under way.".to_owned())
        }
        Because::Chosen
        | Because::Several
        | Because::Nothing
        | Because::NotThere { .. }
        | Because::Unreadable { .. } => None,
    }
}

/// What a person has to know or do, if anything.
fn trouble(found: &Survey) -> Option<(CalloutKind, String, String)> {
    let (kind, title, sentence) = match &found.because {
        Because::Several => (
            CalloutKind::Warning,
            "Several folders may hold the migrations.".to_owned(),
            "Choose the one whose scripts are to run.".to_owned(),
        ),
        Because::Nothing => (
            CalloutKind::Warning,
            "No file here is named like a migration.".to_owned(),
            "A migration’s name begins with digits and ends with .js or .ts.".to_owned(),
        ),
        Because::NotThere { file, directory } => (
            CalloutKind::Warning,
            format!("{file} names the folder {directory}, which is not among what you chose."),
            "Choose the repository that holds both, or say here which folder it is.".to_owned(),
        ),
        Because::Unreadable { file, reason } => (
            CalloutKind::Warning,
            format!("{file} could not be read."),
            format!("The browser said: {reason}. Say here which folder holds the migrations."),
        ),
        Because::Chosen
        | Because::Config(_)
        | Because::Only
        | Because::Person
        | Because::Planned => return None,
    };
    Some((kind, title, sentence))
}
