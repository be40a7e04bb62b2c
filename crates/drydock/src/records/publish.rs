//! Publication: which version of a record the public sees. It never changes the current version.

use std::time::Duration;

use serde_json::{Map, Value, json};

use crate::clock::Timestamp;
use crate::http::error::ApiError;
use crate::records::references::{self, Occasion, Strategy};
use crate::records::write::Desk;
use crate::records::{blocks, checks, document, judge};
use crate::schema::model::Model;
use crate::schema::violation::refusal;
use crate::store::StoreError;
use crate::store::items::{self, ItemRow};

/// How much of a record, and how far around it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Extent {
    /// Parents and linked records (children, when unpublishing) too.
    pub(crate) recursive: bool,
    /// Only a part of the record.
    pub(crate) part: Option<Part>,
}

/// A part of a record, for selective publication.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Part {
    pub(crate) locales: Vec<String>,
    pub(crate) non_localized: bool,
}

/// Publishes the current version of a record.
pub(crate) fn publish(desk: &Desk<'_>, id: &str, extent: &Extent) -> Result<ItemRow, ApiError> {
    let mut row = desk.item(id)?;
    let model = desk.model(&row.item_type)?;
    judge::settled(desk.tx, &model.id)?;
    let current = items::attributes_of(desk.tx, row.current_version)?;
    let complete = document::completed(desk.schema, model, current);
    if let Some(parent) = row.parent_id.clone() {
        let above = desk.item(&parent)?;
        if above.published_version.is_none() {
            if !extent.recursive {
                return Err(ApiError::unprocessable(
                    "UNPUBLISHED_PARENT",
                    json!({ "item": parent }),
                ));
            }
            publish(desk, &parent, extent)?;
        }
    }
    let to_publish = match &extent.part {
        Some(part) => match row.published_version {
            Some(version) => {
                let public = document::completed(
                    desk.schema,
                    model,
                    items::attributes_of(desk.tx, version)?,
                );
                overlay(model, &public, &complete, part)
            }
            None => overlay(model, &Map::new(), &complete, part),
        },
        None => complete.clone(),
    };
    let problems = checks::problems(desk.tx, desk.schema, model, Some(id), &to_publish)?;
    if let Some(refused) = refusal(&problems) {
        return Err(refused);
    }
    let version = if to_publish == complete {
        row.current_version
    } else {
        let contents = blocks::contents(desk.schema, model, &to_publish);
        items::add_version(
            desk.tx,
            id,
            &to_publish,
            &contents,
            desk.now,
            desk.author.as_ref(),
            true,
        )?
    };
    // Before the linked ones: two records that point at each other must not publish each other for ever.
    point_at(desk, &mut row, version, desk.now)?;
    publish_linked(desk, model, &to_publish, extent)?;
    Ok(row)
}

/// Publishes, or refuses because of, the unpublished records a document points at.
fn publish_linked(
    desk: &Desk<'_>,
    model: &Model,
    attributes: &Map<String, Value>,
    extent: &Extent,
) -> Result<(), ApiError> {
    for (field, target) in references::pointing_fields(desk.schema, model, attributes) {
        let Some(linked) = items::find(desk.tx, &target)? else {
            continue;
        };
        if linked.published_version.is_some() {
            continue;
        }
        match references::strategy(field, Occasion::Publish) {
            Strategy::Fail if !extent.recursive => {
                return Err(ApiError::unprocessable(
                    "UNPUBLISHED_LINK",
                    json!({ "item": target, "field": field.api_key }),
                ));
            }
            Strategy::Fail | Strategy::Follow | Strategy::DeleteReferences => {
                publish(
                    desk,
                    &target,
                    &Extent {
                        recursive: extent.recursive,
                        part: None,
                    },
                )?;
            }
        }
    }
    Ok(())
}

/// The public document with one part replaced by what is current.
fn overlay(
    model: &Model,
    public: &Map<String, Value>,
    current: &Map<String, Value>,
    part: &Part,
) -> Map<String, Value> {
    let mut result = Map::new();
    for field in &model.fields {
        let current = current.get(&field.api_key).cloned().unwrap_or_default();
        let public = public.get(&field.api_key);
        let value = if field.localized {
            let mut locales = public
                .and_then(Value::as_object)
                .cloned()
                .unwrap_or_default();
            for (locale, value) in current.as_object().into_iter().flatten() {
                if part.locales.contains(locale) {
                    locales.insert(locale.clone(), value.clone());
                }
            }
            Value::Object(locales)
        } else if part.non_localized {
            current
        } else {
            public
                .cloned()
                .unwrap_or_else(|| field.field_type.empty_value())
        };
        result.insert(field.api_key.clone(), value);
    }
    result
}

/// Takes a record, or some of its locales, out of the public's sight.
pub(crate) fn unpublish(desk: &Desk<'_>, id: &str, extent: &Extent) -> Result<ItemRow, ApiError> {
    let mut row = desk.item(id)?;
    let Some(version) = row.published_version else {
        return Ok(row);
    };
    let model = desk.model(&row.item_type)?;
    judge::settled(desk.tx, &model.id)?;
    if let Some(part) = &extent.part {
        let mut public =
            document::completed(desk.schema, model, items::attributes_of(desk.tx, version)?);
        for field in model.fields.iter().filter(|field| field.localized) {
            if let Some(locales) = public
                .get_mut(&field.api_key)
                .and_then(Value::as_object_mut)
            {
                locales.retain(|locale, _| !part.locales.contains(locale));
            }
        }
        if !document::locales_of(model, &public).is_empty() {
            let contents = blocks::contents(desk.schema, model, &public);
            let author = desk.author.as_ref();
            let version =
                items::add_version(desk.tx, id, &public, &contents, desk.now, author, true)?;
            point_at(desk, &mut row, version, desk.now)?;
            return Ok(row);
        }
    }
    for child in items::children(desk.tx, id)? {
        if desk.item(&child)?.published_version.is_none() {
            continue;
        }
        if !extent.recursive {
            return Err(ApiError::unprocessable(
                "PUBLISHED_CHILDREN",
                json!({ "item": child }),
            ));
        }
        unpublish(
            desk,
            &child,
            &Extent {
                recursive: true,
                part: None,
            },
        )?;
    }
    row.published_version = None;
    row.published_at = None;
    row.is_published_valid = None;
    items::update(desk.tx, &row)?;
    items::mark_unpublished(desk.tx, version, desk.now)?;
    references::before_unpublish(desk, &row)?;
    Ok(row)
}

/// What models without drafts do on every save. The real service publishes a few milliseconds after it saves.
pub(crate) fn point_at_current(desk: &Desk<'_>, row: &mut ItemRow) -> Result<(), StoreError> {
    let version = row.current_version;
    point_at(desk, row, version, desk.now.plus(Duration::from_millis(1)))
}

fn point_at(
    desk: &Desk<'_>,
    row: &mut ItemRow,
    version: i64,
    at: Timestamp,
) -> Result<(), StoreError> {
    if let Some(old) = row.published_version.filter(|old| *old != version) {
        items::mark_unpublished(desk.tx, old, at)?;
    }
    row.published_version = Some(version);
    row.published_at = Some(at);
    row.first_published_at = row.first_published_at.or(Some(at));
    row.is_published_valid = Some(if version == row.current_version {
        row.is_valid
    } else {
        true
    });
    items::update(desk.tx, row)?;
    items::mark_published(desk.tx, version, at)
}
