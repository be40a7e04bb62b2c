//! Models, fields and fieldsets as clients see them, and what their changes do to records.

#![expect(clippy::unwrap_used, reason = "a helper of tests fails by panicking")]

#[path = "support/content.rs"]
mod content;
mod support;

use content::{document, field, id, item, model, new_block, try_field};
use serde_json::{Value, json};
use support::Dock;

async fn change_field(dock: &Dock, id: &Value, attributes: Value) -> Value {
    let path = format!("/fields/{}", id.as_str().unwrap());
    let job = dock
        .call("PUT", &path, Some(&document("field", attributes)))
        .await;
    dock.outcome(&job).await
}

async fn destroy(dock: &Dock, path: &str) -> Value {
    let job = dock.call("DELETE", path, None).await;
    dock.outcome(&job).await
}

async fn attributes(dock: &Dock, item: &str) -> Value {
    let mut attributes = dock.get(&format!("/items/{item}")).await.data()["attributes"].clone();
    for time in ["created_at", "updated_at"] {
        attributes.as_object_mut().unwrap().remove(time);
    }
    attributes
}

#[tokio::test]
async fn a_model_and_its_menu_entries() {
    let dock = Dock::blank();
    let body = document(
        "item_type",
        json!({"name": "Article", "api_key": "article", "draft_mode_active": false}),
    );
    let path = "/item-types?menu_item_id=hWl-mnkWRYmMCSTq4z_piQ&schema_menu_item_id=T4m-4tuQSTu6m_sRaCGkkg";
    let created = dock.call("POST", path, Some(&body)).await;
    insta::assert_snapshot!(
        created.data()["attributes"],
        @r#"{"name":"Article","singleton":false,"sortable":false,"api_key":"article","ordering_direction":null,"ordering_meta":null,"tree":false,"modular_block":false,"draft_mode_active":false,"draft_saving_active":false,"all_locales_required":false,"collection_appeareance":"compact","collection_appearance":"compact","has_singleton_item":false,"hint":null,"inverse_relationships_enabled":false}"#
    );
    let included: Vec<_> = created.body["included"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entity| &entity["id"])
        .collect();
    assert_eq!(
        included,
        ["hWl-mnkWRYmMCSTq4z_piQ"],
        "the content's menu only"
    );
    assert_eq!(
        dock.get("/schema-menu-items/T4m-4tuQSTu6m_sRaCGkkg")
            .await
            .brief(),
        "200 schema_menu_item T4m-4tuQSTu6m_sRaCGkkg"
    );
    assert_eq!(
        dock.get("/menu-items/hWl-mnkWRYmMCSTq4z_piQ").await.data()["attributes"]["label"],
        "Article"
    );
    assert_eq!(
        dock.get("/item-types/article").await.data()["id"],
        created.data()["id"],
        "found by its API key too"
    );
    assert_eq!(
        dock.get("/item-types/nothing").await.brief(),
        "404 NOT_FOUND"
    );

    let block = document(
        "item_type",
        json!({"name": "Quote", "api_key": "quote", "modular_block": true}),
    );
    let block = dock.call("POST", "/item-types", Some(&block)).await;
    assert_eq!(
        block.body["included"].as_array().unwrap().len(),
        0,
        "block models are not in the navigation"
    );

    let outcome = destroy(&dock, "/item-types/article").await;
    assert_eq!(
        outcome["payload"]["data"]["attributes"]["api_key"],
        "article"
    );
    assert_eq!(dock.get("/menu-items").await.data(), &json!([]));
}

#[tokio::test]
async fn models_that_cannot_be() {
    let dock = Dock::blank();
    let drafts = dock
        .call(
            "POST",
            "/item-types",
            Some(&document("item_type", json!({"name": "A", "api_key": "a"}))),
        )
        .await;
    let id = id(&drafts);
    for (attributes, field, code) in [
        (
            json!({"name": "B", "api_key": "a"}),
            "api_key",
            "VALIDATION_UNIQUENESS",
        ),
        (
            json!({"name": "B", "api_key": "Not Snake"}),
            "api_key",
            "VALIDATION_FORMAT",
        ),
        (
            json!({"name": "B", "api_key": "b", "modular_block": true, "sortable": true}),
            "sortable",
            "VALIDATION_INVALID",
        ),
        (
            json!({"name": "B", "api_key": "b", "tree": true, "sortable": true}),
            "tree",
            "VALIDATION_INVALID",
        ),
    ] {
        let refused = dock
            .call(
                "POST",
                "/item-types",
                Some(&document("item_type", attributes.clone())),
            )
            .await;
        let details = refused.details();
        assert_eq!(
            (&details["field"], &details["code"]),
            (&json!(field), &json!(code)),
            "{attributes}"
        );
    }
    let job = dock
        .call(
            "PUT",
            &format!("/item-types/{id}"),
            Some(&document(
                "item_type",
                json!({"modular_block": true, "draft_mode_active": false}),
            )),
        )
        .await;
    let outcome = dock.outcome(&job).await;
    assert_eq!(
        outcome["payload"]["data"][0]["attributes"]["code"],
        "KIND_CANNOT_BE_CHANGED"
    );
    assert_eq!(
        dock.get("/item-types")
            .await
            .data()
            .as_array()
            .unwrap()
            .len(),
        1
    );
}

#[tokio::test]
async fn a_field_gets_what_nobody_said() {
    let dock = Dock::blank();
    let article = model(&dock, "article", json!({})).await;
    let outcome = try_field(
        &dock,
        &article,
        "title",
        "string",
        json!({"validators": {"required": {}}}),
    )
    .await;
    insta::assert_snapshot!(
        outcome["payload"]["data"]["attributes"],
        @r#"{"label":"title","field_type":"string","api_key":"title","hint":null,"localized":false,"validators":{"required":{}},"position":1,"appearance":{"editor":"single_line","parameters":{"heading":false},"addons":[]},"appeareance":{"editor":"single_line","parameters":{"heading":false},"addons":[]},"default_value":null,"deep_filtering_enabled":false,"content_link_enabled":true}"#
    );
    let title = outcome["payload"]["data"]["id"].clone();
    let included = &outcome["payload"]["included"][0];
    assert_eq!(
        included["relationships"]["title_field"]["data"]["id"],
        title
    );
    assert_eq!(
        included["relationships"]["fields"]["data"],
        json!([{"type": "field", "id": title}])
    );
    for field_type in [
        "text",
        "slug",
        "boolean",
        "integer",
        "float",
        "date",
        "date_time",
        "color",
        "json",
        "lat_lon",
        "seo",
        "video",
        "file",
        "gallery",
    ] {
        field(
            &dock,
            &article,
            &format!("a_{field_type}"),
            field_type,
            json!({}),
        )
        .await;
    }
    assert_eq!(dock.get("/fields/article::title").await.data()["id"], title);
    let empty = item(&dock, &article, json!({"title": "x"})).await;
    insta::assert_snapshot!(
        attributes(&dock, &empty).await,
        @r#"{"title":"x","a_text":null,"a_slug":null,"a_boolean":false,"a_integer":null,"a_float":null,"a_date":null,"a_date_time":null,"a_color":null,"a_json":null,"a_lat_lon":null,"a_seo":null,"a_video":null,"a_file":null,"a_gallery":[]}"#
    );
}

#[tokio::test]
async fn fields_that_cannot_be() {
    let dock = Dock::blank();
    let article = model(&dock, "article", json!({})).await;
    let block = model(&dock, "block", json!({"modular_block": true})).await;
    field(&dock, &article, "title", "string", json!({})).await;
    for (api_key, field_type, extra, field, code) in [
        (
            "title",
            "string",
            json!({"label": "Other"}),
            "api_key",
            "VALIDATION_UNIQUENESS",
        ),
        ("Title", "string", json!({}), "api_key", "VALIDATION_FORMAT"),
        (
            "position",
            "integer",
            json!({}),
            "api_key",
            "VALIDATION_EXCLUSION",
        ),
        ("a", "link", json!({}), "validators", "VALIDATION_REQUIRED"),
        (
            "a",
            "link",
            json!({"validators": {"item_item_type": {"item_types": [block]}}}),
            "validators",
            "VALIDATION_INVALID",
        ),
        (
            "a",
            "string",
            json!({"validators": {"format": {"custom_pattern": "("}}}),
            "validators",
            "VALIDATION_INVALID",
        ),
        (
            "a",
            "string",
            json!({"appearance": {"editor": "map", "parameters": {}, "addons": []}}),
            "appearance",
            "VALIDATION_INVALID",
        ),
        (
            "a",
            "integer",
            json!({"default_value": "many"}),
            "default_value",
            "VALIDATION_INVALID",
        ),
        (
            "a",
            "integer",
            json!({"localized": true, "default_value": 1}),
            "default_value",
            "VALIDATION_INVALID",
        ),
    ] {
        let outcome = try_field(&dock, &article, api_key, field_type, extra.clone()).await;
        let details = &outcome["payload"]["data"][0]["attributes"]["details"];
        assert_eq!(
            (details["field"].as_str(), details["code"].as_str()),
            (Some(field), Some(code)),
            "{api_key} {field_type} {extra}"
        );
    }
    let clash = try_field(
        &dock,
        &article,
        "headline",
        "string",
        json!({"label": "title"}),
    )
    .await;
    assert_eq!(
        clash["payload"]["data"][0]["attributes"]["code"],
        "CLASHING_FIELD_LABELS"
    );
    assert_eq!(
        dock.get("/item-types/article/fields")
            .await
            .data()
            .as_array()
            .unwrap()
            .len(),
        1
    );
}

/// The form of a model: top level in order, fieldsets with their fields in brackets.
async fn form(dock: &Dock, model: &str) -> String {
    let fields = dock.get(&format!("/item-types/{model}/fields")).await;
    let fieldsets = dock.get(&format!("/item-types/{model}/fieldsets")).await;
    let inside = |fieldset: &Value| -> Vec<(i64, String)> {
        let fields = fields.data().as_array().unwrap().iter();
        let mut inside: Vec<_> = fields
            .filter(|field| field["relationships"]["fieldset"]["data"]["id"] == *fieldset)
            .map(|field| {
                (
                    field["attributes"]["position"].as_i64().unwrap(),
                    field["attributes"]["api_key"].as_str().unwrap().to_owned(),
                )
            })
            .collect();
        inside.sort();
        inside
    };
    let mut top = inside(&Value::Null);
    for fieldset in fieldsets.data().as_array().unwrap() {
        let names: Vec<String> = inside(&fieldset["id"])
            .into_iter()
            .map(|(_, name)| name)
            .collect();
        let title = fieldset["attributes"]["title"].as_str().unwrap();
        top.push((
            fieldset["attributes"]["position"].as_i64().unwrap(),
            format!("{title}[{}]", names.join(" ")),
        ));
    }
    top.sort();
    let positions: Vec<i64> = top.iter().map(|(position, _)| *position).collect();
    let expected: Vec<i64> = (1..=i64::try_from(top.len()).unwrap()).collect();
    assert_eq!(positions, expected, "positions have gaps or repeat");
    top.into_iter()
        .map(|(_, name)| name)
        .collect::<Vec<_>>()
        .join(" ")
}

#[tokio::test]
async fn positions_are_shared_by_siblings() {
    let dock = Dock::blank();
    let article = model(&dock, "article", json!({})).await;
    let a = field(&dock, &article, "a", "string", json!({})).await;
    let b = field(&dock, &article, "b", "string", json!({})).await;
    field(&dock, &article, "c", "string", json!({"position": 1})).await;
    assert_eq!(form(&dock, &article).await, "c a b");
    let set = dock
        .call(
            "POST",
            "/item-types/article/fieldsets",
            Some(&document(
                "fieldset",
                json!({"title": "More", "position": 2}),
            )),
        )
        .await;
    assert_eq!(form(&dock, &article).await, "c More[] a b");
    let into = json!({"data": {"type": "field", "relationships": {"fieldset": {"data": {"type": "fieldset", "id": id(&set)}}}}});
    for field in [&b, &a] {
        let job = dock
            .call(
                "PUT",
                &format!("/fields/{}", field["id"].as_str().unwrap()),
                Some(&into),
            )
            .await;
        assert_eq!(dock.outcome(&job).await["status"], 200);
    }
    assert_eq!(form(&dock, &article).await, "c More[b a]");
    change_field(&dock, &a["id"], json!({"position": 1})).await;
    assert_eq!(form(&dock, &article).await, "c More[a b]");
    destroy(&dock, &format!("/fields/{}", a["id"].as_str().unwrap())).await;
    assert_eq!(form(&dock, &article).await, "c More[b]");
    assert_eq!(
        dock.call("DELETE", &format!("/fieldsets/{}", id(&set)), None)
            .await
            .status,
        200
    );
    assert_eq!(form(&dock, &article).await, "c b");
    let b_first = json!({"data": [{"type": "field", "id": b["id"], "attributes": {"position": 1}, "relationships": {"fieldset": {"data": null}}}]});
    let job = dock
        .call(
            "POST",
            "/item-types/article/reorder-fields-and-fieldsets",
            Some(&b_first),
        )
        .await;
    assert_eq!(dock.outcome(&job).await["status"], 200);
    assert_eq!(form(&dock, &article).await, "b c");
}

#[tokio::test]
async fn records_follow_their_fields() {
    let dock = Dock::blank();
    content::set_locales(&dock, &["en", "it"]).await;
    let article = model(&dock, "article", json!({"draft_mode_active": true})).await;
    let title = field(&dock, &article, "title", "string", json!({})).await["id"].clone();
    let one = item(&dock, &article, json!({"title": "7"})).await;
    dock.put(&format!("/items/{one}/publish")).await;

    field(
        &dock,
        &article,
        "late",
        "integer",
        json!({"default_value": 5}),
    )
    .await;
    assert_eq!(
        attributes(&dock, &one).await,
        json!({"title": "7", "late": null}),
        "old records keep a new field empty"
    );
    assert_eq!(item(&dock, &article, json!({})).await.len(), 22);

    change_field(&dock, &title, json!({"api_key": "headline"})).await;
    assert_eq!(attributes(&dock, &one).await["headline"], "7");
    change_field(&dock, &title, json!({"localized": true})).await;
    assert_eq!(
        attributes(&dock, &one).await["headline"],
        json!({"en": "7"})
    );
    change_field(&dock, &title, json!({"localized": false})).await;
    assert_eq!(attributes(&dock, &one).await["headline"], "7");
    change_field(&dock, &title, json!({"field_type": "integer"})).await;
    assert_eq!(attributes(&dock, &one).await["headline"], 7);
    let public = dock.get(&format!("/items/{one}?version=published")).await;
    assert_eq!(
        public.data()["attributes"]["headline"],
        7,
        "what is public is converted too"
    );
    assert_eq!(
        public.data()["meta"]["status"],
        "published",
        "a schema change is no new version"
    );

    destroy(&dock, &format!("/fields/{}", title.as_str().unwrap())).await;
    assert_eq!(attributes(&dock, &one).await, json!({"late": null}));
    field(&dock, &article, "headline", "integer", json!({})).await;
    assert_eq!(
        attributes(&dock, &one).await["headline"],
        json!(null),
        "a field of the same name does not bring old values back"
    );
}

#[tokio::test]
async fn new_validators_judge_old_records() {
    let dock = Dock::blank();
    let article = model(&dock, "article", json!({})).await;
    let title = field(&dock, &article, "title", "string", json!({})).await["id"].clone();
    let empty = item(&dock, &article, json!({})).await;
    change_field(&dock, &title, json!({"validators": {"required": {}}})).await;
    let meta = dock.get(&format!("/items/{empty}")).await.data()["meta"].clone();
    assert_eq!(
        (&meta["is_valid"], &meta["is_published_version_valid"]),
        (&json!(false), &json!(false))
    );
    change_field(&dock, &title, json!({"validators": {}})).await;
    assert_eq!(
        dock.get(&format!("/items/{empty}")).await.data()["meta"]["is_valid"],
        true
    );
}

#[tokio::test]
async fn destroyed_models_are_forgotten_everywhere() {
    let dock = Dock::blank();
    let person = model(&dock, "person", json!({})).await;
    let quote = model(&dock, "quote", json!({"modular_block": true})).await;
    let page = model(&dock, "page", json!({})).await;
    field(
        &dock,
        &page,
        "authors",
        "links",
        json!({"validators": {"items_item_type": {"item_types": [person, page]}}}),
    )
    .await;
    field(
        &dock,
        &page,
        "blocks",
        "rich_text",
        json!({"validators": {"rich_text_blocks": {"item_types": [quote]}}}),
    )
    .await;
    let ann = item(&dock, &person, json!({})).await;
    let one = item(
        &dock,
        &page,
        json!({"authors": [ann], "blocks": [new_block(&quote, json!({}))]}),
    )
    .await;
    let referencing = dock.get("/item-types/person/referencing").await;
    assert_eq!(content::column(&referencing, "api_key"), ["page"]);
    let fields = dock.get("/item-types/quote/fields/referencing").await;
    assert_eq!(content::column(&fields, "api_key"), ["blocks"]);

    assert_eq!(destroy(&dock, "/item-types/person").await["status"], 200);
    // A block model goes when no field may hold its blocks any more; those that are left go with it.
    let fields = dock.get("/item-types/page/fields").await;
    let none = json!({"validators": {"rich_text_blocks": {"item_types": []}}});
    change_field(&dock, &fields.data()[1]["id"], none).await;
    assert_eq!(destroy(&dock, "/item-types/quote").await["status"], 200);
    assert_eq!(
        attributes(&dock, &one).await,
        json!({"authors": [], "blocks": []})
    );
    assert_eq!(
        dock.get(&format!("/items/{ann}")).await.brief(),
        "404 NOT_FOUND"
    );
    let fields = dock.get("/item-types/page/fields").await;
    assert_eq!(
        fields.data()[0]["attributes"]["validators"]["items_item_type"]["item_types"],
        json!([page])
    );
    assert_eq!(
        fields.data()[1]["attributes"]["validators"]["rich_text_blocks"]["item_types"],
        json!([])
    );
}

#[tokio::test]
async fn fields_of_blocks_change_inside_records() {
    let dock = Dock::blank();
    let quote = model(&dock, "quote", json!({"modular_block": true})).await;
    let text = field(&dock, &quote, "text", "string", json!({})).await["id"].clone();
    let page = model(&dock, "page", json!({})).await;
    field(
        &dock,
        &page,
        "blocks",
        "rich_text",
        json!({"validators": {"rich_text_blocks": {"item_types": [quote]}}}),
    )
    .await;
    let one = item(
        &dock,
        &page,
        json!({"blocks": [new_block(&quote, json!({"text": "Hi"}))]}),
    )
    .await;
    change_field(&dock, &text, json!({"api_key": "words"})).await;
    let nested = dock.get(&format!("/items/{one}?nested=true")).await.data()["attributes"]["blocks"][0]["attributes"].clone();
    assert_eq!(nested, json!({"words": "Hi"}));
    change_field(&dock, &text, json!({"validators": {"length": {"min": 3}}})).await;
    assert_eq!(
        dock.get(&format!("/items/{one}")).await.data()["meta"]["is_valid"],
        false
    );
}

#[tokio::test]
async fn a_copy_of_a_model_stands_on_its_own() {
    let dock = Dock::blank();
    let article = model(&dock, "article", json!({})).await;
    let title = field(&dock, &article, "title", "string", json!({})).await["id"].clone();
    field(
        &dock,
        &article,
        "slug",
        "slug",
        json!({"validators": {"slug_title_field": {"title_field_id": title}}}),
    )
    .await;
    let copy = dock
        .call("POST", "/item-types/article/duplicate", None)
        .await;
    assert_eq!(copy.status, 201, "{}", copy.body);
    assert_eq!(copy.data()["attributes"]["name"], "article (copy #1)");
    let fields = dock.get(&format!("/item-types/{}/fields", id(&copy))).await;
    let source =
        &fields.data()[1]["attributes"]["validators"]["slug_title_field"]["title_field_id"];
    assert_eq!(source, &fields.data()[0]["id"]);
    assert_eq!(
        copy.data()["relationships"]["title_field"]["data"]["id"],
        fields.data()[0]["id"]
    );
    let job = dock
        .call(
            "POST",
            &format!("/fields/{}/duplicate", title.as_str().unwrap()),
            None,
        )
        .await;
    let outcome = dock.outcome(&job).await;
    assert_eq!(
        outcome["payload"]["data"]["attributes"]["label"],
        "title (copy #1)"
    );
    assert_eq!(form(&dock, &article).await, "title title_copy_1 slug");
}

#[tokio::test]
async fn the_schema_of_primary_can_be_off_limits() {
    let dock = Dock::blank();
    let job = dock
        .call(
            "PUT",
            "/site",
            Some(&document(
                "site",
                json!({"force_use_of_sandbox_environments": true}),
            )),
        )
        .await;
    assert_eq!(dock.outcome(&job).await["status"], 200);
    let body = document("item_type", json!({"name": "A", "api_key": "a"}));
    let refused = dock.call("POST", "/item-types", Some(&body)).await;
    assert_eq!(
        refused.brief(),
        "422 PRIMARY_ENVIRONMENT_SETTINGS_READ_ONLY"
    );
    dock.outcome(&dock.fork("main", "sandbox", "").await).await;
    let allowed = dock
        .call_as(
            &dock.tokens.full,
            Some("sandbox"),
            "POST",
            "/item-types",
            Some(&body),
        )
        .await;
    assert_eq!(allowed.status, 201);
    assert_eq!(
        dock.get("/item-types").await.data(),
        &json!([]),
        "the sandbox is another environment"
    );
}

#[tokio::test]
async fn maintenance_stops_every_write_to_primary() {
    let dock = Dock::blank();
    let article = model(&dock, "article", json!({})).await;
    let one = item(&dock, &article, json!({})).await;
    dock.put("/maintenance-mode/activate").await;
    for (method, path, body) in [
        (
            "POST",
            "/item-types".to_owned(),
            Some(document("item_type", json!({"name": "A", "api_key": "a"}))),
        ),
        (
            "PUT",
            format!("/item-types/{article}"),
            Some(document("item_type", json!({"name": "A"}))),
        ),
        ("DELETE", format!("/item-types/{article}"), None),
        (
            "POST",
            format!("/item-types/{article}/fields"),
            Some(document(
                "field",
                json!({"label": "A", "field_type": "string", "api_key": "a"}),
            )),
        ),
        (
            "POST",
            "/items".to_owned(),
            Some(content::new_item(&article, json!({}))),
        ),
        (
            "PUT",
            format!("/items/{one}"),
            Some(document("item", json!({}))),
        ),
        ("PUT", format!("/items/{one}/publish"), None),
        ("DELETE", format!("/items/{one}"), None),
        (
            "POST",
            "/menu-items".to_owned(),
            Some(document("menu_item", json!({"label": "x"}))),
        ),
        (
            "POST",
            "/plugins".to_owned(),
            Some(document(
                "plugin",
                json!({"name": "x", "url": "http://x.invalid"}),
            )),
        ),
        (
            "POST",
            "/workflows".to_owned(),
            Some(document(
                "workflow",
                json!({"name": "A", "api_key": "a", "stages": [{"id": "a", "name": "A"}]}),
            )),
        ),
    ] {
        let refused = dock.call(method, &path, body.as_ref()).await;
        assert_eq!(refused.brief(), "422 MAINTENANCE_MODE", "{method} {path}");
    }
}
