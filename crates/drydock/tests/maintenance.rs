//! Maintenance mode and editing sessions.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a failure here fails the test"
)]

mod support;

use std::time::Duration;

use serde_json::{Value, json};
use support::{Dock, Reply};

fn rename_site() -> Value {
    json!({"data": {"type": "site", "attributes": {"timezone": "Europe/Rome"}}})
}

async fn write_in(dock: &Dock, environment: Option<&str>) -> String {
    dock.call_as(
        &dock.tokens.full,
        environment,
        "PUT",
        "/site",
        Some(&rename_site()),
    )
    .await
    .brief()
    .split(' ')
    .take(2)
    .collect::<Vec<_>>()
    .join(" ")
}

fn active(reply: &Reply) -> &Value {
    &reply.data()["attributes"]["active"]
}

#[tokio::test]
async fn the_primary_is_read_only_and_nothing_else_is() {
    let dock = Dock::blank();
    dock.outcome(&dock.fork("main", "sandbox", "").await).await;
    assert_eq!(active(&dock.get("/maintenance-mode").await), false);
    assert_eq!(active(&dock.put("/maintenance-mode/activate").await), true);
    assert_eq!(
        active(&dock.put("/maintenance-mode/activate").await),
        true,
        "twice is no error"
    );
    assert_eq!(write_in(&dock, None).await, "422 MAINTENANCE_MODE");
    assert_eq!(write_in(&dock, Some("main")).await, "422 MAINTENANCE_MODE");
    assert_eq!(write_in(&dock, Some("sandbox")).await, "202 job");
    assert_eq!(dock.get("/site").await.status, 200);
    let fork = dock.fork("main", "during", "").await;
    assert_eq!(
        dock.outcome(&fork).await["status"],
        201,
        "environments can be forked meanwhile"
    );
    assert_eq!(
        active(&dock.put("/maintenance-mode/deactivate").await),
        false
    );
    assert_eq!(write_in(&dock, None).await, "202 job");
}

#[tokio::test]
async fn after_a_promote_it_protects_the_new_primary() {
    let dock = Dock::blank();
    dock.outcome(&dock.fork("main", "candidate", "").await)
        .await;
    dock.put("/maintenance-mode/activate").await;
    dock.put("/environments/candidate/promote").await;
    assert_eq!(
        active(&dock.get("/maintenance-mode").await),
        true,
        "a promote does not end it"
    );
    assert_eq!(write_in(&dock, None).await, "422 MAINTENANCE_MODE");
    assert_eq!(
        write_in(&dock, Some("main")).await,
        "202 job",
        "the old primary is a sandbox now"
    );
}

#[tokio::test]
async fn it_needs_the_permission_to_promote() {
    let dock = Dock::blank();
    let refused = dock
        .call_as(
            &dock.tokens.editor,
            None,
            "PUT",
            "/maintenance-mode/activate",
            None,
        )
        .await;
    assert_eq!(
        (refused.brief().as_str(), refused.details()),
        (
            "403 INSUFFICIENT_PERMISSIONS",
            &json!({"required": "can_promote_environments"})
        )
    );
    assert_eq!(
        active(
            &dock
                .call_as(&dock.tokens.editor, None, "GET", "/maintenance-mode", None)
                .await
        ),
        false
    );
}

/// A model with one record; its id.
async fn record(dock: &Dock) -> String {
    let model =
        json!({"data": {"type": "item_type", "attributes": {"name": "Note", "api_key": "note"}}});
    let model = dock.call("POST", "/item-types", Some(&model)).await;
    let item_type = json!({"data": {"type": "item_type", "id": model.data()["id"]}});
    let item = json!({"data": {"type": "item", "attributes": {}, "relationships": {"item_type": item_type}}});
    let item = dock.call("POST", "/items", Some(&item)).await;
    assert_eq!(item.status, 201, "{}", item.body);
    item.data()["id"].as_str().unwrap().to_owned()
}

fn session(kind: &str, item: &str) -> Value {
    json!({"data": {"type": format!("editing_session_{kind}"), "relationships": {"item": {"data": {"type": "item", "id": item}}}}})
}

#[tokio::test]
async fn people_who_edit_are_not_interrupted_unless_forced() {
    let dock = Dock::blank();
    let item = record(&dock).await;
    let editor = dock.tokens.editor.clone();
    let entered = dock
        .call_as(
            &editor,
            None,
            "PUT",
            "/editing-sessions/s1",
            Some(&session("enter_item", &item)),
        )
        .await;
    assert_eq!(entered.brief(), "200 editing_session s1");
    assert_eq!(
        entered.data()["relationships"]["active_item"]["data"]["id"],
        item.as_str()
    );
    assert_eq!(
        dock.put("/maintenance-mode/activate").await.brief(),
        "422 ACTIVE_EDITING_SESSIONS"
    );
    assert_eq!(
        dock.fork("main", "fast", "?fast=true").await.brief(),
        "422 ACTIVE_EDITING_SESSIONS"
    );
    assert_eq!(active(&dock.get("/maintenance-mode").await), false);
    assert_eq!(
        active(&dock.put("/maintenance-mode/activate?force=true").await),
        true
    );
    let fast = dock.fork("main", "fast", "?fast=true&force=true").await;
    assert_eq!(dock.outcome(&fast).await["status"], 201);
}

#[tokio::test]
async fn a_session_ends_when_nothing_is_heard_of_it() {
    let dock = Dock::blank();
    let item = record(&dock).await;
    dock.call(
        "PUT",
        "/editing-sessions/s1",
        Some(&session("enter_item", &item)),
    )
    .await;
    dock.clock.advance(Duration::from_mins(1));
    dock.call(
        "PUT",
        "/editing-sessions/s1",
        Some(&session("enter_item", &item)),
    )
    .await;
    dock.clock.advance(Duration::from_secs(90));
    assert_eq!(
        dock.get("/editing-sessions").await.brief(),
        "200 1 entities"
    );
    dock.clock.advance(Duration::from_secs(31));
    assert_eq!(
        dock.get("/editing-sessions").await.brief(),
        "200 0 entities"
    );
    assert_eq!(active(&dock.put("/maintenance-mode/activate").await), true);
}

#[tokio::test]
async fn a_lock_is_one_persons_until_it_is_taken_over() {
    let dock = Dock::blank();
    let item = record(&dock).await;
    let editor = dock.tokens.editor.clone();
    let lock = dock
        .call_as(
            &editor,
            None,
            "PUT",
            "/editing-sessions/e",
            Some(&session("lock_item", &item)),
        )
        .await;
    assert!(lock.data()["attributes"]["locked_at"].is_string());
    let second = dock
        .call(
            "PUT",
            "/editing-sessions/a",
            Some(&session("lock_item", &item)),
        )
        .await;
    assert_eq!(second.brief(), "422 ITEM_LOCKED");
    let entered = dock
        .call(
            "PUT",
            "/editing-sessions/a",
            Some(&session("enter_item", &item)),
        )
        .await;
    assert_eq!(entered.data()["attributes"]["locked_at"], Value::Null);
    let foreign = dock
        .call(
            "PUT",
            "/editing-sessions/e",
            Some(&session("enter_item", &item)),
        )
        .await;
    assert_eq!(
        foreign.brief(),
        "403 INSUFFICIENT_PERMISSIONS",
        "a session belongs to its editor"
    );
    let taken = dock
        .call(
            "PUT",
            "/editing-sessions/a",
            Some(&session("take_over_item", &item)),
        )
        .await;
    assert!(taken.data()["attributes"]["locked_at"].is_string());
    let unlock = json!({"data": {"type": "editing_session_unlock_item"}});
    let unlocked = dock.call("PUT", "/editing-sessions/a", Some(&unlock)).await;
    assert_eq!(unlocked.data()["attributes"]["locked_at"], Value::Null);
    assert_eq!(
        dock.call("DELETE", "/editing-sessions/a", None)
            .await
            .brief(),
        "200 editing_session a"
    );
    assert_eq!(
        dock.call("DELETE", "/editing-sessions/a", None)
            .await
            .brief(),
        "404 NOT_FOUND"
    );
}
