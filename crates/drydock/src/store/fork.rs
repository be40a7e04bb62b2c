//! Copying a database as it is at one moment, whatever is written to it meanwhile: its file as it is where everything is in the
//! file, or page by page with `SQLite`'s online backup. At once or in steps.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use rusqlite::Connection;
use rusqlite::backup::{Backup, StepResult};

use super::{Database, StoreError, open_file};

/// Most bytes of a file that are copied before others come to it.
const CHUNK: u64 = 64 * 1024 * 1024;

/// A database at one moment.
#[derive(Debug)]
pub(crate) struct Snapshot {
    /// Reads that moment, and keeps what it reads from being written over. Ends before `whole`.
    connection: Connection,
    /// Where all of that moment is in the file, and stays there: nothing is put into it while somebody reads a moment of
    /// which nothing is in the log, nor while somebody reads the last moment that was moved out of the log.
    whole: Option<Database>,
}

impl Snapshot {
    /// The database as it is now. Nobody may write to it until this is done: the caller holds its lock.
    pub(super) fn of_file(
        database: &Database,
        writer: &Connection,
        file: &Path,
    ) -> Result<Self, StoreError> {
        let is_whole = is_all_in_file(writer)?;
        let connection = open_file(file)?;
        // A read transaction pins this state of the WAL, so a running fork copies one moment and never starts over.
        connection.execute_batch("BEGIN")?;
        connection.query_row("SELECT count(*) FROM sqlite_master", [], |_| Ok(()))?;
        Ok(Self {
            connection,
            whole: is_whole.then(|| database.clone()),
        })
    }

    /// The same of a database in memory: a copy of it.
    pub(super) fn of_memory(writer: &Connection) -> Result<Self, StoreError> {
        let mut connection = Connection::open_in_memory()?;
        back_up(writer, &mut connection, &mut Pace::at_once())?;
        Ok(Self {
            connection,
            whole: None,
        })
    }

    /// Copies it, into a file that is not there yet or into memory, and opens the copy. Blocks the calling thread, also while
    /// `on_step` waits. A copy that fails is the caller's to clear away.
    pub(crate) fn copy<F: FnMut(f64)>(
        &self,
        to: Option<&Path>,
        pace: &mut Pace<F>,
    ) -> Result<Connection, StoreError> {
        let Some(to) = to else {
            let mut target = Connection::open_in_memory()?;
            back_up(&self.connection, &mut target, pace)?;
            return Ok(target);
        };
        let whole = self.whole.as_ref().and_then(Database::raw);
        if let Some(source) = whole {
            copy_bytes(source, self.bytes()?, to, pace)?;
        } else {
            let mut target = Connection::open(to)?;
            // A copy that is cut short is thrown away: nothing of it has to be undone, nor be on the disk before the next
            // page is.
            target.pragma_update(None, "journal_mode", "OFF")?;
            target.pragma_update(None, "synchronous", "OFF")?;
            back_up(&self.connection, &mut target, pace)?;
        }
        // The copy says WAL in its header; opening it gives it the settings of every other database.
        open_file(to)
    }

    fn bytes(&self) -> Result<u64, StoreError> {
        let number = |pragma: &str| {
            let sql = format!("PRAGMA {pragma}");
            self.connection
                .query_row(&sql, [], |row| row.get::<_, i64>(0))
        };
        let bytes = number("page_count")?.saturating_mul(number("page_size")?);
        Ok(bytes.unsigned_abs())
    }
}

/// Moves what is in the log into the file, as far as nobody reads what is there. Whether nothing is left to move.
fn is_all_in_file(writer: &Connection) -> Result<bool, StoreError> {
    let (busy, logged, moved): (bool, i64, i64) =
        writer.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })?;
    Ok(!busy && logged == moved)
}

/// How a copy is spread: into about how many steps, and what to do after each, given the percentage done.
pub(crate) struct Pace<F> {
    pub(crate) steps: u32,
    pub(crate) on_step: F,
}

impl Pace<fn(f64)> {
    fn at_once() -> Self {
        Self {
            steps: 1,
            on_step: |_| {},
        }
    }
}

/// Copies so many bytes of a file. Threads that copy the same file take turns: they share the place where it is read.
fn copy_bytes<F: FnMut(f64)>(
    source: &Mutex<File>,
    bytes: u64,
    to: &Path,
    pace: &mut Pace<F>,
) -> Result<(), StoreError> {
    let mut target = File::create_new(to)?;
    let step = bytes.div_ceil(u64::from(pace.steps.max(1))).clamp(1, CHUNK);
    let mut done = 0;
    while done < bytes {
        let source = source.lock().unwrap_or_else(PoisonError::into_inner);
        let mut source = &*source;
        source.seek(SeekFrom::Start(done))?;
        // Between two files the system copies by itself: no byte comes by here.
        let copied = io::copy(&mut source.take(step.min(bytes - done)), &mut target)?;
        if copied == 0 {
            return Err(io::Error::from(io::ErrorKind::UnexpectedEof).into());
        }
        done += copied;
        report(pace, done, bytes);
    }
    Ok(())
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a percentage of bytes or pages needs no more precision"
)]
fn report<F: FnMut(f64)>(pace: &mut Pace<F>, done: u64, of: u64) {
    (pace.on_step)(done as f64 * 100.0 / of.max(1) as f64);
}

/// Copies page by page.
fn back_up<F: FnMut(f64)>(
    source: &Connection,
    target: &mut Connection,
    pace: &mut Pace<F>,
) -> Result<(), StoreError> {
    let pages: i64 = source.query_row("PRAGMA page_count", [], |row| row.get(0))?;
    let steps = i64::from(pace.steps.max(1));
    let per_step = i32::try_from((pages + steps - 1) / steps)
        .unwrap_or(i32::MAX)
        .max(1);
    let backup = Backup::new(source, target)?;
    loop {
        let result = backup.step(per_step)?;
        let progress = backup.progress();
        let pages = |count: i32| u64::from(count.unsigned_abs());
        let done = pages(progress.pagecount - progress.remaining);
        report(pace, done, pages(progress.pagecount));
        match result {
            StepResult::Done => return Ok(()),
            // Somebody holds a lock for a moment: try again.
            StepResult::Busy | StepResult::Locked => {
                std::thread::sleep(std::time::Duration::from_millis(5));
            }
            StepResult::More | _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock;
    use crate::store::{Purpose, set_meta};

    const ROWS: i64 = 2000;

    /// A database with some pages.
    fn filled(file: Option<&Path>) -> Database {
        let database = Database::open(file, Purpose::Environment, &Clock::system()).unwrap();
        database
            .write::<_, StoreError>(|tx| {
                (0..ROWS).try_for_each(|n| set_meta(tx, &format!("{n:0>500}"), n))
            })
            .unwrap();
        database
    }

    fn rows(connection: &Connection) -> i64 {
        let sql = "SELECT count(*) FROM meta WHERE length(key) = 500";
        connection.query_row(sql, [], |row| row.get(0)).unwrap()
    }

    /// Copies in steps, with a write to the source at each; what the copy has, and the percentages seen.
    fn copy_under_writes(
        database: &Database,
        snapshot: &Snapshot,
        to: Option<&Path>,
    ) -> (i64, Vec<f64>) {
        let mut seen = Vec::new();
        let mut pace = Pace {
            steps: 4,
            on_step: |done| {
                seen.push(done);
                let key = format!("{done:x>500}");
                database
                    .write::<_, StoreError>(|tx| set_meta(tx, &key, 0))
                    .unwrap();
            },
        };
        let copy = snapshot.copy(to, &mut pace).unwrap();
        let sound: String = copy
            .query_row("PRAGMA integrity_check", [], |row| row.get(0))
            .unwrap();
        assert_eq!(sound, "ok");
        (rows(&copy), seen)
    }

    #[test]
    fn a_copy_in_steps_reports_its_way_to_a_hundred() {
        let folder = tempfile::tempdir().unwrap();
        let (file, to) = (folder.path().join("a"), folder.path().join("b"));
        for (from, to) in [(None, None), (Some(file.as_path()), Some(to.as_path()))] {
            let database = filled(from);
            let snapshot = database.snapshot().unwrap();
            assert_eq!(snapshot.whole.is_some(), from.is_some());
            let (copied, seen) = copy_under_writes(&database, &snapshot, to);
            assert!(seen.len() >= 4 && seen.is_sorted(), "{seen:?}");
            assert!((seen[seen.len() - 1] - 100.0).abs() < f64::EPSILON);
            assert_eq!(copied, ROWS, "what is written meanwhile is not in the copy");
        }
    }

    #[test]
    fn a_copy_is_of_one_moment_also_while_an_older_one_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let database = filled(Some(&folder.path().join("a")));
        let older = database.snapshot().unwrap();
        database
            .write::<_, StoreError>(|tx| set_meta(tx, &"y".repeat(500), 0))
            .unwrap();
        // The log cannot be emptied: somebody reads what is in the file.
        let newer = database.snapshot().unwrap();
        assert!(older.whole.is_some() && newer.whole.is_none());
        let to = folder.path().join("b");
        assert_eq!(copy_under_writes(&database, &newer, Some(&to)).0, ROWS + 1);
        let to = folder.path().join("c");
        assert_eq!(copy_under_writes(&database, &older, Some(&to)).0, ROWS);
    }
}
