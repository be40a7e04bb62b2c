//! The audit log: every call of the management API that may change something, with who made it, where, and how it ended.
//!
//! Secrets are masked before anything is written down. The log is kept with the project; the oldest entries go when it has
//! more than [`KEPT`].

pub(crate) mod filter;
mod mask;

use rusqlite::{Connection, params};
use serde_json::{Value, json};

pub(crate) use mask::masked;

use crate::clock::Timestamp;
use crate::http::context::Caller;
use crate::state::App;
use crate::store::StoreError;

/// Where entries are kept. `seq` never repeats: tokens of pages name it.
pub(crate) const DDL: &str = "
CREATE TABLE IF NOT EXISTS audit_events (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL, occurred_at INTEGER NOT NULL, attributes TEXT NOT NULL
);
";

/// Entries kept.
const KEPT: i64 = 10_000;

/// A call as it is written down.
#[derive(Debug, Clone)]
pub(crate) struct Deed {
    /// For example `items.update`.
    pub(crate) action: String,
    pub(crate) environment: String,
    pub(crate) primary: bool,
    pub(crate) method: String,
    /// With its query.
    pub(crate) path: String,
    pub(crate) request_id: String,
    /// Masked; `null` for a call without a body.
    pub(crate) request: Value,
    pub(crate) status: u16,
    /// Masked; `null` for an answer without a body.
    pub(crate) response: Value,
}

/// An entry of the log.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Entry {
    pub(crate) seq: i64,
    pub(crate) id: String,
    pub(crate) occurred_at: Timestamp,
    /// As the API shows them in a detailed log.
    pub(crate) attributes: Value,
}

/// Writes a call down.
pub(crate) fn record(app: &App, caller: &Caller, deed: Deed) -> Result<(), StoreError> {
    app.project().write(|tx| {
        let mut attributes = json!({
            "action_name": deed.action,
            "actor": { "type": caller.kind.wire(), "id": caller.id, "name": caller.name },
            "role": caller.role.as_ref().map(|role| json!({ "id": role.id, "name": role.name })),
            "environment": { "id": deed.environment, "primary": deed.primary },
            "request": {
                "path": deed.path,
                "method": deed.method,
                "id": deed.request_id,
                "payload": null,
            },
            "response": { "status": deed.status, "payload": null },
            "impersonated": false,
        });
        // Moved in: they are by far the largest part.
        attributes["request"]["payload"] = deed.request;
        attributes["response"]["payload"] = object_or_empty(deed.response);
        tx.prepare_cached(
            "INSERT INTO audit_events (id, occurred_at, attributes) VALUES (?1, ?2, ?3)",
        )?
        .execute(params![
            app.new_id(),
            app.now().millis(),
            attributes.to_string()
        ])?;
        tx.prepare_cached("DELETE FROM audit_events WHERE seq <= ?1")?
            .execute([tx.last_insert_rowid().saturating_sub(KEPT)])?;
        Ok(())
    })
}

/// The payload of an answer is an object, in the vendor's types also where there is none.
fn object_or_empty(payload: Value) -> Value {
    if payload.is_object() {
        payload
    } else {
        json!({})
    }
}

/// Entries before `seq`, the newest first, until `take` says it has enough.
pub(crate) fn walk(
    connection: &Connection,
    before: i64,
    mut take: impl FnMut(Entry) -> bool,
) -> Result<(), StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT seq, id, occurred_at, attributes FROM audit_events WHERE seq < ?1 ORDER BY seq DESC",
    )?;
    let mut rows = statement.query([before])?;
    while let Some(row) = rows.next()? {
        let (seq, text): (i64, String) = (row.get(0)?, row.get(3)?);
        let attributes = serde_json::from_str(&text).map_err(|error| StoreError::Damaged {
            what: format!("audit log entry {seq}"),
            reason: error.to_string(),
        })?;
        let entry = Entry {
            seq,
            id: row.get(1)?,
            occurred_at: Timestamp::from_millis(row.get(2)?),
            attributes,
        };
        if !take(entry) {
            break;
        }
    }
    Ok(())
}
