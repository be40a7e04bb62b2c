//! The default metadata of assets in projects that have not opted out of a focal point for each locale. The published types
//! know the newer form only; the older one is that of the service's own schema of March 2022.

use std::sync::LazyLock;

use jsonschema::Validator;
use serde_json::{Value, json};

use super::mismatch::{self, Problem, below};

const ATTRIBUTE: &str = "default_field_metadata";

static BY_LOCALE: LazyLock<Result<Validator, String>> = LazyLock::new(|| {
    let schema = json!({"type": "object", "minProperties": 1, "additionalProperties": {
        "type": "object",
        "required": ["alt", "title", "custom_data", "focal_point"],
        "additionalProperties": false,
        "properties": {
            "alt": {"type": ["string", "null"]},
            "title": {"type": ["string", "null"]},
            "custom_data": {"type": "object"},
            "focal_point": {
                "type": ["object", "null"],
                "required": ["x", "y"],
                "additionalProperties": false,
                "properties": {"x": {"type": "number"}, "y": {"type": "number"}},
            },
        },
    }});
    jsonschema::options()
        .offline()
        .build(&schema)
        .map_err(|error| error.to_string())
});

/// Whether a problem is about default metadata.
pub(super) fn is_about(problem: &Problem) -> bool {
    problem.pointer.split('/').any(|part| part == ATTRIBUTE)
}

/// What is wrong with the default metadata of the assets in a document.
pub(super) fn misshapen(document: &Value) -> Vec<Problem> {
    mismatch::entities(document)
        .filter(|(_, entity)| entity["type"] == "upload")
        .flat_map(|(pointer, entity)| {
            let pointer = below(&below(&pointer, "attributes"), ATTRIBUTE);
            of_one(&entity["attributes"][ATTRIBUTE], &pointer)
        })
        .collect()
}

fn of_one(metadata: &Value, pointer: &str) -> Vec<Problem> {
    mismatch::problems(BY_LOCALE.as_ref(), metadata)
        .into_iter()
        .map(|problem| Problem {
            pointer: format!("{pointer}{}", problem.pointer),
            ..problem
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(metadata: &Value) -> Value {
        let upload = |metadata: &Value| json!({"id": "u", "type": "upload", "attributes": {ATTRIBUTE: metadata}});
        let good =
            json!({"en": {"alt": null, "title": "A", "custom_data": {}, "focal_point": null}});
        json!({"data": [upload(&good)], "included": [upload(metadata), {"id": "i", "type": "item"}]})
    }

    #[test]
    fn metadata_by_locale_are_judged_by_the_older_schema() {
        let point = json!({"x": 0.5, "y": 1});
        let good = json!({"en": {"alt": "a", "title": null, "custom_data": {"a": 1}, "focal_point": point}});
        assert_eq!(misshapen(&document(&good)), []);

        let newer = json!({"alt": {"en": null}, "focal_point": null});
        let found = misshapen(&document(&newer));
        let places: Vec<_> = found
            .iter()
            .map(|problem| problem.pointer.as_str())
            .collect();
        let below = "/included/0/attributes/default_field_metadata";
        assert!(
            places.contains(&format!("{below}/alt/title").as_str()),
            "{places:?}"
        );
        assert!(
            places.contains(&format!("{below}/focal_point").as_str()),
            "{places:?}"
        );
        assert!(found.iter().all(is_about));

        let half =
            json!({"en": {"alt": 1, "title": null, "custom_data": {}, "focal_point": {"x": 0}}});
        assert_eq!(misshapen(&document(&half)).len(), 2);
        assert_eq!(misshapen(&document(&Value::Null)).len(), 1);
    }
}
