//! Versions of records.

use axum::extract::Path;
use axum::http::StatusCode;
use serde_json::{Map, Value, json};

use super::access::Access;
use super::parts::require_changed;
use super::{ItemAction, View, at_desk, emit_saved, schedules, settled};
use crate::http::answer::{self, Answer};
use crate::http::context::Ctx;
use crate::http::error::ApiError;
use crate::records::list::paging;
use crate::records::{checks, document, present, write};
use crate::schema::model::{Model, Schema};
use crate::store::schedules::ScheduleKind;
use crate::store::{self, items};

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
    let item = ctx
        .env
        .db
        .read(|connection| items::find_version(connection, version))?
        .map(|version| version.item);
    settled(&ctx, item.as_slice())?;
    ctx.job(|| {
        let (item, version) = at_desk(&ctx, |desk, access| {
            let old = items::find_version(desk.tx, version)?.ok_or_else(ApiError::not_found)?;
            let before = desk.item(&old.item)?;
            access.require_change(ItemAction::Update, &before)?;
            let row = write::restore(desk, version)?;
            require_changed(desk, access, &before, &row)?;
            let new = items::find_version(desk.tx, row.current_version)?
                .ok_or_else(ApiError::not_found)?;
            let item = present::item(desk.tx, desk.schema, &row, View::CURRENT)?;
            Ok((item, present::version(desk.schema, &row, &new, false)?))
        })?;
        emit_saved(&ctx, "update", &item, None, &[]);
        Ok((200, json!({ "data": [item, version] })))
    })
}

/// How the current version differs from the published one, where it is invalid, and what is scheduled.
pub(super) async fn current_vs_published(ctx: Ctx, Path(id): Path<String>) -> Answer {
    let (data, included) = ctx.env.db.read(|connection| {
        let schema = Schema::load(connection)?;
        let row = items::find(connection, &id)?.ok_or_else(ApiError::not_found)?;
        Access::new(&ctx, &schema).require(ItemAction::Read, &row)?;
        let model = schema
            .model(&row.item_type)
            .ok_or_else(ApiError::not_found)?;
        let complete = |version: i64| -> Result<_, ApiError> {
            let attributes = items::attributes_of(connection, version)?;
            Ok(document::completed(&schema, model, attributes))
        };
        let current = complete(row.current_version)?;
        let published = row.published_version.map(complete).transpose()?;
        let mut attributes = differences(model, &schema.locales, &current, published.as_ref());
        let problems = checks::problems(connection, &schema, model, Some(&id), &current)?;
        let broken_in = |locale: Option<&str>| {
            let mut places = problems.iter().map(|problem| problem.extra.get("locale"));
            places.any(|place| place.and_then(Value::as_str) == locale)
        };
        let locales = schema.locales.iter();
        attributes["current_version_invalid_locales"] = locales
            .filter(|locale| broken_in(Some(locale)))
            .map(String::as_str)
            .collect();
        attributes["current_version_non_localized_fields_invalid"] = broken_in(None).into();

        let mut included = Vec::new();
        let mut relationships = json!({});
        for kind in [ScheduleKind::Publication, ScheduleKind::Unpublishing] {
            let schedule = store::schedules::find(connection, &id, kind)?;
            relationships[kind.wire()] =
                related(schedule.as_ref().map(schedules::entity), &mut included);
        }
        let version = match row.published_version {
            Some(version) => items::find_version(connection, version)?,
            None => None,
        };
        let version = version
            .map(|version| present::version(&schema, &row, &version, false))
            .transpose()?;
        relationships["published_version"] = related(version, &mut included);
        let data = json!({
            "type": "item_current_vs_published_state",
            "id": row.id,
            "attributes": attributes,
            "relationships": relationships,
        });
        Ok::<_, ApiError>((data, included))
    })?;
    answer::entity_with_included(StatusCode::OK, data, included)
}

/// A relationship to an entity, which goes among the included ones; or to nothing.
fn related(entity: Option<Value>, included: &mut Vec<Value>) -> Value {
    let data = entity.map_or(Value::Null, |entity| {
        let reference = json!({ "type": entity["type"], "id": entity["id"] });
        included.push(entity);
        reference
    });
    json!({ "data": data })
}

fn differences(
    model: &Model,
    locales: &[String],
    current: &Map<String, Value>,
    published: Option<&Map<String, Value>>,
) -> Value {
    let before = |key: &str| published.and_then(|attributes| attributes.get(key));
    let localized = || model.fields.iter().filter(|field| field.localized);
    let differs_in = |locale: &str| {
        localized().any(|field| {
            let value = current
                .get(&field.api_key)
                .and_then(|value| value.get(locale));
            value != before(&field.api_key).and_then(|value| value.get(locale))
        })
    };
    let plain = model.fields.iter().filter(|field| !field.localized);
    let mut plain = plain.map(|field| field.api_key.as_str());
    let plain_differ = plain.any(|key| current.get(key) != before(key));
    let now = document::locales_of(model, current);
    let public = published.map_or_else(Vec::new, |attributes| {
        document::locales_of(model, attributes)
    });
    let in_both = |locale: &&String| now.contains(locale) && public.contains(locale);
    let changed = locales.iter().filter(in_both);
    json!({
        "non_localized_fields_changed": plain_differ,
        "added_locales": now.iter().filter(|locale| !public.contains(locale)).collect::<Vec<_>>(),
        "removed_locales": public.iter().filter(|locale| !now.contains(locale)).collect::<Vec<_>>(),
        "changed_locales": changed.filter(|locale| differs_in(locale)).collect::<Vec<_>>(),
        "current_version_locales": now,
        "published_version_locales": public,
    })
}
