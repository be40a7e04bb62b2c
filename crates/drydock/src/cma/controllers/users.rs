//! Collaborators, and who the caller is.

use axum::Router;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::routing::get;
use serde_json::{Value, json};

use super::access_tokens;
use crate::handover;
use crate::http::answer::{self, Answer};
use crate::http::body::JsonApi;
use crate::http::context::{Caller, CallerKind, ProjectCtx};
use crate::http::error::ApiError;
use crate::http::permission::Permission;
use crate::roles;
use crate::state::App;
use crate::store::entity::{self, Entity, Kind};
use crate::store::{StoreError, project, sessions};

/// The routes of this resource.
pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/users", get(index))
        .route("/users/me", get(me))
        .route("/users/{id}", get(show).put(update).delete(destroy))
}

async fn index(ctx: ProjectCtx) -> Answer {
    let users = ctx
        .app
        .project()
        .read(|connection| entity::list(connection, Kind::User))?;
    answer::list(users.iter().map(Entity::to_json).collect())
}

async fn show(ctx: ProjectCtx, Path(id): Path<String>) -> Answer {
    respond(&ctx, &find(&ctx.app, &id)?.to_json())
}

fn find(app: &App, id: &str) -> Result<Entity, ApiError> {
    let user = app
        .project()
        .read(|connection| entity::find(connection, Kind::User, id))?;
    user.ok_or_else(ApiError::not_found)
}

/// The caller: a user or an access token.
async fn me(ctx: ProjectCtx) -> Answer {
    let data = me_json(&ctx.app, &ctx.caller)?;
    respond(&ctx, &data)
}

fn me_json(app: &App, caller: &Caller) -> Result<Value, ApiError> {
    match caller.kind {
        CallerKind::User => Ok(find(app, &caller.id)?.to_json()),
        CallerKind::AccessToken => {
            let token = app
                .project()
                .read(|connection| entity::find(connection, Kind::AccessToken, &caller.id))?;
            Ok(access_tokens::to_json(
                &token.ok_or_else(ApiError::not_found)?,
                caller,
            ))
        }
    }
}

/// With the role, when `include=role` asks for it.
fn respond(ctx: &ProjectCtx, data: &Value) -> Answer {
    let wants_role = ctx
        .query
        .get("include")
        .is_some_and(|include| include.split(',').any(|part| part == "role"));
    if !wants_role {
        return answer::entity(StatusCode::OK, data.clone());
    }
    let included = match data["relationships"]["role"]["data"]["id"].as_str() {
        Some(id) => ctx.app.project().read(|connection| {
            let role = entity::find(connection, Kind::Role, id)?;
            role.map(|role| roles::to_json(connection, &role))
                .transpose()
        })?,
        None => None,
    };
    answer::entity_with_included(StatusCode::OK, data.clone(), included.into_iter().collect())
}

/// Changes the role of a user, or switches the user off and on.
async fn update(ctx: ProjectCtx, Path(id): Path<String>, JsonApi(data): JsonApi) -> Answer {
    ctx.require(Permission::ManageUsers)?;
    let mut user = find(&ctx.app, &id)?;
    match &data["attributes"]["is_active"] {
        Value::Null => {}
        Value::Bool(active) => user.set("is_active", *active),
        Value::Number(_) | Value::String(_) | Value::Array(_) | Value::Object(_) => {
            return Err(ApiError::invalid_field("is_active", "VALIDATION_INVALID"));
        }
    }
    ctx.app.project().write(|tx| {
        if let Some(role) = data["relationships"]["role"]["data"]["id"].as_str() {
            if entity::find(tx, Kind::Role, role)?.is_none() {
                return Err(ApiError::invalid_field("role", "VALIDATION_INVALID"));
            }
            user.relate("role", entity::reference("role", role));
        }
        entity::update(tx, &user).map_err(ApiError::from)
    })?;
    answer::entity(StatusCode::OK, user.to_json())
}

/// What they made goes to whom the query names.
async fn destroy(ctx: ProjectCtx, Path(id): Path<String>) -> Answer {
    ctx.require(Permission::ManageUsers)?;
    let user = find(&ctx.app, &id)?;
    if ctx.caller.kind == CallerKind::User && ctx.caller.id == id {
        return Err(ApiError::unprocessable(
            "CANNOT_DESTROY_CURRENT_USER",
            json!({}),
        ));
    }
    handover::hand_over(&ctx.app, (Kind::User, &id), &ctx.query)?;
    ctx.app.project().write::<_, StoreError>(|tx| {
        entity::delete(tx, Kind::User, &id)?;
        sessions::delete_of(tx, &id)?;
        project::delete_user_tokens(tx, &id)
    })?;
    answer::entity(StatusCode::OK, user.to_json())
}

/// Adds a collaborator with a token of their own, for the panel's user switcher. Seeds call it; the API has no such call.
pub(crate) fn add(app: &App, full_name: &str, email: &str, role: &str) -> Result<Entity, ApiError> {
    let mut user = Entity::new(Kind::User, app.new_id());
    user.set("email", email);
    user.set("full_name", full_name);
    user.set("is_active", true);
    user.set("is_2fa_active", false);
    user.relate("role", entity::reference("role", role));
    user.meta = Some(
        [("last_access".to_owned(), Value::Null)]
            .into_iter()
            .collect(),
    );
    app.project().write::<_, StoreError>(|tx| {
        entity::insert(tx, &user)?;
        project::set_user_token(tx, &user.id, &access_tokens::new_secret())
    })?;
    Ok(user)
}
