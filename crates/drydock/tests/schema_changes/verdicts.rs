//! What a change of the schema does to the validity and the publication of the records that are there.

use serde_json::{Value, json};

use crate::content::{
    self, field, id, item, model, new_block, required_field, set_locales, try_item,
};
use crate::support::Dock;
use crate::{change, destroy, meta, valid};

#[tokio::test]
async fn a_field_that_becomes_localized_is_judged_in_every_locale() {
    let dock = Dock::blank();
    set_locales(&dock, &["en", "it"]).await;
    let page = model(&dock, "page", json!({})).await;
    field(&dock, &page, "name", "string", json!({"localized": true})).await;
    let title = required_field(&dock, &page, "title", "string").await;
    let values = json!({"name": {"en": "a", "it": "b"}, "title": "One"});
    let one = item(&dock, &page, values).await;
    assert_eq!(valid(&dock, &page).await, 1);

    let path = format!("/fields/{}", title["id"].as_str().unwrap());
    change(&dock, "field", &path, json!({"localized": true})).await;
    assert_eq!(meta(&dock, &one).await["is_current_version_valid"], false);
    assert_eq!(valid(&dock, &page).await, 0);

    change(&dock, "field", &path, json!({"localized": false})).await;
    assert_eq!(meta(&dock, &one).await["is_current_version_valid"], true);
}

#[tokio::test]
async fn a_record_that_loses_a_locale_is_judged_by_the_others() {
    let dock = Dock::blank();
    set_locales(&dock, &["en", "it"]).await;
    let switches = json!({"draft_mode_active": true, "draft_saving_active": true});
    let page = model(&dock, "page", switches).await;
    let rules = json!({"localized": true, "validators": {"required": {}}});
    field(&dock, &page, "title", "string", rules).await;
    let half = try_item(&dock, &page, json!({"title": {"en": "One", "it": null}})).await;
    assert_eq!(half.data()["meta"]["is_current_version_valid"], false);
    set_locales(&dock, &["en"]).await;
    let meta = meta(&dock, &id(&half)).await;
    assert_eq!(meta["is_current_version_valid"], true);
}

#[tokio::test]
async fn what_a_destroyed_model_leaves_behind_is_judged_again() {
    for is_block in [true, false] {
        let dock = Dock::blank();
        let target = model(&dock, "target", json!({"modular_block": is_block})).await;
        let page = model(&dock, "page", json!({})).await;
        let (field_type, validators, value) = if is_block {
            (
                "rich_text",
                json!({"rich_text_blocks": {"item_types": [target]}, "size": {"min": 1}}),
                json!([new_block(&target, json!({}))]),
            )
        } else {
            let linked = item(&dock, &target, json!({})).await;
            (
                "link",
                json!({"item_item_type": {"item_types": [target]}, "required": {}}),
                json!(linked),
            )
        };
        let rules = json!({"validators": validators});
        let thing = field(&dock, &page, "thing", field_type, rules).await;
        let one = item(&dock, &page, json!({"thing": value})).await;
        assert_eq!(meta(&dock, &one).await["is_current_version_valid"], true);
        if is_block {
            // First the field lets go of it, which its records do not.
            let path = format!("/fields/{}", thing["id"].as_str().unwrap());
            let emptied = json!({"rich_text_blocks": {"item_types": []}, "size": {"min": 1}});
            change(&dock, "field", &path, json!({"validators": emptied})).await;
            let verdict = meta(&dock, &one).await["is_current_version_valid"].clone();
            assert_eq!(verdict, false);
        }
        destroy(&dock, &format!("/item-types/{target}")).await;
        let meta = meta(&dock, &one).await;
        assert_eq!(meta["is_current_version_valid"], false, "{field_type}");
    }
}

#[tokio::test]
async fn a_model_without_drafts_publishes_those_it_had() {
    let dock = Dock::blank();
    let page = model(&dock, "page", json!({"draft_mode_active": true})).await;
    field(&dock, &page, "title", "string", json!({})).await;
    let draft = item(&dock, &page, json!({"title": "Draft"})).await;
    let updated = item(&dock, &page, json!({"title": "Old"})).await;
    dock.put(&format!("/items/{updated}/publish")).await;
    content::update(&dock, &updated, json!({"title": "New"})).await;
    let first = meta(&dock, &updated).await["first_published_at"].clone();
    dock.clock.advance(std::time::Duration::from_mins(1));

    let path = format!("/item-types/{page}");
    change(&dock, "item_type", &path, json!({"name": "Page"})).await;
    assert_eq!(meta(&dock, &draft).await["status"], "draft");
    let off = json!({"draft_mode_active": false});
    change(&dock, "item_type", &path, off).await;
    for (item, title) in [(&draft, "Draft"), (&updated, "New")] {
        let public = dock.get(&format!("/items/{item}?version=published")).await;
        assert_eq!(public.data()["attributes"]["title"], title);
        assert_eq!(public.data()["meta"]["status"], "published");
        assert_eq!(public.data()["meta"]["is_published_version_valid"], true);
    }
    assert_eq!(meta(&dock, &updated).await["first_published_at"], first);
    let versions = dock.get(&format!("/items/{updated}/versions")).await;
    let public: Vec<&Value> = versions
        .data()
        .as_array()
        .unwrap()
        .iter()
        .map(|version| &version["meta"]["is_published"])
        .collect();
    assert_eq!(public, [true, false]);
    assert!(versions.data()[1]["meta"]["published_until"].is_string());
}

#[tokio::test]
async fn a_model_that_comes_to_demand_every_locale_judges_those_that_lack_one() {
    let dock = Dock::blank();
    set_locales(&dock, &["en", "it"]).await;
    let page = model(&dock, "page", json!({"draft_mode_active": true})).await;
    field(&dock, &page, "title", "string", json!({"localized": true})).await;
    let half = item(&dock, &page, json!({"title": {"en": "One"}})).await;
    let both = item(&dock, &page, json!({"title": {"en": "Two", "it": "Due"}})).await;
    assert_eq!(valid(&dock, &page).await, 2);

    let path = format!("/item-types/{page}");
    let all = |on: bool| json!({"all_locales_required": on});
    change(&dock, "item_type", &path, all(true)).await;
    assert_eq!(meta(&dock, &half).await["is_current_version_valid"], false);
    assert_eq!(meta(&dock, &both).await["is_current_version_valid"], true);
    let refused = dock.put(&format!("/items/{half}/publish")).await;
    assert_eq!(refused.details()["missing_locales"], json!(["it"]));
    // A new locale is one more that they lack.
    set_locales(&dock, &["en", "it", "de"]).await;
    assert_eq!(valid(&dock, &page).await, 0);
    change(&dock, "item_type", &path, all(false)).await;
    assert_eq!(valid(&dock, &page).await, 2);
}

#[tokio::test]
async fn a_block_its_field_no_longer_allows_makes_its_record_invalid() {
    let dock = Dock::blank();
    let hero = model(&dock, "hero", json!({"modular_block": true})).await;
    let quote = model(&dock, "quote", json!({"modular_block": true})).await;
    let page = model(&dock, "page", json!({})).await;
    let allowing =
        |blocks: Value| json!({"validators": {"rich_text_blocks": {"item_types": blocks}}});
    let body = field(
        &dock,
        &page,
        "body",
        "rich_text",
        allowing(json!([hero, quote])),
    )
    .await;
    let blocks = json!([new_block(&quote, json!({}))]);
    let one = item(&dock, &page, json!({"body": blocks})).await;
    let path = format!("/fields/{}", body["id"].as_str().unwrap());
    change(&dock, "field", &path, allowing(json!([hero]))).await;
    assert_eq!(meta(&dock, &one).await["is_current_version_valid"], false);
    let refused = dock.put(&format!("/items/{one}/publish")).await;
    assert_eq!(
        refused.details()["code"],
        "VALIDATION_INVALID_BLOCK_MODEL",
        "{}",
        refused.body
    );
}

#[tokio::test]
async fn what_linked_to_a_record_that_goes_is_judged_again() {
    for (strategy, destroyed) in [
        ("on_reference_delete_strategy", true),
        ("on_reference_unpublish_strategy", false),
    ] {
        let dock = Dock::blank();
        let target = model(&dock, "target", json!({"draft_mode_active": true})).await;
        let page = model(&dock, "page", json!({"draft_mode_active": true})).await;
        let validators = json!({"required": {},
            "item_item_type": {"item_types": [target], strategy: "delete_references"}});
        let rules = json!({"validators": validators});
        field(&dock, &page, "about", "link", rules).await;
        let linked = item(&dock, &target, json!({})).await;
        let one = item(&dock, &page, json!({"about": linked})).await;
        for id in [&linked, &one] {
            let reply = dock.put(&format!("/items/{id}/publish")).await;
            assert_eq!(reply.status, 200, "{}", reply.body);
        }
        if destroyed {
            destroy(&dock, &format!("/items/{linked}")).await;
        } else {
            let reply = dock.put(&format!("/items/{linked}/unpublish")).await;
            assert_eq!(reply.status, 200, "{}", reply.body);
        }
        let meta = meta(&dock, &one).await;
        assert_eq!(meta["is_published_version_valid"], false, "{strategy}");
        assert_eq!(meta["is_current_version_valid"], false, "{strategy}");
    }
}
