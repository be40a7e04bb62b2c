//! What every frame knows, whatever its mode.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use crate::permissions::Permissions;
use crate::token::Token;

/// Where the management API is when the host does not say (it does since May 2026).
pub const DEFAULT_CMA_BASE_URL: &str = "https://site-api.datocms.com";

/// The id of the role the CMS makes up for owners of a project.
const OWNER_ROLE: &str = "account_role";

/// The base properties of the settings.
#[derive(Debug, Clone, PartialEq)]
pub struct BaseCtx {
    /// This plugin, as installed in the environment.
    pub plugin: Installation,
    /// Who is looking.
    pub current_user: CurrentUser,
    /// What they may do.
    pub current_role: Role,
    /// Their token, if the plugin was granted the permission `currentUserAccessToken`.
    pub current_user_access_token: Option<Token>,
    /// The project.
    pub site: Site,
    /// Id of the environment being viewed.
    pub environment: String,
    /// Whether that environment is the primary one.
    pub is_environment_primary: bool,
    /// Base URL of the management API, without a slash at its end.
    pub cma_base_url: String,
    /// GraphQL endpoint of the delivery API for this environment.
    pub cda_endpoint_url: Option<String>,
    /// Light unless the host says dark.
    pub color_scheme: ColorScheme,
    /// CSS custom properties (`--color--…`) and their values; empty on older hosts.
    pub css_design_tokens: BTreeMap<String, String>,
    /// Language of the interface, not of any content.
    pub ui_locale: String,
    /// All models and block models, by id.
    pub item_types: BTreeMap<String, ItemType>,
}

/// The plugin as installed in one environment.
#[derive(Debug, Clone, PartialEq)]
pub struct Installation {
    /// Its id; part of the addresses of its pages.
    pub id: String,
    /// Its name in the list of plugins.
    pub name: String,
    /// Its saved parameters, `{}` at first. Every user of the project can read them.
    pub parameters: Value,
    /// Name of the npm package; `None` for a private plugin.
    pub package_name: Option<String>,
    /// Version of the npm package.
    pub package_version: Option<String>,
    /// What it was granted; `currentUserAccessToken` is the only one there is.
    pub permissions: Vec<String>,
}

/// Four kinds of people, told apart by the entity's type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UserKind {
    /// A collaborator.
    User,
    /// A collaborator by single sign-on.
    SsoUser,
    /// The account that owns the project.
    Account,
    /// The organization that owns the project.
    Organization,
}

/// Who is looking.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CurrentUser {
    /// Their id.
    pub id: String,
    /// Which of the four kinds.
    pub kind: UserKind,
    /// Their address; SSO users have a user name in its place, organizations neither.
    pub email: Option<String>,
    /// Their name, if they gave one.
    pub full_name: Option<String>,
}

impl CurrentUser {
    /// What to call them on screen: the name, else the address, else the id.
    #[must_use]
    pub fn name(&self) -> &str {
        self.full_name
            .as_deref()
            .or(self.email.as_deref())
            .unwrap_or(&self.id)
    }
}

/// The role of the current user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Role {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its rights, with those it inherits.
    pub final_permissions: Permissions,
}

/// The project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Site {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Content locales, the first is the default.
    pub locales: Vec<String>,
    /// IANA name, such as `Europe/Rome`.
    pub timezone: Option<String>,
    /// Host name of the admin panel, such as `demo.admin.datocms.com`.
    pub internal_domain: Option<String>,
    /// Custom host name of the admin panel.
    pub domain: Option<String>,
    /// Whether schema changes on the primary environment are blocked.
    pub force_use_of_sandbox_environments: bool,
}

/// A model or block model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemType {
    /// Its id.
    pub id: String,
    /// Its name on screen.
    pub name: String,
    /// Its name in APIs.
    pub api_key: String,
    /// A block model rather than a model.
    pub modular_block: bool,
    /// Has exactly one record.
    pub singleton: bool,
}

/// The colours in use, already resolved from the user's preference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ColorScheme {
    /// Dark on light.
    #[default]
    Light,
    /// Light on dark.
    Dark,
}

impl ColorScheme {
    /// As CSS and the `data-color-scheme` attribute spell it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}

/// A JSON:API object, as the CMS sends all its entities.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Entity {
    pub(crate) id: String,
    #[serde(rename = "type", default)]
    pub(crate) kind: String,
    #[serde(default)]
    attributes: Value,
    #[serde(default)]
    meta: Value,
}

impl Entity {
    fn text(&self, attribute: &str) -> Option<String> {
        self.attributes
            .get(attribute)?
            .as_str()
            .filter(|text| !text.is_empty())
            .map(ToOwned::to_owned)
    }

    fn flag(&self, attribute: &str) -> bool {
        self.attributes
            .get(attribute)
            .and_then(Value::as_bool)
            .unwrap_or(false)
    }

    fn texts(&self, attribute: &str) -> Vec<String> {
        let entries = self
            .attributes
            .get(attribute)
            .and_then(Value::as_array)
            .map(Vec::as_slice)
            .unwrap_or_default();
        entries
            .iter()
            .filter_map(Value::as_str)
            .map(ToOwned::to_owned)
            .collect()
    }
}

impl From<Entity> for Installation {
    fn from(entity: Entity) -> Self {
        let parameters = match entity.attributes.get("parameters") {
            None | Some(Value::Null) => Value::Object(serde_json::Map::new()),
            Some(parameters) => parameters.clone(),
        };
        Self {
            name: entity.text("name").unwrap_or_default(),
            parameters,
            package_name: entity.text("package_name"),
            package_version: entity.text("package_version"),
            permissions: entity.texts("permissions"),
            id: entity.id,
        }
    }
}

impl From<Entity> for CurrentUser {
    fn from(entity: Entity) -> Self {
        let kind = match entity.kind.as_str() {
            "sso_user" => UserKind::SsoUser,
            "account" => UserKind::Account,
            "organization" => UserKind::Organization,
            _ => UserKind::User,
        };
        let parts: Vec<String> = [entity.text("first_name"), entity.text("last_name")]
            .into_iter()
            .flatten()
            .collect();
        let full_name = match kind {
            UserKind::User => entity.text("full_name"),
            UserKind::Organization => entity.text("name"),
            UserKind::SsoUser | UserKind::Account => (!parts.is_empty()).then(|| parts.join(" ")),
        };
        let email = entity.text("email").or_else(|| entity.text("username"));
        Self {
            id: entity.id,
            kind,
            email,
            full_name,
        }
    }
}

impl From<Entity> for Role {
    fn from(entity: Entity) -> Self {
        let final_permissions = if entity.id == OWNER_ROLE {
            Permissions::owner()
        } else {
            Permissions::read(entity.meta.get("final_permissions").unwrap_or(&Value::Null))
        };
        Self {
            name: entity.text("name").unwrap_or_default(),
            final_permissions,
            id: entity.id,
        }
    }
}

impl From<Entity> for Site {
    fn from(entity: Entity) -> Self {
        Self {
            name: entity.text("name").unwrap_or_default(),
            locales: entity.texts("locales"),
            timezone: entity.text("timezone"),
            internal_domain: entity.text("internal_domain"),
            domain: entity.text("domain"),
            force_use_of_sandbox_environments: entity.flag("force_use_of_sandbox_environments"),
            id: entity.id,
        }
    }
}

impl From<Entity> for ItemType {
    fn from(entity: Entity) -> Self {
        Self {
            name: entity.text("name").unwrap_or_default(),
            api_key: entity.text("api_key").unwrap_or_default(),
            modular_block: entity.flag("modular_block"),
            singleton: entity.flag("singleton"),
            id: entity.id,
        }
    }
}
