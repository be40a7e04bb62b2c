//! Making a rehearsal's fork, marking it, and destroying it.

use std::time::Duration;

use datocms_client::{
    ApiError, Environment, EnvironmentId, EnvironmentStatus, ForkOptions, NewItemType, Timer,
    Timestamp, Transport,
};
use slipway_release::{
    Failure, FailureKind,
    rehearsal::{Fate, Rehearsal, fork as naming},
};

use super::{Setback, setback};
use crate::{
    engine::Engine,
    error::{EngineError, advice},
    ports::Ports,
    progress::{Progress, Stage, Watch},
};

/// How often the copy's progress is read.
const PACE: Duration = Duration::from_millis(500);

/// A copy that makes no progress for so long is no longer waited for. Ordinary copies of large projects take long, and
/// their percentage moves in steps of minutes.
const STANDSTILL: Duration = Duration::from_mins(15);

impl<T, C, P> Engine<T, C, P>
where
    T: Transport + 'static,
    C: Timer + Clone + 'static,
    P: Ports,
{
    /// What is primary, where the project has room for one more sandbox.
    pub(super) async fn room_for_a_rehearsal(&self) -> Result<EnvironmentId, EngineError> {
        let environments = self.environments().await?;
        if let Some(quota) = self.quota(&environments).await
            && let Some(limit) = quota.limit.filter(|limit| quota.used >= *limit)
        {
            return Err(EngineError::NoRoom { limit: Some(limit) });
        }
        let primary = environments.into_iter().find(|found| found.primary);
        primary.map(|found| found.id).ok_or_else(|| {
            EngineError::World("The primary environment cannot be seen with this role.".to_owned())
        })
    }

    /// Asks for the fork, once. An answer that got lost is looked for.
    pub(super) async fn ask_for_fork(&self, rehearsal: &Rehearsal) -> Result<(), EngineError> {
        // The fast copy would make primary read-only while people work there (reference section 3.2).
        let options = ForkOptions {
            fast: false,
            force: false,
            immediate_return: true,
        };
        let Rehearsal { fork, source, .. } = rehearsal;
        let asked = self.cma.environments().fork(source, fork, options).await;
        match asked {
            // Nobody else gives this name: where it is taken, the browser itself sent the request twice.
            Ok(_) | Err(ApiError::NameTaken { .. }) => Ok(()),
            Err(ApiError::QuotaReached { .. }) => Err(EngineError::NoRoom { limit: None }),
            Err(error) if error.outcome_is_unknown() => {
                match self.cma.environments().find_optional(fork).await {
                    Ok(Some(_)) => Ok(()),
                    Ok(None) | Err(_) => Err(error.into()),
                }
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Follows the copy to its end: when it was made by the CMS's clock, or why it cannot be used and what becomes of it.
    pub(super) async fn await_fork(
        &self,
        rehearsal: &Rehearsal,
        keep: bool,
        watch: &dyn Watch,
    ) -> Result<Timestamp, (Setback, Fate)> {
        let fork = &rehearsal.fork;
        let mut seen: Option<f64> = None;
        let mut since = self.timer.now();
        loop {
            let found = match self.cma.environments().find_optional(fork).await {
                Ok(Some(found)) => found,
                Ok(None) => {
                    let said = format!("The CMS gave up copying: {fork} is not there.");
                    let failure = Failure::new(FailureKind::WorldChanged, said);
                    return Err((failure, Fate::Destroyed));
                }
                Err(error) => {
                    let failure = setback("The copy could not be followed", &error);
                    return Err((failure, left(fork, "nobody could look at it")));
                }
            };
            match found.status {
                EnvironmentStatus::Ready => return Ok(found.created_at),
                EnvironmentStatus::Destroying => {
                    let said = format!("Somebody is destroying {fork}.");
                    let failure = Failure::new(FailureKind::WorldChanged, said);
                    return Err((failure, Fate::Destroyed));
                }
                EnvironmentStatus::Creating { percentage } => {
                    // No copy can be stopped: it is waited for even when nobody wants it any more.
                    watch.progress(Progress::Rehearsing(if watch.stop().is_wished() && !keep {
                        Stage::Destroying
                    } else {
                        Stage::Copying(percentage)
                    }));
                    if percentage != seen {
                        seen = percentage;
                        since = self.timer.now();
                    }
                    if self.timer.now().saturating_sub(since) >= STANDSTILL {
                        let said = format!(
                            "The copy into {fork} has stood still for {} minutes.",
                            STANDSTILL.as_secs() / 60
                        );
                        let failure = Failure::new(FailureKind::Rejected, said);
                        return Err((failure, left(fork, "it is still being copied")));
                    }
                }
            }
            self.timer.sleep(PACE).await;
        }
    }

    /// Marks the fork as a rehearsal's, so that whoever finds it knows what it is.
    pub(super) async fn mark(&self, fork: &EnvironmentId) -> Result<(), Setback> {
        let types = self.cma.environment(fork).item_types();
        let new = NewItemType {
            id: None,
            name: naming::mark(fork),
            api_key: naming::MARK.to_owned(),
            draft_mode_active: false,
            skip_menu_item_creation: true,
        };
        match types.create(&new).await {
            Ok(_) => Ok(()),
            Err(error) => Err(setback("The copy could not be marked", &error)),
        }
    }

    /// Why the fork is not ours to write in any more; `None` where it is. `running` is the script that failed.
    pub(super) async fn fork_trouble(
        &self,
        fork: &EnvironmentId,
        created_at: Timestamp,
        running: Option<&str>,
    ) -> Option<Failure> {
        let found = match self.cma.environments().find_optional(fork).await {
            Ok(found) => found,
            // While a script failed, the reason it gave says more.
            Err(_) if running.is_some() => return None,
            Err(error) => return Some(setback("The copy could not be looked at", &error)),
        };
        let when = running.map_or_else(String::new, |name| format!(" while {name} was running"));
        let said = match found {
            Some(found) if found.primary => {
                format!("Somebody made {fork} primary{when}. The rehearsal was ended at once.")
            }
            Some(found) if found.created_at != created_at => {
                format!("Somebody replaced {fork} by another environment{when}.")
            }
            Some(Environment {
                status: EnvironmentStatus::Ready | EnvironmentStatus::Creating { .. },
                ..
            }) => return None,
            Some(_) | None => format!("Somebody destroyed {fork}{when}."),
        };
        Some(Failure::new(FailureKind::WorldChanged, said))
    }

    /// Destroys a rehearsal's fork, if it is still the one that was made then. Where this is not known, it is enough
    /// that it is marked.
    pub(super) async fn destroy_fork(
        &self,
        fork: &EnvironmentId,
        created_at: Option<Timestamp>,
    ) -> Fate {
        let found = match self.cma.environments().find_optional(fork).await {
            Ok(None) => return Fate::Destroyed,
            Ok(Some(found)) => found,
            Err(error) => return left(fork, &format!("{error}{}", advice(&error))),
        };
        if found.primary {
            return left(fork, "it has become primary");
        }
        if created_at.is_some_and(|made| made != found.created_at) {
            return left(fork, "somebody gave its name to another environment");
        }
        match self.cma.environments().destroy(fork).await {
            Ok(()) | Err(ApiError::NotFound { .. }) => Fate::Destroyed,
            Err(error) => left(fork, &format!("{error}{}", advice(&error))),
        }
    }
}

/// The fork may still be there.
fn left(fork: &EnvironmentId, why: &str) -> Fate {
    let end = if why.ends_with('.') { "" } else { "." };
    Fate::Left {
        reason: format!("{fork} was not destroyed: {why}{end}"),
    }
}
