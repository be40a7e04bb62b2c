//! Which parts of a record a write touches, for permissions that are about some of them.
//!
//! A field that is not localized is one part, blocks inside included, localized or not.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::document;
use super::publish::Part;
use crate::http::content_part::ContentPart;
use crate::schema::model::{Field, Model};

/// What a change of the document touches: values that differ, and locales that come or go.
pub(crate) fn by_change(
    model: &Model,
    before: &Map<String, Value>,
    after: &Map<String, Value>,
) -> BTreeSet<ContentPart> {
    let mut touched = BTreeSet::new();
    for field in &model.fields {
        let (before, after) = (value(before, field), value(after, field));
        if !field.localized {
            if before != after {
                touched.insert(ContentPart::NotLocalized);
            }
            continue;
        }
        let locales = [before, after].into_iter().filter_map(Value::as_object);
        for locale in locales.flat_map(Map::keys) {
            if before.get(locale) != after.get(locale) {
                touched.insert(ContentPart::Locale(locale.clone()));
            }
        }
    }
    touched
}

/// What making a record writes: whatever is not as every new record has it.
pub(crate) fn by_creation(model: &Model, made: &Map<String, Value>) -> BTreeSet<ContentPart> {
    let mut touched = BTreeSet::new();
    for field in &model.fields {
        let made = value(made, field);
        if !field.localized {
            if *made != document::default_of(field, "") {
                touched.insert(ContentPart::NotLocalized);
            }
            continue;
        }
        for (locale, said) in made.as_object().into_iter().flatten() {
            if *said != document::default_of(field, locale) {
                touched.insert(ContentPart::Locale(locale.clone()));
            }
        }
    }
    touched
}

/// What publishing or unpublishing touches: the part that was asked for, or else all there is, in both versions.
pub(crate) fn by_publication(
    model: &Model,
    part: Option<&Part>,
    versions: &[Map<String, Value>],
) -> BTreeSet<ContentPart> {
    if let Some(part) = part {
        let locales = part.locales.iter().cloned().map(ContentPart::Locale);
        let rest = part.non_localized.then_some(ContentPart::NotLocalized);
        return locales.chain(rest).collect();
    }
    let locales = versions
        .iter()
        .flat_map(|version| document::locales_of(model, version));
    let mut touched: BTreeSet<ContentPart> = locales.map(ContentPart::Locale).collect();
    if touched.is_empty() || model.fields.iter().any(|field| !field.localized) {
        touched.insert(ContentPart::NotLocalized);
    }
    touched
}

fn value<'d>(document: &'d Map<String, Value>, field: &Field) -> &'d Value {
    const NULL: &Value = &Value::Null;
    document.get(&field.api_key).unwrap_or(NULL)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::records::value::tests::field;
    use crate::schema::field_type::FieldType;

    fn page() -> Model {
        let named = |api_key: &str, field_type, localized| Field {
            api_key: api_key.to_owned(),
            localized,
            ..field(field_type, json!({}))
        };
        let fields = vec![
            named("title", FieldType::String, true),
            named("tags", FieldType::Links, true),
            named("shown", FieldType::Boolean, false),
        ];
        Model::of_fields("page", fields)
    }

    fn document(value: Value) -> Map<String, Value> {
        value.as_object().unwrap().clone()
    }

    fn names(parts: BTreeSet<ContentPart>) -> Vec<String> {
        let name = |part| match part {
            ContentPart::NotLocalized => "-".to_owned(),
            ContentPart::Locale(locale) => locale,
        };
        parts.into_iter().map(name).collect()
    }

    #[test]
    fn a_change_touches_what_differs() {
        let before = document(
            json!({"title": {"en": "a", "it": "b"}, "tags": {"en": [], "it": []}, "shown": false}),
        );
        let changed = |title: Value, shown: bool| {
            let mut after = before.clone();
            after.insert("title".to_owned(), title);
            after.insert("shown".to_owned(), json!(shown));
            names(by_change(&page(), &before, &after))
        };
        assert_eq!(changed(json!({"it": "b", "en": "a"}), false), [""; 0]);
        assert_eq!(changed(json!({"en": "a", "it": "c"}), false), ["it"]);
        assert_eq!(changed(json!({"en": "a", "it": "b"}), true), ["-"]);
        assert_eq!(
            changed(json!({"en": "a", "fr": null}), true),
            ["-", "fr", "it"]
        );
    }

    #[test]
    fn a_creation_touches_what_is_filled_in() {
        let made =
            json!({"title": {"en": null, "it": "b"}, "tags": {"en": [], "it": []}, "shown": false});
        assert_eq!(names(by_creation(&page(), &document(made))), ["it"]);
        let made = json!({"title": {"en": null}, "tags": {"en": []}, "shown": true});
        assert_eq!(names(by_creation(&page(), &document(made))), ["-"]);
    }

    #[test]
    fn a_publication_touches_what_was_asked_for() {
        let current = document(json!({"title": {"en": "a", "it": "b"}}));
        let public = document(json!({"title": {"fr": "c"}}));
        let all = by_publication(&page(), None, &[current.clone(), public]);
        assert_eq!(names(all), ["-", "en", "fr", "it"]);
        let part = Part {
            locales: vec!["it".to_owned()],
            non_localized: false,
        };
        assert_eq!(
            names(by_publication(&page(), Some(&part), &[current])),
            ["it"]
        );
        let bare = Model::of_fields("bare", Vec::new());
        assert_eq!(names(by_publication(&bare, None, &[Map::new()])), ["-"]);
    }
}
