//! Answers that come later.

use datocms_client::{ApiError, EnvironmentStatus, ForkOptions, Forking, JobId, NewField};
use serde_json::json;

use crate::support::{
    Reply, answer, environment, error, error_body, id, item, job, job_result, one, script,
};

fn new_field() -> NewField {
    NewField {
        id: None,
        label: "Migration file name".to_owned(),
        api_key: "name".to_owned(),
        field_type: "string".to_owned(),
        validators: json!({ "required": {} }),
    }
}

fn field() -> serde_json::Value {
    json!({ "type": "field", "id": "F1", "attributes": {
        "label": "Migration file name", "api_key": "name", "field_type": "string", "localized": false,
        "validators": { "required": {} } } })
}

#[tokio::test(flavor = "current_thread")]
async fn a_job_is_followed_with_the_environment_of_its_request_until_it_is_there() {
    let pending = || error(404, "NOT_FOUND");
    let (server, cma, _) = script([
        job("48121"),
        pending(),
        pending(),
        pending(),
        job_result("48121", 200, one(field())),
    ]);
    let created = cma
        .environment(&id("rel-7"))
        .fields()
        .create("Ma1", &new_field())
        .await
        .unwrap();
    assert_eq!(
        (created.id.as_str(), created.api_key.as_str()),
        ("F1", "name")
    );
    let poll = "GET /cma/job-results/48121";
    assert_eq!(
        server.requests(),
        ["POST /cma/item-types/Ma1/fields", poll, poll, poll, poll]
    );
    assert!(
        server
            .seen()
            .iter()
            .all(|seen| seen.environment.as_deref() == Some("rel-7"))
    );
    assert_eq!(
        server.times(),
        [0, 80, 184, 319, 494],
        "80 ms, growing by three tenths"
    );
}

#[tokio::test(flavor = "current_thread")]
async fn polling_never_gets_slower_than_two_seconds() {
    let mut replies = vec![job("j")];
    replies.extend((0..20).map(|_| error(404, "NOT_FOUND")));
    replies.push(job_result("j", 200, one(field())));
    let (server, cma, _) = script(replies);
    cma.primary()
        .fields()
        .create("Ma1", &new_field())
        .await
        .unwrap();
    let times = server.times();
    let slowest = times
        .windows(2)
        .map(|pair| pair[1] - pair[0])
        .max()
        .unwrap();
    assert_eq!(slowest, 2000);
}

#[tokio::test(flavor = "current_thread")]
async fn a_failed_job_is_the_failure_of_its_request() {
    let payload = error_body(
        "INVALID_FIELD",
        json!({ "field": "api_key", "code": "VALIDATION_UNIQUENESS" }),
        false,
    );
    let (_, cma, _) = script([job("j"), job_result("j", 422, payload)]);
    let error = cma
        .primary()
        .fields()
        .create("Ma1", &new_field())
        .await
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "POST /item-types/Ma1/fields was refused: `api_key` is not acceptable (VALIDATION_UNIQUENESS). Nothing was changed."
    );
}

#[tokio::test(flavor = "current_thread")]
async fn a_job_that_cannot_be_asked_about_leaves_its_request_in_doubt() {
    let mut replies = vec![job("j")];
    replies.extend((0..5).map(|_| Reply::Lost));
    let (server, cma, _) = script(replies);
    let error = cma.primary().items().destroy("It1").await.unwrap_err();
    assert!(
        matches!(&error, ApiError::InDoubt { request, reason }
        if request == "DELETE /items/It1" && reason.contains("job j")),
        "{error:?}"
    );
    assert_eq!(server.left(), 0);
}

#[tokio::test(flavor = "current_thread")]
async fn a_job_that_the_server_forgot_is_given_up_after_an_hour() {
    let mut replies = vec![job("j")];
    replies.extend((0..2000).map(|_| error(404, "NOT_FOUND")));
    let (server, cma, _) = script(replies);
    let error = cma.primary().items().destroy("It1").await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "DELETE /items/It1 was accepted as job j, which had not ended after 60 minutes. It may still end: whether it was \
         carried out is not known."
    );
    assert!(error.outcome_is_unknown() && !error.is_transient());
    assert_eq!(server.times().last(), Some(&3_600_000));
}

#[tokio::test(flavor = "current_thread")]
async fn a_fork_gives_its_job_for_the_journal_and_is_followed_later() {
    let ready = one(environment("rel-7", "ready", false));
    let (server, cma, _) = script([
        job("48121"),
        error(404, "NOT_FOUND"),
        job_result("48121", 201, ready),
    ]);
    let options = ForkOptions {
        fast: true,
        force: true,
        ..ForkOptions::default()
    };
    let forking = cma
        .environments()
        .fork(&id("main"), &id("rel-7"), options)
        .await
        .unwrap();
    assert_eq!(forking, Forking::Job(JobId::new("48121")));
    assert_eq!(
        server.requests(),
        ["POST /cma/environments/main/fork?fast=true&force=true"]
    );
    assert_eq!(
        server.seen()[0].body,
        Some(json!({ "data": { "type": "environment", "id": "rel-7" } }))
    );

    let forked = cma
        .environments()
        .forked(&id("main"), &JobId::new("48121"))
        .await
        .unwrap();
    assert_eq!(
        (forked.id, forked.status),
        (id("rel-7"), EnvironmentStatus::Ready)
    );
    assert!(
        server.seen().iter().all(|seen| seen.environment.is_none()),
        "environments are project-wide"
    );
}

#[tokio::test(flavor = "current_thread")]
async fn a_fork_may_answer_at_once_with_the_copy_under_way() {
    let mut pending = environment("rel-7", "creating", false);
    pending["meta"]["fork_completion_percentage"] = json!(12.5);
    pending["meta"]["forked_from"] = json!("main");
    let (server, cma, _) = script([answer(200, one(pending))]);
    let options = ForkOptions {
        immediate_return: true,
        ..ForkOptions::default()
    };
    let forking = cma
        .environments()
        .fork(&id("main"), &id("rel-7"), options)
        .await
        .unwrap();
    let Forking::Environment(environment) = forking else {
        panic!("{forking:?}")
    };
    assert_eq!(
        environment.status,
        EnvironmentStatus::Creating {
            percentage: Some(12.5)
        }
    );
    assert_eq!(environment.forked_from.as_deref(), Some("main"));
    assert_eq!(
        server.requests(),
        ["POST /cma/environments/main/fork?immediate_return=true"]
    );
}

#[tokio::test(flavor = "current_thread")]
async fn a_job_from_a_journal_can_be_looked_at() {
    let failed = error_body(
        "PLAN_UPGRADE_REQUIRED",
        json!({ "limit": "sandbox_environments" }),
        false,
    );
    let (_, cma, _) = script([
        error(404, "NOT_FOUND"),
        job_result("j", 200, one(item("It1"))),
        job_result("j", 422, failed),
    ]);
    let job = JobId::new("j");
    assert_eq!(cma.jobs().peek(&job).await, Ok(None));
    assert_eq!(cma.jobs().peek(&job).await, Ok(Some(Ok(()))));
    let quota = ApiError::QuotaReached {
        limit: "sandbox_environments".to_owned(),
    };
    assert_eq!(cma.jobs().peek(&job).await, Ok(Some(Err(quota))));
}
