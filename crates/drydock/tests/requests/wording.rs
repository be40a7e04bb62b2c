//! The words of a refusal, as the service was seen to put them.

use drydock::requests;
use serde_json::{Value, json};

/// The messages about this body.
fn messages(method: &str, path: &str, body: &Value) -> Vec<String> {
    requests::find(method, path).unwrap().refusal(Some(body))
}

/// The service said so to somebody who asked in its forum (topic 7716).
#[test]
fn a_key_that_is_not_permitted() {
    let country = json!({ "data": { "type": "item", "attributes": {}, "relationships": {
        "item_type": { "data": { "type": "item_type", "id": "a" } },
        "continent": { "data": { "type": "item", "id": "b" } },
    } } });
    assert_eq!(
        messages("POST", "/items", &country),
        [
            "#/data/relationships: failed schema #/definitions/item/links/3/schema/properties/data/properties/relationships: \
             \"continent\" is not a permitted key."
        ]
    );
}

/// The service said so in issue 40 of the vendor's command line, of a key that it answers with itself and that is taken here.
#[test]
fn a_key_that_is_not_permitted_deep_down() {
    let appearance =
        json!({ "addons": [], "editor": "textarea", "parameters": {}, "kind": "textarea" });
    let field = json!({ "data": { "type": "field", "attributes": {
        "label": "A", "api_key": "a", "field_type": "text", "appearance": appearance,
    } } });
    assert_eq!(
        messages("POST", "/item-types/:item_type/fields", &field),
        [
            "#/data/attributes/appearance: failed schema #/definitions/field/links/0/schema/properties/data/properties/attributes/\
             properties/appearance: \"kind\" is not a permitted key."
        ]
    );
}

#[test]
fn several_keys_are_sorted_and_told_at_once() {
    let model = json!({ "data": { "type": "item_type",
        "attributes": { "title_field": null, "ordering_field": null } } });
    let place = "#/data/attributes: failed schema #/definitions/item_type/links/0/schema/properties/data/properties/attributes";
    assert_eq!(
        messages("POST", "/item-types", &model),
        [
            format!("{place}: \"ordering_field\", \"title_field\" are not permitted keys."),
            format!("{place}: \"api_key\", \"name\" weren't supplied."),
        ]
    );
}

#[test]
fn other_mistakes_say_what_was_found() {
    let model = json!({ "data": { "type": "model", "id": 7, "attributes": {
        "name": 7, "api_key": "a", "tree": null, "hint": [], "ordering_meta": "position",
    }, "relationships": { "title_field": { "data": { "type": "item", "id": "a" } }, "workflow": { "data": null } } } });
    let schema = "#/definitions/item_type/links/0/schema/properties/data/properties";
    let attributes = format!("{schema}/attributes/properties");
    assert_eq!(
        messages("POST", "/item-types", &model),
        [
            format!(
                "#/data/type: failed schema {schema}/type: model does not match /^item_type$/."
            ),
            format!(
                "#/data/id: failed schema {schema}/id: For 'properties/id', 7 is not a string."
            ),
            format!(
                "#/data/attributes/name: failed schema {attributes}/name: For 'properties/name', 7 is not a string."
            ),
            format!(
                "#/data/attributes/tree: failed schema {attributes}/tree: For 'properties/tree', null is not a boolean."
            ),
            format!(
                "#/data/attributes/ordering_meta: failed schema {attributes}/ordering_meta: position is not a member of \
                 [\"created_at\", \"updated_at\", \"first_published_at\", \"published_at\"]."
            ),
            format!(
                "#/data/attributes/hint: failed schema {attributes}/hint: For 'properties/hint', [] is not a string or null."
            ),
            format!(
                "#/data/relationships/title_field/data: failed schema {schema}/relationships/properties/title_field/properties/\
                 data: No subschema in \"anyOf\" matched."
            ),
        ]
    );
}

#[test]
fn entries_of_lists_are_counted_from_zero() {
    let order = json!({ "data": [
        { "type": "fieldset", "id": "a", "attributes": { "position": 1 } },
        { "type": "field", "id": "b", "attributes": { "position": 1.5 }, "relationships": { "fieldset": { "data": null } } },
    ] });
    let path = "/item-types/:item_type/reorder-fields-and-fieldsets";
    assert_eq!(
        messages("POST", path, &order),
        [
            "#/data/1/attributes/position: failed schema #/definitions/item_type/links/7/schema/properties/data/items/properties/\
             attributes/properties/position: For 'properties/position', 1.5 is not an integer."
        ]
    );
}

#[test]
fn a_million_mistakes_need_no_million_answers() {
    let items: Vec<Value> = (0..1_000_000).map(Value::from).collect();
    let body = json!({ "data": { "type": "item_bulk_publish_operation", "relationships": { "items": { "data": items } } } });
    let messages = messages("POST", "/items/bulk/publish", &body);
    assert_eq!(messages.len(), requests::MOST_MESSAGES);
    let long = json!({ "data": { "type": "x".repeat(1_000_000) } });
    let request = requests::find("POST", "/upload-tags").unwrap();
    assert!(
        request
            .refusal(Some(&long))
            .iter()
            .all(|message| message.len() < 500)
    );
}

#[test]
fn what_may_be_absent_may_be_empty_too() {
    let publish = requests::find("PUT", "/items/:item/publish").unwrap();
    assert!(publish.refusal(None).is_empty());
    assert!(publish.refusal(Some(&Value::Null)).is_empty());
    assert!(publish.refusal(Some(&json!({}))).is_empty());
    assert!(!publish.refusal(Some(&json!({ "data": null }))).is_empty());
    let fork = requests::find("POST", "/environments/:environment/fork").unwrap();
    assert!(!fork.refusal(None).is_empty());
    assert!(!fork.refusal(Some(&json!({}))).is_empty());
}
