//! What happened before, with the way back.

use slipway_release::{
    ReleaseId,
    drift::{Drift, Judgement},
    observed::Observed,
    view::{
        action::{ActionView, Intent},
        drift, overview,
        timeline::{self, Row, Standing},
    },
};
use yew::prelude::*;

use crate::{
    components::{
        ActionButton, Badge, BadgeKind, Button, Column, LinkButton, Mono, Section, Table, Time,
    },
    store::{Command, Place, Remote, Store, now, use_store},
};

const COLUMNS: [Column; 6] = [
    Column::new("Release"),
    Column::new("Promoted"),
    Column::new("By"),
    Column::new("Freeze"),
    Column::new("Scripts"),
    Column::new("Roll back"),
];

/// The releases that are over, and a promotion that no release tells of.
#[component]
pub(super) fn PastReleases() -> Html {
    let store = use_store();
    let rows = store
        .state
        .world
        .ready()
        .map(|world| timeline::rows(world, store.state.performing.is_some(), now()))
        .unwrap_or_default();
    use_drift_of_live(&store, &rows);
    let Some(world) = store.state.world.ready() else {
        return Html::default();
    };
    let foreign = foreign(&store, world);
    if rows.is_empty() && foreign.is_none() {
        return Html::default();
    }
    html! {
        <Section title="Past releases">
            <Table caption="Past releases, newest first" columns={COLUMNS.to_vec()}>
                { foreign }
                { for rows.iter().map(|row| drawn(&store, row)) }
            </Table>
        </Section>
    }
}

/// Counts what a rollback of the live release would leave behind, again whenever primary's data changes.
#[hook]
fn use_drift_of_live(store: &Store, rows: &[Row]) {
    let live = rows
        .iter()
        .find(|row| row.standing == Standing::Live)
        .map(|row| row.id.clone());
    let changed = store
        .state
        .world
        .ready()
        .and_then(|world| world.primary()?.last_data_change_at);
    let store = store.clone();
    use_effect_with((live, changed), move |(live, _)| {
        if let Some(release) = live.clone() {
            store.send(Command::CountDrift { release });
        }
    });
}

fn drawn(store: &Store, row: &Row) -> Html {
    let open = Command::Open(Place::Release(row.id.clone()));
    html! {
        <tr key={row.id.to_string()}>
            <th scope="row">
                <LinkButton label={row.title.clone()} on_press={store.asks(open)} />
                <div><Mono text={row.sandbox.to_string()} subtle=true /></div>
            </th>
            <td>{ promoted(row) }</td>
            <td>{ or_dash(row.by.as_ref()) }</td>
            <td>{ or_dash(row.freeze.as_ref()) }</td>
            <td>{ or_dash(row.scripts.map(|scripts| scripts.to_string()).as_ref()) }</td>
            <td><div class="table__actions">{ outcome(store, row) }</div></td>
        </tr>
    }
}

fn promoted(row: &Row) -> Html {
    match (row.promoted_at, row.foreign) {
        (Some(at), false) => html! { <Time {at} /> },
        (Some(at), true) => html! { <>{ "after " }<Time {at} /></> },
        (None, _) => or_dash(None),
    }
}

/// A dash is read aloud badly, so its meaning is said.
fn or_dash(text: Option<&String>) -> Html {
    match text {
        Some(text) => html! { { text } },
        None => {
            html! { <><span aria-hidden="true">{ "—" }</span><span class="unseen">{ "none" }</span></> }
        }
    }
}

/// The last cell: how the release stands, or the way back with its consequence beside it.
fn outcome(store: &Store, row: &Row) -> Html {
    let badge = |kind, label| html! { <Badge {kind} {label} /> };
    match row.standing {
        Standing::Superseded => badge(BadgeKind::Neutral, "Superseded"),
        Standing::RolledBack => badge(BadgeKind::Warning, "Rolled back"),
        Standing::Abandoned => badge(BadgeKind::Neutral, "Abandoned"),
        Standing::Live => html! {
            <>
                { consequence(store, &row.id) }
                { badge(BadgeKind::Success, "Live") }
                if let Some(view) = &row.roll_back {
                    { roll_back(store, row, view) }
                }
            </>
        },
    }
}

fn roll_back(store: &Store, row: &Row, view: &ActionView) -> Html {
    let (store, release) = (store.clone(), row.id.clone());
    let on_press = Callback::from(move |action| {
        let release = release.clone();
        store.send(Command::Press { release, action });
    });
    html! {
        <ActionButton view={view.clone()} small=true {on_press}
            name={AttrValue::from(format!("Roll back {}…", row.title))} />
    }
}

/// What a rollback would leave behind.
fn consequence(store: &Store, id: &ReleaseId) -> Html {
    let count = store.asks(Command::CountDrift {
        release: id.clone(),
    });
    match store.state.drift.get(id) {
        None | Some(Remote::Idle) => {
            html! { <Button label="Count changes" small=true on_press={count} /> }
        }
        Some(Remote::Loading) => {
            html! { <span class="subtle">{ "Counting changes since…" }</span> }
        }
        Some(Remote::Failed(sentence)) => html! {
            <>
                <span class="subtle">{ format!("Changes could not be counted: {sentence}") }</span>
                <Button label="Count again" small=true on_press={count} />
            </>
        },
        Some(Remote::Ready(drift)) => told(drift),
    }
}

fn told(found: &Drift) -> Html {
    let kind = match found.judge() {
        Judgement::Clean => BadgeKind::Neutral,
        Judgement::Records { .. } | Judgement::Unseen => BadgeKind::Warning,
    };
    html! {
        <Badge {kind} label={drift::badge(found)} title="Changed since the promotion; a rollback would leave it behind" />
    }
}

/// A promotion that happened outside Slipway, which can be taken back too.
fn foreign(store: &Store, world: &Observed) -> Option<Html> {
    let (current, previous) = world.foreign_promotion()?;
    let disabled_reason = overview::reason_not_to_plan(world).map(AttrValue::from);
    let roll_back = store.asks(Command::RollBackForeign {
        current: current.id.clone(),
        previous: previous.id.clone(),
    });
    Some(html! {
        <tr key="foreign">
            <th scope="row">
                <span class="table__name">{ "Promoted outside Slipway" }</span>
                <Mono text={current.id.to_string()} subtle=true />
            </th>
            <td>{ "after " }<Time at={current.created_at} /></td>
            <td>{ or_dash(None) }</td>
            <td>{ or_dash(None) }</td>
            <td>{ or_dash(None) }</td>
            <td>
                <div class="table__actions">
                    <Badge kind={BadgeKind::Success} label="Live" />
                    <Button label="Roll back…" intent={Intent::Negative} small=true {disabled_reason}
                        name={AttrValue::from(format!("Roll back to {}…", previous.id))} on_press={roll_back} />
                </div>
            </td>
        </tr>
    })
}
