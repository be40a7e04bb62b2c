//! Running one script on the sandbox and entering it into the ledger.

use std::{collections::BTreeSet, rc::Rc};

use datocms_client::{ApiError, Timer, Transport};
use slipway_release::{
    Event, Evidence, Failure, FailureKind, PlannedScript, Release, ScriptEnd, ScriptIndex, Step,
    effects::Stays,
    event::ScriptSummary,
    failure::{Place, Rejection, Request, quoted_last, shortened, words},
    limits::Reached,
    policy::Refusal,
};

use super::{failed, kind_of, refused, remains, settle};
use crate::{
    engine::Engine,
    error::{EngineError, advice},
    misfit::Unprepared,
    ports::{Excess, Ports, Refused, ScriptFailure, ScriptHost},
    progress::Watch,
    script_host::Host,
};

/// Characters of a script's own words that the log keeps at most.
const SAID: usize = 600;

/// What was found before a script runs.
enum Ready {
    /// It may run; the model of the ledger.
    Run(String),
    /// It does not run: what to put down instead.
    Settled(Box<Event>),
}

impl<T, C, P> Engine<T, C, P>
where
    T: Transport + 'static,
    C: Timer + Clone + 'static,
    P: Ports,
{
    pub(super) async fn migrate(
        &self,
        release: Release,
        index: ScriptIndex,
        watch: Rc<dyn Watch>,
    ) -> Result<(Release, Event), EngineError> {
        let Some(script) = release.plan().scripts.get(index).cloned() else {
            return Err(EngineError::World(format!(
                "The plan has no script {}.",
                index + 1
            )));
        };
        match self.make_ready(&release, index, &script).await? {
            Ready::Run(ledger) => {
                let host = Rc::new(Host::new(self.clone(), release, index, watch));
                let event = self.run_script(&host, index, &script, &ledger).await?;
                Ok((host.release(), event))
            }
            Ready::Settled(event) => Ok((release, *event)),
        }
    }

    /// Everything before the script runs. Nothing is in doubt here: any failure is certain.
    async fn make_ready(
        &self,
        release: &Release,
        index: ScriptIndex,
        script: &PlannedScript,
    ) -> Result<Ready, EngineError> {
        let step = Step::Migrate(index);
        let plan = release.plan();
        if let Some(obstacle) = self.obstacle(release, step).await? {
            return Ok(Ready::Settled(Box::new(obstacle)));
        }
        let certain = |done: &str, error: &ApiError| {
            let message = format!(
                "The ledger of migrations could not be {done}, so {} did not run: {error}{}",
                script.name,
                advice(error)
            );
            Ok(Ready::Settled(Box::new(failed(
                step,
                kind_of(error),
                message,
            ))))
        };
        let ledger = match self.ensure_ledger(&plan.sandbox).await {
            Ok(model) => model,
            Err(Unprepared::Api(error)) => return certain("prepared", &error),
            Err(Unprepared::Misfit(misfit)) => {
                let message = format!(
                    "{} did not run, because its name could not be entered into the ledger of migrations on {}: {misfit}",
                    script.name, plan.sandbox
                );
                let event = failed(step, FailureKind::WorldChanged, message);
                return Ok(Ready::Settled(Box::new(event)));
            }
        };
        let entries = match self.entries_of(&plan.sandbox, &ledger).await {
            Ok(entries) => entries,
            Err(error) => return certain("read", &error),
        };
        match self.arrived_late(release, index, &entries).await {
            Ok(Some(event)) => return Ok(Ready::Settled(Box::new(event))),
            Ok(None) => {}
            Err(error) => return Ok(Ready::Settled(Box::new(refused(step, &error)))),
        }
        let names: BTreeSet<String> = entries.into_iter().map(|entry| entry.name).collect();
        if names.contains(&script.name) {
            return Ok(Ready::Settled(Box::new(Event::Succeeded(
                step,
                ran_before(),
            ))));
        }
        match self.untold_strangers(release, names).await {
            Ok(strangers) => {
                if let Some(stranger) = strangers.first() {
                    let said = stranger_ran(release, stranger, &script.name);
                    let event = failed(step, FailureKind::WorldChanged, said);
                    return Ok(Ready::Settled(Box::new(event)));
                }
            }
            Err(error) => return certain("read", &error),
        }
        Ok(Ready::Run(ledger))
    }

    /// Runs the script and enters it into the ledger.
    async fn run_script(
        &self,
        host: &Rc<Host<T, C, P>>,
        index: ScriptIndex,
        script: &PlannedScript,
        ledger: &str,
    ) -> Result<Event, EngineError> {
        let step = Step::Migrate(index);
        let release = host.release();
        let plan = release.plan();
        host.begins(self.ports.now());
        let began = self.timer.now();
        let outcome = self
            .ports
            .run(script, Rc::clone(host) as Rc<dyn ScriptHost>)
            .await;
        host.ran_for(self.timer.now().saturating_sub(began));
        // Whoever ran the same file meanwhile entered it too.
        let twice = outcome.is_ok()
            && match self.entries_of(&plan.sandbox, ledger).await {
                Ok(entries) => entries.iter().any(|entry| entry.name == script.name),
                // A ledger that cannot be read cannot be written either, and that is told below.
                Err(_) => false,
            };
        match outcome {
            Ok(()) if twice => Ok(half_run(
                host,
                step,
                format!(
                    "Somebody else ran {} on {} while it was running here, so what it does may be there twice. {} Start again on a fresh fork.",
                    script.name,
                    plan.sandbox,
                    remains(&release, &host.summary().project)
                ),
            )),
            Ok(()) => match self
                .enter(&plan.sandbox, ledger, &plan.id, &script.name)
                .await
            {
                Ok(()) => Ok(Event::Succeeded(step, Evidence::Migrated(host.summary()))),
                Err(error) if error.outcome_is_unknown() => settle(step, error),
                Err(error) => Ok(half_run(
                    host,
                    step,
                    format!(
                        "{} ran to its end, but could not be entered into the ledger: {error} Start again on a fresh fork.",
                        script.name
                    ),
                )),
            },
            Err(failure) => {
                let (ended, before) = (host.ended(Some(&failure)), release.stays());
                let failure = script_failed(&script.name, &failure, ended, &before);
                Ok(Event::Failed(step, failure))
            }
        }
    }

    /// Migrations that somebody else ran on the sandbox and that the log has not told of yet: whoever
    /// goes on after that has read it.
    async fn untold_strangers(
        &self,
        release: &Release,
        mut ledger: BTreeSet<String>,
    ) -> Result<Vec<String>, ApiError> {
        let plan = release.plan();
        ledger.retain(|name| {
            let planned = plan.scripts.iter().any(|script| script.name == *name);
            !planned && !is_told(release, name)
        });
        if !ledger.is_empty() {
            let before = self.ledger(&plan.source).await?;
            ledger.retain(|name| !before.contains(name));
        }
        Ok(ledger.into_iter().collect())
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
        let mut stays = release.stays();
        if release.may_change_project(name) {
            stays.add_unseen(name);
        }
        Ok(failed(
            step,
            FailureKind::ScriptInterrupted,
            format!(
                "The page went away while {name} was running. How much of it was done on {} is not known{} Start again on a fresh fork.",
                plan.sandbox,
                and_primary(&stays)
            ),
        ))
    }
}

/// Whether a failure in the log names a migration of somebody else.
fn is_told(release: &Release, name: &str) -> bool {
    release.log().iter().any(|entry| {
        matches!(
            &entry.event,
            Event::Failed(Step::Migrate(_), failure)
                if failure.kind == FailureKind::WorldChanged && failure.message.starts_with(&stranger(name))
        )
    })
}

fn stranger(name: &str) -> String {
    format!("Somebody ran {name} on ")
}

fn stranger_ran(release: &Release, name: &str, script: &str) -> String {
    let plan = release.plan();
    format!(
        "{}{}, outside this release. {script} did not run. Start again on a fresh fork to have the sandbox without it; or try again to go on: then it goes live with this release.",
        stranger(name),
        plan.sandbox
    )
}

fn ran_before() -> Evidence {
    Evidence::Migrated(ScriptSummary {
        from_ledger: true,
        ..ScriptSummary::default()
    })
}

/// A script whose run cannot be told from one that stopped half-way.
fn half_run<T, C, P>(host: &Host<T, C, P>, step: Step, message: String) -> Event {
    let failure = Failure::new(FailureKind::ScriptInterrupted, message);
    Event::Failed(step, failure.of_script(host.ended(None).0))
}

/// The end of a sentence that speaks of the sandbox, and what is true outside of it.
fn and_primary(stays: &Stays) -> String {
    match stays.warning() {
        Some(stays) => format!(". {stays}"),
        None => "; primary is untouched.".to_owned(),
    }
}

/// Where a script threw, and the request whose refusal it tells of.
pub(crate) fn cause(failure: &ScriptFailure) -> (Vec<Place>, Option<&Refused>) {
    match failure {
        ScriptFailure::Threw {
            places, refused, ..
        } => (places.clone(), refused.as_deref()),
        ScriptFailure::Unprepared(_)
        | ScriptFailure::Limit(_)
        | ScriptFailure::Stopped
        | ScriptFailure::NoSandbox(_) => (Vec::new(), None),
    }
}

/// What is said of a script that did not come to its end: how far it came, and the refusal of ours that ended it. `before`
/// is what earlier scripts did to the whole project.
pub(crate) fn script_failed(
    name: &str,
    failure: &ScriptFailure,
    (end, refusal): (ScriptEnd, Option<Refusal>),
    before: &Stays,
) -> Failure {
    let at = match end.places.first() {
        Some(place) if place.file.ends_with(name) => format!(" at line {}", place.line),
        Some(place) => format!(" at {place}"),
        None => String::new(),
    };
    let mut stays = before.clone();
    stays.add(&end.done.project);
    let after = match (end.done.calls, stays.is_empty()) {
        (0, true) => {
            "It had not made a single request, but the sandbox is given up to be safe.".to_owned()
        }
        (0, false) => format!("It had not made a single request{}", and_primary(&stays)),
        (1, _) => format!(
            "It had made 1 request on the sandbox by then{}",
            and_primary(&stays)
        ),
        (calls, _) => format!(
            "It had made {calls} requests on the sandbox by then{}",
            and_primary(&stays)
        ),
    };
    let (kind, message) = match failure {
        ScriptFailure::Unprepared(sentence) => (
            FailureKind::ScriptUnprepared,
            format!("{sentence} Nothing of it ran."),
        ),
        ScriptFailure::Threw { .. } => match (&refusal, &end.rejection) {
            (Some(refusal), _) => (
                FailureKind::ScriptForbidden,
                format!(
                    "{name} asked for something a migration may not do{at}. {} {after}",
                    shortened(&refusal.to_string(), SAID)
                ),
            ),
            (None, Some(rejection)) => (
                FailureKind::ScriptThrew,
                format!("{name} failed{at}. {} {after}", told(rejection)),
            ),
            (None, None) => (
                FailureKind::ScriptThrew,
                format!(
                    "{name} failed{at} with {} {after}",
                    quoted_last(&shortened(&failure.to_string(), SAID))
                ),
            ),
        },
        ScriptFailure::Limit(excess) => (
            match excess {
                Excess::Silence { .. } => FailureKind::ScriptSilent,
                Excess::InFlight { .. } | Excess::Message { .. } | Excess::Calls { .. } => {
                    FailureKind::ScriptLimit
                }
            },
            format!("{} {after}", reached(name, *excess)),
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
    let failure = Failure::new(kind, message);
    if kind == FailureKind::ScriptUnprepared {
        failure
    } else {
        failure.of_script(end)
    }
}

/// What the CMS refused, and why, in a sentence or two.
fn told(rejection: &Rejection) -> String {
    let Request { method, path } = &rejection.request;
    let path = path.split('?').next().unwrap_or_default();
    let code = match rejection.faults.first() {
        Some(fault) => format!("with {} (status {})", fault.code, rejection.status),
        None => format!("with status {}", rejection.status),
    };
    let did = if rejection.is_refusal() {
        "refused"
    } else {
        "answered"
    };
    format!(
        "The CMS {did} {method} {path} {code}. {}",
        words::in_short(rejection)
    )
}

/// The limit a script went over, with the script's name.
fn reached(name: &str, excess: Excess) -> Reached {
    let script = name.to_owned();
    match excess {
        Excess::Silence { seconds } => Reached::Silence { script, seconds },
        Excess::InFlight { limit } => Reached::InFlight { script, limit },
        Excess::Message { bytes, limit } => Reached::Message {
            script,
            bytes,
            limit,
        },
        Excess::Calls { limit } => Reached::Calls { script, limit },
    }
}
