//! What a model may be: writes a request's attributes into it and refuses what cannot be.

use rusqlite::Connection;
use serde_json::{Map, Value, json};

use super::{FIELD_RELATIONSHIPS, defaults, find};
use crate::http::error::ApiError;
use crate::records::order;
use crate::schema::api_key;
use crate::schema::field_type::FieldType;
use crate::schema::model::Field;
use crate::schema::violation::Violation;
use crate::store::entity::{self, Entity, Kind, reference};

/// Switches block models must leave off.
const NOT_FOR_BLOCKS: [&str; 6] = [
    "sortable",
    "tree",
    "singleton",
    "draft_mode_active",
    "draft_saving_active",
    "inverse_relationships_enabled",
];

pub(super) fn apply(tx: &Connection, item_type: &mut Entity, data: &Value) -> Result<(), ApiError> {
    let empty = Map::new();
    let attributes = data
        .get("attributes")
        .and_then(Value::as_object)
        .unwrap_or(&empty);
    for (key, default) in defaults(false) {
        let Some(value) = attributes.get(key).filter(|_| key != "has_singleton_item") else {
            continue;
        };
        let fits = match key {
            "name" | "api_key" => value.as_str().is_some_and(|text| !text.trim().is_empty()),
            "hint" => value.is_null() || value.is_string(),
            "ordering_direction" => {
                value.is_null() || matches!(value.as_str(), Some("asc" | "desc"))
            }
            "ordering_meta" => {
                value.is_null()
                    || matches!(
                        value.as_str(),
                        Some("created_at" | "updated_at" | "first_published_at" | "published_at")
                    )
            }
            "collection_appearance" | "collection_appeareance" => {
                matches!(value.as_str(), Some("compact" | "table"))
            }
            _ => value.is_boolean() == default.is_boolean(),
        };
        if !fits {
            let code = if value.is_null() {
                "VALIDATION_REQUIRED"
            } else {
                "VALIDATION_INVALID"
            };
            return Err(ApiError::invalid_field(key, code));
        }
        item_type.set(key, value.clone());
    }
    // Without drafts none can be saved invalid: who turns the one off turns off the other.
    if attributes.get("draft_mode_active") == Some(&json!(false))
        && !attributes.contains_key("draft_saving_active")
    {
        item_type.set("draft_saving_active", false);
    }
    // The misspelt alias and the name say the same; the right one wins when both are sent.
    for (sent, other) in [
        ("collection_appeareance", "collection_appearance"),
        ("collection_appearance", "collection_appeareance"),
    ] {
        if let Some(value) = attributes.get(sent) {
            item_type.set(other, value.clone());
        }
    }
    for name in ["name", "api_key"] {
        if item_type.text(name).is_none() {
            return Err(ApiError::invalid_field(name, "VALIDATION_REQUIRED"));
        }
    }
    let key = item_type.text("api_key").unwrap_or_default();
    api_key::check_model_key(key)?;
    let taken = entity::list(tx, Kind::ItemType)?
        .iter()
        .any(|other| other.id != item_type.id && other.text("api_key") == Some(key));
    if taken {
        return Err(Violation::new("api_key", "VALIDATION_UNIQUENESS")
            .with("record_type", "ItemType")
            .into());
    }
    apply_relationships(tx, item_type, data)?;
    check_consistency(item_type)
}

fn apply_relationships(
    tx: &Connection,
    item_type: &mut Entity,
    data: &Value,
) -> Result<(), ApiError> {
    let sent = |name: &str| {
        data.get("relationships")
            .and_then(|all| all.get(name))
            .map(|r| r["data"].clone())
    };
    for name in FIELD_RELATIONSHIPS {
        let Some(target) = sent(name) else { continue };
        if let Some(field) = target.get("id").and_then(Value::as_str) {
            let own = entity::find(tx, Kind::Field, field)?
                .filter(|field| field.related("item_type") == Some(&item_type.id));
            let field_type = own
                .as_ref()
                .and_then(|field| field.text("field_type"))
                .and_then(FieldType::parse)
                .ok_or_else(|| ApiError::invalid_field(name, "VALIDATION_INVALID"))?;
            if !suits(name, field_type) {
                return Err(Violation::new(name, "VALIDATION_INVALID")
                    .with("field_type", field_type.as_str())
                    .into());
            }
            item_type.relate(name, reference("field", field));
        } else {
            item_type.relate(name, Value::Null);
        }
    }
    if let Some(target) = sent("workflow") {
        match target.get("id").and_then(Value::as_str) {
            Some(id) if entity::find(tx, Kind::Workflow, id)?.is_none() => {
                return Err(ApiError::invalid_field("workflow", "VALIDATION_INVALID"));
            }
            Some(id) => item_type.relate("workflow", reference("workflow", id)),
            None => item_type.relate("workflow", Value::Null),
        }
    }
    Ok(())
}

/// Whether a field of this type can be what the relationship says: what records are sorted by, called, pictured or
/// summarised with.
fn suits(relationship: &str, field_type: FieldType) -> bool {
    match relationship {
        "image_preview_field" | "presentation_image_field" => {
            matches!(field_type, FieldType::File | FieldType::Gallery)
        }
        "title_field" => matches!(
            field_type,
            FieldType::String | FieldType::Text | FieldType::Slug
        ),
        "excerpt_field" => matches!(
            field_type,
            FieldType::String | FieldType::Text | FieldType::StructuredText
        ),
        // What can be sorted by can also be read in one line; so can the title of a linked record.
        "presentation_title_field" => {
            order::SORTABLE.contains(&field_type) || field_type == FieldType::Link
        }
        _ => order::SORTABLE.contains(&field_type),
    }
}

/// Lets go of what a field is to its model and no longer can be, after its type has changed.
pub(crate) fn forget_unsuited(tx: &Connection, model: &str, field: &Field) -> Result<(), ApiError> {
    let mut item_type = find(tx, model)?;
    for name in FIELD_RELATIONSHIPS {
        if item_type.related(name) == Some(&field.id) && !suits(name, field.field_type) {
            item_type.relate(name, Value::Null);
        }
    }
    entity::update(tx, &item_type)?;
    Ok(())
}

fn check_consistency(item_type: &Entity) -> Result<(), ApiError> {
    if item_type.flag("modular_block")
        && let Some(switch) = NOT_FOR_BLOCKS.iter().find(|switch| item_type.flag(switch))
    {
        return Err(ApiError::invalid_field(switch, "VALIDATION_INVALID"));
    }
    if item_type.flag("draft_saving_active") && !item_type.flag("draft_mode_active") {
        return Err(ApiError::invalid_field(
            "draft_saving_active",
            "VALIDATION_INVALID",
        ));
    }
    if item_type.flag("sortable") && item_type.flag("tree") {
        return Err(ApiError::invalid_field("tree", "VALIDATION_INVALID"));
    }
    let ordered =
        item_type.related("ordering_field").is_some() || item_type.text("ordering_meta").is_some();
    if item_type.flag("singleton") && (item_type.flag("sortable") || item_type.flag("tree")) {
        return Err(ApiError::invalid_field("singleton", "VALIDATION_INVALID"));
    }
    if ordered && item_type.flag("singleton") {
        return Err(ApiError::unprocessable(
            "INVALID_ORDERING_FOR_SINGLETON_ITEM_TYPE",
            json!({}),
        ));
    }
    if ordered && (item_type.flag("sortable") || item_type.flag("tree")) {
        return Err(ApiError::unprocessable(
            "INVALID_ORDERING_FOR_SORTABLE_ITEM_TYPE",
            json!({}),
        ));
    }
    if item_type.related("ordering_field").is_some() && item_type.text("ordering_meta").is_some() {
        return Err(ApiError::unprocessable(
            "INVALID_ORDERING",
            json!({ "field": "ordering_meta" }),
        ));
    }
    Ok(())
}
