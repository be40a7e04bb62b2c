//! What happened, as it is written into the log.

use datocms_client::{EnvironmentId, Timestamp};

use crate::{
    approval::Approval,
    consent::Consent,
    effects::{self, Counts, Stays},
    failure::{Failure, FailureKind},
    plan::Plan,
    step::Step,
};

/// One line of a release's log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// When, by the clock of the browser that drove the step.
    pub at: Timestamp,
    /// Who drove the release at that moment.
    pub by: Person,
    /// What happened.
    pub event: Event,
    /// When somebody had last changed the promoted environment as this was written there. The CMS keeps
    /// one such moment, which from now on is that of this entry; a deletion would be forgotten. `None`
    /// where nothing had changed, nothing is hidden, or the CMS did not say.
    pub hides: Option<Timestamp>,
}

/// Somebody who acts in the CMS: a collaborator, an owner, or an API token.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Person {
    /// The CMS's id.
    pub id: String,
    /// The name to show.
    pub name: String,
}

/// A fact about a release. The first of a log is [`Event::Planned`] or [`Event::Adopted`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// A person decided on this plan. Nothing was changed yet.
    Planned(Plan),
    /// A promotion that happened outside Slipway is taken on record, so that it can be rolled back.
    Adopted {
        /// What the release would have planned: no scripts, `source` the old primary, `sandbox` the present one.
        plan: Plan,
        /// From when on changes in the promoted environment count as newer than the promotion. The
        /// CMS does not say when something was promoted, so it is when the environment was made.
        since: Timestamp,
    },
    /// The call for a step is about to leave. Durable before it does.
    Started(Step),
    /// The step is known to be done.
    Succeeded(Step, Evidence),
    /// A probe showed that a step in doubt was not done.
    NotApplied(Step),
    /// The step is known to have failed.
    Failed(Step, Failure),
    /// A person chose to freeze over people who are editing; they are named.
    Forced {
        /// Names of the people whose unsaved work may be lost.
        editors: Vec<String>,
    },
    /// A person agreed to promote.
    Approved {
        /// What was on the screen, by hash.
        approval: Approval,
        /// What the person saw and accepted, a sentence each; empty where there was nothing to accept.
        waived: Vec<String>,
        /// Why, in the person's words; may be empty.
        reason: String,
    },
    /// Something changed after the approval, so the person must look again.
    ApprovalVoided {
        /// What changed, in words.
        reason: String,
    },
    /// A person gave the release up before its promotion.
    AbandonRequested {
        /// Why, in the person's words; may be empty.
        reason: String,
    },
    /// A person wants the sandbox destroyed, forked and migrated afresh, under the same freeze.
    RestartRequested,
    /// A person wants the old primary back.
    RollBackRequested {
        /// Whether primary is frozen first, so that nobody works on what is about to go.
        freeze_first: bool,
        /// Why, in the person's words; may be empty.
        reason: String,
        /// What the person had on the screen when deciding.
        approval: Approval,
        /// When the environment had last changed by then, other than by Slipway's journal. What no
        /// record shows and is newer was not on the screen.
        last_change: Option<Timestamp>,
    },
    /// A person gave up a rollback that had not changed anything yet, or that could not be done.
    RollBackCancelled,
    /// A person gave up destroying the sandbox; it stays, and the freeze is lifted.
    SandboxLeft,
    /// Maintenance mode is on again, after somebody else had turned it off in the middle of the release.
    Refrozen {
        /// Whether people who were editing were overruled.
        forced: bool,
    },
    /// The release goes on from another page than the one that drove it last.
    TookOver {
        /// Who had it.
        from: Person,
        /// What that page was doing when it was last heard of, as [`Step::verb`] says it.
        doing: String,
    },
    /// What was rehearsed is not what is released: the plan's estimate does not hold, and nothing goes by it any more.
    EstimateDropped {
        /// Why, as a sentence.
        reason: String,
    },
    /// A running script asked for what the plan did not allow it, and a person answered.
    ConsentAnswered {
        /// Which script, and what it asked for.
        consent: Consent,
        /// Whether it may.
        allowed: bool,
    },
}

impl Event {
    /// The step whose start this is.
    pub fn started(&self) -> Option<Step> {
        if let Self::Started(step) = self {
            Some(*step)
        } else {
            None
        }
    }

    /// The step whose success this is, with its evidence.
    pub fn succeeded(&self) -> Option<(Step, &Evidence)> {
        if let Self::Succeeded(step, evidence) = self {
            Some((*step, evidence))
        } else {
            None
        }
    }

    /// Whether this says that somebody else lifted the freeze.
    pub fn lost_freeze(&self) -> bool {
        matches!(self, Self::Failed(_, failure) if failure.kind == FailureKind::FreezeLost)
    }

    /// The step that this says was not done.
    pub fn not_done(&self) -> Option<Step> {
        if let Self::NotApplied(step) | Self::Failed(step, _) = self {
            Some(*step)
        } else {
            None
        }
    }
}

/// What a finished step leaves behind for people to see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Evidence {
    /// Maintenance mode is on.
    Frozen {
        /// Whether it was on already, turned on by somebody else.
        adopted: bool,
        /// Whether people who were editing were overruled.
        forced: bool,
    },
    /// The sandbox is a complete copy.
    Forked {
        /// When the CMS says the copy was made: the moment drift is counted from.
        created_at: Timestamp,
    },
    /// A script ran to its end and is in the ledger.
    Migrated(ScriptSummary),
    /// The sandbox is primary.
    Promoted {
        /// What was primary until then: where a rollback leads.
        previous: EnvironmentId,
        /// When the promoted environment's data had last changed by then, by the CMS's clock: what a
        /// rollback would leave behind is newer. `None` where the CMS did not say.
        last_change: Option<Timestamp>,
    },
    /// Maintenance mode is off.
    Thawed,
    /// The sandbox is gone.
    Discarded,
    /// The old primary is primary again.
    Restored,
}

/// What one script did, counted from the requests it made.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ScriptSummary {
    /// Requests of the script, refused ones included.
    pub calls: u32,
    /// What those requests did to the sandbox: "model created" 1, "record updated" 57.
    pub effects: Counts,
    /// What they may have done to the sandbox: nobody saw what came of it, because no answer came or the CMS was still at
    /// it.
    pub in_doubt: Counts,
    /// What they did to the whole project.
    pub project: Stays,
    /// How long the script itself ran, in milliseconds: without what the engine does around it, and without the time
    /// in which it waited for a person's answer. `None` where nobody measured.
    pub millis: Option<i64>,
    /// Whether the outcome was read from the ledger after the page had gone, so that the numbers are unknown.
    pub from_ledger: bool,
}

impl ScriptSummary {
    /// Whether nothing was changed, nor may have been.
    pub fn is_without_effect(&self) -> bool {
        self.effects.is_empty() && self.in_doubt.is_empty() && self.project.is_empty()
    }

    /// What other scripts did, too.
    pub fn add(&mut self, others: &Self) {
        self.calls += others.calls;
        effects::add_all(&mut self.effects, &others.effects);
        effects::add_all(&mut self.in_doubt, &others.in_doubt);
        self.project.add(&others.project);
    }
}
