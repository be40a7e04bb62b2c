//! The record form: what the inputs hold, what of it is new, and how it is sent.
//! Inputs hold text, as inputs do; text becomes a value when the record is saved, so
//! that half-written numbers and JSON survive until then.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use serde_json::{Map, Value};

use super::field_kind::FieldKind;
use crate::api::Resource;

/// A field as the form needs it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct FieldSpec {
    /// The key of its values.
    pub(crate) api_key: String,
    /// How it is called on screen.
    pub(crate) label: String,
    /// Advice for whoever fills it in.
    pub(crate) hint: Option<String>,
    /// Which input it has.
    pub(crate) kind: FieldKind,
    /// Whether it has a value per locale.
    pub(crate) localized: bool,
    /// Whether it may not be empty.
    pub(crate) required: bool,
}

impl FieldSpec {
    /// Reads the API's entity.
    pub(crate) fn of(field: &Resource) -> Self {
        let validators = field.attribute("validators");
        Self {
            api_key: field.text("api_key").to_owned(),
            label: field.text("label").to_owned(),
            hint: Some(field.text("hint").to_owned()).filter(|hint| !hint.is_empty()),
            kind: FieldKind::of(field.text("field_type"), validators),
            localized: field.flag("localized"),
            required: validators.get("required").is_some(),
        }
    }
}

/// One input: a field, in a locale if the field has one value per locale.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Slot {
    /// The field's API key.
    pub(crate) field: String,
    /// The locale.
    pub(crate) locale: Option<String>,
}

/// The form of a record.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Form {
    /// The model's fields, in the order of the form.
    pub(crate) fields: Rc<[FieldSpec]>,
    /// The project's locales, the default first.
    locales: Rc<[String]>,
    /// Whether every record has all of them.
    all_locales: bool,
    /// The record as saved; empty while it is new.
    saved: Map<String, Value>,
    new: bool,
    /// The inputs whose text is not that of the saved record.
    edited: BTreeMap<Slot, String>,
}

impl Form {
    /// The form of a saved record, or of a new one.
    pub(crate) fn new(
        fields: Rc<[FieldSpec]>,
        locales: Rc<[String]>,
        all_locales: bool,
        saved: Option<&Resource>,
    ) -> Self {
        Self {
            fields,
            locales,
            all_locales,
            new: saved.is_none(),
            saved: saved
                .map(|record| record.attributes.clone())
                .unwrap_or_default(),
            edited: BTreeMap::new(),
        }
    }

    /// What an input shows.
    pub(crate) fn text(&self, field: &FieldSpec, locale: &str) -> String {
        let slot = self.slot(field, locale);
        match self.edited.get(&slot) {
            Some(text) => text.clone(),
            None => field.kind.to_text(self.saved_value(&slot)),
        }
    }

    /// Puts text into an input.
    pub(crate) fn edit(&mut self, field: &FieldSpec, locale: &str, text: String) {
        let slot = self.slot(field, locale);
        if text == field.kind.to_text(self.saved_value(&slot)) {
            self.edited.remove(&slot);
        } else {
            self.edited.insert(slot, text);
        }
    }

    /// Puts a value into the field a path names, `api_key` or `api_key.locale`.
    pub(crate) fn set(&mut self, path: &str, value: &Value) {
        let (api_key, locale) = path.split_once('.').unwrap_or((path, ""));
        let fields = self.fields.clone();
        if let Some(field) = fields.iter().find(|field| field.api_key == api_key) {
            self.edit(field, locale, field.kind.to_text(value));
        }
    }

    /// Whether there is something to save.
    pub(crate) fn is_dirty(&self) -> bool {
        !self.edited.is_empty()
    }

    /// Whether the record has content in a locale, or would have once saved.
    pub(crate) fn has_locale(&self, locale: &str) -> bool {
        self.used_locales().contains(locale)
    }

    /// The attributes to send: of a saved record only what changed. The error names
    /// every input whose text is not a value of its field.
    pub(crate) fn attributes(&self) -> Result<Map<String, Value>, BTreeMap<Slot, String>> {
        let (mut attributes, mut wrong) = (Map::new(), BTreeMap::new());
        let used = self.used_locales();
        for field in self.fields.iter() {
            if !self.is_sent(field, &used) {
                continue;
            }
            let mut read = |slot: Slot| match self.value(field, &slot) {
                Ok(value) => value,
                Err(reason) => {
                    wrong.insert(slot, reason);
                    Value::Null
                }
            };
            let value = if field.localized {
                let each = used
                    .iter()
                    .map(|locale| (locale.clone(), read(self.slot(field, locale))));
                Value::Object(each.collect())
            } else {
                read(self.slot(field, ""))
            };
            attributes.insert(field.api_key.clone(), value);
        }
        if wrong.is_empty() {
            Ok(attributes)
        } else {
            Err(wrong)
        }
    }

    /// The form's values for a plugin beside it: like the saved record's, with what
    /// has been typed. Text that is not a value yet is given as text.
    pub(crate) fn values(&self) -> Map<String, Value> {
        let used = self.used_locales();
        let value = |field: &FieldSpec, locale: &str| {
            let slot = self.slot(field, locale);
            self.value(field, &slot)
                .unwrap_or_else(|_| Value::String(self.text(field, locale)))
        };
        let values = self.fields.iter().map(|field| {
            let value = if field.localized {
                let each = used
                    .iter()
                    .map(|locale| (locale.clone(), value(field, locale)));
                Value::Object(each.collect())
            } else {
                value(field, "")
            };
            (field.api_key.clone(), value)
        });
        values.collect()
    }

    fn slot(&self, field: &FieldSpec, locale: &str) -> Slot {
        let default = self.locales.first().map(String::as_str).unwrap_or_default();
        let locale = if locale.is_empty() { default } else { locale };
        Slot {
            field: field.api_key.clone(),
            locale: field.localized.then(|| locale.to_owned()),
        }
    }

    fn saved_value(&self, slot: &Slot) -> &Value {
        let value = self.saved.get(&slot.field);
        let value = match &slot.locale {
            Some(locale) => value.and_then(|by_locale| by_locale.get(locale)),
            None => value,
        };
        value.unwrap_or(&Value::Null)
    }

    fn value(&self, field: &FieldSpec, slot: &Slot) -> Result<Value, String> {
        let saved = self.saved_value(slot);
        match self.edited.get(slot) {
            Some(text) => field.kind.to_value(text, saved),
            None => Ok(saved.clone()),
        }
    }

    fn is_sent(&self, field: &FieldSpec, used: &BTreeSet<String>) -> bool {
        let edited = self.edited.keys().any(|slot| slot.field == field.api_key);
        // The locales of a record are those of each of its localized fields.
        let grown = field.localized && *used != self.saved_locales();
        edited || grown || (self.new && field.localized)
    }

    fn saved_locales(&self) -> BTreeSet<String> {
        let localized = self.fields.iter().filter(|field| field.localized);
        let values = localized.filter_map(|field| self.saved.get(&field.api_key)?.as_object());
        values
            .flat_map(|by_locale| by_locale.keys().cloned())
            .collect()
    }

    fn used_locales(&self) -> BTreeSet<String> {
        let mut used = self.saved_locales();
        if self.new {
            let count = if self.all_locales {
                self.locales.len()
            } else {
                1
            };
            used.extend(self.locales.iter().take(count).cloned());
        }
        let written = self.edited.iter().filter(|(_, text)| !text.is_empty());
        used.extend(written.filter_map(|(slot, _)| slot.locale.clone()));
        used
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn field(api_key: &str, field_type: &str, localized: bool) -> FieldSpec {
        let field = serde_json::from_value::<Resource>(
            json!({"type": "field", "id": api_key, "attributes": {
            "api_key": api_key, "label": api_key, "field_type": field_type, "localized": localized,
            "validators": {"required": {}}}}),
        );
        FieldSpec::of(&field.unwrap())
    }

    fn form(saved: Option<Value>) -> Form {
        let fields = [
            field("title", "string", true),
            field("lead", "text", true),
            field("pages", "integer", false),
        ];
        let saved = saved.map(|attributes| {
            serde_json::from_value::<Resource>(
                json!({"type": "item", "id": "i1", "attributes": attributes}),
            )
            .unwrap()
        });
        Form::new(
            fields.into(),
            ["en".to_owned(), "it".to_owned()].into(),
            false,
            saved.as_ref(),
        )
    }

    fn edit(form: &mut Form, field: &str, locale: &str, text: &str) {
        let fields = form.fields.clone();
        let field = fields.iter().find(|each| each.api_key == field).unwrap();
        form.edit(field, locale, text.to_owned());
    }

    fn saved() -> Value {
        json!({"title": {"en": "Kilns"}, "lead": {"en": "Hot"}, "pages": 12})
    }

    #[test]
    fn only_what_changed_is_sent() {
        let mut form = form(Some(saved()));
        assert!(!form.is_dirty());
        edit(&mut form, "pages", "", "13");
        assert!(form.is_dirty());
        assert_eq!(
            Value::Object(form.attributes().unwrap()),
            json!({"pages": 13})
        );
    }

    #[test]
    fn a_text_typed_back_is_no_change() {
        let mut form = form(Some(saved()));
        edit(&mut form, "title", "en", "Ovens");
        edit(&mut form, "title", "en", "Kilns");
        assert!(!form.is_dirty());
    }

    #[test]
    fn a_new_locale_reaches_every_localized_field() {
        let mut form = form(Some(saved()));
        assert!(!form.has_locale("it"));
        edit(&mut form, "title", "it", "Forni");
        assert!(form.has_locale("it"));
        assert_eq!(
            Value::Object(form.attributes().unwrap()),
            json!({"title": {"en": "Kilns", "it": "Forni"}, "lead": {"en": "Hot", "it": null}})
        );
    }

    #[test]
    fn a_new_record_has_the_default_locale() {
        let mut form = form(None);
        edit(&mut form, "title", "en", "Kilns");
        assert_eq!(
            Value::Object(form.attributes().unwrap()),
            json!({"title": {"en": "Kilns"}, "lead": {"en": null}})
        );
    }

    #[test]
    fn text_that_is_no_value_is_named_by_its_input() {
        let mut form = form(Some(saved()));
        edit(&mut form, "pages", "", "a dozen");
        let wrong = form.attributes().unwrap_err();
        let slot = Slot {
            field: "pages".into(),
            locale: None,
        };
        assert_eq!(
            wrong.into_iter().collect::<Vec<_>>(),
            [(slot, "This is not a whole number.".to_owned())]
        );
        assert_eq!(form.values()["pages"], "a dozen");
    }

    #[test]
    fn a_plugin_sets_a_field_by_its_path() {
        let mut form = form(Some(saved()));
        form.set("title.en", &json!("Ovens"));
        form.set("pages", &json!(3));
        assert_eq!(form.values()["title"], json!({"en": "Ovens"}));
        assert_eq!(form.values()["pages"], json!(3));
    }
}
