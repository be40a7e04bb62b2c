//! The pending scripts on a throw-away fork of primary, before anybody has to wait: the button, how it goes, and what it
//! and earlier ones showed.

mod changes;
mod export;
mod kept;
mod logs;
mod outcome;
mod requests;
mod running;

use slipway_release::view::{action::Intent, rehearsal::reason_not_to_rehearse};
use yew::prelude::*;

use self::{kept::KeptRehearsals, running::Running};
use crate::{
    components::{Button, Checkbox, Section},
    store::{Command, Rehearsing, use_store},
};

/// The rehearsal's section. Those that are kept can be read before any files are chosen; there is nothing else to say then.
#[component]
pub(super) fn RehearsalSection() -> Html {
    let store = use_store();
    let rehearsing = store.state.rehearsing.as_ref();
    let settled = store
        .state
        .folder
        .ready()
        .is_some_and(|folder| folder.is_settled());
    if !settled && rehearsing.is_none() && store.state.rehearsals.kept.is_empty() {
        return Html::default();
    }
    let body = match rehearsing {
        Some(rehearsing) => html! { <Running rehearsing={rehearsing.clone()} /> },
        // What was opened of those that are kept stays open as files are chosen.
        None => html! {
            <>
                if settled {
                    <Begin />
                }
                <KeptRehearsals />
            </>
        },
    };
    html! { <Section title="Rehearsal">{ body }</Section> }
}

/// What a rehearsal is, and the button that begins one.
#[component]
fn Begin() -> Html {
    let store = use_store();
    let keep = use_state_eq(|| false);
    let on_keep = {
        let setter = keep.setter();
        Callback::from(move |on| setter.set(on))
    };
    let reason = store
        .state
        .world
        .ready()
        .zip(store.state.folder.ready())
        .and_then(|(world, folder)| {
            reason_not_to_rehearse(world, folder.pending.len(), folder.problems.len())
        });
    let again = store.state.rehearsals.newest().is_some();
    let label = if again {
        "Rehearse again"
    } else {
        "Rehearse the scripts"
    };
    let begin = store.asks(Command::Rehearse { keep_fork: *keep });
    html! {
        <div class="rehearse">
            <p>
                { "The pending scripts run on a throw-away fork, a complete copy of primary. Nothing is frozen, nobody has to wait, and what a script asks of the whole project is held back. Afterwards you see what they did and how long editors would have to wait." }
            </p>
            <Checkbox label="Keep the fork afterwards, to look at it" checked={*keep} on_change={on_keep}
                hint="It takes one of the project’s sandboxes until somebody destroys it." />
            <Button {label} intent={Intent::Secondary} on_press={begin} disabled_reason={reason.map(AttrValue::from)} reason_beside=true />
        </div>
    }
}

/// Whether a rehearsal runs in this page, and why nothing else can be begun meanwhile.
pub(super) fn reason_to_wait(rehearsing: Option<&Rehearsing>) -> Option<String> {
    rehearsing.map(|_| "A rehearsal is running; wait for its end, or stop it.".to_owned())
}
