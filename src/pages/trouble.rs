//! What went wrong last, on every page of the store.

use slipway_release::view::action::Intent;
use yew::prelude::*;

use crate::{
    components::{Button, Callout, CalloutKind},
    store::{Command, use_store},
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
    // There is an element even where there is no trouble: what is new before a component without one
    // is inserted at the place of what came after it, and Yew 0.23 panics where that goes in the same turn.
    html! { <div>{ callout.unwrap_or_default() }</div> }
}
