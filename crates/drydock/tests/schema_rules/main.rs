//! What the schema refuses, and what it holds together.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a failure here fails the test"
)]

#[path = "../support/content.rs"]
mod content;
#[path = "../support/mod.rs"]
mod support;

mod catalogue;
mod ids;
mod refused;
mod relations;
