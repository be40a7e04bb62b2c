//! What the engine needs of the browser. `JsValue` stays inside.

pub mod browser_timer;
pub mod clock;
pub mod compare;
pub mod download;
pub mod fetch;
pub mod files;
pub mod folder;
pub mod journal_store;
mod js_error;
pub mod leaving;
pub mod lock;
pub mod manifest;
pub mod page;
pub mod profile;
pub mod rehearsal_store;
pub mod remembered;
pub mod sandbox;
pub mod script_worker;
pub mod scripts;
mod text_db;
mod transfer;

use std::rc::Rc;

use datocms_client::{EnvironmentId, Timestamp};
use slipway_engine::ports::{
    Clock, JournalStore, RehearsalStore, ScriptFailure, ScriptHost, Scripts, StoreError, Windows,
};
use slipway_release::{PlannedScript, ReleaseId};

/// The engine's ports in a browser.
pub struct BrowserPorts {
    journals: journal_store::JournalDb,
    rehearsals: rehearsal_store::RehearsalDb,
    profile: profile::Profile,
    scripts: Rc<scripts::BrowserScripts>,
}

impl BrowserPorts {
    /// The ports for the project of this id, with the files a person chose.
    pub fn new(project: &str, scripts: Rc<scripts::BrowserScripts>) -> Self {
        Self {
            journals: journal_store::JournalDb::new(project),
            rehearsals: rehearsal_store::RehearsalDb::new(project),
            profile: profile::Profile::default(),
            scripts,
        }
    }
}

impl Clock for BrowserPorts {
    fn now(&self) -> Timestamp {
        clock::now()
    }
}

impl JournalStore for BrowserPorts {
    async fn load(&self) -> Result<Vec<String>, StoreError> {
        self.journals.load().await
    }

    async fn save(&self, release: &ReleaseId, journal: &str) -> Result<(), StoreError> {
        self.journals.save(release, journal).await
    }
}

impl RehearsalStore for BrowserPorts {
    async fn rehearsals(&self) -> Result<Vec<String>, StoreError> {
        self.rehearsals.load().await
    }

    async fn keep_rehearsal(&self, fork: &EnvironmentId, text: &str) -> Result<(), StoreError> {
        self.rehearsals.save(fork, text).await
    }

    async fn forget_rehearsal(&self, fork: &EnvironmentId) -> Result<(), StoreError> {
        self.rehearsals.remove(fork).await
    }
}

impl Windows for BrowserPorts {
    type Claim = lock::Lock;

    async fn profile(&self) -> String {
        self.profile.name().await
    }

    async fn claim(&self, release: &ReleaseId) -> Option<lock::Lock> {
        lock::hold(release.as_str()).await
    }
}

impl Scripts for BrowserPorts {
    async fn run(
        &self,
        script: &PlannedScript,
        host: Rc<dyn ScriptHost>,
    ) -> Result<(), ScriptFailure> {
        self.scripts.run(script, host).await
    }
}
