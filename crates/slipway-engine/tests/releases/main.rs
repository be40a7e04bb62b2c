//! Whole releases over the real drydock router in process: no socket, and time that moves only when
//! the engine waits.

#![expect(clippy::unwrap_used, reason = "test support outside of test functions")]

mod gates;
mod happy_path;
mod interrupted;
mod support;
mod troubled_scripts;
