//! Who calls, where, and what they may do there.

use std::cell::OnceCell;
use std::collections::HashMap;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use serde_json::Value;

use super::answer::Answer;
use super::error::ApiError;
use super::permission::{Creator, FinalPermissions, ItemAction, ItemSubject, Permission};
use super::query::Query;
use crate::faults::JobFate;
use crate::jobs;
use crate::state::{App, EnvHandle};
use crate::store::StoreError;
use crate::store::entity::{self, Kind, reference};

/// The kind of credential that calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CallerKind {
    /// An API token.
    AccessToken,
    /// A collaborator.
    User,
}

impl CallerKind {
    /// The JSON:API type.
    pub(crate) fn wire(self) -> &'static str {
        match self {
            Self::AccessToken => "access_token",
            Self::User => "user",
        }
    }
}

/// Who calls.
#[derive(Debug, Clone)]
pub(crate) struct Caller {
    /// The kind of credential.
    pub kind: CallerKind,
    /// Id of the access token or user.
    pub id: String,
    /// What people call the token or user.
    pub name: String,
    /// The role; `None` for an owner, who may do everything.
    pub role: Option<RoleName>,
    /// What the role allows, after inheritance.
    pub permissions: FinalPermissions,
    /// Whether the management API may be used.
    pub can_access_cma: bool,
    /// Whether published content may be read over GraphQL.
    pub can_access_cda: bool,
    /// Whether drafts may be read over GraphQL.
    pub can_access_cda_preview: bool,
}

/// A role as the audit log names it.
#[derive(Debug, Clone)]
pub(crate) struct RoleName {
    pub id: String,
    pub name: String,
}

impl Caller {
    /// `{"type", "id"}`, as `creator` relationships name it.
    pub(crate) fn reference(&self) -> Value {
        reference(self.kind.wire(), &self.id)
    }

    /// Id of the role; `None` for an owner.
    pub(crate) fn role_id(&self) -> Option<&str> {
        self.role.as_ref().map(|role| role.id.as_str())
    }

    /// `INSUFFICIENT_PERMISSIONS` unless the role has the flag.
    pub(crate) fn require(&self, permission: Permission) -> Result<(), ApiError> {
        if self.permissions.has(permission) {
            return Ok(());
        }
        Err(ApiError::insufficient_permissions(permission.wire()))
    }
}

/// The roles of users and tokens, read when first asked for.
pub(crate) struct Holders<'a> {
    app: &'a App,
    roles: OnceCell<HashMap<(String, String), String>>,
}

impl<'a> Holders<'a> {
    pub(crate) fn new(app: &'a App) -> Self {
        Self {
            app,
            roles: OnceCell::new(),
        }
    }

    /// Id of somebody's role; `kind` is the type on the wire.
    pub(crate) fn role_of(&self, kind: &str, id: &str) -> Option<&str> {
        let key = (kind.to_owned(), id.to_owned());
        self.roles().get(&key).map(String::as_str)
    }

    fn roles(&self) -> &HashMap<(String, String), String> {
        self.roles.get_or_init(|| {
            let read = self.app.project().read(|connection| {
                let mut roles = HashMap::new();
                for kind in [Kind::User, Kind::AccessToken] {
                    for holder in entity::list(connection, kind)? {
                        if let Some(role) = holder.related("role") {
                            let key = (kind.wire().to_owned(), holder.id.clone());
                            roles.insert(key, role.to_owned());
                        }
                    }
                }
                Ok::<_, StoreError>(roles)
            });
            read.unwrap_or_else(|error| {
                // Without roles, entries about what people of the same role made count for nobody: less is allowed, not more.
                crate::events::log(&format!("roles could not be read: {error}"));
                HashMap::new()
            })
        })
    }
}

/// A call about one environment: the one `X-Environment` names, or the primary one.
#[derive(Debug, Clone)]
pub(crate) struct Ctx {
    /// The server.
    pub app: App,
    /// Who calls.
    pub caller: Caller,
    /// Where.
    pub env: EnvHandle,
    /// The decoded query string.
    pub query: Query,
    /// What a fault has in store for the job this call may become.
    pub fate: Option<JobFate>,
}

/// A call about the whole project: `X-Environment` does not matter.
#[derive(Debug, Clone)]
pub(crate) struct ProjectCtx {
    /// The server.
    pub app: App,
    /// Who calls.
    pub caller: Caller,
    /// The decoded query string.
    pub query: Query,
    /// What a fault has in store for the job this call may become.
    pub fate: Option<JobFate>,
}

impl Ctx {
    /// `INSUFFICIENT_PERMISSIONS` unless the caller's role has the flag.
    pub(crate) fn require(&self, permission: Permission) -> Result<(), ApiError> {
        self.caller.require(permission)
    }

    /// Whether the environment takes writes now; the error says why not. Every write checks it before it validates, so that
    /// people hear of the freeze first. (The database refuses on its own, too: a freeze cannot slip in between.)
    pub(crate) fn writable(&self) -> Result<(), ApiError> {
        match self.env.db.frozen() {
            Some(reason) => Err(crate::store::StoreError::Frozen(reason).into()),
            None => Ok(()),
        }
    }

    /// `INSUFFICIENT_PERMISSIONS` unless the caller's role allows the action on records like this one.
    pub(crate) fn require_item_action(
        &self,
        action: ItemAction,
        subject: &ItemSubject<'_>,
    ) -> Result<(), ApiError> {
        if self.allows_item_action(action, subject) {
            return Ok(());
        }
        Err(ApiError::insufficient_permissions(action.wire()))
    }

    /// Whether the caller's role allows the action on records like this one.
    pub(crate) fn allows_item_action(&self, action: ItemAction, subject: &ItemSubject<'_>) -> bool {
        self.caller
            .permissions
            .allows_item(&self.env.id, action, subject, self.caller.role_id())
    }

    /// The creator in relation to the caller; `role` is the creator's role, if known.
    pub(crate) fn creator<'a>(&self, kind: &str, id: &str, role: Option<&'a str>) -> Creator<'a> {
        Creator {
            is_caller: kind == self.caller.kind.wire() && id == self.caller.id,
            role,
        }
    }

    /// Runs `work` as a job: its outcome, good or bad, is stored and can be read once the job delay is over; the answer is 202.
    pub(crate) fn job(&self, work: impl FnOnce() -> Result<(u16, Value), ApiError>) -> Answer {
        jobs::run(&self.app, self.fate, work)
    }
}

impl ProjectCtx {
    /// `INSUFFICIENT_PERMISSIONS` unless the caller's role has the flag.
    pub(crate) fn require(&self, permission: Permission) -> Result<(), ApiError> {
        self.caller.require(permission)
    }
}

impl FromRequestParts<App> for ProjectCtx {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        let caller = match parts.extensions.get::<Caller>() {
            Some(known) => known.clone(),
            None => app.authenticate(&parts.headers)?,
        };
        if !caller.can_access_cma {
            return Err(ApiError::insufficient_permissions("can_access_cma"));
        }
        Ok(Self {
            app: app.clone(),
            caller,
            query: Query::parse(parts.uri.query().unwrap_or_default()),
            fate: parts.extensions.get().copied(),
        })
    }
}

impl FromRequestParts<App> for Ctx {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        let ProjectCtx {
            app,
            caller,
            query,
            fate,
        } = ProjectCtx::from_request_parts(parts, app).await?;
        let env = app.enter(&caller, environment_header(&parts.headers))?;
        Ok(Self {
            app,
            caller,
            env,
            query,
            fate,
        })
    }
}

/// The environment the request names.
pub(crate) fn environment_header(headers: &HeaderMap) -> Option<&str> {
    headers
        .get("x-environment")
        .and_then(|value| value.to_str().ok())
        .filter(|id| !id.is_empty())
}

/// The token of `Authorization: Bearer …`.
pub(crate) fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}
