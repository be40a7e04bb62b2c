//! ``SQLite``: one database for the project, one for each environment.
//!
//! A [`Database`] writes over one connection behind a lock. In a file it runs in WAL mode with `synchronous = NORMAL`: what was
//! committed survives the end of the process, however sudden. Beside the connection that writes to the file of an environment
//! there are some that read: nobody waits for a writer to read what was there before, and a write is seen by every read that
//! begins after it. In memory, and for the project, the one connection does both.

pub(crate) mod bookmarks;
pub(crate) mod entity;
pub(crate) mod environment;
pub(crate) mod fork;
pub(crate) mod items;
pub(crate) mod project;
pub(crate) mod revalidations;
pub(crate) mod schedules;
pub(crate) mod sessions;

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rusqlite::{
    Connection, OpenFlags, OptionalExtension, Transaction, TransactionBehavior, params,
};

use crate::clock::{Clock, Timestamp};
use bookmarks::Bookmarks;
use fork::Snapshot;

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
    /// A database's file could not be read or written.
    #[error("database file: {0}")]
    File(#[from] std::io::Error),
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
    /// Those connections of an environment's file that only read, and that nobody uses at the moment.
    readers: Mutex<Vec<Connection>>,
    file: Option<PathBuf>,
    clock: Clock,
    /// Environment databases note when their data last changed.
    notes_changes: bool,
    /// The file of an environment's database, for copying it. It stays open, and is closed after the connection: when a
    /// process closes a file it loses all the locks it has on it, those of its databases too.
    raw: Option<Mutex<File>>,
    bookmarks: Bookmarks,
}

struct State {
    connection: Connection,
    frozen: Option<Frozen>,
}

/// Connections that are kept for reading: as many as there are threads that may want one on a machine of today.
const READERS: usize = 8;

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
                connection.execute_batch(sessions::DDL)?;
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
        let raw = match (file, purpose) {
            (Some(file), Purpose::Environment) => Some(Mutex::new(File::open(file)?)),
            (Some(_), Purpose::Project) | (None, _) => None,
        };
        Ok(Self(Arc::new(Inner {
            state: Mutex::new(State {
                connection,
                frozen: None,
            }),
            readers: Mutex::default(),
            file: file.map(Path::to_owned),
            clock: clock.clone(),
            notes_changes: purpose == Purpose::Environment,
            raw,
            bookmarks: Bookmarks::default(),
        })))
    }

    /// Runs `f` over the current content, of which it sees one moment.
    pub(crate) fn read<T, E: From<StoreError>>(
        &self,
        f: impl FnOnce(&Connection) -> Result<T, E>,
    ) -> Result<T, E> {
        let Some(reader) = self.reader() else {
            return f(&self.lock().connection);
        };
        // One transaction for all that is read: one moment, and the file is locked once.
        let moment = reader.unchecked_transaction().map_err(StoreError::from)?;
        let outcome = f(&moment);
        drop(moment);
        let mut readers = self.readers();
        if readers.len() < READERS {
            readers.push(reader);
        }
        outcome
    }

    /// A connection that reads; `None` where the one that writes has to: in memory, for the project, and once the file is
    /// gone, as that of an environment is that was destroyed while somebody is still at it.
    fn reader(&self) -> Option<Connection> {
        let file = self.0.file.as_ref().filter(|_| self.0.raw.is_some())?;
        let idle = self.readers().pop();
        idle.or_else(|| open_reader(file).ok())
    }

    fn readers(&self) -> MutexGuard<'_, Vec<Connection>> {
        self.0
            .readers
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
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
                set_meta(tx, DATA_REVISION, new_revision())?;
            }
            Ok(value)
        })
    }

    /// Like [`Database::write`], for the server's own bookkeeping: never refused, not a change of data.
    pub(crate) fn write_quietly<T, E: From<StoreError>>(
        &self,
        f: impl FnOnce(&Transaction<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let notes = self.0.notes_changes;
        transact(&mut self.lock().connection, |tx| {
            let before = tx.total_changes();
            let value = f(tx)?;
            if notes && tx.total_changes() != before {
                set_meta(tx, DATA_REVISION, new_revision())?;
            }
            Ok(value)
        })
    }

    /// What is known of lists that were read.
    pub(crate) fn bookmarks(&self) -> &Bookmarks {
        &self.0.bookmarks
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

    /// The content as it is now, whatever is written later.
    pub(crate) fn snapshot(&self) -> Result<Snapshot, StoreError> {
        let state = self.lock();
        match &self.0.file {
            Some(file) => Snapshot::of_file(self, &state.connection, file),
            None => Snapshot::of_memory(&state.connection),
        }
    }

    /// The file of an environment's database.
    fn raw(&self) -> Option<&Mutex<File>> {
        self.0.raw.as_ref()
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
const DATA_REVISION: &str = "data_revision";

/// The revision of an environment's data: two equal revisions mean equal data.
pub(crate) fn data_revision(connection: &Connection) -> Result<i64, StoreError> {
    Ok(meta(connection, DATA_REVISION)?.unwrap_or(0))
}

/// Marks the schema as changed.
pub(crate) fn touch_schema(tx: &Connection) -> Result<(), StoreError> {
    set_meta(tx, SCHEMA_REVISION, new_revision())
}

/// A revision is random rather than counted: an environment that is destroyed and forked anew under the same name can never
/// repeat one that stood for something else, nor can a transaction after one that was undone.
fn new_revision() -> i64 {
    rand::random::<i64>().saturating_abs()
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
        .prepare_cached("SELECT value FROM meta WHERE key = ?1")?
        .query_row([key], |row| row.get(0))
        .optional()?)
}

/// Keeps a number under `key`.
pub(crate) fn set_meta(connection: &Connection, key: &str, value: i64) -> Result<(), StoreError> {
    connection
        .prepare_cached("INSERT OR REPLACE INTO meta (key, value) VALUES (?1, ?2)")?
        .execute(params![key, value])?;
    Ok(())
}

/// Opens a database file that is there, for reading.
fn open_reader(file: &Path) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(file, flags)?;
    set_up(&connection, Duration::from_secs(5))?;
    connection.pragma_update(None, "query_only", true)?;
    Ok(connection)
}

/// Opens a database file the way all of them are opened.
pub(crate) fn open_file(file: &Path) -> Result<Connection, StoreError> {
    open_file_within(file, Duration::from_secs(5))
}

/// How many pages, of 4 KB, the log may have before what is in it moves to the file. That waits for the disk, and a page that
/// was written often is moved once: four times SQLite's own choice saves most of it.
const LOGGED_PAGES: u32 = 4000;

/// Statements a connection keeps prepared: more than calls of one kind need.
const STATEMENTS: usize = 100;

/// Opens a database file, waiting this long for somebody else's lock.
fn open_file_within(file: &Path, patience: Duration) -> Result<Connection, StoreError> {
    let connection = Connection::open(file)?;
    set_up(&connection, patience)?;
    Ok(connection)
}

fn set_up(connection: &Connection, patience: Duration) -> Result<(), StoreError> {
    connection.busy_timeout(patience)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "NORMAL")?;
    connection.pragma_update(None, "wal_autocheckpoint", LOGGED_PAGES)?;
    Ok(())
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
    fn a_read_does_not_wait_for_a_write_and_sees_one_moment() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a");
        let database = Database::open(Some(&file), Purpose::Environment, &Clock::system()).unwrap();
        database
            .write::<_, StoreError>(|tx| {
                set_meta(tx, "n1", 1)?;
                // Another read than this transaction's own.
                assert_eq!(database.read(count)?, 0);
                Ok(())
            })
            .unwrap();
        database
            .read::<_, StoreError>(|connection| {
                assert_eq!(count(connection)?, 1);
                database.write(|tx| set_meta(tx, "n2", 2))?;
                assert_eq!(count(connection)?, 1);
                assert!(set_meta(connection, "n3", 3).is_err());
                Ok(())
            })
            .unwrap();
        assert_eq!(database.read(count).unwrap(), 2);
        // Whoever is at it when it is destroyed goes on, and does not bring it back.
        database.readers().clear();
        std::fs::remove_file(&file).unwrap();
        assert_eq!(database.read(count).unwrap(), 2);
        assert!(!file.exists());
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
