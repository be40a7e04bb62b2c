//! Chromium and its driver, for the browser tests and the end-to-end tests.

use std::{env, path::PathBuf};

use crate::{
    process::{self, ProcessError},
    report::timed,
    setup, workspace,
};

/// The browser and the program that drives it.
#[derive(Debug)]
pub(crate) struct Browser {
    pub(crate) chromium: PathBuf,
    pub(crate) driver: PathBuf,
}

/// Why there is no browser, and how to get one.
#[derive(Debug, thiserror::Error)]
pub(crate) enum BrowserError {
    #[error(transparent)]
    Process(#[from] ProcessError),
    #[error(
        "Chromium and chromedriver are needed, with the same major version. Install them with:\n\n    {command}\n\nor name them in CHROMIUM and CHROMEDRIVER"
    )]
    Missing { command: &'static str },
}

/// Finds the browser, installing it where that is possible without asking.
pub(crate) fn browser() -> Result<Browser, BrowserError> {
    if let Some(found) = find() {
        return Ok(found);
    }
    if setup::may_use_apt() {
        timed("Install Chromium and its driver", apt).0?;
    }
    find().ok_or(BrowserError::Missing {
        command: install_command(),
    })
}

fn find() -> Option<Browser> {
    let named = |variable: &str| {
        env::var_os(variable)
            .map(PathBuf::from)
            .filter(|path| path.is_file())
    };
    let chromium = || {
        [
            "chromium",
            "chromium-browser",
            "google-chrome",
            "google-chrome-stable",
        ]
        .into_iter()
        .find_map(workspace::find_program)
    };
    Some(Browser {
        chromium: named("CHROMIUM").or_else(chromium)?,
        driver: named("CHROMEDRIVER").or_else(|| workspace::find_program("chromedriver"))?,
    })
}

fn apt() -> Result<(), ProcessError> {
    let apt = |args: &[&str]| {
        let mut apt = process::command("apt-get");
        apt.args(args).env("DEBIAN_FRONTEND", "noninteractive");
        process::run(apt)
    };
    apt(&["update"])?;
    apt(&[
        "install",
        "--yes",
        "--no-install-recommends",
        "chromium",
        "chromium-driver",
    ])
}

fn install_command() -> &'static str {
    if cfg!(target_os = "macos") {
        "brew install --cask chromium chromedriver"
    } else {
        "sudo apt-get update && sudo apt-get install --yes --no-install-recommends chromium chromium-driver"
    }
}
