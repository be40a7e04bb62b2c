//! Environments as clients see them: the cycle of fork, rename, promote and destroy, and what is refused.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a failure here fails the test"
)]

mod support;

use std::time::Duration;

use serde_json::{Value, json};
use support::{Dock, environment};

#[tokio::test]
async fn the_cycle_of_an_environment() {
    let dock = Dock::blank();
    dock.clock.advance(Duration::from_mins(1));
    let job = dock.fork("main", "candidate", "").await;
    let outcome = dock.outcome(&job).await;
    insta::assert_snapshot!(outcome, @r#"{"status":201,"statusText":"Created","payload":{"data":{"id":"candidate","type":"environment","meta":{"created_at":"2026-01-05T09:01:00.000Z","status":"ready","read_only_mode":false,"primary":false,"forked_from":"main","last_data_change_at":"2026-01-05T09:01:00.000Z"}}}}"#);

    let renamed = dock
        .call(
            "PUT",
            "/environments/candidate/rename",
            Some(&environment("release-7")),
        )
        .await;
    assert_eq!(renamed.brief(), "200 environment release-7");
    assert_eq!(
        dock.get("/environments/candidate").await.brief(),
        "404 NOT_FOUND"
    );

    let promoted = dock.put("/environments/release-7/promote").await;
    assert_eq!(promoted.data()["meta"]["primary"], true);
    assert_eq!(
        promoted.header("x-environment"),
        "main",
        "the header names the primary of before"
    );
    assert_eq!(dock.environments().await, "main release-7*");

    let rolled_back = dock.put("/environments/main/promote").await;
    assert_eq!(rolled_back.header("x-environment"), "release-7");
    assert_eq!(dock.environments().await, "main* release-7");

    let destroyed = dock.call("DELETE", "/environments/release-7", None).await;
    let outcome = dock.outcome(&destroyed).await;
    assert_eq!(outcome["status"], 200);
    assert_eq!(outcome["payload"]["data"]["meta"]["status"], "destroying");
    assert_eq!(dock.environments().await, "main*");
}

#[tokio::test]
async fn what_cannot_be_done_is_refused_by_its_code() {
    let dock = Dock::blank();
    dock.outcome(&dock.fork("main", "sandbox", "").await).await;
    let taken = dock.fork("main", "sandbox", "").await;
    assert_eq!(
        (taken.code(), taken.details()),
        (
            "INVALID_FIELD",
            &json!({"field": "name", "code": "VALIDATION_UNIQUENESS"})
        )
    );
    let badly_named = dock.fork("main", "Sandbox 2", "").await;
    assert_eq!(
        badly_named.details(),
        &json!({"field": "name", "code": "VALIDATION_FORMAT"})
    );
    let rename = dock
        .call(
            "PUT",
            "/environments/sandbox/rename",
            Some(&environment("main")),
        )
        .await;
    assert_eq!(
        rename.details(),
        &json!({"field": "name", "code": "VALIDATION_UNIQUENESS"})
    );
    assert_eq!(
        dock.fork("nowhere", "other", "").await.brief(),
        "404 NOT_FOUND"
    );
    assert_eq!(
        dock.put("/environments/main/promote").await.brief(),
        "422 ALREADY_PRIMARY_ENVIRONMENT"
    );
    let primary = dock.call("DELETE", "/environments/main", None).await;
    assert_eq!(primary.brief(), "422 CANNOT_DESTROY_PRIMARY_ENVIRONMENT");
    assert_eq!(dock.environments().await, "main* sandbox");
}

#[tokio::test]
async fn the_plan_limits_sandboxes_and_says_so_beforehand() {
    let dock = Dock::with(|options| options.sandbox_limit = 2);
    let limit = dock.get("/subscription-limits/sandbox_environments").await;
    let allowed = limit.data()["attributes"]["limit"].as_u64().unwrap();
    for n in 0..allowed {
        dock.outcome(&dock.fork("main", &format!("sandbox-{n}"), "").await)
            .await;
    }
    let limit = dock.get("/subscription-limits/sandbox_environments").await;
    assert_eq!(limit.data()["attributes"]["usage"], allowed);
    let refused = dock.fork("main", "one-too-many", "").await;
    assert_eq!(
        (refused.code(), refused.details()),
        (
            "PLAN_UPGRADE_REQUIRED",
            &json!({"limit": "sandbox_environments"})
        )
    );
}

#[tokio::test]
async fn a_fork_can_be_watched_and_is_pending_until_it_ends() {
    let dock = Dock::with(|options| options.job_delay = Duration::from_secs(10));
    let answer = dock.fork("main", "slow", "?immediate_return=true").await;
    assert_eq!(answer.brief(), "200 environment slow");
    assert_eq!(answer.data()["meta"]["status"], "creating");
    assert_eq!(
        dock.call_as(&dock.tokens.full, Some("slow"), "GET", "/site", None)
            .await
            .brief(),
        "422 ENVIRONMENT_NOT_READY"
    );
    assert_eq!(
        dock.put("/environments/slow/promote").await.brief(),
        "422 ENVIRONMENT_NOT_READY"
    );

    dock.put("/maintenance-mode/activate").await;
    dock.put("/maintenance-mode/deactivate").await;
    let mut seen: Vec<f64> = Vec::new();
    let mut last = json!(null);
    for _ in 0..20_000 {
        let entity = dock.get("/environments/slow").await.data().clone();
        if entity["meta"]["status"] == "ready" {
            last = entity;
            break;
        }
        seen.push(
            entity["meta"]["fork_completion_percentage"]
                .as_f64()
                .unwrap(),
        );
        dock.clock.advance(Duration::from_millis(100));
        std::thread::sleep(Duration::from_millis(1));
    }
    assert_eq!(last["meta"]["fork_completion_percentage"], Value::Null);
    assert!(seen.is_sorted(), "{seen:?}");
    seen.dedup();
    assert!(seen.len() > 2, "the percentage moved only through {seen:?}");
}

#[tokio::test]
async fn an_origin_cannot_be_destroyed_while_it_is_copied() {
    let dock = Dock::with(|options| options.job_delay = Duration::from_secs(10));
    let first = dock.fork("main", "first", "").await;
    assert_eq!(dock.outcome(&first).await["status"], 201);
    let second = dock.fork("first", "second", "").await;
    let refused = dock.call("DELETE", "/environments/first", None).await;
    assert_eq!(refused.brief(), "422 CANNOT_DESTROY_FORKING_ORIGIN");
    assert_eq!(dock.outcome(&second).await["status"], 201);
    assert_eq!(
        dock.call("DELETE", "/environments/first", None)
            .await
            .status,
        202
    );
}

#[tokio::test]
async fn a_fast_fork_freezes_its_source_and_lets_it_go() {
    let dock = Dock::with(|options| options.job_delay = Duration::from_secs(100));
    let job = dock.fork("main", "fast", "?fast=true").await;
    assert_eq!(
        dock.get("/environments/main").await.data()["meta"]["read_only_mode"],
        true
    );
    let locales = json!({"data": {"type": "site", "attributes": {"locales": ["en", "it"]}}});
    assert_eq!(
        dock.call("PUT", "/site", Some(&locales)).await.brief(),
        "422 ENVIRONMENT_IN_READ_ONLY_MODE"
    );
    assert_eq!(dock.outcome(&job).await["status"], 201);
    assert_eq!(
        dock.get("/environments/main").await.data()["meta"]["read_only_mode"],
        false
    );
    assert_eq!(dock.call("PUT", "/site", Some(&locales)).await.status, 202);
}

#[tokio::test]
async fn a_fork_is_a_copy_of_one_moment() {
    let dock = Dock::blank();
    dock.outcome(&dock.fork("main", "before", "").await).await;
    let locales = json!({"data": {"type": "site", "attributes": {"locales": ["en", "it"]}}});
    let changed = dock.call("PUT", "/site", Some(&locales)).await;
    assert_eq!(dock.outcome(&changed).await["status"], 200);
    dock.outcome(&dock.fork("main", "after", "").await).await;
    let mut found = Vec::new();
    for id in ["main", "before", "after"] {
        let site = dock
            .call_as(&dock.tokens.full, Some(id), "GET", "/site", None)
            .await;
        found.push(site.data()["attributes"]["locales"].to_string());
    }
    assert_eq!(found, [r#"["en","it"]"#, r#"["en"]"#, r#"["en","it"]"#]);
}

#[tokio::test]
async fn data_changes_move_the_date_that_shows_drift() {
    let dock = Dock::blank();
    let date =
        async || dock.get("/environments/main").await.data()["meta"]["last_data_change_at"].clone();
    let before = date().await;
    dock.clock.advance(Duration::from_secs(5));
    dock.outcome(&dock.fork("main", "other", "").await).await;
    dock.put("/maintenance-mode/activate").await;
    dock.put("/maintenance-mode/deactivate").await;
    assert_eq!(
        date().await,
        before,
        "neither a fork nor maintenance changes data"
    );
    let timezone = json!({"data": {"type": "site", "attributes": {"timezone": "Europe/Rome"}}});
    dock.call("PUT", "/site", Some(&timezone)).await;
    assert_eq!(date().await, "2026-01-05T09:00:05.000Z");
}

#[tokio::test]
async fn entries_of_roles_follow_their_environment() {
    let dock = Dock::blank();
    let named = async || {
        let role = dock.role("Editor").await;
        let entries = role["attributes"]["positive_item_type_permissions"]
            .as_array()
            .unwrap()
            .clone();
        entries
            .iter()
            .map(|entry| entry["environment"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
            .join(" ")
    };
    dock.outcome(&dock.fork("main", "sandbox", "").await).await;
    assert_eq!(named().await, "main sandbox");
    dock.call(
        "PUT",
        "/environments/sandbox/rename",
        Some(&environment("renamed")),
    )
    .await;
    assert_eq!(named().await, "main renamed");
    dock.put("/environments/renamed/promote").await;
    assert_eq!(named().await, "main renamed");
    dock.outcome(&dock.call("DELETE", "/environments/main", None).await)
        .await;
    assert_eq!(named().await, "renamed");
}

#[tokio::test]
async fn an_unknown_environment_is_named() {
    let dock = Dock::blank();
    let reply = dock
        .call_as(&dock.tokens.full, Some("gone"), "GET", "/site", None)
        .await;
    assert_eq!(
        (reply.brief().as_str(), reply.details()),
        ("404 INVALID_ENVIRONMENT", &json!({"environment": "gone"}))
    );
    assert_eq!(
        dock.get("/audit-log-events").await.details()["message"],
        "drydock does not implement GET /audit-log-events"
    );
    assert_eq!(
        dock.call("DELETE", "/environments", None).await.brief(),
        "404 NOT_FOUND"
    );
}

#[tokio::test]
async fn a_removed_locale_takes_its_content_along() {
    let dock = Dock::blank();
    let locales = |list: Value| json!({"data": {"type": "site", "attributes": {"locales": list}}});
    dock.outcome(
        &dock
            .call("PUT", "/site", Some(&locales(json!(["en", "it"]))))
            .await,
    )
    .await;
    let model =
        json!({"data": {"type": "item_type", "attributes": {"name": "Note", "api_key": "note"}}});
    let model = dock.call("POST", "/item-types", Some(&model)).await.data()["id"].clone();
    let field = json!({"data": {"type": "field", "attributes":
        {"label": "Title", "api_key": "title", "field_type": "string", "localized": true}}});
    let path = format!("/item-types/{}/fields", model.as_str().unwrap());
    assert_eq!(
        dock.outcome(&dock.call("POST", &path, Some(&field)).await)
            .await["status"],
        201
    );
    let item = json!({"data": {"type": "item", "attributes": {"title": {"en": "Soup", "it": "Zuppa"}},
        "relationships": {"item_type": {"data": {"type": "item_type", "id": model}}}}});
    let item = dock.call("POST", "/items", Some(&item)).await.data()["id"].clone();
    let path = format!("/items/{}", item.as_str().unwrap());
    assert_eq!(
        dock.get(&path).await.data()["attributes"]["title"],
        json!({"en": "Soup", "it": "Zuppa"})
    );
    dock.outcome(
        &dock
            .call("PUT", "/site", Some(&locales(json!(["en"]))))
            .await,
    )
    .await;
    assert_eq!(
        dock.get(&path).await.data()["attributes"]["title"],
        json!({"en": "Soup"})
    );
}

#[tokio::test]
async fn one_call_gives_the_whole_schema() {
    let dock = Dock::blank();
    let model = json!({"data": {"type": "item_type", "attributes": {"name": "Note", "api_key": "note", "singleton": true}}});
    let model = dock.call("POST", "/item-types", Some(&model)).await.data()["id"].clone();
    let field = json!({"data": {"type": "field", "attributes": {"label": "T", "api_key": "t", "field_type": "string"}}});
    let path = format!("/item-types/{}/fields", model.as_str().unwrap());
    dock.outcome(&dock.call("POST", &path, Some(&field)).await)
        .await;
    let item = json!({"data": {"type": "item", "attributes": {"t": "x"},
        "relationships": {"item_type": {"data": {"type": "item_type", "id": model}}}}});
    assert_eq!(dock.call("POST", "/items", Some(&item)).await.status, 201);
    let everything =
        "item_types,item_types.fields,item_types.fieldsets,item_types.singleton_item,account";
    let site = dock.get(&format!("/site?include={everything}")).await;
    let types: Vec<&str> = site.body["included"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entity| entity["type"].as_str().unwrap())
        .collect();
    assert_eq!(types, ["item_type", "field", "item", "account"]);
    assert_eq!(
        site.data()["relationships"]["item_types"]["data"][0]["id"],
        model
    );
    assert_eq!(
        dock.get("/site?include=everything").await.brief(),
        "422 INVALID_PARAMS"
    );
}

#[tokio::test]
async fn of_two_forks_to_one_name_one_is_made() {
    let dock = Dock::with(|options| options.job_delay = Duration::from_secs(5));
    let (first, second) =
        tokio::join!(dock.fork("main", "twin", ""), dock.fork("main", "twin", ""));
    assert_eq!(first.status, 202);
    assert_eq!(
        second.details(),
        &json!({"field": "name", "code": "VALIDATION_UNIQUENESS"}),
        "already while it is copied"
    );
    assert_eq!(dock.outcome(&first).await["status"], 201);
    assert_eq!(dock.environments().await, "main* twin");
}

#[tokio::test]
async fn latency_is_waited_for() {
    tokio::time::pause();
    let dock = Dock::with(|options| options.latency = Duration::from_millis(250));
    let before = tokio::time::Instant::now();
    assert_eq!(dock.get("/environments").await.status, 200);
    assert!(before.elapsed() >= Duration::from_millis(250));
}

#[tokio::test]
async fn webhooks_hear_of_environments_and_of_maintenance() {
    let dock = Dock::blank();
    let body = json!({"data": {"type": "webhook", "attributes": {
        "name": "Release bot", "enabled": true, "url": "http://127.0.0.1:9/none", "headers": {}, "custom_payload": null,
        "http_basic_user": null, "http_basic_password": null, "payload_api_version": "3",
        "nested_items_in_payload": false, "auto_retry": false,
        "events": [{"entity_type": "environment", "event_types": ["create", "update", "promote", "delete"], "filters": null},
            {"entity_type": "maintenance_mode", "event_types": ["change"], "filters": null}]}}});
    let webhook = dock.call("POST", "/webhooks", Some(&body)).await;
    assert_eq!(webhook.status, 201, "{}", webhook.body);
    dock.put("/maintenance-mode/activate").await;
    dock.put("/maintenance-mode/activate").await;
    dock.outcome(&dock.fork("main", "a", "").await).await;
    dock.call("PUT", "/environments/a/rename", Some(&environment("b")))
        .await;
    dock.put("/environments/b/promote").await;
    dock.put("/maintenance-mode/deactivate").await;
    dock.outcome(&dock.call("DELETE", "/environments/main", None).await)
        .await;
    let calls = dock.get("/webhook_calls").await;
    let mut seen: Vec<String> = calls
        .data()
        .as_array()
        .unwrap()
        .iter()
        .map(|call| {
            format!(
                "{} {}",
                call["attributes"]["entity_type"].as_str().unwrap(),
                call["attributes"]["event_type"].as_str().unwrap()
            )
        })
        .collect();
    seen.sort();
    assert_eq!(
        seen,
        [
            "environment create",
            "environment delete",
            "environment promote",
            "environment update",
            "maintenance_mode change",
            "maintenance_mode change"
        ]
    );
}
