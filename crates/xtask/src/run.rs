//! `cargo xtask run`: from a clone to the demo project in a browser.

use std::{
    ffi::OsString,
    io::{self, BufRead, BufReader},
    process::{Child, Command, Stdio},
};

use serde_json::Value;

use crate::{
    apps::{ADMIN, AppError, PLUGIN},
    process::{self, ProcessError},
    report::timed,
    setup::{self, SetupError},
    workspace,
};

/// Why the local CMS is not running.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RunError {
    #[error(transparent)]
    Setup(#[from] SetupError),
    #[error(transparent)]
    App(#[from] AppError),
    #[error(transparent)]
    Process(#[from] ProcessError),
    #[error("drydock: {0}")]
    Io(#[from] io::Error),
    #[error("drydock ended before it was ready; its message is above")]
    NotReady,
    #[error("drydock said something else than its addresses: {0}")]
    Unreadable(String),
}

/// Gets what is missing, builds, starts drydock and stays until it ends.
pub(crate) fn run(options: Vec<OsString>) -> Result<(), RunError> {
    setup::build_tools()?;
    PLUGIN.build_shown()?;
    ADMIN.build_shown()?;
    timed("Build drydock for release", || {
        let mut cargo = process::cargo();
        cargo.args(["build", "--release", "--locked", "--package", "drydock"]);
        process::run(cargo)
    })
    .0?;
    let (mut child, addresses) =
        timed("Start drydock with the demo project", || start(options)).0?;
    println!("{}", welcome(&addresses));
    let status = child.wait()?;
    if status.success() {
        Ok(())
    } else {
        Err(ProcessError::Failed {
            command: "drydock".to_owned(),
            status,
        }
        .into())
    }
}

fn start(options: Vec<OsString>) -> Result<(Child, Value), RunError> {
    let program = workspace::target()
        .join("release")
        .join(format!("drydock{}", std::env::consts::EXE_SUFFIX));
    let mut drydock = Command::new(program);
    drydock
        .current_dir(workspace::root())
        .args(options)
        .stdout(Stdio::piped());
    let mut child = drydock.spawn()?;
    let mut line = String::new();
    if let Some(stdout) = child.stdout.take() {
        BufReader::new(stdout).read_line(&mut line)?;
    }
    if line.is_empty() {
        child.wait()?;
        return Err(RunError::NotReady);
    }
    let addresses =
        serde_json::from_str(&line).map_err(|_| RunError::Unreadable(line.trim().to_owned()))?;
    Ok((child, addresses))
}

fn welcome(addresses: &Value) -> String {
    let address = |name: &str| {
        addresses[name]
            .as_str()
            .unwrap_or("(not served)")
            .to_owned()
    };
    format!(
        "\n  Open the admin panel:  {}\n\n  Plugin entry point     {}\n  Management API         {}\n  Delivery API           {}\n  Demo site              {}\n\n\
         \x20 Press Ctrl-C to stop. The demo is fresh at every start; `cargo xtask run -- --data DIR` keeps it.",
        address("admin"),
        address("plugin"),
        address("cma"),
        address("cda"),
        address("site"),
    )
}
