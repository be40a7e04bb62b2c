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

/// Refuses a model's API key that is malformed, reserved or a plural: the delivery API makes the plural itself.
pub(crate) fn check_model_key(api_key: &str) -> Result<(), Violation> {
    check(api_key, &RESERVED_MODEL_KEYS)?;
    match singular(api_key) {
        Some(singular) => Err(Violation::new("api_key", "VALIDATION_FORMAT")
            .with("message", "the name of a model is a singular")
            .with("singular", singular)),
        None => Ok(()),
    }
}

/// The key in the singular; `None` when it is one, or a word that is its own plural, or only looks like a plural.
fn singular(api_key: &str) -> Option<String> {
    let (before, last) = match api_key.rsplit_once('_') {
        Some((before, last)) => (Some(before), last),
        None => (None, api_key),
    };
    let one = pluralizer::pluralize(last, 1, false);
    let is_plural = one != last
        && pluralizer::pluralize(&one, 2, false) == last
        && !last.ends_with("ss")
        && !ONLY_LOOKS_PLURAL.contains(&last);
    is_plural.then(|| match before {
        Some(before) => format!("{before}_{one}"),
        None => one,
    })
}

/// Words for one thing, or for a thing that has no singular of its own.
const ONLY_LOOKS_PLURAL: [&str; 20] = [
    "address",
    "analytics",
    "atlas",
    "basics",
    "bonus",
    "bus",
    "campus",
    "canvas",
    "chaos",
    "corpus",
    "cosmos",
    "economics",
    "gas",
    "graphics",
    "lens",
    "news",
    "physics",
    "series",
    "settings",
    "status",
];

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

    #[test]
    fn models_are_named_in_the_singular() {
        for good in [
            "article",
            "blog_post",
            "news",
            "site_settings",
            "address",
            "glass",
            "series",
            "status",
            "canvas",
            "schema_migration",
            "slipway_release",
            "faq",
            "person",
            "cms_page",
            "css",
            "business",
            "h2",
        ] {
            assert_eq!(check_model_key(good), Ok(()), "{good}");
        }
        for (plural, singular) in [
            ("articles", "article"),
            ("blog_posts", "blog_post"),
            ("categories", "category"),
            ("people", "person"),
            ("boxes", "box"),
        ] {
            let refused = check_model_key(plural).unwrap_err();
            assert_eq!(refused.extra["singular"], singular);
        }
        // Fields may hold several.
        assert_eq!(check_field_key("articles"), Ok(()));
    }
}
