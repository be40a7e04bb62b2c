//! The server as a value: open it, then call its routers or [`Drydock::serve`] it.

use std::path::PathBuf;

use axum::Router;
use axum::middleware::from_fn_with_state;

use crate::assets;
use crate::blank;
use crate::check::{Checked, Checker};
use crate::cma;
use crate::cma::controllers::{access_tokens, environments};
use crate::events::log;
use crate::faults::Faults;
use crate::http::error::ApiError;
use crate::http::middleware::around_cda;
use crate::http::trail::around_assets;
use crate::options::{Options, Project, Storage};
use crate::panel;
use crate::revalidation;
use crate::scim;
use crate::search;
use crate::state::App;
use crate::store::project::EnvironmentStatus;
use crate::store::{Database, Purpose, StoreError};
use crate::{cda, demo, site};

/// A server that is ready to be called.
#[derive(Debug, Clone)]
pub struct Drydock {
    app: App,
}

/// Why the server cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The data directory cannot be made.
    #[error("the data directory {path} cannot be created: {reason}")]
    Directory {
        /// The directory.
        path: PathBuf,
        /// What the system said.
        reason: std::io::Error,
    },
    /// Another server holds the databases.
    #[error("the data directory {path} is in use by another drydock")]
    InUse {
        /// The directory.
        path: PathBuf,
    },
    /// Parts of files that never came whole cannot be removed from the folder of the assets.
    #[error("the folder of the assets cannot be swept: {0}")]
    Assets(std::io::Error),
    /// A database cannot be opened.
    #[error("the databases cannot be opened: {0}")]
    Store(#[from] StoreError),
    /// The new project cannot be filled; what was made of it is removed at the next start.
    #[error("the new project cannot be filled: {code} {details}")]
    Seed {
        /// The API's code.
        code: &'static str,
        /// Its details.
        details: String,
    },
}

impl From<ApiError> for OpenError {
    fn from(error: ApiError) -> Self {
        Self::Seed {
            code: error.code,
            details: error.details.to_string(),
        }
    }
}

/// The secrets of the three API tokens every project starts with; empty for one that was deleted since.
#[derive(Clone, PartialEq, Eq)]
pub struct Tokens {
    /// Role admin.
    pub full: String,
    /// Role editor.
    pub editor: String,
    /// Role viewer.
    pub read: String,
}

impl std::fmt::Debug for Tokens {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Tokens { .. }")
    }
}

impl Drydock {
    /// Opens the databases, filling a new project, and clears away what an interrupted process left behind.
    pub fn open(options: Options) -> Result<Self, OpenError> {
        let project_file = prepare(&options.storage)?;
        let project = Database::open(project_file.as_deref(), Purpose::Project, &options.clock)
            .map_err(|error| in_use(error, &options.storage))?;
        let kind = options.project;
        let app = App::new(options, project);
        let complete = app
            .project()
            .read(|connection| crate::store::meta(connection, COMPLETE))?
            .is_some();
        if complete {
            for row in app
                .environments()?
                .iter()
                .filter(|row| row.status == EnvironmentStatus::Ready)
            {
                app.open_database(&row.file)?;
            }
            environments::clean_up_interrupted(&app)?;
            search::clean_up_interrupted(&app)?;
            revalidation::resume(&app)?;
            app.apply_freezes()?;
        } else {
            create(&app, kind)?;
        }
        environments::sweep(&app)?;
        app.assets().sweep().map_err(OpenError::Assets)?;
        Ok(Self { app })
    }

    /// The admin origin: `/cma`, `/graphql`, `/site`, `/demo`, `/assets`, `/scim`, `/panel.json` and the admin panel.
    pub fn router(&self) -> Router {
        let cda = cda::routes().layer(from_fn_with_state(self.app.clone(), around_cda));
        let files = assets::routes().layer(from_fn_with_state(self.app.clone(), around_assets));
        Router::new()
            .nest("/cma", cma::router::router(&self.app))
            .nest("/graphql", cda)
            .nest("/site", site::routes())
            .nest("/demo", demo::routes())
            .nest("/assets", files)
            .nest("/scim", scim::routes())
            .merge(panel::admin_routes(&self.app))
            .with_state(self.app.clone())
    }

    /// The plugin's origin: nothing but the built plugin's files.
    pub fn plugin_router(&self) -> Router {
        panel::plugin_routes(&self.app)
    }

    /// The three API tokens every project starts with.
    pub fn tokens(&self) -> Result<Tokens, OpenError> {
        let secret = |name| {
            Ok::<_, ApiError>(access_tokens::secret_named(&self.app, name)?.unwrap_or_default())
        };
        Ok(Tokens {
            full: secret(blank::FULL_TOKEN)?,
            editor: secret(blank::EDITOR_TOKEN)?,
            read: secret(blank::READ_TOKEN)?,
        })
    }

    /// The faults this server lives by: those it was opened with, and those that are added and removed while it runs.
    pub fn faults(&self) -> &Faults {
        self.app.faults()
    }

    /// The client and the script that made the schemas answers are compared with.
    pub(crate) fn checks_against(&self) -> Option<&str> {
        let schemas = self.app.options().check_responses.as_ref();
        schemas.map(crate::check::ResponseSchemas::source)
    }

    /// What the check of answers found so far; `None` when it was not asked for.
    pub fn checked(&self) -> Option<Checked> {
        self.app.checker().map(Checker::checked)
    }

    pub(crate) fn app(&self) -> &App {
        &self.app
    }
}

/// Set, in the project's database, once a new project is filled.
const COMPLETE: &str = "complete";

fn create(app: &App, kind: Project) -> Result<(), OpenError> {
    discard_incomplete(app)?;
    blank::create(app)?;
    if kind == Project::Demo {
        demo::seed(app)?;
    }
    app.project()
        .write::<_, StoreError>(|tx| crate::store::set_meta(tx, COMPLETE, 1))?;
    Ok(())
}

/// A process that ended while it filled a project leaves a part of one: start over.
fn discard_incomplete(app: &App) -> Result<(), OpenError> {
    let rows = app.environments()?;
    if rows.is_empty() {
        return Ok(());
    }
    log("the project was not filled completely; it is made anew");
    app.project().write::<_, StoreError>(|tx| {
        for table in [
            "entities",
            "environments",
            "jobs",
            "user_tokens",
            "sessions",
            "meta",
        ] {
            tx.execute(&format!("DELETE FROM {table}"), [])?;
        }
        Ok(())
    })?;
    for row in rows {
        environments::remove_files(app, &row.file)?;
    }
    Ok(())
}

/// Makes the data directory. The project's file in it; `None` in memory.
fn prepare(storage: &Storage) -> Result<Option<PathBuf>, OpenError> {
    let Storage::Directory(directory) = storage else {
        return Ok(None);
    };
    std::fs::create_dir_all(directory).map_err(|reason| OpenError::Directory {
        path: directory.clone(),
        reason,
    })?;
    Ok(Some(directory.join("project.sqlite")))
}

fn in_use(error: StoreError, storage: &Storage) -> OpenError {
    match (&error, storage) {
        (
            StoreError::Sqlite(rusqlite::Error::SqliteFailure(failure, _)),
            Storage::Directory(path),
        ) if failure.code == rusqlite::ErrorCode::DatabaseBusy => {
            OpenError::InUse { path: path.clone() }
        }
        _ => OpenError::Store(error),
    }
}
