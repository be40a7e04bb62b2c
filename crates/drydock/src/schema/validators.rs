//! The shape of validators, and the defaults the server fills in.

use serde_json::{Map, Value, json};

use crate::schema::field_type::FieldType;
use crate::schema::model::{BLOCK_VALIDATORS, LINK_VALIDATORS};
use crate::schema::violation::Violation;

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
        let Some(parameters) = parameters.as_object() else {
            return Err(broken(name));
        };
        if !parameters_fit(name, parameters) {
            return Err(broken(name));
        }
        completed.insert(name.clone(), Value::Object(with_defaults(name, parameters)));
    }
    Ok(completed)
}

fn parameters_fit(name: &str, parameters: &Map<String, Value>) -> bool {
    let holds = |key: &str, fits: fn(&Value) -> bool| {
        parameters
            .get(key)
            .is_none_or(|value| value.is_null() || fits(value))
    };
    if BLOCK_VALIDATORS.contains(&name) || LINK_VALIDATORS.contains(&name) {
        return parameters
            .get("item_types")
            .and_then(Value::as_array)
            .is_some_and(|ids| ids.iter().all(Value::is_string));
    }
    match name {
        "length" | "size" | "title_length" | "description_length" => {
            ["min", "eq", "max", "multiple_of"]
                .iter()
                .all(|key| holds(key, Value::is_u64))
                && !parameters.is_empty()
        }
        "number_range" => ["min", "max"]
            .iter()
            .all(|key| holds(key, Value::is_number)),
        "date_range" | "date_time_range" => ["min", "max"]
            .iter()
            .all(|key| holds(key, Value::is_string)),
        "enum" => parameters.get("values").is_some_and(Value::is_array),
        "format" | "slug_format" => {
            // Refused here rather than at every save: this server's expressions know no look-around.
            let custom = parameters.get("custom_pattern").and_then(Value::as_str);
            match custom {
                Some(pattern) => regex::Regex::new(pattern).is_ok(),
                None => parameters
                    .get("predefined_pattern")
                    .is_some_and(Value::is_string),
            }
        }
        "slug_title_field" => parameters
            .get("title_field_id")
            .is_some_and(Value::is_string),
        _ => true,
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
    fn a_validator_of_another_type_is_refused() {
        assert_eq!(
            check(FieldType::String, &json!({ "number_range": { "min": 1 } })),
            Err("VALIDATION_INVALID")
        );
    }
}
