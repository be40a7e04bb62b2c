//! A word that names a state.

use yew::prelude::*;

/// What kind of state a badge names; its colours follow. The word itself must say it all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum BadgeKind {
    /// A fact.
    #[default]
    Neutral,
    /// The one that counts: the primary environment, the running script.
    Primary,
    /// Good.
    Success,
    /// Worth a look.
    Warning,
    /// Wrong.
    Danger,
}

/// What a badge needs.
#[derive(Properties, PartialEq)]
pub struct BadgeProps {
    /// Its colours.
    #[prop_or_default]
    pub kind: BadgeKind,
    /// Its word or two.
    pub label: AttrValue,
    /// More about it, on hover.
    #[prop_or_default]
    pub title: Option<AttrValue>,
}

/// A word that names a state.
#[component]
pub fn Badge(props: &BadgeProps) -> Html {
    let kind = match props.kind {
        BadgeKind::Neutral => None,
        BadgeKind::Primary => Some("badge--primary"),
        BadgeKind::Success => Some("badge--success"),
        BadgeKind::Warning => Some("badge--warning"),
        BadgeKind::Danger => Some("badge--danger"),
    };
    html! { <span class={classes!("badge", kind)} title={props.title.clone()}>{ &props.label }</span> }
}
