//! The engine's [`Scripts`] port in the browser: the files a person chose, prepared in one worker, run in another.

use std::cell::RefCell;
use std::rc::Rc;

use slipway_engine::ports::{ScriptFailure, ScriptHost, Scripts};
use slipway_release::{Digest, PlannedScript};
use slipway_scripts::{Prepared, SourceFile, Uses};

use super::sandbox::{Sandbox, SandboxFiles};
use super::script_worker::{ScriptWorker, WorkerError};

/// Where Trunk puts the loader of the worker that reads TypeScript, relative to the page.
const WORKER_URL: &str = "./scripts_loader.js";
/// Where `www/sandbox/build.mjs` puts the sandbox, relative to the page.
const SANDBOX_FOLDER: &str = "./sandbox/";

/// A file of the migrations folder as the person chose it, byte for byte.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MigrationFile {
    /// Where it is, relative to the migrations folder, with `/` between the parts.
    pub path: String,
    /// What is in it.
    pub bytes: Vec<u8>,
}

impl MigrationFile {
    fn source(&self) -> SourceFile {
        // As Node reads a script: what is not UTF-8 becomes U+FFFD.
        SourceFile {
            path: self.path.clone(),
            text: String::from_utf8_lossy(&self.bytes).into_owned(),
        }
    }
}

/// Runs the chosen files. Neither worker is loaded before it is needed.
pub struct BrowserScripts {
    files: RefCell<Vec<MigrationFile>>,
    worker: ScriptWorker,
    sandbox: RefCell<Option<Sandbox>>,
}

impl Default for BrowserScripts {
    fn default() -> Self {
        Self {
            files: RefCell::default(),
            worker: ScriptWorker::new(WORKER_URL),
            sandbox: RefCell::default(),
        }
    }
}

impl BrowserScripts {
    /// Replaces the chosen files.
    pub fn choose(&self, files: Vec<MigrationFile>) {
        *self.files.borrow_mut() = files;
    }

    /// Whether there is a file of this name with this content.
    pub fn has(&self, script: &PlannedScript) -> bool {
        let files = self.files.borrow();
        files
            .iter()
            .any(|file| file.path == script.name && Digest::of(&file.bytes) == script.sha256)
    }

    /// What each of these files names of the client, or what keeps it from running, as a sentence; for the plan, before
    /// anything is frozen.
    pub async fn examine(
        &self,
        names: Vec<String>,
    ) -> Result<Vec<(String, Result<Uses, String>)>, WorkerError> {
        let prepared = self.worker.prepare(self.sources(), names.clone()).await?;
        let examined = prepared.into_iter().map(|outcome| match outcome {
            Ok((_, uses)) => Ok(uses),
            Err(error) => Err(error.to_string()),
        });
        Ok(names.into_iter().zip(examined).collect())
    }

    fn sources(&self) -> Vec<SourceFile> {
        self.files
            .borrow()
            .iter()
            .map(MigrationFile::source)
            .collect()
    }

    async fn prepare(&self, script: &PlannedScript) -> Result<Prepared, ScriptFailure> {
        let name = &script.name;
        if !self.files.borrow().iter().any(|file| &file.path == name) {
            return Err(unprepared(format!(
                "{name} is not among the files you chose. Choose the migrations folder again."
            )));
        }
        if !self.has(script) {
            return Err(unprepared(format!(
                "{name} has changed since the release was planned. Choose the folder with the planned version, or plan the release anew."
            )));
        }
        let prepared = self
            .worker
            .prepare(self.sources(), vec![name.clone()])
            .await;
        let outcomes = prepared.map_err(|error| unprepared(error.to_string()))?;
        match outcomes.into_iter().next() {
            Some(Ok((prepared, _))) => Ok(prepared),
            Some(Err(error)) => Err(unprepared(error.to_string())),
            None => Err(unprepared(format!("{name} could not be read."))),
        }
    }

    async fn sandbox(&self) -> Result<Sandbox, ScriptFailure> {
        let ready = self.sandbox.borrow().clone();
        if let Some(sandbox) = ready {
            return Ok(sandbox);
        }
        let sandbox = Sandbox::new(SandboxFiles::load(SANDBOX_FOLDER).await?);
        *self.sandbox.borrow_mut() = Some(sandbox.clone());
        Ok(sandbox)
    }
}

fn unprepared(sentence: String) -> ScriptFailure {
    ScriptFailure::Unprepared(sentence)
}

impl Scripts for BrowserScripts {
    async fn run(
        &self,
        script: &PlannedScript,
        host: Rc<dyn ScriptHost>,
    ) -> Result<(), ScriptFailure> {
        let prepared = self.prepare(script).await?;
        self.sandbox().await?.run(&prepared, host).await
    }
}
