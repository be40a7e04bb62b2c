//! The project's own database: the list of environments, jobs, credentials of users, and the flags of the whole project.

use rusqlite::{Connection, OptionalExtension, Row, params};
use serde_json::Value;

use super::{StoreError, meta, set_meta};
use crate::clock::Timestamp;

/// The project's database.
pub(crate) type ProjectDb = super::Database;

pub(crate) const DDL: &str = "
CREATE TABLE IF NOT EXISTS environments (
    seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, file TEXT NOT NULL UNIQUE, status TEXT NOT NULL,
    is_primary INTEGER NOT NULL, created_at INTEGER NOT NULL, forked_from TEXT, fork_source TEXT,
    read_only INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE IF NOT EXISTS jobs (
    id TEXT PRIMARY KEY, status INTEGER, payload TEXT, ready_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS user_tokens (token TEXT PRIMARY KEY, user_id TEXT NOT NULL) WITHOUT ROWID;
INSERT OR IGNORE INTO meta (key, value) VALUES ('entities_revision', 0);
CREATE TRIGGER IF NOT EXISTS entity_inserted AFTER INSERT ON entities BEGIN
    UPDATE meta SET value = value + 1 WHERE key = 'entities_revision';
END;
CREATE TRIGGER IF NOT EXISTS entity_updated AFTER UPDATE ON entities BEGIN
    UPDATE meta SET value = value + 1 WHERE key = 'entities_revision';
END;
CREATE TRIGGER IF NOT EXISTS entity_deleted AFTER DELETE ON entities BEGIN
    UPDATE meta SET value = value + 1 WHERE key = 'entities_revision';
END;
";

/// Moves with every change of the project's entities: its users, roles and tokens are among them.
pub(crate) fn entities_revision(connection: &Connection) -> Result<i64, StoreError> {
    Ok(super::meta(connection, "entities_revision")?.unwrap_or(0))
}

/// `meta.status` of an environment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum EnvironmentStatus {
    /// Being copied.
    Creating,
    /// In use.
    Ready,
    /// Being destroyed.
    Destroying,
}

impl EnvironmentStatus {
    /// The word on the wire.
    pub(crate) fn wire(self) -> &'static str {
        match self {
            Self::Creating => "creating",
            Self::Ready => "ready",
            Self::Destroying => "destroying",
        }
    }

    fn parse(word: &str) -> Option<Self> {
        [Self::Creating, Self::Ready, Self::Destroying]
            .into_iter()
            .find(|status| status.wire() == word)
    }
}

/// One environment as the project knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct EnvironmentRow {
    /// Its id: the name people see.
    pub id: String,
    /// The name of its database, which a rename does not touch.
    pub file: String,
    /// Where it stands.
    pub status: EnvironmentStatus,
    /// Whether it is the primary one.
    pub primary: bool,
    /// When its fork was asked for.
    pub created_at: Timestamp,
    /// Id of the environment it was forked from, as it was called then.
    pub forked_from: Option<String>,
    /// While `Creating`: the `file` of the source.
    pub fork_source: Option<String>,
    /// Whether a fast fork of it runs.
    pub read_only: bool,
}

const COLUMNS: &str =
    "id, file, status, is_primary, created_at, forked_from, fork_source, read_only";

/// All environments, oldest first.
pub(crate) fn environments(connection: &Connection) -> Result<Vec<EnvironmentRow>, StoreError> {
    let mut statement =
        connection.prepare_cached(&format!("SELECT {COLUMNS} FROM environments ORDER BY seq"))?;
    let rows = statement.query_map([], environment_row)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// One environment.
pub(crate) fn environment(
    connection: &Connection,
    id: &str,
) -> Result<Option<EnvironmentRow>, StoreError> {
    let mut statement =
        connection.prepare_cached(&format!("SELECT {COLUMNS} FROM environments WHERE id = ?1"))?;
    Ok(statement.query_row([id], environment_row).optional()?)
}

/// The primary environment; `None` in a project that is not set up yet.
pub(crate) fn primary(connection: &Connection) -> Result<Option<EnvironmentRow>, StoreError> {
    let mut statement = connection.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM environments WHERE is_primary"
    ))?;
    Ok(statement.query_row([], environment_row).optional()?)
}

fn environment_row(row: &Row<'_>) -> rusqlite::Result<EnvironmentRow> {
    let word: String = row.get(2)?;
    let status = EnvironmentStatus::parse(&word)
        .ok_or_else(|| rusqlite::Error::InvalidColumnType(2, word, rusqlite::types::Type::Text))?;
    Ok(EnvironmentRow {
        id: row.get(0)?,
        file: row.get(1)?,
        status,
        primary: row.get(3)?,
        created_at: Timestamp::from_millis(row.get(4)?),
        forked_from: row.get(5)?,
        fork_source: row.get(6)?,
        read_only: row.get(7)?,
    })
}

/// Adds an environment.
pub(crate) fn insert_environment(tx: &Connection, row: &EnvironmentRow) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO environments (id, file, status, is_primary, created_at, forked_from, fork_source, read_only)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        params![
            row.id,
            row.file,
            row.status.wire(),
            row.primary,
            row.created_at.millis(),
            row.forked_from,
            row.fork_source,
            row.read_only
        ],
    )?;
    Ok(())
}

/// Replaces everything about the environment with this `file` (its id may be a new one).
pub(crate) fn update_environment(tx: &Connection, row: &EnvironmentRow) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE environments SET id = ?1, status = ?3, is_primary = ?4, forked_from = ?5, fork_source = ?6, read_only = ?7
         WHERE file = ?2",
        params![row.id, row.file, row.status.wire(), row.primary, row.forked_from, row.fork_source, row.read_only],
    )?;
    Ok(())
}

/// Forgets an environment.
pub(crate) fn delete_environment(tx: &Connection, file: &str) -> Result<(), StoreError> {
    tx.execute("DELETE FROM environments WHERE file = ?1", [file])?;
    Ok(())
}

/// Swaps the roles: `file` becomes primary, every other environment a sandbox, in one statement.
pub(crate) fn make_primary(tx: &Connection, file: &str) -> Result<(), StoreError> {
    tx.execute("UPDATE environments SET is_primary = (file = ?1)", [file])?;
    Ok(())
}

const MAINTENANCE: &str = "maintenance_mode";

/// Whether maintenance mode is active.
pub(crate) fn maintenance(connection: &Connection) -> Result<bool, StoreError> {
    Ok(meta(connection, MAINTENANCE)? == Some(1))
}

/// Switches maintenance mode.
pub(crate) fn set_maintenance(tx: &Connection, active: bool) -> Result<(), StoreError> {
    set_meta(tx, MAINTENANCE, i64::from(active))
}

/// A job as stored. `outcome: None` while it runs.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct JobRow {
    pub(crate) outcome: Option<(u16, Value)>,
    pub(crate) ready_at: Timestamp,
}

/// Stores a job, or its outcome.
pub(crate) fn put_job(tx: &Connection, id: &str, job: &JobRow) -> Result<(), StoreError> {
    let (status, payload) = match &job.outcome {
        Some((status, payload)) => (Some(*status), Some(payload.to_string())),
        None => (None, None),
    };
    tx.execute(
        "INSERT OR REPLACE INTO jobs (id, status, payload, ready_at) VALUES (?1, ?2, ?3, ?4)",
        params![id, status, payload, job.ready_at.millis()],
    )?;
    Ok(())
}

/// Finds a job.
pub(crate) fn job(connection: &Connection, id: &str) -> Result<Option<JobRow>, StoreError> {
    let row = connection
        .query_row(
            "SELECT status, payload, ready_at FROM jobs WHERE id = ?1",
            [id],
            |row| {
                Ok((
                    row.get::<_, Option<u16>>(0)?,
                    row.get::<_, Option<String>>(1)?,
                    row.get::<_, i64>(2)?,
                ))
            },
        )
        .optional()?;
    let Some((status, payload, ready_at)) = row else {
        return Ok(None);
    };
    let outcome = match (status, payload) {
        (Some(status), Some(payload)) => {
            let payload = serde_json::from_str(&payload).map_err(|error| StoreError::Damaged {
                what: format!("job {id}"),
                reason: error.to_string(),
            })?;
            Some((status, payload))
        }
        _ => None,
    };
    Ok(Some(JobRow {
        outcome,
        ready_at: Timestamp::from_millis(ready_at),
    }))
}

/// Jobs without an outcome: after a start, those the previous process did not finish.
pub(crate) fn unfinished_jobs(connection: &Connection) -> Result<Vec<String>, StoreError> {
    let mut statement = connection.prepare("SELECT id FROM jobs WHERE status IS NULL")?;
    let rows = statement.query_map([], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Gives a user a token of their own, as the panel's user switcher needs.
pub(crate) fn set_user_token(tx: &Connection, user: &str, token: &str) -> Result<(), StoreError> {
    tx.execute(
        "INSERT OR REPLACE INTO user_tokens (token, user_id) VALUES (?1, ?2)",
        [token, user],
    )?;
    Ok(())
}

/// Takes a user's tokens away.
pub(crate) fn delete_user_tokens(tx: &Connection, user: &str) -> Result<(), StoreError> {
    tx.execute("DELETE FROM user_tokens WHERE user_id = ?1", [user])?;
    Ok(())
}

/// The token of a user.
pub(crate) fn user_token(
    connection: &Connection,
    user: &str,
) -> Result<Option<String>, StoreError> {
    Ok(connection
        .query_row(
            "SELECT token FROM user_tokens WHERE user_id = ?1",
            [user],
            |row| row.get(0),
        )
        .optional()?)
}

/// The user a token belongs to.
pub(crate) fn user_of_token(
    connection: &Connection,
    token: &str,
) -> Result<Option<String>, StoreError> {
    Ok(connection
        .prepare_cached("SELECT user_id FROM user_tokens WHERE token = ?1")?
        .query_row([token], |row| row.get(0))
        .optional()?)
}
