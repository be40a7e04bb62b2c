//! Where a value is judged: in each locale, and in the blocks of a record.

use serde_json::{Value, json};

use crate::content::{field, item, model, new_block, set_locales, try_item, update};
use crate::support::Dock;
use crate::world::World;

#[tokio::test]
async fn each_locale_is_judged_by_itself() {
    let dock = Dock::blank();
    set_locales(&dock, &["en", "it"]).await;
    let page = model(&dock, "page", json!({})).await;
    let rules =
        json!({ "localized": true, "validators": { "length": { "max": 3 }, "unique": {} } });
    field(&dock, &page, "thing", "string", rules).await;
    let first = json!({ "thing": { "en": "one", "it": "uno" } });
    let first = item(&dock, &page, first).await;
    for (value, code, locale) in [
        (
            json!({ "en": "fine", "it": "si" }),
            "VALIDATION_LENGTH",
            "en",
        ),
        (
            json!({ "en": "a", "it": "bene" }),
            "VALIDATION_LENGTH",
            "it",
        ),
        (json!({ "en": "a", "it": "uno" }), "VALIDATION_UNIQUE", "it"),
    ] {
        let refused = try_item(&dock, &page, json!({ "thing": value })).await;
        assert_eq!(refused.details()["code"], code, "{value}");
        assert_eq!(refused.details()["locale"], locale, "{value}");
        assert_eq!(refused.body["data"].as_array().unwrap().len(), 1, "{value}");
    }
    // The same word in another locale is another word, and a record does not stand in its own way.
    item(
        &dock,
        &page,
        json!({ "thing": { "en": "uno", "it": "one" } }),
    )
    .await;
    let again = json!({ "thing": { "en": "one", "it": "uno" } });
    assert_eq!(update(&dock, &first, again).await.status, 200);
    // All that is wrong is said at once.
    let both = json!({ "thing": { "en": "three", "it": "quattro" } });
    let refused = try_item(&dock, &page, both).await;
    assert_eq!(refused.body["data"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn blocks_are_judged_with_the_record_they_are_in() {
    let world = World::new().await;
    let dock = &world.dock;
    let strict = model(dock, "aside", json!({ "modular_block": true })).await;
    let rules = json!({ "validators": { "required": {} } });
    let inner = field(dock, &strict, "words", "string", rules).await;
    let page = model(dock, "page", json!({})).await;
    let rules = json!({ "validators": { "rich_text_blocks": { "item_types": [strict] } } });
    field(dock, &page, "content", "rich_text", rules).await;
    let blocks = |words: &[Value]| {
        let blocks = words
            .iter()
            .map(|words| new_block(&strict, json!({ "words": words })));
        json!({ "content": blocks.collect::<Vec<_>>() })
    };
    let refused = try_item(dock, &page, blocks(&[json!("a"), json!(null)])).await;
    assert_eq!(refused.details()["code"], "VALIDATION_REQUIRED");
    assert_eq!(refused.details()["field"], "content.1.words");
    assert_eq!(refused.details()["field_id"], inner["id"]);
    item(dock, &page, blocks(&[json!("a"), json!("b")])).await;
}
