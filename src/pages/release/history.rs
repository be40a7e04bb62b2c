//! The log tab: everything that happened, told in sentences.

use slipway_release::{Entry, Release, view::evidence};
use yew::prelude::*;

use crate::components::{Column, Table, Time};

/// What the tab needs.
#[derive(Properties, PartialEq)]
pub(super) struct HistoryProps {
    /// Which release.
    pub(super) release: Release,
}

/// The log tab, oldest entry first.
#[component]
pub(super) fn History(props: &HistoryProps) -> Html {
    let release = &props.release;
    let columns = vec![
        Column::new("When"),
        Column::new("Who"),
        Column::new("What happened"),
    ];
    let rows = release
        .log()
        .iter()
        .enumerate()
        .map(|(index, entry)| row(index, release, entry));
    html! {
        <div class="history">
            <Table caption="Log of this release" {columns}>{ for rows }</Table>
            <p class="subtle small">
                { "Times are those of the browser that worked on the release. The log is kept in this browser and, once the sandbox exists, in the sandbox itself." }
            </p>
        </div>
    }
}

fn row(index: usize, release: &Release, entry: &Entry) -> Html {
    html! {
        <tr key={index}>
            <th scope="row"><Time at={entry.at} /></th>
            <td>{ &entry.by.name }</td>
            <td>{ evidence::sentence(release, &entry.event) }</td>
        </tr>
    }
}
