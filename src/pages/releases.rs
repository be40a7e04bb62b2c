//! The list of releases. It answers, in this order: is the site safe right now, what is going on,
//! what can I do, what happened before.

mod environments;
mod facts;
mod left_forks;
mod past;
mod sought;
mod under_way;

use slipway_release::{
    observed::{Observed, UnreadableJournal},
    view::{action::Intent, overview, timeline},
};
use yew::prelude::*;

use super::trouble::Trouble;
use crate::{
    components::{
        Button, Callout, CalloutKind, EmptyState, ErrorState, Loading, Mono, PageHeader, Shape,
    },
    store::{Command, Place, Remote, use_store},
};
use environments::Environments;
use facts::Facts;
use left_forks::LeftForks;
use past::PastReleases;
use sought::SoughtInVain;
use under_way::UnderWay;

/// What the list needs.
#[derive(Properties, PartialEq)]
pub struct ReleasesProps {
    /// What the page's address asks for in place of a release's id, where it asks for one that cannot be.
    #[prop_or_default]
    pub sought: Option<AttrValue>,
}

/// The list of releases.
#[component]
pub fn Releases(props: &ReleasesProps) -> Html {
    let store = use_store();
    use_manifest();
    let world = store.state.world.ready();
    let body = match &store.state.world {
        Remote::Idle | Remote::Loading => html! { <Loading label="Reading the project" /> },
        Remote::Failed(sentence) => html! {
            <ErrorState title="The project could not be read." sentence={format!("{sentence} Nothing was changed.")}
                on_retry={store.asks::<()>(Command::Look)} />
        },
        Remote::Ready(world) => told(world),
    };
    html! {
        <div class="page">
            <PageHeader title="Releases">
                <Button label="Settings" on_press={store.asks(Command::OpenSettings)} />
                if let Some(world) = world.filter(|world| !is_untouched(world)) {
                    <NewReleaseButton reason={overview::reason_not_to_plan(world)} />
                }
            </PageHeader>
            <Trouble />
            if let Some(sought) = &props.sought {
                <SoughtInVain id={sought.clone()} />
            }
            { body }
        </div>
    }
}

/// Whether there is no release to tell of; the blank state then holds the page's main action.
fn is_untouched(world: &Observed) -> bool {
    world.releases.is_empty() && timeline::outside_now(world).is_none()
}

/// Everything below the header, once the project has been read.
fn told(world: &Observed) -> Html {
    html! {
        <>
            if let Some(sentence) = overview::lacking(world.abilities) {
                <Callout kind={CalloutKind::Info} title={sentence} />
            }
            { for world.unreadable.iter().map(unreadable) }
            <Facts />
            <UnderWay />
            if is_untouched(world) {
                <Blank reason={overview::reason_not_to_plan(world)} />
            }
            <LeftForks />
            <PastReleases />
            <Environments />
        </>
    }
}

/// A journal that cannot be read hides nothing: it is told.
fn unreadable(journal: &UnreadableJournal) -> Html {
    html! {
        <Callout kind={CalloutKind::Warning} key={journal.place.clone()} title="A release on record cannot be read.">
            { "Its journal lies in " }<Mono text={journal.place.clone()} />{ format!(": {}. ", journal.reason.trim_end_matches('.')) }
            { "The release is missing below; nothing about it was changed." }
        </Callout>
    }
}

/// Fetches the migrations once where an address is configured, so that the page can say what is pending.
#[hook]
fn use_manifest() {
    let store = use_store();
    let url = store.session.config.migrations_url.clone();
    let wanted = store.state.world.ready().is_some() && store.state.folder == Remote::Idle;
    use_effect_with((wanted, url), move |(wanted, url)| {
        if let (true, Some(url)) = (wanted, url) {
            store.send(Command::FetchManifest { url: url.clone() });
        }
    });
}

#[derive(Properties, PartialEq)]
struct ReasonProps {
    /// Why no release can be planned.
    reason: Option<String>,
    /// Shows it beside the button.
    #[prop_or_default]
    reason_beside: bool,
}

/// The page's main action.
#[component]
fn NewReleaseButton(props: &ReasonProps) -> Html {
    let store = use_store();
    html! {
        <Button label="New release" icon={Shape::Plus} intent={Intent::Primary}
            on_press={store.asks(Command::Open(Place::NewRelease))}
            disabled_reason={props.reason.clone().map(AttrValue::from)} reason_beside={props.reason_beside} />
    }
}

/// No release yet.
#[component]
fn Blank(props: &ReasonProps) -> Html {
    let plan = html! { <NewReleaseButton reason={props.reason.clone()} reason_beside=true /> };
    html! {
        <div class="section">
            <EmptyState title="No release yet"
                sentence="A release copies the primary environment, runs your migrations on the copy, lets you look at it, and makes it primary. Planning one freezes nothing yet."
                action={plan} />
        </div>
    }
}
