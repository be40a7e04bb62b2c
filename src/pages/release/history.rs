//! The log tab: what was decided, how long each step took, and everything that happened.

use datocms_client::Timestamp;
use slipway_release::{
    Release,
    view::{
        history::{self, Decision, End, Run, Told},
        time,
    },
};
use yew::prelude::*;

use crate::components::{Badge, BadgeKind, Column, Section, Table, Time};

/// What the tab needs.
#[derive(Properties, PartialEq)]
pub(super) struct HistoryProps {
    /// Which release.
    pub(super) release: Release,
    /// Now, as the rest of the page has it.
    pub(super) now: Timestamp,
}

/// The log tab, everything in it oldest first.
#[component]
pub(super) fn History(props: &HistoryProps) -> Html {
    let told = history::history(&props.release, props.now);
    html! {
        <div class="history">
            if !told.decisions.is_empty() {
                <Section title="Decisions">{ decisions(&told.decisions) }</Section>
            }
            if !told.runs.is_empty() {
                <Section title="Steps" aside={frozen(told.frozen_millis)}>{ runs(&told.runs) }</Section>
            }
            <Section title="Log">
                { log(&told.story) }
                <p class="subtle small">
                    { "Times are those of the browsers that worked on the release. The log is kept in this browser and in the project: in primary, and in the sandbox once it exists." }
                </p>
            </Section>
        </div>
    }
}

fn frozen(millis: i64) -> Html {
    let said = match millis {
        0 => return Html::default(),
        millis => format!("Editors waited {}", time::duration(millis)),
    };
    html! { <span class="subtle small">{ said }</span> }
}

fn decisions(decisions: &[Decision]) -> Html {
    let columns = vec![
        Column::new("When"),
        Column::new("Who"),
        Column::new("Decision"),
    ];
    let rows = decisions.iter().enumerate().map(|(index, decision)| {
        html! {
            <tr key={index}>
                <th scope="row"><Time at={decision.moment.at} /></th>
                <td>{ &decision.moment.by.name }</td>
                <td>{ &decision.sentence }</td>
            </tr>
        }
    });
    html! { <Table caption="Decisions in this release" {columns}>{ for rows }</Table> }
}

fn runs(runs: &[Run]) -> Html {
    let columns = vec![
        Column::new("Step"),
        Column::new("Outcome"),
        Column::new("Began"),
        Column::new("By"),
        Column::new("Took"),
    ];
    let rows = runs.iter().enumerate().map(|(index, run)| {
        html! {
            <tr key={index}>
                <th scope="row">{ &run.title }</th>
                <td>{ outcome(run) }</td>
                <td><Time at={run.began.at} /></td>
                <td>{ &run.began.by.name }</td>
                <td>{ run.millis().map(time::duration).unwrap_or_default() }</td>
            </tr>
        }
    });
    html! { <Table caption="Steps of this release, every try" {columns}>{ for rows }</Table> }
}

/// A step that is done needs no badge; the others are what one looks for.
fn outcome(run: &Run) -> Html {
    let kind = match &run.end {
        Some((_, End::Done(_))) => return html! { { run.outcome() } },
        Some((_, End::Failed(_))) => BadgeKind::Danger,
        Some((_, End::NotApplied)) => BadgeKind::Neutral,
        None => BadgeKind::Warning,
    };
    html! { <Badge {kind} label={run.outcome()} /> }
}

fn log(story: &[Told]) -> Html {
    let columns = vec![
        Column::new("When"),
        Column::new("Who"),
        Column::new("What happened"),
    ];
    let rows = story.iter().enumerate().map(|(index, told)| {
        html! {
            <tr key={index}>
                <th scope="row"><Time at={told.moment.at} /></th>
                <td>{ &told.moment.by.name }</td>
                <td>{ &told.sentence }</td>
            </tr>
        }
    });
    html! { <Table caption="Log of this release" {columns}>{ for rows }</Table> }
}
