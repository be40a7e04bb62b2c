//! The commands that concern a release: planning, pressing its buttons, counting drift.

use std::rc::Rc;

use datocms_client::EnvironmentId;
use slipway_engine::{EngineError, Stop};
use slipway_release::{
    Approval, Event, Phase, Plan, Release, ReleaseId, drift::Drift, view::action::Action,
    view::step::Running,
};

use super::{
    command::Place,
    driver::Driver,
    state::{Performing, Remote, Update},
    watcher::Watcher,
};

impl Driver {
    /// Puts a plan on record and opens the release's page.
    pub(super) async fn begin(&self, title: String, sandbox: EnvironmentId) {
        // The same trouble twice is two troubles to whoever waits for one.
        self.update(Update::TroubleRead);
        let state = self.now();
        let (Some(world), Some(folder)) = (state.world.ready(), state.folder.ready()) else {
            self.trouble("Choose the migrations first.");
            return;
        };
        let Some(primary) = world.primary() else {
            self.trouble("The primary environment cannot be seen with this role.");
            return;
        };
        let estimate = match self.estimate(&primary.id, &folder.pending).await {
            Ok(estimate) => estimate,
            Err(sentence) => return self.trouble(sentence),
        };
        let plan = Plan {
            id: self.engine.new_release_id(),
            title,
            source: primary.id.clone(),
            sandbox,
            scripts: folder.pending.clone(),
            ledger_model: self.session.config.models().ledger,
            consents: state.consents.iter().cloned().collect(),
            downloads: folder.outlook.downloads.clone(),
            limits: slipway_release::Limits::default(),
            estimate,
        };
        match self.engine.begin(plan).await {
            Ok(release) => {
                let place = Place::Release(release.plan().id.clone());
                self.update(Update::Recorded(Box::new(release)));
                self.open(&place).await;
            }
            Err(error) => self.trouble(error),
        }
    }

    /// Presses a button of a release. The button shows that it works until all of it is done.
    pub(super) async fn press(&self, id: ReleaseId, action: Action) {
        let Some(release) = self.release(&id) else {
            self.trouble("This release is not on record any more.");
            return;
        };
        self.update(Update::Pressed(Some((id, action))));
        self.act(release, action).await;
        self.update(Update::Pressed(None));
    }

    async fn act(&self, release: Release, action: Action) {
        match action {
            Action::Perform(_) | Action::CheckAgain(_) => self.advance(release).await,
            Action::ForceFreeze => self.force_freeze(release).await,
            Action::Promote => self.promote(release).await,
            Action::Restart => self.restart(release).await,
            Action::Abandon => self.abandon(release).await,
            Action::RollBack => self.roll_back(release).await,
            Action::CancelRollBack => {
                self.decide_and_go(release, Event::RollBackCancelled).await;
            }
            Action::LeaveSandbox => self.decide_and_go(release, Event::SandboxLeft).await,
            Action::RollBackUnfrozen => self.roll_back_unfrozen(release).await,
            Action::Refreeze => self.refreeze(release).await,
            Action::TakeOver => self.take_over(release).await,
        }
    }

    /// Performs what is next under the browser's lock, so that two windows never act at once, and
    /// tells the pages how it goes.
    pub(super) async fn advance(&self, release: Release) {
        if self.now().performing.is_some() {
            return;
        }
        let stop = Stop::new();
        let id = release.plan().id.clone();
        self.update(Update::Performing(Performing {
            release: id,
            running: Running {
                busy: true,
                ..Running::default()
            },
            stop: stop.clone(),
        }));
        let watch = Rc::new(Watcher {
            plugin: self.plugin.clone(),
            source: release.plan().source.clone(),
            state: self.state.clone(),
            stop,
        });
        let done = self.engine.advance(release, watch).await;
        self.update(Update::Performed(done.err().map(|error| error.to_string())));
        self.look().await;
    }

    /// Writes a decision down and does what follows from it.
    pub(super) async fn decide_and_go(&self, release: Release, event: Event) {
        if let Some(release) = self.decide(release, event).await
            && matches!(release.phase(), Phase::Ready(_))
        {
            self.advance(release).await;
        }
    }

    /// Writes a decision down.
    pub(super) async fn decide(&self, release: Release, event: Event) -> Option<Release> {
        match self.engine.decide(release, event).await {
            Ok(release) => {
                self.update(Update::Recorded(Box::new(release.clone())));
                Some(release)
            }
            Err(error) => {
                self.trouble(error);
                None
            }
        }
    }

    /// Counts what a promotion (before it) or a rollback (after it) would leave behind.
    pub(super) async fn count_drift(&self, id: ReleaseId) {
        let Some(release) = self.release(&id) else {
            return;
        };
        self.update(Update::Drift(id.clone(), Remote::Loading));
        let drift = match self.drift(&release).await {
            Ok(drift) => Remote::Ready(Rc::new(drift)),
            Err(error) => Remote::Failed(error.to_string()),
        };
        self.update(Update::Drift(id, drift));
    }

    /// The changes that matter for what comes next: in primary since the fork, or in the promoted
    /// environment since the promotion.
    pub(super) async fn drift(&self, release: &Release) -> Result<Drift, EngineError> {
        self.engine.left_behind(release).await
    }

    /// What a person agrees to.
    pub(super) fn approval(release: &Release, drift: &Drift) -> Approval {
        Approval {
            plan: release.plan().digest(),
            drift: drift.digest(),
        }
    }
}
