//! What looks wrong between a folder of migrations, the ledger, and what earlier releases ran.
//!
//! The vendor's CLI goes by names alone: it would neither notice that a file is not the one that ran, nor say that a
//! pending one is older than what ran after it. Nothing here stands in the way of a release. A person who knows why
//! goes on.

use crate::{
    phase::Phase,
    plan::{Comparison, FolderReading, PlannedScript},
    release::Release,
    step::Step,
};

/// One thing that looks wrong, with the names it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Alarm {
    /// Files that ran on this project, or files that they import, are not what they were then: the release that ran each,
    /// by its title.
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
                "1 pending migration is older than the newest one that ran.".to_owned()
            }
            Self::Overtaken { names, .. } => {
                format!(
                    "{} pending migrations are older than the newest one that ran.",
                    names.len()
                )
            }
        }
    }

    /// What it means and what can be done, before the names.
    pub fn explanation(&self) -> String {
        match self {
            Self::Edited(files) => {
                let says = either(files.len(), "it says", "they say");
                format!(
                    "The ledger goes by file names, so what {says} now will not run on this project. Put a further change into a new migration."
                )
            }
            Self::Missing(names) => {
                let them = either(names.len(), "it", "them");
                format!(
                    "This may be another project’s folder or an old copy of the right one, or somebody ran {them} from a branch that is not merged yet. Make sure that the folder is right and up to date."
                )
            }
            Self::Overtaken { names, newest } if names.len() == 1 => format!(
                "By its name it comes before {newest}, which has run already. It runs after it now, on a schema that it may not have been written for. This happens when branches are merged out of order. Rename it if it should come last everywhere."
            ),
            Self::Overtaken { newest, .. } => format!(
                "By their names they come before {newest}, which has run already. They run after it now, on a schema that they may not have been written for. This happens when branches are merged out of order. Rename them if they should come last everywhere."
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
            let edited = match then.compare(now) {
                // What cannot be read now may lie outside of the chosen folder: that is no edit.
                Comparison::Same | Comparison::ImportsUnread => return None,
                Comparison::Edited => name.clone(),
                Comparison::ImportEdited(path) => format!("{name} (by {path}, which it imports)"),
            };
            Some((edited, release.plan().title.clone()))
        })
        .collect();
    if !edited.is_empty() {
        alarms.push(Alarm::Edited(edited));
    }
    if !reading.missing.is_empty() {
        alarms.push(Alarm::Missing(reading.missing.clone()));
    }
    if let Some(newest) = &reading.newest
        && !reading.overtaken.is_empty()
    {
        alarms.push(Alarm::Overtaken {
            names: reading.overtaken.clone(),
            newest: newest.clone(),
        });
    }
    alarms
}

/// That of some files which ran it cannot be known whether they were edited, as no release on record says what was in
/// them then. `None` where it is known of all.
pub fn unknown(reading: &FolderReading, releases: &[Release]) -> Option<String> {
    let on_record = |name: &String| releases.iter().any(|release| ran(release, name).is_some());
    let all = reading.applied.len();
    let unknown = reading.applied.iter().filter(|name| !on_record(name));
    let number = unknown.count();
    let who = match number {
        0 => return None,
        1 if all == 1 => "It was".to_owned(),
        all_of_them if all_of_them == all => "They were".to_owned(),
        1 => "1 of them was".to_owned(),
        some => format!("{some} of them were"),
    };
    let them = either(number, "it", "them");
    let were = either(number, "it was", "they were");
    Some(format!(
        "{who} run by the CLI, or by a release that is not on record. Slipway has nothing to compare {them} with, so it cannot tell whether {were} edited since."
    ))
}

/// The word for one thing, or that for several.
fn either<'w>(number: usize, one: &'w str, many: &'w str) -> &'w str {
    if number == 1 { one } else { many }
}

/// Whether a release wrote down which files a script imported as it ran, so that it is worth reading them now.
pub fn knows_imports(name: &str, releases: &[Release]) -> bool {
    let known = releases.iter().find_map(|release| ran(release, name));
    known.is_some_and(|(script, _)| {
        script
            .imports
            .as_ref()
            .is_some_and(|files| !files.is_empty())
    })
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
    use crate::{
        approval::Digest,
        plan::{self, ImportedFile},
        view::sample,
    };

    fn file(name: &str, text: &str) -> PlannedScript {
        PlannedScript {
            name: name.to_owned(),
            sha256: Digest::of(text.as_bytes()),
            imports: None,
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
    fn a_file_that_imports_another_than_when_it_ran_is_named_with_it() {
        let importing = |text: Option<&str>| PlannedScript {
            imports: text.map(|text| {
                vec![ImportedFile {
                    path: "../lib/x.ts".to_owned(),
                    sha256: Digest::of(text.as_bytes()),
                }]
            }),
            ..file("1_a.ts", "a")
        };
        let release = sample::live_with("autumn", importing(Some("x")));
        let releases = [release];
        assert!(knows_imports("1_a.ts", &releases));
        let reading = reading(&["1_a.ts"], &["1_a.ts"]);
        let of = |text| of(&reading, &[importing(text)], &releases);
        assert_eq!(of(Some("x")), []);
        assert_eq!(of(None), [], "it may lie outside of the chosen folder");
        let alarms = of(Some("edited"));
        assert_eq!(alarms[0].title(), "1 migration was edited after it ran.");
        let line = alarms[0].lines().remove(0);
        assert!(
            line.starts_with("1_a.ts (by ../lib/x.ts, which it imports), run by “"),
            "{line}"
        );

        let old = [sample::live_with("autumn", importing(None))];
        assert!(!knows_imports("1_a.ts", &old));
        assert_eq!(super::of(&reading, &[importing(Some("x"))], &old), []);
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
    }

    #[test]
    fn what_comes_before_a_migration_whose_file_is_not_here_is_named_too() {
        let reading = reading(&["1_a.ts", "2_b.ts"], &["1_a.ts", "3_of_a_colleague.ts"]);
        assert_eq!(
            of(&reading, &[], &[]),
            [
                Alarm::Missing(vec!["3_of_a_colleague.ts".to_owned()]),
                Alarm::Overtaken {
                    names: vec!["2_b.ts".to_owned()],
                    newest: "3_of_a_colleague.ts".to_owned()
                }
            ]
        );
    }

    #[test]
    fn one_file_is_told_as_one_and_several_as_several() {
        let names = |number: usize| vec!["1_a.ts".to_owned(); number];
        let edited =
            |number| Alarm::Edited(vec![("1_a.ts".to_owned(), "autumn".to_owned()); number]);
        let overtaken = |number| Alarm::Overtaken {
            names: names(number),
            newest: "3_c.ts".to_owned(),
        };
        for (alarm, title, explanation) in [
            (
                edited(1),
                "1 migration was edited after it ran.",
                "The ledger goes by file names, so what it says now will not run on this project. Put a further change into a new migration.",
            ),
            (
                edited(2),
                "2 migrations were edited after they ran.",
                "The ledger goes by file names, so what they say now will not run on this project. Put a further change into a new migration.",
            ),
            (
                Alarm::Missing(names(1)),
                "1 migration that ran on this project is not in the folder.",
                "This may be another project’s folder or an old copy of the right one, or somebody ran it from a branch that is not merged yet. Make sure that the folder is right and up to date.",
            ),
            (
                Alarm::Missing(names(2)),
                "2 migrations that ran on this project are not in the folder.",
                "This may be another project’s folder or an old copy of the right one, or somebody ran them from a branch that is not merged yet. Make sure that the folder is right and up to date.",
            ),
            (
                overtaken(1),
                "1 pending migration is older than the newest one that ran.",
                "By its name it comes before 3_c.ts, which has run already. It runs after it now, on a schema that it may not have been written for. This happens when branches are merged out of order. Rename it if it should come last everywhere.",
            ),
            (
                overtaken(2),
                "2 pending migrations are older than the newest one that ran.",
                "By their names they come before 3_c.ts, which has run already. They run after it now, on a schema that they may not have been written for. This happens when branches are merged out of order. Rename them if they should come last everywhere.",
            ),
        ] {
            assert_eq!(alarm.title(), title);
            assert_eq!(alarm.explanation(), explanation);
        }
    }

    #[test]
    fn of_what_no_release_on_record_ran_nothing_can_be_known() {
        let release = sample::live("autumn");
        let own = release.plan().scripts[0].name.clone();
        let releases = [release];
        let say = |names: &[&str]| unknown(&reading(names, names), &releases);
        assert_eq!(say(&[]), None);
        assert_eq!(say(&[&own]), None);
        for (names, who, rest) in [
            (
                &["01_cli.ts"][..],
                "It was run",
                "compare it with, so it cannot tell whether it was",
            ),
            (
                &["01_cli.ts", "02_cli.ts"],
                "They were run",
                "compare them with, so it cannot tell whether they were",
            ),
            (
                &["01_cli.ts", &own],
                "1 of them was run",
                "whether it was edited since.",
            ),
            (
                &["01_cli.ts", "02_cli.ts", &own],
                "2 of them were run",
                "whether they were edited since.",
            ),
        ] {
            let said = say(names).unwrap();
            assert!(said.starts_with(who) && said.contains(rest), "{said}");
        }
        let pending = reading(&["01_cli.ts"], &[]);
        assert_eq!(unknown(&pending, &releases), None, "it has not run");
    }
}
