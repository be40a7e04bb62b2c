//! The plugin's screens.

mod call_log;
pub mod new_release;
pub mod no_session;
pub mod outside;
pub mod release;
pub mod releases;
mod save_menu;
mod script_card;
pub mod settings;
mod trouble;
