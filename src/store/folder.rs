//! Taking over the migrations: from a folder, from one this browser remembers, from a manifest.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use slipway_release::{
    PlannedScript, Release, alarms, plan,
    view::outlook::{self, Outlook},
};
use slipway_scripts::{Because, Survey, Uses};

use super::{
    driver::Driver,
    state::{Folder, Remote, Update},
};
use crate::ports::{
    compare::locale_compare,
    files::ChosenFiles,
    folder::{Chosen, Listing},
    manifest,
    remembered::{Handle, Leave, Remembered},
    scripts::ReadError,
};

/// Where the files at hand come from.
#[derive(Default)]
pub(super) struct Origin {
    /// What people call the place.
    name: RefCell<String>,
    /// What this browser can remember it by.
    handle: RefCell<Option<Handle>>,
    /// Whether it was looked for a remembered folder since this page was opened.
    is_recalled: Cell<bool>,
}

impl Driver {
    pub(super) async fn choose(&self, chosen: Chosen) {
        self.take_chosen(chosen, None).await;
    }

    /// Lists what was chosen, and reads what is needed of it. `directory` was the migrations folder in it before.
    async fn take_chosen(&self, chosen: Chosen, directory: Option<String>) {
        self.update(Update::Folder(Remote::Loading));
        match chosen.list().await {
            Ok(Listing {
                origin,
                files,
                handle,
            }) => {
                self.update(Update::Remembered(None));
                self.take(origin, files, handle, directory).await;
            }
            Err(error) => self.update(Update::Folder(Remote::Failed(error.to_string()))),
        }
    }

    pub(super) async fn fetch_manifest(&self, url: String) {
        self.update(Update::Folder(Remote::Loading));
        match manifest::fetch(&url).await {
            Ok(files) => self.take(url, files.into(), None, None).await,
            Err(error) => self.update(Update::Folder(Remote::Failed(error.to_string()))),
        }
    }

    /// Once a page: what was chosen on an earlier visit, if this browser lends it without a question; else the page offers
    /// it.
    pub(super) async fn recall(&self) {
        if !self.origin.is_recalled.replace(true) && self.session.config.migrations_url.is_none() {
            self.recall_again().await;
        }
    }

    /// The same, for a plan that begins anew.
    pub(super) async fn recall_again(&self) {
        if self.now().world.ready().is_none() || self.now().folder != Remote::Idle {
            return;
        }
        let Some(folder) = Remembered::load(&self.session.site).await else {
            return;
        };
        match folder.leave().await {
            Leave::Given => self.take_remembered(folder).await,
            Leave::ToAsk => self.update(Update::Remembered(Some(folder.name()))),
            Leave::Refused => {}
        }
    }

    pub(super) async fn use_remembered(&self) {
        let folder = Remembered::load(&self.session.site).await;
        let leave = match &folder {
            Some(folder) => folder.ask().await,
            None => Leave::Refused,
        };
        match folder {
            Some(folder) if leave == Leave::Given => self.take_remembered(folder).await,
            Some(_) | None => {
                self.update(Update::Remembered(None));
                self.update(Update::Folder(Remote::Failed(
                    "This browser does not lend the folder again. Choose it once more.".to_owned(),
                )));
            }
        }
    }

    async fn take_remembered(&self, folder: Remembered) {
        let Remembered { handle, directory } = folder;
        self.take_chosen(Chosen::Kept(handle), Some(directory))
            .await;
    }

    pub(super) async fn use_directory(&self, directory: String) {
        let Some(folder) = self.now().folder.ready().cloned() else {
            return;
        };
        let found = Survey {
            directory: Some(directory.clone()),
            because: Because::Person,
            ..folder.found.clone()
        };
        self.update(Update::Folder(Remote::Loading));
        self.scripts.use_directory(&directory);
        self.read(found).await;
    }

    /// Takes these files over: finds the migrations folder in them, and reads it.
    async fn take(
        &self,
        origin: String,
        files: ChosenFiles,
        handle: Option<Handle>,
        before: Option<String>,
    ) {
        let mut found = match self.scripts.survey(&files).await {
            Ok(found) => found,
            Err(error) => {
                self.update(Update::Folder(Remote::Failed(error.to_string())));
                return;
            }
        };
        if let Some(before) = before.filter(|before| found.folders.contains(before)) {
            if found.directory.as_ref() != Some(&before) {
                found.because = Because::Person;
            }
            found.directory = Some(before);
        }
        let names = files.names();
        if found.directory.is_none()
            && let Some(directory) = self.planned_in(&found, &names)
        {
            found.directory = Some(directory);
            found.because = Because::Planned;
        }
        let directory = found.directory.clone().unwrap_or_default();
        self.scripts.choose(files, &directory);
        self.origin.name.replace(origin);
        self.origin.handle.replace(handle);
        self.read(found).await;
    }

    /// The folder with all scripts of the release under way, where several might be the migrations folder.
    fn planned_in(&self, found: &Survey, names: &[String]) -> Option<String> {
        let state = self.now();
        let release = state.world.ready()?.under_way()?;
        let scripts = &release.plan().scripts;
        let mut folders = found.folders.iter();
        let holds_all = |folder: &&String| {
            scripts.iter().all(|script| {
                let path = match folder.as_str() {
                    "" => script.name.clone(),
                    folder => format!("{folder}/{}", script.name),
                };
                names.contains(&path)
            })
        };
        folders
            .find(holds_all)
            .filter(|_| !scripts.is_empty())
            .cloned()
    }

    /// Reads the migrations folder against primary's ledger, and prepares the pending scripts, so that what cannot run is
    /// known before anything is frozen.
    async fn read(&self, found: Survey) {
        let failed = |sentence: String| self.update(Update::Folder(Remote::Failed(sentence)));
        let Some(world) = self.now().world.ready().cloned() else {
            return failed("The project has not been read yet, so it is not known which migrations ran. Choose the folder again in a moment.".to_owned());
        };
        let origin = self.origin.name.borrow().clone();
        let Some(directory) = found.directory.clone() else {
            let unsettled = Folder {
                origin,
                found,
                reading: plan::FolderReading::default(),
                alarms: Vec::new(),
                problems: Vec::new(),
                outlook: Outlook::default(),
                pending: Vec::new(),
            };
            return self.update(Update::Folder(Remote::Ready(Rc::new(unsettled))));
        };
        let reading = plan::read_folder(&self.scripts.names(), &world.ledger, locale_compare);
        let read = match self.scripts.read(&reading.pending).await {
            Ok(read) => read,
            Err(error) => return failed(error.to_string()),
        };
        let alarms = match self.applied(&reading.applied, &world.releases).await {
            Ok(applied) => alarms::of(&reading, &applied, &world.releases),
            Err(error) => return failed(error.to_string()),
        };
        let (pending, read): (Vec<PlannedScript>, Vec<Result<Uses, String>>) =
            read.into_iter().unzip();
        let (problems, outlook) = told(reading.pending.iter().cloned().zip(read).collect());
        let origin = if directory.is_empty() {
            origin
        } else {
            format!("{origin}/{directory}")
        };
        self.update(Update::Folder(Remote::Ready(Rc::new(Folder {
            origin,
            found,
            reading,
            alarms,
            problems,
            outlook,
            pending,
        }))));
        let handle = self.origin.handle.borrow().clone();
        if let Some(handle) = handle {
            let folder = Remembered { handle, directory };
            folder.keep(&self.session.site).await;
        }
    }
}

impl Driver {
    /// The migrations that ran, as their files are now. What they import is read of those of which it is on record.
    async fn applied(
        &self,
        names: &[String],
        releases: &[Release],
    ) -> Result<Vec<PlannedScript>, ReadError> {
        let (linked, others): (Vec<String>, Vec<String>) = names
            .iter()
            .cloned()
            .partition(|name| alarms::knows_imports(name, releases));
        let mut applied = self.scripts.hashed(&others).await?;
        if !linked.is_empty() {
            let read = self.scripts.read(&linked).await?.into_iter();
            applied.extend(read.map(|(script, _)| script));
        }
        Ok(applied)
    }
}

/// What keeps scripts from running, and what the others will ask for.
fn told(examined: Vec<(String, Result<Uses, String>)>) -> (Vec<(String, String)>, Outlook) {
    let (mut problems, mut mentions, mut unclear) = (Vec::new(), Vec::new(), Vec::new());
    let mut hosts = Vec::new();
    for (script, outcome) in examined {
        match outcome {
            Err(problem) => problems.push((script, problem)),
            Ok(uses) => {
                mentions.extend(uses.named.into_iter().map(|one| outlook::Mention {
                    script: script.clone(),
                    namespace: one.namespace,
                    method: one.method,
                    file: one.place.file,
                    line: one.place.line,
                }));
                let places = uses.unclear.into_iter();
                unclear.extend(places.map(|place| (script.clone(), place.file, place.line)));
                hosts.push((script, uses.hosts));
            }
        }
    }
    (problems, outlook::outlook(&mentions, &unclear, &hosts))
}
