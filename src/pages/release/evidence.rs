//! The tabs beside the steps.

use datocms_client::Timestamp;
use slipway_release::{Phase, Release, drift::Judgement, view::migrations};
use yew::prelude::*;

use super::{
    builds::Builds, changes::Changes, drift::DriftTab, history::History, migrations::Migrations,
    preview::Preview,
};
use crate::{
    components::{Tab, Tabs},
    store::{Store, use_store},
};

const MIGRATIONS: &str = "migrations";
const CHANGES: &str = "changes";
const DRIFT: &str = "drift";
const PREVIEW: &str = "preview";
const REBUILD: &str = "rebuild";
const LOG: &str = "log";

/// What the tabs need.
#[derive(Properties, PartialEq)]
pub(super) struct EvidenceTabsProps {
    /// Which release.
    pub(super) release: Release,
    /// Now.
    pub(super) now: Timestamp,
}

/// The tabs. Until a person chooses one, the one that matters now is open.
#[component]
pub(super) fn EvidenceTabs(props: &EvidenceTabsProps) -> Html {
    let store = use_store();
    let chosen = use_state_eq(|| None::<&'static str>);
    let release = &props.release;
    let tabs = tabs(&store, release);
    let selected = chosen
        .filter(|chosen| tabs.iter().any(|tab| tab.id == *chosen))
        .unwrap_or_else(|| at_first(release));
    let on_select = {
        let setter = chosen.setter();
        Callback::from(move |id| setter.set(Some(id)))
    };
    let content = match selected {
        CHANGES => html! { <Changes release={release.clone()} /> },
        DRIFT => html! { <DriftTab release={release.clone()} /> },
        PREVIEW => html! { <Preview release={release.clone()} /> },
        REBUILD => html! { <Builds /> },
        LOG => html! { <History release={release.clone()} now={props.now} /> },
        _ => html! { <Migrations release={release.clone()} now={props.now} /> },
    };
    html! { <Tabs label="Evidence" {tabs} {selected} {on_select}>{ content }</Tabs> }
}

fn at_first(release: &Release) -> &'static str {
    match release.phase() {
        Phase::Review if !release.plan().scripts.is_empty() => CHANGES,
        Phase::Review => PREVIEW,
        Phase::Live => REBUILD,
        Phase::RolledBack | Phase::Abandoned => LOG,
        Phase::Ready(_) | Phase::InDoubt(_) | Phase::Failed { .. } | Phase::Stuck { .. } => {
            MIGRATIONS
        }
    }
}

fn tabs(store: &Store, release: &Release) -> Vec<Tab> {
    let tab = |id, label: &'static str, count: Option<String>| Tab {
        id,
        label: label.into(),
        count: count.map(AttrValue::from),
    };
    let all = migrations::totals(release);
    let counts = all.effects.iter().chain(&all.project.done);
    let changes: u32 = counts.map(|(_, number)| *number).sum();
    let drift = store
        .state
        .drift
        .get(&release.plan().id)
        .and_then(|drift| drift.ready())
        .and_then(|drift| match drift.judge() {
            Judgement::Clean => None,
            Judgement::Records { records, .. } => Some(records.to_string()),
            Judgement::Unseen => Some("!".to_owned()),
        });
    let mut tabs = Vec::new();
    if !release.is_adopted() {
        tabs.push(tab(MIGRATIONS, "Migrations", None));
        tabs.push(tab(
            CHANGES,
            "Changes",
            (changes > 0).then(|| changes.to_string()),
        ));
    }
    tabs.push(tab(DRIFT, "Drift", drift));
    tabs.push(tab(PREVIEW, "Preview", None));
    if release.promoted_at().is_some() {
        tabs.push(tab(REBUILD, "Rebuild", None));
    }
    tabs.push(tab(LOG, "Log", None));
    tabs
}
