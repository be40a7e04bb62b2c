//! Plugins.

#[path = "support/content.rs"]
mod content;
mod support;

use content::{document, field, id, model};
use serde_json::{Value, json};
use support::Dock;

#[tokio::test]
async fn the_life_of_a_private_plugin() {
    let dock = Dock::blank();
    let attributes = json!({"name": "Slipway", "url": "http://127.0.0.1:4001/", "permissions": ["currentUserAccessToken"]});
    let created = dock
        .call("POST", "/plugins", Some(&document("plugin", attributes)))
        .await;
    assert_eq!(created.status, 201, "{}", created.body);
    assert_eq!(
        created.data()["attributes"]["parameters"],
        json!({}),
        "parameters are set later"
    );
    assert_eq!(created.data()["meta"], json!({"version": "2"}));
    let path = format!("/plugins/{}", id(&created));
    let set = dock
        .call(
            "PUT",
            &path,
            Some(&document(
                "plugin",
                json!({"parameters": {"ledger": "schema_migration"}}),
            )),
        )
        .await;
    assert_eq!(
        set.data()["attributes"]["parameters"],
        json!({"ledger": "schema_migration"})
    );
    assert_eq!(set.data()["attributes"]["name"], "Slipway");
    let large = json!({"parameters": {"text": "x".repeat(11_000)}});
    let refused = dock
        .call("PUT", &path, Some(&document("plugin", large)))
        .await;
    assert_eq!(
        refused.details(),
        &json!({"field": "parameters", "code": "VALIDATION_LENGTH"})
    );
    let unknown = document(
        "plugin",
        json!({"name": "x", "url": "http://x.invalid", "permissions": ["everything"]}),
    );
    assert_eq!(
        dock.call("POST", "/plugins", Some(&unknown)).await.brief(),
        "422 INVALID_FORMAT"
    );
    let script = document("plugin", json!({"name": "x", "url": "javascript:alert(1)"}));
    assert_eq!(
        dock.call("POST", "/plugins", Some(&script)).await.details()["field"],
        "url"
    );
}

#[tokio::test]
async fn plugins_belong_to_their_environment() {
    let dock = Dock::blank();
    let created = dock
        .call(
            "POST",
            "/plugins",
            Some(&document(
                "plugin",
                json!({"name": "P", "url": "http://p.invalid/"}),
            )),
        )
        .await;
    dock.outcome(&dock.fork("main", "sandbox", "").await).await;
    let path = format!("/plugins/{}", id(&created));
    dock.call(
        "PUT",
        &path,
        Some(&document("plugin", json!({"parameters": {"a": 1}}))),
    )
    .await;
    let there = dock
        .call_as(&dock.tokens.full, Some("sandbox"), "GET", &path, None)
        .await;
    assert_eq!(there.data()["attributes"]["parameters"], json!({}));
}

#[tokio::test]
async fn fields_outlive_the_plugin_that_edits_them() {
    let dock = Dock::blank();
    let created = dock
        .call(
            "POST",
            "/plugins",
            Some(&document(
                "plugin",
                json!({"package_name": "datocms-plugin-tag-editor"}),
            )),
        )
        .await;
    assert_eq!(created.status, 201, "{}", created.body);
    let plugin = id(&created);
    let article = model(&dock, "article", json!({})).await;
    let appearance =
        json!({"editor": plugin, "field_extension": "tags", "parameters": {}, "addons": []});
    field(
        &dock,
        &article,
        "tags",
        "string",
        json!({"appearance": appearance}),
    )
    .await;
    let used = dock.get(&format!("/plugins/{plugin}/fields")).await;
    assert_eq!(content::column(&used, "api_key"), ["tags"]);
    assert_eq!(
        dock.call("DELETE", &format!("/plugins/{plugin}"), None)
            .await
            .status,
        200
    );
    let field = dock.get("/fields/article::tags").await;
    assert_eq!(
        field.data()["attributes"]["appearance"]["editor"],
        "single_line"
    );
}

#[tokio::test]
async fn a_plugin_is_of_the_marketplace_or_of_ones_own() {
    let dock = Dock::blank();
    let create = async |attributes: Value| {
        let body = document("plugin", attributes);
        dock.call("POST", "/plugins", Some(&body)).await
    };
    let both = json!({"package_name": "datocms-plugin-a", "name": "A", "url": "http://a.invalid/"});
    assert_eq!(
        create(both).await.details(),
        &json!({"field": "url", "code": "VALIDATION_INVALID"})
    );
    let made = create(json!({"package_name": "datocms-plugin-a"})).await;
    let path = format!("/plugins/{}", id(&made));
    let update = async |attributes: Value| {
        let body = document("plugin", attributes);
        dock.call("PUT", &path, Some(&body)).await
    };
    update(json!({"parameters": {"a": 1}})).await;
    let newer = update(json!({"package_version": "2.0.0"})).await;
    assert_eq!(newer.data()["attributes"]["package_version"], "2.0.0");
    // A client sends back all it has read: the same address is no change.
    let same = update(json!({"url": newer.data()["attributes"]["url"], "name": "Other"})).await;
    assert_eq!(
        same.data()["attributes"]["package_name"],
        "datocms-plugin-a"
    );
    let own = update(json!({"url": "http://a.invalid/"})).await;
    let attributes = &own.data()["attributes"];
    assert_eq!(attributes["package_name"], Value::Null);
    assert_eq!(attributes["package_version"], Value::Null);
    assert_eq!(attributes["parameters"], json!({"a": 1}));
    let refused = update(json!({"package_version": "3.0.0"})).await;
    assert_eq!(refused.details()["field"], "package_version");
}
