//! One operation on many records, as a job. Records that refuse are counted, not fatal.

use serde_json::{Value, json};

use super::access::Access;
use super::parts::require_publication;
use super::{Desk, View, at_desk, destroy_at, emit, emit_destroyed, emit_saved, settled};
use crate::http::answer::Answer;
use crate::http::body::{JsonApi, OptionalJsonApi};
use crate::http::context::Ctx;
use crate::http::error::ApiError;
use crate::records::present;
use crate::records::publish::{self, Extent};
use crate::records::write::{self, Patch};

/// Most records of one operation.
const MAX_ITEMS: usize = 200;

/// What is done to each of them.
#[derive(Debug, Clone)]
enum Operation {
    Publish,
    Unpublish,
    Destroy,
    MoveToStage(String),
}

impl Operation {
    /// Tells of a record it was done to.
    fn announce(&self, ctx: &Ctx, item: &Value) {
        match self {
            Self::Publish => emit(ctx, "publish", item, None, &[]),
            Self::Unpublish => emit(ctx, "unpublish", item, None, &[]),
            Self::Destroy => emit_destroyed(ctx, item),
            Self::MoveToStage(_) => emit_saved(ctx, "update", item, None, &[]),
        }
    }

    fn perform(&self, desk: &Desk<'_>, access: &Access<'_>, id: &str) -> Result<Value, ApiError> {
        let row = desk.item(id)?;
        let row = match self {
            Self::Destroy => return destroy_at(desk, access, id),
            Self::Publish => {
                require_publication(desk, access, &row, None)?;
                publish::publish(desk, id, &Extent::default())?
            }
            Self::Unpublish => {
                require_publication(desk, access, &row, None)?;
                publish::unpublish(desk, id, &Extent::default())?
            }
            Self::MoveToStage(stage) => {
                access.require_move(&row, stage)?;
                write::update(
                    desk,
                    id,
                    Patch {
                        stage: Some(stage.clone()),
                        ..Patch::default()
                    },
                )?
            }
        };
        Ok(present::item(desk.tx, desk.schema, &row, View::CURRENT)?)
    }
}

pub(super) async fn publish(ctx: Ctx, JsonApi(data): JsonApi) -> Answer {
    run(&ctx, &Operation::Publish, ids_of(&data)?)
}

pub(super) async fn unpublish(ctx: Ctx, JsonApi(data): JsonApi) -> Answer {
    run(&ctx, &Operation::Unpublish, ids_of(&data)?)
}

pub(super) async fn destroy(ctx: Ctx, JsonApi(data): JsonApi) -> Answer {
    run(&ctx, &Operation::Destroy, ids_of(&data)?)
}

pub(super) async fn move_to_stage(ctx: Ctx, JsonApi(data): JsonApi) -> Answer {
    let stage = data["attributes"]["stage"]
        .as_str()
        .ok_or_else(|| ApiError::invalid_field("stage", "VALIDATION_REQUIRED"))?;
    run(
        &ctx,
        &Operation::MoveToStage(stage.to_owned()),
        ids_of(&data)?,
    )
}

/// The older form: ids in the query.
pub(super) async fn publish_by_ids(ctx: Ctx, _body: OptionalJsonApi) -> Answer {
    let ids = ids_in_query(&ctx)?;
    run(&ctx, &Operation::Publish, ids)
}

/// See [`publish_by_ids`].
pub(super) async fn unpublish_by_ids(ctx: Ctx, _body: OptionalJsonApi) -> Answer {
    let ids = ids_in_query(&ctx)?;
    run(&ctx, &Operation::Unpublish, ids)
}

/// See [`publish_by_ids`].
pub(super) async fn destroy_by_ids(ctx: Ctx) -> Answer {
    let ids = ids_in_query(&ctx)?;
    run(&ctx, &Operation::Destroy, ids)
}

fn ids_of(data: &Value) -> Result<Vec<String>, ApiError> {
    let items = data["relationships"]["items"]["data"]
        .as_array()
        .ok_or_else(|| ApiError::invalid_field("items", "VALIDATION_REQUIRED"))?;
    Ok(items
        .iter()
        .filter_map(|item| item["id"].as_str())
        .map(str::to_owned)
        .collect())
}

fn ids_in_query(ctx: &Ctx) -> Result<Vec<String>, ApiError> {
    let ids = ctx.query.get("filter[ids]").ok_or_else(|| {
        ApiError::unprocessable("MISSING_QUERY_PARAMETER", json!({ "param": "filter[ids]" }))
    })?;
    Ok(ids
        .split(',')
        .map(|id| id.trim().to_owned())
        .filter(|id| !id.is_empty())
        .collect())
}

fn run(ctx: &Ctx, operation: &Operation, ids: Vec<String>) -> Answer {
    ctx.writable()?;
    if ids.len() > MAX_ITEMS {
        return Err(ApiError::unprocessable(
            "TOO_MANY_OPERATIONS",
            json!({ "max": MAX_ITEMS, "found": ids.len() }),
        ));
    }
    settled(ctx, &ids)?;
    ctx.job(|| {
        let mut failed = 0_usize;
        let mut done = Vec::new();
        for id in &ids {
            // A transaction each: one that refuses must not undo the others.
            match at_desk(ctx, |desk, access| operation.perform(desk, access, id)) {
                Ok(item) => done.push(item),
                Err(error) if error.status.is_server_error() => return Err(error),
                Err(_) => failed += 1,
            }
        }
        for item in &done {
            operation.announce(ctx, item);
        }
        Ok((
            200,
            json!({ "data": [], "meta": { "successful": done.len(), "failed": failed } }),
        ))
    })
}
