//! Forking: a copy in steps, in a thread of its own, that can be watched through its percentage.

use std::time::Duration;

use axum::extract::Path;
use axum::http::StatusCode;
use rusqlite::Connection;
use serde_json::{Value, json};

use super::{accessible, announce, entity, new_name, ready, remove_files};
use crate::clock::Timestamp;
use crate::events;
use crate::faults::{JobFate, JobFault};
use crate::http::answer::{self, Answer};
use crate::http::body::JsonApi;
use crate::http::context::ProjectCtx;
use crate::http::error::ApiError;
use crate::http::permission::Permission;
use crate::jobs;
use crate::roles::{self, EntryChange};
use crate::state::App;
use crate::store::fork::{Pace, Snapshot};
use crate::store::project::{self, EnvironmentRow, EnvironmentStatus};
use crate::store::{Database, Purpose, StoreError, set_last_data_change};

/// A fast fork takes this part of the job delay.
const FAST_DIVISOR: u32 = 20;

/// Steps of a fork: enough for the percentage to be watched.
const STEPS: u32 = 50;

/// Starts a fork of `source`: 202 with a job that ends with the copy, or, with `immediate_return=true`, the environment as it
/// is now, `creating`. Without a job delay the copy is over before the answer leaves, unless an immediate one was asked for.
pub(super) async fn fork(
    ctx: ProjectCtx,
    Path(source): Path<String>,
    JsonApi(data): JsonApi,
) -> Answer {
    ctx.require(Permission::ManageEnvironments)?;
    let immediate = ctx.query.flag("immediate_return");
    let started = start(&ctx, &source, &data)?;
    let data = entity(&ctx.app, &started.row)?;
    let job = started.job.clone();
    let quick = ctx.app.options().job_delay.is_zero() && !is_held(ctx.fate);
    if quick && !immediate {
        run(&ctx.app, started);
        return answer::job(&job);
    }
    let (app, row) = (ctx.app.clone(), started.row.clone());
    // Webhooks are delivered by the runtime of the call.
    let runtime = tokio::runtime::Handle::try_current().ok();
    // A thread of its own rather than one of the runtime's: the end of the runtime would wait for those.
    let running = std::thread::Builder::new()
        .name("fork".to_owned())
        .spawn(move || {
            let _entered = runtime.as_ref().map(tokio::runtime::Handle::enter);
            run(&app, started);
        });
    if let Err(error) = running {
        give_up(&ctx.app, &row)?;
        return Err(ApiError::exception(error));
    }
    if immediate {
        return answer::entity(StatusCode::OK, data);
    }
    answer::job(&job)
}

/// Whether a fault stops the copy on its way.
fn is_held(fate: Option<JobFate>) -> bool {
    match fate.map(|fate| fate.action) {
        Some(JobFault::Stall | JobFault::ForkStuck { .. }) => true,
        None | Some(JobFault::Fail { .. } | JobFault::StallAfter) => false,
    }
}

/// A fork that was accepted.
struct Started {
    row: EnvironmentRow,
    source: EnvironmentRow,
    /// The source as it was when the fork was accepted.
    snapshot: Snapshot,
    job: String,
    /// What a fault has in store for it.
    fate: Option<JobFate>,
}

fn start(ctx: &ProjectCtx, source: &str, data: &Value) -> Result<Started, ApiError> {
    let app = &ctx.app;
    let fast = ctx.query.flag("fast");
    let lifecycle = app.lifecycle();
    let source = ready(accessible(app, &ctx.caller, source)?)?;
    let id = new_name(app, data)?;
    let sandboxes = app
        .environments()?
        .iter()
        .filter(|row| !row.primary)
        .count();
    if sandboxes >= app.options().sandbox_limit {
        return Err(ApiError::unprocessable(
            "PLAN_UPGRADE_REQUIRED",
            json!({"limit": "sandbox_environments"}),
        ));
    }
    if fast && !ctx.query.flag("force") && app.sessions().any_in(&source.id, app.now()) {
        return Err(ApiError::unprocessable(
            "ACTIVE_EDITING_SESSIONS",
            json!({}),
        ));
    }
    let row = EnvironmentRow {
        file: format!("environment-{}", app.new_id()),
        status: EnvironmentStatus::Creating,
        primary: false,
        created_at: app.now(),
        forked_from: Some(source.id.clone()),
        fork_source: Some(source.file.clone()),
        read_only: false,
        id,
    };
    let source = EnvironmentRow {
        read_only: source.read_only || fast,
        ..source
    };
    app.project().write::<_, StoreError>(|tx| {
        project::insert_environment(tx, &row)?;
        project::update_environment(tx, &source)
    })?;
    app.apply_freezes()?;
    app.set_progress(&row.file, Some(0.0));
    let job = jobs::begin(app)?;
    let snapshot = match app.database(&source.file).and_then(|db| Ok(db.snapshot()?)) {
        Ok(snapshot) => snapshot,
        Err(error) => {
            drop(lifecycle);
            give_up(app, &row)?;
            return Err(error);
        }
    };
    events::log(&format!("fork of `{}` into `{}` begins", source.id, row.id));
    Ok(Started {
        row,
        source,
        snapshot,
        job,
        fate: ctx.fate,
    })
}

/// Copies, then opens the new environment, or clears away what there is of it.
fn run(app: &App, started: Started) {
    let Started {
        row,
        source,
        snapshot,
        job,
        fate,
    } = started;
    let pace = ForkPace {
        total: if source.read_only {
            app.options().job_delay / FAST_DIVISOR
        } else {
            app.options().job_delay
        },
        fate,
    };
    let told = fate.is_none_or(|fate| fate.action != JobFault::StallAfter);
    let outcome = jobs::failure(fate)
        .and_then(|()| copy_database(app, &row, &snapshot, pace))
        .and_then(|database| finish(app, &row, database, told.then_some(job.as_str())));
    drop(snapshot);
    match outcome {
        Ok(data) => {
            events::log(&format!(
                "fork of `{}` into `{}` is ready",
                source.id, row.id
            ));
            announce(app, "create", &row.id, &data);
        }
        Err(error) => {
            events::log(&format!(
                "fork into `{}` failed and is removed: {}",
                row.id, error.code
            ));
            let error = give_up(app, &row).err().unwrap_or(error);
            if !told {
                return;
            }
            if let Err(error) = jobs::finish(app, &job, Err(error)) {
                events::log(&format!(
                    "the outcome of job {job} could not be stored: {}",
                    error.details
                ));
            }
        }
    }
}

/// How long a copy lasts, and what stops it on its way.
#[derive(Debug, Clone, Copy)]
struct ForkPace {
    total: Duration,
    fate: Option<JobFate>,
}

impl ForkPace {
    /// Called when this much is copied: waits until it may be seen, and for as long as a fault holds the copy there.
    fn reach(self, app: &App, row: &EnvironmentRow, began: Timestamp, percent: f64) {
        wait_until(app, began.plus(self.total.mul_f64(percent / 100.0)));
        if let Some(JobFate { fault, action }) = self.fate {
            let limit = match action {
                JobFault::Stall => Some(0.0),
                JobFault::ForkStuck { percent } => Some(f64::from(percent)),
                JobFault::Fail { .. } | JobFault::StallAfter => None,
            };
            if let Some(limit) = limit.filter(|limit| percent >= *limit) {
                app.set_progress(&row.file, Some(limit));
                app.faults().wait_for_removal(fault);
            }
        }
        app.set_progress(&row.file, Some(percent.floor()));
    }
}

fn copy_database(
    app: &App,
    row: &EnvironmentRow,
    snapshot: &Snapshot,
    fork: ForkPace,
) -> Result<Database, ApiError> {
    let path = app.database_path(&row.file);
    let began = app.now();
    let mut pace = Pace {
        steps: if fork.total.is_zero() { 1 } else { STEPS },
        on_step: |percent: f64| fork.reach(app, row, began, percent),
    };
    let target = snapshot.copy(path.as_deref(), &mut pace)?;
    Ok(Database::over(
        target,
        path.as_deref(),
        Purpose::Environment,
        &app.options().clock,
    )?)
}

/// Waits, in this thread, until the server's clock says so: a test's clock stretches a fork as the real one does.
fn wait_until(app: &App, moment: Timestamp) {
    while app.now() < moment {
        std::thread::sleep(Duration::from_millis(5).min(moment.since(app.now())));
    }
}

/// Opens the new environment to everybody and ends its job, in one transaction: a server that is killed here has both or
/// neither. `job: None` is one that never says how it went.
fn finish(
    app: &App,
    row: &EnvironmentRow,
    database: Database,
    job: Option<&str>,
) -> Result<Value, ApiError> {
    database.write_quietly(|tx| set_last_data_change(tx, row.created_at))?;
    let _lifecycle = app.lifecycle();
    app.put_database(&row.file, database);
    let done = EnvironmentRow {
        status: EnvironmentStatus::Ready,
        fork_source: None,
        ..row.clone()
    };
    let data = entity(app, &done)?;
    // Before anybody can see that the fork is over: who sees it may write to its source.
    app.project().write(|tx| thaw_source(tx, row))?;
    app.apply_freezes()?;
    app.project().write::<_, StoreError>(|tx| {
        project::update_environment(tx, &done)?;
        if let Some(job) = job {
            let ended = jobs::ended(app, Ok((201, json!({"data": data}))));
            project::put_job(tx, job, &ended)?;
        }
        // By its file: the source may have been renamed meanwhile.
        let rows = project::environments(tx)?;
        if let Some(source) = rows
            .iter()
            .find(|source| Some(&source.file) == row.fork_source.as_ref())
        {
            roles::change_entries(
                tx,
                EntryChange::Clone {
                    from: &source.id,
                    to: &done.id,
                },
            )?;
        }
        Ok(())
    })?;
    app.set_progress(&row.file, None);
    app.apply_freezes()?;
    Ok(data)
}

/// A fast fork's source takes writes again, unless another fast fork of it runs. (`fast` is not stored: forks that merely
/// share a frozen source keep it frozen until the last of them ends.)
fn thaw_source(tx: &Connection, row: &EnvironmentRow) -> Result<(), StoreError> {
    let Some(file) = row.fork_source.as_deref() else {
        return Ok(());
    };
    let rows = project::environments(tx)?;
    let shared = rows
        .iter()
        .any(|other| other.file != row.file && other.fork_source.as_deref() == Some(file));
    if let Some(source) = rows
        .iter()
        .find(|source| source.file == file && source.read_only && !shared)
    {
        project::update_environment(
            tx,
            &EnvironmentRow {
                read_only: false,
                ..source.clone()
            },
        )?;
    }
    Ok(())
}

/// Clears away a fork that did not come about.
fn give_up(app: &App, row: &EnvironmentRow) -> Result<(), ApiError> {
    let _lifecycle = app.lifecycle();
    app.project().write::<_, StoreError>(|tx| {
        project::delete_environment(tx, &row.file)?;
        thaw_source(tx, row)
    })?;
    app.set_progress(&row.file, None);
    drop(app.take_database(&row.file));
    app.apply_freezes()?;
    remove_files(app, &row.file)
}

/// At start: removes forks the previous process did not finish, says so, and ends their jobs.
pub(crate) fn clean_up_interrupted(app: &App) -> Result<(), ApiError> {
    for row in app
        .environments()?
        .into_iter()
        .filter(|row| row.status != EnvironmentStatus::Ready)
    {
        events::log(&format!(
            "the fork into `{}` was interrupted by the end of the server; it is removed",
            row.id
        ));
        give_up(app, &row)?;
    }
    for job in app.project().read(project::unfinished_jobs)? {
        let error = ApiError::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "SERVICE_UNAVAILABLE",
            json!({"message": "the server ended before this job did; what it had made is removed"}),
        );
        jobs::finish(app, &job, Err(error))?;
    }
    Ok(())
}
