//! The plugin's settings.

use yew::prelude::*;

/// The plugin's settings.
#[component]
pub fn Settings() -> Html {
    html! { <h1>{ "Settings" }</h1> }
}
