//! A release: its log, folded.

use datocms_client::{EnvironmentId, Timestamp};

use crate::{
    approval::Approval,
    consent::Consent,
    effects::Stays,
    event::{Entry, Event, Evidence, Person, ScriptSummary},
    phase::{IllegalEvent, Phase},
    plan::Plan,
    policy::Resource,
    step::{ScriptIndex, Step},
};

/// A release as its log tells it. Built only by [`Release::begin`], [`Release::replay`] and [`Release::record`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Release {
    plan: Plan,
    phase: Phase,
    log: Vec<Entry>,
    adopted: bool,
}

/// Why a log does not make a release.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BrokenLog {
    /// There is nothing in it.
    #[error("the release's log is empty")]
    Empty,
    /// It does not begin with a plan.
    #[error("the release's log does not begin with a plan but with {0:?}")]
    NoPlan(Box<Event>),
    /// An event does not follow from those before it.
    #[error(transparent)]
    Illegal(#[from] IllegalEvent),
}

/// When a step last ran, and what came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepRecord<'a> {
    /// When its call last left.
    pub started_at: Timestamp,
    /// Who started it.
    pub by: &'a Person,
    /// When its outcome was known, with the evidence of a success.
    pub finished: Option<(Timestamp, &'a Evidence)>,
}

impl Release {
    /// A release that consists of its first entry.
    pub fn begin(first: Entry) -> Result<Self, BrokenLog> {
        let (plan, phase, adopted) = match &first.event {
            Event::Planned(plan) => (plan.clone(), Phase::planned(), false),
            Event::Adopted { plan, .. } => (plan.clone(), Phase::Live, true),
            Event::Started(_)
            | Event::Succeeded(..)
            | Event::NotApplied(_)
            | Event::Failed(..)
            | Event::Forced { .. }
            | Event::Approved { .. }
            | Event::ApprovalVoided { .. }
            | Event::AbandonRequested { .. }
            | Event::RestartRequested
            | Event::RollBackRequested { .. }
            | Event::RollBackCancelled
            | Event::SandboxLeft
            | Event::Refrozen { .. }
            | Event::TookOver { .. }
            | Event::EstimateDropped { .. }
            | Event::ConsentAnswered { .. } => {
                return Err(BrokenLog::NoPlan(Box::new(first.event)));
            }
        };
        Ok(Self {
            plan,
            phase,
            log: vec![first],
            adopted,
        })
    }

    /// Folds a whole log.
    pub fn replay(log: impl IntoIterator<Item = Entry>) -> Result<Self, BrokenLog> {
        let mut log = log.into_iter();
        let first = Self::begin(log.next().ok_or(BrokenLog::Empty)?)?;
        log.try_fold(first, |release, entry| Ok(release.record(entry)?))
    }

    /// The release after one more entry.
    pub fn record(mut self, entry: Entry) -> Result<Self, IllegalEvent> {
        self.phase = self.phase.apply(&entry.event, self.plan.scripts.len())?;
        if matches!(entry.event, Event::EstimateDropped { .. }) {
            self.plan.estimate = None;
        }
        self.log.push(entry);
        Ok(self)
    }

    /// What it intends. Without the estimate it was planned with, once that does not hold any more.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// Where it stands.
    pub fn phase(&self) -> &Phase {
        &self.phase
    }

    /// All that happened, oldest first.
    pub fn log(&self) -> &[Entry] {
        &self.log
    }

    /// Whether this is a promotion done outside Slipway.
    pub fn is_adopted(&self) -> bool {
        self.adopted
    }

    /// At which step it turned out that the plan's estimate does not hold any more, and why, as a sentence.
    pub fn estimate_dropped(&self) -> Option<(Step, &str)> {
        let entries = self.log.iter().enumerate();
        let (index, reason) = entries.rev().find_map(|(index, entry)| {
            if let Event::EstimateDropped { reason } = &entry.event {
                Some((index, reason.as_str()))
            } else {
                None
            }
        })?;
        let mut before = self.log[..index].iter().rev();
        let step = before.find_map(|entry| entry.event.started())?;
        Some((step, reason))
    }

    /// When the plan was made.
    pub fn planned_at(&self) -> Timestamp {
        self.log[0].at
    }

    /// Who drove it last.
    pub fn driver(&self) -> &Person {
        &self.log[self.log.len() - 1].by
    }

    /// The latest run of a step, if it ever started. A restart makes fork and migrations run again.
    pub fn step_record(&self, step: Step) -> Option<StepRecord<'_>> {
        let since_restart = self
            .log
            .iter()
            .rposition(|entry| matches!(entry.event, Event::RestartRequested))
            .filter(|_| matches!(step, Step::Fork | Step::Migrate(_) | Step::Promote))
            .unwrap_or(0);
        let start = since_restart
            + self.log[since_restart..]
                .iter()
                .rposition(|entry| entry.event == Event::Started(step))?;
        let finished = self.log[start..].iter().find_map(|entry| {
            let (done, evidence) = entry.event.succeeded()?;
            (done == step).then_some((entry.at, evidence))
        });
        Some(StepRecord {
            started_at: self.log[start].at,
            by: &self.log[start].by,
            finished,
        })
    }

    /// Whether the release's sandbox exists as far as the log knows, so that its journal can lie there.
    pub fn has_sandbox(&self) -> bool {
        let last = self.log.iter().rev().find_map(|entry| {
            let (done, _) = entry.event.succeeded()?;
            matches!(done, Step::Fork | Step::Discard(_)).then_some(done == Step::Fork)
        });
        last.unwrap_or(self.adopted)
    }

    /// When the CMS says the sandbox was copied.
    pub fn forked_at(&self) -> Option<Timestamp> {
        match self.step_record(Step::Fork)?.finished?.1 {
            Evidence::Forked { created_at } => Some(*created_at),
            Evidence::Frozen { .. }
            | Evidence::Migrated(_)
            | Evidence::Promoted { .. }
            | Evidence::Thawed
            | Evidence::Discarded
            | Evidence::Restored => None,
        }
    }

    /// When the sandbox became primary, as far as Slipway knows.
    pub fn promoted_at(&self) -> Option<Timestamp> {
        if let Event::Adopted { since, .. } = &self.log[0].event {
            return Some(*since);
        }
        self.step_record(Step::Promote)?.finished.map(|(at, _)| at)
    }

    /// From when on changes in the promoted environment are newer than the promotion. By the CMS's
    /// clock where it said so: this browser's may be minutes ahead.
    pub fn live_since(&self) -> Option<Timestamp> {
        let promoted_at = self.promoted_at()?;
        match self
            .step_record(Step::Promote)
            .and_then(|record| record.finished)
        {
            Some((
                _,
                Evidence::Promoted {
                    last_change: Some(last_change),
                    ..
                },
            )) => Some(*last_change),
            _ => Some(promoted_at),
        }
    }

    /// When somebody last changed the promoted environment as far as this log hides it: see
    /// [`Entry::hides`].
    pub fn hidden_change(&self) -> Option<Timestamp> {
        self.log.iter().filter_map(|entry| entry.hides).max()
    }

    /// Whether the sandbox may be primary with anybody at work in it, for all the log knows: a step in
    /// doubt may be done, and somebody may have lifted the freeze since.
    pub fn may_be_open(&self) -> bool {
        match &self.phase {
            Phase::Live | Phase::InDoubt(Step::Promote | Step::Unfreeze) => true,
            Phase::Ready(step)
            | Phase::InDoubt(step)
            | Phase::Failed { step, .. }
            | Phase::Stuck { step, .. } => {
                *step == Step::FreezeAgain || (*step == Step::Restore && !self.holds_freeze())
            }
            Phase::Review | Phase::Abandoned | Phase::RolledBack => false,
        }
    }

    /// Where a rollback leads.
    pub fn rollback_target(&self) -> &EnvironmentId {
        &self.plan.source
    }

    /// Whether the freeze may be this release's: from the first attempt until it is lifted.
    pub fn holds_freeze(&self) -> bool {
        self.freezes().last().is_some_and(|(_, end)| end.is_none())
    }

    /// When the current freeze began, if this release holds one.
    pub fn frozen_since(&self) -> Option<Timestamp> {
        match self.freezes().last() {
            Some((start, None)) => Some(*start),
            Some((_, Some(_))) | None => None,
        }
    }

    /// Every freeze with its start and, where it was lifted, its end. Attempts that failed do not count.
    fn freezes(&self) -> Vec<(Timestamp, Option<Timestamp>)> {
        let mut freezes: Vec<(Timestamp, Option<Timestamp>)> = Vec::new();
        for entry in &self.log {
            let begins = |step| matches!(step, Step::Freeze | Step::FreezeAgain);
            let ends = |step| matches!(step, Step::Unfreeze | Step::Reopen | Step::Thaw);
            if entry.event.started().is_some_and(begins) {
                freezes.push((entry.at, None));
            } else if entry.event.not_done().is_some_and(begins) {
                freezes.pop();
            } else if matches!(entry.event, Event::Refrozen { .. }) {
                // Of one that is still on it is only a confirmation.
                if freezes.last().is_none_or(|(_, end)| end.is_some()) {
                    freezes.push((entry.at, None));
                }
            } else if (entry.event.succeeded().is_some_and(|(step, _)| ends(step))
                || entry.event.lost_freeze())
                && let Some((_, end)) = freezes.last_mut()
            {
                *end = Some(entry.at);
            }
        }
        freezes
    }

    /// Whether a person chose, for the freeze that comes next, to overrule people who are editing.
    pub fn freeze_is_forced(&self) -> bool {
        self.log
            .iter()
            .rev()
            .take_while(|entry| !matches!(entry.event, Event::Succeeded(..)))
            .any(|entry| matches!(entry.event, Event::Forced { .. }))
    }

    /// Whether a script may handle what belongs to the whole project; `None` where nobody was asked yet.
    ///
    /// A yes holds for the release. A no holds for the run that it ended: a later run asks again.
    pub fn consent(&self, script: &str, resource: Resource) -> Option<bool> {
        if self.plan.allows(script, resource) {
            return Some(true);
        }
        let mut answer = None;
        for entry in &self.log {
            if let Event::ConsentAnswered { consent, allowed } = &entry.event {
                if consent.script == script && consent.resource == resource {
                    answer = Some(*allowed);
                }
            } else if matches!(entry.event, Event::Started(Step::Migrate(_)))
                && answer == Some(false)
            {
                answer = None;
            }
        }
        answer
    }

    /// What scripts may handle of the whole project, by the plan and by what people answered since.
    pub fn consents(&self) -> impl Iterator<Item = Consent> {
        self.plan.scripts.iter().flat_map(|script| {
            Resource::all()
                .filter(|resource| self.consent(&script.name, *resource) == Some(true))
                .map(|resource| Consent {
                    script: script.name.clone(),
                    resource,
                })
        })
    }

    /// Whether anybody allowed a script to handle something of the whole project.
    pub fn may_change_project(&self, script: &str) -> bool {
        Resource::all().any(|resource| self.consent(script, resource) == Some(true))
    }

    /// What its scripts did to the whole project, on whichever fork: a fork that is destroyed takes none of it along.
    pub fn stays(&self) -> Stays {
        let mut stays = Stays::default();
        for entry in &self.log {
            let Some((index, seen)) = ended(&entry.event) else {
                continue;
            };
            let script = self.plan.scripts.get(index);
            match (seen, script) {
                (Some(done), _) => stays.add(&done.project),
                (None, Some(script)) if self.may_change_project(&script.name) => {
                    stays.add_unseen(&script.name);
                }
                (None, _) => {}
            }
        }
        stays
    }

    /// The latest approval to promote that nothing voided.
    pub fn approval(&self) -> Option<&Approval> {
        let voids = |event: &Event| {
            matches!(
                event,
                Event::ApprovalVoided { .. } | Event::RestartRequested
            )
        };
        self.log
            .iter()
            .rev()
            .take_while(|entry| !voids(&entry.event))
            .find_map(|entry| {
                if let Event::Approved { approval, .. } = &entry.event {
                    Some(approval)
                } else {
                    None
                }
            })
    }

    /// How long the editors had to wait, in milliseconds: the sum of this release's freezes, up to
    /// `now` for one that is still on.
    pub fn frozen_for(&self, now: Timestamp) -> i64 {
        self.freezes()
            .into_iter()
            .map(|(start, end)| end.unwrap_or(now).as_millis() - start.as_millis())
            .map(|millis| millis.max(0))
            .sum()
    }
}

/// The script that this says has run, to its end or not, and what it did, where somebody saw that.
fn ended(event: &Event) -> Option<(ScriptIndex, Option<&ScriptSummary>)> {
    if let Event::Succeeded(Step::Migrate(index), Evidence::Migrated(done)) = event {
        return Some((*index, Some(done).filter(|done| !done.from_ledger)));
    }
    if let Event::Failed(Step::Migrate(index), failure) = event
        && !failure.kind.may_retry()
    {
        return Some((*index, failure.script.as_ref().map(|end| &end.done)));
    }
    None
}
