//! Whether the project is still as the release left it. Other people, and other tools, go on meanwhile:
//! what they did is noticed before the next step is sent, and told with the way on.

use datocms_client::{
    ApiError, Environment, EnvironmentId, EnvironmentsAccess, Timer, Timestamp, Transport,
};
use slipway_release::{Event, FailureKind, Plan, Release, Step};

use super::{
    failed,
    fork::{may_have_been_asked_before, name_taken},
    refused,
};
use crate::{engine::Engine, error::EngineError, ports::Ports};

/// What kind of trouble, and the sentence for the person.
type Obstacle = (FailureKind, String);

impl<T, C, P> Engine<T, C, P>
where
    T: Transport + 'static,
    C: Timer + Clone + 'static,
    P: Ports,
{
    /// What stands in the way of a step, as the event to write down. Nothing of the step was sent.
    ///
    /// Lifting the freeze is in nothing's way, and the other undos look for themselves.
    pub(super) async fn obstacle(
        &self,
        release: &Release,
        step: Step,
    ) -> Result<Option<Event>, EngineError> {
        let under_freeze = match step {
            Step::Freeze | Step::FreezeAgain => false,
            Step::Fork | Step::Migrate(_) | Step::Promote => true,
            Step::Unfreeze | Step::Discard(_) | Step::Reopen | Step::Restore | Step::Thaw => {
                return Ok(None);
            }
        };
        let looked = async {
            let environments = self.cma.environments().list().await?;
            let frozen = !under_freeze || self.cma.maintenance().find().await?.active;
            Ok::<_, ApiError>((environments, frozen))
        };
        let (environments, frozen) = match looked.await {
            Ok(seen) => seen,
            Err(error) => return Ok(Some(refused(step, &error))),
        };
        let is_taken = environments
            .iter()
            .any(|found| found.id == release.plan().sandbox);
        if step == Step::Fork && is_taken && !may_have_been_asked_before(release) {
            return Ok(Some(name_taken(release)));
        }
        let mut obstacle = other_primary(release, step, &environments);
        if obstacle.is_none() && matches!(step, Step::Migrate(_) | Step::Promote) {
            obstacle = self.sandbox_trouble(release, &environments).await;
        }
        if let Some((kind, message)) = obstacle {
            return Ok(Some(failed(step, kind, message)));
        }
        Ok((!frozen).then(|| freeze_lost(release, step)))
    }

    /// Why the sandbox is not the one this release made.
    pub(crate) async fn sandbox_trouble(
        &self,
        release: &Release,
        environments: &[Environment],
    ) -> Option<Obstacle> {
        let plan = release.plan();
        let made = release.forked_at()?;
        let message = match environments.iter().find(|found| found.id == plan.sandbox) {
            Some(found) if found.created_at == made => return None,
            Some(_) => format!(
                "{} is another environment now: somebody destroyed the one this release made, and gave its name to a new one. Nothing was sent{} Rename or delete the other one, then start again on a fresh fork.",
                plan.sandbox,
                and_source(release)
            ),
            None => match renamed(made, environments) {
                Some(found) => format!(
                    "Somebody renamed {} to {}. Nothing was sent. Give it its name back and try again, or start again on a fresh fork; {} stays as it is then.",
                    plan.sandbox, found.id, found.id
                ),
                None if self.sees_everything().await => format!(
                    "{} is not there any more: somebody destroyed it. Nothing was sent{} Start again on a fresh fork.",
                    plan.sandbox,
                    and_source(release)
                ),
                None => {
                    return Some((
                        FailureKind::Forbidden,
                        format!(
                            "Your role does not show {} any more. Nothing was sent. Ask an admin to give your role access to every environment and try again, or let a colleague go on with this release.",
                            plan.sandbox
                        ),
                    ));
                }
            },
        };
        Some((FailureKind::WorldChanged, message))
    }

    /// Whether the role may see every environment, so that one that is not listed is not there.
    async fn sees_everything(&self) -> bool {
        match self.cma.users().me().await {
            Ok(me) => me.permissions.environments_access == EnvironmentsAccess::All,
            // Nothing else says that anything is hidden.
            Err(_) => true,
        }
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
        let environments = self.cma.environments().list().await?;
        let closed = way_back_closed(release, &environments);
        Ok(closed.map(|reason| format!("{reason} Nothing was changed.")))
    }
}

/// Why the old primary cannot be put back, without a word on what was or was not done.
pub(super) fn way_back_closed(release: &Release, environments: &[Environment]) -> Option<String> {
    let plan = release.plan();
    let Some(primary) = environments.iter().find(|found| found.primary) else {
        return Some(NO_PRIMARY.to_owned());
    };
    if primary.id != plan.sandbox {
        return Some(match release.forked_at() {
            Some(made) if primary.created_at == made => format!(
                "Somebody renamed {} to {}. Give it its name back and try again.",
                plan.sandbox, primary.id
            ),
            Some(_) | None => format!(
                "{} is primary now, not {}, so there is nothing to roll back here. Roll back the promotion of {} instead.",
                primary.id, plan.sandbox, primary.id
            ),
        });
    }
    match environments.iter().find(|found| found.id == plan.source) {
        None => Some(format!(
            "{} is not there any more: somebody renamed or destroyed it, so there is nothing to go back to. If it was renamed, give it its name back and try again.",
            plan.source
        )),
        // What was copied is older than the copy.
        Some(source) if source.created_at > primary.created_at => Some(format!(
            "{} is not what was primary before: it is newer than {}, so somebody made another environment of that name. There is nothing to go back to.",
            plan.source, plan.sandbox
        )),
        Some(_) => None,
    }
}

/// The end of a sentence, and that the source is as it was; or what scripts did to the whole project until now.
fn and_source(release: &Release) -> String {
    match release.stays().warning() {
        Some(stays) => format!(". {stays}"),
        None => format!(", and {} is as it was.", release.plan().source),
    }
}

const NO_PRIMARY: &str = "Your role does not show the primary environment any more. Ask an admin to give your role access to every environment and try again, or let a colleague go on with this release.";

fn renamed(made: Timestamp, environments: &[Environment]) -> Option<&Environment> {
    environments.iter().find(|found| found.created_at == made)
}

fn other_primary(release: &Release, step: Step, environments: &[Environment]) -> Option<Obstacle> {
    let plan = release.plan();
    let Some(primary) = environments.iter().find(|found| found.primary) else {
        return Some((
            FailureKind::Forbidden,
            format!("{NO_PRIMARY} Nothing was sent."),
        ));
    };
    let message = if step == Step::FreezeAgain {
        let reason = way_back_closed(release, environments)?;
        format!("{reason} Nothing was frozen.")
    } else if primary.id == plan.source {
        return None;
    } else if primary.id == plan.sandbox {
        if step == Step::Promote {
            // Promoted by somebody else: what this step is for.
            return None;
        }
        format!(
            "Somebody promoted {} before this release was done with it. Nothing was sent. Put {} back first and try again; or give this release up, and {} stays primary as it is.",
            plan.sandbox, plan.source, plan.sandbox
        )
    } else if is_there(&plan.source, environments) {
        unseen_promotion(plan, &primary.id)
    } else {
        format!(
            "{} is not there any more, and {} is primary: somebody renamed {}, or promoted {} and destroyed {}. Nothing was sent. If it was renamed, give it its name back and try again; otherwise give this release up and plan it anew from {}.",
            plan.source, primary.id, plan.source, primary.id, plan.source, primary.id
        )
    };
    Some((FailureKind::WorldChanged, message))
}

fn is_there(id: &EnvironmentId, environments: &[Environment]) -> bool {
    environments.iter().any(|found| found.id == *id)
}

fn unseen_promotion(plan: &Plan, primary: &EnvironmentId) -> String {
    format!(
        "Somebody made {primary} primary, in the place of {}, from which this release works. Promoting {} now would take that back unseen. Nothing was sent. Give this release up and plan it anew from {primary}, or put {} back first.",
        plan.source, plan.sandbox, plan.source
    )
}

fn freeze_lost(release: &Release, step: Step) -> Event {
    let plan = release.plan();
    let risk = if step == Step::Fork {
        format!(
            "Nothing was copied yet, so nothing of {} is lost",
            plan.source
        )
    } else {
        format!(
            "What changes in {} now is not in {}; it is listed before the promotion",
            plan.source, plan.sandbox
        )
    };
    failed(
        step,
        FailureKind::FreezeLost,
        format!(
            "Somebody turned maintenance mode off: editors can change {} again. {risk}. Freeze again to go on.",
            plan.source
        ),
    )
}
