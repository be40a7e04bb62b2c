//! The parts that permission entries tell apart in one record or asset: what it says in a locale, and what it says in none.

use serde_json::Value;

/// A part of a record or asset.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum ContentPart {
    /// What is the same in every locale.
    NotLocalized,
    /// What it says in this locale.
    Locale(String),
}

/// Whether an entry is about this part. Of no part in particular, an entry that is about some counts as `unknown` says.
pub(super) fn covers(entry: &Value, part: Option<&ContentPart>, unknown: bool) -> bool {
    let text = |key: &str| entry.get(key).and_then(Value::as_str);
    match (text("localization_scope"), part) {
        (Some("localized" | "not_localized"), None) => unknown,
        (Some("localized"), Some(ContentPart::Locale(locale))) => {
            text("locale").is_none_or(|wanted| wanted == locale)
        }
        (Some("localized"), Some(ContentPart::NotLocalized))
        | (Some("not_localized"), Some(ContentPart::Locale(_))) => false,
        (Some(_) | None, _) => true,
    }
}

/// Whether an entry is about some parts and not about others.
pub(super) fn is_limited(entry: &Value) -> bool {
    let scope = entry.get("localization_scope").and_then(Value::as_str);
    matches!(scope, Some("localized" | "not_localized"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{ContentPart, covers};

    #[test]
    fn an_entry_is_about_the_parts_it_names() {
        let italian = ContentPart::Locale("it".to_owned());
        for (entry, not_localized, in_italian) in [
            (json!({}), true, true),
            (
                json!({"localization_scope": null, "locale": null}),
                true,
                true,
            ),
            (json!({"localization_scope": "all"}), true, true),
            (json!({"localization_scope": "not_localized"}), true, false),
            (json!({"localization_scope": "localized"}), false, true),
            (
                json!({"localization_scope": "localized", "locale": "it"}),
                false,
                true,
            ),
            (
                json!({"localization_scope": "localized", "locale": "en"}),
                false,
                false,
            ),
        ] {
            let part = Some(&ContentPart::NotLocalized);
            assert_eq!(covers(&entry, part, true), not_localized, "{entry}");
            assert_eq!(covers(&entry, Some(&italian), true), in_italian, "{entry}");
        }
        let limited = json!({"localization_scope": "not_localized"});
        assert!(covers(&limited, None, true));
        assert!(
            !covers(&limited, None, false),
            "nothing is forbidden as a whole"
        );
    }
}
