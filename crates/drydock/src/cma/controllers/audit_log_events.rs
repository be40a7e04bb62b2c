//! Questions to the audit log.

use axum::Router;
use axum::http::StatusCode;
use axum::routing::post;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::audit::filter::Condition;
use crate::audit::{self, Entry};
use crate::clock::Timestamp;
use crate::http::answer::{self, Answer};
use crate::http::body::JsonApi;
use crate::http::context::ProjectCtx;
use crate::http::error::ApiError;
use crate::http::permission::Permission;
use crate::records::value::parse_moment;
use crate::state::App;

/// The routes of this resource.
pub(crate) fn routes() -> Router<App> {
    Router::new().route("/audit-log-events/query", post(query))
}

/// Entries of an answer.
const PAGE: usize = 100;

/// The entries that fit, the newest first, and a token for the rest.
async fn query(ctx: ProjectCtx, JsonApi(data): JsonApi) -> Answer {
    ctx.require(Permission::AccessAuditLog)?;
    let attributes = &data["attributes"];
    let since = moment(attributes, "since")?;
    let before = moment(attributes, "before")?;
    let condition = condition(&attributes["filter"])?;
    let start = start(&attributes["next_token"])?;
    let detailed = attributes["detailed_log"] == Value::Bool(true);
    let mut found: Vec<Entry> = Vec::new();
    ctx.app.project().read(|connection| {
        audit::walk(connection, start, |entry| {
            let at = entry.occurred_at;
            // Older entries come later: none of them is new enough. (A clock set back may hide some.)
            if since.is_some_and(|since| at < since) {
                return false;
            }
            let fits = before.is_none_or(|before| at < before)
                && condition
                    .as_ref()
                    .is_none_or(|condition| condition.holds(&asked(&entry)));
            if fits {
                found.push(entry);
            }
            found.len() <= PAGE
        })
    })?;
    // One more than a page was looked for: with it there is a next one.
    let next = (found.len() > PAGE).then(|| {
        found.truncate(PAGE);
        found.last().map(|last| token(last.seq))
    });
    let data: Vec<Value> = found
        .into_iter()
        .map(|entry| shown(entry, detailed))
        .collect();
    let document = json!({ "data": data, "meta": { "next_token": next.flatten() } });
    Ok(answer::document(StatusCode::OK, &document))
}

fn moment(attributes: &Value, key: &str) -> Result<Option<Timestamp>, ApiError> {
    let sent = &attributes[key];
    if sent.is_null() {
        return Ok(None);
    }
    let at = sent.as_str().and_then(parse_moment);
    at.map(Some)
        .ok_or_else(|| ApiError::unprocessable("INVALID_DATE", json!({ "field": key })))
}

fn condition(filter: &Value) -> Result<Option<Condition>, ApiError> {
    let refused = |message: String| {
        let details =
            json!({ "field": "filter", "code": "VALIDATION_INVALID", "message": message });
        ApiError::unprocessable("INVALID_FIELD", details)
    };
    match filter {
        Value::Null => Ok(None),
        Value::String(text) if text.trim().is_empty() => Ok(None),
        Value::String(text) => Condition::parse(text)
            .map(Some)
            .map_err(|error| refused(error.to_string())),
        Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => {
            Err(refused("the filter is not a text".to_owned()))
        }
    }
}

/// Before which entry the answer begins.
fn start(token: &Value) -> Result<i64, ApiError> {
    if token.is_null() {
        return Ok(i64::MAX);
    }
    let read = || {
        let bytes = URL_SAFE_NO_PAD.decode(token.as_str()?).ok()?;
        String::from_utf8(bytes).ok()?.parse().ok()
    };
    read().ok_or_else(|| ApiError::invalid_field("next_token", "VALIDATION_INVALID"))
}

fn token(seq: i64) -> String {
    URL_SAFE_NO_PAD.encode(seq.to_string())
}

/// What a filter sees.
fn asked(entry: &Entry) -> Value {
    let mut event = entry.attributes.clone();
    event["occurred_at"] = entry.occurred_at.iso().into();
    event
}

fn shown(entry: Entry, detailed: bool) -> Value {
    let mut attributes = entry.attributes;
    if !detailed {
        attributes["request"]["payload"] = Value::Null;
        attributes["response"] = Value::Null;
    }
    json!({
        "type": "audit_log_event",
        "id": entry.id,
        "attributes": attributes,
        "meta": { "occurred_at": entry.occurred_at.iso() },
    })
}
