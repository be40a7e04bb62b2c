//! The commands that concern rehearsals: running one, knowing whether the last still holds, destroying what one left.

use std::{collections::BTreeMap, rc::Rc};

use datocms_client::{EnvironmentId, Timestamp};
use slipway_engine::{Stage, Stop};
use slipway_release::{
    Digest, Estimate, PlannedScript, Rehearsal, ScriptIndex,
    rehearsal::{Ran, Wanted},
    view::step::Running,
};

use super::{
    command::Place,
    driver::Driver,
    log_book::LogBook,
    state::{RehearsalUpdate, Remote, Update},
    watcher::Watcher,
};

/// A rehearsal that runs in this page.
#[derive(Debug, Clone)]
pub struct Rehearsing {
    /// Where it is.
    pub stage: Stage,
    /// What it runs, in order.
    pub scripts: Rc<Vec<PlannedScript>>,
    /// What is seen of the running script.
    pub running: Running,
    /// What was seen of the scripts that are over.
    pub over: BTreeMap<ScriptIndex, Ran>,
    /// What the scripts did and said.
    pub lines: LogBook,
    /// What an earlier rehearsal of the same scripts predicts.
    pub estimate: Option<Estimate>,
    /// Whether its copy stays afterwards, however it ends.
    pub keep_fork: bool,
    /// Stops it at the next request.
    pub stop: Stop,
}

impl Rehearsing {
    /// It has come so far, at this moment. A script that was running is over.
    pub(super) fn reach(&mut self, stage: Stage, at: Timestamp) {
        if let Stage::Script { index, .. } = self.stage {
            let ran = Ran {
                calls: self.running.script_calls,
                millis: self.running.script_millis(at).unwrap_or_default(),
            };
            self.over.insert(index, ran);
        }
        self.running = Running {
            busy: true,
            script_began: matches!(stage, Stage::Script { .. }).then_some(at),
            ..Running::default()
        };
        self.stage = stage;
    }
}

impl PartialEq for Rehearsing {
    fn eq(&self, other: &Self) -> bool {
        self.stage == other.stage
            && self.running == other.running
            && self.over == other.over
            && self.lines == other.lines
            && Rc::ptr_eq(&self.scripts, &other.scripts)
            && self.stop.is_wished() == other.stop.is_wished()
    }
}

/// The rehearsals that this browser keeps of the project.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Kept {
    /// All of them, the newest first.
    pub kept: Rc<Vec<Rehearsal>>,
    /// The digest of primary's schema as it was last read; `None` where it was not, or could not be.
    pub schema: Option<Digest>,
    /// The copy that is being destroyed.
    pub destroying: Option<EnvironmentId>,
}

impl Kept {
    /// The newest that came to an end, whatever end.
    pub fn newest(&self) -> Option<&Rehearsal> {
        self.kept.iter().find(|one| one.ended.is_some())
    }

    /// The one that ran on this fork.
    pub fn of(&self, fork: &EnvironmentId) -> Option<&Rehearsal> {
        self.kept.iter().find(|one| one.fork == *fork)
    }

    /// Adds what came of one, in the place of what was known of it before.
    pub(super) fn add(&mut self, rehearsal: Rehearsal) {
        let kept = Rc::make_mut(&mut self.kept);
        kept.retain(|known| known.fork != rehearsal.fork);
        kept.push(rehearsal);
        kept.sort_by_key(|one| std::cmp::Reverse(one.began));
    }

    /// The newest in which every script came to its end, and which still holds for a release of these scripts from this
    /// environment. One that was stopped or that failed since takes nothing from it.
    pub fn holding(&self, source: &EnvironmentId, scripts: &[PlannedScript]) -> Option<&Rehearsal> {
        self.kept.iter().find(|one| {
            let is_complete = one.estimate().is_some();
            is_complete && one.staleness(Some(scripts), source, self.schema).is_empty()
        })
    }
}

impl Driver {
    /// Runs the pending scripts on a throw-away copy of primary.
    pub(super) async fn rehearse(&self, keep_fork: bool) {
        let state = self.now();
        let (Some(folder), None, None) = (
            state.folder.ready(),
            state.rehearsing.as_ref(),
            state.performing.as_ref(),
        ) else {
            return;
        };
        let primary = state.world.ready().and_then(|world| world.primary());
        let Some(source) = primary.map(|primary| primary.id.clone()) else {
            return self.trouble("The primary environment cannot be seen with this role.");
        };
        let stop = Stop::new();
        let rehearsing = Rehearsing {
            stage: Stage::Preparing,
            scripts: Rc::new(folder.pending.clone()),
            running: Running::default(),
            over: BTreeMap::new(),
            lines: LogBook::default(),
            estimate: state
                .rehearsals
                .holding(&source, &folder.pending)
                .and_then(Rehearsal::estimate),
            keep_fork,
            stop: stop.clone(),
        };
        let begins = RehearsalUpdate::Begins(Box::new(rehearsing));
        self.update(Update::Rehearsal(begins));
        let wanted = Wanted {
            scripts: folder.pending.clone(),
            consents: state.consents.iter().cloned().collect(),
            limits: slipway_release::Limits::default(),
            keep_fork,
        };
        let watch = Rc::new(Watcher {
            plugin: self.plugin.clone(),
            source,
            state: self.state.clone(),
            stop,
        });
        match self.engine.rehearse(wanted, watch).await {
            Ok(done) => {
                self.update(Update::Rehearsal(RehearsalUpdate::Done(Box::new(
                    done.rehearsal,
                ))));
                let not_kept = done.not_kept.map(|error| {
                    format!(
                        "The rehearsal is shown here, and gone when this page is closed: {error}."
                    )
                });
                self.update(Update::Rehearsal(RehearsalUpdate::Ends(not_kept)));
            }
            Err(error) => self.update(Update::Rehearsal(RehearsalUpdate::Ends(Some(
                error.to_string(),
            )))),
        }
        self.read_source_schema().await;
        self.look().await;
    }

    /// Reads the kept ones along with the first look: the list of releases tells whose the copies are that were left. A
    /// browser that keeps nothing is no trouble there.
    pub(super) async fn recall_with_first_look(&self) {
        if self.now().world == Remote::Idle
            && let Ok(kept) = self.engine.rehearsals().await
        {
            self.update(Update::Rehearsal(RehearsalUpdate::Kept(kept.rehearsals)));
        }
    }

    /// Reads the kept ones for a page of a new release that is opened by its address. Once: the way there from another page
    /// reads them too.
    pub(super) async fn recall_rehearsals_of_address(&self) {
        let settings = self.plugin.settings();
        let datocms_plugin::Mode::RenderPage { location, .. } = &settings.mode else {
            return;
        };
        let is_there = Place::from_query(&location.search) == Place::NewRelease;
        let is_known = self.now().world.ready().is_some();
        if is_there && is_known && !self.rehearsals_read.replace(true) {
            self.recall_rehearsals().await;
        }
    }

    /// Reads what this browser keeps, and whether primary's schema is still the one that was rehearsed.
    pub(super) async fn recall_rehearsals(&self) {
        match self.engine.rehearsals().await {
            Ok(kept) => {
                self.update(Update::Rehearsal(RehearsalUpdate::Kept(kept.rehearsals)));
                if let Some(unreadable) = kept.unreadable.first() {
                    self.trouble(format!(
                        "A rehearsal kept in this browser cannot be read: {unreadable}."
                    ));
                }
            }
            Err(error) => self.trouble(format!("Rehearsals of before cannot be shown: {error}.")),
        }
        self.read_source_schema().await;
    }

    /// Reads the schema of primary, where there is a rehearsal to compare it with. Without it the rehearsal is shown as
    /// one of which nobody knows whether it still holds.
    pub(super) async fn read_source_schema(&self) {
        let state = self.now();
        let primary = state.world.ready().and_then(|world| world.primary());
        if let (Some(primary), Some(_)) = (primary, state.rehearsals.newest()) {
            let schema = self.engine.schema(&primary.id).await;
            self.update(Update::Rehearsal(RehearsalUpdate::Schema(
                schema.ok().map(|schema| schema.digest()),
            )));
        }
    }

    /// What a release of these scripts is expected to take, by the rehearsal that holds for them. Primary's schema is read
    /// again for it: a colleague may have changed it since the page was opened.
    ///
    /// # Errors
    ///
    /// Where the page shows a prediction that does not hold any more, as a sentence. By then it is shown no longer.
    pub(super) async fn estimate(
        &self,
        source: &EnvironmentId,
        scripts: &[PlannedScript],
    ) -> Result<Option<Estimate>, String> {
        let shown = self.now().rehearsals.holding(source, scripts).cloned();
        let Some(shown) = shown else {
            return Ok(None);
        };
        self.read_source_schema().await;
        let rehearsals = &self.now().rehearsals;
        if let Some(holding) = rehearsals.holding(source, scripts) {
            return Ok(holding.estimate());
        }
        let stale = shown.staleness(Some(scripts), source, rehearsals.schema);
        let stale: Vec<String> = stale.iter().map(ToString::to_string).collect();
        Err(format!(
            "{} What was predicted does not hold any more, and nothing was put on record. Rehearse again, or create the release without a prediction.",
            stale.join(" ")
        ))
    }

    /// Destroys a copy that a rehearsal left, once a person has agreed.
    pub(super) async fn destroy_fork(&self, fork: EnvironmentId) {
        let content = format!(
            "{fork} is destroyed with everything in it. It was made for a rehearsal; primary and every other environment stay as they are."
        );
        if !self
            .confirm("Destroy this copy?", &content, "Destroy")
            .await
        {
            return;
        }
        self.update(Update::Rehearsal(RehearsalUpdate::Destroying(Some(
            fork.clone(),
        ))));
        if let Err(error) = self.engine.destroy_rehearsal(&fork).await {
            self.trouble(error);
        }
        self.update(Update::Rehearsal(RehearsalUpdate::Destroying(None)));
        self.recall_rehearsals().await;
        self.look().await;
    }
}
