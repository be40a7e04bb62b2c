//! Buttons. One that cannot be pressed keeps its place in the tab order and says why.

use slipway_release::view::action::{Action, ActionView, Intent};
use yew::prelude::*;

use super::{Icon, Shape, use_unique_id};

/// What a button needs.
#[derive(Properties, PartialEq)]
pub struct ButtonProps {
    /// Its words.
    pub label: AttrValue,
    /// How it looks; quiet where nothing is said.
    #[prop_or(Intent::Quiet)]
    pub intent: Intent,
    /// Called when it is pressed; never while there is a reason not to, or while it is busy.
    pub on_press: Callback<()>,
    /// Why it cannot be pressed now, as a sentence.
    #[prop_or_default]
    pub disabled_reason: Option<AttrValue>,
    /// Shows the reason as text under the button, for the main action of a region; otherwise it
    /// appears in a bubble on hover and on focus.
    #[prop_or_default]
    pub reason_beside: bool,
    /// What it does is under way.
    #[prop_or_default]
    pub busy: bool,
    /// A sign before the words.
    #[prop_or_default]
    pub icon: Option<Shape>,
    /// A longer name for screen readers, where the words alone are not clear ("Roll back Autumn taxonomy").
    #[prop_or_default]
    pub name: Option<AttrValue>,
    /// Smaller, inside rows of a table.
    #[prop_or_default]
    pub small: bool,
    /// The element's type: "submit" also submits the form it stands in.
    #[prop_or(AttrValue::Static("button"))]
    pub kind: AttrValue,
    /// To focus it.
    #[prop_or_default]
    pub node: NodeRef,
}

/// A button.
#[component]
pub fn Button(props: &ButtonProps) -> Html {
    let reason_id = use_unique_id("reason");
    let blocked = props.disabled_reason.is_some() || props.busy;
    let onclick = {
        let on_press = props.on_press.clone();
        Callback::from(move |event: MouseEvent| {
            if blocked {
                event.prevent_default();
            } else {
                on_press.emit(());
            }
        })
    };
    let look = match props.intent {
        Intent::Primary => "button--primary",
        Intent::Secondary => "",
        Intent::Quiet => "button--quiet",
        Intent::Negative => "button--negative",
    };
    let reason = props.disabled_reason.as_ref().map(|reason| {
        let look = if props.reason_beside {
            "reason"
        } else {
            "bubble"
        };
        html! { <span id={reason_id.clone()} class={look}>{ reason }</span> }
    });
    let described_by = reason.is_some().then(|| reason_id.clone());
    html! {
        <span class={classes!("press", props.reason_beside.then_some("press--beside"))}>
            <button ref={props.node.clone()} type={props.kind.clone()}
                class={classes!("button", look, props.small.then_some("button--small"))}
                aria-disabled={blocked.then_some("true")} aria-busy={props.busy.then_some("true")}
                aria-label={props.name.clone()} aria-describedby={described_by} {onclick}>
                if props.busy {
                    <span class="spinner" aria-hidden="true"></span>
                } else if let Some(shape) = props.icon {
                    <Icon {shape} />
                }
                { &props.label }
            </button>
            // One node whether there is a reason or not: a list of another length would make a new button,
            // and the focus would be lost.
            { reason.unwrap_or_default() }
        </span>
    }
}

/// What a button of a release needs.
#[derive(Properties, PartialEq)]
pub struct ActionButtonProps {
    /// What it is.
    pub view: ActionView,
    /// Called with the action when it is pressed.
    pub on_press: Callback<Action>,
    /// Shows the reason as text under the button.
    #[prop_or_default]
    pub reason_beside: bool,
    /// What it does is under way.
    #[prop_or_default]
    pub busy: bool,
    /// A longer name for screen readers.
    #[prop_or_default]
    pub name: Option<AttrValue>,
    /// Smaller, inside rows of a table.
    #[prop_or_default]
    pub small: bool,
}

/// A button of a release, as the view model decided it.
#[component]
pub fn ActionButton(props: &ActionButtonProps) -> Html {
    let action = props.view.action;
    html! {
        <Button label={props.view.label.clone()} intent={props.view.intent}
            on_press={props.on_press.reform(move |()| action)}
            disabled_reason={props.view.disabled_reason.clone().map(AttrValue::from)}
            reason_beside={props.reason_beside} busy={props.busy}
            name={props.name.clone()} small={props.small} />
    }
}

/// What a button that reads like a link needs.
#[derive(Properties, PartialEq)]
pub struct LinkButtonProps {
    /// Its words.
    pub label: AttrValue,
    /// Called when it is pressed.
    pub on_press: Callback<()>,
}

/// A button that reads like a link: it leads somewhere inside the plugin's page.
#[component]
pub fn LinkButton(props: &LinkButtonProps) -> Html {
    html! {
        <button type="button" class="link" onclick={props.on_press.reform(|_: MouseEvent| ())}>
            { &props.label }
        </button>
    }
}

/// What the button that looks again needs.
#[derive(Properties, PartialEq)]
pub struct RefreshButtonProps {
    /// Called when it is pressed.
    pub on_press: Callback<()>,
    /// A look is under way.
    pub busy: bool,
}

/// Looks at something again.
#[component]
pub fn RefreshButton(props: &RefreshButtonProps) -> Html {
    html! {
        <Button label="Refresh" icon={Shape::Refresh} busy={props.busy} on_press={props.on_press.clone()} />
    }
}
