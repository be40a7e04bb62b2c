//! Where things are.

use std::{
    env,
    ffi::OsString,
    fs, io,
    path::{Path, PathBuf},
};

/// The workspace's root folder, known since this program was compiled in it.
pub(crate) fn root() -> &'static Path {
    let crate_folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    crate_folder.ancestors().nth(2).unwrap_or(crate_folder)
}

/// Cargo's target folder: the one the environment names, or `target` in the root.
pub(crate) fn target() -> PathBuf {
    env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| root().join("target"), |folder| root().join(folder))
}

/// Where `cargo install` puts programs.
pub(crate) fn cargo_bin() -> Option<PathBuf> {
    let home = env::var_os("CARGO_HOME").map(PathBuf::from);
    home.or_else(|| env::home_dir().map(|home| home.join(".cargo")))
        .map(|home| home.join("bin"))
}

/// `PATH` with cargo's own bin folder first, so that what we installed wins over what happens to be there.
pub(crate) fn path() -> OsString {
    let inherited = env::var_os("PATH").unwrap_or_default();
    let folders = cargo_bin().into_iter().chain(env::split_paths(&inherited));
    // Joining fails only for a folder with a separator in its name, which could not have come from PATH.
    env::join_paths(folders).unwrap_or(inherited)
}

/// The full path of a program on `path()`.
pub(crate) fn find_program(name: &str) -> Option<PathBuf> {
    env::split_paths(&path())
        .map(|folder| folder.join(format!("{name}{}", env::consts::EXE_SUFFIX)))
        .find(|candidate| candidate.is_file())
}

/// The version `Cargo.lock` has of a package.
pub(crate) fn locked_version(package: &str) -> io::Result<Option<String>> {
    Ok(version_in(&fs::read_to_string(root().join("Cargo.lock"))?, package).map(str::to_owned))
}

fn version_in<'a>(lock: &'a str, package: &str) -> Option<&'a str> {
    let name = format!("name = \"{package}\"");
    let mut lines = lock.lines().skip_while(|line| *line != name);
    lines
        .nth(1)?
        .strip_prefix("version = \"")?
        .strip_suffix('"')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_read_from_the_lock() {
        let lock = "[[package]]\nname = \"aa\"\nversion = \"1.0.0\"\n\n[[package]]\nname = \"a\"\nversion = \"0.2.126\"\n";
        assert_eq!(version_in(lock, "a"), Some("0.2.126"));
        assert_eq!(version_in(lock, "b"), None);
    }

    #[test]
    fn the_root_holds_the_lock() {
        assert!(root().join("Cargo.lock").is_file());
    }
}
