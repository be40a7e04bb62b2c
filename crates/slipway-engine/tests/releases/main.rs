//! Whole releases over the real drydock router in process: no socket, and time that moves only when
//! the engine waits.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "test support outside of test functions"
)]
#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "a test names the variant it wants and fails on any other"
)]

mod consents;
mod faults;
mod gates;
mod happy_path;
mod interference;
mod interrupted;
mod late;
mod lease;
mod own_log;
mod rehearsals;
mod row;
mod support;
mod troubled_scripts;
