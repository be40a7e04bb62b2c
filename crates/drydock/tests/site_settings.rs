//! What a project opts into, and the settings that follow its locales.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a failure here fails the test"
)]

#[path = "support/content.rs"]
mod content;
mod support;

use content::{document, set_locales};
use serde_json::{Value, json};
use support::Dock;

#[tokio::test]
async fn drafts_become_the_default_of_new_models() {
    let dock = Dock::blank();
    let model =
        |api_key: &str| document("item_type", json!({ "name": api_key, "api_key": api_key }));
    let before = dock
        .call("POST", "/item-types", Some(&model("before")))
        .await;
    assert_eq!(before.data()["attributes"]["draft_mode_active"], false);
    let site = dock.put("/site/activate-draft-mode-as-default").await;
    assert_eq!(site.data()["meta"]["draft_mode_default"], true);
    let after = dock
        .call("POST", "/item-types", Some(&model("after")))
        .await;
    assert_eq!(after.data()["attributes"]["draft_mode_active"], true);
}

#[tokio::test]
async fn opting_in_again_changes_nothing() {
    let dock = Dock::blank();
    let before = dock.get("/site").await;
    for name in [
        "improved-boolean-fields",
        "improved-items-listing",
        "non-localized-focal-points",
    ] {
        let after = dock.put(&format!("/site/activate-{name}")).await;
        assert_eq!(after.status, 200, "{name}");
        assert_eq!(after.data()["meta"], before.data()["meta"], "{name}");
    }
    let job = dock
        .put("/site/activate-improved-timezone-management")
        .await;
    let outcome = dock.outcome(&job).await;
    assert_eq!(outcome["payload"]["data"]["meta"], before.data()["meta"]);
    let read = dock.tokens.read.clone();
    let path = "/site/activate-improved-boolean-fields";
    let refused = dock.call_as(&read, None, "PUT", path, None).await;
    assert_eq!(refused.brief(), "403 INSUFFICIENT_PERMISSIONS");
}

#[tokio::test]
async fn the_defaults_of_asset_addresses_are_kept() {
    let dock = Dock::blank();
    let path = "/site/assets-cdn-default-settings";
    let body = |settings: Value| {
        document(
            "assets-cdn-default-settings",
            json!({ "assets_cdn_default_settings": settings }),
        )
    };
    let settings = json!({ "image": { "q": 80, "auto": ["format"] }, "video": {} });
    let changed = dock.call("PUT", path, Some(&body(settings.clone()))).await;
    assert_eq!(
        changed.data()["attributes"]["assets_cdn_default_settings"],
        json!({ "image": settings["image"], "video": {} })
    );
    for wrong in [json!(null), json!({ "audio": {} }), json!({ "image": 80 })] {
        let refused = dock.call("PUT", path, Some(&body(wrong))).await;
        assert_eq!(refused.brief(), "422 INVALID_FORMAT");
    }
}

#[tokio::test]
async fn seo_defaults_are_one_or_one_a_locale() {
    let dock = Dock::blank();
    let seo = json!({ "site_name": "Kiln", "title_suffix": null });
    let body = document("site", json!({ "global_seo": seo }));
    let job = dock.call("PUT", "/site", Some(&body)).await;
    assert_eq!(dock.outcome(&job).await["status"], 200);
    let shown = async || dock.get("/site").await.data()["attributes"]["global_seo"].clone();
    assert_eq!(shown().await, seo);
    set_locales(&dock, &["en", "it"]).await;
    assert_eq!(shown().await, json!({ "en": seo, "it": null }));
    // What was read can be sent back.
    let body = document("site", json!({ "global_seo": shown().await }));
    let job = dock.call("PUT", "/site", Some(&body)).await;
    assert_eq!(dock.outcome(&job).await["status"], 200);
    set_locales(&dock, &["en"]).await;
    assert_eq!(shown().await, seo);
}
