//! What went wrong last, on every page of the store.

use slipway_release::view::action::Intent;
use yew::prelude::*;

use super::release::ticking::use_now;
use crate::{
    components::{Button, Callout, CalloutKind},
    store::{Command, Waiting, use_store},
};

/// What went wrong last, until the person dismisses it.
#[component]
pub fn Trouble() -> Html {
    let store = use_store();
    let callout = store.state.trouble.clone().map(|sentence| {
        let dismiss = html! {
            <Button label="Dismiss" intent={Intent::Quiet} small=true
                on_press={store.asks(Command::DismissTrouble)} />
        };
        html! {
            <Callout kind={CalloutKind::Danger} title="That did not work." action={dismiss}>{ sentence }</Callout>
        }
    });
    let waiting = store.state.waiting.iter().map(|waiting| {
        html! { <Wait key={waiting.id} waiting={waiting.clone()} /> }
    });
    // There is an element even where there is no trouble: what is new before a component without one
    // is inserted at the place of what came after it, and Yew 0.23 panics where that goes in the same turn.
    html! { <div><div>{ for waiting }</div><div>{ callout.unwrap_or_default() }</div></div> }
}

#[derive(Properties, PartialEq)]
struct WaitProps {
    waiting: Waiting,
}

/// A request that is about to be sent again, counting down.
#[component]
fn Wait(props: &WaitProps) -> Html {
    let store = use_store();
    let now = use_now(true);
    let Waiting {
        id,
        request,
        reason,
        attempt: (attempt, of),
        until,
    } = &props.waiting;
    let left = (until.as_millis() - now.as_millis()).max(0);
    let seconds = (left + 999) / 1000;
    let stop = html! {
        <Button label="Stop trying" intent={Intent::Quiet} small=true
            on_press={store.asks(Command::StopWaiting { id: *id })} />
    };
    html! {
        <Callout kind={CalloutKind::Info} title={format!("Trying again in {seconds} s.")} action={stop}>
            { format!("Attempt {attempt} of {of} of {request}: {reason}.") }
        </Callout>
    }
}
