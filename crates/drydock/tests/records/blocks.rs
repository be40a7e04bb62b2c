//! Blocks and structured text: the forms requests and answers take.

use crate::content::{field, item, model, new_block, required_field, try_item, update};
use crate::support::Dock;
use serde_json::{Value, json};

struct World {
    dock: Dock,
    page: String,
    quote: String,
}

/// A model `page` whose `blocks` hold quotes.
async fn page() -> World {
    let dock = Dock::blank();
    let page = model(&dock, "page", json!({"draft_mode_active": true})).await;
    let quote = model(&dock, "quote", json!({"modular_block": true})).await;
    required_field(&dock, &quote, "text", "string").await;
    field(&dock, &quote, "author", "string", json!({})).await;
    field(
        &dock,
        &page,
        "blocks",
        "rich_text",
        json!({"validators": {"rich_text_blocks": {"item_types": [quote]}}}),
    )
    .await;
    World { dock, page, quote }
}

impl World {
    async fn nested(&self, id: &str) -> Value {
        self.dock
            .get(&format!("/items/{id}?nested=true"))
            .await
            .data()["attributes"]["blocks"]
            .clone()
    }
}

#[tokio::test]
async fn blocks_are_made_kept_changed_and_dropped() {
    let world = page().await;
    let World { dock, page, quote } = &world;
    let blocks = json!([
        new_block(quote, json!({"text": "One", "author": "Ann"})),
        new_block(quote, json!({"text": "Two"}))
    ]);
    let one = item(dock, page, json!({"blocks": blocks})).await;
    let ids = dock.get(&format!("/items/{one}")).await.data()["attributes"]["blocks"].clone();
    let (first, second) = (ids[0].as_str().unwrap(), ids[1].as_str().unwrap());
    let nested = world.nested(&one).await;
    assert_eq!(
        nested[0]["attributes"],
        json!({"text": "One", "author": "Ann"})
    );
    assert_eq!(
        nested[0]["relationships"]["item_type"]["data"]["id"],
        *quote
    );

    let change = json!([{"type": "item", "id": second, "attributes": {"author": "Bob"}}, first, new_block(quote, json!({"text": "Three"}))]);
    let changed = update(dock, &one, json!({"blocks": change})).await;
    assert_eq!(changed.status, 200, "{}", changed.body);
    assert_eq!(changed.data()["attributes"]["blocks"][0], second);
    assert_eq!(changed.data()["attributes"]["blocks"][1], first);
    let nested = world.nested(&one).await;
    assert_eq!(
        nested[0]["attributes"],
        json!({"text": "Two", "author": "Bob"}),
        "only what was sent changed"
    );
    assert_eq!(nested[1]["attributes"]["text"], "One");
    assert_eq!(nested[2]["attributes"]["text"], "Three");

    update(dock, &one, json!({"blocks": [first]})).await;
    assert_eq!(
        dock.get(&format!("/items/{first}")).await.data()["attributes"]["text"],
        "One"
    );
    assert_eq!(
        dock.get(&format!("/items/{second}")).await.brief(),
        "404 NOT_FOUND"
    );
    assert_eq!(
        dock.get("/items").await.body["meta"]["total_count"],
        1,
        "blocks are not records"
    );
    let by_model = dock.get(&format!("/items?filter[type]={quote}")).await;
    assert_eq!(crate::content::column(&by_model, "id"), [first]);
}

#[tokio::test]
async fn what_nested_answers_with_can_be_sent_back() {
    let world = page().await;
    let World { dock, page, quote } = &world;
    let one = item(
        dock,
        page,
        json!({"blocks": [new_block(quote, json!({"text": "One"}))]}),
    )
    .await;
    let before = world.nested(&one).await;
    assert_eq!(
        update(dock, &one, json!({"blocks": before})).await.status,
        200
    );
    assert_eq!(world.nested(&one).await, before);
}

#[tokio::test]
async fn published_blocks_do_not_follow_the_draft() {
    let world = page().await;
    let World { dock, page, quote } = &world;
    let one = item(
        dock,
        page,
        json!({"blocks": [new_block(quote, json!({"text": "Old"}))]}),
    )
    .await;
    dock.put(&format!("/items/{one}/publish")).await;
    let id = dock.get(&format!("/items/{one}")).await.data()["attributes"]["blocks"][0].clone();
    update(
        dock,
        &one,
        json!({"blocks": [{"type": "item", "id": id, "attributes": {"text": "New"}}]}),
    )
    .await;
    let public = dock
        .get(&format!("/items/{one}?nested=true&version=published"))
        .await;
    assert_eq!(
        public.data()["attributes"]["blocks"][0]["attributes"]["text"],
        "Old"
    );
    assert_eq!(world.nested(&one).await[0]["attributes"]["text"], "New");
}

#[tokio::test]
async fn blocks_obey_rules_too() {
    let world = page().await;
    let World { dock, page, quote } = &world;
    let stranger = model(dock, "stranger", json!({"modular_block": true})).await;
    for (blocks, field, code) in [
        (
            json!([new_block(quote, json!({}))]),
            "blocks.0.text",
            "VALIDATION_REQUIRED",
        ),
        (
            json!([new_block(&stranger, json!({}))]),
            "blocks",
            "VALIDATION_INVALID_BLOCK_MODEL",
        ),
        (json!(["nobody"]), "blocks", "VALIDATION_INVALID"),
        (json!("text"), "blocks", "VALIDATION_INVALID"),
    ] {
        let refused = try_item(dock, page, json!({"blocks": blocks})).await;
        assert_eq!(
            (
                refused.details()["field"].as_str(),
                refused.details()["code"].as_str()
            ),
            (Some(field), Some(code)),
            "{blocks}"
        );
    }
    assert_eq!(
        try_item(dock, quote, json!({"text": "alone"}))
            .await
            .brief(),
        "422 INVALID_FIELD"
    );
}

#[tokio::test]
async fn a_duplicate_has_blocks_of_its_own() {
    let world = page().await;
    let World { dock, page, quote } = &world;
    field(dock, page, "title", "string", json!({})).await;
    let one = item(
        dock,
        page,
        json!({"title": "Page", "blocks": [new_block(quote, json!({"text": "One"}))]}),
    )
    .await;
    let job = dock
        .call("POST", &format!("/items/{one}/duplicate"), None)
        .await;
    let copy = dock.outcome(&job).await["payload"]["data"].clone();
    assert_eq!(copy["attributes"]["title"], "Page (duplicate)");
    let original =
        dock.get(&format!("/items/{one}")).await.data()["attributes"]["blocks"][0].clone();
    assert_ne!(copy["attributes"]["blocks"][0], original);
    assert_eq!(
        world.nested(copy["id"].as_str().unwrap()).await[0]["attributes"]["text"],
        "One"
    );
}

#[tokio::test]
async fn structured_text_holds_blocks_and_links() {
    let dock = Dock::blank();
    let page = model(&dock, "page", json!({})).await;
    let quote = model(&dock, "quote", json!({"modular_block": true})).await;
    field(&dock, &quote, "text", "string", json!({})).await;
    let validators = json!({"structured_text_blocks": {"item_types": [quote]}, "structured_text_links": {"item_types": [page]}});
    field(
        &dock,
        &page,
        "content",
        "structured_text",
        json!({"validators": validators}),
    )
    .await;
    let target = item(&dock, &page, json!({})).await;
    let text = |block: Value| {
        json!({"schema": "dast", "document": {"type": "root", "children": [
            {"type": "paragraph", "children": [
                {"type": "itemLink", "item": target, "children": [{"type": "span", "value": "see"}]},
                {"type": "inlineItem", "item": target}]},
            {"type": "block", "item": block}]}})
    };
    let one = item(
        &dock,
        &page,
        json!({"content": text(new_block(&quote, json!({"text": "Foo"})))}),
    )
    .await;
    let plain = dock.get(&format!("/items/{one}")).await.data()["attributes"]["content"].clone();
    let block = plain["document"]["children"][1]["item"].clone();
    assert!(block.is_string());
    let whole =
        dock.get(&format!("/items/{one}?nested=true")).await.data()["attributes"]["content"]
            .clone();
    assert_eq!(
        whole["document"]["children"][1]["item"]["attributes"],
        json!({"text": "Foo"})
    );
    let changed = update(&dock, &one, json!({"content": text(json!({"type": "item", "id": block, "attributes": {"text": "Bar"}}))})).await;
    assert_eq!(
        changed.data()["attributes"]["content"]["document"]["children"][1]["item"],
        block
    );
    assert_eq!(
        dock.get(&format!("/items/{}", block.as_str().unwrap()))
            .await
            .data()["attributes"]["text"],
        "Bar"
    );

    dock.outcome(&dock.call("DELETE", &format!("/items/{target}"), None).await)
        .await;
    let left = dock.get(&format!("/items/{one}")).await.data()["attributes"]["content"]["document"]
        ["children"]
        .clone();
    assert_eq!(
        left[0]["children"],
        json!([{"type": "span", "value": "see"}]),
        "the words of a dead link stay"
    );
    let malformed = json!({"schema": "dast", "document": {"type": "root", "children": [{"type": "span", "value": "loose"}]}});
    let refused = try_item(&dock, &page, json!({"content": malformed})).await;
    assert_eq!(
        refused.details()["message"],
        "a `span` node cannot stand inside `root`"
    );
}

/// A block model may be allowed in one place of a structured text and not in the other.
#[tokio::test]
async fn what_is_allowed_within_words_is_not_allowed_by_itself() {
    let dock = Dock::blank();
    let page = model(&dock, "page", json!({})).await;
    let apart = model(&dock, "quote", json!({"modular_block": true})).await;
    let inline = model(&dock, "mention", json!({"modular_block": true})).await;
    let validators = json!({
        "structured_text_blocks": {"item_types": [apart]},
        "structured_text_inline_blocks": {"item_types": [inline]},
        "structured_text_links": {"item_types": []},
    });
    let content = json!({"validators": validators});
    field(&dock, &page, "content", "structured_text", content).await;
    let text = |by_itself: &str, within: &str| {
        json!({"schema": "dast", "document": {"type": "root", "children": [
            {"type": "block", "item": new_block(by_itself, json!({}))},
            {"type": "paragraph", "children": [{"type": "inlineBlock", "item": new_block(within, json!({}))}]}]}})
    };
    let taken = try_item(&dock, &page, json!({"content": text(&apart, &inline)})).await;
    assert_eq!(taken.status, 201, "{}", taken.body);
    for wrong in [&inline, &apart] {
        let refused = try_item(&dock, &page, json!({"content": text(wrong, wrong)})).await;
        assert_eq!(refused.status, 422, "{}", refused.body);
        let details = refused.details();
        assert_eq!(details["code"], "VALIDATION_INVALID_BLOCK_MODEL");
        assert_eq!(details["item_type"], **wrong);
    }
}
