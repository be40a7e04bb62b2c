//! Generic documents: everything that is not a record is stored as the JSON:API entity it is on the wire.

use rusqlite::{Connection, OptionalExtension, Row, params};
use serde_json::{Map, Value, json};

use super::{StoreError, meta, set_meta};

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $wire:literal,)*) => {
        /// The kinds of documents, by their JSON:API type.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub(crate) enum Kind { $($(#[$doc])* $name,)* }

        impl Kind {
            /// The JSON:API `type`.
            pub(crate) fn wire(self) -> &'static str {
                match self { $(Self::$name => $wire,)* }
            }
        }
    };
}

kinds! {
    /// A model or block model.
    ItemType = "item_type",
    /// A field of a model.
    Field = "field",
    /// A group of fields.
    Fieldset = "fieldset",
    /// An entry of the navigation bar.
    MenuItem = "menu_item",
    /// An entry of the schema menu.
    SchemaMenuItem = "schema_menu_item",
    /// A plugin.
    Plugin = "plugin",
    /// A workflow.
    Workflow = "workflow",
    /// A saved view of records.
    ItemTypeFilter = "item_type_filter",
    /// A saved view of assets.
    UploadFilter = "upload_filter",
    /// An asset.
    Upload = "upload",
    /// A folder of assets.
    UploadCollection = "upload_collection",
    /// A tag assets may have.
    UploadTag = "upload_tag",
    /// A track of a video.
    UploadTrack = "upload_track",
    /// An address that was given out for a file.
    UploadRequest = "upload_request",
    /// An invitation to the project.
    SiteInvitation = "site_invitation",
    /// A role.
    Role = "role",
    /// A collaborator.
    User = "user",
    /// An API token.
    AccessToken = "access_token",
    /// A build trigger.
    BuildTrigger = "build_trigger",
    /// A build event.
    BuildEvent = "build_event",
    /// An index of a site's pages.
    SearchIndex = "search_index",
    /// An entry of the log of indexing.
    SearchIndexEvent = "search_index_event",
    /// Settings of the panel's looks.
    WhiteLabelSettings = "white_label_settings",
    /// Settings of single sign-on.
    SsoSettings = "sso_settings",
    /// A collaborator of an identity provider's.
    SsoUser = "sso_user",
    /// A group of an identity provider's.
    SsoGroup = "sso_group",
    /// A webhook.
    Webhook = "webhook",
    /// A recorded delivery of a webhook.
    WebhookCall = "webhook_call",
    /// Project settings; in an environment database, the settings of that environment.
    Site = "site",
}

/// A document.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Entity {
    /// Its kind.
    pub kind: Kind,
    /// Its id.
    pub id: String,
    /// `attributes`.
    pub attributes: Map<String, Value>,
    /// `relationships`, each `{"data": …}`.
    pub relationships: Map<String, Value>,
    /// `meta`, where the kind has one.
    pub meta: Option<Map<String, Value>>,
}

impl Entity {
    /// A document with nothing in it.
    pub(crate) fn new(kind: Kind, id: impl Into<String>) -> Self {
        Self {
            kind,
            id: id.into(),
            attributes: Map::new(),
            relationships: Map::new(),
            meta: None,
        }
    }

    /// The document as it is on the wire.
    pub(crate) fn to_json(&self) -> Value {
        let mut data = json!({"type": self.kind.wire(), "id": self.id});
        if !self.attributes.is_empty() {
            data["attributes"] = Value::Object(self.attributes.clone());
        }
        if !self.relationships.is_empty() {
            data["relationships"] = Value::Object(self.relationships.clone());
        }
        if let Some(meta) = &self.meta {
            data["meta"] = Value::Object(meta.clone());
        }
        data
    }

    /// `{"type": …, "id": …}`, as relationships refer to it.
    pub(crate) fn reference(&self) -> Value {
        reference(self.kind.wire(), &self.id)
    }

    /// An attribute; `null` when it is absent.
    pub(crate) fn attribute(&self, name: &str) -> &Value {
        self.attributes.get(name).unwrap_or(&Value::Null)
    }

    /// An attribute that is a string.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.attribute(name).as_str()
    }

    /// Whether an attribute is `true`.
    pub(crate) fn flag(&self, name: &str) -> bool {
        self.attribute(name) == &Value::Bool(true)
    }

    /// The id of a to-one relationship.
    pub(crate) fn related(&self, name: &str) -> Option<&str> {
        self.relationships
            .get(name)?
            .get("data")?
            .get("id")?
            .as_str()
    }

    /// The ids of a to-many relationship.
    pub(crate) fn related_all(&self, name: &str) -> Vec<String> {
        let data = self
            .relationships
            .get(name)
            .and_then(|relationship| relationship.get("data"));
        data.and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(|item| item.get("id")?.as_str().map(str::to_owned))
            .collect()
    }

    /// Sets an attribute.
    pub(crate) fn set(&mut self, name: &str, value: impl Into<Value>) {
        self.attributes.insert(name.to_owned(), value.into());
    }

    /// Sets a relationship to this `data`: a reference, an array of them, or null.
    pub(crate) fn relate(&mut self, name: &str, data: Value) {
        self.relationships
            .insert(name.to_owned(), json!({"data": data}));
    }
}

/// `{"type": …, "id": …}`.
pub(crate) fn reference(wire: &str, id: &str) -> Value {
    json!({"type": wire, "id": id})
}

const COLUMNS: &str = "id, attributes, relationships, meta";

/// One document.
pub(crate) fn find(
    connection: &Connection,
    kind: Kind,
    id: &str,
) -> Result<Option<Entity>, StoreError> {
    let mut statement = connection.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM entities WHERE kind = ?1 AND id = ?2"
    ))?;
    let raw = statement
        .query_row(params![kind.wire(), id], Raw::read)
        .optional()?;
    raw.map(|raw| raw.parse(kind)).transpose()
}

/// All documents of a kind, in the order they were inserted.
pub(crate) fn list(connection: &Connection, kind: Kind) -> Result<Vec<Entity>, StoreError> {
    let mut statement = connection.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM entities WHERE kind = ?1 ORDER BY seq"
    ))?;
    let rows = statement.query_map([kind.wire()], Raw::read)?;
    rows.map(|raw| raw?.parse(kind)).collect()
}

/// Whether there is any document of a kind.
pub(crate) fn any(connection: &Connection, kind: Kind) -> Result<bool, StoreError> {
    let mut statement = connection.prepare_cached("SELECT 1 FROM entities WHERE kind = ?1")?;
    Ok(statement.exists([kind.wire()])?)
}

/// Adds a document. Fails with a constraint error when the id is taken: callers check with [`find`] first.
pub(crate) fn insert(tx: &Connection, entity: &Entity) -> Result<(), StoreError> {
    let sql = "INSERT INTO entities (kind, id, attributes, relationships, meta) VALUES (?1, ?2, ?3, ?4, ?5)";
    write(tx, sql, entity).map(drop)
}

/// Replaces a document. Whether it was there.
pub(crate) fn update(tx: &Connection, entity: &Entity) -> Result<bool, StoreError> {
    let sql = "UPDATE entities SET attributes = ?3, relationships = ?4, meta = ?5 WHERE kind = ?1 AND id = ?2";
    write(tx, sql, entity).map(|changed| changed > 0)
}

/// Runs a statement whose parameters are the columns of a document, and tells how many rows it changed.
fn write(tx: &Connection, sql: &str, entity: &Entity) -> Result<usize, StoreError> {
    let changed = tx.prepare_cached(sql)?.execute(params![
        entity.kind.wire(),
        entity.id,
        text(&entity.attributes),
        text(&entity.relationships),
        entity.meta.as_ref().map(text),
    ])?;
    note_change(tx, entity.kind)?;
    Ok(changed)
}

/// Removes a document. Whether it was there.
pub(crate) fn delete(tx: &Connection, kind: Kind, id: &str) -> Result<bool, StoreError> {
    note_change(tx, kind)?;
    let changed = tx
        .prepare_cached("DELETE FROM entities WHERE kind = ?1 AND id = ?2")?
        .execute(params![kind.wire(), id])?;
    Ok(changed > 0)
}

/// Changes [`shapes_revision`] with what shapes records.
fn note_change(tx: &Connection, kind: Kind) -> Result<(), StoreError> {
    let shapes_records = matches!(
        kind,
        Kind::ItemType | Kind::Field | Kind::Fieldset | Kind::Site
    );
    if shapes_records {
        set_meta(tx, SHAPES_REVISION, super::new_revision())?;
    }
    Ok(())
}

const SHAPES_REVISION: &str = "shapes_revision";

/// The revision of the documents that say what records are like. Where it is the same, all of these are, in whatever
/// database: it is random, and new at each change of one of them. `None` where none was changed since revisions are kept.
pub(crate) fn shapes_revision(connection: &Connection) -> Result<Option<i64>, StoreError> {
    meta(connection, SHAPES_REVISION)
}

fn text(map: &Map<String, Value>) -> String {
    // Serialising a map of values cannot fail: its keys are strings.
    Value::Object(map.clone()).to_string()
}

struct Raw {
    id: String,
    attributes: String,
    relationships: String,
    meta: Option<String>,
}

impl Raw {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            id: row.get(0)?,
            attributes: row.get(1)?,
            relationships: row.get(2)?,
            meta: row.get(3)?,
        })
    }

    fn parse(self, kind: Kind) -> Result<Entity, StoreError> {
        let map = |text: &str| {
            serde_json::from_str(text).map_err(|error| StoreError::Damaged {
                what: format!("{} {}", kind.wire(), self.id),
                reason: error.to_string(),
            })
        };
        Ok(Entity {
            kind,
            attributes: map(&self.attributes)?,
            relationships: map(&self.relationships)?,
            meta: self.meta.as_deref().map(map).transpose()?,
            id: self.id.clone(),
        })
    }
}
