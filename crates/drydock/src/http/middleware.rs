//! What happens around every call of the management API: CORS, faults, latency, the rate limit, checks of headers, and the
//! headers of the answer.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::NoAnswer;
use super::context::environment_header;
use super::error::ApiError;
use super::rate::Allowance;
use super::trail::{self, RequestId};
use crate::check;
use crate::cma::controllers::webhook_calls;
use crate::faults::{Action, Call, JobFate, Strike, half_of};
use crate::revalidation;
use crate::schedules;
use crate::state::App;

const ALLOWED_HEADERS: &str = "authorization, content-type, x-environment, x-site-domain, x-api-version, user-agent, \
    x-session-id, x-include-drafts, x-exclude-invalid, x-cache-tags, x-visual-editing, x-base-editing-url";
/// What scripts of other origins may read of an answer of the management API.
const CMA_HEADERS: &str = "x-ratelimit-limit, x-ratelimit-remaining, x-ratelimit-reset";
/// What they may read of an answer of the delivery API.
const CDA_HEADERS: &str = "x-cache-tags, x-complexity, x-max-complexity, x-cacheable-on-cdn";

/// Around every call under `/cma`.
pub(crate) async fn around_cma(State(app): State<App>, request: Request, next: Next) -> Response {
    if request.method() == Method::OPTIONS {
        return preflight(CMA_HEADERS);
    }
    revalidation::a_calls_share(&app);
    schedules::fire_due(&app);
    webhook_calls::retry_due(&app);
    let environment = addressed_environment(&app, request.headers());
    let allowance = app.limiter().map(|limiter| limiter.take(app.now()));
    let target = environment.as_deref();
    let mut response = with_faults(&app, "", target, request, async |request| {
        let checker = app.checker().map(|checker| {
            let ground = check::Ground::of(&app, target);
            let call = check::Call::new(request.method(), request.uri(), ground);
            (checker, call)
        });
        let response = match refusal(allowance, request.headers()) {
            Some(error) => error.into_response(),
            None if is_text(request.uri().path()) => next.run(request).await,
            None => ApiError::not_found().into_response(),
        };
        // Before a fault cuts it: what is checked is what drydock has to say.
        match checker {
            Some((checker, call)) => checker.look(&call, response).await,
            None => response,
        }
    })
    .await;
    finish_cma(&mut response, environment, allowance);
    set(response.headers_mut(), "date", &app.now().http_date());
    response
}

/// Around every call under `/graphql`: CORS, faults and latency; the rest is the delivery API's own.
pub(crate) async fn around_cda(State(app): State<App>, request: Request, next: Next) -> Response {
    if request.method() == Method::OPTIONS {
        return preflight(CDA_HEADERS);
    }
    revalidation::a_calls_share(&app);
    schedules::fire_due(&app);
    let (sent, peer) = (
        request.headers().clone(),
        request.extensions().get().copied(),
    );
    let environment = named_in_path(request.uri().path())
        .map(str::to_owned)
        .or_else(|| addressed_environment(&app, request.headers()));
    let target = environment.as_deref();
    let mut response = with_faults(&app, "/graphql", target, request, async |request| {
        next.run(request).await
    })
    .await;
    trail::count_cda(&app, &sent, peer, &response);
    let headers = response.headers_mut();
    allow_every_origin(headers, CDA_HEADERS);
    set(headers, "x-request-id", &crate::state::new_id());
    set(headers, "date", &app.now().http_date());
    response
}

/// Performs the call, unless a fault has other plans for it.
async fn with_faults(
    app: &App,
    prefix: &str,
    environment: Option<&str>,
    request: Request,
    perform: impl AsyncFnOnce(Request) -> Response,
) -> Response {
    let method = request.method().clone();
    // Nested routers see the path below their prefix.
    let path = format!("{prefix}{}", request.uri().path());
    let strike = app.faults().strike(&Call {
        method: &method,
        path: &path,
        environment,
    });
    if let Some(Strike { action, .. }) = strike {
        crate::events::log(&format!("fault: {action:?} for {method} {path}"));
    }
    let latency = app.options().latency;
    // Without a delay nothing here needs a timer: routers that are called in process may be without one.
    if !latency.is_zero() {
        tokio::time::sleep(latency).await;
    }
    match strike {
        None => perform(request).await,
        Some(strike) => struck(strike, request, perform).await,
    }
}

async fn struck(
    strike: Strike,
    mut request: Request,
    perform: impl AsyncFnOnce(Request) -> Response,
) -> Response {
    match strike.action {
        Action::Delay(delay) => {
            let response = perform(request).await;
            tokio::time::sleep(delay).await;
            response
        }
        Action::RateLimited { reset } => {
            let mut response = too_many_requests().into_response();
            set(
                response.headers_mut(),
                "x-ratelimit-reset",
                &reset.to_string(),
            );
            response
        }
        Action::Status(status) => {
            let code = match status {
                StatusCode::INTERNAL_SERVER_ERROR => "EXCEPTION",
                status if status.is_server_error() => "SERVICE_UNAVAILABLE",
                _ => "INVALID_REQUEST",
            };
            ApiError::new(status, code, fault_details()).into_response()
        }
        Action::Transient => {
            ApiError::unprocessable("BATCH_DATA_VALIDATION_IN_PROGRESS", fault_details())
                .transient()
                .into_response()
        }
        Action::DropRequest => unanswered(),
        Action::DropAnswer => {
            perform(request).await;
            unanswered()
        }
        Action::Truncate => match half_of(perform(request).await).await {
            Some(half) => half,
            None => unanswered(),
        },
        Action::Hang => std::future::pending().await,
        Action::HangAfter => {
            perform(request).await;
            std::future::pending().await
        }
        Action::Job(action) => {
            let fault = strike.fault;
            request.extensions_mut().insert(JobFate { fault, action });
            perform(request).await
        }
        Action::Crash => crash(),
        Action::CrashAfter => {
            perform(request).await;
            crash()
        }
    }
}

/// What an error that was asked for says about itself.
pub(crate) fn fault_details() -> serde_json::Value {
    json!({"message": "drydock was told to fail here by a fault"})
}

fn unanswered() -> Response {
    let mut response = StatusCode::BAD_GATEWAY.into_response();
    response.extensions_mut().insert(NoAnswer);
    response
}

/// Ends the process as suddenly as a kill would; that is what was asked for.
fn crash() -> ! {
    std::process::exit(137)
}

fn too_many_requests() -> ApiError {
    ApiError::new(
        StatusCode::TOO_MANY_REQUESTS,
        "RATE_LIMIT_EXCEEDED",
        json!({}),
    )
}

/// Why the call is refused before anybody looks at it.
fn refusal(allowance: Option<Allowance>, headers: &HeaderMap) -> Option<ApiError> {
    if allowance.is_some_and(|allowance| allowance.refused_for.is_some()) {
        return Some(too_many_requests());
    }
    let text = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    if text(HeaderName::from_static("x-api-version")) != Some("3") {
        return Some(ApiError::new(
            StatusCode::BAD_REQUEST,
            "INVALID_API_VERSION",
            json!({"supported": ["3"]}),
        ));
    }
    if text(header::ACCEPT)
        .is_some_and(|accept| !accept.contains("json") && !accept.contains("*/*"))
    {
        return Some(ApiError::new(
            StatusCode::NOT_ACCEPTABLE,
            "INVALID_ACCEPT_HEADER",
            json!({}),
        ));
    }
    if text(header::CONTENT_TYPE).is_some_and(|kind| !kind.contains("json")) {
        return Some(ApiError::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "INVALID_CONTENT_TYPE_HEADER",
            json!({}),
        ));
    }
    None
}

/// Whether a path is text once its percents are read: nothing here is named by anything else.
fn is_text(path: &str) -> bool {
    let digit = |byte: Option<u8>| byte.and_then(|byte| char::from(byte).to_digit(16));
    let mut bytes = path.bytes();
    let mut read = Vec::with_capacity(path.len());
    while let Some(byte) = bytes.next() {
        let mut ahead = bytes.clone();
        match (byte, digit(ahead.next()), digit(ahead.next())) {
            (b'%', Some(high), Some(low)) => {
                read.extend(u8::try_from(high * 16 + low));
                bytes = ahead;
            }
            _ => read.push(byte),
        }
    }
    std::str::from_utf8(&read).is_ok()
}

/// What `x-environment` of the answer says: the environment addressed, before anything is done.
fn addressed_environment(app: &App, headers: &HeaderMap) -> Option<String> {
    match environment_header(headers) {
        Some(id) => Some(id.to_owned()),
        None => app.primary().ok().map(|primary| primary.id),
    }
}

/// The environment that a path of the delivery API names.
fn named_in_path(path: &str) -> Option<&str> {
    path.strip_prefix("/environments/")?.split('/').next()
}

fn finish_cma(response: &mut Response, environment: Option<String>, allowance: Option<Allowance>) {
    let fresh = matches!(response.status(), StatusCode::OK | StatusCode::CREATED);
    let refused = response.status() == StatusCode::TOO_MANY_REQUESTS;
    let request_id = match response.extensions().get::<RequestId>() {
        Some(RequestId(id)) => id.clone(),
        None => crate::state::new_id(),
    };
    let headers = response.headers_mut();
    set(
        headers,
        "cache-control",
        if fresh {
            "max-age=0, private, must-revalidate"
        } else {
            "no-cache"
        },
    );
    set(headers, "x-api-version", "3");
    set(headers, "x-request-id", &request_id);
    if let Some(environment) = environment {
        set(headers, "x-environment", &environment);
    }
    if let Some(allowance) = allowance {
        set(headers, "x-ratelimit-limit", &allowance.limit.to_string());
        // A 429 that was asked for says, like a true one, that nothing is left.
        let remaining = if refused { 0 } else { allowance.remaining };
        set(headers, "x-ratelimit-remaining", &remaining.to_string());
        if let Some(rest) = allowance.refused_for {
            // Whole seconds, rounded up: a client that waits this long is let in.
            set(
                headers,
                "x-ratelimit-reset",
                &rest.as_millis().div_ceil(1000).max(1).to_string(),
            );
        }
    }
    allow_every_origin(headers, CMA_HEADERS);
}

fn preflight(exposed: &str) -> Response {
    let mut response = StatusCode::NO_CONTENT.into_response();
    let headers = response.headers_mut();
    allow_every_origin(headers, exposed);
    set(
        headers,
        "access-control-allow-methods",
        "GET, POST, PUT, OPTIONS, DELETE",
    );
    set(headers, "access-control-allow-headers", ALLOWED_HEADERS);
    set(headers, "access-control-max-age", "1728000");
    response
}

fn allow_every_origin(headers: &mut HeaderMap, exposed: &str) {
    set(headers, "access-control-allow-origin", "*");
    set(headers, "access-control-expose-headers", exposed);
}

/// Sets a header; a value that cannot be one (an environment named by a stray byte) is left out.
fn set(headers: &mut HeaderMap, name: &'static str, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(HeaderName::from_static(name), value);
    }
}

#[cfg(test)]
mod tests {
    use super::is_text;

    #[test]
    fn a_path_is_text_once_its_percents_are_read() {
        for path in ["/items", "/items/%C3%A9", "/%", "/%2", "/%zz", "/%e2%82%ac"] {
            assert!(is_text(path), "{path}");
        }
        for path in ["/items/%ff", "/%C3", "/%c3/%a9", "/%FE%FF"] {
            assert!(!is_text(path), "{path}");
        }
    }
}
