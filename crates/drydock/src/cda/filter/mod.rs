//! `filter`: does a record, or an asset, match? Read once into conditions, then asked of every candidate.
//!
//! Conditions are joined by AND; `AND` and `OR` take lists of further filters. Negative operators also
//! match empty values (`management-api.md` 10.4). The schema has already refused unknown fields and operators.

mod operators;
mod record;
mod upload;

use serde_json::{Map, Value};

pub(crate) use operators::plain_text;
pub(crate) use record::RecordFilter;
pub(crate) use upload::{BUCKETS, UploadFilter, fact as upload_fact};

use operators::{Comparison, Test};

/// A filter that cannot be evaluated.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum FilterError {
    #[error("`{pattern}` is not a valid regular expression: {reason}")]
    Pattern { pattern: String, reason: String },
    #[error("the filter of `{key}` must be an object")]
    NotAnObject { key: String },
    #[error("a filter may have at most {MAX_CONDITIONS} conditions")]
    TooManyConditions,
}

/// Conditions one filter may have. A person writes a few; a thousand compiled patterns would fill the memory.
const MAX_CONDITIONS: usize = 500;

/// Conditions about subjects of type `S`.
#[derive(Debug)]
enum Conditions<S> {
    All(Vec<Conditions<S>>),
    Any(Vec<Conditions<S>>),
    About(S, Vec<Test>),
}

/// How to read the condition of one key.
trait Reads<S> {
    fn condition(
        &self,
        key: &str,
        operators: &Value,
        left: &mut usize,
    ) -> Result<Conditions<S>, FilterError>;
}

/// Reads a filter input. `left` is how many conditions there may still be.
fn read<S>(
    reader: &impl Reads<S>,
    filter: &Map<String, Value>,
    left: &mut usize,
) -> Result<Conditions<S>, FilterError> {
    let mut all = Vec::new();
    for (key, value) in filter.iter().filter(|(_, value)| !value.is_null()) {
        *left = left.checked_sub(1).ok_or(FilterError::TooManyConditions)?;
        all.push(match key.as_str() {
            "AND" => Conditions::All(read_each(reader, key, value, left)?),
            "OR" => Conditions::Any(read_each(reader, key, value, left)?),
            key if !value.is_object() => {
                let key = key.to_owned();
                return Err(FilterError::NotAnObject { key });
            }
            key => reader.condition(key, value, left)?,
        });
    }
    Ok(Conditions::All(all))
}

fn read_each<S>(
    reader: &impl Reads<S>,
    key: &str,
    filters: &Value,
    left: &mut usize,
) -> Result<Vec<Conditions<S>>, FilterError> {
    elements(filters)
        .iter()
        .filter(|filter| !filter.is_null())
        .map(|filter| {
            let filter = filter.as_object().ok_or_else(|| FilterError::NotAnObject {
                key: key.to_owned(),
            })?;
            read(reader, filter, left)
        })
        .collect()
}

/// The elements of a list; GraphQL takes a single value for a list of one.
fn elements(value: &Value) -> &[Value] {
    match value {
        Value::Array(values) => values,
        Value::Null => &[],
        Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Object(_) => {
            std::slice::from_ref(value)
        }
    }
}

impl<S> Conditions<S> {
    /// Whether they hold, given the values of subjects.
    fn hold(&self, value_of: &dyn Fn(&S) -> (Value, Comparison)) -> bool {
        match self {
            Self::All(all) => all.iter().all(|conditions| conditions.hold(value_of)),
            Self::Any(any) => any.iter().any(|conditions| conditions.hold(value_of)),
            Self::About(subject, tests) => {
                let (value, comparison) = value_of(subject);
                tests.iter().all(|test| test.holds(&value, comparison))
            }
        }
    }
}
