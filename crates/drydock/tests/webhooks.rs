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
use support::{Dock, Reply};

async fn webhook(dock: &Dock, url: &str, events: Value) -> String {
    webhook_with(dock, url, events, json!({})).await
}

/// A webhook with further attributes.
async fn webhook_with(dock: &Dock, url: &str, events: Value, more: Value) -> String {
    let mut attributes = json!({"name": format!("Hook {more}"), "url": url, "events": events, "custom_payload": null, "headers": {}, "http_basic_user": "ann", "http_basic_password": "secret"});
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

/// A call about the environment `sandbox`.
async fn in_sandbox(dock: &Dock, method: &str, path: &str, body: Option<&Value>) -> Reply {
    let token = &dock.tokens.full;
    dock.call_as(token, Some("sandbox"), method, path, body)
        .await
}

/// An address of this machine where nobody listens.
async fn nobody() -> String {
    Listener::start().await.url("/")
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
    webhook(
        &dock,
        &nobody().await,
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
        &nobody().await,
        json!([{"entity_type": "item", "event_types": ["create"], "filters": filters}]),
    )
    .await;
    let article = model(&dock, "article", json!({})).await;
    dock.outcome(&dock.fork("main", "sandbox", "").await).await;
    item(&dock, &article, json!({})).await;
    assert_eq!(deliveries(&dock).await, Vec::<String>::new());
    let body = content::new_item(&article, json!({}));
    in_sandbox(&dock, "POST", "/items", Some(&body)).await;
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
        webhook_with(&dock, &nobody().await, events, nested).await;
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

#[tokio::test]
async fn a_record_is_published_by_saving_it_where_there_are_no_drafts() {
    let dock = Dock::blank();
    let events = json!(["create", "update", "publish", "unpublish", "delete"]);
    let events = json!([{"entity_type": "item", "event_types": events}]);
    webhook(&dock, &nobody().await, events).await;
    let plain = model(&dock, "plain", json!({})).await;
    let drafts = model(&dock, "sketch", json!({"draft_mode_active": true})).await;
    for model in [&plain, &drafts] {
        content::field(&dock, model, "title", "string", json!({})).await;
    }
    let mut seen = 0;
    let mut told = async || {
        let all = deliveries(&dock).await;
        let fresh: Vec<String> = all[seen..]
            .iter()
            .map(|line| line.split(' ').nth(1).unwrap().to_owned())
            .collect();
        seen = all.len();
        fresh.join(" ")
    };
    let destroy = async |id: String| {
        let job = dock.call("DELETE", &format!("/items/{id}"), None).await;
        dock.outcome(&job).await;
    };
    let one = item(&dock, &plain, json!({"title": "a"})).await;
    assert_eq!(told().await, "create publish");
    update(&dock, &one, json!({"title": "b"})).await;
    assert_eq!(told().await, "update publish");
    let copy = dock
        .call("POST", &format!("/items/{one}/duplicate"), None)
        .await;
    dock.outcome(&copy).await;
    assert_eq!(told().await, "create publish");
    destroy(one).await;
    assert_eq!(told().await, "unpublish delete");

    let one = item(&dock, &drafts, json!({"title": "a"})).await;
    dock.put(&format!("/items/{one}/publish")).await;
    update(&dock, &one, json!({"title": "b"})).await;
    assert_eq!(told().await, "create publish update");
    let operation = json!({"data": {"type": "item_bulk_destroy_operation",
        "relationships": {"items": {"data": [{"type": "item", "id": one}]}}}});
    let job = dock
        .call("POST", "/items/bulk/destroy", Some(&operation))
        .await;
    dock.outcome(&job).await;
    assert_eq!(told().await, "unpublish delete");
    destroy(item(&dock, &drafts, json!({"title": "a"})).await).await;
    assert_eq!(told().await, "create delete");
}

#[tokio::test]
async fn what_cannot_be_filtered_by_is_refused() {
    let dock = Dock::blank();
    let subscribe = async |name: &str, entity: &str, event: &str, filter: (&str, &str)| {
        let filters = json!([{"entity_type": filter.0, "entity_ids": [filter.1]}]);
        let events = json!([{"entity_type": entity, "event_types": [event], "filters": filters}]);
        let hook = json!({"name": name, "url": "http://x.invalid", "custom_payload": null, "headers": {},
            "http_basic_user": null, "http_basic_password": null, "events": events});
        dock.call("POST", "/webhooks", Some(&document("webhook", hook)))
            .await
    };
    for (entity, event, filter) in [
        (
            "maintenance_mode",
            "change",
            ("environment_type", "primary"),
        ),
        ("sso_user", "create", ("environment", "main")),
        ("build_trigger", "deploy_started", ("environment", "main")),
        ("cda_cache_tags", "invalidate", ("item_type", "article")),
        ("item", "create", ("environment_type", "main")),
    ] {
        let refused = subscribe("refused", entity, event, filter).await;
        let details = json!({"field": "events", "code": "VALIDATION_INVALID"});
        assert_eq!(refused.details(), &details, "{entity} {filter:?}");
    }
    for name in ["one", "two", "one"] {
        let reply = subscribe(name, "item", "create", ("environment_type", "primary")).await;
        let known = name == "one" && reply.status == 422;
        assert!(reply.status == 201 || known, "{}", reply.body);
    }
    let names = dock.get("/webhooks").await;
    assert_eq!(content::column(&names, "name"), ["one", "two"]);
}

#[tokio::test]
async fn deliveries_are_signed_when_there_is_a_secret() {
    let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    let dock = Dock::with(|options| options.webhook_secret = Some(secret.parse().unwrap()));
    let listener = Listener::start().await;
    let events = json!([{"entity_type": "item_type", "event_types": ["create"]}]);
    let headers = json!({"headers": {"Authorization": "Bearer own", "X-Own": "kept", "Webhook-Id": "forged"}});
    webhook_with(&dock, &listener.url("/hook"), events, headers).await;
    model(&dock, "article", json!({})).await;
    let request = listener.next().await;
    let (head, _) = request.split_once("\r\n\r\n").unwrap();
    let header = |name: &str| -> Vec<&str> {
        let lines = head.lines().filter_map(|line| line.split_once(": "));
        lines
            .filter(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
            .collect()
    };
    let id = dock.get("/webhook_calls").await.data()[0]["id"].clone();
    assert_eq!(header("webhook-id"), [id.as_str().unwrap()]);
    // Nine in the morning of 5 January 2026, where the clock of the tests stands.
    assert_eq!(header("webhook-timestamp"), ["1767603600"]);
    let signature = header("webhook-signature");
    assert!(
        signature[0].starts_with("v1,") && signature[0].len() == 47,
        "{signature:?}"
    );
    assert_eq!(
        header("authorization"),
        ["Basic YW5uOnNlY3JldA=="],
        "instead of the webhook's own"
    );
    assert_eq!(header("x-own"), ["kept"]);
}

/// The words of `X-Cache-Tags`.
async fn cache_tags(dock: &Dock, query: &str) -> Vec<String> {
    let bearer = format!("Bearer {}", dock.tokens.read);
    let headers = [("authorization", bearer.as_str()), ("x-cache-tags", "true")];
    let body = json!({ "query": query });
    let reply = dock.raw("POST", "/graphql", &headers, Some(&body)).await;
    assert!(reply.body["errors"].is_null(), "{}", reply.body);
    let tags = reply.header("x-cache-tags");
    tags.split_whitespace().map(str::to_owned).collect()
}

#[tokio::test]
async fn cache_tags_that_do_not_hold_any_more_are_told() {
    let dock = Dock::blank();
    let article = model(&dock, "article", json!({"draft_mode_active": true})).await;
    content::field(&dock, &article, "title", "string", json!({})).await;
    let one = item(&dock, &article, json!({"title": "a"})).await;
    let path = format!("/items/{one}/publish");
    dock.put(&path).await;
    let of_one = cache_tags(&dock, "{ allArticles { title } }").await;
    let of_list = cache_tags(&dock, "{ _allArticlesMeta { count } }").await;
    let of_site = cache_tags(&dock, "{ _site { noIndex } }").await;
    let of_assets = cache_tags(&dock, "{ allUploads { id } }").await;
    let filters = json!([{"entity_type": "environment_type", "entity_ids": ["primary"]}]);
    let events = json!([{"entity_type": "cda_cache_tags", "event_types": ["invalidate"], "filters": filters}]);
    webhook(&dock, &nobody().await, events).await;
    let mut seen = 0;
    let mut told = async || -> Vec<String> {
        let calls = dock.get("/webhook_calls").await;
        let calls = calls.data().as_array().unwrap();
        let fresh = &calls[..calls.len() - seen];
        seen = calls.len();
        let tags = |call: &Value| -> Vec<String> {
            let payload = call["attributes"]["request_payload"].as_str().unwrap();
            let payload: Value = serde_json::from_str(payload).unwrap();
            assert_eq!(payload["entity"]["id"], "cda_cache_tags");
            serde_json::from_value(payload["entity"]["attributes"]["tags"].clone()).unwrap()
        };
        fresh.iter().flat_map(tags).collect()
    };
    update(&dock, &one, json!({"title": "b"})).await;
    assert_eq!(
        told().await,
        [""; 0],
        "a draft is seen by nobody who keeps it"
    );
    dock.put(&path).await;
    let published = told().await;
    assert!(
        of_one.iter().all(|tag| published.contains(tag)),
        "{published:?} {of_one:?}"
    );
    assert!(of_list.iter().all(|tag| published.contains(tag)));
    let site = document("site", json!({"no_index": true}));
    dock.outcome(&dock.call("PUT", "/site", Some(&site)).await)
        .await;
    assert_eq!(told().await, of_site);
    content::asset(&dock, "a.txt", b"a".to_vec()).await;
    let uploaded = told().await;
    assert!(of_assets.iter().all(|tag| uploaded.contains(tag)));
    dock.outcome(&dock.fork("main", "sandbox", "").await).await;
    let body = content::new_item(&article, json!({"title": "c"}));
    let made = in_sandbox(&dock, "POST", "/items", Some(&body)).await;
    let there = format!("/items/{}/publish", id(&made));
    in_sandbox(&dock, "PUT", &there, None).await;
    assert_eq!(
        told().await,
        [""; 0],
        "what happens in a sandbox is filtered out"
    );
}
