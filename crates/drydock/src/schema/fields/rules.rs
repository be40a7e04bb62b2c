//! What a field may be: writes a request's attributes into it and refuses what cannot be.

use rusqlite::Connection;
use serde_json::{Map, Value, json};

use super::{container, defaults, of_model};
use crate::http::error::ApiError;
use crate::schema::field_type::FieldType;
use crate::schema::violation::Violation;
use crate::schema::{api_key, appearance, siblings, validators};
use crate::store::entity::{self, Entity, Kind, reference};

pub(super) fn apply(tx: &Connection, field: &mut Entity, data: &Value) -> Result<(), ApiError> {
    let empty = Map::new();
    let attributes = data
        .get("attributes")
        .and_then(Value::as_object)
        .unwrap_or(&empty);
    let old_type = field.text("field_type").and_then(FieldType::parse);
    for key in [
        "label",
        "api_key",
        "hint",
        "localized",
        "deep_filtering_enabled",
        "content_link_enabled",
    ] {
        let Some(value) = attributes.get(key) else {
            continue;
        };
        let fits = match key {
            "label" | "api_key" => value.as_str().is_some_and(|text| !text.trim().is_empty()),
            "hint" => value.is_null() || value.is_string(),
            _ => value.is_boolean(),
        };
        if !fits {
            return Err(ApiError::invalid_field(key, "VALIDATION_INVALID"));
        }
        field.set(key, value.clone());
    }
    for key in ["label", "api_key"] {
        if field.text(key).is_none() {
            return Err(ApiError::invalid_field(key, "VALIDATION_REQUIRED"));
        }
    }
    let field_type = match attributes.get("field_type") {
        Some(wire) => wire
            .as_str()
            .and_then(FieldType::parse)
            .ok_or_else(|| ApiError::invalid_field("field_type", "VALIDATION_INVALID"))?,
        None => {
            old_type.ok_or_else(|| ApiError::invalid_field("field_type", "VALIDATION_REQUIRED"))?
        }
    };
    field.set("field_type", field_type.as_str());
    check_names(tx, field)?;
    let retyped = old_type.is_some_and(|old| old != field_type);
    apply_validators(tx, field, field_type, attributes.get("validators"), retyped)?;
    let appearance = attributes
        .get("appearance")
        .or_else(|| attributes.get("appeareance"));
    apply_appearance(
        tx,
        field,
        field_type,
        appearance.filter(|sent| !sent.is_null()),
        retyped,
    )?;
    defaults::apply_default(tx, field, attributes.get("default_value"))?;
    apply_place(tx, field, data)
}

fn check_names(tx: &Connection, field: &Entity) -> Result<(), ApiError> {
    let key = field.text("api_key").unwrap_or_default();
    api_key::check_field_key(key)?;
    let siblings = of_model(tx, field.related("item_type").unwrap_or_default())?;
    let others = || siblings.iter().filter(|other| other.id != field.id);
    if others().any(|other| other.text("api_key") == Some(key)) {
        return Err(Violation::new("api_key", "VALIDATION_UNIQUENESS")
            .with("record_type", "Field")
            .into());
    }
    if let Some(other) = others().find(|other| other.text("label") == field.text("label")) {
        let details = json!({ "label": field.text("label"), "field": other.id });
        return Err(ApiError::unprocessable("CLASHING_FIELD_LABELS", details));
    }
    Ok(())
}

fn apply_validators(
    tx: &Connection,
    field: &mut Entity,
    field_type: FieldType,
    sent: Option<&Value>,
    retyped: bool,
) -> Result<(), ApiError> {
    let mut wanted = match sent {
        Some(sent) => sent
            .as_object()
            .cloned()
            .ok_or_else(|| ApiError::invalid_field("validators", "VALIDATION_INVALID"))?,
        None => field
            .attribute("validators")
            .as_object()
            .cloned()
            .unwrap_or_default(),
    };
    if retyped && sent.is_none() {
        wanted.retain(|name, _| field_type.accepts_validator(name));
    }
    let complete = validators::complete(field_type, &wanted)?;
    for (name, parameters) in &complete {
        for id in parameters["item_types"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
        {
            let block = crate::schema::model::BLOCK_VALIDATORS.contains(&name.as_str());
            let fits = entity::find(tx, Kind::ItemType, id)?
                .is_some_and(|found| found.flag("modular_block") == block);
            if !fits {
                return Err(Violation::new("validators", "VALIDATION_INVALID")
                    .with("validator", name.clone())
                    .with("item_type", id)
                    .into());
            }
        }
    }
    if let Some(source) = complete
        .get("slug_title_field")
        .and_then(|parameters| parameters["title_field_id"].as_str())
    {
        let found = entity::find(tx, Kind::Field, source)?;
        let same_model =
            found.is_some_and(|found| found.related("item_type") == field.related("item_type"));
        if !same_model || source == field.id {
            return Err(Violation::new("validators", "VALIDATION_INVALID")
                .with("validator", "slug_title_field")
                .with("title_field_id", source)
                .into());
        }
    }
    field.set("validators", complete);
    Ok(())
}

fn apply_appearance(
    tx: &Connection,
    field: &mut Entity,
    field_type: FieldType,
    sent: Option<&Value>,
    retyped: bool,
) -> Result<(), ApiError> {
    let appearance = match sent {
        Some(sent) => appearance::complete(tx, field_type, sent)?,
        None if retyped || field.attribute("appearance").is_null() => {
            field_type.default_appearance()
        }
        None => return Ok(()),
    };
    field.set("appeareance", appearance.clone());
    field.set("appearance", appearance);
    Ok(())
}

fn apply_place(tx: &Connection, field: &mut Entity, data: &Value) -> Result<(), ApiError> {
    let mut moved = field.attribute("position").is_null();
    if let Some(sent) = data
        .get("relationships")
        .and_then(|all| all.get("fieldset"))
    {
        let wanted = sent["data"]["id"].as_str();
        let model = field.related("item_type").map(str::to_owned);
        if let Some(id) = wanted {
            let fieldset = entity::find(tx, Kind::Fieldset, id)?;
            if fieldset.is_none_or(|fieldset| fieldset.related("item_type") != model.as_deref()) {
                return Err(ApiError::invalid_field("fieldset", "VALIDATION_INVALID"));
            }
        }
        moved |= wanted != field.related("fieldset");
        field.relate(
            "fieldset",
            wanted.map_or(Value::Null, |id| reference("fieldset", id)),
        );
    }
    let wanted = data["attributes"]["position"].as_i64();
    if moved || wanted.is_some_and(|wanted| field.attribute("position").as_i64() != Some(wanted)) {
        let model = field.related("item_type").unwrap_or_default();
        let siblings = container(tx, model, field.related("fieldset"))?;
        siblings::place(tx, siblings, field, wanted)?;
    }
    Ok(())
}
