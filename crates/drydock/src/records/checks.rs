//! All validators of a document, those that look at other records included.

use rusqlite::{Connection, OptionalExtension};
use serde_json::{Map, Value, json};

use crate::records::value::{is_blank, violation};
use crate::records::{blocks, document, files, rules};
use crate::schema::field_type::FieldType;
use crate::schema::model::{Field, Model, Schema};
use crate::schema::violation::Violation;
use crate::store::{StoreError, items};

/// Every rule a document breaks, those of its blocks included. `item` is the record it belongs to, if it exists yet.
pub(crate) fn problems(
    conn: &Connection,
    schema: &Schema,
    model: &Model,
    item: Option<&str>,
    attributes: &Map<String, Value>,
) -> Result<Vec<Violation>, StoreError> {
    let mut found: Vec<Violation> = missing_locales(schema, model, attributes)
        .into_iter()
        .collect();
    for field in &model.fields {
        let Some(value) = attributes.get(&field.api_key) else {
            continue;
        };
        match value.as_object().filter(|_| field.localized) {
            Some(locales) => {
                for (locale, value) in locales {
                    let broken = one(conn, schema, model, field, item, value, Some(locale))?;
                    found.extend(broken.into_iter().map(|v| v.with("locale", locale.clone())));
                }
            }
            None => found.extend(one(conn, schema, model, field, item, value, None)?),
        }
    }
    Ok(found)
}

/// What a record lacks that its model wants in every locale. Written records always have them all; a locale or the demand
/// may have come later.
fn missing_locales(
    schema: &Schema,
    model: &Model,
    attributes: &Map<String, Value>,
) -> Option<Violation> {
    let localized = model.fields.iter().find(|field| field.localized)?;
    if model.modular_block || !model.all_locales_required {
        return None;
    }
    let there = document::locales_of(model, attributes);
    let missing: Vec<&String> = schema
        .locales
        .iter()
        .filter(|locale| !there.contains(locale))
        .collect();
    (!missing.is_empty())
        .then(|| violation(localized, "INVALID_LOCALES").with("missing_locales", json!(missing)))
}

fn one(
    conn: &Connection,
    schema: &Schema,
    model: &Model,
    field: &Field,
    item: Option<&str>,
    value: &Value,
    locale: Option<&str>,
) -> Result<Vec<Violation>, StoreError> {
    let mut found = rules::broken(field, value);
    found.extend(files::broken(conn, field, value)?);
    let unique = field.validator("unique").is_some() && !is_blank(field.field_type, value);
    // Uniqueness is among records; a block has no siblings of its own.
    if unique && !model.modular_block && is_repeated(conn, field, item, value, locale)? {
        found.push(violation(field, "VALIDATION_UNIQUE"));
    }
    if let Some(code) = link_code(field.field_type) {
        let allowed = field.link_targets();
        for target in blocks::linked_ids(field.field_type, value) {
            let target_model = model_of_item(conn, target)?;
            if !target_model
                .as_deref()
                .is_some_and(|found| allowed.contains(&found))
            {
                found.push(violation(field, code).with("item", target));
            }
        }
    }
    if field.field_type.holds_blocks() {
        let mut blocks = Vec::new();
        blocks::visit_places(field.field_type, value, &mut |place, block| {
            blocks.push((place, block.clone()));
        });
        for (index, (place, block)) in blocks.iter().enumerate() {
            let Some(block_model) = blocks::model_of(block).and_then(|id| schema.model(id)) else {
                continue;
            };
            if !place.targets(field).contains(&block_model.id.as_str()) {
                // The field allowed it once: what is sent now is refused before.
                found.push(
                    violation(field, "VALIDATION_INVALID_BLOCK_MODEL")
                        .with("item_type", block_model.id.clone()),
                );
            }
            let Some(inner) = block.get("attributes").and_then(Value::as_object) else {
                continue;
            };
            let complete = document::completed(schema, block_model, inner.clone());
            let path = format!("{}.{index}", field.api_key);
            let broken = problems(conn, schema, block_model, None, &complete)?;
            found.extend(broken.into_iter().map(|violation| violation.inside(&path)));
        }
    }
    Ok(found)
}

fn link_code(field_type: FieldType) -> Option<&'static str> {
    // Closed by hand: only these three types point at records.
    if field_type == FieldType::Link {
        Some("VALIDATION_ITEM_ITEM_TYPE")
    } else if field_type == FieldType::Links {
        Some("VALIDATION_ITEMS_ITEM_TYPE")
    } else if field_type == FieldType::StructuredText {
        Some("VALIDATION_STRUCTURED_TEXT_LINKS")
    } else {
        None
    }
}

fn model_of_item(conn: &Connection, id: &str) -> Result<Option<String>, StoreError> {
    let model = conn
        .prepare_cached("SELECT item_type FROM items WHERE id = ?1")?
        .query_row([id], |row| row.get(0))
        .optional()?;
    Ok(model)
}

fn is_repeated(
    conn: &Connection,
    field: &Field,
    item: Option<&str>,
    value: &Value,
    locale: Option<&str>,
) -> Result<bool, StoreError> {
    let Some(text) = value.as_str() else {
        return Ok(false);
    };
    let path = match locale {
        Some(locale) => format!("$.\"{}\".\"{locale}\"", field.api_key),
        None => format!("$.\"{}\"", field.api_key),
    };
    let found = items::with_text_at(conn, &path, text)?;
    Ok(found
        .iter()
        .any(|(id, model)| *model == field.item_type && Some(id.as_str()) != item))
}
