//! Blocks: records of block models that live inside a field value.
//!
//! Stored documents hold them whole, in the form `nested=true` answers with. Requests mix three forms: an id alone keeps a
//! block, an object with an id changes it, an object without one (or with a new one) makes it.

use std::collections::{HashMap, HashSet};

use serde_json::{Map, Value, json};

use crate::http::error::ApiError;
use crate::records::dast::{self, Fate};
use crate::records::document::{self, Draft};
use crate::records::value::violation;
use crate::schema::entity_id;
use crate::schema::field_type::FieldType;
use crate::schema::model::{Field, Model, Schema};
use crate::store::items::Contents;

/// Blocks may stand in blocks this deep.
pub(crate) const MAX_DEPTH: usize = 5;
/// Blocks in one record, at all depths.
pub(crate) const MAX_BLOCKS: usize = 500;

/// Where in a value a block stands. The two have block models of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// By itself.
    Apart,
    /// Within the words of a structured text.
    Inline,
}

impl Place {
    fn of_node(node: &Value) -> Option<Self> {
        match dast::node_type(node) {
            "block" => Some(Self::Apart),
            "inlineBlock" => Some(Self::Inline),
            _ => None,
        }
    }

    /// The block models a field allows there.
    pub(crate) fn targets(self, field: &Field) -> Vec<&str> {
        let validators: &[&str] = match self {
            Self::Apart => &[
                "rich_text_blocks",
                "single_block_blocks",
                "structured_text_blocks",
            ],
            Self::Inline => &["structured_text_inline_blocks"],
        };
        let allowed = |name: &&str| field.allowed_item_types(name);
        validators.iter().flat_map(allowed).collect()
    }
}

/// Calls `visit` with every block position of one value (of one locale): a block object, or an id.
pub(crate) fn visit(field_type: FieldType, value: &Value, visit: &mut dyn FnMut(&Value)) {
    visit_places(field_type, value, &mut |_, block| visit(block));
}

/// The same, with where each is.
pub(crate) fn visit_places(
    field_type: FieldType,
    value: &Value,
    visit: &mut dyn FnMut(Place, &Value),
) {
    match field_type {
        FieldType::RichText => value
            .as_array()
            .into_iter()
            .flatten()
            .for_each(|block| visit(Place::Apart, block)),
        FieldType::SingleBlock if !value.is_null() => visit(Place::Apart, value),
        FieldType::StructuredText => dast::walk(value, &mut |node| {
            if let Some(place) = Place::of_node(node)
                && let Some(item) = node.get("item")
            {
                visit(place, item);
            }
        }),
        FieldType::SingleBlock
        | FieldType::String
        | FieldType::Text
        | FieldType::Slug
        | FieldType::Boolean
        | FieldType::Integer
        | FieldType::Float
        | FieldType::Date
        | FieldType::DateTime
        | FieldType::Color
        | FieldType::Json
        | FieldType::LatLon
        | FieldType::Seo
        | FieldType::Video
        | FieldType::File
        | FieldType::Gallery
        | FieldType::Link
        | FieldType::Links => {}
    }
}

/// Replaces every block position of one value by what `change` makes of it; `None` removes it.
pub(crate) fn rewrite<E>(
    field_type: FieldType,
    value: &mut Value,
    change: &mut dyn FnMut(Value) -> Result<Option<Value>, E>,
) -> Result<(), E> {
    rewrite_places(field_type, value, &mut |_, block| change(block))
}

/// The same, with where each is.
fn rewrite_places<E>(
    field_type: FieldType,
    value: &mut Value,
    change: &mut dyn FnMut(Place, Value) -> Result<Option<Value>, E>,
) -> Result<(), E> {
    if field_type == FieldType::RichText
        && let Some(blocks) = value.as_array_mut()
    {
        let mut kept = Vec::with_capacity(blocks.len());
        for block in std::mem::take(blocks) {
            kept.extend(change(Place::Apart, block)?);
        }
        *blocks = kept;
    } else if field_type == FieldType::SingleBlock && !value.is_null() {
        *value = change(Place::Apart, value.take())?.unwrap_or(Value::Null);
    } else if field_type == FieldType::StructuredText {
        dast::rewrite(value, &mut |node| {
            let Some(place) = Place::of_node(node) else {
                return Ok(Fate::Keep);
            };
            let Some(item) = node.get_mut("item") else {
                return Ok(Fate::Keep);
            };
            match change(place, item.take())? {
                Some(block) => {
                    *item = block;
                    Ok(Fate::Keep)
                }
                None => Ok(Fate::Drop),
            }
        })?;
    }
    Ok(())
}

/// Replaces every block position of a document, those inside blocks left aside, by what `change` makes of it; `None`
/// removes it.
pub(crate) fn rewrite_document(
    model: &Model,
    attributes: &mut Map<String, Value>,
    change: &mut dyn FnMut(Value) -> Option<Value>,
) {
    for field in model
        .fields
        .iter()
        .filter(|field| field.field_type.holds_blocks())
    {
        let Some(value) = attributes.get_mut(&field.api_key) else {
            continue;
        };
        for part in document::parts_mut(field, value) {
            let Ok::<(), std::convert::Infallible>(()) =
                rewrite(field.field_type, part, &mut |block| Ok(change(block)));
        }
    }
}

/// The block model and the attributes of a stored block, if there is such a model.
pub(crate) fn opened<'s, 'b>(
    schema: &'s Schema,
    block: &'b mut Value,
) -> Option<(&'s Model, &'b mut Map<String, Value>)> {
    let model = model_of(block).and_then(|id| schema.model(id));
    model.zip(block.get_mut("attributes").and_then(Value::as_object_mut))
}

/// The id of a block, from a stored block or from a bare id.
pub(crate) fn id_of(block: &Value) -> Option<&str> {
    block
        .as_str()
        .or_else(|| block.get("id").and_then(Value::as_str))
}

/// The block model of a block object.
pub(crate) fn model_of(block: &Value) -> Option<&str> {
    block
        .pointer("/relationships/item_type/data/id")
        .and_then(Value::as_str)
}

/// A block as it is stored and as `nested=true` shows it.
pub(crate) fn stored(id: &str, model: &str, attributes: Map<String, Value>) -> Value {
    json!({
        "type": "item",
        "id": id,
        "attributes": attributes,
        "relationships": { "item_type": { "data": { "type": "item_type", "id": model } } },
    })
}

/// Replaces the blocks inside by their ids: how a record is shown without `nested=true`.
pub(crate) fn flatten(model: &Model, attributes: &mut Map<String, Value>) {
    rewrite_document(model, attributes, &mut |block| {
        Some(id_of(&block).map_or(Value::Null, Value::from))
    });
}

/// All blocks inside a stored document, at every depth, by id.
pub(crate) fn collect(
    schema: &Schema,
    model: &Model,
    attributes: &Map<String, Value>,
) -> HashMap<String, Value> {
    let mut found = HashMap::new();
    each(schema, model, attributes, &mut |block, _| {
        if let Some(id) = id_of(block) {
            found.insert(id.to_owned(), block.clone());
        }
    });
    found
}

/// Calls `act` with every block inside a stored document and its model, outer blocks first.
pub(crate) fn each(
    schema: &Schema,
    model: &Model,
    attributes: &Map<String, Value>,
    act: &mut dyn FnMut(&Value, &Model),
) {
    for field in model
        .fields
        .iter()
        .filter(|field| field.field_type.holds_blocks())
    {
        let Some(value) = attributes.get(&field.api_key) else {
            continue;
        };
        for part in document::parts(field, value) {
            visit(field.field_type, part, &mut |block| {
                let Some(block_model) = model_of(block).and_then(|id| schema.model(id)) else {
                    return;
                };
                act(block, block_model);
                if let Some(inner) = block.get("attributes").and_then(Value::as_object) {
                    each(schema, block_model, inner, act);
                }
            });
        }
    }
}

/// What a document contains and points at, for the indexes beside it.
pub(crate) fn contents(
    schema: &Schema,
    model: &Model,
    attributes: &Map<String, Value>,
) -> Contents {
    let mut contents = Contents::default();
    links(model, attributes, &mut contents.links);
    each(schema, model, attributes, &mut |block, block_model| {
        if let Some(id) = id_of(block) {
            contents
                .blocks
                .push((id.to_owned(), block_model.id.clone()));
        }
        if let Some(inner) = block.get("attributes").and_then(Value::as_object) {
            links(block_model, inner, &mut contents.links);
        }
    });
    contents.links.sort_unstable();
    contents.links.dedup();
    contents
}

/// The records a document points at itself, blocks left aside.
fn links(model: &Model, attributes: &Map<String, Value>, found: &mut Vec<String>) {
    for field in &model.fields {
        let Some(value) = attributes.get(&field.api_key) else {
            continue;
        };
        for part in document::parts(field, value) {
            found.extend(
                linked_ids(field.field_type, part)
                    .into_iter()
                    .map(str::to_owned),
            );
        }
    }
}

/// The records one value (of one locale) points at.
pub(crate) fn linked_ids(field_type: FieldType, value: &Value) -> Vec<&str> {
    if field_type == FieldType::Link {
        return value.as_str().into_iter().collect();
    }
    if field_type == FieldType::Links {
        return value
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect();
    }
    if field_type != FieldType::StructuredText {
        return Vec::new();
    }
    let mut found = Vec::new();
    let mut open: Vec<&Value> = value.get("document").into_iter().collect();
    while let Some(node) = open.pop() {
        if matches!(dast::node_type(node), "itemLink" | "inlineItem") {
            found.extend(node.get("item").and_then(Value::as_str));
        }
        open.extend(
            node.get("children")
                .and_then(Value::as_array)
                .into_iter()
                .flatten()
                .rev(),
        );
    }
    found
}

/// Turns the blocks of a request into stored ones.
pub(crate) struct Resolver<'a> {
    pub(crate) schema: &'a Schema,
    /// The blocks the record has now, at every depth.
    pub(crate) existing: HashMap<String, Value>,
    pub(crate) new_id: &'a dyn Fn() -> String,
    /// Whether an id belongs to another record or block.
    pub(crate) is_taken: &'a dyn Fn(&str) -> Result<bool, ApiError>,
    seen: HashSet<String>,
    depth: usize,
}

impl<'a> Resolver<'a> {
    pub(crate) fn new(
        schema: &'a Schema,
        existing: HashMap<String, Value>,
        new_id: &'a dyn Fn() -> String,
        is_taken: &'a dyn Fn(&str) -> Result<bool, ApiError>,
    ) -> Self {
        Self {
            schema,
            existing,
            new_id,
            is_taken,
            seen: HashSet::new(),
            depth: 0,
        }
    }

    /// Resolves every block of one value (of one locale).
    pub(crate) fn resolve(&mut self, field: &Field, value: &mut Value) -> Result<(), ApiError> {
        rewrite_places(field.field_type, value, &mut |place, block| {
            self.block(field, place, block).map(Some)
        })
    }

    fn block(&mut self, field: &Field, place: Place, request: Value) -> Result<Value, ApiError> {
        let known = id_of(&request)
            .and_then(|id| self.existing.get(id))
            .cloned();
        let id = match (id_of(&request), &known) {
            (Some(id), _) => id.to_owned(),
            (None, _) => (self.new_id)(),
        };
        if !self.seen.insert(id.clone()) {
            return Err(violation(field, "VALIDATION_BLOCK_ID_DUPLICATE")
                .with("block", id)
                .into());
        }
        if self.seen.len() > MAX_BLOCKS {
            return Err(ApiError::unprocessable(
                "TECHNICAL_LIMIT_REACHED",
                json!({ "limit": "blocks_per_record", "max": MAX_BLOCKS }),
            ));
        }
        let model_id = known
            .as_ref()
            .and_then(model_of)
            .or_else(|| model_of(&request))
            .map(str::to_owned);
        let Some(model) = model_id.as_deref().and_then(|id| self.schema.resolve(id)) else {
            // A bare id of a block this record does not have, or an object that names no block model.
            return Err(violation(field, "VALIDATION_INVALID")
                .with("block", id)
                .into());
        };
        if !model.modular_block || !place.targets(field).contains(&model.id.as_str()) {
            return Err(violation(field, "VALIDATION_INVALID_BLOCK_MODEL")
                .with("block", id)
                .with("item_type", model.id.clone())
                .into());
        }
        if known.is_none() {
            entity_id::check(&id)?;
        }
        if known.is_none() && (self.is_taken)(&id)? {
            return Err(ApiError::invalid_field("id", "VALIDATION_UNIQUENESS"));
        }
        let before = known
            .as_ref()
            .and_then(|block| block.get("attributes"))
            .and_then(Value::as_object);
        let given = request
            .get("attributes")
            .and_then(Value::as_object)
            .cloned()
            .unwrap_or_default();
        if self.depth == MAX_DEPTH {
            return Err(ApiError::unprocessable(
                "TECHNICAL_LIMIT_REACHED",
                json!({ "limit": "block_nesting", "max": MAX_DEPTH }),
            ));
        }
        self.depth += 1;
        let attributes = document::compose(self, model, Draft { given, before });
        self.depth -= 1;
        Ok(stored(&id, &model.id, attributes?))
    }
}
