//! Where a release stands, and the one table of what may follow what.
//!
//! [`Phase::apply`] is total: a pair of phase and event that is not listed is a corrupt log and
//! answered with [`IllegalEvent`]. [`Phase::next_effect`] says what the engine does next without
//! asking anybody.

use crate::{
    event::{Event, Evidence},
    failure::{Failure, FailureKind},
    step::{ScriptIndex, Step, Then},
};

/// Where a release stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Phase {
    /// The step is next; nothing of it was done.
    Ready(Step),
    /// The step was started and its outcome is not known; the CMS has to be asked.
    InDoubt(Step),
    /// Every script is applied on the sandbox; a person judges.
    Review,
    /// The step is known to have failed. Earlier steps still hold.
    Failed {
        /// Which step.
        step: Step,
        /// Why.
        failure: Failure,
    },
    /// An undo failed: the CMS is between two states and a person must act.
    Stuck {
        /// Which undo.
        step: Step,
        /// Why.
        failure: Failure,
    },
    /// Promoted and reopened. Can be rolled back.
    Live,
    /// Given up before the promotion; the sandbox is gone and primary is open.
    Abandoned,
    /// The old primary is primary again.
    RolledBack,
}

/// What the engine does next of its own accord.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// Do the step.
    Perform(Step),
    /// Ask the CMS whether the step was done in a previous life.
    Probe(Step),
}

/// An event that cannot follow the phase it met: the log is corrupt, or two drivers wrote it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the release's log is not consistent: {event:?} cannot follow {phase:?}")]
pub struct IllegalEvent {
    /// The phase the log had led to.
    pub phase: Box<Phase>,
    /// The event that does not fit.
    pub event: Box<Event>,
}

impl Phase {
    /// The phase after a plan of so many scripts was made.
    pub fn planned() -> Self {
        Self::Ready(Step::Freeze)
    }

    /// The one transition table. `scripts` is the number of scripts in the plan.
    pub fn apply(self, event: &Event, scripts: usize) -> Result<Self, IllegalEvent> {
        match (&self, event) {
            (Self::Ready(step), Event::Started(started)) if step == started => {
                Ok(Self::InDoubt(*step))
            }
            (Self::Failed { step, failure }, Event::Started(started))
                if step == started && failure.kind.may_retry() =>
            {
                Ok(Self::InDoubt(*step))
            }
            (Self::Stuck { step, .. }, Event::Started(started)) if step == started => {
                Ok(Self::InDoubt(*step))
            }
            (Self::InDoubt(step), Event::Succeeded(done, evidence))
                if step == done && fits(*step, evidence) =>
            {
                Ok(after(*step, scripts))
            }
            // A migration that may have half-run is never simply "not applied": see `failure`.
            (Self::InDoubt(step), Event::NotApplied(undone))
                if step == undone && !matches!(step, Step::Migrate(_)) =>
            {
                Ok(Self::Ready(*step))
            }
            (Self::InDoubt(step), Event::Failed(failed, failure)) if step == failed => {
                Ok(failed_phase(*step, failure.clone()))
            }
            (
                Self::Failed {
                    step: step @ (Step::Freeze | Step::FreezeAgain),
                    ..
                },
                Event::Forced { .. },
            ) => Ok(Self::Ready(*step)),
            (Self::Review, Event::Approved { .. }) => Ok(Self::Ready(Step::Promote)),
            (
                Self::Ready(Step::Promote)
                | Self::Failed {
                    step: Step::Promote,
                    ..
                },
                Event::ApprovalVoided { .. },
            ) => Ok(Self::Review),
            (_, Event::Refrozen { .. }) => {
                self.refrozen().ok_or_else(|| illegal(self.clone(), event))
            }
            // Who drives changes nothing of where the release stands.
            (_, Event::TookOver { .. }) if !self.is_over() => Ok(self),
            // Only a running script asks, and its run goes on with either answer. That an estimate does not hold is noticed
            // at these steps, before their outcome is written down.
            (Self::InDoubt(Step::Migrate(_)), Event::ConsentAnswered { .. })
            | (Self::InDoubt(Step::Freeze | Step::Fork), Event::EstimateDropped { .. }) => Ok(self),
            (_, Event::AbandonRequested { .. }) => self
                .first_undo()
                .ok_or_else(|| illegal(self.clone(), event)),
            (_, Event::RestartRequested) if self.may_restart() => {
                Ok(Self::Ready(Step::Discard(Then::ForkAgain)))
            }
            (_, Event::RollBackRequested { freeze_first, .. }) => self
                .start_of_roll_back(*freeze_first)
                .ok_or_else(|| illegal(self.clone(), event)),
            (
                Self::Ready(Step::FreezeAgain)
                | Self::Failed {
                    step: Step::FreezeAgain,
                    ..
                },
                Event::RollBackCancelled,
            ) => Ok(Self::Live),
            // Lifting the freeze is the last line of every path, this one too.
            (
                Self::Stuck {
                    step: Step::Restore,
                    ..
                },
                Event::RollBackCancelled,
            ) => Ok(Self::Ready(Step::Unfreeze)),
            (
                Self::Stuck {
                    step: Step::Discard(_),
                    ..
                },
                Event::SandboxLeft,
            ) => Ok(Self::Ready(Step::Reopen)),
            (
                Self::Ready(_)
                | Self::InDoubt(_)
                | Self::Review
                | Self::Failed { .. }
                | Self::Stuck { .. }
                | Self::Live
                | Self::Abandoned
                | Self::RolledBack,
                _,
            ) => Err(illegal(self.clone(), event)),
        }
    }

    /// What the engine does next of its own accord; `None` where a person decides or all is over.
    pub fn next_effect(&self) -> Option<Effect> {
        match self {
            Self::Ready(step) => Some(Effect::Perform(*step)),
            Self::InDoubt(step) => Some(Effect::Probe(*step)),
            Self::Review
            | Self::Failed { .. }
            | Self::Stuck { .. }
            | Self::Live
            | Self::Abandoned
            | Self::RolledBack => None,
        }
    }

    /// Whether nothing more happens by itself and the release is over (a live one can be rolled back).
    pub fn is_over(&self) -> bool {
        match self {
            Self::Live | Self::Abandoned | Self::RolledBack => true,
            Self::Ready(_)
            | Self::InDoubt(_)
            | Self::Review
            | Self::Failed { .. }
            | Self::Stuck { .. } => false,
        }
    }

    /// The step the release is at, if it is at one.
    pub fn step(&self) -> Option<Step> {
        match self {
            Self::Ready(step)
            | Self::InDoubt(step)
            | Self::Failed { step, .. }
            | Self::Stuck { step, .. } => Some(*step),
            Self::Review | Self::Live | Self::Abandoned | Self::RolledBack => None,
        }
    }

    /// Whether giving the release up is possible now.
    pub fn may_abandon(&self) -> bool {
        self.first_undo().is_some()
    }

    /// Whether the sandbox can be thrown away and made afresh now.
    pub fn may_restart(&self) -> bool {
        match self {
            Self::Review => true,
            Self::Ready(step) | Self::Failed { step, .. } => {
                matches!(step, Step::Migrate(_) | Step::Promote)
            }
            Self::InDoubt(_)
            | Self::Stuck { .. }
            | Self::Live
            | Self::Abandoned
            | Self::RolledBack => false,
        }
    }

    /// Whether the old primary can be put back now.
    pub fn may_roll_back(&self) -> bool {
        self.start_of_roll_back(false).is_some()
    }

    /// Whether a freeze that somebody lifted may be had again now.
    pub fn may_refreeze(&self) -> bool {
        self.refrozen().is_some()
    }

    /// The phase once a lost freeze is on again. Primary may have changed meanwhile, so a promotion
    /// goes back to be looked at.
    fn refrozen(&self) -> Option<Self> {
        match self {
            Self::Failed {
                step: step @ (Step::Fork | Step::Migrate(_)),
                failure,
            } if failure.kind == FailureKind::FreezeLost => Some(Self::Ready(*step)),
            Self::Failed {
                step: Step::Promote,
                failure,
            } if failure.kind == FailureKind::FreezeLost => Some(Self::Review),
            Self::Ready(Step::Promote) | Self::Review => Some(Self::Review),
            Self::Ready(step @ (Step::Fork | Step::Migrate(_))) => Some(Self::Ready(*step)),
            Self::Ready(_)
            | Self::InDoubt(_)
            | Self::Failed { .. }
            | Self::Stuck { .. }
            | Self::Live
            | Self::Abandoned
            | Self::RolledBack => None,
        }
    }

    /// Where giving up begins: with the last thing that was done.
    fn first_undo(&self) -> Option<Self> {
        let step = match self {
            // A copy that may never end keeps nobody frozen: what there is of it is destroyed, or left.
            Self::Review | Self::InDoubt(Step::Fork) => {
                return Some(Self::Ready(Step::Discard(Then::Reopen)));
            }
            Self::Ready(step) | Self::Failed { step, .. } => *step,
            Self::InDoubt(_)
            | Self::Stuck { .. }
            | Self::Live
            | Self::Abandoned
            | Self::RolledBack => return None,
        };
        match step {
            Step::Freeze => Some(Self::Abandoned),
            // A failed fork is known not to have made an environment of ours.
            Step::Fork => Some(Self::Ready(Step::Reopen)),
            Step::Migrate(_) | Step::Promote | Step::Discard(Then::ForkAgain) => {
                Some(Self::Ready(Step::Discard(Then::Reopen)))
            }
            Step::Unfreeze
            | Step::Discard(Then::Reopen)
            | Step::Reopen
            | Step::FreezeAgain
            | Step::Restore
            | Step::Thaw => None,
        }
    }

    /// Where a rollback begins. Between promote and unfreeze the project is frozen already.
    fn start_of_roll_back(&self, freeze_first: bool) -> Option<Self> {
        match self {
            Self::Live if freeze_first => Some(Self::Ready(Step::FreezeAgain)),
            Self::Live
            | Self::Ready(Step::Unfreeze)
            | Self::Failed {
                step: Step::Unfreeze,
                ..
            } => Some(Self::Ready(Step::Restore)),
            // A freeze that could not be had: go on without it.
            Self::Failed {
                step: Step::FreezeAgain,
                ..
            } if !freeze_first => Some(Self::Ready(Step::Restore)),
            Self::Ready(_)
            | Self::InDoubt(_)
            | Self::Review
            | Self::Failed { .. }
            | Self::Stuck { .. }
            | Self::Abandoned
            | Self::RolledBack => None,
        }
    }
}

/// The phase that follows a finished step.
fn after(step: Step, scripts: usize) -> Phase {
    match step {
        Step::Freeze | Step::Discard(Then::ForkAgain) => Phase::Ready(Step::Fork),
        Step::Fork => migrate_or_review(0, scripts),
        Step::Migrate(index) => migrate_or_review(index + 1, scripts),
        Step::Promote => Phase::Ready(Step::Unfreeze),
        Step::Unfreeze => Phase::Live,
        Step::Discard(Then::Reopen) => Phase::Ready(Step::Reopen),
        Step::Reopen => Phase::Abandoned,
        Step::FreezeAgain => Phase::Ready(Step::Restore),
        Step::Restore => Phase::Ready(Step::Thaw),
        Step::Thaw => Phase::RolledBack,
    }
}

fn migrate_or_review(index: ScriptIndex, scripts: usize) -> Phase {
    if index < scripts {
        Phase::Ready(Step::Migrate(index))
    } else {
        Phase::Review
    }
}

/// A failed undo is stuck; a freeze before a rollback has changed nothing yet and merely failed.
fn failed_phase(step: Step, failure: Failure) -> Phase {
    if step.is_undo() && step != Step::FreezeAgain {
        Phase::Stuck { step, failure }
    } else {
        Phase::Failed { step, failure }
    }
}

/// Whether the evidence is of the kind the step leaves.
fn fits(step: Step, evidence: &Evidence) -> bool {
    match step {
        Step::Freeze | Step::FreezeAgain => matches!(evidence, Evidence::Frozen { .. }),
        Step::Fork => matches!(evidence, Evidence::Forked { .. }),
        Step::Migrate(_) => matches!(evidence, Evidence::Migrated(_)),
        Step::Promote => matches!(evidence, Evidence::Promoted { .. }),
        Step::Unfreeze | Step::Reopen | Step::Thaw => matches!(evidence, Evidence::Thawed),
        Step::Discard(_) => matches!(evidence, Evidence::Discarded),
        Step::Restore => matches!(evidence, Evidence::Restored),
    }
}

fn illegal(phase: Phase, event: &Event) -> IllegalEvent {
    IllegalEvent {
        phase: Box::new(phase),
        event: Box::new(event.clone()),
    }
}
