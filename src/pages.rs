//! The plugin's screens.

pub mod new_release;
pub mod no_session;
pub mod outside;
pub mod release;
pub mod releases;
pub mod settings;
mod trouble;
