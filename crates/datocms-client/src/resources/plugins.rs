//! Installed plugins.

use std::rc::Rc;

use serde::Deserialize;
use serde_json::Value;

use crate::call::Call;
use crate::connection::Connection;
use crate::{ApiError, EnvironmentId, Timer, Transport};

/// Calls about the plugins of an environment.
pub struct Plugins<T, C> {
    pub(crate) connection: Rc<Connection<T, C>>,
    pub(crate) environment: Option<EnvironmentId>,
}

/// An installed plugin.
#[derive(Debug, Clone, PartialEq)]
pub struct Plugin {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its npm package; `None` for a private plugin.
    pub package_name: Option<String>,
    /// Where its page is.
    pub url: Option<String>,
    /// Its settings.
    pub parameters: Value,
    /// What it was granted, for example `currentUserAccessToken`.
    pub permissions: Vec<String>,
}

impl<T: Transport, C: Timer> Plugins<T, C> {
    /// All of them.
    pub async fn list(&self) -> Result<Vec<Plugin>, ApiError> {
        let call = Call::get(&["plugins"])?.in_environment(self.environment.as_ref());
        let document = self.connection.document::<Vec<WirePlugin>>(call).await?;
        Ok(document.data.into_iter().map(Plugin::from).collect())
    }
}

#[derive(Deserialize)]
struct WirePlugin {
    id: String,
    attributes: WireAttributes,
}

#[derive(Deserialize)]
struct WireAttributes {
    name: String,
    #[serde(default)]
    package_name: Option<String>,
    #[serde(default)]
    url: Option<String>,
    #[serde(default)]
    parameters: Value,
    #[serde(default)]
    permissions: Option<Vec<String>>,
}

impl From<WirePlugin> for Plugin {
    fn from(wire: WirePlugin) -> Self {
        let WirePlugin { id, attributes } = wire;
        Self {
            id,
            name: attributes.name,
            package_name: attributes.package_name,
            url: attributes.url,
            parameters: attributes.parameters,
            permissions: attributes.permissions.unwrap_or_default(),
        }
    }
}
