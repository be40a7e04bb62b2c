//! Who calls, and who else works on the project.

use std::rc::Rc;

use serde::Deserialize;
use serde_json::Value;

use super::roles::{Permissions, Role, WireRole};
use super::understand;
use crate::call::Call;
use crate::connection::Connection;
use crate::wire::Linkage;
use crate::{ApiError, Query, Timer, Transport};

/// Calls about users.
pub struct Users<T, C> {
    pub(crate) connection: Rc<Connection<T, C>>,
}

/// The kinds of beings that can act on a project.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ActorKind {
    /// A collaborator.
    User,
    /// A collaborator through single sign-on.
    SsoUser,
    /// An API token.
    AccessToken,
    /// A person who owns the project.
    Account,
    /// An organization that owns the project.
    Organization,
}

/// A reference to somebody.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Actor {
    /// What they are; `None` for a kind this client does not know.
    pub kind: Option<ActorKind>,
    /// Their id, unique within the kind.
    pub id: String,
}

/// Whoever the token belongs to.
#[derive(Debug, Clone, PartialEq)]
pub struct Caller {
    /// Their id, unique within the kind.
    pub id: String,
    /// What they are.
    pub kind: ActorKind,
    /// A name to show.
    pub name: String,
    /// Their address, if they have one.
    pub email: Option<String>,
    /// Their role; owners have none.
    pub role: Option<Role>,
    /// What they may do, inheritance included: everything for owners, nothing without a role.
    pub permissions: Permissions,
}

/// A collaborator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// Their id.
    pub id: String,
    /// A name to show.
    pub name: String,
    /// Their address.
    pub email: String,
}

impl ActorKind {
    fn from_wire(kind: &str) -> Option<Self> {
        Some(match kind {
            "user" => Self::User,
            "sso_user" => Self::SsoUser,
            "access_token" => Self::AccessToken,
            "account" => Self::Account,
            "organization" => Self::Organization,
            _ => return None,
        })
    }
}

impl From<Linkage> for Actor {
    fn from(linkage: Linkage) -> Self {
        Self {
            kind: ActorKind::from_wire(&linkage.kind),
            id: linkage.id,
        }
    }
}

impl<T: Transport, C: Timer> Users<T, C> {
    /// Whoever the token belongs to, with the role and the permissions it comes to.
    pub async fn me(&self) -> Result<Caller, ApiError> {
        let call = Call::get(&["users", "me"])?.with_query(&Query::new().with("include", "role"));
        let request = call.label();
        let document = self.connection.document::<WireActor>(call).await?;
        understand(
            &request,
            WireCaller {
                actor: document.data,
                included: document.included,
            },
        )
    }

    /// The project's collaborators. Owners and single sign-on users are not among them.
    pub async fn list(&self) -> Result<Vec<User>, ApiError> {
        let document = self
            .connection
            .document::<Vec<WireActor>>(Call::get(&["users"])?)
            .await?;
        Ok(document.data.into_iter().map(User::from).collect())
    }
}

#[derive(Deserialize)]
struct WireActor {
    #[serde(rename = "type")]
    kind: String,
    id: String,
    attributes: WireAttributes,
}

#[derive(Default, Deserialize)]
struct WireAttributes {
    email: Option<String>,
    name: Option<String>,
    full_name: Option<String>,
    first_name: Option<String>,
    last_name: Option<String>,
    username: Option<String>,
}

impl WireAttributes {
    /// The best name there is: each kind has its own attributes for it.
    fn display_name(&self) -> Option<String> {
        let given = |name: &Option<String>| name.clone().filter(|name| !name.trim().is_empty());
        let first_and_last = [given(&self.first_name), given(&self.last_name)]
            .into_iter()
            .flatten();
        let first_and_last =
            Some(first_and_last.collect::<Vec<_>>().join(" ")).filter(|name| !name.is_empty());
        given(&self.full_name)
            .or_else(|| given(&self.name))
            .or(first_and_last)
            .or_else(|| given(&self.username))
            .or_else(|| given(&self.email))
    }
}

struct WireCaller {
    actor: WireActor,
    included: Vec<Value>,
}

impl TryFrom<WireCaller> for Caller {
    type Error = String;

    fn try_from(wire: WireCaller) -> Result<Self, Self::Error> {
        let WireCaller { actor, included } = wire;
        let kind = ActorKind::from_wire(&actor.kind)
            .ok_or_else(|| format!("`{}` is not a known caller", actor.kind))?;
        let role = included
            .into_iter()
            .find(|entity| entity.get("type").and_then(Value::as_str) == Some("role"));
        let role = role
            .map(|role| {
                serde_json::from_value::<WireRole>(role)
                    .map_err(|error| error.to_string())
                    .and_then(Role::try_from)
            })
            .transpose()?;
        let permissions = match (kind, &role) {
            (ActorKind::Account | ActorKind::Organization, _) => Permissions::owner(),
            (ActorKind::User | ActorKind::SsoUser | ActorKind::AccessToken, Some(role)) => {
                role.permissions.clone()
            }
            (ActorKind::User | ActorKind::SsoUser | ActorKind::AccessToken, None) => {
                Permissions::none()
            }
        };
        let name = actor
            .attributes
            .display_name()
            .unwrap_or_else(|| format!("{} {}", actor.kind, actor.id));
        Ok(Self {
            id: actor.id,
            kind,
            name,
            email: actor.attributes.email,
            role,
            permissions,
        })
    }
}

impl From<WireActor> for User {
    fn from(wire: WireActor) -> Self {
        let name = wire
            .attributes
            .display_name()
            .unwrap_or_else(|| format!("user {}", wire.id));
        Self {
            id: wire.id,
            name,
            email: wire.attributes.email.unwrap_or_default(),
        }
    }
}
