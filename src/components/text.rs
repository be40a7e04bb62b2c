//! Small pieces of text: names that machines gave, moments, announcements.

use datocms_client::Timestamp;
use slipway_release::view::time;
use yew::prelude::*;

use super::use_language;
use crate::ports::clock;

/// What a machine's name needs.
#[derive(Properties, PartialEq)]
pub struct MonoProps {
    /// The name.
    pub text: AttrValue,
    /// Less important than the text around it.
    #[prop_or_default]
    pub subtle: bool,
}

/// What a machine named, in its own typeface.
#[component]
pub fn Mono(props: &MonoProps) -> Html {
    html! { <span class={classes!("mono", props.subtle.then_some("subtle"))}>{ &props.text }</span> }
}

/// What a moment needs.
#[derive(Properties, PartialEq)]
pub struct TimeProps {
    /// When.
    pub at: Timestamp,
    /// Whether its date is told even where it is today's.
    #[prop_or_default]
    pub dated: bool,
}

/// A moment by the person's clock: "14:02", or "23 Oct, 16:20" on another day.
#[component]
pub fn Time(props: &TimeProps) -> Html {
    let language = use_language();
    let said = if props.dated {
        clock::local_date_and_time(props.at, &language)
    } else {
        clock::local_time(props.at, &language)
    };
    html! { <time datetime={props.at.to_string()}>{ said }</time> }
}

/// What a distance in time needs.
#[derive(Properties, PartialEq)]
pub struct AgoProps {
    /// When it was.
    pub at: Timestamp,
    /// When it is now. The component does not tick; whoever draws it does.
    pub now: Timestamp,
}

/// How long ago something was, with the moment itself on hover.
#[component]
pub fn Ago(props: &AgoProps) -> Html {
    let language = use_language();
    let ago = time::ago(props.now.as_millis() - props.at.as_millis());
    html! {
        <time datetime={props.at.to_string()} title={clock::local_time(props.at, &language)}>{ ago }</time>
    }
}

/// What an announcement needs.
#[derive(Properties, PartialEq)]
pub struct LiveProps {
    /// What is said; said again when it changes.
    pub text: AttrValue,
}

/// Says a text to screen readers when it changes, without showing it.
#[component]
pub fn Live(props: &LiveProps) -> Html {
    html! { <div class="unseen" role="status" aria-live="polite">{ &props.text }</div> }
}
