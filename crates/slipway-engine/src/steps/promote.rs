//! Making the sandbox primary, and making the old primary primary again.

use datocms_client::{ApiError, Environment, EnvironmentId, Timer, Timestamp, Transport};
use slipway_release::{
    Approval, Event, Evidence, FailureKind, Release, Step,
    drift::{Drift, Judgement},
    rehearsal::fork,
};

use super::{failed, refused, settle, world::way_back_closed};
use crate::{engine::Engine, error::EngineError, late::last_script, ports::Ports};

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
        let environments = self.cma.environments().list().await?;
        if !is_primary(&plan.source, &environments)
            || self.sandbox_trouble(release, &environments).await.is_some()
        {
            // No approval helps with that; the step itself says what is wrong.
            return Ok(None);
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
        // The approval's own entry in the sandbox came after all that was on the screen.
        let unseen = drift.late.as_ref().is_some_and(|late| late.unseen);
        Ok((unseen || drift.digest() != approval.drift).then(|| words(&drift)))
    }

    pub(super) async fn promote(&self, release: &Release) -> Result<Event, EngineError> {
        let plan = release.plan();
        // No plan of ours names one, but a log is only text.
        if fork::is_name(&plan.sandbox) {
            return Ok(failed(
                Step::Promote,
                FailureKind::WorldChanged,
                format!(
                    "{} belongs to a rehearsal, and those are never promoted. Nothing was sent. Give this release up.",
                    plan.sandbox
                ),
            ));
        }
        if let Some(obstacle) = self.obstacle(release, Step::Promote).await? {
            return Ok(obstacle);
        }
        match self.cma.environments().promote(&plan.sandbox).await {
            Ok(_) => Ok(self.promoted(release).await),
            Err(ApiError::AlreadyPrimary) => self.probe_promote(release).await,
            Err(ApiError::NotFound { .. }) => Ok(gone(Step::Promote, &plan.sandbox, &plan.source)),
            Err(error) => settle(Step::Promote, error),
        }
    }

    pub(super) async fn probe_promote(&self, release: &Release) -> Result<Event, EngineError> {
        let plan = release.plan();
        if self.primary().await? != plan.sandbox {
            return Ok(Event::NotApplied(Step::Promote));
        }
        // When that was nobody knows. Whatever came after the last script may have come after it.
        let ledger = self.ledger_entries(&plan.sandbox).await?;
        let evidence = Evidence::Promoted {
            previous: plan.source.clone(),
            last_change: last_script(release, &ledger),
        };
        Ok(Event::Succeeded(Step::Promote, evidence))
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
        let environments = match self.cma.environments().list().await {
            Ok(environments) => environments,
            Err(error) => return Ok(refused(Step::Restore, &error)),
        };
        if is_primary(&plan.source, &environments) {
            return Ok(Event::Succeeded(Step::Restore, Evidence::Restored));
        }
        if let Some(reason) = way_back_closed(release, &environments) {
            return Ok(not_restored(release, &reason));
        }
        match self.is_as_decided(release).await {
            Ok(true) => {}
            Ok(false) => return Ok(not_restored(release, &more_has_changed(release))),
            Err(EngineError::Api(error)) => return Ok(refused(Step::Restore, &error)),
            Err(error) => return Err(error),
        }
        match self.cma.environments().promote(&plan.source).await {
            Ok(_) | Err(ApiError::AlreadyPrimary) => {
                Ok(Event::Succeeded(Step::Restore, Evidence::Restored))
            }
            Err(ApiError::NotFound { .. }) => Ok(gone(Step::Restore, &plan.source, &plan.sandbox)),
            Err(error) => settle(Step::Restore, error),
        }
    }

    /// Whether what a rollback leaves behind is what the person had on the screen.
    async fn is_as_decided(&self, release: &Release) -> Result<bool, EngineError> {
        let Some((approval, last_change)) = decision(release) else {
            return Ok(false);
        };
        let now = self.left_behind(release).await?;
        // That includes what the log's own entries hide.
        let unlisted = now.last_data_change_at > last_change && now.has_more_than_records();
        Ok(!unlisted && approval.drift == now.records_digest())
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

fn is_primary(id: &EnvironmentId, environments: &[Environment]) -> bool {
    let found = environments.iter().find(|found| found.id == *id);
    found.is_some_and(|found| found.primary)
}

/// What the person had on the screen who decided to roll back: the approval, and when the environment
/// had last changed.
fn decision(release: &Release) -> Option<(&Approval, Option<Timestamp>)> {
    release.log().iter().rev().find_map(|entry| {
        if let Event::RollBackRequested {
            approval,
            last_change,
            ..
        } = &entry.event
        {
            Some((approval, *last_change))
        } else {
            None
        }
    })
}

pub(super) fn more_has_changed(release: &Release) -> String {
    format!(
        "More has changed in {} since this rollback was decided. Give the rollback up, look at the changes, and decide again.",
        release.plan().sandbox
    )
}

/// Whether the log tells of a change after a rollback was decided that no record has to show.
pub(super) fn is_outdated(release: &Release) -> bool {
    decision(release).is_some_and(|(_, last_change)| release.hidden_change() > last_change)
}

fn gone(step: Step, missing: &EnvironmentId, primary: &EnvironmentId) -> Event {
    failed(
        step,
        FailureKind::WorldChanged,
        format!(
            "{missing} does not exist any more, so {primary} stays primary. Nothing was changed. {}",
            if step == Step::Restore {
                "Give the rollback up; that lifts the freeze, too."
            } else {
                "Start again on a fresh fork."
            }
        ),
    )
}

fn not_restored(release: &Release, reason: &str) -> Event {
    let frozen = if release.holds_freeze() {
        " Until then primary stays frozen; giving the rollback up lifts that."
    } else {
        ""
    };
    failed(
        Step::Restore,
        FailureKind::WorldChanged,
        format!("{reason} Nothing was rolled back.{frozen}"),
    )
}

fn words(drift: &Drift) -> String {
    if let Some(name) = drift.strangers.first() {
        return format!("{name} ran on the sandbox outside this release.");
    }
    if let Some(late) = drift
        .late
        .as_ref()
        .filter(|_| drift.judge() == Judgement::Clean)
    {
        let mut what = late.clauses().join(", and ");
        if let Some(first) = what.get_mut(..1) {
            first.make_ascii_uppercase();
        }
        return format!("{what}, and would go live with it.");
    }
    match drift.judge() {
        Judgement::Clean => "The changes that were approved are no longer there.".to_owned(),
        Judgement::Unseen => format!(
            "Something in {} changed after the approval.",
            drift.environment
        ),
        Judgement::Records { records, .. } => {
            let records = match records {
                1 => "1 record".to_owned(),
                n => format!("{n} records"),
            };
            let more = if drift.has_more_than_records() {
                ", and something else that no record shows"
            } else {
                ""
            };
            format!(
                "{records} of {} changed that the sandbox does not have{more}.",
                drift.environment
            )
        }
    }
}
