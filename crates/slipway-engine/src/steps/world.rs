//! Whether the project is still as the release left it. Other people, and other tools, go on meanwhile:
//! what they did is noticed before the next step is sent, and told with the way on.

use datocms_client::{ApiError, Environment, EnvironmentId, Timer, Transport};
use slipway_release::{Event, FailureKind, Release, Step};

use super::{failed, settle};
use crate::{engine::Engine, error::EngineError, ports::Ports};

impl<T, C, P> Engine<T, C, P>
where
    T: Transport + 'static,
    C: Timer + Clone + 'static,
    P: Ports,
{
    /// What stands in the way of a step, as the event to write down. Nothing of the step was sent.
    pub(super) async fn obstacle(
        &self,
        release: &Release,
        step: Step,
    ) -> Result<Option<Event>, EngineError> {
        if !matches!(step, Step::Fork | Step::Migrate(_) | Step::Promote) {
            return Ok(None);
        }
        let looked = async {
            let environments = self.cma.environments().list().await?;
            let frozen = self.cma.maintenance().find().await?.active;
            Ok::<_, ApiError>((environments, frozen))
        };
        let (environments, frozen) = match looked.await {
            Ok(seen) => seen,
            Err(error) => return settle(step, error).map(Some),
        };
        let obstacle = other_primary(release, &environments)
            .or_else(|| sandbox_gone(release, step, &environments))
            .map(|message| failed(step, FailureKind::WorldChanged, message));
        Ok(obstacle.or_else(|| (!frozen).then(|| freeze_lost(release, step))))
    }

    /// Turns maintenance mode on again after somebody turned it off, and writes that down.
    /// `forced`: people who are editing are overruled.
    ///
    /// Errors with [`ApiError::ActiveEditingSessions`] where people are editing; nothing changed then.
    pub async fn refreeze(&self, release: Release, forced: bool) -> Result<Release, EngineError> {
        if !release.phase().may_refreeze() {
            return Err(EngineError::NothingToDo);
        }
        let _claim = self.claim(&release.plan().id).await?;
        let release = self.take(release, Step::Freeze).await?;
        let done = async {
            if !self.cma.maintenance().find().await?.active {
                self.cma.maintenance().activate(forced).await?;
            }
            Ok::<_, ApiError>(())
        };
        let done = done.await;
        self.let_go();
        done?;
        self.record(release, Event::Refrozen { forced }, None).await
    }

    /// Why a rollback cannot be begun: there is nothing to roll back from, or nothing to go back to.
    pub(crate) async fn cannot_roll_back(
        &self,
        release: &Release,
    ) -> Result<Option<String>, EngineError> {
        let plan = release.plan();
        let environments = self.cma.environments().list().await?;
        let primary = primary_of(&environments)?;
        if *primary != plan.sandbox {
            return Ok(Some(format!(
                "{primary} is primary now, not {}, so there is nothing to roll back here. Roll back the promotion of {primary} instead. Nothing was changed.",
                plan.sandbox
            )));
        }
        let is_there = environments.iter().any(|found| found.id == plan.source);
        Ok((!is_there).then(|| {
            format!(
                "{} is not there any more: somebody renamed or destroyed it, so there is nothing to go back to. If it was renamed, give it its name back and try again. Nothing was changed.",
                plan.source
            )
        }))
    }
}

fn primary_of(environments: &[Environment]) -> Result<&EnvironmentId, EngineError> {
    environments
        .iter()
        .find(|environment| environment.primary)
        .map(|environment| &environment.id)
        .ok_or_else(|| {
            EngineError::World("The primary environment cannot be seen with this role.".to_owned())
        })
}

fn other_primary(release: &Release, environments: &[Environment]) -> Option<String> {
    let plan = release.plan();
    // A role that does not see primary is told so by the step itself.
    let primary = environments.iter().find(|found| found.primary)?;
    if primary.id == plan.source || primary.id == plan.sandbox {
        return None;
    }
    Some(format!(
        "Somebody made {} primary, in the place of {}, from which this release works. Promoting {} now would take that back unseen. Nothing was sent. Give this release up and plan it anew from {}, or put {} back first.",
        primary.id, plan.source, plan.sandbox, primary.id, plan.source
    ))
}

fn sandbox_gone(release: &Release, step: Step, environments: &[Environment]) -> Option<String> {
    let plan = release.plan();
    if step == Step::Fork || environments.iter().any(|found| found.id == plan.sandbox) {
        return None;
    }
    let made = release.forked_at()?;
    let renamed = environments.iter().find(|found| {
        found.created_at == made && found.forked_from.as_deref() == Some(plan.source.as_str())
    });
    Some(match renamed {
        Some(found) => format!(
            "Somebody renamed {} to {}. Nothing was sent. Give it its name back and try again, or start again on a fresh fork; {} stays as it is then.",
            plan.sandbox, found.id, found.id
        ),
        None => format!(
            "{} is not there any more: somebody destroyed it. Nothing was sent, and {} is as it was. Start again on a fresh fork.",
            plan.sandbox, plan.source
        ),
    })
}

fn freeze_lost(release: &Release, step: Step) -> Event {
    let plan = release.plan();
    let risk = match step {
        Step::Fork => format!(
            "Nothing was copied yet, so nothing of {} is lost",
            plan.source
        ),
        _ => format!(
            "What changes in {} now is not in {}; it is listed before the promotion",
            plan.source, plan.sandbox
        ),
    };
    failed(
        step,
        FailureKind::FreezeLost,
        format!(
            "Editors can change {} again. {risk}. Freeze again to go on.",
            plan.source
        ),
    )
}
