//! Conditions on the fields of records, tried on their documents.

use regex::RegexBuilder;
use serde_json::{Map, Value};

use super::{MINUTE, Operator, list};
use crate::clock::Timestamp;
use crate::records::dast;
use crate::records::document;
use crate::records::rules::as_moment;
use crate::records::value::is_blank;
use crate::schema::field_type::FieldType;
use crate::schema::model::Field;

/// A condition on one field, in one locale.
#[derive(Debug, Clone)]
pub(crate) struct Test {
    pub(super) field: Field,
    pub(super) locale: String,
    pub(super) operator: Operator,
    pub(super) operand: Value,
}

impl Test {
    pub(super) fn accepts(&self, attributes: &Map<String, Value>) -> bool {
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
