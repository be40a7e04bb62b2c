//! One file for each resource of the management API: its calls, its domain type, its wire type.

pub(crate) mod build_triggers;
pub(crate) mod editing_sessions;
pub(crate) mod environments;
pub(crate) mod fields;
pub(crate) mod identity;
pub(crate) mod item_types;
pub(crate) mod items;
pub(crate) mod maintenance;
pub(crate) mod plugins;
pub(crate) mod roles;
pub(crate) mod site;
pub(crate) mod subscription_limits;

use crate::ApiError;

/// Turns a wire type into a domain type; what does not fit names the request.
pub(crate) fn understand<W, D>(request: &str, wire: W) -> Result<D, ApiError>
where
    D: TryFrom<W>,
    D::Error: std::fmt::Display,
{
    D::try_from(wire).map_err(|error| ApiError::Unreadable {
        request: request.to_owned(),
        reason: error.to_string(),
    })
}

/// The same for a list.
pub(crate) fn understand_all<W, D>(request: &str, wire: Vec<W>) -> Result<Vec<D>, ApiError>
where
    D: TryFrom<W>,
    D::Error: std::fmt::Display,
{
    wire.into_iter()
        .map(|wire| understand(request, wire))
        .collect()
}
