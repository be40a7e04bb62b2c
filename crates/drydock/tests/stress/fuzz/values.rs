//! Words and numbers: those the API knows, and those that have broken other servers.

use rand::Rng;
use rand::rngs::SmallRng;
use rand::seq::IndexedRandom;
use serde_json::{Value, json};

use super::pool::Pool;

/// Words that mean something somewhere.
const WORDS: &[&str] = &[
    "string",
    "text",
    "boolean",
    "integer",
    "float",
    "date",
    "date_time",
    "link",
    "links",
    "file",
    "gallery",
    "json",
    "seo",
    "slug",
    "lat_lon",
    "color",
    "video",
    "rich_text",
    "structured_text",
    "single_block",
    "title",
    "name",
    "en",
    "it",
    "pt-BR",
    "de",
    "main",
    "article",
    "issue",
    "author",
    "topic",
    "published",
    "draft",
    "updated",
    "current",
    "_updated_at",
    "_created_at",
    "_status",
    "position",
    "id_ASC",
    "title_DESC",
    "true",
    "false",
    "1",
    "0",
    "all",
    "2026-01-05",
    "2026-01-05T09:00:00.000Z",
    "2026-01-05T09:00:00+09:00",
    "#ff0000",
    "image/png",
    "http://127.0.0.1:9/x",
    "mailto:a@b.invalid",
    "a@b.invalid",
    "item",
    "create",
    "read",
    "update",
    "publish",
    "yes",
    "no",
    "on",
    "off",
    "single_line",
    "markdown",
    "wysiwyg",
    "string_select",
    "delete_references",
    "fail_if_references_found",
];

/// Words that mean harm, or nothing.
const NASTY: &[&str] = &[
    "",
    " ",
    "\u{0}",
    "'",
    "\"",
    "`",
    "\\",
    "%",
    "%%",
    "_",
    "*",
    "[",
    "(",
    "((((((((((",
    "(a+)+$",
    "a{1,99999}",
    "\\p{Greek}",
    "' OR '1'='1",
    "\"; DROP TABLE items; --",
    "x') UNION SELECT sql FROM sqlite_master --",
    "1; PRAGMA writable_schema=1",
    "$.title",
    "$[0]",
    "title\"]",
    "../../../etc/passwd",
    "..",
    ".",
    "/",
    "//",
    "a/b",
    "%2e%2e%2f",
    "CON",
    "~",
    "__proto__",
    "constructor",
    "null",
    "undefined",
    "NaN",
    "Infinity",
    "-1",
    "-0",
    "1e400",
    "0x10",
    "9223372036854775807",
    "9223372036854775808",
    "-9223372036854775808",
    "18446744073709551616",
    "99999999999999999999999999",
    "1.5",
    "١٢٣",
    "2026-02-30",
    "2026-13-45T99:99:99Z",
    "0000-00-00",
    "+292278994-08-17T07:12:55Z",
    "-9999-01-01T00:00:00Z",
    "9999-12-31T23:59:60Z",
    "T",
    "Z",
    "é",
    "e\u{301}",
    "ß",
    "İ",
    "\u{202e}abc",
    "\u{feff}",
    "𝕳𝖊𝖑𝖑𝖔",
    "👩‍👩‍👧‍👦",
    "\u{fffd}",
    "\r\nX-Injected: 1",
    "\n",
    "\t",
    "a\u{0}b",
    "{\"a\":1}",
    "[]",
    "{{7*7}}",
    "${7*7}",
    "<script>",
    "http://",
    "://",
    "http://[::1",
    "data:,",
    "javascript:1",
    "en--",
    "--",
    "-",
    "EN",
    "x-y-z-0-1",
];

/// A word that may be valid, or an id.
pub(super) fn word(random: &mut SmallRng, pool: &Pool) -> String {
    match random.random_range(0..10) {
        0..=1 => pool.any_id(random).unwrap_or_default(),
        2..=3 => nasty(random),
        _ => (*WORDS.choose(random).unwrap_or(&"")).to_owned(),
    }
}

/// A word that means harm.
pub(super) fn nasty(random: &mut SmallRng) -> String {
    let word = NASTY.choose(random).copied().unwrap_or_default();
    match random.random_range(0..40) {
        0 => word.repeat(5_000),
        1 => "a".repeat(70_000),
        2 => format!("{word}{}", "́".repeat(300)),
        _ => word.to_owned(),
    }
}

/// A number at the edge of something.
pub(super) fn number(random: &mut SmallRng) -> Value {
    let numbers = [
        json!(0),
        json!(1),
        json!(-1),
        json!(2),
        json!(500),
        json!(501),
        json!(i64::MAX),
        json!(i64::MIN),
        json!(u64::MAX),
        json!(i32::MAX),
        json!(1e308),
        json!(-1e308),
        json!(5e-324),
        json!(0.1),
        json!(-0.0),
        json!(1e15),
        json!(253_402_300_800_i64),
    ];
    numbers.choose(random).cloned().unwrap_or_default()
}

/// Anything JSON can hold, small.
pub(super) fn anything(random: &mut SmallRng, pool: &Pool) -> Value {
    match random.random_range(0..12) {
        0 => Value::Null,
        1 => json!(random.random_bool(0.5)),
        2 | 3 => number(random),
        4..=6 => json!(word(random, pool)),
        7 => json!([]),
        8 => json!({}),
        9 => json!([word(random, pool), number(random)]),
        10 => Value::Object([(word(random, pool), number(random))].into_iter().collect()),
        _ => deep(random.random_range(1..120)),
    }
}

/// Lists within lists. (The parser of JSON refuses more than 127 levels, so it would see no deeper ones.)
fn deep(levels: u32) -> Value {
    (0..levels).fold(json!(1), |inner, level| {
        if level % 2 == 0 {
            json!([inner])
        } else {
            json!({ "a": inner })
        }
    })
}

/// Values a field's `validators` and `appearance`, and other free objects, may have.
pub(super) fn rules(random: &mut SmallRng, pool: &Pool) -> Value {
    let model = pool.id("item_type", random).unwrap_or_default();
    let all = [
        json!({"required": {}}),
        json!({"unique": {}}),
        json!({"length": {"min": 2, "max": 5}}),
        json!({"length": {"eq": 3}}),
        json!({"format": {"custom_pattern": "^(a|b)*$", "description": "x"}}),
        json!({"format": {"predefined_pattern": "email"}}),
        json!({"number_range": {"min": -1.5, "max": 10}}),
        json!({"date_range": {"min": "2026-01-05"}}),
        json!({"enum": {"values": ["a", "b"]}}),
        json!({"size": {"min": 1, "max": 3}}),
        json!({"item_item_type": {"item_types": [model], "on_publish_with_unpublished_references_strategy": "fail"}}),
        json!({"items_item_type": {"item_types": [model]}}),
        json!({"rich_text_blocks": {"item_types": [model]}}),
        json!({"structured_text_blocks": {"item_types": [model]}, "structured_text_links": {"item_types": [model]}}),
        json!({"single_block_blocks": {"item_types": [model]}}),
        json!({"slug_title_field": {"title_field_id": pool.id("field", random)}, "slug_format": {"predefined_pattern": "webpage_slug"}}),
        json!({"extension": {"predefined_list": "image"}}),
        json!({"file_size": {"max_value": 3, "max_unit": "MB"}}),
        json!({"required_seo_fields": {"title": true}}),
        json!({"sanitized_html": {"sanitize_before_validation": true}}),
        json!({"editor": "single_line", "parameters": {"heading": true}, "addons": []}),
        json!({"editor": word(random, pool), "parameters": {}, "addons": [], "type": "title"}),
        json!({"schema": "dast", "document": {"type": "root", "children": [{"type": "paragraph", "children": [{"type": "span", "value": "x"}]}]}}),
        json!({"latitude": 45.1, "longitude": 200}),
        json!({"red": 255, "green": 0, "blue": 300, "alpha": 1}),
        json!({"title": "t", "description": "d", "image": null, "twitter_card": "summary", "no_index": false}),
        json!({"upload_id": pool.id("upload", random), "alt": null, "title": null, "custom_data": {}, "focal_point": {"x": 0.5, "y": 2}}),
        json!({"en": "x", "it": null}),
    ];
    all.choose(random).cloned().unwrap_or_default()
}
