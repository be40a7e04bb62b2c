//! The scripts of a rehearsal and their requests.

use slipway_release::view::rehearsal::{RehearsalView, Request, ScriptRow};
use yew::prelude::*;

use crate::components::{Badge, BadgeKind, Column, Details, Mono, Table};

const SCRIPTS: [Column; 4] = [
    Column::new("Script"),
    Column::new("What it did"),
    Column::new("Calls"),
    Column::new("Took"),
];

const REQUESTS: [Column; 3] = [
    Column::new("Call"),
    Column::new("Kind"),
    Column::new("How often"),
];

/// What they need.
#[derive(Properties, PartialEq)]
pub(super) struct RequestsProps {
    pub(super) view: RehearsalView,
}

/// Every script with what it took, and all requests by kind.
#[component]
pub(super) fn Requests(props: &RequestsProps) -> Html {
    let view = &props.view;
    html! {
        <>
            <h3>{ "Scripts" }</h3>
            <Table caption="Scripts of the rehearsal, in the order they ran" columns={SCRIPTS.to_vec()}>
                { for view.scripts.iter().map(script) }
            </Table>
            <p>{ &view.requests_in_all }</p>
            if !view.requests.is_empty() {
                <Details summary="Calls by kind">
                    <Table caption="Calls of the rehearsal by kind" columns={REQUESTS.to_vec()}>
                        { for view.requests.iter().map(request) }
                    </Table>
                </Details>
            }
        </>
    }
}

fn script(row: &ScriptRow) -> Html {
    html! {
        <tr key={row.name.clone()}>
            <th scope="row" class="rehearsed__script"><Mono text={row.name.clone()} />{ state(row.state) }</th>
            <td>{ &row.did }</td>
            <td class="rehearsed__calls">
                if let Some(calls) = row.calls {
                    { calls }<div class="subtle small">{ &row.kinds }</div>
                }
            </td>
            <td class="rehearsed__took">{ row.took.clone().unwrap_or_default() }</td>
        </tr>
    }
}

/// A script that ran needs no badge; the others are what one looks for.
fn state(state: &'static str) -> Html {
    let kind = match state {
        "Ran" => return Html::default(),
        "Failed" => BadgeKind::Danger,
        "Stopped" => BadgeKind::Warning,
        _ => BadgeKind::Neutral,
    };
    html! { <>{ " " }<Badge {kind} label={state} /></> }
}

fn request(request: &Request) -> Html {
    let kind = if request.reads { "Read" } else { "Write" };
    html! {
        <tr key={request.name.clone()}>
            <th scope="row"><Mono text={request.name.clone()} /></th>
            <td>{ kind }</td>
            <td>{ request.count }</td>
        </tr>
    }
}
