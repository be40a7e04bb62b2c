//! Build triggers and the events they leave.

#![expect(clippy::unwrap_used, reason = "a helper of tests fails by panicking")]

#[path = "support/content.rs"]
mod content;
#[path = "support/listener.rs"]
mod listener;
mod support;

use content::{column, document, id};
use listener::Listener;
use serde_json::{Value, json};
use support::Dock;

async fn trigger(dock: &Dock, url: &str) -> String {
    let attributes = json!({"name": "Site", "adapter": "custom", "frontend_url": null, "autotrigger_on_scheduled_publications": false, "adapter_settings": {"trigger_url": url, "headers": {"X-From": "drydock"}, "payload": {"build": true}}});
    let reply = dock
        .call(
            "POST",
            "/build-triggers",
            Some(&document("build_trigger", attributes)),
        )
        .await;
    assert_eq!(reply.status, 201, "{}", reply.body);
    assert_eq!(reply.data()["attributes"]["build_status"], "unstarted");
    id(&reply)
}

/// Waits until an event is on record.
async fn first_event(dock: &Dock) -> Value {
    loop {
        let events = dock.get("/build-events").await;
        if let Some(event) = events.data().as_array().unwrap().first() {
            return event.clone();
        }
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn firing_calls_the_build_service() {
    let dock = Dock::blank();
    let listener = Listener::start().await;
    let site = trigger(&dock, &listener.url("/build")).await;
    assert_eq!(
        dock.call(
            "POST",
            &format!("/build-triggers/{site}/trigger"),
            Some(&json!({}))
        )
        .await
        .status,
        204
    );
    let request = listener.next().await;
    assert!(request.starts_with("POST /build HTTP/1.1\r\n"), "{request}");
    assert!(
        request.to_lowercase().contains("x-from: drydock\r\n"),
        "{request}"
    );
    assert!(request.ends_with(r#"{"build":true}"#), "{request}");
    let event = first_event(&dock).await;
    assert_eq!(event["attributes"]["event_type"], "request_success");
    assert_eq!(event["relationships"]["build_trigger"]["data"]["id"], site);
    assert_eq!(
        dock.get(&format!("/build-triggers/{site}")).await.data()["attributes"]["build_status"],
        "pending"
    );
}

#[tokio::test]
async fn a_service_that_is_down_leaves_a_failure() {
    let dock = Dock::blank();
    let nobody = Listener::start().await;
    let url = nobody.url("/");
    drop(nobody);
    let site = trigger(&dock, &url).await;
    dock.call("POST", &format!("/build-triggers/{site}/trigger"), None)
        .await;
    assert_eq!(
        first_event(&dock).await["attributes"]["event_type"],
        "request_failure"
    );
}

#[tokio::test]
async fn who_may_define_and_who_may_fire() {
    let dock = Dock::blank();
    let site = trigger(&dock, "https://build.invalid/").await;
    let token = dock
        .token_with("nothing", json!({"environments_access": "all"}))
        .await;
    let fired = dock
        .call_as(
            &token,
            None,
            "POST",
            &format!("/build-triggers/{site}/trigger"),
            None,
        )
        .await;
    assert_eq!(fired.brief(), "403 INSUFFICIENT_PERMISSIONS");
    let defined = dock
        .call_as(
            &token,
            None,
            "DELETE",
            &format!("/build-triggers/{site}"),
            None,
        )
        .await;
    assert_eq!(defined.brief(), "403 INSUFFICIENT_PERMISSIONS");
    dock.call("POST", &format!("/build-triggers/{site}/trigger"), None)
        .await;
    assert_eq!(
        first_event(&dock).await["attributes"]["event_type"],
        "request_failure",
        "https is not called from here, and says so"
    );
    assert_eq!(
        dock.call("DELETE", &format!("/build-triggers/{site}"), None)
            .await
            .status,
        200
    );
    assert_eq!(
        column(&dock.get("/build-triggers").await, "id"),
        Vec::<Value>::new()
    );
}
