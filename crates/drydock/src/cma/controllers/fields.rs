//! Fields of models. Every change of one is a job, and a change of its model.

use axum::Router;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::routing::{get, post};
use rusqlite::Connection;
use serde_json::{Value, json};

use super::item_types::{notify, schema_writable, settled};
use crate::http::answer::{self, Answer};
use crate::http::body::JsonApi;
use crate::http::context::Ctx;
use crate::http::error::ApiError;
use crate::revalidation;
use crate::schema::{fields, item_types};
use crate::state::App;
use crate::store::entity::{self, Entity, Kind};

/// The routes of this resource.
pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/item-types/{item_type}/fields", get(index).post(create))
        .route(
            "/item-types/{item_type}/fields/referencing",
            get(referencing),
        )
        .route("/item-types/{item_type}/fields/related", get(related))
        .route("/fields/{id}", get(show).put(update).delete(destroy))
        .route("/fields/{id}/duplicate", post(duplicate))
}

async fn index(ctx: Ctx, Path(item_type): Path<String>) -> Answer {
    let found = ctx.env.db.read(|connection| {
        let item_type = item_types::find(connection, &item_type)?;
        fields::of_model(connection, &item_type.id).map_err(ApiError::from)
    })?;
    answer::list(found.iter().map(Entity::to_json).collect())
}

async fn referencing(ctx: Ctx, Path(item_type): Path<String>) -> Answer {
    let found = ctx
        .env
        .db
        .read(|connection| fields::referencing(connection, &item_type))?;
    answer::list(found.iter().map(Entity::to_json).collect())
}

/// The fields of the models this one refers to: its link targets and its blocks.
async fn related(ctx: Ctx, Path(item_type): Path<String>) -> Answer {
    let found = ctx.env.db.read(|connection| {
        let item_type = item_types::find(connection, &item_type)?;
        let schema = crate::schema::model::Schema::load(connection)?;
        let targets: Vec<&str> = schema
            .model(&item_type.id)
            .into_iter()
            .flat_map(|model| &model.fields)
            .flat_map(|field| [field.link_targets(), field.block_targets()].concat())
            .collect();
        let mut all = entity::list(connection, Kind::Field)?;
        all.retain(|field| {
            field
                .related("item_type")
                .is_some_and(|id| targets.contains(&id))
        });
        Ok::<_, ApiError>(all)
    })?;
    answer::list(found.iter().map(Entity::to_json).collect())
}

async fn show(ctx: Ctx, Path(id): Path<String>) -> Answer {
    let field = ctx
        .env
        .db
        .read(|connection| fields::find(connection, &id))?;
    answer::entity(StatusCode::OK, field.to_json())
}

async fn create(ctx: Ctx, Path(item_type): Path<String>, JsonApi(data): JsonApi) -> Answer {
    schema_writable(&ctx)?;
    settled(&ctx, |connection| item_types::find(connection, &item_type))?;
    changed(&ctx, 201, |tx| {
        fields::create(tx, &item_type, &data, &|| ctx.app.new_id())
    })
}

async fn update(ctx: Ctx, Path(id): Path<String>, JsonApi(data): JsonApi) -> Answer {
    schema_writable(&ctx)?;
    settled(&ctx, |connection| model_of(connection, &id))?;
    changed(&ctx, 200, |tx| fields::update(tx, &id, &data))
}

async fn destroy(ctx: Ctx, Path(id): Path<String>) -> Answer {
    schema_writable(&ctx)?;
    settled(&ctx, |connection| model_of(connection, &id))?;
    changed(&ctx, 200, |tx| fields::destroy(tx, &id))
}

async fn duplicate(ctx: Ctx, Path(id): Path<String>) -> Answer {
    schema_writable(&ctx)?;
    settled(&ctx, |connection| model_of(connection, &id))?;
    changed(&ctx, 201, |tx| {
        fields::duplicate(tx, &id, &|| ctx.app.new_id())
    })
}

fn model_of(connection: &Connection, field: &str) -> Result<Entity, ApiError> {
    let field = fields::find(connection, field)?;
    item_types::find(connection, field.related("item_type").unwrap_or_default())
}

/// Runs a change of a field as a job whose payload includes the model.
fn changed(
    ctx: &Ctx,
    status: u16,
    change: impl FnOnce(&Connection) -> Result<Entity, ApiError>,
) -> Answer {
    ctx.job(|| {
        let (field, model) = ctx.env.db.write(|tx| {
            let field = change(tx)?;
            let model = item_types::find(tx, field.related("item_type").unwrap_or_default())?;
            Ok::<_, ApiError>((field, model))
        })?;
        revalidation::follow(&ctx.app, &ctx.env.db)?;
        notify(ctx, "update", &model, None);
        let included: Vec<Value> = vec![model.to_json()];
        Ok((
            status,
            json!({ "data": field.to_json(), "included": included }),
        ))
    })
}
