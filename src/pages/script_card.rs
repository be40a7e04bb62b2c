//! One script of a release or of a rehearsal: how far it is, what is known of it in a few words, and what it did and said.

use std::rc::Rc;

use datocms_client::EnvironmentId;
use slipway_release::view::migrations::{ScriptState, ScriptView};
use yew::prelude::*;

use super::{call_log::CallLog, release::script_end::WhyItEnded};
use crate::{
    components::{Badge, BadgeKind, Details, Mono},
    store::ScriptLog,
};

/// What a script's card needs.
#[derive(Properties)]
pub(super) struct ScriptCardProps {
    /// The script.
    pub(super) view: ScriptView,
    /// What is known of it in a few words.
    pub(super) facts: AttrValue,
    /// What it did and said, as far as this page heard it.
    pub(super) log: Rc<ScriptLog>,
    /// The hash of its file when it was planned.
    #[prop_or_default]
    pub(super) hash: Option<AttrValue>,
    /// The environment it runs on, where it is told why it ended.
    #[prop_or_default]
    pub(super) sandbox: Option<EnvironmentId>,
    /// What can be done about it while it runs.
    #[prop_or_default]
    pub(super) action: Html,
}

impl PartialEq for ScriptCardProps {
    fn eq(&self, other: &Self) -> bool {
        self.view == other.view
            && self.facts == other.facts
            && Rc::ptr_eq(&self.log, &other.log)
            && self.hash == other.hash
            && self.sandbox == other.sandbox
            && self.action == other.action
    }
}

/// One script.
#[component]
pub(super) fn ScriptCard(props: &ScriptCardProps) -> Html {
    let view = &props.view;
    let running = is_running(view.state);
    let why = view.end.clone().zip(props.sandbox.clone());
    html! {
        <li class={classes!("script", is_quiet(view.state).then_some("script--quiet"))}>
            <div class="script__head">
                <Badge kind={badge_kind(view.state)} label={view.state.label()} />
                <Mono text={view.name.clone()} />
                <span class="script__facts">{ &props.facts }</span>
                if running {
                    { props.action.clone() }
                }
            </div>
            if let Some((end, sandbox)) = why {
                <WhyItEnded script={view.name.clone()} {end} {sandbox} />
            } else if let Some(outcome) = &view.outcome {
                <p class="script__outcome">{ outcome }</p>
            }
            if let Some(hash) = &props.hash {
                <p class="script__hash mono" title="Hash of the file’s bytes when the release was planned">
                    { format!("SHA-256 {hash}") }
                </p>
            }
            <Log log={Rc::clone(&props.log)} name={view.name.clone()} folded={!running && !has_failed(view.state)} />
        </li>
    }
}

#[derive(Properties)]
struct LogProps {
    log: Rc<ScriptLog>,
    name: AttrValue,
    /// Whether a person unfolds it first.
    folded: bool,
}

impl PartialEq for LogProps {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.log, &other.log) && self.name == other.name && self.folded == other.folded
    }
}

/// A script's log where this page heard of it; a folded one is drawn once it is unfolded.
#[component]
fn Log(props: &LogProps) -> Html {
    if props.log.is_empty() {
        return Html::default();
    }
    let log = html! {
        <CallLog log={Rc::clone(&props.log)} name={props.name.clone()} />
    };
    if !props.folded {
        return log;
    }
    html! {
        <div class="script__more">
            <Details summary="Calls and output" lazy=true>{ log }</Details>
        </div>
    }
}

fn badge_kind(state: ScriptState) -> BadgeKind {
    match state {
        ScriptState::Done => BadgeKind::Success,
        ScriptState::Running => BadgeKind::Primary,
        ScriptState::Asking | ScriptState::InDoubt | ScriptState::Stopped => BadgeKind::Warning,
        ScriptState::Failed => BadgeKind::Danger,
        ScriptState::Next | ScriptState::Waiting | ScriptState::NotRun => BadgeKind::Neutral,
    }
}

/// Whether it runs in this page, though it may wait for a person.
pub(super) fn is_running(state: ScriptState) -> bool {
    matches!(state, ScriptState::Running | ScriptState::Asking)
}

fn has_failed(state: ScriptState) -> bool {
    matches!(state, ScriptState::Failed | ScriptState::Stopped)
}

fn is_quiet(state: ScriptState) -> bool {
    matches!(
        state,
        ScriptState::Next | ScriptState::Waiting | ScriptState::NotRun
    )
}
