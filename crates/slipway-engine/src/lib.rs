//! Drives a release: asks [`slipway_release`] what is next, does it through ports, records what happened.
//!
//! The engine has no policy. It performs a step, asks the CMS about a step in doubt, writes down
//! the outcome before it goes on, and hands anything that needs a person back to the caller.
//!
//! Start at [`Engine::observe`] (what is), [`Engine::begin`] (a new release) and
//! [`Engine::advance`] (the next step).

mod advance;
mod consents;
mod drift;
mod engine;
mod error;
mod estimate;
mod journal;
mod late;
mod lease;
mod ledger;
mod misfit;
mod observe;
mod own_id;
mod own_log;
pub mod ports;
mod progress;
mod rehearsal;
mod rejections;
mod schema;
mod script_host;
mod steps;
mod stop;
mod titles;

pub use consents::ConsentQuestion;
pub use engine::{Engine, Models};
pub use error::EngineError;
pub use progress::{CallLine, ConsoleLine, Progress, Stage, Watch};
pub use rehearsal::{KeptRehearsals, Rehearsed};
pub use stop::Stop;
