//! The shapes of answers: an entity, a list, a page, a job, nothing.
#![expect(clippy::unnecessary_wraps, reason = "controllers end with these calls")]

use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use serde_json::{Value, json};

use super::error::ApiError;

/// What a controller returns.
pub(crate) type Answer = Result<Response, ApiError>;

/// One entity.
pub(crate) fn entity(status: StatusCode, data: Value) -> Answer {
    Ok(document(status, &object([("data", data)])))
}

/// One entity with those it refers to.
pub(crate) fn entity_with_included(
    status: StatusCode,
    data: Value,
    included: Vec<Value>,
) -> Answer {
    let parts = [("data", data), ("included", Value::Array(included))];
    Ok(document(status, &object(parts)))
}

/// A complete list.
pub(crate) fn list(data: Vec<Value>) -> Answer {
    entity(StatusCode::OK, Value::Array(data))
}

/// One page of a list of `total` entities.
pub(crate) fn page(data: Vec<Value>, total: u64) -> Answer {
    let meta = json!({"total_count": total});
    let page = object([("data", Value::Array(data)), ("meta", meta)]);
    Ok(document(StatusCode::OK, &page))
}

/// A job was accepted.
pub(crate) fn job(id: &str) -> Answer {
    Ok(document(
        StatusCode::ACCEPTED,
        &json!({"data": {"id": id, "type": "job"}}),
    ))
}

/// Done, nothing to say.
pub(crate) fn no_content() -> Answer {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NO_CONTENT;
    Ok(response)
}

/// An object of these parts, none of which is copied, as the macro would.
fn object<const PARTS: usize>(parts: [(&str, Value); PARTS]) -> Value {
    let parts = parts.map(|(key, value)| (key.to_owned(), value));
    Value::Object(parts.into_iter().collect())
}

/// Any JSON document.
pub(crate) fn document(status: StatusCode, document: &Value) -> Response {
    written(status, document.to_string().into_bytes())
}

/// A JSON document that is written already.
pub(crate) fn written(status: StatusCode, document: Vec<u8>) -> Response {
    let mut response = Response::new(Body::from(document));
    *response.status_mut() = status;
    response.headers_mut().insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/json; charset=utf-8"),
    );
    response
}
