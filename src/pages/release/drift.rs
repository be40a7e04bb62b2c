//! The drift tab: what changed in primary since the fork, or since the promotion.

use slipway_release::{
    Phase, Release,
    drift::{ChangedRecord, Drift},
    view::drift::{self, Decision, LeftBehind},
};
use yew::prelude::*;

use crate::{
    components::{Callout, Column, EmptyState, ErrorState, Loading, RefreshButton, Table, Time},
    store::{Command, Remote, use_store},
};

/// What the tab needs.
#[derive(Properties, PartialEq)]
pub(super) struct DriftTabProps {
    /// Which release.
    pub(super) release: Release,
}

/// The drift tab. Counting begins when it is opened.
#[component]
pub(super) fn DriftTab(props: &DriftTabProps) -> Html {
    let store = use_store();
    let release = &props.release;
    let id = release.plan().id.clone();
    let can_count = can_count(release);
    use_effect_with((id.clone(), can_count), {
        let store = store.clone();
        move |(id, can_count)| {
            if *can_count {
                store.send(Command::CountDrift {
                    release: id.clone(),
                });
            }
        }
    });
    if !can_count {
        return nothing_to_count(release);
    }
    let count = store.asks::<()>(Command::CountDrift {
        release: id.clone(),
    });
    match store.state.drift.get(&id).unwrap_or(&Remote::Idle) {
        Remote::Idle | Remote::Loading => html! { <Loading label="Counting changes" /> },
        Remote::Failed(sentence) => html! {
            <ErrorState title="The changes could not be counted." sentence={sentence.clone()} on_retry={count} />
        },
        Remote::Ready(drift) => html! {
            <div class="drift">
                { judgement(drift, release) }
                if !drift.records.is_empty() {
                    { table("Records that changed", &drift.records) }
                }
                if let Some(late) = &drift.late {
                    { callout(drift::late(late)) }
                    if !late.records.is_empty() {
                        { table("Records of the sandbox that changed", &late.records) }
                    }
                }
                <div class="drift__foot">
                    <p class="subtle small">
                        { "Counted from the records’ own dates since " }
                        <Time at={drift.since} />
                        { ". The CMS does not list deleted records or changes of models and settings; it only says that something changed." }
                    </p>
                    <RefreshButton on_press={count} busy=false />
                </div>
            </div>
        },
    }
}

fn can_count(release: &Release) -> bool {
    let there = match release.phase() {
        Phase::Abandoned => false,
        Phase::Ready(_)
        | Phase::InDoubt(_)
        | Phase::Review
        | Phase::Failed { .. }
        | Phase::Stuck { .. }
        | Phase::Live
        | Phase::RolledBack => true,
    };
    there && (release.forked_at().is_some() || release.promoted_at().is_some())
}

fn nothing_to_count(release: &Release) -> Html {
    let sentence = if *release.phase() == Phase::Abandoned {
        "The sandbox is gone, so nothing can be left behind."
    } else {
        "Once primary is forked, everything that changes in it afterwards is listed here: the sandbox does not have it."
    };
    html! { <EmptyState title="There is nothing to compare" {sentence} /> }
}

fn judgement(drift: &Drift, release: &Release) -> Html {
    let said = if *release.phase() == Phase::RolledBack {
        drift::stayed_behind(drift)
    } else if release.promoted_at().is_some() {
        drift::left_behind(drift, Decision::RollBack)
    } else {
        drift::left_behind(drift, Decision::Promote)
    };
    callout(said)
}

fn callout(said: LeftBehind) -> Html {
    html! { <Callout kind={said.tone} title={said.title}>{ said.sentence }</Callout> }
}

fn table(caption: &'static str, records: &[ChangedRecord]) -> Html {
    let columns = vec![
        Column::new("Record"),
        Column::new("Model"),
        Column::new("Changed by"),
        Column::new("When"),
    ];
    html! {
        <Table {caption} {columns}>{ for records.iter().map(row) }</Table>
    }
}

fn row(record: &ChangedRecord) -> Html {
    let by = record
        .by
        .as_ref()
        .map_or("not known", |person| person.name.as_str());
    html! {
        <tr key={record.id.clone()}>
            <th scope="row">{ &record.title }</th>
            <td>{ &record.model }</td>
            <td>{ by }</td>
            <td><Time at={record.updated_at} /></td>
        </tr>
    }
}
