//! Records as they are on the wire.

use rusqlite::Connection;
use serde_json::{Map, Value, json};

use crate::clock::Timestamp;
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
    with_document(
        conn,
        schema,
        row,
        items::attributes_of(conn, version)?,
        view,
    )
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
    let mut attributes = complete(schema, model, attributes, view.nested);
    if model.sortable || model.tree {
        attributes.insert("position".to_owned(), json!(row.position));
    }
    if model.tree {
        attributes.insert("parent_id".to_owned(), json!(row.parent_id));
    }
    insert_times(&mut attributes, row);
    let has_children = if model.tree {
        json!(!items::children(conn, &row.id)?.is_empty())
    } else {
        Value::Null
    };
    let mut relationships =
        json!({ "item_type": { "data": reference("item_type", &row.item_type) } });
    relationships["creator"] = json!({ "data": author(row.creator.as_ref()) });
    Ok(json!({
        "id": row.id,
        "type": "item",
        "attributes": attributes,
        "relationships": relationships,
        "meta": meta(row, view.face, has_children),
    }))
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
    let mut attributes = complete(schema, model, inner, nested);
    insert_times(&mut attributes, owner);
    Some(json!({
        "id": blocks::id_of(block)?,
        "type": "item",
        "attributes": attributes,
        "relationships": { "item_type": { "data": reference("item_type", &model.id) } },
        "meta": meta(owner, Face::Current, Value::Null),
    }))
}

/// Every field, blocks as the view wants them. Blocks inside are completed too when they are shown.
fn complete(
    schema: &Schema,
    model: &Model,
    attributes: Map<String, Value>,
    nested: bool,
) -> Map<String, Value> {
    let mut attributes = document::completed(schema, model, attributes);
    if nested {
        complete_blocks(schema, model, &mut attributes);
    } else {
        blocks::flatten(model, &mut attributes);
    }
    attributes
}

fn complete_blocks(schema: &Schema, model: &Model, attributes: &mut Map<String, Value>) {
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

fn insert_times(attributes: &mut Map<String, Value>, row: &ItemRow) {
    // The real service repeats these two among the attributes.
    for (key, at) in [
        ("updated_at", row.updated_at),
        ("created_at", row.created_at),
    ] {
        attributes.insert(key.to_owned(), json!(at.iso_with_offset()));
    }
}

fn meta(row: &ItemRow, face: Face, has_children: Value) -> Value {
    // Never unknown: while the others are, this is the last verdict.
    let is_valid = match face {
        Face::Current => row.is_valid,
        Face::Published | Face::Either => row.is_published_valid.unwrap_or(row.is_valid),
    };
    json!({
        "created_at": row.created_at.iso_with_offset(),
        "updated_at": row.updated_at.iso_with_offset(),
        "published_at": time(row.published_at),
        "publication_scheduled_at": time(row.publication_scheduled_at),
        "unpublishing_scheduled_at": time(row.unpublishing_scheduled_at),
        "first_published_at": time(row.first_published_at),
        "is_valid": is_valid,
        "is_current_version_valid": row.current_validity(),
        "is_published_version_valid": row.published_validity(),
        "status": row.status().as_str(),
        "current_version": row.current_version.to_string(),
        "stage": row.stage,
        "has_children": has_children,
    })
}
