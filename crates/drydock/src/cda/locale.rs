//! Which of a localized value's locales a query wants.

use serde_json::{Map, Value};

/// A locale with the ones to try when it has nothing, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LocaleChoice {
    pub(crate) locale: String,
    pub(crate) fallbacks: Vec<String>,
}

impl LocaleChoice {
    /// This locale and no other.
    pub(crate) fn only(locale: &str) -> Self {
        Self {
            locale: locale.to_owned(),
            fallbacks: Vec::new(),
        }
    }

    /// The value a field has under this choice.
    ///
    /// A localized value is an object keyed by locale. Fallbacks apply on null, an empty string and an
    /// empty array; when none of them has more, the answer is what the wanted locale holds.
    pub(crate) fn pick<'a>(&self, localized: bool, value: &'a Value) -> &'a Value {
        if !localized {
            return value;
        }
        let Some(by_locale) = value.as_object() else {
            return &Value::Null;
        };
        let wanted = by_locale.get(&self.locale).unwrap_or(&Value::Null);
        if !is_empty(wanted) {
            return wanted;
        }
        let mut fallbacks = self
            .fallbacks
            .iter()
            .filter_map(|locale| by_locale.get(locale));
        fallbacks.find(|value| !is_empty(value)).unwrap_or(wanted)
    }
}

/// The locales a record's localized attributes have.
pub(crate) fn locales_of<'a>(
    attributes: &'a Map<String, Value>,
    localized_keys: &[&str],
) -> Vec<&'a str> {
    let first = localized_keys
        .iter()
        .find_map(|key| attributes.get(*key).and_then(Value::as_object));
    first
        .map(|by_locale| by_locale.keys().map(String::as_str).collect())
        .unwrap_or_default()
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Bool(_) | Value::Number(_) | Value::Object(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn fallbacks_step_in_for_nothing_but_not_for_false_or_zero() {
        let choice = LocaleChoice {
            locale: "it".into(),
            fallbacks: vec!["de".into(), "en".into()],
        };
        let pick = |value: Value| choice.pick(true, &value).clone();
        assert_eq!(
            pick(json!({"en": "Clay", "it": "Argilla"})),
            json!("Argilla")
        );
        assert_eq!(pick(json!({"en": "Clay", "it": ""})), json!("Clay"));
        assert_eq!(pick(json!({"en": ["a"], "it": []})), json!(["a"]));
        assert_eq!(pick(json!({"en": true, "it": false})), json!(false));
        assert_eq!(pick(json!({"en": 3, "it": 0})), json!(0));
        assert_eq!(pick(json!({"it": "", "en": null})), json!(""));
        assert_eq!(pick(json!({})), Value::Null);
    }

    #[test]
    fn a_value_that_is_not_localized_is_itself() {
        assert_eq!(
            LocaleChoice::only("it").pick(false, &json!({"it": 1})),
            &json!({"it": 1})
        );
    }
}
