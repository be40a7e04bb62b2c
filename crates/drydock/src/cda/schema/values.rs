//! From a stored field value to a GraphQL one, by field type.

use std::sync::Arc;

use async_graphql::Result;
use async_graphql::dynamic::{FieldValue, TypeRef};
use serde_json::Value;

use super::super::content::{Record, Session};
use super::super::description::{Description, Field, FieldKind, Model};
use super::super::locale::LocaleChoice;
use super::super::names;
use super::nodes::{RecordNode, ValueNode};
use super::shared::{object_value, scalar, type_ref};

/// What a field's values may be: one record type, a union the field owns, or nothing at all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Targets {
    One(String),
    Union { name: String, members: Vec<String> },
    None,
}

impl Targets {
    /// The record types behind the ids of a validator; ids of models that are gone are left out.
    pub(super) fn of(description: &Description, ids: &[String], union_name: String) -> Self {
        let mut members: Vec<String> = Vec::new();
        for model in ids.iter().filter_map(|id| description.model(id)) {
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

    fn is_union(&self) -> bool {
        matches!(self, Self::Union { .. })
    }

    /// The record as a value of these types. A record of another model, left from a time when the field allowed it, is not shown.
    fn admit<'a>(
        &self,
        description: &Description,
        record: Arc<Record>,
        locale: &Arc<LocaleChoice>,
    ) -> Option<FieldValue<'a>> {
        let name = names::record_type(&description.model(&record.model)?.api_key);
        let admitted = match self {
            Self::One(only) => *only == name,
            Self::Union { members, .. } => members.contains(&name),
            Self::None => false,
        };
        let node = RecordNode {
            record,
            locale: Arc::clone(locale),
        };
        if admitted {
            node.into_value(description, self.is_union())
        } else {
            None
        }
    }
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

/// The allowed targets of a field that holds records or blocks.
pub(super) fn targets(description: &Description, model: &Model, field: &Field) -> Option<Targets> {
    match &field.kind {
        FieldKind::Link(ids)
        | FieldKind::Links(ids)
        | FieldKind::RichText(ids)
        | FieldKind::SingleBlock(ids) => Some(Targets::of(
            description,
            ids,
            names::field_type(&model.api_key, &field.api_key),
        )),
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
        | FieldKind::StructuredText { .. } => None,
    }
}

/// The GraphQL type of a field.
pub(super) fn output_type(description: &Description, model: &Model, field: &Field) -> TypeRef {
    let target = || {
        targets(description, model, field)
            .map_or_else(|| "String".to_owned(), |t| t.type_name().to_owned())
    };
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
        FieldKind::File => type_ref("FileField"),
        FieldKind::Gallery => type_ref("[FileField!]!"),
        FieldKind::Link(_) | FieldKind::SingleBlock(_) => TypeRef::named(target()),
        FieldKind::Links(_) | FieldKind::RichText(_) => TypeRef::named_nn_list_nn(target()),
        FieldKind::StructuredText { .. } => {
            TypeRef::named(names::field_type(&model.api_key, &field.api_key))
        }
    }
}

/// The filter input of a field; `None` for kinds that cannot be filtered without deep filtering.
pub(super) fn filter_type(kind: &FieldKind) -> Option<&'static str> {
    Some(match kind {
        FieldKind::String => "StringFilter",
        FieldKind::Text => "TextFilter",
        FieldKind::Slug => "SlugFilter",
        FieldKind::Boolean => "BooleanFilter",
        FieldKind::Integer => "IntegerFilter",
        FieldKind::Float => "FloatFilter",
        FieldKind::Date => "DateFilter",
        FieldKind::DateTime => "DateTimeFilter",
        FieldKind::Color | FieldKind::Json | FieldKind::Seo | FieldKind::Video => "ExistsFilter",
        FieldKind::LatLon => "LatLonFilter",
        FieldKind::File => "FileFilter",
        FieldKind::Gallery => "GalleryFilter",
        FieldKind::Link(_) => "LinkFilter",
        FieldKind::Links(_) => "LinksFilter",
        FieldKind::StructuredText { .. } => "StructuredTextFilter",
        FieldKind::RichText(_) | FieldKind::SingleBlock(_) => return None,
    })
}

/// The GraphQL value of a field whose locale has been chosen.
pub(super) fn present<'a>(
    description: &Description,
    session: &Session,
    field: &Field,
    targets: Option<&Targets>,
    stored: &Value,
    locale: &Arc<LocaleChoice>,
) -> Result<Option<FieldValue<'a>>> {
    let node = |record| targets.and_then(|targets| targets.admit(description, record, locale));
    Ok(match &field.kind {
        FieldKind::String
        | FieldKind::Text
        | FieldKind::Slug
        | FieldKind::Boolean
        | FieldKind::Integer
        | FieldKind::Float
        | FieldKind::Date
        | FieldKind::DateTime => scalar(stored)?,
        // Stored as text that holds JSON.
        FieldKind::Json => match stored.as_str() {
            Some(text) => scalar(&serde_json::from_str::<Value>(text)?)?,
            None => scalar(stored)?,
        },
        FieldKind::Color
        | FieldKind::LatLon
        | FieldKind::Seo
        | FieldKind::Video
        | FieldKind::File => object_value(stored, locale),
        FieldKind::Gallery => {
            let assets = stored.as_array().map_or(&[][..], Vec::as_slice);
            Some(FieldValue::list(
                assets
                    .iter()
                    .filter_map(|asset| object_value(asset, locale)),
            ))
        }
        FieldKind::Link(_) => match stored.as_str() {
            Some(id) => session.record(id)?.and_then(node),
            None => None,
        },
        FieldKind::Links(_) => Some(FieldValue::list(
            linked(session, stored)?.into_iter().filter_map(node),
        )),
        FieldKind::SingleBlock(_) => block(stored).and_then(node),
        FieldKind::RichText(_) => {
            let blocks = stored.as_array().map_or(&[][..], Vec::as_slice);
            Some(FieldValue::list(
                blocks
                    .iter()
                    .filter_map(|value| block(value).and_then(node)),
            ))
        }
        FieldKind::StructuredText { .. } => {
            let present = !stored.is_null();
            present.then(|| {
                FieldValue::owned_any(ValueNode {
                    value: stored.clone(),
                    locale: Arc::clone(locale),
                })
            })
        }
    })
}

/// The records and blocks the nodes of a structured text hold, each once, in reading order.
pub(super) fn text_list<'a>(
    description: &Description,
    session: &Session,
    list: &TextList,
    node: &ValueNode,
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
            None => block(item),
        };
        let Some(record) = record.filter(|record| !seen.contains(&record.id)) else {
            continue;
        };
        seen.push(record.id.clone());
        values.extend(list.targets.admit(description, record, &node.locale));
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

fn linked(session: &Session, stored: &Value) -> Result<Vec<Arc<Record>>> {
    let ids = stored
        .as_array()
        .map_or(&[][..], Vec::as_slice)
        .iter()
        .filter_map(Value::as_str);
    let found = ids
        .map(|id| session.record(id))
        .collect::<std::result::Result<Vec<_>, _>>()?;
    Ok(found.into_iter().flatten().collect())
}

fn block(stored: &Value) -> Option<Arc<Record>> {
    Record::read(stored).map(Arc::new)
}
