//! The delivery API.

use std::rc::Rc;

use datocms_client::{ApiError, BaseUrl, Cda, GraphQlError};
use serde_json::{Map, json};

use crate::support::{FakeTimer, Reply, Script, answer, error, id, script};

fn delivery(
    replies: impl IntoIterator<Item = Reply>,
) -> (Rc<Script>, Cda<Rc<Script>, Rc<FakeTimer>>) {
    let (server, _, timer) = script(replies);
    let endpoint: BaseUrl = "http://cms.test/graphql".parse().unwrap();
    (
        server.clone(),
        Cda::new(server, timer, endpoint, "r3ad".parse().unwrap()),
    )
}

#[tokio::test(flavor = "current_thread")]
async fn environment_and_drafts_are_headers() {
    let (server, cda) = delivery([
        answer(200, json!({ "data": { "a": 1 } })),
        answer(200, json!({ "data": {} })),
    ]);
    let variables = Map::from_iter([("first".to_owned(), json!(5))]);
    let found = cda
        .query(
            Some(&id("rel-7")),
            true,
            "query Q($first: IntType) { a }",
            &variables,
        )
        .await
        .unwrap();
    assert_eq!(
        (found.data, found.errors),
        (Some(json!({ "a": 1 })), Vec::new())
    );
    cda.query(None, false, "{ a }", &Map::new()).await.unwrap();

    let seen = server.seen();
    let (sandbox, primary) = (&seen[0], &seen[1]);
    assert_eq!(sandbox.request, "POST /graphql");
    assert_eq!(sandbox.environment.as_deref(), Some("rel-7"));
    assert_eq!(sandbox.headers["x-include-drafts"], "true");
    assert_eq!(sandbox.headers["authorization"], "Bearer r3ad");
    assert_eq!(
        sandbox.body,
        Some(json!({ "query": "query Q($first: IntType) { a }", "variables": { "first": 5 } }))
    );
    assert_eq!(primary.environment, None);
    assert!(!primary.headers.contains_key("x-include-drafts"));
    assert!(
        !primary.headers.contains_key("x-api-version"),
        "that header is the management API's"
    );
}

#[tokio::test(flavor = "current_thread")]
async fn query_errors_are_part_of_the_answer_beside_the_data() {
    let body = json!({
        "data": { "allPosts": null },
        "errors": [{ "message": "Field 'x' doesn't exist", "locations": [{ "line": 2, "column": 5 }],
            "path": ["query", 0, "x"], "extensions": { "code": "undefinedField" } }],
    });
    let (_, cda) = delivery([answer(200, body)]);
    let found = cda.query(None, false, "{ x }", &Map::new()).await.unwrap();
    assert_eq!(found.data, Some(json!({ "allPosts": null })));
    assert_eq!(
        found.errors,
        [GraphQlError {
            message: "Field 'x' doesn't exist".to_owned(),
            locations: vec![(2, 5)],
            path: vec!["query".to_owned(), "0".to_owned(), "x".to_owned()],
            code: Some("undefinedField".to_owned()),
        }]
    );
}

#[tokio::test(flavor = "current_thread")]
async fn a_query_that_was_not_run_is_an_error() {
    let (_, cda) = delivery([
        error(404, "INVALID_ENVIRONMENT"),
        error(401, "INVALID_AUTHORIZATION_HEADER"),
    ]);
    let missing = cda
        .query(Some(&id("gone")), false, "{ a }", &Map::new())
        .await;
    assert_eq!(
        missing,
        Err(ApiError::NotFound {
            what: "Environment `gone`".to_owned()
        })
    );
    let refused = cda.query(None, false, "{ a }", &Map::new()).await;
    assert!(
        matches!(refused, Err(ApiError::Unauthorized { .. })),
        "{refused:?}"
    );
}

#[tokio::test(flavor = "current_thread")]
async fn a_query_only_reads_so_it_is_sent_again() {
    let (server, cda) = delivery([Reply::Lost, answer(200, json!({ "data": {} }))]);
    cda.query(None, false, "{ a }", &Map::new()).await.unwrap();
    assert_eq!(server.requests().len(), 2);
}
