//! What the pages show, decided before anything is drawn.

pub mod action;
pub mod drift;
pub mod ending;
pub mod evidence;
pub mod forecast;
pub mod half_run;
pub mod history;
pub mod migrations;
pub mod outlook;
pub mod overview;
pub mod plan;
pub mod preview;
pub mod rehearsal;
pub mod rehearsing;
#[cfg(test)]
pub(crate) mod sample;
pub mod script_facts;
pub mod standing;
pub mod step;
pub mod time;
pub mod timeline;
pub(crate) mod words;
