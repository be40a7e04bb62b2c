//! A person who wants a release to go live and then to be rolled back, and who does what a person
//! would: looks, presses on, decides, and after any trouble looks again.

use std::time::Duration;

use datocms_client::EnvironmentId;
use slipway_engine::EngineError;
use slipway_release::{Approval, Event, Failure, FailureKind, Phase, Release, Step};

use super::{
    life::Doing,
    page::{Profile, Window},
    world::World,
};

/// What goes by between two presses of a button.
const PACE: Duration = Duration::from_secs(5);

/// More than anybody needs: whoever does so much has lost the way.
const PATIENCE: usize = 60;

/// One thing the person did or saw.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Deed {
    /// No release is on record.
    FoundNothing { frozen: bool },
    /// The place that may tell of a release could not be read.
    CouldNotRead(String),
    /// This is where the release stood.
    Found(Phase),
    /// Took off a freeze that nobody owned.
    LiftedFreeze,
    /// Put the plan on record.
    Planned,
    /// Pressed on, and the release moved.
    Moved { from: Phase, to: Phase },
    /// Pressed on with the fork, and the copy was there already.
    AdoptedTheCopy,
    /// Took the release over from another page.
    TookOver,
    /// Waited, because another window of the same browser was at it.
    Waited,
    /// Turned maintenance mode on again that somebody had turned off.
    FrozeAgain,
    /// Deleted an environment that had the sandbox's name and that nobody knew anything of.
    Tidied,
    /// Chose a fresh fork.
    Restarted,
    /// Approved what was on the screen.
    Approved,
    /// Asked for the old primary.
    AskedForRollBack,
    /// Nothing came of it, for this reason; the person looks again.
    Stopped(EngineError),
}

/// A person at a page.
pub(crate) struct Person<'a> {
    world: &'a World,
    pub(crate) window: Window,
    pub(crate) deeds: Vec<Deed>,
    /// Whether the person deletes an environment by hand that has the sandbox's name and that no
    /// release on record made.
    pub(crate) tidies: bool,
    /// The release as the page last heard of it while a step was performed.
    heard: Option<Release>,
}

impl<'a> Person<'a> {
    /// Opens the page.
    pub(crate) fn at(world: &'a World, profile: &Profile, name: &str) -> Self {
        let me = slipway_release::Person {
            id: name.to_lowercase(),
            name: name.to_owned(),
        };
        Self {
            world,
            window: world.window(profile, me),
            deeds: Vec::new(),
            heard: None,
            tidies: false,
        }
    }

    /// Goes on until the release is live and rolled back again, and says how it went if it cannot.
    pub(crate) async fn finish(&mut self) -> Result<Release, String> {
        while self.deeds.len() < PATIENCE {
            // On the heap: unoptimised, the future is larger than a test's stack likes.
            match Box::pin(self.go_on()).await {
                Ok(Some(release)) => return Ok(release),
                Ok(None) => {}
                Err(EngineError::Held { .. }) => self.deeds.push(Deed::Waited),
                Err(error) => self.deeds.push(Deed::Stopped(error)),
            }
            self.world.time.pass(PACE);
        }
        Err(format!("never came to an end: {:#?}", self.deeds))
    }

    /// Looks. The release on record, if there is one.
    pub(crate) async fn look(&mut self) -> Result<Option<Release>, EngineError> {
        self.window.life.begin(Doing::Look);
        let observed = self.window.engine.observe().await?;
        let found = observed.releases.into_iter().next();
        if let Some(release) = &found {
            self.deeds.push(Deed::Found(release.phase().clone()));
        }
        Ok(found)
    }

    /// Nothing came of it.
    pub(crate) fn was_told(&mut self, error: EngineError) {
        self.deeds.push(Deed::Stopped(error));
    }

    /// Lets a little time go by.
    pub(crate) fn pause(&self) {
        self.world.time.pass(PACE);
    }

    /// Looks, and does what follows from it. The release, once it is rolled back.
    async fn go_on(&mut self) -> Result<Option<Release>, EngineError> {
        let engine = &self.window.engine;
        self.window.life.begin(Doing::Look);
        let observed = engine.observe().await?;
        let found = observed.releases.into_iter().next();
        if found.is_none()
            && let Some(journal) = observed.unreadable.into_iter().next()
        {
            self.deeds.push(Deed::CouldNotRead(journal.place));
            return Ok(None);
        }
        let mut release = if let Some(release) = found {
            self.deeds.push(Deed::Found(release.phase().clone()));
            release
        } else {
            let frozen = observed.frozen;
            self.deeds.push(Deed::FoundNothing { frozen });
            if frozen {
                engine.lift_orphaned_freeze().await?;
                self.deeds.push(Deed::LiftedFreeze);
                return Ok(None);
            }
            self.window.life.begin(Doing::Plan);
            let release = engine.begin(self.world.plan(engine)).await?;
            self.deeds.push(Deed::Planned);
            release
        };
        while release.phase() != &Phase::RolledBack {
            if self.deeds.len() > PATIENCE {
                return Ok(None);
            }
            release = match self.press(release.clone()).await {
                // The log is as far as the page last heard.
                Err(EngineError::Held { .. }) => {
                    let latest = self.heard.take().unwrap_or(release);
                    self.take_over(latest).await?
                }
                other => other?,
            };
            self.pause();
        }
        Ok(Some(release))
    }

    /// Presses the button that the release's phase offers.
    pub(crate) async fn press(&mut self, release: Release) -> Result<Release, EngineError> {
        let phase = release.phase().clone();
        match &phase {
            Phase::Review => self.approve(release).await,
            Phase::Live => self.ask_for_roll_back(release).await,
            Phase::Failed { failure, .. }
                if self.tidies && failure.kind == FailureKind::NameTaken =>
            {
                self.tidy(release.plan().sandbox.clone()).await?;
                self.advance(release).await
            }
            Phase::Failed { .. } if phase.may_refreeze() => self.freeze_again(release).await,
            Phase::Failed { failure, .. } if !failure.kind.may_retry() => {
                self.window.life.begin(Doing::Decide);
                let engine = &self.window.engine;
                let release = engine.decide(release, Event::RestartRequested).await?;
                self.deeds.push(Deed::Restarted);
                Ok(release)
            }
            Phase::Ready(_) | Phase::InDoubt(_) | Phase::Failed { .. } | Phase::Stuck { .. } => {
                self.advance(release).await
            }
            Phase::Abandoned | Phase::RolledBack => Err(EngineError::NothingToDo),
        }
    }

    async fn advance(&mut self, release: Release) -> Result<Release, EngineError> {
        let from = release.phase().clone();
        self.window.life.begin(Doing::at(&from));
        let engine = &self.window.engine;
        let forks = self.world.traffic.forks();
        let watch = self.window.watch();
        let moved = engine.advance(release, watch.clone()).await;
        self.heard = watch.latest();
        self.world.traffic.ended(self.window.life.seat);
        let release = moved?;
        let to = release.phase().clone();
        let forked = from == Phase::Ready(Step::Fork) && to == Phase::Ready(Step::Migrate(0));
        self.deeds.push(Deed::Moved { from, to });
        if forked && self.world.traffic.forks() == forks {
            self.deeds.push(Deed::AdoptedTheCopy);
        }
        Ok(release)
    }

    /// Takes the release over from whoever has it.
    pub(crate) async fn take_over(&mut self, release: Release) -> Result<Release, EngineError> {
        self.window.life.begin(Doing::TakeOver);
        let before = release.log().len();
        let release = self.window.engine.take_over(release).await?;
        if release.log().len() > before {
            self.deeds.push(Deed::TookOver);
        }
        self.world.traffic.taken_over();
        Ok(release)
    }

    /// What the message of a name that is taken asks for.
    async fn tidy(&mut self, environment: EnvironmentId) -> Result<(), EngineError> {
        self.world
            .cma()
            .environments()
            .destroy(&environment)
            .await?;
        self.world.tidied.set(self.world.tidied.get() + 1);
        self.deeds.push(Deed::Tidied);
        Ok(())
    }

    async fn freeze_again(&mut self, release: Release) -> Result<Release, EngineError> {
        let Some(step) = release.phase().step() else {
            return Err(EngineError::NothingToDo);
        };
        self.window.life.begin(Doing::Step(step));
        let engine = &self.window.engine;
        let frozen = engine.refreeze(release, false).await;
        self.world.traffic.ended(self.window.life.seat);
        self.deeds.push(Deed::FrozeAgain);
        frozen
    }

    async fn approve(&mut self, release: Release) -> Result<Release, EngineError> {
        self.window.life.begin(Doing::Approve);
        let engine = &self.window.engine;
        let drift = engine.left_behind(&release).await?;
        let approval = Approval {
            plan: release.plan().digest(),
            drift: drift.digest(),
        };
        let approved = Event::Approved {
            approval,
            waived: drift.waived(),
            reason: String::new(),
        };
        let release = engine.decide(release, approved).await?;
        self.deeds.push(Deed::Approved);
        Ok(release)
    }

    async fn ask_for_roll_back(&mut self, release: Release) -> Result<Release, EngineError> {
        self.window.life.begin(Doing::Decide);
        let engine = &self.window.engine;
        let seen = engine.left_behind(&release).await?;
        let reason = "the site is down".to_owned();
        let release = engine.roll_back(release, true, reason, &seen).await?;
        self.deeds.push(Deed::AskedForRollBack);
        Ok(release)
    }
}

impl Deed {
    /// Whether this is what happens when nothing goes wrong.
    fn is_routine(&self) -> bool {
        match self {
            Self::Planned | Self::Approved | Self::AskedForRollBack => true,
            Self::Moved { from, to } => {
                matches!(from, Phase::Ready(_))
                    && matches!(
                        to,
                        Phase::Ready(_) | Phase::Review | Phase::Live | Phase::RolledBack
                    )
            }
            Self::FoundNothing { .. }
            | Self::CouldNotRead(_)
            | Self::Found(_)
            | Self::LiftedFreeze
            | Self::AdoptedTheCopy
            | Self::FrozeAgain
            | Self::Tidied
            | Self::TookOver
            | Self::Waited
            | Self::Restarted
            | Self::Stopped(_) => false,
        }
    }

    fn words(&self) -> String {
        match self {
            Self::FoundNothing { frozen: false } => {
                "finds nothing of it and nothing changed".to_owned()
            }
            Self::FoundNothing { frozen: true } => "finds a freeze that nobody owns".to_owned(),
            Self::CouldNotRead(place) => {
                format!("is told that the journal in {place} cannot be read")
            }
            Self::Found(phase) => format!("finds {}", standing(phase)),
            Self::LiftedFreeze => "lifts it".to_owned(),
            Self::Planned => "plans it anew".to_owned(),
            Self::AdoptedTheCopy => {
                "finds the copy made already and goes on without a second fork".to_owned()
            }
            Self::TookOver => "takes the release over".to_owned(),
            Self::FrozeAgain => "freezes again".to_owned(),
            Self::Tidied => "deletes the environment that nobody knows".to_owned(),
            Self::Waited => "waits for the other window".to_owned(),
            Self::Restarted => "starts again on a fresh fork".to_owned(),
            Self::Approved => "approves".to_owned(),
            Self::AskedForRollBack => "asks for the rollback".to_owned(),
            Self::Stopped(error) => format!("is told “{error}”"),
            Self::Moved { from, to } => moved(from, to),
        }
    }
}

/// Where a release stands, as the object of "finds".
fn standing(phase: &Phase) -> String {
    match phase {
        Phase::Ready(step) => format!("“{step}” next"),
        Phase::InDoubt(step) => format!("“{step}” in doubt"),
        Phase::Review => "it waiting for review".to_owned(),
        Phase::Failed { step, failure } => format!("“{step}” failed ({})", kind(failure)),
        Phase::Stuck { step, failure } => format!("“{step}” stuck ({})", kind(failure)),
        Phase::Live => "it live".to_owned(),
        Phase::Abandoned => "it given up".to_owned(),
        Phase::RolledBack => "it rolled back".to_owned(),
    }
}

fn moved(from: &Phase, to: &Phase) -> String {
    match (from, to) {
        (Phase::InDoubt(step), Phase::Ready(next)) if step == next => undone(*step).to_owned(),
        (Phase::InDoubt(_), Phase::Failed { failure, .. })
            if failure.kind == FailureKind::ScriptInterrupted =>
        {
            "cannot tell how far the script came".to_owned()
        }
        (Phase::InDoubt(_), Phase::Failed { .. } | Phase::Stuck { .. }) => {
            format!("looks: {}", standing(to))
        }
        (Phase::InDoubt(step), _) => done(*step).to_owned(),
        (Phase::Ready(Step::Discard(_)), _) => "the half-done copy is destroyed".to_owned(),
        (_, Phase::Review) if *from == Phase::Ready(Step::Promote) => {
            "is asked to approve again".to_owned()
        }
        (_, Phase::Failed { step, failure } | Phase::Stuck { step, failure }) => {
            format!("is told that “{step}” failed ({})", kind(failure))
        }
        (Phase::Failed { step, .. } | Phase::Stuck { step, .. }, _) => {
            format!("tries “{step}” again")
        }
        (
            Phase::Ready(_) | Phase::Review | Phase::Live | Phase::Abandoned | Phase::RolledBack,
            _,
        ) => {
            format!("goes on to {}", standing(to))
        }
    }
}

/// What a look at the project shows that did happen.
fn done(step: Step) -> &'static str {
    match step {
        Step::Freeze | Step::FreezeAgain => "sees that primary is frozen",
        Step::Fork => "sees the copy and goes on without a second fork",
        Step::Migrate(_) => "sees the script in the ledger and does not run it again",
        Step::Promote => "sees that the sandbox is primary",
        Step::Unfreeze | Step::Reopen | Step::Thaw => "sees that primary is open",
        Step::Discard(_) => "sees that the copy is gone",
        Step::Restore => "sees that the old primary is back",
    }
}

/// What a look at the project shows that did not.
fn undone(step: Step) -> &'static str {
    match step {
        Step::Freeze | Step::FreezeAgain => "sees that primary is not frozen",
        Step::Fork => "sees no copy",
        Step::Migrate(_) => "sees that the script did not run",
        Step::Promote => "sees that the old primary still is primary",
        Step::Unfreeze | Step::Reopen | Step::Thaw => "sees that primary still is frozen",
        Step::Discard(_) => "sees that the copy still is there",
        Step::Restore => "sees that the sandbox still is primary",
    }
}

/// The kind of a failure in words: its name, taken apart.
fn kind(failure: &Failure) -> String {
    let mut words = String::new();
    for letter in format!("{:?}", failure.kind).chars() {
        if letter.is_uppercase() && !words.is_empty() {
            words.push(' ');
        }
        words.extend(letter.to_lowercase());
    }
    words
}

/// What the deeds add up to, in one sentence: everything up to the last thing that was out of the ordinary.
pub(crate) fn story(deeds: &[Deed]) -> String {
    let last = deeds
        .iter()
        .rposition(|deed| !deed.is_routine())
        .unwrap_or_default();
    let mut parts: Vec<String> = Vec::new();
    for (place, deed) in deeds.iter().enumerate() {
        let starts_over = matches!(
            deeds.get(place.wrapping_sub(1)),
            Some(Deed::FoundNothing { .. } | Deed::LiftedFreeze)
        );
        let telling = !deed.is_routine() || (*deed == Deed::Planned && starts_over);
        if (place <= last || (place == last + 1 && starts_over)) && telling {
            parts.push(deed.words());
        }
    }
    parts.push("finishes".to_owned());
    format!("the next page {}", parts.join("; "))
}
