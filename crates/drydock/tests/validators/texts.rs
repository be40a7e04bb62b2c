//! Texts, structured ones too.

use serde_json::{Value, json};

use crate::content::{field, item, model, try_item};
use crate::occasions::check_all;
use crate::support::Dock;
use crate::world::{Row, dast, nodes};

fn rows() -> Vec<Row> {
    let required = || json!({ "required": {} });
    let length = || json!({ "length": { "min": 2, "max": 4 } });
    let website = json!({ "format": { "predefined_pattern": "url" } });
    let pattern = json!({ "format": { "custom_pattern": "^[A-Z]{3}$" } });
    let slug = json!({ "slug_format": { "predefined_pattern": "webpage_slug" } });
    vec![
        (
            "string",
            required(),
            json!("a"),
            json!(null),
            "VALIDATION_REQUIRED",
        ),
        (
            "string",
            required(),
            json!("a"),
            json!("  "),
            "VALIDATION_REQUIRED",
        ),
        (
            "string",
            length(),
            json!("caff"),
            json!("a"),
            "VALIDATION_LENGTH",
        ),
        (
            "string",
            json!({ "length": { "eq": 3 } }),
            json!("abc"),
            json!("abcd"),
            "VALIDATION_LENGTH",
        ),
        (
            "string",
            json!({ "enum": { "values": ["a", "b"] } }),
            json!("b"),
            json!("c"),
            "VALIDATION_ENUM",
        ),
        (
            "string",
            json!({ "format": { "predefined_pattern": "email" } }),
            json!("ann@example.com"),
            json!("ann"),
            "VALIDATION_FORMAT",
        ),
        (
            "string",
            website,
            json!("https://example.com/a"),
            json!("example"),
            "VALIDATION_FORMAT",
        ),
        (
            "string",
            pattern,
            json!("ABC"),
            json!("abc"),
            "VALIDATION_FORMAT",
        ),
        (
            "string",
            json!({}),
            json!("a"),
            json!(1),
            "VALIDATION_INVALID",
        ),
        (
            "text",
            required(),
            json!("a"),
            json!(""),
            "VALIDATION_REQUIRED",
        ),
        (
            "text",
            length(),
            json!("abc"),
            json!("abcde"),
            "VALIDATION_LENGTH",
        ),
        (
            "text",
            json!({ "sanitized_html": { "sanitize_before_validation": false } }),
            json!("A *word* & <b class=\"x\">more</b>"),
            json!("<b onclick=\"x()\">a</b>"),
            "VALIDATION_SANITIZED_HTML",
        ),
        (
            "text",
            json!({}),
            json!("a"),
            json!([]),
            "VALIDATION_INVALID",
        ),
        (
            "slug",
            required(),
            json!("a"),
            json!(null),
            "VALIDATION_REQUIRED",
        ),
        (
            "slug",
            slug,
            json!("a-slug-1"),
            json!("A slug"),
            "VALIDATION_SLUG_FORMAT",
        ),
        (
            "json",
            required(),
            json!("{}"),
            json!(null),
            "VALIDATION_REQUIRED",
        ),
        (
            "json",
            json!({}),
            json!("[1]"),
            json!("{"),
            "VALIDATION_INVALID",
        ),
        (
            "structured_text",
            dast_validators(json!({ "required": {} })),
            dast("a"),
            dast(" "),
            "VALIDATION_REQUIRED",
        ),
        (
            "structured_text",
            dast_validators(length()),
            dast("abc"),
            dast("abcde"),
            "VALIDATION_LENGTH",
        ),
        (
            "structured_text",
            dast_validators(json!({})),
            dast("a"),
            json!({ "schema": "html" }),
            "VALIDATION_INVALID",
        ),
        (
            "structured_text",
            dast_validators(json!({})),
            nodes(
                json!([{ "type": "paragraph", "children": [{ "type": "inlineItem", "item": "$record" }] }]),
            ),
            nodes(
                json!([{ "type": "paragraph", "children": [{ "type": "inlineItem", "item": "$stranger" }] }]),
            ),
            "VALIDATION_STRUCTURED_TEXT_LINKS",
        ),
    ]
}

/// The validators structured text demands, and some more.
fn dast_validators(more: Value) -> Value {
    let mut validators = json!({
        "structured_text_blocks": { "item_types": ["$block"] },
        "structured_text_links": { "item_types": ["$model"] },
    });
    for (name, parameters) in more.as_object().unwrap() {
        validators[name] = parameters.clone();
    }
    validators
}

#[tokio::test]
async fn texts() {
    check_all(&rows()).await;
}

#[tokio::test]
async fn a_record_is_not_larger_than_300_kilobytes() {
    let dock = Dock::blank();
    let page = model(&dock, "page", json!({})).await;
    field(&dock, &page, "thing", "text", json!({})).await;
    item(
        &dock,
        &page,
        json!({ "thing": "x".repeat(300 * 1024 - 100) }),
    )
    .await;
    let refused = try_item(&dock, &page, json!({ "thing": "x".repeat(300 * 1024) })).await;
    assert_eq!(refused.brief(), "422 TECHNICAL_LIMIT_REACHED");
}

#[tokio::test]
async fn dangerous_markup_is_taken_out_where_that_is_asked_for() {
    let dock = Dock::blank();
    let page = model(&dock, "page", json!({})).await;
    let rules =
        json!({ "validators": { "sanitized_html": { "sanitize_before_validation": true } } });
    field(&dock, &page, "thing", "text", rules).await;
    let text = "> a *quote* & <a href=\"javascript:x()\">b</a><script>c</script>";
    let record = item(&dock, &page, json!({ "thing": text })).await;
    let kept = dock.get(&format!("/items/{record}")).await;
    assert_eq!(kept.data()["attributes"]["thing"], "> a *quote* & <a>b</a>");
}
