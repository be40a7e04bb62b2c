//! Models and block models: creation, change, duplication and destruction.

mod copy;
mod destroy;
mod rules;

use rusqlite::Connection;
use serde_json::{Map, Value, json};

use crate::clock::Timestamp;
use crate::http::error::ApiError;
use crate::records::{judge, workflows};
use crate::schema::menus;
use crate::schema::model::{Model, Schema};
use crate::schema::{entity_id, fields, fieldsets};
use crate::store::entity::{self, Entity, Kind, reference};
use crate::store::{items, touch_schema};

pub(crate) use copy::{duplicate, free_copy_number};
pub(crate) use destroy::destroy;
use rules::apply;
pub(crate) use rules::forget_unsuited;

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
