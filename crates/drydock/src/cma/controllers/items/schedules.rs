//! Scheduled publications and unpublishings of records. Following them is `crate::schedules`' business.

use axum::extract::Path;
use axum::http::StatusCode;
use serde_json::{Value, json};

use super::parts::require_publication;
use super::{View, at_desk};
use crate::clock::Timestamp;
use crate::http::answer::{self, Answer};
use crate::http::body::JsonApi;
use crate::http::context::Ctx;
use crate::http::error::ApiError;
use crate::records::present;
use crate::records::value::parse_moment;
use crate::schedules::part;
use crate::store::schedules::{self, Schedule, ScheduleKind};

pub(super) async fn create_publication(
    ctx: Ctx,
    Path(id): Path<String>,
    JsonApi(data): JsonApi,
) -> Answer {
    create(&ctx, &id, ScheduleKind::Publication, &data)
}

pub(super) async fn create_unpublishing(
    ctx: Ctx,
    Path(id): Path<String>,
    JsonApi(data): JsonApi,
) -> Answer {
    create(&ctx, &id, ScheduleKind::Unpublishing, &data)
}

pub(super) async fn destroy_publication(ctx: Ctx, Path(id): Path<String>) -> Answer {
    destroy(&ctx, &id, ScheduleKind::Publication)
}

pub(super) async fn destroy_unpublishing(ctx: Ctx, Path(id): Path<String>) -> Answer {
    destroy(&ctx, &id, ScheduleKind::Unpublishing)
}

fn create(ctx: &Ctx, id: &str, kind: ScheduleKind, data: &Value) -> Answer {
    ctx.writable()?;
    let attributes = &data["attributes"];
    let at = moment(ctx, kind, attributes)?;
    let selection = selection(kind, attributes)?;
    let (schedule, item) = at_desk(ctx, |desk, access| {
        let schedule = Schedule {
            id: ctx.app.new_id(),
            kind,
            item: id.to_owned(),
            at,
            selection,
            author: desk.author.clone(),
        };
        require_publication(desk, access, &desk.item(id)?, part(&schedule).as_ref())?;
        check_locales(&desk.schema.locales, &schedule)?;
        if schedules::find(desk.tx, id, kind)?.is_some() {
            return Err(ApiError::invalid_field("item", "VALIDATION_UNIQUENESS"));
        }
        schedules::insert(desk.tx, &schedule)?;
        let item = present::item(desk.tx, desk.schema, &desk.item(id)?, View::CURRENT)?;
        Ok((schedule, item))
    })?;
    ctx.app.agenda().note(at);
    answer::entity_with_included(StatusCode::CREATED, entity(&schedule), vec![item])
}

/// Answers with the record.
fn destroy(ctx: &Ctx, id: &str, kind: ScheduleKind) -> Answer {
    ctx.writable()?;
    let item = at_desk(ctx, |desk, access| {
        let schedule = schedules::find(desk.tx, id, kind)?;
        let selected = schedule.as_ref().and_then(part);
        require_publication(desk, access, &desk.item(id)?, selected.as_ref())?;
        if !schedules::delete(desk.tx, id, kind)? {
            return Err(ApiError::not_found());
        }
        Ok(present::item(
            desk.tx,
            desk.schema,
            &desk.item(id)?,
            View::CURRENT,
        )?)
    })?;
    answer::entity(StatusCode::OK, item)
}

/// The schedule as the API shows it.
pub(super) fn entity(schedule: &Schedule) -> Value {
    json!({
        "type": schedule.kind.wire(),
        "id": schedule.id,
        "attributes": {
            schedule.kind.moment(): schedule.at.iso_with_offset(),
            schedule.kind.selection(): schedule.selection,
        },
        "relationships": { "item": { "data": { "type": "item", "id": schedule.item } } },
    })
}

/// The moment asked for, which must be to come.
fn moment(ctx: &Ctx, kind: ScheduleKind, attributes: &Value) -> Result<Timestamp, ApiError> {
    let key = kind.moment();
    let sent = attributes
        .get(key)
        .filter(|sent| !sent.is_null())
        .ok_or_else(|| ApiError::invalid_field(key, "VALIDATION_REQUIRED"))?;
    let at = sent
        .as_str()
        .and_then(parse_moment)
        .ok_or_else(|| ApiError::unprocessable("INVALID_DATE", json!({ "field": key })))?;
    if at <= ctx.app.now() {
        return Err(ApiError::invalid_field(key, "VALIDATION_INVALID"));
    }
    Ok(at)
}

/// The part of the record asked for, `null` for all of it.
fn selection(kind: ScheduleKind, attributes: &Value) -> Result<Value, ApiError> {
    let key = kind.selection();
    let sent = attributes.get(key).cloned().unwrap_or_default();
    let are_locales = |value: &Value| {
        value
            .as_array()
            .is_some_and(|list| list.iter().all(Value::is_string))
    };
    let fits = match kind {
        ScheduleKind::Publication => {
            are_locales(&sent["content_in_locales"]) && sent["non_localized_content"].is_boolean()
        }
        ScheduleKind::Unpublishing => are_locales(&sent),
    };
    if sent.is_null() || fits {
        return Ok(sent);
    }
    Err(ApiError::invalid_field(key, "VALIDATION_INVALID"))
}

/// The locales of the part are the environment's.
fn check_locales(known: &[String], schedule: &Schedule) -> Result<(), ApiError> {
    let locales = match schedule.kind {
        ScheduleKind::Publication => &schedule.selection["content_in_locales"],
        ScheduleKind::Unpublishing => &schedule.selection,
    };
    let mut locales = locales.as_array().into_iter().flatten();
    if locales.all(|locale| known.iter().any(|known| locale == known)) {
        return Ok(());
    }
    let field = schedule.kind.selection();
    Err(ApiError::invalid_field(field, "INVALID_LOCALES"))
}
