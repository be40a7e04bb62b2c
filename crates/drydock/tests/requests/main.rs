//! What calls take: the table of request bodies against the vendor's schemas, and what the server does with any other body.

#![expect(clippy::unwrap_used, reason = "a failure here fails the test")]

#[path = "../support/content.rs"]
mod content;
#[path = "../support/mod.rs"]
mod support;

mod examples;
mod published;
mod refusals;
mod served;
mod wording;

use std::path::{Path, PathBuf};

/// The folder of the workspace.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}
