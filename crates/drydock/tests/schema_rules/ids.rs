//! Ids that clients choose: what has not the form of one is refused, wherever something is made.

use serde_json::{Value, json};

use crate::content::{document, field, id, item, model, new_block, new_item, try_item};
use crate::support::Dock;

const GOOD: &str = "hWl-mnkWRYmMCSTq4z_piQ";

#[tokio::test]
async fn what_is_no_id_is_refused() {
    let dock = Dock::blank();
    let page = model(&dock, "page", json!({})).await;
    let field = json!({"label": "Title", "api_key": "title", "field_type": "string"});
    let filter = json!({"name": "Mine", "filter": {}, "shared": true});
    let stages = json!([{"id": "a", "name": "A", "description": null, "initial": true}]);
    for (path, mut body) in [
        (
            "/item-types".to_owned(),
            document("item_type", json!({"name": "Other", "api_key": "other"})),
        ),
        (
            format!("/item-types/{page}/fields"),
            document("field", field),
        ),
        (
            format!("/item-types/{page}/fieldsets"),
            document("fieldset", json!({"title": "Set"})),
        ),
        ("/items".to_owned(), new_item(&page, json!({}))),
        (
            "/upload-filters".to_owned(),
            document("upload_filter", filter),
        ),
        (
            "/workflows".to_owned(),
            document(
                "workflow",
                json!({"name": "Review", "api_key": "review", "stages": stages}),
            ),
        ),
        (
            "/menu-items".to_owned(),
            document("menu_item", json!({"label": "Entry"})),
        ),
    ] {
        for (chosen, status) in [("page", 422), ("hWl-mnkWRYmMCSTq4z_p", 422), (GOOD, 201)] {
            body["data"]["id"] = chosen.into();
            let reply = dock.call("POST", &path, Some(&body)).await;
            let (found, answer) = if reply.status == 202 {
                let outcome = dock.outcome(&reply).await;
                (outcome["status"].clone(), outcome["payload"].clone())
            } else {
                (json!(reply.status.as_u16()), reply.body.clone())
            };
            assert_eq!(found, status, "{path} {chosen}: {answer}");
            if status == 422 {
                let error = &answer["data"][0]["attributes"];
                assert_eq!(error["code"], "INVALID_ENTITY_ID", "{path}: {answer}");
                assert_eq!(error["details"], json!({"id": chosen}));
            } else {
                assert_eq!(answer["data"]["id"], GOOD, "{path}");
            }
        }
    }
}

#[tokio::test]
async fn blocks_too() {
    let dock = Dock::blank();
    let quote = model(&dock, "quote", json!({"modular_block": true})).await;
    let page = model(&dock, "page", json!({})).await;
    let rules = json!({"validators": {"rich_text_blocks": {"item_types": [quote]}}});
    field(&dock, &page, "body", "rich_text", rules).await;
    let with_id = |chosen: &str| -> Value {
        let mut block = new_block(&quote, json!({}));
        block["id"] = chosen.into();
        json!({"body": [block]})
    };
    let refused = try_item(&dock, &page, with_id("quote")).await;
    assert_eq!(refused.brief(), "422 INVALID_ENTITY_ID");
    let one = item(&dock, &page, with_id(GOOD)).await;
    let body = dock.get(&format!("/items/{one}")).await.data()["attributes"]["body"].clone();
    assert_eq!(body, json!([GOOD]));
    // A second one of the same id.
    let taken = try_item(&dock, &page, with_id(GOOD)).await;
    assert_eq!(taken.details()["code"], "VALIDATION_UNIQUENESS");
    assert_eq!(id(&dock.get(&format!("/items/{one}")).await), one);
}
