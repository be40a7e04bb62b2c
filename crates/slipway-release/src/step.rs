//! The closed vocabulary of what a release can do to the CMS.

use std::fmt;

/// Which of the plan's scripts, counted from zero.
pub type ScriptIndex = usize;

/// One thing a release does to the CMS. Each has a `perform` and a `probe` in `slipway-engine`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Step {
    /// Turn maintenance mode on, so that primary becomes read-only.
    Freeze,
    /// Copy primary into the release's sandbox.
    Fork,
    /// Run one migration script on the sandbox and write its name into the ledger.
    Migrate(ScriptIndex),
    /// Make the sandbox primary.
    Promote,
    /// Turn maintenance mode off after the promotion.
    Unfreeze,
    /// Undo: destroy the release's sandbox, and go on as [`Then`] says.
    Discard(Then),
    /// Undo: turn maintenance mode off without having promoted anything.
    Reopen,
    /// Roll back: turn maintenance mode on before the old primary comes back.
    FreezeAgain,
    /// Roll back: make the environment that was primary before the release primary again.
    Restore,
    /// Roll back: turn maintenance mode off.
    Thaw,
}

/// What follows once a sandbox is destroyed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Then {
    /// Fork primary again and run every script from the first.
    ForkAgain,
    /// Give the release up: lift the freeze.
    Reopen,
}

impl Step {
    /// Whether this step takes something back. A failed undo leaves the release stuck, visibly.
    pub fn is_undo(self) -> bool {
        match self {
            Self::Freeze | Self::Fork | Self::Migrate(_) | Self::Promote | Self::Unfreeze => false,
            Self::Discard(_) | Self::Reopen | Self::FreezeAgain | Self::Restore | Self::Thaw => {
                true
            }
        }
    }

    /// Whether the step changes maintenance mode.
    pub fn touches_maintenance(self) -> bool {
        match self {
            Self::Freeze | Self::Unfreeze | Self::Reopen | Self::FreezeAgain | Self::Thaw => true,
            Self::Fork | Self::Migrate(_) | Self::Promote | Self::Discard(_) | Self::Restore => {
                false
            }
        }
    }

    /// The step as a person would say it, in the infinitive: "fork", "lift the freeze".
    pub fn verb(self) -> &'static str {
        match self {
            Self::Freeze => "freeze",
            Self::Fork => "fork",
            Self::Migrate(_) => "migrate",
            Self::Promote => "promote",
            Self::Unfreeze | Self::Reopen | Self::Thaw => "lift the freeze",
            Self::Discard(_) => "destroy the sandbox",
            Self::FreezeAgain => "freeze before rolling back",
            Self::Restore => "roll back",
        }
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Migrate(index) => write!(f, "migrate (script {})", index + 1),
            Self::Freeze
            | Self::Fork
            | Self::Promote
            | Self::Unfreeze
            | Self::Discard(_)
            | Self::Reopen
            | Self::FreezeAgain
            | Self::Restore
            | Self::Thaw => f.write_str(self.verb()),
        }
    }
}
