//! How long it still takes, from the estimate and from what was measured so far.
//!
//! A release may run faster or slower than its rehearsal: the line is another, the CMS has more to do, the copy is made
//! the fast way. The further it has come, the more its own pace counts against the estimate's.

use super::{estimate::Estimate, estimate::STEP_CALLS};

/// How far a release has come.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Measured {
    /// The copy that is being made; `None` before it was begun and once it is there.
    pub copying: Option<Copying>,
    /// Whether the copy is there.
    pub copied: bool,
    /// The scripts that came to their end, in order; `None` where nobody measured one.
    pub done: Vec<Option<Done>>,
    /// The script that is running.
    pub running: Option<Ran>,
}

/// What a script took that came to its end, in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Done {
    /// The script itself.
    pub millis: i64,
    /// What the engine did around it.
    pub around: i64,
}

/// A copy that is being made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Copying {
    /// For how long, in milliseconds.
    pub millis: i64,
    /// How much of it is there, from 0 to 100, where the CMS says so.
    pub percent: Option<u8>,
}

/// What a running script has taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Ran {
    /// How many requests.
    pub calls: u32,
    /// How long the script itself has run, in milliseconds.
    pub millis: i64,
}

/// How long it still takes, in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Remaining {
    /// Until the copy is there.
    pub copying: i64,
    /// Until the running script comes to its end.
    pub running: i64,
    /// Until every script has come to its end: the copy and the running script are in it.
    pub scripts: i64,
    /// Whether the running script makes more requests than in the rehearsal, so that its end cannot be told.
    pub beyond: bool,
}

impl Estimate {
    /// How long it still takes until the scripts are done.
    pub fn remaining(&self, measured: &Measured) -> Remaining {
        let copying = self.copy_left(measured);
        let at = measured.done.len();
        let pace = self.pace(measured);
        let around = self.around(measured);
        let (running, beyond) = match (&measured.running, self.scripts.get(at)) {
            (Some(ran), Some(script)) => {
                let left = left(*ran, script.calls, scaled(script.millis, pace));
                let calls = script.calls.saturating_sub(ran.calls);
                (left.max(self.rate.floor(calls)), ran.calls > script.calls)
            }
            (Some(_), None) | (None, _) => (0, false),
        };
        let to_come = self
            .scripts
            .iter()
            .skip(at + usize::from(measured.running.is_some()));
        let (calls, millis) = to_come.fold((0u32, 0i64), |(calls, millis), script| {
            let own = scaled(script.millis, pace).saturating_add(around);
            (
                calls.saturating_add(script.calls),
                millis.saturating_add(own),
            )
        });
        let to_come = millis.max(self.rate.floor(calls));
        Remaining {
            copying,
            running,
            scripts: copying.saturating_add(running).saturating_add(to_come),
            beyond,
        }
    }

    fn copy_left(&self, measured: &Measured) -> i64 {
        if measured.copied || !measured.done.is_empty() || measured.running.is_some() {
            return 0;
        }
        let Some(copying) = measured.copying else {
            return self.copy_millis;
        };
        match copying.percent {
            // The CMS's own word.
            Some(percent @ 1..=100) => blend(
                i64::from(100 - percent),
                100,
                self.copy_millis,
                copying.millis,
            ),
            Some(_) | None => (self.copy_millis - copying.millis).max(0),
        }
    }

    /// How the finished scripts went against the estimate, in thousandths: 1000 is as estimated. The less of it all is
    /// done, the closer to that. Like is held against like: what a script itself took, here and in the rehearsal.
    fn pace(&self, measured: &Measured) -> i64 {
        let both = self.scripts.iter().zip(&measured.done);
        let (estimated, taken) = both
            .filter_map(|(script, done)| Some((script, done.as_ref()?)))
            .fold((0i64, 0i64), |(estimated, taken), (script, done)| {
                (
                    estimated.saturating_add(script.millis),
                    taken.saturating_add(done.millis.max(0)),
                )
            });
        let all = (self.scripts.iter())
            .map(|script| script.millis)
            .fold(0, i64::saturating_add);
        if estimated <= 0 || all <= 0 {
            return 1000;
        }
        let share = share(estimated, all);
        let measured = scale(taken, 1000, estimated);
        (1000 * (1000 - share) + measured.min(100_000) * share) / 1000
    }

    /// What the engine's own requests around one script take. They are the same around each, so what they took is worth
    /// more than the estimate, which counts the most there may be.
    fn around(&self, measured: &Measured) -> i64 {
        let known = measured.done.iter().flatten();
        let (sum, count) = known.fold((0i64, 0i64), |(sum, count), done| {
            (sum.saturating_add(done.around.max(0)), count + 1)
        });
        sum.checked_div(count)
            .unwrap_or_else(|| self.own(STEP_CALLS.script))
    }
}

/// What is left of a script: by its requests where it makes any, else by the clock.
fn left(ran: Ran, calls: u32, millis: i64) -> i64 {
    if calls == 0 {
        return (millis - ran.millis).max(0);
    }
    let done = ran.calls.min(calls);
    let rest = i64::from(calls - done);
    blend(rest, i64::from(calls), millis, ran.millis)
}

/// What is left when `rest` of `all` is still to be done: what the estimate says of the rest, and what the measured pace
/// says, the latter by how much is done.
fn blend(rest: i64, all: i64, estimated: i64, measured: i64) -> i64 {
    let [rest, all, estimated, measured] =
        [rest, all.max(1), estimated.max(0), measured.max(0)].map(i128::from);
    // With p done: (1 - p) of the estimate's rest, and p of the pace's, whose rest is measured / p * (1 - p).
    let left = (estimated * rest * rest + measured * rest * all) / (all * all);
    i64::try_from(left).unwrap_or(i64::MAX)
}

fn share(part: i64, all: i64) -> i64 {
    scale(part, 1000, all).clamp(0, 1000)
}

fn scaled(millis: i64, thousandths: i64) -> i64 {
    scale(millis, thousandths, 1000)
}

/// `value * part / all`, where the product may be large.
fn scale(value: i64, part: i64, all: i64) -> i64 {
    let product = i128::from(value) * i128::from(part) / i128::from(all.max(1));
    i64::try_from(product).unwrap_or(i64::MAX)
}
