//! What calls leave behind: counted for the statistics of use, and, where they may change something, written into the audit
//! log.

use std::net::IpAddr;

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http_body_util::{BodyExt, Limited};
use serde_json::{Value, json};

use super::context::{Caller, CallerKind, environment_header};
use super::error::ApiError;
use crate::audit::{self, Deed, masked};
use crate::events::log;
use crate::state::App;
use crate::usage::{Api, Call};

/// Where a connection comes from.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Peer(pub(crate) IpAddr);

/// Bytes of a request's body, at most: no document of this API comes near it; a record is limited to 300 KB.
pub(crate) const BODY_LIMIT: usize = 16 * 1024 * 1024;

/// Calls that are made like writes and change nothing, those that are too many to be told (editing sessions), and the one whose
/// answer is a secret.
const UNTOLD: [&str; 6] = [
    "/audit-log-events/query",
    "/items/validate",
    "/items/{id}/validate",
    "/editing-sessions/{id}",
    "/upload-requests",
    "/sessions",
];

/// Around every call of the management API that has a place in the router.
pub(crate) async fn around_known(
    State(app): State<App>,
    mut request: Request,
    next: Next,
) -> Response {
    let Some(route) = request.extensions().get::<MatchedPath>() else {
        return next.run(request).await;
    };
    let route = route.as_str().trim_start_matches("/cma").to_owned();
    // Who calls is found out once: the controllers read it from here.
    let Ok(caller) = app.authenticate(request.headers()) else {
        return next.run(request).await;
    };
    request.extensions_mut().insert(caller.clone());
    let endpoint = format!("{} {}", request.method(), template(&route));
    let mut facts = facts_of(&request);
    facts.push(("endpoint", endpoint));
    facts.push(("user", caller.id.clone()));
    let changes = request.method() != Method::GET && !UNTOLD.contains(&route.as_str());
    let response = if changes {
        told(&app, &caller, &route, request, next).await
    } else {
        next.run(request).await
    };
    let bytes = length(&response);
    let api = Api::Cma;
    app.tally().count(app.now(), Call { api, bytes, facts });
    response
}

/// Counts a call of the delivery API.
pub(crate) fn count_cda(app: &App, headers: &HeaderMap, peer: Option<Peer>, response: &Response) {
    let mut facts = facts(headers, peer);
    if let Ok(caller) = app.authenticate(headers)
        && caller.kind == CallerKind::AccessToken
    {
        facts.push(("access_token_id", caller.id));
    }
    let (api, bytes) = (Api::Cda, length(response));
    app.tally().count(app.now(), Call { api, bytes, facts });
}

/// Around every call for a file.
pub(crate) async fn around_assets(
    State(app): State<App>,
    request: Request,
    next: Next,
) -> Response {
    let mut facts = facts_of(&request);
    facts.push(("path", request.uri().path().to_owned()));
    facts.push(("full_path", request.uri().to_string()));
    let is_read = request.method() == Method::GET;
    let response = next.run(request).await;
    if is_read {
        let (api, bytes) = (Api::Assets, length(&response));
        app.tally().count(app.now(), Call { api, bytes, facts });
    }
    response
}

fn facts_of(request: &Request) -> Vec<(&'static str, String)> {
    facts(request.headers(), request.extensions().get().copied())
}

fn facts(headers: &HeaderMap, peer: Option<Peer>) -> Vec<(&'static str, String)> {
    let referrer = headers.get(header::REFERER);
    let referrer = referrer.and_then(|value| value.to_str().ok());
    let mut facts = Vec::new();
    facts.extend(referrer.map(|referrer| ("referrer", referrer.to_owned())));
    facts.extend(peer.map(|Peer(address)| ("ip", address.to_string())));
    facts
}

/// `/items/{id}` as `/items/:id`.
fn template(route: &str) -> String {
    route.replace('{', ":").replace('}', "")
}

fn length(response: &Response) -> u64 {
    let hint = response.body().size_hint();
    hint.exact().unwrap_or(hint.lower())
}

/// Performs a call and writes it down.
async fn told(app: &App, caller: &Caller, route: &str, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let Ok(body) = Limited::new(body, BODY_LIMIT).collect().await else {
        let message = json!({ "message": format!("the body is longer than {BODY_LIMIT} bytes, or broke off") });
        return ApiError::new(StatusCode::PAYLOAD_TOO_LARGE, "INVALID_REQUEST", message)
            .into_response();
    };
    let body = body.to_bytes();
    // Asked before the call: it may destroy or rename the environment.
    let environment = environment(app, &parts.headers);
    let mut deed = Deed {
        action: action(&parts.method, route),
        environment: environment.0,
        primary: environment.1,
        method: parts.method.to_string(),
        path: parts
            .uri
            .path_and_query()
            .map_or_else(String::new, ToString::to_string),
        request_id: crate::state::new_id(),
        request: document(&body),
        status: 0,
        response: Value::Null,
    };
    let response = next.run(Request::from_parts(parts, Body::from(body))).await;
    let (mut parts, body) = response.into_parts();
    let body = match body.collect().await {
        Ok(body) => body.to_bytes(),
        Err(error) => return ApiError::exception(error).into_response(),
    };
    deed.status = parts.status.as_u16();
    deed.response = document(&body);
    parts.extensions.insert(RequestId(deed.request_id.clone()));
    // The call itself is done and will be answered: a log that cannot be written must not undo it.
    if let Err(error) = audit::record(app, caller, deed) {
        log(&format!("the audit log could not be written: {error}"));
    }
    Response::from_parts(parts, Body::from(body))
}

/// The `X-Request-Id` of an answer, where the audit log names it.
#[derive(Debug, Clone)]
pub(crate) struct RequestId(pub(crate) String);

fn document(body: &Bytes) -> Value {
    // What is no JSON is refused with an error of its own; there is nothing in it to be told.
    serde_json::from_slice(body).map_or(Value::Null, masked)
}

/// Where the call happens, and whether that is the primary environment.
fn environment(app: &App, headers: &HeaderMap) -> (String, bool) {
    let primary = app.primary().map(|primary| primary.id).unwrap_or_default();
    match environment_header(headers) {
        Some(id) => (id.to_owned(), id == primary),
        None => (primary, true),
    }
}

/// `PUT /items/{id}/publish` is `items.publish`, `DELETE /items/{id}` is `items.destroy`; what is done to many records at once is
/// `item_bulk_operations.publish`, in the older form of the calls too.
fn action(method: &Method, route: &str) -> String {
    let of_many = match (route, method) {
        ("/items", &Method::DELETE) => Some(("item", "destroy")),
        ("/items/publish" | "/items/unpublish", _) => {
            route.strip_prefix("/items/").map(|verb| ("item", verb))
        }
        _ => route.split_once("s/bulk/"),
    };
    if let Some((resource, verb)) = of_many {
        let resource = resource.trim_start_matches('/');
        return format!("{resource}_bulk_operations.{verb}").replace('-', "_");
    }
    let mut words = route
        .split('/')
        .filter(|part| !part.is_empty() && !part.starts_with('{'));
    let resource = words.next().unwrap_or_default().replace('-', "_");
    let verb = words.collect::<Vec<_>>().join("_").replace('-', "_");
    let by_method = match method.as_str() {
        "POST" => "create",
        "DELETE" => "destroy",
        _ => "update",
    };
    let verb = match (verb.as_str(), method) {
        ("", _) => by_method.to_owned(),
        // Things of their own below another: fields of a model, tracks of an asset, what is scheduled for a record.
        (
            "fields" | "fieldsets" | "tracks" | "scheduled_publication" | "scheduled_unpublishing",
            _,
        ) => {
            format!("{by_method}_{verb}")
        }
        _ => verb,
    };
    format!("{resource}.{verb}")
}

#[cfg(test)]
mod tests {
    use axum::http::Method;

    use super::action;

    #[test]
    fn actions_are_named_after_their_endpoint() {
        use Method as M;
        for (method, route, name) in [
            (M::POST, "/items", "items.create"),
            (M::PUT, "/item-types/{id}", "item_types.update"),
            (M::PUT, "/items/{id}/publish", "items.publish"),
            (
                M::POST,
                "/items/bulk/move-to-stage",
                "item_bulk_operations.move_to_stage",
            ),
            (
                M::POST,
                "/items/bulk/destroy",
                "item_bulk_operations.destroy",
            ),
            (M::DELETE, "/items", "item_bulk_operations.destroy"),
            (M::PUT, "/items/publish", "item_bulk_operations.publish"),
            (M::POST, "/uploads/bulk/tag", "upload_bulk_operations.tag"),
            (
                M::DELETE,
                "/items/{id}/scheduled-publication",
                "items.destroy_scheduled_publication",
            ),
            (
                M::PUT,
                "/maintenance-mode/activate",
                "maintenance_mode.activate",
            ),
        ] {
            assert_eq!(action(&method, route), name, "{method} {route}");
        }
    }
}
