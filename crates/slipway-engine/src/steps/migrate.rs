//! Running one script on the sandbox and entering it into the ledger.

use std::rc::Rc;

use datocms_client::{Timer, Transport};
use slipway_release::{
    Event, Evidence, FailureKind, Release, ScriptIndex, Step, event::ScriptSummary,
};

use super::{failed, settle};
use crate::{
    engine::Engine,
    error::EngineError,
    ports::{Ports, ScriptFailure, ScriptHost},
    progress::Watch,
    script_host::Host,
};

impl<T, C, P> Engine<T, C, P>
where
    T: Transport + 'static,
    C: Timer + Clone + 'static,
    P: Ports,
{
    pub(super) async fn migrate(
        &self,
        release: &Release,
        index: ScriptIndex,
        watch: Rc<dyn Watch>,
    ) -> Result<Event, EngineError> {
        let step = Step::Migrate(index);
        let plan = release.plan();
        let Some(script) = plan.scripts.get(index) else {
            return Err(EngineError::World(format!(
                "The plan has no script {}.",
                index + 1
            )));
        };
        if let Some(obstacle) = self.obstacle(release, step).await? {
            return Ok(obstacle);
        }
        // Before the script runs nothing is in doubt: any failure here is certain.
        let certain = |error: String| Ok(failed(step, FailureKind::Rejected, error));
        let ledger = match self.ensure_ledger(&plan.sandbox).await {
            Ok(model) => model,
            Err(error) => {
                return certain(format!(
                    "The ledger of migrations could not be prepared, so {} did not run: {error}",
                    script.name
                ));
            }
        };
        match self.ledger(&plan.sandbox).await {
            Ok(names) if names.contains(&script.name) => {
                return Ok(Event::Succeeded(step, ran_before()));
            }
            Ok(_) => {}
            Err(error) => {
                return certain(format!(
                    "The ledger of migrations could not be read, so {} did not run: {error}",
                    script.name
                ));
            }
        }
        let host = Rc::new(Host::new(self.clone(), release.clone(), index, watch));
        let outcome = self
            .ports
            .run(script, Rc::clone(&host) as Rc<dyn ScriptHost>)
            .await;
        match outcome {
            Ok(()) => match self.enter(&plan.sandbox, &ledger, &script.name).await {
                Ok(()) => Ok(Event::Succeeded(step, Evidence::Migrated(host.summary()))),
                Err(error) if error.outcome_is_unknown() => settle(step, error),
                Err(error) => Ok(failed(
                    step,
                    FailureKind::ScriptInterrupted,
                    format!(
                        "{} ran to its end, but could not be entered into the ledger: {error} Start again on a fresh fork.",
                        script.name
                    ),
                )),
            },
            Err(failure) => Ok(script_failed(step, &script.name, &failure, &host)),
        }
    }

    pub(super) async fn probe_migrate(
        &self,
        release: &Release,
        index: ScriptIndex,
    ) -> Result<Event, EngineError> {
        let step = Step::Migrate(index);
        let plan = release.plan();
        let name = plan
            .scripts
            .get(index)
            .map_or("the script", |script| script.name.as_str());
        if self.ledger(&plan.sandbox).await?.contains(name) {
            return Ok(Event::Succeeded(step, ran_before()));
        }
        Ok(failed(
            step,
            FailureKind::ScriptInterrupted,
            format!(
                "The page went away while {name} was running. How much of it was done on {} is not known; primary is untouched. Start again on a fresh fork.",
                plan.sandbox
            ),
        ))
    }
}

fn ran_before() -> Evidence {
    Evidence::Migrated(ScriptSummary {
        from_ledger: true,
        ..ScriptSummary::default()
    })
}

/// What the log says of a script that did not come to its end.
fn script_failed<T, C, P>(
    step: Step,
    name: &str,
    failure: &ScriptFailure,
    host: &Host<T, C, P>,
) -> Event {
    let after = match host.summary().calls {
        0 => "It had not made a single request, but the sandbox is given up to be safe.".to_owned(),
        1 => "It had made 1 request on the sandbox by then; primary is untouched.".to_owned(),
        calls => {
            format!("It had made {calls} requests on the sandbox by then; primary is untouched.")
        }
    };
    let (kind, message) = match failure {
        ScriptFailure::Unprepared(sentence) => (
            FailureKind::ScriptUnprepared,
            format!("{sentence} Nothing of it ran."),
        ),
        ScriptFailure::Threw { .. } => match host.refusal() {
            Some(refusal) => (
                FailureKind::ScriptForbidden,
                format!("{name} asked for something a migration may not do. {refusal} {after}"),
            ),
            None => (
                FailureKind::ScriptThrew,
                format!("{name} failed with “{failure}”. {after}"),
            ),
        },
        ScriptFailure::Silent { seconds } => (
            FailureKind::ScriptSilent,
            format!(
                "{name} was stopped: it neither asked for anything nor ended for {seconds} seconds, as an endless loop would. {after}"
            ),
        ),
        ScriptFailure::Stopped => (
            FailureKind::ScriptStopped,
            format!("{name} was stopped between two of its requests. {after}"),
        ),
        ScriptFailure::NoSandbox(_) => (
            FailureKind::ScriptInterrupted,
            format!("{name} could not go on: {failure}. {after}"),
        ),
    };
    failed(step, kind, message)
}
