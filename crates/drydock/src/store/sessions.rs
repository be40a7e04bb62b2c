//! Sessions: what users are let in with once they have said who they are. Only hashes of their ids are kept, since an id is
//! all it takes.

use rusqlite::{Connection, OptionalExtension};
use sha2::{Digest, Sha256};

use super::StoreError;

pub(crate) const DDL: &str = "
CREATE TABLE IF NOT EXISTS sessions (hash TEXT PRIMARY KEY, user_id TEXT NOT NULL) WITHOUT ROWID;
";

/// Begins a session.
pub(crate) fn insert(tx: &Connection, id: &str, user: &str) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO sessions (hash, user_id) VALUES (?1, ?2)",
        [&hash(id), user],
    )?;
    Ok(())
}

/// The user of a session.
pub(crate) fn user(connection: &Connection, id: &str) -> Result<Option<String>, StoreError> {
    Ok(connection
        .prepare_cached("SELECT user_id FROM sessions WHERE hash = ?1")?
        .query_row([hash(id)], |row| row.get(0))
        .optional()?)
}

/// Ends a session; says whether there was one.
pub(crate) fn delete(tx: &Connection, id: &str) -> Result<bool, StoreError> {
    Ok(tx.execute("DELETE FROM sessions WHERE hash = ?1", [hash(id)])? > 0)
}

/// Ends all sessions of a user.
pub(crate) fn delete_of(tx: &Connection, user: &str) -> Result<(), StoreError> {
    tx.execute("DELETE FROM sessions WHERE user_id = ?1", [user])?;
    Ok(())
}

fn hash(id: &str) -> String {
    use std::fmt::Write;
    Sha256::digest(id)
        .iter()
        .fold(String::with_capacity(64), |mut text, byte| {
            // Writing into a text cannot fail.
            let _ = write!(text, "{byte:02x}");
            text
        })
}
