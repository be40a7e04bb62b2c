//! The journal's wire form: one object a line, `event` naming its kind.

mod estimate;

use datocms_client::{EnvironmentId, Timestamp};
use serde::Deserialize;
use serde_json::{Value, json};
use std::str::FromStr;

use super::{done, imports::Imported, script_end};
use crate::{
    approval::{Approval, Digest},
    consent::Consent,
    download::Download,
    event::{Entry, Event, Evidence, Person, ScriptSummary},
    failure::{Failure, FailureKind},
    limits::Limits,
    plan::{Plan, PlannedScript, ReleaseId},
    step::{Step, Then},
};

/// Only the version of a document: read first, so that a newer format is named as such.
#[derive(Deserialize)]
pub(super) struct Version {
    pub(super) version: u32,
}

/// A whole document.
#[derive(Deserialize)]
pub(super) struct Document {
    pub(super) log: Vec<Line>,
}

/// One line.
#[derive(Deserialize)]
pub(super) struct Line {
    at: String,
    by: WirePerson,
    // Rare, and the first journals had it not.
    #[serde(default)]
    hides: Option<String>,
    #[serde(flatten)]
    event: WireEvent,
}

#[derive(Deserialize)]
struct WirePerson {
    id: String,
    name: String,
}

#[derive(Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
enum WireEvent {
    Planned {
        plan: WirePlan,
    },
    Adopted {
        plan: WirePlan,
        since: String,
    },
    Started {
        step: String,
    },
    Succeeded {
        step: String,
        evidence: WireEvidence,
    },
    NotApplied {
        step: String,
    },
    Failed {
        step: String,
        failure: WireFailure,
    },
    Forced {
        editors: Vec<String>,
    },
    Approved {
        approval: WireApproval,
        // The first journals had neither.
        #[serde(default)]
        waived: Vec<String>,
        #[serde(default)]
        reason: String,
    },
    ApprovalVoided {
        reason: String,
    },
    AbandonRequested {
        reason: String,
    },
    RestartRequested,
    RollBackRequested {
        freeze_first: bool,
        reason: String,
        approval: WireApproval,
        // The first journals had it not.
        #[serde(default)]
        last_change: Option<String>,
    },
    RollBackCancelled,
    SandboxLeft,
    Refrozen {
        forced: bool,
    },
    TookOver {
        from: WirePerson,
        doing: String,
    },
    EstimateDropped {
        reason: String,
    },
    ConsentAnswered {
        consent: WireConsent,
        allowed: bool,
    },
}

#[derive(Deserialize)]
struct WirePlan {
    id: String,
    title: String,
    source: String,
    sandbox: String,
    scripts: Vec<WireScript>,
    // What the scripts import. The first journals had it not.
    #[serde(default)]
    imported: Imported,
    ledger_model: String,
    // The first journals had neither.
    #[serde(default)]
    consents: Vec<WireConsent>,
    // Nor this.
    #[serde(default)]
    downloads: Vec<WireDownload>,
    #[serde(default)]
    limits: Option<WireLimits>,
    // Few have one, and it only informs: what cannot be read of it is as if it were not there.
    #[serde(default)]
    estimate: Option<Value>,
}

#[derive(Deserialize)]
struct WireConsent {
    script: String,
    resource: String,
}

#[derive(Deserialize)]
struct WireDownload {
    script: String,
    hosts: Vec<String>,
    is_named: bool,
}

#[derive(Deserialize)]
struct WireLimits {
    silence_seconds: u32,
    in_flight: u32,
    message_bytes: u32,
    calls: u32,
    // The first journals had it not.
    #[serde(default)]
    lines: Option<u32>,
    // The first plans had it not.
    #[serde(default)]
    transfer_seconds: Option<u32>,
}

#[derive(Deserialize)]
struct WireScript {
    name: String,
    sha256: String,
    // Which of the plan's imported files. The first journals had it not.
    #[serde(default)]
    imports: Option<Vec<usize>>,
}

#[derive(Deserialize)]
struct WireFailure {
    kind: String,
    message: String,
    // Only a script's has it, and the first journals had it not.
    #[serde(default)]
    script: Option<script_end::Wire>,
}

#[derive(Deserialize)]
struct WireApproval {
    plan: String,
    drift: String,
}

#[derive(Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum WireEvidence {
    Frozen {
        adopted: bool,
        forced: bool,
    },
    Forked {
        created_at: String,
    },
    Migrated {
        #[serde(flatten)]
        done: done::Wire,
        from_ledger: bool,
    },
    Promoted {
        previous: String,
        // The first journals had it not.
        #[serde(default)]
        last_change: Option<String>,
    },
    Thawed,
    Discarded,
    Restored,
}

/// One entry as JSON.
pub(super) fn write(entry: &Entry) -> Value {
    let mut line = event(&entry.event);
    line["at"] = entry.at.to_string().into();
    line["by"] = write_person(&entry.by);
    if let Some(hides) = entry.hides {
        line["hides"] = hides.to_string().into();
    }
    line
}

fn write_person(person: &Person) -> Value {
    json!({ "id": person.id, "name": person.name })
}

fn event(event: &Event) -> Value {
    match event {
        Event::Planned(plan) => json!({ "event": "planned", "plan": write_plan(plan) }),
        Event::Adopted { plan, since } => {
            json!({ "event": "adopted", "plan": write_plan(plan), "since": since.to_string() })
        }
        Event::Started(step) => json!({ "event": "started", "step": step_key(*step) }),
        Event::Succeeded(step, evidence) => {
            json!({ "event": "succeeded", "step": step_key(*step), "evidence": write_evidence(evidence) })
        }
        Event::NotApplied(step) => json!({ "event": "not_applied", "step": step_key(*step) }),
        Event::Failed(step, failure) => json!({
            "event": "failed",
            "step": step_key(*step),
            "failure": write_failure(failure),
        }),
        Event::Forced { editors } => json!({ "event": "forced", "editors": editors }),
        Event::Approved {
            approval,
            waived,
            reason,
        } => json!({
            "event": "approved",
            "approval": write_approval(approval),
            "waived": waived,
            "reason": reason,
        }),
        Event::ApprovalVoided { reason } => json!({ "event": "approval_voided", "reason": reason }),
        Event::AbandonRequested { reason } => {
            json!({ "event": "abandon_requested", "reason": reason })
        }
        Event::RestartRequested => json!({ "event": "restart_requested" }),
        Event::RollBackRequested {
            freeze_first,
            reason,
            approval,
            last_change,
        } => json!({
            "event": "roll_back_requested",
            "freeze_first": freeze_first,
            "reason": reason,
            "approval": write_approval(approval),
            "last_change": last_change.map(|at| at.to_string()),
        }),
        Event::RollBackCancelled => json!({ "event": "roll_back_cancelled" }),
        Event::SandboxLeft => json!({ "event": "sandbox_left" }),
        Event::Refrozen { forced } => json!({ "event": "refrozen", "forced": forced }),
        Event::TookOver { from, doing } => {
            json!({ "event": "took_over", "from": write_person(from), "doing": doing })
        }
        Event::EstimateDropped { reason } => {
            json!({ "event": "estimate_dropped", "reason": reason })
        }
        Event::ConsentAnswered { consent, allowed } => json!({
            "event": "consent_answered",
            "consent": write_consent(consent),
            "allowed": allowed,
        }),
    }
}

fn write_failure(failure: &Failure) -> Value {
    let mut written = json!({ "kind": failure.kind.key(), "message": failure.message });
    if let Some(end) = &failure.script {
        written["script"] = script_end::write(end);
    }
    written
}

fn write_plan(plan: &Plan) -> Value {
    let imported = Imported::by(plan.scripts.iter());
    let scripts: Vec<Value> = plan
        .scripts
        .iter()
        .map(|script| {
            json!({
                "name": script.name,
                "sha256": script.sha256.to_string(),
                "imports": imported.numbers(script),
            })
        })
        .collect();
    json!({
        "id": plan.id.as_str(),
        "title": plan.title,
        "source": plan.source.as_str(),
        "sandbox": plan.sandbox.as_str(),
        "scripts": scripts,
        "imported": imported,
        "ledger_model": plan.ledger_model,
        "consents": plan.consents.iter().map(write_consent).collect::<Vec<_>>(),
        "downloads": plan.downloads.iter().map(write_download).collect::<Vec<_>>(),
        "limits": {
            "silence_seconds": plan.limits.silence_seconds,
            "in_flight": plan.limits.in_flight,
            "message_bytes": plan.limits.message_bytes,
            "calls": plan.limits.calls,
            "lines": plan.limits.lines,
            "transfer_seconds": plan.limits.transfer_seconds,
        },
        "estimate": plan.estimate.as_ref().map(estimate::write),
    })
}

fn write_consent(consent: &Consent) -> Value {
    json!({ "script": consent.script, "resource": consent.resource.key() })
}

fn write_download(download: &Download) -> Value {
    json!({ "script": download.script, "hosts": download.hosts, "is_named": download.is_named })
}

fn write_approval(approval: &Approval) -> Value {
    json!({ "plan": approval.plan.to_string(), "drift": approval.drift.to_string() })
}

fn write_evidence(evidence: &Evidence) -> Value {
    match evidence {
        Evidence::Frozen { adopted, forced } => {
            json!({ "kind": "frozen", "adopted": adopted, "forced": forced })
        }
        Evidence::Forked { created_at } => {
            json!({ "kind": "forked", "created_at": created_at.to_string() })
        }
        Evidence::Migrated(summary) => {
            let mut wire = done::write(summary);
            wire.insert("kind".to_owned(), "migrated".into());
            wire.insert("from_ledger".to_owned(), summary.from_ledger.into());
            Value::Object(wire)
        }
        Evidence::Promoted {
            previous,
            last_change,
        } => json!({
            "kind": "promoted",
            "previous": previous.as_str(),
            "last_change": last_change.map(|at| at.to_string()),
        }),
        Evidence::Thawed => json!({ "kind": "thawed" }),
        Evidence::Discarded => json!({ "kind": "discarded" }),
        Evidence::Restored => json!({ "kind": "restored" }),
    }
}

/// One entry from its line; the error says what is wrong with it.
pub(super) fn read(line: Line) -> Result<Entry, String> {
    Ok(Entry {
        at: parse(&line.at)?,
        by: read_person(line.by),
        event: read_event(line.event)?,
        hides: line.hides.as_deref().map(parse).transpose()?,
    })
}

fn read_person(person: WirePerson) -> Person {
    Person {
        id: person.id,
        name: person.name,
    }
}

fn read_event(event: WireEvent) -> Result<Event, String> {
    Ok(match event {
        WireEvent::Planned { plan } => Event::Planned(read_plan(plan)?),
        WireEvent::Adopted { plan, since } => Event::Adopted {
            plan: read_plan(plan)?,
            since: parse(&since)?,
        },
        WireEvent::Started { step } => Event::Started(read_step(&step)?),
        WireEvent::Succeeded { step, evidence } => {
            Event::Succeeded(read_step(&step)?, read_evidence(evidence)?)
        }
        WireEvent::NotApplied { step } => Event::NotApplied(read_step(&step)?),
        WireEvent::Failed { step, failure } => {
            let kind = FailureKind::from_key(&failure.kind)
                .ok_or_else(|| format!("`{}` is no kind of failure", failure.kind))?;
            let script = failure.script.map(|end| Box::new(script_end::read(end)));
            let message = failure.message;
            Event::Failed(
                read_step(&step)?,
                Failure {
                    kind,
                    message,
                    script,
                },
            )
        }
        WireEvent::Forced { editors } => Event::Forced { editors },
        WireEvent::Approved {
            approval,
            waived,
            reason,
        } => Event::Approved {
            approval: read_approval(&approval)?,
            waived,
            reason,
        },
        WireEvent::ApprovalVoided { reason } => Event::ApprovalVoided { reason },
        WireEvent::AbandonRequested { reason } => Event::AbandonRequested { reason },
        WireEvent::RestartRequested => Event::RestartRequested,
        WireEvent::RollBackRequested {
            freeze_first,
            reason,
            approval,
            last_change,
        } => Event::RollBackRequested {
            freeze_first,
            reason,
            approval: read_approval(&approval)?,
            last_change: last_change.as_deref().map(parse).transpose()?,
        },
        WireEvent::RollBackCancelled => Event::RollBackCancelled,
        WireEvent::SandboxLeft => Event::SandboxLeft,
        WireEvent::Refrozen { forced } => Event::Refrozen { forced },
        WireEvent::TookOver { from, doing } => Event::TookOver {
            from: read_person(from),
            doing,
        },
        WireEvent::EstimateDropped { reason } => Event::EstimateDropped { reason },
        WireEvent::ConsentAnswered { consent, allowed } => Event::ConsentAnswered {
            consent: read_consent(consent)?,
            allowed,
        },
    })
}

fn read_plan(plan: WirePlan) -> Result<Plan, String> {
    let imported = plan.imported;
    Ok(Plan {
        id: ReleaseId::parse(&plan.id).map_err(|error| error.to_string())?,
        title: plan.title,
        source: parse(&plan.source)?,
        sandbox: parse(&plan.sandbox)?,
        scripts: plan
            .scripts
            .into_iter()
            .map(|script| {
                Ok(PlannedScript {
                    sha256: parse(&script.sha256)?,
                    name: script.name,
                    imports: imported.files(script.imports)?,
                })
            })
            .collect::<Result<_, String>>()?,
        ledger_model: plan.ledger_model,
        consents: plan
            .consents
            .into_iter()
            .map(read_consent)
            .collect::<Result<_, _>>()?,
        downloads: plan.downloads.into_iter().map(read_download).collect(),
        limits: plan.limits.map_or_else(Limits::default, |limits| Limits {
            silence_seconds: limits.silence_seconds,
            in_flight: limits.in_flight,
            message_bytes: limits.message_bytes,
            calls: limits.calls,
            lines: limits.lines.unwrap_or(Limits::default().lines),
            transfer_seconds: (limits.transfer_seconds)
                .unwrap_or(Limits::default().transfer_seconds),
        }),
        estimate: plan.estimate.and_then(estimate::read),
    })
}

fn read_consent(consent: WireConsent) -> Result<Consent, String> {
    Ok(Consent {
        resource: parse(&consent.resource)?,
        script: consent.script,
    })
}

fn read_download(download: WireDownload) -> Download {
    Download {
        script: download.script,
        hosts: download.hosts,
        is_named: download.is_named,
    }
}

fn read_approval(approval: &WireApproval) -> Result<Approval, String> {
    Ok(Approval {
        plan: parse::<Digest>(&approval.plan)?,
        drift: parse::<Digest>(&approval.drift)?,
    })
}

fn read_evidence(evidence: WireEvidence) -> Result<Evidence, String> {
    Ok(match evidence {
        WireEvidence::Frozen { adopted, forced } => Evidence::Frozen { adopted, forced },
        WireEvidence::Forked { created_at } => Evidence::Forked {
            created_at: parse::<Timestamp>(&created_at)?,
        },
        WireEvidence::Migrated { done, from_ledger } => Evidence::Migrated(ScriptSummary {
            from_ledger,
            ..done::read(done)
        }),
        WireEvidence::Promoted {
            previous,
            last_change,
        } => Evidence::Promoted {
            previous: parse::<EnvironmentId>(&previous)?,
            last_change: last_change.as_deref().map(parse).transpose()?,
        },
        WireEvidence::Thawed => Evidence::Thawed,
        WireEvidence::Discarded => Evidence::Discarded,
        WireEvidence::Restored => Evidence::Restored,
    })
}

/// The word for a step; migrations carry the script's index: `migrate:2`.
fn step_key(step: Step) -> String {
    match step {
        Step::Freeze => "freeze".to_owned(),
        Step::Fork => "fork".to_owned(),
        Step::Migrate(index) => format!("migrate:{index}"),
        Step::Promote => "promote".to_owned(),
        Step::Unfreeze => "unfreeze".to_owned(),
        Step::Discard(Then::ForkAgain) => "discard:fork_again".to_owned(),
        Step::Discard(Then::Reopen) => "discard:reopen".to_owned(),
        Step::Reopen => "reopen".to_owned(),
        Step::FreezeAgain => "freeze_again".to_owned(),
        Step::Restore => "restore".to_owned(),
        Step::Thaw => "thaw".to_owned(),
    }
}

fn read_step(key: &str) -> Result<Step, String> {
    if let Some(index) = key.strip_prefix("migrate:") {
        return Ok(Step::Migrate(parse(index)?));
    }
    match key {
        "freeze" => Ok(Step::Freeze),
        "fork" => Ok(Step::Fork),
        "promote" => Ok(Step::Promote),
        "unfreeze" => Ok(Step::Unfreeze),
        "discard:fork_again" => Ok(Step::Discard(Then::ForkAgain)),
        "discard:reopen" => Ok(Step::Discard(Then::Reopen)),
        "reopen" => Ok(Step::Reopen),
        "freeze_again" => Ok(Step::FreezeAgain),
        "restore" => Ok(Step::Restore),
        "thaw" => Ok(Step::Thaw),
        unknown => Err(format!("`{unknown}` is no step of a release")),
    }
}

fn parse<T>(text: &str) -> Result<T, String>
where
    T: FromStr,
    T::Err: std::fmt::Display,
{
    text.parse().map_err(|error: T::Err| error.to_string())
}
