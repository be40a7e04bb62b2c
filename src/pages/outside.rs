//! What is seen when the plugin's address is opened outside the panel.

use yew::prelude::*;

use crate::components::{Details, EmptyState};

/// What the page needs.
#[derive(Properties, PartialEq)]
pub struct OutsideProps {
    /// Why there is no connection to a panel, as a sentence.
    pub reason: AttrValue,
}

/// Says what this is and where it belongs.
#[component]
pub fn Outside(props: &OutsideProps) -> Html {
    html! {
        <main class="page page--narrow">
            <h1>{ "Slipway" }</h1>
            <EmptyState title="This page belongs inside the DatoCMS admin panel"
                sentence="Slipway is a plugin: it releases schema migrations and content together. Install it under Configuration › Plugins with this page’s address as its entry point, then open “Releases” in the panel’s top bar." />
            <Details summary="What was tried">
                <p>{ format!("{}. Nothing was changed.", props.reason.trim_end_matches('.')) }</p>
            </Details>
        </main>
    }
}
