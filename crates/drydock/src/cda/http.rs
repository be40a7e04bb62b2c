//! The delivery API over HTTP: which environment, which face of it, and who asks.

use axum::Router;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{Extension, Path, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use serde_json::{Value, json};

use super::cost::MAX_COMPLEXITY;
use super::rate::Limits;
use super::{Asker, Audience, Outcome, Request, Schemas, execute};
use crate::http::answer;
use crate::http::context::{Caller, environment_header};
use crate::http::error::ApiError;
use crate::http::rate::Allowance;
use crate::state::App;

/// The endpoints, relative to where they are mounted. The paths with names are the legacy ones the real service still takes.
pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/", post(query::<false>))
        .route("/preview", post(query::<true>))
        .route("/environments/{name}", post(query::<false>))
        .route("/environments/{name}/preview", post(query::<true>))
        .layer(Extension(Schemas::default()))
        .layer(Extension(Limits::default()))
}

/// Answers a query. A path that names an environment wins over `X-Environment`, and one that says `preview` over
/// `X-Include-Drafts`.
async fn query<const PREVIEW: bool>(
    State(app): State<App>,
    Extension(schemas): Extension<Schemas>,
    Extension(limits): Extension<Limits>,
    environment: Option<Path<String>>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, ApiError> {
    let caller = app.authenticate(&headers)?;
    let allowance = app
        .options()
        .rate_limit
        .map(|_| limits.take(&caller.id, app.now()));
    if let Some(rest) = allowance.and_then(|allowance| allowance.refused_for) {
        let refusal = ApiError::new(
            StatusCode::TOO_MANY_REQUESTS,
            "RATE_LIMIT_EXCEEDED",
            json!({}),
        );
        let mut response = refusal.into_response();
        set_allowance(response.headers_mut(), allowance);
        // Whole seconds, rounded up: a client that waits this long is let in.
        let reset = rest.as_millis().div_ceil(1000).max(1).to_string();
        set(response.headers_mut(), "x-ratelimit-reset", &reset);
        return Ok(response);
    }
    let mut response = allowed(
        &app,
        &schemas,
        &caller,
        PREVIEW,
        environment.as_ref().map(|Path(name)| name.as_str()),
        &headers,
        body,
    )
    .await?;
    set_allowance(response.headers_mut(), allowance);
    Ok(response)
}

async fn allowed(
    app: &App,
    schemas: &Schemas,
    caller: &Caller,
    preview: bool,
    environment: Option<&str>,
    headers: &HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, ApiError> {
    let audience = Audience {
        drafts: preview
            | switch(
                headers,
                "x-include-drafts",
                "INVALID_X_INCLUDE_DRAFTS_HEADER",
            )?,
        exclude_invalid: switch(
            headers,
            "x-exclude-invalid",
            "INVALID_X_EXCLUDE_INVALID_HEADER",
        )?,
    };
    let wants_tags = switch(headers, "x-cache-tags", "INVALID_X_CACHE_TAGS_HEADER")?;
    refuse_visual_editing(headers)?;
    let base_editing_url = base_editing_url(headers)?;
    let (allowed, needed) = if audience.drafts {
        (caller.can_access_cda_preview, "can_access_cda_preview")
    } else {
        (caller.can_access_cda, "can_access_cda")
    };
    if !allowed {
        return Err(ApiError::insufficient_permissions(needed));
    }
    let env = app.enter(caller, environment.or_else(|| environment_header(headers)))?;
    let asker = Asker {
        app,
        env: &env,
        audience,
        caller: Some(caller),
        base_editing_url,
    };
    let body = body.map_err(|rejection| {
        ApiError::new(
            rejection.status(),
            "INVALID_REQUEST",
            json!({ "message": rejection.body_text() }),
        )
    })?;
    let outcome = execute(schemas, &asker, parse(&body)?).await?;
    Ok(respond(&outcome, audience, wants_tags))
}

fn respond(outcome: &Outcome, audience: Audience, wants_tags: bool) -> Response {
    let mut response = answer::document(StatusCode::OK, &outcome.document);
    let headers = response.headers_mut();
    if let Some(complexity) = outcome.complexity {
        set(headers, "x-complexity", &complexity.to_string());
    }
    set(headers, "x-max-complexity", &MAX_COMPLEXITY.to_string());
    // Drafts change under a reader's eyes, and an error is no answer to keep.
    let cacheable = !audience.drafts && outcome.document.get("errors").is_none();
    set(headers, "x-cacheable-on-cdn", &cacheable.to_string());
    if wants_tags {
        set(headers, "x-cache-tags", &outcome.cache_tags);
    }
    response
}

fn set_allowance(headers: &mut HeaderMap, allowance: Option<Allowance>) {
    if let Some(allowance) = allowance {
        set(headers, "x-ratelimit-limit", &allowance.limit.to_string());
        set(
            headers,
            "x-ratelimit-remaining",
            &allowance.remaining.to_string(),
        );
    }
}

fn set(headers: &mut HeaderMap, name: &'static str, value: &str) {
    // What is set here is digits and URL-safe words.
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(HeaderName::from_static(name), value);
    }
}

fn bad_header(code: &'static str, given: &HeaderValue, allowed: &str) -> ApiError {
    let given = String::from_utf8_lossy(given.as_bytes());
    ApiError::new(
        StatusCode::BAD_REQUEST,
        code,
        json!({ "given": given, "allowed": allowed }),
    )
}

/// A header that may only be absent or `true`.
fn switch(headers: &HeaderMap, name: &str, code: &'static str) -> Result<bool, ApiError> {
    match headers.get(name) {
        None => Ok(false),
        Some(value) if value == "true" => Ok(true),
        Some(other) => Err(bad_header(code, other, "true")),
    }
}

/// Visual editing is not in every plan, and not in this project's: asking for it is refused, as the real service does.
fn refuse_visual_editing(headers: &HeaderMap) -> Result<(), ApiError> {
    match headers.get("x-visual-editing") {
        None => Ok(()),
        Some(given) => Err(bad_header(
            "INVALID_X_VISUAL_EDITING_HEADER",
            given,
            "nothing: the project's plan has no visual editing",
        )),
    }
}

/// The address of the panel, without a slash at its end.
fn base_editing_url(headers: &HeaderMap) -> Result<Option<&str>, ApiError> {
    let Some(given) = headers.get("x-base-editing-url") else {
        return Ok(None);
    };
    let is_address = |url: &str| {
        let rest = url
            .strip_prefix("https://")
            .or_else(|| url.strip_prefix("http://"));
        rest.is_some_and(|rest| !rest.is_empty() && !rest.contains(char::is_whitespace))
    };
    match given.to_str().ok().map(|url| url.trim_end_matches('/')) {
        Some(url) if is_address(url) => Ok(Some(url)),
        Some(_) | None => Err(bad_header(
            "INVALID_X_BASE_EDITING_URL_HEADER",
            given,
            "an address that begins with https:// or http://",
        )),
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
