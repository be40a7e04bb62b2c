//! From a stored field value to a GraphQL one, by field type.

use std::sync::Arc;

use async_graphql::Result;
use async_graphql::dynamic::{FieldValue, TypeRef};
use serde_json::Value;

use super::super::content::{Record, Session};
use super::super::description::{Description, Field, FieldKind, Model};
use super::super::locale::LocaleChoice;
use super::super::names;
use super::assets;
use super::nodes::{
    RecordNode, Resolved, TextNode, asset_value, never_null, object_value, scalar, type_ref,
};

/// What a field's values may be: one record type, a union the field owns, or nothing at all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Targets {
    One(String),
    Union { name: String, members: Vec<String> },
    None,
}

impl Targets {
    /// The record types behind the ids of a validator; ids of models that are gone are left out.
    fn of(description: &Description, ids: &[String], union_name: String) -> Self {
        let mut members: Vec<String> = Vec::new();
        for model in description.models_of(ids) {
            let name = names::record_type(&model.api_key);
            if !members.contains(&name) {
                members.push(name);
            }
        }
        match members.len() {
            0 => Self::None,
            1 => Self::One(members.remove(0)),
            _ => Self::Union {
                name: union_name,
                members,
            },
        }
    }

    /// The GraphQL name; the CMS writes `String` where nothing is allowed.
    pub(super) fn type_name(&self) -> &str {
        match self {
            Self::One(name) | Self::Union { name, .. } => name,
            Self::None => TypeRef::STRING,
        }
    }

    /// The record as a value of these types. A record of another model, left from a time when the field allowed it, is not shown.
    fn admit<'a>(
        &self,
        description: &Description,
        session: &Session,
        record: Arc<Record>,
        locale: &Arc<LocaleChoice>,
    ) -> Option<FieldValue<'a>> {
        let name = names::record_type(&description.model(&record.model)?.api_key);
        let (admitted, union) = match self {
            Self::One(only) => (*only == name, false),
            Self::Union { members, .. } => (members.contains(&name), true),
            Self::None => (false, false),
        };
        if !admitted {
            return None;
        }
        note(session, &record);
        let node = RecordNode {
            record,
            locale: Arc::clone(locale),
        };
        node.into_value(description, union)
    }
}

/// Notes that the answer shows a record, or a block of it.
pub(super) fn note(session: &Session, record: &Record) {
    let id = record.owner.as_ref().map_or(&record.id, |owner| &owner.0);
    session.note(format!("item:{id}"));
}

/// The three lists of a structured text field: key in GraphQL, DAST node type, allowed targets.
pub(super) fn structured_text_lists(
    description: &Description,
    model: &Model,
    field: &Field,
) -> Option<[TextList; 3]> {
    let FieldKind::StructuredText {
        blocks,
        inline_blocks,
        links,
    } = &field.kind
    else {
        return None;
    };
    let stem = names::field_type(&model.api_key, &field.api_key);
    let stem = stem.strip_suffix("Field").unwrap_or(&stem);
    let list = |name, nodes, ids, part: &str| TextList {
        name,
        nodes,
        targets: Targets::of(description, ids, format!("{stem}{part}Field")),
    };
    Some([
        list("blocks", &["block"], blocks, "Blocks"),
        list(
            "inlineBlocks",
            &["inlineBlock"],
            inline_blocks,
            "InlineBlocks",
        ),
        list("links", &["itemLink", "inlineItem"], links, "Links"),
    ])
}

/// One of the lists beside the value of a structured text.
#[derive(Debug, Clone)]
pub(super) struct TextList {
    pub(super) name: &'static str,
    /// The node types whose `item` belongs into the list.
    pub(super) nodes: &'static [&'static str],
    pub(super) targets: Targets,
}

/// A field of a model with what its values may be.
#[derive(Debug, Clone)]
pub(super) struct Bound {
    pub(super) field: Field,
    pub(super) targets: Targets,
    /// The GraphQL type of its value.
    pub(super) ty: TypeRef,
}

impl Bound {
    pub(super) fn new(description: &Description, model: &Model, field: &Field) -> Self {
        let targets = match &field.kind {
            FieldKind::Link(ids)
            | FieldKind::Links(ids)
            | FieldKind::RichText(ids)
            | FieldKind::SingleBlock(ids) => {
                let union = names::field_type(&model.api_key, &field.api_key);
                Targets::of(description, ids, union)
            }
            FieldKind::String
            | FieldKind::Text
            | FieldKind::Slug
            | FieldKind::Boolean
            | FieldKind::Integer
            | FieldKind::Float
            | FieldKind::Date
            | FieldKind::DateTime
            | FieldKind::Color
            | FieldKind::Json
            | FieldKind::LatLon
            | FieldKind::Seo
            | FieldKind::Video
            | FieldKind::File
            | FieldKind::Gallery
            | FieldKind::StructuredText { .. } => Targets::None,
        };
        let ty = output_type(description, model, field, &targets);
        let ty = if description.never_null(model, field) {
            never_null(ty)
        } else {
            ty
        };
        Self {
            field: field.clone(),
            targets,
            ty,
        }
    }

    /// The GraphQL value of the field, its locale chosen. `holder` is the record, or block, it stands in.
    pub(super) fn present<'a>(
        &self,
        description: &Description,
        session: &Session,
        holder: &Arc<Record>,
        stored: &Value,
        locale: &Arc<LocaleChoice>,
    ) -> Resolved<'a> {
        let admit = |record: Arc<Record>| self.targets.admit(description, session, record, locale);
        let block = |value: &Value| holder.block(value).map(Arc::new);
        Ok(match &self.field.kind {
            FieldKind::String
            | FieldKind::Text
            | FieldKind::Slug
            | FieldKind::Boolean
            | FieldKind::Integer
            | FieldKind::Float
            | FieldKind::Date
            | FieldKind::DateTime => scalar(session, stored)?,
            // Stored as text that holds JSON.
            FieldKind::Json => match stored.as_str() {
                Some(text) => scalar(session, &serde_json::from_str::<Value>(text)?)?,
                None => scalar(session, stored)?,
            },
            FieldKind::Color | FieldKind::LatLon | FieldKind::Seo | FieldKind::Video => {
                object_value(stored, locale)
            }
            FieldKind::File => {
                let id = stored.get("upload_id").and_then(Value::as_str);
                asset_value(session, id, stored, locale)?
            }
            FieldKind::Gallery => {
                let mut shown = Vec::new();
                for asset in elements(stored) {
                    let id = asset.get("upload_id").and_then(Value::as_str);
                    shown.extend(asset_value(session, id, asset, locale)?);
                }
                Some(FieldValue::list(shown))
            }
            FieldKind::Link(_) => match stored.as_str() {
                Some(id) => session.record(id)?.and_then(admit),
                None => None,
            },
            FieldKind::Links(_) => {
                let mut shown = Vec::new();
                for id in elements(stored).iter().filter_map(Value::as_str) {
                    shown.extend(session.record(id)?.and_then(admit));
                }
                Some(FieldValue::list(shown))
            }
            FieldKind::SingleBlock(_) => block(stored).and_then(admit),
            FieldKind::RichText(_) => {
                let blocks = elements(stored).iter().filter_map(block);
                Some(FieldValue::list(blocks.filter_map(admit)))
            }
            FieldKind::StructuredText { .. } => {
                let present = !stored.is_null();
                present.then(|| {
                    FieldValue::owned_any(TextNode {
                        holder: Arc::clone(holder),
                        value: stored.clone(),
                        locale: Arc::clone(locale),
                    })
                })
            }
        })
    }
}

/// The GraphQL type of a field that may be empty.
fn output_type(
    description: &Description,
    model: &Model,
    field: &Field,
    targets: &Targets,
) -> TypeRef {
    let asset = || assets::type_name(assets::promised(description, field.asset));
    match &field.kind {
        FieldKind::String | FieldKind::Text | FieldKind::Slug => type_ref("String"),
        FieldKind::Boolean => type_ref("BooleanType"),
        FieldKind::Integer => type_ref("IntType"),
        FieldKind::Float => type_ref("FloatType"),
        FieldKind::Date => type_ref("Date"),
        FieldKind::DateTime => type_ref("DateTime"),
        FieldKind::Color => type_ref("ColorField"),
        FieldKind::Json => type_ref("JsonField"),
        FieldKind::LatLon => type_ref("LatLonField"),
        FieldKind::Seo => type_ref("SeoField"),
        FieldKind::Video => type_ref("VideoField"),
        FieldKind::File => TypeRef::named(asset()),
        FieldKind::Gallery => TypeRef::named_nn_list_nn(asset()),
        FieldKind::Link(_) | FieldKind::SingleBlock(_) => TypeRef::named(targets.type_name()),
        FieldKind::Links(_) | FieldKind::RichText(_) => {
            TypeRef::named_nn_list_nn(targets.type_name())
        }
        FieldKind::StructuredText { .. } => {
            TypeRef::named(names::field_type(&model.api_key, &field.api_key))
        }
    }
}

fn elements(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// The records and blocks the nodes of a structured text hold, each once, in reading order.
pub(super) fn text_list<'a>(
    description: &Description,
    session: &Session,
    list: &TextList,
    node: &TextNode,
) -> Result<FieldValue<'a>> {
    let mut items = Vec::new();
    if let Some(document) = node.value.get("document") {
        collect_items(document, list.nodes, &mut items);
    }
    let mut seen: Vec<String> = Vec::new();
    let mut values = Vec::new();
    for item in items {
        let record = match item.as_str() {
            Some(id) => session.record(id)?,
            None => node.holder.block(item).map(Arc::new),
        };
        let Some(record) = record.filter(|record| !seen.contains(&record.id)) else {
            continue;
        };
        seen.push(record.id.clone());
        values.extend(
            list.targets
                .admit(description, session, record, &node.locale),
        );
    }
    Ok(FieldValue::list(values))
}

fn collect_items<'v>(node: &'v Value, kinds: &[&str], items: &mut Vec<&'v Value>) {
    let kind = node.get("type").and_then(Value::as_str).unwrap_or_default();
    if kinds.contains(&kind) {
        items.extend(node.get("item"));
    }
    for child in node
        .get("children")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
    {
        collect_items(child, kinds, items);
    }
}

/// A structured text as the delivery API gives it: the DAST with ids where blocks are stored.
pub(super) fn dast_with_ids(stored: &Value) -> Value {
    match stored {
        Value::Array(items) => items.iter().map(dast_with_ids).collect(),
        Value::Object(node) => {
            let item = node.get("item").and_then(|item| item.get("id")).cloned();
            let mut copy: serde_json::Map<String, Value> = node
                .iter()
                .filter(|(key, _)| *key != "item")
                .map(|(key, value)| (key.clone(), dast_with_ids(value)))
                .collect();
            if let Some(item) = item.or_else(|| node.get("item").cloned()) {
                copy.insert("item".to_owned(), item);
            }
            Value::Object(copy)
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => stored.clone(),
    }
}
