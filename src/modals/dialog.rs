//! What our dialogs share: the form, its buttons, the ways to close it, typed confirmation.

use serde_json::Value;
use slipway_release::view::action::Intent;
use web_sys::HtmlElement;
use yew::prelude::*;

use crate::{
    components::{Button, Callout, CalloutKind, TextField},
    session::Frame,
    store::spawn,
};

/// What a dialog needs.
#[derive(Properties, PartialEq)]
pub(super) struct DialogProps {
    /// What it is about, for screen readers; the panel draws the visible title around the frame.
    pub(super) name: AttrValue,
    /// What has to be typed.
    pub(super) phrase: AttrValue,
    /// The words of the button that confirms.
    pub(super) confirm: AttrValue,
    /// How that button looks.
    pub(super) intent: Intent,
    /// The answer of a person who confirms.
    pub(super) answer: Value,
    /// What is still missing beside the typed words, as a sentence.
    #[prop_or_default]
    pub(super) lacking: Option<AttrValue>,
    /// What has to be seen before.
    pub(super) children: Html,
}

/// How a dialog is closed.
pub(super) struct Resolving {
    /// Closes it with an answer, or with none.
    pub(super) resolve: Callback<Option<Value>>,
    /// Closes it without an answer when Escape is pressed.
    pub(super) on_escape: Callback<KeyboardEvent>,
    /// Why it could not be closed.
    pub(super) trouble: Option<String>,
    /// The panel is closing it.
    pub(super) answering: bool,
}

/// The ways to close the dialog of this frame.
#[hook]
pub(super) fn use_resolve() -> Resolving {
    let trouble = use_state_eq(|| None::<String>);
    let answering = use_state_eq(|| false);
    let frame = use_context::<Frame>();
    let resolve = {
        let (trouble, answering) = (trouble.setter(), answering.setter());
        Callback::from(move |answer: Option<Value>| {
            let Some(plugin) = frame.as_ref().map(|frame| frame.plugin.clone()) else {
                return;
            };
            let (trouble, answering) = (trouble.clone(), answering.clone());
            answering.set(true);
            spawn(async move {
                if let Err(error) = plugin.resolve(answer).await {
                    trouble.set(Some(error.to_string()));
                    answering.set(false);
                }
            });
        })
    };
    // The panel does not see keys that are pressed inside this frame.
    let on_escape = {
        let resolve = resolve.clone();
        Callback::from(move |event: KeyboardEvent| {
            if event.key() == "Escape" {
                event.prevent_default();
                resolve.emit(None);
            }
        })
    };
    Resolving {
        resolve,
        on_escape,
        trouble: (*trouble).clone(),
        answering: *answering,
    }
}

/// A dialog that is confirmed by typing. Escape and Cancel answer nothing.
#[component]
pub(super) fn Dialog(props: &DialogProps) -> Html {
    let typed = use_state_eq(String::new);
    let Resolving {
        resolve,
        on_escape,
        trouble,
        answering,
    } = use_resolve();
    let input = use_node_ref();
    // The person comes from another frame: the focus has to be brought along.
    use_effect_with(input.clone(), |input| {
        if let Some(input) = input.cast::<HtmlElement>() {
            // Where the browser refuses, the person still reaches the field with Tab.
            let _ = input.focus();
        }
    });
    let is_typed = typed.trim() == props.phrase.as_str();
    let is_ready = is_typed && props.lacking.is_none();
    let confirm = {
        let (resolve, answer) = (resolve.clone(), props.answer.clone());
        Callback::from(move |()| {
            if is_ready {
                resolve.emit(Some(answer.clone()));
            }
        })
    };
    let onsubmit = {
        let confirm = confirm.clone();
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            confirm.emit(());
        })
    };
    let setter = typed.setter();
    let label = format!("Type “{}” to confirm", props.phrase);
    let reason = if is_typed {
        props.lacking.clone()
    } else {
        Some(AttrValue::from(format!("Type “{}” first.", props.phrase)))
    };
    html! {
        <form class="dialog" aria-label={props.name.clone()} {onsubmit}
            onkeydown={on_escape}>
            <div class="dialog__body">
                { props.children.clone() }
                <TextField {label} value={(*typed).clone()} placeholder={props.phrase.clone()} mono=true
                    node={input} on_input={Callback::from(move |text| setter.set(text))} />
                if let Some(sentence) = &trouble {
                    <Callout kind={CalloutKind::Danger} title={sentence.clone()} />
                }
            </div>
            <footer class="dialog__foot">
                <Button label="Cancel" on_press={resolve.reform(|()| None)} />
                <Button label={props.confirm.clone()} intent={props.intent} kind="submit" busy={answering}
                    disabled_reason={reason} on_press={Callback::noop()} />
            </footer>
        </form>
    }
}

/// A question that this version of the plugin does not understand: nothing is asked, nothing can be confirmed.
pub(super) fn unreadable(reason: &str) -> Html {
    html! {
        <Callout kind={CalloutKind::Danger} title="This dialog could not be opened.">
            { format!("Close it and reload the page. Nothing was changed. ({reason})") }
        </Callout>
    }
}
