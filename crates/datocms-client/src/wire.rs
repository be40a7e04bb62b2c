//! The JSON:API envelopes. They do not leave the crate.

use serde::Deserialize;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::{Map, Value};

/// A document with one resource or a list.
#[derive(Debug, Deserialize)]
pub(crate) struct Document<D> {
    pub data: D,
    #[serde(default)]
    pub included: Vec<Value>,
    #[serde(default)]
    pub meta: DocumentMeta,
}

#[derive(Debug, Default, Deserialize)]
pub(crate) struct DocumentMeta {
    pub total_count: Option<u64>,
}

/// What answers 202.
#[derive(Debug, Deserialize)]
pub(crate) struct Job {
    pub id: String,
}

#[derive(Debug, Deserialize)]
pub(crate) struct JobResult {
    pub attributes: JobResultAttributes,
}

#[derive(Debug, Deserialize)]
pub(crate) struct JobResultAttributes {
    pub status: u16,
    #[serde(default)]
    pub payload: Value,
}

/// A resource identifier in a relationship.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Linkage {
    #[serde(rename = "type")]
    pub kind: String,
    pub id: String,
}

/// A relationship to one resource or none.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct ToOne {
    #[serde(default)]
    pub data: Option<Linkage>,
}

impl ToOne {
    pub(crate) fn id(self) -> Option<String> {
        self.data.map(|linkage| linkage.id)
    }
}

/// One error of an error envelope.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub(crate) struct WireError {
    pub code: String,
    #[serde(default = "no_details")]
    pub details: Value,
    #[serde(default)]
    pub transient: bool,
}

fn no_details() -> Value {
    Value::Object(Map::new())
}

/// An error envelope: errors are in `data`. The CDA may send one entity where the CMA sends an array.
#[derive(Debug, Deserialize)]
pub(crate) struct ErrorDocument {
    data: OneOrMany,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum OneOrMany {
    Many(Vec<ErrorEntity>),
    One(ErrorEntity),
}

#[derive(Debug, Deserialize)]
struct ErrorEntity {
    attributes: WireError,
}

impl ErrorDocument {
    fn errors(body: &[u8]) -> Vec<WireError> {
        let Ok(document) = serde_json::from_slice::<Self>(body) else {
            return Vec::new();
        };
        match document.data {
            OneOrMany::Many(errors) => errors.into_iter().map(|error| error.attributes).collect(),
            OneOrMany::One(error) => vec![error.attributes],
        }
    }

    /// The first error, which is the one the service means; `None` when the body is no error envelope.
    pub(crate) fn first(body: &[u8]) -> Option<WireError> {
        Self::errors(body).into_iter().next()
    }

    /// Whether any error is flagged as worth trying again.
    pub(crate) fn is_transient(body: &[u8]) -> bool {
        Self::errors(body).iter().any(|error| error.transient)
    }
}

/// Whether a body is the beginning of a JSON document and not the whole of it.
pub(crate) fn breaks_off(body: &[u8]) -> bool {
    let begins = body.trim_ascii_start().first();
    begins.is_some_and(|first| matches!(first, b'{' | b'['))
        && serde_json::from_slice::<IgnoredAny>(body).is_err_and(|error| error.is_eof())
}

/// Reads a body. The error is serde's words: where it is and what was expected.
pub(crate) fn read<D: DeserializeOwned>(body: &[u8]) -> Result<D, String> {
    serde_json::from_slice(body).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_a_document_is_told_from_a_whole_one_and_from_none() {
        let whole = r#"{"data":[{"id":"1","type":"item"}]}"#;
        for end in 1..whole.len() {
            assert!(breaks_off(&whole.as_bytes()[..end]), "{}", &whole[..end]);
        }
        for other in [whole, "", "<html>", "null", "{]", "{}}"] {
            assert!(!breaks_off(other.as_bytes()), "{other}");
        }
    }
}
