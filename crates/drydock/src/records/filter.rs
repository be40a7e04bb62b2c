//! `filter[…]` of record lists: conditions on metadata become SQL, conditions on fields are tested on documents.

mod column;
mod condition;

use serde_json::{Map, Value, json};

use crate::http::error::ApiError;
use crate::schema::model::Model;

use column::clause;
pub(crate) use column::{Clause, Column};
pub(crate) use condition::Test;

/// Length of the grain in which moments are compared: the real service knows no seconds here.
const MINUTE: i64 = 60_000;

/// How a value is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Operator {
    Eq,
    Neq,
    In,
    NotIn,
    AllIn,
    AnyIn,
    Matches,
    NotMatches,
    IsBlank,
    IsPresent,
    Exists,
    Gt,
    Gte,
    Lt,
    Lte,
    Near,
}

impl Operator {
    /// The delivery API's spelling is accepted beside the management API's.
    fn parse(word: &str) -> Option<Self> {
        Some(match word {
            "eq" => Self::Eq,
            "neq" => Self::Neq,
            "in" => Self::In,
            "not_in" | "notIn" => Self::NotIn,
            "all_in" | "allIn" => Self::AllIn,
            "any_in" | "anyIn" => Self::AnyIn,
            "matches" => Self::Matches,
            "not_matches" | "notMatches" => Self::NotMatches,
            "is_blank" | "isBlank" => Self::IsBlank,
            "is_present" | "isPresent" => Self::IsPresent,
            "exists" => Self::Exists,
            "gt" => Self::Gt,
            "gte" => Self::Gte,
            "lt" => Self::Lt,
            "lte" => Self::Lte,
            "near" => Self::Near,
            _ => return None,
        })
    }

    /// The SQL of a comparison of two values.
    fn comparison(self) -> Option<&'static str> {
        match self {
            Self::Eq => Some("="),
            Self::Neq => Some("<>"),
            Self::Gt => Some(">"),
            Self::Gte => Some(">="),
            Self::Lt => Some("<"),
            Self::Lte => Some("<="),
            Self::In
            | Self::NotIn
            | Self::AllIn
            | Self::AnyIn
            | Self::Matches
            | Self::NotMatches
            | Self::IsBlank
            | Self::IsPresent
            | Self::Exists
            | Self::Near => None,
        }
    }
}

/// `filter[fields]`, sorted into what SQL can do and what it cannot.
#[derive(Debug, Clone, Default)]
pub(crate) struct FieldFilter {
    pub(crate) clauses: Vec<Clause>,
    pub(crate) tests: Vec<Test>,
}

fn refused(name: &str, problem: &str) -> ApiError {
    ApiError::unprocessable(
        "INVALID_FILTER_FIELDS_PARAM",
        json!({ "field": name, "message": problem }),
    )
}

impl FieldFilter {
    /// Reads `filter[fields]`. `model` is the one model the list is limited to, if it is.
    pub(crate) fn parse(
        fields: &Value,
        model: Option<&Model>,
        locale: &str,
    ) -> Result<Self, ApiError> {
        Self::read(fields, model, locale, Column::parse)
    }

    /// Like [`FieldFilter::parse`], for documents that are not records: every name is a field of `shape`.
    pub(crate) fn over(fields: &Value, shape: &Model, locale: &str) -> Result<Self, ApiError> {
        Self::read(fields, Some(shape), locale, |_| None)
    }

    fn read(
        fields: &Value,
        model: Option<&Model>,
        locale: &str,
        column: fn(&str) -> Option<Column>,
    ) -> Result<Self, ApiError> {
        let mut filter = Self::default();
        for (name, conditions) in fields.as_object().into_iter().flatten() {
            let conditions = conditions
                .as_object()
                .ok_or_else(|| refused(name, "no operator"))?;
            for (word, operand) in conditions {
                let operator = Operator::parse(word)
                    .ok_or_else(|| refused(name, &format!("unknown operator `{word}`")))?;
                if let Some(column) = column(name) {
                    let clause = clause(column, operator, operand).ok_or_else(|| {
                        refused(name, &format!("`{word}` cannot take this value"))
                    })?;
                    filter.clauses.push(clause);
                    continue;
                }
                let model =
                    model.ok_or_else(|| refused(name, "field filters need exactly one model"))?;
                let field = model
                    .field(name)
                    .ok_or_else(|| refused(name, "no such field"))?;
                filter.tests.push(Test {
                    field: field.clone(),
                    locale: locale.to_owned(),
                    operator,
                    operand: operand.clone(),
                });
            }
        }
        Ok(filter)
    }

    /// Whether a document passes every test.
    pub(crate) fn accepts(&self, attributes: &Map<String, Value>) -> bool {
        self.tests.iter().all(|test| test.accepts(attributes))
    }
}

/// A list operand: repeated keys, or one text with commas.
fn list(operand: &Value) -> Vec<Value> {
    match operand.as_array() {
        Some(values) => values.clone(),
        None => operand
            .as_str()
            .into_iter()
            .flat_map(|text| text.split(','))
            .map(|part| json!(part.trim()))
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{Column, FieldFilter, Operator, Test, clause};
    use crate::records::value::tests::field;
    use crate::schema::field_type::FieldType;

    fn passes(field_type: FieldType, word: &str, operand: Value, value: Value) -> bool {
        let test = Test {
            field: field(field_type, json!({})),
            locale: "en".to_owned(),
            operator: Operator::parse(word).unwrap(),
            operand,
        };
        let filter = FieldFilter {
            clauses: Vec::new(),
            tests: vec![test],
        };
        filter.accepts(json!({ "thing": value }).as_object().unwrap())
    }

    #[test]
    fn operators_compare_by_field_type() {
        assert!(passes(FieldType::Integer, "eq", json!("3"), json!(3)));
        assert!(passes(FieldType::Integer, "gt", json!("9"), json!(10)));
        assert!(passes(
            FieldType::Boolean,
            "eq",
            json!("false"),
            Value::Null
        ));
        assert!(passes(
            FieldType::String,
            "in",
            json!(["a", "b"]),
            json!("b")
        ));
        assert!(passes(FieldType::String, "neq", json!("a"), Value::Null));
        assert!(passes(
            FieldType::Links,
            "any_in",
            json!("x,y"),
            json!(["y"])
        ));
        assert!(!passes(
            FieldType::Links,
            "all_in",
            json!("x,y"),
            json!(["y"])
        ));
        assert!(passes(
            FieldType::String,
            "exists",
            json!("false"),
            Value::Null
        ));
        assert!(passes(
            FieldType::String,
            "is_present",
            json!("true"),
            json!("x")
        ));
        // Moments are equal within the minute, wherever their offset is.
        assert!(passes(
            FieldType::DateTime,
            "eq",
            json!("2026-01-05T09:00:59Z"),
            json!("2026-01-05T10:00:01+01:00")
        ));
    }

    #[test]
    fn patterns_ignore_case_unless_told() {
        let pattern = json!({ "pattern": "^hel+o" });
        assert!(passes(
            FieldType::String,
            "matches",
            pattern,
            json!("Hello")
        ));
        let strict = json!({ "pattern": "hello", "case_sensitive": "true", "regexp": "false" });
        assert!(!passes(
            FieldType::String,
            "matches",
            strict,
            json!("Hello")
        ));
    }

    #[test]
    fn places_are_near_within_metres() {
        let florence = json!({ "latitude": 43.77, "longitude": 11.25 });
        let fiesole =
            |radius: &str| json!({ "latitude": "43.806", "longitude": "11.294", "radius": radius });
        assert!(passes(
            FieldType::LatLon,
            "near",
            fiesole("6000"),
            florence.clone()
        ));
        assert!(!passes(
            FieldType::LatLon,
            "near",
            fiesole("1000"),
            florence
        ));
    }

    #[test]
    fn metadata_becomes_sql() {
        let clause = clause(
            Column::parse("_updated_at").unwrap(),
            Operator::Gt,
            &json!("1970-01-01T00:01:30Z"),
        )
        .unwrap();
        assert_eq!(clause.sql, "(i.updated_at / 60000) > ?");
        assert_eq!(clause.values, [rusqlite::types::Value::Integer(1)]);
    }
}
