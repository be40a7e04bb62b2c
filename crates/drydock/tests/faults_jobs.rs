//! Jobs that fail, that never end, that never say so; forks that stand still; faults that come and go while the server runs.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a failure here fails the test"
)]

mod support;

use std::time::Duration;

use drydock::FaultId;
use serde_json::{Value, json};
use support::{Dock, Reply};

fn add(dock: &Dock, spec: &str) -> FaultId {
    dock.drydock.faults().add(spec.parse().unwrap())
}

async fn rename_project(dock: &Dock, name: &str) -> Reply {
    let body = json!({"data": {"type": "site", "attributes": {"name": name}}});
    let job = dock.call("PUT", "/site", Some(&body)).await;
    assert_eq!(job.status, 202, "{}", job.body);
    job
}

async fn project_name(dock: &Dock) -> String {
    let site = dock.get("/site").await;
    site.data()["attributes"]["name"]
        .as_str()
        .unwrap()
        .to_owned()
}

/// What `/job-results` says about a job, long after it was accepted.
async fn much_later(dock: &Dock, job: &Reply) -> String {
    dock.clock.advance(Duration::from_hours(24));
    let id = job.data()["id"].as_str().unwrap();
    dock.get(&format!("/job-results/{id}")).await.brief()
}

/// Status and percentage of an environment, once they are as expected.
async fn until(dock: &Dock, id: &str, expected: impl Fn(&Value) -> bool) -> Value {
    for _ in 0..10_000 {
        let reply = dock.get(&format!("/environments/{id}")).await;
        if expected(&reply.body) {
            return reply.body;
        }
        // The copy runs in a thread of its own.
        std::thread::yield_now();
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    panic!("{id} does not become what it should");
}

fn status(document: &Value) -> &str {
    let status = document["data"]["meta"]["status"].as_str();
    status.unwrap_or("not there")
}

#[tokio::test]
async fn a_job_fails_with_the_given_code_and_nothing_is_done() {
    let dock = Dock::blank();
    let name = project_name(&dock).await;
    for (code, status) in [
        ("EXCEPTION", 500),
        ("INVALID_FIELD", 422),
        ("NOT_FOUND", 404),
    ] {
        add(&dock, &format!("PUT /site:job-fail={code}*1"));
        let outcome = dock.outcome(&rename_project(&dock, "New").await).await;
        assert_eq!(outcome["status"], status);
        assert_eq!(outcome["payload"]["data"][0]["attributes"]["code"], code);
        assert_eq!(project_name(&dock).await, name);
    }
    let outcome = dock.outcome(&rename_project(&dock, "New").await).await;
    assert_eq!(
        (
            outcome["status"].as_u64(),
            project_name(&dock).await.as_str()
        ),
        (Some(200), "New")
    );
}

#[tokio::test]
async fn a_job_never_ends_whether_or_not_its_work_was_done() {
    let dock = Dock::blank();
    let name = project_name(&dock).await;
    add(&dock, "PUT /site:job-stall*1");
    let stalled = rename_project(&dock, "Stalled").await;
    assert_eq!(much_later(&dock, &stalled).await, "404 NOT_FOUND");
    assert_eq!(project_name(&dock).await, name);

    add(&dock, "PUT /site:job-stall-after@1");
    let silent = rename_project(&dock, "Done").await;
    assert_eq!(much_later(&dock, &silent).await, "404 NOT_FOUND");
    assert_eq!(project_name(&dock).await, "Done");
}

#[tokio::test]
async fn an_environment_whose_destruction_fails_is_still_there() {
    let dock = Dock::blank();
    assert_eq!(dock.fork("main", "spare", "").await.status, 202);
    add(&dock, "DELETE /environments/spare:job-fail=EXCEPTION*1");
    let job = dock.call("DELETE", "/environments/spare", None).await;
    assert_eq!(dock.outcome(&job).await["status"], 500);
    assert_eq!(dock.environments().await, "main* spare");
    let job = dock.call("DELETE", "/environments/spare", None).await;
    assert_eq!(dock.outcome(&job).await["status"], 200);
    assert_eq!(dock.environments().await, "main*");
}

#[tokio::test]
async fn a_fork_that_fails_leaves_nothing_behind() {
    let dock = Dock::blank();
    add(&dock, "POST /environments/*/fork:job-fail=EXCEPTION*1");
    let outcome = dock
        .outcome(&dock.fork("main", "rel-1", "?fast=true").await)
        .await;
    assert_eq!(outcome["status"], 500);
    assert_eq!(dock.environments().await, "main*");
    let main = dock.get("/environments/main").await;
    assert_eq!(main.data()["meta"]["read_only_mode"], false);
    let outcome = dock.outcome(&dock.fork("main", "rel-1", "").await).await;
    assert_eq!(outcome["status"], 201);
}

#[tokio::test]
async fn a_fork_stands_still_until_its_fault_is_removed() {
    for (fault, percent) in [
        ("fork-stuck=99", 99.0),
        ("fork-stuck=40", 40.0),
        ("job-stall", 0.0),
    ] {
        let dock = Dock::blank();
        let fault = add(&dock, &format!("POST /environments/*/fork:{fault}"));
        let job = dock.fork("main", "rel-1", "?fast=true").await;
        let stuck = until(&dock, "rel-1", |document| {
            document["data"]["meta"]["fork_completion_percentage"] == percent
        })
        .await;
        assert_eq!(status(&stuck), "creating");
        assert_eq!(much_later(&dock, &job).await, "404 NOT_FOUND");
        let main = dock.get("/environments/main").await;
        assert_eq!(main.data()["meta"]["read_only_mode"], true);

        assert!(dock.drydock.faults().remove(fault));
        until(&dock, "rel-1", |document| status(document) == "ready").await;
        assert_eq!(dock.outcome(&job).await["status"], 201);
    }
}

#[tokio::test]
async fn a_fork_can_be_ready_while_its_job_never_says_so() {
    let dock = Dock::blank();
    add(&dock, "POST /environments/*/fork:job-stall-after");
    let job = dock.fork("main", "rel-1", "").await;
    assert_eq!(dock.environments().await, "main* rel-1");
    assert_eq!(much_later(&dock, &job).await, "404 NOT_FOUND");
}

#[tokio::test]
async fn faults_come_and_go_while_the_server_runs() {
    let dock = Dock::blank();
    let faults = dock.drydock.faults().clone();
    assert_eq!(dock.get("/site").await.status, 200);
    let storm = add(&dock, "/site:429=7");
    for _ in 0..3 {
        let refused = dock.get("/site").await;
        assert_eq!(refused.brief(), "429 RATE_LIMIT_EXCEEDED");
        assert_eq!(refused.header("x-ratelimit-reset"), "7");
    }
    assert_eq!(faults.struck(storm), Some(3));
    assert!(faults.remove(storm));
    assert_eq!(dock.get("/site").await.status, 200);
    add(&dock, "*:500");
    assert_eq!(dock.get("/roles").await.brief(), "500 EXCEPTION");
    faults.clear();
    assert_eq!(dock.get("/roles").await.status, 200);
}
