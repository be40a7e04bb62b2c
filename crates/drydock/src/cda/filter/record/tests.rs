//! Filters over three records of a small model.

use serde_json::json;

use super::*;
use crate::cda::description::Mode;
use crate::cda::description::samples::{field, model};

fn glazes() -> (Description, Model) {
    let block = model(
        "B",
        "note",
        vec![
            field("words", false, FieldKind::String),
            field("grade", false, FieldKind::Integer),
        ],
    );
    let deep = |kind: FieldKind, name: &str| Field {
        deep_filtering: true,
        ..field(name, false, kind)
    };
    let glaze = model(
        "m1",
        "glaze",
        vec![
            field("name", true, FieldKind::String),
            field("fired_at", false, FieldKind::DateTime),
            field("cone", false, FieldKind::Integer),
            field("goes_with", false, FieldKind::Links(vec!["m1".into()])),
            field("place", false, FieldKind::LatLon),
            field("photo", false, FieldKind::File),
            field(
                "body",
                false,
                FieldKind::StructuredText {
                    blocks: vec![],
                    inline_blocks: vec![],
                    links: vec![],
                },
            ),
            deep(FieldKind::RichText(vec!["B".into()]), "notes"),
            deep(
                FieldKind::StructuredText {
                    blocks: vec!["B".into()],
                    inline_blocks: vec![],
                    links: vec![],
                },
                "story",
            ),
        ],
    );
    let description = Description {
        locales: vec!["en".into(), "it".into()],
        models: vec![glaze.clone(), block],
        mode: Mode::default(),
    };
    (description, glaze)
}

fn records() -> [Record; 3] {
    let record = |id: &str, attributes: Value| {
        let document = json!({
            "id": id, "type": "item", "attributes": attributes,
            "relationships": {"item_type": {"data": {"id": "m1", "type": "item_type"}}},
            "meta": {"status": "published", "created_at": "2026-03-01T10:00:31.000+00:00"},
        });
        Record::read(&document).unwrap()
    };
    let note = |words: &str, grade: i64| {
        json!({"id": words, "type": "item", "attributes": {"words": words, "grade": grade},
            "relationships": {"item_type": {"data": {"id": "B", "type": "item_type"}}}})
    };
    let text = |children: Value| json!({"schema": "dast", "document": {"type": "root", "children": children}});
    [
        record(
            "a",
            json!({
                "name": {"en": "Celadon", "it": "Céladon"}, "cone": 9, "goes_with": ["b", "c"],
                "fired_at": "2026-03-01T12:00:40+02:00", "place": {"latitude": 44.29, "longitude": 11.88},
                "photo": {"upload_id": "u1"}, "notes": [note("thin", 1), note("runs", 3)],
                "body": text(json!([{"type": "paragraph", "children": [{"type": "span", "value": "Iron in reduction"}]}])),
                "story": text(json!([{"type": "paragraph", "children": [{"type": "span", "value": "Long ago"}]},
                    {"type": "block", "item": note("aside", 2)}])),
            }),
        ),
        record(
            "b",
            json!({"name": {"en": "Tenmoku", "it": ""}, "cone": 10, "goes_with": [], "place": null, "notes": [note("thin", 5)],
                "body": text(json!([{"type": "paragraph", "children": []}]))}),
        ),
        record(
            "c",
            json!({"name": {"en": null, "it": null}, "cone": null, "goes_with": ["a"], "notes": []}),
        ),
    ]
}

/// Ids of the records that match.
fn matching(filter: &Value) -> Result<String, FilterError> {
    let (description, glaze) = glazes();
    let filter = RecordFilter::read(&description, &glaze, filter.as_object().unwrap())?;
    let choice = LocaleChoice {
        locale: "it".into(),
        fallbacks: vec!["en".into()],
    };
    let all = records();
    let hits = all.iter().filter(|record| filter.accepts(record, &choice));
    Ok(hits.map(|record| record.id.as_str()).collect())
}

fn check(table: &[(Value, &str)]) {
    for (filter, expected) in table {
        assert_eq!(matching(filter).unwrap(), *expected, "{filter}");
    }
}

#[test]
fn conditions_select_records() {
    check(&[
        (json!({}), "abc"),
        (json!({"name": null}), "abc"),
        (json!({"id": {"in": ["c", "a", "zz"]}}), "ac"),
        (json!({"id": {"in": "c"}}), "c"),
        (json!({"id": {"in": []}}), ""),
        (json!({"id": {"notIn": []}}), "abc"),
        (json!({"name": {"eq": "Tenmoku"}}), "b"),
        (json!({"name": {"neq": "Tenmoku"}}), "ac"),
        (json!({"name": {"in": ["Tenmoku", "Céladon"]}}), "ab"),
        (json!({"name": {"notIn": ["Tenmoku", "Céladon"]}}), "c"),
        (json!({"name": {"isBlank": true}}), "c"),
        (json!({"name": {"isPresent": true}}), "ab"),
        (json!({"name": {"exists": true}}), "ab"),
        (json!({"name": {"exists": null}}), "abc"),
        (json!({"name": {"matches": {"pattern": "^ten"}}}), "b"),
        (
            json!({"name": {"matches": {"pattern": "^ten", "caseSensitive": true}}}),
            "",
        ),
        (
            json!({"name": {"notMatches": {"pattern": "m.k", "regexp": false}}}),
            "abc",
        ),
        (json!({"cone": {"eq": 9.0}}), "a"),
        (json!({"cone": {"eq": null}}), "c"),
        (json!({"cone": {"gt": 9}}), "b"),
        (json!({"cone": {"gte": 9, "lt": 10}}), "a"),
        (json!({"cone": {"lte": 9}}), "a"),
        (json!({"cone": {"neq": 9}}), "bc"),
        (json!({"goesWith": {"allIn": ["b", "c"]}}), "a"),
        (json!({"goesWith": {"anyIn": ["a", "b"]}}), "ac"),
        (json!({"goesWith": {"notIn": ["a", "b"]}}), "b"),
        (json!({"goesWith": {"eq": ["c", "b"]}}), "a"),
        (json!({"firedAt": {"eq": "2026-03-01T10:00:00Z"}}), "a"),
        (json!({"firedAt": {"gt": "2026-03-01T10:00:00Z"}}), ""),
        (json!({"firedAt": {"gt": "2026-03-01"}}), "a"),
        (json!({"firedAt": {"neq": "2026-03-01T10:00:00Z"}}), "bc"),
        (
            json!({"_createdAt": {"lte": "2026-03-01T10:00:00Z"}}),
            "abc",
        ),
        (json!({"_status": {"eq": "draft"}}), ""),
        (json!({"_locales": {"allIn": ["en", "it"]}}), "abc"),
        (json!({"_locales": {"notIn": ["it"]}}), ""),
        (
            json!({"place": {"near": {"latitude": 44.3, "longitude": 11.9, "radius": 5000}}}),
            "a",
        ),
        (
            json!({"place": {"near": {"latitude": 45.3, "longitude": 11.9, "radius": 5000}}}),
            "",
        ),
        (json!({"photo": {"eq": "u1"}}), "a"),
        (json!({"photo": {"exists": false}}), "bc"),
        (json!({"body": {"matches": {"pattern": "reduction"}}}), "a"),
        (json!({"body": {"isBlank": true}}), "bc"),
    ]);
}

#[test]
fn filters_join_and_nest() {
    check(&[
        (
            json!({"OR": [{"cone": {"eq": 10}}, {"id": {"eq": "c"}}]}),
            "bc",
        ),
        (json!({"OR": {"cone": {"eq": 10}}}), "b"),
        (json!({"OR": []}), ""),
        (
            json!({"AND": [{"cone": {"gte": 9}}, {"goesWith": {"exists": true}}]}),
            "a",
        ),
        (
            json!({"id": {"neq": "c"}, "OR": [{"AND": [{"cone": {"eq": 9}}, {"id": {"eq": "a"}}]}, {"id": {"eq": "c"}}]}),
            "a",
        ),
    ]);
}

#[test]
fn blocks_are_asked_where_the_field_allows_it() {
    check(&[
        (json!({"notes": {"exists": true}}), "ab"),
        (json!({"notes": {"containsAny": {"note": false}}}), "c"),
        (
            json!({"notes": {"any": {"note": {"words": {"eq": "thin"}}}}}),
            "ab",
        ),
        // Both conditions must hold of one block.
        (
            json!({"notes": {"any": {"note": {"words": {"eq": "thin"}, "grade": {"gt": 2}}}}}),
            "b",
        ),
        (
            json!({"story": {"blocks": {"any": {"note": {"grade": {"eq": 2}}}}}}),
            "a",
        ),
        (
            json!({"story": {"value": {"matches": {"pattern": "ago"}}}}),
            "a",
        ),
        (
            json!({"story": {"value": {"matches": {"pattern": "ago"}}, "blocks": {"exists": false}}}),
            "",
        ),
    ]);
}

#[test]
fn a_pattern_that_cannot_be_is_named() {
    let refused = |pattern: &str| {
        matching(&json!({"name": {"matches": {"pattern": pattern}}}))
            .unwrap_err()
            .to_string()
    };
    assert!(refused("(").starts_with("`(` is not a valid regular expression"));
    assert!(refused("(?=a)").contains("not a valid regular expression"));
    assert!(refused("((a{1000}){1000}){1000}").contains("not a valid regular expression"));
}

/// The worst a pattern of another engine can do costs no more than reading the text.
#[test]
fn a_catastrophic_pattern_is_an_ordinary_one_here() {
    assert_eq!(
        matching(&json!({"name": {"matches": {"pattern": "^(((a+)+)+)+$|(.*)*b"}}})).unwrap(),
        ""
    );
}

#[test]
fn what_is_no_condition_is_not_passed_over() {
    for (filter, key) in [
        (json!({"name": "Celadon"}), "name"),
        (json!({"OR": [3]}), "OR"),
        (json!({"AND": [{"cone": []}]}), "cone"),
    ] {
        let refused = matching(&filter).unwrap_err();
        assert_eq!(
            refused,
            FilterError::NotAnObject { key: key.into() },
            "{filter}"
        );
    }
}

#[test]
fn a_filter_has_so_many_conditions_and_no_more() {
    let condition = json!({"name": {"eq": "x"}});
    let filter = json!({ "OR": vec![condition; MAX_CONDITIONS] });
    assert_eq!(
        matching(&filter).unwrap_err(),
        FilterError::TooManyConditions
    );
}
