//! Judging records again after a change of the schema, in the background.
//!
//! The change itself only notes which models are in doubt, in its own transaction. Until their records are judged, nobody is
//! told whether they are valid, and neither they nor their model can be changed (`BATCH_DATA_VALIDATION_IN_PROGRESS`).
//! Without a job delay that is over before the answer to the change leaves. With one it begins a delay, at most a second, after
//! the job's result can be read: at a call, for a part of the work, or by itself while the server listens. What a killed server leaves behind is due at the next start.

use std::time::Duration;

use crate::agenda;
use crate::clock::Timestamp;
use crate::events::log;
use crate::http::error::ApiError;
use crate::records::judge;
use crate::state::App;
use crate::store::project::EnvironmentStatus;
use crate::store::revalidations;
use crate::store::{Database, StoreError};

/// Most versions that one call judges before it is answered.
const SHARE: usize = 1_000;

/// How long after the end of a job judging begins, where jobs last longer than that: who waits for it waits in vain.
const LONGEST: Duration = Duration::from_secs(1);

/// When to look again after a database failed.
const RETRY: Duration = Duration::from_mins(1);

/// What a change of the schema is followed by: judges the records it puts in doubt, or sees to it that this is done later.
pub(crate) fn follow(app: &App, db: &Database) -> Result<(), ApiError> {
    let delay = app.options().job_delay;
    if delay.is_zero() {
        judge_due(db, app.now(), usize::MAX)?;
        return Ok(());
    }
    let at = app.now().plus(delay + delay.min(LONGEST));
    if db.write_quietly(|tx| revalidations::put_off(tx, at))? {
        app.revalidations().note(at);
    }
    Ok(())
}

/// What a server that starts finds undone is due at once.
pub(crate) fn resume(app: &App) -> Result<(), ApiError> {
    for db in app.all_databases() {
        db.write_quietly(|tx| revalidations::hasten(tx))?;
    }
    Ok(())
}

/// Judges a part of what is due, if nobody else does just now; whether more of it is left.
pub(crate) fn a_calls_share(app: &App) -> bool {
    let now = app.now();
    let mut left = false;
    app.revalidations().when_due_and_free(now, || {
        let next = judge_everywhere(app, now, SHARE).unwrap_or_else(|error| {
            log(&format!(
                "records could not be judged again: {}",
                error.code
            ));
            now.plus(RETRY)
        });
        left = next <= now;
        next
    });
    left
}

/// Judges all that is due, share by share, so that nobody who notes something waits for all of it.
pub(crate) fn all_due(app: &App) {
    while a_calls_share(app) {}
}

/// Judges at most about so many versions; when there is more to do.
fn judge_everywhere(app: &App, now: Timestamp, most: usize) -> Result<Timestamp, ApiError> {
    let mut next = agenda::NEVER;
    let mut judged = 0;
    for row in app.environments()? {
        if row.status != EnvironmentStatus::Ready {
            continue;
        }
        let db = app.database(&row.file)?;
        judged += judge_due(&db, now, most.saturating_sub(judged))?;
        if let Some(at) = db.read(revalidations::next)? {
            next = next.min(at.max(now));
        }
    }
    Ok(next)
}

/// Judges what is due in one environment, at most about so many versions; how many it were. The environment may be frozen:
/// what is judged was changed before.
fn judge_due(db: &Database, now: Timestamp, most: usize) -> Result<usize, StoreError> {
    let mut judged = 0;
    while judged < most {
        // A transaction each time: others come in between.
        let some = db.write_quietly(|tx| {
            let due = revalidations::first_due(tx, now)?;
            due.map(|pending| judge::go_on(tx, &pending)).transpose()
        })?;
        match some {
            Some(versions) => judged += versions,
            None => break,
        }
    }
    Ok(judged)
}
