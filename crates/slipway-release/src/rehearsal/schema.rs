//! The schema of an environment as a rehearsal reads it: before and after its scripts, and later again, to see whether
//! it is still the same.

use std::collections::BTreeMap;

use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::approval::Digest;

/// Models, blocks, fields and fieldsets of one environment, and its locales, without Slipway's and the ledger's models.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Schema {
    /// The locales, the default one first.
    pub locales: Vec<String>,
    /// Models and blocks, by id.
    pub models: BTreeMap<String, Model>,
}

/// A model or a block.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Model {
    /// What it says of itself: `name`, `api_key`, `modular_block` and everything else, by the vendor's names.
    pub properties: Properties,
    /// Its fields, by id.
    pub fields: BTreeMap<String, Properties>,
    /// Its fieldsets, by id.
    pub fieldsets: BTreeMap<String, Properties>,
}

/// What a model, field or fieldset says of itself: attributes, and ids of what it relates to, by the vendor's names.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Properties(BTreeMap<String, Value>);

/// Names that say nothing of their own: old spellings of others, and what follows from the records.
const DERIVED: [&str; 3] = [
    "collection_appeareance",
    "appeareance",
    "has_singleton_item",
];

impl Properties {
    /// Everything but what is only another name for something else.
    pub fn new(all: impl IntoIterator<Item = (String, Value)>) -> Self {
        let own = all
            .into_iter()
            .filter(|(name, _)| !DERIVED.contains(&name.as_str()));
        Self(own.collect())
    }

    /// A property that is a text; empty where there is none.
    pub fn text(&self, name: &str) -> &str {
        self.0.get(name).and_then(Value::as_str).unwrap_or_default()
    }

    /// Whether a property is there and true.
    pub fn is(&self, name: &str) -> bool {
        self.0.get(name) == Some(&Value::Bool(true))
    }

    /// A property; `None` where it is not there.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    /// The names of all properties, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }
}

impl Schema {
    /// A hash of everything in it. Two environments with the same schema have the same, whatever order the CMS lists it
    /// in.
    pub fn digest(&self) -> Digest {
        let mut hash = Sha256::new();
        let mut feed = |text: &str| {
            hash.update((text.len() as u64).to_be_bytes());
            hash.update(text.as_bytes());
        };
        feed("slipway-schema-1");
        self.locales.iter().for_each(|locale| feed(locale));
        for (id, model) in &self.models {
            feed("model");
            feed(id);
            feed(&model.properties.written());
            for (kind, parts) in [("field", &model.fields), ("fieldset", &model.fieldsets)] {
                for (id, properties) in parts {
                    feed(kind);
                    feed(id);
                    feed(&properties.written());
                }
            }
        }
        Digest::from_bytes(hash.finalize().into())
    }

    /// What people call a model: its name.
    pub fn model_name(&self, id: &str) -> Option<&str> {
        self.models
            .get(id)
            .map(|model| model.properties.text("name"))
    }
}

impl Properties {
    /// As one text: with its names in order, at every depth.
    fn written(&self) -> String {
        let mut text = String::new();
        for (name, value) in &self.0 {
            text.push_str(name);
            text.push('=');
            write(value, &mut text);
            text.push(';');
        }
        text
    }
}

/// Whether the JSON library keeps the order of an object's names is a matter of its build: here they are sorted.
fn write(value: &Value, text: &mut String) {
    match value {
        Value::Object(object) => {
            let sorted: BTreeMap<&String, &Value> = object.iter().collect();
            text.push('{');
            for (name, value) in sorted {
                text.push_str(&Value::from(name.as_str()).to_string());
                text.push(':');
                write(value, text);
                text.push(',');
            }
            text.push('}');
        }
        Value::Array(items) => {
            text.push('[');
            for item in items {
                write(item, text);
                text.push(',');
            }
            text.push(']');
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
            text.push_str(&value.to_string());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn schema(attributes: &Value, fields: &[(&str, Value)]) -> Schema {
        let properties = |value: &Value| Properties::new(value.as_object().unwrap().clone());
        let model = Model {
            properties: properties(attributes),
            fields: fields
                .iter()
                .map(|(id, value)| ((*id).to_owned(), properties(value)))
                .collect(),
            fieldsets: BTreeMap::new(),
        };
        Schema {
            locales: vec!["en".to_owned()],
            models: [("m".to_owned(), model)].into(),
        }
    }

    #[test]
    fn the_digest_is_of_what_is_said_and_not_of_the_order() {
        let one = schema(
            &json!({ "name": "Note", "api_key": "note" }),
            &[(
                "f",
                json!({ "api_key": "a", "validators": { "required": {}, "length": { "min": 1 } } }),
            )],
        );
        let other = schema(
            &json!({ "api_key": "note", "has_singleton_item": false, "name": "Note" }),
            &[(
                "f",
                json!({ "validators": { "length": { "min": 1 }, "required": {} }, "api_key": "a" }),
            )],
        );
        assert_eq!(one.digest(), other.digest());
    }

    #[test]
    fn the_digest_moves_with_everything() {
        let base = || {
            schema(
                &json!({ "name": "Note" }),
                &[("f", json!({ "api_key": "a" }))],
            )
        };
        let mut locales = base();
        locales.locales.push("it".to_owned());
        let mut fieldset = base();
        let model = fieldset.models.get_mut("m").unwrap();
        model
            .fieldsets
            .insert("s".to_owned(), Properties::default());
        let others = [
            locales,
            fieldset,
            schema(
                &json!({ "name": "Notes" }),
                &[("f", json!({ "api_key": "a" }))],
            ),
            schema(
                &json!({ "name": "Note" }),
                &[("g", json!({ "api_key": "a" }))],
            ),
            schema(
                &json!({ "name": "Note" }),
                &[("f", json!({ "api_key": "b" }))],
            ),
            schema(&json!({ "name": "Note" }), &[]),
            Schema::default(),
        ];
        for other in others {
            assert_ne!(other.digest(), base().digest(), "{other:?}");
        }
    }
}
