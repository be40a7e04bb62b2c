//! The dialog before a promotion: what becomes primary, what would be left behind, typed confirmation.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use slipway_release::{
    Plan,
    drift::Drift,
    view::{action::Intent, drift::Decision},
};
use yew::prelude::*;

use super::{
    dialog::{Dialog, unreadable},
    left_behind::{Records, Verdict},
    roll_back::Changes,
};
use crate::components::Mono;

/// The dialog's id in the panel.
pub const ID: &str = "promote";

/// What the dialog asks.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Question {
    /// What is primary now.
    pub source: String,
    /// What becomes primary.
    pub sandbox: String,
    /// Changes in `source` that `sandbox` does not have.
    pub changes: Changes,
}

impl Question {
    /// The question for a plan, seeing this drift.
    pub fn new(plan: &Plan, drift: &Drift) -> Self {
        Self {
            source: plan.source.to_string(),
            sandbox: plan.sandbox.to_string(),
            changes: Changes::of(drift),
        }
    }

    /// As the panel passes it on.
    pub fn to_json(&self) -> Value {
        json!(self)
    }

    /// What has to be typed: both names, as an arrow between them is read aloud badly.
    pub fn phrase(&self) -> String {
        format!("{} replaces {}", self.sandbox, self.source)
    }
}

/// The dialog's answer to a confirmed promotion.
pub fn yes() -> Value {
    json!({ "confirmed": true })
}

/// Whether an answer confirms.
pub fn is_yes(answer: &Value) -> bool {
    *answer == yes()
}

/// What the dialog needs.
#[derive(Properties, PartialEq)]
pub struct PromoteDialogProps {
    /// The question, as [`Question::to_json`] wrote it.
    pub parameters: Value,
}

/// The dialog before a promotion.
#[component]
pub fn PromoteDialog(props: &PromoteDialogProps) -> Html {
    let question = match serde_json::from_value::<Question>(props.parameters.clone()) {
        Ok(question) => question,
        Err(error) => return unreadable(&error.to_string()),
    };
    let Question {
        source,
        sandbox,
        changes,
    } = &question;
    html! {
        <Dialog name={format!("Promote {sandbox}")} phrase={question.phrase()} confirm="Promote"
            intent={Intent::Primary} answer={yes()}>
            <p class="dialog__lead">
                <Mono text={sandbox.clone()} />{ " becomes primary, at once, for every site that reads primary. " }
                <Mono text={source.clone()} />{ " stays as a sandbox, ready to come back." }
            </p>
            <Verdict changes={changes.clone()} environment={source.clone()} decision={Decision::Promote} />
            if !changes.records.is_empty() {
                <Records records={changes.records.clone()} />
            }
        </Dialog>
    }
}
