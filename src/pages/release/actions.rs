//! What can be done with the release now: under the step it is at.

use datocms_client::Timestamp;
use slipway_release::{
    FailureKind, Phase, Release, Step,
    view::{
        action::{self, Action, Intent},
        drift, half_run,
        migrations::{self, Unavailable},
        timeline,
    },
};
use yew::prelude::*;

use super::{address, editors::Editors, files::MigrationFiles};
use crate::{
    components::{ActionButton, Badge, BadgeKind, Button, Loading, Progress},
    session::Frame,
    store::{Command, Store, use_store},
};

/// What the buttons need.
#[derive(Properties, PartialEq)]
pub(super) struct ActionsProps {
    /// Which release.
    pub(super) release: Release,
    /// Now.
    pub(super) now: Timestamp,
}

/// The buttons of a release, and what has to be seen before one is pressed.
#[component]
pub(super) fn Actions(props: &ActionsProps) -> Html {
    let store = use_store();
    let release = &props.release;
    let id = &release.plan().id;
    if store.state.running(id).busy {
        return html! { <Working release={release.clone()} /> };
    }
    let lacking = lacking(&store, release);
    let other = store.state.at_work(id);
    let buttons = action::actions(release, store.session.abilities, false, other)
        .into_iter()
        // In a freeze the way out stands beside the message that editors wait.
        .filter(|view| view.action != Action::Abandon || release.frozen_since().is_none())
        .map(|mut view| {
            if view.action == Action::RollBack && view.disabled_reason.is_none() {
                view.disabled_reason = no_way_back(&store, release);
            }
            if runs_scripts(view.action) && view.disabled_reason.is_none() && !lacking.is_empty() {
                view.disabled_reason = Some("Choose the migration files first.".to_owned());
            }
            let is_main = view.intent == Intent::Primary;
            let busy = store.state.pressed.as_ref() == Some(&(id.clone(), view.action));
            let rolls_back = view.action == Action::RollBack && view.disabled_reason.is_none();
            let key = view.label.clone();
            let on_press = {
                let (store, id) = (store.clone(), id.clone());
                Callback::from(move |action| {
                    let release = id.clone();
                    store.send(Command::Press { release, action });
                })
            };
            html! {
                <div class="actions__one" {key}>
                    <ActionButton {view} {on_press} {busy} reason_beside={is_main} />
                    if rolls_back {
                        <DriftBadge release={release.clone()} />
                    }
                </div>
            }
        });
    let buttons: Html = buttons.collect();
    html! {
        <div class="actions">
            if !lacking.is_empty() {
                <MigrationFiles {lacking} />
            }
            if waits_for_editors(release) {
                <Editors release={release.clone()} now={props.now} />
            }
            <div class="actions__buttons">{ buttons }</div>
            <LookAtSandbox release={release.clone()} />
        </div>
    }
}

/// Why there is nothing to roll back as the project is now: the log alone does not know what happened since.
fn no_way_back(store: &Store, release: &Release) -> Option<String> {
    let world = store.state.world.ready()?;
    timeline::reason_not_to_roll_back(world, release)
}

/// The files this page still needs. A viewer runs nothing and is asked for nothing.
fn lacking(store: &Store, release: &Release) -> Vec<Unavailable> {
    if !migrations::needs_files(release) || !store.session.abilities.missing().is_empty() {
        return Vec::new();
    }
    let chosen = store
        .state
        .folder
        .ready()
        .map(|folder| folder.pending.as_slice());
    migrations::unavailable(release, chosen.unwrap_or_default())
}

fn runs_scripts(action: Action) -> bool {
    matches!(action, Action::Perform(Step::Migrate(_)))
}

fn waits_for_editors(release: &Release) -> bool {
    match release.phase() {
        Phase::Ready(Step::Freeze | Step::FreezeAgain) => true,
        Phase::Failed { failure, .. } => failure.kind == FailureKind::EditorsActive,
        Phase::Ready(_)
        | Phase::InDoubt(_)
        | Phase::Review
        | Phase::Stuck { .. }
        | Phase::Live
        | Phase::Abandoned
        | Phase::RolledBack => false,
    }
}

#[derive(Properties, PartialEq)]
struct LookAtSandboxProps {
    release: Release,
}

/// The way to the sandbox in the panel, where a script ended half-way on it: to see how far it came, before it goes.
#[component]
fn LookAtSandbox(props: &LookAtSandboxProps) -> Html {
    let frame = use_context::<Frame>();
    let plan = props.release.plan();
    let address = half_run::half_run(&props.release)
        .and(frame)
        .and_then(|frame| address::sandbox(&frame, plan));
    match address {
        Some(address) => html! {
            <a class="small" href={address} target="_blank" rel="noopener noreferrer">
                { format!("Open {} in a new tab, to see how far the script came", plan.sandbox) }
            </a>
        },
        None => Html::default(),
    }
}

#[derive(Properties, PartialEq)]
struct WorkingProps {
    release: Release,
}

/// A step is running here: scripts can be stopped between two requests.
#[component]
fn Working(props: &WorkingProps) -> Html {
    let store = use_store();
    let is_script = matches!(props.release.phase(), Phase::InDoubt(Step::Migrate(_)));
    if is_script {
        return html! { <StopButton label="Stop after this request" /> };
    }
    // The stepper draws the bar itself once the CMS tells how far the fork is.
    let forks = *props.release.phase() == Phase::InDoubt(Step::Fork);
    let knows = store
        .state
        .running(&props.release.plan().id)
        .fork_percent
        .is_some();
    html! {
        <div class="actions">
            if forks && !knows {
                <Progress label="Fork" percent={None} />
            } else if !forks {
                <Loading label="Working" />
            }
        </div>
    }
}

#[derive(Properties, PartialEq)]
pub(super) struct StopButtonProps {
    /// Its words.
    pub(super) label: AttrValue,
    /// Smaller, in a card's head.
    #[prop_or_default]
    pub(super) small: bool,
}

/// Stops the running script before its next request.
#[component]
pub(super) fn StopButton(props: &StopButtonProps) -> Html {
    let store = use_store();
    let pressed = use_state_eq(|| false);
    let wished = store
        .state
        .performing
        .as_ref()
        .is_some_and(|performing| performing.stop.is_wished());
    let on_press = {
        let (store, setter) = (store.clone(), pressed.setter());
        Callback::from(move |()| {
            store.send(Command::StopScript);
            setter.set(true);
        })
    };
    let stopping = wished || *pressed;
    let label = if stopping {
        "Stopping…".into()
    } else {
        props.label.clone()
    };
    html! { <Button {label} busy={stopping} small={props.small} {on_press} /> }
}

#[derive(Properties, PartialEq)]
struct DriftBadgeProps {
    release: Release,
}

/// What a rollback would leave behind, beside the button that does it.
#[component]
fn DriftBadge(props: &DriftBadgeProps) -> Html {
    let store = use_store();
    let id = props.release.plan().id.clone();
    use_effect_with(id.clone(), {
        let store = store.clone();
        move |id| {
            store.send(Command::CountDrift {
                release: id.clone(),
            });
        }
    });
    let drift = store.state.drift.get(&id).and_then(|drift| drift.ready());
    drift.map_or_else(Html::default, |drift| {
        let kind = match drift.judge() {
            slipway_release::drift::Judgement::Clean => BadgeKind::Neutral,
            slipway_release::drift::Judgement::Records { .. }
            | slipway_release::drift::Judgement::Unseen => BadgeKind::Warning,
        };
        html! { <Badge {kind} label={drift::badge(drift)} /> }
    })
}
