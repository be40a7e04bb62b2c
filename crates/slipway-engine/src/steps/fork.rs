//! Copying primary into the sandbox, and destroying the sandbox again.
//!
//! A fork is asked for once. Whether it exists, and is ours, is read from the CMS: it must come from
//! our source and be no older than our request.

use std::time::Duration;

use datocms_client::{
    ApiError, Environment, EnvironmentId, EnvironmentStatus, ForkOptions, Forking, Timer, Transport,
};
use slipway_release::{Event, Evidence, FailureKind, Release, Step};

use super::{failed, settle};
use crate::{
    engine::Engine,
    error::EngineError,
    ports::Ports,
    progress::{Progress, Watch},
};

/// How often the copy's progress is read.
const PACE: Duration = Duration::from_millis(500);

/// How far the browser's clock may be ahead of the server's before a fork of ours looks like somebody else's.
const CLOCK_SKEW_MILLIS: i64 = 15 * 60 * 1000;

impl<T, C, P> Engine<T, C, P>
where
    T: Transport + 'static,
    C: Timer + Clone + 'static,
    P: Ports,
{
    pub(super) async fn fork(
        &self,
        release: &Release,
        watch: &dyn Watch,
    ) -> Result<Event, EngineError> {
        let plan = release.plan();
        if let Some(obstacle) = self.obstacle(release, Step::Fork).await? {
            return Ok(obstacle);
        }
        // Primary is frozen, so the fast copy harms nobody; people who kept a record open cannot
        // save it anyway, which the freeze has settled with them.
        let options = ForkOptions {
            fast: true,
            force: true,
            immediate_return: true,
        };
        let asked = self
            .cma
            .environments()
            .fork(&plan.source, &plan.sandbox, options)
            .await;
        match asked {
            Ok(Forking::Job(_) | Forking::Environment(_)) => {
                self.await_copy(&plan.sandbox, watch).await
            }
            // An earlier request whose answer was lost, or another page's, may have arrived; otherwise
            // the name was taken before ours, however young the other environment is.
            Err(ApiError::NameTaken { .. }) if may_have_been_asked_before(release) => {
                self.probe_fork(release, watch).await
            }
            Err(ApiError::NameTaken { .. }) => Ok(name_taken(release)),
            Err(error) => settle(Step::Fork, error),
        }
    }

    /// Follows the copy to its end.
    async fn await_copy(
        &self,
        sandbox: &EnvironmentId,
        watch: &dyn Watch,
    ) -> Result<Event, EngineError> {
        loop {
            // A failed look says nothing about the copy: the step stays in doubt.
            match self.cma.environments().find_optional(sandbox).await? {
                None => {
                    return Ok(failed(
                        Step::Fork,
                        FailureKind::WorldChanged,
                        format!(
                            "The CMS gave up copying: {sandbox} is not there. Primary is unchanged and still frozen."
                        ),
                    ));
                }
                Some(Environment {
                    status: EnvironmentStatus::Creating { percentage },
                    ..
                }) => watch.progress(Progress::Forking(percentage)),
                Some(Environment {
                    status: EnvironmentStatus::Ready,
                    created_at,
                    ..
                }) => {
                    return Ok(Event::Succeeded(
                        Step::Fork,
                        Evidence::Forked { created_at },
                    ));
                }
                Some(Environment {
                    status: EnvironmentStatus::Destroying,
                    ..
                }) => {
                    return Ok(failed(
                        Step::Fork,
                        FailureKind::WorldChanged,
                        format!(
                            "Somebody is destroying {sandbox}. Primary is unchanged and still frozen."
                        ),
                    ));
                }
            }
            self.timer.sleep(PACE).await;
        }
    }

    pub(super) async fn probe_fork(
        &self,
        release: &Release,
        watch: &dyn Watch,
    ) -> Result<Event, EngineError> {
        let plan = release.plan();
        match self.cma.environments().find_optional(&plan.sandbox).await? {
            None => Ok(Event::NotApplied(Step::Fork)),
            Some(found) if is_ours(&found, release) => self.await_copy(&plan.sandbox, watch).await,
            Some(_) => Ok(name_taken(release)),
        }
    }

    pub(super) async fn discard(
        &self,
        release: &Release,
        step: Step,
    ) -> Result<Event, EngineError> {
        let sandbox = &release.plan().sandbox;
        let found = match self.cma.environments().find_optional(sandbox).await {
            Ok(found) => found,
            Err(error) => return Ok(failed(step, FailureKind::Rejected, error.to_string())),
        };
        match found {
            None => Ok(Event::Succeeded(step, Evidence::Discarded)),
            Some(found) if found.primary => Ok(failed(
                step,
                FailureKind::WorldChanged,
                format!(
                    "{sandbox} has become primary, so it was not destroyed. Put {} back first if that was not meant.",
                    release.plan().source
                ),
            )),
            Some(found) if !is_known(&found, release) => Ok(failed(
                step,
                FailureKind::WorldChanged,
                format!(
                    "{sandbox} is no longer the copy this release made, so it was not destroyed. Delete or rename it by hand, then try again."
                ),
            )),
            Some(_) => match self.cma.environments().destroy(sandbox).await {
                Ok(()) | Err(ApiError::NotFound { .. }) => {
                    Ok(Event::Succeeded(step, Evidence::Discarded))
                }
                Err(error) => settle(step, error),
            },
        }
    }

    pub(super) async fn probe_discard(
        &self,
        release: &Release,
        step: Step,
    ) -> Result<Event, EngineError> {
        let found = self
            .cma
            .environments()
            .find_optional(&release.plan().sandbox)
            .await?;
        Ok(match found {
            None => Event::Succeeded(step, Evidence::Discarded),
            Some(_) => Event::NotApplied(step),
        })
    }
}

fn name_taken(release: &Release) -> Event {
    let plan = release.plan();
    failed(
        Step::Fork,
        FailureKind::NameTaken,
        format!(
            "An environment called {} exists and is not this release's copy of {}. It was not touched. Rename or delete it, then try again; or give this release up.",
            plan.sandbox, plan.source
        ),
    )
}

/// Whether a request to fork may have been sent whose outcome the log does not know: one that had done
/// nothing when we looked, or one of a page that drove before, whose last words a frozen primary did not take.
fn may_have_been_asked_before(release: &Release) -> bool {
    release.log().iter().any(|entry| {
        matches!(
            entry.event,
            Event::NotApplied(Step::Fork) | Event::TookOver { .. }
        )
    })
}

/// Whether the log tells of this very environment as a copy this release made.
fn is_known(found: &Environment, release: &Release) -> bool {
    release.log().iter().any(|entry| {
        entry.event.succeeded().is_some_and(|(_, evidence)| {
            matches!(evidence, Evidence::Forked { created_at } if *created_at == found.created_at)
        })
    })
}

/// Whether an environment of the sandbox's name is a copy this release asked for, before or after a restart.
fn is_ours(found: &Environment, release: &Release) -> bool {
    // Every copy of ours is made under the freeze.
    let asked_at = release
        .log()
        .iter()
        .rev()
        .find(|entry| entry.event.started() == Some(Step::Freeze))
        .map(|entry| entry.at.as_millis());
    let from_source = found.forked_from.as_deref() == Some(release.plan().source.as_str());
    let in_time = asked_at.is_some_and(|asked| {
        found.created_at.as_millis() >= asked.saturating_sub(CLOCK_SKEW_MILLIS)
    });
    is_known(found, release) || (from_source && in_time)
}
