//! The two browser applications, built in release by Trunk when something they are made of has changed.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs, io,
    path::PathBuf,
};

use serde_json::Value;

use crate::{
    process::{self, ProcessError},
    report::timed,
    stamp::Stamp,
    workspace,
};

/// A Trunk application of this workspace.
pub(crate) struct App {
    /// What people call it; also the name of its folder below `dist`.
    pub(crate) name: &'static str,
    /// The cargo package it is built from.
    package: &'static str,
    /// Where its `Trunk.toml` is, relative to the root.
    folder: &'static str,
    /// What it is made of besides its crates, relative to the root.
    statics: &'static [&'static str],
}

/// The plugin.
pub(crate) const PLUGIN: App = App {
    name: "plugin",
    package: "slipway",
    folder: ".",
    statics: &[
        "src",
        "www",
        "index.html",
        "Trunk.toml",
        "package-lock.json",
    ],
};

/// The local admin panel.
pub(crate) const ADMIN: App = App {
    name: "admin",
    package: "drydock-admin",
    folder: "crates/drydock-admin",
    statics: &[],
};

/// Why an application could not be built.
#[derive(Debug, thiserror::Error)]
pub(crate) enum AppError {
    #[error(transparent)]
    Process(#[from] ProcessError),
    #[error("cannot read what the {app} is made of: {source}")]
    Inputs {
        app: &'static str,
        source: io::Error,
    },
    #[error("cannot read `cargo metadata`: {0}")]
    Metadata(#[from] serde_json::Error),
    #[error("{0} is not a package of this workspace")]
    UnknownPackage(&'static str),
}

impl App {
    /// Where the built application is.
    pub(crate) fn dist(&self) -> PathBuf {
        workspace::root().join("dist").join(self.name)
    }

    /// Builds the application, or returns at once when the last build was made from the same inputs.
    pub(crate) fn build(&self) -> Result<(), AppError> {
        let stamp =
            Stamp::of(self.name, &self.inputs()?).map_err(|source| self.inputs_error(source))?;
        if stamp.is_fresh() && self.dist().join("index.html").is_file() {
            eprintln!("  {} is up to date", self.name);
            return Ok(());
        }
        let mut trunk = process::command("trunk");
        trunk.current_dir(workspace::root().join(self.folder));
        trunk.args([
            "build",
            "--skip-version-check",
            "--release",
            "--cargo-profile",
            "wasm-release",
        ]);
        trunk.arg("--dist").arg(self.dist());
        // Trunk reads this variable as its own option and refuses the customary value `1`.
        trunk.env_remove("NO_COLOR");
        process::run(trunk)?;
        stamp.keep().map_err(|source| self.inputs_error(source))
    }

    /// The same, announced and timed.
    pub(crate) fn build_shown(&self) -> Result<(), AppError> {
        timed(&format!("Build the {} for release", self.name), || {
            self.build()
        })
        .0
    }

    fn inputs(&self) -> Result<Vec<PathBuf>, AppError> {
        let root = workspace::root();
        let mut cargo = process::cargo();
        cargo.args(["metadata", "--no-deps", "--format-version", "1"]);
        let metadata: Value = serde_json::from_str(&process::read(cargo)?)?;
        let crates =
            crate_folders(&metadata, self.package).ok_or(AppError::UnknownPackage(self.package))?;
        let shared = ["Cargo.toml", "Cargo.lock", ".cargo/config.toml"]
            .iter()
            .chain(self.statics);
        // The root package's folder is the whole repository: its parts are named in `statics` instead.
        Ok(shared
            .map(|file| root.join(file))
            .chain(crates.into_iter().filter(|folder| folder != root))
            .collect())
    }

    fn inputs_error(&self, source: io::Error) -> AppError {
        AppError::Inputs {
            app: self.name,
            source,
        }
    }
}

/// The folders of `package` and of every crate of the workspace it is built from; dev-dependencies are not.
fn crate_folders(metadata: &Value, package: &str) -> Option<BTreeSet<PathBuf>> {
    let packages: BTreeMap<&str, &Value> = metadata["packages"]
        .as_array()?
        .iter()
        .filter_map(|package| Some((package["name"].as_str()?, package)))
        .collect();
    let mut folders = BTreeSet::new();
    let mut open = vec![package];
    while let Some(name) = open.pop() {
        let package = packages.get(name)?;
        let manifest = PathBuf::from(package["manifest_path"].as_str()?);
        if !folders.insert(manifest.parent()?.to_owned()) {
            continue;
        }
        let local = package["dependencies"]
            .as_array()?
            .iter()
            .filter(|dependency| dependency["path"].is_string());
        open.extend(
            local
                .filter(|dependency| dependency["kind"] != "dev")
                .filter_map(|dependency| dependency["name"].as_str()),
        );
    }
    Some(folders)
}

/// The sizes of an application's files, largest first, for the log.
pub(crate) fn sizes(app: &App) -> io::Result<String> {
    let mut files = Vec::new();
    for entry in fs::read_dir(app.dist())? {
        let entry = entry?;
        let metadata = entry.metadata()?;
        if metadata.is_file() {
            files.push((
                metadata.len(),
                entry.file_name().to_string_lossy().into_owned(),
            ));
        }
    }
    files.sort_by(|a, b| b.cmp(a));
    let line = |(bytes, name): &(u64, String)| format!("  {bytes:>9} bytes  {name}");
    Ok(files.iter().map(line).collect::<Vec<_>>().join("\n"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn inputs_follow_path_dependencies_but_not_dev_ones() {
        let package = |name: &str, dependencies: Value| json!({ "name": name, "manifest_path": format!("/w/{name}/Cargo.toml"), "dependencies": dependencies });
        let metadata = json!({ "packages": [
            package("app", json!([
                { "name": "wire", "path": "/w/wire", "kind": null },
                { "name": "server", "path": "/w/server", "kind": "dev" },
                { "name": "serde", "kind": null },
            ])),
            package("wire", json!([])),
            package("server", json!([])),
        ]});
        let folders = crate_folders(&metadata, "app").unwrap();
        assert_eq!(folders, BTreeSet::from(["/w/app".into(), "/w/wire".into()]));
        assert_eq!(crate_folders(&metadata, "nobody"), None);
    }
}
