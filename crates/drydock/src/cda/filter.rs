//! `filter`: does a record match? Pure; the schema has already refused unknown fields and operators.
//!
//! Conditions are joined by AND; `AND` and `OR` take lists of further filters. Negative operators also
//! match empty values (`management-api.md` 10.4).

use std::cmp::Ordering;

use regex::RegexBuilder;
use serde_json::{Map, Value};

use super::content::Record;
use super::description::{FieldKind, Model};
use super::locale::LocaleChoice;
use super::{names, order};

/// A filter that cannot be evaluated.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum FilterError {
    #[error("`{pattern}` is not a valid regular expression: {reason}")]
    Pattern { pattern: String, reason: String },
}

/// How the operands of a condition are compared with the stored value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Comparison {
    /// As JSON; numbers and text by their order.
    Plain,
    /// As instants, cut to the minute.
    Minutes,
    /// Assets: the condition names upload ids.
    Uploads,
    /// Text inside structured text.
    StructuredText,
}

/// Does `record` satisfy every condition of `filter`?
pub(crate) fn matches(
    model: &Model,
    record: &Record,
    choice: &LocaleChoice,
    filter: &Map<String, Value>,
) -> Result<bool, FilterError> {
    for (key, condition) in filter {
        let holds = match (key.as_str(), condition) {
            (_, Value::Null) => true,
            ("AND", Value::Array(all)) => all_hold(model, record, choice, all)?,
            ("OR", Value::Array(any)) => any_holds(model, record, choice, any)?,
            (_, Value::Object(operators)) => {
                let (value, comparison) = subject(model, record, choice, key);
                operators
                    .iter()
                    .try_fold(true, |held, (operator, operand)| {
                        Ok(held && holds(&value, comparison, operator, operand)?)
                    })?
            }
            _ => false,
        };
        if !holds {
            return Ok(false);
        }
    }
    Ok(true)
}

fn all_hold(
    model: &Model,
    record: &Record,
    choice: &LocaleChoice,
    filters: &[Value],
) -> Result<bool, FilterError> {
    for filter in filters.iter().filter_map(Value::as_object) {
        if !matches(model, record, choice, filter)? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn any_holds(
    model: &Model,
    record: &Record,
    choice: &LocaleChoice,
    filters: &[Value],
) -> Result<bool, FilterError> {
    for filter in filters.iter().filter_map(Value::as_object) {
        if matches(model, record, choice, filter)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The value a condition is about, and how to compare it.
fn subject(
    model: &Model,
    record: &Record,
    choice: &LocaleChoice,
    key: &str,
) -> (Value, Comparison) {
    match key {
        "id" => (Value::from(record.id.clone()), Comparison::Plain),
        "position" => (
            record
                .attributes
                .get("position")
                .cloned()
                .unwrap_or_default(),
            Comparison::Plain,
        ),
        "parent" => (
            record
                .attributes
                .get("parent_id")
                .cloned()
                .unwrap_or_default(),
            Comparison::Plain,
        ),
        "_locales" => {
            let localized: Vec<&str> = model
                .fields
                .iter()
                .filter(|field| field.localized)
                .map(|field| field.api_key.as_str())
                .collect();
            let locales = super::locale::locales_of(&record.attributes, &localized);
            (
                locales.into_iter().map(names::site_locale).collect(),
                Comparison::Plain,
            )
        }
        "_status" => (record.meta("status").clone(), Comparison::Plain),
        "_isValid" => (record.meta("is_valid").clone(), Comparison::Plain),
        _ => match key.strip_prefix('_') {
            Some(meta) => (record.meta(&snake_case(meta)).clone(), Comparison::Minutes),
            None => field_subject(model, record, choice, key),
        },
    }
}

fn field_subject(
    model: &Model,
    record: &Record,
    choice: &LocaleChoice,
    key: &str,
) -> (Value, Comparison) {
    let Some(field) = model
        .fields
        .iter()
        .find(|field| names::camel_case(&field.api_key) == key)
    else {
        return (Value::Null, Comparison::Plain);
    };
    let stored = record
        .attributes
        .get(&field.api_key)
        .unwrap_or(&Value::Null);
    let comparison = match field.kind {
        FieldKind::DateTime => Comparison::Minutes,
        FieldKind::File | FieldKind::Gallery => Comparison::Uploads,
        FieldKind::StructuredText { .. } => Comparison::StructuredText,
        FieldKind::String
        | FieldKind::Text
        | FieldKind::Slug
        | FieldKind::Boolean
        | FieldKind::Integer
        | FieldKind::Float
        | FieldKind::Date
        | FieldKind::Color
        | FieldKind::Json
        | FieldKind::LatLon
        | FieldKind::Seo
        | FieldKind::Video
        | FieldKind::Link(_)
        | FieldKind::Links(_)
        | FieldKind::RichText(_)
        | FieldKind::SingleBlock(_) => Comparison::Plain,
    };
    (choice.pick(field.localized, stored).clone(), comparison)
}

fn holds(
    value: &Value,
    comparison: Comparison,
    operator: &str,
    operand: &Value,
) -> Result<bool, FilterError> {
    let value = &match comparison {
        Comparison::Plain | Comparison::Minutes => value.clone(),
        Comparison::Uploads => upload_ids(value),
        Comparison::StructuredText => Value::from(plain_text(value)),
    };
    let minutes = comparison == Comparison::Minutes;
    let same = |other: &Value| {
        if minutes {
            order::minutes(value) == order::minutes(other)
        } else {
            equal(value, other)
        }
    };
    let compare = |other: &Value| match (value, other) {
        (Value::Null, _) | (_, Value::Null) => None,
        _ if minutes => order::minutes(value).partial_cmp(&order::minutes(other)),
        _ => order::compare(value, other),
    };
    Ok(match operator {
        "eq" => same(operand),
        "neq" => !same(operand),
        "in" => elements(operand).iter().any(same),
        "notIn" if value.is_array() => !elements(operand)
            .iter()
            .any(|wanted| contains(value, wanted)),
        "notIn" => !elements(operand).iter().any(same),
        "allIn" => elements(operand)
            .iter()
            .all(|wanted| contains(value, wanted)),
        "anyIn" => elements(operand)
            .iter()
            .any(|wanted| contains(value, wanted)),
        "gt" => compare(operand) == Some(Ordering::Greater),
        "lt" => compare(operand) == Some(Ordering::Less),
        "gte" => matches!(compare(operand), Some(Ordering::Greater | Ordering::Equal)),
        "lte" => matches!(compare(operand), Some(Ordering::Less | Ordering::Equal)),
        "exists" => operand
            .as_bool()
            .is_none_or(|wanted| wanted != is_blank(value)),
        "isPresent" => operand
            .as_bool()
            .is_none_or(|wanted| wanted != is_blank(value)),
        "isBlank" => operand
            .as_bool()
            .is_none_or(|wanted| wanted == is_blank(value)),
        "matches" => matches_pattern(value, operand)?,
        "notMatches" => !matches_pattern(value, operand)?,
        "near" => is_near(value, operand),
        _ => false,
    })
}

fn elements(operand: &Value) -> &[Value] {
    operand.as_array().map_or(&[], Vec::as_slice)
}

fn contains(value: &Value, wanted: &Value) -> bool {
    elements(value).iter().any(|element| equal(element, wanted))
}

/// Equal as JSON, except that `1` and `1.0` are the same number and lists do not mind their order.
fn equal(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => one.as_f64() == other.as_f64(),
        (Value::Array(ones), Value::Array(others)) => {
            ones.len() == others.len()
                && ones
                    .iter()
                    .all(|one| others.iter().any(|other| equal(one, other)))
        }
        _ => one == other,
    }
}

fn is_blank(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Bool(_) | Value::Number(_) | Value::Object(_) => false,
    }
}

fn matches_pattern(value: &Value, operand: &Value) -> Result<bool, FilterError> {
    let pattern = operand
        .get("pattern")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let flag = |name: &str, default: bool| {
        operand
            .get(name)
            .and_then(Value::as_bool)
            .unwrap_or(default)
    };
    let source = if flag("regexp", true) {
        pattern.to_owned()
    } else {
        regex::escape(pattern)
    };
    let expression = RegexBuilder::new(&source)
        .case_insensitive(!flag("caseSensitive", false))
        .size_limit(1 << 20)
        .build()
        .map_err(|error| FilterError::Pattern {
            pattern: pattern.to_owned(),
            reason: error.to_string(),
        })?;
    Ok(value.as_str().is_some_and(|text| expression.is_match(text)))
}

fn upload_ids(value: &Value) -> Value {
    let id = |asset: &Value| asset.get("upload_id").cloned().unwrap_or_default();
    match value {
        Value::Array(assets) => assets.iter().map(id).collect(),
        Value::Null => Value::Null,
        Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Object(_) => id(value),
    }
}

/// The words of a structured text, a paragraph a line.
pub(crate) fn plain_text(value: &Value) -> String {
    fn collect(node: &Value, text: &mut String) {
        for key in ["value", "code"] {
            if let Some(words) = node.get(key).and_then(Value::as_str) {
                text.push_str(words);
            }
        }
        for child in node
            .get("children")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
        {
            collect(child, text);
        }
        if matches!(
            node.get("type").and_then(Value::as_str),
            Some("paragraph" | "heading" | "code")
        ) {
            text.push('\n');
        }
    }
    let mut text = String::new();
    if let Some(document) = value.get("document") {
        collect(document, &mut text);
    }
    text
}

/// Within `radius` metres on the sphere.
fn is_near(value: &Value, operand: &Value) -> bool {
    const EARTH_RADIUS: f64 = 6_371_000.0;
    let number = |of: &Value, key: &str| of.get(key).and_then(Value::as_f64);
    let point = |of: &Value| {
        Some((
            number(of, "latitude")?.to_radians(),
            number(of, "longitude")?.to_radians(),
        ))
    };
    let (Some(here), Some(there), Some(radius)) =
        (point(value), point(operand), number(operand, "radius"))
    else {
        return false;
    };
    let half = |angle: f64| (angle / 2.0).sin().powi(2);
    let chord = half(there.0 - here.0) + here.0.cos() * there.0.cos() * half(there.1 - here.1);
    2.0 * EARTH_RADIUS * chord.sqrt().asin() <= radius
}

/// `firstPublishedAt` → `first_published_at`.
pub(crate) fn snake_case(camel: &str) -> String {
    let mut snake = String::with_capacity(camel.len() + 4);
    for letter in camel.chars() {
        if letter.is_uppercase() {
            snake.push('_');
        }
        snake.extend(letter.to_lowercase());
    }
    snake
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::cda::description::Field;

    fn field(api_key: &str, localized: bool, kind: FieldKind) -> Field {
        Field {
            api_key: api_key.into(),
            label: api_key.into(),
            localized,
            kind,
        }
    }

    /// Ids of the records of a small model that match.
    fn matching(filter: Value) -> String {
        let model = Model {
            id: "m1".into(),
            api_key: "glaze".into(),
            name: "Glaze".into(),
            block: false,
            singleton: false,
            sortable: false,
            tree: false,
            default_order: "_updatedAt_DESC".into(),
            fields: vec![
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
            ],
        };
        let record = |id: &str, attributes: Value| {
            let document = json!({
                "id": id, "type": "item", "attributes": attributes,
                "relationships": {"item_type": {"data": {"id": "m1", "type": "item_type"}}},
                "meta": {"status": "published", "created_at": "2026-03-01T10:00:31.000+00:00"},
            });
            Record::read(&document).unwrap()
        };
        let records = [
            record(
                "a",
                json!({
                    "name": {"en": "Celadon", "it": "Céladon"}, "cone": 9, "goes_with": ["b", "c"],
                    "fired_at": "2026-03-01T12:00:40+02:00", "place": {"latitude": 44.29, "longitude": 11.88},
                    "photo": {"upload_id": "u1"},
                    "body": {"schema": "dast", "document": {"type": "root", "children": [
                        {"type": "paragraph", "children": [{"type": "span", "value": "Iron in reduction"}]}]}},
                }),
            ),
            record(
                "b",
                json!({"name": {"en": "Tenmoku", "it": ""}, "cone": 10, "goes_with": [], "place": null}),
            ),
            record(
                "c",
                json!({"name": {"en": null, "it": null}, "cone": null, "goes_with": ["a"]}),
            ),
        ];
        let choice = LocaleChoice {
            locale: "it".into(),
            fallbacks: vec!["en".into()],
        };
        let filter = filter.as_object().unwrap();
        let hits = records
            .iter()
            .filter(|record| matches(&model, record, &choice, filter).unwrap());
        hits.map(|record| record.id.as_str()).collect()
    }

    #[test]
    fn conditions_select_records() {
        let table = [
            (json!({}), "abc"),
            (json!({"id": {"in": ["c", "a", "zz"]}}), "ac"),
            (json!({"name": {"eq": "Tenmoku"}}), "b"),
            (json!({"name": {"neq": "Tenmoku"}}), "ac"),
            (json!({"name": {"in": ["Tenmoku", "Céladon"]}}), "ab"),
            (json!({"name": {"notIn": ["Tenmoku", "Céladon"]}}), "c"),
            (json!({"name": {"isBlank": true}}), "c"),
            (json!({"name": {"exists": true}}), "ab"),
            (json!({"name": {"matches": {"pattern": "^ten"}}}), "b"),
            (
                json!({"name": {"matches": {"pattern": "^ten", "caseSensitive": true}}}),
                "",
            ),
            (
                json!({"name": {"notMatches": {"pattern": "m.k", "regexp": false}}}),
                "abc",
            ),
            (json!({"cone": {"gt": 9}}), "b"),
            (json!({"cone": {"gte": 9, "lt": 10}}), "a"),
            (json!({"cone": {"neq": 9}}), "bc"),
            (json!({"goesWith": {"allIn": ["b", "c"]}}), "a"),
            (json!({"goesWith": {"anyIn": ["a", "b"]}}), "ac"),
            (json!({"goesWith": {"notIn": ["a", "b"]}}), "b"),
            (json!({"goesWith": {"eq": ["c", "b"]}}), "a"),
            (json!({"firedAt": {"eq": "2026-03-01T10:00:00Z"}}), "a"),
            (json!({"firedAt": {"gt": "2026-03-01T10:00:00Z"}}), ""),
            (
                json!({"_createdAt": {"lte": "2026-03-01T10:00:00Z"}}),
                "abc",
            ),
            (json!({"_status": {"eq": "draft"}}), ""),
            (
                json!({"place": {"near": {"latitude": 44.3, "longitude": 11.9, "radius": 5000}}}),
                "a",
            ),
            (
                json!({"place": {"near": {"latitude": 45.3, "longitude": 11.9, "radius": 5000}}}),
                "",
            ),
            (json!({"photo": {"eq": "u1"}}), "a"),
            (json!({"body": {"matches": {"pattern": "reduction"}}}), "a"),
            (
                json!({"OR": [{"cone": {"eq": 10}}, {"id": {"eq": "c"}}]}),
                "bc",
            ),
            (
                json!({"AND": [{"cone": {"gte": 9}}, {"goesWith": {"exists": true}}]}),
                "a",
            ),
            (json!({"OR": []}), ""),
        ];
        for (filter, expected) in table {
            assert_eq!(matching(filter.clone()), expected, "{filter}");
        }
    }

    #[test]
    fn a_broken_pattern_is_named() {
        let error = matches_pattern(&json!("x"), &json!({"pattern": "("})).unwrap_err();
        assert!(
            error
                .to_string()
                .starts_with("`(` is not a valid regular expression"),
            "{error}"
        );
    }
}
