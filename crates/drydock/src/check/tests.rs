//! The check itself, against types made up for it.

use axum::body::Body;
use axum::http::{Method, StatusCode, Uri};
use axum::response::Response;
use serde_json::{Value, json};

use super::endpoints::ENDPOINTS;
use super::{Call, Checker, Ground, ResponseSchemas};
use crate::schema::model::Schema;

/// A document in which every type takes anything, but for these.
fn schemas(
    types: &Value,
) -> (
    tempfile::TempDir,
    Result<ResponseSchemas, super::SchemasError>,
) {
    let mut all: serde_json::Map<String, Value> = ENDPOINTS
        .iter()
        .filter_map(|endpoint| endpoint.answer)
        .chain(["Errors", "Job"])
        .map(|name| (name.to_owned(), json!({})))
        .collect();
    for (name, schema) in types.as_object().unwrap() {
        if schema.is_null() {
            all.shift_remove(name);
        } else {
            all.insert(name.clone(), schema.clone());
        }
    }
    let document = json!({"$comment": "made up", "definitions": {"Answers": {"properties": all}}});
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("schemas.json");
    std::fs::write(&path, document.to_string()).unwrap();
    let read = ResponseSchemas::read(&path);
    (folder, read)
}

fn checker(types: &Value) -> Checker {
    let (_folder, schemas) = schemas(types);
    Checker::new(schemas.unwrap())
}

async fn look(checker: &Checker, call: &str, status: u16, body: &str) {
    let (method, path) = call.split_once(' ').unwrap();
    let (method, uri) = (
        method.parse::<Method>().unwrap(),
        path.parse::<Uri>().unwrap(),
    );
    let mut response = Response::new(Body::from(body.to_owned()));
    *response.status_mut() = StatusCode::from_u16(status).unwrap();
    let seen = checker
        .look(&Call::new(&method, &uri, None), response)
        .await;
    assert_eq!(seen.status(), status);
    let bytes = axum::body::to_bytes(seen.into_body(), usize::MAX).await;
    assert_eq!(bytes.unwrap(), body, "an answer is handed on as it is");
}

/// What is wrong with one answer.
async fn complaints(types: &Value, call: &str, status: u16, body: &Value) -> Vec<String> {
    let checker = checker(types);
    let body = if body.is_null() {
        String::new()
    } else {
        body.to_string()
    };
    look(&checker, call, status, &body).await;
    let found = checker.checked();
    assert_eq!(found.answers, 1);
    assert_eq!(found.wrong, u64::from(!found.mismatches.is_empty()));
    found.mismatches.iter().map(ToString::to_string).collect()
}

#[tokio::test]
async fn what_is_wrong_is_named_without_its_value() {
    let types = json!({"SiteSelfTargetSchema": {
        "type": "object",
        "properties": {"a/b": {"type": "string"}, "token": {"type": "number"}},
        "required": ["a/b"],
        "additionalProperties": false,
    }});
    let found = complaints(
        &types,
        "GET /site",
        200,
        &json!({"token": "secret", "other": 1}),
    )
    .await;
    assert_eq!(found.len(), 3);
    assert!(found.iter().any(|line| line
        == "GET /site answered 200 with what is no SiteSelfTargetSchema: `/a~1b` is missing"));
    assert!(
        found
            .iter()
            .any(|line| line.ends_with("`/other` is not in the type"))
    );
    assert!(
        found
            .iter()
            .any(|line| line.contains("`/token` is refused: it is not of type \"number\""))
    );
    assert!(!found.concat().contains("secret"));
    let fine = complaints(&types, "GET /site", 200, &json!({"a/b": ""})).await;
    assert_eq!(fine, [""; 0]);
}

#[tokio::test]
async fn of_a_union_the_nearest_member_is_what_the_complaint_is_about() {
    let member = |kind: &str, key: &str| {
        json!({"type": "object", "properties": {"kind": {"const": kind}, key: {"type": "string"}},
            "required": ["kind", key], "additionalProperties": false})
    };
    let types = json!({"SiteSelfTargetSchema": {"anyOf": [member("a", "one"), member("b", "two"), {"type": "null"}]}});
    let found = complaints(&types, "GET /site", 200, &json!({"kind": "b", "one": ""})).await;
    let mut pointers: Vec<&str> = found
        .iter()
        .filter_map(|line| line.split('`').nth(1))
        .collect();
    pointers.sort_unstable();
    assert_eq!(pointers, ["/one", "/two"]);
}

#[tokio::test]
async fn a_status_says_which_type_is_due() {
    let types = json!({
        "Errors": {"required": ["error"]},
        "Job": {"required": ["job"]},
        "ItemInstancesTargetSchema": {"required": ["flat"]},
        "NestedItemInstancesTargetSchema": {"required": ["nested"]},
    });
    for (call, status, body, pointer) in [
        ("GET /site", 404, json!({}), Some("/error")),
        ("GET /nothing/of/the/kind", 404, json!({"error": 1}), None),
        ("GET /nothing/of/the/kind", 200, json!({}), Some("")),
        ("PUT /site", 202, json!({}), Some("/job")),
        ("PUT /site", 202, json!({"job": 1}), None),
        ("GET /site", 202, json!({"job": 1}), Some("")),
        ("GET /items", 200, json!({}), Some("/flat")),
        ("GET /items?nested=true", 200, json!({}), Some("/nested")),
        ("GET /items?nested=false", 200, json!({"flat": 1}), None),
        ("DELETE /workflows/1", 204, Value::Null, None),
        ("DELETE /workflows/1", 200, json!({}), Some("")),
        ("GET /site", 200, Value::Null, Some("")),
        ("DELETE /items", 202, json!({"job": 1}), None),
    ] {
        let found = complaints(&types, call, status, &body).await;
        let found: Vec<&str> = found
            .iter()
            .filter_map(|line| line.split('`').nth(1))
            .collect();
        assert_eq!(found, Vec::from_iter(pointer), "{call} {status} {body}");
    }
}

#[tokio::test]
async fn the_result_of_a_job_is_of_the_type_of_the_endpoint_that_began_it() {
    let types =
        json!({"SiteUpdateJobSchema": {"required": ["site"]}, "Errors": {"required": ["error"]}});
    for (status, wanted) in [(200, "site"), (422, "error")] {
        let checker = checker(&types);
        look(
            &checker,
            "PUT /site",
            202,
            r#"{"data":{"id":"j1","type":"job"}}"#,
        )
        .await;
        let result = json!({"data": {"id": "j1", "type": "job_result",
            "attributes": {"status": status, "payload": {}}}});
        look(&checker, "GET /job-results/j1", 200, &result.to_string()).await;
        let found = checker.checked();
        assert_eq!((found.answers, found.wrong), (2, 1));
        assert_eq!(
            found.mismatches[0].pointer,
            format!("/data/attributes/payload/{wanted}")
        );
        assert_eq!(found.mismatches[0].endpoint, "GET /job-results/:job_result");
        // It was said once; a job of somebody else's, or of before the start, is not known.
        look(&checker, "GET /job-results/j1", 200, &result.to_string()).await;
        assert_eq!(checker.checked().wrong, 1);
    }
}

#[test]
fn a_file_that_cannot_be_used_is_named() {
    let (folder, read) = schemas(&json!({"SiteSelfTargetSchema": null}));
    let error = read.unwrap_err().to_string();
    assert!(
        error.ends_with("schemas.json has no schema of `SiteSelfTargetSchema`"),
        "{error}"
    );
    let path = folder.path().join("schemas.json");
    std::fs::write(&path, "{}").unwrap();
    let error = ResponseSchemas::read(&path).unwrap_err().to_string();
    assert!(error.contains("is no JSON Schema"), "{error}");
    let error = ResponseSchemas::read(&folder.path().join("other")).unwrap_err();
    assert!(error.to_string().contains("responses.mjs"), "{error}");
}

/// A checker that takes any document, and the ground of the demo project to judge records by.
fn over_the_demo() -> (crate::drydock::Drydock, Checker) {
    let options = crate::options::Options {
        storage: crate::options::Storage::InMemory,
        project: crate::options::Project::Demo,
        ..crate::options::Options::default()
    };
    let drydock = crate::drydock::Drydock::open(options).unwrap();
    (drydock, checker(&json!({})))
}

fn record(model: &str) -> Value {
    json!({"type": "item", "id": "r", "attributes": {},
        "relationships": {"item_type": {"data": {"type": "item_type", "id": model}}}})
}

#[tokio::test]
async fn records_are_held_against_the_models_of_their_environment() {
    let (drydock, checker) = over_the_demo();
    let app = drydock.app();
    let env = app.primary().unwrap();
    let models = env.db.read(Schema::load).unwrap();
    let author = models.resolve("author").unwrap();
    let answer = |document: &Value| {
        let mut response = Response::new(Body::from(document.to_string()));
        *response.status_mut() = StatusCode::OK;
        response
    };
    let call = |path: &str| {
        let ground = Ground::of(app, Some(&env.id));
        Call::new(&Method::GET, &path.parse().unwrap(), ground)
    };
    let document = json!({"data": [record(&author.id)]});
    let list = call("/items");
    drop(checker.look(&list, answer(&document)).await);
    let found = checker.checked();
    assert_eq!(found.wrong, 1);
    let missing = author.fields.len() + 2;
    assert_eq!(found.mismatches.len(), missing, "{:?}", found.mismatches);
    assert_eq!(found.mismatches[0].expected, "record of `author`");
    assert_eq!(found.mismatches[0].endpoint, "GET /items");

    // The schema changed while the call was under way: it cannot be told what the record was made with.
    let overtaken = call("/items");
    let write = |tx: &rusqlite::Transaction<'_>| -> Result<(), crate::store::StoreError> {
        use crate::store::entity;
        let mut model = entity::Entity::new(entity::Kind::ItemType, "another");
        model.set("api_key", "another");
        entity::insert(tx, &model)
    };
    env.db.write(write).unwrap();
    drop(checker.look(&overtaken, answer(&document)).await);
    assert_eq!(checker.checked().wrong, 1);

    // What a job made is judged when its result is read.
    let mut begun = Response::new(Body::from(r#"{"data":{"id":"j2","type":"job"}}"#));
    *begun.status_mut() = StatusCode::ACCEPTED;
    let destroy = Call::new(
        &Method::DELETE,
        &"/items/r".parse().unwrap(),
        Ground::of(app, Some(&env.id)),
    );
    drop(checker.look(&destroy, begun).await);
    let result = json!({"data": {"id": "j2", "type": "job_result",
        "attributes": {"status": 200, "payload": {"data": record(&author.id)}}}});
    drop(
        checker
            .look(&call("/job-results/j2"), answer(&result))
            .await,
    );
    let found = checker.checked();
    assert_eq!(found.wrong, 2);
    let newest = found.mismatches.last().unwrap();
    assert!(
        newest
            .pointer
            .starts_with("/data/attributes/payload/data/attributes/"),
        "{newest}"
    );
}
