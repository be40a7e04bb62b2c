//! What is wrong with an answer, in words: where, and what the type says.

use jsonschema::error::ValidationErrorKind;
use jsonschema::{ValidationError, Validator};
use serde_json::Value;

/// An answer, or a part of one, that is not as the vendor's type has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mismatch {
    /// Method and path of the endpoint, with placeholders.
    pub endpoint: String,
    /// The status it answered with.
    pub status: u16,
    /// The vendor's type.
    pub expected: String,
    /// A JSON pointer into the answer.
    pub pointer: String,
    /// What is wrong there. No value is in it: it could be a secret.
    pub problem: String,
}

impl std::fmt::Display for Mismatch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self {
            endpoint,
            status,
            expected,
            pointer,
            problem,
        } = self;
        write!(
            f,
            "{endpoint} answered {status} with what is no {expected}: `{pointer}` {problem}"
        )
    }
}

/// One thing that is wrong: where, and what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Problem {
    pub(super) pointer: String,
    pub(super) what: String,
}

/// The pointer to what is called so, one step further.
pub(super) fn below(pointer: &str, key: &str) -> String {
    format!("{pointer}/{}", key.replace('~', "~0").replace('/', "~1"))
}

/// The entities in a document, each with the pointer to it.
pub(super) fn entities(document: &Value) -> impl Iterator<Item = (String, &Value)> {
    ["data", "included"].into_iter().flat_map(|part| {
        let pointer = format!("/{part}");
        match &document[part] {
            Value::Array(list) => list
                .iter()
                .enumerate()
                .map(|(place, entity)| (format!("{pointer}/{place}"), entity))
                .collect(),
            one @ Value::Object(_) => vec![(pointer, one)],
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Vec::new(),
        }
    })
}

/// Everything a validator complains of, or why there is none. Of a union, what is wrong with the member that comes closest.
pub(super) fn problems(validator: Result<&Validator, &String>, document: &Value) -> Vec<Problem> {
    match validator {
        Ok(validator) => validator
            .iter_errors(document)
            .flat_map(|error| of_one(&error))
            .collect(),
        Err(reason) => vec![Problem {
            pointer: String::new(),
            what: format!("cannot be checked, the schema is none: {reason}"),
        }],
    }
}

fn of_one(error: &ValidationError<'_>) -> Vec<Problem> {
    let pointer = error.instance_path().as_str();
    if let ValidationErrorKind::AnyOf { context } = error.kind() {
        let closest = context.iter().min_by_key(|member| distance(member));
        return closest.into_iter().flatten().flat_map(of_one).collect();
    }
    if let ValidationErrorKind::AdditionalProperties { unexpected } = error.kind() {
        let unknown = |key: &String| Problem {
            pointer: below(pointer, key),
            what: "is not in the type".to_owned(),
        };
        return unexpected.iter().map(unknown).collect();
    }
    if let ValidationErrorKind::Required { property } = error.kind() {
        return vec![Problem {
            pointer: below(pointer, property.as_str().unwrap_or_default()),
            what: "is missing".to_owned(),
        }];
    }
    // Masked: the message would quote the value.
    let what = format!("is refused: {}", error.masked_with("it"));
    vec![Problem {
        pointer: pointer.to_owned(),
        what,
    }]
}

/// How far a value is from a member of a union: first of all by what tells members apart (a `type`, a `field_type`).
fn distance(errors: &[ValidationError<'_>]) -> (usize, usize) {
    let tells_apart = |error: &&ValidationError<'_>| {
        matches!(
            error.kind(),
            ValidationErrorKind::Constant { .. } | ValidationErrorKind::Type { .. }
        )
    };
    (errors.iter().filter(tells_apart).count(), errors.len())
}
