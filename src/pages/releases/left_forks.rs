//! Copies that rehearsals left behind or kept: each takes one of the project's sandboxes.

use slipway_release::{
    rehearsal::fork::LeftFork,
    view::{overview, rehearsal},
};
use yew::prelude::*;

use crate::{
    components::{Button, Callout, CalloutKind},
    store::{Command, Store, use_store},
};

/// Every such copy, with the way to destroy it. Says nothing of the one that a rehearsal in this page runs on.
#[component]
pub(super) fn LeftForks() -> Html {
    let store = use_store();
    let Some(world) = store.state.world.ready() else {
        return Html::default();
    };
    let own = store.state.rehearsing.is_some();
    let left = world.rehearsals.iter().filter(|_| !own);
    html! { { for left.map(|left| one(&store, left)) } }
}

fn one(store: &Store, left: &LeftFork) -> Html {
    let Some(world) = store.state.world.ready() else {
        return Html::default();
    };
    let known = store.state.rehearsals.kept.as_slice();
    let fork = left.fork.clone();
    let busy = store.state.rehearsals.destroying.as_ref() == Some(&fork);
    let destroy = html! {
        <Button label="Destroy the copy…" name={AttrValue::from(format!("Destroy {fork}…"))} {busy}
            disabled_reason={overview::lacking(world.abilities).map(AttrValue::from)}
            on_press={store.asks(Command::DestroyFork { fork: fork.clone() })} />
    };
    html! {
        <Callout kind={CalloutKind::Info} key={fork.to_string()} title="A copy from a rehearsal is still there."
            action={destroy}>
            { rehearsal::left_fork(left, known, &world.me) }
        </Callout>
    }
}
