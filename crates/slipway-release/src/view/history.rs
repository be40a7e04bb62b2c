//! A release told afterwards: every try of every step, every decision with its reason, what the
//! scripts did. The pages draw it and [`crate::export`] writes it; both read nothing but the log.

use datocms_client::Timestamp;

use crate::{
    approval::Digest,
    event::{Entry, Event, Evidence, Person, ScriptSummary},
    failure::{Failure, ScriptEnd},
    phase::Phase,
    rehearsal::ScriptEstimate,
    release::Release,
    step::{Step, Then},
    view::{
        evidence, forecast,
        migrations::{self, ScriptState},
        step::Running,
    },
};

/// A release told afterwards.
#[derive(Debug, Clone, PartialEq)]
pub struct History {
    /// How it ended, or that it has not.
    pub outcome: Outcome,
    /// When it was planned, or taken on record, and by whom.
    pub began: Moment,
    /// When its sandbox became primary, and who promoted it. `None` too for a promotion outside
    /// Slipway: the log knows neither.
    pub promoted: Option<Moment>,
    /// When it was over, and who brought it to its end.
    pub ended: Option<Moment>,
    /// How long editors had to wait, in milliseconds, all freezes together; up to now for one that is on.
    pub frozen_millis: i64,
    /// Every try of a step, in the order they began.
    pub runs: Vec<Run>,
    /// The planned scripts, in their order, with what is known of each one's latest run.
    pub scripts: Vec<ScriptRun>,
    /// What people decided, oldest first.
    pub decisions: Vec<Decision>,
    /// The whole log in sentences, oldest first.
    pub story: Vec<Told>,
}

/// Who and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moment {
    /// When, by the clock of the browser that worked on the release.
    pub at: Timestamp,
    /// Who.
    pub by: Person,
}

/// How a release ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It has not ended.
    UnderWay,
    /// Its sandbox became primary. Something newer may be primary by now; the log does not know.
    Promoted,
    /// Its sandbox became primary, and then the old primary again.
    RolledBack,
    /// It was given up before its promotion.
    Abandoned,
}

impl Outcome {
    /// In a word or two, for a badge.
    pub fn label(self) -> &'static str {
        match self {
            Self::UnderWay => "Under way",
            Self::Promoted => "Promoted",
            Self::RolledBack => "Rolled back",
            Self::Abandoned => "Abandoned",
        }
    }
}

/// One try of a step.
#[derive(Debug, Clone, PartialEq)]
pub struct Run {
    /// Which step.
    pub step: Step,
    /// Its name, for a heading: "Freeze", "Fork".
    pub title: String,
    /// When its call was about to leave, and who sent it.
    pub began: Moment,
    /// What came of it, and when that was known; `None` where nobody wrote it down.
    pub end: Option<(Timestamp, End)>,
    /// How long the rehearsal predicts that it takes, in milliseconds; `None` of what it does not predict. Of scripts
    /// it predicts what they take themselves: see [`ScriptRun::predicted`].
    pub predicted: Option<i64>,
}

/// What came of a try.
#[derive(Debug, Clone, PartialEq)]
pub enum End {
    /// It was done.
    Done(Evidence),
    /// It failed.
    Failed(Failure),
    /// The CMS was asked and had not done it.
    NotApplied,
}

impl Run {
    /// How long it took until its outcome was known, in milliseconds.
    pub fn millis(&self) -> Option<i64> {
        let (at, _) = self.end.as_ref()?;
        Some((at.as_millis() - self.began.at.as_millis()).max(0))
    }

    /// What came of it, in a word or two.
    pub fn outcome(&self) -> &'static str {
        match &self.end {
            Some((_, End::Done(_))) => "Done",
            Some((_, End::Failed(_))) => "Failed",
            Some((_, End::NotApplied)) => "Had not happened",
            None => "Not known",
        }
    }
}

/// What is known of one script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScriptRun {
    /// The file's name, as the ledger records it.
    pub name: String,
    /// Hash of the file's bytes when the plan was made.
    pub sha256: Digest,
    /// How far it came.
    pub state: ScriptState,
    /// Requests it made; of a failed one, until it ended. `None` where nobody counted.
    pub calls: Option<u32>,
    /// What those requests did; nothing where nobody counted.
    pub done: ScriptSummary,
    /// How far it came and what ended it, where it failed and that is known.
    pub end: Option<ScriptEnd>,
    /// Whether its end was read from the ledger after the page had gone.
    pub from_ledger: bool,
    /// How long it ran until its end or its failure, in milliseconds: itself, where that was measured. `None` where nobody
    /// saw it.
    pub millis: Option<i64>,
    /// What the rehearsal predicts of it; `None` where nothing was rehearsed.
    pub predicted: Option<ScriptEstimate>,
}

/// Something a person decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// Who and when.
    pub moment: Moment,
    /// What kind of decision.
    pub kind: DecisionKind,
    /// In a sentence, with the person's own words.
    pub sentence: String,
    /// What the person saw and accepted, a sentence each.
    pub waived: Vec<String>,
    /// Why, in the person's words; may be empty.
    pub reason: String,
}

/// The kinds of decisions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DecisionKind {
    /// To freeze although people were editing.
    Force,
    /// To promote.
    Approve,
    /// To give the release up.
    Abandon,
    /// To begin again on a fresh fork.
    Restart,
    /// To put the old primary back.
    RollBack,
    /// Not to roll back after all.
    KeepPromotion,
    /// To leave the sandbox that could not be destroyed.
    LeaveSandbox,
    /// To freeze again, after somebody else had lifted the freeze.
    Refreeze,
    /// To go on with what another page drove.
    TakeOver,
    /// Let a running script handle something of the whole project.
    Allow,
    /// Did not let it.
    Disallow,
}

/// One entry of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// Who and when.
    pub moment: Moment,
    /// What happened.
    pub sentence: String,
}

/// Tells a release, as of `now`.
pub fn history(release: &Release, now: Timestamp) -> History {
    let log = release.log();
    let outcome = outcome(release);
    History {
        outcome,
        began: moment(&log[0]),
        promoted: (log.iter().rev())
            .find(|entry| has_succeeded(entry, Step::Promote))
            .map(moment),
        ended: (log.iter().rev())
            .find(|entry| outcome != Outcome::UnderWay && is_end(entry))
            .map(moment),
        frozen_millis: release.frozen_for(now),
        runs: runs(release),
        scripts: scripts(release, now),
        decisions: log
            .iter()
            .filter_map(|entry| decision(release, entry))
            .collect(),
        story: log
            .iter()
            .map(|entry| Told {
                moment: moment(entry),
                sentence: evidence::sentence(release, &entry.event),
            })
            .collect(),
    }
}

fn outcome(release: &Release) -> Outcome {
    match release.phase() {
        Phase::Live => Outcome::Promoted,
        Phase::RolledBack => Outcome::RolledBack,
        Phase::Abandoned => Outcome::Abandoned,
        Phase::Ready(_)
        | Phase::InDoubt(_)
        | Phase::Review
        | Phase::Failed { .. }
        | Phase::Stuck { .. } => Outcome::UnderWay,
    }
}

fn moment(entry: &Entry) -> Moment {
    Moment {
        at: entry.at,
        by: entry.by.clone(),
    }
}

fn has_succeeded(entry: &Entry, step: Step) -> bool {
    entry
        .event
        .succeeded()
        .is_some_and(|(done, _)| done == step)
}

/// Whether a release can be over after this entry.
fn is_end(entry: &Entry) -> bool {
    matches!(
        entry.event,
        Event::Succeeded(Step::Unfreeze | Step::Reopen | Step::Thaw, _)
            | Event::AbandonRequested { .. }
    )
}

fn runs(release: &Release) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    for entry in release.log() {
        if let Some(step) = entry.event.started() {
            runs.push(Run {
                step,
                title: title(release, step),
                began: moment(entry),
                end: None,
                predicted: forecast::part(release, step)
                    .filter(|_| !matches!(step, Step::Migrate(_))),
            });
        } else if let Some((step, end)) = end(&entry.event)
            && let Some(run) = runs.iter_mut().rev().find(|run| run.step == step)
        {
            run.end = Some((entry.at, end));
        }
    }
    runs
}

/// The step whose outcome an event is, with that outcome.
fn end(event: &Event) -> Option<(Step, End)> {
    if let Some((step, evidence)) = event.succeeded() {
        Some((step, End::Done(evidence.clone())))
    } else if let Event::Failed(step, failure) = event {
        Some((*step, End::Failed(failure.clone())))
    } else {
        event.not_done().map(|step| (step, End::NotApplied))
    }
}

/// A step as a heading.
fn title(release: &Release, step: Step) -> String {
    match step {
        Step::Freeze => "Freeze".to_owned(),
        Step::Fork => "Fork".to_owned(),
        Step::Migrate(index) => match release.plan().scripts.get(index) {
            Some(script) => format!("Run {}", script.name),
            None => "Run a script".to_owned(),
        },
        Step::Promote => "Promote".to_owned(),
        Step::Unfreeze | Step::Reopen | Step::Thaw => "Lift the freeze".to_owned(),
        Step::Discard(Then::ForkAgain | Then::Reopen) => "Destroy the sandbox".to_owned(),
        Step::FreezeAgain => "Freeze again".to_owned(),
        Step::Restore => "Roll back".to_owned(),
    }
}

fn scripts(release: &Release, now: Timestamp) -> Vec<ScriptRun> {
    let seen = Running::default();
    let estimate = release.plan().estimate.as_ref();
    let states = migrations::scripts(release, &seen, now);
    let planned = release.plan().scripts.iter().zip(states);
    let told = planned.enumerate().map(|(index, (script, view))| {
        let summary = migrations::summary(release, index);
        ScriptRun {
            name: script.name.clone(),
            sha256: script.sha256,
            state: view.state,
            calls: view.calls,
            done: summary
                .or(view.end.as_ref().map(|end| &end.done))
                .cloned()
                .unwrap_or_default(),
            end: view.end,
            from_ledger: summary.is_some_and(|summary| summary.from_ledger),
            millis: migrations::took(release, index, view.state, &seen, now),
            predicted: estimate.and_then(|estimate| estimate.scripts.get(index).cloned()),
        }
    });
    told.collect()
}

fn decision(release: &Release, entry: &Entry) -> Option<Decision> {
    let (kind, waived, reason) = match &entry.event {
        Event::Forced { editors } => {
            let waived = editors.iter().map(|name| format!("{name} was editing"));
            (DecisionKind::Force, waived.collect(), "")
        }
        Event::Approved { waived, reason, .. } => {
            (DecisionKind::Approve, waived.clone(), reason.as_str())
        }
        Event::AbandonRequested { reason } => (DecisionKind::Abandon, Vec::new(), reason.as_str()),
        Event::RestartRequested => (DecisionKind::Restart, Vec::new(), ""),
        Event::RollBackRequested { reason, .. } => {
            (DecisionKind::RollBack, Vec::new(), reason.as_str())
        }
        Event::RollBackCancelled => (DecisionKind::KeepPromotion, Vec::new(), ""),
        Event::SandboxLeft => (DecisionKind::LeaveSandbox, Vec::new(), ""),
        Event::Refrozen { .. } => (DecisionKind::Refreeze, Vec::new(), ""),
        Event::TookOver { .. } => (DecisionKind::TakeOver, Vec::new(), ""),
        Event::ConsentAnswered { allowed: true, .. } => (DecisionKind::Allow, Vec::new(), ""),
        Event::ConsentAnswered { allowed: false, .. } => (DecisionKind::Disallow, Vec::new(), ""),
        Event::Planned(_)
        | Event::Adopted { .. }
        | Event::Started(_)
        | Event::Succeeded(..)
        | Event::NotApplied(_)
        | Event::Failed(..)
        | Event::ApprovalVoided { .. }
        | Event::EstimateDropped { .. } => return None,
    };
    Some(Decision {
        moment: moment(entry),
        kind,
        sentence: evidence::sentence(release, &entry.event),
        waived,
        reason: reason.trim().to_owned(),
    })
}

#[cfg(test)]
mod tests;
