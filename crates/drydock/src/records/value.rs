//! What a value of each field type looks like: the shape check every write passes first.

use serde_json::{Map, Value, json};

use crate::assets::metadata::is_focal_point;
use crate::clock::Timestamp;
use crate::records::{dast, markup};
use crate::schema::field_type::FieldType;
use crate::schema::model::Field;
use crate::schema::violation::Violation;

/// A rule the value broke, described for the field it belongs to.
pub(crate) fn violation(field: &Field, code: &'static str) -> Violation {
    Violation::new(field.api_key.clone(), code)
        .with("field_id", field.id.clone())
        .with("field_label", field.label.clone())
        .with("field_type", field.field_type.as_str())
}

/// Checks the shape of one value (of one locale) and completes it: null becomes the type's empty value, assets and SEO
/// objects get their missing keys. Blocks are not looked into.
pub(crate) fn shape(field: &Field, value: Value) -> Result<Value, Violation> {
    if value.is_null() {
        return Ok(field.field_type.empty_value());
    }
    let fits = |fits: bool, value: Value| {
        if fits {
            Ok(value)
        } else {
            Err(violation(field, "VALIDATION_INVALID"))
        }
    };
    match field.field_type {
        FieldType::Text if cleans(field) => match value.as_str() {
            Some(text) => Ok(Value::String(markup::sanitized(text))),
            None => fits(false, value),
        },
        FieldType::String | FieldType::Text | FieldType::Slug | FieldType::Link => {
            fits(value.is_string(), value)
        }
        FieldType::Boolean => fits(value.is_boolean(), value),
        FieldType::Integer => fits(value.is_i64() || value.is_u64(), value),
        FieldType::Float => fits(value.is_number(), value),
        FieldType::Date => fits(value.as_str().is_some_and(is_date), value),
        FieldType::DateTime => match value.as_str().and_then(with_offset) {
            Some(text) => Ok(Value::String(text)),
            None => fits(false, value),
        },
        FieldType::Color => fits(is_color(&value), value),
        FieldType::Json => fits(value.as_str().is_some_and(is_json_text), value),
        FieldType::LatLon => fits(is_place(&value), value),
        FieldType::Seo => match completed_seo(&value) {
            Some(seo) => Ok(seo),
            None => fits(false, value),
        },
        FieldType::Video => fits(is_video(&value), value),
        FieldType::File => match completed_asset(&value) {
            Some(asset) => Ok(asset),
            None => fits(false, value),
        },
        FieldType::Gallery => {
            let assets = value
                .as_array()
                .and_then(|assets| assets.iter().map(completed_asset).collect());
            match assets {
                Some(assets) => Ok(Value::Array(assets)),
                None => fits(false, value),
            }
        }
        FieldType::Links => fits(
            value
                .as_array()
                .is_some_and(|ids| ids.iter().all(Value::is_string)),
            value,
        ),
        FieldType::RichText => fits(
            value.as_array().is_some_and(|b| b.iter().all(is_block)),
            value,
        ),
        FieldType::SingleBlock => fits(is_block(&value), value),
        FieldType::StructuredText => match dast::check(&value) {
            Ok(()) => Ok(value),
            Err(malformed) => {
                Err(violation(field, "VALIDATION_INVALID").with("message", malformed.to_string()))
            }
        },
    }
}

/// Whether dangerous markup is taken out of what is written.
fn cleans(field: &Field) -> bool {
    let parameters = field.validator("sanitized_html");
    parameters.is_some_and(|parameters| parameters["sanitize_before_validation"] == json!(true))
}

/// Whether nobody has filled the value in.
pub(crate) fn is_blank(field_type: FieldType, value: &Value) -> bool {
    let empty = match value {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty(),
        Value::Array(list) => list.is_empty(),
        Value::Bool(_) | Value::Number(_) | Value::Object(_) => false,
    };
    empty || (field_type == FieldType::StructuredText && dast::is_blank(value))
}

fn is_block(value: &Value) -> bool {
    value.is_string() || value.is_object()
}

/// `2026-01-05`.
pub(crate) fn is_date(text: &str) -> bool {
    text.len() == "2026-01-05".len() && text.parse::<jiff::civil::Date>().is_ok()
}

/// A date and time with an offset, as it came; one without is taken as UTC.
pub(crate) fn with_offset(text: &str) -> Option<String> {
    if Timestamp::parse(text).is_some() {
        return Some(text.to_owned());
    }
    parse_moment(text).map(Timestamp::iso_with_offset)
}

/// A moment as the API accepts it: with an offset, or without one as UTC, or a bare date.
pub(crate) fn parse_moment(text: &str) -> Option<Timestamp> {
    if let Some(at) = Timestamp::parse(text) {
        return Some(at);
    }
    let civil = text.parse::<jiff::civil::DateTime>().ok()?;
    let zoned = civil.to_zoned(jiff::tz::TimeZone::UTC).ok()?;
    Some(Timestamp::from_millis(zoned.timestamp().as_millisecond()))
}

/// Whether the value is an object with exactly these keys.
fn has_keys(value: &Value, keys: &[&str]) -> bool {
    value.as_object().is_some_and(|object| {
        object.len() == keys.len() && keys.iter().all(|key| object.contains_key(*key))
    })
}

fn is_color(value: &Value) -> bool {
    const CHANNELS: [&str; 4] = ["red", "green", "blue", "alpha"];
    has_keys(value, &CHANNELS)
        && CHANNELS.iter().all(|channel| {
            value[channel]
                .as_u64()
                .is_some_and(|intensity| intensity <= 255)
        })
}

fn is_json_text(text: &str) -> bool {
    serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok()
}

fn is_place(value: &Value) -> bool {
    let within = |key: &str, limit: f64| {
        value
            .get(key)
            .and_then(Value::as_f64)
            .is_some_and(|angle| angle.abs() <= limit)
    };
    has_keys(value, &["latitude", "longitude"])
        && within("latitude", 90.0)
        && within("longitude", 180.0)
}

/// What embedding the video takes is demanded; what describes it may be missing.
fn is_video(value: &Value) -> bool {
    const PROVIDERS: [&str; 3] = ["youtube", "vimeo", "facebook"];
    let Some(video) = value.as_object() else {
        return false;
    };
    let fits = |key: &str, value: &Value| match key {
        "provider" => value.as_str().is_some_and(|name| PROVIDERS.contains(&name)),
        "provider_uid" | "url" => value.as_str().is_some_and(|text| !text.is_empty()),
        "thumbnail_url" | "title" => value.is_null() || value.is_string(),
        "width" | "height" => value.is_null() || value.is_u64(),
        _ => false,
    };
    video.iter().all(|(key, value)| fits(key, value))
        && ["provider", "provider_uid", "url"]
            .iter()
            .all(|key| video.contains_key(*key))
}

fn completed(value: &Value, defaults: &[(&str, Value)]) -> Option<Map<String, Value>> {
    let given = value.as_object()?;
    if given
        .keys()
        .any(|key| !defaults.iter().any(|(known, _)| known == key))
    {
        return None;
    }
    let complete = defaults.iter().map(|(key, default)| {
        (
            (*key).to_owned(),
            given
                .get(*key)
                .filter(|value| !value.is_null())
                .unwrap_or(default)
                .clone(),
        )
    });
    Some(complete.collect())
}

fn completed_seo(value: &Value) -> Option<Value> {
    let keys = ["title", "description", "image", "twitter_card", "no_index"];
    let seo = completed(value, &keys.map(|key| (key, Value::Null)))?;
    let fits = seo.iter().all(|(key, value)| match key.as_str() {
        "no_index" => value.is_null() || value.is_boolean(),
        "twitter_card" => {
            value.is_null() || matches!(value.as_str(), Some("summary" | "summary_large_image"))
        }
        _ => value.is_null() || value.is_string(),
    });
    fits.then_some(Value::Object(seo))
}

fn completed_asset(value: &Value) -> Option<Value> {
    let asset = completed(
        value,
        &[
            ("alt", Value::Null),
            ("title", Value::Null),
            ("custom_data", json!({})),
            ("focal_point", Value::Null),
            ("poster_time", Value::Null),
            ("upload_id", Value::Null),
        ],
    )?;
    let fits = asset.iter().all(|(key, value)| match key.as_str() {
        "upload_id" => value.is_string(),
        "alt" | "title" => value.is_null() || value.is_string(),
        "custom_data" => value.is_object(),
        "focal_point" => value.is_null() || is_focal_point(value),
        _ => value.is_null() || value.as_f64().is_some_and(|seconds| seconds >= 0.0),
    });
    fits.then_some(Value::Object(asset))
}

#[cfg(test)]
pub(crate) mod tests {
    use serde_json::{Map, Value, json};

    use super::{is_blank, shape};
    use crate::schema::field_type::FieldType;
    use crate::schema::model::Field;

    /// A field for tests of pure rules.
    pub(crate) fn field(field_type: FieldType, validators: Value) -> Field {
        Field {
            id: "f1".to_owned(),
            item_type: "m1".to_owned(),
            api_key: "thing".to_owned(),
            label: "Thing".to_owned(),
            field_type,
            localized: false,
            validators: match validators {
                Value::Object(map) => map,
                Value::Null
                | Value::Bool(_)
                | Value::Number(_)
                | Value::String(_)
                | Value::Array(_) => Map::new(),
            },
            default_value: Value::Null,
            position: 1,
            fieldset: None,
        }
    }

    fn shaped(field_type: FieldType, value: Value) -> Option<Value> {
        shape(&field(field_type, json!({})), value).ok()
    }

    #[test]
    fn values_of_the_wrong_shape_are_refused() {
        for (field_type, wrong) in [
            (FieldType::String, json!(1)),
            (FieldType::Boolean, json!("yes")),
            (FieldType::Integer, json!(1.5)),
            (FieldType::Date, json!("2026-13-01")),
            (FieldType::DateTime, json!("noon")),
            (
                FieldType::Color,
                json!({ "red": 300, "green": 0, "blue": 0, "alpha": 255 }),
            ),
            (
                FieldType::Color,
                json!({ "red": 1, "green": 0, "blue": 0, "alpha": 255, "hue": 1 }),
            ),
            (FieldType::Color, json!({ "red": 1, "green": 0, "blue": 0 })),
            (
                FieldType::Video,
                json!({ "provider": "tv", "provider_uid": "1", "url": "u" }),
            ),
            (
                FieldType::Video,
                json!({ "provider": "vimeo", "provider_uid": "1" }),
            ),
            (
                FieldType::Video,
                json!({ "provider": "vimeo", "provider_uid": "1", "url": "u", "width": "wide" }),
            ),
            (FieldType::Seo, json!({ "twitter_card": "large" })),
            (FieldType::Seo, json!({ "no_index": "yes" })),
            (FieldType::Seo, json!({ "title": 1 })),
            (
                FieldType::File,
                json!({ "upload_id": "u", "focal_point": { "x": 2, "y": 0 } }),
            ),
            (FieldType::File, json!({ "upload_id": "u", "alt": 1 })),
            (
                FieldType::Gallery,
                json!([{ "upload_id": "u", "custom_data": [] }]),
            ),
            (
                FieldType::LatLon,
                json!({ "latitude": 1, "longitude": 0, "altitude": 1 }),
            ),
            (FieldType::Json, json!({ "not": "text" })),
            (FieldType::Json, json!("{broken")),
            (FieldType::LatLon, json!({ "latitude": 91, "longitude": 0 })),
            (FieldType::Seo, json!({ "titel": "typo" })),
            (FieldType::File, json!({ "alt": "no upload" })),
            (FieldType::Links, json!(["a", 1])),
            (FieldType::StructuredText, json!({ "schema": "html" })),
        ] {
            assert_eq!(
                shaped(field_type, wrong.clone()),
                None,
                "{field_type:?} {wrong}"
            );
        }
    }

    #[test]
    fn an_asset_gets_the_keys_it_lacks() {
        assert_eq!(
            shaped(
                FieldType::File,
                json!({ "upload_id": "u1", "alt": "A cat" })
            ),
            Some(json!({
                "alt": "A cat", "title": null, "custom_data": {}, "focal_point": null, "poster_time": null,
                "upload_id": "u1",
            }))
        );
    }

    #[test]
    fn a_time_without_an_offset_is_utc() {
        assert_eq!(
            shaped(FieldType::DateTime, json!("2018-11-24T10:00")),
            Some(json!("2018-11-24T10:00:00.000+00:00"))
        );
        assert_eq!(
            shaped(FieldType::DateTime, json!("2018-11-24T10:00:00+02:00")),
            Some(json!("2018-11-24T10:00:00+02:00"))
        );
    }

    #[test]
    fn blank_is_what_nobody_filled_in() {
        assert!(is_blank(FieldType::String, &json!(" ")));
        assert!(is_blank(FieldType::Links, &json!([])));
        assert!(!is_blank(FieldType::Integer, &json!(0)));
    }
}
