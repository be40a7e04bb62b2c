//! A rehearsal: the pending scripts on a throw-away fork of primary, and what that showed.
//!
//! A rehearsal is not a release. Nothing is frozen, nothing is promoted, and its fork is destroyed at the end. What it
//! shows holds for the files and for the schema it ran with: [`Rehearsal::staleness`] says when either is another by
//! now. What it cannot show is listed in [`crate::view::rehearsal`].

pub mod calls;
pub mod changes;
pub mod echo;
pub mod estimate;
pub mod fork;
pub mod remaining;
pub mod schema;
pub mod staleness;
pub mod tally;
mod wire;

use datocms_client::{EnvironmentId, Timestamp};

use crate::{
    approval::Digest,
    consent::Consent,
    event::{Person, ScriptSummary},
    failure::{Failure, ScriptEnd},
    limits::Limits,
    plan::PlannedScript,
    policy::Resource,
    step::ScriptIndex,
};

pub use self::{
    calls::{Calls, EndpointCalls},
    changes::{Change, Changes, Difference, FieldChange, ModelChange, Named},
    estimate::{Estimate, Forecast, Rate, ScriptEstimate},
    remaining::{Copying, Done, Measured, Ran, Remaining},
    schema::Schema,
    staleness::{Freshness, Stale},
    tally::{Records, Tally},
    wire::{CorruptRehearsal, decode, encode},
};

/// What is to be rehearsed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// The pending scripts, in the order they would run.
    pub scripts: Vec<PlannedScript>,
    /// What people allowed scripts to handle of the whole project. In a rehearsal that lets them read; what they would
    /// write is held back all the same.
    pub consents: Vec<Consent>,
    /// How much each script may take.
    pub limits: Limits,
    /// Whether the fork stays afterwards, for people to look at.
    pub keep_fork: bool,
}

/// What one rehearsal showed. Its fork's name is its own name: no two are alike.
#[derive(Debug, Clone, PartialEq)]
pub struct Rehearsal {
    /// The fork it ran on; its name tells it from every other rehearsal, also when the fork is long gone.
    pub fork: EnvironmentId,
    /// Who rehearsed.
    pub by: Person,
    /// When it began, by that browser's clock.
    pub began: Timestamp,
    /// When it ended; `None` where its page went away.
    pub ended: Option<Timestamp>,
    /// The environment that was primary, and was copied.
    pub source: EnvironmentId,
    /// The hash of the schema that was copied ([`Schema::digest`]); `None` where it did not come so far.
    pub schema: Option<Digest>,
    /// The project's rate limit, as its answers told it.
    pub rate: Rate,
    /// How long the CMS took to copy the environment, in milliseconds: the ordinary way, which lets editors go on.
    pub copied_in: Option<i64>,
    /// The middle of how long the scripts' requests took one by one, in milliseconds.
    pub round_trip: Option<i64>,
    /// Every script, in the order they run.
    pub scripts: Vec<Rehearsed>,
    /// How it ended.
    pub end: End,
    /// What became of the schema on the fork; `None` where it could not be compared.
    pub changes: Option<Changes>,
    /// What the scripts asked of the whole project and was not sent, in order of first appearance.
    pub held_back: Vec<HeldBack>,
    /// What became of the fork.
    pub fate: Fate,
}

/// One script of a rehearsal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rehearsed {
    /// Its name, and the hash of its file.
    pub script: PlannedScript,
    /// How it went.
    pub run: Outcome,
}

/// How one script of a rehearsal went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Its turn did not come.
    NotReached,
    /// The ledger of the fork named it already, so it was passed over, as a release would.
    RanBefore,
    /// It came to its end.
    Ran(Run),
    /// It did not come to its end.
    Broken(Run),
}

/// What one script did.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Run {
    /// How long it took, in milliseconds.
    pub millis: i64,
    /// Its requests.
    pub calls: Calls,
    /// What its successful requests did, as [`crate::effects`] words it, in order of first appearance.
    pub effects: Vec<(String, u32)>,
    /// What they may have done: nobody saw what came of it.
    pub in_doubt: Vec<(String, u32)>,
    /// What of that was done to records, model by model.
    pub records: Vec<Records>,
}

/// How a rehearsal ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum End {
    /// Every script came to its end.
    AllRan,
    /// It went no further.
    Failed {
        /// The script that failed; `None` where it was something before or between the scripts.
        script: Option<ScriptIndex>,
        /// Why.
        failure: Failure,
    },
    /// A person stopped it.
    Cancelled {
        /// The script that was running, if one was.
        script: Option<ScriptIndex>,
        /// How far that script came; `None` where none was running, and in the first rehearsals.
        came: Option<Box<ScriptEnd>>,
    },
    /// Its page went away, and nobody knows how far it came.
    Unfinished,
}

/// What became of a rehearsal's fork.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fate {
    /// It is gone.
    Destroyed,
    /// A person wanted to keep it.
    Kept,
    /// It should have been destroyed and may still be there.
    Left {
        /// Why, as a sentence that names the fork.
        reason: String,
    },
    /// The page went away before anything became of it.
    Unknown,
}

/// A write of what belongs to the whole project. It was not sent; the script was answered as if it had been.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldBack {
    /// The script.
    pub script: String,
    /// What it would have handled.
    pub resource: Resource,
    /// The HTTP method.
    pub verb: String,
    /// The path, with `:id` for each id.
    pub template: String,
    /// What it would have been called, where the request says so.
    pub name: Option<String>,
    /// How often.
    pub count: u32,
}

impl Rehearsal {
    /// A rehearsal that is about to begin. It is kept like this before anything is sent, so that a fork whose page went
    /// away can be told from everybody else's.
    pub fn begin(
        fork: EnvironmentId,
        source: EnvironmentId,
        by: Person,
        began: Timestamp,
        scripts: &[PlannedScript],
    ) -> Self {
        let not_reached = |script: &PlannedScript| Rehearsed {
            script: script.clone(),
            run: Outcome::NotReached,
        };
        Self {
            fork,
            by,
            began,
            ended: None,
            source,
            schema: None,
            rate: Rate::CMA,
            copied_in: None,
            round_trip: None,
            scripts: scripts.iter().map(not_reached).collect(),
            end: End::Unfinished,
            changes: None,
            held_back: Vec::new(),
            fate: Fate::Unknown,
        }
    }

    /// The runs of the scripts that were begun, in order, with their names.
    pub fn runs(&self) -> impl Iterator<Item = (&str, &Run)> {
        self.scripts.iter().filter_map(|rehearsed| {
            let run = rehearsed.run.run()?;
            Some((rehearsed.script.name.as_str(), run))
        })
    }

    /// What a release would need a person's consent for, as far as the rehearsal came.
    pub fn consents(&self) -> Vec<Consent> {
        let mut consents: Vec<Consent> = Vec::new();
        for held in &self.held_back {
            let consent = Consent {
                script: held.script.clone(),
                resource: held.resource,
            };
            if !consents.contains(&consent) {
                consents.push(consent);
            }
        }
        consents
    }
}

impl Run {
    /// What it did, to be put into words. Nothing of the project is in it: that was held back.
    pub fn summary(&self) -> ScriptSummary {
        ScriptSummary {
            calls: self.calls.total(),
            effects: self.effects.clone(),
            in_doubt: self.in_doubt.clone(),
            ..ScriptSummary::default()
        }
    }
}

impl Outcome {
    /// What the script did, where it was begun.
    pub fn run(&self) -> Option<&Run> {
        match self {
            Self::Ran(run) | Self::Broken(run) => Some(run),
            Self::NotReached | Self::RanBefore => None,
        }
    }
}

#[cfg(test)]
pub(crate) mod sample;
#[cfg(test)]
mod tests;
