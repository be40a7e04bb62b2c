//! A record to be written, and the small vocabulary its values are built with.

use serde_json::{Map, Value, json};

use super::ids::id;
use super::models::model_id;

/// Where a record stands between its draft and the public.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Stage {
    /// What is current is public.
    Published,
    /// Never published.
    Draft,
    /// Public in an older wording: these attributes were different then.
    Updated { before: Map<String, Value> },
}

/// A record to be written. Times are days before the moment of seeding.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Plan {
    pub(super) id: String,
    pub(super) model: &'static str,
    pub(super) attributes: Map<String, Value>,
    pub(super) created_days_ago: u32,
    pub(super) updated_days_ago: u32,
    /// Index into the people of the project.
    pub(super) creator: usize,
    pub(super) stage: Stage,
}

impl Plan {
    /// A published record; `attributes` must be an object.
    pub(super) fn new(model: &'static str, name: &str, days_ago: u32, attributes: Value) -> Self {
        let attributes = match attributes {
            Value::Object(attributes) => attributes,
            Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::String(_)
            | Value::Array(_) => Map::new(),
        };
        Self {
            id: item_id(model, name),
            model,
            attributes,
            created_days_ago: days_ago,
            updated_days_ago: days_ago,
            creator: 1,
            stage: Stage::Published,
        }
    }

    pub(super) fn staged(mut self, stage: Stage) -> Self {
        self.stage = stage;
        self
    }

    pub(super) fn created_by(mut self, creator: usize) -> Self {
        self.creator = creator;
        self
    }

    /// Changed last so many days ago.
    pub(super) fn touched(mut self, days_ago: u32) -> Self {
        self.updated_days_ago = days_ago.min(self.created_days_ago);
        self
    }
}

/// Id of a record: singletons are named by their model.
pub(super) fn item_id(model: &str, name: &str) -> String {
    if name == model {
        id("item", model)
    } else {
        id("item", &format!("{model}/{name}"))
    }
}

/// A localized value.
pub(super) fn both(english: impl Into<Value>, italian: impl Into<Value>) -> Value {
    json!({ "en": english.into(), "it": italian.into() })
}

/// A localized value from one function of the locale.
pub(super) fn each(value: impl Fn(&'static str) -> Value) -> Value {
    both(value("en"), value("it"))
}

/// The side of a pair that a locale wants.
pub(super) fn side<'a>(locale: &str, pair: (&'a str, &'a str)) -> &'a str {
    if locale == "it" { pair.1 } else { pair.0 }
}

/// A block inside a value; `name` tells it from the others of its record.
pub(super) fn block(model: &'static str, name: &str, attributes: Value) -> Value {
    json!({
        "type": "item",
        "id": id("block", name),
        "attributes": attributes,
        "relationships": { "item_type": { "data": { "type": "item_type", "id": model_id(model) } } },
    })
}

/// A value of an SEO field.
pub(super) fn seo(title: &str, description: &str) -> Value {
    json!({ "title": title, "description": description, "image": null, "twitter_card": "summary", "no_index": false })
}

/// A colour without transparency, from `0xRRGGBB`.
pub(super) fn color(rgb: u32) -> Value {
    let [_, red, green, blue] = rgb.to_be_bytes();
    json!({ "red": red, "green": green, "blue": blue, "alpha": 255 })
}

/// A place on the map.
pub(super) fn place(latitude: f64, longitude: f64) -> Value {
    json!({ "latitude": latitude, "longitude": longitude })
}

/// A structured text of these nodes.
pub(super) fn structured_text(nodes: Vec<Value>) -> Value {
    json!({ "schema": "dast", "document": { "type": "root", "children": nodes } })
}

/// A span of plain text.
pub(super) fn span(text: &str) -> Value {
    json!({ "type": "span", "value": text })
}

/// A paragraph of plain text.
pub(super) fn paragraph(text: &str) -> Value {
    json!({ "type": "paragraph", "children": [span(text)] })
}

/// The address of a title: letters and digits of ASCII, the rest folded or turned into dashes.
pub(super) fn slug(title: &str) -> String {
    let mut slug = String::with_capacity(title.len());
    for letter in title.chars() {
        match letter {
            'à' | 'á' | 'è' | 'é' | 'ì' | 'ò' | 'ù' => slug.push(match letter {
                'à' | 'á' => 'a',
                'è' | 'é' => 'e',
                'ì' => 'i',
                'ò' => 'o',
                _ => 'u',
            }),
            'a'..='z' | '0'..='9' => slug.push(letter),
            'A'..='Z' => slug.push(letter.to_ascii_lowercase()),
            // An apostrophe joins: "potter's" is one word.
            '\'' => {}
            _ => {
                if !slug.ends_with('-') && !slug.is_empty() {
                    slug.push('-');
                }
            }
        }
    }
    slug.trim_end_matches('-').to_owned()
}
