//! Old versions that are made current again are judged as what they are now: by today's rules.

use serde_json::{Value, json};

use crate::content::{document, field, item, model, new_block, set_locales, update};
use crate::support::Dock;

/// Restores the oldest version of a record; the job's outcome.
async fn restore_first(dock: &Dock, item: &str) -> Value {
    let versions = dock.get(&format!("/items/{item}/versions")).await;
    let first = versions.data().as_array().unwrap().last().unwrap()["id"].clone();
    let path = format!("/versions/{}/restore", first.as_str().unwrap());
    dock.outcome(&dock.call("POST", &path, None).await).await
}

fn code(outcome: &Value) -> &str {
    let details = &outcome["payload"]["data"][0]["attributes"]["details"];
    details["code"].as_str().unwrap_or_default()
}

async fn change(dock: &Dock, kind: &str, path: &str, attributes: Value) {
    let job = dock
        .call("PUT", path, Some(&document(kind, attributes)))
        .await;
    assert_eq!(dock.outcome(&job).await["status"], 200);
}

#[tokio::test]
async fn a_version_without_what_is_demanded_by_now() {
    let dock = Dock::blank();
    let page = model(&dock, "page", json!({})).await;
    let title = field(&dock, &page, "title", "string", json!({})).await;
    let one = item(&dock, &page, json!({})).await;
    update(&dock, &one, json!({"title": "Filled in"})).await;
    let path = format!("/fields/{}", title["id"].as_str().unwrap());
    change(
        &dock,
        "field",
        &path,
        json!({"validators": {"required": {}}}),
    )
    .await;
    assert_eq!(
        code(&restore_first(&dock, &one).await),
        "VALIDATION_REQUIRED"
    );
    let now = dock.get(&format!("/items/{one}")).await;
    assert_eq!(now.data()["attributes"]["title"], "Filled in");
}

#[tokio::test]
async fn a_version_with_a_block_that_is_no_longer_allowed() {
    let dock = Dock::blank();
    let hero = model(&dock, "hero", json!({"modular_block": true})).await;
    let quote = model(&dock, "quote", json!({"modular_block": true})).await;
    let page = model(&dock, "page", json!({})).await;
    let allowing =
        |blocks: Value| json!({"validators": {"rich_text_blocks": {"item_types": blocks}}});
    let both = allowing(json!([hero, quote]));
    let body = field(&dock, &page, "body", "rich_text", both).await;
    let blocks = json!([new_block(&quote, json!({}))]);
    let one = item(&dock, &page, json!({"body": blocks})).await;
    update(&dock, &one, json!({"body": []})).await;
    let path = format!("/fields/{}", body["id"].as_str().unwrap());
    change(&dock, "field", &path, allowing(json!([hero]))).await;
    assert_eq!(
        code(&restore_first(&dock, &one).await),
        "VALIDATION_INVALID_BLOCK_MODEL"
    );
}

#[tokio::test]
async fn a_version_with_a_link_to_a_record_that_is_gone() {
    let dock = Dock::blank();
    let target = model(&dock, "target", json!({})).await;
    let page = model(&dock, "page", json!({})).await;
    let rules = json!({"validators": {"item_item_type": {"item_types": [target]}}});
    field(&dock, &page, "about", "link", rules).await;
    let linked = item(&dock, &target, json!({})).await;
    let one = item(&dock, &page, json!({"about": linked})).await;
    update(&dock, &one, json!({"about": null})).await;
    let job = dock.call("DELETE", &format!("/items/{linked}"), None).await;
    assert_eq!(dock.outcome(&job).await["status"], 200);
    assert_eq!(
        code(&restore_first(&dock, &one).await),
        "VALIDATION_ITEM_ITEM_TYPE"
    );
}

#[tokio::test]
async fn a_version_without_a_locale_that_is_demanded_by_now() {
    let dock = Dock::blank();
    set_locales(&dock, &["en", "it"]).await;
    let page = model(&dock, "page", json!({})).await;
    field(&dock, &page, "title", "string", json!({"localized": true})).await;
    let one = item(&dock, &page, json!({"title": {"en": "One"}})).await;
    update(&dock, &one, json!({"title": {"en": "One", "it": "Uno"}})).await;
    let path = format!("/item-types/{page}");
    change(
        &dock,
        "item_type",
        &path,
        json!({"all_locales_required": true}),
    )
    .await;
    assert_eq!(code(&restore_first(&dock, &one).await), "INVALID_LOCALES");
}
