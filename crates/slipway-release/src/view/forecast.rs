//! What a release is expected to take, before it begins and while it runs.
//!
//! Everything here is from the plan's estimate. A plan without one, as of a release that was never rehearsed, has no
//! forecast, and the page shows none.

use datocms_client::Timestamp;

use crate::{
    phase::Phase,
    rehearsal::{Copying, Done, Estimate, Measured, Ran, Remaining},
    release::Release,
    step::Step,
    view::{
        migrations,
        step::{self, Running},
        time,
        words::count,
    },
};

/// The length of the freeze that an estimate predicts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FreezeView {
    /// "about 2 min 10 s".
    pub total: String,
    /// The same as a sentence, which says what is not in it.
    pub sentence: String,
    /// Its parts: what is done, and how long that takes.
    pub parts: Vec<(&'static str, String)>,
}

/// What is said where a script makes more requests than it made in the rehearsal.
const BEYOND: &str = "longer than rehearsed; no end can be told";

/// A script's prediction beside what was measured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Beside {
    /// The script.
    pub name: String,
    /// How many requests it is expected to make.
    pub predicted_calls: u32,
    /// How long it is expected to run: "12 s".
    pub predicted: String,
    /// How many requests it has made; `None` before it begins, and where nobody counted.
    pub calls: Option<u32>,
    /// How long it has run itself, as its prediction has it: "12 s"; `None` before it begins, and where nobody measured.
    pub measured: Option<String>,
    /// How much of it is done, from 0 to 100, by its requests; `None` before it begins.
    pub percent: Option<u8>,
}

/// How long it still takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimeLeft {
    /// Until the running script ends: "about 20 s left", or that no end can be told; `None` while none runs.
    pub script: Option<String>,
    /// Until every script has run: "about 2 min left".
    pub scripts: String,
    /// The same in numbers.
    pub remaining: Remaining,
}

/// The length of the freeze that an estimate predicts.
pub fn freeze(estimate: &Estimate) -> FreezeView {
    let forecast = estimate.forecast();
    let total = about(forecast.total());
    let parts = vec![
        ("Freezing", about(forecast.freeze)),
        ("Forking, at most", about(forecast.copy)),
        ("Running the scripts", about(forecast.scripts)),
        ("Promoting", about(forecast.promote)),
        ("Lifting the freeze", about(forecast.lift)),
    ];
    FreezeView {
        sentence: format!(
            "Editors are expected to wait for {total}, and for as long as people take to review the result. The scripts make {}; the project lets {} through every {}.",
            count(estimate.calls(), "call", "calls"),
            estimate.rate.requests,
            time::duration(estimate.rate.window_millis),
        ),
        total,
        parts,
    }
}

/// How long the freeze has been on, beside what the rehearsal predicted of it: a sentence for everybody who waits. `None`
/// while nothing is frozen.
pub fn frozen(release: &Release, now: Timestamp) -> Option<String> {
    let length = match since(release.frozen_since()?, now) {
        ..1_000 => "Maintenance mode was turned on just now".to_owned(),
        millis => format!(
            "Maintenance mode has been on for {}",
            time::duration(millis)
        ),
    };
    // What was rehearsed ends with the promotion, not with a way back.
    let goes_on = !step::is_abandoning(release) && !step::is_rolling_back(release);
    let estimate = release.plan().estimate.as_ref().filter(|_| goes_on);
    Some(match estimate {
        Some(estimate) => format!(
            "{length}; the rehearsal predicted {}, and the time that people take to review.",
            time::duration(estimate.forecast().total())
        ),
        None => format!("{length}."),
    })
}

/// How long the rehearsal predicts that a step takes, in milliseconds; `None` for what it does not predict, and without
/// an estimate. Of a script it is the script's own time.
pub fn part(release: &Release, step: Step) -> Option<i64> {
    let estimate = release.plan().estimate.as_ref()?;
    let forecast = estimate.forecast();
    match step {
        Step::Freeze => Some(forecast.freeze),
        Step::Fork => Some(forecast.copy),
        Step::Migrate(index) => estimate.scripts.get(index).map(|script| script.millis),
        Step::Promote => Some(forecast.promote),
        Step::Unfreeze => Some(forecast.lift),
        Step::Discard(_) | Step::Reopen | Step::FreezeAgain | Step::Restore | Step::Thaw => None,
    }
}

/// How long the rehearsal predicts that all scripts take, with what is done around them, in milliseconds.
pub fn scripts_part(release: &Release) -> Option<i64> {
    let estimate = release.plan().estimate.as_ref()?;
    Some(estimate.forecast().scripts)
}

/// How many requests the scripts of a release have made, and how many the rehearsal predicts for all of them; `None`
/// without an estimate. One that ran while nobody counted counts as predicted.
pub fn calls(release: &Release, seen: &Running) -> Option<(u32, u32)> {
    let estimate = release.plan().estimate.as_ref()?;
    let made = (estimate.scripts.iter().enumerate()).map(|(index, script)| {
        match (ran(release, index), finished(release, index)) {
            (Some(ran), _) => ran.calls,
            (None, true) => script.calls,
            (None, false) if running(release) == Some(index) => seen.script_calls,
            (None, false) => 0,
        }
    });
    Some((made.fold(0, u32::saturating_add), estimate.calls()))
}

/// Each script's prediction beside what the release measured; empty without an estimate.
pub fn beside(release: &Release, seen: &Running, now: Timestamp) -> Vec<Beside> {
    let Some(estimate) = &release.plan().estimate else {
        return Vec::new();
    };
    let running = running(release);
    (estimate.scripts.iter().enumerate())
        .map(|(index, script)| {
            let ended = ran(release, index);
            let live = (running == Some(index)).then(|| so_far(seen, now));
            let calls = ended.map(|ran| ran.calls).or(live.map(|ran| ran.calls));
            let millis = match ended {
                Some(ran) => ran.millis,
                None => live.map(|ran| ran.millis),
            };
            let percent = match (finished(release, index), calls) {
                (true, _) => Some(100),
                (false, Some(calls)) => Some(percent(calls, script.calls)),
                (false, None) => None,
            };
            Beside {
                name: script.name.clone(),
                predicted_calls: script.calls,
                predicted: time::duration(script.millis),
                calls,
                measured: millis.map(time::duration),
                percent,
            }
        })
        .collect()
}

/// How long a release still takes until its scripts are done; `None` without an estimate, before the freeze and after
/// the scripts.
pub fn time_left(release: &Release, seen: &Running, now: Timestamp) -> Option<TimeLeft> {
    let estimate = release.plan().estimate.as_ref()?;
    let (Phase::Ready(step) | Phase::InDoubt(step)) = release.phase() else {
        return None;
    };
    if !matches!(step, Step::Fork | Step::Migrate(_)) {
        return None;
    }
    let remaining = estimate.remaining(&measured(release, seen, now));
    Some(TimeLeft::of(remaining, running(release).is_some()))
}

impl TimeLeft {
    /// What is left, in words. `runs` says that a script is running.
    pub fn of(remaining: Remaining, runs: bool) -> Self {
        let left = |millis: i64| format!("{} left", about(millis));
        if remaining.beyond {
            return Self {
                script: runs.then(|| BEYOND.to_owned()),
                scripts: BEYOND.to_owned(),
                remaining,
            };
        }
        Self {
            script: runs.then(|| left(remaining.running)),
            scripts: left(remaining.scripts),
            remaining,
        }
    }
}

/// How far a release has come, from its log and what this page sees.
pub fn measured(release: &Release, seen: &Running, now: Timestamp) -> Measured {
    let fork = release.step_record(Step::Fork);
    let copied = fork.as_ref().is_some_and(|fork| fork.finished.is_some());
    let copying = fork
        .filter(|fork| fork.finished.is_none())
        .map(|fork| Copying {
            millis: since(fork.started_at, now),
            percent: seen.fork_percent.map(whole),
        });
    Measured {
        copying,
        copied,
        done: (0..release.plan().scripts.len())
            .take_while(|index| finished(release, *index))
            .map(|index| done(release, index))
            .collect(),
        running: running(release).map(|_| so_far(seen, now)),
    }
}

/// The script that was begun and whose end is not on record.
fn running(release: &Release) -> Option<usize> {
    match release.phase() {
        Phase::InDoubt(Step::Migrate(index)) => Some(*index),
        Phase::Ready(_)
        | Phase::InDoubt(_)
        | Phase::Review
        | Phase::Failed { .. }
        | Phase::Stuck { .. }
        | Phase::Live
        | Phase::Abandoned
        | Phase::RolledBack => None,
    }
}

/// Whether a script came to its end.
fn finished(release: &Release, index: usize) -> bool {
    let record = release.step_record(Step::Migrate(index));
    record.is_some_and(|record| record.finished.is_some())
}

/// What a script took that came to its end, where that was measured.
fn done(release: &Release, index: usize) -> Option<Done> {
    let record = release.step_record(Step::Migrate(index))?;
    let (at, _) = record.finished?;
    let millis = ran(release, index)?.millis?;
    Some(Done {
        millis,
        around: (since(record.started_at, at) - millis).max(0),
    })
}

/// What is on record of a script that is over.
#[derive(Clone, Copy)]
struct Over {
    calls: u32,
    millis: Option<i64>,
}

/// What a script did that came to its end or failed; `None` before that, and where nobody counted.
fn ran(release: &Release, index: usize) -> Option<Over> {
    let summary = migrations::summary(release, index).filter(|summary| !summary.from_ledger)?;
    Some(Over {
        calls: summary.calls,
        millis: summary.millis,
    })
}

/// What this page has seen of the running script.
fn so_far(seen: &Running, now: Timestamp) -> Ran {
    Ran {
        calls: seen.script_calls,
        millis: seen.script_millis(now).unwrap_or(0),
    }
}

fn since(from: Timestamp, to: Timestamp) -> i64 {
    (to.as_millis() - from.as_millis()).max(0)
}

/// Below 100 until it is known to be done.
pub(super) fn percent(calls: u32, predicted: u32) -> u8 {
    let percent = u64::from(calls) * 100 / u64::from(predicted.max(1));
    u8::try_from(percent.min(99)).unwrap_or(99)
}

fn whole(percent: f64) -> u8 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "between 0 and 100"
    )]
    let whole = percent.clamp(0.0, 100.0) as u8;
    whole
}

/// "about 12 s", but "under 1 s".
pub(crate) fn about(millis: i64) -> String {
    let said = time::duration(millis);
    if said.starts_with("under") {
        said
    } else {
        format!("about {said}")
    }
}

#[cfg(test)]
mod tests;
