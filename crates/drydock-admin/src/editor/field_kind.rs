//! Which input a field has, and what its text means.

use serde_json::Value;

/// The inputs of the editor. It is a good-enough editor, not the vendor's: what has
/// no input of its own is edited as JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum FieldKind {
    /// One line.
    Line,
    /// Several lines.
    Paragraphs,
    /// One of these texts.
    Choice(Vec<String>),
    /// Yes or no.
    Boolean,
    /// A whole number.
    Integer,
    /// A number.
    Float,
    /// A day.
    Date,
    /// A day and a time, in the time zone the value is written in.
    DateTime,
    /// Another record, by id; these models are allowed, all if none is named.
    Link(Vec<String>),
    /// Anything else.
    Json,
}

impl FieldKind {
    /// The input of a field type; unknown ones are JSON.
    pub(crate) fn of(field_type: &str, validators: &Value) -> Self {
        let texts = |path: [&str; 2]| {
            let list = validators
                .get(path[0])
                .and_then(|v| v.get(path[1]))
                .and_then(Value::as_array);
            let texts = list
                .into_iter()
                .flatten()
                .filter_map(Value::as_str)
                .map(str::to_owned);
            texts.collect::<Vec<_>>()
        };
        match field_type {
            "string" => match texts(["enum", "values"]) {
                values if values.is_empty() => Self::Line,
                values => Self::Choice(values),
            },
            "slug" => Self::Line,
            "text" => Self::Paragraphs,
            "boolean" => Self::Boolean,
            "integer" => Self::Integer,
            "float" => Self::Float,
            "date" => Self::Date,
            "date_time" => Self::DateTime,
            "link" => Self::Link(texts(["item_item_type", "item_types"])),
            _ => Self::Json,
        }
    }

    /// A value as the text of its input; nothing is the empty text.
    pub(crate) fn to_text(&self, value: &Value) -> String {
        match (self, value) {
            (_, Value::Null) => String::new(),
            (Self::DateTime, Value::String(text)) => text.get(..16).unwrap_or(text).to_owned(),
            (Self::Json, Value::Object(_) | Value::Array(_)) => {
                serde_json::to_string_pretty(value).unwrap_or_default()
            }
            (Self::Json, other) => other.to_string(),
            (_, Value::String(text)) => text.clone(),
            (_, other) => other.to_string(),
        }
    }

    /// The value a text means. `saved` is the value the input started from; a time
    /// keeps its time zone.
    pub(crate) fn to_value(&self, text: &str, saved: &Value) -> Result<Value, String> {
        if text.trim().is_empty() {
            return Ok(Value::Null);
        }
        match self {
            Self::Line | Self::Paragraphs | Self::Choice(_) | Self::Date => Ok(Value::from(text)),
            Self::Link(_) => Ok(Value::from(text.trim())),
            Self::Boolean => Ok(Value::Bool(text == "true")),
            Self::Integer => {
                let number = text.trim().parse::<i64>();
                number
                    .map(Value::from)
                    .map_err(|_| "This is not a whole number.".to_owned())
            }
            Self::Float => {
                let number = text
                    .trim()
                    .parse::<f64>()
                    .ok()
                    .filter(|number| number.is_finite());
                number
                    .map(Value::from)
                    .ok_or_else(|| "This is not a number.".to_owned())
            }
            Self::DateTime => Ok(Value::from(format!("{text}:00{}", time_zone(saved)))),
            Self::Json => {
                serde_json::from_str(text).map_err(|error| format!("This is not JSON: {error}."))
            }
        }
    }
}

/// The part of a saved time after its seconds, without their fraction.
fn time_zone(saved: &Value) -> &str {
    let rest = saved
        .as_str()
        .and_then(|text| text.get(19..))
        .unwrap_or_default();
    let zone = rest.trim_start_matches(|c: char| c == '.' || c.is_ascii_digit());
    if zone.is_empty() { "+00:00" } else { zone }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn round_trip(kind: &FieldKind, value: Value) {
        assert_eq!(
            kind.to_value(&kind.to_text(&value), &value),
            Ok(value),
            "{kind:?}"
        );
    }

    #[test]
    fn what_is_shown_means_what_was_saved() {
        round_trip(&FieldKind::Line, json!("Kilns"));
        round_trip(&FieldKind::Paragraphs, json!("one\ntwo"));
        round_trip(&FieldKind::Boolean, json!(true));
        round_trip(&FieldKind::Boolean, json!(false));
        round_trip(&FieldKind::Integer, json!(-3));
        round_trip(&FieldKind::Float, json!(1.5));
        round_trip(&FieldKind::Date, json!("2026-01-05"));
        round_trip(&FieldKind::DateTime, json!("2026-01-05T09:30:00+02:00"));
        round_trip(&FieldKind::Link(Vec::new()), json!("It1"));
        round_trip(&FieldKind::Json, json!({"a": [1, "two", null]}));
        round_trip(&FieldKind::Json, json!("text"));
        for kind in [
            FieldKind::Line,
            FieldKind::Integer,
            FieldKind::Json,
            FieldKind::DateTime,
        ] {
            round_trip(&kind, Value::Null);
        }
    }

    #[test]
    fn a_time_without_a_zone_to_keep_is_utc() {
        let value = FieldKind::DateTime.to_value("2026-01-05T09:30", &Value::Null);
        assert_eq!(value, Ok(json!("2026-01-05T09:30:00+00:00")));
        let saved = json!("2026-01-05T09:30:00.000-05:00");
        assert_eq!(
            FieldKind::DateTime.to_value("2026-02-05T09:30", &saved),
            Ok(json!("2026-02-05T09:30:00-05:00"))
        );
    }

    #[test]
    fn a_field_s_validators_shape_its_input() {
        let choice = FieldKind::of("string", &json!({"enum": {"values": ["a", "b"]}}));
        assert_eq!(choice, FieldKind::Choice(vec!["a".into(), "b".into()]));
        let link = FieldKind::of("link", &json!({"item_item_type": {"item_types": ["m1"]}}));
        assert_eq!(link, FieldKind::Link(vec!["m1".into()]));
        assert_eq!(
            FieldKind::of("structured_text", &json!({})),
            FieldKind::Json
        );
    }

    #[test]
    fn half_written_json_is_refused_with_the_reason() {
        let error = FieldKind::Json
            .to_value("{\"a\":", &Value::Null)
            .unwrap_err();
        assert!(error.starts_with("This is not JSON"), "{error}");
    }
}
