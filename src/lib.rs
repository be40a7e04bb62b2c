//! Slipway.
pub mod ports;
