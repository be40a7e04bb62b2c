//! What the pages show, decided before anything is drawn.

pub mod action;
pub mod drift;
pub mod step;
pub mod time;
