//! Fields: creation, change, duplication and destruction, with what each does to the records.

mod defaults;
mod rules;

use rusqlite::Connection;
use serde_json::{Value, json};

use crate::http::error::ApiError;
use crate::records::{document, judge, reshape, retype};
use crate::schema::field_type::FieldType;
use crate::schema::item_types::{self, chosen_id};
use crate::schema::model::{Field, Model, Schema};
use crate::schema::siblings;
use crate::store::entity::{self, Entity, Kind};
use crate::store::{StoreError, touch_schema};

pub(crate) use defaults::{is_locale, localize_defaults};
use rules::apply;

/// The fields of a model, in the order of the form: by position, those of a fieldset where the fieldset stands.
pub(crate) fn of_model(conn: &Connection, item_type: &str) -> Result<Vec<Entity>, StoreError> {
    let mut fields = entity::list(conn, Kind::Field)?;
    fields.retain(|field| field.related("item_type") == Some(item_type));
    let position = |entity: &Entity| entity.attribute("position").as_i64().unwrap_or_default();
    let fieldsets = super::fieldsets::of_model(conn, item_type)?;
    fields.sort_by_key(|field| match field.related("fieldset") {
        Some(id) => {
            let fieldset = fieldsets.iter().find(|fieldset| fieldset.id == id);
            (fieldset.map_or(i64::MAX, &position), position(field))
        }
        None => (position(field), 0),
    });
    Ok(fields)
}

/// What is numbered together: the fields of a fieldset; at the top level, the other fields and the fieldsets.
pub(crate) fn container(
    conn: &Connection,
    item_type: &str,
    fieldset: Option<&str>,
) -> Result<Vec<Entity>, StoreError> {
    let mut siblings = of_model(conn, item_type)?;
    siblings.retain(|field| field.related("fieldset") == fieldset);
    if fieldset.is_none() {
        siblings.extend(super::fieldsets::of_model(conn, item_type)?);
    }
    Ok(siblings)
}

/// The field with this id, or this `model::field` pair of API keys.
pub(crate) fn find(conn: &Connection, id: &str) -> Result<Entity, ApiError> {
    if let Some(found) = entity::find(conn, Kind::Field, id)? {
        return Ok(found);
    }
    let Some((model, key)) = id.split_once("::") else {
        return Err(ApiError::not_found());
    };
    let model = item_types::find(conn, model)?;
    of_model(conn, &model.id)?
        .into_iter()
        .find(|field| field.text("api_key") == Some(key))
        .ok_or_else(ApiError::not_found)
}

/// Adds a field to a model. Records have it at once, empty.
pub(crate) fn create(
    tx: &Connection,
    item_type: &str,
    data: &Value,
    new_id: &dyn Fn() -> String,
) -> Result<Entity, ApiError> {
    let model = item_types::find(tx, item_type)?;
    let mut field = Entity::new(
        Kind::Field,
        chosen_id(tx, Kind::Field, data)?.unwrap_or_else(new_id),
    );
    for (key, default) in [
        ("label", Value::Null),
        ("field_type", Value::Null),
        ("api_key", Value::Null),
        ("hint", Value::Null),
        ("localized", json!(false)),
        ("validators", json!({})),
        ("position", Value::Null),
        ("appearance", Value::Null),
        ("appeareance", Value::Null),
        ("default_value", Value::Null),
        ("deep_filtering_enabled", json!(false)),
        ("content_link_enabled", json!(true)),
    ] {
        field.set(key, default);
    }
    field.relate("item_type", model.reference());
    field.relate("fieldset", Value::Null);
    apply(tx, &mut field, data)?;
    entity::insert(tx, &field)?;
    adopt_as_presentation(tx, &model.id, &field)?;
    finish(tx, &model.id, &field)?;
    Ok(field)
}

/// The first text becomes the model's title, the first asset its picture.
fn adopt_as_presentation(tx: &Connection, model: &str, field: &Entity) -> Result<(), ApiError> {
    let relationships = match field.text("field_type").and_then(FieldType::parse) {
        Some(FieldType::String) => ["title_field", "presentation_title_field"],
        Some(FieldType::File | FieldType::Gallery) => {
            ["image_preview_field", "presentation_image_field"]
        }
        Some(_) | None => return Ok(()),
    };
    let mut model = item_types::find(tx, model)?;
    for name in relationships {
        if model.related(name).is_none() {
            model.relate(name, field.reference());
        }
    }
    entity::update(tx, &model)?;
    Ok(())
}

/// Everything that must be right again after a field has changed.
fn finish(tx: &Connection, model: &str, field: &Entity) -> Result<(), ApiError> {
    item_types::refresh(tx, model)?;
    touch_schema(tx)?;
    // A field without validators cannot make a record invalid.
    if field
        .attribute("validators")
        .as_object()
        .is_some_and(|validators| !validators.is_empty())
    {
        judge::ask(tx, model)?;
    }
    Ok(())
}

/// Changes a field, and with it the records: a renamed field keeps its values, a localized one keeps them in the main
/// locale, one of another type keeps what can be converted.
pub(crate) fn update(tx: &Connection, id: &str, data: &Value) -> Result<Entity, ApiError> {
    let mut field = find(tx, id)?;
    let before = field.clone();
    let schema = Schema::load(tx)?;
    apply(tx, &mut field, data)?;
    entity::update(tx, &field)?;
    let next = Schema::load(tx)?;
    let item_type = field.related("item_type").unwrap_or_default().to_owned();
    if before.related("fieldset") != field.related("fieldset")
        && before.related("fieldset").is_some_and(|id| !id.is_empty())
    {
        siblings::close_gaps(tx, container(tx, &item_type, before.related("fieldset"))?)?;
    }
    reshape_records(tx, &schema, &next, &item_type, &field.id)?;
    if before.attribute("field_type") != field.attribute("field_type") {
        item_types::forget_unsuited(tx, &item_type, &Field::from_entity(&field)?)?;
    }
    item_types::refresh(tx, &item_type)?;
    touch_schema(tx)?;
    // A field that becomes localized is empty in every locale but one.
    let judged = ["validators", "field_type", "localized"];
    if judged
        .iter()
        .any(|name| before.attribute(name) != field.attribute(name))
    {
        judge::ask(tx, &item_type)?;
    }
    find(tx, &field.id)
}

fn reshape_records(
    tx: &Connection,
    schema: &Schema,
    next: &Schema,
    item_type: &str,
    field: &str,
) -> Result<(), ApiError> {
    let of = |schema: &Schema| -> Option<(Model, Field)> {
        let model = schema.model(item_type)?.clone();
        let field = model.field_by_id(field)?.clone();
        Some((model, field))
    };
    let (Some((model, before)), Some((_, after))) = (of(schema), of(next)) else {
        return Ok(());
    };
    let same = before.api_key == after.api_key
        && before.localized == after.localized
        && before.field_type == after.field_type;
    if same {
        return Ok(());
    }
    reshape::rewrite(tx, schema, next, item_type, &|attributes| {
        let mut locales = document::locales_of(&model, attributes);
        if locales.is_empty() {
            locales.push(schema.main_locale().to_owned());
        }
        let Some(mut value) = attributes.shift_remove(&before.api_key) else {
            return;
        };
        if before.field_type != after.field_type {
            for part in document::parts_mut(&before, &mut value) {
                *part = retype::retyped(before.field_type, after.field_type, part);
            }
        }
        if before.localized != after.localized {
            value = reshape::relocalized(schema, &after, value, &locales);
        }
        attributes.insert(after.api_key.clone(), value);
    })?;
    Ok(())
}

/// Removes a field and its values from every record. Answers it as it was.
pub(crate) fn destroy(tx: &Connection, id: &str) -> Result<Entity, ApiError> {
    let field = find(tx, id)?;
    let schema = Schema::load(tx)?;
    let item_type = field.related("item_type").unwrap_or_default().to_owned();
    entity::delete(tx, Kind::Field, &field.id)?;
    let next = Schema::load(tx)?;
    let key = field.text("api_key").unwrap_or_default().to_owned();
    reshape::rewrite(tx, &schema, &next, &item_type, &|attributes| {
        attributes.shift_remove(&key);
    })?;
    siblings::close_gaps(tx, container(tx, &item_type, field.related("fieldset"))?)?;
    let mut model = item_types::find(tx, &item_type)?;
    for (_, relationship) in &mut model.relationships {
        if relationship["data"]["id"].as_str() == Some(&field.id) {
            *relationship = json!({ "data": null });
        }
    }
    entity::update(tx, &model)?;
    forget_as_slug_source(tx, &field.id)?;
    finish(tx, &item_type, &field)?;
    Ok(field)
}

fn forget_as_slug_source(tx: &Connection, id: &str) -> Result<(), StoreError> {
    for mut field in entity::list(tx, Kind::Field)? {
        if field.attribute("validators")["slug_title_field"]["title_field_id"].as_str() != Some(id)
        {
            continue;
        }
        if let Some(validators) = field
            .attributes
            .get_mut("validators")
            .and_then(Value::as_object_mut)
        {
            validators.shift_remove("slug_title_field");
        }
        entity::update(tx, &field)?;
    }
    Ok(())
}

/// Copies a field, without its values.
pub(crate) fn duplicate(
    tx: &Connection,
    id: &str,
    new_id: &dyn Fn() -> String,
) -> Result<Entity, ApiError> {
    let source = find(tx, id)?;
    let item_type = source.related("item_type").unwrap_or_default().to_owned();
    let siblings = of_model(tx, &item_type)?;
    let (label, key) = (
        source.text("label").unwrap_or_default(),
        source.text("api_key").unwrap_or_default(),
    );
    let number = item_types::free_copy_number(&siblings, ("label", label), key);
    let mut copy = source.clone();
    copy.id = new_id();
    copy.set("label", format!("{label} (copy #{number})"));
    copy.set("api_key", format!("{key}_copy_{number}"));
    let after = source
        .attribute("position")
        .as_i64()
        .map(|position| position + 1);
    siblings::place(
        tx,
        container(tx, &item_type, source.related("fieldset"))?,
        &mut copy,
        after,
    )?;
    entity::insert(tx, &copy)?;
    finish(tx, &item_type, &copy)?;
    Ok(copy)
}

/// Moves several fields and fieldsets of a model at once: each entry has its id, type, position and perhaps fieldset.
pub(crate) fn reorder(
    tx: &Connection,
    item_type: &str,
    entries: &[Value],
) -> Result<Entity, ApiError> {
    let model = item_types::find(tx, item_type)?;
    let mut entries: Vec<&Value> = entries.iter().collect();
    entries.sort_by_key(|entry| entry["attributes"]["position"].as_i64());
    for entry in entries {
        let id = entry["id"].as_str().unwrap_or_default();
        let kind = match entry["type"].as_str() {
            Some("field") => Kind::Field,
            Some("fieldset") => Kind::Fieldset,
            Some(_) | None => {
                return Err(ApiError::invalid_format(
                    "only fields and fieldsets can be reordered",
                ));
            }
        };
        let mut moved = entity::find(tx, kind, id)?
            .filter(|found| found.related("item_type") == Some(&model.id))
            .ok_or_else(ApiError::not_found)?;
        if let Some(fieldset) = entry["relationships"]
            .get("fieldset")
            .filter(|_| kind == Kind::Field)
        {
            moved.relate("fieldset", fieldset["data"].clone());
            entity::update(tx, &moved)?;
        }
        let siblings = container(tx, &model.id, moved.related("fieldset"))?;
        siblings::place(
            tx,
            siblings,
            &mut moved,
            entry["attributes"]["position"].as_i64(),
        )?;
        entity::update(tx, &moved)?;
    }
    touch_schema(tx)?;
    item_types::refresh(tx, &model.id)
}

/// Fields of other models that link to this model or may hold its blocks.
pub(crate) fn referencing(conn: &Connection, item_type: &str) -> Result<Vec<Entity>, ApiError> {
    let target = item_types::find(conn, item_type)?;
    let schema = Schema::load(conn)?;
    let points = |field: &Field| {
        let (links, blocks) = (field.link_targets(), field.block_targets());
        links.iter().chain(&blocks).any(|id| *id == target.id)
    };
    let pointing: Vec<&str> = schema
        .models()
        .iter()
        .flat_map(|model| &model.fields)
        .filter(|field| points(field))
        .map(|field| field.id.as_str())
        .collect();
    let fields = entity::list(conn, Kind::Field)?;
    Ok(fields
        .into_iter()
        .filter(|field| pointing.contains(&field.id.as_str()))
        .collect())
}
