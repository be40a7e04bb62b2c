//! Destroying models, and all that points at them.

use rusqlite::Connection;
use serde_json::{Value, json};

use super::{FIELD_RELATIONSHIPS, find, points_at, set_singleton_flag};
use crate::http::error::ApiError;
use crate::records::{judge, references, reshape};
use crate::schema::model::{BLOCK_VALIDATORS, Field, LINK_VALIDATORS, Schema};
use crate::schema::{fields, fieldsets, menus};
use crate::store::entity::{self, Entity, Kind};
use crate::store::{StoreError, items, touch_schema};

/// Destroys a model with its records, or a block model with the blocks that are left of it; `MODULAR_BLOCK_IN_USE` while a field
/// of another model may hold them. Link validators forget it. Answers it as it was, without fields.
///
/// That fields keep a block model from going is written in the vendor's CLI, where it puts deletions in order.
pub(crate) fn destroy(
    tx: &Connection,
    id: &str,
    keep_menu_items: bool,
) -> Result<Entity, ApiError> {
    let mut item_type = find(tx, id)?;
    let id = item_type.id.clone();
    let schema = Schema::load(tx)?;
    let may_hold = |field: &&Field| field.item_type != id && field.block_targets().contains(&&*id);
    let mut fields_of_all = schema.models().iter().flat_map(|model| &model.fields);
    if let Some(field) = fields_of_all.find(may_hold) {
        return Err(ApiError::unprocessable(
            "MODULAR_BLOCK_IN_USE",
            json!({ "item_type": field.item_type, "field": field.api_key, "field_id": field.id }),
        ));
    }
    let pointing: Vec<&str> = schema
        .models()
        .iter()
        .filter(|model| model.id != id && points_at(model, &id))
        .map(|model| model.id.as_str())
        .collect();
    if item_type.flag("modular_block") {
        judge::ask(tx, &id)?;
        reshape::remove_blocks(tx, &schema, &id)?;
    } else {
        references::forget_model(tx, &schema, &id)?;
        items::delete_of_type(tx, &id)?;
    }
    for field in fields::of_model(tx, &id)? {
        entity::delete(tx, Kind::Field, &field.id)?;
    }
    for fieldset in fieldsets::of_model(tx, &id)? {
        entity::delete(tx, Kind::Fieldset, &fieldset.id)?;
    }
    for filter in entity::list(tx, Kind::ItemTypeFilter)? {
        if filter.related("item_type") == Some(&id) {
            entity::delete(tx, Kind::ItemTypeFilter, &filter.id)?;
        }
    }
    forget_in_validators(tx, &id)?;
    menus::remove_for_model(tx, &id, keep_menu_items)?;
    entity::delete(tx, Kind::ItemType, &id)?;
    touch_schema(tx)?;
    // What they have lost may have been demanded of them.
    for model in pointing {
        judge::ask(tx, model)?;
    }
    for name in ["fields", "fieldsets"] {
        item_type.relate(name, json!([]));
    }
    for name in FIELD_RELATIONSHIPS {
        item_type.relate(name, Value::Null);
    }
    item_type.relate("singleton_item", Value::Null);
    set_singleton_flag(&mut item_type, false);
    Ok(item_type)
}

fn forget_in_validators(tx: &Connection, id: &str) -> Result<(), StoreError> {
    for mut field in entity::list(tx, Kind::Field)? {
        let mut validators = field.attribute("validators").clone();
        let mut changed = false;
        for name in BLOCK_VALIDATORS.iter().chain(&LINK_VALIDATORS) {
            let Some(allowed) = validators
                .get_mut(*name)
                .and_then(|v| v.get_mut("item_types"))
                .and_then(Value::as_array_mut)
            else {
                continue;
            };
            let before = allowed.len();
            allowed.retain(|allowed| allowed.as_str() != Some(id));
            changed |= allowed.len() != before;
        }
        if changed {
            field.set("validators", validators);
            entity::update(tx, &field)?;
        }
    }
    Ok(())
}
