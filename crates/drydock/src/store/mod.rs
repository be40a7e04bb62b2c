//! ``SQLite``: one database for the project, one for each environment.
//!
//! A [`Database`] is one connection behind a lock, so a write is seen by every later read. In a file it runs in WAL mode with
//! `synchronous = NORMAL`: what was committed survives the end of the process, however sudden.

pub(crate) mod entity;
pub(crate) mod environment;
pub(crate) mod fork;
pub(crate) mod items;
pub(crate) mod project;
pub(crate) mod revalidations;
pub(crate) mod schedules;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior, params};

use crate::clock::{Clock, Timestamp};

/// A database that refused.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// `SQLite` failed.
    #[error("database: {0}")]
    Sqlite(#[from] rusqlite::Error),
    /// A stored document is not the JSON it should be.
    #[error("stored {what} is damaged: {reason}")]
    Damaged {
        /// Which document.
        what: String,
        /// What the parser said.
        reason: String,
    },
    /// The environment takes no writes now.
    #[error("{0}")]
    Frozen(Frozen),
}

/// Why an environment takes no writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Frozen {
    /// It is primary, and maintenance mode is active.
    #[error("the primary environment is read-only during maintenance mode")]
    Maintenance,
    /// A fast fork of it is running.
    #[error("the environment is read-only while a fast fork of it runs")]
    FastFork,
    /// It is being copied into or destroyed.
    #[error("the environment is not ready")]
    NotReady,
}

/// One `SQLite` database, in a file or in memory. Clones share it.
#[derive(Clone)]
pub(crate) struct Database(Arc<Inner>);

struct Inner {
    state: Mutex<State>,
    file: Option<PathBuf>,
    clock: Clock,
    /// Environment databases note when their data last changed.
    notes_changes: bool,
}

struct State {
    connection: Connection,
    frozen: Option<Frozen>,
}

/// What every database has.
const COMMON_DDL: &str = "
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS entities (
    seq INTEGER PRIMARY KEY, kind TEXT NOT NULL, id TEXT NOT NULL,
    attributes TEXT NOT NULL, relationships TEXT NOT NULL, meta TEXT,
    UNIQUE (kind, id)
);
";

/// What a database is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    Project,
    Environment,
}

impl Database {
    /// Opens, or creates, a database. `file: None` is memory.
    pub(crate) fn open(
        file: Option<&Path>,
        purpose: Purpose,
        clock: &Clock,
    ) -> Result<Self, StoreError> {
        let connection = match file {
            // Another server would hold the project's file until it ends: no point in waiting for it.
            Some(file) => match purpose {
                Purpose::Project => open_file_within(file, Duration::ZERO)?,
                Purpose::Environment => open_file(file)?,
            },
            None => Connection::open_in_memory()?,
        };
        if purpose == Purpose::Project {
            // Held until the process ends: a second server on the same directory is refused.
            connection.pragma_update(None, "locking_mode", "EXCLUSIVE")?;
        }
        Self::over(connection, file, purpose, clock)
    }

    /// Takes over a connection whose content is already there, as after a fork.
    pub(crate) fn over(
        connection: Connection,
        file: Option<&Path>,
        purpose: Purpose,
        clock: &Clock,
    ) -> Result<Self, StoreError> {
        connection.execute_batch(COMMON_DDL)?;
        match purpose {
            Purpose::Project => {
                connection.execute_batch(project::DDL)?;
                connection.execute_batch(crate::search::DDL)?;
                connection.execute_batch(crate::audit::DDL)?;
                connection.execute_batch(crate::usage::DDL)?;
            }
            Purpose::Environment => {
                connection.execute_batch(items::DDL)?;
                connection.execute_batch(schedules::DDL)?;
                connection.execute_batch(revalidations::DDL)?;
            }
        }
        Ok(Self(Arc::new(Inner {
            state: Mutex::new(State {
                connection,
                frozen: None,
            }),
            file: file.map(Path::to_owned),
            clock: clock.clone(),
            notes_changes: purpose == Purpose::Environment,
        })))
    }

    /// Runs `f` over the current content.
    pub(crate) fn read<T, E: From<StoreError>>(
        &self,
        f: impl FnOnce(&Connection) -> Result<T, E>,
    ) -> Result<T, E> {
        f(&self.lock().connection)
    }

    /// Runs `f` in a transaction that is committed when `f` succeeds and undone when it fails. In an environment database a
    /// commit moves `last_data_change_at`. Refused while the environment is frozen, with no gap between check and commit.
    pub(crate) fn write<T, E: From<StoreError>>(
        &self,
        f: impl FnOnce(&Transaction<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut state = self.lock();
        if let Some(reason) = state.frozen {
            return Err(StoreError::Frozen(reason).into());
        }
        let notes = self.0.notes_changes.then(|| self.0.clock.now());
        transact(&mut state.connection, |tx| {
            let value = f(tx)?;
            if let Some(now) = notes {
                set_meta(tx, LAST_DATA_CHANGE, now.millis())?;
            }
            Ok(value)
        })
    }

    /// Like [`Database::write`], for the server's own bookkeeping: never refused, not a change of data.
    pub(crate) fn write_quietly<T, E: From<StoreError>>(
        &self,
        f: impl FnOnce(&Transaction<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        transact(&mut self.lock().connection, f)
    }

    /// Refuses writes from now on, or takes them again. When it returns no earlier write is still running.
    pub(crate) fn set_frozen(&self, reason: Option<Frozen>) {
        self.lock().frozen = reason;
    }

    /// Why writes are refused now.
    pub(crate) fn frozen(&self) -> Option<Frozen> {
        self.lock().frozen
    }

    /// The revision of the schema: two equal revisions mean equal schemas, in whatever environment they are seen.
    pub(crate) fn revision(&self) -> Result<u64, StoreError> {
        self.read(|connection| {
            Ok(meta(connection, SCHEMA_REVISION)?
                .unwrap_or(0)
                .unsigned_abs())
        })
    }

    /// When the data last changed.
    pub(crate) fn last_data_change(&self) -> Result<Option<Timestamp>, StoreError> {
        self.read(|connection| Ok(meta(connection, LAST_DATA_CHANGE)?.map(Timestamp::from_millis)))
    }

    /// A connection that sees the content as it is now, whatever is written later.
    pub(crate) fn snapshot(&self) -> Result<Connection, StoreError> {
        let state = self.lock();
        if let Some(file) = &self.0.file {
            let connection = open_file(file)?;
            // A read transaction pins this state of the WAL, so a running fork copies one moment and never starts over.
            connection.execute_batch("BEGIN")?;
            connection.query_row("SELECT count(*) FROM sqlite_master", [], |_| Ok(()))?;
            return Ok(connection);
        }
        let mut copy = Connection::open_in_memory()?;
        fork::copy_at_once(&state.connection, &mut copy)?;
        Ok(copy)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // A panic inside a transaction rolls it back on unwinding, so the state behind a poisoned lock is sound.
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl std::fmt::Debug for Database {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Database")
            .field("file", &self.0.file)
            .finish_non_exhaustive()
    }
}

const LAST_DATA_CHANGE: &str = "last_data_change_at";
const SCHEMA_REVISION: &str = "schema_revision";

/// Marks the schema as changed. Revisions are random rather than counted: an environment that is destroyed and forked anew
/// under the same name can never repeat one that stood for another schema.
pub(crate) fn touch_schema(tx: &Connection) -> Result<(), StoreError> {
    set_meta(tx, SCHEMA_REVISION, rand::random::<i64>().saturating_abs())
}

/// Sets when the data last changed, as a finished fork does.
pub(crate) fn set_last_data_change(tx: &Connection, at: Timestamp) -> Result<(), StoreError> {
    set_meta(tx, LAST_DATA_CHANGE, at.millis())
}

fn transact<T, E: From<StoreError>>(
    connection: &mut Connection,
    f: impl FnOnce(&Transaction<'_>) -> Result<T, E>,
) -> Result<T, E> {
    let tx = connection
        .transaction_with_behavior(TransactionBehavior::Immediate)
        .map_err(StoreError::from)?;
    let value = f(&tx)?;
    tx.commit().map_err(StoreError::from)?;
    Ok(value)
}

/// Reads a number kept under `key`.
pub(crate) fn meta(connection: &Connection, key: &str) -> Result<Option<i64>, StoreError> {
    Ok(connection
        .query_row("SELECT value FROM meta WHERE key = ?1", [key], |row| {
            row.get(0)
        })
        .optional()?)
}

/// Keeps a number under `key`.
pub(crate) fn set_meta(connection: &Connection, key: &str, value: i64) -> Result<(), StoreError> {
    connection.execute(
        "INSERT OR REPLACE INTO meta (key, value) VALUES (?1, ?2)",
        params![key, value],
    )?;
    Ok(())
}

/// Opens a database file the way all of them are opened.
pub(crate) fn open_file(file: &Path) -> Result<Connection, StoreError> {
    open_file_within(file, Duration::from_secs(5))
}

/// Opens a database file, waiting this long for somebody else's lock.
fn open_file_within(file: &Path, patience: Duration) -> Result<Connection, StoreError> {
    let connection = Connection::open(file)?;
    connection.busy_timeout(patience)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "NORMAL")?;
    Ok(connection)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(connection: &Connection) -> Result<i64, StoreError> {
        Ok(
            connection.query_row("SELECT count(*) FROM meta WHERE key LIKE 'n%'", [], |row| {
                row.get(0)
            })?,
        )
    }

    #[test]
    fn no_write_lands_once_a_freeze_is_in_force() {
        let database = Database::open(None, Purpose::Environment, &Clock::system()).unwrap();
        let writer = std::thread::spawn({
            let database = database.clone();
            move || (0..).find_map(|n| database.write(|tx| set_meta(tx, &format!("n{n}"), n)).err())
        });
        while database.read(count).unwrap() < 10 {
            std::thread::yield_now();
        }
        database.set_frozen(Some(Frozen::Maintenance));
        let frozen_with = database.read(count).unwrap();
        let refusal = writer.join().unwrap();
        assert!(matches!(
            refusal,
            Some(StoreError::Frozen(Frozen::Maintenance))
        ));
        assert_eq!(database.read(count).unwrap(), frozen_with);
    }

    #[test]
    fn a_failed_write_leaves_nothing_behind() {
        let database = Database::open(None, Purpose::Environment, &Clock::system()).unwrap();
        let outcome = database.write(|tx| {
            set_meta(tx, "n", 1)?;
            touch_schema(tx)?;
            Err::<(), _>(StoreError::Damaged {
                what: "test".into(),
                reason: "on purpose".into(),
            })
        });
        assert!(outcome.is_err());
        assert_eq!(database.read(count).unwrap(), 0);
        assert_eq!(database.revision().unwrap(), 0);
        assert_eq!(database.last_data_change().unwrap(), None);
    }

    #[test]
    fn the_revision_moves_with_the_schema_only() {
        let database = Database::open(None, Purpose::Environment, &Clock::system()).unwrap();
        database.write(touch_schema_of).unwrap();
        let revision = database.revision().unwrap();
        database.write(|tx| set_meta(tx, "n", 1)).unwrap();
        assert_eq!(database.revision().unwrap(), revision);
        database.write(touch_schema_of).unwrap();
        assert_ne!(database.revision().unwrap(), revision);
    }

    fn touch_schema_of(tx: &Transaction<'_>) -> Result<(), StoreError> {
        touch_schema(tx)
    }
}
