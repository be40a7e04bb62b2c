//! `cargo xtask fuzz`: nearly valid calls over every route of drydock, for as long as it is told.

use std::ffi::OsString;

use crate::process::{self, ProcessError};

/// Runs drydock's harness, which is compiled like its tests.
pub(crate) fn fuzz(options: Vec<OsString>) -> Result<(), ProcessError> {
    let mut fuzz = process::cargo();
    fuzz.args(["run", "--quiet", "--package", "drydock"])
        .args(["--example", "fuzz", "--"])
        .args(options);
    process::run(fuzz)
}
