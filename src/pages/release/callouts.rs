//! Messages above the steps: the freeze and its length, what went wrong, where the release stands.

use datocms_client::Timestamp;
use slipway_release::{
    Release,
    view::{
        action::{self, Action, Intent},
        forecast, standing, timeline,
    },
};
use yew::prelude::*;

use crate::{
    components::{Button, Callout, CalloutKind},
    pages::trouble::Trouble,
    store::{Command, Store, use_store},
};

/// What the messages need.
#[derive(Properties, PartialEq)]
pub(super) struct CalloutsProps {
    /// Which release.
    pub(super) release: Release,
    /// Now, ticking while primary is frozen.
    pub(super) now: Timestamp,
}

/// The messages above the steps.
#[component]
pub(super) fn Callouts(props: &CalloutsProps) -> Html {
    let store = use_store();
    let release = &props.release;
    let busy = store.state.running(&release.plan().id).busy;
    let replaced = store
        .state
        .world
        .ready()
        .and_then(|world| timeline::replaced(world, release));
    let other = store
        .state
        .at_work(&release.plan().id)
        .filter(|other| !busy && other.is_in_the_way());
    let standing = other
        .map(standing::beside)
        .or(replaced)
        .or_else(|| standing::standing(release, busy));
    let standing = standing.map(|standing| {
        html! {
            <Callout kind={standing.tone} title={standing.title}>{ standing.sentence }</Callout>
        }
    });
    html! {
        <>
            { freeze(&store, props, busy) }
            <Trouble />
            { asking(&store, release) }
            { standing.unwrap_or_default() }
        </>
    }
}

/// Editors wait: how long already, and the way out.
fn freeze(store: &Store, props: &CalloutsProps, busy: bool) -> Html {
    let release = &props.release;
    let is_lost = store
        .state
        .world
        .ready()
        .is_some_and(|world| world.lost_freeze_of(release));
    if is_lost && !busy {
        return lost(store, release);
    }
    let Some(said) = forecast::frozen(release, props.now) else {
        return Html::default();
    };
    html! {
        <Callout kind={CalloutKind::Warning} title="Editors are waiting."
            action={html! { <WayOut release={release.clone()} {busy} /> }}>
            { said }
        </Callout>
    }
}

/// A script waits for an answer, and its dialog was closed.
fn asking(store: &Store, release: &Release) -> Html {
    let performing = store.state.performing.as_ref();
    let is_here = performing.is_some_and(|performing| performing.release == release.plan().id);
    let Some(asking) = store.state.asking.as_ref().filter(|_| is_here) else {
        return Html::default();
    };
    let consent = &asking.question.consent;
    let answer = store.asks::<()>(Command::AnswerScript);
    html! {
        <Callout kind={CalloutKind::Warning} title={format!("{} waits for your answer.", consent.script)}
            action={html! { <Button label="Answer" intent={Intent::Primary} on_press={answer} /> }}>
            { format!("It asks for {}, which belong to the whole project.", consent.resource.plural()) }
        </Callout>
    }
}

/// Somebody lifted the freeze: what that means, and the way to have it again.
fn lost(store: &Store, release: &Release) -> Html {
    let said = standing::freeze_lost(release);
    let press = store.asks::<()>(Command::Press {
        release: release.plan().id.clone(),
        action: Action::Refreeze,
    });
    let again = release.phase().may_refreeze().then(|| {
        html! { <Button label="Freeze again" intent={Intent::Quiet} on_press={press} /> }
    });
    html! {
        <Callout kind={said.tone} title={said.title} action={again.unwrap_or_default()}>
            { said.sentence }
        </Callout>
    }
}

#[derive(Properties, PartialEq)]
struct WayOutProps {
    release: Release,
    busy: bool,
}

/// Abandons the release and lets the editors in again, where that can be done.
#[component]
fn WayOut(props: &WayOutProps) -> Html {
    let store = use_store();
    let release = &props.release;
    let actions = action::actions(
        release,
        store.session.abilities,
        props.busy,
        store.state.at_work(&release.plan().id),
    );
    let Some(view) = actions
        .into_iter()
        .find(|view| view.action == Action::Abandon)
    else {
        return Html::default();
    };
    let press = store.asks::<()>(Command::Press {
        release: release.plan().id.clone(),
        action: view.action,
    });
    html! {
        <Button label={view.label} intent={Intent::Quiet} on_press={press}
            disabled_reason={view.disabled_reason.map(AttrValue::from)} />
    }
}
