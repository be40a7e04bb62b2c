//! What the plan allows.

use std::rc::Rc;

use serde::Deserialize;

use crate::call::Call;
use crate::connection::Connection;
use crate::{ApiError, Timer, Transport};

/// Calls about the plan's limits.
pub struct SubscriptionLimits<T, C> {
    pub(crate) connection: Rc<Connection<T, C>>,
}

/// One limit of the plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubscriptionLimit {
    /// Which, for example `sandbox_environments`.
    pub code: String,
    /// How much is used.
    pub usage: u64,
    /// How much there is; `None` without a limit.
    pub limit: Option<u64>,
}

impl SubscriptionLimit {
    /// Whether one more fits.
    pub fn has_room(&self) -> bool {
        self.limit.is_none_or(|limit| self.usage < limit)
    }
}

impl<T: Transport, C: Timer> SubscriptionLimits<T, C> {
    /// All of them.
    pub async fn list(&self) -> Result<Vec<SubscriptionLimit>, ApiError> {
        let document = self
            .connection
            .document::<Vec<WireLimit>>(Call::get(&["subscription-limits"])?)
            .await?;
        Ok(document
            .data
            .into_iter()
            .map(SubscriptionLimit::from)
            .collect())
    }
}

#[derive(Deserialize)]
struct WireLimit {
    attributes: WireAttributes,
}

#[derive(Deserialize)]
struct WireAttributes {
    code: String,
    #[serde(default)]
    usage: u64,
    #[serde(default)]
    limit: Option<u64>,
}

impl From<WireLimit> for SubscriptionLimit {
    fn from(wire: WireLimit) -> Self {
        let WireAttributes { code, usage, limit } = wire.attributes;
        Self { code, usage, limit }
    }
}
