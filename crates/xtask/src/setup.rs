//! Gets what is missing: the wasm target, Trunk, the wasm-bindgen CLI, nextest and the npm packages.
//!
//! Programs go to cargo's own bin folder, so that another clone of this repository finds them there.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use crate::{
    process::{self, ProcessError},
    report::timed,
    stamp::Stamp,
    workspace,
};

const TRUNK: &str = "0.21.14";
const NEXTEST: &str = "0.9.143";
const WASM: &str = "wasm32-unknown-unknown";
/// The oldest Node the vendor's packages run on.
const NODE_MAJOR: u32 = 20;

/// What could not be got, and what a person can do about it.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SetupError {
    #[error(transparent)]
    Process(#[from] ProcessError),
    #[error("cannot read {what}: {source}")]
    Read {
        what: &'static str,
        source: io::Error,
    },
    #[error("Cargo.lock has no package `wasm-bindgen`, so the version of its CLI is not known")]
    NoWasmBindgen,
    #[error(
        "Node.js {NODE_MAJOR} or newer is needed and {found}; get it from https://nodejs.org or your package manager"
    )]
    Node { found: String },
    #[error(
        "the standard library for {WASM} is missing and rustup is not installed to fetch it; install it with your toolchain's package manager"
    )]
    NoRustup,
}

/// What both commands need to build the two browser applications.
pub(crate) fn build_tools() -> Result<(), SetupError> {
    wasm_target()?;
    program("trunk", "trunk", TRUNK)?;
    let locked = workspace::locked_version("wasm-bindgen");
    let version = locked.map_err(|source| SetupError::Read {
        what: "Cargo.lock",
        source,
    })?;
    program(
        "wasm-bindgen-cli",
        "wasm-bindgen",
        &version.ok_or(SetupError::NoWasmBindgen)?,
    )?;
    npm_packages()
}

/// What only the tests need; any nextest already here will do.
pub(crate) fn test_tools() -> Result<(), SetupError> {
    if workspace::find_program("cargo-nextest").is_some() {
        return Ok(());
    }
    install("cargo-nextest", NEXTEST)
}

fn wasm_target() -> Result<(), SetupError> {
    let mut rustc = process::command("rustc");
    rustc.args(["--print", "sysroot"]);
    let sysroot = PathBuf::from(process::read(rustc)?.trim());
    if sysroot.join("lib/rustlib").join(WASM).is_dir() {
        return Ok(());
    }
    if workspace::find_program("rustup").is_none() {
        return Err(SetupError::NoRustup);
    }
    let mut rustup = process::command("rustup");
    rustup.args(["target", "add", WASM]);
    Ok(timed("Add the wasm32 target", || process::run(rustup)).0?)
}

/// Installs `package` unless its `program` answers with exactly `version`.
pub(crate) fn program(package: &str, program: &str, version: &str) -> Result<(), SetupError> {
    let mut ask = process::command(program);
    ask.arg("--version");
    let found = process::read(ask).unwrap_or_default();
    if found.split_whitespace().nth(1) == Some(version) {
        return Ok(());
    }
    install(package, version)
}

fn install(package: &str, version: &str) -> Result<(), SetupError> {
    let mut cargo = process::cargo();
    cargo.args(["install", "--locked", "--version", version, package]);
    // Not the workspace's flags and target folder: this is somebody else's program.
    cargo.env_remove("CARGO_TARGET_DIR").env_remove("RUSTFLAGS");
    // Such programs are released for speed at any price in compiling; a fresh machine would wait longer for them than they run.
    for (setting, value) in [("LTO", "off"), ("CODEGEN_UNITS", "16"), ("OPT_LEVEL", "1")] {
        cargo.env(format!("CARGO_PROFILE_RELEASE_{setting}"), value);
    }
    Ok(timed(
        &format!("Install {package} {version} (a few minutes, once)"),
        || process::run(cargo),
    )
    .0?)
}

/// The npm packages of the lock file.
pub(crate) fn npm_packages() -> Result<(), SetupError> {
    node()?;
    let root = workspace::root();
    // npm empties the folder before it fills it. Through a link that would be the folder of another checkout, which looks
    // after it.
    if root.join("node_modules").is_symlink() {
        return Ok(());
    }
    let inputs = ["package.json", "package-lock.json", ".npmrc"].map(|file| root.join(file));
    let read = |source| SetupError::Read {
        what: "package-lock.json",
        source,
    };
    let stamp = Stamp::of("npm", &inputs).map_err(read)?;
    // npm writes this file last, so an interrupted installation is not taken for a whole one.
    if stamp.is_fresh() && root.join("node_modules/.package-lock.json").is_file() {
        return Ok(());
    }
    let mut npm = process::command("npm");
    npm.args(["ci", "--no-audit", "--no-fund"]);
    timed("Install the npm packages", || process::run(npm)).0?;
    stamp.keep().map_err(|source| SetupError::Read {
        what: "the target folder",
        source,
    })
}

/// The vendor's published types as JSON Schemas, which drydock's answers are compared with.
pub(crate) fn response_schemas() -> Result<(), SetupError> {
    let root = workspace::root();
    let script = root.join("crates/drydock/schemas/responses.mjs");
    let read = |source| SetupError::Read {
        what: "what the schemas are made from",
        source,
    };
    let inputs = [script.clone(), root.join("package-lock.json")];
    let stamp = Stamp::of("response-schemas", &inputs).map_err(read)?;
    let file = response_schemas_file();
    if stamp.is_fresh() && file.is_file() {
        return Ok(());
    }
    let mut generate = process::command("node");
    generate.arg(script).arg(file);
    process::run(generate)?;
    stamp.keep().map_err(read)
}

/// Where [`response_schemas`] writes them.
pub(crate) fn response_schemas_file() -> PathBuf {
    workspace::target().join("response-schemas.json")
}

fn node() -> Result<(), SetupError> {
    let mut node = process::command("node");
    node.arg("--version");
    let found = process::read(node).map_err(|_| SetupError::Node {
        found: "was not found".to_owned(),
    })?;
    let major = found
        .trim()
        .trim_start_matches('v')
        .split('.')
        .next()
        .and_then(|major| major.parse::<u32>().ok());
    match major {
        Some(major) if major >= NODE_MAJOR => Ok(()),
        Some(_) | None => Err(SetupError::Node {
            found: format!("{} is here", found.trim()),
        }),
    }
}

/// Whether this is a Debian-like system on which we may install packages.
pub(crate) fn may_use_apt() -> bool {
    let root = || {
        let mut id = process::command("id");
        id.arg("-u");
        process::read(id).is_ok_and(|id| id.trim() == "0")
    };
    fs::exists(Path::new("/etc/debian_version")).unwrap_or(false)
        && workspace::find_program("apt-get").is_some()
        && root()
}
