//! Trees of labelled entries: the navigation bar editors see (`menu_item`), the list of models in the schema settings
//! (`schema_menu_item`), and the folders of assets (`upload_collection`).

use rusqlite::Connection;
use serde_json::{Value, json};

use crate::http::error::ApiError;
use crate::schema::item_types::{Companions, chosen_id};
use crate::schema::siblings;
use crate::store::StoreError;
use crate::store::entity::{self, Entity, Kind, reference};

/// One of the trees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Menu {
    Navigation,
    Schema,
    /// Folders of assets.
    Collections,
}

impl Menu {
    pub(crate) fn kind(self) -> Kind {
        match self {
            Self::Navigation => Kind::MenuItem,
            Self::Schema => Kind::SchemaMenuItem,
            Self::Collections => Kind::UploadCollection,
        }
    }

    fn blank(self, id: String) -> Entity {
        let mut item = Entity::new(self.kind(), id);
        item.set("label", Value::Null);
        item.set("position", Value::Null);
        let relationships: &[&str] = match self {
            Self::Navigation => {
                item.set("external_url", Value::Null);
                item.set("open_in_new_tab", false);
                &["item_type", "item_type_filter", "parent"]
            }
            Self::Schema => {
                item.set("kind", "item_type");
                &["item_type", "parent"]
            }
            Self::Collections => &["parent"],
        };
        for name in relationships {
            item.relate(name, Value::Null);
        }
        item.relate("children", json!([]));
        item
    }

    fn related_kind(self, name: &str) -> Option<Kind> {
        match (self, name) {
            (_, "parent") => Some(self.kind()),
            (Self::Navigation, "item_type") => Some(Kind::ItemType),
            (Self::Navigation, "item_type_filter") => Some(Kind::ItemTypeFilter),
            (Self::Schema | Self::Navigation | Self::Collections, _) => None,
        }
    }
}

/// Makes the entries of a new model: navigation for models only, the schema menu for block models too.
pub(crate) fn add_for_model(
    tx: &Connection,
    item_type: &Entity,
    companions: &Companions,
    new_id: &dyn Fn() -> String,
) -> Result<Vec<Entity>, ApiError> {
    let is_block = item_type.flag("modular_block");
    let mut made = Vec::new();
    if !is_block && !companions.skip_menu_item {
        let mut item = Menu::Navigation.blank(free_id(
            tx,
            Kind::MenuItem,
            companions.menu_item_id.as_deref(),
            new_id,
        )?);
        item.attributes
            .insert("label".to_owned(), item_type.attribute("name").clone());
        made.push((Menu::Navigation, item));
    }
    let mut item = Menu::Schema.blank(free_id(
        tx,
        Kind::SchemaMenuItem,
        companions.schema_menu_item_id.as_deref(),
        new_id,
    )?);
    item.set(
        "kind",
        if is_block {
            "modular_block"
        } else {
            "item_type"
        },
    );
    made.push((Menu::Schema, item));
    let mut entries = Vec::new();
    for (menu, mut item) in made {
        item.relate("item_type", item_type.reference());
        siblings::place(tx, container(tx, menu, &item)?, &mut item, None)?;
        entity::insert(tx, &item)?;
        entries.push(item);
    }
    Ok(entries)
}

fn free_id(
    tx: &Connection,
    kind: Kind,
    dictated: Option<&str>,
    new_id: &dyn Fn() -> String,
) -> Result<String, ApiError> {
    let data = json!({ "id": dictated });
    Ok(chosen_id(tx, kind, &data)?.unwrap_or_else(new_id))
}

/// Removes the entries of a destroyed model; a kept navigation entry points at nothing.
pub(crate) fn remove_for_model(
    tx: &Connection,
    item_type: &str,
    keep_menu_items: bool,
) -> Result<(), StoreError> {
    for menu in [Menu::Navigation, Menu::Schema] {
        for mut item in entity::list(tx, menu.kind())? {
            if item.related("item_type") != Some(item_type) {
                continue;
            }
            if keep_menu_items && menu == Menu::Navigation {
                item.relate("item_type", Value::Null);
                entity::update(tx, &item)?;
            } else {
                remove(tx, menu, &item)?;
            }
        }
    }
    Ok(())
}

/// The entries beside one: same parent, and in the schema menu same kind.
fn container(conn: &Connection, menu: Menu, item: &Entity) -> Result<Vec<Entity>, StoreError> {
    let mut siblings = entity::list(conn, menu.kind())?;
    siblings.retain(|other| {
        other.related("parent") == item.related("parent")
            && (menu != Menu::Schema || other.text("kind") == item.text("kind"))
    });
    Ok(siblings)
}

/// The entry with its children, who are found by their parent.
pub(crate) fn to_json(conn: &Connection, menu: Menu, item: &Entity) -> Result<Value, StoreError> {
    let mut children = entity::list(conn, menu.kind())?;
    children.retain(|other| other.related("parent") == Some(&item.id));
    children.sort_by_key(|child| child.attribute("position").as_i64());
    let mut shown = item.clone();
    shown.relate("children", children.iter().map(Entity::reference).collect());
    Ok(shown.to_json())
}

pub(crate) fn find(conn: &Connection, menu: Menu, id: &str) -> Result<Entity, ApiError> {
    entity::find(conn, menu.kind(), id)?.ok_or_else(ApiError::not_found)
}

/// Makes an entry by itself. In the schema menu these are only groups: the others come and go with their model.
pub(crate) fn create(
    tx: &Connection,
    menu: Menu,
    data: &Value,
    new_id: &dyn Fn() -> String,
) -> Result<Entity, ApiError> {
    let mut item = menu.blank(chosen_id(tx, menu.kind(), data)?.unwrap_or_else(new_id));
    if menu == Menu::Schema && !data["relationships"]["item_type"]["data"].is_null() {
        return Err(linked_to_model());
    }
    apply(tx, menu, &mut item, data)?;
    entity::insert(tx, &item)?;
    Ok(item)
}

fn linked_to_model() -> ApiError {
    ApiError::unprocessable(
        "CANNOT_CREATE_OR_DESTROY_SCHEMA_MENU_ITEM_LINKED_TO_ITEM_TYPE",
        json!({}),
    )
}

pub(crate) fn update(
    tx: &Connection,
    menu: Menu,
    id: &str,
    data: &Value,
) -> Result<Entity, ApiError> {
    let mut item = find(tx, menu, id)?;
    let before = item.clone();
    apply(tx, menu, &mut item, data)?;
    entity::update(tx, &item)?;
    if before.related("parent") != item.related("parent") {
        siblings::close_gaps(tx, container(tx, menu, &before)?)?;
    }
    Ok(item)
}

/// Destroys an entry with everything under it.
pub(crate) fn destroy(tx: &Connection, menu: Menu, id: &str) -> Result<(), ApiError> {
    let item = find(tx, menu, id)?;
    if menu == Menu::Schema && item.related("item_type").is_some() {
        return Err(linked_to_model());
    }
    Ok(remove(tx, menu, &item)?)
}

fn remove(tx: &Connection, menu: Menu, item: &Entity) -> Result<(), StoreError> {
    for mut child in entity::list(tx, menu.kind())? {
        if child.related("parent") != Some(&item.id) {
            continue;
        }
        // Entries of living models are never lost with a group: they move up.
        if child.related("item_type").is_some() {
            child.relate("parent", Value::Null);
            siblings::place(tx, container(tx, menu, &child)?, &mut child, None)?;
            entity::update(tx, &child)?;
        } else {
            remove(tx, menu, &child)?;
        }
    }
    if menu == Menu::Collections {
        empty_collection(tx, &item.id)?;
    }
    entity::delete(tx, menu.kind(), &item.id)?;
    siblings::close_gaps(tx, container(tx, menu, item)?)
}

/// The assets in a folder stay when it goes, in no folder.
fn empty_collection(tx: &Connection, id: &str) -> Result<(), StoreError> {
    for mut upload in entity::list(tx, Kind::Upload)? {
        if upload.related("upload_collection") == Some(id) {
            upload.relate("upload_collection", Value::Null);
            entity::update(tx, &upload)?;
        }
    }
    Ok(())
}

fn apply(tx: &Connection, menu: Menu, item: &mut Entity, data: &Value) -> Result<(), ApiError> {
    let attributes = &data["attributes"];
    let bound = menu == Menu::Schema && item.related("item_type").is_some();
    for key in ["label", "external_url", "open_in_new_tab", "kind"] {
        let Some(value) = attributes
            .get(key)
            .filter(|_| item.attributes.contains_key(key))
        else {
            continue;
        };
        let fits = match key {
            "label" if bound => value.is_null(),
            "label" => value.as_str().is_some_and(|label| !label.trim().is_empty()),
            "open_in_new_tab" => value.is_boolean(),
            "kind" => matches!(value.as_str(), Some("item_type" | "modular_block")),
            _ => value.is_null() || value.is_string(),
        };
        if !fits {
            return Err(ApiError::invalid_field(key, "VALIDATION_INVALID"));
        }
        // A new entry has no place yet.
        if key == "kind" && !item.attribute("position").is_null() && item.attribute(key) != value {
            return Err(ApiError::unprocessable("KIND_CANNOT_BE_CHANGED", json!({})));
        }
        item.attributes.insert(key.to_owned(), value.clone());
    }
    if !bound && item.text("label").is_none() {
        return Err(ApiError::invalid_field("label", "VALIDATION_REQUIRED"));
    }
    let mut moved = item.attribute("position").is_null();
    for name in ["item_type", "item_type_filter", "parent"] {
        let Some(sent) = data.get("relationships").and_then(|all| all.get(name)) else {
            continue;
        };
        let Some(kind) = menu.related_kind(name) else {
            continue;
        };
        let wanted = sent["data"]["id"].as_str().map(str::to_owned);
        if let Some(id) = &wanted
            && (entity::find(tx, kind, id)?.is_none()
                || (name == "parent" && is_below(tx, menu, id, &item.id)?))
        {
            let code = if name == "parent" {
                "INVALID_PARENT"
            } else {
                "VALIDATION_INVALID"
            };
            return Err(ApiError::invalid_field(name, code));
        }
        moved |= name == "parent" && wanted.as_deref() != item.related("parent");
        item.relate(
            name,
            wanted.map_or(Value::Null, |id| reference(kind.wire(), &id)),
        );
    }
    let wanted = attributes["position"].as_i64();
    if moved || wanted.is_some_and(|wanted| item.attribute("position").as_i64() != Some(wanted)) {
        siblings::place(tx, container(tx, menu, item)?, item, wanted)?;
    }
    Ok(())
}

/// Whether `id` is `ancestor` or stands somewhere under it.
fn is_below(conn: &Connection, menu: Menu, id: &str, ancestor: &str) -> Result<bool, StoreError> {
    let mut above = Some(id.to_owned());
    while let Some(id) = above {
        if id == ancestor {
            return Ok(true);
        }
        above = entity::find(conn, menu.kind(), &id)?
            .and_then(|item| item.related("parent").map(str::to_owned));
    }
    Ok(false)
}

/// Moves several entries at once: each has its id, position and parent.
pub(crate) fn reorder(
    tx: &Connection,
    menu: Menu,
    entries: &[Value],
) -> Result<Vec<Entity>, ApiError> {
    let mut entries: Vec<&Value> = entries.iter().collect();
    entries.sort_by_key(|entry| entry["attributes"]["position"].as_i64());
    let mut moved = Vec::new();
    for entry in entries {
        let id = entry["id"].as_str().unwrap_or_default();
        moved.push(update(tx, menu, id, entry)?.id);
    }
    moved.iter().map(|id| find(tx, menu, id)).collect()
}
