//! Tags of assets: those people gave, and the smart ones, of which there are none here, since nothing looks at pictures.

use axum::Router;
use axum::http::StatusCode;
use axum::routing::get;
use rusqlite::Connection;
use serde_json::Value;

use super::stored;
use crate::http::answer::{self, Answer};
use crate::http::body::JsonApi;
use crate::http::context::Ctx;
use crate::http::error::ApiError;
use crate::http::permission::UploadAction;
use crate::records::list::paging;
use crate::state::App;
use crate::store::StoreError;
use crate::store::entity::{self, Entity, Kind};

/// Tags on a page that does not say how many, and at most.
const PAGE: (u64, u64) = (50, 500);

/// The routes of both resources.
pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/upload-tags", get(index).post(create))
        .route("/upload-smart-tags", get(smart))
}

async fn index(ctx: Ctx) -> Answer {
    let mut tags = ctx
        .env
        .db
        .read(|connection| entity::list(connection, Kind::UploadTag))?;
    if let Some(wanted) = ctx.query.get("filter[query]").map(str::to_lowercase) {
        tags.retain(|tag| {
            tag.text("name")
                .is_some_and(|name| name.to_lowercase().contains(&wanted))
        });
    }
    tags.sort_by(|one, other| one.text("name").cmp(&other.text("name")));
    stored::page_of(&ctx.query, &tags, PAGE)
}

async fn smart(ctx: Ctx) -> Answer {
    paging(&ctx.query, PAGE.0, PAGE.1)?;
    answer::page(Vec::new(), 0)
}

async fn create(ctx: Ctx, JsonApi(data): JsonApi) -> Answer {
    ctx.writable()?;
    super::uploads::access::require(&ctx, UploadAction::Update, None)?;
    let tag = ctx.env.db.write(|tx| {
        let mut tag = Entity::new(Kind::UploadTag, ctx.app.new_id());
        stored::apply(&mut tag, &data, &[("name", Value::Null, stored::is_filled)])?;
        if named(tx, tag.text("name").unwrap_or_default())? {
            return Err(ApiError::invalid_field("name", "VALIDATION_UNIQUENESS"));
        }
        entity::insert(tx, &tag)?;
        Ok(tag)
    })?;
    answer::entity(StatusCode::CREATED, tag.to_json())
}

fn named(tx: &Connection, name: &str) -> Result<bool, StoreError> {
    let tags = entity::list(tx, Kind::UploadTag)?;
    Ok(tags.iter().any(|tag| tag.text("name") == Some(name)))
}

/// Notes the tags an asset has, so that they are among all tags.
pub(crate) fn note(
    tx: &Connection,
    upload: &Entity,
    new_id: &dyn Fn() -> String,
) -> Result<(), StoreError> {
    let tags = upload.attribute("tags").as_array();
    for name in tags.into_iter().flatten().filter_map(Value::as_str) {
        if !named(tx, name)? {
            let mut tag = Entity::new(Kind::UploadTag, new_id());
            tag.set("name", name);
            entity::insert(tx, &tag)?;
        }
    }
    Ok(())
}
