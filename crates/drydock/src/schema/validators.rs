//! The shape of validators, and the defaults the server fills in.
//!
//! Source of the parameters: the validator types the vendor publishes with its client.

mod facts;

use serde_json::{Map, Value, json};

use crate::records::value::{is_date, parse_moment};
use crate::schema::field_type::FieldType;
use crate::schema::model::LINK_VALIDATORS;
use crate::schema::violation::Violation;

use facts::{Shape, facts_of};

/// Checks the validators of a field and completes them with the defaults the real service writes back.
pub(crate) fn complete(
    field_type: FieldType,
    validators: &Map<String, Value>,
) -> Result<Map<String, Value>, Violation> {
    let broken =
        |name: &str| Violation::new("validators", "VALIDATION_INVALID").with("validator", name);
    for demanded in field_type.demanded_validators() {
        if !validators.contains_key(*demanded) {
            return Err(
                Violation::new("validators", "VALIDATION_REQUIRED").with("validator", *demanded)
            );
        }
    }
    let mut completed = Map::new();
    for (name, parameters) in validators {
        if !field_type.accepts_validator(name) {
            return Err(broken(name).with("field_type", field_type.as_str()));
        }
        let parameters = parameters.as_object().ok_or_else(|| broken(name))?;
        if let Err(parameter) = check_parameters(name, parameters) {
            return Err(broken(name).with("parameter", parameter));
        }
        completed.insert(name.clone(), Value::Object(with_defaults(name, parameters)));
    }
    Ok(completed)
}

/// The error names the parameter that is wrong or missing.
fn check_parameters<'p>(name: &str, parameters: &'p Map<String, Value>) -> Result<(), &'p str> {
    let Some(facts) = facts_of(name) else {
        return Ok(());
    };
    // Clients send back what they read, where what was left out may be null, or an empty list.
    let given = |key: &str| {
        parameters.get(key).is_some_and(|value| {
            !value.is_null()
                && (key == "item_types" || value.as_array().is_none_or(|list| !list.is_empty()))
        })
    };
    for (key, value) in parameters {
        let known = facts.parameters.iter().find(|(known, _)| known == key);
        let fits = known.is_some_and(|(_, shape)| value.is_null() || shape.fits(value));
        if !fits {
            return Err(key);
        }
    }
    for group in facts.some_of {
        let there = group.iter().filter(|key| given(key)).count();
        if there != 0 && there != group.len() {
            return Err(group
                .iter()
                .find(|key| !given(key))
                .copied()
                .unwrap_or_default());
        }
    }
    let any = facts
        .some_of
        .iter()
        .any(|group| group.iter().all(|key| given(key)));
    if !facts.some_of.is_empty() && !any {
        let first = facts.some_of.first().and_then(|group| group.first());
        return Err(first.copied().unwrap_or_default());
    }
    match facts.not_both {
        Some((one, other)) if given(one) && given(other) => Err(other),
        Some(_) | None => Ok(()),
    }
}

impl Shape {
    fn fits(self, value: &Value) -> bool {
        match self {
            Self::Count => value.is_u64(),
            Self::Number => value.is_number(),
            Self::Positive => value.as_f64().is_some_and(|number| number > 0.0),
            Self::Text => value.is_string(),
            // Refused here rather than at every save: this server's expressions know no look-around.
            Self::Pattern => value
                .as_str()
                .is_some_and(|pattern| regex::Regex::new(pattern).is_ok()),
            Self::Date => value.as_str().is_some_and(is_date),
            Self::Moment => value
                .as_str()
                .is_some_and(|text| parse_moment(text).is_some()),
            Self::Flag => value.is_boolean(),
            Self::Texts => value
                .as_array()
                .is_some_and(|texts| texts.iter().all(Value::is_string)),
            Self::OneOf(words) => value.as_str().is_some_and(|word| words.contains(&word)),
        }
    }
}

fn with_defaults(name: &str, parameters: &Map<String, Value>) -> Map<String, Value> {
    let mut parameters = parameters.clone();
    if LINK_VALIDATORS.contains(&name) {
        let on_unpublish = if name == "structured_text_links" {
            "delete_references"
        } else {
            "fail"
        };
        for (strategy, default) in [
            ("on_publish_with_unpublished_references_strategy", "fail"),
            ("on_reference_unpublish_strategy", on_unpublish),
            ("on_reference_delete_strategy", "delete_references"),
        ] {
            parameters.entry(strategy).or_insert_with(|| json!(default));
        }
    }
    if name == "extension" && parameters.contains_key("predefined_list") {
        parameters.entry("extensions").or_insert_with(|| json!([]));
    }
    parameters
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::complete;
    use crate::schema::field_type::FieldType;

    fn check(field_type: FieldType, validators: &Value) -> Result<Value, &'static str> {
        complete(field_type, validators.as_object().unwrap())
            .map(Value::Object)
            .map_err(|violation| violation.code)
    }

    #[test]
    fn links_get_their_strategies() {
        let validators = json!({ "structured_text_blocks": { "item_types": ["b"] }, "structured_text_links": { "item_types": [] } });
        let completed = check(FieldType::StructuredText, &validators).unwrap();
        assert_eq!(
            completed["structured_text_links"]["on_reference_unpublish_strategy"],
            "delete_references"
        );
        let link = check(
            FieldType::Link,
            &json!({ "item_item_type": { "item_types": ["a"] } }),
        )
        .unwrap();
        assert_eq!(
            link["item_item_type"]["on_reference_unpublish_strategy"],
            "fail"
        );
    }

    #[test]
    fn a_link_without_targets_is_refused() {
        assert_eq!(
            check(FieldType::Link, &json!({})),
            Err("VALIDATION_REQUIRED")
        );
        assert_eq!(
            check(FieldType::Link, &json!({ "item_item_type": {} })),
            Err("VALIDATION_INVALID")
        );
    }

    #[test]
    fn every_validator_a_type_takes_is_known() {
        for field_type in FieldType::ALL {
            for validator in field_type.validators() {
                assert!(super::facts_of(validator).is_some(), "{validator}");
            }
        }
    }

    #[test]
    #[expect(clippy::too_many_lines, reason = "a table")]
    fn parameters_have_their_shape() {
        use FieldType::{DateTime, File, Float, Gallery, Integer, Link, Seo, Slug, String, Text};
        let date = FieldType::Date;
        for (field_type, validators, fits) in [
            (String, json!({ "required": {}, "unique": {} }), true),
            (String, json!({ "required": { "strictly": true } }), false),
            (String, json!({ "required": true }), false),
            (String, json!({ "length": { "min": 1, "max": 2 } }), true),
            (String, json!({ "length": { "min": 1, "eq": null } }), true),
            (String, json!({ "length": { "min": "1" } }), false),
            (String, json!({ "length": { "min": -1 } }), false),
            (String, json!({ "length": {} }), false),
            (String, json!({ "length": { "least": 1 } }), false),
            (String, json!({ "enum": { "values": ["a"] } }), true),
            (String, json!({ "enum": { "values": [1] } }), false),
            (String, json!({ "enum": {} }), false),
            (
                String,
                json!({ "format": { "predefined_pattern": "email" } }),
                true,
            ),
            (
                String,
                json!({ "format": { "predefined_pattern": "phone" } }),
                false,
            ),
            (
                String,
                json!({ "format": { "custom_pattern": "^a+$", "description": "as" } }),
                true,
            ),
            (
                String,
                json!({ "format": { "custom_pattern": "(" } }),
                false,
            ),
            (
                String,
                json!({ "format": { "custom_pattern": "a", "predefined_pattern": "url" } }),
                false,
            ),
            (String, json!({ "number_range": { "min": 1 } }), false),
            (Text, json!({ "sanitized_html": {} }), true),
            (
                Text,
                json!({ "sanitized_html": { "sanitize_before_validation": 1 } }),
                false,
            ),
            (
                Slug,
                json!({ "slug_format": { "predefined_pattern": "webpage_slug" } }),
                true,
            ),
            (Slug, json!({ "slug_format": {} }), false),
            (Integer, json!({ "number_range": { "max": 3 } }), true),
            (Float, json!({ "number_range": { "min": 0.5 } }), true),
            (Float, json!({ "number_range": {} }), false),
            (date, json!({ "date_range": { "min": "2026-01-01" } }), true),
            (date, json!({ "date_range": { "min": "yesterday" } }), false),
            (
                DateTime,
                json!({ "date_time_range": { "max": "2026-01-01T00:00:00Z" } }),
                true,
            ),
            (DateTime, json!({ "date_time_range": { "max": 5 } }), false),
            (Gallery, json!({ "size": { "multiple_of": 2 } }), true),
            (Gallery, json!({ "size": { "multiple_of": 0 } }), false),
            (
                File,
                json!({ "extension": { "predefined_list": "image" } }),
                true,
            ),
            (
                File,
                json!({ "extension": { "predefined_list": "image", "extensions": [] } }),
                true,
            ),
            (
                File,
                json!({ "extension": { "extensions": ["pdf"] } }),
                true,
            ),
            (
                File,
                json!({ "extension": { "predefined_list": "image", "extensions": ["pdf"] } }),
                false,
            ),
            (
                File,
                json!({ "extension": { "predefined_list": "audio" } }),
                false,
            ),
            (
                File,
                json!({ "file_size": { "max_value": 2, "max_unit": "MB" } }),
                true,
            ),
            (File, json!({ "file_size": { "max_value": 2 } }), false),
            (
                File,
                json!({ "file_size": { "max_value": 2, "max_unit": "GB" } }),
                false,
            ),
            (
                File,
                json!({ "image_dimensions": { "width_min_value": 100 } }),
                true,
            ),
            (File, json!({ "image_dimensions": {} }), false),
            (
                File,
                json!({ "image_aspect_ratio": { "eq_ar_numerator": 16, "eq_ar_denominator": 9 } }),
                true,
            ),
            (
                File,
                json!({ "image_aspect_ratio": { "eq_ar_numerator": 16 } }),
                false,
            ),
            (File, json!({ "required_alt_title": { "alt": true } }), true),
            (
                File,
                json!({ "required_alt_title": { "alt": "yes" } }),
                false,
            ),
            (
                Seo,
                json!({ "required_seo_fields": { "image": true } }),
                true,
            ),
            (
                Seo,
                json!({ "required_seo_fields": { "slug": true } }),
                false,
            ),
            (Seo, json!({ "title_length": { "max": 60 } }), true),
            (
                Link,
                json!({ "item_item_type": { "item_types": ["a"], "on_reference_delete_strategy": "fail" } }),
                true,
            ),
            (
                Link,
                json!({ "item_item_type": { "item_types": ["a"], "on_reference_delete_strategy": "weep" } }),
                false,
            ),
        ] {
            let outcome = check(field_type, &validators);
            assert_eq!(outcome.is_ok(), fits, "{validators}: {outcome:?}");
        }
    }

    #[test]
    fn a_validator_of_another_type_is_refused() {
        assert_eq!(
            check(FieldType::String, &json!({ "number_range": { "min": 1 } })),
            Err("VALIDATION_INVALID")
        );
    }
}
