//! What models, fields, blocks and workflows are to each other.

use serde_json::{Value, json};

use crate::content::{document, field, id, item, model, update};
use crate::support::Dock;

/// Does it, as a job if it is one; the code of what it is refused with, or the status.
async fn attempt(dock: &Dock, method: &str, path: &str, body: Option<Value>) -> String {
    let reply = dock.call(method, path, body.as_ref()).await;
    let (status, answer) = if reply.status == 202 {
        let outcome = dock.outcome(&reply).await;
        (outcome["status"].to_string(), outcome["payload"].clone())
    } else {
        (reply.status.as_u16().to_string(), reply.body.clone())
    };
    let error = &answer["data"][0]["attributes"];
    match error["code"].as_str() {
        Some("INVALID_FIELD") => format!(
            "{} {}",
            error["details"]["field"].as_str().unwrap(),
            error["details"]["code"].as_str().unwrap()
        ),
        Some(code) => code.to_owned(),
        None => status,
    }
}

async fn set(dock: &Dock, model: &str, attributes: Value) -> String {
    let body = document("item_type", attributes);
    attempt(dock, "PUT", &format!("/item-types/{model}"), Some(body)).await
}

async fn relate(dock: &Dock, model: &str, name: &str, target: Value) -> String {
    let body = json!({"data": {"type": "item_type", "relationships": {name: {"data": target}}}});
    attempt(dock, "PUT", &format!("/item-types/{model}"), Some(body)).await
}

#[tokio::test]
async fn invalid_drafts_are_saved_only_where_there_are_drafts() {
    let dock = Dock::blank();
    let new = |key: &str, drafts: bool| {
        document(
            "item_type",
            json!({"name": "A", "api_key": key, "draft_mode_active": drafts, "draft_saving_active": true}),
        )
    };
    let refused = attempt(&dock, "POST", "/item-types", Some(new("a", false))).await;
    assert_eq!(refused, "draft_saving_active VALIDATION_INVALID");
    let made = attempt(&dock, "POST", "/item-types", Some(new("b", true))).await;
    assert_eq!(made, "201");
    let both = json!({"draft_mode_active": false, "draft_saving_active": true});
    assert_eq!(
        set(&dock, "b", both).await,
        "draft_saving_active VALIDATION_INVALID"
    );
    assert_eq!(
        set(&dock, "b", json!({"draft_mode_active": false})).await,
        "200"
    );
    let model = dock.get("/item-types/b").await;
    assert_eq!(model.data()["attributes"]["draft_saving_active"], false);
}

#[tokio::test]
async fn titles_pictures_and_excerpts_are_fields_that_can_be_that() {
    let dock = Dock::blank();
    let quote = model(&dock, "quote", json!({"modular_block": true})).await;
    let page = model(&dock, "page", json!({})).await;
    let blocks = json!({"validators": {"rich_text_blocks": {"item_types": [quote]}}});
    let structured = json!({"validators": {
        "structured_text_blocks": {"item_types": []}, "structured_text_links": {"item_types": []}}});
    let mut fields = Vec::new();
    for (field_type, extra) in [
        ("string", json!({})),
        ("text", json!({})),
        ("date", json!({})),
        ("file", json!({})),
        ("gallery", json!({})),
        ("json", json!({})),
        ("structured_text", structured),
        ("rich_text", blocks),
    ] {
        fields.push(field(&dock, &page, field_type, field_type, extra).await);
    }
    for (name, suitable) in [
        ("title_field", &["string", "text"][..]),
        ("presentation_title_field", &["string", "text", "date"]),
        ("image_preview_field", &["file", "gallery"]),
        ("presentation_image_field", &["file", "gallery"]),
        ("excerpt_field", &["string", "text", "structured_text"]),
        ("ordering_field", &["string", "text", "date"]),
    ] {
        for field in &fields {
            let field_type = field["attributes"]["field_type"].as_str().unwrap();
            let target = json!({"type": "field", "id": field["id"]});
            let found = relate(&dock, &page, name, target).await;
            let expected = if suitable.contains(&field_type) {
                "200".to_owned()
            } else {
                format!("{name} VALIDATION_INVALID")
            };
            assert_eq!(found, expected, "{name} {field_type}");
        }
        relate(&dock, &page, name, Value::Null).await;
    }
}

#[tokio::test]
async fn a_field_that_becomes_something_else_is_no_title_any_more() {
    let dock = Dock::blank();
    let page = model(&dock, "page", json!({})).await;
    let title = field(&dock, &page, "title", "string", json!({})).await;
    let target = json!({"type": "field", "id": title["id"]});
    for name in ["excerpt_field", "ordering_field"] {
        assert_eq!(relate(&dock, &page, name, target.clone()).await, "200");
    }
    let path = format!("/fields/{}", title["id"].as_str().unwrap());
    let integer = document("field", json!({"field_type": "integer"}));
    assert_eq!(attempt(&dock, "PUT", &path, Some(integer)).await, "200");
    let model = dock.get("/item-types/page").await;
    let is_kept = |name: &str| !model.data()["relationships"][name]["data"].is_null();
    let names = [
        "title_field",
        "excerpt_field",
        "presentation_title_field",
        "ordering_field",
    ];
    assert_eq!(names.map(is_kept), [false, false, true, true]);
}

#[tokio::test]
async fn a_block_model_stays_while_a_field_may_hold_its_blocks() {
    let dock = Dock::blank();
    let quote = model(&dock, "quote", json!({"modular_block": true})).await;
    let other = model(&dock, "other", json!({"modular_block": true})).await;
    let page = model(&dock, "page", json!({})).await;
    for (key, field_type, validator) in [
        ("body", "rich_text", "rich_text_blocks"),
        ("hero", "single_block", "single_block_blocks"),
    ] {
        let holding = |model: &str| json!({"validators": {validator: {"item_types": [model]}}});
        let made = field(&dock, &page, key, field_type, holding(&quote)).await;
        let reply = dock.call("DELETE", "/item-types/quote", None).await;
        let outcome = dock.outcome(&reply).await;
        let error = &outcome["payload"]["data"][0]["attributes"];
        assert_eq!(error["code"], "MODULAR_BLOCK_IN_USE", "{outcome}");
        assert_eq!(error["details"]["field_id"], made["id"]);
        let path = format!("/fields/{}", made["id"].as_str().unwrap());
        let body = document("field", holding(&other));
        assert_eq!(attempt(&dock, "PUT", &path, Some(body)).await, "200");
    }
    // One that may hold itself goes with its field.
    let itself = json!({"validators": {"rich_text_blocks": {"item_types": [quote]}}});
    field(&dock, &quote, "inner", "rich_text", itself).await;
    assert_eq!(
        attempt(&dock, "DELETE", "/item-types/quote", None).await,
        "200"
    );
}

#[tokio::test]
async fn records_are_on_a_stage_of_their_models_workflow() {
    let dock = Dock::blank();
    let page = model(&dock, "page", json!({"draft_mode_active": true})).await;
    let workflow = async |key: &str, stages: [&str; 2]| {
        let stages: Vec<Value> = stages
            .iter()
            .enumerate()
            .map(|(n, id)| json!({"id": id, "name": id, "description": null, "initial": n == 0}))
            .collect();
        let body = document(
            "workflow",
            json!({"name": key, "api_key": key, "stages": stages}),
        );
        let made = dock.call("POST", "/workflows", Some(&body)).await;
        json!({"type": "workflow", "id": id(&made)})
    };
    let review = workflow("review", ["writing", "ready"]).await;
    let print = workflow("print", ["ready", "printed"]).await;
    let one = item(&dock, &page, json!({})).await;
    let move_to = async |stage: &str| {
        let body = json!({"data": {"type": "item", "id": one, "meta": {"stage": stage}}});
        attempt(&dock, "PUT", &format!("/items/{one}"), Some(body)).await
    };
    let stage = async || dock.get(&format!("/items/{one}")).await.data()["meta"]["stage"].clone();
    assert_eq!(move_to("ready").await, "stage VALIDATION_INVALID");
    assert_eq!(relate(&dock, &page, "workflow", review).await, "200");
    assert_eq!(stage().await, "writing");
    assert_eq!(move_to("printed").await, "stage VALIDATION_INVALID");
    let bulk = json!({"data": {"type": "item_bulk_move_to_stage_operation", "attributes": {"stage": "printed"},
        "relationships": {"items": {"data": [{"type": "item", "id": one}]}}}});
    let job = dock
        .call("POST", "/items/bulk/move-to-stage", Some(&bulk))
        .await;
    assert_eq!(dock.outcome(&job).await["payload"]["meta"]["failed"], 1);
    assert_eq!(move_to("ready").await, "200");
    // The other workflow has this stage too, and then no longer.
    assert_eq!(relate(&dock, &page, "workflow", print).await, "200");
    assert_eq!(stage().await, "ready");
    assert_eq!(update(&dock, &one, json!({})).await.status, 200);
    assert_eq!(relate(&dock, &page, "workflow", Value::Null).await, "200");
    assert_eq!(stage().await, Value::Null);
}
