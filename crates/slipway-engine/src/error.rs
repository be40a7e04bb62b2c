//! Why the engine gave control back without finishing what it was asked for.

use datocms_client::{ApiError, EnvironmentId};
use slipway_release::{AtWork, IllegalEvent, Step, checks::all_in_use, drift::Drift};

use crate::ports::StoreError;

/// Why the engine stopped. `Display` is a whole sentence for the person at the page.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum EngineError {
    /// A call of a step left and no verdict came back. The log says so; ask again with `advance`.
    #[error("It is not known whether “{}” happened: {error} Check again when the CMS answers.", step.verb())]
    InDoubt {
        /// Which step.
        step: Step,
        /// What was heard instead.
        error: ApiError,
    },
    /// The copy of an environment makes no progress. The CMS may still finish it, so the step stays in doubt.
    #[error("{}", copy_stuck(sandbox, *percentage, *minutes))]
    CopyStuck {
        /// The environment that is being made.
        sandbox: EnvironmentId,
        /// How much of it is there, where the CMS says so.
        percentage: Option<f64>,
        /// For how long it has stood there, in whole minutes; 0 where a person did not want to wait.
        minutes: u64,
    },
    /// Looking at the project failed; nothing was changed by it.
    #[error("{}{}", .0, advice(.0))]
    Api(#[from] ApiError),
    /// The project has no room for the fork of a rehearsal. Nothing was sent.
    #[error("{} Nothing was copied. Delete one that nobody needs, then rehearse again.", no_room(*limit))]
    NoRoom {
        /// How many sandboxes the project may have; `None` where the CMS did not say.
        limit: Option<u64>,
    },
    /// The log could be written nowhere, so the next call was not made.
    #[error(
        "The release's log could not be kept: {0}. Nothing further was sent to the CMS. Allow this page to store data, or use another browser."
    )]
    NotDurable(StoreError),
    /// Another page holds the release. Nothing was sent.
    #[error(
        "{who} has this release in another browser, at “{doing}”, and was last heard of {quiet_seconds} s ago. Nothing was done here. Wait, or take the release over."
    )]
    Held {
        /// The person at that page.
        who: String,
        /// What the page is doing.
        doing: String,
        /// For how long it was not heard of while we looked, in seconds.
        quiet_seconds: u64,
    },
    /// Another window of this browser is at the release. Nothing was sent.
    #[error(
        "Another window of this browser is driving this release. Go on there, or close it first. Nothing was done here."
    )]
    OtherWindow,
    /// Somebody else wrote into this release's journal meanwhile. Nothing further was sent.
    #[error("{who} is driving this release in another window. Reload to see where it stands.")]
    DrivenElsewhere {
        /// Who wrote last.
        who: String,
    },
    /// What the person agreed to is no longer what is there; look again before deciding.
    #[error("More has changed since you looked. Look at the changes again before you decide.")]
    LookAgain(Box<Drift>),
    /// Nothing can be done in this phase without a decision.
    #[error("The release waits for a decision; there is no step to do.")]
    NothingToDo,
    /// The log does not allow this event.
    #[error("{0}")]
    Illegal(#[from] IllegalEvent),
    /// The project is not as the call needs it.
    #[error("{0}")]
    World(String),
}

impl EngineError {
    pub(crate) fn held(other: &AtWork) -> Self {
        Self::Held {
            who: other.who.name.clone(),
            doing: other.doing.clone(),
            quiet_seconds: other.quiet_millis / 1000,
        }
    }
}

/// What a person can do about a refusal, as a sentence that follows the refusal itself.
pub(crate) fn advice(error: &ApiError) -> &'static str {
    match error {
        ApiError::Unauthorized { .. } => {
            " Reload the page to sign in again, or let a colleague go on with this release."
        }
        ApiError::Forbidden { .. } => {
            " Ask an admin to extend your role and try again, or let a colleague go on with this release."
        }
        ApiError::QuotaReached { .. } => " Delete one that nobody needs, then try again.",
        ApiError::Unavailable { .. } | ApiError::Busy { .. } => " Try again in a while.",
        ApiError::InDoubt { .. }
        | ApiError::JobUnfinished { .. }
        | ApiError::ActiveEditingSessions
        | ApiError::MaintenanceMode
        | ApiError::NotFound { .. }
        | ApiError::NameTaken { .. }
        | ApiError::AlreadyPrimary
        | ApiError::Stale { .. }
        | ApiError::InvalidField { .. }
        | ApiError::Rejected { .. }
        | ApiError::Unreadable { .. }
        | ApiError::InvalidRequest { .. } => "",
    }
}

fn no_room(limit: Option<u64>) -> String {
    let unknown = || "The project has no room for another sandbox.".to_owned();
    limit.map_or_else(unknown, all_in_use)
}

fn copy_stuck(sandbox: &EnvironmentId, percentage: Option<f64>, minutes: u64) -> String {
    let at = percentage.map_or_else(String::new, |percent| format!(" at {percent:.0} %"));
    let stands = match minutes {
        0 => format!("{sandbox} is still being copied{at}."),
        _ => format!("The copy into {sandbox} has stood still{at} for {minutes} minutes."),
    };
    format!(
        "{stands} The CMS may still finish it, so the release waits, and primary stays frozen. Check again later; or give the release up, which lifts the freeze."
    )
}
