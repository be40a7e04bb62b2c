//! The dialog before a promotion: what becomes primary, what would be left behind, typed confirmation.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use slipway_release::{
    Plan,
    drift::{Drift, Judgement},
    view::{action::Intent, drift::Decision, evidence},
};
use yew::prelude::*;

use super::{
    dialog::{Dialog, unreadable},
    left_behind::{Records, Verdict},
    roll_back::Changes,
};
use crate::components::{Callout, CalloutKind, Mono, TextField};

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

/// What the person decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    /// Whether to promote.
    pub promote: bool,
    /// Why in spite of what would be left behind, in the person's words; empty where nothing would.
    pub reason: String,
}

impl Answer {
    /// As the panel passes it back.
    pub fn to_json(&self) -> Value {
        json!(self)
    }

    /// Reads an answer; `None` where it does not agree.
    pub fn read(answer: &Value) -> Option<Self> {
        let answer: Self = serde_json::from_value(answer.clone()).ok()?;
        answer.promote.then_some(answer)
    }
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
    let reason = use_state_eq(String::new);
    let question = match serde_json::from_value::<Question>(props.parameters.clone()) {
        Ok(question) => question,
        Err(error) => return unreadable(&error.to_string()),
    };
    let Question {
        source,
        sandbox,
        changes,
    } = &question;
    let is_clean = changes.judge() == Judgement::Clean
        && changes.strangers.is_empty()
        && changes.late.is_none();
    let answer = Answer {
        promote: true,
        reason: reason.trim().to_owned(),
    };
    let lacking = (!is_clean && answer.reason.is_empty()).then_some(AttrValue::Static(
        "Say why this may go live all the same first.",
    ));
    let setter = reason.setter();
    html! {
        <Dialog name={format!("Promote {sandbox}")} phrase={question.phrase()} confirm="Promote"
            intent={Intent::Primary} answer={answer.to_json()} {lacking}>
            <p class="dialog__lead">
                <Mono text={sandbox.clone()} />{ " becomes primary, at once, for every site that reads primary. " }
                <Mono text={source.clone()} />{ " stays as a sandbox, ready to come back." }
            </p>
            <Verdict changes={changes.clone()} environment={source.clone()} decision={Decision::Promote} />
            if !changes.records.is_empty() {
                <Records records={changes.records.clone()} />
            }
            if !changes.strangers.is_empty() {
                <Callout kind={CalloutKind::Warning} title="The sandbox has migrations that this release did not run.">
                    { format!("{} ran there with another tool, and goes live too.", evidence::and(&changes.strangers)) }
                </Callout>
            }
            if let Some((title, sentence)) = &changes.late {
                <Callout kind={CalloutKind::Warning} title={title.clone()}>{ sentence }</Callout>
            }
            if !is_clean {
                <TextField label="Why may this go live all the same? (kept in the release’s log)" value={(*reason).clone()}
                    on_input={Callback::from(move |text| setter.set(text))} />
            }
        </Dialog>
    }
}
