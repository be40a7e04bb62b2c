//! `--check-responses`: a server that compares what it says with the vendor's types while it runs.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a failure here fails the test"
)]

mod support;

use std::process::{Command, Stdio};

use serde_json::Value;
use support::process::Process;
use support::schemas::schemas;

/// A file like the real one, in which a site's name is a number.
fn odd_types(folder: &std::path::Path) -> Option<std::path::PathBuf> {
    let (file, _) = schemas()?;
    let mut types: Value = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
    let name = "/definitions/SiteAttributes/properties/name";
    *types.pointer_mut(name).unwrap() = serde_json::json!({"type": "number"});
    let path = folder.join("odd.json");
    std::fs::write(&path, types.to_string()).unwrap();
    Some(path)
}

#[test]
fn what_is_wrong_is_logged_and_answered_all_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let Some(types) = odd_types(folder.path()) else {
        return;
    };
    let server = Process::start(&["--check-responses", types.to_str().unwrap()]);
    let site = server.read("main", "/site");
    assert_eq!(site["data"]["attributes"]["name"], "Drydock project");
    server.read("main", "/roles");
    let log = server.terminate();
    let about: Vec<&str> = log
        .lines()
        .filter_map(|line| line.strip_prefix("drydock: response check: "))
        .collect();
    assert_eq!(
        about,
        [
            "GET /site answered 200 with what is no SiteSelfTargetSchema: `/data/attributes/name` is refused: it is not of type \
             \"number\"",
        ]
    );
    assert!(log.contains("answers compared with the vendor's types: 2, wrong ones: 1"));
    assert!(log.contains("answers are compared with the types of @datocms/cma-client"));
}

#[test]
fn a_file_that_is_not_there_ends_the_start() {
    let refused = Command::new(env!("CARGO_BIN_EXE_drydock"))
        .args(["--check-responses", "/nothing/here.json"])
        .stdout(Stdio::null())
        .output()
        .unwrap();
    assert_eq!(refused.status.code(), Some(2));
    let said = String::from_utf8(refused.stderr).unwrap();
    assert!(
        said.contains("option `--check-responses`: /nothing/here.json cannot be read"),
        "{said}"
    );
}
