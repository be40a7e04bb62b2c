//! Resources beside models, fields and records: what an editor's day, the vendor's CLI and a team's scripts touch.

#![expect(clippy::unwrap_used, reason = "a helper of tests fails by panicking")]

#[path = "../support/content.rs"]
mod content;
#[path = "../support/listener.rs"]
mod listener;
#[path = "../support/mod.rs"]
mod support;

mod audit;
mod content_parts;
mod schedules;
mod search;
mod sessions;
mod small;
mod sso;
