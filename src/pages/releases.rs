//! The list of releases.

use yew::prelude::*;

/// The list of releases.
#[component]
pub fn Releases() -> Html {
    html! { <h1>{ "Releases" }</h1> }
}
