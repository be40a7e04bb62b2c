//! The page of one release: where it stands, what can be done, and the evidence.

mod actions;
mod address;
mod builds;
mod callouts;
mod changes;
mod drift;
mod editors;
mod endpoints;
mod evidence;
mod export;
mod files;
mod focus;
mod header;
mod history;
mod migrations;
mod preview;
mod query;
pub(super) mod script_end;
mod sites;
pub(super) mod ticking;
mod unknown;

use slipway_release::{
    Release, ReleaseId,
    view::{
        standing::{self, Standing},
        step::{self, StepState, StepView},
        timeline,
    },
};
use yew::prelude::*;

use self::{
    actions::Actions, callouts::Callouts, evidence::EvidenceTabs, focus::use_focus_keeper,
    header::ReleaseHeader, ticking::use_now, unknown::Unknown,
};
use crate::{
    components::{ErrorState, Live, Loading, Stepper},
    store::{Command, Remote, use_store},
};

/// What the page needs.
#[derive(Properties, PartialEq)]
pub struct ReleasePageProps {
    /// Which release.
    pub id: ReleaseId,
}

/// The page of one release.
#[component]
pub fn ReleasePage(props: &ReleasePageProps) -> Html {
    let store = use_store();
    let screen = match &store.state.world {
        Remote::Idle | Remote::Loading => html! { <Loading label="Reading the project" /> },
        Remote::Failed(sentence) => html! {
            <ErrorState title="The project could not be read." sentence={sentence.clone()}
                on_retry={store.asks(Command::Look)} />
        },
        Remote::Ready(_) => match store.state.release(&props.id) {
            Some(release) => html! { <Screen release={release.clone()} /> },
            None => html! { <Unknown id={props.id.clone()} /> },
        },
    };
    html! { <div class="page release">{ screen }</div> }
}

#[derive(Properties, PartialEq)]
struct ScreenProps {
    release: Release,
}

/// A release that is on record.
#[component]
fn Screen(props: &ScreenProps) -> Html {
    let store = use_store();
    let release = &props.release;
    let running = store.state.running(&release.plan().id);
    let keeper = use_focus_keeper(release.phase(), running.busy);
    let now = use_now(running.busy || release.holds_freeze());
    let steps = with_short_trouble(
        step::steps(release, &running, now),
        standing::standing(release, running.busy),
    );
    let replaced = (store.state.world.ready()).and_then(|world| timeline::replaced(world, release));
    let announced = match replaced {
        Some(said) => said.title,
        None => standing::announcement(release, running.busy),
    };
    let is_at_a_step = steps
        .iter()
        .any(|step| matches!(step.state, StepState::Now | StepState::Trouble));
    let actions = html! { <Actions release={release.clone()} {now} /> };
    let (at_the_step, below) = if is_at_a_step {
        (actions, Html::default())
    } else {
        (Html::default(), actions)
    };
    html! {
        <>
            <ReleaseHeader release={release.clone()} />
            <Live text={announced} />
            <Callouts release={release.clone()} {now} />
            <div class="release__split">
                <section aria-label="Steps" ref={keeper.node} onclick={keeper.onclick}>
                    <Stepper {steps} action={at_the_step} />
                    { below }
                </section>
                <section class="release__evidence" aria-label="Evidence">
                    <EvidenceTabs release={release.clone()} {now} />
                </section>
            </div>
        </>
    }
}

/// The message above the steps tells a failure in full; the step itself says it in a few words.
fn with_short_trouble(mut steps: Vec<StepView>, standing: Option<Standing>) -> Vec<StepView> {
    if let Some(standing) = standing {
        for step in &mut steps {
            if step.state == StepState::Trouble {
                step.detail.clone_from(&standing.title);
            }
        }
    }
    steps
}
