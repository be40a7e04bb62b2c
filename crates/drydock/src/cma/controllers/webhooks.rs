//! Webhooks of the project.

use axum::Router;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::routing::get;
use serde_json::{Value, json};

use super::stored::{self, Attribute, is_address, is_filled, is_optional_text};
use crate::http::answer::{self, Answer};
use crate::http::body::JsonApi;
use crate::http::context::ProjectCtx;
use crate::http::error::ApiError;
use crate::http::permission::Permission;
use crate::state::App;
use crate::store::entity::{self, Entity, Kind};

/// The routes of this resource.
pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/webhooks", get(index).post(create))
        .route("/webhooks/{id}", get(show).put(update).delete(destroy))
}

/// What can be listened to: entity types and their events.
const EVENTS: [(&str, &[&str]); 8] = [
    (
        "item",
        &["create", "update", "delete", "publish", "unpublish"],
    ),
    ("item_type", &["create", "update", "delete"]),
    ("upload", &["create", "update", "delete"]),
    (
        "build_trigger",
        &["deploy_started", "deploy_succeeded", "deploy_failed"],
    ),
    ("environment", &["create", "update", "promote", "delete"]),
    ("maintenance_mode", &["change"]),
    ("sso_user", &["create"]),
    ("cda_cache_tags", &["invalidate"]),
];

fn attributes() -> [Attribute; 11] {
    [
        ("name", Value::Null, is_filled),
        ("enabled", json!(true), Value::is_boolean),
        ("url", Value::Null, is_address),
        ("custom_payload", Value::Null, is_optional_text),
        ("http_basic_user", Value::Null, is_optional_text),
        ("http_basic_password", Value::Null, is_optional_text),
        ("headers", json!({}), |value| {
            value
                .as_object()
                .is_some_and(|headers| headers.values().all(Value::is_string))
        }),
        ("events", json!([]), are_subscriptions),
        ("payload_api_version", json!("3"), |value| {
            value.as_str() == Some("3")
        }),
        ("nested_items_in_payload", json!(false), Value::is_boolean),
        ("auto_retry", json!(false), Value::is_boolean),
    ]
}

fn are_subscriptions(value: &Value) -> bool {
    let known = |subscription: &Value| {
        let entity_type = subscription["entity_type"].as_str();
        let events = EVENTS
            .iter()
            .find(|(name, _)| entity_type == Some(name))
            .map(|(_, events)| *events);
        let wanted = subscription["event_types"].as_array();
        events.zip(wanted).is_some_and(|(events, wanted)| {
            wanted
                .iter()
                .all(|event| event.as_str().is_some_and(|event| events.contains(&event)))
        })
    };
    value
        .as_array()
        .is_some_and(|subscriptions| subscriptions.iter().all(known))
}

async fn index(ctx: ProjectCtx) -> Answer {
    ctx.require(Permission::ManageWebhooks)?;
    stored::index(ctx.app.project(), Kind::Webhook)
}

async fn show(ctx: ProjectCtx, Path(id): Path<String>) -> Answer {
    ctx.require(Permission::ManageWebhooks)?;
    stored::show(ctx.app.project(), Kind::Webhook, &id)
}

async fn create(ctx: ProjectCtx, JsonApi(data): JsonApi) -> Answer {
    ctx.require(Permission::ManageWebhooks)?;
    let mut webhook = Entity::new(Kind::Webhook, ctx.app.new_id());
    stored::apply(&mut webhook, &data, &attributes())?;
    ctx.app.project().write(|tx| entity::insert(tx, &webhook))?;
    answer::entity(StatusCode::CREATED, webhook.to_json())
}

async fn update(ctx: ProjectCtx, Path(id): Path<String>, JsonApi(data): JsonApi) -> Answer {
    ctx.require(Permission::ManageWebhooks)?;
    let webhook = ctx.app.project().write(|tx| {
        let mut webhook = stored::find(tx, Kind::Webhook, &id)?;
        stored::apply(&mut webhook, &data, &attributes())?;
        entity::update(tx, &webhook)?;
        Ok::<_, ApiError>(webhook)
    })?;
    answer::entity(StatusCode::OK, webhook.to_json())
}

async fn destroy(ctx: ProjectCtx, Path(id): Path<String>) -> Answer {
    ctx.require(Permission::ManageWebhooks)?;
    stored::destroy(ctx.app.project(), Kind::Webhook, &id)
}
