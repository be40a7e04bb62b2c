//! What the scripts of a plan are expected to take, in the journal. It only informs: whatever cannot be read, of another
//! version or spoilt, is left out, and the release goes on without.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::rehearsal::{Estimate, Rate, ScriptEstimate};

#[derive(Serialize, Deserialize)]
struct WireEstimate {
    rehearsed_at: String,
    // The first estimates had it not.
    #[serde(default)]
    schema: Option<String>,
    rate_requests: u32,
    rate_window_millis: i64,
    copy_millis: i64,
    round_trip_millis: i64,
    /// Name, requests, milliseconds.
    scripts: Vec<(String, u32, i64)>,
}

/// An estimate as JSON.
pub(super) fn write(estimate: &Estimate) -> Value {
    json!(WireEstimate {
        rehearsed_at: estimate.rehearsed_at.to_string(),
        schema: estimate.schema.map(|digest| digest.to_string()),
        rate_requests: estimate.rate.requests,
        rate_window_millis: estimate.rate.window_millis,
        copy_millis: estimate.copy_millis,
        round_trip_millis: estimate.round_trip_millis,
        scripts: estimate
            .scripts
            .iter()
            .map(|script| (script.name.clone(), script.calls, script.millis))
            .collect(),
    })
}

/// An estimate from its JSON.
pub(super) fn read(value: Value) -> Option<Estimate> {
    let wire: WireEstimate = serde_json::from_value(value).ok()?;
    Some(Estimate {
        rehearsed_at: wire.rehearsed_at.parse().ok()?,
        schema: match wire.schema {
            Some(digest) => Some(digest.parse().ok()?),
            None => None,
        },
        rate: Rate {
            requests: wire.rate_requests,
            window_millis: wire.rate_window_millis,
        },
        copy_millis: wire.copy_millis,
        round_trip_millis: wire.round_trip_millis,
        scripts: wire
            .scripts
            .into_iter()
            .map(|(name, calls, millis)| ScriptEstimate {
                name,
                calls,
                millis,
            })
            .collect(),
    })
}
