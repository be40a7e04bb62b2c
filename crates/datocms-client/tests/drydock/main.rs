//! The client against the real drydock router, in process: no socket, and time that moves only when the client waits.

#![expect(clippy::unwrap_used, reason = "test support outside of test functions")]

mod content;
mod environments;
mod faults;
mod support;
mod trouble;
