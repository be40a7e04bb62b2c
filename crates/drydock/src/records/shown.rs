//! A record as JSON on the wire: as a value, or written straight out of the text its document is stored as.
//!
//! A page of records is mostly stored values that are shown as they are stored. Making values of them and text of these
//! again takes many times as long as copying the text.

use std::borrow::Cow;

use serde::de::{Deserializer, MapAccess, Visitor};
use serde::{Deserialize, Serialize, Serializer};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use crate::clock::Timestamp;
use crate::store::StoreError;
use crate::store::items::{Author, ItemRow};

/// A record or a block as an entity. It is shown as it is serialised.
#[derive(Debug, Serialize)]
pub(super) struct Entity<'a> {
    pub(super) id: &'a str,
    #[serde(rename = "type")]
    pub(super) kind: &'static str,
    #[serde(serialize_with = "as_object")]
    pub(super) attributes: Vec<(&'a str, Shown<'a>)>,
    pub(super) relationships: Relationships<'a>,
    pub(super) meta: Meta<'a>,
}

/// What a value is shown from.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(super) enum Shown<'a> {
    /// The text it is stored as.
    Stored(&'a RawValue),
    /// A value.
    Made(Value),
    /// A moment.
    At(Moment),
}

/// What an entity belongs to. Blocks have no creator of their own.
#[derive(Debug, Serialize)]
pub(super) struct Relationships<'a> {
    pub(super) item_type: Related<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) creator: Option<Related<'a>>,
}

/// A relationship to one entity, or to none.
#[derive(Debug, Serialize)]
pub(super) struct Related<'a> {
    data: Option<Reference<'a>>,
}

#[derive(Debug, Serialize)]
struct Reference<'a> {
    #[serde(rename = "type")]
    kind: &'a str,
    id: &'a str,
}

impl<'a> Related<'a> {
    /// To a model.
    pub(super) fn to_model(id: &'a str) -> Self {
        let kind = "item_type";
        Self {
            data: Some(Reference { kind, id }),
        }
    }

    /// To whoever made a record.
    pub(super) fn to_author(author: Option<&'a Author>) -> Self {
        let reference = |author: &'a Author| Reference {
            kind: &author.kind,
            id: &author.id,
        };
        Self {
            data: author.map(reference),
        }
    }
}

/// `meta` of a record. That of a block is its record's.
#[derive(Debug, Serialize)]
pub(super) struct Meta<'a> {
    created_at: Moment,
    updated_at: Moment,
    published_at: Option<Moment>,
    publication_scheduled_at: Option<Moment>,
    unpublishing_scheduled_at: Option<Moment>,
    first_published_at: Option<Moment>,
    /// Never unknown: while the next two are, this is the last verdict.
    is_valid: bool,
    is_current_version_valid: Option<bool>,
    is_published_version_valid: Option<bool>,
    status: &'static str,
    current_version: String,
    stage: Option<&'a str>,
    has_children: Option<bool>,
}

impl<'a> Meta<'a> {
    pub(super) fn of(row: &'a ItemRow, is_valid: bool, has_children: Option<bool>) -> Self {
        Self {
            created_at: Moment(row.created_at),
            updated_at: Moment(row.updated_at),
            published_at: row.published_at.map(Moment),
            publication_scheduled_at: row.publication_scheduled_at.map(Moment),
            unpublishing_scheduled_at: row.unpublishing_scheduled_at.map(Moment),
            first_published_at: row.first_published_at.map(Moment),
            is_valid,
            is_current_version_valid: row.current_validity(),
            is_published_version_valid: row.published_validity(),
            status: row.status().as_str(),
            current_version: row.current_version.to_string(),
            stage: row.stage.as_deref(),
            has_children,
        }
    }
}

/// A moment in the form records have it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Moment(pub(super) Timestamp);

impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0.iso_with_offset())
    }
}

impl Entity<'_> {
    /// The entity as a value.
    pub(super) fn into_value(mut self) -> Result<Value, StoreError> {
        let mut attributes = Map::new();
        for (key, shown) in std::mem::take(&mut self.attributes) {
            let value = match shown {
                Shown::Made(value) => value,
                Shown::Stored(text) => value(text)?,
                Shown::At(moment) => Value::from(moment.0.iso_with_offset()),
            };
            attributes.insert(key.to_owned(), value);
        }
        // The empty attributes hold the place of the full ones.
        let mut value = serde_json::to_value(&self).map_err(damaged)?;
        value["attributes"] = Value::Object(attributes);
        Ok(value)
    }

    /// Writes the entity as text.
    pub(super) fn write(&self, to: &mut Vec<u8>) -> Result<(), StoreError> {
        serde_json::to_writer(to, self).map_err(damaged)
    }
}

/// The value a text stands for.
pub(super) fn value(text: &RawValue) -> Result<Value, StoreError> {
    serde_json::from_str(text.get()).map_err(damaged)
}

fn as_object<S: Serializer>(
    attributes: &[(&str, Shown<'_>)],
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.collect_map(attributes.iter().map(|(key, shown)| (key, shown)))
}

fn damaged(error: serde_json::Error) -> StoreError {
    StoreError::Damaged {
        what: "record version".to_owned(),
        reason: error.to_string(),
    }
}

/// A stored document, of which only the names of its attributes are read.
#[derive(Debug)]
pub(super) struct Stored<'t>(Vec<(Cow<'t, str>, &'t RawValue)>);

impl<'t> Stored<'t> {
    pub(super) fn read(text: &'t str) -> Result<Self, StoreError> {
        serde_json::from_str(text).map_err(damaged)
    }

    /// The text of an attribute. Documents mostly have their attributes in the order of the form: `place` is where it is
    /// looked for first.
    pub(super) fn get(&self, place: usize, name: &str) -> Option<&'t RawValue> {
        let is_it = |(key, _): &&(Cow<'t, str>, &'t RawValue)| key == name;
        let found = self.0.get(place).filter(is_it);
        found
            .or_else(|| self.0.iter().find(is_it))
            .map(|(_, text)| *text)
    }
}

impl<'de: 't, 't> Deserialize<'de> for Stored<'t> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Entries;
        impl<'de> Visitor<'de> for Entries {
            type Value = Vec<(Cow<'de, str>, &'de RawValue)>;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                #[derive(Deserialize)]
                struct Name<'a>(#[serde(borrow)] Cow<'a, str>);

                let mut entries = Vec::new();
                while let Some((Name(name), text)) = map.next_entry()? {
                    entries.push((name, text));
                }
                Ok(entries)
            }
        }
        deserializer.deserialize_map(Entries).map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stored_document_is_read_by_its_names() {
        let text = r#"{"a":"x \" }","b":[1,{"a":2}],"\u0063":null}"#;
        let stored = Stored::read(text).unwrap();
        let texts = [(0, "a"), (0, "b"), (9, "b"), (2, "c"), (0, "d")]
            .map(|(place, name)| stored.get(place, name).map(RawValue::get));
        let b = r#"[1,{"a":2}]"#;
        assert_eq!(
            texts,
            [Some(r#""x \" }""#), Some(b), Some(b), Some("null"), None]
        );
        assert!(Stored::read("[]").is_err());
        assert!(Stored::read(r#"{"a":"#).is_err());
    }
}
