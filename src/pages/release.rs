//! The page of one release.

use slipway_release::ReleaseId;
use yew::prelude::*;

/// What the page needs.
#[derive(Properties, PartialEq)]
pub struct ReleasePageProps {
    /// Which release.
    pub id: ReleaseId,
}

/// The page of one release.
#[component]
pub fn ReleasePage(props: &ReleasePageProps) -> Html {
    html! { <h1>{ props.id.to_string() }</h1> }
}
