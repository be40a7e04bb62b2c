//! Whether what a rehearsal predicted still holds when the release that goes by it begins.

use datocms_client::{Timer, Transport};
use slipway_release::{Event, Release, Step};

use crate::{engine::Engine, error::EngineError, ports::Ports, progress::Watch};

impl<T, C, P> Engine<T, C, P>
where
    T: Transport + 'static,
    C: Timer + Clone + 'static,
    P: Ports,
{
    /// Drops the plan's estimate, and says why in the log, where primary has another schema by now than the one it was
    /// measured for. Asked as the freeze is on, and again for every fork: one request, and none without an estimate.
    ///
    /// `event` is what is about to be recorded. What comes after it would go by the estimate, so this stands before it.
    pub(crate) async fn weigh_estimate(
        &self,
        release: Release,
        event: &Event,
        watch: &dyn Watch,
    ) -> Result<Release, EngineError> {
        let is_due = matches!(event.succeeded(), Some((Step::Freeze | Step::Fork, _)));
        let plan = release.plan();
        let Some(estimate) = plan.estimate.as_ref().filter(|_| is_due) else {
            return Ok(release);
        };
        // An estimate of before says nothing of its schema, and is taken as it is.
        if estimate.schema.is_none() {
            return Ok(release);
        }
        let schema = self.schema(&plan.source).await.ok();
        let schema = schema.map(|schema| schema.digest());
        match estimate.staleness(&plan.source, schema) {
            None => Ok(release),
            Some(stale) => {
                let reason = stale.to_string();
                self.record(release, Event::EstimateDropped { reason }, Some(watch))
                    .await
            }
        }
    }
}
