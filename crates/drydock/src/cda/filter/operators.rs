//! The operators of filters, each a question about one value.

use std::cmp::Ordering;

use regex::{Regex, RegexBuilder};
use serde_json::{Map, Value};

use super::super::order;
use super::{FilterError, elements};

/// How the operands of a condition are compared with the stored value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Comparison {
    /// As JSON; numbers and text by their order.
    Plain,
    /// As instants, cut to the minute.
    Minutes,
    /// Assets: the condition names upload ids.
    Uploads,
    /// Text inside structured text.
    StructuredText,
}

/// An operator with its operand.
#[derive(Debug)]
pub(super) enum Test {
    Equal(Value),
    NotEqual(Value),
    In(Vec<Value>),
    NotIn(Vec<Value>),
    /// Has all of these.
    AllIn(Vec<Value>),
    /// Has one of these.
    AnyIn(Vec<Value>),
    /// Comes in one of these orders against the operand.
    Compares(Value, &'static [Ordering]),
    /// Is there, or is not.
    Present(bool),
    Matches(Regex),
    NotMatches(Regex),
    Near(Value),
    /// Says nothing.
    Holds,
}

/// Memory a compiled pattern, and its cache at work, may take, in bytes. Patterns run in linear time whatever they are.
const PATTERN_MEMORY: usize = 256 * 1024;

impl Test {
    /// Reads the operators of one condition.
    pub(super) fn read_all(operators: &Value, left: &mut usize) -> Result<Vec<Self>, FilterError> {
        let none = Map::new();
        let operators = operators.as_object().unwrap_or(&none);
        operators
            .iter()
            .map(|(operator, operand)| {
                *left = left.checked_sub(1).ok_or(FilterError::TooManyConditions)?;
                Self::read(operator, operand)
            })
            .collect()
    }

    fn read(operator: &str, operand: &Value) -> Result<Self, FilterError> {
        let list = || elements(operand).to_vec();
        let is = |wanted: bool| match operand.as_bool() {
            Some(given) => Self::Present(given == wanted),
            None => Self::Holds,
        };
        let compares = |orders| Self::Compares(operand.clone(), orders);
        Ok(match operator {
            "eq" => Self::Equal(operand.clone()),
            "neq" => Self::NotEqual(operand.clone()),
            _ if operand.is_null() => Self::Holds,
            "in" => Self::In(list()),
            "notIn" => Self::NotIn(list()),
            "allIn" | "contains" => Self::AllIn(list()),
            "anyIn" => Self::AnyIn(list()),
            "gt" => compares(&[Ordering::Greater]),
            "lt" => compares(&[Ordering::Less]),
            "gte" => compares(&[Ordering::Greater, Ordering::Equal]),
            "lte" => compares(&[Ordering::Less, Ordering::Equal]),
            "exists" | "isPresent" => is(true),
            "isBlank" => is(false),
            "matches" => Self::Matches(pattern(operand)?),
            "notMatches" => Self::NotMatches(pattern(operand)?),
            "near" => Self::Near(operand.clone()),
            _ => Self::Holds,
        })
    }

    /// Whether the value passes.
    pub(super) fn holds(&self, value: &Value, comparison: Comparison) -> bool {
        let shown;
        let value = match comparison {
            Comparison::Plain | Comparison::Minutes => value,
            Comparison::Uploads => {
                shown = upload_ids(value);
                &shown
            }
            Comparison::StructuredText => {
                shown = Value::from(plain_text(value).trim_end_matches('\n'));
                &shown
            }
        };
        let minutes = comparison == Comparison::Minutes;
        let same = |other: &Value| {
            if minutes {
                order::minutes(value) == order::minutes(other)
            } else {
                equal(value, other)
            }
        };
        match self {
            Self::Equal(other) => same(other),
            Self::NotEqual(other) => !same(other),
            Self::In(list) => list.iter().any(same),
            Self::NotIn(list) if value.is_array() => {
                !list.iter().any(|wanted| contains(value, wanted))
            }
            Self::NotIn(list) => !list.iter().any(same),
            Self::AllIn(list) => list.iter().all(|wanted| contains(value, wanted)),
            Self::AnyIn(list) => list.iter().any(|wanted| contains(value, wanted)),
            Self::Compares(other, orders) => {
                compare(value, other, minutes).is_some_and(|order| orders.contains(&order))
            }
            Self::Present(wanted) => is_blank(value) != *wanted,
            Self::Matches(pattern) => says(value, pattern),
            Self::NotMatches(pattern) => !says(value, pattern),
            Self::Near(place) => is_near(value, place),
            Self::Holds => true,
        }
    }
}

fn compare(value: &Value, other: &Value, minutes: bool) -> Option<Ordering> {
    if value.is_null() || other.is_null() {
        return None;
    }
    if minutes {
        return order::minutes(value)?.partial_cmp(&order::minutes(other)?);
    }
    order::compare(value, other)
}

fn contains(value: &Value, wanted: &Value) -> bool {
    value
        .as_array()
        .is_some_and(|elements| elements.iter().any(|element| equal(element, wanted)))
}

/// Equal as JSON, except that `1` and `1.0` are the same number and lists do not mind their order.
fn equal(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => one.as_f64() == other.as_f64(),
        (Value::Array(ones), Value::Array(others)) => {
            ones.len() == others.len()
                && ones
                    .iter()
                    .all(|one| others.iter().any(|other| equal(one, other)))
        }
        _ => one == other,
    }
}

fn is_blank(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Bool(_) | Value::Number(_) | Value::Object(_) => false,
    }
}

fn says(value: &Value, pattern: &Regex) -> bool {
    value.as_str().is_some_and(|text| pattern.is_match(text))
}

fn pattern(operand: &Value) -> Result<Regex, FilterError> {
    let pattern = operand
        .get("pattern")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let flag = |name: &str, default: bool| {
        operand
            .get(name)
            .and_then(Value::as_bool)
            .unwrap_or(default)
    };
    let source = if flag("regexp", true) {
        pattern.to_owned()
    } else {
        regex::escape(pattern)
    };
    RegexBuilder::new(&source)
        .case_insensitive(!flag("caseSensitive", false))
        .size_limit(PATTERN_MEMORY)
        .dfa_size_limit(PATTERN_MEMORY)
        .build()
        .map_err(|error| FilterError::Pattern {
            pattern: pattern.chars().take(200).collect(),
            reason: error.to_string().chars().take(400).collect(),
        })
}

fn upload_ids(value: &Value) -> Value {
    let id = |asset: &Value| asset.get("upload_id").cloned().unwrap_or_default();
    match value {
        Value::Array(assets) => assets.iter().map(id).collect(),
        Value::Null => Value::Null,
        Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Object(_) => id(value),
    }
}

/// The words of a structured text, a paragraph a line.
pub(crate) fn plain_text(value: &Value) -> String {
    fn collect(node: &Value, text: &mut String) {
        for key in ["value", "code"] {
            if let Some(words) = node.get(key).and_then(Value::as_str) {
                text.push_str(words);
            }
        }
        for child in node
            .get("children")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
        {
            collect(child, text);
        }
        if matches!(
            node.get("type").and_then(Value::as_str),
            Some("paragraph" | "heading" | "code")
        ) {
            text.push('\n');
        }
    }
    let mut text = String::new();
    if let Some(document) = value.get("document") {
        collect(document, &mut text);
    }
    text
}

/// Within `radius` metres on the sphere.
fn is_near(value: &Value, operand: &Value) -> bool {
    const EARTH_RADIUS: f64 = 6_371_000.0;
    let number = |of: &Value, key: &str| of.get(key).and_then(Value::as_f64);
    let point = |of: &Value| {
        Some((
            number(of, "latitude")?.to_radians(),
            number(of, "longitude")?.to_radians(),
        ))
    };
    let (Some(here), Some(there), Some(radius)) =
        (point(value), point(operand), number(operand, "radius"))
    else {
        return false;
    };
    let half = |angle: f64| (angle / 2.0).sin().powi(2);
    let chord = half(there.0 - here.0) + here.0.cos() * there.0.cos() * half(there.1 - here.1);
    2.0 * EARTH_RADIUS * chord.sqrt().asin() <= radius
}
