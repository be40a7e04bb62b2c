//! Failures on demand, jobs that take time, and the process itself: its first line, its end, its sudden end.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a failure here fails the test"
)]

mod support;

use std::io::Read;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use serde_json::json;
use support::Dock;
use support::process::Process;

fn with_fault(spec: &'static str) -> Dock {
    Dock::with(|options| options.faults.push(spec.parse().unwrap()))
}

#[tokio::test]
async fn an_answer_can_be_lost_after_the_work_is_done() {
    let dock = with_fault("POST /environments/*/fork:drop-answer*1");
    let lost = dock.fork("main", "sandbox", "").await;
    assert!(!lost.answered);
    assert_eq!(
        dock.environments().await,
        "main* sandbox",
        "it happened all the same"
    );
    assert!(dock.fork("main", "second", "").await.answered);
}

#[tokio::test]
async fn a_request_can_be_lost_before_anything_is_done() {
    let dock = with_fault("PUT /maintenance-mode/activate:drop-request*1");
    assert!(!dock.put("/maintenance-mode/activate").await.answered);
    assert_eq!(
        dock.get("/maintenance-mode").await.data()["attributes"]["active"],
        false
    );
}

#[tokio::test]
async fn a_fault_can_be_about_one_environment() {
    let dock = with_fault("GET /item-types in sandbox:503");
    assert!(dock.fork("main", "sandbox", "").await.answered);
    let of = async |environment| {
        let full = &dock.tokens.full;
        let list = dock.call_as(full, environment, "GET", "/item-types", None);
        list.await.status.as_u16()
    };
    assert_eq!(
        (of(Some("main")).await, of(Some("sandbox")).await),
        (200, 503)
    );
    assert_eq!(of(None).await, 200, "without a header it is primary");
    dock.put("/environments/sandbox/promote").await;
    assert_eq!(of(None).await, 503, "which is another one now");
}

#[tokio::test]
async fn refusals_come_in_the_shapes_clients_know() {
    let dock = with_fault("/environments:503*1");
    let refused = dock.get("/environments").await;
    assert_eq!(refused.brief(), "503 SERVICE_UNAVAILABLE");
    assert_eq!(dock.get("/environments").await.status, 200);

    let dock = with_fault("/site:transient@2");
    assert_eq!(dock.get("/site").await.status, 200);
    let refused = dock.get("/site").await;
    assert_eq!(refused.data()[0]["attributes"]["transient"], true);
    assert_eq!(dock.get("/site").await.status, 200);

    let dock = with_fault("/site:429*1");
    let refused = dock.get("/site").await;
    assert_eq!(
        (
            refused.brief().as_str(),
            refused.header("x-ratelimit-reset")
        ),
        ("429 RATE_LIMIT_EXCEEDED", "1")
    );
}

#[tokio::test]
async fn a_job_is_pending_until_its_delay_is_over() {
    let dock = Dock::with(|options| options.job_delay = Duration::from_secs(3));
    let body = json!({"data": {"type": "site", "attributes": {"name": "New name"}}});
    let job = dock.call("PUT", "/site", Some(&body)).await;
    let path = format!("/job-results/{}", job.data()["id"].as_str().unwrap());
    assert_eq!(dock.get(&path).await.brief(), "404 NOT_FOUND");
    dock.clock.advance(Duration::from_secs(3));
    let result = dock
        .call_as(&dock.tokens.full, Some("anything"), "GET", &path, None)
        .await;
    assert_eq!(
        result.data()["attributes"]["status"],
        200,
        "whatever the environment header says"
    );
    assert_eq!(
        result.data()["attributes"]["payload"]["data"]["attributes"]["name"],
        "New name"
    );
}

#[tokio::test]
async fn a_failed_job_holds_the_error_document() {
    let dock = Dock::blank();
    let body = json!({"data": {"type": "site", "attributes": {"locales": ["not a locale"]}}});
    let outcome = dock
        .outcome(&dock.call("PUT", "/site", Some(&body)).await)
        .await;
    assert_eq!(outcome["status"], 422);
    let error = &outcome["payload"]["data"][0];
    assert_eq!(
        (error["type"].as_str(), error["attributes"]["code"].as_str()),
        (Some("api_error"), Some("INVALID_FIELD"))
    );
}

fn in_directory(directory: &Path) -> [&str; 2] {
    ["--data", directory.to_str().unwrap()]
}

const LOCALES: &str =
    r#"{"data":{"type":"site","attributes":{"locales":["en","it"],"name":"Kept"}}}"#;

#[test]
fn what_was_acknowledged_survives_a_kill() {
    let directory = tempfile::tempdir().unwrap();
    let first = Process::start(&in_directory(directory.path()));
    let tokens = first.ready["tokens"].clone();
    assert!(
        first
            .call("PUT", "/site", LOCALES)
            .starts_with("HTTP/1.1 202")
    );
    assert!(
        first
            .call("PUT", "/maintenance-mode/activate", "")
            .contains(r#""active":true"#)
    );
    first.kill();

    let second = Process::start(&in_directory(directory.path()));
    assert_eq!(second.ready["tokens"], tokens);
    let site = second.call("GET", "/site", "");
    assert!(
        site.contains(r#""locales":["en","it"]"#) && site.contains(r#""name":"Kept""#),
        "{site}"
    );
    assert!(
        second
            .call("PUT", "/site", LOCALES)
            .contains("MAINTENANCE_MODE"),
        "the freeze survives too"
    );
}

#[test]
fn a_fork_that_was_cut_off_is_cleared_away_and_said_so() {
    let directory = tempfile::tempdir().unwrap();
    let slow = [
        &in_directory(directory.path())[..],
        &["--job-delay", "600000"],
    ]
    .concat();
    let first = Process::start(&slow);
    let answer = first.call(
        "POST",
        "/environments/main/fork?fast=true",
        r#"{"data":{"type":"environment","id":"half"}}"#,
    );
    assert!(answer.starts_with("HTTP/1.1 202"), "{answer}");
    let job = answer
        .split(r#""id":""#)
        .nth(1)
        .and_then(|rest| rest.split('"').next())
        .unwrap()
        .to_owned();
    assert!(
        first
            .call("GET", "/environments/half", "")
            .contains("creating")
    );
    first.kill();

    let second = Process::start(&in_directory(directory.path()));
    assert!(
        second
            .call("GET", "/environments/half", "")
            .contains("NOT_FOUND")
    );
    assert!(
        second
            .call("GET", "/environments/main", "")
            .contains(r#""read_only_mode":false"#)
    );
    assert!(
        second
            .call("GET", &format!("/job-results/{job}"), "")
            .contains(r#""status":503"#)
    );
    assert!(
        second
            .call("PUT", "/site", LOCALES)
            .starts_with("HTTP/1.1 202")
    );
    let files = std::fs::read_dir(directory.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name());
    let databases = files
        .filter(|name| name.to_str().unwrap().ends_with(".sqlite"))
        .count();
    assert_eq!(databases, 2, "the project's and main's");
    let log = second.kill();
    assert!(
        log.contains("the fork into `half` was interrupted"),
        "{log}"
    );
}

#[test]
fn one_directory_belongs_to_one_server() {
    let directory = tempfile::tempdir().unwrap();
    let _first = Process::start(&in_directory(directory.path()));
    let second = Command::new(env!("CARGO_BIN_EXE_drydock"))
        .args(in_directory(directory.path()))
        .output()
        .unwrap();
    assert!(!second.status.success() && second.stdout.is_empty());
    let log = String::from_utf8(second.stderr).unwrap();
    assert!(log.contains("in use by another drydock"), "{log}");
}

#[test]
fn the_first_line_says_where_everything_is_and_the_log_keeps_no_secret() {
    let mut server = Process::start(&["--in-memory"]);
    let ready = &server.ready;
    let keys: Vec<&String> = ready.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["cma", "cda", "admin", "plugin", "site", "tokens"]);
    let base = format!("http://{}", server.address());
    assert_eq!(ready["cda"], format!("{base}/graphql"));
    assert_eq!(ready["admin"], format!("{base}/"));
    assert_eq!(ready["site"], format!("{base}/site"));
    assert_ne!(ready["plugin"], ready["admin"]);
    server.call("GET", "/site", "");
    let token = ready["tokens"]["full"].as_str().unwrap().to_owned();

    let kill = Command::new("kill")
        .args(["-TERM", &server.child.id().to_string()])
        .status()
        .unwrap();
    assert!(kill.success());
    assert!(
        server.child.wait().unwrap().success(),
        "a polite request to stop is no failure"
    );
    let mut log = String::new();
    server
        .child
        .stderr
        .take()
        .unwrap()
        .read_to_string(&mut log)
        .unwrap();
    assert!(!log.contains(&token));
}

#[test]
fn a_lost_answer_is_a_closed_connection() {
    let mut server = Process::start(&[
        "--in-memory",
        "--fault",
        "GET /site:drop-answer*1",
        "--fault",
        "GET /roles:crash",
    ]);
    assert_eq!(server.call("GET", "/site", ""), "");
    assert!(server.call("GET", "/site", "").starts_with("HTTP/1.1 200"));
    assert_eq!(server.call("GET", "/roles", ""), "");
    let end = server.child.wait().unwrap();
    assert_eq!(end.code(), Some(137), "it crashed as it was told");
}

#[test]
fn a_bad_command_line_names_the_option() {
    let output = Command::new(env!("CARGO_BIN_EXE_drydock"))
        .args(["--fault", "items:503"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    let log = String::from_utf8(output.stderr).unwrap();
    insta::assert_snapshot!(log, @"drydock: option `--fault` cannot be `items:503`: path `items` does not start with `/`");
}
