//! JSON:API as the management API speaks it: resources and the documents around them.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{ApiError, Problem};

/// Any entity of the API. Kept whole, because plugins receive entities as they are.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Resource {
    /// Its id.
    pub(crate) id: String,
    /// Its type, such as `item` or `environment`.
    #[serde(rename = "type")]
    pub(crate) kind: String,
    /// Its attributes; environments have none.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub(crate) attributes: Map<String, Value>,
    /// Its links to others.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub(crate) relationships: Map<String, Value>,
    /// What the server knows about it.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub(crate) meta: Map<String, Value>,
}

impl Resource {
    /// An attribute; `null` when there is none.
    pub(crate) fn attribute(&self, name: &str) -> &Value {
        self.attributes.get(name).unwrap_or(&Value::Null)
    }

    /// A text attribute, empty when it is missing or `null`.
    pub(crate) fn text(&self, name: &str) -> &str {
        self.attribute(name).as_str().unwrap_or_default()
    }

    /// A yes-or-no attribute, no when it is missing.
    pub(crate) fn flag(&self, name: &str) -> bool {
        self.attribute(name).as_bool().unwrap_or_default()
    }

    /// The id a to-one relationship points to.
    pub(crate) fn link(&self, name: &str) -> Option<&str> {
        self.relationships
            .get(name)?
            .get("data")?
            .get("id")?
            .as_str()
    }

    /// The type of what a to-one relationship points to.
    pub(crate) fn link_kind(&self, name: &str) -> Option<&str> {
        self.relationships
            .get(name)?
            .get("data")?
            .get("type")?
            .as_str()
    }

    /// A text of the metadata.
    pub(crate) fn meta_text(&self, name: &str) -> Option<&str> {
        self.meta.get(name)?.as_str()
    }

    /// The entity as JSON, with its attributes even if it has none: plugins index into them.
    pub(crate) fn to_json(&self) -> Value {
        let mut json = serde_json::json!({
            "id": self.id, "type": self.kind, "attributes": self.attributes,
            "relationships": self.relationships,
        });
        if let (Value::Object(json), false) = (&mut json, self.meta.is_empty()) {
            json.insert("meta".to_owned(), Value::Object(self.meta.clone()));
        }
        json
    }
}

/// An answer that is not a refusal.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Document {
    /// What was asked for: an object, a list, or `null`.
    pub(crate) data: Value,
    /// What came with it.
    pub(crate) included: Vec<Resource>,
    meta: Value,
}

impl Document {
    /// Reads an answer's body.
    pub(crate) fn read(status: u16, text: &str) -> Result<Self, ApiError> {
        if text.is_empty() && (200..300).contains(&status) {
            return Ok(Self::default());
        }
        let body: Value = serde_json::from_str(text).map_err(|error| {
            ApiError::Unreadable(format!(
                "status {status}, and the body is not JSON ({error})"
            ))
        })?;
        Self::of(status, body)
    }

    fn of(status: u16, mut body: Value) -> Result<Self, ApiError> {
        if !(200..300).contains(&status) {
            let entries = body.get("data").and_then(Value::as_array);
            let problems: Vec<_> = entries
                .into_iter()
                .flatten()
                .filter_map(Problem::of)
                .collect();
            return Err(if problems.is_empty() {
                ApiError::Unreadable(format!("status {status} without a reason"))
            } else {
                ApiError::Refused { status, problems }
            });
        }
        let mut take = |key: &str| body.get_mut(key).map(Value::take).unwrap_or_default();
        let (data, meta, included) = (take("data"), take("meta"), take("included"));
        let included = if included.is_array() {
            resources(included)?
        } else {
            Vec::new()
        };
        Ok(Self {
            data,
            included,
            meta,
        })
    }

    /// The one resource that was asked for.
    pub(crate) fn one(self) -> Result<Resource, ApiError> {
        serde_json::from_value(self.data).map_err(|error| ApiError::Unreadable(error.to_string()))
    }

    /// The resources that were asked for.
    pub(crate) fn many(self) -> Result<Vec<Resource>, ApiError> {
        resources(self.data)
    }

    /// How many there are in all, of a list that comes in pages.
    pub(crate) fn total(&self) -> u64 {
        self.meta
            .get("total_count")
            .and_then(Value::as_u64)
            .unwrap_or_default()
    }

    /// What a finished job brought: the answer its request would have had.
    pub(crate) fn job_outcome(self) -> Result<Self, ApiError> {
        let job = self.one()?;
        let status = job
            .attribute("status")
            .as_u64()
            .and_then(|status| u16::try_from(status).ok());
        let status = status
            .ok_or_else(|| ApiError::Unreadable("a job's result without a status".to_owned()))?;
        let payload = job.attribute("payload");
        if payload.is_null() {
            Ok(Self::default())
        } else {
            Self::of(status, payload.clone())
        }
    }
}

fn resources(list: Value) -> Result<Vec<Resource>, ApiError> {
    serde_json::from_value(list).map_err(|error| ApiError::Unreadable(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_knows_how_many_there_are_in_all() {
        let text = r#"{"data":[{"type":"item","id":"a1"}],"meta":{"total_count":31}}"#;
        let document = Document::read(200, text).unwrap();
        assert_eq!(document.total(), 31);
        assert_eq!(document.many().unwrap()[0].id, "a1");
    }

    #[test]
    fn a_job_that_failed_is_a_refusal() {
        let text = r#"{"data":{"type":"job_result","id":"1","attributes":{"status":422,"payload":
            {"data":[{"id":"x","type":"api_error","attributes":{"code":"CANNOT_DESTROY_PRIMARY_ENVIRONMENT","details":{}}}]}}}}"#;
        let error = Document::read(200, text)
            .unwrap()
            .job_outcome()
            .unwrap_err();
        assert!(
            error.has_code("CANNOT_DESTROY_PRIMARY_ENVIRONMENT"),
            "{error:?}"
        );
    }

    #[test]
    fn an_error_page_of_something_else_is_named_as_such() {
        let error = Document::read(502, "<h1>Bad gateway</h1>").unwrap_err();
        assert!(matches!(error, ApiError::Unreadable(_)), "{error:?}");
        let error = Document::read(500, "{}").unwrap_err();
        assert_eq!(
            error.to_string(),
            "The server's answer could not be read: status 500 without a reason"
        );
    }

    #[test]
    fn an_empty_answer_is_an_answer() {
        assert_eq!(Document::read(204, "").unwrap(), Document::default());
    }
}
