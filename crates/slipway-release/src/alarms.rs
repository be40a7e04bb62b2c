//! What looks wrong between a folder of migrations, the ledger, and what earlier releases ran.
//!
//! The vendor's CLI goes by names alone: it would neither notice that a file is not the one that ran, nor say that a
//! pending one is older than what ran after it. Nothing here stands in the way of a release. A person who knows why
//! goes on.

use crate::{
    phase::Phase,
    plan::{FolderReading, PlannedScript},
    release::Release,
    step::Step,
};

/// One thing that looks wrong, with the names it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Alarm {
    /// Files that ran on this project are not what they were then: the release that ran each, by its title.
    Edited(Vec<(String, String)>),
    /// The ledger names them, and the folder has them not.
    Missing(Vec<String>),
    /// They are pending, and come before a migration that ran.
    Overtaken {
        /// The pending files, in order.
        names: Vec<String>,
        /// The last migration, in the order of names, that ran.
        newest: String,
    },
}

impl Alarm {
    /// What was found, as a sentence.
    pub fn title(&self) -> String {
        match self {
            Self::Edited(files) if files.len() == 1 => {
                "1 migration was edited after it ran.".to_owned()
            }
            Self::Edited(files) => {
                format!("{} migrations were edited after they ran.", files.len())
            }
            Self::Missing(names) if names.len() == 1 => {
                "1 migration that ran on this project is not in the folder.".to_owned()
            }
            Self::Missing(names) => format!(
                "{} migrations that ran on this project are not in the folder.",
                names.len()
            ),
            Self::Overtaken { names, .. } if names.len() == 1 => {
                "1 pending migration is older than one that ran.".to_owned()
            }
            Self::Overtaken { names, .. } => {
                format!(
                    "{} pending migrations are older than one that ran.",
                    names.len()
                )
            }
        }
    }

    /// What it means and what can be done, before the names.
    pub fn explanation(&self) -> String {
        match self {
            Self::Edited(_) => "What is in them now never runs here, because the ledger goes by their names. Put a further change into a new migration.".to_owned(),
            Self::Missing(_) => "This may be another project’s folder, or an older copy of it. Make sure that it is the right one.".to_owned(),
            Self::Overtaken { newest, .. } => format!(
                "They run now, on a schema that {newest} has changed already; they were written for the one before. This happens when branches are merged out of order. Rename them if they should come last."
            ),
        }
    }

    /// The names it is about, each as it is to be shown.
    pub fn lines(&self) -> Vec<String> {
        match self {
            Self::Edited(files) => files
                .iter()
                .map(|(name, release)| format!("{name}, run by “{release}”"))
                .collect(),
            Self::Missing(names) | Self::Overtaken { names, .. } => names.clone(),
        }
    }
}

/// Everything that looks wrong with a folder, the gravest first.
///
/// `files` are the migrations of the folder with the hashes of what is in them, `releases` those whose journals were
/// read, newest first.
pub fn of(reading: &FolderReading, files: &[PlannedScript], releases: &[Release]) -> Vec<Alarm> {
    let mut alarms = Vec::new();
    let edited: Vec<(String, String)> = reading
        .applied
        .iter()
        .filter_map(|name| {
            let now = files.iter().find(|file| file.name == *name)?;
            let (then, release) = releases.iter().find_map(|release| ran(release, name))?;
            (then.sha256 != now.sha256).then(|| (name.clone(), release.plan().title.clone()))
        })
        .collect();
    if !edited.is_empty() {
        alarms.push(Alarm::Edited(edited));
    }
    if !reading.missing.is_empty() {
        alarms.push(Alarm::Missing(reading.missing.clone()));
    }
    if let Some(newest) = reading.applied.last()
        && !reading.overtaken.is_empty()
    {
        alarms.push(Alarm::Overtaken {
            names: reading.overtaken.clone(),
            newest: newest.clone(),
        });
    }
    alarms
}

/// The script of this name that a release ran and took live, where it did. What a sandbox saw that was given up was never
/// in the ledger of primary.
fn ran<'r>(release: &'r Release, name: &str) -> Option<(&'r PlannedScript, &'r Release)> {
    if !matches!(release.phase(), Phase::Live) {
        return None;
    }
    let scripts = &release.plan().scripts;
    let index = scripts.iter().position(|script| script.name == name)?;
    let record = release.step_record(Step::Migrate(index))?;
    record.finished?;
    Some((&scripts[index], release))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{approval::Digest, plan, view::sample};

    fn file(name: &str, text: &str) -> PlannedScript {
        PlannedScript {
            name: name.to_owned(),
            sha256: Digest::of(text.as_bytes()),
        }
    }

    fn reading(names: &[&str], ledger: &[&str]) -> FolderReading {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let ledger = ledger.iter().map(|name| (*name).to_owned()).collect();
        plan::read_folder(&names, &ledger, Ord::cmp)
    }

    #[test]
    fn a_folder_that_only_grew_is_quiet() {
        let reading = reading(&["1_a.ts", "2_b.ts"], &["1_a.ts"]);
        assert_eq!(of(&reading, &[file("1_a.ts", "a")], &[]), []);
    }

    #[test]
    fn a_file_that_is_not_what_ran_is_named_with_the_release_that_ran_it() {
        let release = sample::live("autumn");
        let script = release.plan().scripts[0].clone();
        let reading = reading(&[&script.name], &[&script.name]);
        let releases = [release];
        assert_eq!(of(&reading, std::slice::from_ref(&script), &releases), []);

        let edited = file(&script.name, "something else");
        let alarms = of(&reading, &[edited], &releases);
        let title = releases[0].plan().title.clone();
        assert_eq!(
            alarms,
            [Alarm::Edited(vec![(script.name.clone(), title.clone())])]
        );
        assert_eq!(alarms[0].title(), "1 migration was edited after it ran.");
        assert_eq!(
            alarms[0].lines(),
            [format!("{}, run by “{title}”", script.name)]
        );
    }

    #[test]
    fn a_release_that_did_not_run_a_file_does_not_judge_it() {
        let release = sample::live("autumn");
        let script = release.plan().scripts[0].clone();
        let given_up = sample::abandoned("winter");
        let reading = reading(&[&script.name], &[&script.name]);
        let edited = file(&script.name, "something else");
        assert_eq!(of(&reading, &[edited], &[given_up]), []);
    }

    #[test]
    fn what_the_folder_lacks_and_what_comes_too_late_is_named() {
        let reading = reading(&["1_a.ts", "3_c.ts", "4_d.ts"], &["0_gone.ts", "3_c.ts"]);
        let alarms = of(&reading, &[], &[]);
        assert_eq!(
            alarms,
            [
                Alarm::Missing(vec!["0_gone.ts".to_owned()]),
                Alarm::Overtaken {
                    names: vec!["1_a.ts".to_owned()],
                    newest: "3_c.ts".to_owned()
                }
            ]
        );
        assert!(alarms[1].explanation().contains("3_c.ts"));
    }
}
