//! The navigation bar, and what its controller shares with the schema menu and the folders of assets.

use axum::Router;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::routing::{get, post};
use serde_json::{Value, json};

use crate::http::answer::{self, Answer};
use crate::http::body::JsonApi;
use crate::http::context::Ctx;
use crate::http::error::ApiError;
use crate::http::permission::Permission;
use crate::schema::menus::{self, Menu};
use crate::state::App;
use crate::store::StoreError;
use crate::store::entity;

/// The routes of this resource.
pub(crate) fn routes() -> Router<App> {
    routes_of("/menu-items", Menu::Navigation)
}

/// The routes of one of the trees.
pub(crate) fn routes_of(path: &str, menu: Menu) -> Router<App> {
    Router::new()
        .route(
            path,
            get(move |ctx: Ctx| async move { index(&ctx, menu) }).post(
                move |ctx: Ctx, JsonApi(data): JsonApi| async move { create(&ctx, menu, &data) },
            ),
        )
        .route(
            &format!("{path}/reorder"),
            post(move |ctx: Ctx, JsonApi(data): JsonApi| async move { reorder(&ctx, menu, &data) }),
        )
        .route(
            &format!("{path}/{{id}}"),
            get(move |ctx: Ctx, Path(id): Path<String>| async move { show(&ctx, menu, &id) })
                .put(
                    move |ctx: Ctx, Path(id): Path<String>, JsonApi(data): JsonApi| async move {
                        update(&ctx, menu, &id, &data)
                    },
                )
                .delete(
                    move |ctx: Ctx, Path(id): Path<String>| async move { destroy(&ctx, menu, &id) },
                ),
        )
}

fn writable(ctx: &Ctx, menu: Menu) -> Result<(), ApiError> {
    match menu {
        Menu::Navigation => {
            ctx.require(Permission::ManageMenu)?;
            ctx.writable()
        }
        Menu::Schema => super::item_types::schema_writable(ctx),
        Menu::Collections => {
            ctx.require(Permission::ManageUploadCollections)?;
            ctx.writable()
        }
    }
}

fn index(ctx: &Ctx, menu: Menu) -> Answer {
    let shown = ctx.env.db.read(|connection| {
        let mut items = entity::list(connection, menu.kind())?;
        match ctx
            .query
            .get("filter[parent_id]")
            .or(ctx.query.get("filter[parent]"))
        {
            Some("null" | "") => items.retain(|item| item.related("parent").is_none()),
            Some(parent) => items.retain(|item| item.related("parent") == Some(parent)),
            None => {}
        }
        items
            .iter()
            .map(|item| menus::to_json(connection, menu, item))
            .collect::<Result<Vec<_>, StoreError>>()
    })?;
    answer::list(shown)
}

fn shown(ctx: &Ctx, menu: Menu, id: &str) -> Result<Value, ApiError> {
    ctx.env.db.read(|connection| {
        Ok(menus::to_json(
            connection,
            menu,
            &menus::find(connection, menu, id)?,
        )?)
    })
}

fn show(ctx: &Ctx, menu: Menu, id: &str) -> Answer {
    answer::entity(StatusCode::OK, shown(ctx, menu, id)?)
}

fn create(ctx: &Ctx, menu: Menu, data: &Value) -> Answer {
    writable(ctx, menu)?;
    let item = ctx
        .env
        .db
        .write(|tx| menus::create(tx, menu, data, &|| ctx.app.new_id()))?;
    answer::entity(StatusCode::CREATED, shown(ctx, menu, &item.id)?)
}

fn update(ctx: &Ctx, menu: Menu, id: &str, data: &Value) -> Answer {
    writable(ctx, menu)?;
    ctx.env.db.write(|tx| menus::update(tx, menu, id, data))?;
    answer::entity(StatusCode::OK, shown(ctx, menu, id)?)
}

fn destroy(ctx: &Ctx, menu: Menu, id: &str) -> Answer {
    writable(ctx, menu)?;
    let gone = shown(ctx, menu, id)?;
    ctx.env.db.write(|tx| menus::destroy(tx, menu, id))?;
    answer::entity(StatusCode::OK, gone)
}

fn reorder(ctx: &Ctx, menu: Menu, data: &Value) -> Answer {
    writable(ctx, menu)?;
    ctx.job(|| {
        let entries = data
            .as_array()
            .ok_or_else(|| ApiError::invalid_format("`data` is not a list"))?;
        let moved = ctx.env.db.write(|tx| {
            let moved = menus::reorder(tx, menu, entries)?;
            let shown = moved.iter().map(|item| menus::to_json(tx, menu, item));
            shown
                .collect::<Result<Vec<_>, StoreError>>()
                .map_err(ApiError::from)
        })?;
        Ok((200, json!({ "data": moved })))
    })
}
