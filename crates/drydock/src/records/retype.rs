//! What values become when their field changes type. What the real service makes of them is not written anywhere; here a value
//! stays as long as it says the same in the new type, and is emptied otherwise.

use serde_json::{Value, json};

use crate::clock::Timestamp;
use crate::records::dast;
use crate::records::rules::is_webpage_slug;
use crate::records::value::{is_date, parse_moment};
use crate::schema::field_type::FieldType;

/// What one value (of one locale) becomes; the empty value where nothing sensible is left.
pub(crate) fn retyped(from: FieldType, to: FieldType, value: &Value) -> Value {
    converted(from, to, value).unwrap_or_else(|| to.empty_value())
}

fn converted(from: FieldType, to: FieldType, value: &Value) -> Option<Value> {
    if value.is_null() {
        return None;
    }
    match to {
        FieldType::String | FieldType::Text => text_of(from, value).map(Value::from),
        FieldType::Slug => text_of(from, value)
            .filter(|text| is_webpage_slug(text))
            .map(Value::from),
        FieldType::Integer => whole(value).map(Value::from),
        FieldType::Float => number(value).map(Value::from),
        FieldType::Boolean => text_of(from, value)?.parse::<bool>().ok().map(Value::from),
        FieldType::Date => date(value).map(Value::from),
        FieldType::DateTime => moment(value).map(Value::from),
        FieldType::Json => json_text(from, value).map(Value::from),
        FieldType::Gallery | FieldType::Links | FieldType::RichText => {
            (list_of(to) == Some(from)).then(|| json!([value]))
        }
        FieldType::File | FieldType::Link | FieldType::SingleBlock => {
            (list_of(from) == Some(to)).then(|| value.get(0).cloned())?
        }
        FieldType::StructuredText => paragraphs(from, value),
        FieldType::Color | FieldType::LatLon | FieldType::Seo | FieldType::Video => None,
    }
}

/// The value in letters. Those of places, colours, assets and other objects are none.
fn text_of(from: FieldType, value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        Value::Object(_) if from == FieldType::StructuredText => Some(dast::plain_text(value)),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

fn number(value: &Value) -> Option<f64> {
    let read = || value.as_str()?.trim().parse().ok();
    value.as_f64().or_else(read).filter(|n| n.is_finite())
}

/// A number without a fraction, `4.0` too.
fn whole(value: &Value) -> Option<i64> {
    let read = || value.as_str()?.trim().parse().ok();
    let rounded = || {
        let number =
            number(value).filter(|n| n.fract() == 0.0 && n.abs() < 9_007_199_254_740_992.0)?;
        format!("{number:.0}").parse().ok()
    };
    value.as_i64().or_else(read).or_else(rounded)
}

/// The day, as it is written: no time zone moves it.
fn date(value: &Value) -> Option<&str> {
    let text = value.as_str()?;
    parse_moment(text)?;
    text.get(.."2026-01-05".len()).filter(|day| is_date(day))
}

fn moment(value: &Value) -> Option<String> {
    let text = value.as_str()?;
    match Timestamp::parse(text) {
        Some(_) => Some(text.to_owned()),
        None => parse_moment(text).map(Timestamp::iso_with_offset),
    }
}

/// A JSON field holds JSON in a text.
fn json_text(from: FieldType, value: &Value) -> Option<String> {
    match from {
        FieldType::Integer | FieldType::Float | FieldType::Boolean => Some(value.to_string()),
        FieldType::String
        | FieldType::Text
        | FieldType::Slug
        | FieldType::Date
        | FieldType::DateTime => text_of(from, value).map(|text| json!(text).to_string()),
        FieldType::Json
        | FieldType::Color
        | FieldType::LatLon
        | FieldType::Seo
        | FieldType::Video
        | FieldType::File
        | FieldType::Gallery
        | FieldType::Link
        | FieldType::Links
        | FieldType::RichText
        | FieldType::SingleBlock
        | FieldType::StructuredText => None,
    }
}

/// Plain text as structured text, a paragraph for each line; markup in it stays as it is written.
fn paragraphs(from: FieldType, value: &Value) -> Option<Value> {
    if !matches!(from, FieldType::String | FieldType::Text) {
        return None;
    }
    let children: Vec<Value> = value
        .as_str()?
        .lines()
        .filter(|line| !line.trim().is_empty())
        .map(|line| json!({ "type": "paragraph", "children": [{ "type": "span", "value": line }] }))
        .collect();
    (!children.is_empty())
        .then(|| json!({ "schema": "dast", "document": { "type": "root", "children": children } }))
}

/// The type of which a list type holds several.
fn list_of(field_type: FieldType) -> Option<FieldType> {
    // Closed by hand: only these three are lists of another type.
    [
        (FieldType::Gallery, FieldType::File),
        (FieldType::Links, FieldType::Link),
        (FieldType::RichText, FieldType::SingleBlock),
    ]
    .into_iter()
    .find_map(|(list, one)| (list == field_type).then_some(one))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::retyped;
    use crate::records::dast;
    use crate::schema::field_type::FieldType::{
        Boolean, Color, Date, DateTime, Float, Gallery, Integer, Json, Link, Links, Slug, String,
        StructuredText, Text,
    };

    #[test]
    fn values_survive_a_change_of_type_where_they_can() {
        for (from, to, value, expected) in [
            (String, Integer, json!("42"), json!(42)),
            (String, Integer, json!("many"), Value::Null),
            (Integer, String, json!(7), json!("7")),
            (Integer, Float, json!(7), json!(7.0)),
            (Float, Integer, json!(4.0), json!(4)),
            (Float, Integer, json!(4.5), Value::Null),
            (String, Float, json!(" 1.5 "), json!(1.5)),
            (String, Boolean, json!("true"), json!(true)),
            (String, Boolean, json!("x"), json!(false)),
            (Text, String, json!("a\nb"), json!("a\nb")),
            (String, Slug, json!("a-slug"), json!("a-slug")),
            (String, Slug, json!("No slug"), Value::Null),
            (
                Date,
                DateTime,
                json!("2026-01-05"),
                json!("2026-01-05T00:00:00.000+00:00"),
            ),
            (
                DateTime,
                Date,
                json!("2026-01-05T23:30:00+01:00"),
                json!("2026-01-05"),
            ),
            (String, Date, json!("soon"), Value::Null),
            (String, Json, json!("a"), json!("\"a\"")),
            (Integer, Json, json!(3), json!("3")),
            (Json, String, json!("{\"a\":1}"), json!("{\"a\":1}")),
            (Link, Links, json!("a"), json!(["a"])),
            (Links, Link, json!(["a", "b"]), json!("a")),
            (Links, Link, json!([]), Value::Null),
            (Link, Links, Value::Null, json!([])),
            (Links, Gallery, json!(["a"]), json!([])),
            (
                Color,
                String,
                json!({"red": 1, "green": 2, "blue": 3, "alpha": 4}),
                Value::Null,
            ),
        ] {
            assert_eq!(
                retyped(from, to, &value),
                expected,
                "{from:?} {value} to {to:?}"
            );
        }
    }

    #[test]
    fn text_becomes_structured_text_and_text_again() {
        let structured = retyped(Text, StructuredText, &json!("One.\n\nTwo."));
        assert_eq!(dast::check(&structured), Ok(()));
        let paragraphs = structured["document"]["children"].as_array().unwrap();
        assert_eq!(paragraphs.len(), 2);
        let text = retyped(StructuredText, Text, &structured);
        assert_eq!(text, dast::plain_text(&structured));
        assert_eq!(retyped(Text, StructuredText, &json!(" ")), Value::Null);
    }
}
