//! Copying primary into the sandbox, and destroying the sandbox again.
//!
//! A fork is asked for once. Whether it exists, and is ours, is read from the CMS: it must come from
//! our source and be no older than our request.

use std::time::Duration;

use datocms_client::{
    ApiError, Environment, EnvironmentId, EnvironmentStatus, ForkOptions, Forking, Timer, Transport,
};
use slipway_release::{Event, Evidence, FailureKind, Release, Step};

use super::{failed, refused, settle};
use crate::{
    engine::Engine,
    error::EngineError,
    ports::Ports,
    progress::{Progress, Watch},
};

/// How often the copy's progress is read.
const PACE: Duration = Duration::from_millis(500);

/// A copy that makes no progress for so long is no longer waited for. Large projects are copied in steps
/// of minutes.
const STANDSTILL: Duration = Duration::from_mins(15);

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
            // The name was free a moment ago, or may be our own: a request whose answer was lost, of
            // this page or of another, or one that the browser itself sent twice.
            Err(ApiError::NameTaken { .. }) => self.probe_fork(release, watch).await,
            Err(ApiError::Busy { .. }) => Ok(failed(
                Step::Fork,
                FailureKind::Rejected,
                format!(
                    "The CMS is busy with {} and did not copy it. Nothing was changed, and {} is still frozen. Try again in a while.",
                    plan.source, plan.source
                ),
            )),
            Err(error) => settle(Step::Fork, error),
        }
    }

    /// Follows the copy to its end.
    async fn await_copy(
        &self,
        sandbox: &EnvironmentId,
        watch: &dyn Watch,
    ) -> Result<Event, EngineError> {
        let mut seen: Option<f64> = None;
        let mut since = self.timer.now();
        loop {
            // A failed look says nothing about the copy: the step stays in doubt.
            match self.cma.environments().find_optional(sandbox).await? {
                None => {
                    return Ok(failed(
                        Step::Fork,
                        FailureKind::WorldChanged,
                        format!(
                            "The CMS gave up copying: {sandbox} is not there. Primary is unchanged and still frozen. Try again, or give the release up."
                        ),
                    ));
                }
                Some(Environment {
                    status: EnvironmentStatus::Creating { percentage },
                    ..
                }) => {
                    watch.progress(Progress::Forking(percentage));
                    if percentage != seen {
                        seen = percentage;
                        since = self.timer.now();
                    }
                    let stood = self.timer.now().saturating_sub(since);
                    if stood >= STANDSTILL || watch.stop().is_wished() {
                        return Err(EngineError::CopyStuck {
                            sandbox: sandbox.clone(),
                            percentage,
                            minutes: stood.as_secs() / 60,
                        });
                    }
                }
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
            Err(error) => return Ok(refused(step, &error)),
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
            Some(found) if !may_be_destroyed(&found, release) => Ok(failed(
                step,
                FailureKind::WorldChanged,
                format!(
                    "{sandbox} is no longer the copy this release made, so it was not destroyed. Delete or rename it by hand, then try again."
                ),
            )),
            Some(found) => match self.cma.environments().destroy(sandbox).await {
                Ok(()) | Err(ApiError::NotFound { .. }) => {
                    Ok(Event::Succeeded(step, Evidence::Discarded))
                }
                Err(ApiError::Busy { .. })
                    if matches!(found.status, EnvironmentStatus::Creating { .. }) =>
                {
                    Ok(failed(
                        step,
                        FailureKind::Rejected,
                        format!(
                            "{sandbox} is still being copied, and the CMS destroys no environment before its copy is done. Nothing was changed. Try again later; or leave {sandbox} there and lift the freeze, and delete it in the CMS once it is done. Until then the CMS itself may keep {} read-only.",
                            release.plan().source
                        ),
                    ))
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

pub(super) fn name_taken(release: &Release) -> Event {
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
pub(super) fn may_have_been_asked_before(release: &Release) -> bool {
    release.log().iter().any(|entry| {
        matches!(
            entry.event,
            Event::NotApplied(Step::Fork) | Event::TookOver { .. }
        )
    })
}

/// Whether an environment of the sandbox's name is this release's to destroy: the log tells of it, or it
/// came of a request to fork whose outcome nobody waited for.
fn may_be_destroyed(found: &Environment, release: &Release) -> bool {
    let fork_is_open = release
        .step_record(Step::Fork)
        .is_some_and(|record| record.finished.is_none());
    is_known(found, release) || (fork_is_open && is_ours(found, release))
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
