//! Records that are not what their models say are found, and those that are are not.

use serde_json::{Value, json};

use super::misshapen;
use crate::records::value::tests::field;
use crate::schema::field_type::FieldType;
use crate::schema::model::{Field, Model, Schema};

fn named(api_key: &str, field_type: FieldType) -> Field {
    Field {
        api_key: api_key.to_owned(),
        ..field(field_type, json!({}))
    }
}

fn localized(api_key: &str) -> Field {
    Field {
        localized: true,
        ..named(api_key, FieldType::String)
    }
}

/// A page of every field type with two localized texts, a tree, and a block with a text and blocks of its own.
fn schema() -> Schema {
    let mut fields: Vec<Field> = FieldType::ALL
        .into_iter()
        .map(|field_type| named(field_type.as_str(), field_type))
        .collect();
    fields.extend([localized("greeting"), localized("farewell")]);
    let block = Model {
        modular_block: true,
        ..Model::of_fields(
            "block",
            vec![
                named("words", FieldType::String),
                named("inside", FieldType::RichText),
            ],
        )
    };
    let tree = Model {
        tree: true,
        ..Model::of_fields("tree", vec![named("title", FieldType::String)])
    };
    Schema::of_models(
        vec![Model::of_fields("page", fields), block, tree],
        vec!["en".to_owned(), "it".to_owned()],
    )
}

fn asset() -> Value {
    json!({"upload_id": "u", "alt": null, "title": "", "custom_data": {}, "focal_point": {"x": 0.5, "y": 1},
        "poster_time": null})
}

fn block(attributes: &Value) -> Value {
    json!({"type": "item", "id": "b", "attributes": attributes,
        "relationships": {"item_type": {"data": {"type": "item_type", "id": "block"}}}})
}

fn text_with(block: &Value) -> Value {
    json!({"schema": "dast", "document": {"type": "root", "children": [
        {"type": "paragraph", "children": [{"type": "span", "value": ""}]}, {"type": "block", "item": block}]}})
}

/// The attributes of a page with everything filled in, blocks as this.
fn page(block: &Value) -> Value {
    json!({
        "string": "a", "text": "", "slug": "a", "boolean": false, "integer": -1, "float": 1, "date": "2026-01-05",
        "date_time": "2026-01-05T09:00:00+01:00", "color": {"red": 0, "green": 255, "blue": 1, "alpha": 2},
        "json": "[1]", "lat_lon": {"latitude": 1.5, "longitude": 2},
        "seo": {"title": "", "description": null, "image": "u", "twitter_card": "summary", "no_index": true},
        "video": {"provider": "youtube", "provider_uid": "x", "url": "https://youtu.be/x", "width": 1},
        "file": asset(), "gallery": [asset()], "link": "r", "links": ["r"], "rich_text": [block],
        "single_block": block, "structured_text": text_with(block),
        "greeting": {"en": "hi", "it": null}, "farewell": {"it": "ciao", "en": null},
        "created_at": "2026-01-05T09:00:00.000Z", "updated_at": "2026-01-05T09:00:00.000Z",
    })
}

fn entity(model: &str, attributes: &Value) -> Value {
    json!({"type": "item", "id": "r", "attributes": attributes,
        "relationships": {"item_type": {"data": {"type": "item_type", "id": model}}}})
}

fn complaints(document: &Value, nested: bool) -> Vec<String> {
    misshapen(&schema(), document, nested)
        .into_iter()
        .map(|record| format!("{} {}", record.problem.pointer, record.problem.what))
        .collect()
}

#[test]
fn a_record_of_every_field_type_passes() {
    let flat = json!({ "data": entity("page", &page(&json!("b"))) });
    assert_eq!(complaints(&flat, false), [""; 0]);
    let inner = block(&json!({"words": "w", "inside": []}));
    let outer = block(&json!({"words": null, "inside": [inner]}));
    let whole = json!({ "data": [entity("page", &page(&outer))], "included": [] });
    assert_eq!(complaints(&whole, true), [""; 0]);
    // Each form is wrong where the other was asked for: three fields hold blocks.
    assert_eq!(complaints(&flat, true).len(), 3);
    assert_eq!(complaints(&whole, false).len(), 3);
}

#[test]
fn an_untouched_record_passes() {
    let mut attributes = page(&json!("b"));
    for field_type in FieldType::ALL {
        attributes[field_type.as_str()] = field_type.empty_value();
    }
    let document = json!({ "data": entity("page", &attributes) });
    assert_eq!(complaints(&document, false), [""; 0]);
}

#[test]
fn a_value_of_another_form_is_named_for_every_field_type() {
    for (key, wrong) in [
        ("string", json!(1)),
        ("text", json!([])),
        ("slug", json!({"en": "a"})),
        ("boolean", Value::Null),
        ("integer", json!(1.5)),
        ("float", json!("1")),
        ("date", json!("5 January")),
        ("date_time", json!("2026-01-05")),
        ("color", json!({"red": 0, "green": 0, "blue": 0})),
        ("json", json!({})),
        ("lat_lon", json!({"latitude": 1})),
        ("seo", json!({"title": ""})),
        ("video", json!({"url": "https://youtu.be/x"})),
        ("file", json!({"upload_id": "u"})),
        ("gallery", Value::Null),
        ("link", json!({"id": "r"})),
        ("links", json!([1])),
        ("rich_text", json!("b")),
        ("single_block", json!(1)),
        ("structured_text", json!("text")),
        ("greeting", json!("hi")),
        ("greeting", json!({})),
    ] {
        let mut attributes = page(&json!("b"));
        attributes[key] = wrong.clone();
        let found = complaints(&json!({ "data": entity("page", &attributes) }), false);
        assert_eq!(found.len(), 1, "{key} {wrong}: {found:?}");
        assert!(
            found[0].starts_with(&format!("/data/attributes/{key} ")),
            "{found:?}"
        );
    }
}

#[test]
fn keys_locales_and_places_are_those_of_the_model() {
    let mut attributes = page(&json!("b"));
    let object = attributes.as_object_mut().unwrap();
    object.shift_remove("link");
    object.insert("stray".to_owned(), json!(1));
    object.insert("position".to_owned(), json!(1));
    object.insert("greeting".to_owned(), json!({"en": "hi", "fr": "salut"}));
    let found = complaints(&json!({ "data": [entity("page", &attributes)] }), false);
    assert_eq!(
        found,
        [
            "/data/0/attributes/stray is no field of the model",
            "/data/0/attributes/position is no field of the model",
            "/data/0/attributes/link is missing",
            "/data/0/attributes/greeting/fr is no locale of the environment",
            "/data/0/attributes/farewell is in other locales than the fields before",
        ]
    );
    let bare = json!({"title": "t", "created_at": "2026-01-05T09:00:00.000Z", "updated_at": 1});
    let found = complaints(
        &json!({ "data": null, "included": [entity("tree", &bare)] }),
        false,
    );
    assert_eq!(
        found,
        [
            "/included/0/attributes/updated_at is not what every record has there",
            "/included/0/attributes/position is missing",
            "/included/0/attributes/parent_id is missing",
        ]
    );
    let nowhere = entity("gone", &json!({}));
    assert_eq!(
        complaints(&json!({ "data": nowhere }), false),
        ["/data/relationships/item_type names no model of the environment"]
    );
}

#[test]
fn blocks_inside_are_looked_into_and_versions_have_fields_alone() {
    let mut attributes = page(&Value::Null);
    let bad = block(&json!({"words": 1}));
    attributes["rich_text"] = json!([bad]);
    attributes["single_block"] = Value::Null;
    attributes["structured_text"] = Value::Null;
    let found = complaints(&json!({ "data": entity("page", &attributes) }), true);
    assert_eq!(
        found,
        [
            "/data/attributes/rich_text/0/attributes/words is no text",
            "/data/attributes/rich_text/0/attributes/inside is missing",
        ]
    );
    let mut version = entity("block", &json!({"words": "w", "inside": []}));
    version["type"] = json!("item_version");
    assert_eq!(complaints(&json!({ "data": version }), false), [""; 0]);
    version["attributes"]["created_at"] = json!("2026-01-05T09:00:00.000Z");
    assert_eq!(complaints(&json!({ "data": version }), false).len(), 1);
}
