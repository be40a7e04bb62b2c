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
    let site = trigger(&dock, "http://127.0.0.1:0/").await;
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
        "request_failure"
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

#[tokio::test]
async fn an_adapter_takes_its_own_settings_and_a_trigger_its_own_name() {
    let dock = Dock::blank();
    let create = async |name: &str, adapter: &str, settings: Value| {
        let attributes = json!({"name": name, "adapter": adapter, "frontend_url": null,
            "autotrigger_on_scheduled_publications": false, "adapter_settings": settings});
        let body = document("build_trigger", attributes);
        dock.call("POST", "/build-triggers", Some(&body)).await
    };
    let invalid = json!({"field": "adapter_settings", "code": "VALIDATION_INVALID"});
    for (adapter, settings) in [
        (
            "custom",
            json!({"trigger_url": "nowhere", "headers": {}, "payload": {}}),
        ),
        (
            "custom",
            json!({"trigger_url": "http://a.invalid/", "branch": "main"}),
        ),
        ("netlify", json!({"project_id": "x"})),
        ("vercel", json!({"ref": "main"})),
        ("gitlab", json!({"team_id": "x"})),
    ] {
        let refused = create("Site", adapter, settings.clone()).await;
        assert_eq!(refused.details(), &invalid, "{adapter} {settings}");
    }
    for (adapter, settings) in [
        (
            "netlify",
            json!({"trigger_url": "x", "access_token": "x", "branch": "main", "site_id": "x"}),
        ),
        (
            "vercel",
            json!({"project_id": "x", "token": "x", "branch": "main", "team_id": null, "deploy_hook_url": "x"}),
        ),
        (
            "gitlab",
            json!({"trigger_url": "x", "token": "x", "ref": "main", "build_parameters": {}}),
        ),
    ] {
        let made = create(adapter, adapter, settings).await;
        assert_eq!(made.status, 201, "{}", made.body);
    }
    let taken = create("gitlab", "gitlab", json!({})).await;
    assert_eq!(
        taken.details(),
        &json!({"field": "name", "code": "VALIDATION_UNIQUENESS"})
    );
}
