//! Making the sandbox primary, and making the old primary primary again.

use datocms_client::{ApiError, EnvironmentId, Timer, Transport};
use slipway_release::{
    Event, Evidence, FailureKind, Release, Step,
    drift::{Drift, Judgement},
};

use super::{failed, settle};
use crate::{engine::Engine, error::EngineError, ports::Ports};

impl<T, C, P> Engine<T, C, P>
where
    T: Transport + 'static,
    C: Timer + Clone + 'static,
    P: Ports,
{
    /// Whether the person who approved would have to look again, and why.
    pub(crate) async fn approval_is_void(
        &self,
        release: &Release,
    ) -> Result<Option<String>, EngineError> {
        let plan = release.plan();
        let primary = self.primary().await?;
        if primary == plan.sandbox {
            return Ok(None);
        }
        if primary != plan.source {
            return Ok(Some(format!(
                "{primary} is primary now, not {}, from which the sandbox was forked.",
                plan.source
            )));
        }
        let Some(approval) = release.approval() else {
            return Ok(Some("The release is not approved.".to_owned()));
        };
        if approval.plan != plan.digest() {
            return Ok(Some(
                "The plan is not the one that was approved.".to_owned(),
            ));
        }
        let drift = self.left_behind(release).await?;
        Ok((drift.digest() != approval.drift).then(|| words(&drift)))
    }

    pub(super) async fn promote(&self, release: &Release) -> Result<Event, EngineError> {
        let plan = release.plan();
        if let Some(obstacle) = self.obstacle(release, Step::Promote).await? {
            return Ok(obstacle);
        }
        match self.cma.environments().promote(&plan.sandbox).await {
            Ok(_) | Err(ApiError::AlreadyPrimary) => Ok(self.promoted(release).await),
            Err(ApiError::NotFound { .. }) => Ok(gone(Step::Promote, &plan.sandbox, &plan.source)),
            Err(error) => settle(Step::Promote, error),
        }
    }

    pub(super) async fn probe_promote(&self, release: &Release) -> Result<Event, EngineError> {
        Ok(if self.primary().await? == release.plan().sandbox {
            self.promoted(release).await
        } else {
            Event::NotApplied(Step::Promote)
        })
    }

    /// The promotion as it is written down. It is true whether or not the CMS says when the data
    /// changed last; the freeze keeps that moment from moving.
    async fn promoted(&self, release: &Release) -> Event {
        let plan = release.plan();
        let found = self.cma.environments().find(&plan.sandbox).await;
        let evidence = Evidence::Promoted {
            previous: plan.source.clone(),
            last_change: found.ok().and_then(|found| found.last_data_change_at),
        };
        Event::Succeeded(Step::Promote, evidence)
    }

    pub(super) async fn restore(&self, release: &Release) -> Result<Event, EngineError> {
        let plan = release.plan();
        let primary = match self.primary().await {
            Ok(primary) => primary,
            Err(error) => {
                return Ok(failed(
                    Step::Restore,
                    FailureKind::Rejected,
                    error.to_string(),
                ));
            }
        };
        if primary == plan.source {
            return Ok(Event::Succeeded(Step::Restore, Evidence::Restored));
        }
        if primary != plan.sandbox {
            return Ok(failed(
                Step::Restore,
                FailureKind::WorldChanged,
                format!(
                    "{primary} is primary now, not {}: something else was promoted since. Nothing was rolled back. Roll back that promotion instead.",
                    plan.sandbox
                ),
            ));
        }
        match self.cma.environments().promote(&plan.source).await {
            Ok(_) | Err(ApiError::AlreadyPrimary) => {
                Ok(Event::Succeeded(Step::Restore, Evidence::Restored))
            }
            Err(ApiError::NotFound { .. }) => Ok(gone(Step::Restore, &plan.source, &plan.sandbox)),
            Err(error) => settle(Step::Restore, error),
        }
    }

    pub(super) async fn probe_restore(&self, release: &Release) -> Result<Event, EngineError> {
        Ok(if self.primary().await? == release.plan().source {
            Event::Succeeded(Step::Restore, Evidence::Restored)
        } else {
            Event::NotApplied(Step::Restore)
        })
    }

    pub(crate) async fn primary(&self) -> Result<EnvironmentId, EngineError> {
        let environments = self.cma.environments().list().await?;
        environments
            .into_iter()
            .find(|environment| environment.primary)
            .map(|environment| environment.id)
            .ok_or_else(|| {
                EngineError::World(
                    "The primary environment cannot be seen with this role.".to_owned(),
                )
            })
    }
}

fn gone(step: Step, missing: &EnvironmentId, primary: &EnvironmentId) -> Event {
    failed(
        step,
        FailureKind::WorldChanged,
        format!(
            "{missing} does not exist any more, so {primary} stays primary. Nothing was changed."
        ),
    )
}

fn words(drift: &Drift) -> String {
    if let Some(name) = drift.strangers.first() {
        return format!("{name} ran on the sandbox outside this release.");
    }
    match drift.judge() {
        Judgement::Clean => "The changes that were approved are no longer there.".to_owned(),
        Judgement::Unseen => format!(
            "Something in {} changed after the approval.",
            drift.environment
        ),
        Judgement::Records { records: 1, .. } => {
            format!(
                "1 record of {} changed that the sandbox does not have.",
                drift.environment
            )
        }
        Judgement::Records { records, .. } => format!(
            "{records} records of {} changed that the sandbox does not have.",
            drift.environment
        ),
    }
}
