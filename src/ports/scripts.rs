//! The engine's [`Scripts`] port in the browser: the files a person chose, prepared in one worker, run in another.

use std::cell::RefCell;
use std::rc::Rc;

use futures_util::future;
use slipway_engine::ports::{ScriptFailure, ScriptHost, Scripts};
use slipway_release::plan::{Comparison, LEGACY_FOLDER};
use slipway_release::{Digest, ImportedFile, PlannedScript};
use slipway_scripts::{Prepared, Repository, ScriptError, Survey, Uses, relative};

use super::files::ChosenFiles;
use super::folder::FolderError;
use super::sandbox::{Sandbox, SandboxFiles};
use super::script_worker::{Outcome, ScriptWorker, WorkerError};

/// Where Trunk puts the loader of the worker that reads TypeScript, relative to the page.
const WORKER_URL: &str = "./scripts_loader.js";
/// Where `www/sandbox/build.mjs` puts the sandbox, relative to the page.
const SANDBOX_FOLDER: &str = "./sandbox/";

/// A file of the migrations folder, byte for byte.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MigrationFile {
    /// Where it is, relative to the migrations folder, with `/` between the parts.
    pub path: String,
    /// What is in it.
    pub bytes: Vec<u8>,
}

/// Why migrations could not be read. It says nothing about what they do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// The files.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// The part of us that reads them.
    #[error(transparent)]
    Worker(#[from] WorkerError),
}

/// What a person chose, and which folder of it holds the migrations.
#[derive(Debug, Default)]
struct Chosen {
    files: Rc<ChosenFiles>,
    /// Relative to what was chosen; empty where it is that folder itself.
    directory: String,
}

impl Chosen {
    /// Where a migration is, by its name in the ledger.
    fn path(&self, name: &str) -> String {
        if self.directory.is_empty() {
            name.to_owned()
        } else {
            format!("{}/{name}", self.directory)
        }
    }

    /// The files that a prepared migration imports, in the order of their paths.
    fn imports(&self, prepared: &Prepared) -> Vec<ImportedFile> {
        let mut imports: Vec<ImportedFile> = prepared
            .modules
            .iter()
            .filter(|module| module.path != prepared.entry)
            .map(|module| ImportedFile {
                path: relative(&self.directory, &module.path),
                // What was linked was read.
                sha256: Digest::of(&self.files.known(&module.path).unwrap_or_default()),
            })
            .collect();
        imports.sort_by(|one, other| one.path.cmp(&other.path));
        imports
    }
}

/// Runs the chosen files. Neither worker is loaded before it is needed.
pub struct BrowserScripts {
    chosen: RefCell<Rc<Chosen>>,
    worker: ScriptWorker,
    sandbox: RefCell<Option<Sandbox>>,
}

impl Default for BrowserScripts {
    fn default() -> Self {
        Self::with(ScriptWorker::new(WORKER_URL))
    }
}

impl BrowserScripts {
    /// No files yet, to be prepared by this worker.
    pub fn with(worker: ScriptWorker) -> Self {
        Self {
            chosen: RefCell::default(),
            worker,
            sandbox: RefCell::default(),
        }
    }

    /// Replaces the chosen files; `directory` of them is the migrations folder.
    pub fn choose(&self, files: ChosenFiles, directory: &str) {
        *self.chosen.borrow_mut() = Rc::new(Chosen {
            files: Rc::new(files),
            directory: directory.to_owned(),
        });
    }

    /// Takes another folder of the chosen files for the migrations folder.
    pub fn use_directory(&self, directory: &str) {
        let chosen = self.chosen();
        *self.chosen.borrow_mut() = Rc::new(Chosen {
            files: Rc::clone(&chosen.files),
            directory: directory.to_owned(),
        });
    }

    /// Finds the migrations folder in these files.
    pub async fn survey(&self, files: &ChosenFiles) -> Result<Survey, ReadError> {
        let names = files.names();
        let config = match Repository::config(&names) {
            Some(path) => files.read(path).await?,
            None => None,
        };
        let config = config.map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        Ok(self.worker.survey(Repository { names, config }).await?)
    }

    /// The names of the files in the migrations folder, relative to it.
    pub fn names(&self) -> Vec<String> {
        let chosen = self.chosen();
        let prefix = chosen.path("");
        let names = chosen.files.names().into_iter();
        names
            .filter_map(|name| name.strip_prefix(&prefix).map(str::to_owned))
            .collect()
    }

    /// Reads these migrations and all they import. For each its hash and those of what it imports, and what it names of
    /// the client or what keeps it from running, as a sentence; for the plan, before anything is frozen.
    pub async fn read(
        &self,
        names: &[String],
    ) -> Result<Vec<(PlannedScript, Result<Uses, String>)>, ReadError> {
        let chosen = self.chosen();
        let scripts = self.hashed(names).await?;
        let outcomes = self.prepare_all(&chosen, names).await?;
        let read = scripts.into_iter().zip(outcomes);
        let read = read.map(|(mut script, outcome)| match outcome {
            Ok((prepared, uses)) => {
                script.imports = Some(chosen.imports(&prepared));
                (script, Ok(uses))
            }
            Err(error) => (script, Err(error.to_string())),
        });
        Ok(read.collect())
    }

    /// Reads these migrations and nothing else. Each with its hash; what they import is not looked at.
    pub async fn hashed(&self, names: &[String]) -> Result<Vec<PlannedScript>, ReadError> {
        let chosen = self.chosen();
        let mut scripts = Vec::with_capacity(names.len());
        for name in names {
            let path = chosen.path(name);
            let bytes = chosen.files.read(&path).await?.unwrap_or_default();
            scripts.push(PlannedScript {
                name: name.clone(),
                sha256: Digest::of(&bytes),
                imports: None,
            });
        }
        Ok(scripts)
    }

    fn chosen(&self) -> Rc<Chosen> {
        self.chosen.borrow().clone()
    }

    /// Prepares migrations in the order of their names. What they import is read as it turns out: each round reads what
    /// the round before found.
    async fn prepare_all(
        &self,
        chosen: &Chosen,
        names: &[String],
    ) -> Result<Vec<Outcome>, ReadError> {
        let paths: Vec<String> = names.iter().map(|name| chosen.path(name)).collect();
        loop {
            let sources = chosen.files.sources();
            let mut outcomes = self.worker.prepare(sources, paths.clone()).await?;
            let unread: Vec<&String> = outcomes
                .iter()
                .filter_map(|outcome| match outcome {
                    Err(ScriptError::Unread { files }) => Some(files),
                    Ok(_) | Err(_) => None,
                })
                .flatten()
                .collect();
            if unread.is_empty() {
                let legacy = |name: &String| name.starts_with(LEGACY_FOLDER);
                for ((outcome, name), path) in outcomes.iter_mut().zip(names).zip(paths) {
                    if legacy(name) {
                        *outcome = Err(ScriptError::LegacyClient { file: path });
                    }
                }
                return Ok(outcomes);
            }
            for path in unread {
                chosen.files.read(path).await?;
            }
        }
    }

    /// Prepares a planned migration, if it and all that it imports are still what was planned.
    async fn prepare(&self, script: &PlannedScript) -> Result<Prepared, ScriptFailure> {
        let name = &script.name;
        let chosen = self.chosen();
        let Some(bytes) = chosen.files.known(&chosen.path(name)) else {
            return Err(unprepared(format!(
                "{name} is not among the files you chose. Choose the migrations folder again."
            )));
        };
        let sha256 = Digest::of(&bytes);
        if sha256 != script.sha256 {
            return Err(changed(name));
        }
        let outcomes = self.prepare_all(&chosen, std::slice::from_ref(name)).await;
        let outcomes = outcomes.map_err(|error| unprepared(error.to_string()))?;
        let prepared = match outcomes.into_iter().next() {
            Some(Ok((prepared, _))) => prepared,
            Some(Err(error)) => return Err(unprepared(error.to_string())),
            None => return Err(unprepared(format!("{name} could not be read."))),
        };
        let now = PlannedScript {
            name: name.clone(),
            sha256,
            imports: Some(chosen.imports(&prepared)),
        };
        match script.compare(&now) {
            Comparison::Same => Ok(prepared),
            Comparison::ImportEdited(path) => {
                Err(changed(&format!("{path}, which {name} imports,")))
            }
            Comparison::Edited | Comparison::ImportsUnread => Err(changed(name)),
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

/// `what` is another file than the planned one.
fn changed(what: &str) -> ScriptFailure {
    unprepared(format!(
        "{what} has changed since the release was planned. Choose the folder with the planned version, or plan the release anew."
    ))
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
        let (prepared, sandbox) = future::try_join(self.prepare(script), self.sandbox()).await?;
        let uploads = Rc::clone(&self.chosen().files);
        sandbox.with_uploads(uploads).run(&prepared, host).await
    }
}
