//! Scheduled publications and unpublishings: what is due is done before the next call is answered, and every second while the
//! server listens, so that nothing is published later than anybody could see.
//!
//! They happen in every environment. While an environment takes no writes (maintenance mode, a fast fork) they wait.

use std::time::Duration;

use serde_json::Value;

use crate::agenda;
use crate::clock::Timestamp;
use crate::cma::controllers::{build_triggers, items as records};
use crate::events::log;
use crate::http::error::ApiError;
use crate::records::publish::{self, Extent, Part};
use crate::records::write::Desk;
use crate::schema::model::Schema;
use crate::state::App;
use crate::store::project::{EnvironmentRow, EnvironmentStatus};
use crate::store::schedules::{self, Schedule, ScheduleKind};
use crate::store::{Database, StoreError};

/// When to look again for what could not be done although its environment takes writes.
const RETRY: Duration = Duration::from_mins(1);

/// Does what is due. Held by one caller at a time: the others find it done.
pub(crate) fn fire_due(app: &App) {
    let now = app.now();
    app.agenda().when_due(now, || {
        fire_all(app, now).unwrap_or_else(|error| {
            log(&format!("schedules could not be read: {}", error.code));
            now.plus(RETRY)
        })
    });
}

/// Does what is due at `now`; when to look again.
fn fire_all(app: &App, now: Timestamp) -> Result<Timestamp, ApiError> {
    let mut next = agenda::NEVER;
    for row in app.environments()? {
        if row.status != EnvironmentStatus::Ready {
            continue;
        }
        let Some(db) = app.open(&row.file) else {
            continue;
        };
        // Once it takes writes again somebody calls `look_again`.
        if db.frozen().is_some() {
            continue;
        }
        for schedule in db.read(|connection| schedules::due(connection, now))? {
            fire(app, &row, &db, &schedule, now);
        }
        match db.read(schedules::next)? {
            Some(at) if at <= now => next = next.min(now.plus(RETRY)),
            Some(at) => next = next.min(at),
            None => {}
        }
    }
    Ok(next)
}

/// Why a schedule was not followed.
enum Unfollowed {
    /// The records' rules say no, now and later.
    Refused(ApiError),
    /// The database does, for now.
    Store(StoreError),
}

impl From<StoreError> for Unfollowed {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

fn fire(app: &App, row: &EnvironmentRow, db: &Database, schedule: &Schedule, now: Timestamp) {
    let told = |what: &str| {
        let (kind, item) = (schedule.kind.wire(), &schedule.item);
        log(&format!("{kind} of `{item}` in `{}`: {what}", row.id));
    };
    match follow(app, db, schedule, now) {
        Ok(records::Written { item, included }) => {
            told("done");
            let event_type = match schedule.kind {
                ScheduleKind::Publication => "publish",
                ScheduleKind::Unpublishing => "unpublish",
            };
            records::announce(app, &row.id, event_type, &item, None, &included);
            if row.primary {
                build_triggers::on_schedule(app);
            }
        }
        Err(Unfollowed::Refused(error)) if error.transient => {
            told(&format!("put off, {}", error.code));
        }
        Err(Unfollowed::Refused(error)) => {
            told(&format!("refused and forgotten, {}", error.code));
            let forgotten = db.write::<_, StoreError>(|tx| {
                schedules::delete(tx, &schedule.item, schedule.kind).map(drop)
            });
            if let Err(error) = forgotten {
                told(&format!("not forgotten, {error}"));
            }
        }
        Err(Unfollowed::Store(error)) => told(&format!("put off, {error}")),
    }
}

/// Publishes or unpublishes and forgets the schedule, in one transaction: neither happens without the other.
fn follow(
    app: &App,
    db: &Database,
    schedule: &Schedule,
    now: Timestamp,
) -> Result<records::Written, Unfollowed> {
    db.write(|tx| {
        schedules::delete(tx, &schedule.item, schedule.kind)?;
        let schema = Schema::load(tx)?;
        let desk = Desk {
            tx,
            schema: &schema,
            now,
            new_id: &|| app.new_id(),
            author: schedule.author.clone(),
        };
        let extent = Extent {
            recursive: false,
            part: part(schedule),
        };
        let done = match schedule.kind {
            ScheduleKind::Publication => publish::publish(&desk, &schedule.item, &extent),
            ScheduleKind::Unpublishing => publish::unpublish(&desk, &schedule.item, &extent),
        };
        done.and_then(|row| records::exposed(&desk, &row))
            .map_err(Unfollowed::Refused)
    })
}

/// The part of the record the schedule is about.
pub(crate) fn part(schedule: &Schedule) -> Option<Part> {
    let selection = &schedule.selection;
    let (locales, non_localized) = match schedule.kind {
        ScheduleKind::Publication => (
            &selection["content_in_locales"],
            selection["non_localized_content"] == Value::Bool(true),
        ),
        ScheduleKind::Unpublishing => (selection, false),
    };
    (!selection.is_null()).then(|| Part {
        locales: locales
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|locale| locale.as_str().map(str::to_owned))
            .collect(),
        non_localized,
    })
}
