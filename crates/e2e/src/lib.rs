//! A real Chromium or Firefox in front of a real drydock, and ways to do there what a person does: find things by accessible
//! role and name, press, type, wait until something is seen.
//!
//! A test is a story on a [`Stage`]: [`Stage::play`] starts the server, the driver and the browser, runs the story,
//! keeps a screenshot, the page and the browser's console when it fails, and stops everything it started.
//!
//! Invariants: nothing is looked up by CSS class or test id; roles and names are the browser's own computation, not
//! ours; no fixed sleeps, only conditions with a deadline; every process is stopped by its own id.

mod api;
mod browser;
mod chromium;
mod crash;
mod downloads;
mod driver;
mod drop;
mod evidence;
mod failure;
mod files;
mod firefox;
mod page;
mod panel;
pub mod reliability;
mod role;
mod server;
mod slipway;
mod snapshot;
mod stage;

pub use api::Api;
pub use browser::{BrowserKind, Preferences, Scheme, Storage, Window};
pub use crash::{Call, Cut, Databases, Moment, Played, Profile, Rig, Stories};
pub use failure::Failure;
pub use files::{Mount, StaticFiles};
pub use page::{Name, Page, Tab};
pub use panel::{Panel, User};
pub use role::Role;
pub use server::{Addresses, ServerOptions, Tokens};
pub use slipway::{Migrations, Slipway, demo_migrations};
pub use snapshot::Snapshot;
pub use stage::{Backdrop, Stage};
