//! The navigation bar, the schema menu and saved views.

#![expect(clippy::unwrap_used, reason = "a helper of tests fails by panicking")]

#[path = "support/content.rs"]
mod content;
mod support;

use content::{document, id, model};
use serde_json::{Value, json};
use support::Dock;

async fn entry(dock: &Dock, label: &str, parent: Option<&str>) -> String {
    let parent = parent.map_or(Value::Null, |id| json!({"type": "menu_item", "id": id}));
    let body = json!({"data": {"type": "menu_item", "attributes": {"label": label}, "relationships": {"parent": {"data": parent}}}});
    let reply = dock.call("POST", "/menu-items", Some(&body)).await;
    assert_eq!(reply.status, 201, "{}", reply.body);
    id(&reply)
}

async fn labels(dock: &Dock) -> Vec<String> {
    let reply = dock.get("/menu-items").await;
    let mut labels: Vec<String> = reply
        .data()
        .as_array()
        .unwrap()
        .iter()
        .map(|item| {
            format!(
                "{} {}",
                item["attributes"]["position"],
                item["attributes"]["label"].as_str().unwrap()
            )
        })
        .collect();
    labels.sort();
    labels
}

#[tokio::test]
async fn entries_move_and_nest() {
    let dock = Dock::blank();
    let group = entry(&dock, "Group", None).await;
    let child = entry(&dock, "Child", Some(&group)).await;
    entry(&dock, "Other", None).await;
    let shown = dock.get(&format!("/menu-items/{group}")).await;
    assert_eq!(
        shown.data()["relationships"]["children"]["data"],
        json!([{"type": "menu_item", "id": child}])
    );
    let below_itself = json!({"data": {"type": "menu_item", "relationships": {"parent": {"data": {"type": "menu_item", "id": child}}}}});
    let refused = dock
        .call("PUT", &format!("/menu-items/{group}"), Some(&below_itself))
        .await;
    assert_eq!(refused.details()["code"], "INVALID_PARENT");
    let up = json!({"data": [{"type": "menu_item", "id": child, "attributes": {"position": 1}, "relationships": {"parent": {"data": null}}}]});
    let job = dock.call("POST", "/menu-items/reorder", Some(&up)).await;
    assert_eq!(dock.outcome(&job).await["status"], 200);
    assert_eq!(labels(&dock).await, ["1 Child", "2 Group", "3 Other"]);
    let gone = dock
        .call("DELETE", &format!("/menu-items/{child}"), None)
        .await;
    assert_eq!(gone.data()["attributes"]["label"], "Child");
    assert_eq!(labels(&dock).await, ["1 Group", "2 Other"]);
}

#[tokio::test]
async fn schema_entries_of_models_come_and_go_with_them() {
    let dock = Dock::blank();
    model(&dock, "article", json!({})).await;
    let listed = dock.get("/schema-menu-items").await;
    let entry = listed.data()[0]["id"].as_str().unwrap().to_owned();
    let refused = dock
        .call("DELETE", &format!("/schema-menu-items/{entry}"), None)
        .await;
    assert_eq!(
        refused.brief(),
        "422 CANNOT_CREATE_OR_DESTROY_SCHEMA_MENU_ITEM_LINKED_TO_ITEM_TYPE"
    );
    let group = dock
        .call(
            "POST",
            "/schema-menu-items",
            Some(&document(
                "schema_menu_item",
                json!({"label": "Texts", "kind": "item_type"}),
            )),
        )
        .await;
    assert_eq!(group.status, 201, "{}", group.body);
    let into = json!({"data": {"type": "schema_menu_item", "relationships": {"parent": {"data": {"type": "schema_menu_item", "id": id(&group)}}}}});
    assert_eq!(
        dock.call("PUT", &format!("/schema-menu-items/{entry}"), Some(&into))
            .await
            .status,
        200
    );
    dock.call(
        "DELETE",
        &format!("/schema-menu-items/{}", id(&group)),
        None,
    )
    .await;
    let left = dock.get(&format!("/schema-menu-items/{entry}")).await;
    assert_eq!(
        left.data()["relationships"]["parent"]["data"],
        Value::Null,
        "a model's entry outlives its group"
    );
}

#[tokio::test]
async fn saved_views() {
    let dock = Dock::blank();
    let article = model(&dock, "article", json!({})).await;
    let view = json!({"data": {"type": "item_type_filter", "attributes": {"name": "Drafts", "filter": {"query": "x"}, "shared": true},
        "relationships": {"item_type": {"data": {"type": "item_type", "id": article}}}}});
    let created = dock.call("POST", "/item-type-filters", Some(&view)).await;
    assert_eq!(created.status, 201, "{}", created.body);
    let editor = dock
        .call_as(
            &dock.tokens.read,
            None,
            "POST",
            "/item-type-filters",
            Some(&view),
        )
        .await;
    assert_eq!(
        editor.brief(),
        "403 INSUFFICIENT_PERMISSIONS",
        "shared views take a permission"
    );
    let renamed = dock
        .call(
            "PUT",
            &format!("/item-type-filters/{}", id(&created)),
            Some(&document("item_type_filter", json!({"name": "Mine"}))),
        )
        .await;
    assert_eq!(
        renamed.data()["attributes"]["filter"],
        json!({"query": "x"})
    );
    let uploads = dock
        .call(
            "POST",
            "/upload-filters",
            Some(&document(
                "upload_filter",
                json!({"name": "Big", "filter": {}, "shared": false}),
            )),
        )
        .await;
    assert_eq!(uploads.status, 201, "{}", uploads.body);
    let job = dock.call("DELETE", "/item-types/article", None).await;
    dock.outcome(&job).await;
    assert_eq!(
        dock.get("/item-type-filters").await.data(),
        &json!([]),
        "views go with their model"
    );
}
