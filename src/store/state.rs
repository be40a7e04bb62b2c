//! What the pages draw from, and the one place where it changes.

use std::{
    collections::{BTreeMap, BTreeSet},
    rc::Rc,
};

use super::{
    consents::Asking,
    rehearsals::{Kept, Rehearsing},
};
use datocms_client::{BuildTrigger, EnvironmentId, Timestamp};
use slipway_engine::{Stage, Stop};
use slipway_release::{
    AtWork, Consent, Digest, Rehearsal, Release, ReleaseId, ScriptIndex, Step, drift::Drift,
    journal, observed::Observed, plan::FolderReading, view::action::Action, view::outlook::Outlook,
    view::step::Running,
};
use slipway_scripts::Survey;

use super::log_book::{LogBook, LogLine};

/// Something that has to be fetched.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Remote<T> {
    /// Nobody asked for it.
    #[default]
    Idle,
    /// It is on its way.
    Loading,
    /// Here it is.
    Ready(T),
    /// It could not be had; the text is a sentence for the person.
    Failed(String),
}

impl<T> Remote<T> {
    /// The thing itself, if it is there.
    pub fn ready(&self) -> Option<&T> {
        match self {
            Self::Ready(value) => Some(value),
            Self::Idle | Self::Loading | Self::Failed(_) => None,
        }
    }
}

/// Everything the pages draw from.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct State {
    /// The last look at the project.
    pub world: Remote<Rc<Observed>>,
    /// Whether a newer look is on its way.
    pub looking: bool,
    /// The step this page is performing.
    pub performing: Option<Performing>,
    /// The button of a release that was pressed and is not done yet: its dialog is being prepared or asked, or
    /// something beside a step takes its time.
    pub pressed: Option<(ReleaseId, Action)>,
    /// What scripts did and said since this page was opened: the last run of each, of one release.
    pub lines: LogBook,
    /// Whose scripts.
    pub lines_of: Option<ReleaseId>,
    /// What went wrong last, as a sentence; gone when the person dismisses it or acts again.
    pub trouble: Option<String>,
    /// The migration files a person chose.
    pub folder: Remote<Rc<Folder>>,
    /// The name of a folder chosen earlier, which this browser lends again when the person allows it.
    pub remembered: Option<String>,
    /// What the person allowed their scripts to handle of the whole project.
    pub consents: BTreeSet<Consent>,
    /// What a running script asks, until it is answered.
    pub asking: Option<Asking>,
    /// The rehearsal that runs in this page.
    pub rehearsing: Option<Rehearsing>,
    /// The rehearsals that this browser keeps.
    pub rehearsals: Kept,
    /// What scripts did and said in the rehearsals of this page, by the names of their forks.
    pub rehearsed_lines: BTreeMap<EnvironmentId, LogBook>,
    /// The changes that a promotion or rollback of a release would leave behind.
    pub drift: BTreeMap<ReleaseId, Remote<Rc<Drift>>>,
    /// The project's build triggers.
    pub build_triggers: Remote<Rc<Vec<BuildTrigger>>>,
    /// Build triggers fired from this page.
    pub fired: BTreeMap<String, Firing>,
    /// The query box's answers.
    pub answers: Remote<Rc<QueryAnswers>>,
    /// What requests wait for before they are sent again, oldest first.
    pub waiting: Vec<Waiting>,
}

/// A request that waits before it is sent again, because the CMS failed, refused or did not answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// Tells it from other waits.
    pub id: u64,
    /// Method and path.
    pub request: String,
    /// Why, as a clause.
    pub reason: String,
    /// The attempt that follows, and how many there are.
    pub attempt: (u32, u32),
    /// When it is sent again.
    pub until: Timestamp,
}

/// A step that is being performed by this page.
#[derive(Debug, Clone)]
pub struct Performing {
    /// Of which release.
    pub release: ReleaseId,
    /// What is known beyond the log.
    pub running: Running,
    /// Stops the running script at its next request.
    pub stop: Stop,
}

impl PartialEq for Performing {
    fn eq(&self, other: &Self) -> bool {
        self.release == other.release
            && self.running == other.running
            && self.stop.is_wished() == other.stop.is_wished()
    }
}

/// What became of firing a build trigger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Firing {
    /// The CMS has not answered yet.
    UnderWay,
    /// The CMS took it.
    Done,
    /// It was not fired; the text is a sentence for the person.
    Failed(String),
}

/// The chosen migration files, read against primary's ledger.
#[derive(Debug, Clone, PartialEq)]
pub struct Folder {
    /// Where they come from: a folder's name, "3 files", an address.
    pub origin: String,
    /// Which folder of it holds the migrations, and why that one.
    pub found: Survey,
    /// Which are pending, applied, misnamed, missing. Nothing while `found` names no folder.
    pub reading: FolderReading,
    /// What looks wrong with the folder as a whole.
    pub alarms: Vec<slipway_release::alarms::Alarm>,
    /// Sentences about pending files that cannot run, by file name.
    pub problems: Vec<(String, String)>,
    /// What the pending scripts will ask of the whole project.
    pub outlook: Outlook,
    /// The pending scripts with their hashes, ready to be planned.
    pub pending: Vec<slipway_release::PlannedScript>,
}

impl Folder {
    /// Whether it is known where the migrations are.
    pub fn is_settled(&self) -> bool {
        self.found.directory.is_some()
    }

    /// The model that the team's configuration keeps the ledger in, where that is not `ours`: each tool would believe that
    /// the other's migrations never ran.
    pub fn other_ledger(&self, ours: &str) -> Option<&str> {
        let theirs = self.found.ledger_model.as_deref();
        theirs.filter(|theirs| *theirs != ours)
    }
}

/// One query's answers from both environments, as text ready to show.
#[derive(Debug, Clone, PartialEq)]
pub struct QueryAnswers {
    /// From primary: pretty JSON, or a sentence why not.
    pub primary: Result<String, String>,
    /// From the sandbox.
    pub sandbox: Result<String, String>,
}

/// A change of the state.
#[derive(Debug)]
pub enum Update {
    /// A look at the project began.
    Looking,
    /// It ended.
    Looked(Result<Observed, String>),
    /// A release's log grew.
    Recorded(Box<Release>),
    /// A button of a release was pressed, or is done.
    Pressed(Option<(ReleaseId, Action)>),
    /// A step began.
    Performing(Performing),
    /// The fork got on.
    Forking(Option<f64>),
    /// A script did and said these things.
    Lines(Vec<LogLine>),
    /// The step ended, well or with a sentence.
    Performed(Option<String>),
    /// Something went wrong outside a step.
    Trouble(String),
    /// The person has read what went wrong.
    TroubleRead,
    /// The chosen files.
    Folder(Remote<Rc<Folder>>),
    /// A folder chosen earlier can be had, or cannot.
    Remembered(Option<String>),
    /// A pending script may handle something of the whole project, or may not.
    Allowed(Consent, bool),
    /// A running script asks.
    Asks(Asking),
    /// It has its answer, or needs none any more.
    Answered(Timestamp),
    /// A script of a release is about to run.
    ScriptRuns(Timestamp),
    /// Something about rehearsals.
    Rehearsal(RehearsalUpdate),
    /// What a promotion or rollback would leave behind.
    Drift(ReleaseId, Remote<Rc<Drift>>),
    /// The build triggers.
    BuildTriggers(Remote<Rc<Vec<BuildTrigger>>>),
    /// What became of firing a build trigger.
    Fired(String, Firing),
    /// The query box's answers.
    Answers(Remote<Rc<QueryAnswers>>),
    /// A request waits before it is sent again.
    Waiting(Waiting),
    /// It waits no longer.
    WaitOver(u64),
}

/// A change of what is known about rehearsals.
#[derive(Debug)]
pub enum RehearsalUpdate {
    /// A rehearsal began.
    Begins(Box<Rehearsing>),
    /// It got on, at this moment.
    Reaches(Stage, Timestamp),
    /// It is over, or could not be begun, with a sentence why.
    Ends(Option<String>),
    /// What came of one.
    Done(Box<Rehearsal>),
    /// The rehearsals that this browser keeps.
    Kept(Vec<Rehearsal>),
    /// The digest of primary's schema, where it could be read.
    Schema(Option<Digest>),
    /// A copy is being destroyed, or is no longer.
    Destroying(Option<EnvironmentId>),
}

impl State {
    /// The state after one more change.
    pub(super) fn apply(mut self, update: Update) -> Self {
        let state = &mut self;
        match update {
            Update::Looking => {
                state.looking = true;
                if matches!(state.world, Remote::Idle | Remote::Failed(_)) {
                    state.world = Remote::Loading;
                }
            }
            Update::Looked(Ok(world)) => {
                state.looking = false;
                state.world = Remote::Ready(Rc::new(keep_longer_logs(world, &state.world)));
            }
            Update::Looked(Err(sentence)) => {
                state.looking = false;
                match &state.world {
                    // An old picture is better than none; the trouble is told beside it.
                    Remote::Ready(_) => state.trouble = Some(sentence),
                    Remote::Idle | Remote::Loading | Remote::Failed(_) => {
                        state.world = Remote::Failed(sentence);
                    }
                }
            }
            Update::Recorded(release) => {
                let latest = release.log().last().and_then(|entry| entry.event.started());
                if let Some(Step::Migrate(index)) = latest {
                    state.script_begins(index);
                }
                if let Remote::Ready(world) = &mut state.world {
                    put(Rc::make_mut(world), *release);
                }
            }
            Update::Pressed(pressed) => state.pressed = pressed,
            Update::Performing(performing) => {
                state.trouble = None;
                if state.lines_of.as_ref() != Some(&performing.release) {
                    state.lines = LogBook::default();
                    state.lines_of = Some(performing.release.clone());
                }
                state.performing = Some(performing);
            }
            Update::Forking(percent) => {
                if let Some(performing) = &mut state.performing {
                    performing.running.fork_percent = percent;
                }
            }
            Update::Lines(lines) => state.hear(lines),
            Update::Performed(trouble) => {
                state.performing = None;
                state.trouble = trouble;
            }
            Update::Trouble(sentence) => state.trouble = Some(sentence),
            Update::TroubleRead => state.trouble = None,
            Update::Remembered(name) => state.remembered = name,
            Update::Folder(folder) => {
                // A changed file may ask for the same for another reason.
                state.consents.clear();
                state.folder = folder;
            }
            Update::Allowed(consent, true) => {
                state.consents.insert(consent);
            }
            Update::Allowed(consent, false) => {
                state.consents.remove(&consent);
            }
            Update::Asks(asking) => {
                if let Some(running) = state.running_script() {
                    running.waits_since = Some(asking.since);
                }
                state.asking = Some(asking);
            }
            Update::Answered(at) => {
                state.asking = None;
                if let Some(running) = state.running_script() {
                    running.go_on(at);
                }
            }
            Update::ScriptRuns(at) => {
                if let Some(running) = state.running_script() {
                    running.script_began = Some(at);
                }
            }
            Update::Rehearsal(update) => state.rehearse(update),
            Update::Drift(release, drift) => {
                state.drift.insert(release, drift);
            }
            Update::BuildTriggers(triggers) => state.build_triggers = triggers,
            Update::Fired(id, outcome) => {
                state.fired.insert(id, outcome);
            }
            Update::Answers(answers) => state.answers = answers,
            Update::Waiting(waiting) => state.waiting.push(waiting),
            Update::WaitOver(id) => state.waiting.retain(|waiting| waiting.id != id),
        }
        self
    }

    fn rehearse(&mut self, update: RehearsalUpdate) {
        match update {
            RehearsalUpdate::Begins(rehearsing) => {
                self.trouble = None;
                self.rehearsing = Some(*rehearsing);
            }
            RehearsalUpdate::Reaches(stage, at) => {
                if let Some(rehearsing) = &mut self.rehearsing {
                    rehearsing.reach(stage, at);
                }
            }
            RehearsalUpdate::Ends(trouble) => {
                self.rehearsing = None;
                self.trouble = trouble;
            }
            RehearsalUpdate::Done(rehearsal) => {
                if let Some(rehearsing) = &self.rehearsing {
                    let lines = rehearsing.lines.clone();
                    self.rehearsed_lines.insert(rehearsal.fork.clone(), lines);
                }
                self.rehearsals.add(*rehearsal);
            }
            RehearsalUpdate::Kept(kept) => {
                for rehearsal in kept {
                    self.rehearsals.add(rehearsal);
                }
            }
            RehearsalUpdate::Schema(schema) => self.rehearsals.schema = schema,
            RehearsalUpdate::Destroying(fork) => self.rehearsals.destroying = fork,
        }
    }

    /// The script that runs did and said these things.
    fn hear(&mut self, lines: Vec<LogLine>) {
        for line in lines {
            if let (LogLine::Call(_), Some(running)) = (&line, self.running_script()) {
                running.script_calls += 1;
            }
            match &mut self.rehearsing {
                Some(rehearsing) => rehearsing.lines.push(line),
                None => self.lines.push(line),
            }
        }
    }

    /// What is seen of the script that runs in this page, of a rehearsal or of a release.
    fn running_script(&mut self) -> Option<&mut Running> {
        match (&mut self.rehearsing, &mut self.performing) {
            (Some(rehearsing), _) => Some(&mut rehearsing.running),
            (None, Some(performing)) => Some(&mut performing.running),
            (None, None) => None,
        }
    }

    /// Counts from nought, and forgets what an earlier run of the same script did.
    fn script_begins(&mut self, index: ScriptIndex) {
        if let Some(performing) = &mut self.performing {
            performing.running = Running {
                busy: performing.running.busy,
                ..Running::default()
            };
        }
        self.lines.forget(index);
    }
}

/// A look that began before an entry was written must not take that entry back.
fn keep_longer_logs(mut world: Observed, before: &Remote<Rc<Observed>>) -> Observed {
    if let Remote::Ready(before) = before {
        for release in &before.releases {
            let known = world
                .releases
                .iter()
                .find(|known| known.plan().id == release.plan().id);
            let believed = match known {
                Some(known) => journal::reconcile(known.clone(), release.clone()),
                None => release.clone(),
            };
            put(&mut world, believed);
        }
    }
    world
}

fn put(world: &mut Observed, release: Release) {
    match world
        .releases
        .iter_mut()
        .find(|known| known.plan().id == release.plan().id)
    {
        Some(known) => *known = release,
        None => world.releases.insert(0, release),
    }
}

impl State {
    /// The release of this id.
    pub fn release(&self, id: &ReleaseId) -> Option<&Release> {
        self.world
            .ready()?
            .releases
            .iter()
            .find(|release| release.plan().id == *id)
    }

    /// Whether something would be left half-way were this page closed: editors who wait, or a copy that nobody destroys.
    pub fn must_not_be_left(&self) -> bool {
        self.rehearsing.is_some() || self.keeps_editors_waiting()
    }

    /// Whether a release under way keeps the project frozen.
    pub fn keeps_editors_waiting(&self) -> bool {
        let release = self.world.ready().and_then(|world| world.under_way());
        release.is_some_and(Release::holds_freeze)
    }

    /// The page other than this one that holds a release.
    pub fn at_work(&self, id: &ReleaseId) -> Option<&AtWork> {
        self.world.ready()?.at_work.get(id)
    }

    /// What is known of a release's running step beyond its log.
    pub fn running(&self, id: &ReleaseId) -> Running {
        self.performing
            .as_ref()
            .filter(|performing| performing.release == *id)
            .map(|performing| performing.running.clone())
            .unwrap_or_default()
    }
}

/// The moment the browser believes it is.
pub fn now() -> Timestamp {
    crate::ports::clock::now()
}
