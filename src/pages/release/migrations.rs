//! The migrations tab: each script, what it does now, what it did.

use std::rc::Rc;

use datocms_client::{EnvironmentId, Timestamp};
use slipway_release::{
    Consent, Phase, Release, Step,
    view::{
        forecast,
        migrations::{self, ScriptState, ScriptView},
        script_facts::{self, Seen},
    },
};
use yew::prelude::*;

use super::{actions::StopButton, script_end::WhyItEnded};
use crate::{
    components::{Badge, BadgeKind, Details, EmptyState, Mono},
    pages::{
        call_log::CallLog,
        new_release::{DownloadList, LimitList},
    },
    store::{LogBook, ScriptLog, use_store},
};

/// What the tab needs.
#[derive(Properties, PartialEq)]
pub(super) struct MigrationsProps {
    /// Which release.
    pub(super) release: Release,
    /// Now.
    pub(super) now: Timestamp,
}

/// The migrations tab.
#[component]
pub(super) fn Migrations(props: &MigrationsProps) -> Html {
    let store = use_store();
    let release = &props.release;
    let running = store.state.running(&release.plan().id);
    let scripts = migrations::scripts(release, running.busy, props.now);
    let live = forecast::Live {
        calls: running.script_calls,
        percent: running.fork_percent,
    };
    let beside = forecast::beside(release, live, props.now);
    let left = forecast::time_left(release, live, props.now);
    if scripts.is_empty() {
        return html! {
            <EmptyState title="No migrations"
                sentence="This release copies primary and promotes the copy; no script runs on it." />
        };
    }
    let lines = if store.state.lines_of.as_ref() == Some(&release.plan().id) {
        store.state.lines.clone()
    } else {
        LogBook::default()
    };
    let planned = &release.plan().scripts;
    let cards = (scripts.into_iter().zip(planned).enumerate()).map(|(index, (view, script))| {
        let key = view.name.clone();
        let hash = script.sha256.to_string();
        let sandbox = release.plan().sandbox.clone();
        let log = lines.of(index);
        let seen = Seen {
            calls: seen(&log, view.state),
            room: log.left(),
            left: left.as_ref().and_then(|left| left.script.as_deref()),
        };
        let facts = script_facts::facts(&view, seen, beside.get(index));
        html! { <Script {key} {view} {hash} {sandbox} {facts} {log} /> }
    });
    html! {
        <>
            if let Some(left) = &left {
                <p class="scripts__left">{ format!("All scripts: {}", left.scripts) }</p>
            }
            <ol class="scripts" aria-label="Migrations, in the order they run">{ for cards }</ol>
            <p class="subtle small">
                { "Scripts run in a sandbox: no network, no token, and only " }
                <Mono text={release.plan().sandbox.to_string()} />{ " can change" }
                { allowed(release) }
            </p>
            if !release.plan().downloads.is_empty() {
                <Details summary="What scripts download">
                    <DownloadList downloads={release.plan().downloads.clone()} />
                </Details>
            }
            <Details summary="How much each script may take"><LimitList limits={release.plan().limits} /></Details>
            if matches!(release.phase(), Phase::Failed { step: Step::Migrate(_), .. }) {
                <p class="subtle small">
                    { "A script that ended half-way is never run again on the same copy, because part of its work would be done twice. Starting again makes a fresh copy" }
                    { match release.stays().warning() {
                        Some(stays) => format!(". {stays}"),
                        None => "; primary has not changed.".to_owned(),
                    } }
                </p>
            }
        </>
    }
}

/// What scripts may handle beyond the sandbox: what the plan and the log allow.
fn allowed(release: &Release) -> String {
    let consents: Vec<Consent> = release.consents().collect();
    let told: Vec<String> = consents
        .chunk_by(|one, next| one.script == next.script)
        .filter_map(|of_script| {
            let script = &of_script.first()?.script;
            let may: Vec<&str> = of_script.iter().map(|one| one.resource.plural()).collect();
            Some(format!("{script} may handle {}", may.join(", ")))
        })
        .collect();
    if told.is_empty() {
        ".".to_owned()
    } else {
        format!(". Beyond that, {}.", told.join("; "))
    }
}

#[derive(Properties)]
struct ScriptProps {
    view: ScriptView,
    hash: AttrValue,
    sandbox: EnvironmentId,
    /// What is known of it in a few words.
    facts: String,
    log: Rc<ScriptLog>,
}

impl PartialEq for ScriptProps {
    fn eq(&self, other: &Self) -> bool {
        self.view == other.view
            && self.hash == other.hash
            && self.sandbox == other.sandbox
            && self.facts == other.facts
            && Rc::ptr_eq(&self.log, &other.log)
    }
}

/// One script.
#[component]
fn Script(props: &ScriptProps) -> Html {
    let ScriptProps {
        view,
        hash,
        sandbox,
        facts,
        log,
    } = props;
    let running = view.state == ScriptState::Running;
    let log = if log.is_empty() {
        Html::default()
    } else if running || view.state == ScriptState::Failed {
        html! { <CallLog log={Rc::clone(log)} {running} name={view.name.clone()} /> }
    } else {
        html! {
            <div class="script__more">
                <Details summary="Calls and output">
                    <CallLog log={Rc::clone(log)} running=false name={view.name.clone()} />
                </Details>
            </div>
        }
    };
    html! {
        <li class={classes!("script", is_quiet(view.state).then_some("script--quiet"))}>
            <div class="script__head">
                <Badge kind={badge_kind(view.state)} label={view.state.label()} />
                <Mono text={view.name.clone()} />
                <span class="script__facts">{ facts }</span>
                if running {
                    <StopButton label="Stop" small=true />
                }
            </div>
            if let Some(end) = &view.end {
                <WhyItEnded script={view.name.clone()} end={end.clone()} sandbox={sandbox.clone()} />
            } else if let Some(outcome) = &view.outcome {
                <p class="script__outcome">{ outcome }</p>
            }
            <p class="script__hash mono" title="Hash of the file’s bytes when the release was planned">
                { format!("SHA-256 {hash}") }
            </p>
            { log }
        </li>
    }
}

fn badge_kind(state: ScriptState) -> BadgeKind {
    match state {
        ScriptState::Done => BadgeKind::Success,
        ScriptState::Running => BadgeKind::Primary,
        ScriptState::InDoubt => BadgeKind::Warning,
        ScriptState::Failed => BadgeKind::Danger,
        ScriptState::Next | ScriptState::Waiting | ScriptState::NotRun => BadgeKind::Neutral,
    }
}

fn is_quiet(state: ScriptState) -> bool {
    matches!(
        state,
        ScriptState::Next | ScriptState::Waiting | ScriptState::NotRun
    )
}

/// The requests that this page saw a script make; `None` where it saw nothing of it.
fn seen(log: &ScriptLog, state: ScriptState) -> Option<u32> {
    let calls = u32::try_from(log.calls()).unwrap_or(u32::MAX);
    (calls > 0 || state == ScriptState::Running).then_some(calls)
}
