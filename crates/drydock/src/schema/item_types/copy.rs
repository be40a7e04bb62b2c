//! Copies of models, and the names of copies.

use rusqlite::Connection;
use serde_json::{Map, Value, json};

use super::{Companions, find, refresh};
use crate::http::error::ApiError;
use crate::schema::{fields, fieldsets, menus};
use crate::store::entity::{self, Entity, Kind};
use crate::store::touch_schema;

/// Copies a model with its fields and fieldsets, without its records.
pub(crate) fn duplicate(
    tx: &Connection,
    id: &str,
    new_id: &dyn Fn() -> String,
) -> Result<(Entity, Vec<Entity>), ApiError> {
    let source = find(tx, id)?;
    let all = entity::list(tx, Kind::ItemType)?;
    let (name, key) = (
        source.text("name").unwrap_or_default(),
        source.text("api_key").unwrap_or_default(),
    );
    let number = free_copy_number(&all, ("name", name), key);
    let mut copy = source.clone();
    copy.id = new_id();
    copy.set("name", format!("{name} (copy #{number})"));
    copy.set("api_key", format!("{key}_copy_{number}"));
    let mut renamed: Map<String, Value> = Map::new();
    let mut rename = |old: &str| {
        let id = new_id();
        renamed.insert(old.to_owned(), json!(id));
        id
    };
    let owner = copy.reference();
    let adopt = |mut part: Entity, id: String| {
        part.id = id;
        part.relate("item_type", owner.clone());
        part
    };
    let parts: Vec<Entity> = fieldsets::of_model(tx, &source.id)?
        .into_iter()
        .chain(fields::of_model(tx, &source.id)?)
        .map(|part| {
            let id = rename(&part.id);
            adopt(part, id)
        })
        .collect();
    for mut part in parts {
        part.relationships = translated(part.relationships, &renamed);
        part.attributes = translated(part.attributes, &renamed);
        entity::insert(tx, &part)?;
    }
    copy.relationships = translated(copy.relationships, &renamed);
    entity::insert(tx, &copy)?;
    let menu = menus::add_for_model(tx, &copy, &Companions::default(), new_id)?;
    touch_schema(tx)?;
    Ok((refresh(tx, &copy.id)?, menu))
}

/// The first number no copy has yet, by its name (or label) and by its API key.
pub(crate) fn free_copy_number(
    all: &[Entity],
    (attribute, name): (&str, &str),
    api_key: &str,
) -> usize {
    let taken = |number: usize| {
        all.iter().any(|other| {
            other.text(attribute) == Some(&format!("{name} (copy #{number})"))
                || other.text("api_key") == Some(&format!("{api_key}_copy_{number}"))
        })
    };
    // Each of them takes at most two numbers, by name and by key.
    let last = 2 * all.len() + 1;
    (1..last).find(|number| !taken(*number)).unwrap_or(last)
}

/// The same document with old ids replaced by new ones, wherever they stand as a value.
fn translated(map: Map<String, Value>, renamed: &Map<String, Value>) -> Map<String, Value> {
    fn translate(value: &mut Value, renamed: &Map<String, Value>) {
        if let Some(new) = value.as_str().and_then(|old| renamed.get(old)) {
            *value = new.clone();
        } else if let Some(map) = value.as_object_mut() {
            for value in map.values_mut() {
                translate(value, renamed);
            }
        } else if let Some(list) = value.as_array_mut() {
            for value in list {
                translate(value, renamed);
            }
        }
    }
    let mut value = Value::Object(map);
    translate(&mut value, renamed);
    match value {
        Value::Object(map) => map,
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
            Map::new()
        }
    }
}
