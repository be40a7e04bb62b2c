//! Roles.

use axum::Router;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::routing::{get, post};
use rusqlite::Connection;
use serde_json::{Map, Value, json};

use crate::http::answer::{self, Answer};
use crate::http::body::JsonApi;
use crate::http::context::ProjectCtx;
use crate::http::error::ApiError;
use crate::http::permission::{EnvironmentsAccess, FAMILIES, Permission};
use crate::roles;
use crate::state::App;
use crate::store::StoreError;
use crate::store::entity::{self, Entity, Kind};

/// The routes of this resource.
pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/roles", get(index).post(create))
        .route("/roles/{id}", get(show).put(update).delete(destroy))
        .route("/roles/{id}/duplicate", post(duplicate))
}

async fn index(ctx: ProjectCtx) -> Answer {
    let roles = ctx.app.project().read(|connection| {
        let list = entity::list(connection, Kind::Role)?;
        list.iter()
            .map(|role| roles::to_json(connection, role))
            .collect::<Result<Vec<_>, StoreError>>()
    })?;
    answer::list(roles)
}

async fn show(ctx: ProjectCtx, Path(id): Path<String>) -> Answer {
    answer::entity(StatusCode::OK, find_json(&ctx.app, &id)?)
}

fn find_json(app: &App, id: &str) -> Result<Value, ApiError> {
    app.project()
        .read(|connection| Ok(roles::to_json(connection, &find(connection, id)?)?))
}

fn find(connection: &Connection, id: &str) -> Result<Entity, ApiError> {
    entity::find(connection, Kind::Role, id)?.ok_or_else(ApiError::not_found)
}

async fn create(ctx: ProjectCtx, JsonApi(data): JsonApi) -> Answer {
    ctx.require(Permission::ManageUsers)?;
    if data["attributes"]["name"]
        .as_str()
        .is_none_or(str::is_empty)
    {
        return Err(ApiError::invalid_field("name", "VALIDATION_REQUIRED"));
    }
    let mut role = roles::bare(&ctx.app.new_id(), "");
    ctx.app.project().write(|tx| {
        apply(tx, &mut role, &data)?;
        entity::insert(tx, &role).map_err(ApiError::from)
    })?;
    answer::entity(StatusCode::CREATED, find_json(&ctx.app, &role.id)?)
}

/// Each array that is sent replaces the stored one; a family's two arrays must come together.
async fn update(ctx: ProjectCtx, Path(id): Path<String>, JsonApi(data): JsonApi) -> Answer {
    ctx.require(Permission::ManageUsers)?;
    ctx.app.project().write(|tx| {
        let mut role = find(tx, &id)?;
        apply(tx, &mut role, &data)?;
        entity::update(tx, &role).map_err(ApiError::from)
    })?;
    answer::entity(StatusCode::OK, find_json(&ctx.app, &id)?)
}

async fn duplicate(ctx: ProjectCtx, Path(id): Path<String>) -> Answer {
    ctx.require(Permission::ManageUsers)?;
    let copy = ctx.app.new_id();
    ctx.app.project().write(|tx| {
        let mut role = find(tx, &id)?;
        role.id.clone_from(&copy);
        let names: Vec<Entity> = entity::list(tx, Kind::Role)?;
        let base = role.text("name").unwrap_or_default().to_owned();
        let free = (1..).map(|n| format!("{base} (copy #{n})"));
        let name = free
            .into_iter()
            .find(|name| !names.iter().any(|role| role.text("name") == Some(name)));
        role.set("name", name.unwrap_or(base));
        entity::insert(tx, &role).map_err(ApiError::from)
    })?;
    answer::entity(StatusCode::CREATED, find_json(&ctx.app, &copy)?)
}

/// Refused while users, tokens or other roles depend on it.
async fn destroy(ctx: ProjectCtx, Path(id): Path<String>) -> Answer {
    ctx.require(Permission::ManageUsers)?;
    let data = find_json(&ctx.app, &id)?;
    ctx.app.project().write(|tx| {
        for kind in [Kind::User, Kind::AccessToken, Kind::SiteInvitation] {
            if entity::list(tx, kind)?
                .iter()
                .any(|holder| holder.related("role") == Some(&id))
            {
                return Err(ApiError::unprocessable(
                    "DELETE_RESTRICTION",
                    json!({"type": kind.wire()}),
                ));
            }
        }
        let heirs = entity::list(tx, Kind::Role)?;
        if heirs
            .iter()
            .any(|role| role.related_all("inherits_permissions_from").contains(&id))
        {
            return Err(ApiError::unprocessable(
                "DELETE_RESTRICTION",
                json!({"type": "role"}),
            ));
        }
        entity::delete(tx, Kind::Role, &id).map_err(ApiError::from)
    })?;
    answer::entity(StatusCode::OK, data)
}

/// Writes what the document says into the role; unknown keys are ignored.
fn apply(tx: &Connection, role: &mut Entity, data: &Value) -> Result<(), ApiError> {
    let empty = Map::new();
    let attributes = data["attributes"].as_object().unwrap_or(&empty);
    if let Some(name) = attributes.get("name") {
        let name = name.as_str().filter(|name| !name.is_empty());
        let name = name.ok_or_else(|| ApiError::invalid_field("name", "VALIDATION_REQUIRED"))?;
        let taken = entity::list(tx, Kind::Role)?;
        if taken
            .iter()
            .any(|other| other.id != role.id && other.text("name") == Some(name))
        {
            return Err(ApiError::invalid_field("name", "VALIDATION_UNIQUENESS"));
        }
        role.set("name", name);
    }
    for key in Permission::ALL.iter().map(|permission| permission.wire()) {
        match attributes.get(key) {
            None => {}
            Some(value @ Value::Bool(_)) => role.set(key, value.clone()),
            Some(_) => return Err(ApiError::invalid_field(key, "VALIDATION_INVALID")),
        }
    }
    if let Some(access) = attributes.get("environments_access") {
        let access = access.as_str().and_then(EnvironmentsAccess::parse);
        let access = access
            .ok_or_else(|| ApiError::invalid_field("environments_access", "VALIDATION_INVALID"))?;
        role.set("environments_access", access.wire());
    }
    for family in FAMILIES {
        apply_family(role, attributes, family)?;
    }
    if let Some(parents) = data["relationships"].get("inherits_permissions_from") {
        let parents = parents["data"].as_array().cloned().unwrap_or_default();
        for parent in &parents {
            let id = parent["id"].as_str().unwrap_or_default();
            if id == role.id || entity::find(tx, Kind::Role, id)?.is_none() {
                return Err(ApiError::invalid_field(
                    "inherits_permissions_from",
                    "VALIDATION_INVALID",
                ));
            }
        }
        role.relate("inherits_permissions_from", Value::Array(parents));
    }
    Ok(())
}

fn apply_family(
    role: &mut Entity,
    attributes: &Map<String, Value>,
    family: &str,
) -> Result<(), ApiError> {
    let keys = [format!("positive_{family}"), format!("negative_{family}")];
    let sent: Vec<&String> = keys
        .iter()
        .filter(|key| attributes.contains_key(*key))
        .collect();
    if let [only] = sent[..] {
        let missing = if only == &keys[0] { &keys[1] } else { &keys[0] };
        return Err(ApiError::invalid_field(missing, "VALIDATION_REQUIRED"));
    }
    for key in sent {
        let entries = attributes[key]
            .as_array()
            .filter(|entries| entries.iter().all(Value::is_object));
        let entries = entries.ok_or_else(|| ApiError::invalid_field(key, "VALIDATION_INVALID"))?;
        let entries: Vec<Value> = entries
            .iter()
            .map(|entry| whole_entry(family, entry))
            .collect();
        role.set(key, entries);
    }
    Ok(())
}

/// An entry as answers show it: one that does not say whose records it is about, or which of their locales, is about all.
/// Which actions have which of the two is in the vendor's types.
fn whole_entry(family: &str, sent: &Value) -> Value {
    let action = sent["action"].as_str().unwrap_or_default();
    let (creator, scope) = match family {
        "item_type_permissions" => (
            !matches!(action, "create" | "duplicate"),
            matches!(action, "all" | "create" | "update" | "publish"),
        ),
        "upload_permissions" => (
            !matches!(action, "create"),
            matches!(action, "all" | "update"),
        ),
        _ => (false, false),
    };
    let mut entry = sent.clone();
    for (wanted, key, all) in [
        (creator, "on_creator", "anyone"),
        (scope, "localization_scope", "all"),
    ] {
        if wanted && entry.get(key).is_none() {
            entry[key] = all.into();
        }
    }
    entry
}
