//! Record tables and their versions.
//!
//! A record is a row of `items` with its metadata; what it says is in `item_versions`, one JSON document a version with
//! the blocks inside. Two indexes are kept beside each version: the blocks it contains and the records it points at, so
//! that neither question needs a walk through documents. Publication is a pointer to a version, never a copy.

use rusqlite::{Connection, OptionalExtension, Row, params};
use serde_json::{Map, Value};

use crate::clock::Timestamp;
use crate::store::StoreError;

/// Tables and indexes of the records of one environment.
pub(crate) const DDL: &str = "
CREATE TABLE IF NOT EXISTS items (
  id TEXT PRIMARY KEY,
  item_type TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  published_at INTEGER,
  first_published_at INTEGER,
  current_version INTEGER NOT NULL,
  published_version INTEGER,
  is_valid INTEGER NOT NULL,
  is_published_valid INTEGER,
  creator_type TEXT,
  creator_id TEXT,
  stage TEXT,
  position INTEGER,
  parent_id TEXT
);
DROP INDEX IF EXISTS items_by_type;
CREATE INDEX IF NOT EXISTS items_by_age ON items (item_type, updated_at);
CREATE INDEX IF NOT EXISTS items_by_updated_at ON items (updated_at, id);
CREATE INDEX IF NOT EXISTS items_by_parent ON items (parent_id) WHERE parent_id IS NOT NULL;
CREATE TABLE IF NOT EXISTS item_versions (
  version INTEGER PRIMARY KEY AUTOINCREMENT,
  item TEXT NOT NULL,
  attributes TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  editor_type TEXT,
  editor_id TEXT,
  is_valid INTEGER NOT NULL,
  published_from INTEGER,
  published_until INTEGER
);
CREATE INDEX IF NOT EXISTS item_versions_by_item ON item_versions (item, version);
CREATE TABLE IF NOT EXISTS item_blocks (
  version INTEGER NOT NULL,
  block TEXT NOT NULL,
  item_type TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS item_blocks_by_version ON item_blocks (version);
CREATE INDEX IF NOT EXISTS item_blocks_by_block ON item_blocks (block);
CREATE INDEX IF NOT EXISTS item_blocks_by_type ON item_blocks (item_type);
CREATE TABLE IF NOT EXISTS item_links (
  version INTEGER NOT NULL,
  target TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS item_links_by_version ON item_links (version);
CREATE INDEX IF NOT EXISTS item_links_by_target ON item_links (target);
";

/// Who made a record or a version: the type and id of a user, token, account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Author {
    pub(crate) kind: String,
    pub(crate) id: String,
}

/// A row of `items`: everything about a record but what it says.
#[derive(Debug, Clone)]
pub(crate) struct ItemRow {
    pub(crate) id: String,
    pub(crate) item_type: String,
    pub(crate) created_at: Timestamp,
    pub(crate) updated_at: Timestamp,
    pub(crate) published_at: Option<Timestamp>,
    pub(crate) first_published_at: Option<Timestamp>,
    pub(crate) current_version: i64,
    pub(crate) published_version: Option<i64>,
    /// The last verdict about the current version: see [`ItemRow::current_validity`].
    pub(crate) is_valid: bool,
    /// The last verdict about the published version: see [`ItemRow::published_validity`].
    pub(crate) is_published_valid: Option<bool>,
    pub(crate) creator: Option<Author>,
    pub(crate) stage: Option<String>,
    pub(crate) position: Option<i64>,
    pub(crate) parent_id: Option<String>,
    /// Versions after this one are in doubt; `None` when none is. Kept with the revalidations, like the next two with the
    /// schedules: writing a row leaves them alone.
    pub(crate) judged_to: Option<i64>,
    /// Kept with the schedules.
    pub(crate) publication_scheduled_at: Option<Timestamp>,
    /// See [`ItemRow::publication_scheduled_at`].
    pub(crate) unpublishing_scheduled_at: Option<Timestamp>,
}

/// Where a record stands between its current and its published version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Status {
    /// Not published (any more).
    Draft,
    /// Published, with newer changes that are not.
    Updated,
    /// What is published is what is current.
    Published,
}

impl Status {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Updated => "updated",
            Self::Published => "published",
        }
    }
}

impl ItemRow {
    pub(crate) fn status(&self) -> Status {
        match self.published_version {
            None => Status::Draft,
            Some(version) if version == self.current_version => Status::Published,
            Some(_) => Status::Updated,
        }
    }

    /// Whether the current version is valid; `None` until it is judged again after a change of the schema.
    pub(crate) fn current_validity(&self) -> Option<bool> {
        (!self.is_in_doubt(self.current_version)).then_some(self.is_valid)
    }

    /// Whether the published version is valid; `None` without one, and until it is judged again.
    pub(crate) fn published_validity(&self) -> Option<bool> {
        self.is_published_valid.filter(|_| {
            self.published_version
                .is_none_or(|version| !self.is_in_doubt(version))
        })
    }

    fn is_in_doubt(&self, version: i64) -> bool {
        self.judged_to.is_some_and(|judged_to| version > judged_to)
    }
}

/// A row of `item_versions`.
#[derive(Debug, Clone)]
pub(crate) struct VersionRow {
    pub(crate) version: i64,
    pub(crate) item: String,
    /// Blocks inside, in the form of `nested=true`.
    pub(crate) attributes: Map<String, Value>,
    pub(crate) created_at: Timestamp,
    pub(crate) editor: Option<Author>,
    pub(crate) is_valid: bool,
    pub(crate) published_from: Option<Timestamp>,
    pub(crate) published_until: Option<Timestamp>,
}

/// The columns of [`ItemRow`], for queries that join; `items` must be called `i`.
pub(crate) const ITEM_COLUMNS: &str = "i.id, i.item_type, i.created_at, i.updated_at, i.published_at, \
    i.first_published_at, i.current_version, i.published_version, i.is_valid, i.is_published_valid, i.creator_type, \
    i.creator_id, i.stage, i.position, i.parent_id, \
    (SELECT at FROM schedules s WHERE s.item = i.id AND s.kind = 'scheduled_publication'), \
    (SELECT at FROM schedules s WHERE s.item = i.id AND s.kind = 'scheduled_unpublishing'), \
    (SELECT judged_to FROM revalidations r WHERE r.item_type = i.item_type)";

/// Whether the current version is valid, in SQL; nothing while it is in doubt.
pub(crate) const CURRENT_VALIDITY: &str = "CASE WHEN EXISTS (SELECT 1 FROM revalidations r \
    WHERE r.item_type = i.item_type AND r.judged_to < i.current_version) THEN NULL ELSE i.is_valid END";

/// The same of the published version.
pub(crate) const PUBLISHED_VALIDITY: &str = "CASE WHEN EXISTS (SELECT 1 FROM revalidations r \
    WHERE r.item_type = i.item_type AND r.judged_to < i.published_version) THEN NULL ELSE i.is_published_valid END";

/// How many columns [`ITEM_COLUMNS`] names.
pub(crate) const ITEM_COLUMN_COUNT: usize = 18;

const VERSION_COLUMNS: &str = "version, item, attributes, created_at, editor_type, editor_id, is_valid, published_from, published_until";

fn author(kind: Option<String>, id: Option<String>) -> Option<Author> {
    Some(Author {
        kind: kind?,
        id: id?,
    })
}

/// Reads [`ITEM_COLUMNS`].
pub(crate) fn item_from_row(row: &Row<'_>) -> rusqlite::Result<ItemRow> {
    let at = |index: usize| -> rusqlite::Result<Option<Timestamp>> {
        Ok(row
            .get::<_, Option<i64>>(index)?
            .map(Timestamp::from_millis))
    };
    Ok(ItemRow {
        id: row.get(0)?,
        item_type: row.get(1)?,
        created_at: Timestamp::from_millis(row.get(2)?),
        updated_at: Timestamp::from_millis(row.get(3)?),
        published_at: at(4)?,
        first_published_at: at(5)?,
        current_version: row.get(6)?,
        published_version: row.get(7)?,
        is_valid: row.get(8)?,
        is_published_valid: row.get(9)?,
        creator: author(row.get(10)?, row.get(11)?),
        stage: row.get(12)?,
        position: row.get(13)?,
        parent_id: row.get(14)?,
        publication_scheduled_at: at(15)?,
        unpublishing_scheduled_at: at(16)?,
        judged_to: row.get(17)?,
    })
}

/// A document as it is stored.
pub(crate) fn document(text: &str) -> Result<Map<String, Value>, StoreError> {
    serde_json::from_str(text).map_err(|error| StoreError::Damaged {
        what: "record version".to_owned(),
        reason: error.to_string(),
    })
}

fn text_of(attributes: &Map<String, Value>) -> String {
    // Serialising a map of values cannot fail: its keys are strings.
    Value::Object(attributes.clone()).to_string()
}

/// The record with this id. Blocks are not records: see [`owner_of_block`].
pub(crate) fn find(conn: &Connection, id: &str) -> Result<Option<ItemRow>, StoreError> {
    let sql = format!("SELECT {ITEM_COLUMNS} FROM items i WHERE i.id = ?1");
    Ok(conn
        .prepare_cached(&sql)?
        .query_row([id], item_from_row)
        .optional()?)
}

/// What a version says.
pub(crate) fn attributes_of(
    conn: &Connection,
    version: i64,
) -> Result<Map<String, Value>, StoreError> {
    let text: Option<String> = conn
        .prepare_cached("SELECT attributes FROM item_versions WHERE version = ?1")?
        .query_row([version], |row| row.get(0))
        .optional()?;
    match text {
        Some(text) => document(&text),
        None => Err(StoreError::Damaged {
            what: format!("record version {version}"),
            reason: "it is missing".to_owned(),
        }),
    }
}

/// Whether any record or block of a current version has this id.
pub(crate) fn is_taken(conn: &Connection, id: &str) -> Result<bool, StoreError> {
    let taken = conn
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM items WHERE id = ?1) OR EXISTS (SELECT 1 FROM item_blocks WHERE block = ?1)",
        )?
        .query_row([id], |row| row.get(0))?;
    Ok(taken)
}

/// The record whose current version contains this block.
pub(crate) fn owner_of_block(
    conn: &Connection,
    block: &str,
) -> Result<Option<ItemRow>, StoreError> {
    let sql = format!(
        "SELECT {ITEM_COLUMNS} FROM items i JOIN item_blocks b ON b.version = i.current_version WHERE b.block = ?1"
    );
    Ok(conn
        .prepare_cached(&sql)?
        .query_row([block], item_from_row)
        .optional()?)
}

/// Adds a record. Its current version must exist.
pub(crate) fn insert(tx: &Connection, row: &ItemRow) -> Result<(), StoreError> {
    write(
        tx,
        "INSERT INTO items (id, item_type, created_at, updated_at, published_at, first_published_at, current_version,
         published_version, is_valid, is_published_valid, creator_type, creator_id, stage, position, parent_id)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)",
        row,
    )
}

/// Writes a record's metadata back; its model stays.
pub(crate) fn update(tx: &Connection, row: &ItemRow) -> Result<(), StoreError> {
    write(
        tx,
        "UPDATE items SET created_at = ?3, updated_at = ?4, published_at = ?5, first_published_at = ?6,
         current_version = ?7, published_version = ?8, is_valid = ?9, is_published_valid = ?10, creator_type = ?11,
         creator_id = ?12, stage = ?13, position = ?14, parent_id = ?15 WHERE id = ?1",
        row,
    )
}

/// Runs a statement whose parameters are the columns of a record, in the order of the table.
fn write(tx: &Connection, sql: &str, row: &ItemRow) -> Result<(), StoreError> {
    tx.prepare_cached(sql)?.execute(params![
        row.id,
        row.item_type,
        row.created_at.millis(),
        row.updated_at.millis(),
        row.published_at.map(Timestamp::millis),
        row.first_published_at.map(Timestamp::millis),
        row.current_version,
        row.published_version,
        row.is_valid,
        row.is_published_valid,
        row.creator.as_ref().map(|creator| &creator.kind),
        row.creator.as_ref().map(|creator| &creator.id),
        row.stage,
        row.position,
        row.parent_id,
    ])?;
    Ok(())
}

/// Removes a record with all its versions.
pub(crate) fn delete(tx: &Connection, id: &str) -> Result<(), StoreError> {
    for table in ["item_blocks", "item_links"] {
        tx.execute(
            &format!("DELETE FROM {table} WHERE version IN (SELECT version FROM item_versions WHERE item = ?1)"),
            [id],
        )?;
    }
    tx.execute("DELETE FROM item_versions WHERE item = ?1", [id])?;
    tx.execute("DELETE FROM schedules WHERE item = ?1", [id])?;
    tx.execute("DELETE FROM items WHERE id = ?1", [id])?;
    Ok(())
}

/// What is known about a version beside its document.
#[derive(Debug, Clone, Default)]
pub(crate) struct Contents {
    /// Id and block model of every block inside, at any depth.
    pub(crate) blocks: Vec<(String, String)>,
    /// Ids of the records it points at, from blocks too.
    pub(crate) links: Vec<String>,
}

/// Adds a version and answers its number, greater than every number before.
pub(crate) fn add_version(
    tx: &Connection,
    item: &str,
    attributes: &Map<String, Value>,
    contents: &Contents,
    at: Timestamp,
    editor: Option<&Author>,
    is_valid: bool,
) -> Result<i64, StoreError> {
    tx.prepare_cached(
        "INSERT INTO item_versions (item, attributes, created_at, editor_type, editor_id, is_valid)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?
    .execute(params![
        item,
        text_of(attributes),
        at.millis(),
        editor.map(|editor| &editor.kind),
        editor.map(|editor| &editor.id),
        is_valid,
    ])?;
    let version = tx.last_insert_rowid();
    index(tx, version, contents)?;
    Ok(version)
}

/// Replaces what a version says, for schema changes and removed references: the version keeps its number.
pub(crate) fn rewrite_version(
    tx: &Connection,
    version: i64,
    attributes: &Map<String, Value>,
    contents: &Contents,
) -> Result<(), StoreError> {
    tx.prepare_cached("UPDATE item_versions SET attributes = ?2 WHERE version = ?1")?
        .execute(params![version, text_of(attributes)])?;
    for table in ["item_blocks", "item_links"] {
        tx.execute(
            &format!("DELETE FROM {table} WHERE version = ?1"),
            [version],
        )?;
    }
    index(tx, version, contents)
}

fn index(tx: &Connection, version: i64, contents: &Contents) -> Result<(), StoreError> {
    for (block, item_type) in &contents.blocks {
        tx.prepare_cached(
            "INSERT INTO item_blocks (version, block, item_type) VALUES (?1, ?2, ?3)",
        )?
        .execute(params![version, block, item_type])?;
    }
    for target in &contents.links {
        tx.prepare_cached("INSERT INTO item_links (version, target) VALUES (?1, ?2)")?
            .execute(params![version, target])?;
    }
    Ok(())
}

/// Marks from when and until when a version was the published one.
pub(crate) fn mark_published(
    tx: &Connection,
    version: i64,
    from: Timestamp,
) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE item_versions SET published_from = ?2, published_until = NULL WHERE version = ?1",
        params![version, from.millis()],
    )?;
    Ok(())
}

/// See [`mark_published`].
pub(crate) fn mark_unpublished(
    tx: &Connection,
    version: i64,
    until: Timestamp,
) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE item_versions SET published_until = ?2 WHERE version = ?1",
        params![version, until.millis()],
    )?;
    Ok(())
}

type RawVersion = (VersionRow, String);

fn version_from_row(row: &Row<'_>) -> rusqlite::Result<RawVersion> {
    let at = |index: usize| -> rusqlite::Result<Option<Timestamp>> {
        Ok(row
            .get::<_, Option<i64>>(index)?
            .map(Timestamp::from_millis))
    };
    let version = VersionRow {
        version: row.get(0)?,
        item: row.get(1)?,
        attributes: Map::new(),
        created_at: Timestamp::from_millis(row.get(3)?),
        editor: author(row.get(4)?, row.get(5)?),
        is_valid: row.get(6)?,
        published_from: at(7)?,
        published_until: at(8)?,
    };
    Ok((version, row.get(2)?))
}

fn with_document((mut version, text): RawVersion) -> Result<VersionRow, StoreError> {
    version.attributes = document(&text)?;
    Ok(version)
}

/// One version.
pub(crate) fn find_version(
    conn: &Connection,
    version: i64,
) -> Result<Option<VersionRow>, StoreError> {
    let sql = format!("SELECT {VERSION_COLUMNS} FROM item_versions WHERE version = ?1");
    conn.prepare_cached(&sql)?
        .query_row([version], version_from_row)
        .optional()?
        .map(with_document)
        .transpose()
}

/// A page of a record's versions, newest first, and how many there are.
pub(crate) fn versions_of(
    conn: &Connection,
    item: &str,
    offset: u64,
    limit: u64,
) -> Result<(Vec<VersionRow>, u64), StoreError> {
    let total: i64 = conn.query_row(
        "SELECT count(*) FROM item_versions WHERE item = ?1",
        [item],
        |row| row.get(0),
    )?;
    let sql = format!(
        "SELECT {VERSION_COLUMNS} FROM item_versions WHERE item = ?1 ORDER BY version DESC LIMIT ?2 OFFSET ?3"
    );
    let mut statement = conn.prepare_cached(&sql)?;
    let rows = statement
        .query_map(
            params![item, sql_count(limit), sql_count(offset)],
            version_from_row,
        )?
        .collect::<rusqlite::Result<Vec<_>>>()?;
    let versions = rows
        .into_iter()
        .map(with_document)
        .collect::<Result<Vec<_>, _>>()?;
    Ok((versions, u64::try_from(total).unwrap_or_default()))
}

/// Every version of every record of a model, or of every record that has blocks of a block model.
pub(crate) fn versions_with(
    conn: &Connection,
    item_type: &str,
) -> Result<Vec<(i64, String)>, StoreError> {
    let mut statement = conn.prepare_cached(
        "SELECT v.version, i.item_type FROM item_versions v JOIN items i ON i.id = v.item WHERE i.item_type = ?1
         UNION
         SELECT b.version, i.item_type FROM item_blocks b JOIN item_versions v ON v.version = b.version
         JOIN items i ON i.id = v.item WHERE b.item_type = ?1",
    )?;
    let rows = statement.query_map([item_type], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// The models that have records of a model, or records with blocks of a block model: itself, or those that hold it.
pub(crate) fn models_with(conn: &Connection, item_type: &str) -> Result<Vec<String>, StoreError> {
    let mut statement = conn.prepare_cached(
        "SELECT ?1 WHERE EXISTS (SELECT 1 FROM items WHERE item_type = ?1)
         UNION
         SELECT i.item_type FROM item_blocks b JOIN item_versions v ON v.version = b.version
         JOIN items i ON i.id = v.item WHERE b.item_type = ?1",
    )?;
    let rows = statement.query_map([item_type], |row| row.get(0))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// The next versions of a model's records after a version, in the order of their numbers.
pub(crate) fn versions_after(
    conn: &Connection,
    item_type: &str,
    version: i64,
    limit: u64,
) -> Result<Vec<i64>, StoreError> {
    // Versions first, in their order: from the records' side all of them would be sorted each time.
    let mut statement = conn.prepare_cached(
        "SELECT v.version FROM item_versions v CROSS JOIN items i ON i.id = v.item
         WHERE v.version > ?2 AND i.item_type = ?1 ORDER BY v.version LIMIT ?3",
    )?;
    let rows = statement.query_map(params![item_type, version, sql_count(limit)], |row| {
        row.get(0)
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Ids of the records of a model, oldest first.
pub(crate) fn ids_of_type(conn: &Connection, item_type: &str) -> Result<Vec<String>, StoreError> {
    let mut statement =
        conn.prepare_cached("SELECT id FROM items WHERE item_type = ?1 ORDER BY created_at, id")?;
    let rows = statement.query_map([item_type], |row| row.get(0))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Ids of the records whose current or published version points at a record.
pub(crate) fn referrers(
    conn: &Connection,
    target: &str,
    face: Face,
) -> Result<Vec<String>, StoreError> {
    let joined = face.is("l.version");
    let sql = format!(
        "SELECT DISTINCT i.id FROM item_links l JOIN item_versions v ON v.version = l.version
         JOIN items i ON i.id = v.item WHERE l.target = ?1 AND {joined} ORDER BY i.id"
    );
    let mut statement = conn.prepare_cached(&sql)?;
    let rows = statement.query_map([target], |row| row.get(0))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Versions whose document has this id somewhere as a text of its own, with their records. A first sieve: the text may stand
/// in a field where it means something else.
pub(crate) fn versions_mentioning(
    conn: &Connection,
    id: &str,
    face: Face,
) -> Result<Vec<(String, i64)>, StoreError> {
    let sql = format!(
        "SELECT i.id, v.version FROM items i JOIN item_versions v ON v.item = i.id AND {}
         WHERE instr(v.attributes, ?1) > 0 ORDER BY i.created_at, i.id",
        face.is("v.version")
    );
    let mut statement = conn.prepare_cached(&sql)?;
    let rows = statement.query_map([Value::from(id).to_string()], |row| {
        Ok((row.get(0)?, row.get(1)?))
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Which version of a record is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Face {
    /// The newest.
    Current,
    /// The one the public sees.
    Published,
    /// Any of the two.
    Either,
}

impl Face {
    /// The SQL that says that a column is the version meant of the record `i`.
    fn is(self, column: &str) -> String {
        match self {
            Self::Current => format!("{column} = i.current_version"),
            Self::Published => format!("{column} = i.published_version"),
            Self::Either => format!("{column} IN (i.current_version, i.published_version)"),
        }
    }
}

/// Ids of the records below a record of a tree model.
pub(crate) fn children(conn: &Connection, parent: &str) -> Result<Vec<String>, StoreError> {
    let mut statement =
        conn.prepare_cached("SELECT id FROM items WHERE parent_id = ?1 ORDER BY position, id")?;
    let rows = statement.query_map([parent], |row| row.get(0))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// The highest position among the siblings, 0 when there are none.
pub(crate) fn last_position(
    conn: &Connection,
    item_type: &str,
    parent: Option<&str>,
) -> Result<i64, StoreError> {
    Ok(conn.query_row(
        "SELECT coalesce(max(position), 0) FROM items WHERE item_type = ?1 AND parent_id IS ?2",
        params![item_type, parent],
        |row| row.get(0),
    )?)
}

/// Moves the siblings at `position` and after one place down, to make room.
pub(crate) fn make_room(
    tx: &Connection,
    item_type: &str,
    parent: Option<&str>,
    position: i64,
) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE items SET position = position + 1 WHERE item_type = ?1 AND parent_id IS ?2 AND position >= ?3",
        params![item_type, parent, position],
    )?;
    Ok(())
}

/// Takes a record out of its place: the siblings after it move up by one. It has no position until it is written again.
pub(crate) fn leave_place(tx: &Connection, row: &ItemRow) -> Result<(), StoreError> {
    let Some(position) = row.position else {
        return Ok(());
    };
    tx.execute("UPDATE items SET position = NULL WHERE id = ?1", [&row.id])?;
    tx.execute(
        "UPDATE items SET position = position - 1 WHERE item_type = ?1 AND parent_id IS ?2 AND position > ?3",
        params![row.item_type, row.parent_id, position],
    )?;
    Ok(())
}

/// A count or offset as SQLite takes it.
pub(crate) fn sql_count(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// Notes whether a version is valid, in the record's row too.
pub(crate) fn set_validity(
    tx: &Connection,
    version: i64,
    is_valid: bool,
) -> Result<(), StoreError> {
    tx.prepare_cached("UPDATE item_versions SET is_valid = ?2 WHERE version = ?1")?
        .execute(params![version, is_valid])?;
    tx.prepare_cached("UPDATE items SET is_valid = ?2 WHERE current_version = ?1")?
        .execute(params![version, is_valid])?;
    tx.prepare_cached("UPDATE items SET is_published_valid = ?2 WHERE published_version = ?1")?
        .execute(params![version, is_valid])?;
    Ok(())
}

/// Numbers the records of a model that has just become sortable, oldest first.
pub(crate) fn number_all(tx: &Connection, item_type: &str) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE items SET position = (
           SELECT count(*) FROM items o WHERE o.item_type = ?1
           AND (o.created_at < items.created_at OR (o.created_at = items.created_at AND o.rowid <= items.rowid)))
         WHERE item_type = ?1 AND position IS NULL",
        [item_type],
    )?;
    Ok(())
}

/// Makes the current version of every record of a model the published one.
pub(crate) fn publish_all(
    tx: &Connection,
    item_type: &str,
    at: Timestamp,
) -> Result<(), StoreError> {
    let behind = "FROM items WHERE item_type = ?1 AND published_version IS NOT current_version";
    let values = params![item_type, at.millis()];
    tx.execute(
        &format!(
            "UPDATE item_versions SET published_until = ?2
             WHERE version IN (SELECT published_version {behind} AND published_version IS NOT NULL)"
        ),
        values,
    )?;
    tx.execute(
        &format!(
            "UPDATE item_versions SET published_from = ?2, published_until = NULL
             WHERE version IN (SELECT current_version {behind})"
        ),
        values,
    )?;
    tx.execute(
        "UPDATE items SET published_version = current_version, published_at = ?2,
         first_published_at = coalesce(first_published_at, ?2), is_published_valid = is_valid
         WHERE item_type = ?1 AND published_version IS NOT current_version",
        values,
    )?;
    Ok(())
}

/// Removes every record of a model.
pub(crate) fn delete_of_type(tx: &Connection, item_type: &str) -> Result<(), StoreError> {
    let versions = "SELECT v.version FROM item_versions v JOIN items i ON i.id = v.item WHERE i.item_type = ?1";
    for table in ["item_blocks", "item_links"] {
        tx.execute(
            &format!("DELETE FROM {table} WHERE version IN ({versions})"),
            [item_type],
        )?;
    }
    for table in ["item_versions", "schedules"] {
        tx.execute(
            &format!(
                "DELETE FROM {table} WHERE item IN (SELECT id FROM items WHERE item_type = ?1)"
            ),
            [item_type],
        )?;
    }
    tx.execute("DELETE FROM items WHERE item_type = ?1", [item_type])?;
    Ok(())
}

/// Every version of other models' records that points at a record of this model, with the model of its record.
pub(crate) fn versions_pointing_into(
    conn: &Connection,
    item_type: &str,
) -> Result<Vec<(i64, String, Vec<String>)>, StoreError> {
    let mut statement = conn.prepare_cached(
        "SELECT l.version, i.item_type, l.target FROM item_links l JOIN items t ON t.id = l.target
         JOIN item_versions v ON v.version = l.version JOIN items i ON i.id = v.item
         WHERE t.item_type = ?1 AND i.item_type <> ?1 ORDER BY l.version",
    )?;
    let rows = statement.query_map([item_type], |row| {
        Ok((row.get(0)?, row.get(1)?, row.get(2)?))
    })?;
    let mut found: Vec<(i64, String, Vec<String>)> = Vec::new();
    for row in rows {
        let (version, model, target): (i64, String, String) = row?;
        match found.last_mut() {
            Some((last, _, targets)) if *last == version => targets.push(target),
            Some(_) | None => found.push((version, model, vec![target])),
        }
    }
    Ok(found)
}

/// Ids of the records whose current version has this text at a JSON path, found by an index: looking for a value must not
/// read every document. An index is by path, whatever model has a field there, so no schema change makes it wrong.
pub(crate) fn with_text_at(
    tx: &Connection,
    path: &str,
    text: &str,
) -> Result<Vec<(String, String)>, StoreError> {
    let literal = path.replace('\'', "''");
    let name: String = path
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '_' })
        .collect();
    tx.execute_batch(&format!(
        "CREATE INDEX IF NOT EXISTS \"item_value_{name}\" ON item_versions (json_extract(attributes, '{literal}'))"
    ))?;
    // Named and put first: without statistics SQLite would rather walk all records of the model.
    let mut statement = tx.prepare_cached(&format!(
        "SELECT i.id, i.item_type FROM item_versions v INDEXED BY \"item_value_{name}\"
         CROSS JOIN items i ON i.id = v.item AND i.current_version = v.version
         WHERE json_extract(v.attributes, '{literal}') = ?1"
    ))?;
    let rows = statement.query_map([text], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}
