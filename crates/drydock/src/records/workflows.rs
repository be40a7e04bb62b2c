//! The stages records pass through, as the workflow of their model has them.

use rusqlite::{Connection, params};
use serde_json::{Value, json};

use crate::http::error::ApiError;
use crate::schema::model::Model;
use crate::store::StoreError;
use crate::store::entity::{self, Entity, Kind};

/// The stage records of a model begin on; `None` without a workflow.
pub(crate) fn first_stage(conn: &Connection, model: &Model) -> Result<Option<String>, StoreError> {
    Ok(workflow_of(conn, model)?.and_then(|workflow| initial(&workflow)))
}

/// Refuses a stage that the workflow of the model does not have.
pub(crate) fn check_stage(conn: &Connection, model: &Model, stage: &str) -> Result<(), ApiError> {
    let workflow = workflow_of(conn, model)?;
    if workflow.is_some_and(|workflow| stages(&workflow).iter().any(|known| known["id"] == stage)) {
        return Ok(());
    }
    Err(ApiError::invalid_field("stage", "VALIDATION_INVALID"))
}

/// Puts the records of a model on the stages of its new workflow: those whose stage it has stay, the others begin anew.
pub(crate) fn adopt(
    tx: &Connection,
    item_type: &str,
    workflow: Option<&str>,
) -> Result<(), StoreError> {
    let workflow = match workflow {
        Some(id) => entity::find(tx, Kind::Workflow, id)?,
        None => None,
    };
    let known: Vec<&str> = workflow
        .iter()
        .flat_map(stages)
        .filter_map(|stage| stage["id"].as_str())
        .collect();
    tx.execute(
        "UPDATE items SET stage = ?2 WHERE item_type = ?1
         AND (stage IS NULL OR stage NOT IN (SELECT value FROM json_each(?3)))",
        params![
            item_type,
            workflow.as_ref().and_then(initial),
            json!(known).to_string()
        ],
    )?;
    Ok(())
}

fn workflow_of(conn: &Connection, model: &Model) -> Result<Option<Entity>, StoreError> {
    match model.workflow.as_deref() {
        Some(id) => entity::find(conn, Kind::Workflow, id),
        None => Ok(None),
    }
}

fn stages(workflow: &Entity) -> &[Value] {
    workflow
        .attribute("stages")
        .as_array()
        .map_or(&[], Vec::as_slice)
}

fn initial(workflow: &Entity) -> Option<String> {
    let stage = stages(workflow)
        .iter()
        .find(|stage| stage["initial"] == json!(true))?;
    stage["id"].as_str().map(str::to_owned)
}
