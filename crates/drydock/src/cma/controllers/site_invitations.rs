//! Invitations of people to the project. Nobody gets a letter from this server: an invitation is written down, and waits.

use axum::Router;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::routing::{get, post};
use rusqlite::Connection;
use serde_json::{Value, json};

use super::stored;
use crate::http::answer::{self, Answer};
use crate::http::body::{JsonApi, OptionalJsonApi};
use crate::http::context::ProjectCtx;
use crate::http::error::ApiError;
use crate::http::permission::Permission;
use crate::state::App;
use crate::store::entity::{self, Entity, Kind, reference};

/// The routes of this resource.
pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/site-invitations", get(index).post(create))
        .route(
            "/site-invitations/{id}",
            get(show).put(update).delete(destroy),
        )
        .route("/site-invitations/{id}/resend", post(resend))
}

async fn index(ctx: ProjectCtx) -> Answer {
    ctx.require(Permission::ManageUsers)?;
    stored::index(ctx.app.project(), Kind::SiteInvitation)
}

async fn show(ctx: ProjectCtx, Path(id): Path<String>) -> Answer {
    ctx.require(Permission::ManageUsers)?;
    stored::show(ctx.app.project(), Kind::SiteInvitation, &id)
}

/// The link to accept it with is told when an invitation is made and when it is sent again; here there is none.
fn with_link(invitation: &Entity) -> Value {
    let mut told = invitation.clone();
    told.set("invitation_link", Value::Null);
    told.to_json()
}

async fn create(ctx: ProjectCtx, JsonApi(data): JsonApi) -> Answer {
    ctx.require(Permission::ManageUsers)?;
    let email = data["attributes"]["email"]
        .as_str()
        .ok_or_else(|| ApiError::invalid_field("email", "VALIDATION_REQUIRED"))?;
    if !is_email(email) {
        return Err(ApiError::invalid_field("email", "VALIDATION_FORMAT"));
    }
    let invitation = ctx.app.project().write(|tx| {
        let has = |entity: &Entity| {
            entity
                .text("email")
                .is_some_and(|known| known.eq_ignore_ascii_case(email))
        };
        if entity::list(tx, Kind::User)?.iter().any(has) {
            return Err(ApiError::unprocessable(
                "ACCOUNT_ALREADY_JOINED_SITE",
                json!({}),
            ));
        }
        if entity::list(tx, Kind::SiteInvitation)?.iter().any(has) {
            return Err(ApiError::invalid_field("email", "VALIDATION_UNIQUENESS"));
        }
        let mut invitation = Entity::new(Kind::SiteInvitation, ctx.app.new_id());
        invitation.set("email", email);
        invitation.set("expired", false);
        relate_role(tx, &mut invitation, &data)?;
        entity::insert(tx, &invitation)?;
        Ok(invitation)
    })?;
    answer::entity(StatusCode::CREATED, with_link(&invitation))
}

fn is_email(text: &str) -> bool {
    text.split_once('@').is_some_and(|(name, host)| {
        !name.is_empty()
            && host.contains('.')
            && !host.starts_with('.')
            && !host.ends_with('.')
            && !text.contains(char::is_whitespace)
            && !host.contains('@')
    })
}

fn relate_role(tx: &Connection, invitation: &mut Entity, data: &Value) -> Result<(), ApiError> {
    let role = data["relationships"]["role"]["data"]["id"]
        .as_str()
        .ok_or_else(|| ApiError::invalid_field("role", "VALIDATION_REQUIRED"))?;
    if entity::find(tx, Kind::Role, role)?.is_none() {
        return Err(ApiError::invalid_field("role", "VALIDATION_INVALID"));
    }
    invitation.relate("role", reference("role", role));
    Ok(())
}

/// Changes the role; the address of an invitation stays.
async fn update(ctx: ProjectCtx, Path(id): Path<String>, JsonApi(data): JsonApi) -> Answer {
    ctx.require(Permission::ManageUsers)?;
    let invitation = ctx.app.project().write(|tx| {
        let mut invitation = stored::find(tx, Kind::SiteInvitation, &id)?;
        if data["relationships"].get("role").is_some() {
            relate_role(tx, &mut invitation, &data)?;
        }
        entity::update(tx, &invitation)?;
        Ok::<_, ApiError>(invitation)
    })?;
    answer::entity(StatusCode::OK, invitation.to_json())
}

async fn destroy(ctx: ProjectCtx, Path(id): Path<String>) -> Answer {
    ctx.require(Permission::ManageUsers)?;
    stored::destroy(ctx.app.project(), Kind::SiteInvitation, &id)
}

async fn resend(ctx: ProjectCtx, Path(id): Path<String>, _body: OptionalJsonApi) -> Answer {
    ctx.require(Permission::ManageUsers)?;
    let found = ctx
        .app
        .project()
        .read(|connection| stored::find(connection, Kind::SiteInvitation, &id))?;
    answer::entity(StatusCode::OK, with_link(&found))
}
