//! Saved views of records, and what their controller shares with the saved views of assets.

use axum::Router;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::routing::get;
use rusqlite::Connection;
use serde_json::{Value, json};

use super::stored::{self, Attribute, is_filled, is_optional_object, is_optional_text};
use crate::http::answer::{self, Answer};
use crate::http::body::JsonApi;
use crate::http::context::Ctx;
use crate::http::error::ApiError;
use crate::http::permission::Permission;
use crate::schema::item_types::chosen_id;
use crate::state::App;
use crate::store::entity::{self, Entity, Kind, reference};

/// The routes of this resource.
pub(crate) fn routes() -> Router<App> {
    routes_of("/item-type-filters", Kind::ItemTypeFilter)
}

/// The routes of one kind of saved view.
pub(crate) fn routes_of(path: &str, kind: Kind) -> Router<App> {
    Router::new()
        .route(
            path,
            get(move |ctx: Ctx| async move { stored::index(&ctx.env.db, kind) }).post(
                move |ctx: Ctx, JsonApi(data): JsonApi| async move { create(&ctx, kind, &data) },
            ),
        )
        .route(
            &format!("{path}/{{id}}"),
            get(move |ctx: Ctx, Path(id): Path<String>| async move {
                stored::show(&ctx.env.db, kind, &id)
            })
            .put(
                move |ctx: Ctx, Path(id): Path<String>, JsonApi(data): JsonApi| async move {
                    update(&ctx, kind, &id, &data)
                },
            )
            .delete(
                move |ctx: Ctx, Path(id): Path<String>| async move { destroy(&ctx, kind, &id) },
            ),
        )
}

fn attributes(kind: Kind) -> Vec<Attribute> {
    let mut known: Vec<Attribute> = vec![
        ("name", Value::Null, is_filled),
        ("filter", json!({}), is_optional_object),
        ("shared", json!(false), Value::is_boolean),
    ];
    if kind == Kind::ItemTypeFilter {
        known.push(("columns", Value::Null, |value| {
            value.is_null() || value.is_array()
        }));
        known.push(("order_by", Value::Null, is_optional_text));
    }
    known
}

/// Views that everyone sees take a permission.
fn may_write(ctx: &Ctx, filter: &Entity) -> Result<(), ApiError> {
    if filter.flag("shared") {
        ctx.require(Permission::ManageSharedFilters)
    } else {
        Ok(())
    }
}

fn relate_model(tx: &Connection, filter: &mut Entity, data: &Value) -> Result<(), ApiError> {
    let id = data["relationships"]["item_type"]["data"]["id"]
        .as_str()
        .ok_or_else(|| ApiError::invalid_field("item_type", "VALIDATION_REQUIRED"))?;
    stored::find(tx, Kind::ItemType, id)
        .map_err(|_| ApiError::invalid_field("item_type", "VALIDATION_INVALID"))?;
    filter.relate("item_type", reference("item_type", id));
    Ok(())
}

fn create(ctx: &Ctx, kind: Kind, data: &Value) -> Answer {
    ctx.writable()?;
    let filter = ctx.env.db.write(|tx| {
        let mut filter = Entity::new(
            kind,
            chosen_id(tx, kind, data)?.unwrap_or_else(|| ctx.app.new_id()),
        );
        stored::apply(&mut filter, data, &attributes(kind))?;
        may_write(ctx, &filter)?;
        if kind == Kind::ItemTypeFilter {
            relate_model(tx, &mut filter, data)?;
        }
        entity::insert(tx, &filter)?;
        Ok::<_, ApiError>(filter)
    })?;
    answer::entity(StatusCode::CREATED, filter.to_json())
}

fn update(ctx: &Ctx, kind: Kind, id: &str, data: &Value) -> Answer {
    ctx.writable()?;
    let filter = ctx.env.db.write(|tx| {
        let mut filter = stored::find(tx, kind, id)?;
        may_write(ctx, &filter)?;
        stored::apply(&mut filter, data, &attributes(kind))?;
        may_write(ctx, &filter)?;
        entity::update(tx, &filter)?;
        Ok::<_, ApiError>(filter)
    })?;
    answer::entity(StatusCode::OK, filter.to_json())
}

fn destroy(ctx: &Ctx, kind: Kind, id: &str) -> Answer {
    ctx.writable()?;
    let filter = ctx
        .env
        .db
        .read(|connection| stored::find(connection, kind, id))?;
    may_write(ctx, &filter)?;
    stored::destroy(&ctx.env.db, kind, id)
}
