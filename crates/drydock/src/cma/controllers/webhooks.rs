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

/// A kind of entity that can be listened to.
struct Subject {
    entity_type: &'static str,
    events: &'static [&'static str],
    /// What its events can be filtered by. Those of the whole project happen in no environment.
    filters: &'static [&'static str],
}

const SUBJECTS: [Subject; 8] = [
    Subject {
        entity_type: "item",
        events: &["create", "update", "delete", "publish", "unpublish"],
        filters: &["item_type", "item", "environment", "environment_type"],
    },
    Subject {
        entity_type: "item_type",
        events: &["create", "update", "delete"],
        filters: &["item_type", "environment", "environment_type"],
    },
    Subject {
        entity_type: "upload",
        events: &["create", "update", "delete"],
        filters: &["environment", "environment_type"],
    },
    Subject {
        entity_type: "build_trigger",
        events: &["deploy_started", "deploy_succeeded", "deploy_failed"],
        filters: &["build_trigger"],
    },
    Subject {
        entity_type: "environment",
        events: &["create", "update", "promote", "delete"],
        filters: &["environment", "environment_type"],
    },
    Subject {
        entity_type: "maintenance_mode",
        events: &["change"],
        filters: &[],
    },
    Subject {
        entity_type: "sso_user",
        events: &["create"],
        filters: &[],
    },
    Subject {
        entity_type: "cda_cache_tags",
        events: &["invalidate"],
        filters: &["environment", "environment_type"],
    },
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
    let among =
        |known: &[&str], word: &Value| word.as_str().is_some_and(|word| known.contains(&word));
    let known = |subscription: &Value| {
        let entity_type = subscription["entity_type"].as_str();
        let subject = SUBJECTS
            .iter()
            .find(|subject| entity_type == Some(subject.entity_type));
        let events = subscription["event_types"].as_array();
        let filters = subscription["filters"].as_array();
        subject.zip(events).is_some_and(|(subject, events)| {
            events.iter().all(|event| among(subject.events, event))
                && filters.into_iter().flatten().all(|filter| {
                    among(subject.filters, &filter["entity_type"]) && names_a_type(filter)
                })
        })
    };
    value
        .as_array()
        .is_some_and(|subscriptions| subscriptions.iter().all(known))
}

/// Types of environments go by two names; everything else goes by its id.
fn names_a_type(filter: &Value) -> bool {
    let ids = filter["entity_ids"].as_array();
    filter["entity_type"] != "environment_type"
        || ids
            .into_iter()
            .flatten()
            .all(|id| matches!(id.as_str(), Some("primary" | "sandbox")))
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
    ctx.app.project().write(|tx| {
        stored::require_own_name(tx, &webhook)?;
        entity::insert(tx, &webhook).map_err(ApiError::from)
    })?;
    answer::entity(StatusCode::CREATED, webhook.to_json())
}

async fn update(ctx: ProjectCtx, Path(id): Path<String>, JsonApi(data): JsonApi) -> Answer {
    ctx.require(Permission::ManageWebhooks)?;
    let webhook = ctx.app.project().write(|tx| {
        let mut webhook = stored::find(tx, Kind::Webhook, &id)?;
        stored::apply(&mut webhook, &data, &attributes())?;
        stored::require_own_name(tx, &webhook)?;
        entity::update(tx, &webhook)?;
        Ok::<_, ApiError>(webhook)
    })?;
    answer::entity(StatusCode::OK, webhook.to_json())
}

async fn destroy(ctx: ProjectCtx, Path(id): Path<String>) -> Answer {
    ctx.require(Permission::ManageWebhooks)?;
    stored::destroy(ctx.app.project(), Kind::Webhook, &id)
}
