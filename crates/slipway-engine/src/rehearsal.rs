//! Rehearsing: the pending scripts on a throw-away fork of primary, with no freeze, and what that showed.
//!
//! Primary is only ever read. Everything is written on a fork of our own making, whose name no other has, and which is
//! marked as soon as it exists. Whatever happens once the fork was asked for, the rehearsal says what became of it.

mod fork;
mod hold_back;
mod host;
mod left;

use std::{rc::Rc, time::Duration};

use datocms_client::{ApiError, EnvironmentId, ItemsQuery, Timer, Timestamp, Transport};
use slipway_release::{
    Digest, Failure, FailureKind, PlannedScript, ReleaseId,
    effects::Stays,
    rehearsal::{self, Changes, End, Fate, Outcome, Rehearsal, Run, Tally, Wanted, fork as naming},
};

use self::host::{Host, Stage as Shared, Turn};
use crate::{
    engine::{Engine, random},
    error::{EngineError, advice},
    misfit::Unprepared,
    ports::{Ports, ScriptFailure, ScriptHost, StoreError},
    progress::{Progress, Stage, Watch},
    steps::{kind_of, migrate::script_failed},
};

/// How many finished rehearsals this browser remembers.
const REMEMBERED: usize = 20;

/// How many records are asked for at a time, to find out their models.
const LOOKED_UP: usize = 200;

/// What came of rehearsing.
#[derive(Debug, Clone, PartialEq)]
pub struct Rehearsed {
    /// The rehearsal.
    pub rehearsal: Rehearsal,
    /// Why this browser could not keep it; `None` where it did.
    pub not_kept: Option<StoreError>,
}

/// The rehearsals that this browser remembers.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct KeptRehearsals {
    /// Those that can be read, newest first.
    pub rehearsals: Vec<Rehearsal>,
    /// Why others cannot, a sentence each.
    pub unreadable: Vec<String>,
}

/// How far the scripts came.
struct Played {
    /// What became of each script that was begun or passed over, in order.
    parts: Vec<Part>,
    end: End,
}

/// What became of one script.
#[derive(Debug, Clone, Copy)]
enum Part {
    RanBefore,
    Ran(i64),
    Broken(i64),
}

/// Something went wrong on the fork before or between the scripts.
type Setback = Failure;

impl<T, C, P> Engine<T, C, P>
where
    T: Transport + 'static,
    C: Timer + Clone + 'static,
    P: Ports,
{
    /// Runs scripts on a fork of primary that is made for it, and destroys the fork again or keeps it, as wanted.
    ///
    /// Nothing is frozen and primary is not written. What the scripts would change of the whole project is held back.
    /// A person's [wish to stop](Watch::stop) ends it at the next request boundary; what becomes of the fork is as wanted
    /// then, too. A copy that has begun cannot be stopped: it is waited for.
    ///
    /// # Errors
    ///
    /// Only before there is a fork: [`EngineError::NoRoom`], or what the CMS says to looking and to copying. From then
    /// on whatever goes wrong is in the [`Rehearsal`], with what became of the fork.
    pub async fn rehearse(
        &self,
        wanted: Wanted,
        watch: Rc<dyn Watch>,
    ) -> Result<Rehearsed, EngineError> {
        let tell = |stage| watch.progress(Progress::Rehearsing(stage));
        tell(Stage::Preparing);
        let source = self.room_for_a_rehearsal().await?;
        let bits = (u64::from(random(&self.timer)) << 32) | u64::from(random(&self.timer));
        // Two pages that begin in the same moment with the same luck are still two pages.
        let seed = format!("{bits} {} {}", self.page, self.ports.now());
        let name = naming::name(first_eight(&Digest::of(seed.as_bytes())));
        let _claim = self.ports.claim(&claimed(&name)).await;
        let mut rehearsal = Rehearsal::begin(
            name,
            source,
            self.me.clone(),
            self.ports.now(),
            &wanted.scripts,
        );
        let began = self.timer.now();
        // Before anything is sent: should this page go away, its fork is known as ours.
        let noted = self.keep_rehearsal(&rehearsal).await;
        if let Err(error) = self.ask_for_fork(&rehearsal).await {
            // What was not asked for leaves nothing to remember.
            if !error_leaves_doubt(&error) {
                let _ = self.forget_rehearsal(&rehearsal.fork).await;
            }
            return Err(error);
        }
        let stop = watch.stop();
        let made = self.await_fork(&rehearsal, wanted.keep_fork, &*watch).await;
        match made {
            Ok(created_at) => {
                rehearsal.copied_in = Some(millis(self.timer.now().saturating_sub(began)));
                if stop.is_wished() {
                    // What is kept says what it is, even where nothing ran on it.
                    let marked = if wanted.keep_fork {
                        self.mark(&rehearsal.fork).await
                    } else {
                        Ok(())
                    };
                    let script = None;
                    rehearsal.end = match marked {
                        Ok(()) => End::Cancelled { script, came: None },
                        Err(failure) => End::Failed { script, failure },
                    };
                } else {
                    let failure = self
                        .play(&mut rehearsal, created_at, &wanted, watch.clone())
                        .await;
                    if let Err(failure) = failure {
                        let script = None;
                        rehearsal.end = End::Failed { script, failure };
                    }
                }
                rehearsal.fate = if wanted.keep_fork {
                    Fate::Kept
                } else {
                    tell(Stage::Destroying);
                    self.destroy_fork(&rehearsal.fork, Some(created_at)).await
                };
            }
            Err((failure, fate)) => {
                let script = None;
                rehearsal.end = End::Failed { script, failure };
                rehearsal.fate = fate;
            }
        }
        rehearsal.ended = Some(self.ports.now());
        let kept = self.keep_rehearsal(&rehearsal).await;
        let not_kept = kept.and(noted).err();
        if not_kept.is_none() {
            self.forget_old_rehearsals().await;
        }
        Ok(Rehearsed {
            rehearsal,
            not_kept,
        })
    }

    /// The rehearsals that this browser remembers.
    pub async fn rehearsals(&self) -> Result<KeptRehearsals, StoreError> {
        let mut kept = KeptRehearsals::default();
        for text in self.ports.rehearsals().await? {
            match rehearsal::decode(&text) {
                Ok(rehearsal) => kept.rehearsals.push(rehearsal),
                Err(error) => kept.unreadable.push(error.to_string()),
            }
        }
        kept.rehearsals
            .sort_by_key(|rehearsal| std::cmp::Reverse(rehearsal.began));
        Ok(kept)
    }

    /// Forgets a rehearsal. Its fork, where it is still there, stays.
    pub async fn forget_rehearsal(&self, fork: &EnvironmentId) -> Result<(), StoreError> {
        self.ports.forget_rehearsal(fork).await
    }

    async fn keep_rehearsal(&self, rehearsal: &Rehearsal) -> Result<(), StoreError> {
        let text = rehearsal::encode(rehearsal);
        self.ports.keep_rehearsal(&rehearsal.fork, &text).await
    }

    /// Keeps the newest, and those whose fork may still be there. A store that fails here has just worked, and an old
    /// rehearsal too many does no harm.
    async fn forget_old_rehearsals(&self) {
        let Ok(kept) = self.rehearsals().await else {
            return;
        };
        for old in kept.rehearsals.iter().skip(REMEMBERED) {
            if old.fate == Fate::Destroyed {
                let _ = self.forget_rehearsal(&old.fork).await;
            }
        }
    }

    /// Everything between the copy and its end. What goes wrong with a script is in the rehearsal's end; what goes wrong
    /// besides is the error.
    async fn play(
        &self,
        rehearsal: &mut Rehearsal,
        created_at: Timestamp,
        wanted: &Wanted,
        watch: Rc<dyn Watch>,
    ) -> Result<(), Setback> {
        let fork = rehearsal.fork.clone();
        self.mark(&fork).await?;
        let before = self
            .schema(&fork)
            .await
            .map_err(|error| setback("The schema of the copy could not be read", &error))?;
        rehearsal.schema = Some(before.digest());
        let shared = Rc::new(Shared::new(&wanted.consents));
        let played = self
            .run_scripts(&fork, created_at, wanted, &shared, &watch)
            .await?;
        watch.progress(Progress::Rehearsing(Stage::Comparing));
        let mut tally = shared.tally.take();
        self.find_models(&mut tally, &fork, &rehearsal.source).await;
        // A fork that somebody destroyed has no schema to compare with.
        let after = self.schema(&fork).await.ok();
        rehearsal.changes = (after.as_ref()).map(|after| Changes::between(&before, after));
        let after = after.unwrap_or_default();
        for (index, part) in played.parts.iter().enumerate() {
            if let Some(script) = rehearsal.scripts.get_mut(index) {
                script.run = part.told(|millis| tally.run(index, millis, &[&after, &before]));
            }
        }
        rehearsal.round_trip = tally.round_trip();
        rehearsal.held_back = shared.held_back.take();
        if let Some(requests) = shared.limit.get() {
            rehearsal.rate.requests = requests;
        }
        rehearsal.end = played.end;
        Ok(())
    }

    async fn run_scripts(
        &self,
        fork: &EnvironmentId,
        created_at: Timestamp,
        wanted: &Wanted,
        shared: &Rc<Shared>,
        watch: &Rc<dyn Watch>,
    ) -> Result<Played, Setback> {
        let ledger = self
            .ensure_ledger(fork)
            .await
            .map_err(|error| match error {
                Unprepared::Api(error) => {
                    setback("The ledger of migrations could not be prepared", &error)
                }
                Unprepared::Misfit(misfit) => Failure::new(
                    FailureKind::WorldChanged,
                    format!("No script could be entered into the ledger of migrations: {misfit}"),
                ),
            })?;
        let ran = self
            .ledger(fork)
            .await
            .map_err(|error| setback("The ledger of migrations could not be read", &error))?;
        let mut parts = Vec::new();
        for (index, script) in wanted.scripts.iter().enumerate() {
            shared.tally.borrow_mut().begin_script();
            if ran.contains(&script.name) {
                parts.push(Part::RanBefore);
                continue;
            }
            if watch.stop().is_wished() {
                let end = End::Cancelled {
                    script: None,
                    came: None,
                };
                return Ok(Played { parts, end });
            }
            // A fork that went live meanwhile is not written any more.
            if let Some(failure) = self.fork_trouble(fork, created_at, None).await {
                let script = None;
                let end = End::Failed { script, failure };
                return Ok(Played { parts, end });
            }
            watch.progress(Progress::Rehearsing(Stage::Script {
                index,
                of: wanted.scripts.len(),
            }));
            let began = self.timer.now();
            let host = Rc::new(Host::new(
                self.clone(),
                fork.clone(),
                Turn {
                    index,
                    name: script.name.clone(),
                    another: wanted.scripts[index + 1..]
                        .iter()
                        .any(|next| !ran.contains(&next.name)),
                },
                wanted.limits,
                shared.clone(),
                watch.clone(),
            ));
            let came = self
                .ports
                .run(script, Rc::clone(&host) as Rc<dyn ScriptHost>)
                .await;
            let took = self.timer.now().saturating_sub(began);
            // A release whose plan has the consent does not wait for a person.
            let took = millis(took.saturating_sub(host.asked_for()));
            let end = match came {
                Ok(()) => {
                    parts.push(Part::Ran(took));
                    self.enter_rehearsed(fork, &ledger, index, script).await
                }
                Err(stopped @ ScriptFailure::Stopped) => {
                    parts.push(Part::Broken(took));
                    let (came, _) = host.ended(&stopped);
                    Some(End::Cancelled {
                        script: Some(index),
                        came: Some(Box::new(came)),
                    })
                }
                Err(failure) => {
                    parts.push(Part::Broken(took));
                    let ended = host.ended(&failure);
                    // What would have changed the project was held back.
                    let told = script_failed(&script.name, &failure, ended, &Stays::default());
                    // Where the fork is another by now, that is why.
                    let trouble = self
                        .fork_trouble(fork, created_at, Some(&script.name))
                        .await;
                    Some(End::Failed {
                        script: Some(index),
                        failure: trouble.unwrap_or(told),
                    })
                }
            };
            if let Some(end) = end {
                return Ok(Played { parts, end });
            }
        }
        let end = End::AllRan;
        Ok(Played { parts, end })
    }

    /// Writes a script's name into the fork's ledger, since later scripts may look there. The end, where that fails.
    async fn enter_rehearsed(
        &self,
        fork: &EnvironmentId,
        ledger: &str,
        index: usize,
        script: &PlannedScript,
    ) -> Option<End> {
        let own = claimed(fork);
        let entered = self.enter(fork, ledger, &own, &script.name).await;
        let error = entered.err()?;
        let failed = format!(
            "{} ran to its end, but could not be entered into the ledger of the copy",
            script.name
        );
        Some(End::Failed {
            script: Some(index),
            failure: setback(&failed, &error),
        })
    }

    /// Finds out the models of records that no answer showed, on the fork or, for what was deleted there, in primary. A
    /// look that fails leaves them unknown, and the rehearsal says so.
    async fn find_models(&self, tally: &mut Tally, fork: &EnvironmentId, source: &EnvironmentId) {
        for environment in [fork, source] {
            for ids in tally.unknown().chunks(LOOKED_UP) {
                let query = ItemsQuery {
                    ids: ids.to_vec(),
                    ..ItemsQuery::default()
                };
                let scope = self.cma.environment(environment);
                let Ok(items) = scope.items().pages(query).collect().await else {
                    break;
                };
                for item in items {
                    tally.learn(&item.id, &item.item_type);
                }
            }
        }
    }
}

impl Part {
    fn told(self, run: impl FnOnce(i64) -> Run) -> Outcome {
        match self {
            Self::RanBefore => Outcome::RanBefore,
            Self::Ran(millis) => Outcome::Ran(run(millis)),
            Self::Broken(millis) => Outcome::Broken(run(millis)),
        }
    }
}

/// A refusal of the CMS as a failure of the rehearsal.
fn setback(what: &str, error: &ApiError) -> Setback {
    Failure::new(kind_of(error), format!("{what}: {error}{}", advice(error)))
}

/// Whether a fork may come of a request that ended like this.
fn error_leaves_doubt(error: &EngineError) -> bool {
    matches!(error, EngineError::Api(error) if error.outcome_is_unknown())
}

/// What stands for a rehearsal where a release's id is wanted, among the windows of a browser and for the ids of records:
/// the name of its fork.
fn claimed(fork: &EnvironmentId) -> ReleaseId {
    ReleaseId::parse(fork.as_str()).unwrap_or_else(|_| unreachable!("`{fork}` is an id"))
}

fn first_eight(digest: &Digest) -> u64 {
    let bytes = digest.as_bytes().iter().take(8);
    bytes.fold(0, |number, byte| (number << 8) | u64::from(*byte))
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}
