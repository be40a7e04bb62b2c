//! What changes of the schema do to the records that are there.

#![expect(clippy::unwrap_used, reason = "a failure here fails the test")]

#[path = "../support/content.rs"]
mod content;
#[path = "../support/mod.rs"]
mod support;

mod in_background;
mod verdicts;

use content::document;
use serde_json::Value;
use support::Dock;

async fn change(dock: &Dock, kind: &str, path: &str, attributes: Value) {
    let job = dock
        .call("PUT", path, Some(&document(kind, attributes)))
        .await;
    let outcome = dock.outcome(&job).await;
    assert_eq!(outcome["status"], 200, "{outcome}");
}

async fn destroy(dock: &Dock, path: &str) {
    let job = dock.call("DELETE", path, None).await;
    let outcome = dock.outcome(&job).await;
    assert_eq!(outcome["status"], 200, "{outcome}");
}

async fn meta(dock: &Dock, item: &str) -> Value {
    dock.get(&format!("/items/{item}")).await.data()["meta"].clone()
}

/// How many records `filter[only_valid]` leaves of a model.
async fn valid(dock: &Dock, model: &str) -> Value {
    let path = format!("/items?filter[type]={model}&filter[only_valid]=true");
    dock.get(&path).await.body["meta"]["total_count"].clone()
}
