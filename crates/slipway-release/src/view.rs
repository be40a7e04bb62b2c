//! What the pages show, decided before anything is drawn.

pub mod action;
pub mod step;
pub mod time;
