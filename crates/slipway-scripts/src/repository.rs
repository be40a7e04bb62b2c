//! Where in what a person chose the migrations are: it may be the migrations folder or a whole repository around it.
//!
//! The rules are the official CLI's as far as they go: `datocms.config.json` names the folder (`migrations.directory`,
//! relative to the file; `migrations` where it says nothing) and the model of the ledger (`migrations.modelApiKey`).
//! Without that file it is the chosen folder itself, or the one folder in it that holds migrations.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::resolve::{folder_of, normalize};

/// The CLI's configuration file.
const CONFIG: &str = "datocms.config.json";
/// Where the CLI looks when its configuration names no folder.
const USUAL: &str = "migrations";
/// Scripts for an older client lie in this folder of the migrations folder, and are no folder of their own.
const LEGACY: &str = "legacyClient";

/// What was chosen: names, and the configuration file if there is one.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Repository {
    /// Paths relative to the chosen folder.
    pub names: Vec<String>,
    /// The text of the file that [`Repository::config`] names.
    pub config: Option<String>,
}

impl Repository {
    /// The path of the configuration file: the one nearest to the top.
    pub fn config(names: &[String]) -> Option<&str> {
        nearest_to_the_top(names.iter().map(String::as_str))
    }
}

/// The folder that the CLI would be run in: that of its configuration file, else the chosen one, which is empty.
pub(crate) fn folder_of_the_tool<'n>(names: impl Iterator<Item = &'n str>) -> String {
    nearest_to_the_top(names).map_or_else(String::new, folder_of)
}

/// The path of the CLI's configuration file that is nearest to the top.
fn nearest_to_the_top<'n>(names: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    names
        .filter(|name| name.rsplit('/').next() == Some(CONFIG))
        .min_by_key(|name| (name.matches('/').count(), *name))
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Survey {
    /// The migrations folder, relative to the chosen one and without a slash at its end; empty where it is that one.
    /// `None` where a person has to say which.
    pub directory: Option<String>,
    /// Why that one.
    pub because: Because,
    /// Every folder that holds files named like migrations, and `directory`, in order.
    pub folders: Vec<String>,
    /// The api key of the ledger's model, where the configuration names one.
    pub ledger_model: Option<String>,
}

/// Why a folder is taken for the migrations folder, or none is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Because {
    /// The configuration file at this path says so, or leaves it at the usual name.
    Config(String),
    /// It is what was chosen.
    Chosen,
    /// It is the only folder in what was chosen that holds files named like migrations.
    Only,
    /// A person said so.
    Person,
    /// It is the one with the scripts that a release under way has planned.
    Planned,
    /// Several folders do.
    Several,
    /// No folder does.
    Nothing,
    /// The configuration file at `file` names `directory`, of which nothing was chosen.
    NotThere {
        /// Its path.
        file: String,
        /// What it says.
        directory: String,
    },
    /// The configuration file at `file` cannot be read.
    Unreadable {
        /// Its path.
        file: String,
        /// Why, in the parser's words.
        reason: String,
    },
}

impl Survey {
    /// The chosen folder itself, without a look into it.
    pub fn of_chosen() -> Self {
        Self {
            directory: Some(String::new()),
            because: Because::Chosen,
            folders: vec![String::new()],
            ledger_model: None,
        }
    }
}

/// Finds the migrations folder. `is_migration` tells by a file's bare name.
pub fn survey(repository: &Repository, is_migration: impl Fn(&str) -> bool) -> Survey {
    let names = &repository.names;
    let mut folders: BTreeSet<String> = BTreeSet::new();
    for name in names {
        let (folder, file) = name.rsplit_once('/').unwrap_or(("", name));
        if is_migration(file) && folder.rsplit('/').next() != Some(LEGACY) {
            folders.insert(folder.to_owned());
        }
    }
    let configured = Repository::config(names)
        .zip(repository.config.as_deref())
        .map(|(file, text)| configuration(file, text));
    let mut ledger_model = None;
    let mut found = None;
    match configured {
        Some(Ok(config)) => {
            ledger_model = config.ledger_model;
            let directory = normalize(config.folder, config.directory.as_deref().unwrap_or(USUAL));
            let there = directory.filter(|directory| {
                let inside = format!("{directory}/");
                directory.is_empty() || names.iter().any(|name| name.starts_with(&inside))
            });
            found = match (there, config.directory) {
                (Some(directory), _) => {
                    Some((Some(directory), Because::Config(config.file.to_owned())))
                }
                (None, Some(directory)) => {
                    let file = config.file.to_owned();
                    Some((None, Because::NotThere { file, directory }))
                }
                (None, None) => None,
            };
        }
        Some(Err(unreadable)) => found = Some((None, unreadable)),
        None => {}
    }
    let (directory, because) = found.unwrap_or_else(|| by_names(&folders));
    folders.extend(directory.clone());
    Survey {
        directory,
        because,
        folders: folders.into_iter().collect(),
        ledger_model,
    }
}

fn by_names(folders: &BTreeSet<String>) -> (Option<String>, Because) {
    let mut all = folders.iter();
    match (all.next(), all.next()) {
        (None, _) => (Some(String::new()), Because::Nothing),
        // The empty name comes first.
        (Some(folder), _) if folder.is_empty() => (Some(String::new()), Because::Chosen),
        (Some(folder), None) => (Some(folder.clone()), Because::Only),
        (Some(_), Some(_)) => (None, Because::Several),
    }
}

/// What a configuration file says of migrations.
struct Configuration<'c> {
    file: &'c str,
    /// Where the file is, to which its paths are relative.
    folder: &'c str,
    directory: Option<String>,
    ledger_model: Option<String>,
}

/// Reads a configuration file. Of several profiles it is `default` that counts, as for the CLI when it is told nothing.
fn configuration<'c>(file: &'c str, text: &str) -> Result<Configuration<'c>, Because> {
    let unreadable = |reason: String| Because::Unreadable {
        file: file.to_owned(),
        reason,
    };
    let document: Value = serde_json::from_str(text.trim_start_matches('\u{feff}'))
        .map_err(|error| unreadable(error.to_string()))?;
    let profiles = document["profiles"]
        .as_object()
        .ok_or_else(|| unreadable("it has no profiles".to_owned()))?;
    let profile = match profiles.get("default") {
        Some(profile) => Some(profile),
        None if profiles.len() == 1 => profiles.values().next(),
        None => None,
    };
    let setting = |name: &str| {
        let value = profile?["migrations"][name].as_str()?;
        (!value.is_empty()).then(|| value.to_owned())
    };
    Ok(Configuration {
        file,
        folder: file.rsplit_once('/').map_or("", |(folder, _)| folder),
        directory: setting("directory"),
        ledger_model: setting("modelApiKey"),
    })
}
