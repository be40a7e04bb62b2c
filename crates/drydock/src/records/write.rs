//! Creating, changing and destroying records. Everything happens inside the caller's transaction.

use std::collections::HashMap;

use http::StatusCode;
use rusqlite::Connection;
use serde_json::{Map, Value, json};

use crate::clock::Timestamp;
use crate::http::error::ApiError;
use crate::records::blocks::{self, Resolver};
use crate::records::document::{self, Draft};
use crate::records::{checks, judge, publish, references, workflows};
use crate::schema::entity_id;
use crate::schema::model::{Model, Schema};
use crate::schema::violation::refusal;
use crate::store::StoreError;
use crate::store::items::{self, Author, ItemRow};

/// Who writes, when, over which schema.
pub(crate) struct Desk<'a> {
    /// A transaction on the environment's database.
    pub(crate) tx: &'a Connection,
    pub(crate) schema: &'a Schema,
    pub(crate) now: Timestamp,
    pub(crate) new_id: &'a dyn Fn() -> String,
    /// Becomes the creator of new records and the editor of versions.
    pub(crate) author: Option<Author>,
}

/// A record to make.
#[derive(Debug, Clone, Default)]
pub(crate) struct NewItem {
    /// Chosen by the client, or else made here.
    pub(crate) id: Option<String>,
    /// Id of its model.
    pub(crate) item_type: String,
    pub(crate) attributes: Map<String, Value>,
    /// Backdates it.
    pub(crate) created_at: Option<Timestamp>,
    pub(crate) first_published_at: Option<Timestamp>,
    /// Instead of the author.
    pub(crate) creator: Option<Author>,
    pub(crate) stage: Option<String>,
}

/// A change to a record. Attributes left out stay.
#[derive(Debug, Clone, Default)]
pub(crate) struct Patch {
    pub(crate) attributes: Map<String, Value>,
    /// The version the client believes current.
    pub(crate) expected_version: Option<String>,
    pub(crate) creator: Option<Author>,
    pub(crate) stage: Option<String>,
}

impl Desk<'_> {
    /// The model with this id.
    pub(crate) fn model(&self, id: &str) -> Result<&Model, ApiError> {
        self.schema.model(id).ok_or_else(ApiError::not_found)
    }

    /// The record with this id.
    pub(crate) fn item(&self, id: &str) -> Result<ItemRow, ApiError> {
        items::find(self.tx, id)?.ok_or_else(ApiError::not_found)
    }
}

/// Makes a record; publishes it at once when its model has no drafts.
pub(crate) fn create(desk: &Desk<'_>, new: NewItem) -> Result<ItemRow, ApiError> {
    let model = desk.schema.model(&new.item_type).ok_or_else(|| {
        ApiError::unprocessable("ITEM_TYPE_NOT_FOUND", json!({ "id": new.item_type }))
    })?;
    if model.modular_block {
        return Err(ApiError::invalid_field("item_type", "VALIDATION_INVALID"));
    }
    judge::settled(desk.tx, &model.id)?;
    if model.singleton && !items::ids_of_type(desk.tx, &model.id)?.is_empty() {
        return Err(ApiError::unprocessable(
            "DUPLICATE_SINGLETON",
            json!({ "item_type": model.id }),
        ));
    }
    if let Some(id) = &new.id {
        entity_id::check(id)?;
    }
    let id = new.id.unwrap_or_else(|| (desk.new_id)());
    if items::is_taken(desk.tx, &id)? {
        return Err(ApiError::invalid_field("id", "VALIDATION_UNIQUENESS"));
    }
    let (position, parent_id) = place(desk, model, None, &new.attributes)?;
    let is_taken = |id: &str| items::is_taken(desk.tx, id).map_err(ApiError::from);
    let mut resolver = Resolver::new(desk.schema, HashMap::new(), desk.new_id, &is_taken);
    let attributes = document::compose(
        &mut resolver,
        model,
        Draft {
            given: new.attributes,
            before: None,
        },
    )?;
    let is_valid = accept(desk, model, None, &attributes)?;
    let creator = new.creator.or_else(|| desk.author.clone());
    let version = add_version(desk, model, &id, &attributes, is_valid)?;
    let mut row = ItemRow {
        id,
        item_type: model.id.clone(),
        created_at: new.created_at.unwrap_or(desk.now),
        updated_at: desk.now,
        published_at: None,
        first_published_at: new.first_published_at,
        current_version: version,
        published_version: None,
        is_valid,
        is_published_valid: None,
        creator,
        stage: new.stage,
        position,
        parent_id,
        judged_to: None,
        publication_scheduled_at: None,
        unpublishing_scheduled_at: None,
    };
    items::insert(desk.tx, &row)?;
    if !model.draft_mode_active {
        publish::point_at_current(desk, &mut row)?;
    }
    Ok(row)
}

/// Changes a record: a new version, published at once when its model has no drafts.
pub(crate) fn update(desk: &Desk<'_>, id: &str, patch: Patch) -> Result<ItemRow, ApiError> {
    let mut row = desk.item(id)?;
    if patch
        .expected_version
        .is_some_and(|expected| expected != row.current_version.to_string())
    {
        return Err(ApiError::new(
            StatusCode::CONFLICT,
            "STALE_ITEM_VERSION",
            json!({}),
        ));
    }
    let model = desk.model(&row.item_type)?;
    judge::settled(desk.tx, &model.id)?;
    if model.sortable || model.tree {
        (row.position, row.parent_id) = place(desk, model, Some(&row), &patch.attributes)?;
    }
    if let Some(stage) = &patch.stage {
        workflows::check_stage(desk.tx, model, stage)?;
    }
    let before = items::attributes_of(desk.tx, row.current_version)?;
    let is_taken = |id: &str| items::is_taken(desk.tx, id).map_err(ApiError::from);
    let existing = blocks::collect(desk.schema, model, &before);
    let mut resolver = Resolver::new(desk.schema, existing, desk.new_id, &is_taken);
    let draft = Draft {
        given: patch.attributes,
        before: Some(&before),
    };
    let attributes = document::compose(&mut resolver, model, draft)?;
    row.is_valid = accept(desk, model, Some(&row.id), &attributes)?;
    row.current_version = add_version(desk, model, &row.id, &attributes, row.is_valid)?;
    row.updated_at = desk.now;
    row.creator = patch.creator.or(row.creator);
    row.stage = patch.stage.or(row.stage);
    items::update(desk.tx, &row)?;
    if !model.draft_mode_active {
        publish::point_at_current(desk, &mut row)?;
    }
    Ok(row)
}

/// Makes what a version says current again, as a new version.
pub(crate) fn restore(desk: &Desk<'_>, version: i64) -> Result<ItemRow, ApiError> {
    let old = items::find_version(desk.tx, version)?.ok_or_else(ApiError::not_found)?;
    let mut row = desk.item(&old.item)?;
    let model = desk.model(&row.item_type)?;
    judge::settled(desk.tx, &model.id)?;
    let attributes = document::completed(desk.schema, model, old.attributes);
    row.is_valid = accept(desk, model, Some(&row.id), &attributes)?;
    row.current_version = add_version(desk, model, &row.id, &attributes, row.is_valid)?;
    row.updated_at = desk.now;
    items::update(desk.tx, &row)?;
    if !model.draft_mode_active {
        publish::point_at_current(desk, &mut row)?;
    }
    Ok(row)
}

/// Copies a record with its blocks. The title says so.
pub(crate) fn duplicate(desk: &Desk<'_>, id: &str) -> Result<ItemRow, ApiError> {
    let source = desk.item(id)?;
    let model = desk.model(&source.item_type)?;
    let mut attributes = items::attributes_of(desk.tx, source.current_version)?;
    let title = model
        .title_field
        .as_deref()
        .and_then(|id| model.field_by_id(id))
        .or_else(|| {
            model
                .fields
                .iter()
                .find(|f| f.field_type == crate::schema::field_type::FieldType::String)
        });
    for field in &model.fields {
        let Some(value) = attributes.get_mut(&field.api_key) else {
            continue;
        };
        let is_title = title.is_some_and(|title| title.id == field.id);
        let is_unique = field.validator("unique").is_some();
        for part in document::parts_mut(field, value) {
            blocks::rewrite(field.field_type, part, &mut |block| {
                Ok::<_, ApiError>(Some(without_ids(block)))
            })?;
            if let Some(text) = part.as_str().filter(|text| !text.is_empty()) {
                if is_title {
                    *part = json!(format!("{text} (duplicate)"));
                } else if is_unique {
                    *part = json!(format!("{text}-{}", (desk.new_id)().to_lowercase()));
                }
            }
        }
    }
    create(
        desk,
        NewItem {
            item_type: model.id.clone(),
            attributes,
            stage: source.stage,
            ..NewItem::default()
        },
    )
}

/// A block to be made anew from a stored one, blocks inside included.
fn without_ids(mut block: Value) -> Value {
    fn strip(value: &mut Value) {
        if let Some(map) = value.as_object_mut() {
            let is_block = map.get("type").and_then(Value::as_str) == Some("item")
                && map.contains_key("attributes");
            if is_block {
                map.remove("id");
            }
            map.iter_mut()
                .filter(|(key, _)| *key != "relationships")
                .for_each(|(_, inner)| strip(inner));
        } else if let Some(list) = value.as_array_mut() {
            list.iter_mut().for_each(strip);
        }
    }
    strip(&mut block);
    block
}

/// Destroys a record; those beside it close up, those below it come last among those without a parent. References to it go or forbid it, as their fields say.
pub(crate) fn destroy(desk: &Desk<'_>, id: &str) -> Result<(), ApiError> {
    let row = desk.item(id)?;
    judge::settled(desk.tx, &row.item_type)?;
    references::before_destroy(desk, &row)?;
    items::leave_place(desk.tx, &row)?;
    for child in items::children(desk.tx, id)? {
        let mut child = desk.item(&child)?;
        child.parent_id = None;
        child.position = Some(items::last_position(desk.tx, &row.item_type, None)? + 1);
        items::update(desk.tx, &child)?;
    }
    items::delete(desk.tx, id)?;
    Ok(())
}

/// Adds a version with its indexes.
fn add_version(
    desk: &Desk<'_>,
    model: &Model,
    item: &str,
    attributes: &Map<String, Value>,
    is_valid: bool,
) -> Result<i64, StoreError> {
    let contents = blocks::contents(desk.schema, model, attributes);
    items::add_version(
        desk.tx,
        item,
        attributes,
        &contents,
        desk.now,
        desk.author.as_ref(),
        is_valid,
    )
}

/// Bytes a record may take, its blocks included.
const MAX_SIZE: usize = 300 * 1024;

/// Whether the document is valid; refuses an invalid one unless the model saves invalid drafts, and one that is too large in
/// any case.
fn accept(
    desk: &Desk<'_>,
    model: &Model,
    item: Option<&str>,
    attributes: &Map<String, Value>,
) -> Result<bool, ApiError> {
    let size = serde_json::to_vec(attributes)
        .map_err(ApiError::exception)?
        .len();
    if size > MAX_SIZE {
        return Err(ApiError::unprocessable(
            "TECHNICAL_LIMIT_REACHED",
            json!({ "limit": "record_size", "max": MAX_SIZE, "found": size }),
        ));
    }
    let problems = checks::problems(desk.tx, desk.schema, model, item, attributes)?;
    match refusal(&problems) {
        None => Ok(true),
        Some(_) if model.draft_mode_active && model.draft_saving_active => Ok(false),
        Some(refused) => Err(refused),
    }
}

/// Where a record of a sortable or tree model stands; makes room for it.
fn place(
    desk: &Desk<'_>,
    model: &Model,
    row: Option<&ItemRow>,
    attributes: &Map<String, Value>,
) -> Result<(Option<i64>, Option<String>), ApiError> {
    if !model.sortable && !model.tree {
        return Ok((None, None));
    }
    let parent = match attributes.get("parent_id").filter(|_| model.tree) {
        None => row.and_then(|row| row.parent_id.clone()),
        Some(Value::Null) => None,
        Some(parent) => {
            let id = parent
                .as_str()
                .ok_or_else(|| ApiError::invalid_field("parent_id", "INVALID_PARENT_ID"))?;
            check_parent(desk, model, row, id)?;
            Some(id.to_owned())
        }
    };
    let wanted = attributes.get("position").and_then(Value::as_i64);
    let stays = row.is_some_and(|row| {
        row.parent_id == parent && wanted.is_none_or(|p| row.position == Some(p))
    });
    if let (true, Some(row)) = (stays, row) {
        return Ok((row.position, parent));
    }
    if let Some(row) = row {
        items::leave_place(desk.tx, row)?;
    }
    let last = items::last_position(desk.tx, &model.id, parent.as_deref())?;
    let position = match wanted {
        Some(position) if position < 1 => {
            return Err(ApiError::invalid_field("position", "INVALID_POSITION"));
        }
        Some(position) if position <= last => {
            items::make_room(desk.tx, &model.id, parent.as_deref(), position)?;
            position
        }
        // Nothing stands behind a gap.
        Some(_) | None => last + 1,
    };
    Ok((Some(position), parent))
}

/// A parent is another record of the same model, and not below the record itself.
fn check_parent(
    desk: &Desk<'_>,
    model: &Model,
    row: Option<&ItemRow>,
    parent: &str,
) -> Result<(), ApiError> {
    let invalid = || ApiError::invalid_field("parent_id", "INVALID_PARENT_ID");
    let mut above = Some(parent.to_owned());
    while let Some(id) = above {
        if row.is_some_and(|row| row.id == id) {
            return Err(invalid());
        }
        let ancestor = items::find(desk.tx, &id)?
            .filter(|found| found.item_type == model.id)
            .ok_or_else(invalid)?;
        above = ancestor.parent_id;
    }
    Ok(())
}
