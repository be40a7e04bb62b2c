//! Where things live, as ARCHITECTURE.md promises it.

#![expect(clippy::unwrap_used, reason = "test support outside of test functions")]

use std::{
    fs,
    path::{Path, PathBuf},
};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Every Rust file below a folder, relative to the root, with its text.
fn sources(folder: &str) -> Vec<(String, String)> {
    let root = root();
    let mut waiting = vec![root.join(folder)];
    let mut found = Vec::new();
    while let Some(path) = waiting.pop() {
        if path.is_dir() {
            waiting.extend(
                fs::read_dir(path)
                    .unwrap()
                    .map(|entry| entry.unwrap().path()),
            );
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let name = path.strip_prefix(&root).unwrap().display().to_string();
            found.push((name, fs::read_to_string(path).unwrap()));
        }
    }
    assert!(!found.is_empty(), "there is nothing in {folder}");
    found
}

/// The files below some folders that say `word`, apart from those that may.
fn strangers(folders: &[&str], word: &str, may: &[&str]) -> Vec<String> {
    let mut strangers: Vec<String> = folders
        .iter()
        .flat_map(|folder| sources(folder))
        .filter(|(name, text)| {
            text.contains(word) && !may.iter().any(|place| name.starts_with(place))
        })
        .map(|(name, _)| name)
        .collect();
    strangers.sort();
    strangers
}

fn manifest(package: &str) -> String {
    fs::read_to_string(root().join("crates").join(package).join("Cargo.toml")).unwrap()
}

/// The manifest's lines up to the dependencies of tests.
fn dependencies(package: &str) -> String {
    let manifest = manifest(package);
    manifest
        .split("[dev-dependencies]")
        .next()
        .unwrap_or_default()
        .to_owned()
}

#[test]
fn javascript_values_stay_at_the_rim() {
    let may = [
        "src/ports",
        "crates/penpal/src",
        "crates/datocms-plugin/src",
        "crates/drydock-admin/src/router",
    ];
    assert_eq!(
        strangers(&["src", "crates/drydock-admin/src"], "JsValue", &may),
        [""; 0]
    );
}

#[test]
fn the_plugin_spawns_in_one_place() {
    assert_eq!(
        strangers(&["src"], "spawn_local", &["src/store.rs"]),
        [""; 0]
    );
}

#[test]
fn the_pure_crates_know_no_browser_and_do_nothing_async() {
    for package in ["slipway-release", "slipway-scripts"] {
        let folder = format!("crates/{package}/src");
        for word in ["async fn", ".await", "wasm_bindgen", "std::time::Instant"] {
            assert_eq!(strangers(&[&folder], word, &[]), [""; 0], "{word}");
        }
        for name in ["wasm-bindgen", "web-sys", "js-sys", "yew", "tokio"] {
            assert!(!dependencies(package).contains(name), "{package}: {name}");
        }
    }
}

#[test]
fn only_what_is_drawn_knows_yew() {
    for package in [
        "penpal",
        "datocms-plugin",
        "datocms-client",
        "slipway-release",
        "slipway-engine",
        "slipway-scripts",
        "drydock",
    ] {
        assert!(!manifest(package).contains("yew"), "{package}");
    }
}

#[test]
fn the_local_cms_shares_nothing_with_the_client() {
    let drydock = manifest("drydock");
    for ours in ["datocms-client", "datocms-plugin", "penpal", "slipway"] {
        assert!(!drydock.contains(ours), "{ours}");
    }
}
