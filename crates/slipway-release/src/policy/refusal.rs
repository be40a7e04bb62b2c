//! What a script is told that asked for more than it may.

use datocms_client::EnvironmentId;

use super::{endpoints::Ban, resource::Resource};

/// Why a request is refused. `Display` is what the script's error says.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("Slipway refused `{method} {path}`{reason} Nothing was sent.")]
pub struct Refusal {
    /// The request's method.
    pub method: String,
    /// The request's path.
    pub path: String,
    /// Why.
    pub reason: Reason,
}

/// Why, to be read after the request.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Reason {
    /// No migration may do it.
    #[error(": {}", banned(*.0))]
    Banned(Ban),
    /// It names another environment than the release's sandbox.
    #[error(" for environment `{asked}`: this migration may only reach `{sandbox}`.")]
    AnotherEnvironment {
        /// The environment in the request's header.
        asked: String,
        /// The release's sandbox.
        sandbox: EnvironmentId,
    },
    /// A person refused it.
    #[error(
        ": {} belong to the whole project, so a rollback would not take the change back, and {by} did not allow this migration to handle them.",
        resource.plural()
    )]
    NotAllowed {
        /// What it would handle.
        resource: Resource,
        /// Who said no.
        by: String,
    },
    /// It would change a log of Slipway's own.
    #[error(
        ": it would change Slipway's own log of releases, which a migration may read but not write."
    )]
    OwnLog,
    /// It is no request of the management API as we know it.
    #[error(": it is no call of the management API that a migration may make.")]
    Unknown,
}

fn banned(ban: Ban) -> &'static str {
    match ban {
        Ban::Environments => {
            "a migration may not change environments. The release forks, promotes and destroys them itself."
        }
        Ban::Maintenance => {
            "a migration may not change maintenance mode, which belongs to the release."
        }
        Ban::Sessions => "a migration may not log in or out.",
    }
}
