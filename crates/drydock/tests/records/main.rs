//! Records as clients see them.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a failure here fails the test"
)]

#[path = "../support/content.rs"]
mod content;
#[path = "../support/mod.rs"]
mod support;

mod blocks;
mod list;
mod places;
mod restored;
mod retyped;
mod writing;
