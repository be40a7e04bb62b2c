//! The vendor's command line tool, as a developer runs it in a terminal.

use std::{
    fs,
    path::{Path, PathBuf},
};

use e2e::{Failure, Stage};
use tempfile::TempDir;
use tokio::process::Command;

/// The root of this repository.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .canonicalize()
        .unwrap()
}

/// What the scripts handle of the whole project, which needs a person's consent here.
pub(crate) const CONSENTS: [&str; 12] = [
    "roles",
    "API tokens",
    "invitations",
    "webhooks",
    "build triggers",
    "search indexes",
    "the settings of single sign-on",
    "single sign-on users",
    "single sign-on groups",
    "white-label settings",
    "collaborators",
    "audit log entries",
];

/// A copy of the repository with a script for every namespace that one may write to (`README.md` there).
pub(crate) fn many_scripts() -> TempDir {
    let copy = TempDir::new().unwrap();
    let from = root().join("crates/drydock/tests/fixtures/many_scripts");
    copy_into(&from, &copy.path().join("many_scripts"));
    // The tool finds the vendor's packages from a folder above, and nobody who chooses the repository chooses them.
    let packages = copy.path().join("node_modules");
    std::os::unix::fs::symlink(root().join("node_modules"), packages).unwrap();
    copy
}

fn copy_into(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name();
        if entry.file_type().unwrap().is_dir() {
            copy_into(&entry.path(), &to.join(name));
        } else {
            fs::copy(entry.path(), to.join(name)).unwrap();
        }
    }
}

/// Runs `migrations:run` in a folder with this access token, which must succeed; what it printed. The waits of its client
/// for jobs are short.
pub(crate) async fn migrations_run(
    stage: &Stage,
    token: &str,
    folder: &Path,
    arguments: &[&str],
) -> Result<String, Failure> {
    let addresses = stage.addresses()?;
    let hurry = root().join("crates/drydock/tests/vendor/programs/hurry.cjs");
    let tool = root().join("node_modules/datocms/bin/run");
    let home = stage.data()?.join("home");
    let out = Command::new("node")
        .arg("--require")
        .arg(hurry)
        .arg(tool)
        .arg("migrations:run")
        .args(["--base-url", &addresses.cma, "--api-token", token])
        .args(arguments)
        .current_dir(folder)
        .env("HOME", home)
        .env_remove("XDG_DATA_HOME")
        .env_remove("DATOCMS_API_TOKEN")
        .env("NO_COLOR", "1")
        .env("npm_config_update_notifier", "false")
        .output()
        .await
        .expect("the vendor's tool needs Node 20 (`node`) on the PATH");
    let text = |bytes| String::from_utf8_lossy(bytes).into_owned();
    let (said, complained) = (text(&out.stdout), text(&out.stderr));
    if out.status.success() {
        return Ok(format!("{said}{complained}"));
    }
    let words = arguments.join(" ");
    Err(Failure::Untrue(format!(
        "migrations:run {words} failed:\n{said}\n{complained}"
    )))
}
