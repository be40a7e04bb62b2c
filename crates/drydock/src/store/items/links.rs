//! Which records point at which, and which say something: questions the indexes beside the versions answer.

use rusqlite::Connection;
use serde_json::Value;

use crate::store::StoreError;

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
