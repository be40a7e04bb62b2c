//! The changes tab: what each migration did to the sandbox.

use slipway_release::{Evidence, Release, Step, view::migrations};
use yew::prelude::*;

use crate::components::{EmptyState, Mono};

/// What the tab needs.
#[derive(Properties, PartialEq)]
pub(super) struct ChangesProps {
    /// Which release.
    pub(super) release: Release,
}

/// The changes tab.
#[component]
pub(super) fn Changes(props: &ChangesProps) -> Html {
    let release = &props.release;
    let ran: Vec<Html> = release
        .plan()
        .scripts
        .iter()
        .enumerate()
        .filter_map(|(index, script)| {
            let (_, evidence) = release.step_record(Step::Migrate(index))?.finished?;
            Some(one(&script.name, evidence))
        })
        .collect();
    if ran.is_empty() {
        return html! {
            <EmptyState title="Nothing has changed yet"
                sentence="What each migration did is listed here as soon as it has run on the sandbox." />
        };
    }
    let all = migrations::totals(release);
    let totals = migrations::lines(&all);
    html! {
        <div class="changes">
            <p class="lead">
                { "Counted from the requests the scripts made to " }
                <Mono text={release.plan().sandbox.to_string()} />
                if all.project.is_empty() {
                    { ". Primary has none of this before the promotion." }
                } else {
                    { ". What is of the whole project holds already; primary has nothing else of this before the promotion." }
                }
            </p>
            if ran.len() > 1 && !totals.is_empty() {
                <div class="changes__one">
                    <h3>{ "All together" }</h3>
                    { list(&totals) }
                </div>
            }
            { for ran }
        </div>
    }
}

fn one(name: &str, evidence: &Evidence) -> Html {
    let body = match evidence {
        Evidence::Migrated(summary) if summary.from_ledger => {
            html! { <p class="subtle small">{ migrations::UNSEEN }</p> }
        }
        Evidence::Migrated(summary) if summary.is_without_effect() => {
            html! { <p class="subtle small">{ "It changed nothing." }</p> }
        }
        Evidence::Migrated(summary) => list(&migrations::lines(summary)),
        Evidence::Frozen { .. }
        | Evidence::Forked { .. }
        | Evidence::Promoted { .. }
        | Evidence::Thawed
        | Evidence::Discarded
        | Evidence::Restored => Html::default(),
    };
    html! {
        <div class="changes__one" key={name.to_owned()}>
            <h3><Mono text={name.to_owned()} /></h3>
            { body }
        </div>
    }
}

fn list(lines: &[String]) -> Html {
    html! {
        <ul class="changes__list">{ for lines.iter().map(|line| html! { <li key={line.clone()}>{ line }</li> }) }</ul>
    }
}
