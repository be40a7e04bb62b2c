//! Each step's `perform` and `probe`.
//!
//! `perform` gives the event that belongs into the log: done, or known to have failed. No answer is
//! not "no": then it is an error, the log keeps the step in doubt, and `probe` asks the CMS.

mod fork;
mod maintenance;
pub(crate) mod migrate;
mod promote;
mod world;

use std::rc::Rc;

use datocms_client::{ApiError, Timer, Transport};
use slipway_release::{Event, Failure, FailureKind, Release, Step, effects::Stays};

use crate::{
    engine::Engine,
    error::{EngineError, advice},
    ports::Ports,
    progress::Watch,
};

impl<T, C, P> Engine<T, C, P>
where
    T: Transport + 'static,
    C: Timer + Clone + 'static,
    P: Ports,
{
    /// Does a step whose start is on record. Gives the event that ends it, and the release with what was written into
    /// its log meanwhile.
    pub(crate) async fn perform(
        &self,
        release: Release,
        step: Step,
        watch: Rc<dyn Watch>,
    ) -> Result<(Release, Event), EngineError> {
        let event = match step {
            Step::Freeze | Step::FreezeAgain => self.freeze(&release, step).await,
            Step::Fork => self.fork(&release, &*watch).await,
            Step::Migrate(index) => return self.migrate(release, index, watch).await,
            Step::Promote => self.promote(&release).await,
            Step::Unfreeze | Step::Reopen | Step::Thaw => self.thaw(step).await,
            Step::Discard(_) => self.discard(&release, step).await,
            Step::Restore => self.restore(&release).await,
        }?;
        Ok((release, event))
    }

    /// Asks the CMS what became of a step that was started in a previous life.
    pub(crate) async fn probe(
        &self,
        release: &Release,
        step: Step,
        watch: &dyn Watch,
    ) -> Result<Event, EngineError> {
        match step {
            Step::Freeze | Step::FreezeAgain => self.probe_freeze(release, step).await,
            Step::Fork => self.probe_fork(release, watch).await,
            Step::Migrate(index) => self.probe_migrate(release, index).await,
            Step::Promote => self.probe_promote(release).await,
            Step::Unfreeze | Step::Reopen | Step::Thaw => self.probe_thaw(step).await,
            Step::Discard(_) => self.probe_discard(release, step).await,
            Step::Restore => self.probe_restore(release).await,
        }
    }
}

/// What an error of a step's call means for the log: a known failure, or a step left in doubt.
pub(crate) fn settle(step: Step, error: ApiError) -> Result<Event, EngineError> {
    if error.outcome_is_unknown() {
        return Err(EngineError::InDoubt { step, error });
    }
    Ok(refused(step, &error))
}

/// A refusal as a known failure: of a step's call, or of a look before it, after which nothing was sent.
pub(crate) fn refused(step: Step, error: &ApiError) -> Event {
    let kind = kind_of(error);
    Event::Failed(
        step,
        Failure::new(kind, format!("{error}{}", advice(error))),
    )
}

/// What kind of trouble a refusal is.
pub(crate) fn kind_of(error: &ApiError) -> FailureKind {
    match error {
        ApiError::ActiveEditingSessions => FailureKind::EditorsActive,
        ApiError::Forbidden { .. } | ApiError::Unauthorized { .. } => FailureKind::Forbidden,
        ApiError::NameTaken { .. } => FailureKind::NameTaken,
        ApiError::QuotaReached { .. } => FailureKind::QuotaReached,
        ApiError::NotFound { .. } => FailureKind::WorldChanged,
        ApiError::Unavailable { .. }
        | ApiError::InDoubt { .. }
        | ApiError::JobUnfinished { .. }
        | ApiError::Busy { .. }
        | ApiError::MaintenanceMode
        | ApiError::AlreadyPrimary
        | ApiError::Stale { .. }
        | ApiError::InvalidField { .. }
        | ApiError::Rejected { .. }
        | ApiError::Unreadable { .. }
        | ApiError::InvalidRequest { .. } => FailureKind::Rejected,
    }
}

/// That the source is untouched; or what scripts did to the whole project, this one included.
pub(crate) fn remains(release: &Release, this: &Stays) -> String {
    let mut stays = release.stays();
    stays.add(this);
    let untouched = || format!("{} is untouched.", release.plan().source);
    stays.warning().unwrap_or_else(untouched)
}

/// A known failure.
pub(crate) fn failed(step: Step, kind: FailureKind, message: impl Into<String>) -> Event {
    Event::Failed(step, Failure::new(kind, message))
}
