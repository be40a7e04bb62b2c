//! Versions of records: what they say, since when they were public, whether they are valid.

use rusqlite::{Connection, OptionalExtension, Row, params};
use serde_json::{Map, Value};

use super::{Author, author, sql_count};
use crate::clock::Timestamp;
use crate::store::StoreError;

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

/// What is known about a version beside its document.
#[derive(Debug, Clone, Default)]
pub(crate) struct Contents {
    /// Id and block model of every block inside, at any depth.
    pub(crate) blocks: Vec<(String, String)>,
    /// Ids of the records it points at, from blocks too.
    pub(crate) links: Vec<String>,
}

const VERSION_COLUMNS: &str = "version, item, attributes, created_at, editor_type, editor_id, is_valid, published_from, published_until";

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

/// What a version says.
pub(crate) fn attributes_of(
    conn: &Connection,
    version: i64,
) -> Result<Map<String, Value>, StoreError> {
    document(&stored_document(conn, version)?)
}

/// What a version says, as it is stored.
pub(crate) fn stored_document(conn: &Connection, version: i64) -> Result<String, StoreError> {
    let text = conn
        .prepare_cached("SELECT attributes FROM item_versions WHERE version = ?1")?
        .query_row([version], |row| row.get(0))
        .optional()?;
    text.ok_or_else(|| StoreError::Damaged {
        what: format!("record version {version}"),
        reason: "it is missing".to_owned(),
    })
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
