//! The delivery API over HTTP: which environment, which face of it, and who asks.

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Extension, Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::Response;
use axum::routing::post;
use serde_json::{Value, json};

use super::{Audience, Request, Schemas, execute};
use crate::http::answer;
use crate::http::context::environment_header;
use crate::http::error::ApiError;
use crate::state::App;

/// The endpoints, relative to where they are mounted. The paths with names are the legacy ones the real service still takes.
pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/", post(query::<false>))
        .route("/preview", post(query::<true>))
        .route("/environments/{name}", post(query::<false>))
        .route("/environments/{name}/preview", post(query::<true>))
        .layer(Extension(Schemas::default()))
}

/// Answers a query. A path that names an environment wins over `X-Environment`, and one that says `preview` over
/// `X-Include-Drafts`.
async fn query<const PREVIEW: bool>(
    State(app): State<App>,
    Extension(schemas): Extension<Schemas>,
    environment: Option<Path<String>>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, ApiError> {
    let caller = app.authenticate(&headers)?;
    let audience = Audience {
        drafts: PREVIEW
            | switch(
                &headers,
                "x-include-drafts",
                "INVALID_X_INCLUDE_DRAFTS_HEADER",
            )?,
        exclude_invalid: switch(
            &headers,
            "x-exclude-invalid",
            "INVALID_X_EXCLUDE_INVALID_HEADER",
        )?,
    };
    let (allowed, needed) = if audience.drafts {
        (caller.can_access_cda_preview, "can_access_cda_preview")
    } else {
        (caller.can_access_cda, "can_access_cda")
    };
    if !allowed {
        return Err(ApiError::insufficient_permissions(needed));
    }
    let name = environment
        .as_ref()
        .map(|Path(name)| name.as_str())
        .or_else(|| environment_header(&headers));
    let env = app.enter(&caller, name)?;
    let document = execute(&schemas, &env, audience, parse(&body)?).await?;
    Ok(answer::document(StatusCode::OK, &document))
}

/// A header that may only be absent or `true`.
fn switch(headers: &HeaderMap, name: &str, code: &'static str) -> Result<bool, ApiError> {
    match headers.get(name).map(HeaderValue::as_bytes) {
        None => Ok(false),
        Some(b"true") => Ok(true),
        Some(other) => {
            let given = String::from_utf8_lossy(other);
            Err(ApiError::new(
                StatusCode::BAD_REQUEST,
                code,
                json!({ "given": given, "allowed": "true" }),
            ))
        }
    }
}

/// The vendor's client sends JSON as `text/plain`, so the content type does not matter.
fn parse(body: &[u8]) -> Result<Request, ApiError> {
    let invalid = |message: String| {
        ApiError::new(
            StatusCode::BAD_REQUEST,
            "INVALID_JSON_BODY",
            json!({ "message": message }),
        )
    };
    let document: Value =
        serde_json::from_slice(body).map_err(|error| invalid(error.to_string()))?;
    let Some(query) = document.get("query").and_then(Value::as_str) else {
        return Err(invalid("the document has no `query`".to_owned()));
    };
    let variables = match document.get("variables") {
        None | Some(Value::Null) => serde_json::Map::new(),
        Some(Value::Object(variables)) => variables.clone(),
        Some(_) => return Err(invalid("`variables` is not an object".to_owned())),
    };
    let operation_name = document
        .get("operationName")
        .and_then(Value::as_str)
        .map(str::to_owned);
    Ok(Request {
        query: query.to_owned(),
        variables,
        operation_name,
    })
}
