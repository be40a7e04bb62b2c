//! Planning a release.

use yew::prelude::*;

/// Planning a release.
#[component]
pub fn NewRelease() -> Html {
    html! { <h1>{ "New release" }</h1> }
}
