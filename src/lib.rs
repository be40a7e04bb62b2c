//! `Slipway`, a release manager inside the DatoCMS admin panel: everything of it that needs a browser.

pub mod app;
pub mod components;
pub mod modals;
pub mod pages;
pub mod ports;
pub mod session;
pub mod store;
