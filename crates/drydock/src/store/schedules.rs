//! Scheduled publications and unpublishings of records: at most one of each a record, in the environment's database, so that
//! forks carry them.

use rusqlite::{Connection, OptionalExtension, Row, params};
use serde_json::Value;

use super::StoreError;
use super::items::Author;
use crate::clock::Timestamp;

pub(crate) const DDL: &str = "
CREATE TABLE IF NOT EXISTS schedules (
  item TEXT NOT NULL,
  kind TEXT NOT NULL,
  id TEXT NOT NULL,
  at INTEGER NOT NULL,
  selection TEXT,
  author_type TEXT,
  author_id TEXT,
  PRIMARY KEY (item, kind)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS schedules_by_moment ON schedules (at);
";

/// What is to happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ScheduleKind {
    /// The record, or a part of it, is published.
    Publication,
    /// The record, or some of its locales, are unpublished.
    Unpublishing,
}

impl ScheduleKind {
    /// The JSON:API type.
    pub(crate) fn wire(self) -> &'static str {
        match self {
            Self::Publication => "scheduled_publication",
            Self::Unpublishing => "scheduled_unpublishing",
        }
    }

    /// The attribute with the moment, here and in a record's `meta`.
    pub(crate) fn moment(self) -> &'static str {
        match self {
            Self::Publication => "publication_scheduled_at",
            Self::Unpublishing => "unpublishing_scheduled_at",
        }
    }

    /// The attribute that says which part of the record is meant.
    pub(crate) fn selection(self) -> &'static str {
        match self {
            Self::Publication => "selective_publication",
            Self::Unpublishing => "content_in_locales",
        }
    }

    fn parse(word: &str) -> Option<Self> {
        [Self::Publication, Self::Unpublishing]
            .into_iter()
            .find(|kind| kind.wire() == word)
    }
}

/// A moment at which something happens to a record.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Schedule {
    pub(crate) id: String,
    pub(crate) kind: ScheduleKind,
    /// Id of the record.
    pub(crate) item: String,
    pub(crate) at: Timestamp,
    /// The value of [`ScheduleKind::selection`]: `null` for the whole record.
    pub(crate) selection: Value,
    /// Who asked for it.
    pub(crate) author: Option<Author>,
}

const COLUMNS: &str = "item, kind, id, at, selection, author_type, author_id";

/// Adds a schedule. Fails with a constraint error when the record has one of this kind: callers check with [`find`] first.
pub(crate) fn insert(tx: &Connection, schedule: &Schedule) -> Result<(), StoreError> {
    let selection = (!schedule.selection.is_null()).then(|| schedule.selection.to_string());
    tx.execute(
        "INSERT INTO schedules (item, kind, id, at, selection, author_type, author_id)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        params![
            schedule.item,
            schedule.kind.wire(),
            schedule.id,
            schedule.at.millis(),
            selection,
            schedule.author.as_ref().map(|author| &author.kind),
            schedule.author.as_ref().map(|author| &author.id),
        ],
    )?;
    Ok(())
}

/// The schedule of this kind of a record.
pub(crate) fn find(
    connection: &Connection,
    item: &str,
    kind: ScheduleKind,
) -> Result<Option<Schedule>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM schedules WHERE item = ?1 AND kind = ?2");
    let raw = connection
        .prepare_cached(&sql)?
        .query_row([item, kind.wire()], Raw::read)
        .optional()?;
    raw.map(Raw::parse).transpose()
}

/// Removes the schedule of this kind of a record. Whether there was one.
pub(crate) fn delete(tx: &Connection, item: &str, kind: ScheduleKind) -> Result<bool, StoreError> {
    let changed = tx.execute(
        "DELETE FROM schedules WHERE item = ?1 AND kind = ?2",
        [item, kind.wire()],
    )?;
    Ok(changed > 0)
}

/// Those whose moment has come, the earliest first; of two at the same moment, the publication first.
pub(crate) fn due(connection: &Connection, now: Timestamp) -> Result<Vec<Schedule>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM schedules WHERE at <= ?1 ORDER BY at, kind, item");
    let mut statement = connection.prepare_cached(&sql)?;
    let rows = statement.query_map([now.millis()], Raw::read)?;
    rows.map(|raw| raw?.parse()).collect()
}

/// The earliest moment at which something is to happen.
pub(crate) fn next(connection: &Connection) -> Result<Option<Timestamp>, StoreError> {
    let at: Option<i64> = connection
        .prepare_cached("SELECT min(at) FROM schedules")?
        .query_row([], |row| row.get(0))?;
    Ok(at.map(Timestamp::from_millis))
}

struct Raw {
    item: String,
    kind: String,
    id: String,
    at: i64,
    selection: Option<String>,
    author: (Option<String>, Option<String>),
}

impl Raw {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            item: row.get(0)?,
            kind: row.get(1)?,
            id: row.get(2)?,
            at: row.get(3)?,
            selection: row.get(4)?,
            author: (row.get(5)?, row.get(6)?),
        })
    }

    fn parse(self) -> Result<Schedule, StoreError> {
        let damaged = |reason: String| StoreError::Damaged {
            what: format!("schedule {}", self.id),
            reason,
        };
        let kind = ScheduleKind::parse(&self.kind)
            .ok_or_else(|| damaged(format!("its kind is {}", self.kind)))?;
        let selection = match &self.selection {
            Some(text) => serde_json::from_str(text).map_err(|error| damaged(error.to_string()))?,
            None => Value::Null,
        };
        Ok(Schedule {
            kind,
            selection,
            item: self.item,
            at: Timestamp::from_millis(self.at),
            author: self
                .author
                .0
                .zip(self.author.1)
                .map(|(kind, id)| Author { kind, id }),
            id: self.id,
        })
    }
}
