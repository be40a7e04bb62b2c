//! The dialog before a rollback: what goes back, what would no longer be live, typed confirmation.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use slipway_release::{
    Plan,
    drift::{Drift, Judgement},
    view::{
        action::Intent,
        drift::{Decision, late},
        evidence,
    },
};
use yew::prelude::*;

use super::{
    dialog::{Dialog, unreadable},
    left_behind::{Records, Verdict},
};
use crate::components::{Checkbox, Details, Mono, TextField};

/// The dialog's id in the panel.
pub const ID: &str = "roll-back";

/// What the dialog asks.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Question {
    /// What becomes primary again.
    pub source: String,
    /// What is primary now.
    pub sandbox: String,
    /// Changes in `sandbox` since the promotion.
    pub changes: Changes,
    /// Whether primary is frozen already, so that nothing more can change.
    pub frozen: bool,
}

/// What would be left behind, ready to show.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Changes {
    /// Changed records, newest first.
    pub records: Vec<Record>,
    /// Names of the people who changed them, as far as known.
    pub people: Vec<String>,
    /// Whether something changed that no record shows.
    pub unseen: bool,
    /// Migrations that ran on the sandbox outside the release.
    #[serde(default)]
    pub strangers: Vec<String>,
    /// What else changed in the sandbox after its last script, as a title and a sentence.
    #[serde(default)]
    pub late: Option<(String, String)>,
}

/// One changed record.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// Its title.
    pub title: String,
    /// Its model's name.
    pub model: String,
    /// Who changed it last, where known.
    pub by: Option<String>,
}

/// What the person decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// Whether primary is frozen first.
    pub freeze_first: bool,
    /// Why, in the person's words; may be empty.
    pub reason: String,
}

impl Question {
    /// The question for a plan, seeing this drift.
    pub fn new(plan: &Plan, drift: &Drift, frozen: bool) -> Self {
        Self {
            source: plan.source.to_string(),
            sandbox: plan.sandbox.to_string(),
            changes: Changes::of(drift),
            frozen,
        }
    }

    /// As the panel passes it on.
    pub fn to_json(&self) -> Value {
        json!(self)
    }
}

impl Changes {
    /// What a dialog shows of a drift.
    pub fn of(drift: &Drift) -> Self {
        Self {
            records: drift
                .records
                .iter()
                .map(|record| Record {
                    title: record.title.clone(),
                    model: record.model.clone(),
                    by: record.by.as_ref().map(|person| person.name.clone()),
                })
                .collect(),
            people: drift
                .people()
                .into_iter()
                .map(|person| person.name.clone())
                .collect(),
            unseen: drift.judge() == Judgement::Unseen,
            strangers: drift.strangers.clone(),
            late: drift
                .late
                .as_ref()
                .map(late)
                .map(|said| (said.title, said.sentence)),
        }
    }
}

impl Answer {
    /// As the panel passes it back.
    pub fn to_json(&self) -> Value {
        json!(self)
    }

    /// Reads an answer; `None` where it is none.
    pub fn read(answer: &Value) -> Option<Self> {
        serde_json::from_value(answer.clone()).ok()
    }
}

/// What the dialog needs.
#[derive(Properties, PartialEq)]
pub struct RollBackDialogProps {
    /// The question, as [`Question::to_json`] wrote it.
    pub parameters: Value,
}

/// The dialog before a rollback.
#[component]
pub fn RollBackDialog(props: &RollBackDialogProps) -> Html {
    let freeze_first = use_state_eq(|| true);
    let reason = use_state_eq(String::new);
    let question = match serde_json::from_value::<Question>(props.parameters.clone()) {
        Ok(question) => question,
        Err(error) => return unreadable(&error.to_string()),
    };
    let (set_freeze, set_reason) = (freeze_first.setter(), reason.setter());
    let answer = Answer {
        freeze_first: *freeze_first && !question.frozen,
        reason: reason.trim().to_owned(),
    };
    html! {
        <Dialog name={format!("Roll back to {}", question.source)} phrase={question.source.clone()}
            confirm="Roll back" intent={Intent::Negative} answer={answer.to_json()}>
            <Verdict changes={question.changes.clone()} environment={question.sandbox.clone()}
                decision={Decision::RollBack} />
            { facts(&question) }
            if !question.frozen {
                <Checkbox label="Freeze first, so that nobody works on what goes back" checked={*freeze_first}
                    on_change={Callback::from(move |on| set_freeze.set(on))} />
            }
            <TextField label="Why? (optional, kept in the release’s log)" value={(*reason).clone()}
                on_input={Callback::from(move |text| set_reason.set(text))} />
        </Dialog>
    }
}

fn facts(question: &Question) -> Html {
    let changes = &question.changes;
    html! {
        <dl class="facts-list">
            <dt>{ "Goes back" }</dt>
            <dd>
                { "Schema and content to " }<Mono text={question.source.clone()} />
                { ", at once, for every site that reads primary" }
            </dd>
            <dt>{ "Stays" }</dt>
            <dd><Mono text={question.sandbox.clone()} />{ " becomes a sandbox with everything in it" }</dd>
            if !changes.people.is_empty() {
                <dt>{ "Who edited" }</dt>
                <dd>{ evidence::and(&changes.people) }</dd>
            }
            if !changes.records.is_empty() {
                <dt>{ "Records" }</dt>
                <dd>
                    <Details summary={summary(changes.records.len())}>
                        <Records records={changes.records.clone()} />
                    </Details>
                </dd>
            }
            <dt>{ "Deploy too" }</dt>
            <dd>{ "Sites that are built in advance need a new build; their triggers can be fired afterwards" }</dd>
        </dl>
    }
}

fn summary(records: usize) -> String {
    match records {
        1 => "See the record".to_owned(),
        n => format!("See all {n}"),
    }
}
