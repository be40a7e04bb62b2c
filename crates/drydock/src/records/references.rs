//! Records that point at records: finding the pointing fields, and what happens to them when the target goes.

use serde_json::{Map, Value, json};

use crate::http::error::ApiError;
use crate::records::blocks;
use crate::records::dast::{self, Fate};
use crate::records::document;
use crate::records::judge;
use crate::records::publish;
use crate::records::write::Desk;
use crate::schema::field_type::FieldType;
use crate::schema::model::{Field, LINK_VALIDATORS, Model, Schema};
use crate::store::StoreError;
use crate::store::items::{self, Face, ItemRow};

/// What a field wants done about a reference, as its link validator says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Strategy {
    /// Drop the reference.
    DeleteReferences,
    /// Do to the other record what is done to this one.
    Follow,
    /// Refuse.
    Fail,
}

/// The three occasions a link validator has a strategy for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Occasion {
    /// The pointing record is published, the target is not.
    Publish,
    /// The target is unpublished, the pointing record is published.
    Unpublish,
    /// The target is destroyed.
    Destroy,
}

impl Occasion {
    fn key(self) -> &'static str {
        match self {
            Self::Publish => "on_publish_with_unpublished_references_strategy",
            Self::Unpublish => "on_reference_unpublish_strategy",
            Self::Destroy => "on_reference_delete_strategy",
        }
    }
}

/// What this field wants on this occasion.
pub(crate) fn strategy(field: &Field, occasion: Occasion) -> Strategy {
    let wanted = LINK_VALIDATORS
        .iter()
        .find_map(|name| field.validator(name))
        .and_then(|validator| validator.get(occasion.key()))
        .and_then(Value::as_str);
    match wanted {
        Some("delete_references") => Strategy::DeleteReferences,
        Some("publish_references" | "unpublish") => Strategy::Follow,
        None if occasion == Occasion::Destroy => Strategy::DeleteReferences,
        Some(_) | None => Strategy::Fail,
    }
}

/// Every field of a document, those of its blocks included, with the ids it points at.
pub(crate) fn pointing_fields<'s>(
    schema: &'s Schema,
    model: &'s Model,
    attributes: &Map<String, Value>,
) -> Vec<(&'s Field, String)> {
    let mut found = Vec::new();
    own_pointers(model, attributes, &mut found);
    blocks::each(schema, model, attributes, &mut |block, block_model| {
        let Some(block_model) = schema.model(&block_model.id) else {
            return;
        };
        if let Some(inner) = block.get("attributes").and_then(Value::as_object) {
            own_pointers(block_model, inner, &mut found);
        }
    });
    found
}

fn own_pointers<'s>(
    model: &'s Model,
    attributes: &Map<String, Value>,
    found: &mut Vec<(&'s Field, String)>,
) {
    for field in &model.fields {
        let Some(value) = attributes.get(&field.api_key) else {
            continue;
        };
        for part in document::parts(field, value) {
            let ids = blocks::linked_ids(field.field_type, part);
            found.extend(ids.into_iter().map(|id| (field, id.to_owned())));
        }
    }
}

/// Removes every reference to `target` from a document, blocks included. The words of a removed link stay.
pub(crate) fn strip(
    schema: &Schema,
    model: &Model,
    attributes: &mut Map<String, Value>,
    target: &str,
) {
    for field in &model.fields {
        let Some(value) = attributes.get_mut(&field.api_key) else {
            continue;
        };
        for part in document::parts_mut(field, value) {
            strip_value(field.field_type, part, target);
            let Ok::<(), std::convert::Infallible>(()) =
                blocks::rewrite(field.field_type, part, &mut |mut block| {
                    let model = blocks::model_of(&block).and_then(|id| schema.model(id));
                    if let Some((model, inner)) =
                        model.zip(block.get_mut("attributes").and_then(Value::as_object_mut))
                    {
                        strip(schema, model, inner, target);
                    }
                    Ok(Some(block))
                });
        }
    }
}

fn strip_value(field_type: FieldType, value: &mut Value, target: &str) {
    if field_type == FieldType::Link && value.as_str() == Some(target) {
        *value = Value::Null;
    } else if field_type == FieldType::Links
        && let Some(ids) = value.as_array_mut()
    {
        ids.retain(|id| id.as_str() != Some(target));
    } else if field_type == FieldType::StructuredText {
        let Ok::<(), std::convert::Infallible>(()) = dast::rewrite(value, &mut |node| {
            let points = node.get("item").and_then(Value::as_str) == Some(target);
            Ok(match dast::node_type(node) {
                "itemLink" if points => Fate::Unwrap,
                "inlineItem" if points => Fate::Drop,
                _ => Fate::Keep,
            })
        });
    }
}

/// Removes references to `target` from one version, which keeps its number and is judged again.
pub(crate) fn strip_version(
    desk: &Desk<'_>,
    model: &Model,
    version: i64,
    target: &str,
) -> Result<(), StoreError> {
    let mut attributes = items::attributes_of(desk.tx, version)?;
    strip(desk.schema, model, &mut attributes, target);
    let contents = blocks::contents(desk.schema, model, &attributes);
    items::rewrite_version(desk.tx, version, &attributes, &contents)?;
    // The field may have been one that must point at something.
    judge::version_again(desk.tx, desk.schema, model, version)
}

/// Does what the fields that point at a record want done before it is destroyed.
pub(crate) fn before_destroy(desk: &Desk<'_>, row: &ItemRow) -> Result<(), ApiError> {
    for id in items::referrers(desk.tx, &row.id, Face::Either)? {
        if id == row.id {
            continue;
        }
        let referrer = desk.item(&id)?;
        let model = desk.model(&referrer.item_type)?;
        let mut versions = vec![referrer.current_version];
        versions.extend(
            referrer
                .published_version
                .filter(|published| *published != referrer.current_version),
        );
        for version in &versions {
            let attributes = items::attributes_of(desk.tx, *version)?;
            for (field, target) in pointing_fields(desk.schema, model, &attributes) {
                if target == row.id && strategy(field, Occasion::Destroy) == Strategy::Fail {
                    return Err(ApiError::unprocessable(
                        "REQUIRED_BY_ASSOCIATION",
                        json!({ "item": referrer.id, "field": field.api_key }),
                    ));
                }
            }
        }
        for version in versions {
            strip_version(desk, model, version, &row.id)?;
        }
    }
    Ok(())
}

/// Does what the published fields that point at a record want done before it is unpublished.
pub(crate) fn before_unpublish(desk: &Desk<'_>, row: &ItemRow) -> Result<(), ApiError> {
    for id in items::referrers(desk.tx, &row.id, Face::Published)? {
        if id == row.id {
            continue;
        }
        let referrer = desk.item(&id)?;
        let Some(version) = referrer.published_version else {
            continue;
        };
        let model = desk.model(&referrer.item_type)?;
        let attributes = items::attributes_of(desk.tx, version)?;
        let strictest = pointing_fields(desk.schema, model, &attributes)
            .into_iter()
            .filter(|(_, target)| *target == row.id)
            .map(|(field, _)| strategy(field, Occasion::Unpublish))
            .max();
        match strictest {
            Some(Strategy::Fail) => {
                return Err(ApiError::unprocessable(
                    "PUBLISHED_REFERENCES",
                    json!({ "item": referrer.id }),
                ));
            }
            Some(Strategy::Follow) => {
                publish::unpublish(desk, &referrer.id, &publish::Extent::default())?;
            }
            Some(Strategy::DeleteReferences) => strip_version(desk, model, version, &row.id)?,
            None => {}
        }
    }
    Ok(())
}

/// Removes every reference to the records of a model, which is about to be destroyed.
pub(crate) fn forget_model(
    tx: &rusqlite::Connection,
    schema: &Schema,
    item_type: &str,
) -> Result<(), StoreError> {
    for (version, root, targets) in items::versions_pointing_into(tx, item_type)? {
        let Some(model) = schema.model(&root) else {
            continue;
        };
        let mut attributes = items::attributes_of(tx, version)?;
        for target in targets {
            strip(schema, model, &mut attributes, &target);
        }
        items::rewrite_version(
            tx,
            version,
            &attributes,
            &blocks::contents(schema, model, &attributes),
        )?;
    }
    Ok(())
}
