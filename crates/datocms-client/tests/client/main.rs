//! The client against a scripted server and a clock that moves only when somebody sleeps.

#![expect(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "test support outside of test functions"
)]

mod calls;
mod delivery;
mod jobs;
mod pacing;
mod paging;
mod patience;
mod probing;
mod recorded;
mod repeating;
mod support;
mod waits;
