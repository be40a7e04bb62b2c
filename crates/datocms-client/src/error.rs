//! Failures, by what the caller can do about them.

use std::time::Duration;

use serde_json::Value;

use crate::JobId;
use crate::patience::in_words;

/// Why a call did not succeed, by what the caller can do.
///
/// The code in the server's error envelope decides, never the status, except for 429 and the 5xx family.
///
/// # What is sent again
///
/// | what happened | reads | writes | fork |
/// |---|---|---|---|
/// | 429 (the server did not do it) | after `X-RateLimit-Reset` | after `X-RateLimit-Reset` | after `X-RateLimit-Reset` |
/// | 4xx flagged `transient` (refused for now) | after a pause | after a pause | [`Busy`](Self::Busy) |
/// | not sent | after a pause | after a pause | [`Unavailable`](Self::Unavailable) |
/// | 5xx | after a pause | [`InDoubt`](Self::InDoubt) | [`InDoubt`](Self::InDoubt) |
/// | no answer: lost, broken off, or none in [time](crate::Patience::answer) | after a pause | [`InDoubt`](Self::InDoubt) | [`InDoubt`](Self::InDoubt) |
/// | anything else | its error | its error | its error |
///
/// The creation of a record whose id the client chose is the exception among the writes in doubt: when a look shows that
/// there is no such record, it is sent again.
///
/// Repetition is bounded, with growing pauses and jitter; when it is used up the last failure is reported. Every pause is
/// told to the client's [observer](crate::Waits), who can cut it short.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ApiError {
    /// The service cannot be used now, and the request was not carried out. Keep state; try later.
    #[error("The CMS is not available ({request}: {reason}). Nothing was changed.")]
    Unavailable {
        /// Method and path of the request.
        request: String,
        /// What was heard, or that nothing was.
        reason: String,
        /// When the server said to come back.
        retry_after: Option<Duration>,
    },
    /// A write left and no verdict came back: it may or may not have been carried out. Look before acting again.
    #[error("No answer came to {request} ({reason}). It may or may not have been carried out.")]
    InDoubt {
        /// Method and path of the request.
        request: String,
        /// What was heard instead of a verdict.
        reason: String,
    },
    /// The request was accepted as a job, and the job had no result when the [patience](crate::Patience::job) ran out, or
    /// when the waiting was cancelled. It may still end: look before acting again.
    #[error(
        "{request} was accepted as job {job}, which had not ended after {}. It may still end: whether it was carried out is not known.",
        in_words(*waited)
    )]
    JobUnfinished {
        /// Method and path of the request.
        request: String,
        /// The job, to be [asked about](crate::Jobs::peek) later.
        job: JobId,
        /// How long was waited.
        waited: Duration,
    },
    /// The thing addressed is busy (copying, re-validating, locked, changing): wait and try again.
    #[error("{request} has to wait: {}. Nothing was changed.", explain(code))]
    Busy {
        /// Method and path of the request.
        request: String,
        /// The server's error code.
        code: String,
    },
    /// People are editing; a person may decide to force.
    #[error("People are editing records in this project. Nothing was changed.")]
    ActiveEditingSessions,
    /// Primary is frozen by maintenance mode, so the write was refused.
    #[error("Maintenance mode is on: the primary environment is read-only. Nothing was changed.")]
    MaintenanceMode,
    /// The token is missing, unknown or revoked. A person must grant access again.
    #[error("The CMS does not accept the access token ({request}). Nothing was changed.")]
    Unauthorized {
        /// Method and path of the request.
        request: String,
    },
    /// The role may not do this. A person must change the role or hand over.
    #[error("Your role does not allow {request}. Nothing was changed.")]
    Forbidden {
        /// Method and path of the request.
        request: String,
        /// What the server said about it, as it said it; empty or null when it said nothing.
        details: Box<Value>,
    },
    /// The thing addressed does not exist, or the role cannot see it.
    #[error("{what} was not found. Nothing was changed.")]
    NotFound {
        /// An environment by name, or method and path of the request.
        what: String,
    },
    /// An environment of this name exists: choose another.
    #[error("An environment named `{name}` already exists. Nothing was changed.")]
    NameTaken {
        /// The name that was asked for.
        name: String,
    },
    /// Promoted already; on resume this is success.
    #[error("This environment already is the primary one. Nothing was changed.")]
    AlreadyPrimary,
    /// Someone saved the record in between: read it again.
    #[error("The record changed since it was read ({request}). Nothing was changed.")]
    Stale {
        /// Method and path of the request.
        request: String,
    },
    /// The plan's limit is reached.
    #[error("The project's plan does not allow more {}. Nothing was changed.", limit.replace('_', " "))]
    QuotaReached {
        /// The limit's code, for example `sandbox_environments`.
        limit: String,
    },
    /// One value was refused.
    #[error("{request} was refused: `{field}` is not acceptable ({problem}). Nothing was changed.")]
    InvalidField {
        /// Method and path of the request.
        request: String,
        /// The field, by the server's name for it.
        field: String,
        /// The server's code for what is wrong, for example `VALIDATION_REQUIRED`.
        problem: String,
        /// The whole of the server's details.
        details: Box<Value>,
    },
    /// The server refused for a reason that has no variant of its own.
    #[error(
        "{request} was refused: {} (status {status}). Nothing was changed.",
        explain(code)
    )]
    Rejected {
        /// Method and path of the request.
        request: String,
        /// The HTTP status.
        status: u16,
        /// The server's error code; `HTTP` and the status when there was no error envelope.
        code: String,
        /// The server's details, `{}` when empty.
        details: Box<Value>,
    },
    /// The server answered, but not in a form this client understands. A write was most likely carried out.
    #[error("The answer to {request} could not be read: {reason}")]
    Unreadable {
        /// Method and path of the request.
        request: String,
        /// What did not fit.
        reason: String,
    },
    /// The request could not be built; nothing was sent.
    #[error("The request could not be made: {reason}. Nothing was sent.")]
    InvalidRequest {
        /// What is wrong with it.
        reason: String,
    },
}

impl ApiError {
    /// Whether a write may have been carried out although it failed, so that only a look at the project can tell.
    pub fn outcome_is_unknown(&self) -> bool {
        matches!(
            self,
            Self::InDoubt { .. } | Self::JobUnfinished { .. } | Self::Unreadable { .. }
        )
    }

    /// Whether trying the same again later can succeed without a person changing anything. Nothing was done so far.
    pub fn is_transient(&self) -> bool {
        matches!(self, Self::Unavailable { .. } | Self::Busy { .. })
    }
}

/// Words for the codes a person may meet; the code itself for the others.
pub(crate) fn explain(code: &str) -> &str {
    match code {
        "BATCH_DATA_VALIDATION_IN_PROGRESS" => {
            "the CMS is re-validating records after a schema change"
        }
        "CANNOT_DESTROY_FORKING_ORIGIN" => "the environment is being forked",
        "CANNOT_DESTROY_PRIMARY_ENVIRONMENT" => "the primary environment cannot be destroyed",
        "CONCURRENT_ENVIRONMENT_UPDATE"
        | "CONCURRENT_ITEM_TYPE_UPDATE"
        | "CONCURRENT_ITEM_UPDATE"
        | "CONCURRENT_ROLE_UPDATE"
        | "CONCURRENT_UPLOAD_UPDATE" => "someone else is changing the same thing at this moment",
        "DEACTIVATED_SITE" => "the project is deactivated",
        "ENVIRONMENT_IN_READ_ONLY_MODE" => "the environment is read-only while it is being forked",
        "ENVIRONMENT_NOT_READY" => "the environment is still being created, or is being destroyed",
        "EXCEPTION" | "SERVICE_UNAVAILABLE" => "the service failed",
        "ITEM_LOCKED" => "someone has locked the record",
        "PLATFORM_SCHEDULED_MAINTENANCE" => "the whole service is under scheduled maintenance",
        "PRIMARY_ENVIRONMENT_SETTINGS_READ_ONLY" => {
            "the project allows schema changes only in sandbox environments"
        }
        "SITE_NOT_READY" => "the project is not ready",
        "TECHNICAL_LIMIT_REACHED" => "a technical limit of the service is reached",
        "TOO_MANY_OPERATIONS" => "it holds too many operations for one request",
        other => other,
    }
}
