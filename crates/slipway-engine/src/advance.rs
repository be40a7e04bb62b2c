//! The driver: the next step, written down before it is done and after.

use std::rc::Rc;

use datocms_client::{Timer, Transport};
use slipway_release::{Effect, Event, Phase, Release, Step, Then};

use crate::{engine::Engine, error::EngineError, ports::Ports, progress::Watch};

impl<T, C, P> Engine<T, C, P>
where
    T: Transport + 'static,
    C: Timer + Clone + 'static,
    P: Ports,
{
    /// Does what is next: performs the step the release is at, tries a failed one again, or asks
    /// the CMS what became of a step in doubt.
    ///
    /// Goes on by itself where a person's decision covers what follows: from script to script, and
    /// along an undo; never after a mere look at a step in doubt. On an error the log is as far as
    /// [`Progress::Recorded`](crate::Progress) last said.
    ///
    /// Only one page acts: [`EngineError::OtherWindow`] and [`EngineError::Held`] say who does, and
    /// [`Engine::take_over`] is the way round the latter.
    pub async fn advance(
        &self,
        release: Release,
        watch: Rc<dyn Watch>,
    ) -> Result<Release, EngineError> {
        let effect = due(release.phase()).ok_or(EngineError::NothingToDo)?;
        let _claim = self.claim(&release.plan().id).await?;
        let (Effect::Perform(step) | Effect::Probe(step)) = effect;
        let release = self.take(release, step).await?;
        let done = self.go_on(release, watch).await;
        self.let_go();
        done
    }

    async fn go_on(
        &self,
        mut release: Release,
        watch: Rc<dyn Watch>,
    ) -> Result<Release, EngineError> {
        loop {
            let before = release.phase().clone();
            let event = match due(&before).ok_or(EngineError::NothingToDo)? {
                Effect::Probe(step) => {
                    let event = self.probe(&release, step, &*watch).await?;
                    release = self.weigh_estimate(release, &event, &*watch).await?;
                    self.let_go();
                    return self.record(release, event, Some(&*watch)).await;
                }
                Effect::Perform(step) => {
                    if step == Step::Promote
                        && let Some(reason) = self.approval_is_void(&release).await?
                    {
                        let event = Event::ApprovalVoided { reason };
                        self.let_go();
                        return self.record(release, event, Some(&*watch)).await;
                    }
                    self.hold(&release.plan().id, step.verb()).await;
                    release = self
                        .record(release, Event::Started(step), Some(&*watch))
                        .await?;
                    let (grown, event) = self.perform(release, step, watch.clone()).await?;
                    release = self.weigh_estimate(grown, &event, &*watch).await?;
                    event
                }
            };
            let after = release
                .phase()
                .clone()
                .apply(&event, release.plan().scripts.len())?;
            let goes_on = goes_on(&before, &after) && !watch.stop().is_wished();
            if !goes_on {
                self.let_go();
            }
            release = self.record(release, event, Some(&*watch)).await?;
            if !goes_on {
                return Ok(release);
            }
        }
    }
}

/// What `advance` does in a phase: what the phase asks for, or a failed step once more.
fn due(phase: &Phase) -> Option<Effect> {
    match phase {
        Phase::Ready(_) | Phase::InDoubt(_) => phase.next_effect(),
        Phase::Stuck { step, .. } => Some(Effect::Perform(*step)),
        Phase::Failed { step, failure } => {
            failure.kind.may_retry().then_some(Effect::Perform(*step))
        }
        Phase::Review | Phase::Live | Phase::Abandoned | Phase::RolledBack => None,
    }
}

/// Whether the next step needs no further decision.
fn goes_on(before: &Phase, after: &Phase) -> bool {
    let Phase::Ready(next) = after else {
        return false;
    };
    match next {
        Step::Migrate(index) => *index > 0,
        Step::Fork => before.step() == Some(Step::Discard(Then::ForkAgain)),
        Step::Reopen | Step::Discard(_) | Step::Restore | Step::Thaw => {
            before.step() != Some(*next)
        }
        Step::Freeze | Step::Promote | Step::Unfreeze | Step::FreezeAgain => false,
    }
}
