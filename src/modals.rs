//! Dialogs of our own, each in a frame that the panel opens. What they ask and answer goes through JSON.

pub mod consent;
mod dialog;
mod left_behind;
pub mod promote;
pub mod roll_back;
