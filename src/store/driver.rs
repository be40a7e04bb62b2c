//! Carries out what the pages ask for. It decides nothing: the engine performs, the release says what is next.

use std::{cell::Cell, rc::Rc};

use datocms_client::{Cda, Cma, EnvironmentId, Waits};
use datocms_plugin::Plugin;
use futures_util::future;
use serde_json::Value;
use slipway_engine::Engine;
use slipway_release::{Release, ReleaseId};

use super::{
    command::{Command, Place},
    folder::Origin,
    panel::settings_path,
    shared::SharedState,
    state::{Firing, QueryAnswers, Remote, State, Update},
    waits::WaitBoard,
};
use crate::{
    ports::{
        BrowserPorts, browser_timer::BrowserTimer, fetch::FetchTransport, lock,
        scripts::BrowserScripts,
    },
    session::Session,
};

/// The engine over the browser's ports.
pub(super) type BrowserEngine = Engine<FetchTransport, BrowserTimer, BrowserPorts>;

/// One person's hands on the project.
pub(super) struct Driver {
    pub(super) plugin: Plugin,
    pub(super) session: Session,
    pub(super) engine: BrowserEngine,
    pub(super) scripts: Rc<BrowserScripts>,
    pub(super) origin: Origin,
    /// Whether this page has read the rehearsals that the browser keeps.
    pub(super) rehearsals_read: Cell<bool>,
    cma: Cma<FetchTransport, BrowserTimer>,
    waits: Rc<WaitBoard>,
    pub(super) state: SharedState,
}

impl PartialEq for Driver {
    fn eq(&self, other: &Self) -> bool {
        self.session == other.session
    }
}

impl Driver {
    /// A driver that acts as the session's person.
    pub(super) fn new(plugin: Plugin, session: Session, state: SharedState) -> Self {
        let cma = Cma::new(
            FetchTransport,
            BrowserTimer,
            session.cma.clone(),
            session.token.clone(),
        );
        let waits = Rc::new(WaitBoard::new(state.clone()));
        let cma = cma.watched(Rc::clone(&waits) as Rc<dyn Waits>);
        let scripts = Rc::new(BrowserScripts::default());
        let ports = BrowserPorts::new(&session.site, Rc::clone(&scripts));
        let engine = Engine::new(
            cma.clone(),
            BrowserTimer,
            ports,
            session.me.clone(),
            session.config.models(),
        );
        Self {
            plugin,
            session,
            engine,
            scripts,
            origin: Origin::default(),
            rehearsals_read: Cell::default(),
            cma,
            waits,
            state,
        }
    }

    /// Carries a command out, to its end.
    pub(super) async fn obey(&self, command: Command) {
        match command {
            // A running step has the requests of the rate limit to itself, and ends with a look.
            // So has a rehearsal, which measures them.
            Command::Look if self.now().performing.is_some() || self.now().rehearsing.is_some() => {
            }
            Command::Look => {
                future::join(self.recall_with_first_look(), self.look()).await;
                self.recall().await;
                self.recall_rehearsals_of_address().await;
                self.resume().await;
            }
            Command::Choose(chosen) => self.choose(chosen).await,
            Command::UseDirectory(directory) => self.use_directory(directory).await,
            Command::UseRemembered => self.use_remembered().await,
            Command::FetchManifest { url } => self.fetch_manifest(url).await,
            Command::Allow { consent, allowed } => {
                self.update(Update::Allowed(consent, allowed));
            }
            Command::AnswerScript => {
                if let Some(asking) = &self.now().asking {
                    asking.open();
                }
            }
            Command::Rehearse { keep_fork } => self.rehearse(keep_fork).await,
            Command::StopRehearsal => {
                if let Some(rehearsing) = &self.now().rehearsing {
                    rehearsing.stop.wish();
                }
            }
            Command::DestroyFork { fork } => self.destroy_fork(fork).await,
            Command::Begin { title, sandbox } => self.begin(title, sandbox).await,
            Command::Press { release, action } => Box::pin(self.press(release, action)).await,
            Command::StopScript => {
                if let Some(performing) = &self.now().performing {
                    performing.stop.wish();
                }
            }
            Command::CountDrift { release } => self.count_drift(release).await,
            Command::RollBackForeign { current, previous } => {
                Box::pin(self.roll_back_foreign(current, previous)).await;
            }
            Command::LiftFreeze => self.lift_freeze().await,
            Command::ListBuildTriggers => self.list_build_triggers().await,
            Command::FireBuildTrigger { id } => self.fire_build_trigger(id).await,
            Command::RunQuery {
                release,
                query,
                drafts,
            } => self.run_query(release, query, drafts).await,
            Command::Open(place) => {
                // A new release is planned with the files as they are now: those chosen for an earlier
                // one were read against a ledger that may have grown since.
                if place == Place::NewRelease {
                    self.update(Update::Folder(Remote::Idle));
                }
                self.open(&place).await;
                if place == Place::NewRelease && self.now().folder == Remote::Idle {
                    match self.session.config.migrations_url.clone() {
                        Some(url) => self.fetch_manifest(url).await,
                        None => self.recall_again().await,
                    }
                }
                if place == Place::NewRelease {
                    self.rehearsals_read.set(true);
                    self.recall_rehearsals().await;
                }
            }
            Command::OpenSettings => {
                let path = settings_path(&self.plugin.settings());
                if let Err(error) = self.plugin.navigate_to(&path).await {
                    self.trouble(error);
                }
            }
            Command::DismissTrouble => self.update(Update::TroubleRead),
            Command::StopWaiting { id } => self.waits.cancel(id),
        }
    }

    pub(super) fn update(&self, update: Update) {
        self.state.update(update);
    }

    pub(super) fn trouble(&self, sentence: impl ToString) {
        self.update(Update::Trouble(sentence.to_string()));
    }

    /// The state as of the last update.
    pub(super) fn now(&self) -> Rc<State> {
        self.state.now()
    }

    /// The release of this id, as far as it is known.
    pub(super) fn release(&self, id: &ReleaseId) -> Option<Release> {
        self.now().release(id).cloned()
    }

    pub(super) async fn look(&self) {
        if self.now().looking {
            return;
        }
        self.update(Update::Looking);
        match self.engine.observe().await {
            Ok(world) => self.update(Update::Looked(Ok(world))),
            Err(error) => self.update(Update::Looked(Err(error.to_string()))),
        }
    }

    /// A step in doubt is looked into by the page that left it so; somebody else's, or another
    /// window's, only when a person asks.
    async fn resume(&self) {
        let state = self.now();
        let Some(release) = state.world.ready().and_then(|world| world.under_way()) else {
            return;
        };
        let in_doubt = matches!(release.phase(), slipway_release::Phase::InDoubt(_));
        let mine = release.driver().id == self.session.me.id;
        // Another window that holds the release is at this very step.
        let id = &release.plan().id;
        let is_held = state
            .at_work(id)
            .is_some_and(slipway_release::AtWork::is_in_the_way);
        if in_doubt && mine && !is_held && lock::is_free(id.as_str()).await {
            self.advance(release.clone()).await;
        }
    }

    async fn list_build_triggers(&self) {
        self.update(Update::BuildTriggers(Remote::Loading));
        let triggers = match self.cma.build_triggers().list().await {
            Ok(triggers) => Remote::Ready(Rc::new(triggers)),
            Err(error) => Remote::Failed(error.to_string()),
        };
        self.update(Update::BuildTriggers(triggers));
    }

    async fn fire_build_trigger(&self, id: String) {
        self.update(Update::Fired(id.clone(), Firing::UnderWay));
        let outcome = match self.cma.build_triggers().trigger(&id).await {
            Ok(()) => Firing::Done,
            Err(error) => Firing::Failed(error.to_string()),
        };
        self.update(Update::Fired(id, outcome));
    }

    async fn run_query(&self, release: ReleaseId, query: String, drafts: bool) {
        let Some(release) = self.release(&release) else {
            return;
        };
        self.update(Update::Answers(Remote::Loading));
        let answers = QueryAnswers {
            primary: self.query(&release.plan().source, &query, drafts).await,
            sandbox: self.query(&release.plan().sandbox, &query, drafts).await,
        };
        self.update(Update::Answers(Remote::Ready(Rc::new(answers))));
    }

    async fn query(
        &self,
        environment: &EnvironmentId,
        query: &str,
        drafts: bool,
    ) -> Result<String, String> {
        let endpoint = self
            .session
            .cda
            .clone()
            .ok_or("The panel did not say where the delivery API is.")?;
        let token = match &self.session.config.delivery_token {
            Some(token) => token.parse().map_err(|_| {
                "The delivery token in Slipway's settings is not a token.".to_owned()
            })?,
            None => self.session.token.clone(),
        };
        let cda = Cda::new(FetchTransport, BrowserTimer, endpoint, token);
        let answer = cda
            .query(Some(environment), drafts, query, &serde_json::Map::new())
            .await
            .map_err(|error| error.to_string())?;
        if answer.errors.is_empty() {
            let data = answer.data.unwrap_or(Value::Null);
            serde_json::to_string_pretty(&data).map_err(|error| error.to_string())
        } else {
            let messages: Vec<String> = answer
                .errors
                .into_iter()
                .map(|error| error.message)
                .collect();
            Err(messages.join("\n"))
        }
    }

    /// Moves the panel to a place of this page, so that its address can be shared.
    pub(super) async fn open(&self, place: &Place) {
        let settings = self.plugin.settings();
        let datocms_plugin::Mode::RenderPage { location, .. } = &settings.mode else {
            return;
        };
        let path = format!("{}{}", location.pathname, place.to_query());
        if let Err(error) = self.plugin.navigate_to(&path).await {
            self.trouble(error);
        }
    }
}
