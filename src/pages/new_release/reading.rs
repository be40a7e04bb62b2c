//! What the chosen files are: pending, broken, misnamed, missing, applied.

use slipway_release::alarms::{self, Alarm};
use yew::prelude::*;

use super::place::Place;
use crate::{
    components::{
        Badge, BadgeKind, Callout, CalloutKind, Column, Details, Live, Loading, Mono, Table,
    },
    store::{Folder, Remote, use_store},
};

const COLUMNS: [Column; 3] = [
    Column::new("Order"),
    Column::new("Script"),
    Column::new("State"),
];

/// What the chosen files are.
#[component]
pub(super) fn Reading() -> Html {
    let store = use_store();
    match &store.state.folder {
        Remote::Idle => Html::default(),
        Remote::Loading => html! { <Loading label="Reading the migrations" /> },
        Remote::Failed(sentence) => html! {
            <Callout kind={CalloutKind::Danger} title="The migrations could not be read.">
                { format!("{sentence} Nothing was changed.") }
            </Callout>
        },
        Remote::Ready(folder) => html! {
            <div class="reading">
                <Place folder={folder.clone()} />
                if folder.is_settled() {
                    <Found folder={folder.clone()} />
                }
            </div>
        },
    }
}

#[derive(Properties, PartialEq)]
struct FoundProps {
    folder: std::rc::Rc<Folder>,
}

#[component]
fn Found(props: &FoundProps) -> Html {
    let store = use_store();
    let Folder {
        origin,
        reading,
        alarms,
        problems,
        ..
    } = &*props.folder;
    let all = reading.pending.len() + reading.applied.len();
    let world = store.state.world.ready();
    let unknown = world.and_then(|world| alarms::unknown(reading, &world.releases));
    let said = format!(
        "{} of {all} pending, from {origin}",
        match reading.pending.len() {
            0 => "None".to_owned(),
            n => n.to_string(),
        }
    );
    html! {
        <>
            <p class="reading__sum"><strong>{ &said }</strong></p>
            <Live text={said} />
            if !problems.is_empty() {
                <Callout kind={CalloutKind::Danger} title={cannot_run(problems.len())}>
                    { "Mend what is named below and choose the folder again." }
                </Callout>
            }
            if !reading.misnamed.is_empty() {
                <Callout kind={CalloutKind::Warning} title={ignored(reading.misnamed.len())}>
                    { "A migration’s name begins with digits and ends with .js or .ts: " }
                    { names(&reading.misnamed) }
                </Callout>
            }
            { for alarms.iter().map(alarm) }
            if !reading.pending.is_empty() {
                <Table caption="Pending scripts, in the order they will run" columns={COLUMNS.to_vec()}>
                    { for reading.pending.iter().enumerate().map(|(index, name)| pending(index, name, problems)) }
                </Table>
            }
            if !reading.applied.is_empty() {
                <Details summary={ran(reading.applied.len())}>{ list(&reading.applied) }</Details>
            }
            if let Some(unknown) = unknown {
                <p class="subtle small">{ unknown }</p>
            }
        </>
    }
}

fn pending(index: usize, name: &str, problems: &[(String, String)]) -> Html {
    let problem = problems
        .iter()
        .find(|(broken, _)| broken == name)
        .map(|(_, problem)| problem);
    html! {
        <tr key={name.to_owned()}>
            <td class="reading__order">{ index + 1 }</td>
            <th scope="row">
                <Mono text={name.to_owned()} />
                if let Some(problem) = problem {
                    <pre class="reading__problem">{ problem }</pre>
                }
            </th>
            <td>
                if problem.is_some() {
                    <Badge kind={BadgeKind::Danger} label="Cannot run" />
                } else {
                    <Badge kind={BadgeKind::Primary} label="Pending" />
                }
            </td>
        </tr>
    }
}

fn names(names: &[String]) -> Html {
    let last = names.len().saturating_sub(1);
    let drawn = names.iter().enumerate().map(|(index, name)| {
        html! { <><Mono text={name.clone()} />{ if index == last { "." } else { ", " } }</> }
    });
    html! { { for drawn } }
}

fn list(names: &[String]) -> Html {
    let lines = names
        .iter()
        .map(|name| html! { <li key={name.clone()}><Mono text={name.clone()} /></li> });
    html! { <ul class="plain">{ for lines }</ul> }
}

fn cannot_run(number: usize) -> String {
    match number {
        1 => "1 pending script cannot run.".to_owned(),
        n => format!("{n} pending scripts cannot run."),
    }
}

fn ignored(number: usize) -> String {
    match number {
        1 => "1 file is ignored because of its name.".to_owned(),
        n => format!("{n} files are ignored because of their names."),
    }
}

/// What looks wrong with the folder as a whole, with the files it is about.
fn alarm(alarm: &Alarm) -> Html {
    html! {
        <Callout key={alarm.title()} kind={CalloutKind::Warning} title={alarm.title()}>
            { alarm.explanation() }
            { list(&alarm.lines()) }
        </Callout>
    }
}

fn ran(number: usize) -> String {
    match number {
        1 => "1 script has run already".to_owned(),
        n => format!("{n} scripts have run already"),
    }
}
