//! The vendor's own programs, unmodified from npm (pinned in package.json), against drydock: the command line tool, the
//! client for Node, the client of the delivery API. What they did is read from the databases after the server has ended, or
//! through the API where a test is about what a reader sees.
//!
//! What of the command line is not here belongs to the vendor's cloud, not to a CMS: see `cli.rs`.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a failure here fails the test"
)]

#[path = "../support/mod.rs"]
mod support;

#[path = "../support/dump.rs"]
mod dump;
mod shop;
mod stored;

mod autogenerate;
mod cda_client;
mod cli;
mod client_node;
mod cma_call;
mod cma_script;
mod many_scripts;
mod migrations;
mod schema;
