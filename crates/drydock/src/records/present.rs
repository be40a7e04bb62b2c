//! Records as they are on the wire.

use rusqlite::Connection;
use serde_json::{Map, Value, json};

use crate::clock::Timestamp;
use crate::records::shown::{self, Entity, Meta, Moment, Related, Relationships, Shown, Stored};
use crate::records::{blocks, document};
use crate::schema::model::{Model, Schema};
use crate::store::StoreError;
use crate::store::entity::reference;
use crate::store::items::{self, Author, Face, ItemRow, VersionRow};

/// How a record is to be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct View {
    /// Which version; `Either` is the published one where there is one.
    pub(crate) face: Face,
    /// Blocks whole instead of their ids.
    pub(crate) nested: bool,
}

impl View {
    /// The current version, blocks as ids: what writes answer with.
    pub(crate) const CURRENT: Self = Self {
        face: Face::Current,
        nested: false,
    };
}

/// The version of a record that a view shows; `None` when it has no such version.
pub(crate) fn version_of(row: &ItemRow, face: Face) -> Option<i64> {
    match face {
        Face::Current => Some(row.current_version),
        Face::Published => row.published_version,
        Face::Either => row.published_version.or(Some(row.current_version)),
    }
}

/// The record, reading its document.
pub(crate) fn item(
    conn: &Connection,
    schema: &Schema,
    row: &ItemRow,
    view: View,
) -> Result<Value, StoreError> {
    let version = version_of(row, view.face).unwrap_or(row.current_version);
    let document = items::stored_document(conn, version)?;
    entity_of_text(conn, schema, row, &document, view)?.into_value()
}

/// The record with a document that was read already.
pub(crate) fn with_document(
    conn: &Connection,
    schema: &Schema,
    row: &ItemRow,
    attributes: Map<String, Value>,
    view: View,
) -> Result<Value, StoreError> {
    let model = model(schema, &row.item_type)?;
    let shown = made(schema, model, attributes, view.nested);
    entity(conn, model, row, shown, view.face)?.into_value()
}

/// Writes the record, as JSON, with the text of its document.
pub(crate) fn write(
    to: &mut Vec<u8>,
    conn: &Connection,
    schema: &Schema,
    row: &ItemRow,
    document: &str,
    view: View,
) -> Result<(), StoreError> {
    entity_of_text(conn, schema, row, document, view)?.write(to)
}

fn entity_of_text<'a>(
    conn: &Connection,
    schema: &'a Schema,
    row: &'a ItemRow,
    document: &'a str,
    view: View,
) -> Result<Entity<'a>, StoreError> {
    let model = model(schema, &row.item_type)?;
    let shown = match as_stored(schema, model, &Stored::read(document)?, view.nested)? {
        Some(shown) => shown,
        None => made(schema, model, items::document(document)?, view.nested),
    };
    entity(conn, model, row, shown, view.face)
}

fn entity<'a>(
    conn: &Connection,
    model: &Model,
    row: &'a ItemRow,
    mut attributes: Vec<(&'a str, Shown<'a>)>,
    face: Face,
) -> Result<Entity<'a>, StoreError> {
    if model.sortable || model.tree {
        attributes.push(("position", Shown::Made(json!(row.position))));
    }
    if model.tree {
        attributes.push(("parent_id", Shown::Made(json!(row.parent_id))));
    }
    attributes.extend(times(row));
    let has_children = if model.tree {
        Some(!items::children(conn, &row.id)?.is_empty())
    } else {
        None
    };
    Ok(Entity {
        id: &row.id,
        kind: "item",
        attributes,
        relationships: Relationships {
            item_type: Related::to_model(&row.item_type),
            creator: Some(Related::to_author(row.creator.as_ref())),
        },
        meta: meta(row, face, has_children),
    })
}

/// A block as an entity of its own: what asking for its id answers.
pub(crate) fn block(
    schema: &Schema,
    owner: &ItemRow,
    block: &Value,
    nested: bool,
) -> Option<Value> {
    let model = blocks::model_of(block).and_then(|id| schema.model(id))?;
    let inner = block
        .get("attributes")
        .and_then(Value::as_object)
        .cloned()
        .unwrap_or_default();
    let mut attributes = made(schema, model, inner, nested);
    attributes.extend(times(owner));
    let entity = Entity {
        id: blocks::id_of(block)?,
        kind: "item",
        attributes,
        relationships: Relationships {
            item_type: Related::to_model(&model.id),
            creator: None,
        },
        meta: meta(owner, Face::Current, None),
    };
    // There is no stored text in it that could be damaged.
    entity.into_value().ok()
}

/// Every field out of the text of a document: as it is stored, but for those with blocks. `None` when a field is missing,
/// as those are that were made after the document: what stands in for them depends on the others.
fn as_stored<'a>(
    schema: &Schema,
    model: &'a Model,
    stored: &Stored<'a>,
    nested: bool,
) -> Result<Option<Vec<(&'a str, Shown<'a>)>>, StoreError> {
    let mut shown = Vec::with_capacity(model.fields.len() + 4);
    let mut with_blocks = Map::new();
    for (place, field) in model.fields.iter().enumerate() {
        let Some(text) = stored.get(place, &field.api_key) else {
            return Ok(None);
        };
        if field.field_type.holds_blocks() {
            with_blocks.insert(field.api_key.clone(), shown::value(text)?);
        }
        shown.push((field.api_key.as_str(), Shown::Stored(text)));
    }
    if with_blocks.is_empty() {
        return Ok(Some(shown));
    }
    show_blocks(schema, model, &mut with_blocks, nested);
    for (key, shown) in &mut shown {
        if let Some(value) = with_blocks.remove(*key) {
            *shown = Shown::Made(value);
        }
    }
    Ok(Some(shown))
}

/// Every field, out of a document that was read.
fn made<'a>(
    schema: &Schema,
    model: &'a Model,
    attributes: Map<String, Value>,
    nested: bool,
) -> Vec<(&'a str, Shown<'a>)> {
    let mut attributes = complete(schema, model, attributes, nested);
    let keys = model.fields.iter().map(|field| field.api_key.as_str());
    keys.map(|key| {
        let value = attributes.get_mut(key).map(Value::take);
        (key, Shown::Made(value.unwrap_or_default()))
    })
    .collect()
}

/// Every field, blocks as the view wants them. Blocks inside are completed too when they are shown.
fn complete(
    schema: &Schema,
    model: &Model,
    attributes: Map<String, Value>,
    nested: bool,
) -> Map<String, Value> {
    let mut attributes = document::completed(schema, model, attributes);
    show_blocks(schema, model, &mut attributes, nested);
    attributes
}

/// The blocks in these attributes, as the view wants them.
fn show_blocks(schema: &Schema, model: &Model, attributes: &mut Map<String, Value>, nested: bool) {
    if !nested {
        return blocks::flatten(model, attributes);
    }
    blocks::rewrite_document(model, attributes, &mut |mut block| {
        if let Some((model, inner)) = blocks::opened(schema, &mut block) {
            *inner = complete(schema, model, std::mem::take(inner), true);
        }
        Some(block)
    });
}

/// A version of a record, with the record's values as they were.
pub(crate) fn version(
    schema: &Schema,
    row: &ItemRow,
    version: &VersionRow,
    nested: bool,
) -> Result<Value, StoreError> {
    let model = model(schema, &row.item_type)?;
    Ok(json!({
        "id": version.version.to_string(),
        "type": "item_version",
        "attributes": complete(schema, model, version.attributes.clone(), nested),
        "relationships": {
            "item_type": { "data": reference("item_type", &row.item_type) },
            "item": { "data": reference("item", &row.id) },
            "editor": { "data": author(version.editor.as_ref()) },
        },
        "meta": {
            "created_at": version.created_at.iso_with_offset(),
            "is_valid": version.is_valid,
            "is_published": row.published_version == Some(version.version),
            "is_current": row.current_version == version.version,
            "published_from": time(version.published_from),
            "published_until": time(version.published_until),
        },
    }))
}

fn model<'s>(schema: &'s Schema, id: &str) -> Result<&'s Model, StoreError> {
    schema.model(id).ok_or_else(|| StoreError::Damaged {
        what: format!("record of model {id}"),
        reason: "there is no such model".to_owned(),
    })
}

fn author(author: Option<&Author>) -> Value {
    author.map_or(Value::Null, |author| reference(&author.kind, &author.id))
}

fn time(at: Option<Timestamp>) -> Value {
    at.map_or(Value::Null, |at| json!(at.iso_with_offset()))
}

/// The real service repeats these two of `meta` among the attributes.
fn times(row: &ItemRow) -> [(&'static str, Shown<'static>); 2] {
    [
        ("updated_at", Shown::At(Moment(row.updated_at))),
        ("created_at", Shown::At(Moment(row.created_at))),
    ]
}

fn meta(row: &ItemRow, face: Face, has_children: Option<bool>) -> Meta<'_> {
    let is_valid = match face {
        Face::Current => row.is_valid,
        Face::Published | Face::Either => row.is_published_valid.unwrap_or(row.is_valid),
    };
    Meta::of(row, is_valid, has_children)
}
