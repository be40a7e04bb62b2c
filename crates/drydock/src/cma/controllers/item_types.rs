//! Models and block models.

use axum::Router;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::routing::{get, post};
use rusqlite::Connection;
use serde_json::{Value, json};

use super::site::PROJECT_SITE;
use crate::events::{self, Event};
use crate::http::answer::{self, Answer};
use crate::http::body::JsonApi;
use crate::http::context::Ctx;
use crate::http::error::ApiError;
use crate::http::permission::Permission;
use crate::records::judge;
use crate::revalidation;
use crate::schema::item_types::{self, Companions};
use crate::schema::{fields, fieldsets};
use crate::state::App;
use crate::store::entity::{self, Entity, Kind};

/// The routes of this resource.
pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/item-types", get(index).post(create))
        .route("/item-types/{id}", get(show).put(update).delete(destroy))
        .route("/item-types/{id}/duplicate", post(duplicate))
        .route("/item-types/{id}/referencing", get(referencing))
        .route(
            "/item-types/{id}/reorder-fields-and-fieldsets",
            post(reorder),
        )
}

/// Whether the caller may change the schema here and now: the role's flag, the environment's freeze, and the project's
/// rule that schemas change in sandboxes only.
pub(crate) fn schema_writable(ctx: &Ctx) -> Result<(), ApiError> {
    ctx.require(Permission::EditSchema)?;
    ctx.writable()?;
    if !ctx.env.primary {
        return Ok(());
    }
    let site = ctx
        .app
        .project()
        .read(|connection| entity::find(connection, Kind::Site, PROJECT_SITE))?;
    if site.is_some_and(|site| site.flag("force_use_of_sandbox_environments")) {
        return Err(ApiError::unprocessable(
            "PRIMARY_ENVIRONMENT_SETTINGS_READ_ONLY",
            json!({}),
        ));
    }
    Ok(())
}

/// `BATCH_DATA_VALIDATION_IN_PROGRESS` while the records of a model wait to be judged after the last change of it. Asked before
/// the next change becomes a job: the vendor's client makes a call again that is refused for now, and gives up on a job that
/// is. A model that does not exist is the job's business.
pub(crate) fn settled(
    ctx: &Ctx,
    model: impl FnOnce(&Connection) -> Result<Entity, ApiError>,
) -> Result<(), ApiError> {
    ctx.env.db.read(|connection| match model(connection) {
        Ok(model) => judge::settled(connection, &model.id),
        Err(error) if error.status == StatusCode::NOT_FOUND => Ok(()),
        Err(error) => Err(error),
    })
}

/// Whether new models have drafts unless told otherwise.
pub(crate) fn draft_mode_default(app: &App) -> Result<bool, ApiError> {
    let site = app
        .project()
        .read(|connection| entity::find(connection, Kind::Site, PROJECT_SITE))?;
    let meta = site.and_then(|site| site.meta);
    Ok(meta
        .and_then(|meta| meta.get("draft_mode_default").and_then(Value::as_bool))
        .unwrap_or(false))
}

async fn index(ctx: Ctx) -> Answer {
    let item_types = ctx
        .env
        .db
        .read(|connection| entity::list(connection, Kind::ItemType))?;
    answer::list(item_types.iter().map(Entity::to_json).collect())
}

async fn show(ctx: Ctx, Path(id): Path<String>) -> Answer {
    let item_type = ctx
        .env
        .db
        .read(|connection| item_types::find(connection, &id))?;
    answer::entity(StatusCode::OK, item_type.to_json())
}

async fn create(ctx: Ctx, JsonApi(data): JsonApi) -> Answer {
    schema_writable(&ctx)?;
    let companions = Companions {
        skip_menu_item: ctx.query.flag("skip_menu_item_creation"),
        menu_item_id: ctx.query.get("menu_item_id").map(str::to_owned),
        schema_menu_item_id: ctx.query.get("schema_menu_item_id").map(str::to_owned),
    };
    let drafts = draft_mode_default(&ctx.app)?;
    let (item_type, menu) = ctx
        .env
        .db
        .write(|tx| item_types::create(tx, &data, &|| ctx.app.new_id(), drafts, &companions))?;
    notify(&ctx, "create", &item_type, None);
    // The entry among the content, not the one in the schema's menu: the published type has room for the first only.
    let included = menu
        .iter()
        .filter(|entry| entry.kind == Kind::MenuItem)
        .map(Entity::to_json);
    answer::entity_with_included(StatusCode::CREATED, item_type.to_json(), included.collect())
}

async fn update(ctx: Ctx, Path(id): Path<String>, JsonApi(data): JsonApi) -> Answer {
    schema_writable(&ctx)?;
    settled(&ctx, |connection| item_types::find(connection, &id))?;
    ctx.job(|| {
        let (before, after) = ctx.env.db.write(|tx| {
            let before = item_types::find(tx, &id)?;
            let after = item_types::update(tx, &before.id, &data, ctx.app.now())?;
            Ok::<_, ApiError>((before, after))
        })?;
        revalidation::follow(&ctx.app, &ctx.env.db)?;
        notify(&ctx, "update", &after, Some(&before));
        Ok((200, json!({ "data": after.to_json() })))
    })
}

async fn destroy(ctx: Ctx, Path(id): Path<String>) -> Answer {
    schema_writable(&ctx)?;
    settled(&ctx, |connection| item_types::find(connection, &id))?;
    let keep_menu_items = ctx.query.flag("skip_menu_items_deletion");
    ctx.job(|| {
        let gone = ctx
            .env
            .db
            .write(|tx| item_types::destroy(tx, &id, keep_menu_items))?;
        revalidation::follow(&ctx.app, &ctx.env.db)?;
        notify(&ctx, "delete", &gone, None);
        Ok((200, json!({ "data": gone.to_json() })))
    })
}

async fn duplicate(ctx: Ctx, Path(id): Path<String>) -> Answer {
    schema_writable(&ctx)?;
    let (copy, _menu) = ctx
        .env
        .db
        .write(|tx| item_types::duplicate(tx, &id, &|| ctx.app.new_id()))?;
    notify(&ctx, "create", &copy, None);
    answer::entity(StatusCode::CREATED, copy.to_json())
}

async fn referencing(ctx: Ctx, Path(id): Path<String>) -> Answer {
    let found = ctx
        .env
        .db
        .read(|connection| item_types::referencing(connection, &id))?;
    answer::list(found.iter().map(Entity::to_json).collect())
}

async fn reorder(ctx: Ctx, Path(id): Path<String>, JsonApi(data): JsonApi) -> Answer {
    schema_writable(&ctx)?;
    ctx.job(|| {
        let entries = data
            .as_array()
            .ok_or_else(|| ApiError::invalid_format("`data` is not a list"))?;
        let parts = ctx.env.db.write(|tx| {
            let item_type = fields::reorder(tx, &id, entries)?;
            let mut parts = fields::of_model(tx, &item_type.id)?;
            parts.extend(fieldsets::of_model(tx, &item_type.id)?);
            Ok::<_, ApiError>(parts)
        })?;
        let parts: Vec<Value> = parts.iter().map(Entity::to_json).collect();
        Ok((200, json!({ "data": parts })))
    })
}

/// Tells whoever listens that a model has changed.
pub(crate) fn notify(
    ctx: &Ctx,
    event_type: &'static str,
    item_type: &Entity,
    previous: Option<&Entity>,
) {
    events::emit(
        &ctx.app,
        Event {
            entity_type: "item_type",
            event_type,
            environment: ctx.env.id.clone(),
            entity: item_type.to_json(),
            previous: previous.map(Entity::to_json),
            related: Vec::new(),
        },
    );
}
