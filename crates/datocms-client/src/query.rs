//! Query strings the way the API reads them.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

use crate::ApiError;

/// A query string in the making.
///
/// Nested objects become bracket keys, arrays repeat `key[]`, nulls are dropped, and the whole is form-urlencoded:
///
/// ```
/// # use datocms_client::Query;
/// let query = Query::from_json(&serde_json::json!({ "filter": { "ids": ["a", "b"] }, "nested": true }));
/// assert_eq!(query.encode(), "filter%5Bids%5D%5B%5D=a&filter%5Bids%5D%5B%5D=b&nested=true");
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Query(Vec<(String, String)>);

impl Query {
    /// A query with nothing in it.
    pub fn new() -> Self {
        Self::default()
    }

    /// Flattens an object. Anything but an object has no keys and gives an empty query.
    pub fn from_json(value: &Value) -> Self {
        let mut query = Self::new();
        if let Value::Object(map) = value {
            for (key, value) in map {
                query.flatten(key.clone(), value);
            }
        }
        query
    }

    /// Adds one pair; `key` may hold brackets.
    #[must_use]
    pub fn with(mut self, key: impl Into<String>, value: impl ToString) -> Self {
        self.0.push((key.into(), value.to_string()));
        self
    }

    /// Adds a pair when there is a value.
    #[must_use]
    pub fn with_some(self, key: impl Into<String>, value: Option<impl ToString>) -> Self {
        match value {
            Some(value) => self.with(key, value),
            None => self,
        }
    }

    /// Adds `key=true` when the switch is on; an unset switch is left out.
    #[must_use]
    pub fn with_switch(self, key: impl Into<String>, on: bool) -> Self {
        self.with_some(key, on.then_some(true))
    }

    /// Adds a JSON value under `key`, flattened.
    #[must_use]
    pub fn with_json(mut self, key: impl Into<String>, value: &Value) -> Self {
        self.flatten(key.into(), value);
        self
    }

    /// Whether there is nothing to send.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The text after the `?`; empty when there is nothing to send.
    pub fn encode(&self) -> String {
        form_urlencoded::Serializer::new(String::new())
            .extend_pairs(&self.0)
            .finish()
    }

    fn flatten(&mut self, key: String, value: &Value) {
        match value {
            Value::Null => {}
            Value::Bool(flag) => self.0.push((key, flag.to_string())),
            Value::Number(number) => self.0.push((key, number.to_string())),
            Value::String(text) => self.0.push((key, text.clone())),
            Value::Array(values) => {
                for value in values {
                    self.flatten(format!("{key}[]"), value);
                }
            }
            Value::Object(map) => {
                for (inner, value) in map {
                    self.flatten(format!("{key}[{inner}]"), value);
                }
            }
        }
    }
}

/// What a path segment may hold unescaped: letters, digits and the unreserved marks.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~');

/// Joins path segments, escaping each.
///
/// An id that is empty, `.` or `..` would address another resource (a list, a parent), so it is refused.
pub(crate) fn path(segments: &[&str]) -> Result<String, ApiError> {
    let mut path = String::new();
    for segment in segments {
        if matches!(*segment, "" | "." | "..") {
            return Err(ApiError::InvalidRequest {
                reason: format!("`{segment}` is not an id"),
            });
        }
        path.push('/');
        path.extend(utf8_percent_encode(segment, SEGMENT));
    }
    Ok(path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn check(value: Value, expected: &[(&str, &str)]) {
        let encoded = Query::from_json(&value).encode();
        let decoded: Vec<_> = form_urlencoded::parse(encoded.as_bytes())
            .into_owned()
            .collect();
        let expected: Vec<_> = expected
            .iter()
            .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()))
            .collect();
        assert_eq!(decoded, expected, "{value}");
    }

    #[test]
    fn nested_objects_become_brackets_and_arrays_repeat() {
        check(
            json!({"filter": {"type": "post", "fields": {"_status": {"eq": "draft"}, "tag": {"in": ["a", "b"]}}},
                   "page": {"limit": 2}, "nested": true}),
            &[
                ("filter[type]", "post"),
                ("filter[fields][_status][eq]", "draft"),
                ("filter[fields][tag][in][]", "a"),
                ("filter[fields][tag][in][]", "b"),
                ("page[limit]", "2"),
                ("nested", "true"),
            ],
        );
        check(json!({"a": null, "b": {"c": null}, "d": []}), &[]);
        check(json!({"q": "a&b=c d+é"}), &[("q", "a&b=c d+é")]);
    }

    #[test]
    fn brackets_arrive_percent_encoded() {
        assert_eq!(
            Query::new().with("page[limit]", 2).encode(),
            "page%5Blimit%5D=2"
        );
        assert_eq!(Query::new().with_switch("force", false).encode(), "");
        assert_eq!(
            Query::new().with_switch("force", true).encode(),
            "force=true"
        );
    }

    #[test]
    fn a_segment_cannot_leave_its_place() {
        assert_eq!(path(&["items", "a/b?c#d"]).unwrap(), "/items/a%2Fb%3Fc%23d");
        assert_eq!(
            path(&["item-types", "schema_migration"]).unwrap(),
            "/item-types/schema_migration"
        );
        for id in ["", ".", ".."] {
            assert!(
                matches!(path(&["items", id]), Err(ApiError::InvalidRequest { .. })),
                "{id:?}"
            );
        }
    }

    fn json_value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            ".*".prop_map(Value::from),
        ];
        leaf.prop_recursive(3, 24, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::btree_map("[a-z_&=+ %é]{1,6}", inner, 0..4)
                    .prop_map(|map| Value::Object(map.into_iter().collect())),
            ]
        })
    }

    /// The leaves that survive: everything but nulls.
    fn leaves(value: &Value) -> usize {
        match value {
            Value::Null => 0,
            Value::Bool(_) | Value::Number(_) | Value::String(_) => 1,
            Value::Array(values) => values.iter().map(leaves).sum(),
            Value::Object(map) => map.values().map(leaves).sum(),
        }
    }

    proptest! {
        #[test]
        fn every_leaf_is_one_pair_and_decodes_to_itself(value in json_value()) {
            let value = json!({ "root": value });
            let query = Query::from_json(&value);
            let decoded: Vec<(String, String)> = form_urlencoded::parse(query.encode().as_bytes()).into_owned().collect();
            prop_assert_eq!(decoded.len(), leaves(&value));
            prop_assert_eq!(decoded, query.0);
        }

        #[test]
        fn a_segment_holds_no_separator(id in "[^.]+") {
            let path = path(&["items", &id]).unwrap();
            let rest = path.strip_prefix("/items/").unwrap();
            prop_assert!(!rest.contains(['/', '?', '#']) && rest.is_ascii());
        }
    }
}
