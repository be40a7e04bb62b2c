//! Which parts of an asset a change touches, for permissions that are about some of them.

use std::collections::BTreeSet;

use serde_json::Value;

use super::metadata;
use super::upload::NOTES;
use crate::http::content_part::ContentPart;
use crate::store::entity::Entity;

/// What people say about an asset that differs between the two. The file and the folder are no content: permissions of
/// their own are about them.
pub(crate) fn by_change(before: &Entity, after: &Entity) -> BTreeSet<ContentPart> {
    let mut touched = BTreeSet::new();
    let differs = |name: &str| before.attribute(name) != after.attribute(name);
    if NOTES.into_iter().chain(["tags", "basename"]).any(differs) {
        touched.insert(ContentPart::NotLocalized);
    }
    let [before, after] = [before, after].map(|upload| upload.attribute(metadata::ATTRIBUTE));
    let keys = [before, after].into_iter().filter_map(Value::as_object);
    for key in keys.flat_map(|metadata| metadata.keys()) {
        let (before, after) = (before.get(key), after.get(key));
        if !metadata::is_by_locale(key) {
            if before != after {
                touched.insert(ContentPart::NotLocalized);
            }
            continue;
        }
        let said = |metadata: Option<&Value>, locale: &str| {
            metadata
                .and_then(|by_locale| by_locale.get(locale))
                .cloned()
        };
        let sides = [before, after].into_iter().flatten();
        for locale in sides
            .filter_map(Value::as_object)
            .flat_map(|by_locale| by_locale.keys())
        {
            if said(before, locale) != said(after, locale) {
                touched.insert(ContentPart::Locale(locale.clone()));
            }
        }
    }
    touched
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::store::entity::Kind;

    #[test]
    fn what_is_said_in_a_locale_is_told_from_the_rest() {
        let asset = |notes: &str, metadata: Value| {
            let mut asset = Entity::new(Kind::Upload, "u".to_owned());
            asset.set("notes", notes);
            asset.set("default_field_metadata", metadata);
            asset
        };
        let locale = |locale: &str| ContentPart::Locale(locale.to_owned());
        let before = asset("n", json!({"alt": {"en": "a"}, "focal_point": null}));
        let same = asset("n", json!({"alt": {"en": "a"}, "focal_point": null}));
        assert_eq!(by_change(&before, &same), BTreeSet::new());
        let said = asset(
            "n",
            json!({"alt": {"en": "a", "it": "b"}, "title": {"en": "t"}, "focal_point": null}),
        );
        assert_eq!(
            by_change(&before, &said),
            BTreeSet::from([locale("en"), locale("it")])
        );
        let rest = asset(
            "m",
            json!({"alt": {"en": "a"}, "focal_point": {"x": 0, "y": 1}}),
        );
        assert_eq!(
            by_change(&before, &rest),
            BTreeSet::from([ContentPart::NotLocalized])
        );
    }
}
