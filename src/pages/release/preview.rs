//! The preview tab: the sandbox as sites and programs would see it.

use slipway_release::{Phase, Release};
use yew::prelude::*;

use super::{endpoints::Endpoints, query::QueryBox, sites::Sites};
use crate::components::EmptyState;

/// What the tab needs.
#[derive(Properties, PartialEq)]
pub(super) struct PreviewProps {
    /// Which release.
    pub(super) release: Release,
}

/// The preview tab.
#[component]
pub(super) fn Preview(props: &PreviewProps) -> Html {
    let release = &props.release;
    if !release.has_sandbox() {
        let sentence = if *release.phase() == Phase::Abandoned {
            "The sandbox of this release was destroyed."
        } else {
            "Once primary is forked, the sandbox can be looked at here."
        };
        return html! { <EmptyState title="There is no sandbox" {sentence} /> };
    }
    html! {
        <div class="preview">
            <Sites plan={release.plan().clone()} />
            <QueryBox plan={release.plan().clone()} />
            <Endpoints environment={release.plan().sandbox.clone()} />
        </div>
    }
}
