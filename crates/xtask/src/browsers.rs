//! The browsers and their drivers: Chromium for everything, Firefox beside it for the end-to-end tests.

use std::{env, path::PathBuf, process::Command};

use crate::{
    process::{self, ProcessError},
    report::timed,
    setup::{self, SetupError},
    workspace,
};

/// Pinned: the harness uses options that older ones do not know.
const GECKODRIVER: &str = "0.37.1";

/// A browser and the program that drives it.
#[derive(Debug)]
pub(crate) struct Browser {
    kind: &'static Kind,
    program: PathBuf,
    pub(crate) driver: PathBuf,
}

/// How a browser is found and how it is got.
#[derive(Debug)]
pub(crate) struct Kind {
    name: &'static str,
    /// The variable that names the program, and what it is called otherwise.
    program: (&'static str, &'static [&'static str]),
    /// The variable that names the driver, and what it is called otherwise.
    driver: (&'static str, &'static str),
    /// The packages Debian has it in.
    debian: &'static [&'static str],
    /// What a person types where we may not install anything.
    install: &'static str,
}

const CHROMIUM: Kind = Kind {
    name: "Chromium",
    program: (
        "CHROMIUM",
        &[
            "chromium",
            "chromium-browser",
            "google-chrome",
            "google-chrome-stable",
        ],
    ),
    driver: ("CHROMEDRIVER", "chromedriver"),
    debian: &["chromium", "chromium-driver"],
    install: if cfg!(target_os = "macos") {
        "brew install --cask chromium chromedriver"
    } else {
        "sudo apt-get update && sudo apt-get install --yes --no-install-recommends chromium chromium-driver"
    },
};

const FIREFOX: Kind = Kind {
    name: "Firefox",
    program: ("FIREFOX", &["firefox-esr", "firefox"]),
    driver: ("GECKODRIVER", "geckodriver"),
    debian: &["firefox-esr"],
    install: if cfg!(target_os = "macos") {
        "brew install --cask firefox"
    } else {
        "sudo apt-get update && sudo apt-get install --yes --no-install-recommends firefox-esr"
    },
};

/// Why there is no browser, and how to get one.
#[derive(Debug, thiserror::Error)]
pub(crate) enum BrowserError {
    #[error(transparent)]
    Process(#[from] ProcessError),
    #[error(transparent)]
    Setup(#[from] SetupError),
    #[error(
        "{} and {} are needed. Install them with:\n\n    {}\n\nor name them in {} and {}",
        .0.name, .0.driver.1, .0.install, .0.program.0, .0.driver.0
    )]
    Missing(&'static Kind),
}

/// Finds Chromium and a chromedriver of the same major version, installing them where that is possible without asking.
pub(crate) fn chromium() -> Result<Browser, BrowserError> {
    CHROMIUM.get()
}

/// Finds Firefox and geckodriver, installing them where that is possible without asking. Debian has no geckodriver, so
/// cargo builds it.
pub(crate) fn firefox() -> Result<Browser, BrowserError> {
    // Without the browser its driver is of no use, and building it takes minutes.
    if FIREFOX.program().is_none() && setup::may_use_apt() {
        FIREFOX.install()?;
    }
    if FIREFOX.program().is_some() && named(FIREFOX.driver.0).is_none() {
        setup::program("geckodriver", FIREFOX.driver.1, GECKODRIVER)?;
    }
    FIREFOX.find().ok_or(BrowserError::Missing(&FIREFOX))
}

impl Browser {
    /// Tells a test where the browser and its driver are.
    pub(crate) fn tell(&self, command: &mut Command) {
        command
            .env(self.kind.program.0, &self.program)
            .env(self.kind.driver.0, &self.driver);
    }
}

impl Kind {
    fn get(&'static self) -> Result<Browser, BrowserError> {
        if let Some(found) = self.find() {
            return Ok(found);
        }
        if setup::may_use_apt() {
            self.install()?;
        }
        self.find().ok_or(BrowserError::Missing(self))
    }

    fn find(&'static self) -> Option<Browser> {
        let (variable, name) = self.driver;
        Some(Browser {
            kind: self,
            program: self.program()?,
            driver: named(variable).or_else(|| workspace::find_program(name))?,
        })
    }

    fn program(&self) -> Option<PathBuf> {
        let (variable, names) = self.program;
        let found = || names.iter().copied().find_map(workspace::find_program);
        named(variable).or_else(found)
    }

    fn install(&self) -> Result<(), ProcessError> {
        let apt = |args: &[&str]| {
            let mut apt = process::command("apt-get");
            apt.args(args).env("DEBIAN_FRONTEND", "noninteractive");
            process::run(apt)
        };
        timed(&format!("Install {}", self.name), || {
            apt(&["update"])?;
            apt(&[
                &["install", "--yes", "--no-install-recommends"],
                self.debian,
            ]
            .concat())
        })
        .0
    }
}

/// The file a variable names, if there is one.
fn named(variable: &str) -> Option<PathBuf> {
    env::var_os(variable)
        .map(PathBuf::from)
        .filter(|path| path.is_file())
}
