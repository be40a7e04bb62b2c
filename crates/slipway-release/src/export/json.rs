//! A release as a JSON document of its own format. `docs/release-export.md` describes it; a change
//! that readers would notice raises [`VERSION`].

use std::collections::BTreeMap;

use datocms_client::Timestamp;
use serde::Serialize;
use serde_json::Value;

use crate::{
    Consent, Download, Limits,
    event::{Person, ScriptSummary},
    export::{Line, Source, commands, rehearsal},
    failure::{Failure, Fault, Rejection, Request, ScriptEnd, words},
    rehearsal::Estimate,
    step::{Step, Then},
    view::{
        history::{Decision, DecisionKind, End, History, Moment, Outcome, Run, ScriptRun, history},
        migrations::ScriptState,
    },
};

/// The format's name, in every document.
const FORMAT: &str = "slipway-release-export";

/// The format's version. Additions do not raise it; a field that goes or changes its meaning does.
const VERSION: u32 = 1;

/// Writes the document.
pub(super) fn document(source: Source<'_>) -> String {
    let (release, plan) = (source.release, source.release.plan());
    let told = history(release, source.at);
    let document = Document {
        format: FORMAT,
        version: VERSION,
        exported_at: written(source.at),
        project: source.project,
        link: source.link,
        release: Release {
            id: plan.id.as_str(),
            title: &plan.title,
            source: plan.source.as_str(),
            sandbox: plan.sandbox.as_str(),
            ledger_model: &plan.ledger_model,
            outcome: outcome_word(told.outcome),
            promoted_outside_slipway: release.is_adopted(),
            planned: stamp(&told.began),
            promoted: told.promoted.as_ref().map(stamp),
            ended: told.ended.as_ref().map(stamp),
            frozen_ms: told.frozen_millis,
            estimate: plan.estimate.as_ref().map(estimate),
            consents: release.consents().map(consent).collect(),
            downloads: plan.downloads.iter().map(download).collect(),
            limits: limits(plan.limits),
        },
        steps: told.runs.iter().map(step).collect(),
        scripts: told.scripts.iter().map(script).collect(),
        decisions: told.decisions.iter().map(decision).collect(),
        log: log(&told),
        commands: commands(release).into_iter().map(line).collect(),
    };
    // Structs of texts and numbers are always JSON.
    let mut text = serde_json::to_string_pretty(&document).unwrap_or_default();
    text.push('\n');
    text
}

#[derive(Serialize)]
struct Document<'a> {
    format: &'static str,
    version: u32,
    exported_at: String,
    project: &'a str,
    link: Option<&'a str>,
    release: Release<'a>,
    steps: Vec<StepOut<'a>>,
    scripts: Vec<ScriptOut<'a>>,
    decisions: Vec<DecisionOut<'a>>,
    log: Vec<LogOut<'a>>,
    commands: Vec<CommandOut>,
}

#[derive(Serialize)]
struct Release<'a> {
    id: &'a str,
    title: &'a str,
    source: &'a str,
    sandbox: &'a str,
    ledger_model: &'a str,
    outcome: &'static str,
    promoted_outside_slipway: bool,
    planned: Stamp<'a>,
    promoted: Option<Stamp<'a>>,
    ended: Option<Stamp<'a>>,
    frozen_ms: i64,
    estimate: Option<EstimateOut>,
    consents: Vec<ConsentOut>,
    downloads: Vec<DownloadOut<'a>>,
    limits: LimitsOut,
}

/// What a rehearsal predicted, as its own export has it.
#[derive(Serialize)]
struct EstimateOut {
    rehearsed_at: String,
    predicted: Value,
}

fn estimate(estimate: &Estimate) -> EstimateOut {
    EstimateOut {
        rehearsed_at: written(estimate.rehearsed_at),
        predicted: rehearsal::predicted(estimate),
    }
}

/// What people allowed a script to handle of the whole project, in the plan or while it ran.
#[derive(Serialize)]
struct ConsentOut {
    script: String,
    resource: &'static str,
}

fn consent(consent: Consent) -> ConsentOut {
    ConsentOut {
        script: consent.script,
        resource: consent.resource.key(),
    }
}

#[derive(Serialize)]
struct DownloadOut<'a> {
    script: &'a str,
    hosts: &'a [String],
    /// Whether the script names what downloads; otherwise it only might.
    named: bool,
}

fn download(download: &Download) -> DownloadOut<'_> {
    DownloadOut {
        script: &download.script,
        hosts: &download.hosts,
        named: download.is_named,
    }
}

/// How much each script might take.
#[derive(Serialize)]
struct LimitsOut {
    silence_seconds: u32,
    in_flight: u32,
    message_bytes: u32,
    calls: u32,
    lines: u32,
    transfer_seconds: u32,
}

fn limits(limits: Limits) -> LimitsOut {
    let Limits {
        silence_seconds,
        in_flight,
        message_bytes,
        calls,
        lines,
        transfer_seconds,
    } = limits;
    LimitsOut {
        silence_seconds,
        in_flight,
        message_bytes,
        calls,
        lines,
        transfer_seconds,
    }
}

#[derive(Serialize)]
struct Stamp<'a> {
    at: String,
    by: PersonOut<'a>,
}

#[derive(Serialize)]
struct PersonOut<'a> {
    id: &'a str,
    name: &'a str,
}

#[derive(Serialize)]
struct StepOut<'a> {
    step: &'static str,
    /// Which script, counted from nought.
    #[serde(skip_serializing_if = "Option::is_none")]
    script: Option<usize>,
    title: &'a str,
    began: Stamp<'a>,
    outcome: &'static str,
    ended_at: Option<String>,
    took_ms: Option<i64>,
    predicted_ms: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    failure: Option<FailureOut<'a>>,
}

/// A failure; the export of a rehearsal has the same.
#[derive(Serialize)]
pub(super) struct FailureOut<'a> {
    kind: &'static str,
    message: &'a str,
    /// How far a script came, and what ended it.
    #[serde(skip_serializing_if = "Option::is_none")]
    script: Option<EndOut<'a>>,
}

#[derive(Serialize)]
pub(super) struct EndOut<'a> {
    calls: u32,
    #[serde(flatten)]
    done: DoneOut<'a>,
    last_request: Option<RequestOut<'a>>,
    places: Vec<PlaceOut<'a>>,
    refused: Option<RefusedOut<'a>>,
}

#[derive(Serialize)]
struct RequestOut<'a> {
    method: &'a str,
    path: &'a str,
}

#[derive(Serialize)]
struct PlaceOut<'a> {
    file: &'a str,
    line: u32,
}

#[derive(Serialize)]
struct RefusedOut<'a> {
    request: RequestOut<'a>,
    status: u16,
    request_id: Option<&'a str>,
    errors: Vec<FaultOut<'a>>,
    further_errors: u32,
}

#[derive(Serialize)]
struct FaultOut<'a> {
    code: &'a str,
    sentence: String,
    advice: String,
    details: BTreeMap<&'a str, &'a str>,
}

#[derive(Serialize)]
struct ScriptOut<'a> {
    name: &'a str,
    sha256: String,
    state: &'static str,
    calls: Option<u32>,
    #[serde(flatten)]
    done: DoneOut<'a>,
    known_from_ledger: bool,
    took_ms: Option<i64>,
    predicted: Option<PredictedOut>,
}

/// What a rehearsal predicted of a script.
#[derive(Serialize)]
struct PredictedOut {
    calls: u32,
    took_ms: i64,
}

/// What a script did.
#[derive(Serialize)]
struct DoneOut<'a> {
    /// To the sandbox.
    effects: Vec<EffectOut<'a>>,
    /// To the sandbox, perhaps.
    in_doubt: Vec<EffectOut<'a>>,
    /// To the whole project: this stays whatever becomes of the sandbox.
    project_effects: Vec<EffectOut<'a>>,
    /// To the whole project, perhaps.
    project_in_doubt: Vec<EffectOut<'a>>,
}

#[derive(Serialize)]
struct EffectOut<'a> {
    effect: &'a str,
    count: u32,
}

#[derive(Serialize)]
struct DecisionOut<'a> {
    kind: &'static str,
    at: String,
    by: PersonOut<'a>,
    sentence: &'a str,
    waived: &'a [String],
    reason: &'a str,
}

#[derive(Serialize)]
struct LogOut<'a> {
    at: String,
    by: PersonOut<'a>,
    sentence: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
enum CommandOut {
    Command(String),
    Comment(String),
}

fn written(at: Timestamp) -> String {
    at.to_string()
}

fn stamp(moment: &Moment) -> Stamp<'_> {
    Stamp {
        at: written(moment.at),
        by: person(&moment.by),
    }
}

fn person(person: &Person) -> PersonOut<'_> {
    PersonOut {
        id: &person.id,
        name: &person.name,
    }
}

fn step(run: &Run) -> StepOut<'_> {
    let (outcome, failure) = match &run.end {
        Some((_, End::Done(_))) => ("done", None),
        Some((_, End::Failed(failure))) => ("failed", Some(failed(failure))),
        Some((_, End::NotApplied)) => ("not_applied", None),
        None => ("unknown", None),
    };
    let (step, script) = step_word(run.step);
    StepOut {
        step,
        script,
        title: &run.title,
        began: stamp(&run.began),
        outcome,
        ended_at: run.end.as_ref().map(|(at, _)| written(*at)),
        took_ms: run.millis(),
        predicted_ms: run.predicted,
        failure,
    }
}

/// A failure as both documents have it.
pub(super) fn failed(failure: &Failure) -> FailureOut<'_> {
    FailureOut {
        kind: failure.kind.key(),
        message: &failure.message,
        script: failure.script.as_deref().map(ended),
    }
}

/// How far a script came, as both documents have it.
pub(super) fn ended(end: &ScriptEnd) -> EndOut<'_> {
    EndOut {
        calls: end.done.calls,
        done: done(&end.done),
        last_request: end.last.as_ref().map(request),
        places: end
            .places
            .iter()
            .map(|place| PlaceOut {
                file: &place.file,
                line: place.line,
            })
            .collect(),
        refused: end.rejection.as_ref().map(refused),
    }
}

fn request(request: &Request) -> RequestOut<'_> {
    RequestOut {
        method: &request.method,
        path: &request.path,
    }
}

fn refused(rejection: &Rejection) -> RefusedOut<'_> {
    RefusedOut {
        request: request(&rejection.request),
        status: rejection.status,
        request_id: rejection.request_id.as_deref(),
        errors: rejection
            .faults
            .iter()
            .map(|one: &Fault| {
                let said = words::said(&rejection.request, one);
                FaultOut {
                    code: &one.code,
                    sentence: said.what,
                    advice: said.advice,
                    details: one
                        .details
                        .iter()
                        .map(|(name, value)| (name.as_str(), value.as_str()))
                        .collect(),
                }
            })
            .collect(),
        further_errors: rejection.more,
    }
}

fn done(done: &ScriptSummary) -> DoneOut<'_> {
    DoneOut {
        effects: effects(&done.effects),
        in_doubt: effects(&done.in_doubt),
        project_effects: effects(&done.project.done),
        project_in_doubt: effects(&done.project.in_doubt),
    }
}

fn effects(effects: &[(String, u32)]) -> Vec<EffectOut<'_>> {
    effects
        .iter()
        .map(|(effect, count)| EffectOut {
            effect,
            count: *count,
        })
        .collect()
}

fn script(run: &ScriptRun) -> ScriptOut<'_> {
    ScriptOut {
        name: &run.name,
        sha256: run.sha256.to_string(),
        state: state_word(run.state),
        calls: run.calls,
        done: done(&run.done),
        known_from_ledger: run.from_ledger,
        took_ms: run.millis,
        predicted: run.predicted.as_ref().map(|script| PredictedOut {
            calls: script.calls,
            took_ms: script.millis,
        }),
    }
}

fn decision(decision: &Decision) -> DecisionOut<'_> {
    DecisionOut {
        kind: kind_word(decision.kind),
        at: written(decision.moment.at),
        by: person(&decision.moment.by),
        sentence: &decision.sentence,
        waived: &decision.waived,
        reason: &decision.reason,
    }
}

fn log(told: &History) -> Vec<LogOut<'_>> {
    told.story
        .iter()
        .map(|told| LogOut {
            at: written(told.moment.at),
            by: person(&told.moment.by),
            sentence: &told.sentence,
        })
        .collect()
}

fn line(line: Line) -> CommandOut {
    match line {
        Line::Command(command) => CommandOut::Command(command),
        Line::Comment(comment) => CommandOut::Comment(comment),
    }
}

fn outcome_word(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::UnderWay => "under_way",
        Outcome::Promoted => "promoted",
        Outcome::RolledBack => "rolled_back",
        Outcome::Abandoned => "abandoned",
    }
}

fn state_word(state: ScriptState) -> &'static str {
    match state {
        ScriptState::Done => "done",
        ScriptState::Running | ScriptState::Asking | ScriptState::InDoubt => "unknown",
        ScriptState::Failed | ScriptState::Stopped => "failed",
        ScriptState::Next | ScriptState::Waiting => "to_come",
        ScriptState::NotRun => "not_run",
    }
}

fn kind_word(kind: DecisionKind) -> &'static str {
    match kind {
        DecisionKind::Force => "freeze_over_editors",
        DecisionKind::Approve => "promote",
        DecisionKind::Abandon => "abandon",
        DecisionKind::Restart => "restart",
        DecisionKind::RollBack => "roll_back",
        DecisionKind::KeepPromotion => "cancel_roll_back",
        DecisionKind::LeaveSandbox => "leave_sandbox",
        DecisionKind::Refreeze => "refreeze",
        DecisionKind::TakeOver => "take_over",
        DecisionKind::Allow => "allow",
        DecisionKind::Disallow => "disallow",
    }
}

fn step_word(step: Step) -> (&'static str, Option<usize>) {
    match step {
        Step::Freeze => ("freeze", None),
        Step::Fork => ("fork", None),
        Step::Migrate(index) => ("migrate", Some(index)),
        Step::Promote => ("promote", None),
        Step::Unfreeze => ("unfreeze", None),
        Step::Discard(Then::ForkAgain) => ("destroy_to_fork_again", None),
        Step::Discard(Then::Reopen) => ("destroy", None),
        Step::Reopen => ("reopen", None),
        Step::FreezeAgain => ("freeze_again", None),
        Step::Restore => ("restore", None),
        Step::Thaw => ("thaw", None),
    }
}
