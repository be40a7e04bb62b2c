//! Records that show assets: in asset fields, galleries and the picture of an SEO field.

use rusqlite::Connection;
use serde_json::{Map, Value};

use crate::records::{blocks, document};
use crate::schema::field_type::FieldType;
use crate::schema::model::{Model, Schema};
use crate::store::StoreError;
use crate::store::items::{self, Face, ItemRow};

/// The assets one value (of one locale) shows.
pub(crate) fn shown_ids(field_type: FieldType, value: &Value) -> Vec<&str> {
    let one = |key: &str| value.get(key).and_then(Value::as_str).into_iter().collect();
    // Closed by hand: only these three types show assets.
    if field_type == FieldType::File {
        one("upload_id")
    } else if field_type == FieldType::Seo {
        one("image")
    } else if field_type == FieldType::Gallery {
        let assets = value.as_array().into_iter().flatten();
        assets
            .filter_map(|asset| asset.get("upload_id").and_then(Value::as_str))
            .collect()
    } else {
        Vec::new()
    }
}

/// Shows every asset a document shows to `see`: those of its own fields and those of its blocks.
pub(crate) fn each_shown(
    schema: &Schema,
    model: &Model,
    attributes: &Map<String, Value>,
    see: &mut dyn FnMut(&str),
) {
    let mut own = |model: &Model, attributes: &Map<String, Value>| {
        for field in &model.fields {
            let value = attributes.get(&field.api_key);
            value
                .into_iter()
                .flat_map(|value| document::parts(field, value))
                .flat_map(|part| shown_ids(field.field_type, part))
                .for_each(&mut *see);
        }
    };
    own(model, attributes);
    blocks::each(schema, model, attributes, &mut |block, block_model| {
        if let Some(inner) = block.get("attributes").and_then(Value::as_object) {
            own(block_model, inner);
        }
    });
}

/// Whether a document shows the asset, in its own fields or in those of its blocks.
fn shows(schema: &Schema, model: &Model, attributes: &Map<String, Value>, upload: &str) -> bool {
    let mut found = false;
    each_shown(schema, model, attributes, &mut |shown| {
        found |= shown == upload;
    });
    found
}

/// The records that show an asset, in the version meant.
pub(crate) fn holders(
    conn: &Connection,
    schema: &Schema,
    upload: &str,
    face: Face,
) -> Result<Vec<ItemRow>, StoreError> {
    let mut holders = Vec::new();
    for (id, version) in items::versions_mentioning(conn, upload, face)? {
        if holders.iter().any(|row: &ItemRow| row.id == id) {
            continue;
        }
        let Some(row) = items::find(conn, &id)? else {
            continue;
        };
        let Some(model) = schema.model(&row.item_type) else {
            continue;
        };
        if shows(schema, model, &items::attributes_of(conn, version)?, upload) {
            holders.push(row);
        }
    }
    Ok(holders)
}
