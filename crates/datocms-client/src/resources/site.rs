//! Project settings.

use std::rc::Rc;

use serde::Deserialize;

use crate::call::Call;
use crate::connection::Connection;
use crate::{ApiError, EnvironmentId, Timer, Transport};

/// Calls about the project's settings.
pub struct SiteCalls<T, C> {
    pub(crate) connection: Rc<Connection<T, C>>,
    pub(crate) environment: Option<EnvironmentId>,
}

/// The project, as seen from one environment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Site {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its locales, the default one first.
    pub locales: Vec<String>,
    /// Its time zone.
    pub timezone: String,
    /// The address of its panel, without the scheme.
    pub internal_domain: Option<String>,
    /// Whether schema changes are refused on primary.
    pub force_use_of_sandbox_environments: bool,
}

impl<T: Transport, C: Timer> SiteCalls<T, C> {
    /// The settings.
    pub async fn find(&self) -> Result<Site, ApiError> {
        let call = Call::get(&["site"])?.in_environment(self.environment.as_ref());
        let WireSite { id, attributes } = self.connection.document::<WireSite>(call).await?.data;
        Ok(Site {
            id,
            name: attributes.name,
            locales: attributes.locales,
            timezone: attributes.timezone,
            internal_domain: attributes.internal_domain,
            force_use_of_sandbox_environments: attributes.force_use_of_sandbox_environments,
        })
    }
}

#[derive(Deserialize)]
struct WireSite {
    id: String,
    attributes: WireAttributes,
}

#[derive(Deserialize)]
struct WireAttributes {
    name: String,
    locales: Vec<String>,
    timezone: String,
    #[serde(default)]
    internal_domain: Option<String>,
    #[serde(default)]
    force_use_of_sandbox_environments: bool,
}
