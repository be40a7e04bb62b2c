//! Models whose records have to be judged again, because the schema has changed.
//!
//! One row a model, not one a record: that a hundred thousand records are in doubt is noted at once, and the documents are
//! written only where the verdict is another. Versions are judged in the order of their numbers, so `judged_to` says which
//! of them are done, and a server that was killed goes on there.

use rusqlite::{Connection, OptionalExtension, params};

use crate::clock::Timestamp;
use crate::store::StoreError;

/// Table of the models in doubt.
pub(crate) const DDL: &str = "
CREATE TABLE IF NOT EXISTS revalidations (
  item_type TEXT PRIMARY KEY,
  judged_to INTEGER NOT NULL,
  due_at INTEGER NOT NULL
) WITHOUT ROWID;
";

/// Due whenever somebody looks: what is asked for and not given a time.
const AT_ONCE: i64 = i64::MIN;

/// A model whose records are being judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Revalidation {
    pub(crate) item_type: String,
    /// Versions up to this number are judged.
    pub(crate) judged_to: i64,
}

/// Puts every version of a model's records in doubt; those that were judged meanwhile as well.
pub(crate) fn ask(tx: &Connection, item_type: &str) -> Result<(), StoreError> {
    tx.execute(
        "INSERT OR REPLACE INTO revalidations (item_type, judged_to, due_at) VALUES (?1, 0, ?2)",
        params![item_type, AT_ONCE],
    )?;
    Ok(())
}

/// Puts off what was asked for and has no time yet; whether there was any.
pub(crate) fn put_off(tx: &Connection, until: Timestamp) -> Result<bool, StoreError> {
    let changed = tx.execute(
        "UPDATE revalidations SET due_at = ?1 WHERE due_at = ?2",
        [until.millis(), AT_ONCE],
    )?;
    Ok(changed > 0)
}

/// Makes everything due: what another process put off is not waited for.
pub(crate) fn hasten(tx: &Connection) -> Result<(), StoreError> {
    tx.execute("UPDATE revalidations SET due_at = ?1", [AT_ONCE])?;
    Ok(())
}

/// The model to go on with, if one is due.
pub(crate) fn first_due(
    conn: &Connection,
    now: Timestamp,
) -> Result<Option<Revalidation>, StoreError> {
    let found = conn
        .prepare_cached(
            "SELECT item_type, judged_to FROM revalidations WHERE due_at <= ?1 ORDER BY due_at, item_type LIMIT 1",
        )?
        .query_row([now.millis()], |row| {
            Ok(Revalidation {
                item_type: row.get(0)?,
                judged_to: row.get(1)?,
            })
        })
        .optional()?;
    Ok(found)
}

/// When the next model is due.
pub(crate) fn next(conn: &Connection) -> Result<Option<Timestamp>, StoreError> {
    let at: Option<i64> = conn.query_row("SELECT min(due_at) FROM revalidations", [], |row| {
        row.get(0)
    })?;
    Ok(at.map(Timestamp::from_millis))
}

/// Whether records of the model are in doubt.
pub(crate) fn is_pending(conn: &Connection, item_type: &str) -> Result<bool, StoreError> {
    let pending = conn
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM revalidations WHERE item_type = ?1)")?
        .query_row([item_type], |row| row.get(0))?;
    Ok(pending)
}

/// Notes how far a model's records are judged.
pub(crate) fn advance(tx: &Connection, item_type: &str, judged_to: i64) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE revalidations SET judged_to = ?2 WHERE item_type = ?1",
        params![item_type, judged_to],
    )?;
    Ok(())
}

/// All records of the model are judged, or it is gone.
pub(crate) fn done(tx: &Connection, item_type: &str) -> Result<(), StoreError> {
    tx.execute(
        "DELETE FROM revalidations WHERE item_type = ?1",
        [item_type],
    )?;
    Ok(())
}
