//! What the schema refuses: models, fields, their appearance and defaults.

#![allow(clippy::too_many_lines, reason = "tables, one entry a case")]

use crate::content::{document, field, id, item, model, new_item, set_locales, try_field};
use crate::support::Dock;
use serde_json::{Value, json};

/// The `field` and `code` of a refusal, or the status of what was not refused.
fn refusal(status: &Value, error: &Value) -> String {
    let attributes = &error["data"][0]["attributes"];
    let details = &attributes["details"];
    match attributes["code"].as_str() {
        None => status.to_string(),
        Some("INVALID_FIELD") => format!(
            "{} {}",
            details["field"].as_str().unwrap_or("-"),
            details["code"].as_str().unwrap_or("-")
        ),
        Some(code) => code.to_owned(),
    }
}

async fn change_model(dock: &Dock, id: &str, data: Value) -> String {
    let job = dock
        .call(
            "PUT",
            &format!("/item-types/{id}"),
            Some(&json!({ "data": data })),
        )
        .await;
    let outcome = dock.outcome(&job).await;
    refusal(&outcome["status"], &outcome["payload"])
}

async fn change_field(dock: &Dock, id: &Value, attributes: Value) -> Value {
    let path = format!("/fields/{}", id.as_str().unwrap());
    let job = dock
        .call("PUT", &path, Some(&document("field", attributes)))
        .await;
    dock.outcome(&job).await
}

#[tokio::test]
async fn models() {
    let dock = Dock::blank();
    model(&dock, "article", json!({})).await;
    for (attributes, expected) in [
        (json!({ "name": "A", "api_key": "blog_post" }), "201"),
        (json!({ "name": "A" }), "INVALID_FORMAT"),
        (json!({ "api_key": "a" }), "INVALID_FORMAT"),
        (
            json!({ "name": " ", "api_key": "a" }),
            "name VALIDATION_INVALID",
        ),
        (
            json!({ "name": "A", "api_key": "Article" }),
            "api_key VALIDATION_FORMAT",
        ),
        (
            json!({ "name": "A", "api_key": "an article" }),
            "api_key VALIDATION_FORMAT",
        ),
        (
            json!({ "name": "A", "api_key": "1st" }),
            "api_key VALIDATION_FORMAT",
        ),
        (
            json!({ "name": "A", "api_key": "articles" }),
            "api_key VALIDATION_FORMAT",
        ),
        (
            json!({ "name": "A", "api_key": "site" }),
            "api_key VALIDATION_EXCLUSION",
        ),
        (
            json!({ "name": "A", "api_key": "article" }),
            "api_key VALIDATION_UNIQUENESS",
        ),
        (
            json!({ "name": "A", "api_key": "aa", "sortable": "yes" }),
            "INVALID_FORMAT",
        ),
        (
            json!({ "name": "A", "api_key": "ab", "sortable": true, "tree": true }),
            "tree VALIDATION_INVALID",
        ),
        (
            json!({ "name": "A", "api_key": "ac", "singleton": true, "sortable": true }),
            "singleton VALIDATION_INVALID",
        ),
        (
            json!({ "name": "A", "api_key": "ad", "singleton": true, "ordering_meta": "created_at" }),
            "INVALID_ORDERING_FOR_SINGLETON_ITEM_TYPE",
        ),
        (
            json!({ "name": "A", "api_key": "ae", "tree": true, "ordering_meta": "created_at" }),
            "INVALID_ORDERING_FOR_SORTABLE_ITEM_TYPE",
        ),
        (
            json!({ "name": "A", "api_key": "af", "ordering_meta": "position" }),
            "INVALID_FORMAT",
        ),
        (
            json!({ "name": "A", "api_key": "ag", "modular_block": true, "singleton": true }),
            "singleton VALIDATION_INVALID",
        ),
        (
            json!({ "name": "A", "api_key": "ah", "modular_block": true, "draft_mode_active": true }),
            "draft_mode_active VALIDATION_INVALID",
        ),
        (
            json!({ "name": "A", "api_key": "ai", "collection_appearance": "grid" }),
            "INVALID_FORMAT",
        ),
    ] {
        let body = document("item_type", attributes.clone());
        let reply = dock.call("POST", "/item-types", Some(&body)).await;
        let found = refusal(&json!(reply.status.as_u16()), &reply.body);
        assert_eq!(found, expected, "{attributes}: {}", reply.body);
        if expected == "api_key VALIDATION_UNIQUENESS" {
            assert_eq!(reply.details()["record_type"], "ItemType");
        }
    }
}

#[tokio::test]
async fn models_that_exist() {
    let dock = Dock::blank();
    let article = model(&dock, "article", json!({})).await;
    let other = model(&dock, "other", json!({})).await;
    let title = field(&dock, &article, "title", "string", json!({})).await;
    let photo = field(&dock, &article, "photo", "file", json!({})).await;
    let foreign = field(&dock, &other, "title", "string", json!({})).await;
    item(&dock, &article, json!({})).await;
    item(&dock, &article, json!({})).await;
    let relate = |name: &str, field: &Value| {
        let data = json!({ "type": "field", "id": field["id"] });
        json!({ "type": "item_type", "relationships": { name: { "data": data } } })
    };
    let set = |attributes: Value| json!({ "type": "item_type", "attributes": attributes });
    for (data, expected) in [
        (relate("title_field", &title), "200"),
        (relate("image_preview_field", &photo), "200"),
        (
            relate("title_field", &foreign),
            "title_field VALIDATION_INVALID",
        ),
        (
            relate("presentation_image_field", &foreign),
            "presentation_image_field VALIDATION_INVALID",
        ),
        (relate("ordering_field", &title), "200"),
        (
            relate("ordering_field", &photo),
            "ordering_field VALIDATION_INVALID",
        ),
        (
            set(json!({ "ordering_meta": "created_at" })),
            "INVALID_ORDERING",
        ),
        (
            set(json!({ "singleton": true })),
            "INVALID_ORDERING_FOR_SINGLETON_ITEM_TYPE",
        ),
        (
            set(json!({ "modular_block": true })),
            "KIND_CANNOT_BE_CHANGED",
        ),
        (
            set(json!({ "api_key": "other" })),
            "api_key VALIDATION_UNIQUENESS",
        ),
    ] {
        assert_eq!(
            change_model(&dock, &article, data.clone()).await,
            expected,
            "{data}"
        );
    }
    // Two records cannot be the single one.
    let unordered = json!({
        "type": "item_type", "attributes": { "singleton": true },
        "relationships": { "ordering_field": { "data": null } },
    });
    assert_eq!(
        change_model(&dock, &article, unordered).await,
        "singleton VALIDATION_INVALID"
    );
}

#[tokio::test]
async fn fields() {
    let dock = Dock::blank();
    let article = model(&dock, "article", json!({})).await;
    let other = model(&dock, "other", json!({})).await;
    let title = field(&dock, &article, "title", "string", json!({})).await;
    let foreign = field(&dock, &other, "name", "string", json!({})).await;
    let slug = |source: &Value| json!({ "validators": { "slug_title_field": { "title_field_id": source["id"] } } });
    let links =
        |models: Value| json!({ "validators": { "item_item_type": { "item_types": models } } });
    for (api_key, field_type, extra, expected) in [
        ("slug", "slug", slug(&title), "201"),
        (
            "slug_of_another",
            "slug",
            slug(&foreign),
            "validators VALIDATION_INVALID",
        ),
        ("id", "string", json!({}), "api_key VALIDATION_EXCLUSION"),
        (
            "position",
            "integer",
            json!({}),
            "api_key VALIDATION_EXCLUSION",
        ),
        (
            "created_at",
            "date",
            json!({}),
            "api_key VALIDATION_EXCLUSION",
        ),
        ("Title", "string", json!({}), "api_key VALIDATION_FORMAT"),
        ("a-b", "string", json!({}), "api_key VALIDATION_FORMAT"),
        (
            "title",
            "string",
            json!({ "label": "Another" }),
            "api_key VALIDATION_UNIQUENESS",
        ),
        (
            "second",
            "string",
            json!({ "label": "title" }),
            "CLASHING_FIELD_LABELS",
        ),
        ("unknown", "paragraph", json!({}), "INVALID_FORMAT"),
        (
            "flag",
            "boolean",
            json!({ "validators": { "required": {} } }),
            "validators VALIDATION_INVALID",
        ),
        ("link", "link", json!({}), "validators VALIDATION_REQUIRED"),
        ("link", "link", links(json!([other])), "201"),
        (
            "link_to_nothing",
            "link",
            links(json!(["missing"])),
            "validators VALIDATION_INVALID",
        ),
        ("hinted", "string", json!({ "hint": 5 }), "INVALID_FORMAT"),
        (
            "localized",
            "string",
            json!({ "localized": "yes" }),
            "INVALID_FORMAT",
        ),
    ] {
        let outcome = try_field(&dock, &article, api_key, field_type, extra).await;
        let found = refusal(&outcome["status"], &outcome["payload"]);
        assert_eq!(found, expected, "{api_key} {field_type}: {outcome}");
    }
}

#[tokio::test]
async fn appearances_and_defaults() {
    let dock = Dock::blank();
    let article = model(&dock, "article", json!({})).await;
    let appearance = |editor: &str, parameters: Value| json!({ "appearance": { "editor": editor, "parameters": parameters, "addons": [] } });
    let addon = json!({ "appearance": {
        "editor": "single_line", "parameters": {}, "addons": [{ "id": "missing", "parameters": {} }],
    } });
    let option = json!({ "options": [{ "label": "A", "value": "a" }] });
    let default = |value: Value| json!({ "default_value": value });
    for (number, (field_type, extra, expected)) in [
        (
            "string",
            appearance("single_line", json!({ "heading": true })),
            "201",
        ),
        (
            "string",
            appearance("single_line", json!({ "heading": 1 })),
            "appearance VALIDATION_INVALID",
        ),
        ("string", appearance("string_select", option.clone()), "201"),
        (
            "string",
            appearance("string_select", json!({})),
            "appearance VALIDATION_INVALID",
        ),
        (
            "string",
            appearance("markdown", json!({})),
            "appearance VALIDATION_INVALID",
        ),
        (
            "string",
            appearance("some_plugin", json!({})),
            "appearance VALIDATION_INVALID",
        ),
        (
            "string",
            json!({ "appearance": { "parameters": {} } }),
            "INVALID_FORMAT",
        ),
        ("string", addon, "appearance VALIDATION_INVALID"),
        ("json", appearance("string_multi_select", option), "201"),
        (
            "text",
            appearance("wysiwyg", json!({ "toolbar": ["bold"] })),
            "201",
        ),
        (
            "text",
            appearance("wysiwyg", json!({ "toolbar": ["dance"] })),
            "appearance VALIDATION_INVALID",
        ),
        ("string", default(json!("a")), "201"),
        (
            "string",
            default(json!(1)),
            "default_value VALIDATION_INVALID",
        ),
        ("integer", default(json!(1)), "201"),
        ("boolean", default(json!(true)), "201"),
        (
            "date",
            default(json!("today")),
            "default_value VALIDATION_INVALID",
        ),
        (
            "color",
            default(json!({ "red": 1, "green": 1, "blue": 1, "alpha": 1 })),
            "201",
        ),
        (
            "file",
            default(json!({ "upload_id": "u" })),
            "default_value VALIDATION_INVALID",
        ),
        ("gallery", default(json!([])), "INVALID_FORMAT"),
    ]
    .into_iter()
    .enumerate()
    {
        let api_key = format!("field_{number}");
        let outcome = try_field(&dock, &article, &api_key, field_type, extra.clone()).await;
        let found = refusal(&outcome["status"], &outcome["payload"]);
        assert_eq!(found, expected, "{field_type} {extra}: {outcome}");
    }
}

#[tokio::test]
async fn a_default_follows_the_localization_of_its_field() {
    let dock = Dock::blank();
    set_locales(&dock, &["en", "it"]).await;
    let article = model(&dock, "article", json!({})).await;
    let made = field(
        &dock,
        &article,
        "title",
        "string",
        json!({ "default_value": "A" }),
    )
    .await;
    let default =
        |outcome: &Value| outcome["payload"]["data"]["attributes"]["default_value"].clone();
    let localized = change_field(&dock, &made["id"], json!({ "localized": true })).await;
    assert_eq!(default(&localized), json!({ "en": "A", "it": null }));
    let partly = json!({ "default_value": { "it": "B" } });
    let partly = change_field(&dock, &made["id"], partly).await;
    assert_eq!(default(&partly), json!({ "en": null, "it": "B" }));
    let foreign = json!({ "default_value": { "fr": "C" } });
    let foreign = change_field(&dock, &made["id"], foreign).await;
    assert_eq!(
        refusal(&foreign["status"], &foreign["payload"]),
        "default_value VALIDATION_INVALID"
    );

    let new = |attributes: Value| new_item(&article, attributes);
    let create =
        async |attributes: Value| dock.call("POST", "/items", Some(&new(attributes))).await;
    // No field names a locale.
    assert_eq!(create(json!({})).await.code(), "MISSING_LOCALES");
    field(
        &dock,
        &article,
        "note",
        "string",
        json!({ "localized": true }),
    )
    .await;
    let record = create(json!({ "note": { "it": "N", "en": "N" } })).await;
    assert_eq!(
        record.data()["attributes"]["title"],
        json!({ "it": "B", "en": null })
    );
    set_locales(&dock, &["it", "en", "de"]).await;
    let read = dock
        .get(&format!("/fields/{}", made["id"].as_str().unwrap()))
        .await;
    assert_eq!(
        read.data()["attributes"]["default_value"],
        json!({ "it": "B", "en": null, "de": null })
    );
    let single = change_field(&dock, &made["id"], json!({ "localized": false })).await;
    assert_eq!(default(&single), json!("B"));
}

#[tokio::test]
async fn what_a_thing_is_stays() {
    let dock = Dock::blank();
    let article = model(&dock, "article", json!({})).await;
    let other = model(&dock, "other", json!({})).await;
    let record = item(&dock, &article, json!({})).await;
    let path = format!("/items/{record}");
    let as_other = dock
        .call("PUT", &path, Some(&new_item(&other, json!({}))))
        .await;
    assert_eq!(as_other.brief(), "422 ITEM_TYPE_CANNOT_BE_CHANGED");
    let echoed = dock
        .call("PUT", &path, Some(&new_item(&article, json!({}))))
        .await;
    assert_eq!(echoed.status, 200);

    let group = document(
        "schema_menu_item",
        json!({ "label": "Group", "kind": "item_type" }),
    );
    let group = id(&dock.call("POST", "/schema-menu-items", Some(&group)).await);
    let path = format!("/schema-menu-items/{group}");
    let change = document("schema_menu_item", json!({ "kind": "modular_block" }));
    let changed = dock.call("PUT", &path, Some(&change)).await;
    assert_eq!(changed.brief(), "422 KIND_CANNOT_BE_CHANGED");
}
