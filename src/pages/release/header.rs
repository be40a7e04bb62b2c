//! The top of a release's page: its name, its environments, what can be handed on of it.

use slipway_release::Release;
use yew::prelude::*;

use super::{address::address, export::ExportMenu};
use crate::{
    components::{CopyButton, Mono, PageHeader},
    session::Frame,
    store::{Command, Place, use_store},
};

/// What the top of a release's page needs.
#[derive(Properties, PartialEq)]
pub(super) struct ReleaseHeaderProps {
    /// Which release.
    pub(super) release: Release,
}

/// The top of a release's page.
#[component]
pub(super) fn ReleaseHeader(props: &ReleaseHeaderProps) -> Html {
    let store = use_store();
    let frame = use_context::<Frame>();
    let plan = props.release.plan();
    let link = frame
        .and_then(|frame| address(&frame, plan))
        .map(AttrValue::from);
    html! {
        <PageHeader title={plan.title.clone()} on_back={store.asks::<()>(Command::Open(Place::Releases))}
            beside={html! { <Mono text={format!("{} → {}", plan.source, plan.sandbox)} subtle=true /> }}>
            if let Some(link) = &link {
                <CopyButton text={link.clone()} label="Copy link" name="Copy the link to this release" />
            }
            <ExportMenu release={props.release.clone()} {link} />
        </PageHeader>
    }
}
