//! What schema changes do to stored records: renamed, removed and localized fields, removed block models and locales. Every version is rewritten in place, old ones too, so that restoring one cannot bring back a dead field.

use rusqlite::Connection;
use serde_json::{Map, Value};

use crate::records::blocks;
use crate::schema::model::{Field, Model, Schema};
use crate::store::StoreError;
use crate::store::items;

/// Rewrites the attributes of every record of a model, or of every block of a block model, in all versions. `schema` is
/// the one the documents were written with; the indexes beside them are made with `next`.
pub(crate) fn rewrite(
    tx: &Connection,
    schema: &Schema,
    next: &Schema,
    item_type: &str,
    change: &dyn Fn(&mut Map<String, Value>),
) -> Result<(), StoreError> {
    for (version, root) in items::versions_with(tx, item_type)? {
        let mut attributes = items::attributes_of(tx, version)?;
        let Some(model) = schema.model(&root) else {
            continue;
        };
        rewrite_document(schema, model, &mut attributes, item_type, change);
        let contents = match next.model(&root) {
            Some(model) => blocks::contents(next, model, &attributes),
            None => items::Contents::default(),
        };
        items::rewrite_version(tx, version, &attributes, &contents)?;
    }
    Ok(())
}

fn rewrite_document(
    schema: &Schema,
    model: &Model,
    attributes: &mut Map<String, Value>,
    item_type: &str,
    change: &dyn Fn(&mut Map<String, Value>),
) {
    // Blocks first: `change` may move the very field they are found by.
    blocks::rewrite_document(model, attributes, &mut |mut block| {
        if let Some((model, inner)) = blocks::opened(schema, &mut block) {
            rewrite_document(schema, model, inner, item_type, change);
        }
        Some(block)
    });
    if model.id == item_type {
        change(attributes);
    }
}

/// Removes every block of a block model from every document.
pub(crate) fn remove_blocks(
    tx: &Connection,
    schema: &Schema,
    item_type: &str,
) -> Result<(), StoreError> {
    for (version, root) in items::versions_with(tx, item_type)? {
        let Some(model) = schema.model(&root) else {
            continue;
        };
        let mut attributes = items::attributes_of(tx, version)?;
        remove_from(schema, model, &mut attributes, item_type);
        items::rewrite_version(
            tx,
            version,
            &attributes,
            &blocks::contents(schema, model, &attributes),
        )?;
    }
    Ok(())
}

fn remove_from(
    schema: &Schema,
    model: &Model,
    attributes: &mut Map<String, Value>,
    item_type: &str,
) {
    blocks::rewrite_document(model, attributes, &mut |mut block| {
        if blocks::model_of(&block) == Some(item_type) {
            return None;
        }
        if let Some((model, inner)) = blocks::opened(schema, &mut block) {
            remove_from(schema, model, inner, item_type);
        }
        Some(block)
    });
}

/// Removes a locale from every document. For whoever removes it from the site.
pub(crate) fn remove_locale(
    tx: &Connection,
    schema: &Schema,
    locale: &str,
) -> Result<(), StoreError> {
    for model in schema.models().iter().filter(|model| model.is_localized()) {
        let localized: Vec<&Field> = model
            .fields
            .iter()
            .filter(|field| field.localized)
            .collect();
        rewrite(tx, schema, schema, &model.id, &|attributes| {
            for field in &localized {
                if let Some(values) = attributes
                    .get_mut(&field.api_key)
                    .and_then(Value::as_object_mut)
                {
                    values.shift_remove(locale);
                }
            }
        })?;
    }
    Ok(())
}

/// What the value of a field becomes when the field is localized, or no longer is: the main locale keeps it.
pub(crate) fn relocalized(
    schema: &Schema,
    after: &Field,
    value: Value,
    locales: &[String],
) -> Value {
    let main = schema.main_locale();
    if after.localized {
        let keeper = if locales.iter().any(|locale| locale == main) {
            main
        } else {
            locales.first().map_or(main, String::as_str)
        };
        let mut localized = Map::new();
        for locale in locales {
            localized.insert(locale.clone(), after.field_type.empty_value());
        }
        localized.insert(keeper.to_owned(), value);
        return Value::Object(localized);
    }
    let Value::Object(mut locales) = value else {
        return value;
    };
    let first = locales.keys().next().cloned().unwrap_or_default();
    locales
        .shift_remove(main)
        .or_else(|| locales.shift_remove(&first))
        .unwrap_or_else(|| after.field_type.empty_value())
}
