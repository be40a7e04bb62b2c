//! What is said above the list where the page's address asks for a release that cannot be.

use yew::prelude::*;

use crate::{
    components::{Button, Callout, CalloutKind, Mono},
    ports::page,
    store::{Command, Place, use_store},
};

/// How much of what was asked for is shown: an address can be of any length.
const SHOWN: usize = 64;

/// What the message needs.
#[derive(Properties, PartialEq)]
pub(super) struct SoughtInVainProps {
    /// What the address has in place of a release's id, as it stands there.
    pub(super) id: AttrValue,
}

/// Says what was asked for and why it is not shown; going on from here mends the address.
#[component]
pub(super) fn SoughtInVain(props: &SoughtInVainProps) -> Html {
    let store = use_store();
    let dismiss = html! {
        <Button label="Dismiss" small=true on_press={store.asks(Command::Open(Place::Releases))} />
    };
    let asked = page::unescaped(&props.id);
    let asked = asked.trim();
    let explained = if asked.is_empty() {
        html! { { "It does not say which: it was probably cut off." } }
    } else {
        html! {
            <>
                { "It asks for " }<Mono text={beginning(asked)} />
                { ", and no environment here has a release of that name: none can have it. The link was probably cut off or changed on its way." }
            </>
        }
    };
    html! {
        <Callout kind={CalloutKind::Warning} title="This link leads to no release." action={dismiss}>
            { explained }{ " Every release on record is listed below." }
        </Callout>
    }
}

/// As much of a text as is shown.
fn beginning(text: &str) -> String {
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
