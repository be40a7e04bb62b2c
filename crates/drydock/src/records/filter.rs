//! `filter[…]` of record lists: conditions on metadata become SQL, conditions on fields are tested on documents.

use regex::RegexBuilder;
use rusqlite::types::Value as Sql;
use serde_json::{Map, Value, json};

use crate::clock::Timestamp;
use crate::http::error::ApiError;
use crate::records::dast;
use crate::records::document;
use crate::records::rules::as_moment;
use crate::records::value::{is_blank, parse_moment};
use crate::schema::field_type::FieldType;
use crate::schema::model::{Field, Model};
use crate::store::items::CURRENT_VALIDITY;

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

/// What the metadata of a record can be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Column {
    Moment(&'static str),
    Text(&'static str),
    Number(&'static str),
    Flag(&'static str),
}

const STATUS: &str = "CASE WHEN i.published_version IS NULL THEN 'draft' \
    WHEN i.published_version = i.current_version THEN 'published' ELSE 'updated' END";

impl Column {
    /// The metadata with this name, in filters and orders.
    pub(crate) fn parse(name: &str) -> Option<Self> {
        Some(match name {
            "_updated_at" => Self::Moment("i.updated_at"),
            "_created_at" => Self::Moment("i.created_at"),
            "_published_at" => Self::Moment("i.published_at"),
            "_first_published_at" => Self::Moment("i.first_published_at"),
            "_publication_scheduled_at" => Self::Moment(
                "(SELECT at FROM schedules s WHERE s.item = i.id AND s.kind = 'scheduled_publication')",
            ),
            "_unpublishing_scheduled_at" => Self::Moment(
                "(SELECT at FROM schedules s WHERE s.item = i.id AND s.kind = 'scheduled_unpublishing')",
            ),
            "_status" => Self::Text(STATUS),
            "_is_valid" => Self::Flag(CURRENT_VALIDITY),
            "_creator" => Self::Text("i.creator_id"),
            "id" => Self::Text("i.id"),
            "parent" => Self::Text("i.parent_id"),
            "position" => Self::Number("i.position"),
            _ => return None,
        })
    }

    /// The SQL expression.
    pub(crate) fn sql(self) -> &'static str {
        match self {
            Self::Moment(sql) | Self::Text(sql) | Self::Number(sql) | Self::Flag(sql) => sql,
        }
    }

    fn read(self, value: &Value) -> Option<Sql> {
        let text = value.as_str();
        match self {
            Self::Moment(_) => text
                .and_then(parse_moment)
                .map(|at| Sql::Integer(at.millis().div_euclid(MINUTE))),
            Self::Text(_) => text.map(|text| Sql::Text(text.to_owned())),
            Self::Number(_) => text.and_then(|text| text.parse().ok()).map(Sql::Integer),
            Self::Flag(_) => text
                .and_then(|text| text.parse::<bool>().ok())
                .map(|flag| Sql::Integer(flag.into())),
        }
    }
}

/// A condition in SQL with the values for its question marks.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Clause {
    pub(crate) sql: String,
    pub(crate) values: Vec<Sql>,
}

/// A condition on one field, in one locale.
#[derive(Debug, Clone)]
pub(crate) struct Test {
    field: Field,
    locale: String,
    operator: Operator,
    operand: Value,
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

fn clause(column: Column, operator: Operator, operand: &Value) -> Option<Clause> {
    let expression = match column {
        Column::Moment(sql) => format!("({sql} / {MINUTE})"),
        Column::Text(sql) | Column::Number(sql) | Column::Flag(sql) => format!("({sql})"),
    };
    if let Some(comparison) = operator.comparison() {
        let value = column.read(operand)?;
        let sql = if operator == Operator::Neq {
            format!("({expression} <> ? OR {expression} IS NULL)")
        } else {
            format!("{expression} {comparison} ?")
        };
        return Some(Clause {
            sql,
            values: vec![value],
        });
    }
    match operator {
        Operator::In | Operator::AnyIn | Operator::NotIn => {
            let values = list(operand)
                .iter()
                .map(|value| column.read(value))
                .collect::<Option<Vec<_>>>()?;
            let marks = vec!["?"; values.len()].join(", ");
            let sql = if operator == Operator::NotIn {
                format!("({expression} NOT IN ({marks}) OR {expression} IS NULL)")
            } else {
                format!("{expression} IN ({marks})")
            };
            Some(Clause { sql, values })
        }
        Operator::Exists | Operator::IsPresent | Operator::IsBlank => {
            let wanted = operand.as_str()?.parse::<bool>().ok()? != (operator == Operator::IsBlank);
            let test = if wanted { "IS NOT NULL" } else { "IS NULL" };
            Some(Clause {
                sql: format!("{expression} {test}"),
                values: Vec::new(),
            })
        }
        Operator::Eq
        | Operator::Neq
        | Operator::AllIn
        | Operator::Matches
        | Operator::NotMatches
        | Operator::Gt
        | Operator::Gte
        | Operator::Lt
        | Operator::Lte
        | Operator::Near => None,
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

impl Test {
    fn accepts(&self, attributes: &Map<String, Value>) -> bool {
        const NULL: &Value = &Value::Null;
        let value = attributes.get(&self.field.api_key).unwrap_or(NULL);
        let value = document::in_locale(&self.field, value, &self.locale);
        let wanted = || self.operand.as_str() != Some("false");
        match self.operator {
            Operator::Eq => self.equals(value, &self.operand),
            Operator::Neq => !self.equals(value, &self.operand),
            Operator::In | Operator::AnyIn => list(&self.operand)
                .iter()
                .any(|operand| self.equals(value, operand)),
            Operator::NotIn => !list(&self.operand)
                .iter()
                .any(|operand| self.equals(value, operand)),
            Operator::AllIn => list(&self.operand)
                .iter()
                .all(|operand| self.equals(value, operand)),
            Operator::Matches => self.matches(value),
            Operator::NotMatches => !self.matches(value),
            Operator::IsBlank => is_blank(self.field.field_type, value) == wanted(),
            Operator::IsPresent => is_blank(self.field.field_type, value) != wanted(),
            Operator::Exists => {
                let exists =
                    !value.is_null() && value.as_array().is_none_or(|list| !list.is_empty());
                exists == wanted()
            }
            Operator::Gt => self.compare(value).is_some_and(std::cmp::Ordering::is_gt),
            Operator::Gte => self.compare(value).is_some_and(std::cmp::Ordering::is_ge),
            Operator::Lt => self.compare(value).is_some_and(std::cmp::Ordering::is_lt),
            Operator::Lte => self.compare(value).is_some_and(std::cmp::Ordering::is_le),
            Operator::Near => near(value, &self.operand),
        }
    }

    fn equals(&self, value: &Value, operand: &Value) -> bool {
        if let Some(values) = value.as_array() {
            return values.iter().any(|value| self.equals(value, operand));
        }
        let text = operand.as_str().unwrap_or_default();
        match self.field.field_type {
            FieldType::Boolean => value.as_bool().unwrap_or(false) == (text == "true"),
            FieldType::Integer | FieldType::Float => {
                number(value).is_some() && number(value) == text.parse().ok()
            }
            FieldType::DateTime => minute(value).is_some() && minute(value) == minute(operand),
            FieldType::File | FieldType::Gallery => {
                value.get("upload_id").and_then(Value::as_str) == Some(text)
            }
            FieldType::String
            | FieldType::Text
            | FieldType::Slug
            | FieldType::Date
            | FieldType::Color
            | FieldType::Json
            | FieldType::LatLon
            | FieldType::Seo
            | FieldType::Video
            | FieldType::Link
            | FieldType::Links
            | FieldType::RichText
            | FieldType::SingleBlock
            | FieldType::StructuredText => value.as_str() == Some(text),
        }
    }

    fn compare(&self, value: &Value) -> Option<std::cmp::Ordering> {
        let operand = &self.operand;
        if self.field.field_type == FieldType::DateTime {
            return Some(minute(value)?.cmp(&minute(operand)?));
        }
        if let Some(number) = number(value) {
            return number.partial_cmp(&operand.as_str()?.parse().ok()?);
        }
        Some(value.as_str()?.cmp(operand.as_str()?))
    }

    fn matches(&self, value: &Value) -> bool {
        let text = if self.field.field_type == FieldType::StructuredText {
            dast::plain_text(value)
        } else {
            value.as_str().unwrap_or_default().to_owned()
        };
        let option = |key: &str, default: bool| {
            self.operand
                .get(key)
                .and_then(Value::as_str)
                .map_or(default, |flag| flag == "true")
        };
        let pattern = self
            .operand
            .as_str()
            .or_else(|| self.operand.get("pattern").and_then(Value::as_str));
        let Some(pattern) = pattern else { return false };
        let source = if option("regexp", true) {
            pattern.to_owned()
        } else {
            regex::escape(pattern)
        };
        RegexBuilder::new(&source)
            .case_insensitive(!option("case_sensitive", false))
            .build()
            .is_ok_and(|regex| regex.is_match(&text))
    }
}

fn number(value: &Value) -> Option<f64> {
    value.as_f64()
}

fn minute(value: &Value) -> Option<i64> {
    as_moment(value)
        .map(Timestamp::millis)
        .map(|millis| millis.div_euclid(MINUTE))
}

/// Within `radius` metres of a place, on a sphere.
fn near(value: &Value, operand: &Value) -> bool {
    const EARTH_RADIUS_METRES: f64 = 6_371_000.0;
    let wanted = |key: &str| {
        operand
            .get(key)
            .and_then(Value::as_str)
            .and_then(|text| text.parse::<f64>().ok())
    };
    let found = |key: &str| value.get(key).and_then(Value::as_f64);
    let places = (
        found("latitude").zip(found("longitude")),
        wanted("latitude").zip(wanted("longitude")),
        wanted("radius"),
    );
    let (Some((lat, lon)), Some((to_lat, to_lon)), Some(radius)) = places else {
        return false;
    };
    let half_angle = |from: f64, to: f64| ((to - from).to_radians() / 2.0).sin().powi(2);
    let haversine = half_angle(lat, to_lat)
        + lat.to_radians().cos() * to_lat.to_radians().cos() * half_angle(lon, to_lon);
    2.0 * EARTH_RADIUS_METRES * haversine.sqrt().asin() <= radius
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
