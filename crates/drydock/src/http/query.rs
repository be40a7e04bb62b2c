//! Query strings with bracket keys: `filter[fields][title][eq]=x`, `ids[]=1&ids[]=2`.

use serde_json::{Map, Value};

/// A decoded query string.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Query(Vec<(String, String)>);

impl Query {
    /// Decodes the part after the `?`.
    pub(crate) fn parse(query: &str) -> Self {
        Self(
            form_urlencoded::parse(query.as_bytes())
                .into_owned()
                .collect(),
        )
    }

    /// The last value of exactly this key, for example `filter[type]`.
    pub(crate) fn get(&self, key: &str) -> Option<&str> {
        self.0
            .iter()
            .rev()
            .find(|(name, _)| name == key)
            .map(|(_, value)| value.as_str())
    }

    /// All values of exactly this key, for example `ids[]`.
    pub(crate) fn all(&self, key: &str) -> Vec<&str> {
        self.0
            .iter()
            .filter(|(name, _)| name == key)
            .map(|(_, value)| value.as_str())
            .collect()
    }

    /// Whether the key is `true`.
    pub(crate) fn flag(&self, key: &str) -> bool {
        self.get(key) == Some("true")
    }

    /// Everything under `root` as JSON: `filter[a][b]=1&filter[c][]=2` gives `{"a":{"b":"1"},"c":["2"]}` for `filter`. Leaves
    /// are strings. `Null` when there is nothing.
    pub(crate) fn nested(&self, root: &str) -> Value {
        let mut tree = Value::Null;
        for (key, value) in &self.0 {
            let Some(rest) = key.strip_prefix(root) else {
                continue;
            };
            let Some(path) = segments(rest) else { continue };
            place(&mut tree, &path, value);
        }
        tree
    }
}

/// `[a][b][]` as `["a", "b", ""]`; `None` when it is not made of brackets.
fn segments(rest: &str) -> Option<Vec<&str>> {
    if rest.is_empty() {
        return Some(Vec::new());
    }
    rest.strip_prefix('[')?
        .strip_suffix(']')
        .map(|inner| inner.split("][").collect())
}

fn place(tree: &mut Value, path: &[&str], value: &str) {
    match path {
        [] => *tree = Value::String(value.to_owned()),
        ["", rest @ ..] => {
            if !tree.is_array() {
                *tree = Value::Array(Vec::new());
            }
            if let Value::Array(items) = tree {
                let mut item = Value::Null;
                place(&mut item, rest, value);
                items.push(item);
            }
        }
        [key, rest @ ..] => {
            if !tree.is_object() {
                *tree = Value::Object(Map::new());
            }
            if let Value::Object(map) = tree {
                place(
                    map.entry((*key).to_owned()).or_insert(Value::Null),
                    rest,
                    value,
                );
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn brackets_become_a_tree() {
        let query = Query::parse(
            "filter%5Btype%5D=post&filter[fields][_status][eq]=draft&filter[fields][tag][in][]=a&filter[fields][tag][in][]=b&page[limit]=2&nested=true",
        );
        assert_eq!(query.get("filter[type]"), Some("post"));
        assert_eq!(query.all("filter[fields][tag][in][]"), ["a", "b"]);
        assert!(query.flag("nested"));
        assert_eq!(
            query.nested("filter"),
            json!({"type": "post", "fields": {"_status": {"eq": "draft"}, "tag": {"in": ["a", "b"]}}})
        );
        assert_eq!(query.nested("absent"), Value::Null);
    }
}
