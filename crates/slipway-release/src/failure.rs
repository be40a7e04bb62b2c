//! Why a step did not happen, by what a person can do about it; of a script also how far it came.

mod rejection;
mod script_end;
pub mod words;

pub use rejection::{Fault, Rejection};
pub use script_end::{Place, Request, ScriptEnd};

/// A step that is known not to have been done, or to have been left half-done, and why.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Failure {
    /// What kind of trouble; decides the ways out.
    pub kind: FailureKind,
    /// One or more sentences for the person: what happened, what was and was not changed.
    pub message: String,
    /// How far the script came, and what ended it. `None` for other steps, where the page had gone, and in the journals
    /// of before this was kept.
    pub script: Option<Box<ScriptEnd>>,
}

/// The kinds of trouble a step can end in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FailureKind {
    /// Collaborators are editing records; a person may wait or force.
    EditorsActive,
    /// An environment with the sandbox's name exists and is not this release's.
    NameTaken,
    /// The project's plan has no room for another sandbox.
    QuotaReached,
    /// The role or token lacks a permission.
    Forbidden,
    /// The script threw an error.
    ScriptThrew,
    /// The script neither called, printed nor ended within the limit, and was stopped.
    ScriptSilent,
    /// The script took more than its limits allow, and was stopped.
    ScriptLimit,
    /// The script asked for something migrations may not do, and ended because of it.
    ScriptForbidden,
    /// The script could not be prepared: a syntax error, an unknown import, a changed file. Nothing ran.
    ScriptUnprepared,
    /// A person stopped the script between two of its requests.
    ScriptStopped,
    /// The page went away while the script ran; how far it came is unknown.
    ScriptInterrupted,
    /// Somebody turned maintenance mode off, so that primary may change under the release.
    FreezeLost,
    /// The CMS is not as the release left it: an environment is gone, or something else is primary.
    WorldChanged,
    /// The CMS answered with an error of another kind.
    Rejected,
}

impl Failure {
    /// A failure of this kind, told in `message`.
    pub fn new(kind: FailureKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            script: None,
        }
    }

    /// The same, with how far the script came.
    #[must_use]
    pub fn of_script(self, end: ScriptEnd) -> Self {
        Self {
            script: Some(Box::new(end)),
            ..self
        }
    }
}

/// A text of at most so many characters, with an ellipsis where something is left out.
pub fn shortened(text: &str, most: usize) -> String {
    if text.chars().nth(most).is_none() {
        return text.to_owned();
    }
    let kept: String = text.chars().take(most.saturating_sub(1)).collect();
    format!("{kept}…")
}

/// A text in quotation marks at the end of a sentence. Where it ends a sentence itself, that is the end of both.
pub fn quoted_last(text: &str) -> String {
    let end = if text.ends_with(['.', '!', '?', '…']) {
        ""
    } else {
        "."
    };
    format!("“{text}”{end}")
}

impl FailureKind {
    /// Whether the same step may simply be tried again.
    ///
    /// A migration that ran is never run again on the same fork: migrations are not transactional,
    /// so what it did before it ended would be done twice.
    pub fn may_retry(self) -> bool {
        match self {
            Self::EditorsActive
            | Self::NameTaken
            | Self::QuotaReached
            | Self::Forbidden
            | Self::ScriptUnprepared
            | Self::FreezeLost
            | Self::WorldChanged
            | Self::Rejected => true,
            Self::ScriptThrew
            | Self::ScriptSilent
            | Self::ScriptLimit
            | Self::ScriptForbidden
            | Self::ScriptStopped
            | Self::ScriptInterrupted => false,
        }
    }

    /// The word that stands for this kind in a journal.
    pub(crate) fn key(self) -> &'static str {
        KEYS.iter()
            .find(|(kind, _)| *kind == self)
            .map_or("rejected", |(_, key)| key)
    }

    /// The kind a journal's word stands for.
    pub(crate) fn from_key(key: &str) -> Option<Self> {
        KEYS.iter()
            .find(|(_, known)| *known == key)
            .map(|(kind, _)| *kind)
    }
}

const KEYS: [(FailureKind, &str); 14] = [
    (FailureKind::EditorsActive, "editors_active"),
    (FailureKind::NameTaken, "name_taken"),
    (FailureKind::QuotaReached, "quota_reached"),
    (FailureKind::Forbidden, "forbidden"),
    (FailureKind::ScriptThrew, "script_threw"),
    (FailureKind::ScriptSilent, "script_silent"),
    (FailureKind::ScriptLimit, "script_limit"),
    (FailureKind::ScriptForbidden, "script_forbidden"),
    (FailureKind::ScriptUnprepared, "script_unprepared"),
    (FailureKind::ScriptStopped, "script_stopped"),
    (FailureKind::ScriptInterrupted, "script_interrupted"),
    (FailureKind::FreezeLost, "freeze_lost"),
    (FailureKind::WorldChanged, "world_changed"),
    (FailureKind::Rejected, "rejected"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quotation_ends_its_sentence_once() {
        assert_eq!(quoted_last("No"), "“No”.");
        assert_eq!(quoted_last("It is gone."), "“It is gone.”");
        assert_eq!(quoted_last("And so o…"), "“And so o…”");
    }
}
