//! The audit log, and the statistics of use.

use std::time::Duration;

use serde_json::{Value, json};

use crate::content::{document, item, model, update};
use crate::support::{Dock, Reply};

async fn query(dock: &Dock, attributes: Value) -> Reply {
    let body = document("audit_log_query", attributes);
    dock.call("POST", "/audit-log-events/query", Some(&body))
        .await
}

/// Action, environment and status of the entries, the newest first.
fn brief(reply: &Reply) -> Vec<String> {
    assert_eq!(reply.status, 200, "{}", reply.body);
    let entries = reply.data().as_array().unwrap().iter();
    entries
        .map(|entry| {
            let attributes = &entry["attributes"];
            format!(
                "{} {} {}",
                attributes["action_name"].as_str().unwrap(),
                attributes["environment"]["id"].as_str().unwrap(),
                attributes["response"]["status"]
            )
        })
        .collect()
}

#[tokio::test]
async fn what_is_done_is_written_down_with_who_did_it() {
    let dock = Dock::blank();
    let article = model(&dock, "article", json!({})).await;
    let one = item(&dock, &article, json!({})).await;
    update(&dock, "nothing", json!({})).await;
    dock.get(&format!("/items/{one}")).await;
    let path = format!("/items/{one}/publish");
    let token = dock.tokens.read.clone();
    dock.call_as(&token, Some("main"), "PUT", &path, None).await;
    dock.call_as("nobody", None, "PUT", &path, None).await;

    let log = query(&dock, json!({"detailed_log": true})).await;
    assert_eq!(
        brief(&log),
        [
            "items.publish main 403",
            "items.update main 404",
            "items.create main 201",
            "item_types.create main 201"
        ]
    );
    assert_eq!(log.body["meta"], json!({"next_token": null}));
    let first = &log.data()[0]["attributes"];
    assert_eq!(first["actor"]["type"], "access_token");
    assert_eq!(first["actor"]["name"], "Read-only API token");
    assert_eq!(first["role"]["name"], "Viewer");
    assert_eq!(first["environment"]["primary"], true);
    assert_eq!(
        first["request"]["path"],
        json!(format!("/items/{one}/publish"))
    );
    assert_eq!(
        log.data()[0]["meta"]["occurred_at"],
        "2026-01-05T09:00:00.000Z"
    );
    let created = &log.data()[2]["attributes"];
    assert_eq!(created["response"]["payload"]["data"]["id"], json!(one));
    assert_eq!(created["request"]["payload"]["data"]["type"], "item");

    let short = query(&dock, json!({})).await;
    assert_eq!(short.data()[0]["attributes"]["response"], Value::Null);
    assert_eq!(
        short.data()[2]["attributes"]["request"]["payload"],
        Value::Null
    );
    assert_eq!(
        dock.call_as(
            &token,
            None,
            "POST",
            "/audit-log-events/query",
            Some(&document("audit_log_query", json!({})))
        )
        .await
        .brief(),
        "403 INSUFFICIENT_PERMISSIONS"
    );
}

#[tokio::test]
async fn the_answer_carries_the_id_the_log_names() {
    let dock = Dock::blank();
    let body = document("upload_tag", json!({"name": "sea"}));
    let made = dock.call("POST", "/upload-tags", Some(&body)).await;
    let log = query(&dock, json!({})).await;
    assert_eq!(
        log.data()[0]["attributes"]["request"]["id"],
        made.header("x-request-id")
    );
}

#[tokio::test]
async fn secrets_are_not_written_down() {
    let dock = Dock::blank();
    let role = dock.role("Admin").await;
    let body = json!({"data": {"type": "access_token",
        "attributes": {"name": "CI", "can_access_cma": true, "can_access_cda": true, "can_access_cda_preview": true},
        "relationships": {"role": {"data": {"type": "role", "id": role["id"]}}}}});
    let made = dock.call("POST", "/access_tokens", Some(&body)).await;
    let secret = made.data()["attributes"]["token"]
        .as_str()
        .unwrap()
        .to_owned();
    let hook = json!({"name": "Hook", "url": "https://hook.invalid/", "events": [], "custom_payload": null,
        "http_basic_user": "ann", "http_basic_password": "open sesame", "headers": {"X-Key": "open sesame"}});
    dock.call("POST", "/webhooks", Some(&document("webhook", hook)))
        .await;
    let log = query(&dock, json!({"detailed_log": true})).await;
    assert_eq!(
        brief(&log),
        ["webhooks.create main 201", "access_tokens.create main 201"]
    );
    let text = log.body.to_string();
    assert!(text.contains("[masked]"), "{text}");
    for secret in [secret.as_str(), "open sesame", dock.tokens.full.as_str()] {
        assert!(!text.contains(secret), "{text}");
    }
}

#[tokio::test]
async fn the_log_is_read_by_page_time_and_condition() {
    let dock = Dock::blank();
    for n in 0..130 {
        let body = document("upload_tag", json!({"name": format!("tag {n}")}));
        dock.call("POST", "/upload-tags", Some(&body)).await;
        dock.clock.advance(Duration::from_secs(1));
    }
    let first = query(&dock, json!({})).await;
    assert_eq!(first.data().as_array().unwrap().len(), 100);
    let token = &first.body["meta"]["next_token"];
    let second = query(&dock, json!({"next_token": token})).await;
    assert_eq!(second.data().as_array().unwrap().len(), 30);
    assert_eq!(second.body["meta"]["next_token"], Value::Null);
    let hundredth = first.data()[99]["id"].clone();
    assert_ne!(second.data()[0]["id"], hundredth);

    let some = json!({"since": "2026-01-05T09:00:10Z", "before": "2026-01-05T09:00:12Z"});
    assert_eq!(query(&dock, some).await.data().as_array().unwrap().len(), 2);
    let wanted = json!({"filter": "response.status = 201 AND occurred_at < '2026-01-05T09:00:03'"});
    assert_eq!(
        query(&dock, wanted).await.data().as_array().unwrap().len(),
        3
    );
    let nothing = json!({"filter": "request.method <> 'POST'"});
    assert_eq!(query(&dock, nothing).await.data(), &json!([]));
    let refused = query(&dock, json!({"filter": "color = 'red'"})).await;
    assert_eq!(
        refused.details(),
        &json!({"field": "filter", "code": "VALIDATION_INVALID", "message": "`color` is nothing an event has"})
    );
    assert_eq!(
        query(&dock, json!({"next_token": "x"})).await.brief(),
        "422 INVALID_FIELD"
    );
}

#[tokio::test]
async fn calls_are_counted_by_day_and_by_what_they_were() {
    let dock = Dock::blank();
    for _ in 0..3 {
        dock.get("/items").await;
    }
    let bearer = format!("Bearer {}", dock.tokens.read);
    let body = json!({"query": "{ _site { locales } }"});
    let headers = [
        ("authorization", bearer.as_str()),
        ("referer", "https://blog.test/"),
    ];
    dock.raw("POST", "/graphql", &headers, Some(&body)).await;
    dock.clock.advance(Duration::from_hours(24));
    dock.get("/roles").await;

    let days = dock.get("/daily-site-usages").await;
    let day = |index: usize| &days.data()[index]["attributes"];
    assert_eq!(day(0)["date"], "2026-01-05");
    assert_eq!(
        (&day(0)["cma_api_calls"], &day(0)["cda_api_calls"]),
        (&json!(3), &json!(1))
    );
    assert!(day(0)["cda_traffic_bytes"].as_u64() > Some(10));
    assert_eq!(
        (&day(1)["date"], &day(1)["cma_api_calls"]),
        (&json!("2026-01-06"), &json!(1))
    );

    let month = dock
        .get("/usage-log-counters/cma_endpoint_requests?period=current_month")
        .await;
    let result = &month.data()["attributes"]["result"];
    assert_eq!(result[0], json!({"value": "GET /items", "counter": 3}));
    let referrers = dock
        .get("/usage-log-counters/cda_referrer_requests?period=current_month")
        .await;
    assert_eq!(
        referrers.data()["attributes"]["result"],
        json!([{"value": "https://blog.test/", "counter": 1}])
    );
    let before = dock
        .get("/usage-log-counters/cma_user_requests?period=last_month")
        .await;
    assert_eq!(before.data()["attributes"]["result"], json!([]));
    assert_eq!(
        dock.get("/usage-log-counters/moon_phases").await.brief(),
        "404 NOT_FOUND"
    );
}
