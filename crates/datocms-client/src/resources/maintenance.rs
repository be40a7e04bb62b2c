//! Maintenance mode: the freeze of the primary environment.

use std::rc::Rc;

use http::Method;
use serde::Deserialize;

use crate::call::Call;
use crate::connection::Connection;
use crate::{ApiError, Query, Timer, Transport};

/// Calls about maintenance mode.
pub struct Maintenance<T, C> {
    pub(crate) connection: Rc<Connection<T, C>>,
}

/// Whether the primary environment is read-only for everyone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MaintenanceMode {
    /// On or off.
    pub active: bool,
}

impl<T: Transport, C: Timer> Maintenance<T, C> {
    /// The state now.
    pub async fn find(&self) -> Result<MaintenanceMode, ApiError> {
        self.one(Call::get(&["maintenance-mode"])?).await
    }

    /// Freezes primary. Without `force` it is refused with [`ApiError::ActiveEditingSessions`] while people edit.
    pub async fn activate(&self, force: bool) -> Result<MaintenanceMode, ApiError> {
        let query = Query::new().with_switch("force", force);
        self.one(Call::write(Method::PUT, &["maintenance-mode", "activate"])?.with_query(&query))
            .await
    }

    /// Lifts the freeze.
    pub async fn deactivate(&self) -> Result<MaintenanceMode, ApiError> {
        self.one(Call::write(
            Method::PUT,
            &["maintenance-mode", "deactivate"],
        )?)
        .await
    }

    async fn one(&self, call: Call) -> Result<MaintenanceMode, ApiError> {
        let document = self.connection.document::<WireMaintenance>(call).await?;
        Ok(MaintenanceMode {
            active: document.data.attributes.active,
        })
    }
}

#[derive(Deserialize)]
struct WireMaintenance {
    attributes: WireAttributes,
}

#[derive(Deserialize)]
struct WireAttributes {
    active: bool,
}
