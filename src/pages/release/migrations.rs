//! The migrations tab: each script, what it does now, what it did.

use datocms_client::Timestamp;
use slipway_release::{
    Consent, Phase, Release, Step,
    rehearsal::Rate,
    view::{
        forecast,
        migrations::{self, ScriptState},
        script_facts::{self, Room, Seen},
    },
};
use yew::prelude::*;

use super::actions::StopButton;
use crate::{
    components::{Details, EmptyState, Mono},
    pages::{
        new_release::{DownloadList, LimitList},
        script_card::{ScriptCard, is_running},
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
    let scripts = migrations::scripts(release, &running, props.now);
    let beside = forecast::beside(release, &running, props.now);
    let left = forecast::time_left(release, &running, props.now);
    let rate = (release.plan().estimate.as_ref()).map_or(Rate::CMA, |estimate| estimate.rate);
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
        let hash = Some(AttrValue::from(script.sha256.to_string()));
        let sandbox = Some(release.plan().sandbox.clone());
        let log = lines.of(index);
        let seen = Seen {
            calls: seen(&log, view.state),
            room: log.left().map(|left| Room {
                left,
                limit: rate.requests,
            }),
            left: left.as_ref().and_then(|left| left.script.as_deref()),
        };
        let facts = script_facts::facts(&view, seen, beside.get(index));
        let action = html! { <StopButton label="Stop" small=true /> };
        html! { <ScriptCard {key} {view} {hash} {sandbox} {facts} {log} {action} /> }
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
                    { "A script that ended half-way is never run again on the same fork, because part of its work would be done twice. Starting again makes a fresh fork" }
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

/// The requests that this page saw a script make; `None` where it saw nothing of it.
fn seen(log: &ScriptLog, state: ScriptState) -> Option<u32> {
    let calls = u32::try_from(log.calls()).unwrap_or(u32::MAX);
    (calls > 0 || is_running(state)).then_some(calls)
}
