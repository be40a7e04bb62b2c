//! Validators that need nothing but the value. Those that look at other records are in `checks`.

use regex::Regex;
use serde_json::{Map, Value};

use crate::clock::Timestamp;
use crate::records::value::{is_blank, parse_moment, violation};
use crate::records::{dast, markup};
use crate::schema::field_type::FieldType;
use crate::schema::model::Field;
use crate::schema::violation::Violation;

/// What a page address slug looks like (`slug_format: webpage_slug`).
const WEBPAGE_SLUG: &str = r"\A[a-z0-9_]+(?:-[a-z0-9_]+)*\z";
const EMAIL: &str = r"\A[^@\s]+@[^@\s.]+(?:\.[^@\s.]+)+\z";
const URL: &str = r"\Ahttps?://[^\s/$.?#][^\s]*\z";

/// The rules of the field that a well-shaped value breaks.
pub(crate) fn broken(field: &Field, value: &Value) -> Vec<Violation> {
    let blank = is_blank(field.field_type, value);
    let mut violations = Vec::new();
    for (name, parameters) in &field.validators {
        let Some(parameters) = parameters.as_object() else {
            continue;
        };
        if let Some(code) = verdict(field.field_type, name, parameters, value, blank) {
            violations
                .push(violation(field, code).with("options", Value::Object(parameters.clone())));
        }
    }
    violations
}

fn verdict(
    field_type: FieldType,
    name: &str,
    parameters: &Map<String, Value>,
    value: &Value,
    blank: bool,
) -> Option<&'static str> {
    let (holds, code) = match name {
        "required" => (!blank, "VALIDATION_REQUIRED"),
        // A list is measured even when it is empty; everything else only when it is filled in.
        "size" => {
            let count = value.as_array().map_or(0, Vec::len);
            (counts_within(parameters, count), "VALIDATION_SIZE")
        }
        "required_seo_fields" => (
            has_parts(parameters, value),
            "VALIDATION_REQUIRED_SEO_FIELDS",
        ),
        _ if blank => return None,
        "length" => {
            let text = if field_type == FieldType::StructuredText {
                dast::plain_text(value)
            } else {
                value.as_str().unwrap_or_default().to_owned()
            };
            (
                counts_within(parameters, text.chars().count()),
                "VALIDATION_LENGTH",
            )
        }
        "title_length" => (
            part_within(parameters, value, "title"),
            "VALIDATION_TITLE_LENGTH",
        ),
        "description_length" => (
            part_within(parameters, value, "description"),
            "VALIDATION_DESCRIPTION_LENGTH",
        ),
        "enum" => (
            parameters
                .get("values")
                .and_then(Value::as_array)
                .is_some_and(|all| all.contains(value)),
            "VALIDATION_ENUM",
        ),
        "format" => (matches_pattern(parameters, value), "VALIDATION_FORMAT"),
        "sanitized_html" => (
            value.as_str().is_none_or(markup::is_safe),
            "VALIDATION_SANITIZED_HTML",
        ),
        "slug_format" => (matches_pattern(parameters, value), "VALIDATION_SLUG_FORMAT"),
        "number_range" => (number_within(parameters, value), "VALIDATION_NUMBER_RANGE"),
        "date_range" => (moment_within(parameters, value), "VALIDATION_DATE_RANGE"),
        "date_time_range" => (
            moment_within(parameters, value),
            "VALIDATION_DATE_TIME_RANGE",
        ),
        "required_alt_title" => (
            assets_described(parameters, value),
            "VALIDATION_REQUIRED_ALT_TITLE",
        ),
        _ => return None,
    };
    (!holds).then_some(code)
}

fn counts_within(parameters: &Map<String, Value>, count: usize) -> bool {
    let limit = |key: &str| {
        parameters
            .get(key)
            .and_then(Value::as_u64)
            .and_then(|limit| usize::try_from(limit).ok())
    };
    limit("min").is_none_or(|min| count >= min)
        && limit("max").is_none_or(|max| count <= max)
        && limit("eq").is_none_or(|eq| count == eq)
        && limit("multiple_of").is_none_or(|factor| factor == 0 || count.is_multiple_of(factor))
}

fn part_within(parameters: &Map<String, Value>, value: &Value, part: &str) -> bool {
    let text = value.get(part).and_then(Value::as_str).unwrap_or_default();
    text.is_empty() || counts_within(parameters, text.chars().count())
}

fn has_parts(parameters: &Map<String, Value>, value: &Value) -> bool {
    parameters
        .iter()
        .filter(|(_, demanded)| **demanded == Value::Bool(true))
        .all(|(part, _)| {
            value
                .get(part)
                .is_some_and(|part| !part.is_null() && part.as_str() != Some(""))
        })
}

fn assets_described(parameters: &Map<String, Value>, value: &Value) -> bool {
    match value.as_array() {
        Some(assets) => assets.iter().all(|asset| has_parts(parameters, asset)),
        None => has_parts(parameters, value),
    }
}

fn number_within(parameters: &Map<String, Value>, value: &Value) -> bool {
    let limit = |key: &str| parameters.get(key).and_then(Value::as_f64);
    value.as_f64().is_some_and(|number| {
        limit("min").is_none_or(|min| number >= min) && limit("max").is_none_or(|max| number <= max)
    })
}

fn moment_within(parameters: &Map<String, Value>, value: &Value) -> bool {
    let limit = |key: &str| parameters.get(key).and_then(as_moment);
    as_moment(value).is_some_and(|at| {
        limit("min").is_none_or(|min| at >= min) && limit("max").is_none_or(|max| at <= max)
    })
}

/// The moment a date or date-time value stands for.
pub(crate) fn as_moment(value: &Value) -> Option<Timestamp> {
    value.as_str().and_then(parse_moment)
}

/// Whether a text is a slug as page addresses have them.
pub(crate) fn is_webpage_slug(text: &str) -> bool {
    Regex::new(WEBPAGE_SLUG).is_ok_and(|pattern| pattern.is_match(text))
}

fn matches_pattern(parameters: &Map<String, Value>, value: &Value) -> bool {
    let text = value.as_str().unwrap_or_default();
    pattern(parameters).is_none_or(|pattern| pattern.is_match(text))
}

/// The regular expression of a `format` or `slug_format` validator.
fn pattern(parameters: &Map<String, Value>) -> Option<Regex> {
    let source = match parameters.get("predefined_pattern").and_then(Value::as_str) {
        Some("email") => EMAIL,
        Some("url") => URL,
        Some("webpage_slug") => WEBPAGE_SLUG,
        _ => parameters.get("custom_pattern").and_then(Value::as_str)?,
    };
    // Patterns are compiled when the field is saved and refused there, so a failure here is an old or foreign one.
    Regex::new(source).ok()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::broken;
    use crate::records::value::tests::field;
    use crate::schema::field_type::FieldType;

    fn codes(field_type: FieldType, validators: Value, value: Value) -> Vec<&'static str> {
        broken(&field(field_type, validators), &value)
            .into_iter()
            .map(|violation| violation.code)
            .collect()
    }

    #[test]
    fn text_rules() {
        let length = json!({ "length": { "min": 2, "max": 4 } });
        assert_eq!(
            codes(FieldType::String, length.clone(), json!("abc")),
            Vec::<&str>::new()
        );
        assert_eq!(
            codes(FieldType::String, length.clone(), json!("a")),
            ["VALIDATION_LENGTH"]
        );
        // Counted in characters, not bytes.
        assert_eq!(
            codes(FieldType::String, length.clone(), json!("àèìò")),
            Vec::<&str>::new()
        );
        // An empty value breaks `required`, not the others.
        assert_eq!(
            codes(FieldType::String, length, json!("")),
            Vec::<&str>::new()
        );
        assert_eq!(
            codes(FieldType::String, json!({ "required": {} }), json!("  ")),
            ["VALIDATION_REQUIRED"]
        );
        assert_eq!(
            codes(
                FieldType::String,
                json!({ "enum": { "values": ["a", "b"] } }),
                json!("c")
            ),
            ["VALIDATION_ENUM"]
        );
    }

    #[test]
    fn patterns() {
        let email = json!({ "format": { "predefined_pattern": "email" } });
        assert_eq!(
            codes(FieldType::String, email.clone(), json!("ann@example.com")),
            Vec::<&str>::new()
        );
        assert_eq!(
            codes(FieldType::String, email, json!("ann@example")),
            ["VALIDATION_FORMAT"]
        );
        let slug = json!({ "slug_format": { "predefined_pattern": "webpage_slug" } });
        assert_eq!(
            codes(FieldType::Slug, slug.clone(), json!("a-good-slug")),
            Vec::<&str>::new()
        );
        assert_eq!(
            codes(FieldType::Slug, slug, json!("No Slug")),
            ["VALIDATION_SLUG_FORMAT"]
        );
        let custom = json!({ "format": { "custom_pattern": "^[A-Z]{3}$" } });
        assert_eq!(
            codes(FieldType::String, custom, json!("abc")),
            ["VALIDATION_FORMAT"]
        );
    }

    #[test]
    fn ranges() {
        let numbers = json!({ "number_range": { "min": 1, "max": 3 } });
        assert_eq!(
            codes(FieldType::Integer, numbers.clone(), json!(3)),
            Vec::<&str>::new()
        );
        assert_eq!(
            codes(FieldType::Integer, numbers, json!(4)),
            ["VALIDATION_NUMBER_RANGE"]
        );
        let dates = json!({ "date_range": { "min": "2026-01-01" } });
        assert_eq!(
            codes(FieldType::Date, dates.clone(), json!("2026-01-01")),
            Vec::<&str>::new()
        );
        assert_eq!(
            codes(FieldType::Date, dates, json!("2025-12-31")),
            ["VALIDATION_DATE_RANGE"]
        );
    }

    #[test]
    fn an_empty_list_is_measured() {
        let size = json!({ "size": { "min": 1 } });
        assert_eq!(
            codes(FieldType::Links, size.clone(), json!([])),
            ["VALIDATION_SIZE"]
        );
        assert_eq!(
            codes(FieldType::Links, size, json!(["a"])),
            Vec::<&str>::new()
        );
    }

    #[test]
    fn seo_and_assets_name_their_parts() {
        let seo = json!({ "required_seo_fields": { "title": true, "image": false } });
        assert_eq!(
            codes(
                FieldType::Seo,
                seo,
                json!({ "title": null, "description": "d" })
            ),
            ["VALIDATION_REQUIRED_SEO_FIELDS"]
        );
        let alt = json!({ "required_alt_title": { "alt": true } });
        assert_eq!(
            codes(
                FieldType::Gallery,
                alt,
                json!([{ "alt": "ok" }, { "alt": null }])
            ),
            ["VALIDATION_REQUIRED_ALT_TITLE"]
        );
    }
}
