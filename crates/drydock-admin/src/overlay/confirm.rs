//! A question with a few answers.

use serde_json::Value;
use yew::prelude::*;

use super::{Choice, Confirm, Dialog, Intent};

/// Properties of [`ConfirmDialog`].
#[derive(Properties, PartialEq)]
pub(crate) struct ConfirmDialogProps {
    /// The question.
    pub(crate) confirm: Confirm,
    /// Told the value of the answer.
    pub(crate) on_settle: Callback<Value>,
}

/// Shows the question; closing it is the way out.
#[component]
pub(crate) fn ConfirmDialog(props: &ConfirmDialogProps) -> Html {
    let Confirm {
        title,
        content,
        choices,
        cancel,
    } = &props.confirm;
    let answer = |choice: &Choice| {
        let value = choice.value.clone();
        props.on_settle.reform(move |_: MouseEvent| value.clone())
    };
    let on_dismiss = {
        let value = cancel.value.clone();
        props.on_settle.reform(move |()| value.clone())
    };
    let choices = choices.iter().map(|choice| {
        let class = match choice.intent {
            Some(Intent::Negative) => "button negative",
            Some(Intent::Positive) => "button primary",
            None => "button",
        };
        html! { <button type="button" {class} onclick={answer(choice)}>{ &choice.label }</button> }
    });
    html! {
        <Dialog label={title.clone()} class="confirm" {on_dismiss}>
            <header class="dialog-title"><h2>{ title }</h2></header>
            <div class="dialog-content"><p>{ content }</p></div>
            <footer class="dialog-actions">
                <button type="button" class="button quiet" onclick={answer(cancel)}>
                    { &cancel.label }
                </button>
                { for choices }
            </footer>
        </Dialog>
    }
}
