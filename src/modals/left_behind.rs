//! What a promotion or a rollback would leave behind, inside a dialog.

use slipway_release::{
    drift::Judgement,
    view::{drift, standing::Tone},
};
use yew::prelude::*;

use super::roll_back::{Changes, Record};
use crate::components::{Callout, CalloutKind, Column, Table};

/// More records than this are counted and not listed; the drift tab has them all.
const MOST_LISTED: usize = 20;

impl Changes {
    /// What the changes amount to.
    pub(super) fn judge(&self) -> Judgement {
        if self.unseen {
            Judgement::Unseen
        } else if self.records.is_empty() {
            Judgement::Clean
        } else {
            Judgement::Records {
                records: self.records.len(),
                people: self.people.len(),
            }
        }
    }
}

/// What the verdict needs.
#[derive(Properties, PartialEq)]
pub(super) struct VerdictProps {
    /// The changes.
    pub(super) changes: Changes,
    /// Where they were made.
    pub(super) environment: AttrValue,
    /// What they are weighed for.
    pub(super) decision: drift::Decision,
}

/// The changes in a sentence.
#[component]
pub(super) fn Verdict(props: &VerdictProps) -> Html {
    let said = drift::words(props.changes.judge(), &props.environment, props.decision);
    let kind = match said.tone {
        Tone::Good => CalloutKind::Success,
        Tone::Plain => CalloutKind::Info,
        Tone::Careful => CalloutKind::Warning,
        Tone::Bad => CalloutKind::Danger,
    };
    html! { <Callout {kind} title={said.title}>{ said.sentence }</Callout> }
}

/// What the list needs.
#[derive(Properties, PartialEq)]
pub(super) struct RecordsProps {
    /// Newest first.
    pub(super) records: Vec<Record>,
}

/// The changed records.
#[component]
pub(super) fn Records(props: &RecordsProps) -> Html {
    let columns = vec![
        Column::new("Record"),
        Column::new("Model"),
        Column::new("Changed by"),
    ];
    let rows = props.records.iter().take(MOST_LISTED).map(|record| {
        html! {
            <tr>
                <th scope="row">{ &record.title }</th>
                <td>{ &record.model }</td>
                <td>{ record.by.as_deref().unwrap_or("not known") }</td>
            </tr>
        }
    });
    let more = props.records.len().saturating_sub(MOST_LISTED);
    html! {
        <div class="dialog__records">
            <Table caption="Records that changed" {columns}>{ for rows }</Table>
            if more > 0 {
                <p class="subtle small">{ format!("And {more} more; the release’s Drift tab lists them all.") }</p>
            }
        </div>
    }
}
