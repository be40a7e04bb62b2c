//! The vendor's command line tool, unmodified, as a developer runs it in a terminal.

use std::{
    env, fs, io,
    path::{Path, PathBuf},
    time::Duration,
};

use e2e::{Backdrop, Failure, Stage};
use tempfile::TempDir;
use tokio::{process::Command, time::Instant};

use crate::Repository;

/// Scripts that write what belongs to the whole project, which needs a person's consent in the plugin.
const PROJECT_WIDE: [&str; 6] = [
    "1600000022_roles.js",
    "1600000023_webhooks.ts",
    "1600000030_searchIndexes.js",
    "1600000031_singleSignOn.ts",
    "1600000032_whiteLabel.js",
    "1600000033_people.ts",
];

/// The root of this repository.
fn root() -> PathBuf {
    let crate_folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let root = crate_folder.ancestors().nth(2);
    root.unwrap_or(crate_folder).to_owned()
}

/// A copy of the repository with a script for every namespace that one may write to, without those that need a consent.
pub(crate) fn repository() -> io::Result<Repository> {
    let copy = TempDir::new()?;
    let from = root().join("crates/drydock/tests/fixtures/many_scripts");
    copy_into(&from, &copy.path().join("many_scripts"))?;
    // The tool finds the vendor's packages from a folder above, and nobody who chooses the repository chooses them.
    let packages = root().join("node_modules").canonicalize()?;
    std::os::unix::fs::symlink(packages, copy.path().join("node_modules"))?;
    Ok(copy)
}

fn copy_into(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let name = entry.file_name();
        if entry.file_type()?.is_dir() {
            copy_into(&entry.path(), &to.join(name))?;
        } else if !PROJECT_WIDE.iter().any(|script| name == *script) {
            fs::copy(entry.path(), to.join(name))?;
        }
    }
    Ok(())
}

/// Runs the folder in the primary environment of a blank project, and says how long the tool took.
pub(crate) async fn run(repository: &Repository, options: &[&str]) -> Result<Duration, String> {
    let folder = repository.path().join("many_scripts");
    let mut took = Duration::ZERO;
    let backdrop = Backdrop::blank_with(options);
    Stage::attempt("bench-theirs", backdrop, async |stage: &mut Stage| {
        let addresses = stage.addresses()?;
        let mut command = Command::new("node");
        command
            .arg(root().join("node_modules/datocms/bin/run"))
            .args([
                "migrations:run",
                "--source",
                "main",
                "--in-place",
                "--allow-primary",
            ])
            .args(["--base-url", &addresses.cma])
            .args(["--api-token", &addresses.tokens.full])
            .current_dir(&folder)
            .env("HOME", stage.data()?.join("home"))
            .env_remove("XDG_DATA_HOME")
            .env_remove("DATOCMS_API_TOKEN")
            .env("NO_COLOR", "1")
            .env("npm_config_update_notifier", "false");
        let began = Instant::now();
        let out = command.output().await;
        took = began.elapsed();
        let out = out.map_err(|error| Failure::Untrue(format!("node: {error}")))?;
        if out.status.success() {
            return Ok(());
        }
        let text = |bytes| String::from_utf8_lossy(bytes).into_owned();
        let (said, complained) = (text(&out.stdout), text(&out.stderr));
        Err(Failure::Untrue(format!(
            "migrations:run failed:\n{said}\n{complained}"
        )))
    })
    .await?;
    Ok(took)
}
