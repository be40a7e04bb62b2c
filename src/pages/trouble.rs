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
    let Some(sentence) = store.state.trouble.clone() else {
        return Html::default();
    };
    let dismiss = html! {
        <Button label="Dismiss" intent={Intent::Quiet} small=true
            on_press={store.asks(Command::DismissTrouble)} />
    };
    html! {
        <Callout kind={CalloutKind::Danger} title="That did not work." action={dismiss}>{ sentence }</Callout>
    }
}
