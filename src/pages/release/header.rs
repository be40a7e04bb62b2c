//! The top of a release's page: its name, its environments, its address.

use datocms_plugin::Mode;
use slipway_release::Plan;
use yew::prelude::*;

use crate::{
    components::{CopyButton, Mono, PageHeader},
    ports::page,
    session::Frame,
    store::{Command, Place, use_store},
};

/// What the top of a release's page needs.
#[derive(Properties, PartialEq)]
pub(super) struct ReleaseHeaderProps {
    /// What the release intends.
    pub(super) plan: Plan,
}

/// The top of a release's page.
#[component]
pub(super) fn ReleaseHeader(props: &ReleaseHeaderProps) -> Html {
    let store = use_store();
    let frame = use_context::<Frame>();
    let plan = &props.plan;
    let link = frame.and_then(|frame| address(&frame, &Place::Release(plan.id.clone())));
    html! {
        <PageHeader title={plan.title.clone()} on_back={store.asks::<()>(Command::Open(Place::Releases))}
            beside={html! { <Mono text={format!("{} → {}", plan.source, plan.sandbox)} subtle=true /> }}>
            if let Some(link) = link {
                <CopyButton text={link} label="Copy link" name="Copy the link to this release" />
            }
        </PageHeader>
    }
}

/// The place's address in the panel. The panel tells its path and query; its origin is known from
/// the document that framed us, else from the project's own domain. `None` where neither is known.
fn address(frame: &Frame, place: &Place) -> Option<String> {
    let Mode::RenderPage { location, .. } = &frame.settings.mode else {
        return None;
    };
    let site = &frame.settings.base.site;
    let origin = page::framing_origin().or_else(|| {
        let domain = site.domain.as_ref().or(site.internal_domain.as_ref())?;
        Some(format!("https://{domain}"))
    })?;
    Some(format!("{origin}{}{}", location.pathname, place.to_query()))
}
