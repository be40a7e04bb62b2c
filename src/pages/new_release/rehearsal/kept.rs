//! The rehearsals that this browser keeps: the newest at once, the others from a list.

use datocms_client::EnvironmentId;
use slipway_release::{
    Rehearsal,
    rehearsal::{Freshness, Stale},
    view::{
        rehearsal::{self, KeptRow},
        time,
    },
};
use yew::prelude::*;

use super::outcome::Outcome;
use crate::{
    components::{Badge, BadgeKind, Button, Callout, CalloutKind, Column, Details, Mono, Table},
    store::{Store, use_store},
};

const COLUMNS: [Column; 5] = [
    Column::new("Rehearsed"),
    Column::new("How it ended"),
    Column::new("Its fork"),
    Column::new("Now"),
    Column::unseen("Show it"),
];

/// What a person opened, and which was the newest by then: one that ends later is shown at once.
#[derive(Debug, Clone, PartialEq)]
struct Opened {
    fork: EnvironmentId,
    newest: Option<EnvironmentId>,
}

/// The newest rehearsal or the one that was opened, and the way to the others.
#[component]
pub(super) fn KeptRehearsals() -> Html {
    let store = use_store();
    let opened = use_state_eq(|| None::<Opened>);
    let kept = &store.state.rehearsals;
    let newest = kept.newest().map(|newest| newest.fork.clone());
    let asked = (*opened)
        .as_ref()
        .filter(|opened| opened.newest == newest)
        .and_then(|opened| kept.of(&opened.fork));
    let shown = asked.or_else(|| kept.newest());
    let on_show = {
        let setter = opened.setter();
        Callback::from(move |fork| {
            let newest = newest.clone();
            setter.set(Some(Opened { fork, newest }));
        })
    };
    let world = store.state.world.ready();
    let is_primary_seen = world.is_some_and(|world| world.primary().is_some());
    if kept.kept.is_empty() || !is_primary_seen {
        return Html::default();
    }
    html! {
        <div class="kept">
            { passed_over(&store, shown, &on_show) }
            if let Some((rehearsal, stale)) = shown.and_then(|shown| Some((shown, staleness(&store, shown)?))) {
                <Outcome key={rehearsal.fork.to_string()} rehearsal={rehearsal.clone()}
                    view={rehearsal::rehearsal(rehearsal, &stale)} {stale} />
            }
            { list(&store, shown, &on_show) }
        </div>
    }
}

/// What makes a rehearsal stale; `None` where it is not seen what is primary.
fn staleness(store: &Store, rehearsal: &Rehearsal) -> Option<Vec<Stale>> {
    let primary = store.state.world.ready()?.primary()?;
    let folder = store.state.folder.ready();
    let pending = folder.filter(|folder| folder.is_settled());
    let pending = pending.map(|folder| folder.pending.as_slice());
    let schema = store.state.rehearsals.schema;
    Some(rehearsal.staleness(pending, &primary.id, schema))
}

/// Says where the prediction comes from, when that is another rehearsal than the one that is shown.
fn passed_over(
    store: &Store,
    shown: Option<&Rehearsal>,
    on_show: &Callback<EnvironmentId>,
) -> Html {
    let holding = (store.state.world.ready())
        .and_then(|world| world.primary())
        .zip(store.state.folder.ready())
        .and_then(|(primary, folder)| {
            let kept = &store.state.rehearsals;
            kept.holding(&primary.id, &folder.pending)
        });
    let Some(holding) = holding.filter(|holding| shown != Some(*holding)) else {
        return Html::default();
    };
    let when = time::utc(holding.began);
    let fork = holding.fork.clone();
    let show = html! {
        <Button label="Show it" name={format!("Show the rehearsal of {when} that still holds")} small=true
            on_press={on_show.reform(move |()| fork.clone())} />
    };
    html! {
        <Callout kind={CalloutKind::Info} title={format!("The rehearsal of {when} still holds.")} action={show}>
            { "All its scripts ran to their end, so what the release is expected to take is from that one." }
        </Callout>
    }
}

/// All of them, folded away. Where the only one is on the page already there is nothing to choose.
fn list(store: &Store, shown: Option<&Rehearsal>, on_show: &Callback<EnvironmentId>) -> Html {
    let kept = &store.state.rehearsals.kept;
    let summary = match (kept.as_slice(), shown) {
        ([], _) | ([_], Some(_)) => return Html::default(),
        ([_], None) => "1 rehearsal is kept in this browser".to_owned(),
        (all, _) => format!("{} rehearsals are kept in this browser", all.len()),
    };
    let rows = kept.iter().filter_map(|one| {
        let row = rehearsal::kept(one, &staleness(store, one)?);
        Some(draw(&row, shown == Some(one), on_show))
    });
    html! {
        <Details {summary}>
            <Table caption="Rehearsals kept in this browser, the newest first" columns={COLUMNS.to_vec()}>
                { for rows }
            </Table>
        </Details>
    }
}

fn draw(row: &KeptRow, shown: bool, on_show: &Callback<EnvironmentId>) -> Html {
    let fork = row.fork.clone();
    let kind = match row.freshness {
        Freshness::Fresh => BadgeKind::Success,
        Freshness::Unknown | Freshness::OutOfDate => BadgeKind::Neutral,
    };
    html! {
        <tr key={fork.to_string()}>
            <th scope="row">{ &row.when }<div class="subtle small">{ &row.by }</div></th>
            <td>{ &row.ended }</td>
            <td><Mono text={fork.to_string()} subtle=true /><div class="subtle small">{ row.became }</div></td>
            <td><Badge {kind} label={row.freshness.label()} /></td>
            <td>
                if shown {
                    <span class="subtle">{ "Shown" }</span>
                } else {
                    <Button label="Show" name={format!("Show the rehearsal of {}", row.when)} small=true
                        on_press={on_show.reform(move |()| fork.clone())} />
                }
            </td>
        </tr>
    }
}
