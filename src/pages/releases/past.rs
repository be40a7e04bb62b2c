//! What happened before, with the way back.

use slipway_release::{
    ReleaseId,
    drift::{Drift, Judgement},
    observed::Observed,
    view::{
        action::{ActionView, Intent},
        drift, overview,
        timeline::{self, Outside, Past, Remark, Row, Standing},
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

/// The releases that are over, and what became primary outside them.
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
    if rows.is_empty() {
        return Html::default();
    }
    let drawn = rows.iter().map(|row| match row {
        Row::Release(past) => release(&store, past),
        Row::Outside(found) => outside(&store, world, found),
    });
    html! {
        <Section title="Past releases">
            <Table caption="Past releases, newest first" columns={COLUMNS.to_vec()}>{ for drawn }</Table>
        </Section>
    }
}

/// Counts what a rollback of the live release would leave behind, again whenever primary's data changes.
#[hook]
fn use_drift_of_live(store: &Store, rows: &[Row]) {
    let live = rows.iter().find_map(|row| match row {
        Row::Release(past) if past.standing == Standing::Live => Some(past.id.clone()),
        Row::Release(_) | Row::Outside(_) => None,
    });
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

fn release(store: &Store, row: &Past) -> Html {
    let open = Command::Open(Place::Release(row.id.clone()));
    html! {
        <tr key={row.id.to_string()}>
            <th scope="row">
                <LinkButton label={row.title.clone()} on_press={store.asks(open)} />
                <div><Mono text={row.sandbox.to_string()} subtle=true /></div>
                { remarks(&row.remarks) }
            </th>
            <td>{ promoted(row) }</td>
            <td>{ or_dash(row.by.as_ref()) }</td>
            <td>{ or_dash(row.freeze.as_ref()) }</td>
            <td>{ or_dash(row.scripts.map(|scripts| scripts.to_string()).as_ref()) }</td>
            <td><div class="table__actions">{ outcome(store, row) }</div></td>
        </tr>
    }
}

/// What was waived, taken back, given up or taken over, with the people's own words.
fn remarks(remarks: &[Remark]) -> Html {
    if remarks.is_empty() {
        return Html::default();
    }
    let lines = remarks.iter().enumerate().map(|(index, remark)| {
        html! {
            <li key={index}>
                { format!("{} {} · ", remark.moment.by.name, remark.said) }<Time at={remark.moment.at} />
            </li>
        }
    });
    html! { <ul class="remarks">{ for lines }</ul> }
}

fn promoted(row: &Past) -> Html {
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
fn outcome(store: &Store, row: &Past) -> Html {
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

fn roll_back(store: &Store, row: &Past, view: &ActionView) -> Html {
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

/// Something that became primary and that no release tells of, with the way back where there is one.
fn outside(store: &Store, world: &Observed, found: &Outside) -> Html {
    let when = match found.before {
        Some(before) => html! {
            <>{ "between " }<Time at={found.after} />{ " and " }<Time at={before} /></>
        },
        None => html! { <>{ "after " }<Time at={found.after} /></> },
    };
    let title = if found.maybe_renamed {
        "Promoted or renamed outside Slipway"
    } else {
        "Promoted outside Slipway"
    };
    html! {
        <tr key={format!("outside-{}-{}", found.environment, found.after)}>
            <th scope="row">
                <span class="table__name">{ title }</span>
                <Mono text={found.environment.to_string()} subtle=true />
                <p class="remarks">{ what_is_known(world, found) }</p>
            </th>
            <td>{ when }</td>
            <td>{ or_dash(None) }</td>
            <td>{ or_dash(None) }</td>
            <td>{ or_dash(None) }</td>
            <td><div class="table__actions">{ way_back(store, world, found) }</div></td>
        </tr>
    }
}

fn what_is_known(world: &Observed, found: &Outside) -> String {
    let before = match &found.instead_of {
        Some(before) => format!("Before it, {before} was primary. "),
        None => String::new(),
    };
    let hidden = if world.unreadable.is_empty() {
        ""
    } else {
        " A journal that cannot be read may."
    };
    format!("{before}No release on record tells of it.{hidden}")
}

fn way_back(store: &Store, world: &Observed, found: &Outside) -> Html {
    if !found.stands {
        return html! { <Badge kind={BadgeKind::Neutral} label="Superseded" /> };
    }
    let button = found.way_back.as_ref().map(|previous| {
        let disabled_reason = overview::reason_not_to_plan(world).map(AttrValue::from);
        let roll_back = store.asks(Command::RollBackForeign {
            current: found.environment.clone(),
            previous: previous.clone(),
        });
        html! {
            <Button label="Roll back…" intent={Intent::Negative} small=true {disabled_reason}
                name={AttrValue::from(format!("Roll back to {previous}…"))} on_press={roll_back} />
        }
    });
    html! {
        <>
            <Badge kind={BadgeKind::Success} label="Live" />
            { button.unwrap_or_default() }
        </>
    }
}
