//! The server under stress: killed at any moment, fed with what nobody would send, and asked for more than it has.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a failure here fails the test"
)]

mod kill;
