//! Models and block models: creation, change, duplication and destruction.

use rusqlite::Connection;
use serde_json::{Map, Value, json};

use crate::clock::Timestamp;
use crate::http::error::ApiError;
use crate::records::{judge, order, references, reshape, workflows};
use crate::schema::api_key;
use crate::schema::field_type::FieldType;
use crate::schema::menus;
use crate::schema::model::{BLOCK_VALIDATORS, Field, LINK_VALIDATORS, Model, Schema};
use crate::schema::violation::Violation;
use crate::schema::{entity_id, fields, fieldsets};
use crate::store::entity::{self, Entity, Kind, reference};
use crate::store::{StoreError, items, touch_schema};

/// Attributes a client may write, with what they are when nobody says.
fn defaults(draft_mode_default: bool) -> [(&'static str, Value); 16] {
    [
        ("name", Value::Null),
        ("singleton", json!(false)),
        ("sortable", json!(false)),
        ("api_key", Value::Null),
        ("ordering_direction", Value::Null),
        ("ordering_meta", Value::Null),
        ("tree", json!(false)),
        ("modular_block", json!(false)),
        ("draft_mode_active", json!(draft_mode_default)),
        ("draft_saving_active", json!(false)),
        ("all_locales_required", json!(false)),
        ("collection_appeareance", json!("compact")),
        ("collection_appearance", json!("compact")),
        ("has_singleton_item", json!(false)),
        ("hint", Value::Null),
        ("inverse_relationships_enabled", json!(false)),
    ]
}

/// Relationships to one of the model's own fields.
const FIELD_RELATIONSHIPS: [&str; 6] = [
    "ordering_field",
    "presentation_title_field",
    "presentation_image_field",
    "title_field",
    "image_preview_field",
    "excerpt_field",
];

/// Switches block models must leave off.
const NOT_FOR_BLOCKS: [&str; 6] = [
    "sortable",
    "tree",
    "singleton",
    "draft_mode_active",
    "draft_saving_active",
    "inverse_relationships_enabled",
];

/// What comes with a new model.
#[derive(Debug, Clone, Default)]
pub(crate) struct Companions {
    /// No navigation entry.
    pub(crate) skip_menu_item: bool,
    /// Dictated ids.
    pub(crate) menu_item_id: Option<String>,
    pub(crate) schema_menu_item_id: Option<String>,
}

/// The model with this id or API key.
pub(crate) fn find(conn: &Connection, id_or_api_key: &str) -> Result<Entity, ApiError> {
    if let Some(found) = entity::find(conn, Kind::ItemType, id_or_api_key)? {
        return Ok(found);
    }
    entity::list(conn, Kind::ItemType)?
        .into_iter()
        .find(|item_type| item_type.text("api_key") == Some(id_or_api_key))
        .ok_or_else(ApiError::not_found)
}

/// Makes a model out of a request's `data`. Answers it and the menu entries made with it.
pub(crate) fn create(
    tx: &Connection,
    data: &Value,
    new_id: &dyn Fn() -> String,
    draft_mode_default: bool,
    companions: &Companions,
) -> Result<(Entity, Vec<Entity>), ApiError> {
    let id = chosen_id(tx, Kind::ItemType, data)?.unwrap_or_else(new_id);
    let mut item_type = Entity::new(Kind::ItemType, id);
    let is_block = data["attributes"]["modular_block"] == json!(true);
    for (key, default) in defaults(draft_mode_default && !is_block) {
        item_type.set(key, default);
    }
    for name in ["fields", "fieldsets"] {
        item_type.relate(name, json!([]));
    }
    item_type.relate("singleton_item", Value::Null);
    for name in FIELD_RELATIONSHIPS {
        item_type.relate(name, Value::Null);
    }
    item_type.relate("workflow", Value::Null);
    apply(tx, &mut item_type, data)?;
    set_singleton_flag(&mut item_type, false);
    entity::insert(tx, &item_type)?;
    let menu = menus::add_for_model(tx, &item_type, companions, new_id)?;
    touch_schema(tx)?;
    Ok((item_type, menu))
}

/// The id a request asks for, if it does; refused when it is taken, or no id.
pub(crate) fn chosen_id(
    tx: &Connection,
    kind: Kind,
    data: &Value,
) -> Result<Option<String>, ApiError> {
    let Some(id) = data
        .get("id")
        .and_then(Value::as_str)
        .filter(|id| !id.is_empty())
    else {
        return Ok(None);
    };
    entity_id::check(id)?;
    if entity::find(tx, kind, id)?.is_some() {
        return Err(ApiError::invalid_field("id", "VALIDATION_UNIQUENESS"));
    }
    Ok(Some(id.to_owned()))
}

/// Changes a model. Only what is sent changes. Without drafts everything is public: a model that loses them publishes what
/// is current of every record.
pub(crate) fn update(
    tx: &Connection,
    id: &str,
    data: &Value,
    now: Timestamp,
) -> Result<Entity, ApiError> {
    let mut item_type = find(tx, id)?;
    let had_drafts = item_type.flag("draft_mode_active");
    let was_ordered = item_type.flag("sortable") || item_type.flag("tree");
    let was_block = item_type.flag("modular_block");
    let demanded_locales = item_type.flag("all_locales_required");
    let workflow = item_type.related("workflow").map(str::to_owned);
    apply(tx, &mut item_type, data)?;
    if item_type.flag("modular_block") != was_block {
        return Err(ApiError::unprocessable(
            "KIND_CANNOT_BE_CHANGED",
            json!({ "field": "modular_block" }),
        ));
    }
    entity::update(tx, &item_type)?;
    if !was_ordered && (item_type.flag("sortable") || item_type.flag("tree")) {
        items::number_all(tx, &item_type.id)?;
    }
    if item_type.flag("singleton") && items::ids_of_type(tx, &item_type.id)?.len() > 1 {
        return Err(ApiError::invalid_field("singleton", "VALIDATION_INVALID"));
    }
    if had_drafts && !item_type.flag("draft_mode_active") {
        items::publish_all(tx, &item_type.id, now)?;
    }
    if item_type.flag("all_locales_required") != demanded_locales {
        judge::ask(tx, &item_type.id)?;
    }
    if item_type.related("workflow") != workflow.as_deref() {
        workflows::adopt(tx, &item_type.id, item_type.related("workflow"))?;
    }
    touch_schema(tx)?;
    refresh(tx, &item_type.id)
}

fn apply(tx: &Connection, item_type: &mut Entity, data: &Value) -> Result<(), ApiError> {
    let empty = Map::new();
    let attributes = data
        .get("attributes")
        .and_then(Value::as_object)
        .unwrap_or(&empty);
    for (key, default) in defaults(false) {
        let Some(value) = attributes.get(key).filter(|_| key != "has_singleton_item") else {
            continue;
        };
        let fits = match key {
            "name" | "api_key" => value.as_str().is_some_and(|text| !text.trim().is_empty()),
            "hint" => value.is_null() || value.is_string(),
            "ordering_direction" => {
                value.is_null() || matches!(value.as_str(), Some("asc" | "desc"))
            }
            "ordering_meta" => {
                value.is_null()
                    || matches!(
                        value.as_str(),
                        Some("created_at" | "updated_at" | "first_published_at" | "published_at")
                    )
            }
            "collection_appearance" | "collection_appeareance" => {
                matches!(value.as_str(), Some("compact" | "table"))
            }
            _ => value.is_boolean() == default.is_boolean(),
        };
        if !fits {
            let code = if value.is_null() {
                "VALIDATION_REQUIRED"
            } else {
                "VALIDATION_INVALID"
            };
            return Err(ApiError::invalid_field(key, code));
        }
        item_type.set(key, value.clone());
    }
    // Without drafts none can be saved invalid: who turns the one off turns off the other.
    if attributes.get("draft_mode_active") == Some(&json!(false))
        && !attributes.contains_key("draft_saving_active")
    {
        item_type.set("draft_saving_active", false);
    }
    // The misspelt alias and the name say the same; the right one wins when both are sent.
    for (sent, other) in [
        ("collection_appeareance", "collection_appearance"),
        ("collection_appearance", "collection_appeareance"),
    ] {
        if let Some(value) = attributes.get(sent) {
            item_type.set(other, value.clone());
        }
    }
    for name in ["name", "api_key"] {
        if item_type.text(name).is_none() {
            return Err(ApiError::invalid_field(name, "VALIDATION_REQUIRED"));
        }
    }
    let key = item_type.text("api_key").unwrap_or_default();
    api_key::check_model_key(key)?;
    let taken = entity::list(tx, Kind::ItemType)?
        .iter()
        .any(|other| other.id != item_type.id && other.text("api_key") == Some(key));
    if taken {
        return Err(Violation::new("api_key", "VALIDATION_UNIQUENESS")
            .with("record_type", "ItemType")
            .into());
    }
    apply_relationships(tx, item_type, data)?;
    check_consistency(item_type)
}

fn apply_relationships(
    tx: &Connection,
    item_type: &mut Entity,
    data: &Value,
) -> Result<(), ApiError> {
    let sent = |name: &str| {
        data.get("relationships")
            .and_then(|all| all.get(name))
            .map(|r| r["data"].clone())
    };
    for name in FIELD_RELATIONSHIPS {
        let Some(target) = sent(name) else { continue };
        if let Some(field) = target.get("id").and_then(Value::as_str) {
            let own = entity::find(tx, Kind::Field, field)?
                .filter(|field| field.related("item_type") == Some(&item_type.id));
            let field_type = own
                .as_ref()
                .and_then(|field| field.text("field_type"))
                .and_then(FieldType::parse)
                .ok_or_else(|| ApiError::invalid_field(name, "VALIDATION_INVALID"))?;
            if !suits(name, field_type) {
                return Err(Violation::new(name, "VALIDATION_INVALID")
                    .with("field_type", field_type.as_str())
                    .into());
            }
            item_type.relate(name, reference("field", field));
        } else {
            item_type.relate(name, Value::Null);
        }
    }
    if let Some(target) = sent("workflow") {
        match target.get("id").and_then(Value::as_str) {
            Some(id) if entity::find(tx, Kind::Workflow, id)?.is_none() => {
                return Err(ApiError::invalid_field("workflow", "VALIDATION_INVALID"));
            }
            Some(id) => item_type.relate("workflow", reference("workflow", id)),
            None => item_type.relate("workflow", Value::Null),
        }
    }
    Ok(())
}

/// Whether a field of this type can be what the relationship says: what records are sorted by, called, pictured or
/// summarised with.
fn suits(relationship: &str, field_type: FieldType) -> bool {
    match relationship {
        "image_preview_field" | "presentation_image_field" => {
            matches!(field_type, FieldType::File | FieldType::Gallery)
        }
        "title_field" => matches!(
            field_type,
            FieldType::String | FieldType::Text | FieldType::Slug
        ),
        "excerpt_field" => matches!(
            field_type,
            FieldType::String | FieldType::Text | FieldType::StructuredText
        ),
        // What can be sorted by can also be read in one line; so can the title of a linked record.
        "presentation_title_field" => {
            order::SORTABLE.contains(&field_type) || field_type == FieldType::Link
        }
        _ => order::SORTABLE.contains(&field_type),
    }
}

/// Lets go of what a field is to its model and no longer can be, after its type has changed.
pub(crate) fn forget_unsuited(tx: &Connection, model: &str, field: &Field) -> Result<(), ApiError> {
    let mut item_type = find(tx, model)?;
    for name in FIELD_RELATIONSHIPS {
        if item_type.related(name) == Some(&field.id) && !suits(name, field.field_type) {
            item_type.relate(name, Value::Null);
        }
    }
    entity::update(tx, &item_type)?;
    Ok(())
}

fn check_consistency(item_type: &Entity) -> Result<(), ApiError> {
    if item_type.flag("modular_block")
        && let Some(switch) = NOT_FOR_BLOCKS.iter().find(|switch| item_type.flag(switch))
    {
        return Err(ApiError::invalid_field(switch, "VALIDATION_INVALID"));
    }
    if item_type.flag("draft_saving_active") && !item_type.flag("draft_mode_active") {
        return Err(ApiError::invalid_field(
            "draft_saving_active",
            "VALIDATION_INVALID",
        ));
    }
    if item_type.flag("sortable") && item_type.flag("tree") {
        return Err(ApiError::invalid_field("tree", "VALIDATION_INVALID"));
    }
    let ordered =
        item_type.related("ordering_field").is_some() || item_type.text("ordering_meta").is_some();
    if item_type.flag("singleton") && (item_type.flag("sortable") || item_type.flag("tree")) {
        return Err(ApiError::invalid_field("singleton", "VALIDATION_INVALID"));
    }
    if ordered && item_type.flag("singleton") {
        return Err(ApiError::unprocessable(
            "INVALID_ORDERING_FOR_SINGLETON_ITEM_TYPE",
            json!({}),
        ));
    }
    if ordered && (item_type.flag("sortable") || item_type.flag("tree")) {
        return Err(ApiError::unprocessable(
            "INVALID_ORDERING_FOR_SORTABLE_ITEM_TYPE",
            json!({}),
        ));
    }
    if item_type.related("ordering_field").is_some() && item_type.text("ordering_meta").is_some() {
        return Err(ApiError::unprocessable(
            "INVALID_ORDERING",
            json!({ "field": "ordering_meta" }),
        ));
    }
    Ok(())
}

fn set_singleton_flag(item_type: &mut Entity, has: bool) {
    item_type.set("has_singleton_item", has);
    item_type.meta = Some(Map::from_iter([(
        "has_singleton_item".to_owned(),
        json!(has),
    )]));
}

/// Brings what an item type says about its fields, fieldsets and single record up to date.
pub(crate) fn refresh(tx: &Connection, id: &str) -> Result<Entity, ApiError> {
    let mut item_type = find(tx, id)?;
    let before = item_type.clone();
    item_type.relate(
        "fields",
        fields::of_model(tx, id)?
            .iter()
            .map(Entity::reference)
            .collect(),
    );
    item_type.relate(
        "fieldsets",
        fieldsets::of_model(tx, id)?
            .iter()
            .map(Entity::reference)
            .collect(),
    );
    let records = if item_type.flag("singleton") {
        items::ids_of_type(tx, id)?
    } else {
        Vec::new()
    };
    let single = records.into_iter().next();
    set_singleton_flag(&mut item_type, single.is_some());
    item_type.relate(
        "singleton_item",
        single.map_or(Value::Null, |id| reference("item", &id)),
    );
    if item_type != before {
        entity::update(tx, &item_type)?;
    }
    Ok(item_type)
}

/// Destroys a model with its records, or a block model with the blocks that are left of it; `MODULAR_BLOCK_IN_USE` while a field
/// of another model may hold them. Link validators forget it. Answers it as it was, without fields.
///
/// That fields keep a block model from going is written in the vendor's CLI, where it puts deletions in order.
pub(crate) fn destroy(
    tx: &Connection,
    id: &str,
    keep_menu_items: bool,
) -> Result<Entity, ApiError> {
    let mut item_type = find(tx, id)?;
    let id = item_type.id.clone();
    let schema = Schema::load(tx)?;
    let may_hold = |field: &&Field| field.item_type != id && field.block_targets().contains(&&*id);
    let mut fields_of_all = schema.models().iter().flat_map(|model| &model.fields);
    if let Some(field) = fields_of_all.find(may_hold) {
        return Err(ApiError::unprocessable(
            "MODULAR_BLOCK_IN_USE",
            json!({ "item_type": field.item_type, "field": field.api_key, "field_id": field.id }),
        ));
    }
    let pointing: Vec<&str> = schema
        .models()
        .iter()
        .filter(|model| model.id != id && points_at(model, &id))
        .map(|model| model.id.as_str())
        .collect();
    if item_type.flag("modular_block") {
        judge::ask(tx, &id)?;
        reshape::remove_blocks(tx, &schema, &id)?;
    } else {
        references::forget_model(tx, &schema, &id)?;
        items::delete_of_type(tx, &id)?;
    }
    for field in fields::of_model(tx, &id)? {
        entity::delete(tx, Kind::Field, &field.id)?;
    }
    for fieldset in fieldsets::of_model(tx, &id)? {
        entity::delete(tx, Kind::Fieldset, &fieldset.id)?;
    }
    for filter in entity::list(tx, Kind::ItemTypeFilter)? {
        if filter.related("item_type") == Some(&id) {
            entity::delete(tx, Kind::ItemTypeFilter, &filter.id)?;
        }
    }
    forget_in_validators(tx, &id)?;
    menus::remove_for_model(tx, &id, keep_menu_items)?;
    entity::delete(tx, Kind::ItemType, &id)?;
    touch_schema(tx)?;
    // What they have lost may have been demanded of them.
    for model in pointing {
        judge::ask(tx, model)?;
    }
    for name in ["fields", "fieldsets"] {
        item_type.relate(name, json!([]));
    }
    for name in FIELD_RELATIONSHIPS {
        item_type.relate(name, Value::Null);
    }
    item_type.relate("singleton_item", Value::Null);
    set_singleton_flag(&mut item_type, false);
    Ok(item_type)
}

fn forget_in_validators(tx: &Connection, id: &str) -> Result<(), StoreError> {
    for mut field in entity::list(tx, Kind::Field)? {
        let mut validators = field.attribute("validators").clone();
        let mut changed = false;
        for name in BLOCK_VALIDATORS.iter().chain(&LINK_VALIDATORS) {
            let Some(allowed) = validators
                .get_mut(*name)
                .and_then(|v| v.get_mut("item_types"))
                .and_then(Value::as_array_mut)
            else {
                continue;
            };
            let before = allowed.len();
            allowed.retain(|allowed| allowed.as_str() != Some(id));
            changed |= allowed.len() != before;
        }
        if changed {
            field.set("validators", validators);
            entity::update(tx, &field)?;
        }
    }
    Ok(())
}

/// Copies a model with its fields and fieldsets, without its records.
pub(crate) fn duplicate(
    tx: &Connection,
    id: &str,
    new_id: &dyn Fn() -> String,
) -> Result<(Entity, Vec<Entity>), ApiError> {
    let source = find(tx, id)?;
    let all = entity::list(tx, Kind::ItemType)?;
    let (name, key) = (
        source.text("name").unwrap_or_default(),
        source.text("api_key").unwrap_or_default(),
    );
    let number = free_copy_number(&all, ("name", name), key);
    let mut copy = source.clone();
    copy.id = new_id();
    copy.set("name", format!("{name} (copy #{number})"));
    copy.set("api_key", format!("{key}_copy_{number}"));
    let mut renamed: Map<String, Value> = Map::new();
    let mut rename = |old: &str| {
        let id = new_id();
        renamed.insert(old.to_owned(), json!(id));
        id
    };
    let owner = copy.reference();
    let adopt = |mut part: Entity, id: String| {
        part.id = id;
        part.relate("item_type", owner.clone());
        part
    };
    let parts: Vec<Entity> = fieldsets::of_model(tx, &source.id)?
        .into_iter()
        .chain(fields::of_model(tx, &source.id)?)
        .map(|part| {
            let id = rename(&part.id);
            adopt(part, id)
        })
        .collect();
    for mut part in parts {
        part.relationships = translated(part.relationships, &renamed);
        part.attributes = translated(part.attributes, &renamed);
        entity::insert(tx, &part)?;
    }
    copy.relationships = translated(copy.relationships, &renamed);
    entity::insert(tx, &copy)?;
    let menu = menus::add_for_model(tx, &copy, &Companions::default(), new_id)?;
    touch_schema(tx)?;
    Ok((refresh(tx, &copy.id)?, menu))
}

/// The first number no copy has yet, by its name (or label) and by its API key.
pub(crate) fn free_copy_number(
    all: &[Entity],
    (attribute, name): (&str, &str),
    api_key: &str,
) -> usize {
    let taken = |number: usize| {
        all.iter().any(|other| {
            other.text(attribute) == Some(&format!("{name} (copy #{number})"))
                || other.text("api_key") == Some(&format!("{api_key}_copy_{number}"))
        })
    };
    // Each of them takes at most two numbers, by name and by key.
    let last = 2 * all.len() + 1;
    (1..last).find(|number| !taken(*number)).unwrap_or(last)
}

/// The same document with old ids replaced by new ones, wherever they stand as a value.
fn translated(map: Map<String, Value>, renamed: &Map<String, Value>) -> Map<String, Value> {
    fn translate(value: &mut Value, renamed: &Map<String, Value>) {
        if let Some(new) = value.as_str().and_then(|old| renamed.get(old)) {
            *value = new.clone();
        } else if let Some(map) = value.as_object_mut() {
            for value in map.values_mut() {
                translate(value, renamed);
            }
        } else if let Some(list) = value.as_array_mut() {
            for value in list {
                translate(value, renamed);
            }
        }
    }
    let mut value = Value::Object(map);
    translate(&mut value, renamed);
    match value {
        Value::Object(map) => map,
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
            Map::new()
        }
    }
}

/// Models with a field that links to this one or may hold its blocks.
pub(crate) fn referencing(conn: &Connection, id: &str) -> Result<Vec<Entity>, ApiError> {
    let target = find(conn, id)?;
    let schema = Schema::load(conn)?;
    let points = |item_type: &Entity| {
        schema
            .model(&item_type.id)
            .is_some_and(|model| points_at(model, &target.id))
    };
    Ok(entity::list(conn, Kind::ItemType)?
        .into_iter()
        .filter(points)
        .collect())
}

/// Whether a field of the model links to records of `target` or may hold its blocks.
fn points_at(model: &Model, target: &str) -> bool {
    model.fields.iter().any(|field| {
        let (links, blocks) = (field.link_targets(), field.block_targets());
        links.iter().chain(&blocks).any(|id| *id == target)
    })
}
