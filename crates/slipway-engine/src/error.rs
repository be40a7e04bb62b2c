//! Why the engine gave control back without finishing what it was asked for.

use datocms_client::ApiError;
use slipway_release::{IllegalEvent, Step, drift::Drift};

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
    /// Looking at the project failed; nothing was changed by it.
    #[error("{0}")]
    Api(#[from] ApiError),
    /// The log could be written nowhere, so the next call was not made.
    #[error(
        "The release's log could not be kept: {0}. Nothing further was sent to the CMS. Allow this page to store data, or use another browser."
    )]
    NotDurable(StoreError),
    /// Somebody else wrote into this release's journal meanwhile.
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
