//! The rules of API keys: the names by which code knows models and fields.

use crate::schema::violation::Violation;

/// Words a field may not be called, because every record already answers to them.
const RESERVED_FIELD_KEYS: [&str; 14] = [
    "id",
    "type",
    "meta",
    "item_type",
    "creator",
    "position",
    "parent",
    "parent_id",
    "children",
    "created_at",
    "updated_at",
    "is_valid",
    "attributes",
    "relationships",
];

/// Words a model may not be called: the delivery API has root fields or types of that name.
const RESERVED_MODEL_KEYS: [&str; 4] = ["site", "item", "upload", "record_interface"];

/// Refuses a model's API key that is malformed or reserved.
pub(crate) fn check_model_key(api_key: &str) -> Result<(), Violation> {
    check(api_key, &RESERVED_MODEL_KEYS)
}

/// Refuses a field's API key that is malformed or reserved.
pub(crate) fn check_field_key(api_key: &str) -> Result<(), Violation> {
    check(api_key, &RESERVED_FIELD_KEYS)
}

fn check(api_key: &str, reserved: &[&str]) -> Result<(), Violation> {
    if api_key.is_empty() {
        return Err(Violation::new("api_key", "VALIDATION_REQUIRED"));
    }
    if !is_snake_case(api_key) {
        return Err(Violation::new("api_key", "VALIDATION_FORMAT"));
    }
    if reserved.contains(&api_key) {
        return Err(Violation::new("api_key", "VALIDATION_EXCLUSION"));
    }
    Ok(())
}

/// Starts with a lower-case letter, goes on with letters, digits and underscores, does not end in an underscore.
fn is_snake_case(api_key: &str) -> bool {
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    api_key.starts_with(|c: char| c.is_ascii_lowercase())
        && api_key.chars().all(allowed)
        && !api_key.ends_with('_')
}

#[cfg(test)]
mod tests {
    use super::{check_field_key, check_model_key};

    #[test]
    fn keys_are_snake_case() {
        for good in ["title", "seo_settings", "h2", "schema_migration"] {
            assert_eq!(check_field_key(good), Ok(()), "{good}");
        }
        for bad in [
            "",
            "Title",
            "2nd",
            "with space",
            "dash-ed",
            "trailing_",
            "_leading",
        ] {
            assert!(check_field_key(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn reserved_words_differ_between_models_and_fields() {
        assert!(check_field_key("position").is_err());
        assert_eq!(check_model_key("position"), Ok(()));
        // The vendor's own tests call a model `item_type`.
        assert_eq!(check_model_key("item_type"), Ok(()));
    }
}
