//! The stepper: every step of a release with the evidence for it.

use datocms_client::Timestamp;

use crate::{
    effects,
    event::{Event, Evidence, ScriptSummary},
    phase::Phase,
    release::{Release, StepRecord},
    step::{Step, Then},
    view::{forecast, time, words::count},
};

/// One stop of the stepper.
#[derive(Debug, Clone, PartialEq)]
pub struct StepView {
    /// Its name, one word where possible.
    pub title: &'static str,
    /// How far it is.
    pub state: StepState,
    /// How long it took, or when it was.
    pub when: Option<When>,
    /// The evidence, in a sentence or two.
    pub detail: String,
    /// How far a running step is, 0 to 100.
    pub percent: Option<f64>,
    /// When the rehearsal began that what is predicted comes from; only the plan tells it.
    pub rehearsed_at: Option<Timestamp>,
}

/// A time beside a step.
#[derive(Debug, Clone, PartialEq)]
pub enum When {
    /// A moment, for the page to show as a clock time.
    At(Timestamp),
    /// A ready text such as "48 s, 40 s predicted" or "60 %, about 1 min left".
    Text(String),
}

/// How far a step is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StepState {
    /// Finished.
    Done,
    /// The release is here and waits for a person, or works.
    Now,
    /// The release is here and something is wrong.
    Trouble,
    /// Still to come.
    Todo,
    /// Will not happen any more.
    Skipped,
}

/// What is known of a step while it runs, beyond the log.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Running {
    /// Percent of the fork that is copied.
    pub fork_percent: Option<f64>,
    /// Requests the running script has made.
    pub script_calls: u32,
    /// When the running script began itself, later by what people thought about its questions since.
    pub script_began: Option<Timestamp>,
    /// Since when it waits for a person's answer.
    pub waits_since: Option<Timestamp>,
    /// Whether this page is performing a step right now.
    pub busy: bool,
}

impl Running {
    /// The script has its answer: what it waited is no time of its own.
    pub fn go_on(&mut self, at: Timestamp) {
        let Some(since) = self.waits_since.take() else {
            return;
        };
        let waited = (at.as_millis() - since.as_millis()).max(0);
        self.script_began = self
            .script_began
            .map(|began| Timestamp::from_millis(began.as_millis() + waited));
    }

    /// How long the running script has run itself, in milliseconds; `None` where this page did not see it begin.
    pub fn script_millis(&self, now: Timestamp) -> Option<i64> {
        let until = self.waits_since.unwrap_or(now);
        let began = self.script_began?;
        Some((until.as_millis() - began.as_millis()).max(0))
    }
}

/// All stops, in order. Where a rollback has begun its stops follow.
pub fn steps(release: &Release, running: &Running, now: Timestamp) -> Vec<StepView> {
    let mut views = Vec::new();
    if release.is_adopted() {
        views.push(StepView {
            title: "Promoted",
            state: StepState::Done,
            when: Some(When::At(release.planned_at())),
            detail: format!(
                "{} was promoted outside Slipway; it was forked from {}.",
                release.plan().sandbox,
                release.plan().source
            ),
            percent: None,
            rehearsed_at: None,
        });
    } else {
        views.push(plan(release));
        views.push(stop(release, Step::Freeze, "Freeze", running, now));
        views.push(stop(release, Step::Fork, "Fork", running, now));
        views.push(migrate(release, running, now));
        views.push(review(release));
        views.push(stop(release, Step::Promote, "Promote", running, now));
        views.push(stop(release, Step::Unfreeze, "Unfreeze", running, now));
    }
    if is_abandoning(release) {
        for view in &mut views {
            if matches!(view.state, StepState::Todo | StepState::Now) {
                skip(view);
            }
        }
        if let Some(discard) = undo_stop(
            release,
            Step::Discard(Then::Reopen),
            "Destroy sandbox",
            running,
            now,
        ) {
            views.push(discard);
        }
        if let Some(reopen) = undo_stop(release, Step::Reopen, "Lift freeze", running, now) {
            views.push(reopen);
        }
    }
    if is_rolling_back(release) {
        for view in &mut views {
            if matches!(view.state, StepState::Todo) {
                skip(view);
            }
        }
        views.extend(undo_stop(
            release,
            Step::FreezeAgain,
            "Freeze again",
            running,
            now,
        ));
        views.push(stop(release, Step::Restore, "Roll back", running, now));
        views.push(stop(release, Step::Thaw, "Lift freeze", running, now));
    }
    views
}

/// What will not happen takes no time.
fn skip(view: &mut StepView) {
    if view.state == StepState::Todo {
        view.when = None;
    }
    view.state = StepState::Skipped;
}

pub(super) fn is_abandoning(release: &Release) -> bool {
    release
        .log()
        .iter()
        .any(|entry| matches!(entry.event, Event::AbandonRequested { .. }))
}

pub(super) fn is_rolling_back(release: &Release) -> bool {
    let last = release.log().iter().rev().find(|entry| {
        matches!(
            entry.event,
            Event::RollBackRequested { .. } | Event::RollBackCancelled
        )
    });
    last.is_some_and(|entry| entry.event != Event::RollBackCancelled)
}

fn plan(release: &Release) -> StepView {
    let scripts = match release.plan().scripts.len() {
        1 => "1 script".to_owned(),
        n => format!("{n} scripts"),
    };
    StepView {
        title: "Plan",
        state: StepState::Done,
        when: Some(When::At(release.planned_at())),
        detail: format!(
            "{scripts}, planned by {}.",
            release
                .log()
                .first()
                .map_or("", |entry| entry.by.name.as_str())
        ),
        percent: None,
        rehearsed_at: (release.plan().estimate.as_ref()).map(|estimate| estimate.rehearsed_at),
    }
}

fn undo_stop(
    release: &Release,
    step: Step,
    title: &'static str,
    running: &Running,
    now: Timestamp,
) -> Option<StepView> {
    let concerned = release.phase().step() == Some(step) || release.step_record(step).is_some();
    concerned.then(|| stop(release, step, title, running, now))
}

fn stop(
    release: &Release,
    step: Step,
    title: &'static str,
    running: &Running,
    now: Timestamp,
) -> StepView {
    let record = release.step_record(step);
    let here = release.phase().step() == Some(step);
    let state = state_of(release, here, record.as_ref());
    let detail = match (&state, release.phase(), &record) {
        (StepState::Done, _, Some(record)) => evidence(release, step, record),
        (_, Phase::Failed { failure, .. } | Phase::Stuck { failure, .. }, _) if here => {
            failure.message.clone()
        }
        (_, Phase::InDoubt(_), Some(_)) if here && !running.busy => {
            "It was started and its outcome is not known yet.".to_owned()
        }
        (_, Phase::InDoubt(_), Some(_)) if here => under_way(release, step),
        _ => promise(release, step),
    };
    let percent = (here && step == Step::Fork && running.busy)
        .then_some(running.fork_percent)
        .flatten();
    StepView {
        title,
        state,
        when: when(release, step, here, running, now),
        detail,
        percent,
        rehearsed_at: None,
    }
}

fn state_of(release: &Release, here: bool, record: Option<&StepRecord<'_>>) -> StepState {
    if here {
        return match release.phase() {
            Phase::Failed { .. } | Phase::Stuck { .. } => StepState::Trouble,
            Phase::Ready(_)
            | Phase::InDoubt(_)
            | Phase::Review
            | Phase::Live
            | Phase::Abandoned
            | Phase::RolledBack => StepState::Now,
        };
    }
    match record {
        Some(StepRecord {
            finished: Some(_), ..
        }) => StepState::Done,
        _ => StepState::Todo,
    }
}

/// The time beside a step: what it took or has taken, beside what the rehearsal predicts where there was one.
fn when(
    release: &Release,
    step: Step,
    here: bool,
    running: &Running,
    now: Timestamp,
) -> Option<When> {
    let predicted = forecast::part(release, step);
    let Some(record) = release.step_record(step) else {
        return predicted.map(|millis| When::Text(forecast::about(millis)));
    };
    let spent = |until: Timestamp| until.as_millis() - record.started_at.as_millis();
    if let Some((at, _)) = record.finished {
        return Some(When::Text(beside(spent(at), predicted)));
    }
    if !here {
        return None;
    }
    let left = forecast::time_left(release, running, now);
    match (running.fork_percent, left, predicted) {
        (Some(percent), Some(left), _) if step == Step::Fork && running.busy => {
            let left = forecast::about(left.remaining.copying);
            Some(When::Text(format!("{percent:.0} %, {left} left")))
        }
        (Some(percent), None, _) if step == Step::Fork && running.busy && percent > 3.0 => {
            let left = time::duration(left_at(percent, spent(now)));
            Some(When::Text(format!("{percent:.0} %, {left} left")))
        }
        (_, _, Some(predicted)) if running.busy => Some(When::Text(format!(
            "{} of {}",
            time::duration(spent(now)),
            forecast::about(predicted)
        ))),
        (_, _, _) => Some(When::At(record.started_at)),
    }
}

/// "48 s, 40 s predicted", or only what was measured.
fn beside(measured: i64, predicted: Option<i64>) -> String {
    let measured = time::duration(measured);
    match predicted {
        Some(predicted) => format!("{measured}, {} predicted", time::duration(predicted)),
        None => measured,
    }
}

/// How long something still takes that is done to so many percent after so many milliseconds.
fn left_at(percent: f64, spent: i64) -> i64 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_precision_loss,
        reason = "a rough estimate in milliseconds"
    )]
    let left = (spent as f64 * (100.0 - percent) / percent) as i64;
    left
}

/// What a finished step leaves to see, and what was found out at it.
fn evidence(release: &Release, step: Step, record: &StepRecord<'_>) -> String {
    let left = left_by(release, step, record);
    match release.estimate_dropped() {
        Some((at, reason)) if at == step && !left.is_empty() => {
            format!("{left} {reason} So nothing is predicted.")
        }
        Some(_) | None => left,
    }
}

fn left_by(release: &Release, step: Step, record: &StepRecord<'_>) -> String {
    let plan = release.plan();
    let Some((_, evidence)) = &record.finished else {
        return String::new();
    };
    match evidence {
        Evidence::Frozen { adopted: true, .. } => {
            "Maintenance mode was on already; the release took it over.".to_owned()
        }
        Evidence::Frozen { forced: true, .. } => format!(
            "Maintenance mode is on. {} was overruled.",
            forced_editors(release)
        ),
        Evidence::Frozen { .. } => "Maintenance mode is on. Nobody was forced out.".to_owned(),
        Evidence::Forked { .. } => {
            format!("{} is a complete copy of {}.", plan.sandbox, plan.source)
        }
        Evidence::Migrated(summary) if summary.from_ledger => "The ledger says it ran.".to_owned(),
        Evidence::Migrated(summary) => describe(summary),
        Evidence::Promoted { previous, .. } => format!(
            "{} is primary. {previous} stays as a sandbox, ready to come back.",
            plan.sandbox
        ),
        Evidence::Thawed if step == Step::Unfreeze => "Editors are back at work.".to_owned(),
        Evidence::Thawed => "Maintenance mode is off; editors are back at work.".to_owned(),
        Evidence::Discarded => format!("{} is gone.", plan.sandbox),
        Evidence::Restored => format!(
            "{} is primary again. {} stays as a sandbox with everything in it.",
            plan.source, plan.sandbox
        ),
    }
}

fn forced_editors(release: &Release) -> String {
    let named = release.log().iter().rev().find_map(|entry| {
        if let Event::Forced { editors } = &entry.event {
            Some(editors.join(", "))
        } else {
            None
        }
    });
    named
        .filter(|names| !names.is_empty())
        .unwrap_or_else(|| "Somebody who was editing".to_owned())
}

/// What a script did: "2 models created, 57 records updated.", or that it changed nothing.
pub fn describe(done: &ScriptSummary) -> String {
    if done.is_without_effect() {
        return "Changed nothing.".to_owned();
    }
    let certain = (!done.effects.is_empty()).then(|| format!("{}.", effects::list(&done.effects)));
    let said = [certain, in_doubt(done), done.project.sentence()];
    let said: Vec<String> = said.into_iter().flatten().collect();
    said.join(" ")
}

/// What a script may have done to the sandbox, as a sentence; `None` where all is known.
pub(super) fn in_doubt(done: &ScriptSummary) -> Option<String> {
    (!done.in_doubt.is_empty()).then(|| {
        format!(
            "It is not known whether the CMS did this: {}.",
            effects::list(&done.in_doubt)
        )
    })
}

fn under_way(release: &Release, step: Step) -> String {
    let plan = release.plan();
    match step {
        Step::Freeze | Step::FreezeAgain => "Turning maintenance mode on…".to_owned(),
        Step::Fork => format!("Copying {} into {}…", plan.source, plan.sandbox),
        Step::Migrate(_) => "Running…".to_owned(),
        Step::Promote => format!("Making {} primary…", plan.sandbox),
        Step::Unfreeze | Step::Reopen | Step::Thaw => "Turning maintenance mode off…".to_owned(),
        Step::Discard(_) => format!("Destroying {}…", plan.sandbox),
        Step::Restore => format!("Making {} primary again…", plan.source),
    }
}

/// What a step that is still to come will do.
fn promise(release: &Release, step: Step) -> String {
    let plan = release.plan();
    match step {
        Step::Freeze | Step::FreezeAgain => {
            format!(
                "Turn on maintenance mode, so that {} stays as it is.",
                plan.source
            )
        }
        Step::Fork => format!("Copy {} into {}.", plan.source, plan.sandbox),
        Step::Migrate(_) => String::new(),
        Step::Promote => format!("Make {} primary; {} stays.", plan.sandbox, plan.source),
        Step::Unfreeze | Step::Reopen | Step::Thaw => {
            "Turn off maintenance mode, so that editors can go on.".to_owned()
        }
        Step::Discard(_) => format!("Delete {} and everything in it.", plan.sandbox),
        Step::Restore => format!("Make {} primary again.", plan.source),
    }
}

fn migrate(release: &Release, running: &Running, now: Timestamp) -> StepView {
    let total = release.plan().scripts.len();
    let done = (0..total)
        .filter(|index| {
            release
                .step_record(Step::Migrate(*index))
                .is_some_and(|record| record.finished.is_some())
        })
        .count();
    let here = matches!(release.phase().step(), Some(Step::Migrate(_)));
    let calls = forecast::calls(release, running);
    let state = match (here, release.phase()) {
        (true, Phase::Failed { .. }) => StepState::Trouble,
        (true, _) => StepState::Now,
        (false, _) if total > 0 && done == total => StepState::Done,
        (false, _) if total == 0 && release.forked_at().is_some() => StepState::Done,
        (false, _) => StepState::Todo,
    };
    let detail = match (here, release.phase()) {
        (true, Phase::Failed { failure, .. }) => failure.message.clone(),
        (true, Phase::InDoubt(Step::Migrate(index))) if running.busy => format!(
            "Script {} of {total} · {}",
            index + 1,
            match calls {
                Some((made, predicted)) => format!("{made} of about {}", call_count(predicted)),
                None => call_count(running.script_calls),
            }
        ),
        (true, Phase::InDoubt(Step::Migrate(index))) => {
            format!(
                "Script {} of {total} was started; its outcome is not known yet.",
                index + 1
            )
        }
        _ if state == StepState::Done => match total {
            0 => "No script to run.".to_owned(),
            1 => "1 script ran.".to_owned(),
            n => format!("{n} scripts ran."),
        },
        _ if done > 0 => format!("{done} of {total} scripts ran."),
        _ => match total {
            1 => "Run 1 script on the sandbox.".to_owned(),
            n => format!("Run {n} scripts on the sandbox."),
        },
    };
    StepView {
        title: "Migrate",
        state,
        when: migrate_time(release, total, state, running, now).map(When::Text),
        detail,
        percent: (here && running.busy).then(|| match calls {
            Some((made, predicted)) if predicted > 0 => {
                // Below 100 until it is known to be done.
                (f64::from(made) * 100.0 / f64::from(predicted)).min(99.0)
            }
            Some(_) | None => {
                #[expect(clippy::cast_precision_loss, reason = "a handful of scripts")]
                let share = done as f64 / total.max(1) as f64;
                share * 100.0
            }
        }),
        rehearsed_at: None,
    }
}

fn call_count(number: u32) -> String {
    count(number, "call", "calls")
}

/// The time beside the scripts: what is left while they run, what they took once they are done.
fn migrate_time(
    release: &Release,
    total: usize,
    state: StepState,
    running: &Running,
    now: Timestamp,
) -> Option<String> {
    let predicted = forecast::scripts_part(release);
    match state {
        StepState::Done => {
            let first = release.step_record(Step::Migrate(0))?.started_at;
            let last = release.step_record(Step::Migrate(total.checked_sub(1)?))?;
            let spent = last.finished?.0.as_millis() - first.as_millis();
            Some(beside(spent, predicted))
        }
        StepState::Now => forecast::time_left(release, running, now).map(|left| left.scripts),
        StepState::Todo => predicted.filter(|_| total > 0).map(forecast::about),
        StepState::Trouble | StepState::Skipped => None,
    }
}

fn review(release: &Release) -> StepView {
    let here = *release.phase() == Phase::Review;
    let approved = release
        .log()
        .iter()
        .rev()
        .find(|entry| matches!(entry.event, Event::Approved { .. }))
        .filter(|_| release.approval().is_some());
    let (state, detail, when) = match (here, approved) {
        (true, _) => (
            StepState::Now,
            "Look at what changed, at the drift and at the preview.".to_owned(),
            None,
        ),
        (false, Some(entry)) => (
            StepState::Done,
            format!("Approved by {}.", entry.by.name),
            Some(When::At(entry.at)),
        ),
        (false, None) => (StepState::Todo, "Changes, drift, preview".to_owned(), None),
    };
    StepView {
        title: "Review",
        state,
        when,
        detail,
        percent: None,
        rehearsed_at: None,
    }
}
