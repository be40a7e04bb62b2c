//! Collaborators that an identity provider vouches for.

use axum::Router;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::routing::{get, post};
use rusqlite::Connection;
use serde_json::{Map, Value, json};

use super::sso_settings;
use super::stored;
use crate::events::{self, Event};
use crate::handover;
use crate::http::answer::{self, Answer};
use crate::http::body::OptionalJsonApi;
use crate::http::context::ProjectCtx;
use crate::http::error::ApiError;
use crate::http::permission::Permission;
use crate::state::App;
use crate::store::StoreError;
use crate::store::entity::{self, Entity, Kind};

/// The routes of this resource.
pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/sso-users", get(index))
        .route("/sso-users/copy-users", post(copy_users))
        .route("/sso-users/{id}", get(show).delete(destroy))
}

async fn index(ctx: ProjectCtx) -> Answer {
    ctx.require(Permission::ManageSso)?;
    answer::list(ctx.app.project().read(all)?)
}

fn all(connection: &Connection) -> Result<Vec<Value>, StoreError> {
    let users = entity::list(connection, Kind::SsoUser)?;
    users.iter().map(|user| shown(connection, user)).collect()
}

async fn show(ctx: ProjectCtx, Path(id): Path<String>) -> Answer {
    ctx.require(Permission::ManageSso)?;
    let data = ctx.app.project().read(|connection| {
        let user = stored::find(connection, Kind::SsoUser, &id)?;
        Ok::<_, ApiError>(shown(connection, &user)?)
    })?;
    answer::entity(StatusCode::OK, data)
}

/// The user with the groups that have it, and the role of the one that counts most, or the default one.
pub(crate) fn shown(connection: &Connection, user: &Entity) -> Result<Value, StoreError> {
    let mut groups = entity::list(connection, Kind::SsoGroup)?;
    groups.retain(|group| group.related_all("users").contains(&user.id));
    let first = groups
        .iter()
        .max_by_key(|group| group.attribute("priority").as_i64());
    let role = match first.and_then(|group| group.related("role")) {
        Some(role) => Some(role.to_owned()),
        None => sso_settings::settings(connection)?
            .related("default_role")
            .map(str::to_owned),
    };
    let mut shown = user.clone();
    shown.relate("groups", groups.iter().map(Entity::reference).collect());
    shown.relate(
        "role",
        role.map_or(Value::Null, |role| entity::reference("role", &role)),
    );
    Ok(shown.to_json())
}

/// Makes an SSO user of every active collaborator that is none yet. Answers with all of them.
async fn copy_users(ctx: ProjectCtx, _body: OptionalJsonApi) -> Answer {
    ctx.require(Permission::ManageSso)?;
    let (made, data) = ctx.app.project().write(|tx| {
        let known = entity::list(tx, Kind::SsoUser)?;
        let mut made = Vec::new();
        for user in entity::list(tx, Kind::User)? {
            let email = user.text("email").unwrap_or_default();
            let is_known = known
                .iter()
                .any(|known| known.text("username") == Some(email));
            if is_known || !user.flag("is_active") {
                continue;
            }
            let name = user.text("full_name").unwrap_or_default();
            let (first, last) = name.split_once(' ').unwrap_or((name, ""));
            let copy = build(ctx.app.new_id(), email, first, last);
            entity::insert(tx, &copy)?;
            made.push(copy);
        }
        Ok::<_, StoreError>((made, all(tx)?))
    })?;
    for user in &made {
        announce(&ctx.app, user)?;
    }
    answer::list(data)
}

/// A new user of no group.
pub(crate) fn build(id: String, username: &str, first: &str, last: &str) -> Entity {
    let mut user = Entity::new(Kind::SsoUser, id);
    user.set("username", username);
    user.set("external_id", Value::Null);
    user.set("is_active", true);
    user.set("first_name", first);
    user.set("last_name", last);
    user.meta = Some(Map::from_iter([("last_access".to_owned(), Value::Null)]));
    user
}

/// Tells the webhooks of a new user.
pub(crate) fn announce(app: &App, user: &Entity) -> Result<(), ApiError> {
    let entity = app.project().read(|connection| shown(connection, user))?;
    events::emit(
        app,
        Event {
            entity_type: "sso_user",
            event_type: "create",
            environment: app.primary()?.id,
            entity,
            previous: None,
            related: Vec::new(),
        },
    );
    Ok(())
}

async fn destroy(ctx: ProjectCtx, Path(id): Path<String>) -> Answer {
    ctx.require(Permission::ManageSso)?;
    let data = ctx.app.project().read(|connection| {
        let user = stored::find(connection, Kind::SsoUser, &id)?;
        Ok::<_, ApiError>(shown(connection, &user)?)
    })?;
    handover::hand_over(&ctx.app, (Kind::SsoUser, &id), &ctx.query)?;
    ctx.app
        .project()
        .write::<_, StoreError>(|tx| forget(tx, &id))?;
    answer::entity(StatusCode::OK, data)
}

/// Removes a user, from the groups too.
pub(crate) fn forget(tx: &Connection, id: &str) -> Result<(), StoreError> {
    entity::delete(tx, Kind::SsoUser, id)?;
    for mut group in entity::list(tx, Kind::SsoGroup)? {
        let mut members = group.related_all("users");
        if members.iter().any(|member| member == id) {
            members.retain(|member| member != id);
            relate_members(&mut group, &members);
            entity::update(tx, &group)?;
        }
    }
    Ok(())
}

/// Puts these users into the group, and no others.
pub(crate) fn relate_members(group: &mut Entity, members: &[String]) {
    let members = members.iter();
    group.relate(
        "users",
        json!(
            members
                .map(|id| entity::reference("sso_user", id))
                .collect::<Vec<_>>()
        ),
    );
}
