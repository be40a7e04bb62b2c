//! The command line program of SQLite, which listing is measured against.

use std::{env, path::PathBuf, process::Command};

use super::BenchError;
use crate::{process, report::timed, setup, workspace};

/// What a person types where we may not install anything.
const INSTALL: &str = if cfg!(target_os = "macos") {
    "brew install sqlite"
} else {
    "sudo apt-get update && sudo apt-get install --yes --no-install-recommends sqlite3"
};

/// The program.
#[derive(Debug)]
pub(super) struct Sqlite(PathBuf);

impl Sqlite {
    /// Finds it, installing it where that is possible without asking.
    pub(super) fn get() -> Result<Self, BenchError> {
        if let Some(found) = find() {
            return Ok(Self(found));
        }
        if setup::may_use_apt() {
            timed("Install sqlite3", || {
                apt(&["update"])?;
                apt(&["install", "--yes", "--no-install-recommends", "sqlite3"])
            })
            .0?;
        }
        find().map(Self).ok_or(BenchError::NoSqlite(INSTALL))
    }

    /// A command that has yet to be told what to do.
    pub(super) fn command(&self) -> Command {
        process::command(&self.0)
    }
}

fn find() -> Option<PathBuf> {
    let named = env::var_os("SQLITE3").map(PathBuf::from);
    named
        .filter(|path| path.is_file())
        .or_else(|| workspace::find_program("sqlite3"))
}

fn apt(arguments: &[&str]) -> Result<(), process::ProcessError> {
    let mut apt = process::command("apt-get");
    apt.args(arguments).env("DEBIAN_FRONTEND", "noninteractive");
    process::run(apt)
}
