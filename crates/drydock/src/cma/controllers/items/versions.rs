//! Versions of records.

use axum::extract::Path;
use axum::http::StatusCode;
use serde_json::{Value, json};

use super::access::Access;
use super::{ItemAction, View, at_desk, emit};
use crate::http::answer::{self, Answer};
use crate::http::context::Ctx;
use crate::http::error::ApiError;
use crate::records::document;
use crate::records::list::paging;
use crate::records::{present, write};
use crate::schema::model::Schema;
use crate::store::items;

/// Versions on a page that does not say how many, and most of them.
const PAGE: (u64, u64) = (15, 50);

pub(super) async fn index(ctx: Ctx, Path(id): Path<String>) -> Answer {
    let (data, total) = ctx.env.db.read(|connection| {
        let schema = Schema::load(connection)?;
        let row = items::find(connection, &id)?.ok_or_else(ApiError::not_found)?;
        Access::new(&ctx, &schema).require(ItemAction::Read, &row)?;
        let (offset, limit) = paging(&ctx.query, PAGE.0, PAGE.1)?;
        let (versions, total) = items::versions_of(connection, &id, offset, limit)?;
        let nested = ctx.query.flag("nested");
        let data = versions
            .iter()
            .map(|version| present::version(&schema, &row, version, nested))
            .collect::<Result<Vec<_>, _>>()?;
        Ok::<_, ApiError>((data, total))
    })?;
    answer::page(data, total)
}

fn number(id: &str) -> Result<i64, ApiError> {
    id.parse().map_err(|_| ApiError::not_found())
}

pub(super) async fn show(ctx: Ctx, Path(id): Path<String>) -> Answer {
    let version = number(&id)?;
    let data = ctx.env.db.read(|connection| {
        let schema = Schema::load(connection)?;
        let version = items::find_version(connection, version)?.ok_or_else(ApiError::not_found)?;
        let row = items::find(connection, &version.item)?.ok_or_else(ApiError::not_found)?;
        Access::new(&ctx, &schema).require(ItemAction::Read, &row)?;
        Ok::<_, ApiError>(present::version(
            &schema,
            &row,
            &version,
            ctx.query.flag("nested"),
        )?)
    })?;
    answer::entity(StatusCode::OK, data)
}

/// Makes an old version current again, as a new one. The payload is the record and that version.
pub(super) async fn restore(ctx: Ctx, Path(id): Path<String>) -> Answer {
    ctx.writable()?;
    let version = number(&id)?;
    ctx.job(|| {
        let (item, version) = at_desk(&ctx, |desk, access| {
            let old = items::find_version(desk.tx, version)?.ok_or_else(ApiError::not_found)?;
            access.require_change(ItemAction::Update, &desk.item(&old.item)?)?;
            let row = write::restore(desk, version)?;
            let new = items::find_version(desk.tx, row.current_version)?
                .ok_or_else(ApiError::not_found)?;
            let item = present::item(desk.tx, desk.schema, &row, View::CURRENT)?;
            Ok((item, present::version(desk.schema, &row, &new, false)?))
        })?;
        emit(&ctx, "update", &item, None, &[]);
        Ok((200, json!({ "data": [item, version] })))
    })
}

/// How the current version differs from the published one: in which locales, and outside of them.
pub(super) async fn current_vs_published(ctx: Ctx, Path(id): Path<String>) -> Answer {
    let data = ctx.env.db.read(|connection| {
        let schema = Schema::load(connection)?;
        let row = items::find(connection, &id)?.ok_or_else(ApiError::not_found)?;
        Access::new(&ctx, &schema).require(ItemAction::Read, &row)?;
        let model = schema.model(&row.item_type).ok_or_else(ApiError::not_found)?;
        let complete = |version: Option<i64>| -> Result<_, ApiError> {
            let attributes = version.map(|version| items::attributes_of(connection, version)).transpose()?;
            Ok(attributes.map(|attributes| document::completed(&schema, model, attributes)))
        };
        let current = complete(Some(row.current_version))?.unwrap_or_default();
        let published = complete(row.published_version)?;
        let before = |key: &str| published.as_ref().and_then(|attributes| attributes.get(key));
        let changed: Vec<&String> = schema
            .locales
            .iter()
            .filter(|locale| {
                model.fields.iter().filter(|field| field.localized).any(|field| {
                    let of = |value: Option<&Value>| value.and_then(|value| value.get(locale.as_str())).cloned();
                    of(current.get(&field.api_key)) != of(before(&field.api_key))
                })
            })
            .collect();
        let non_localized = model
            .fields
            .iter()
            .filter(|field| !field.localized)
            .any(|field| current.get(&field.api_key) != before(&field.api_key));
        let locales = |attributes: Option<&serde_json::Map<String, Value>>| {
            attributes.map(|attributes| document::locales_of(model, attributes)).unwrap_or_default()
        };
        let (now, public) = (locales(Some(&current)), locales(published.as_ref()));
        Ok::<_, ApiError>(json!({
            "type": "item_current_vs_published_state",
            "id": row.id,
            "attributes": {
                "non_localized_fields_differ": non_localized,
                "added_locales": now.iter().filter(|locale| !public.contains(locale)).collect::<Vec<_>>(),
                "removed_locales": public.iter().filter(|locale| !now.contains(locale)).collect::<Vec<_>>(),
                "changed_locales": changed,
                "current_version_locales": now,
                "published_version_locales": public,
            },
        }))
    })?;
    answer::entity(StatusCode::OK, data)
}
