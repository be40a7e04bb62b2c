//! Build triggers: project-wide.

use std::rc::Rc;

use http::Method;
use serde::Deserialize;

use crate::call::Call;
use crate::connection::Connection;
use crate::{ApiError, Timer, Transport};

/// Calls about build triggers.
pub struct BuildTriggers<T, C> {
    pub(crate) connection: Rc<Connection<T, C>>,
}

/// Something that rebuilds a front end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BuildTrigger {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Whether it can be fired.
    pub enabled: bool,
    /// How the last build went, in the vendor's words.
    pub build_status: Option<String>,
    /// The address of what it builds.
    pub frontend_url: Option<String>,
}

impl<T: Transport, C: Timer> BuildTriggers<T, C> {
    /// All of them.
    pub async fn list(&self) -> Result<Vec<BuildTrigger>, ApiError> {
        let document = self
            .connection
            .document::<Vec<WireTrigger>>(Call::get(&["build-triggers"])?)
            .await?;
        Ok(document.data.into_iter().map(BuildTrigger::from).collect())
    }

    /// Starts a build.
    pub async fn trigger(&self, id: &str) -> Result<(), ApiError> {
        self.connection
            .nothing(Call::write(
                Method::POST,
                &["build-triggers", id, "trigger"],
            )?)
            .await
    }
}

#[derive(Deserialize)]
struct WireTrigger {
    id: String,
    attributes: WireAttributes,
}

#[derive(Deserialize)]
struct WireAttributes {
    name: String,
    /// Absent in answers of 2022, when every trigger could be fired.
    #[serde(default = "enabled")]
    enabled: bool,
    #[serde(default)]
    build_status: Option<String>,
    #[serde(default)]
    frontend_url: Option<String>,
}

fn enabled() -> bool {
    true
}

impl From<WireTrigger> for BuildTrigger {
    fn from(wire: WireTrigger) -> Self {
        let WireTrigger { id, attributes } = wire;
        Self {
            id,
            name: attributes.name,
            enabled: attributes.enabled,
            build_status: attributes.build_status,
            frontend_url: attributes.frontend_url,
        }
    }
}
