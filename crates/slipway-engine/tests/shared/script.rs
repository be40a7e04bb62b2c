//! What scripts are made of.

use serde_json::Value;
use slipway_engine::ports::{ScriptFailure, ScriptRequest};

pub(super) fn request(method: &str, path: &str, body: Option<&Value>) -> ScriptRequest {
    ScriptRequest {
        method: method.to_owned(),
        path: path.to_owned(),
        query: String::new(),
        headers: Vec::new(),
        body: body.map(Value::to_string),
    }
}

/// What a script ends with that throws an `Error`.
pub(super) fn threw(message: String) -> ScriptFailure {
    ScriptFailure::Threw {
        name: "Error".to_owned(),
        message,
        stack: None,
        places: Vec::new(),
        refused: None,
    }
}
