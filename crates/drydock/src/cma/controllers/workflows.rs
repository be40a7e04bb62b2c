//! Workflows: the stages records of a model pass through.

use axum::Router;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::routing::get;
use rusqlite::Connection;
use serde_json::{Value, json};

use super::stored::{self, Attribute, is_filled};
use crate::http::answer::{self, Answer};
use crate::http::body::JsonApi;
use crate::http::context::Ctx;
use crate::http::error::ApiError;
use crate::http::permission::Permission;
use crate::schema::api_key::check_model_key;
use crate::schema::item_types::chosen_id;
use crate::state::App;
use crate::store::entity::{self, Entity, Kind};

/// The routes of this resource.
pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/workflows", get(index).post(create))
        .route("/workflows/{id}", get(show).put(update).delete(destroy))
}

fn writable(ctx: &Ctx) -> Result<(), ApiError> {
    ctx.require(Permission::ManageWorkflows)?;
    ctx.writable()
}

async fn index(ctx: Ctx) -> Answer {
    stored::index(&ctx.env.db, Kind::Workflow)
}

async fn show(ctx: Ctx, Path(id): Path<String>) -> Answer {
    stored::show(&ctx.env.db, Kind::Workflow, &id)
}

fn attributes() -> [Attribute; 3] {
    [
        ("name", Value::Null, is_filled),
        ("api_key", Value::Null, is_filled),
        ("stages", Value::Null, are_stages),
    ]
}

/// Stages with ids and names, exactly one of them the first.
fn are_stages(value: &Value) -> bool {
    let Some(stages) = value.as_array() else {
        return false;
    };
    let named = |stage: &Value| is_filled(&stage["id"]) && is_filled(&stage["name"]);
    let ids: std::collections::HashSet<&str> = stages
        .iter()
        .filter_map(|stage| stage["id"].as_str())
        .collect();
    stages.iter().all(named)
        && ids.len() == stages.len()
        && stages
            .iter()
            .filter(|stage| stage["initial"] == json!(true))
            .count()
            == 1
}

fn check(tx: &Connection, workflow: &Entity) -> Result<(), ApiError> {
    let key = workflow.text("api_key").unwrap_or_default();
    check_model_key(key)?;
    let others = entity::list(tx, Kind::Workflow)?;
    if others
        .iter()
        .any(|other| other.id != workflow.id && other.text("api_key") == Some(key))
    {
        return Err(ApiError::invalid_field("api_key", "VALIDATION_UNIQUENESS"));
    }
    Ok(())
}

async fn create(ctx: Ctx, JsonApi(data): JsonApi) -> Answer {
    writable(&ctx)?;
    let workflow = ctx.env.db.write(|tx| {
        let id = chosen_id(tx, Kind::Workflow, &data)?.unwrap_or_else(|| ctx.app.new_id());
        let mut workflow = Entity::new(Kind::Workflow, id);
        stored::apply(&mut workflow, &data, &attributes())?;
        check(tx, &workflow)?;
        entity::insert(tx, &workflow)?;
        Ok::<_, ApiError>(workflow)
    })?;
    answer::entity(StatusCode::CREATED, workflow.to_json())
}

async fn update(ctx: Ctx, Path(id): Path<String>, JsonApi(data): JsonApi) -> Answer {
    writable(&ctx)?;
    let workflow = ctx.env.db.write(|tx| {
        let mut workflow = stored::find(tx, Kind::Workflow, &id)?;
        stored::apply(&mut workflow, &data, &attributes())?;
        check(tx, &workflow)?;
        entity::update(tx, &workflow)?;
        Ok::<_, ApiError>(workflow)
    })?;
    answer::entity(StatusCode::OK, workflow.to_json())
}

/// Models that used it have no workflow any more. Answers nothing, as the real service does.
async fn destroy(ctx: Ctx, Path(id): Path<String>) -> Answer {
    writable(&ctx)?;
    ctx.env.db.write(|tx| {
        stored::find(tx, Kind::Workflow, &id)?;
        for mut model in entity::list(tx, Kind::ItemType)? {
            if model.related("workflow") == Some(&id) {
                model.relate("workflow", Value::Null);
                entity::update(tx, &model)?;
                tx.execute(
                    "UPDATE items SET stage = NULL WHERE item_type = ?1",
                    [&model.id],
                )
                .map_err(ApiError::from)?;
            }
        }
        entity::delete(tx, Kind::Workflow, &id)?;
        Ok::<_, ApiError>(())
    })?;
    answer::no_content()
}
