//! `cargo xtask screenshots`: the pictures of the documentation, taken of the real thing.

use std::{io, process::Command};

use crate::{
    apps::{ADMIN, AppError, PLUGIN},
    browsers::{self, BrowserError},
    process::{self, ProcessError},
    report::timed,
    setup::{self, SetupError},
    test::end_to_end_environment,
    workspace,
};

/// Why there are no new pictures.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ScreenshotsError {
    #[error(transparent)]
    Setup(#[from] SetupError),
    #[error(transparent)]
    Browser(#[from] BrowserError),
    #[error(transparent)]
    App(#[from] AppError),
    #[error(transparent)]
    Process(#[from] ProcessError),
    #[error("docs/screenshots cannot be made: {0}")]
    Folder(#[from] io::Error),
}

/// Builds what is shown and walks through every screen, in both colour schemes.
pub(crate) fn screenshots() -> Result<(), ScreenshotsError> {
    setup::build_tools()?;
    let browser = browsers::chromium()?;
    PLUGIN.build_shown()?;
    ADMIN.build_shown()?;
    let cargo = |args: &[&str]| -> Command {
        let mut cargo = process::cargo();
        cargo.args(args);
        cargo
    };
    timed("Build drydock", || {
        process::run(cargo(&["build", "--package", "drydock"]))
    })
    .0?;
    let folder = workspace::root().join("docs/screenshots");
    std::fs::create_dir_all(&folder)?;
    let mut walk = cargo(&["run", "--package", "e2e", "--bin", "screenshots", "--"]);
    walk.arg(&folder);
    end_to_end_environment(&mut walk);
    browser.tell(&mut walk);
    timed("Take the pictures", || process::run(walk)).0?;
    println!("docs/screenshots is up to date");
    Ok(())
}
