//! The files of a directory: whole databases, one for every environment and one for the project, and nothing else.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use rusqlite::Connection;

/// While nobody has them open: every database that is in use is sound. What belongs to a fork under way may be anything.
/// Copies are looked at, so that what is left is what the next server finds.
pub(super) fn check_what_is_left(directory: &Path) {
    let data = directory.join("data");
    let copies = tempfile::tempdir_in(directory).unwrap();
    for name in names(&data) {
        std::fs::copy(data.join(&name), copies.path().join(&name)).unwrap();
    }
    let project = copies.path().join("project.sqlite");
    if !project.exists() {
        return;
    }
    let project = sound(&project);
    let is_filled: i64 = project
        .query_row(
            "SELECT count(*) FROM sqlite_master WHERE name = 'environments'",
            [],
            |row| row.get(0),
        )
        .unwrap();
    if is_filled == 0 {
        return;
    }
    let mut statement = project
        .prepare("SELECT file FROM environments WHERE status = 'ready'")
        .unwrap();
    let files = statement
        .query_map([], |row| row.get::<_, String>(0))
        .unwrap();
    for file in files {
        let path: PathBuf = copies.path().join(format!("{}.sqlite", file.unwrap()));
        assert!(path.exists(), "{} is missing", path.display());
        sound(&path);
    }
}

fn sound(path: &Path) -> Connection {
    let connection = Connection::open(path).unwrap();
    let verdict: String = connection
        .query_row("PRAGMA integrity_check", [], |row| row.get(0))
        .unwrap();
    assert_eq!(verdict, "ok", "{}", path.display());
    connection
}

/// While a server that has just started has them open: there is one database for each environment and one for the project,
/// and every other file belongs to one of them.
pub(super) fn check_the_set(directory: &Path, environments: usize) {
    let names = names(&directory.join("data"));
    let databases: BTreeSet<&str> = names
        .iter()
        .filter_map(|name| name.strip_suffix(".sqlite"))
        .collect();
    assert_eq!(databases.len(), environments + 1, "{names:?}");
    for name in &names {
        let database = name.split(".sqlite").next().unwrap();
        assert!(
            databases.contains(database),
            "{name} is left over: {names:?}"
        );
    }
}

fn names(data: &Path) -> Vec<String> {
    let Ok(entries) = std::fs::read_dir(data) else {
        return Vec::new();
    };
    let name = |entry: std::io::Result<std::fs::DirEntry>| entry.unwrap().file_name();
    entries
        .map(|entry| name(entry).into_string().unwrap())
        .collect()
}
