//! A creation with an id of its own: a look shows whether it was carried out.

use datocms_client::{ApiError, NewItem, RawRequest};
use http::{Method, StatusCode};
use serde_json::{Map, json};

use crate::support::{Client, Reply, answer, error, error_body, half, id, item, one, script};

const LOOK: &str = "GET /cma/items/It1";
const CREATE: &str = "POST /cma/items";

async fn create(cma: &Client) -> Result<String, ApiError> {
    let new = NewItem {
        id: Some("It1".to_owned()),
        item_type: "Ma1".to_owned(),
        attributes: Map::new(),
    };
    let scope = cma.environment(&id("rel-7"));
    scope.items().create(&new).await.map(|item| item.id)
}

async fn create_raw(cma: &Client) -> Result<StatusCode, ApiError> {
    let body = json!({ "data": { "type": "item", "id": "It1", "attributes": {} } });
    let request = RawRequest::new(Method::POST, "/items")
        .unwrap()
        .with_body(body.to_string().into_bytes())
        .in_environment(&id("rel-7"));
    cma.raw(request).await.map(|answer| answer.status)
}

fn created() -> Reply {
    answer(201, one(item("It1")))
}

fn nothing() -> Reply {
    error(404, "NOT_FOUND")
}

#[tokio::test(flavor = "current_thread")]
async fn what_was_not_done_goes_again() {
    for trouble in [
        (|| Reply::Lost) as fn() -> Reply,
        || Reply::Silence,
        || half(201, &one(item("It1"))),
        || error(503, "SERVICE_UNAVAILABLE"),
    ] {
        let replies = || [trouble(), nothing(), trouble(), nothing(), created()];
        let (server, cma, _) = script(replies());
        assert_eq!(create(&cma).await.unwrap(), "It1");
        assert_eq!(server.requests(), [CREATE, LOOK, CREATE, LOOK, CREATE]);
        for seen in server.seen() {
            assert_eq!(seen.environment.as_deref(), Some("rel-7"));
        }

        let (server, cma, _) = script(replies());
        assert_eq!(create_raw(&cma).await.unwrap(), StatusCode::CREATED);
        assert_eq!(server.requests(), [CREATE, LOOK, CREATE, LOOK, CREATE]);
    }
}

#[tokio::test(flavor = "current_thread")]
async fn what_is_there_may_be_ours_and_stays_in_doubt() {
    let (server, cma, _) = script([Reply::Lost, answer(200, one(item("It1")))]);
    let found = create_raw(&cma).await;
    assert!(matches!(found, Err(ApiError::InDoubt { .. })), "{found:?}");
    assert_eq!(server.requests(), [CREATE, LOOK]);
}

#[tokio::test(flavor = "current_thread")]
async fn only_a_plain_no_proves_that_nothing_is_there() {
    let looks = [
        error(404, "INVALID_ENVIRONMENT"),
        error(403, "INSUFFICIENT_PERMISSIONS"),
        answer(404, json!("no such page")),
    ];
    for look in looks {
        let (server, cma, _) = script([Reply::Lost, look]);
        let error = create(&cma).await.unwrap_err();
        assert!(matches!(error, ApiError::InDoubt { .. }), "{error:?}");
        assert_eq!(server.requests(), [CREATE, LOOK]);
    }
    let mut silence = vec![Reply::Lost];
    silence.extend((0..5).map(|_| Reply::Lost));
    let (_, cma, _) = script(silence);
    let error = create(&cma).await.unwrap_err();
    assert!(matches!(error, ApiError::InDoubt { .. }), "{error:?}");
}

#[tokio::test(flavor = "current_thread")]
async fn a_first_request_that_arrives_late_leaves_the_second_in_doubt() {
    let taken = || {
        let details = json!({ "field": "id", "code": "VALIDATION_UNIQUENESS" });
        answer(422, error_body("INVALID_FIELD", details, false))
    };
    let there = answer(200, one(item("It1")));
    let (server, cma, _) = script([Reply::Lost, nothing(), taken(), there]);
    let error = create_raw(&cma).await.unwrap_err();
    assert!(
        matches!(&error, ApiError::InDoubt { reason, .. } if reason.contains("may have arrived after all")),
        "{error:?}"
    );
    assert_eq!(server.requests(), [CREATE, LOOK, CREATE, LOOK]);

    let (_, cma, _) = script([Reply::Lost, nothing(), taken(), nothing()]);
    assert_eq!(
        create_raw(&cma).await.unwrap(),
        StatusCode::UNPROCESSABLE_ENTITY,
        "a refusal of something that is not there is a refusal"
    );
}

#[tokio::test(flavor = "current_thread")]
async fn a_refusal_needs_no_look() {
    let (server, cma, _) = script([error(422, "INVALID_FIELD")]);
    assert!(create(&cma).await.is_err());
    assert_eq!(server.requests(), [CREATE]);
}

#[tokio::test(flavor = "current_thread")]
async fn it_ends_after_five_attempts() {
    let (server, cma, _) = script((0..5).flat_map(|_| [Reply::Lost, nothing()]));
    let lost = create(&cma).await.unwrap_err();
    assert!(matches!(lost, ApiError::InDoubt { .. }), "{lost:?}");
    let creations = server
        .requests()
        .iter()
        .filter(|asked| *asked == CREATE)
        .count();
    assert_eq!((creations, server.left()), (5, 1));

    let (_, cma, _) = script((0..5).flat_map(|_| [error(500, "EXCEPTION"), nothing()]));
    assert_eq!(
        create_raw(&cma).await.unwrap(),
        StatusCode::INTERNAL_SERVER_ERROR,
        "the script hears the last of them"
    );
}

#[tokio::test(flavor = "current_thread")]
async fn a_creation_without_an_id_of_its_own_cannot_be_looked_for() {
    let (server, cma, _) = script([Reply::Lost]);
    let request = RawRequest::new(Method::POST, "/items")
        .unwrap()
        .with_body(br#"{"data":{"type":"item","attributes":{}}}"#.to_vec());
    let lost = cma.raw(request).await;
    assert!(matches!(lost, Err(ApiError::InDoubt { .. })), "{lost:?}");
    assert_eq!(server.requests(), [CREATE]);
}

/// A creation whose record gets an id made for it.
async fn create_owned(cma: &Client) -> Result<(StatusCode, serde_json::Value), ApiError> {
    let body = json!({ "data": { "type": "item", "attributes": {} } });
    let request = RawRequest::new(Method::POST, "/items")
        .unwrap()
        .with_body(body.to_string().into_bytes())
        .with_record_id([0; 16])
        .in_environment(&id("rel-7"));
    let answer = cma.raw(request).await?;
    Ok((answer.status, serde_json::from_slice(&answer.body).unwrap()))
}

const OWN: &str = "AAAAAAAAQACAAAAAAAAAAA";

fn own() -> Reply {
    answer(200, one(item(OWN)))
}

#[tokio::test(flavor = "current_thread")]
async fn what_is_found_under_an_id_made_for_it_is_the_answer() {
    let look = format!("GET /cma/items/{OWN}");
    let done = Ok((StatusCode::CREATED, one(item(OWN))));
    for trouble in [
        Reply::Lost,
        Reply::Silence,
        error(503, "SERVICE_UNAVAILABLE"),
    ] {
        let (server, cma, _) = script([trouble, own()]);
        assert_eq!(create_owned(&cma).await, done);
        assert_eq!(server.requests(), [CREATE, &look]);
        let sent = server.seen()[0].body.clone().unwrap();
        assert_eq!(sent["data"]["id"], OWN);
    }
    // The browser sent it twice, and only the refusal of the second comes back.
    let details = json!({ "field": "id", "code": "VALIDATION_UNIQUENESS" });
    let taken = answer(422, error_body("INVALID_FIELD", details, false));
    let (server, cma, _) = script([taken, own()]);
    assert_eq!(create_owned(&cma).await, done);
    assert_eq!(server.requests(), [CREATE, &look]);
}

#[tokio::test(flavor = "current_thread")]
async fn a_refusal_of_what_is_not_there_is_the_answer() {
    let (_, cma, _) = script([error(422, "INVALID_FIELD"), nothing()]);
    let (status, body) = create_owned(&cma).await.unwrap();
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(body["data"][0]["attributes"]["code"], "INVALID_FIELD");
}
