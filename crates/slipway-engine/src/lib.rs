//! Drives a release: asks [`slipway_release`] what is next, does it through ports, records what happened.
//!
//! The engine has no policy. It performs a step, asks the CMS about a step in doubt, writes down
//! the outcome before it goes on, and hands anything that needs a person back to the caller.

pub mod ports;
