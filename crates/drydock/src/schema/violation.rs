//! One broken rule, before it becomes an `INVALID_FIELD` error on the wire.

use serde_json::{Map, Value};

/// Which attribute broke which rule. Sent as the `details` of an `INVALID_FIELD` error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Violation {
    /// The attribute or relationship at fault.
    pub(crate) field: String,
    /// The rule, such as `VALIDATION_REQUIRED`.
    pub(crate) code: &'static str,
    /// More facts: the field's id and label, the locale, the options of the validator.
    pub(crate) extra: Map<String, Value>,
}

impl Violation {
    pub(crate) fn new(field: impl Into<String>, code: &'static str) -> Self {
        Self {
            field: field.into(),
            code,
            extra: Map::new(),
        }
    }

    /// Adds a fact.
    pub(crate) fn with(mut self, key: &str, value: impl Into<Value>) -> Self {
        self.extra.insert(key.to_owned(), value.into());
        self
    }

    /// The same violation, seen from the record that holds the block in which it happened.
    pub(crate) fn inside(mut self, path: &str) -> Self {
        self.field = format!("{path}.{}", self.field);
        self
    }

    /// The `details` object of the error.
    pub(crate) fn details(&self) -> Value {
        let mut details = Map::new();
        details.insert("field".to_owned(), Value::from(self.field.clone()));
        details.insert("code".to_owned(), Value::from(self.code));
        details.extend(self.extra.clone());
        Value::Object(details)
    }
}

impl From<Violation> for crate::http::error::ApiError {
    fn from(violation: Violation) -> Self {
        Self::unprocessable("INVALID_FIELD", violation.details())
    }
}

/// All broken rules in one answer; `None` when there are none.
pub(crate) fn refusal(violations: &[Violation]) -> Option<crate::http::error::ApiError> {
    let (first, others) = violations.split_first()?;
    let mut error = crate::http::error::ApiError::from(first.clone());
    error.more = others.iter().map(Violation::details).collect();
    Some(error)
}
