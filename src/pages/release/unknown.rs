//! A release that no journal tells of.

use slipway_release::{ReleaseId, observed::Observed, view::action::Intent};
use yew::prelude::*;

use crate::{
    components::{Button, Callout, CalloutKind, EmptyState, Mono, PageHeader},
    store::{Command, Place, use_store},
};

/// What the page needs.
#[derive(Properties, PartialEq)]
pub(super) struct UnknownProps {
    /// Which release was asked for.
    pub(super) id: ReleaseId,
}

/// Says where was looked, what may be the reason, and leads on.
#[component]
pub(super) fn Unknown(props: &UnknownProps) -> Html {
    let store = use_store();
    let Some(world) = store.state.world.ready() else {
        return Html::default();
    };
    let actions = html! {
        <div class="empty__actions">
            <Button label="Look again" busy={store.state.looking} on_press={store.asks(Command::Look)} />
            <Button label="All releases" intent={Intent::Primary}
                on_press={store.asks(Command::Open(Place::Releases))} />
        </div>
    };
    html! {
        <>
            <PageHeader title="Unknown release" on_back={store.asks::<()>(Command::Open(Place::Releases))}
                beside={html! { <Mono text={props.id.to_string()} subtle=true /> }} />
            { for world.unreadable.iter().map(|journal| html! {
                <Callout kind={CalloutKind::Warning} key={journal.place.clone()}
                    title="A release on record cannot be read; it may be this one.">
                    { "Its journal lies in " }<Mono text={journal.place.clone()} />
                    { format!(": {}.", journal.reason.trim_end_matches('.')) }
                </Callout>
            }) }
            <EmptyState title="This release is not on record." sentence={why(world)} action={actions} />
        </>
    }
}

/// Where was looked, and why it may not be there.
fn why(world: &Observed) -> String {
    let looked = match world.environments.as_slice() {
        [] => "No environment of this project can be seen with your role".to_owned(),
        [one] => format!("{} and this browser know nothing of it", one.id),
        many => format!(
            "None of the {} environments of this project knows of it, and this browser neither",
            many.len()
        ),
    };
    let hidden = if world.abilities.enter_all_environments {
        ""
    } else {
        " It may lie in an environment that your role cannot enter."
    };
    format!(
        "{looked}. The link may belong to another project, or the environments that kept its journal were deleted.{hidden}"
    )
}
