//! What is sent again, and above all what is not.

use datocms_client::{ApiError, ForkOptions, RawRequest};
use http::{Method, StatusCode};
use serde_json::{Map, json};

use crate::support::{
    Client, Reply, answer, answer_with, environment, error, error_body, half, id, item, one, script,
};

fn refused_for_now() -> Reply {
    answer(
        422,
        error_body("BATCH_DATA_VALIDATION_IN_PROGRESS", json!({}), true),
    )
}

fn too_many(reset: &'static str) -> Reply {
    answer_with(
        429,
        &[("x-ratelimit-reset", reset)],
        error_body("RATE_LIMIT_EXCEEDED", json!({}), false),
    )
}

async fn read(cma: &Client) -> Result<(), ApiError> {
    cma.primary().items().find("It1").await.map(|_| ())
}

async fn write(cma: &Client) -> Result<(), ApiError> {
    cma.primary()
        .items()
        .update("It1", &Map::new(), None)
        .await
        .map(|_| ())
}

async fn fork(cma: &Client) -> Result<(), ApiError> {
    cma.environments()
        .fork(&id("main"), &id("rel-7"), ForkOptions::default())
        .await
        .map(|_| ())
}

#[tokio::test(flavor = "current_thread")]
async fn a_read_survives_what_passes() {
    for trouble in [
        refused_for_now as fn() -> Reply,
        || Reply::Lost,
        || Reply::NotSent,
        || error(503, "SERVICE_UNAVAILABLE"),
        || half(200, &one(item("It1"))),
    ] {
        let (server, cma, _) = script([
            trouble(),
            trouble(),
            trouble(),
            trouble(),
            answer(200, one(item("It1"))),
        ]);
        read(&cma).await.unwrap();
        assert_eq!(server.times(), [0, 250, 750, 1750, 3750]);
    }
}

#[tokio::test(flavor = "current_thread")]
async fn a_read_gives_up_after_five_attempts_and_says_why() {
    let (server, cma, _) = script((0..6).map(|_| Reply::Lost));
    let error = read(&cma).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "The CMS is not available (GET /items/It1: connection reset). Nothing was changed."
    );
    assert_eq!((server.requests().len(), server.left()), (5, 1));
}

#[tokio::test(flavor = "current_thread")]
async fn a_write_is_repeated_when_the_server_says_it_was_not_done() {
    let (server, cma, _) = script([
        refused_for_now(),
        too_many("1"),
        answer(200, one(item("It1"))),
    ]);
    write(&cma).await.unwrap();
    assert_eq!(server.times(), [0, 250, 1250]);
}

#[tokio::test(flavor = "current_thread")]
async fn a_write_without_a_verdict_is_in_doubt_and_not_repeated() {
    for trouble in [
        Reply::Lost,
        Reply::Silence,
        half(200, &one(item("It1"))),
        error(503, "SERVICE_UNAVAILABLE"),
        error(500, "EXCEPTION"),
    ] {
        let (server, cma, _) = script([trouble]);
        let error = write(&cma).await.unwrap_err();
        assert!(
            matches!(&error, ApiError::InDoubt { request, .. } if request == "PUT /items/It1"),
            "{error:?}"
        );
        assert_eq!(server.requests().len(), 1);
    }
}

#[tokio::test(flavor = "current_thread")]
async fn a_write_that_never_left_goes_again_and_was_not_done_in_the_end() {
    let (server, cma, _) = script([Reply::NotSent, answer(200, one(item("It1")))]);
    write(&cma).await.unwrap();
    assert_eq!(server.times(), [0, 250]);

    let (server, cma, _) = script((0..6).map(|_| Reply::NotSent));
    let error = write(&cma).await.unwrap_err();
    assert!(matches!(error, ApiError::Unavailable { .. }), "{error:?}");
    assert_eq!(server.requests().len(), 5);
}

#[tokio::test(flavor = "current_thread")]
async fn a_fork_is_never_sent_twice() {
    let lost = [
        Reply::Lost,
        Reply::Silence,
        half(200, &one(environment("rel-7", "creating", false))),
        error(502, "EXCEPTION"),
        answer(500, json!("Internal server error")),
    ];
    for trouble in lost {
        let (server, cma, _) = script([trouble]);
        let error = fork(&cma).await.unwrap_err();
        assert!(
            matches!(&error, ApiError::InDoubt { request, .. } if request == "POST /environments/main/fork"),
            "{error:?}"
        );
        assert_eq!(server.requests().len(), 1);
    }
    let (server, cma, _) = script([refused_for_now()]);
    let error = fork(&cma).await.unwrap_err();
    assert!(matches!(error, ApiError::Busy { .. }), "{error:?}");
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test(flavor = "current_thread")]
async fn a_fork_turned_away_by_the_rate_limit_was_not_done_and_goes_again() {
    let (server, cma, _) = script([
        too_many("2"),
        answer(200, one(environment("rel-7", "ready", false))),
    ]);
    fork(&cma).await.unwrap();
    assert_eq!(server.times(), [0, 2000]);
}

#[tokio::test(flavor = "current_thread")]
async fn a_taken_name_is_named() {
    let details = json!({ "field": "name", "code": "VALIDATION_UNIQUENESS" });
    let (_, cma, _) = script([answer(422, error_body("INVALID_FIELD", details, false))]);
    assert_eq!(
        fork(&cma).await,
        Err(ApiError::NameTaken {
            name: "rel-7".to_owned()
        })
    );
}

#[tokio::test(flavor = "current_thread")]
async fn a_refusal_is_final_for_every_kind_of_request() {
    let (server, cma, _) = script((0..3).map(|_| error(403, "INSUFFICIENT_PERMISSIONS")));
    for result in [read(&cma).await, write(&cma).await, fork(&cma).await] {
        assert!(
            matches!(result, Err(ApiError::Forbidden { .. })),
            "{result:?}"
        );
    }
    assert_eq!(server.times(), [0, 0, 0]);
}

fn raw(method: Method, path: &str) -> RawRequest {
    RawRequest::new(method, path)
        .unwrap()
        .with_body(b"{}".to_vec())
        .in_environment(&id("rel-7"))
}

#[tokio::test(flavor = "current_thread")]
async fn a_raw_write_goes_again_only_when_the_server_cannot_have_done_it() {
    let (server, cma, _) = script([
        too_many("1"),
        refused_for_now(),
        Reply::NotSent,
        answer(202, json!({})),
    ]);
    let put = cma
        .raw(raw(Method::PUT, "/items/It1?nested=true"))
        .await
        .unwrap();
    assert_eq!(put.status, StatusCode::ACCEPTED);
    assert_eq!(server.times(), [0, 1000, 1250, 1750]);
    for seen in server.seen() {
        assert_eq!(seen.environment.as_deref(), Some("rel-7"));
        assert_eq!(seen.request, "PUT /cma/items/It1?nested=true");
        assert_eq!(seen.body, Some(json!({})));
    }

    for trouble in [
        Reply::Lost,
        Reply::Silence,
        half(200, &one(item("It1"))),
        half(422, &error_body("INVALID_FIELD", json!({}), false)),
    ] {
        let (server, cma, _) = script([trouble]);
        let post = cma.raw(raw(Method::POST, "/items")).await;
        assert!(matches!(post, Err(ApiError::InDoubt { .. })), "{post:?}");
        assert_eq!(server.requests().len(), 1);
    }
}

#[tokio::test(flavor = "current_thread")]
async fn a_body_as_long_as_announced_is_whole_whatever_it_says() {
    let said = async |length| {
        let (_, cma, _) = script([Reply::Answer {
            status: 200,
            headers: vec![("content-length", length)],
            body: r#"{"data":"#.to_owned(),
        }]);
        cma.raw(raw(Method::PUT, "/items/It1")).await
    };
    assert_eq!(said("8").await.unwrap().body, br#"{"data":"#);
    for length in ["9", "7", "", "-8"] {
        let said = said(length).await;
        assert!(matches!(said, Err(ApiError::InDoubt { .. })), "{said:?}");
    }
}

#[tokio::test(flavor = "current_thread")]
async fn raw_answers_pass_through_untouched() {
    for (reply, status, text) in [
        (
            error(503, "SERVICE_UNAVAILABLE"),
            503,
            "SERVICE_UNAVAILABLE",
        ),
        (error(422, "INVALID_FIELD"), 422, "INVALID_FIELD"),
        (half(502, &json!({ "data": "bad gateway" })), 502, "{"),
        (answer(202, json!({})), 202, "{}"),
    ] {
        let (server, cma, _) = script([reply]);
        let answer = cma.raw(raw(Method::POST, "/items")).await.unwrap();
        assert_eq!(answer.status, StatusCode::from_u16(status).unwrap());
        assert!(String::from_utf8(answer.body).unwrap().contains(text));
        assert_eq!(answer.headers["content-type"], "application/json");
        assert_eq!(server.requests().len(), 1);
    }
    let (server, cma, _) = script((0..6).map(|_| refused_for_now()));
    let refused = cma.raw(raw(Method::POST, "/items")).await.unwrap();
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(server.requests().len(), 5, "then the script hears of it");
}

#[tokio::test(flavor = "current_thread")]
async fn a_raw_read_survives_what_passes() {
    let (server, cma, _) = script([
        Reply::Lost,
        error(503, "SERVICE_UNAVAILABLE"),
        half(200, &one(item("It1"))),
        answer(200, one(item("It1"))),
    ]);
    let found = cma.raw(raw(Method::GET, "/items/It1")).await.unwrap();
    assert_eq!(found.status, StatusCode::OK);
    assert_eq!(server.times(), [0, 250, 750, 1750]);

    let (_, cma, _) = script((0..5).map(|_| Reply::Lost));
    let get = cma.raw(raw(Method::GET, "/items")).await;
    assert!(matches!(get, Err(ApiError::Unavailable { .. })), "{get:?}");
}

#[tokio::test(flavor = "current_thread")]
async fn an_answer_that_is_no_json_is_unreadable() {
    let html = || Reply::Answer {
        status: 200,
        headers: Vec::new(),
        body: "<html>Log in</html>".to_owned(),
    };
    let (_, cma, _) = script([html(), html()]);
    for result in [read(&cma).await, write(&cma).await] {
        let error = result.unwrap_err();
        assert!(
            matches!(error, ApiError::Unreadable { .. }) && error.outcome_is_unknown(),
            "{error:?}"
        );
    }
}
