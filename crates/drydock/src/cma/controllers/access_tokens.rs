//! API tokens.

use axum::Router;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::routing::{get, post};
use rusqlite::Connection;
use serde_json::{Value, json};

use crate::handover;
use crate::http::answer::{self, Answer};
use crate::http::body::JsonApi;
use crate::http::context::{Caller, ProjectCtx};
use crate::http::error::ApiError;
use crate::http::permission::Permission;
use crate::state::App;
use crate::store::StoreError;
use crate::store::entity::{self, Entity, Kind};

/// The routes of this resource.
pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/access_tokens", get(index).post(create))
        .route("/access_tokens/{id}", get(show).put(update).delete(destroy))
        .route("/access_tokens/{id}/regenerate_token", post(regenerate))
}

const FLAGS: [&str; 3] = ["can_access_cda", "can_access_cda_preview", "can_access_cma"];

/// A token with access to everything its role allows.
pub(crate) fn build(id: &str, name: &str, secret: &str, role: &str) -> Entity {
    let mut token = Entity::new(Kind::AccessToken, id);
    token.set("name", name);
    token.set("token", secret);
    for flag in FLAGS {
        token.set(flag, true);
    }
    token.set("hardcoded_type", Value::Null);
    token.set("last_cma_access", "never");
    token.set("last_cda_access", "never");
    token.relate("role", entity::reference("role", role));
    token
}

/// A new secret: 30 hexadecimal digits.
pub(crate) fn new_secret() -> String {
    let bytes: [u8; 15] = rand::random();
    let mut secret = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        for digit in [byte >> 4, byte & 0xf] {
            secret.extend(char::from_digit(u32::from(digit), 16));
        }
    }
    secret
}

/// The token as the API shows it: its secret only to those who may manage tokens.
pub(crate) fn to_json(token: &Entity, caller: &Caller) -> Value {
    let mut data = token.to_json();
    if !caller.permissions.has(Permission::ManageAccessTokens) {
        data["attributes"]["token"] = Value::Null;
    }
    data
}

async fn index(ctx: ProjectCtx) -> Answer {
    let tokens = ctx
        .app
        .project()
        .read(|connection| entity::list(connection, Kind::AccessToken))?;
    answer::list(
        tokens
            .iter()
            .map(|token| to_json(token, &ctx.caller))
            .collect(),
    )
}

async fn show(ctx: ProjectCtx, Path(id): Path<String>) -> Answer {
    let token = ctx.app.project().read(|connection| find(connection, &id))?;
    answer::entity(StatusCode::OK, to_json(&token, &ctx.caller))
}

fn find(connection: &Connection, id: &str) -> Result<Entity, ApiError> {
    entity::find(connection, Kind::AccessToken, id)?.ok_or_else(ApiError::not_found)
}

async fn create(ctx: ProjectCtx, JsonApi(data): JsonApi) -> Answer {
    ctx.require(Permission::ManageAccessTokens)?;
    let mut token = build(&ctx.app.new_id(), "", &new_secret(), "");
    ctx.app.project().write(|tx| {
        apply(tx, &mut token, &data)?;
        entity::insert(tx, &token).map_err(ApiError::from)
    })?;
    answer::entity(StatusCode::CREATED, to_json(&token, &ctx.caller))
}

async fn update(ctx: ProjectCtx, Path(id): Path<String>, JsonApi(data): JsonApi) -> Answer {
    ctx.require(Permission::ManageAccessTokens)?;
    let token = ctx.app.project().write(|tx| {
        let mut token = find(tx, &id)?;
        if !token.attribute("hardcoded_type").is_null() {
            return Err(ApiError::unprocessable(
                "NON_EDITABLE_ACCESS_TOKEN",
                json!({}),
            ));
        }
        apply(tx, &mut token, &data)?;
        entity::update(tx, &token)?;
        Ok(token)
    })?;
    answer::entity(StatusCode::OK, to_json(&token, &ctx.caller))
}

async fn regenerate(ctx: ProjectCtx, Path(id): Path<String>) -> Answer {
    ctx.require(Permission::ManageAccessTokens)?;
    let token = ctx.app.project().write(|tx| {
        let mut token = find(tx, &id)?;
        token.set("token", new_secret());
        entity::update(tx, &token)?;
        Ok::<_, ApiError>(token)
    })?;
    answer::entity(StatusCode::OK, to_json(&token, &ctx.caller))
}

/// What it made goes to whom the query names.
async fn destroy(ctx: ProjectCtx, Path(id): Path<String>) -> Answer {
    ctx.require(Permission::ManageAccessTokens)?;
    ctx.app.project().read(|connection| find(connection, &id))?;
    handover::hand_over(&ctx.app, (Kind::AccessToken, &id), &ctx.query)?;
    let token = ctx.app.project().write(|tx| {
        let token = find(tx, &id)?;
        entity::delete(tx, Kind::AccessToken, &id)?;
        Ok::<_, ApiError>(token)
    })?;
    answer::entity(StatusCode::OK, to_json(&token, &ctx.caller))
}

/// Writes name, flags and role; all of them are required.
fn apply(tx: &Connection, token: &mut Entity, data: &Value) -> Result<(), ApiError> {
    let attributes = &data["attributes"];
    let name = attributes["name"].as_str().filter(|name| !name.is_empty());
    token.set(
        "name",
        name.ok_or_else(|| ApiError::invalid_field("name", "VALIDATION_REQUIRED"))?,
    );
    for flag in FLAGS {
        let value = attributes[flag].as_bool();
        token.set(
            flag,
            value.ok_or_else(|| ApiError::invalid_field(flag, "VALIDATION_REQUIRED"))?,
        );
    }
    let role = &data["relationships"]["role"]["data"];
    let keeps = role.is_null() && token.related("role").is_some_and(|role| !role.is_empty());
    if !keeps {
        let id = role["id"].as_str().unwrap_or_default();
        if entity::find(tx, Kind::Role, id)?.is_none() {
            return Err(ApiError::invalid_field("role", "VALIDATION_REQUIRED"));
        }
        token.relate("role", entity::reference("role", id));
    }
    Ok(())
}

/// The secrets of the tokens the server prints at start, by name.
pub(crate) fn secret_named(app: &App, name: &str) -> Result<Option<String>, ApiError> {
    let tokens = app
        .project()
        .read(|connection| entity::list(connection, Kind::AccessToken))?;
    let token = tokens.iter().find(|token| token.text("name") == Some(name));
    Ok(token
        .and_then(|token| token.text("token"))
        .map(str::to_owned))
}

/// Adds a token. Seeds call it. One of a hardcoded type comes with every new project and cannot be changed, only given another
/// secret or destroyed.
pub(crate) fn add(
    app: &App,
    name: &str,
    role: &str,
    hardcoded_type: Option<&str>,
) -> Result<(), ApiError> {
    let mut token = build(&app.new_id(), name, &new_secret(), role);
    token.set("hardcoded_type", hardcoded_type);
    app.project()
        .write::<_, StoreError>(|tx| entity::insert(tx, &token))?;
    Ok(())
}
