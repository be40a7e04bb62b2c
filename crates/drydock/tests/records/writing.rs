//! Records as clients see them: creation, change, publication, versions, references, destruction.

use std::time::Duration;

use crate::content::{field, id, item, model, new_item, required_field, try_item, update};
use crate::support::Dock;
use serde_json::json;

#[tokio::test]
async fn a_record_without_drafts_is_published_by_its_creation() {
    let dock = Dock::blank();
    let article = model(&dock, "article", json!({"draft_mode_active": false})).await;
    required_field(&dock, &article, "title", "string").await;
    let body = json!({"data": {"type": "item", "attributes": {"title": "First"},
        "relationships": {"item_type": {"data": {"type": "item_type", "id": article}}},
        "meta": {"created_at": "2018-11-24T10:00", "updated_at": "2018-11-24T10:00", "first_published_at": "2018-11-24T10:00"}}});
    let created = dock.call("POST", "/items", Some(&body)).await;
    assert_eq!(created.status, 201, "{}", created.body);
    let meta = &created.data()["meta"];
    assert_eq!(meta["status"], "published");
    assert_eq!(meta["created_at"], "2018-11-24T10:00:00.000+00:00");
    assert_eq!(meta["first_published_at"], "2018-11-24T10:00:00.000+00:00");
    assert_eq!(
        meta["updated_at"], "2026-01-05T09:00:00.000+00:00",
        "what the client says is ignored"
    );
    assert_eq!(meta["published_at"], "2026-01-05T09:00:00.001+00:00");
    assert_eq!(
        created.data()["relationships"]["creator"]["data"]["type"],
        "access_token"
    );
    assert_eq!(created.body["included"][0]["id"], article);
}

#[tokio::test]
async fn a_draft_is_published_changed_and_unpublished() {
    let dock = Dock::blank();
    let article = model(&dock, "article", json!({"draft_mode_active": true})).await;
    field(&dock, &article, "title", "string", json!({})).await;
    let one = item(&dock, &article, json!({"title": "First"})).await;
    let path = format!("/items/{one}");
    let draft = dock.get(&path).await;
    assert_eq!(draft.data()["meta"]["status"], "draft");
    assert_eq!(
        dock.get(&format!("{path}?version=published")).await.brief(),
        "404 NOT_FOUND"
    );

    let published = dock.put(&format!("{path}/publish")).await;
    assert_eq!(published.data()["meta"]["status"], "published");
    assert_eq!(
        published.data()["meta"]["current_version"],
        draft.data()["meta"]["current_version"]
    );

    let changed = update(&dock, &one, json!({"title": "Second"})).await;
    assert_eq!(changed.data()["meta"]["status"], "updated");
    let public = dock.get(&format!("{path}?version=published")).await;
    assert_eq!(public.data()["attributes"]["title"], "First");
    let lists = dock
        .get("/items?filter[type]=article&version=published")
        .await;
    assert_eq!(crate::content::column(&lists, "title"), ["First"]);

    let unpublished = dock.put(&format!("{path}/unpublish")).await;
    let meta = &unpublished.data()["meta"];
    assert_eq!(
        (meta["status"].as_str(), &meta["published_at"]),
        (Some("draft"), &json!(null))
    );
    assert_ne!(meta["first_published_at"], json!(null));
    assert_eq!(
        meta["current_version"],
        changed.data()["meta"]["current_version"]
    );
}

#[tokio::test]
async fn two_editors_cannot_overwrite_each_other() {
    let dock = Dock::blank();
    let article = model(&dock, "article", json!({})).await;
    field(&dock, &article, "title", "string", json!({})).await;
    let one = item(&dock, &article, json!({"title": "First"})).await;
    let seen = dock.get(&format!("/items/{one}")).await.data()["meta"]["current_version"].clone();
    let change = |title: &str| json!({"data": {"type": "item", "id": one, "attributes": {"title": title}, "meta": {"current_version": seen}}});
    let path = format!("/items/{one}");
    let first = dock.call("PUT", &path, Some(&change("Mine"))).await;
    assert_eq!(first.status, 200);
    let version = |value: &serde_json::Value| value.as_str().unwrap().parse::<u64>().unwrap();
    assert!(version(&first.data()["meta"]["current_version"]) > version(&seen));
    let second = dock.call("PUT", &path, Some(&change("Yours"))).await;
    assert_eq!(
        (second.brief().as_str(), second.details()),
        ("409 STALE_ITEM_VERSION", &json!({}))
    );
    assert_eq!(dock.get(&path).await.data()["attributes"]["title"], "Mine");
}

#[tokio::test]
async fn what_was_read_can_be_sent_back() {
    let dock = Dock::blank();
    let article = model(
        &dock,
        "article",
        json!({"draft_mode_active": true, "sortable": true}),
    )
    .await;
    field(&dock, &article, "title", "string", json!({})).await;
    field(&dock, &article, "cover", "file", json!({})).await;
    let cover = crate::content::asset(&dock, "cover.txt", b"cover".to_vec()).await;
    let one = item(
        &dock,
        &article,
        json!({"title": "First", "cover": {"upload_id": cover}}),
    )
    .await;
    let read = dock.get(&format!("/items/{one}")).await;
    let echoed = dock
        .call("PUT", &format!("/items/{one}"), Some(&read.body))
        .await;
    assert_eq!(echoed.status, 200, "{}", echoed.body);
    assert_eq!(
        echoed.data()["attributes"]["cover"],
        read.data()["attributes"]["cover"]
    );
}

#[tokio::test]
async fn rules_are_named_when_they_are_broken() {
    let dock = Dock::blank();
    let article = model(&dock, "article", json!({})).await;
    let other = model(&dock, "other", json!({})).await;
    field(
        &dock,
        &article,
        "title",
        "string",
        json!({"validators": {"required": {}, "unique": {}, "length": {"max": 5}}}),
    )
    .await;
    field(
        &dock,
        &article,
        "see",
        "link",
        json!({"validators": {"item_item_type": {"item_types": [article]}}}),
    )
    .await;
    let stranger = item(&dock, &other, json!({})).await;
    item(&dock, &article, json!({"title": "Taken"})).await;
    for (attributes, expected) in [
        (json!({}), ("title", "VALIDATION_REQUIRED")),
        (json!({"title": "Taken"}), ("title", "VALIDATION_UNIQUE")),
        (json!({"title": "Too long"}), ("title", "VALIDATION_LENGTH")),
        (json!({"title": 1}), ("title", "VALIDATION_INVALID")),
        (
            json!({"title": "ok", "see": stranger}),
            ("see", "VALIDATION_ITEM_ITEM_TYPE"),
        ),
        (
            json!({"title": "ok", "see": "nobody"}),
            ("see", "VALIDATION_ITEM_ITEM_TYPE"),
        ),
    ] {
        let refused = try_item(&dock, &article, attributes.clone()).await;
        let details = refused.details();
        let found = (
            details["field"].as_str().unwrap_or("-"),
            details["code"].as_str().unwrap_or("-"),
        );
        assert_eq!(
            (refused.code(), found),
            ("INVALID_FIELD", expected),
            "{attributes}"
        );
        assert_eq!(details["field_label"], expected.0);
    }
    let unknown = try_item(&dock, &article, json!({"titel": "typo"})).await;
    assert_eq!(
        (unknown.code(), &unknown.details()["extraneous_attributes"]),
        ("INVALID_ATTRIBUTES", &json!(["titel"]))
    );
    assert_eq!(
        dock.get("/items?filter[type]=article&page[limit]=0")
            .await
            .body,
        json!({"data": [], "meta": {"total_count": 1}})
    );
}

#[tokio::test]
async fn invalid_drafts_are_saved_where_the_model_allows_it_but_not_published() {
    let dock = Dock::blank();
    let article = model(
        &dock,
        "article",
        json!({"draft_mode_active": true, "draft_saving_active": true}),
    )
    .await;
    required_field(&dock, &article, "title", "string").await;
    let one = item(&dock, &article, json!({})).await;
    assert_eq!(
        dock.get(&format!("/items/{one}")).await.data()["meta"]["is_valid"],
        false
    );
    assert_eq!(
        dock.put(&format!("/items/{one}/publish")).await.brief(),
        "422 INVALID_FIELD"
    );
    item(&dock, &article, json!({"title": "Fine"})).await;
    let valid = dock
        .get("/items?filter[type]=article&filter[only_valid]=true")
        .await;
    assert_eq!(crate::content::column(&valid, "title"), ["Fine"]);
}

#[tokio::test]
async fn localized_values_share_their_locales() {
    let dock = Dock::blank();
    crate::content::set_locales(&dock, &["en", "it"]).await;
    let article = model(&dock, "article", json!({})).await;
    field(
        &dock,
        &article,
        "title",
        "string",
        json!({"localized": true, "default_value": {"en": "Untitled", "it": "Senza titolo"}}),
    )
    .await;
    field(&dock, &article, "body", "text", json!({"localized": true})).await;
    let one = item(
        &dock,
        &article,
        json!({"body": {"it": "Ciao", "en": "Hello"}}),
    )
    .await;
    let attributes = dock.get(&format!("/items/{one}")).await.data()["attributes"].clone();
    assert_eq!(
        attributes["title"],
        json!({"en": "Untitled", "it": "Senza titolo"})
    );
    assert_eq!(attributes["body"], json!({"en": "Hello", "it": "Ciao"}));

    let refused = update(&dock, &one, json!({"title": {"en": "Only English"}})).await;
    assert_eq!(refused.details()["code"], "INVALID_LOCALES");
    let both = update(
        &dock,
        &one,
        json!({"title": {"en": "One"}, "body": {"en": "Two"}}),
    )
    .await;
    assert_eq!(both.data()["attributes"]["body"], json!({"en": "Two"}));
    let foreign = update(
        &dock,
        &one,
        json!({"title": {"fr": "Un"}, "body": {"fr": "Deux"}}),
    )
    .await;
    assert_eq!(foreign.details()["locale"], "fr");
}

#[tokio::test]
async fn versions_are_kept_and_restored() {
    let dock = Dock::blank();
    let article = model(&dock, "article", json!({"draft_mode_active": true})).await;
    field(&dock, &article, "title", "string", json!({})).await;
    let one = item(&dock, &article, json!({"title": "First"})).await;
    dock.put(&format!("/items/{one}/publish")).await;
    dock.clock.advance(Duration::from_mins(1));
    update(&dock, &one, json!({"title": "Second"})).await;
    let versions = dock.get(&format!("/items/{one}/versions")).await;
    assert_eq!(
        crate::content::column(&versions, "title"),
        ["Second", "First"]
    );
    assert_eq!(versions.body["meta"]["total_count"], 2);
    let first = versions.data()[1].clone();
    assert_eq!(
        (&first["meta"]["is_current"], &first["meta"]["is_published"]),
        (&json!(false), &json!(true))
    );

    let job = dock
        .call(
            "POST",
            &format!("/versions/{}/restore", first["id"].as_str().unwrap()),
            None,
        )
        .await;
    let outcome = dock.outcome(&job).await;
    let restored = &outcome["payload"]["data"];
    assert_eq!(restored[0]["attributes"]["title"], "First");
    assert_eq!(restored[1]["type"], "item_version");
    assert_ne!(
        restored[1]["id"], first["id"],
        "a restored version is a new one"
    );
    assert_eq!(restored[0]["meta"]["status"], "updated");
}

#[tokio::test]
async fn references_go_with_their_target_unless_the_field_forbids_it() {
    let dock = Dock::blank();
    let article = model(&dock, "article", json!({})).await;
    field(&dock, &article, "title", "string", json!({})).await;
    field(
        &dock,
        &article,
        "see",
        "links",
        json!({"validators": {"items_item_type": {"item_types": [article]}}}),
    )
    .await;
    let strict = json!({"item_item_type": {"item_types": [article], "on_reference_delete_strategy": "fail"}});
    field(
        &dock,
        &article,
        "main",
        "link",
        json!({"validators": strict}),
    )
    .await;
    let target = item(&dock, &article, json!({"title": "Target"})).await;
    let loose = item(&dock, &article, json!({"title": "Loose", "see": [target]})).await;
    let references = dock.get(&format!("/items/{target}/references")).await;
    assert_eq!(crate::content::column(&references, "title"), ["Loose"]);

    let tight = item(&dock, &article, json!({"title": "Tight", "main": target})).await;
    let refused = dock
        .outcome(&dock.call("DELETE", &format!("/items/{target}"), None).await)
        .await;
    assert_eq!(refused["status"], 422);
    assert_eq!(
        refused["payload"]["data"][0]["attributes"]["code"],
        "REQUIRED_BY_ASSOCIATION"
    );
    assert_eq!(
        dock.get(&format!("/items/{loose}")).await.data()["attributes"]["see"],
        json!([target]),
        "nothing was changed"
    );

    update(&dock, &tight, json!({"main": null})).await;
    let gone = dock
        .outcome(&dock.call("DELETE", &format!("/items/{target}"), None).await)
        .await;
    assert_eq!(gone["payload"]["data"]["attributes"]["title"], "Target");
    assert_eq!(
        dock.get(&format!("/items/{loose}")).await.data()["attributes"]["see"],
        json!([])
    );
}

#[tokio::test]
async fn publishing_asks_about_unpublished_links() {
    let dock = Dock::blank();
    let article = model(&dock, "article", json!({"draft_mode_active": true})).await;
    field(
        &dock,
        &article,
        "see",
        "link",
        json!({"validators": {"item_item_type": {"item_types": [article]}}}),
    )
    .await;
    let target = item(&dock, &article, json!({})).await;
    let pointer = item(&dock, &article, json!({"see": target})).await;
    assert_eq!(
        dock.put(&format!("/items/{pointer}/publish")).await.brief(),
        "422 UNPUBLISHED_LINK"
    );
    assert_eq!(
        dock.get(&format!("/items/{pointer}")).await.data()["meta"]["status"],
        "draft",
        "nothing is half published"
    );
    assert_eq!(
        dock.put(&format!("/items/{pointer}/publish?recursive=true"))
            .await
            .status,
        200
    );
    assert_eq!(
        dock.get(&format!("/items/{target}")).await.data()["meta"]["status"],
        "published"
    );
    assert_eq!(
        dock.put(&format!("/items/{target}/unpublish"))
            .await
            .brief(),
        "422 PUBLISHED_REFERENCES"
    );
}

#[tokio::test]
async fn many_records_at_once() {
    let dock = Dock::blank();
    let article = model(&dock, "article", json!({"draft_mode_active": true})).await;
    let mut records = Vec::new();
    for _ in 0..3 {
        let one = item(&dock, &article, json!({})).await;
        records.push(json!({"type": "item", "id": one}));
    }
    records.push(json!({"type": "item", "id": "nobody"}));
    let bulk = |operation: &str| json!({"data": {"type": operation, "relationships": {"items": {"data": records}}}});
    for (operation, status) in [("publish", "published"), ("unpublish", "draft")] {
        let body = bulk(&format!("item_bulk_{operation}_operation"));
        let job = dock
            .call("POST", &format!("/items/bulk/{operation}"), Some(&body))
            .await;
        let outcome = dock.outcome(&job).await;
        assert_eq!(
            outcome["payload"],
            json!({"data": [], "meta": {"successful": 3, "failed": 1}})
        );
        let with_status = dock
            .get(&format!(
                "/items?filter[type]=article&filter[fields][_status][eq]={status}"
            ))
            .await;
        assert_eq!(with_status.body["meta"]["total_count"], 3);
    }
    let job = dock
        .call(
            "POST",
            "/items/bulk/destroy",
            Some(&bulk("item_bulk_destroy_operation")),
        )
        .await;
    dock.outcome(&job).await;
    assert_eq!(
        dock.get("/items").await.body,
        json!({"data": [], "meta": {"total_count": 0}})
    );
    let too_many: Vec<_> = (0..201)
        .map(|n| json!({"type": "item", "id": n.to_string()}))
        .collect();
    let body = json!({"data": {"type": "item_bulk_publish_operation", "relationships": {"items": {"data": too_many}}}});
    assert_eq!(
        dock.call("POST", "/items/bulk/publish", Some(&body))
            .await
            .brief(),
        "422 TOO_MANY_OPERATIONS"
    );
}

#[tokio::test]
async fn a_trial_leaves_no_trace() {
    let dock = Dock::blank();
    let article = model(&dock, "article", json!({})).await;
    required_field(&dock, &article, "title", "string").await;
    let good = dock
        .call(
            "POST",
            "/items/validate",
            Some(&new_item(&article, json!({"title": "x"}))),
        )
        .await;
    assert_eq!(good.status, 204);
    let bad = dock
        .call(
            "POST",
            "/items/validate",
            Some(&new_item(&article, json!({}))),
        )
        .await;
    assert_eq!(bad.brief(), "422 INVALID_FIELD");
    assert_eq!(dock.get("/items").await.body["meta"]["total_count"], 0);
}

#[tokio::test]
async fn ids_are_the_clients_to_choose_once() {
    let dock = Dock::blank();
    let article = model(&dock, "article", json!({})).await;
    let mut body = new_item(&article, json!({}));
    body["data"]["id"] = json!("hWl-mnkWRYmMCSTq4z_piQ");
    let first = dock.call("POST", "/items", Some(&body)).await;
    assert_eq!(id(&first), "hWl-mnkWRYmMCSTq4z_piQ");
    let second = dock.call("POST", "/items", Some(&body)).await;
    assert_eq!(
        second.details(),
        &json!({"field": "id", "code": "VALIDATION_UNIQUENESS"})
    );
}

#[tokio::test]
async fn a_singleton_stays_single() {
    let dock = Dock::blank();
    let home = model(&dock, "home", json!({"singleton": true})).await;
    let one = item(&dock, &home, json!({})).await;
    let shown = dock.get("/item-types/home").await;
    assert_eq!(
        shown.data()["relationships"]["singleton_item"]["data"]["id"],
        one
    );
    assert_eq!(shown.data()["attributes"]["has_singleton_item"], true);
    assert_eq!(
        try_item(&dock, &home, json!({})).await.brief(),
        "422 DUPLICATE_SINGLETON"
    );
}

#[tokio::test]
async fn trees_keep_their_order_and_publish_from_the_top() {
    let dock = Dock::blank();
    let page = model(
        &dock,
        "page",
        json!({"tree": true, "draft_mode_active": true}),
    )
    .await;
    field(&dock, &page, "title", "string", json!({})).await;
    let root = item(&dock, &page, json!({"title": "Root"})).await;
    let child = item(&dock, &page, json!({"title": "Child", "parent_id": root})).await;
    item(
        &dock,
        &page,
        json!({"title": "Before", "parent_id": root, "position": 1}),
    )
    .await;
    let children = dock
        .get(&format!(
            "/items?filter[type]=page&filter[fields][parent][eq]={root}"
        ))
        .await;
    assert_eq!(
        crate::content::column(&children, "title"),
        ["Before", "Child"]
    );
    assert_eq!(crate::content::column(&children, "position"), [1, 2]);
    assert_eq!(
        dock.get(&format!("/items/{root}")).await.data()["meta"]["has_children"],
        true
    );
    assert_eq!(
        dock.put(&format!("/items/{child}/publish")).await.brief(),
        "422 UNPUBLISHED_PARENT"
    );
    assert_eq!(
        dock.put(&format!("/items/{child}/publish?recursive=true"))
            .await
            .status,
        200
    );
    assert_eq!(
        dock.put(&format!("/items/{root}/unpublish")).await.brief(),
        "422 PUBLISHED_CHILDREN"
    );
    let loop_back = update(&dock, &root, json!({"parent_id": child})).await;
    assert_eq!(loop_back.details()["code"], "INVALID_PARENT_ID");
}

#[tokio::test]
async fn roles_decide_about_records() {
    let dock = Dock::blank();
    let article = model(&dock, "article", json!({"draft_mode_active": true})).await;
    let secret = model(&dock, "secret", json!({})).await;
    field(&dock, &article, "title", "string", json!({})).await;
    let theirs = item(&dock, &article, json!({"title": "Theirs"})).await;
    item(&dock, &secret, json!({})).await;
    let token = dock
        .token_with(
            "own records",
            json!({"environments_access": "all", "negative_item_type_permissions": [], "positive_item_type_permissions": [
                {"environment": "main", "action": "read", "item_type": article, "on_creator": "anyone"},
                {"environment": "main", "action": "create", "item_type": article, "localization_scope": "all"},
                {"environment": "main", "action": "update", "item_type": article, "on_creator": "self", "localization_scope": "all"},
            ]}),
        )
        .await;
    let as_them = |method: &'static str, path: String, body: Option<serde_json::Value>| {
        let (dock, token) = (&dock, &token);
        async move {
            dock.call_as(token, None, method, &path, body.as_ref())
                .await
        }
    };
    let listed = as_them("GET", "/items".to_owned(), None).await;
    assert_eq!(crate::content::column(&listed, "title"), ["Theirs"]);
    assert_eq!(
        listed.body["meta"]["total_count"], 1,
        "what may not be seen is not counted"
    );
    let mine = as_them(
        "POST",
        "/items".to_owned(),
        Some(new_item(&article, json!({"title": "Mine"}))),
    )
    .await;
    assert_eq!(mine.status, 201, "{}", mine.body);
    let mine = id(&mine);
    let change = |id: &str| {
        Some(json!({"data": {"type": "item", "id": id, "attributes": {"title": "Changed"}}}))
    };
    assert_eq!(
        as_them("PUT", format!("/items/{mine}"), change(&mine))
            .await
            .status,
        200
    );
    for (method, path, body) in [
        ("PUT", format!("/items/{theirs}"), change(&theirs)),
        ("PUT", format!("/items/{mine}/publish"), None),
        (
            "POST",
            "/items".to_owned(),
            Some(new_item(&secret, json!({}))),
        ),
        (
            "POST",
            "/item-types".to_owned(),
            Some(crate::content::document(
                "item_type",
                json!({"name": "x", "api_key": "x"}),
            )),
        ),
    ] {
        assert_eq!(
            as_them(method, path.clone(), body).await.brief(),
            "403 INSUFFICIENT_PERMISSIONS",
            "{method} {path}"
        );
    }
}

#[tokio::test]
async fn a_locked_record_is_its_editors() {
    let dock = Dock::blank();
    let article = model(&dock, "article", json!({})).await;
    field(&dock, &article, "title", "string", json!({})).await;
    let one = item(&dock, &article, json!({"title": "First"})).await;
    let lock = json!({"data": {"type": "editing_session_lock_item",
        "relationships": {"item": {"data": {"type": "item", "id": one}}}}});
    let locked = dock
        .call_as(
            &dock.tokens.editor,
            None,
            "PUT",
            "/editing-sessions/e",
            Some(&lock),
        )
        .await;
    assert_eq!(locked.status, 200, "{}", locked.body);
    assert_eq!(
        update(&dock, &one, json!({"title": "Mine"})).await.brief(),
        "422 ITEM_LOCKED"
    );
    let outcome = dock
        .outcome(&dock.call("DELETE", &format!("/items/{one}"), None).await)
        .await;
    assert_eq!(
        outcome["payload"]["data"][0]["attributes"]["code"],
        "ITEM_LOCKED"
    );
    let body = json!({"data": {"type": "item", "id": one, "attributes": {"title": "Theirs"}}});
    let path = format!("/items/{one}");
    assert_eq!(
        dock.call_as(&dock.tokens.editor, None, "PUT", &path, Some(&body))
            .await
            .status,
        200
    );
}

#[tokio::test]
async fn every_broken_rule_is_told_at_once() {
    let dock = Dock::blank();
    let article = model(&dock, "article", json!({})).await;
    required_field(&dock, &article, "title", "string").await;
    field(
        &dock,
        &article,
        "pages",
        "integer",
        json!({"validators": {"number_range": {"min": 1}}}),
    )
    .await;
    let refused = try_item(&dock, &article, json!({"pages": 0})).await;
    let errors = refused.data().as_array().unwrap().iter();
    let fields: Vec<_> = errors
        .map(|error| error["attributes"]["details"]["field"].clone())
        .collect();
    assert_eq!(fields, ["title", "pages"]);
}

#[tokio::test]
async fn unique_values_are_unique_among_current_versions() {
    let dock = Dock::blank();
    let article = model(&dock, "article", json!({"draft_mode_active": true})).await;
    let other = model(&dock, "other", json!({})).await;
    for model in [&article, &other] {
        field(
            &dock,
            model,
            "slug",
            "slug",
            json!({"validators": {"unique": {}}}),
        )
        .await;
    }
    let one = item(&dock, &article, json!({"slug": "a"})).await;
    item(&dock, &other, json!({"slug": "a"})).await;
    assert_eq!(
        try_item(&dock, &article, json!({"slug": "a"}))
            .await
            .details()["code"],
        "VALIDATION_UNIQUE"
    );
    update(&dock, &one, json!({"slug": "b"})).await;
    assert_eq!(
        try_item(&dock, &article, json!({"slug": "a"})).await.status,
        201,
        "only an old version says so"
    );
    assert_eq!(
        update(&dock, &one, json!({"slug": "b"})).await.status,
        200,
        "a record does not clash with itself"
    );
}

#[tokio::test]
async fn who_may_see_only_their_own_sees_only_their_own() {
    let dock = Dock::blank();
    let article = model(&dock, "article", json!({})).await;
    let theirs = item(&dock, &article, json!({})).await;
    let token = dock
        .token_with(
            "own only",
            json!({"environments_access": "all", "negative_item_type_permissions": [], "positive_item_type_permissions": [
                {"environment": "main", "action": "read", "item_type": article, "on_creator": "self"},
                {"environment": "main", "action": "create", "item_type": article, "localization_scope": "all"},
            ]}),
        )
        .await;
    let path = "/items?filter[type]=article";
    assert_eq!(
        dock.call_as(&token, None, "GET", path, None).await.body["meta"]["total_count"],
        0
    );
    let mine = dock
        .call_as(
            &token,
            None,
            "POST",
            "/items",
            Some(&new_item(&article, json!({}))),
        )
        .await;
    let listed = dock.call_as(&token, None, "GET", path, None).await;
    assert_eq!(crate::content::column(&listed, "id"), [id(&mine)]);
    assert_eq!(listed.body["meta"]["total_count"], 1);
    let single = dock
        .call_as(&token, None, "GET", &format!("/items/{theirs}"), None)
        .await;
    assert_eq!(single.brief(), "403 INSUFFICIENT_PERMISSIONS");
}
