//! Scheduled publication and unpublishing: when it happens, where, and what it leaves.

use std::time::Duration;

use drydock::{Drydock, ManualClock, Options, Project, Storage, Timestamp};
use serde_json::{Value, json};

use crate::content::{self, document, field, item, model, set_locales, update};
use crate::listener::Listener;
use crate::support::{Dock, Reply};

const HOUR: Duration = Duration::from_hours(1);

/// A model with drafts and a title.
async fn articles(dock: &Dock) -> String {
    let article = model(dock, "article", json!({"draft_mode_active": true})).await;
    field(dock, &article, "title", "string", json!({})).await;
    article
}

/// Asks for a publication in an hour; `extra` are more attributes.
async fn publication(dock: &Dock, item: &str, extra: Value) -> Reply {
    schedule(dock, item, "publication", "2026-01-05T10:00:00.000Z", extra).await
}

async fn schedule(dock: &Dock, item: &str, what: &str, at: &str, extra: Value) -> Reply {
    let mut attributes = json!({});
    attributes[format!("{what}_scheduled_at")] = at.into();
    for (key, value) in extra.as_object().unwrap() {
        attributes[key] = value.clone();
    }
    let body = document(&format!("scheduled_{what}"), attributes);
    dock.call(
        "POST",
        &format!("/items/{item}/scheduled-{what}"),
        Some(&body),
    )
    .await
}

/// Status, moment of publication and what is scheduled, of a record in an environment.
async fn state(dock: &Dock, environment: &str, item: &str) -> String {
    let path = format!("/items/{item}");
    let reply = dock
        .call_as(&dock.tokens.full, Some(environment), "GET", &path, None)
        .await;
    let meta = &reply.data()["meta"];
    let time = |key: &str| {
        let text = meta[key].as_str().unwrap_or("-");
        text.get(11..16).unwrap_or(text).to_owned()
    };
    format!(
        "{} {} {} {}",
        meta["status"].as_str().unwrap(),
        time("published_at"),
        time("publication_scheduled_at"),
        time("unpublishing_scheduled_at")
    )
}

#[tokio::test]
async fn a_record_is_published_when_its_moment_comes_and_not_before() {
    let dock = Dock::blank();
    let article = articles(&dock).await;
    let one = item(&dock, &article, json!({"title": "One"})).await;
    let made = publication(&dock, &one, json!({})).await;
    assert_eq!(made.status, 201, "{}", made.body);
    assert_eq!(
        made.data()["attributes"],
        json!({ "publication_scheduled_at": "2026-01-05T10:00:00.000+00:00", "selective_publication": null })
    );
    assert_eq!(
        made.data()["relationships"]["item"]["data"],
        json!({"type": "item", "id": one})
    );
    assert_eq!(
        made.body["included"][0]["meta"]["publication_scheduled_at"],
        "2026-01-05T10:00:00.000+00:00"
    );

    dock.clock.advance(Duration::from_millis(3_599_999));
    assert_eq!(state(&dock, "main", &one).await, "draft - 10:00 -");
    dock.clock.advance(Duration::from_millis(1));
    assert_eq!(state(&dock, "main", &one).await, "published 10:00 - -");
}

#[tokio::test]
async fn a_publication_leaves_the_current_version_as_it_is() {
    let dock = Dock::blank();
    let article = articles(&dock).await;
    let one = item(&dock, &article, json!({"title": "One"})).await;
    publication(&dock, &one, json!({})).await;
    let path = format!("/items/{one}");
    let before = dock.get(&path).await.data()["meta"]["current_version"].clone();
    dock.clock.advance(HOUR);
    let after = dock.get(&path).await;
    assert_eq!(after.data()["meta"]["status"], "published");
    assert_eq!(after.data()["meta"]["current_version"], before);
}

#[tokio::test]
async fn a_record_is_unpublished_when_its_moment_comes() {
    let dock = Dock::blank();
    let article = articles(&dock).await;
    let one = item(&dock, &article, json!({"title": "One"})).await;
    publication(&dock, &one, json!({})).await;
    let at = "2026-01-05T12:00:00+01:00";
    let made = schedule(&dock, &one, "unpublishing", at, json!({})).await;
    assert_eq!(made.status, 201, "{}", made.body);
    assert_eq!(
        made.data()["attributes"],
        json!({ "content_in_locales": null, "unpublishing_scheduled_at": "2026-01-05T11:00:00.000+00:00" })
    );
    assert_eq!(state(&dock, "main", &one).await, "draft - 10:00 11:00");
    // Both moments pass before anybody looks: they are followed in their order.
    dock.clock.advance(2 * HOUR);
    assert_eq!(state(&dock, "main", &one).await, "draft - - -");
    let versions = dock.get(&format!("/items/{one}/versions")).await;
    assert_eq!(
        versions.data()[0]["meta"]["published_from"],
        "2026-01-05T11:00:00.000+00:00"
    );
}

#[tokio::test]
async fn a_part_of_a_record_is_published_and_unpublished_by_locale() {
    let dock = Dock::blank();
    set_locales(&dock, &["en", "it"]).await;
    let article = model(&dock, "article", json!({"draft_mode_active": true})).await;
    field(
        &dock,
        &article,
        "title",
        "string",
        json!({"localized": true}),
    )
    .await;
    field(&dock, &article, "code", "string", json!({})).await;
    let one = item(
        &dock,
        &article,
        json!({"title": {"en": "One", "it": "Uno"}, "code": "a"}),
    )
    .await;
    let part = json!({"content_in_locales": ["en"], "non_localized_content": false});
    publication(&dock, &one, json!({ "selective_publication": part })).await;
    dock.clock.advance(HOUR);
    assert_eq!(
        published(&dock, &one).await,
        json!({ "code": null, "title": { "en": "One" } })
    );

    dock.put(&format!("/items/{one}/publish")).await;
    let at = "2026-01-05T11:00:00Z";
    let locales = json!({"content_in_locales": ["en"]});
    schedule(&dock, &one, "unpublishing", at, locales).await;
    dock.clock.advance(HOUR);
    assert_eq!(
        published(&dock, &one).await,
        json!({ "code": "a", "title": { "it": "Uno" } })
    );
}

/// What the public sees of a record.
async fn published(dock: &Dock, item: &str) -> Value {
    let reply = dock.get(&format!("/items/{item}?version=published")).await;
    let attributes = &reply.data()["attributes"];
    json!({"title": attributes["title"], "code": attributes["code"]})
}

#[tokio::test]
async fn a_fork_carries_schedules_and_they_happen_there_too() {
    let dock = Dock::blank();
    let article = articles(&dock).await;
    let one = item(&dock, &article, json!({"title": "One"})).await;
    publication(&dock, &one, json!({})).await;
    dock.outcome(&dock.fork("main", "sandbox", "").await).await;
    assert_eq!(state(&dock, "sandbox", &one).await, "draft - 10:00 -");
    // Called off in the primary only.
    let path = format!("/items/{one}/scheduled-publication");
    assert_eq!(dock.call("DELETE", &path, None).await.status, 200);
    dock.clock.advance(HOUR);
    assert_eq!(state(&dock, "main", &one).await, "draft - - -");
    assert_eq!(state(&dock, "sandbox", &one).await, "published 10:00 - -");
}

#[tokio::test]
async fn maintenance_mode_holds_up_the_primary_only() {
    let dock = Dock::blank();
    let article = articles(&dock).await;
    let one = item(&dock, &article, json!({"title": "One"})).await;
    publication(&dock, &one, json!({})).await;
    dock.outcome(&dock.fork("main", "sandbox", "").await).await;
    dock.put("/maintenance-mode/activate").await;
    dock.clock.advance(HOUR);
    assert_eq!(state(&dock, "main", &one).await, "draft - 10:00 -");
    assert_eq!(state(&dock, "sandbox", &one).await, "published 10:00 - -");
    dock.clock.advance(HOUR);
    dock.put("/maintenance-mode/deactivate").await;
    assert_eq!(state(&dock, "main", &one).await, "published 11:00 - -");
}

#[tokio::test]
async fn a_schedule_outlives_the_process() {
    let directory = tempfile::tempdir().unwrap();
    let clock = ManualClock::at(Timestamp::parse("2026-01-05T09:00:00.000Z").unwrap());
    let options = || Options {
        storage: Storage::Directory(directory.path().to_owned()),
        project: Project::Blank,
        rate_limit: None,
        clock: clock.clock(),
        ..Options::default()
    };
    let one = {
        let dock = Dock::over(Drydock::open(options()).unwrap(), clock.clone());
        let article = articles(&dock).await;
        let one = item(&dock, &article, json!({"title": "One"})).await;
        publication(&dock, &one, json!({})).await;
        one
    };
    clock.advance(2 * HOUR);
    let dock = Dock::over(Drydock::open(options()).unwrap(), clock.clone());
    assert_eq!(state(&dock, "main", &one).await, "published 11:00 - -");
}

#[tokio::test]
async fn what_happens_on_schedule_is_delivered_and_builds_the_site() {
    let dock = Dock::blank();
    let listener = Listener::start().await;
    let events = json!([{"entity_type": "item", "event_types": ["publish", "unpublish"]}]);
    let hook = json!({"name": "Hook", "url": listener.url("/hook"), "events": events,
        "custom_payload": null, "headers": {}, "http_basic_user": null, "http_basic_password": null});
    dock.call("POST", "/webhooks", Some(&document("webhook", hook)))
        .await;
    let builder = Listener::start().await;
    let trigger = json!({"name": "Site", "adapter": "custom", "frontend_url": null,
        "adapter_settings": {"trigger_url": builder.url("/build"), "headers": {}, "payload": {}},
        "autotrigger_on_scheduled_publications": true});
    dock.call(
        "POST",
        "/build-triggers",
        Some(&document("build_trigger", trigger)),
    )
    .await;
    let article = articles(&dock).await;
    let one = item(&dock, &article, json!({"title": "One"})).await;
    publication(&dock, &one, json!({})).await;
    dock.clock.advance(HOUR);
    dock.get("/site").await;
    let delivered = listener.next().await;
    assert!(
        delivered.contains(r#""event_type":"publish""#),
        "{delivered}"
    );
    assert!(delivered.contains(&one), "{delivered}");
    assert!(builder.next().await.starts_with("POST /build "));
}

#[tokio::test]
async fn a_schedule_that_the_rules_refuse_is_forgotten() {
    let dock = Dock::blank();
    let article = model(
        &dock,
        "article",
        json!({"draft_mode_active": true, "draft_saving_active": true}),
    )
    .await;
    content::required_field(&dock, &article, "title", "string").await;
    let one = item(&dock, &article, json!({"title": "One"})).await;
    publication(&dock, &one, json!({})).await;
    assert_eq!(update(&dock, &one, json!({"title": ""})).await.status, 200);
    dock.clock.advance(HOUR);
    assert_eq!(state(&dock, "main", &one).await, "draft - - -");
}

#[tokio::test]
async fn records_are_found_by_what_is_scheduled() {
    let dock = Dock::blank();
    let article = articles(&dock).await;
    let one = item(&dock, &article, json!({"title": "One"})).await;
    let two = item(&dock, &article, json!({"title": "Two"})).await;
    item(&dock, &article, json!({"title": "Three"})).await;
    publication(&dock, &two, json!({})).await;
    schedule(
        &dock,
        &one,
        "publication",
        "2026-01-06T10:00:00Z",
        json!({}),
    )
    .await;
    let scheduled = dock
        .get(
            "/items?filter[fields][_publication_scheduled_at][exists]=true&filter[type]=article\
              &order_by=_publication_scheduled_at_ASC",
        )
        .await;
    assert_eq!(content::column(&scheduled, "id"), [json!(two), json!(one)]);
    let later = dock
        .get("/items?filter[fields][_publication_scheduled_at][gt]=2026-01-05T12:00:00Z")
        .await;
    assert_eq!(content::column(&later, "id"), [json!(one)]);
}

#[tokio::test]
async fn what_cannot_be_scheduled_is_refused_by_name() {
    let dock = Dock::blank();
    let article = articles(&dock).await;
    let one = item(&dock, &article, json!({"title": "One"})).await;
    let past = schedule(
        &dock,
        &one,
        "publication",
        "2026-01-05T09:00:00Z",
        json!({}),
    )
    .await;
    assert_eq!(
        past.details(),
        &json!({"field": "publication_scheduled_at", "code": "VALIDATION_INVALID"})
    );
    let never = schedule(&dock, &one, "unpublishing", "soon", json!({})).await;
    assert_eq!(never.brief(), "422 INVALID_FORMAT");
    let locale = json!({"content_in_locales": ["xx"], "non_localized_content": true});
    let locale = publication(&dock, &one, json!({ "selective_publication": locale })).await;
    assert_eq!(
        locale.details(),
        &json!({"field": "selective_publication", "code": "INVALID_LOCALES"})
    );
    publication(&dock, &one, json!({})).await;
    let twice = publication(&dock, &one, json!({})).await;
    assert_eq!(
        twice.details(),
        &json!({"field": "item", "code": "VALIDATION_UNIQUENESS"})
    );
    assert_eq!(
        publication(&dock, "nothing", json!({})).await.brief(),
        "404 NOT_FOUND"
    );
    let path = format!("/items/{one}/scheduled-unpublishing");
    assert_eq!(
        dock.call("DELETE", &path, None).await.brief(),
        "404 NOT_FOUND"
    );

    let path = format!("/items/{one}/scheduled-publication");
    let refused = dock
        .call_as(&dock.tokens.read, None, "DELETE", &path, None)
        .await;
    assert_eq!(refused.brief(), "403 INSUFFICIENT_PERMISSIONS");
}

#[tokio::test]
async fn the_state_of_a_record_names_what_is_scheduled_and_what_is_invalid() {
    let dock = Dock::blank();
    set_locales(&dock, &["en", "it"]).await;
    let article = model(
        &dock,
        "article",
        json!({"draft_mode_active": true, "draft_saving_active": true}),
    )
    .await;
    let title = json!({"localized": true, "validators": {"required": {}}});
    field(&dock, &article, "title", "string", title).await;
    field(&dock, &article, "code", "string", json!({})).await;
    let one = item(
        &dock,
        &article,
        json!({"title": {"en": "One"}, "code": "a"}),
    )
    .await;
    dock.put(&format!("/items/{one}/publish")).await;
    update(
        &dock,
        &one,
        json!({"title": {"en": "First", "it": ""}, "code": "a"}),
    )
    .await;
    publication(&dock, &one, json!({})).await;
    let state = dock
        .get(&format!("/items/{one}/current-vs-published-state"))
        .await;
    assert_eq!(
        state.data()["attributes"],
        json!({ "added_locales": [ "it" ], "changed_locales": [ "en" ], "current_version_invalid_locales": [ "it" ], "current_version_locales": [ "en", "it" ], "current_version_non_localized_fields_invalid": false, "non_localized_fields_changed": false, "published_version_locales": [ "en" ], "removed_locales": [] })
    );
    let kinds = content_types(&state);
    assert_eq!(kinds, ["scheduled_publication", "item_version"]);
    let relationships = &state.data()["relationships"];
    assert_eq!(relationships["scheduled_unpublishing"]["data"], Value::Null);
    assert_eq!(
        relationships["published_version"]["data"]["id"],
        state.body["included"][1]["id"]
    );
}

/// Types of the entities included.
fn content_types(reply: &Reply) -> Vec<&str> {
    let included = reply.body["included"].as_array().unwrap().iter();
    included
        .map(|entity| entity["type"].as_str().unwrap())
        .collect()
}
