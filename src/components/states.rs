//! What stands where content is missing: nothing there, still coming, not to be had.

use slipway_release::view::action::Intent;
use yew::prelude::*;

use super::{Button, Callout, CalloutKind};

/// What an empty state needs.
#[derive(Properties, PartialEq)]
pub struct EmptyStateProps {
    /// What is not there.
    pub title: AttrValue,
    /// Why, or what would be there.
    pub sentence: AttrValue,
    /// The one thing to do about it.
    #[prop_or_default]
    pub action: Html,
}

/// Nothing there.
#[component]
pub fn EmptyState(props: &EmptyStateProps) -> Html {
    html! {
        <div class="empty">
            <p class="empty__title">{ &props.title }</p>
            <p class="empty__sentence">{ &props.sentence }</p>
            { props.action.clone() }
        </div>
    }
}

/// What a loading state needs.
#[derive(Properties, PartialEq)]
pub struct LoadingProps {
    /// What is on its way: "Reading the project".
    pub label: AttrValue,
}

/// Still coming.
#[component]
pub fn Loading(props: &LoadingProps) -> Html {
    html! {
        <div class="loading" role="status" aria-busy="true">
            <span class="spinner" aria-hidden="true"></span>
            { &props.label }{ "…" }
        </div>
    }
}

/// What an error state needs.
#[derive(Properties, PartialEq)]
pub struct ErrorStateProps {
    /// What could not be had.
    pub title: AttrValue,
    /// Why, and what was not changed.
    pub sentence: AttrValue,
    /// Tries again.
    #[prop_or_default]
    pub on_retry: Option<Callback<()>>,
}

/// Not to be had.
#[component]
pub fn ErrorState(props: &ErrorStateProps) -> Html {
    let action = props.on_retry.clone().map(|on_press| {
        html! { <Button label="Try again" intent={Intent::Quiet} {on_press} /> }
    });
    html! {
        <Callout kind={CalloutKind::Danger} title={props.title.clone()} action={action.unwrap_or_default()}>
            { &props.sentence }
        </Callout>
    }
}
