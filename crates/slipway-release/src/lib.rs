//! The release as data: what is planned, what happened, where it stands, what may come next.
//!
//! Everything here is pure. The log of [`Entry`]s is the truth; a [`Release`] is that log folded
//! through the one transition table in [`phase`]. `slipway-engine` performs what [`Phase::next_effect`]
//! asks for and records the outcome; the interface draws the view models in [`view`].

pub mod alarms;
pub mod approval;
pub mod checks;
pub mod consent;
pub mod deeds;
pub mod download;
pub mod drift;
pub mod effects;
pub mod event;
pub mod export;
pub mod failure;
pub mod journal;
pub mod lease;
pub mod limits;
pub mod observed;
pub mod phase;
pub mod plan;
pub mod policy;
pub mod rehearsal;
pub mod release;
pub mod step;
pub mod view;

pub use approval::{Approval, Digest};
pub use consent::Consent;
pub use download::Download;
pub use event::{Entry, Event, Evidence, Person};
pub use failure::{Failure, FailureKind, ScriptEnd};
pub use lease::{AtWork, Lease, Seat};
pub use limits::Limits;
pub use phase::{Effect, IllegalEvent, Phase};
pub use plan::{ImportedFile, Plan, PlannedScript, ReleaseId};
pub use rehearsal::{Estimate, Rehearsal};
pub use release::Release;
pub use step::{ScriptIndex, Step, Then};
