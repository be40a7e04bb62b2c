//! The two origins that serve files: the admin panel with its fallback, the plugin without one.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a failure here fails the test"
)]

mod support;

use std::path::Path;

use axum::Router;
use axum::body::Body;
use drydock::{Drydock, Options, Project};
use http::Request;
use http_body_util::BodyExt;
use tower::ServiceExt;

/// Status, content type and text of an answer.
async fn get(router: &Router, path: &str, accept: &str) -> String {
    let request = Request::builder()
        .uri(path)
        .header("accept", accept)
        .body(Body::empty())
        .unwrap();
    let response = router.clone().oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let kind = parts
        .headers
        .get("content-type")
        .map(|kind| kind.to_str().unwrap().to_owned())
        .unwrap_or_default();
    let text = String::from_utf8(body.collect().await.unwrap().to_bytes().to_vec()).unwrap();
    format!("{} {kind} {text}", parts.status.as_u16())
}

fn open(directory: &Path) -> Drydock {
    let options = Options {
        project: Project::Blank,
        admin_dist: directory.join("admin"),
        plugin_dist: directory.join("plugin"),
        ..Options::default()
    };
    Drydock::open(options).unwrap()
}

const PAGE: &str = "text/html,application/xhtml+xml";

#[tokio::test]
async fn the_panels_own_paths_are_its_index_page() {
    let directory = tempfile::tempdir().unwrap();
    std::fs::create_dir(directory.path().join("admin")).unwrap();
    std::fs::write(
        directory.path().join("admin/index.html"),
        "<title>panel</title>",
    )
    .unwrap();
    std::fs::write(directory.path().join("admin/panel.js"), "1").unwrap();
    let router = open(directory.path()).router();
    assert_eq!(
        get(&router, "/", PAGE).await,
        "200 text/html <title>panel</title>"
    );
    assert_eq!(
        get(&router, "/panel.js", "*/*").await,
        "200 text/javascript 1"
    );
    assert_eq!(
        get(&router, "/p/slipway/pages/releases", PAGE).await,
        "200 text/html; charset=utf-8 <title>panel</title>"
    );
    assert_eq!(
        get(&router, "/missing.js", "*/*").await,
        "404  ",
        "a script that is not there is not a page"
    );
    assert!(
        get(&router, "/cma/nothing", PAGE)
            .await
            .starts_with("400 application/json"),
        "the API is not the panel"
    );
}

#[tokio::test]
async fn the_plugins_files_have_their_types_and_nothing_stands_in_for_a_missing_one() {
    let directory = tempfile::tempdir().unwrap();
    std::fs::create_dir(directory.path().join("plugin")).unwrap();
    std::fs::write(
        directory.path().join("plugin/index.html"),
        "<title>plugin</title>",
    )
    .unwrap();
    std::fs::write(directory.path().join("plugin/slipway_bg.wasm"), "x").unwrap();
    let router = open(directory.path()).plugin_router();
    assert_eq!(
        get(&router, "/", PAGE).await,
        "200 text/html <title>plugin</title>"
    );
    assert_eq!(
        get(&router, "/slipway_bg.wasm", "*/*").await,
        "200 application/wasm x"
    );
    assert_eq!(get(&router, "/pages/releases", PAGE).await, "404  ");
}

#[tokio::test]
async fn a_folder_that_is_not_built_yet_says_which_command_builds_it() {
    let directory = tempfile::tempdir().unwrap();
    let drydock = open(directory.path());
    for (router, command) in [
        (drydock.router(), "cargo xtask run"),
        (drydock.plugin_router(), "trunk build --release"),
    ] {
        let page = get(&router, "/", PAGE).await;
        assert!(
            page.starts_with("503 text/html") && page.contains(command),
            "{page}"
        );
    }
}
