//! Groups of the identity provider's, and the role their members get.

use axum::Router;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::routing::{get, post, put};
use serde_json::json;

use super::stored;
use crate::http::answer::{self, Answer};
use crate::http::body::{JsonApi, OptionalJsonApi};
use crate::http::context::ProjectCtx;
use crate::http::error::ApiError;
use crate::http::permission::Permission;
use crate::state::App;
use crate::store::entity::{self, Entity, Kind};

/// The routes of this resource.
pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/sso-groups", get(index))
        .route("/sso-groups/{id}", put(update).delete(destroy))
        .route("/sso-groups/{id}/copy-roles", post(copy_roles))
}

async fn index(ctx: ProjectCtx) -> Answer {
    ctx.require(Permission::ManageSso)?;
    stored::index(ctx.app.project(), Kind::SsoGroup)
}

async fn update(ctx: ProjectCtx, Path(id): Path<String>, JsonApi(data): JsonApi) -> Answer {
    ctx.require(Permission::ManageSso)?;
    let group = ctx.app.project().write(|tx| {
        let mut group = stored::find(tx, Kind::SsoGroup, &id)?;
        let priority = data["attributes"]["priority"]
            .as_i64()
            .ok_or_else(|| ApiError::invalid_field("priority", "VALIDATION_REQUIRED"))?;
        group.set("priority", priority);
        let role = data["relationships"]["role"]["data"]["id"]
            .as_str()
            .unwrap_or_default();
        if entity::find(tx, Kind::Role, role)?.is_none() {
            return Err(ApiError::invalid_field("role", "VALIDATION_INVALID"));
        }
        group.relate("role", entity::reference("role", role));
        entity::update(tx, &group)?;
        Ok(group)
    })?;
    answer::entity(StatusCode::OK, group.to_json())
}

/// Gives the group the role that is called like it.
async fn copy_roles(ctx: ProjectCtx, Path(id): Path<String>, _body: OptionalJsonApi) -> Answer {
    ctx.require(Permission::ManageSso)?;
    let group = ctx.app.project().write(|tx| {
        let mut group = stored::find(tx, Kind::SsoGroup, &id)?;
        let roles = entity::list(tx, Kind::Role)?;
        let mut roles = roles.iter();
        let namesake = roles.find(|role| role.text("name") == group.text("name"));
        let namesake = namesake.ok_or_else(|| {
            let name = json!({ "field": "role", "code": "VALIDATION_INVALID", "name": group.text("name") });
            ApiError::unprocessable("INVALID_FIELD", name)
        })?;
        group.relate("role", namesake.reference());
        entity::update(tx, &group)?;
        Ok::<_, ApiError>(group)
    })?;
    answer::entity(StatusCode::OK, group.to_json())
}

async fn destroy(ctx: ProjectCtx, Path(id): Path<String>) -> Answer {
    ctx.require(Permission::ManageSso)?;
    stored::destroy(ctx.app.project(), Kind::SsoGroup, &id)
}

/// A new group with nobody in it.
pub(crate) fn build(id: String, name: &str, role: &str) -> Entity {
    let mut group = Entity::new(Kind::SsoGroup, id);
    group.set("name", name);
    group.set("priority", 1);
    group.relate("role", entity::reference("role", role));
    group.relate("users", json!([]));
    group
}
