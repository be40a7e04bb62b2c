//! `cargo xtask soak`: random releases with random faults, crashes and interferences, for as long as it is told.

use std::ffi::OsString;

use crate::process::{self, ProcessError};

/// Runs the engine's harness, optimised: a release takes a few milliseconds then.
pub(crate) fn soak(options: Vec<OsString>) -> Result<(), ProcessError> {
    let mut soak = process::cargo();
    soak.args(["run", "--quiet", "--release", "--package", "slipway-engine"])
        .args(["--example", "soak", "--"])
        .args(options);
    process::run(soak)
}
