//! The delivery API over the demo project and over small ones: what a query sees, where it asks, and how it is refused.
#![allow(clippy::unwrap_used, reason = "these are tests, their helpers too")]

#[path = "../support/mod.rs"]
mod support;

#[path = "../support/content.rs"]
mod content;

mod assets;
mod faces;
mod front_end;
mod hostile;
mod relations;
mod transport;

use drydock::Project;
use http::StatusCode;
use serde_json::{Value, json};
use support::{Dock, Reply};

fn demo() -> Dock {
    Dock::with(|options| options.project = Project::Demo)
}

async fn post(dock: &Dock, path: &str, headers: &[(&str, &str)], query: &str) -> Reply {
    let authorization = format!("Bearer {}", dock.tokens.read);
    let mut all = vec![
        ("authorization", authorization.as_str()),
        ("content-type", "text/plain;charset=UTF-8"),
    ];
    all.extend(headers);
    dock.raw("POST", path, &all, Some(&json!({ "query": query })))
        .await
}

async fn ask(dock: &Dock, query: &str) -> Value {
    let reply = post(dock, "/graphql", &[], query).await;
    assert_eq!(reply.status, StatusCode::OK, "{}", reply.body);
    assert_eq!(
        reply.body.as_object().unwrap().keys().collect::<Vec<_>>(),
        ["data"],
        "{}",
        reply.body
    );
    reply.body["data"].clone()
}

/// A line for each field of an answer.
fn lines(answer: &Value) -> String {
    let fields = answer.as_object().unwrap().iter();
    fields
        .map(|(name, value)| format!("{name} {value}\n"))
        .collect::<Vec<_>>()
        .concat()
}

/// The messages of a refused query.
async fn complaints(dock: &Dock, query: &str) -> String {
    let reply = post(dock, "/graphql", &[], query).await;
    assert_eq!(reply.status, StatusCode::OK, "{}", reply.body);
    let errors = reply.body["errors"].as_array().unwrap();
    assert_eq!(reply.body.get("data"), None);
    let messages = errors
        .iter()
        .map(|error| error["message"].as_str().unwrap());
    messages.collect::<Vec<_>>().join("; ")
}
