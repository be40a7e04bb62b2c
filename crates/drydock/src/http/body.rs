//! Request bodies: JSON whatever the content type says, an envelope with `data`, and what [`requests`] says of the call.

use axum::body::Bytes;
use axum::extract::{FromRequest, MatchedPath, Request};
use axum::http::StatusCode;
use serde_json::{Value, json};

use super::error::ApiError;
use crate::requests;

/// The `data` of the request's document.
#[derive(Debug, Clone)]
pub(crate) struct JsonApi(pub Value);

/// Like [`JsonApi`], where the body may be missing: `null` then, or when it has no `data`.
#[derive(Debug, Clone)]
pub(crate) struct OptionalJsonApi(pub Value);

impl<S: Send + Sync> FromRequest<S> for JsonApi {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let document = document(request, state).await?;
        match document {
            Some(Value::Object(mut map)) => match map.remove("data") {
                Some(data @ (Value::Object(_) | Value::Array(_))) => Ok(Self(data)),
                _ => Err(ApiError::invalid_format("the document has no `data`")),
            },
            Some(_) => Err(ApiError::invalid_format("the document is not an object")),
            None => Err(ApiError::invalid_format("the request has no body")),
        }
    }
}

impl<S: Send + Sync> FromRequest<S> for OptionalJsonApi {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        match document(request, state).await? {
            Some(Value::Object(mut map)) => Ok(Self(map.remove("data").unwrap_or(Value::Null))),
            Some(_) => Err(ApiError::invalid_format("the document is not an object")),
            None => Ok(Self(Value::Null)),
        }
    }
}

/// The whole document, if there is one and it is what the call takes.
async fn document<S: Send + Sync>(request: Request, state: &S) -> Result<Option<Value>, ApiError> {
    let described = described(&request);
    let document = parsed(request, state).await?;
    let messages = described.map_or_else(Vec::new, |call| call.refusal(document.as_ref()));
    if messages.is_empty() {
        Ok(document)
    } else {
        Err(ApiError::invalid_document(&messages))
    }
}

/// What is known of the call's body.
fn described(request: &Request) -> Option<&'static requests::Request> {
    let path = request.extensions().get::<MatchedPath>()?.as_str();
    requests::find(
        request.method().as_str(),
        path.strip_prefix("/cma").unwrap_or(path),
    )
}

async fn parsed<S: Send + Sync>(request: Request, state: &S) -> Result<Option<Value>, ApiError> {
    let bytes = Bytes::from_request(request, state)
        .await
        .map_err(|rejection| {
            ApiError::new(
                rejection.status(),
                "INVALID_REQUEST",
                json!({"message": rejection.body_text()}),
            )
        })?;
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Ok(None);
    }
    serde_json::from_slice(&bytes).map(Some).map_err(|error| {
        ApiError::new(
            StatusCode::BAD_REQUEST,
            "INVALID_JSON_BODY",
            json!({"message": error.to_string()}),
        )
    })
}
