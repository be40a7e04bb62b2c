//! Webhooks: what they listen to, and the deliveries on record.

#![expect(clippy::unwrap_used, reason = "a helper of tests fails by panicking")]

#[path = "support/content.rs"]
mod content;
#[path = "support/listener.rs"]
mod listener;
mod support;

use content::{document, id, item, model, update};
use listener::Listener;
use serde_json::{Value, json};
use support::Dock;

async fn webhook(dock: &Dock, url: &str, events: Value) -> String {
    webhook_with(dock, url, events, json!({})).await
}

/// A webhook with further attributes.
async fn webhook_with(dock: &Dock, url: &str, events: Value, more: Value) -> String {
    let mut attributes = json!({"name": "Hook", "url": url, "events": events, "custom_payload": null, "headers": {}, "http_basic_user": "ann", "http_basic_password": "secret"});
    attributes
        .as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    let reply = dock
        .call("POST", "/webhooks", Some(&document("webhook", attributes)))
        .await;
    assert_eq!(reply.status, 201, "{}", reply.body);
    id(&reply)
}

/// The deliveries on record, oldest first: entity type, event, environment.
async fn deliveries(dock: &Dock) -> Vec<String> {
    let calls = dock.get("/webhook_calls").await;
    let brief = |call: &Value| {
        let payload: Value =
            serde_json::from_str(call["attributes"]["request_payload"].as_str().unwrap()).unwrap();
        let text = |key: &str| payload[key].as_str().unwrap().to_owned();
        format!(
            "{} {} {}",
            text("entity_type"),
            text("event_type"),
            text("environment")
        )
    };
    calls
        .data()
        .as_array()
        .unwrap()
        .iter()
        .rev()
        .map(brief)
        .collect()
}

#[tokio::test]
async fn what_happens_is_recorded_for_those_who_listen() {
    let dock = Dock::blank();
    // Not plain http, so nothing leaves the machine.
    webhook(
        &dock,
        "https://hook.invalid/",
        json!([{"entity_type": "item", "event_types": ["create", "update", "publish", "delete"]},
            {"entity_type": "environment", "event_types": ["create", "promote"]},
            {"entity_type": "maintenance_mode", "event_types": ["change"]}]),
    )
    .await;
    let article = model(&dock, "article", json!({"draft_mode_active": true})).await;
    content::field(&dock, &article, "title", "string", json!({})).await;
    let one = item(&dock, &article, json!({"title": "First"})).await;
    update(&dock, &one, json!({"title": "Second"})).await;
    dock.put(&format!("/items/{one}/publish")).await;
    dock.put(&format!("/items/{one}/unpublish")).await;
    dock.outcome(&dock.call("DELETE", &format!("/items/{one}"), None).await)
        .await;
    assert_eq!(
        deliveries(&dock).await,
        [
            "item create main",
            "item update main",
            "item publish main",
            "item delete main"
        ]
    );

    let calls = dock.get("/webhook_calls").await;
    let update = &calls.data()[2]["attributes"];
    assert_eq!(update["status"], "pending");
    let payload: Value = serde_json::from_str(update["request_payload"].as_str().unwrap()).unwrap();
    assert_eq!(payload["entity"]["attributes"]["title"], "Second");
    assert_eq!(payload["previous_entity"]["attributes"]["title"], "First");
    assert_eq!(payload["is_environment_primary"], true);
    assert!(
        !calls.data().to_string().contains("secret"),
        "credentials are not copied into the record"
    );
    assert_eq!(calls.body["included"][0]["type"], "webhook");
}

#[tokio::test]
async fn filters_tell_primary_from_sandbox() {
    let dock = Dock::blank();
    let filters = json!([{"entity_type": "environment_type", "entity_ids": ["sandbox"]}]);
    webhook(
        &dock,
        "https://hook.invalid/",
        json!([{"entity_type": "item", "event_types": ["create"], "filters": filters}]),
    )
    .await;
    let article = model(&dock, "article", json!({})).await;
    dock.outcome(&dock.fork("main", "sandbox", "").await).await;
    item(&dock, &article, json!({})).await;
    assert_eq!(deliveries(&dock).await, Vec::<String>::new());
    let body = content::new_item(&article, json!({}));
    dock.call_as(
        &dock.tokens.full,
        Some("sandbox"),
        "POST",
        "/items",
        Some(&body),
    )
    .await;
    assert_eq!(deliveries(&dock).await, ["item create sandbox"]);
}

#[tokio::test]
async fn local_addresses_are_called() {
    let dock = Dock::blank();
    let listener = Listener::start().await;
    webhook(
        &dock,
        &listener.url("/hook"),
        json!([{"entity_type": "item_type", "event_types": ["create"]}]),
    )
    .await;
    model(&dock, "article", json!({})).await;
    let request = listener.next().await;
    assert!(request.starts_with("POST /hook HTTP/1.1\r\n"), "{request}");
    assert!(
        request
            .to_lowercase()
            .contains("authorization: basic yw5uonnly3jlda==\r\n"),
        "{request}"
    );
    let answered = loop {
        let calls = dock.get("/webhook_calls").await;
        let call = calls.data()[0].clone();
        if call["attributes"]["status"] != "pending" {
            break call;
        }
        tokio::task::yield_now().await;
    };
    assert_eq!(answered["attributes"]["status"], "success");
    assert_eq!(answered["attributes"]["response_status"], 200);
    let path = format!(
        "/webhook_calls/{}/resend_webhook",
        answered["id"].as_str().unwrap()
    );
    assert_eq!(dock.call("POST", &path, None).await.status, 204);
    listener.next().await;
    assert_eq!(
        dock.get("/webhook_calls").await.body["meta"]["total_count"],
        2
    );
}

#[tokio::test]
async fn webhooks_take_a_permission_and_known_events() {
    let dock = Dock::blank();
    assert_eq!(
        dock.call_as(&dock.tokens.editor, None, "GET", "/webhooks", None)
            .await
            .brief(),
        "403 INSUFFICIENT_PERMISSIONS"
    );
    let unknown = json!({"name": "x", "url": "http://x.invalid", "custom_payload": null, "headers": {},
        "http_basic_user": null, "http_basic_password": null,
        "events": [{"entity_type": "item", "event_types": ["promote"]}]});
    let refused = dock
        .call("POST", "/webhooks", Some(&document("webhook", unknown)))
        .await;
    assert_eq!(
        refused.details(),
        &json!({"field": "events", "code": "VALIDATION_INVALID"})
    );
}

#[tokio::test]
async fn a_fork_is_delivered_when_it_is_ready_however_long_it_took() {
    for fork in ["?immediate_return=true", ""] {
        let dock = Dock::blank();
        let listener = Listener::start().await;
        let events = json!([{"entity_type": "environment", "event_types": ["create"]}]);
        webhook(&dock, &listener.url("/hook"), events).await;
        assert!(dock.fork("main", "rel-1", fork).await.answered);
        let request = listener.next().await;
        assert!(request.contains(r#""event_type":"create""#), "{request}");
        assert!(request.contains("rel-1"), "{request}");
    }
}

/// Waits until the newest delivery has this status; gives its attributes.
async fn settled(dock: &Dock, status: &str) -> Value {
    loop {
        let calls = dock.get("/webhook_calls").await;
        let attributes = calls.data()[0]["attributes"].clone();
        if attributes["status"] == status {
            return attributes;
        }
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_failed_delivery_is_made_again_with_waits_that_grow() {
    let dock = Dock::blank();
    let gone = Listener::start().await.url("/hook");
    let events = json!([{"entity_type": "item", "event_types": ["create"]}]);
    webhook_with(&dock, &gone, events, json!({"auto_retry": true})).await;
    let article = model(&dock, "article", json!({})).await;
    item(&dock, &article, json!({})).await;
    let first = settled(&dock, "rescheduled").await;
    assert_eq!(first["attempted_auto_retries_count"], 0);
    assert_eq!(first["next_retry_at"], "2026-01-05T09:02:00.000Z");
    let mut seen = Vec::new();
    for minutes in [2, 6, 30, 60, 300, 24 * 60, 48 * 60] {
        dock.clock.advance(std::time::Duration::from_mins(minutes));
        let wanted = seen.len() + 1;
        let again = loop {
            let calls = dock.get("/webhook_calls").await;
            let attributes = calls.data()[0]["attributes"].clone();
            let is_over = attributes["status"] != "pending";
            if is_over && attributes["attempted_auto_retries_count"] == wanted {
                break attributes;
            }
            tokio::task::yield_now().await;
        };
        let payload = again["request_payload"].as_str().unwrap();
        assert!(payload.contains(&format!("\"attempted_auto_retries_count\":{wanted}")));
        seen.push(again["status"].clone());
    }
    assert_eq!(seen[..6], vec![json!("rescheduled"); 6]);
    assert_eq!(seen[6], "failed", "seven times are enough");
}

#[tokio::test]
async fn a_record_comes_with_its_blocks_whole_when_a_webhook_asks() {
    let dock = Dock::blank();
    let quote = model(&dock, "quote", json!({"modular_block": true})).await;
    content::field(&dock, &quote, "words", "string", json!({})).await;
    let article = model(&dock, "article", json!({})).await;
    let validators = json!({"validators": {"rich_text_blocks": {"item_types": [quote]}}});
    content::field(&dock, &article, "body", "rich_text", validators).await;
    for nested in [true, false] {
        let events = json!([{"entity_type": "item", "event_types": ["create"]}]);
        let nested = json!({"nested_items_in_payload": nested});
        webhook_with(&dock, "https://hook.invalid/", events, nested).await;
    }
    let block = content::new_block(&quote, json!({"words": "Hello"}));
    item(&dock, &article, json!({"body": [block]})).await;
    let calls = dock.get("/webhook_calls").await;
    let body = |index: usize| {
        let text = calls.data()[index]["attributes"]["request_payload"].as_str();
        let payload: Value = serde_json::from_str(text.unwrap()).unwrap();
        payload["entity"]["attributes"]["body"][0].clone()
    };
    assert!(body(0).is_string());
    assert_eq!(body(1)["attributes"]["words"], "Hello");
}
