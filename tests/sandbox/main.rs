//! The migration sandbox in a real browser: what a script can do in it, and that nothing gets out.
//!
//! The frame and the worker are the real ones. The packages are a stub of a few lines, so that these tests need no
//! npm package; the official client runs in the end-to-end tests.

#![cfg(target_arch = "wasm32")]
#![expect(clippy::unwrap_used, reason = "test")]

mod code;
mod doors;
mod endless;
mod frame;
mod giants;
mod limits;
mod memory;
mod messages;
mod network;
mod node;
mod running;
mod secrets;
mod spare;
mod storage;
mod support;
mod transfers;
mod ways;

use wasm_bindgen_test::wasm_bindgen_test_configure;

wasm_bindgen_test_configure!(run_in_browser);
