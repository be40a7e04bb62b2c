//! Migrations as the vendor's tool runs them and as Slipway does, side by side: what a script prints, what it asks the CMS
//! for and what it fails with has to be the same.
//!
//! `cases` holds a folder for each subject, laid out as a team's repository: `migrations`, and around it what they import.
//! `tool.mjs` loads them as the tool does, in that folder, and `sandbox.mjs` runs what [`slipway_scripts::prepare`] made of
//! them by the worker and the packages of the real sandbox. Both get the answers of `answers.mjs`. What the two do
//! differently on purpose is not here: `docs/migrations.md` lists it.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "test")]

mod cases;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;

use cases::CASES;
use serde::Deserialize;
use slipway_scripts::{Prepared, ScriptError, SourceFile, prepare};

/// What came of a migration.
#[derive(Debug, PartialEq, Eq, Deserialize)]
struct Outcome {
    printed: Vec<String>,
    requests: Vec<String>,
    failure: Option<String>,
}

/// By the migration's path in its subject's folder.
type Outcomes = BTreeMap<String, Outcome>;

#[test]
fn a_migration_does_here_what_it_does_under_the_tool() {
    let (tool, sandbox) = thread::scope(|scope| {
        let tool: Vec<_> = subjects()
            .into_iter()
            .map(|subject| scope.spawn(move || (subject, by_the_tool(subject))))
            .collect();
        let sandbox = by_the_sandbox();
        let tool: BTreeMap<&str, Outcomes> =
            tool.into_iter().map(|run| run.join().unwrap()).collect();
        (tool, sandbox)
    });
    let differing = CASES.iter().filter_map(|(subject, name, about)| {
        let entry = entry(name);
        let expected = &tool[subject][&entry];
        let found = &sandbox[&format!("{subject}/{entry}")];
        assert!(
            says_something(expected),
            "{subject}/{name} neither prints, asks nor fails: nothing can be compared"
        );
        (found != expected).then(|| {
            format!("{subject}/{name} ({about})\n  the tool: {expected:?}\n  Slipway:  {found:?}\n")
        })
    });
    let differing: Vec<String> = differing.collect();
    assert!(differing.is_empty(), "\n{}", differing.concat());
}

fn says_something(outcome: &Outcome) -> bool {
    !outcome.printed.is_empty() || !outcome.requests.is_empty() || outcome.failure.is_some()
}

#[test]
fn the_table_names_every_migration_of_the_folders() {
    let listed: BTreeSet<(String, String)> = CASES
        .iter()
        .map(|(subject, name, _)| ((*subject).to_owned(), (*name).to_owned()))
        .collect();
    assert_eq!(listed.len(), CASES.len(), "a migration is listed twice");
    let cases = here().join("cases");
    let there: BTreeSet<(String, String)> = inside(&cases)
        .into_iter()
        .flat_map(|subject| {
            let migrations = inside(&cases.join(&subject).join("migrations"));
            migrations
                .into_iter()
                .map(move |name| (subject.clone(), name))
        })
        .collect();
    assert_eq!(listed, there);
}

/// The names of what is in a folder.
fn inside(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect()
}

/// The tool's own call for each migration of a subject, in one process: it reads `tsconfig.json` once.
fn by_the_tool(subject: &str) -> Outcomes {
    let mut node = Command::new("node");
    node.arg(here().join("tool.mjs"))
        .args(of(subject).map(entry))
        .current_dir(here().join("cases").join(subject));
    serde_json::from_str(&done(node)).unwrap()
}

/// All migrations, prepared and run by the sandbox in one process.
fn by_the_sandbox() -> Outcomes {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("loader");
    let mut build = Command::new("node");
    build.arg(root().join("www/sandbox/build.mjs")).arg(&folder);
    done(build);

    let mut prepared: BTreeMap<String, Prepared> = BTreeMap::new();
    let mut outcomes = Outcomes::new();
    for subject in subjects() {
        let files = files(&here().join("cases").join(subject));
        for name in of(subject) {
            let path = format!("{subject}/{}", entry(name));
            match prepare(&files, &entry(name)) {
                Ok(ready) => drop(prepared.insert(path, ready)),
                Err(error) => drop(outcomes.insert(path, refused(&error))),
            }
        }
    }
    let file = folder.join("prepared.json");
    fs::write(&file, serde_json::to_string(&prepared).unwrap()).unwrap();
    let mut node = Command::new("node");
    node.arg(here().join("sandbox.mjs")).arg(folder).arg(file);
    let ran: Outcomes = serde_json::from_str(&done(node)).unwrap();
    outcomes.extend(ran);
    outcomes
}

fn refused(error: &ScriptError) -> Outcome {
    Outcome {
        printed: Vec::new(),
        requests: Vec::new(),
        failure: Some(format!("refused: {error}")),
    }
}

fn subjects() -> BTreeSet<&'static str> {
    CASES.iter().map(|(subject, ..)| *subject).collect()
}

fn of(subject: &str) -> impl Iterator<Item = &'static str> {
    let cases = CASES.iter().filter(move |case| case.0 == subject);
    cases.map(|(_, name, _)| *name)
}

fn entry(name: &str) -> String {
    format!("migrations/{name}")
}

/// Every file below a folder.
fn files(folder: &Path) -> Vec<SourceFile> {
    let mut files = Vec::new();
    let mut waiting = vec![folder.to_owned()];
    while let Some(at) = waiting.pop() {
        for entry in fs::read_dir(at).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                waiting.push(path);
                continue;
            }
            files.push(SourceFile {
                path: path
                    .strip_prefix(folder)
                    .unwrap()
                    .to_str()
                    .unwrap()
                    .to_owned(),
                text: Some(fs::read_to_string(&path).unwrap()),
            });
        }
    }
    files
}

/// What a program that must succeed printed.
fn done(mut program: Command) -> String {
    let out = program
        .output()
        .expect("the vendor's tool and the sandbox need Node 20 (`node`) on the PATH");
    let err = String::from_utf8_lossy(&out.stderr);
    assert!(
        out.status.success(),
        "{program:?}\n(are the packages installed? `npm ci` at the root of the repository)\n{err}"
    );
    String::from_utf8(out.stdout).unwrap()
}

fn here() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/loader")
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .canonicalize()
        .unwrap()
}
