//! What the engine needs of the browser. `JsValue` stays inside.

pub mod browser_timer;
pub mod clock;
pub mod compare;
pub mod fetch;
pub mod folder;
pub mod journal_store;
mod js_error;
pub mod lock;
pub mod manifest;
pub mod page;
pub mod sandbox;
pub mod script_worker;
pub mod scripts;
mod timer;

use std::rc::Rc;

use datocms_client::Timestamp;
use slipway_engine::ports::{Clock, JournalStore, ScriptFailure, ScriptHost, Scripts, StoreError};
use slipway_release::{PlannedScript, ReleaseId};

/// The engine's ports in a browser.
pub struct BrowserPorts {
    journals: journal_store::JournalDb,
    scripts: Rc<scripts::BrowserScripts>,
}

impl BrowserPorts {
    /// The ports for the project of this id, with the files a person chose.
    pub fn new(project: &str, scripts: Rc<scripts::BrowserScripts>) -> Self {
        Self {
            journals: journal_store::JournalDb::new(project),
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

impl Scripts for BrowserPorts {
    async fn run(
        &self,
        script: &PlannedScript,
        host: Rc<dyn ScriptHost>,
    ) -> Result<(), ScriptFailure> {
        self.scripts.run(script, host).await
    }
}
