//! Freezing primary, and lifting the freeze.

use datocms_client::{ApiError, Timer, Transport};
use slipway_release::{Event, Evidence, FailureKind, Release, Step};

use super::{
    failed,
    promote::{is_outdated, more_has_changed},
    refused, settle,
};
use crate::{engine::Engine, error::EngineError, ports::Ports};

impl<T, C, P> Engine<T, C, P>
where
    T: Transport + 'static,
    C: Timer + Clone + 'static,
    P: Ports,
{
    pub(super) async fn freeze(&self, release: &Release, step: Step) -> Result<Event, EngineError> {
        if let Some(obstacle) = self.obstacle(release, step).await? {
            return Ok(obstacle);
        }
        if step == Step::FreezeAgain && is_outdated(release) {
            let message = format!("{} Nothing was frozen.", more_has_changed(release));
            return Ok(failed(step, FailureKind::WorldChanged, message));
        }
        let maintenance = self.cma.maintenance();
        let forced = release.freeze_is_forced();
        match maintenance.find().await {
            Ok(mode) if mode.active => {
                let adopted = Evidence::Frozen {
                    adopted: true,
                    forced: false,
                };
                return Ok(Event::Succeeded(step, adopted));
            }
            Ok(_) => {}
            // Nothing was asked to change yet, so the failure is certain.
            Err(error) => return Ok(refused(step, &error)),
        }
        match maintenance.activate(forced).await {
            Ok(_) => Ok(Event::Succeeded(
                step,
                Evidence::Frozen {
                    adopted: false,
                    forced,
                },
            )),
            Err(ApiError::ActiveEditingSessions) => Ok(failed(
                step,
                FailureKind::EditorsActive,
                self.who_is_editing().await,
            )),
            Err(error) => settle(step, error),
        }
    }

    async fn who_is_editing(&self) -> String {
        let names: Vec<String> = match self.editors().await {
            Ok(editors) => editors
                .into_iter()
                .map(|editor| editor.person.name)
                .collect(),
            // The refusal itself is what matters; without names it is told without names.
            Err(_) => Vec::new(),
        };
        let who = match names.as_slice() {
            [] => "People are".to_owned(),
            [one] => format!("{one} is"),
            [many @ .., last] => format!("{} and {last} are", many.join(", ")),
        };
        format!(
            "{who} editing records, so primary was not frozen. Wait until they have saved, or freeze anyway: what they have not saved by then cannot be saved."
        )
    }

    pub(super) async fn probe_freeze(
        &self,
        release: &Release,
        step: Step,
    ) -> Result<Event, EngineError> {
        let mode = self.cma.maintenance().find().await?;
        if !mode.active {
            return Ok(Event::NotApplied(step));
        }
        let evidence = Evidence::Frozen {
            adopted: false,
            forced: release.freeze_is_forced(),
        };
        Ok(Event::Succeeded(step, evidence))
    }

    pub(super) async fn thaw(&self, step: Step) -> Result<Event, EngineError> {
        match self.cma.maintenance().deactivate().await {
            Ok(_) => Ok(Event::Succeeded(step, Evidence::Thawed)),
            Err(error) => settle(step, error),
        }
    }

    pub(super) async fn probe_thaw(&self, step: Step) -> Result<Event, EngineError> {
        let mode = self.cma.maintenance().find().await?;
        Ok(if mode.active {
            Event::NotApplied(step)
        } else {
            Event::Succeeded(step, Evidence::Thawed)
        })
    }
}
