//! The scripts of a release: how far each is, what it did, and whether its file is at hand.

use datocms_client::Timestamp;

use crate::{
    effects,
    event::{Event, Evidence, ScriptSummary},
    failure::{FailureKind, ScriptEnd},
    phase::Phase,
    plan::{Comparison, PlannedScript},
    release::Release,
    step::Step,
    view::{
        half_run,
        step::{self, Running},
        time,
    },
};

/// What is said of a script that ran while nobody counted.
pub const UNSEEN: &str =
    "It ran: the ledger names it. What it did was not seen, because the page had gone.";

/// One script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScriptView {
    /// The file's name.
    pub name: String,
    /// How far it is.
    pub state: ScriptState,
    /// Requests it made, where that is known; of a failed one, until it ended.
    pub calls: Option<u32>,
    /// How long it took, or has been running: "22 s". What the engine does around it is not in it, nor the time in which
    /// it waited for a person, where its own time was measured.
    pub took: Option<String>,
    /// What it did, once it is over, as a sentence.
    pub outcome: Option<String>,
    /// How far it came and what ended it, where it failed and that is known.
    pub end: Option<ScriptEnd>,
}

/// How far a script is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScriptState {
    /// It ran to its end.
    Done,
    /// It is running in this page.
    Running,
    /// It runs in this page, and waits for a person's answer.
    Asking,
    /// It was started, and this page does not know what came of it.
    InDoubt,
    /// It did not come to its end.
    Failed,
    /// A person stopped it.
    Stopped,
    /// It is the next to run.
    Next,
    /// Its turn comes later.
    Waiting,
    /// It will not run any more.
    NotRun,
}

impl ScriptState {
    /// The state in a word or two, for a badge.
    pub fn label(self) -> &'static str {
        match self {
            Self::Done => "Done",
            Self::Running => "Running",
            Self::Asking => "Waits for you",
            Self::InDoubt => "Not known",
            Self::Failed => "Failed",
            Self::Stopped => "Stopped",
            Self::Next => "Next",
            Self::Waiting => "Waiting",
            Self::NotRun => "Not run",
        }
    }
}

/// All scripts, in the order they run. `seen` is what this page sees of the running one.
pub fn scripts(release: &Release, seen: &Running, now: Timestamp) -> Vec<ScriptView> {
    let plan = release.plan();
    (plan.scripts.iter().enumerate())
        .map(|(index, script)| script_view(release, index, script, seen, now))
        .collect()
}

fn script_view(
    release: &Release,
    index: usize,
    script: &PlannedScript,
    seen: &Running,
    now: Timestamp,
) -> ScriptView {
    let record = release.step_record(Step::Migrate(index));
    let finished = record.as_ref().and_then(|record| record.finished);
    let state = match finished {
        Some(_) => ScriptState::Done,
        None => unfinished(release, index, seen),
    };
    let over = matches!(state, ScriptState::Failed | ScriptState::Stopped);
    let failed = over.then(|| failed(release, index)).flatten();
    let summary = finished.and_then(|(_, evidence)| migrated(evidence));
    let ended = failed.and_then(|(_, end)| end);
    let outcome = match (summary, ended) {
        (Some(summary), _) if summary.from_ledger => Some(UNSEEN.to_owned()),
        (Some(summary), _) => Some(step::describe(summary)),
        (None, Some(end)) => Some(half_run::had_done(end)),
        (None, None) => None,
    };
    ScriptView {
        name: script.name.clone(),
        state,
        calls: summary
            .filter(|summary| !summary.from_ledger)
            .or(ended.map(|end| &end.done))
            .map(|summary| summary.calls),
        took: took(release, index, state, seen, now).map(time::duration),
        outcome,
        end: ended.cloned(),
    }
}

/// How long a script ran, or has been running, in milliseconds: itself, where that was measured, else from its start to
/// its end. `None` where nobody saw its end.
pub(super) fn took(
    release: &Release,
    index: usize,
    state: ScriptState,
    seen: &Running,
    now: Timestamp,
) -> Option<i64> {
    if matches!(state, ScriptState::Running | ScriptState::Asking) {
        return seen.script_millis(now);
    }
    let summary = summary(release, index);
    if let Some(summary) = summary
        && (summary.millis.is_some() || summary.from_ledger)
    {
        return summary.millis;
    }
    let record = release.step_record(Step::Migrate(index))?;
    let end = match record.finished {
        Some((at, _)) => at,
        None => *failed(release, index)?.0,
    };
    Some((end.as_millis() - record.started_at.as_millis()).max(0))
}

/// What the latest run of a script did, where it came to its end or failed.
pub(super) fn summary(release: &Release, index: usize) -> Option<&ScriptSummary> {
    if let Some((_, evidence)) = release.step_record(Step::Migrate(index))?.finished {
        return migrated(evidence);
    }
    let (_, end) = failed(release, index)?;
    end.map(|end| &end.done)
}

fn migrated(evidence: &Evidence) -> Option<&ScriptSummary> {
    match evidence {
        Evidence::Migrated(summary) => Some(summary),
        Evidence::Frozen { .. }
        | Evidence::Forked { .. }
        | Evidence::Promoted { .. }
        | Evidence::Thawed
        | Evidence::Discarded
        | Evidence::Restored => None,
    }
}

/// When the latest run of a script failed, and how far it had come; `None` where it began again since.
fn failed(release: &Release, index: usize) -> Option<(&Timestamp, Option<&ScriptEnd>)> {
    let mut since = release.log().iter().rev().take_while(|entry| {
        !matches!(entry.event, Event::RestartRequested)
            && entry.event.started() != Some(Step::Migrate(index))
    });
    since.find_map(|entry| {
        if let Event::Failed(Step::Migrate(failed), failure) = &entry.event {
            (*failed == index).then_some((&entry.at, failure.script.as_deref()))
        } else {
            None
        }
    })
}

fn unfinished(release: &Release, index: usize, seen: &Running) -> ScriptState {
    let next = (0..release.plan().scripts.len()).find(|index| {
        release
            .step_record(Step::Migrate(*index))
            .is_none_or(|record| record.finished.is_none())
    });
    let next = if next == Some(index) {
        ScriptState::Next
    } else {
        ScriptState::Waiting
    };
    match release.phase() {
        Phase::InDoubt(Step::Migrate(at)) if *at == index && seen.waits_since.is_some() => {
            ScriptState::Asking
        }
        Phase::InDoubt(Step::Migrate(at)) if *at == index && seen.busy => ScriptState::Running,
        Phase::InDoubt(Step::Migrate(at)) if *at == index => ScriptState::InDoubt,
        Phase::Failed {
            step: Step::Migrate(at),
            failure,
        } if *at == index && failure.kind == FailureKind::ScriptUnprepared => ScriptState::Next,
        Phase::Failed {
            step: Step::Migrate(at),
            failure,
        } if *at == index && failure.kind == FailureKind::ScriptStopped => ScriptState::Stopped,
        Phase::Failed {
            step: Step::Migrate(at),
            ..
        } if *at == index => ScriptState::Failed,
        Phase::Ready(step) | Phase::InDoubt(step) | Phase::Failed { step, .. }
            if matches!(step, Step::Freeze | Step::Fork | Step::Migrate(_)) =>
        {
            next
        }
        Phase::Ready(_)
        | Phase::InDoubt(_)
        | Phase::Review
        | Phase::Failed { .. }
        | Phase::Stuck { .. }
        | Phase::Live
        | Phase::Abandoned
        | Phase::RolledBack => ScriptState::NotRun,
    }
}

/// Why a script that still has to run cannot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unavailable {
    /// Its file was not chosen in this page.
    Missing(String),
    /// The chosen file is not the one that was planned.
    Changed(String),
    /// A file that it imports is not the one that was planned.
    ImportChanged {
        /// The script.
        name: String,
        /// The file, relative to the migrations folder.
        path: String,
    },
    /// What it imports is not at hand, or cannot be read.
    ImportsUnread(String),
}

/// The scripts that still have to run and whose planned file is not among the `chosen` ones.
pub fn unavailable(release: &Release, chosen: &[PlannedScript]) -> Vec<Unavailable> {
    let plan = release.plan();
    (plan.scripts.iter().enumerate())
        .filter(|(index, _)| {
            release
                .step_record(Step::Migrate(*index))
                .is_none_or(|record| record.finished.is_none())
        })
        .filter_map(|(_, script)| {
            let name = script.name.clone();
            let Some(file) = chosen.iter().find(|file| file.name == name) else {
                return Some(Unavailable::Missing(name));
            };
            match script.compare(file) {
                Comparison::Same => None,
                Comparison::Edited => Some(Unavailable::Changed(name)),
                Comparison::ImportEdited(path) => Some(Unavailable::ImportChanged { name, path }),
                Comparison::ImportsUnread => Some(Unavailable::ImportsUnread(name)),
            }
        })
        .collect()
}

/// Whether the files are needed for what is about to happen: from the plan to the last script.
pub fn needs_files(release: &Release) -> bool {
    match release.phase() {
        Phase::Ready(step) => matches!(step, Step::Freeze | Step::Fork | Step::Migrate(_)),
        Phase::Failed { step, failure } => {
            matches!(step, Step::Freeze | Step::Fork)
                || matches!(step, Step::Migrate(_)) && failure.kind.may_retry()
        }
        Phase::InDoubt(_)
        | Phase::Review
        | Phase::Stuck { .. }
        | Phase::Live
        | Phase::Abandoned
        | Phase::RolledBack => false,
    }
}

/// What all scripts of a release did together, in order of first appearance.
pub fn totals(release: &Release) -> ScriptSummary {
    let mut totals = ScriptSummary::default();
    for index in 0..release.plan().scripts.len() {
        let Some(record) = release.step_record(Step::Migrate(index)) else {
            continue;
        };
        if let Some((_, Evidence::Migrated(summary))) = record.finished {
            totals.add(summary);
        }
    }
    totals
}

/// Everything a script did, a line each: "57 records updated". What is not sure, and what is not the sandbox's, says so.
pub fn lines(done: &ScriptSummary) -> Vec<String> {
    let parts = [
        ("", done.effects.as_slice()),
        ("Perhaps: ", &done.in_doubt),
        ("Of the whole project: ", &done.project.done),
        ("Of the whole project, perhaps: ", &done.project.in_doubt),
    ];
    let lines = parts.iter().flat_map(|(of, counts)| {
        let counted = counts.iter();
        counted.map(move |(effect, number)| format!("{of}{}", effects::count(effect, *number)))
    });
    lines.collect()
}

/// A request's path and query as a person reads them: `filter[type]=tag`, not `filter%5Btype%5D=tag`.
pub fn readable(path: &str) -> String {
    percent_encoding::percent_decode_str(path)
        .decode_utf8_lossy()
        .into_owned()
}

#[cfg(test)]
mod tests;
