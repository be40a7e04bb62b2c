//! The scripts of a rehearsal while it runs: how far each is, beside what an earlier rehearsal of the same scripts showed.

use std::collections::BTreeMap;

use datocms_client::Timestamp;

use crate::{
    plan::PlannedScript,
    rehearsal::{Done, Estimate, Measured, Ran},
    step::ScriptIndex,
    view::{
        forecast::{Beside, TimeLeft, percent},
        migrations::{ScriptState, ScriptView},
        step::Running,
        time,
    },
};

/// What the page sees of a rehearsal whose scripts run.
#[derive(Debug, Clone, Copy)]
pub struct Rehearsing<'a> {
    /// The scripts, in the order they run.
    pub scripts: &'a [PlannedScript],
    /// The one that runs; `None` before the first.
    pub at: Option<ScriptIndex>,
    /// What is seen of it.
    pub running: &'a Running,
    /// What those before it took.
    pub over: &'a BTreeMap<ScriptIndex, Ran>,
    /// What an earlier rehearsal of the same scripts predicts.
    pub estimate: Option<&'a Estimate>,
}

/// All scripts, in the order they run.
pub fn scripts(seen: Rehearsing<'_>, now: Timestamp) -> Vec<ScriptView> {
    (seen.scripts.iter().enumerate())
        .map(|(index, script)| {
            let over = seen.over.get(&index);
            let millis = match (over, seen.at) {
                (Some(ran), _) => Some(ran.millis),
                (None, at) if at == Some(index) => seen.running.script_millis(now),
                (None, _) => None,
            };
            ScriptView {
                name: script.name.clone(),
                state: state(seen, index),
                calls: over.map(|ran| ran.calls),
                took: millis.map(time::duration),
                outcome: None,
                end: None,
            }
        })
        .collect()
}

fn state(seen: Rehearsing<'_>, index: ScriptIndex) -> ScriptState {
    match seen.at {
        // A script that follows says that this one came to its end.
        _ if seen.over.contains_key(&index) => ScriptState::Done,
        Some(at) if at == index && seen.running.waits_since.is_some() => ScriptState::Asking,
        Some(at) if at == index => ScriptState::Running,
        // The ledger named it already.
        Some(at) if index < at => ScriptState::NotRun,
        Some(at) if index == at + 1 => ScriptState::Next,
        None if index == 0 => ScriptState::Next,
        Some(_) | None => ScriptState::Waiting,
    }
}

/// Each script's prediction beside what is measured; empty where nothing predicts it.
pub fn beside(seen: Rehearsing<'_>, now: Timestamp) -> Vec<Beside> {
    let Some(estimate) = seen.estimate else {
        return Vec::new();
    };
    (estimate.scripts.iter().enumerate())
        .map(|(index, script)| {
            let over = seen.over.get(&index).copied();
            let live = (seen.at == Some(index)).then(|| so_far(seen.running, now));
            let ran = over.or(live);
            Beside {
                name: script.name.clone(),
                predicted_calls: script.calls,
                predicted: time::duration(script.millis),
                calls: ran.map(|ran| ran.calls),
                measured: ran.map(|ran| time::duration(ran.millis)),
                percent: match (over, live) {
                    (Some(_), _) => Some(100),
                    (None, Some(live)) => Some(percent(live.calls, script.calls)),
                    (None, None) => None,
                },
            }
        })
        .collect()
}

/// How long it still takes until every script has run; `None` where nothing predicts it, and before the first.
pub fn time_left(seen: Rehearsing<'_>, now: Timestamp) -> Option<TimeLeft> {
    let at = seen.at?;
    // A rehearsal does next to nothing around its scripts.
    let estimate = Estimate {
        round_trip_millis: 0,
        ..seen.estimate?.clone()
    };
    let done = |index| {
        let millis = seen.over.get(&index)?.millis;
        Some(Done { millis, around: 0 })
    };
    let remaining = estimate.remaining(&Measured {
        copying: None,
        copied: true,
        done: (0..at).map(done).collect(),
        running: Some(so_far(seen.running, now)),
    });
    Some(TimeLeft::of(remaining, true))
}

fn so_far(running: &Running, now: Timestamp) -> Ran {
    Ran {
        calls: running.script_calls,
        millis: running.script_millis(now).unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{rehearsal, view::sample::at};

    /// The second of two rehearsed scripts, begun at second 10.
    fn at_the_second(see: impl Fn(Rehearsing<'_>)) {
        let sample = rehearsal::sample::rehearsal();
        let scripts: Vec<_> = (sample.scripts.iter())
            .map(|rehearsed| rehearsed.script.clone())
            .collect();
        let estimate = sample.estimate();
        let first = Ran {
            calls: 6,
            millis: 5_000,
        };
        let running = Running {
            script_calls: 100,
            script_began: Some(at(10)),
            busy: true,
            ..Running::default()
        };
        see(Rehearsing {
            scripts: &scripts,
            at: Some(1),
            running: &running,
            over: &BTreeMap::from([(0, first)]),
            estimate: estimate.as_ref(),
        });
    }

    #[test]
    fn a_rehearsal_tells_how_far_its_scripts_are() {
        at_the_second(|seen| {
            let told = scripts(seen, at(14));
            let told = |index: usize| {
                let view = &told[index];
                (view.state, view.calls, view.took.as_deref())
            };
            assert_eq!(told(0), (ScriptState::Done, Some(6), Some("5 s")));
            assert_eq!(told(1), (ScriptState::Running, None, Some("4 s")));
            let begun = Rehearsing {
                at: Some(0),
                ..seen
            };
            assert_eq!(state(begun, 1), ScriptState::Next);
            let running = Running {
                waits_since: Some(at(12)),
                ..seen.running.clone()
            };
            let asks = Rehearsing {
                running: &running,
                ..seen
            };
            let view = &scripts(asks, at(60))[1];
            assert_eq!(view.state, ScriptState::Asking);
            assert_eq!(view.took.as_deref(), Some("2 s"));
        });
    }

    #[test]
    fn an_earlier_rehearsal_predicts_the_next() {
        at_the_second(|seen| {
            let second = &beside(seen, at(14))[1];
            assert_eq!((second.predicted_calls, second.percent), (200, Some(50)));
            assert_eq!(second.measured.as_deref(), Some("4 s"));
            let left = time_left(seen, at(14)).unwrap();
            assert_eq!(left.script.as_deref(), Some("about 4 s left"));
            assert_eq!(left.scripts, "about 4 s left");
            let first_ever = Rehearsing {
                estimate: None,
                ..seen
            };
            assert_eq!(beside(first_ever, at(14)), []);
            assert_eq!(time_left(first_ever, at(14)), None);
        });
    }
}
