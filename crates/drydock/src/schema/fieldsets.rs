//! Fieldsets: groups of fields in the form of a model.

use rusqlite::Connection;
use serde_json::{Value, json};

use crate::http::error::ApiError;
use crate::schema::item_types::{self, chosen_id};
use crate::schema::{fields, siblings};
use crate::store::StoreError;
use crate::store::entity::{self, Entity, Kind};

/// The fieldsets of a model in their order.
pub(crate) fn of_model(conn: &Connection, item_type: &str) -> Result<Vec<Entity>, StoreError> {
    let mut fieldsets = entity::list(conn, Kind::Fieldset)?;
    fieldsets.retain(|fieldset| fieldset.related("item_type") == Some(item_type));
    fieldsets.sort_by_key(|fieldset| fieldset.attribute("position").as_i64());
    Ok(fieldsets)
}

pub(crate) fn find(conn: &Connection, id: &str) -> Result<Entity, ApiError> {
    entity::find(conn, Kind::Fieldset, id)?.ok_or_else(ApiError::not_found)
}

pub(crate) fn create(
    tx: &Connection,
    item_type: &str,
    data: &Value,
    new_id: &dyn Fn() -> String,
) -> Result<Entity, ApiError> {
    let model = item_types::find(tx, item_type)?;
    let id = chosen_id(tx, Kind::Fieldset, data)?.unwrap_or_else(new_id);
    let mut fieldset = Entity::new(Kind::Fieldset, id);
    for (key, default) in [
        ("title", Value::Null),
        ("hint", Value::Null),
        ("position", Value::Null),
        ("collapsible", json!(false)),
        ("start_collapsed", json!(false)),
    ] {
        fieldset.set(key, default);
    }
    fieldset.relate("item_type", model.reference());
    apply(tx, &mut fieldset, data)?;
    entity::insert(tx, &fieldset)?;
    item_types::refresh(tx, &model.id)?;
    Ok(fieldset)
}

pub(crate) fn update(tx: &Connection, id: &str, data: &Value) -> Result<Entity, ApiError> {
    let mut fieldset = find(tx, id)?;
    apply(tx, &mut fieldset, data)?;
    entity::update(tx, &fieldset)?;
    item_types::refresh(tx, fieldset.related("item_type").unwrap_or_default())?;
    Ok(fieldset)
}

fn apply(tx: &Connection, fieldset: &mut Entity, data: &Value) -> Result<(), ApiError> {
    let attributes = &data["attributes"];
    for key in ["title", "hint", "collapsible", "start_collapsed"] {
        let Some(value) = attributes.get(key) else {
            continue;
        };
        let fits = match key {
            "title" => value.as_str().is_some_and(|title| !title.trim().is_empty()),
            "hint" => value.is_null() || value.is_string(),
            _ => value.is_boolean(),
        };
        if !fits {
            return Err(ApiError::invalid_field(key, "VALIDATION_INVALID"));
        }
        fieldset.set(key, value.clone());
    }
    if fieldset.text("title").is_none() {
        return Err(ApiError::invalid_field("title", "VALIDATION_REQUIRED"));
    }
    let wanted = attributes.get("position").and_then(Value::as_i64);
    if wanted.is_some() || fieldset.attribute("position").is_null() {
        let model = fieldset.related("item_type").unwrap_or_default().to_owned();
        siblings::place(tx, fields::container(tx, &model, None)?, fieldset, wanted)?;
    }
    Ok(())
}

/// Destroys a fieldset. Its fields move to the end of the top level.
pub(crate) fn destroy(tx: &Connection, id: &str) -> Result<Entity, ApiError> {
    let fieldset = find(tx, id)?;
    let model = fieldset.related("item_type").unwrap_or_default().to_owned();
    let orphans = fields::container(tx, &model, Some(id))?;
    entity::delete(tx, Kind::Fieldset, id)?;
    siblings::close_gaps(tx, fields::container(tx, &model, None)?)?;
    for mut field in orphans {
        field.relate("fieldset", Value::Null);
        siblings::place(tx, fields::container(tx, &model, None)?, &mut field, None)?;
        entity::update(tx, &field)?;
    }
    item_types::refresh(tx, &model)?;
    Ok(fieldset)
}
