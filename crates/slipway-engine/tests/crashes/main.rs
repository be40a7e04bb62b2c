//! A release survives everything: a page that dies at any call, any fault at any call, and two people
//! who press buttons in any order.

#![allow(
    clippy::large_futures,
    reason = "a whole release is one future; the test threads have the stack for it"
)]
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "test support outside of test functions"
)]

#[path = "../support/mod.rs"]
mod support;
mod table;

mod crash_points;
mod faults;
mod two_drivers;
