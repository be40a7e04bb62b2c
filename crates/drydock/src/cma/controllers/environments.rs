//! Environments: list, find, promote, rename, destroy. Forking is in [`fork`].

mod fork;

pub(crate) use fork::clean_up_interrupted;

use std::collections::{BTreeSet, HashSet};

use axum::Router;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::routing::{get, post, put};
use serde_json::{Value, json};

use crate::events::{self, Event};
use crate::http::answer::{self, Answer};
use crate::http::body::JsonApi;
use crate::http::context::{Caller, ProjectCtx};
use crate::http::error::ApiError;
use crate::http::permission::Permission;
use crate::jobs;
use crate::options::Storage;
use crate::roles::{self, EntryChange};
use crate::state::App;
use crate::store::StoreError;
use crate::store::project::{self, EnvironmentRow, EnvironmentStatus};

/// The routes of this resource.
pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/environments", get(index))
        .route("/environments/{id}", get(show).delete(destroy))
        .route("/environments/{id}/fork", post(fork::fork))
        .route("/environments/{id}/promote", put(promote))
        .route("/environments/{id}/rename", put(rename))
}

/// Those the caller's role may enter.
async fn index(ctx: ProjectCtx) -> Answer {
    let access = ctx.caller.permissions.environments_access();
    let rows = ctx.app.environments()?;
    let visible = rows.iter().filter(|row| access.allows(row.primary));
    answer::list(
        visible
            .map(|row| entity(&ctx.app, row))
            .collect::<Result<_, _>>()?,
    )
}

async fn show(ctx: ProjectCtx, Path(id): Path<String>) -> Answer {
    answer::entity(
        StatusCode::OK,
        entity(&ctx.app, &accessible(&ctx.app, &ctx.caller, &id)?)?,
    )
}

/// The environment as the API shows it.
pub(crate) fn entity(app: &App, row: &EnvironmentRow) -> Result<Value, ApiError> {
    let last_change = match row.status {
        // Without a database it is being destroyed at this very moment.
        EnvironmentStatus::Ready => match app.open(&row.file) {
            Some(database) => database.last_data_change()?,
            None => None,
        },
        EnvironmentStatus::Creating | EnvironmentStatus::Destroying => None,
    };
    let mut meta = json!({
        "created_at": row.created_at.iso(),
        "status": row.status.wire(),
        "read_only_mode": row.read_only,
        "primary": row.primary,
        "forked_from": row.forked_from,
        "last_data_change_at": last_change.unwrap_or(row.created_at).iso(),
    });
    if row.status == EnvironmentStatus::Creating {
        meta["fork_completion_percentage"] = json!(app.progress(&row.file));
    }
    Ok(json!({"id": row.id, "type": "environment", "meta": meta}))
}

/// The environment, if it exists and the caller's role may enter it.
fn accessible(app: &App, caller: &Caller, id: &str) -> Result<EnvironmentRow, ApiError> {
    let row = app.environment_row(id)?;
    if caller.permissions.environments_access().allows(row.primary) {
        Ok(row)
    } else {
        Err(ApiError::not_found())
    }
}

fn ready(row: EnvironmentRow) -> Result<EnvironmentRow, ApiError> {
    match row.status {
        EnvironmentStatus::Ready => Ok(row),
        EnvironmentStatus::Creating | EnvironmentStatus::Destroying => {
            Err(ApiError::environment_not_ready(&row.id))
        }
    }
}

/// The id in the body: lowercase letters, digits and dashes, and not taken. The codes for a taken one are those the vendor's
/// CLI looks for: field `name`, although what is sent is the `id`.
fn new_name(app: &App, data: &Value) -> Result<String, ApiError> {
    let id = data["id"]
        .as_str()
        .ok_or_else(|| ApiError::invalid_field("name", "VALIDATION_REQUIRED"))?;
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if id.is_empty() || !id.chars().all(allowed) {
        return Err(ApiError::invalid_field("name", "VALIDATION_FORMAT"));
    }
    if app
        .project()
        .read(|connection| project::environment(connection, id))?
        .is_some()
    {
        return Err(ApiError::invalid_field("name", "VALIDATION_UNIQUENESS"));
    }
    Ok(id.to_owned())
}

/// Swaps the roles of this environment and the present primary, in one transaction.
async fn promote(ctx: ProjectCtx, Path(id): Path<String>) -> Answer {
    ctx.require(Permission::PromoteEnvironments)?;
    let promoted = {
        let _lifecycle = ctx.app.lifecycle();
        let row = ready(accessible(&ctx.app, &ctx.caller, &id)?)?;
        if row.primary {
            return Err(ApiError::unprocessable(
                "ALREADY_PRIMARY_ENVIRONMENT",
                json!({}),
            ));
        }
        ctx.app
            .project()
            .write::<_, StoreError>(|tx| project::make_primary(tx, &row.file))?;
        ctx.app.apply_freezes()?;
        EnvironmentRow {
            primary: true,
            ..row
        }
    };
    events::log(&format!("`{id}` is the primary environment now"));
    let data = entity(&ctx.app, &promoted)?;
    announce(&ctx.app, "promote", &id, &data);
    answer::entity(StatusCode::OK, data)
}

/// Gives an environment another id; the entries of roles that name it follow.
async fn rename(ctx: ProjectCtx, Path(id): Path<String>, JsonApi(data): JsonApi) -> Answer {
    ctx.require(Permission::ManageEnvironments)?;
    let (before, renamed) = {
        let _lifecycle = ctx.app.lifecycle();
        let row = ready(accessible(&ctx.app, &ctx.caller, &id)?)?;
        let before = entity(&ctx.app, &row)?;
        if data["id"].as_str() == Some(&id) {
            return answer::entity(StatusCode::OK, before);
        }
        let to = new_name(&ctx.app, &data)?;
        let renamed = EnvironmentRow {
            id: to.clone(),
            ..row
        };
        ctx.app.project().write::<_, StoreError>(|tx| {
            project::update_environment(tx, &renamed)?;
            roles::change_entries(tx, EntryChange::Rewrite { from: &id, to: &to })
        })?;
        ctx.app.sessions().rename(&id, &to);
        (before, renamed)
    };
    events::log(&format!(
        "environment `{id}` is called `{}` now",
        renamed.id
    ));
    let data = entity(&ctx.app, &renamed)?;
    let event = Event {
        previous: Some(before),
        ..event("update", &renamed.id, &data)
    };
    events::emit(&ctx.app, event);
    answer::entity(StatusCode::OK, data)
}

/// Destroys a sandbox that no running fork copies from.
async fn destroy(ctx: ProjectCtx, Path(id): Path<String>) -> Answer {
    ctx.require(Permission::ManageEnvironments)?;
    let lifecycle = ctx.app.lifecycle();
    let row = accessible(&ctx.app, &ctx.caller, &id)?;
    if row.primary {
        return Err(ApiError::unprocessable(
            "CANNOT_DESTROY_PRIMARY_ENVIRONMENT",
            json!({}),
        ));
    }
    let row = ready(row)?;
    let rows = ctx.app.environments()?;
    if rows
        .iter()
        .any(|other| other.fork_source.as_deref() == Some(row.file.as_str()))
    {
        return Err(ApiError::unprocessable(
            "CANNOT_DESTROY_FORKING_ORIGIN",
            json!({}),
        ));
    }
    jobs::run(&ctx.app, ctx.fate, || {
        let destroying = EnvironmentRow {
            status: EnvironmentStatus::Destroying,
            ..row.clone()
        };
        let data = entity(&ctx.app, &destroying)?;
        remove(&ctx.app, &row)?;
        drop(lifecycle);
        events::log(&format!("environment `{id}` is destroyed"));
        announce(&ctx.app, "delete", &id, &data);
        Ok((200, json!({"data": data})))
    })
}

/// Forgets an environment, then deletes its files: in this order a crash between leaves a stray file, never a stray entry.
fn remove(app: &App, row: &EnvironmentRow) -> Result<(), ApiError> {
    app.project().write::<_, StoreError>(|tx| {
        project::delete_environment(tx, &row.file)?;
        roles::change_entries(
            tx,
            EntryChange::Drop {
                environment: &row.id,
            },
        )
    })?;
    app.sessions().clear(&row.id);
    drop(app.take_database(&row.file));
    remove_files(app, &row.file)
}

/// Deletes the files of a database that is no longer in use.
pub(crate) fn remove_files(app: &App, file: &str) -> Result<(), ApiError> {
    let Some(path) = app.database_path(file) else {
        return Ok(());
    };
    for suffix in SUFFIXES {
        let mut name = path.clone().into_os_string();
        name.push(suffix);
        match std::fs::remove_file(&name) {
            Ok(()) => {}
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => {
                return Err(ApiError::exception(format!(
                    "cannot delete {}: {error}",
                    name.display()
                )));
            }
        }
    }
    Ok(())
}

/// What `SQLite` puts beside a database's file; a copy that is cut short leaves a rollback journal.
const SUFFIXES: [&str; 4] = ["", "-wal", "-shm", "-journal"];

/// At start: deletes the files of environments the project does not know. They are left by a server that was killed after
/// it forgot an environment and before it had deleted its files, or before it knew of it.
pub(crate) fn sweep(app: &App) -> Result<(), ApiError> {
    let Storage::Directory(directory) = &app.options().storage else {
        return Ok(());
    };
    let known: HashSet<String> = app
        .environments()?
        .into_iter()
        .map(|row| row.file)
        .collect();
    let unreadable = |error| {
        let directory = directory.display();
        ApiError::exception(format!("cannot read {directory}: {error}"))
    };
    let mut strays = BTreeSet::new();
    for entry in std::fs::read_dir(directory).map_err(unreadable)? {
        let name = entry.map_err(unreadable)?.file_name();
        let file = name.to_str().and_then(database_of);
        strays.extend(
            file.filter(|file| !known.contains(*file))
                .map(str::to_owned),
        );
    }
    for file in strays {
        events::log(&format!(
            "`{file}` belongs to no environment; it is deleted"
        ));
        remove_files(app, &file)?;
    }
    Ok(())
}

/// The `EnvironmentRow::file` a file of the data directory belongs to.
fn database_of(name: &str) -> Option<&str> {
    let (file, suffix) = name.split_once(".sqlite")?;
    (file.starts_with("environment-") && SUFFIXES.contains(&suffix)).then_some(file)
}

fn event(event_type: &'static str, id: &str, entity: &Value) -> Event {
    Event {
        entity_type: "environment",
        event_type,
        environment: id.to_owned(),
        entity: entity.clone(),
        previous: None,
        related: Vec::new(),
    }
}

fn announce(app: &App, event_type: &'static str, id: &str, entity: &Value) {
    events::emit(app, event(event_type, id, entity));
}
