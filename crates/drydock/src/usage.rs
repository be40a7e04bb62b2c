//! How much the APIs are used, by day: calls and bytes, in all and by endpoint, caller, address and referrer.
//!
//! Counted in memory and written down every second while the server listens, and before anybody asks: a server that is
//! killed forgets its last second.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use rusqlite::{Connection, params};

use crate::clock::Timestamp;
use crate::state::App;
use crate::store::StoreError;

/// Where counters are kept.
pub(crate) const DDL: &str = "
CREATE TABLE IF NOT EXISTS usage (
  day TEXT NOT NULL, counter TEXT NOT NULL, value TEXT NOT NULL, amount INTEGER NOT NULL,
  PRIMARY KEY (day, counter, value)
) WITHOUT ROWID;
";

/// The API that was called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Api {
    /// Management.
    Cma,
    /// Delivery.
    Cda,
    /// Files.
    Assets,
}

impl Api {
    /// How the names of its counters begin.
    pub(crate) fn wire(self) -> &'static str {
        match self {
            Self::Cma => "cma",
            Self::Cda => "cda",
            Self::Assets => "assets",
        }
    }
}

/// A call to be counted.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    pub(crate) api: Api,
    /// Bytes of the answer's body.
    pub(crate) bytes: u64,
    /// What is known of it, for example `("endpoint", "PUT /items/:id")`.
    pub(crate) facts: Vec<(&'static str, String)>,
}

/// Day, counter, value: the amount.
type Counts = HashMap<(String, String, String), u64>;

/// What is not written down yet.
#[derive(Debug, Default)]
pub(crate) struct Tally(Mutex<Counts>);

/// Longest value that is told from others.
const MAX_VALUE: usize = 200;

impl Tally {
    /// Counts a call.
    pub(crate) fn count(&self, now: Timestamp, call: Call) {
        let day = day_of(now);
        let api = call.api.wire();
        let total = [("", String::new())];
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for (fact, value) in total.into_iter().chain(call.facts) {
            let value: String = value.chars().take(MAX_VALUE).collect();
            let name = if fact.is_empty() {
                api.to_owned()
            } else {
                format!("{api}_{fact}")
            };
            for (unit, amount) in [("requests", 1), ("bytes", call.bytes)] {
                let key = (day.clone(), format!("{name}_{unit}"), value.clone());
                *counts.entry(key).or_default() += amount;
            }
        }
    }

    fn take(&self) -> Counts {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// The day of a moment in UTC, `2026-01-05`.
pub(crate) fn day_of(at: Timestamp) -> String {
    at.iso().chars().take("2026-01-05".len()).collect()
}

/// Writes down what was counted.
pub(crate) fn flush(app: &App) -> Result<(), StoreError> {
    let counts = app.tally().take();
    if counts.is_empty() {
        return Ok(());
    }
    app.project().write(|tx| {
        for ((day, counter, value), amount) in counts {
            tx.prepare_cached(
                "INSERT INTO usage (day, counter, value, amount) VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT DO UPDATE SET amount = amount + excluded.amount",
            )?
            .execute(params![
                day,
                counter,
                value,
                i64::try_from(amount).unwrap_or(i64::MAX)
            ])?;
        }
        Ok(())
    })
}

/// A day and its totals by the name of their counter.
pub(crate) type Day = (String, HashMap<String, i64>);

/// The totals of every day on which there was a call, oldest first.
pub(crate) fn days(connection: &Connection) -> Result<Vec<Day>, StoreError> {
    let mut statement = connection
        .prepare_cached("SELECT day, counter, amount FROM usage WHERE value = '' ORDER BY day")?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    let mut days: Vec<Day> = Vec::new();
    for row in rows {
        let (day, counter, amount): (String, String, i64) = row?;
        match days.last_mut() {
            Some((last, totals)) if *last == day => {
                totals.insert(counter, amount);
            }
            Some(_) | None => days.push((day, HashMap::from([(counter, amount)]))),
        }
    }
    Ok(days)
}

/// What a counter counted in the days whose text begins so, the most first.
pub(crate) fn counted(
    connection: &Connection,
    counter: &str,
    period: &str,
) -> Result<Vec<(String, i64)>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT value, sum(amount) AS total FROM usage WHERE counter = ?1 AND substr(day, 1, ?3) = ?2
         GROUP BY value ORDER BY total DESC, value LIMIT 100",
    )?;
    let length = i64::try_from(period.len()).unwrap_or(i64::MAX);
    let rows = statement.query_map(params![counter, period, length], |row| {
        Ok((row.get(0)?, row.get(1)?))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}
