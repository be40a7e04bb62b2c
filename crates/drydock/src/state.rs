//! The server's state: one [`App`], shared by all calls.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use axum::http::HeaderMap;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::agenda::Agenda;
use crate::check::Checker;
use crate::clock::Timestamp;
use crate::cma::controllers::editing_sessions::Sessions;
use crate::faults::Faults;
use crate::http::callers::{Callers, Credential};
use crate::http::context::{Caller, CallerKind, RoleName, bearer};
use crate::http::error::ApiError;
use crate::http::permission::FinalPermissions;
use crate::http::rate::Limiter;
use crate::options::{Options, Storage};
use crate::outgoing::Outgoing;
use crate::roles;
use crate::search::Crawls;
use crate::store::entity::{self, Entity, Kind};
use crate::store::project::{self, EnvironmentRow, EnvironmentStatus, ProjectDb};
use crate::store::{Database, Frozen, Purpose, StoreError, sessions};
use crate::usage::Tally;

/// The state of the server. Clones share it.
#[derive(Clone)]
pub(crate) struct App(Arc<Inner>);

struct Inner {
    options: Options,
    project: ProjectDb,
    /// Open environment databases by `EnvironmentRow::file`.
    databases: RwLock<HashMap<String, Database>>,
    /// Percentages of running forks, by `EnvironmentRow::file`.
    progress: Mutex<HashMap<String, f64>>,
    /// Held while the set of environments, their roles or maintenance mode change: one such change at a time.
    lifecycle: Mutex<()>,
    limiter: Option<Limiter>,
    faults: Faults,
    sessions: Sessions,
    callers: Callers,
    agenda: Agenda,
    retries: Agenda,
    revalidations: Agenda,
    crawls: Crawls,
    tally: Tally,
    addresses: RwLock<Option<crate::serve::Addresses>>,
    assets: crate::assets::Folder,
    outgoing: Outgoing,
    checker: Option<Checker>,
}

impl std::fmt::Debug for App {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("App").finish_non_exhaustive()
    }
}

/// An environment and its database.
#[derive(Debug, Clone)]
pub(crate) struct EnvHandle {
    /// Its id.
    pub id: String,
    /// Whether it is the primary one.
    pub primary: bool,
    /// Its data.
    pub db: Database,
}

impl App {
    pub(crate) fn new(options: Options, project: ProjectDb) -> Self {
        Self(Arc::new(Inner {
            assets: crate::assets::Folder::of(&options.storage),
            limiter: options.rate_limit.map(Limiter::new),
            faults: Faults::new(options.faults.clone(), options.fault_seed),
            outgoing: Outgoing::new(options.trust.clone()),
            checker: options.check_responses.clone().map(Checker::new),
            options,
            project,
            databases: RwLock::default(),
            progress: Mutex::default(),
            lifecycle: Mutex::default(),
            sessions: Sessions::default(),
            callers: Callers::default(),
            agenda: Agenda::default(),
            retries: Agenda::default(),
            revalidations: Agenda::default(),
            crawls: Crawls::default(),
            tally: Tally::default(),
            addresses: RwLock::default(),
        }))
    }

    /// The project-wide database.
    pub(crate) fn project(&self) -> &ProjectDb {
        &self.0.project
    }

    /// What the server was told at start.
    pub(crate) fn options(&self) -> &Options {
        &self.0.options
    }

    /// Now.
    pub(crate) fn now(&self) -> Timestamp {
        self.0.options.clock.now()
    }

    /// A new entity id.
    #[expect(clippy::unused_self, reason = "ids are the server's to give")]
    pub(crate) fn new_id(&self) -> String {
        new_id()
    }

    /// Who is editing what.
    pub(crate) fn sessions(&self) -> &Sessions {
        &self.0.sessions
    }

    /// When something is next scheduled.
    pub(crate) fn agenda(&self) -> &Agenda {
        &self.0.agenda
    }

    /// When a webhook is next tried again.
    pub(crate) fn retries(&self) -> &Agenda {
        &self.0.retries
    }

    /// When records are next to be judged again.
    pub(crate) fn revalidations(&self) -> &Agenda {
        &self.0.revalidations
    }

    /// The indexing of sites that is under way.
    pub(crate) fn crawls(&self) -> &Crawls {
        &self.0.crawls
    }

    /// What was called and is not written down yet.
    pub(crate) fn tally(&self) -> &Tally {
        &self.0.tally
    }

    pub(crate) fn limiter(&self) -> Option<&Limiter> {
        self.0.limiter.as_ref()
    }

    pub(crate) fn faults(&self) -> &Faults {
        &self.0.faults
    }

    /// What looks at answers; `None` when that was not asked for.
    pub(crate) fn checker(&self) -> Option<&Checker> {
        self.0.checker.as_ref()
    }

    /// Calls to others.
    pub(crate) fn outgoing(&self) -> &Outgoing {
        &self.0.outgoing
    }

    /// The files of assets.
    pub(crate) fn assets(&self) -> &crate::assets::Folder {
        &self.0.assets
    }

    /// What the path of an asset's file is put behind to make its address.
    pub(crate) fn asset_host(&self) -> String {
        format!("{}/assets", self.admin_origin())
    }

    /// The origin of everything but the plugin.
    pub(crate) fn admin_origin(&self) -> String {
        let admin = self
            .addresses()
            .map_or(self.options().addr, |addresses| addresses.admin);
        format!("http://{admin}")
    }

    /// Where the server listens; `None` while it is only called in process.
    pub(crate) fn addresses(&self) -> Option<crate::serve::Addresses> {
        self.0
            .addresses
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    pub(crate) fn set_addresses(&self, addresses: crate::serve::Addresses) {
        *self
            .0
            .addresses
            .write()
            .unwrap_or_else(PoisonError::into_inner) = Some(addresses);
    }

    /// Held by whoever creates, destroys, renames or promotes environments, or switches maintenance mode.
    pub(crate) fn lifecycle(&self) -> MutexGuard<'_, ()> {
        self.0
            .lifecycle
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// All environments, oldest first.
    pub(crate) fn environments(&self) -> Result<Vec<EnvironmentRow>, ApiError> {
        self.project()
            .read(|connection| Ok(project::environments(connection)?))
    }

    /// What the project knows of an environment; `NOT_FOUND` when there is none with this id.
    pub(crate) fn environment_row(&self, id: &str) -> Result<EnvironmentRow, ApiError> {
        let row = self
            .project()
            .read(|connection| project::environment(connection, id))?;
        row.ok_or_else(ApiError::not_found)
    }

    /// An environment in use, whoever asks: `INVALID_ENVIRONMENT` or `ENVIRONMENT_NOT_READY`.
    pub(crate) fn environment(&self, id: &str) -> Result<EnvHandle, ApiError> {
        let row = self
            .project()
            .read(|connection| project::environment(connection, id))?;
        self.handle(row.ok_or_else(|| ApiError::invalid_environment(id))?)
    }

    /// The primary environment.
    pub(crate) fn primary(&self) -> Result<EnvHandle, ApiError> {
        let row = self.project().read(project::primary)?;
        self.handle(
            row.ok_or_else(|| ApiError::exception("the project has no primary environment"))?,
        )
    }

    /// The environment a call is about: the one it names or the primary one, if the caller's role may enter it.
    pub(crate) fn enter(&self, caller: &Caller, id: Option<&str>) -> Result<EnvHandle, ApiError> {
        let handle = match id {
            Some(id) => self.environment(id)?,
            None => self.primary()?,
        };
        if !caller
            .permissions
            .environments_access()
            .allows(handle.primary)
        {
            return Err(ApiError::invalid_environment(&handle.id));
        }
        Ok(handle)
    }

    fn handle(&self, row: EnvironmentRow) -> Result<EnvHandle, ApiError> {
        match row.status {
            EnvironmentStatus::Ready => {
                // Without one it is being destroyed at this very moment.
                let db = self
                    .open(&row.file)
                    .ok_or_else(|| ApiError::environment_not_ready(&row.id))?;
                Ok(EnvHandle {
                    id: row.id,
                    primary: row.primary,
                    db,
                })
            }
            EnvironmentStatus::Creating | EnvironmentStatus::Destroying => {
                Err(ApiError::environment_not_ready(&row.id))
            }
        }
    }

    /// The open database of an environment.
    pub(crate) fn database(&self, file: &str) -> Result<Database, ApiError> {
        self.open(file)
            .ok_or_else(|| ApiError::exception(format!("database {file} is not open")))
    }

    /// The database of an environment; `None` once it is taken out of use.
    pub(crate) fn open(&self, file: &str) -> Option<Database> {
        let databases = self
            .0
            .databases
            .read()
            .unwrap_or_else(PoisonError::into_inner);
        databases.get(file).cloned()
    }

    pub(crate) fn put_database(&self, file: &str, database: Database) {
        self.0
            .databases
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(file.to_owned(), database);
    }

    /// Takes a database out of use: who still holds it is refused, and its files can go.
    pub(crate) fn take_database(&self, file: &str) -> Option<Database> {
        let database = self
            .0
            .databases
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(file);
        if let Some(database) = &database {
            database.set_frozen(Some(Frozen::NotReady));
        }
        database
    }

    /// Where an environment's database lives; `None` in memory.
    pub(crate) fn database_path(&self, file: &str) -> Option<PathBuf> {
        match &self.0.options.storage {
            Storage::InMemory => None,
            Storage::Directory(directory) => Some(directory.join(format!("{file}.sqlite"))),
        }
    }

    /// The databases of all environments that are in use.
    pub(crate) fn all_databases(&self) -> Vec<Database> {
        let databases = self
            .0
            .databases
            .read()
            .unwrap_or_else(PoisonError::into_inner);
        databases.values().cloned().collect()
    }

    /// Opens the database of an environment, creating it when it is not there.
    pub(crate) fn open_database(&self, file: &str) -> Result<Database, StoreError> {
        let path = self.database_path(file);
        let database =
            Database::open(path.as_deref(), Purpose::Environment, &self.0.options.clock)?;
        self.put_database(file, database.clone());
        Ok(database)
    }

    /// How far a fork is, in percent.
    pub(crate) fn progress(&self, file: &str) -> f64 {
        *self.progress_map().get(file).unwrap_or(&0.0)
    }

    /// Notes how far a fork is; `None` when it is over.
    pub(crate) fn set_progress(&self, file: &str, percent: Option<f64>) {
        match percent {
            Some(percent) => self.progress_map().insert(file.to_owned(), percent),
            None => self.progress_map().remove(file),
        };
    }

    fn progress_map(&self) -> MutexGuard<'_, HashMap<String, f64>> {
        self.0
            .progress
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether maintenance mode is active.
    pub(crate) fn maintenance(&self) -> Result<bool, ApiError> {
        Ok(self.project().read(project::maintenance)?)
    }

    /// Freezes and thaws the environments as maintenance mode and fast forks want it now. Call it, holding
    /// [`App::lifecycle`], after any change of roles, maintenance mode or forks.
    pub(crate) fn apply_freezes(&self) -> Result<(), ApiError> {
        let maintenance = self.maintenance()?;
        let frozen = |row: &EnvironmentRow| {
            if row.read_only {
                Some(Frozen::FastFork)
            } else if row.primary && maintenance {
                Some(Frozen::Maintenance)
            } else {
                None
            }
        };
        let rows = self.environments()?;
        let ready = || {
            rows.iter()
                .filter(|row| row.status == EnvironmentStatus::Ready)
        };
        // Freeze first: at a promote under maintenance no write may find a primary that is open.
        for row in ready().filter(|row| frozen(row).is_some()) {
            self.database(&row.file)?.set_frozen(frozen(row));
        }
        for row in ready().filter(|row| frozen(row).is_none()) {
            self.database(&row.file)?.set_frozen(None);
        }
        self.agenda().look_again();
        self.revalidations().look_again();
        Ok(())
    }

    /// Who the request's token belongs to: `INVALID_AUTHORIZATION_HEADER` when nobody.
    pub(crate) fn authenticate(&self, headers: &HeaderMap) -> Result<Caller, ApiError> {
        let token = bearer(headers).ok_or_else(ApiError::invalid_authorization)?;
        let caller = self.project().read(|connection| {
            let user = match project::user_of_token(connection, token)? {
                Some(user) => Some(user),
                None => sessions::user(connection, token)?,
            };
            let credential =
                user.map_or_else(|| Credential::Token(token.to_owned()), Credential::User);
            self.0
                .callers
                .caller(connection, credential, |credential| match credential {
                    Credential::User(id) => match entity::find(connection, Kind::User, id)? {
                        Some(user) if user.flag("is_active") => {
                            caller_of_user(connection, &user).map(Some)
                        }
                        Some(_) | None => Ok(None),
                    },
                    Credential::Token(secret) => entity::list(connection, Kind::AccessToken)?
                        .into_iter()
                        .find(|entity| entity.text("token") == Some(secret))
                        .map(|entity| caller_of_token(connection, &entity))
                        .transpose(),
                })
        })?;
        caller.ok_or_else(ApiError::invalid_authorization)
    }
}

fn caller_of_user(connection: &rusqlite::Connection, user: &Entity) -> Result<Caller, StoreError> {
    let (role, permissions) = role_of(connection, user)?;
    Ok(Caller {
        kind: CallerKind::User,
        id: user.id.clone(),
        name: user.text("full_name").unwrap_or(&user.id).to_owned(),
        role,
        permissions,
        can_access_cma: true,
        can_access_cda: true,
        can_access_cda_preview: true,
    })
}

fn caller_of_token(
    connection: &rusqlite::Connection,
    token: &Entity,
) -> Result<Caller, StoreError> {
    let (role, permissions) = role_of(connection, token)?;
    Ok(Caller {
        kind: CallerKind::AccessToken,
        id: token.id.clone(),
        name: token.text("name").unwrap_or(&token.id).to_owned(),
        role,
        permissions,
        can_access_cma: token.flag("can_access_cma"),
        can_access_cda: token.flag("can_access_cda"),
        can_access_cda_preview: token.flag("can_access_cda_preview"),
    })
}

/// The role of a user or token. Without one it belongs to an owner.
fn role_of(
    connection: &rusqlite::Connection,
    holder: &Entity,
) -> Result<(Option<RoleName>, FinalPermissions), StoreError> {
    let Some(id) = holder.related("role") else {
        return Ok((None, FinalPermissions::owner()));
    };
    let role = entity::find(connection, Kind::Role, id)?;
    let name = role.as_ref().and_then(|role| role.text("name"));
    let role = RoleName {
        id: id.to_owned(),
        name: name.unwrap_or(id).to_owned(),
    };
    Ok((Some(role), roles::final_permissions(connection, id)?))
}

/// A new entity id: 22 characters, the URL-safe base64 of a version 4 UUID whose first bit is cleared, so that the id starts
/// with a letter.
pub(crate) fn new_id() -> String {
    let mut bytes: [u8; 16] = rand::random();
    bytes[0] &= 0x7f;
    id_from(bytes)
}

/// The id with these bytes; the bits that mark a version 4 UUID are set here.
pub(crate) fn id_from(mut bytes: [u8; 16]) -> String {
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    URL_SAFE_NO_PAD.encode(bytes)
}

#[cfg(test)]
mod tests {
    use super::new_id;

    #[test]
    fn ids_are_22_url_safe_characters_and_start_with_a_letter() {
        for _ in 0..100 {
            let id = new_id();
            assert_eq!(id.len(), 22);
            assert!(id.starts_with(|c: char| c.is_ascii_alphabetic()), "{id}");
        }
    }
}
