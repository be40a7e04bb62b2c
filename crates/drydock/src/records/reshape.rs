//! What schema changes do to stored records: renamed, removed, localized and retyped fields, removed block models and
//! locales. Every version is rewritten in place, old ones too, so that restoring one cannot bring back a dead field.

use rusqlite::Connection;
use serde_json::{Map, Value, json};

use crate::records::{blocks, dast};
use crate::schema::field_type::FieldType;
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

/// What one value becomes when its field changes type; the empty value where nothing sensible is left.
pub(crate) fn retyped(from: FieldType, to: FieldType, value: Value) -> Value {
    let text = match &value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        Value::Object(_) if from == FieldType::StructuredText => Some(dast::plain_text(&value)),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    };
    let converted = match to {
        FieldType::String | FieldType::Text => text.map(Value::from),
        FieldType::Integer => text
            .and_then(|text| text.trim().parse::<i64>().ok())
            .map(Value::from),
        FieldType::Float => text
            .and_then(|text| text.trim().parse::<f64>().ok())
            .map(Value::from),
        FieldType::Boolean => text
            .and_then(|text| text.parse::<bool>().ok())
            .map(Value::from),
        FieldType::Json => text.map(|text| json!(json!(text).to_string())),
        FieldType::Gallery | FieldType::Links | FieldType::RichText
            if list_of(to) == Some(from) && !value.is_null() =>
        {
            Some(json!([value]))
        }
        FieldType::File | FieldType::Link | FieldType::SingleBlock if list_of(from) == Some(to) => {
            value.get(0).cloned()
        }
        FieldType::Gallery
        | FieldType::Links
        | FieldType::RichText
        | FieldType::File
        | FieldType::Link
        | FieldType::SingleBlock
        | FieldType::Slug
        | FieldType::Date
        | FieldType::DateTime
        | FieldType::Color
        | FieldType::LatLon
        | FieldType::Seo
        | FieldType::Video
        | FieldType::StructuredText => None,
    };
    converted.unwrap_or_else(|| to.empty_value())
}

/// The type of which a list type holds several.
fn list_of(field_type: FieldType) -> Option<FieldType> {
    // Closed by hand: only these three are lists of another type.
    [
        (FieldType::Gallery, FieldType::File),
        (FieldType::Links, FieldType::Link),
        (FieldType::RichText, FieldType::SingleBlock),
    ]
    .into_iter()
    .find_map(|(list, one)| (list == field_type).then_some(one))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::retyped;
    use crate::schema::field_type::FieldType;

    #[test]
    fn values_survive_a_change_of_type_where_they_can() {
        for (from, to, value, expected) in [
            (
                FieldType::String,
                FieldType::Integer,
                json!("42"),
                json!(42),
            ),
            (
                FieldType::String,
                FieldType::Integer,
                json!("many"),
                Value::Null,
            ),
            (FieldType::Integer, FieldType::String, json!(7), json!("7")),
            (FieldType::Link, FieldType::Links, json!("a"), json!(["a"])),
            (
                FieldType::Links,
                FieldType::Link,
                json!(["a", "b"]),
                json!("a"),
            ),
            (FieldType::Link, FieldType::Links, Value::Null, json!([])),
            (
                FieldType::String,
                FieldType::Boolean,
                json!("x"),
                json!(false),
            ),
            (
                FieldType::Links,
                FieldType::Gallery,
                json!(["a"]),
                json!([]),
            ),
        ] {
            assert_eq!(
                retyped(from, to, value.clone()),
                expected,
                "{from:?} {value} to {to:?}"
            );
        }
    }
}
