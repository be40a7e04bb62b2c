//! Roles and what they allow.

use std::rc::Rc;

use serde::Deserialize;

use super::{understand, understand_all};
use crate::call::Call;
use crate::connection::Connection;
use crate::{ApiError, EnvironmentId, Timer, Transport};

/// Calls about roles.
pub struct Roles<T, C> {
    pub(crate) connection: Rc<Connection<T, C>>,
}

/// A set of permissions with a name.
#[derive(Debug, Clone, PartialEq)]
pub struct Role {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What it allows in the end, what it inherits included.
    pub permissions: Permissions,
}

/// Which environments may be entered at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EnvironmentsAccess {
    /// Every one.
    All,
    /// The primary one.
    PrimaryOnly,
    /// Sandboxes; the primary one cannot even be seen. Typical of tokens for automation.
    SandboxOnly,
    /// None: the role is only there to be inherited from.
    None,
}

/// What a role allows, of what a release needs to know. Named as the vendor names them.
#[derive(Debug, Clone, PartialEq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch of the role editor, set on its own"
)]
pub struct Permissions {
    /// Which environments may be entered.
    pub environments_access: EnvironmentsAccess,
    /// Create, fork, rename and destroy sandboxes.
    pub can_manage_environments: bool,
    /// Promote, and switch maintenance mode.
    pub can_promote_environments: bool,
    /// Change models, fields, validators and plugins.
    pub can_edit_schema: bool,
    /// Change locales, time zone and theme.
    pub can_edit_environment: bool,
    /// Change project-wide settings.
    pub can_edit_site: bool,
    /// Define build triggers.
    pub can_manage_build_triggers: bool,
    /// Define webhooks.
    pub can_manage_webhooks: bool,
    /// Change users and roles.
    pub can_manage_users: bool,
    /// Define API tokens.
    pub can_manage_access_tokens: bool,
    /// What is allowed on records, per environment. Empty for owners, who need none.
    pub item_types: Vec<ItemTypePermission>,
    /// Ids of the build triggers that may be fired; `None` in the list stands for all of them.
    pub build_triggers: Vec<Option<String>>,
    /// Whether everything is allowed, whatever the lists say.
    pub owner: bool,
}

/// One entry of what is allowed on records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemTypePermission {
    /// The environment it holds in.
    pub environment: String,
    /// What may be done: `all`, `read`, `create`, `update`, `publish`, `delete`, …
    pub action: String,
    /// The model it is about; `None` for all.
    pub item_type: Option<String>,
}

impl Permissions {
    /// What owners may: everything.
    pub fn owner() -> Self {
        Self {
            environments_access: EnvironmentsAccess::All,
            can_manage_environments: true,
            can_promote_environments: true,
            can_edit_schema: true,
            can_edit_environment: true,
            can_edit_site: true,
            can_manage_build_triggers: true,
            can_manage_webhooks: true,
            can_manage_users: true,
            can_manage_access_tokens: true,
            item_types: Vec::new(),
            build_triggers: vec![None],
            owner: true,
        }
    }

    /// What somebody without a role may: nothing.
    pub fn none() -> Self {
        Self {
            environments_access: EnvironmentsAccess::None,
            can_manage_environments: false,
            can_promote_environments: false,
            can_edit_schema: false,
            can_edit_environment: false,
            can_edit_site: false,
            can_manage_build_triggers: false,
            can_manage_webhooks: false,
            can_manage_users: false,
            can_manage_access_tokens: false,
            item_types: Vec::new(),
            build_triggers: Vec::new(),
            owner: false,
        }
    }

    /// Whether an environment may be entered.
    pub fn can_access_environment(&self, primary: bool) -> bool {
        match self.environments_access {
            EnvironmentsAccess::All => true,
            EnvironmentsAccess::PrimaryOnly => primary,
            EnvironmentsAccess::SandboxOnly => !primary,
            EnvironmentsAccess::None => false,
        }
    }

    /// Whether any record of an environment may be seen: a role without an entry for it grants nothing there.
    pub fn has_content_access(&self, environment: &EnvironmentId) -> bool {
        self.owner
            || self
                .item_types
                .iter()
                .any(|entry| entry.environment == environment.as_str())
    }

    /// Whether a build trigger may be fired.
    pub fn can_fire(&self, build_trigger: &str) -> bool {
        self.build_triggers
            .iter()
            .any(|id| id.as_deref().is_none_or(|id| id == build_trigger))
    }
}

impl<T: Transport, C: Timer> Roles<T, C> {
    /// All of them.
    pub async fn list(&self) -> Result<Vec<Role>, ApiError> {
        let call = Call::get(&["roles"])?;
        let request = call.label();
        let document = self.connection.document::<Vec<WireRole>>(call).await?;
        understand_all(&request, document.data)
    }

    /// One role.
    pub async fn find(&self, id: &str) -> Result<Role, ApiError> {
        let call = Call::get(&["roles", id])?;
        let request = call.label();
        let document = self.connection.document::<WireRole>(call).await?;
        understand(&request, document.data)
    }
}

#[derive(Deserialize)]
pub(crate) struct WireRole {
    id: String,
    attributes: WireName,
    meta: WireMeta,
}

#[derive(Deserialize)]
struct WireName {
    name: String,
}

#[derive(Deserialize)]
struct WireMeta {
    final_permissions: WirePermissions,
}

#[derive(Deserialize)]
#[expect(clippy::struct_excessive_bools, reason = "the shape of the wire")]
struct WirePermissions {
    environments_access: String,
    #[serde(default)]
    can_manage_environments: bool,
    #[serde(default)]
    can_promote_environments: bool,
    #[serde(default)]
    can_edit_schema: bool,
    #[serde(default)]
    can_edit_environment: bool,
    #[serde(default)]
    can_edit_site: bool,
    #[serde(default)]
    can_manage_build_triggers: bool,
    #[serde(default)]
    can_manage_webhooks: bool,
    #[serde(default)]
    can_manage_users: bool,
    #[serde(default)]
    can_manage_access_tokens: bool,
    #[serde(default)]
    positive_item_type_permissions: Vec<WireItemTypePermission>,
    #[serde(default)]
    positive_build_trigger_permissions: Vec<WireBuildTriggerPermission>,
    #[serde(default)]
    negative_build_trigger_permissions: Vec<WireBuildTriggerPermission>,
}

#[derive(Deserialize)]
struct WireItemTypePermission {
    environment: String,
    action: String,
    #[serde(default)]
    item_type: Option<String>,
}

#[derive(PartialEq, Deserialize)]
struct WireBuildTriggerPermission {
    #[serde(default)]
    build_trigger: Option<String>,
}

impl TryFrom<WireRole> for Role {
    type Error = String;

    fn try_from(wire: WireRole) -> Result<Self, Self::Error> {
        let WireRole {
            id,
            attributes: WireName { name },
            meta,
        } = wire;
        let found = meta.final_permissions;
        let environments_access = match found.environments_access.as_str() {
            "all" => EnvironmentsAccess::All,
            "primary_only" => EnvironmentsAccess::PrimaryOnly,
            "sandbox_only" => EnvironmentsAccess::SandboxOnly,
            "none" => EnvironmentsAccess::None,
            other => {
                return Err(format!(
                    "`{other}` is not a known access to environments (role `{name}`)"
                ));
            }
        };
        let denied = found.negative_build_trigger_permissions;
        let build_triggers = found.positive_build_trigger_permissions.into_iter();
        let permissions = Permissions {
            environments_access,
            can_manage_environments: found.can_manage_environments,
            can_promote_environments: found.can_promote_environments,
            can_edit_schema: found.can_edit_schema,
            can_edit_environment: found.can_edit_environment,
            can_edit_site: found.can_edit_site,
            can_manage_build_triggers: found.can_manage_build_triggers,
            can_manage_webhooks: found.can_manage_webhooks,
            can_manage_users: found.can_manage_users,
            can_manage_access_tokens: found.can_manage_access_tokens,
            item_types: found
                .positive_item_type_permissions
                .into_iter()
                .map(ItemTypePermission::from)
                .collect(),
            build_triggers: build_triggers
                .filter(|entry| !denied.contains(entry))
                .map(|e| e.build_trigger)
                .collect(),
            owner: false,
        };
        Ok(Self {
            id,
            name,
            permissions,
        })
    }
}

impl From<WireItemTypePermission> for ItemTypePermission {
    fn from(wire: WireItemTypePermission) -> Self {
        Self {
            environment: wire.environment,
            action: wire.action,
            item_type: wire.item_type,
        }
    }
}
