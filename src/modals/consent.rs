//! The dialog in the middle of a run: a script asks for what belongs to the whole project.

use datocms_client::EnvironmentId;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use slipway_engine::ConsentQuestion;
use slipway_release::view::action::Intent;
use web_sys::HtmlElement;
use yew::prelude::*;

use super::dialog::{unreadable, use_resolve};
use crate::components::{Button, Callout, CalloutKind, Mono};

/// The dialog's id in the panel.
pub const ID: &str = "consent";

/// What the dialog asks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// The script's name.
    pub script: String,
    /// What it would handle, in the plural.
    pub what: String,
    /// The request that waits, as method and path.
    pub request: String,
    /// What is primary.
    pub source: String,
}

impl Question {
    /// The question of a running script.
    pub fn new(source: &EnvironmentId, question: &ConsentQuestion) -> Self {
        Self {
            script: question.consent.script.clone(),
            what: question.consent.resource.plural().to_owned(),
            request: format!("{} {}", question.method, question.path),
            source: source.to_string(),
        }
    }

    /// As the panel passes it on.
    pub fn to_json(&self) -> Value {
        json!(self)
    }
}

/// What the person decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    /// Whether the script may.
    pub allowed: bool,
}

impl Answer {
    /// As the panel passes it back.
    pub fn to_json(self) -> Value {
        json!(self)
    }

    /// Reads an answer; `None` where it is none.
    pub fn read(answer: &Value) -> Option<Self> {
        serde_json::from_value(answer.clone()).ok()
    }
}

/// What the dialog needs.
#[derive(Properties, PartialEq)]
pub struct ConsentDialogProps {
    /// The question, as [`Question::to_json`] wrote it.
    pub parameters: Value,
}

/// The question. Escape leaves it open: the release's page has it still.
#[component]
pub fn ConsentDialog(props: &ConsentDialogProps) -> Html {
    let resolving = use_resolve();
    let refuse = use_node_ref();
    // The person comes from another frame: the focus has to be brought along, to what changes nothing.
    use_effect_with(refuse.clone(), |refuse| {
        if let Some(button) = refuse.cast::<HtmlElement>() {
            // Where the browser refuses, the person still reaches the button with Tab.
            let _ = button.focus();
        }
    });
    let question = match serde_json::from_value::<Question>(props.parameters.clone()) {
        Ok(question) => question,
        Err(error) => return unreadable(&error.to_string()),
    };
    let Question {
        script,
        what,
        request,
        source,
    } = &question;
    let answer = |allowed| {
        resolving
            .resolve
            .reform(move |()| Some(Answer { allowed }.to_json()))
    };
    html! {
        <div class="dialog" role="group" aria-label={format!("Let {script} handle {what}?")}
            onkeydown={resolving.on_escape.clone()}>
            <div class="dialog__body">
                <p class="dialog__lead">
                    <Mono text={script.clone()} />{ format!(" asks for {what}, and waits. Its request is ") }
                    <Mono text={request.clone()} />{ "." }
                </p>
                <Callout kind={CalloutKind::Warning} title="This is not confined to the sandbox.">
                    { format!("What it changes holds for the whole project at once, {source} included, and neither giving the release up nor rolling it back takes that back.") }
                </Callout>
                <p class="dialog__lead">
                    { format!("If you allow it, this script may handle {what} until the release is over, and the log says that you did. If you refuse, nothing is sent, and the script gets an error and will probably end.") }
                </p>
                if let Some(sentence) = &resolving.trouble {
                    <Callout kind={CalloutKind::Danger} title={sentence.clone()} />
                }
            </div>
            <footer class="dialog__foot">
                <Button label="Refuse" node={refuse} busy={resolving.answering} on_press={answer(false)} />
                <Button label="Allow" intent={Intent::Negative} busy={resolving.answering} on_press={answer(true)} />
            </footer>
        </div>
    }
}
