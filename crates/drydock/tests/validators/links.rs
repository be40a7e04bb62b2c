//! Links and blocks.

use serde_json::{Value, json};

use crate::content::new_block;
use crate::occasions::check_all;
use crate::world::Row;

fn rows() -> Vec<Row> {
    let one = || json!({ "item_item_type": { "item_types": ["$model"] } });
    let many =
        |size: Value| json!({ "items_item_type": { "item_types": ["$model"] }, "size": size });
    let block = || new_block("$block", json!({ "words": "a" }));
    let mut required = one();
    required["required"] = json!({});
    let single = json!({ "single_block_blocks": { "item_types": ["$block"] }, "required": {} });
    let blocks =
        |size: Value| json!({ "rich_text_blocks": { "item_types": ["$block"] }, "size": size });
    vec![
        (
            "link",
            required,
            json!("$record"),
            json!(null),
            "VALIDATION_REQUIRED",
        ),
        (
            "link",
            one(),
            json!("$record"),
            json!("$stranger"),
            "VALIDATION_ITEM_ITEM_TYPE",
        ),
        (
            "link",
            one(),
            json!("$record"),
            json!("nowhere"),
            "VALIDATION_ITEM_ITEM_TYPE",
        ),
        (
            "link",
            one(),
            json!("$record"),
            json!(["$record"]),
            "VALIDATION_INVALID",
        ),
        (
            "links",
            many(json!({ "max": 1 })),
            json!(["$record"]),
            json!(["$record", "$record"]),
            "VALIDATION_SIZE",
        ),
        (
            "links",
            many(json!({ "min": 1 })),
            json!(["$record"]),
            json!([]),
            "VALIDATION_SIZE",
        ),
        (
            "links",
            many(json!({ "max": 9 })),
            json!([]),
            json!(["$stranger"]),
            "VALIDATION_ITEMS_ITEM_TYPE",
        ),
        (
            "single_block",
            single,
            block(),
            json!(null),
            "VALIDATION_REQUIRED",
        ),
        (
            "rich_text",
            blocks(json!({ "eq": 1 })),
            json!([block()]),
            json!([]),
            "VALIDATION_SIZE",
        ),
        (
            "rich_text",
            blocks(json!({ "max": 9 })),
            json!([]),
            json!([new_block("$model", json!({}))]),
            "VALIDATION_INVALID_BLOCK_MODEL",
        ),
    ]
}

#[tokio::test]
async fn links_and_blocks() {
    check_all(&rows()).await;
}
