//! Recorded deliveries of webhooks.
//!
//! Every event that a webhook listens to is recorded with the body it is delivered with, and delivered in the background. A
//! delivery that fails is made again, with waits that grow, when its webhook wants that.

use std::time::Duration;

use axum::Router;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::routing::{get, post};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::stored;
use crate::agenda;
use crate::clock::Timestamp;
use crate::events::{Event, log};
use crate::http::answer::{self, Answer};
use crate::http::body::OptionalJsonApi;
use crate::http::context::ProjectCtx;
use crate::http::error::ApiError;
use crate::http::permission::Permission;
use crate::outgoing::Reply;
use crate::records::present::{self, View};
use crate::schema::model::Schema;
use crate::state::App;
use crate::store::StoreError;
use crate::store::entity::{self, Entity, Kind};
use crate::store::items;

/// The routes of this resource.
pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/webhook_calls", get(index))
        .route("/webhook_calls/{id}", get(show))
        .route("/webhook_calls/{id}/resend_webhook", post(resend))
}

async fn index(ctx: ProjectCtx) -> Answer {
    ctx.require(Permission::ManageWebhooks)?;
    let mut calls = ctx
        .app
        .project()
        .read(|connection| entity::list(connection, Kind::WebhookCall))?;
    calls.reverse();
    let wanted = |key: &str| {
        ctx.query
            .get(&format!("filter[fields][{key}][eq]"))
            .map(str::to_owned)
    };
    if let Some(webhook) = wanted("webhook_id") {
        calls.retain(|call| call.related("webhook") == Some(&webhook));
    }
    for key in ["entity_type", "event_type", "status"] {
        if let Some(value) = wanted(key) {
            calls.retain(|call| call.text(key) == Some(&value));
        }
    }
    let page = stored::cut(&ctx.query, &calls, (30, 500))?;
    let mut document = json!({
        "data": page.iter().map(Entity::to_json).collect::<Vec<_>>(),
        "meta": {"total_count": stored::total(&calls)},
    });
    document["included"] = Value::Array(webhooks_of(&ctx.app, page)?);
    Ok(answer::document(StatusCode::OK, &document))
}

async fn show(ctx: ProjectCtx, Path(id): Path<String>) -> Answer {
    ctx.require(Permission::ManageWebhooks)?;
    let call = ctx
        .app
        .project()
        .read(|connection| stored::find(connection, Kind::WebhookCall, &id))?;
    let included = webhooks_of(&ctx.app, std::slice::from_ref(&call))?;
    answer::entity_with_included(StatusCode::OK, call.to_json(), included)
}

/// The webhooks that these calls were made for, as far as they are still there.
fn webhooks_of(app: &App, calls: &[Entity]) -> Result<Vec<Value>, ApiError> {
    let mut webhooks = app
        .project()
        .read(|connection| entity::list(connection, Kind::Webhook))?;
    webhooks.retain(|webhook| {
        calls
            .iter()
            .any(|call| call.related("webhook") == Some(&webhook.id))
    });
    Ok(webhooks.iter().map(Entity::to_json).collect())
}

/// Delivers the same body once more, as a new recorded call.
async fn resend(ctx: ProjectCtx, Path(id): Path<String>, _body: OptionalJsonApi) -> Answer {
    ctx.require(Permission::ManageWebhooks)?;
    let (mut call, webhook) = ctx.app.project().read(|connection| {
        let call = stored::find(connection, Kind::WebhookCall, &id)?;
        let webhook = stored::find(
            connection,
            Kind::Webhook,
            call.related("webhook").unwrap_or_default(),
        )?;
        Ok::<_, ApiError>((call, webhook))
    })?;
    call.id = ctx.app.new_id();
    stamp(&ctx.app, &mut call);
    ctx.app.project().write(|tx| entity::insert(tx, &call))?;
    deliver(&ctx.app, webhook, call);
    answer::no_content()
}

/// Records a delivery for every webhook that wants to know of this event, and makes it.
pub(crate) fn on_event(app: &App, event: &Event) {
    match record(app, event) {
        Ok(recorded) => {
            for (webhook, call) in recorded {
                deliver(app, webhook, call);
            }
        }
        // The change itself is done and answered; a delivery that cannot be recorded must not undo it.
        Err(error) => log(&format!(
            "a webhook delivery could not be recorded: {error}"
        )),
    }
}

fn record(app: &App, event: &Event) -> Result<Vec<(Entity, Entity)>, StoreError> {
    let webhooks = app
        .project()
        .read(|connection| entity::list(connection, Kind::Webhook))?;
    let primary = app
        .primary()
        .is_ok_and(|primary| primary.id == event.environment);
    let interested: Vec<Entity> = webhooks
        .into_iter()
        .filter(|webhook| listens(webhook, event, primary))
        .collect();
    let mut recorded = Vec::new();
    for webhook in interested {
        let nested = webhook.flag("nested_items_in_payload");
        let shown = if nested {
            with_blocks(app, event)?
        } else {
            None
        };
        let entity = shown.as_ref().unwrap_or(&event.entity);
        let call = call_of(app, &webhook, event, (entity, primary));
        app.project().write(|tx| entity::insert(tx, &call))?;
        recorded.push((webhook, call));
    }
    Ok(recorded)
}

/// Whether an enabled webhook has subscribed to the event, and none of the subscription's filters shuts it out.
fn listens(webhook: &Entity, event: &Event, primary: bool) -> bool {
    let subscriptions = webhook.attribute("events").as_array();
    webhook.flag("enabled")
        && subscriptions.into_iter().flatten().any(|subscription| {
            let events = subscription["event_types"].as_array();
            let filters = subscription["filters"].as_array();
            subscription["entity_type"] == event.entity_type
                && events
                    .into_iter()
                    .flatten()
                    .any(|wanted| wanted == event.event_type)
                && filters
                    .into_iter()
                    .flatten()
                    .all(|filter| passes(filter, event, primary))
        })
}

fn passes(filter: &Value, event: &Event, primary: bool) -> bool {
    let found = match filter["entity_type"].as_str() {
        Some("environment_type") => Some(if primary { "primary" } else { "sandbox" }),
        Some("environment") => Some(event.environment.as_str()),
        Some("item_type") if event.entity_type == "item" => {
            event.entity["relationships"]["item_type"]["data"]["id"].as_str()
        }
        Some(entity_type) if entity_type == event.entity_type => event.entity["id"].as_str(),
        Some(_) | None => return true,
    };
    let wanted = filter["entity_ids"].as_array();
    wanted.is_none_or(|wanted| wanted.iter().any(|id| id.as_str() == found))
}

/// The record of an event with its blocks whole; `None` when it is no record, or is not there any more.
fn with_blocks(app: &App, event: &Event) -> Result<Option<Value>, StoreError> {
    let id = event.entity["id"].as_str().unwrap_or_default();
    let Ok(env) = app.environment(&event.environment) else {
        return Ok(None);
    };
    if event.entity_type != "item" {
        return Ok(None);
    }
    env.db.read(|connection| {
        let Some(row) = items::find(connection, id)? else {
            return Ok(None);
        };
        let schema = Schema::load(connection)?;
        let view = View {
            nested: true,
            ..View::CURRENT
        };
        present::item(connection, &schema, &row, view).map(Some)
    })
}

fn call_of(
    app: &App,
    webhook: &Entity,
    event: &Event,
    (entity, primary): (&Value, bool),
) -> Entity {
    let mut call = Entity::new(Kind::WebhookCall, app.new_id());
    let mut payload = json!({
        "webhook_call_id": call.id,
        "event_triggered_at": app.now().iso(),
        "attempted_auto_retries_count": 0,
        "webhook_id": webhook.id,
        "site_id": super::site::PROJECT_SITE,
        "environment": event.environment,
        "is_environment_primary": primary,
        "entity_type": event.entity_type,
        "event_type": event.event_type,
        "entity": entity,
        "related_entities": event.related,
    });
    if let Some(previous) = &event.previous {
        payload["previous_entity"] = previous.clone();
    }
    let body = webhook
        .text("custom_payload")
        .map_or_else(|| payload.to_string(), str::to_owned);
    call.set("entity_type", event.entity_type);
    call.set("event_type", event.event_type);
    call.set("request_url", webhook.attribute("url").clone());
    // The credentials of the webhook are sent, but not written down a second time.
    call.set("request_headers", webhook.attribute("headers").clone());
    call.set("request_payload", body);
    stamp(app, &mut call);
    call.relate("webhook", webhook.reference());
    call
}

/// Marks a call as new and unanswered.
fn stamp(app: &App, call: &mut Entity) {
    let now = app.now().iso();
    call.set("created_at", now.clone());
    call.set("last_sent_at", now);
    call.set("next_retry_at", Value::Null);
    call.set("attempted_auto_retries_count", 0);
    call.set("status", "pending");
    call.set("response_status", Value::Null);
    call.set("response_headers", json!({}));
    call.set("response_payload", Value::Null);
}

fn deliver(app: &App, webhook: Entity, call: Entity) {
    let Some(address) = webhook.text("url").map(str::to_owned) else {
        return;
    };
    // Events before the server runs (a project being filled) are recorded only.
    let Ok(runtime) = tokio::runtime::Handle::try_current() else {
        return;
    };
    let app = app.clone();
    runtime.spawn(async move {
        let body = call.text("request_payload").unwrap_or_default().to_owned();
        let headers = headers(&app, &webhook, &call.id, &body);
        let outcome = app.outgoing().post(&address, &headers, body).await;
        if let Err(error) = &outcome {
            log(&format!("webhook {}: {error}", webhook.id));
        }
        if let Err(error) = answered(&app, &webhook, call, outcome.ok()) {
            log(&format!(
                "webhook {}: its outcome could not be recorded: {error}",
                webhook.id
            ));
        }
    });
}

/// The headers of a delivery. Those of the webhook itself give way to what it has credentials and signatures for.
fn headers(app: &App, webhook: &Entity, id: &str, body: &str) -> Vec<(String, String)> {
    let own = webhook.attribute("headers").as_object();
    let own = own.into_iter().flatten();
    let mut headers: Vec<(String, String)> = own
        .filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned())))
        .collect();
    let mut put = |(name, value): (String, String)| {
        headers.retain(|(known, _)| !known.eq_ignore_ascii_case(&name));
        headers.push((name, value));
    };
    put(("content-type".to_owned(), "application/json".to_owned()));
    let user = webhook.text("http_basic_user");
    if let Some(user) = user.filter(|user| !user.is_empty()) {
        let password = webhook.text("http_basic_password").unwrap_or_default();
        let credentials = STANDARD.encode(format!("{user}:{password}"));
        put(("authorization".to_owned(), format!("Basic {credentials}")));
    }
    if let Some(secret) = &app.options().webhook_secret {
        let seconds = app.now().millis().div_euclid(1000);
        secret.headers(id, seconds, body).into_iter().for_each(put);
    }
    headers
}

fn answered(
    app: &App,
    webhook: &Entity,
    mut call: Entity,
    reply: Option<Reply>,
) -> Result<(), StoreError> {
    let good = reply
        .as_ref()
        .is_some_and(|reply| reply.status.is_success());
    call.set("status", if good { "success" } else { "failed" });
    if let Some(reply) = reply {
        call.set("response_status", reply.status.as_u16());
        call.set("response_headers", reply.headers);
        call.set("response_payload", reply.body);
    }
    let again = if good {
        None
    } else {
        next_try(app, webhook, &call)
    };
    if let Some(at) = again {
        call.set("status", "rescheduled");
        call.set("next_retry_at", at.iso());
    }
    app.project()
        .write(|tx| entity::update(tx, &call).map(drop))?;
    if let Some(at) = again {
        app.retries().note(at);
    }
    Ok(())
}

/// How long after a failure a delivery is made again: the first time, the second, and so on.
const WAITS: [Duration; 7] = [
    Duration::from_mins(2),
    Duration::from_mins(6),
    Duration::from_mins(30),
    Duration::from_hours(1),
    Duration::from_hours(5),
    Duration::from_hours(24),
    Duration::from_hours(48),
];

/// When a failed delivery is made again, if it is.
fn next_try(app: &App, webhook: &Entity, call: &Entity) -> Option<Timestamp> {
    if !webhook.flag("auto_retry") {
        return None;
    }
    let wait = WAITS.get(usize::try_from(tries(call)).ok()?)?;
    Some(app.now().plus(*wait))
}

/// How often the delivery was made again already.
fn tries(call: &Entity) -> u64 {
    call.attribute("attempted_auto_retries_count")
        .as_u64()
        .unwrap_or(0)
}

/// Makes the deliveries again whose time has come.
pub(crate) fn retry_due(app: &App) {
    let now = app.now();
    app.retries().when_due(now, || {
        retry_all(app, now).unwrap_or_else(|error| {
            log(&format!("webhook deliveries could not be read: {error}"));
            now.plus(Duration::from_mins(1))
        })
    });
}

/// Makes what is due; when the next delivery is.
fn retry_all(app: &App, now: Timestamp) -> Result<Timestamp, StoreError> {
    let calls = app
        .project()
        .read(|connection| entity::list(connection, Kind::WebhookCall))?;
    let mut next = agenda::NEVER;
    for call in calls {
        let at = call.text("next_retry_at").and_then(Timestamp::parse);
        match at.filter(|_| call.text("status") == Some("rescheduled")) {
            Some(at) if at <= now => retry(app, call, now)?,
            Some(at) => next = next.min(at),
            None => {}
        }
    }
    Ok(next)
}

fn retry(app: &App, mut call: Entity, now: Timestamp) -> Result<(), StoreError> {
    let number = tries(&call) + 1;
    call.set("attempted_auto_retries_count", number);
    call.set("last_sent_at", now.iso());
    call.set("next_retry_at", Value::Null);
    call.set("status", "pending");
    // A payload of the webhook's own says nothing of tries.
    let payload = call.text("request_payload").unwrap_or_default();
    if let Ok(mut sent) = serde_json::from_str::<Value>(payload)
        && sent.get("attempted_auto_retries_count").is_some()
    {
        sent["attempted_auto_retries_count"] = number.into();
        call.set("request_payload", sent.to_string());
    }
    let webhook = app.project().write(|tx| {
        let id = call.related("webhook").unwrap_or_default();
        let webhook = entity::find(tx, Kind::Webhook, id)?;
        if webhook.is_none() {
            call.set("status", "failed");
        }
        entity::update(tx, &call)?;
        Ok::<_, StoreError>(webhook)
    })?;
    if let Some(webhook) = webhook {
        deliver(app, webhook, call);
    }
    Ok(())
}
