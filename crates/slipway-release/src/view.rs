//! What the pages show, decided before anything is drawn.

pub mod step;
pub mod time;
