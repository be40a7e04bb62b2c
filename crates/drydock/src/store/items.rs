//! Record tables and their versions.
//!
//! A record is a row of `items` with its metadata; what it says is in `item_versions`, one JSON document a version with
//! the blocks inside. Two indexes are kept beside each version: the blocks it contains and the records it points at, so
//! that neither question needs a walk through documents. Publication is a pointer to a version, never a copy. How many records a
//! model has is counted as they come and go: a list tells its length on every page.

mod links;
mod places;
mod versions;

use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::clock::Timestamp;
use crate::store::StoreError;

pub(crate) use links::{
    Face, referrers, versions_mentioning, versions_pointing_into, with_text_at,
};
pub(crate) use places::{children, last_position, leave_place, make_room, number_all};
pub(crate) use versions::{
    Contents, VersionRow, add_version, attributes_of, document, find_version, mark_published,
    mark_unpublished, models_with, publish_all, rewrite_version, set_validity, stored_document,
    versions_after, versions_of, versions_with,
};

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
CREATE TABLE IF NOT EXISTS item_counts (item_type TEXT PRIMARY KEY, records INTEGER NOT NULL) WITHOUT ROWID;
INSERT INTO item_counts SELECT item_type, count(*) FROM items WHERE NOT EXISTS (SELECT 1 FROM item_counts) GROUP BY item_type;
CREATE TRIGGER IF NOT EXISTS items_counted_in AFTER INSERT ON items BEGIN
  INSERT INTO item_counts VALUES (new.item_type, 1) ON CONFLICT DO UPDATE SET records = records + 1;
END;
CREATE TRIGGER IF NOT EXISTS items_counted_out AFTER DELETE ON items BEGIN
  UPDATE item_counts SET records = records - 1 WHERE item_type = old.item_type;
END;
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

/// The columns of [`ItemRow`], for queries that join; `items` must be called `i`.
pub(crate) const ITEM_COLUMNS: &str = "i.id, i.item_type, i.created_at, i.updated_at, i.published_at, \
    i.first_published_at, i.current_version, i.published_version, i.is_valid, i.is_published_valid, i.creator_type, \
    i.creator_id, i.stage, i.position, i.parent_id, \
    CASE WHEN EXISTS (SELECT 1 FROM schedules) THEN \
      (SELECT at FROM schedules s WHERE s.item = i.id AND s.kind = 'scheduled_publication') END, \
    CASE WHEN EXISTS (SELECT 1 FROM schedules) THEN \
      (SELECT at FROM schedules s WHERE s.item = i.id AND s.kind = 'scheduled_unpublishing') END, \
    CASE WHEN EXISTS (SELECT 1 FROM revalidations) THEN \
      (SELECT judged_to FROM revalidations r WHERE r.item_type = i.item_type) END";

/// Whether the current version is valid, in SQL; nothing while it is in doubt.
pub(crate) const CURRENT_VALIDITY: &str = "CASE WHEN EXISTS (SELECT 1 FROM revalidations r \
    WHERE r.item_type = i.item_type AND r.judged_to < i.current_version) THEN NULL ELSE i.is_valid END";

/// The same of the published version.
pub(crate) const PUBLISHED_VALIDITY: &str = "CASE WHEN EXISTS (SELECT 1 FROM revalidations r \
    WHERE r.item_type = i.item_type AND r.judged_to < i.published_version) THEN NULL ELSE i.is_published_valid END";

/// How many columns [`ITEM_COLUMNS`] names.
pub(crate) const ITEM_COLUMN_COUNT: usize = 18;

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

/// The record with this id. Blocks are not records: see [`owner_of_block`].
pub(crate) fn find(conn: &Connection, id: &str) -> Result<Option<ItemRow>, StoreError> {
    let sql = format!("SELECT {ITEM_COLUMNS} FROM items i WHERE i.id = ?1");
    Ok(conn
        .prepare_cached(&sql)?
        .query_row([id], item_from_row)
        .optional()?)
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

/// Ids of the records of a model, oldest first.
pub(crate) fn ids_of_type(conn: &Connection, item_type: &str) -> Result<Vec<String>, StoreError> {
    let mut statement =
        conn.prepare_cached("SELECT id FROM items WHERE item_type = ?1 ORDER BY created_at, id")?;
    let rows = statement.query_map([item_type], |row| row.get(0))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// A count or offset as SQLite takes it.
pub(crate) fn sql_count(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
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
