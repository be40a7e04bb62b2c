//! How long the freeze of a release will be, from what a rehearsal measured.
//!
//! Two things bound how fast a script can be: what it took in the rehearsal, and the project's rate limit, below which
//! nothing helps. The longer of the two is the prediction.

use datocms_client::Timestamp;

use super::{End, Outcome, Rehearsal};
use crate::approval::Digest;

/// How many requests the CMS lets through in a window of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Rate {
    /// How many.
    pub requests: u32,
    /// In how many milliseconds.
    pub window_millis: i64,
}

impl Rate {
    /// What the vendor documents: 60 requests in 3 seconds (reference section 1.10).
    pub const CMA: Self = Self {
        requests: 60,
        window_millis: 3000,
    };

    /// The shortest time so many requests can be made in, in milliseconds: the first window's worth leaves at once.
    pub fn floor(self, requests: u32) -> i64 {
        let windows = requests.saturating_sub(1) / self.requests.max(1);
        i64::from(windows) * self.window_millis
    }
}

/// What a release's scripts are expected to take. It goes into the plan, so that every page shows the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Estimate {
    /// When the rehearsal began that this was measured in.
    pub rehearsed_at: Timestamp,
    /// The digest of the schema it was measured for ([`super::Schema::digest`]); `None` of one that was written down before
    /// Slipway kept it.
    pub schema: Option<Digest>,
    /// The rate limit it was measured under.
    pub rate: Rate,
    /// How long the ordinary copy took, in milliseconds. A release copies the fast way, which takes no longer.
    pub copy_millis: i64,
    /// How long one request takes, in milliseconds.
    pub round_trip_millis: i64,
    /// The scripts, in the order they run.
    pub scripts: Vec<ScriptEstimate>,
}

/// What one script is expected to take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScriptEstimate {
    /// Its name.
    pub name: String,
    /// How many requests it makes.
    pub calls: u32,
    /// How long it runs, in milliseconds.
    pub millis: i64,
}

/// The length of a freeze, part by part, in milliseconds. The time that people take to look and to decide is not in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Forecast {
    /// Turning maintenance mode on.
    pub freeze: i64,
    /// Copying primary.
    pub copy: i64,
    /// Running the scripts, with what is looked at and written down around each.
    pub scripts: i64,
    /// Making the sandbox primary.
    pub promote: i64,
    /// Turning maintenance mode off.
    pub lift: i64,
}

/// What a request takes where no script made any, in milliseconds.
const USUAL_ROUND_TRIP: i64 = 200;

/// How many requests our own steps make, as the engine's tests count them: about the freeze, about each script (the
/// ledger, the journal, and a look whether everything is still as it should be), about the promotion with its look at
/// what changed meanwhile, and about lifting the freeze.
pub const STEP_CALLS: StepCalls = StepCalls {
    freeze: 16,
    script: 24,
    promote: 40,
    lift: 16,
};

/// How many requests our own steps make at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StepCalls {
    /// Turning maintenance mode on.
    pub freeze: u32,
    /// Around each script.
    pub script: u32,
    /// Promoting.
    pub promote: u32,
    /// Turning maintenance mode off.
    pub lift: u32,
}

impl Rehearsal {
    /// What a release would take; `None` unless every script came to its end here.
    pub fn estimate(&self) -> Option<Estimate> {
        if self.end != End::AllRan {
            return None;
        }
        let scripts = self.scripts.iter().map(|rehearsed| {
            let (calls, measured) = match &rehearsed.run {
                Outcome::Ran(run) => (run.calls.total(), run.millis),
                Outcome::NotReached | Outcome::RanBefore | Outcome::Broken(_) => (0, 0),
            };
            ScriptEstimate {
                name: rehearsed.script.name.clone(),
                calls,
                millis: measured.max(self.rate.floor(calls)).max(0),
            }
        });
        Some(Estimate {
            rehearsed_at: self.began,
            schema: self.schema,
            rate: self.rate,
            copy_millis: self.copied_in?.max(0),
            round_trip_millis: self.round_trip.unwrap_or(USUAL_ROUND_TRIP).max(0),
            scripts: scripts.collect(),
        })
    }
}

impl Estimate {
    /// The length of the freeze.
    pub fn forecast(&self) -> Forecast {
        Forecast {
            freeze: self.own(STEP_CALLS.freeze),
            copy: self.copy_millis,
            scripts: self.scripts_millis(),
            promote: self.own(STEP_CALLS.promote),
            lift: self.own(STEP_CALLS.lift),
        }
    }

    /// How many requests all scripts make together.
    pub fn calls(&self) -> u32 {
        self.scripts
            .iter()
            .fold(0, |sum: u32, script| sum.saturating_add(script.calls))
    }

    /// All scripts, with what the engine does around each: as long as they took, and no shorter than the rate limit
    /// lets so many requests be.
    fn scripts_millis(&self) -> i64 {
        let around = self.own(STEP_CALLS.script);
        let measured = self
            .scripts
            .iter()
            .map(|script| script.millis.saturating_add(around))
            .fold(0, i64::saturating_add);
        let count = u32::try_from(self.scripts.len()).unwrap_or(u32::MAX);
        let own = STEP_CALLS.script.saturating_mul(count);
        measured.max(self.rate.floor(self.calls().saturating_add(own)))
    }

    /// So many requests one after the other, none of them a script's.
    pub(super) fn own(&self, calls: u32) -> i64 {
        self.round_trip_millis.saturating_mul(i64::from(calls))
    }
}

impl Forecast {
    /// All parts together.
    pub fn total(self) -> i64 {
        [
            self.freeze,
            self.copy,
            self.scripts,
            self.promote,
            self.lift,
        ]
        .into_iter()
        .fold(0, i64::saturating_add)
    }
}
