//! What was measured.

use serde_json::{Value, json};

/// A line of the table that `cargo xtask bench` draws.
#[derive(Debug, Clone)]
pub(crate) struct Figure {
    /// What was measured, and beside what.
    pub(crate) name: String,
    pub(crate) measured: f64,
    /// What it is compared with, in the same unit; `None` where the goal is about `measured`.
    pub(crate) beside: Option<f64>,
    pub(crate) unit: &'static str,
    /// The most it may be: a ratio where there is something beside it.
    pub(crate) goal: f64,
}

impl Figure {
    pub(crate) fn to_json(&self) -> Value {
        json!({
            "name": self.name,
            "measured": self.measured,
            "beside": self.beside,
            "unit": self.unit,
            "goal": self.goal,
        })
    }
}
