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
    Ok(document(status, &json!({"data": data})))
}

/// One entity with those it refers to.
pub(crate) fn entity_with_included(
    status: StatusCode,
    data: Value,
    included: Vec<Value>,
) -> Answer {
    Ok(document(
        status,
        &json!({"data": data, "included": included}),
    ))
}

/// A complete list.
pub(crate) fn list(data: Vec<Value>) -> Answer {
    Ok(document(StatusCode::OK, &json!({"data": data})))
}

/// One page of a list of `total` entities.
pub(crate) fn page(data: Vec<Value>, total: u64) -> Answer {
    Ok(document(
        StatusCode::OK,
        &json!({"data": data, "meta": {"total_count": total}}),
    ))
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

/// Any JSON document.
pub(crate) fn document(status: StatusCode, document: &Value) -> Response {
    let mut response = Response::new(Body::from(document.to_string()));
    *response.status_mut() = status;
    response.headers_mut().insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/json; charset=utf-8"),
    );
    response
}
