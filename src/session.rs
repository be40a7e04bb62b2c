//! Who is at the page, where, and with what settings: read once from the host's context.

use std::rc::Rc;

use datocms_client::{BaseUrl, EnvironmentId, InvalidBaseUrl, InvalidToken, Token};
use datocms_plugin::{Plugin, Settings};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use slipway_engine::Models;
use slipway_release::{Person, checks::Abilities};

/// Everything the host told us that the rest of the plugin needs. The environment that the panel shows is not in it: what
/// is under way goes on when a promotion moves the panel to another one.
#[derive(Clone, PartialEq)]
pub struct Session {
    /// Who is at the page.
    pub me: Person,
    /// The role's name, to say whose permission is lacking.
    pub role: String,
    /// What the host says the role allows; good enough to draw by, the CMS itself decides.
    pub abilities: Abilities,
    /// The project's id.
    pub site: String,
    /// The project's name.
    pub project: String,
    /// The management API.
    pub cma: BaseUrl,
    /// The delivery API of the primary environment.
    pub cda: Option<BaseUrl>,
    /// The person's token, as far as the plugin was granted it.
    pub token: Token,
    /// The plugin's own settings.
    pub config: Config,
}

/// Why there is no session.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum NoSession {
    /// The plugin lacks the permission `currentUserAccessToken`.
    #[error("Slipway may not act for you yet")]
    NoToken,
    /// The host's token is not one.
    #[error("the panel handed over an access token that cannot be used: {0}")]
    Token(#[from] InvalidToken),
    /// The host's address of the management API is not one.
    #[error("the panel handed over an address of the management API that cannot be used: {0}")]
    BaseUrl(#[from] InvalidBaseUrl),
}

/// The plugin's parameters. Everybody with access to the panel can read them: no secret belongs
/// here but a delivery token that is public anyway.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Config {
    /// Address of a manifest of migration files, for teams whose CI publishes them.
    pub migrations_url: Option<String>,
    /// Where a site can be looked at.
    pub previews: Vec<Preview>,
    /// A read-only token for the delivery API, for the query box.
    pub delivery_token: Option<String>,
    /// Api key of the model that records migrations; the vendor CLI's `schema_migration` where empty.
    pub ledger_model: Option<String>,
    /// Api key of Slipway's own model; `slipway_release` where empty.
    pub journal_model: Option<String>,
}

/// A site that can be pointed at an environment.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Preview {
    /// What people call it.
    pub name: String,
    /// Its address, with `{environment}` where the environment's name belongs.
    pub url: String,
}

impl Preview {
    /// The address for one environment.
    pub fn address(&self, environment: &EnvironmentId) -> String {
        self.url.replace("{environment}", environment.as_str())
    }
}

impl Config {
    /// Reads parameters of any age; what is not understood counts as not set, and is written back
    /// only when a person saves the settings.
    pub fn read(parameters: &Value) -> Self {
        serde_json::from_value(parameters.clone()).unwrap_or_default()
    }

    /// The models a release keeps in the project.
    pub fn models(&self) -> Models {
        let defaults = Models::default();
        let chosen = |key: &Option<String>, default: String| {
            key.clone().filter(|key| !key.is_empty()).unwrap_or(default)
        };
        Models {
            ledger: chosen(&self.ledger_model, defaults.ledger),
            journal: chosen(&self.journal_model, defaults.journal),
        }
    }
}

impl Session {
    /// Reads the host's context.
    pub fn read(settings: &Settings) -> Result<Self, NoSession> {
        let base = &settings.base;
        let token = base
            .current_user_access_token
            .as_ref()
            .ok_or(NoSession::NoToken)?;
        let permissions = &base.current_role.final_permissions;
        Ok(Self {
            me: Person {
                id: base.current_user.id.clone(),
                name: base.current_user.name().to_owned(),
            },
            role: base.current_role.name.clone(),
            abilities: Abilities {
                manage_environments: permissions.can_manage_environments,
                promote_environments: permissions.can_promote_environments,
                edit_schema: permissions.can_edit_schema,
                enter_all_environments: permissions.environments_access
                    == datocms_plugin::EnvironmentsAccess::All,
            },
            site: base.site.id.clone(),
            project: base.site.name.clone(),
            cma: base.cma_base_url.parse()?,
            cda: base
                .cda_endpoint_url
                .as_deref()
                .and_then(|url| without_environment(url).parse().ok()),
            token: token.secret().parse()?,
            config: Config::read(&base.plugin.parameters),
        })
    }
}

/// The delivery endpoint without the path of one environment.
fn without_environment(url: &str) -> &str {
    url.find("/environments/").map_or(url, |at| &url[..at])
}

/// What a frame needs to draw: the host, its latest settings, and the session or why there is none.
#[derive(Clone)]
pub struct Frame {
    /// The host's methods.
    pub plugin: Plugin,
    /// The host's context as of the last change.
    pub settings: Rc<Settings>,
}

impl PartialEq for Frame {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.settings, &other.settings)
    }
}
