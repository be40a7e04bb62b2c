//! Every validator, on every occasion: when a record is made, changed and published, in each locale, and in blocks.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a failure here fails the test"
)]
#![allow(clippy::too_many_lines, reason = "tables, one entry a case")]

#[path = "support/content.rs"]
mod content;
mod support;

use content::{asset, document, field, id, item, model, new_block, set_locales, try_item, update};
use serde_json::{Value, json};
use support::{Dock, Reply};

/// What validators look at beside the value itself.
struct World {
    dock: Dock,
    /// A block model with one text.
    block: String,
    /// A model and one of its records.
    target: (String, String),
    /// A record of a model nothing links to.
    stranger: String,
    /// An image of 40 by 20 pixels.
    image: String,
    /// A text file of five bytes.
    text: String,
}

impl World {
    async fn new() -> Self {
        let dock = Dock::blank();
        let block = model(&dock, "quote", json!({ "modular_block": true })).await;
        field(&dock, &block, "words", "string", json!({})).await;
        let target = model(&dock, "person", json!({})).await;
        let other = model(&dock, "place", json!({})).await;
        let person = item(&dock, &target, json!({})).await;
        let stranger = item(&dock, &other, json!({})).await;
        let mut picture = std::io::Cursor::new(Vec::new());
        image::DynamicImage::new_rgb8(40, 20)
            .write_to(&mut picture, image::ImageFormat::Png)
            .unwrap();
        let image = asset(&dock, "a.png", picture.into_inner()).await;
        let text = asset(&dock, "a.txt", b"hello".to_vec()).await;
        Self {
            dock,
            block,
            target: (target, person),
            stranger,
            image,
            text,
        }
    }

    /// The words of the table stand for what this world calls so.
    fn named(&self, value: &Value) -> Value {
        let text = value.to_string();
        let pairs = [
            ("$block", &self.block),
            ("$model", &self.target.0),
            ("$record", &self.target.1),
            ("$stranger", &self.stranger),
            ("$image", &self.image),
            ("$text", &self.text),
        ];
        let text = pairs
            .iter()
            .fold(text, |text, (word, id)| text.replace(word, id));
        serde_json::from_str(&text).unwrap()
    }
}

/// A row of the table: field type, its validators, a value that fits, one that does not, and the code of the refusal.
type Row = (&'static str, Value, Value, Value, &'static str);

/// Structured text with one paragraph.
fn dast(words: &str) -> Value {
    nodes(json!([{ "type": "paragraph", "children": [{ "type": "span", "value": words }] }]))
}

fn nodes(children: Value) -> Value {
    json!({ "schema": "dast", "document": { "type": "root", "children": children } })
}

fn text_rows() -> Vec<Row> {
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

fn number_rows() -> Vec<Row> {
    let range = || json!({ "number_range": { "min": 1, "max": 3 } });
    let dates = json!({ "date_range": { "min": "2026-01-01" } });
    let times = json!({ "date_time_range": { "max": "2026-01-01T00:00:00+00:00" } });
    let color = json!({ "red": 1, "green": 2, "blue": 3, "alpha": 255 });
    let place = json!({ "latitude": 45.5, "longitude": 9.2 });
    let video = json!({ "provider": "vimeo", "provider_uid": "1", "url": "https://vimeo.com/1" });
    vec![
        (
            "integer",
            json!({ "required": {} }),
            json!(0),
            json!(null),
            "VALIDATION_REQUIRED",
        ),
        (
            "integer",
            range(),
            json!(3),
            json!(4),
            "VALIDATION_NUMBER_RANGE",
        ),
        (
            "integer",
            json!({}),
            json!(1),
            json!(1.5),
            "VALIDATION_INVALID",
        ),
        (
            "float",
            range(),
            json!(1.5),
            json!(0.5),
            "VALIDATION_NUMBER_RANGE",
        ),
        (
            "float",
            json!({ "required": {} }),
            json!(0.0),
            json!(null),
            "VALIDATION_REQUIRED",
        ),
        (
            "boolean",
            json!({}),
            json!(true),
            json!("true"),
            "VALIDATION_INVALID",
        ),
        (
            "date",
            dates,
            json!("2026-01-01"),
            json!("2025-12-31"),
            "VALIDATION_DATE_RANGE",
        ),
        (
            "date",
            json!({ "required": {} }),
            json!("2026-01-01"),
            json!(null),
            "VALIDATION_REQUIRED",
        ),
        (
            "date",
            json!({}),
            json!("2026-02-28"),
            json!("2026-02-30"),
            "VALIDATION_INVALID",
        ),
        (
            "date_time",
            times,
            json!("2026-01-01T01:00:00+02:00"),
            json!("2026-01-01T00:00:01Z"),
            "VALIDATION_DATE_TIME_RANGE",
        ),
        (
            "date_time",
            json!({}),
            json!("2026-01-01T00:00:00Z"),
            json!("today"),
            "VALIDATION_INVALID",
        ),
        (
            "color",
            json!({ "required": {} }),
            color.clone(),
            json!(null),
            "VALIDATION_REQUIRED",
        ),
        (
            "color",
            json!({}),
            color,
            json!("#ff0000"),
            "VALIDATION_INVALID",
        ),
        (
            "lat_lon",
            json!({ "required": {} }),
            place.clone(),
            json!(null),
            "VALIDATION_REQUIRED",
        ),
        (
            "lat_lon",
            json!({}),
            place,
            json!({ "latitude": 91, "longitude": 0 }),
            "VALIDATION_INVALID",
        ),
        (
            "video",
            json!({ "required": {} }),
            video.clone(),
            json!(null),
            "VALIDATION_REQUIRED",
        ),
        (
            "video",
            json!({}),
            video,
            json!({ "provider": "vimeo" }),
            "VALIDATION_INVALID",
        ),
    ]
}

fn asset_rows() -> Vec<Row> {
    let image = || json!({ "upload_id": "$image" });
    let text = || json!({ "upload_id": "$text" });
    let described = json!({ "upload_id": "$image", "alt": "A", "title": "B" });
    let seo = json!({ "title": "Title", "description": "A text", "image": "$image" });
    let both = json!({ "required_alt_title": { "alt": true, "title": true } });
    let wide = json!({ "image_aspect_ratio": { "min_ar_numerator": 2, "min_ar_denominator": 1 } });
    let square = json!({ "image_aspect_ratio": { "eq_ar_numerator": 1, "eq_ar_denominator": 1 } });
    vec![
        (
            "file",
            json!({ "required": {} }),
            image(),
            json!(null),
            "VALIDATION_REQUIRED",
        ),
        (
            "file",
            json!({}),
            image(),
            json!({ "upload_id": "nowhere" }),
            "VALIDATION_INVALID",
        ),
        (
            "file",
            json!({}),
            image(),
            json!({ "alt": "no upload" }),
            "VALIDATION_INVALID",
        ),
        (
            "file",
            json!({ "extension": { "predefined_list": "image" } }),
            image(),
            text(),
            "VALIDATION_EXTENSION",
        ),
        (
            "file",
            json!({ "extension": { "extensions": ["txt"] } }),
            text(),
            image(),
            "VALIDATION_EXTENSION",
        ),
        (
            "file",
            json!({ "file_size": { "max_value": 5, "max_unit": "B" } }),
            text(),
            image(),
            "VALIDATION_FILE_SIZE",
        ),
        (
            "file",
            json!({ "file_size": { "min_value": 6, "min_unit": "B" } }),
            image(),
            text(),
            "VALIDATION_FILE_SIZE",
        ),
        ("file", wide, image(), json!(null), ""),
        (
            "file",
            square,
            text(),
            image(),
            "VALIDATION_IMAGE_ASPECT_RATIO",
        ),
        (
            "file",
            json!({ "image_dimensions": { "height_min_value": 21 } }),
            text(),
            image(),
            "VALIDATION_IMAGE_DIMENSIONS",
        ),
        (
            "file",
            both.clone(),
            described.clone(),
            image(),
            "VALIDATION_REQUIRED_ALT_TITLE",
        ),
        (
            "gallery",
            json!({ "size": { "min": 1 } }),
            json!([image()]),
            json!([]),
            "VALIDATION_SIZE",
        ),
        (
            "gallery",
            json!({ "size": { "multiple_of": 2 } }),
            json!([image(), text()]),
            json!([image()]),
            "VALIDATION_SIZE",
        ),
        (
            "gallery",
            json!({ "extension": { "predefined_list": "image" } }),
            json!([image()]),
            json!([image(), text()]),
            "VALIDATION_EXTENSION",
        ),
        (
            "gallery",
            both,
            json!([described]),
            json!([image()]),
            "VALIDATION_REQUIRED_ALT_TITLE",
        ),
        (
            "seo",
            json!({ "required_seo_fields": { "title": true, "image": true } }),
            seo.clone(),
            json!({ "title": "Title" }),
            "VALIDATION_REQUIRED_SEO_FIELDS",
        ),
        (
            "seo",
            json!({ "required_seo_fields": { "title": true } }),
            seo.clone(),
            json!(null),
            "VALIDATION_REQUIRED_SEO_FIELDS",
        ),
        (
            "seo",
            json!({ "title_length": { "max": 5 } }),
            seo.clone(),
            json!({ "title": "Titles" }),
            "VALIDATION_TITLE_LENGTH",
        ),
        (
            "seo",
            json!({ "description_length": { "min": 6 } }),
            seo.clone(),
            json!({ "description": "Short" }),
            "VALIDATION_DESCRIPTION_LENGTH",
        ),
        (
            "seo",
            json!({ "image_dimensions": { "width_max_value": 39 } }),
            json!({ "image": "$text" }),
            seo.clone(),
            "VALIDATION_IMAGE_DIMENSIONS",
        ),
        (
            "seo",
            json!({}),
            seo,
            json!({ "titel": "typo" }),
            "VALIDATION_INVALID",
        ),
    ]
}

fn link_rows() -> Vec<Row> {
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

/// Codes of what is not a value of the field at all: no model saves it, not even as an invalid draft.
const NO_VALUE: [&str; 2] = ["VALIDATION_INVALID", "VALIDATION_INVALID_BLOCK_MODEL"];

/// Checks one row at every occasion.
async fn check(world: &World, number: usize, row: &Row) {
    let (field_type, validators, good, bad, code) = row;
    let dock = &world.dock;
    let (good, bad) = (world.named(good), world.named(bad));
    let extra = json!({ "validators": world.named(validators) });
    let place = format!("{field_type} {validators}");

    let strict = model(dock, &format!("strict{number}"), json!({})).await;
    let made = field(dock, &strict, "thing", field_type, extra.clone()).await;
    let record = item(dock, &strict, json!({ "thing": good })).await;
    let refusals = [
        try_item(dock, &strict, json!({ "thing": bad })).await,
        update(dock, &record, json!({ "thing": bad })).await,
    ];
    for refused in refusals {
        if code.is_empty() {
            assert!(refused.status.is_success(), "{place}: {}", refused.body);
            continue;
        }
        assert_eq!(
            refused.brief(),
            "422 INVALID_FIELD",
            "{place} {bad}: {}",
            refused.body
        );
        assert_eq!(
            refused.details()["code"],
            *code,
            "{place}: {}",
            refused.body
        );
        describes(&refused, &made, &place);
    }

    // A model that saves invalid drafts saves what is only against the rules, and never publishes it.
    let switches = json!({ "draft_mode_active": true, "draft_saving_active": true });
    let lenient = model(dock, &format!("lenient{number}"), switches).await;
    let made = field(dock, &lenient, "thing", field_type, extra).await;
    let draft = try_item(dock, &lenient, json!({ "thing": bad })).await;
    if NO_VALUE.contains(code) && draft.status != 201 {
        return;
    }
    assert_eq!(draft.status, 201, "{place}: {}", draft.body);
    assert_eq!(draft.data()["meta"]["is_valid"], code.is_empty(), "{place}");
    let path = format!("/items/{}/publish", id(&draft));
    let published = dock.put(&path).await;
    if code.is_empty() {
        assert_eq!(published.status, 200, "{place}: {}", published.body);
    } else {
        assert_eq!(
            published.details()["code"],
            *code,
            "{place}: {}",
            published.body
        );
        describes(&published, &made, &place);
        // Once it fits it can be published.
        assert_eq!(
            update(dock, &id(&draft), json!({ "thing": good }))
                .await
                .status,
            200,
            "{place}"
        );
        assert_eq!(dock.put(&path).await.status, 200, "{place}");
    }
}

/// Whether a refusal names the field as the vendor's do.
fn describes(refused: &Reply, field: &Value, place: &str) {
    let details = refused.details();
    for (key, expected) in [
        ("field", &json!("thing")),
        ("field_id", &field["id"]),
        ("field_label", &field["attributes"]["label"]),
        ("field_type", &field["attributes"]["field_type"]),
    ] {
        assert_eq!(&details[key], expected, "{place}: {details}");
    }
}

#[tokio::test]
async fn texts() {
    let world = World::new().await;
    for (number, row) in text_rows().iter().enumerate() {
        check(&world, number, row).await;
    }
}

#[tokio::test]
async fn numbers_moments_colours_and_places() {
    let world = World::new().await;
    for (number, row) in number_rows().iter().enumerate() {
        check(&world, number, row).await;
    }
}

#[tokio::test]
async fn assets() {
    let world = World::new().await;
    for (number, row) in asset_rows().iter().enumerate() {
        check(&world, number, row).await;
    }
}

#[tokio::test]
async fn links_and_blocks() {
    let world = World::new().await;
    for (number, row) in link_rows().iter().enumerate() {
        check(&world, number, row).await;
    }
}

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
async fn a_new_file_must_fit_where_the_asset_is_shown() {
    let world = World::new().await;
    let dock = &world.dock;
    let page = model(dock, "page", json!({})).await;
    let rules = json!({ "validators": { "extension": { "predefined_list": "image" } } });
    field(dock, &page, "thing", "file", rules).await;
    item(
        dock,
        &page,
        json!({ "thing": { "upload_id": world.image } }),
    )
    .await;
    let request = document("upload_request", json!({ "filename": "b.txt" }));
    let request = dock.call("POST", "/upload-requests", Some(&request)).await;
    let url = request.data()["attributes"]["url"].as_str().unwrap();
    assert_eq!(dock.put_file(url, b"text".to_vec()).await, 200);
    let body = document("upload", json!({ "path": request.data()["id"] }));
    let path = format!("/uploads/{}", world.image);
    let job = dock.call("PUT", &path, Some(&body)).await;
    let error = &dock.outcome(&job).await["payload"]["data"][0]["attributes"];
    assert_eq!(error["code"], "UPLOAD_NOT_PASSING_FIELD_VALIDATIONS");
    let asset = dock.get(&path).await;
    assert_eq!(asset.data()["attributes"]["format"], "png");
    let (status, _, bytes) = dock
        .file(
            "GET",
            asset.data()["attributes"]["url"].as_str().unwrap(),
            &[],
        )
        .await;
    assert_eq!((status.as_u16(), bytes.is_empty()), (200, false));
}
