//! Every validator, on every occasion: when a record is made, changed and published, in each locale, and in blocks.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a failure here fails the test"
)]
#![allow(clippy::too_many_lines, reason = "tables, one entry a case")]

#[path = "../support/content.rs"]
mod content;
#[path = "../support/mod.rs"]
mod support;

mod assets;
mod links;
mod numbers;
mod occasions;
mod places;
mod texts;
mod world;
