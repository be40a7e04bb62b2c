//! A message inside the page.

use slipway_release::view::standing::Tone;
use yew::{html::IntoPropValue, prelude::*};

use super::{Icon, Shape};

/// What kind of message a callout is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum CalloutKind {
    /// Worth knowing.
    #[default]
    Info,
    /// Worth a look.
    Warning,
    /// Something went wrong; read out at once by screen readers.
    Danger,
    /// Something went well.
    Success,
}

/// How a tone looks.
impl IntoPropValue<CalloutKind> for Tone {
    fn into_prop_value(self) -> CalloutKind {
        match self {
            Self::Good => CalloutKind::Success,
            Self::Plain => CalloutKind::Info,
            Self::Careful => CalloutKind::Warning,
            Self::Bad => CalloutKind::Danger,
        }
    }
}

/// What a callout needs.
#[derive(Properties, PartialEq)]
pub struct CalloutProps {
    /// Its colours, its sign, and whether it interrupts a screen reader.
    #[prop_or_default]
    pub kind: CalloutKind,
    /// The message in a few words.
    pub title: AttrValue,
    /// The rest of it.
    #[prop_or_default]
    pub children: Html,
    /// Buttons at its end.
    #[prop_or_default]
    pub action: Html,
}

/// A message inside the page.
#[component]
pub fn Callout(props: &CalloutProps) -> Html {
    let (look, shape, role) = match props.kind {
        CalloutKind::Info => ("callout--info", Shape::Info, None),
        CalloutKind::Warning => ("callout--warning", Shape::Warning, None),
        CalloutKind::Danger => ("callout--danger", Shape::Warning, Some("alert")),
        CalloutKind::Success => ("callout--success", Shape::Check, Some("status")),
    };
    html! {
        <div class={classes!("callout", look)} {role}>
            <Icon {shape} />
            <div class="callout__text">
                <strong>{ &props.title }</strong>
                if props.children != Html::default() {
                    { " " }{ props.children.clone() }
                }
            </div>
            if props.action != Html::default() {
                <div class="callout__action">{ props.action.clone() }</div>
            }
        </div>
    }
}
