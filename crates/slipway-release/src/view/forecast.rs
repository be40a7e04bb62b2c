//! What a release is expected to take, before it begins and while it runs.
//!
//! Everything here is from the plan's estimate. A plan without one, as of a release that was never rehearsed, has no
//! forecast, and the page shows none.

use datocms_client::Timestamp;

use crate::{
    event::Evidence,
    phase::Phase,
    rehearsal::{Copying, Estimate, Measured, Ran, Remaining},
    release::Release,
    step::Step,
    view::{time, words::count},
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
    /// How long it has run: "12 s"; `None` before it begins.
    pub measured: Option<String>,
    /// How much of it is done, from 0 to 100, by its requests; `None` before it begins.
    pub percent: Option<u8>,
}

/// How long it still takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimeLeft {
    /// Until the running script ends: "about 20 s left"; `None` while none runs, and where it makes more requests than
    /// in the rehearsal.
    pub script: Option<String>,
    /// Until every script has run: "about 2 min left".
    pub scripts: String,
    /// The same in numbers.
    pub remaining: Remaining,
}

/// What this page sees of a running step, which no log tells.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Live {
    /// How many requests the running script has made.
    pub calls: u32,
    /// How much of the copy is there, where the CMS says so.
    pub percent: Option<f64>,
}

/// The length of the freeze that an estimate predicts.
pub fn freeze(estimate: &Estimate) -> FreezeView {
    let forecast = estimate.forecast();
    let total = about(forecast.total());
    let parts = vec![
        ("Freezing", about(forecast.freeze)),
        ("Copying, at most", about(forecast.copy)),
        ("Running the scripts", about(forecast.scripts)),
        ("Promoting", about(forecast.promote)),
        ("Lifting the freeze", about(forecast.lift)),
    ];
    FreezeView {
        sentence: format!(
            "Editors are expected to wait for {total}, and for as long as people take to review the result. The scripts make {}; the project lets {} through every {}.",
            count(estimate.calls(), "request", "requests"),
            estimate.rate.requests,
            time::duration(estimate.rate.window_millis),
        ),
        total,
        parts,
    }
}

/// Each script's prediction beside what the release measured; empty without an estimate.
pub fn beside(release: &Release, live: Live, now: Timestamp) -> Vec<Beside> {
    let Some(estimate) = &release.plan().estimate else {
        return Vec::new();
    };
    let running = running(release);
    (estimate.scripts.iter().enumerate())
        .map(|(index, script)| {
            let done = finished(release, index);
            let ran = done.or_else(|| {
                (running == Some(index)).then(|| so_far(release, index, live.calls, now))
            });
            let percent = match (done, ran) {
                (Some(_), _) => Some(100),
                (None, Some(ran)) => Some(percent(ran.calls, script.calls)),
                (None, None) => None,
            };
            Beside {
                name: script.name.clone(),
                predicted_calls: script.calls,
                predicted: time::duration(script.millis),
                calls: ran.map(|ran| ran.calls).filter(|_| !unseen(release, index)),
                measured: ran.map(|ran| time::duration(ran.millis)),
                percent,
            }
        })
        .collect()
}

/// How long a release still takes until its scripts are done; `None` without an estimate, before the freeze and after
/// the scripts.
pub fn time_left(release: &Release, live: Live, now: Timestamp) -> Option<TimeLeft> {
    let estimate = release.plan().estimate.as_ref()?;
    let (Phase::Ready(step) | Phase::InDoubt(step)) = release.phase() else {
        return None;
    };
    if !matches!(step, Step::Fork | Step::Migrate(_)) {
        return None;
    }
    let remaining = estimate.remaining(&measured(release, live, now));
    let left = |millis: i64| format!("{} left", about(millis));
    let runs = running(release).is_some() && !remaining.beyond;
    Some(TimeLeft {
        script: runs.then(|| left(remaining.running)),
        scripts: if remaining.beyond {
            format!(
                "at least {} left: more requests than in the rehearsal",
                time::duration(remaining.scripts)
            )
        } else {
            left(remaining.scripts)
        },
        remaining,
    })
}

/// How far a release has come, from its log and what this page sees.
pub fn measured(release: &Release, live: Live, now: Timestamp) -> Measured {
    let fork = release.step_record(Step::Fork);
    let copied = fork.as_ref().is_some_and(|fork| fork.finished.is_some());
    let copying = fork
        .filter(|fork| fork.finished.is_none())
        .map(|fork| Copying {
            millis: since(fork.started_at, now),
            percent: live.percent.map(whole),
        });
    Measured {
        copying,
        copied,
        done: (0..release.plan().scripts.len())
            .map_while(|index| finished(release, index))
            .collect(),
        running: running(release).map(|index| so_far(release, index, live.calls, now)),
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

fn finished(release: &Release, index: usize) -> Option<Ran> {
    let record = release.step_record(Step::Migrate(index))?;
    let (at, evidence) = record.finished?;
    let calls = match evidence {
        Evidence::Migrated(summary) => summary.calls,
        Evidence::Frozen { .. }
        | Evidence::Forked { .. }
        | Evidence::Promoted { .. }
        | Evidence::Thawed
        | Evidence::Discarded
        | Evidence::Restored => 0,
    };
    Some(Ran {
        calls,
        millis: since(record.started_at, at),
    })
}

/// Whether a script ran while nobody counted.
fn unseen(release: &Release, index: usize) -> bool {
    let record = release.step_record(Step::Migrate(index));
    record.and_then(|record| record.finished).is_some_and(
        |(_, evidence)| matches!(evidence, Evidence::Migrated(summary) if summary.from_ledger),
    )
}

fn so_far(release: &Release, index: usize, calls: u32, now: Timestamp) -> Ran {
    let record = release.step_record(Step::Migrate(index));
    Ran {
        calls,
        millis: record.map_or(0, |record| since(record.started_at, now)),
    }
}

fn since(from: Timestamp, to: Timestamp) -> i64 {
    (to.as_millis() - from.as_millis()).max(0)
}

/// Below 100 until it is known to be done.
fn percent(calls: u32, predicted: u32) -> u8 {
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
fn about(millis: i64) -> String {
    let said = time::duration(millis);
    if said.starts_with("under") {
        said
    } else {
        format!("about {said}")
    }
}

#[cfg(test)]
mod tests;
