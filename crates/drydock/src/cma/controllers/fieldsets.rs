//! Fieldsets of models.

use axum::Router;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::routing::get;

use super::item_types::schema_writable;
use crate::http::answer::{self, Answer};
use crate::http::body::JsonApi;
use crate::http::context::Ctx;
use crate::http::error::ApiError;
use crate::schema::{fieldsets, item_types};
use crate::state::App;
use crate::store::entity::Entity;
use crate::store::touch_schema;

/// The routes of this resource.
pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/item-types/{item_type}/fieldsets", get(index).post(create))
        .route("/fieldsets/{id}", get(show).put(update).delete(destroy))
}

async fn index(ctx: Ctx, Path(item_type): Path<String>) -> Answer {
    let found = ctx.env.db.read(|connection| {
        let item_type = item_types::find(connection, &item_type)?;
        fieldsets::of_model(connection, &item_type.id).map_err(ApiError::from)
    })?;
    answer::list(found.iter().map(Entity::to_json).collect())
}

async fn show(ctx: Ctx, Path(id): Path<String>) -> Answer {
    let fieldset = ctx
        .env
        .db
        .read(|connection| fieldsets::find(connection, &id))?;
    answer::entity(StatusCode::OK, fieldset.to_json())
}

async fn create(ctx: Ctx, Path(item_type): Path<String>, JsonApi(data): JsonApi) -> Answer {
    schema_writable(&ctx)?;
    let fieldset = changed(&ctx, |tx| {
        fieldsets::create(tx, &item_type, &data, &|| ctx.app.new_id())
    })?;
    answer::entity(StatusCode::CREATED, fieldset.to_json())
}

async fn update(ctx: Ctx, Path(id): Path<String>, JsonApi(data): JsonApi) -> Answer {
    schema_writable(&ctx)?;
    let fieldset = changed(&ctx, |tx| fieldsets::update(tx, &id, &data))?;
    answer::entity(StatusCode::OK, fieldset.to_json())
}

async fn destroy(ctx: Ctx, Path(id): Path<String>) -> Answer {
    schema_writable(&ctx)?;
    let fieldset = changed(&ctx, |tx| fieldsets::destroy(tx, &id))?;
    answer::entity(StatusCode::OK, fieldset.to_json())
}

fn changed(
    ctx: &Ctx,
    change: impl FnOnce(&rusqlite::Connection) -> Result<Entity, ApiError>,
) -> Result<Entity, ApiError> {
    ctx.env.db.write(|tx| {
        let fieldset = change(tx)?;
        touch_schema(tx)?;
        Ok(fieldset)
    })
}
