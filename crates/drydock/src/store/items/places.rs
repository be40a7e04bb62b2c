//! Where the records of sortable and tree models stand.

use rusqlite::{Connection, params};

use super::ItemRow;
use crate::store::StoreError;

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
