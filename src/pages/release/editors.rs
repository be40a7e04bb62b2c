//! Who is editing while a release wants to freeze, and waiting for them.

use datocms_client::Timestamp;
use gloo_timers::callback::Interval;
use slipway_release::{
    Phase, Release,
    observed::Editor,
    view::{action::Action, time},
};
use yew::prelude::*;

use crate::{
    components::{Checkbox, Live},
    ports::page,
    store::{Command, use_store},
};

/// How often it is looked whether people are still editing, in milliseconds.
const LOOK_EVERY: u32 = 4_000;

/// What the list needs.
#[derive(Properties, PartialEq)]
pub(super) struct EditorsProps {
    /// The release that wants to freeze.
    pub(super) release: Release,
    /// Now.
    pub(super) now: Timestamp,
}

/// Who is editing what, and a wish to freeze once nobody is.
#[component]
pub(super) fn Editors(props: &EditorsProps) -> Html {
    let store = use_store();
    let waiting = use_state_eq(|| false);
    let editors = store
        .state
        .world
        .ready()
        .and_then(|world| world.editors.clone());
    use_effect_with((), {
        let store = store.clone();
        move |()| {
            let looking = Interval::new(LOOK_EVERY, move || {
                if page::is_visible() {
                    store.send(Command::Look);
                }
            });
            move || drop(looking)
        }
    });
    let nobody_edits = editors.as_ref().is_some_and(Vec::is_empty);
    let may = store.session.abilities.missing().is_empty();
    use_effect_with((*waiting, nobody_edits), {
        let (store, setter) = (store.clone(), waiting.setter());
        let (id, step) = (
            props.release.plan().id.clone(),
            props.release.phase().step(),
        );
        move |(waiting, nobody_edits)| {
            if *waiting && *nobody_edits {
                setter.set(false);
                if let Some(step) = step {
                    let action = Action::Perform(step);
                    store.send(Command::Press {
                        release: id,
                        action,
                    });
                }
            }
        }
    });
    let Some(editors) = editors else {
        return html! {
            <p class="subtle small">{ "The CMS did not say who is editing. Freezing asks it again." }</p>
        };
    };
    if editors.is_empty() {
        return html! { <p class="subtle small">{ "Nobody is editing a record right now." }</p> };
    }
    let (now, setter) = (props.now, waiting.setter());
    html! {
        <div class="editors">
            <p class="editors__title">{ heading(editors.len()) }</p>
            <ul class="editors__list">{ for editors.iter().map(|editor| row(editor, now)) }</ul>
            if matches!(props.release.phase(), Phase::Ready(_)) {
                <p class="subtle small">
                    { "Freezing waits for them: what they have not saved by then could not be saved." }
                </p>
            }
            if may {
                <Checkbox label="Freeze as soon as they have finished" checked={*waiting}
                    on_change={Callback::from(move |wish| setter.set(wish))} />
                <Live text={if *waiting { "Waiting for the editors to finish." } else { "" }} />
            }
        </div>
    }
}

fn heading(count: usize) -> String {
    match count {
        1 => "1 person is editing".to_owned(),
        n => format!("{n} records are open for editing"),
    }
}

fn row(editor: &Editor, now: Timestamp) -> Html {
    let record = &editor.record;
    let what = match &editor.model {
        Some(model) => format!("{model} “{record}”"),
        None => format!("“{record}”"),
    };
    let seen = time::ago(now.as_millis() - editor.last_activity_at.as_millis());
    let locked = if editor.locked {
        ", unsaved changes"
    } else {
        ""
    };
    html! {
        <li>
            <strong>{ &editor.person.name }</strong>
            { format!(" · {what}") }
            <span class="subtle">{ format!(" · active {seen}{locked}") }</span>
        </li>
    }
}
