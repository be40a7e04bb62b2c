//! What a value of each field type looks like in an answer.
//!
//! Written down a second time, beside the rules that writes go by (`records::value`): a check that shared them would find
//! nothing. Source: the published types of record values.

use serde_json::Value;

use crate::schema::field_type::FieldType;

/// What is wrong with a value, blocks aside.
pub(super) fn judge(field_type: FieldType, value: &Value) -> Result<(), &'static str> {
    let verdict = |fits: bool, otherwise: &'static str| fits.then_some(()).ok_or(otherwise);
    if value.is_null() {
        return if field_type == FieldType::Boolean {
            Err("is null, and a boolean is true or false")
        } else if matches!(
            field_type,
            FieldType::Gallery | FieldType::Links | FieldType::RichText
        ) {
            Err("is null, and an empty list is a list")
        } else {
            Ok(())
        };
    }
    match field_type {
        FieldType::String | FieldType::Text | FieldType::Slug => {
            verdict(value.is_string(), "is no text")
        }
        FieldType::Boolean => verdict(value.is_boolean(), "is neither true nor false"),
        FieldType::Integer => verdict(value.is_i64() || value.is_u64(), "is no integer"),
        FieldType::Float => verdict(value.is_number(), "is no number"),
        FieldType::Date => verdict(text_is(value, is_day), "is no day like 2026-01-05"),
        FieldType::DateTime => verdict(
            text_is(value, is_moment),
            "is no moment with its offset from UTC",
        ),
        FieldType::Color => verdict(
            object_is(value, &["red", "green", "blue", "alpha"], |_, channel| {
                channel.as_u64().is_some_and(|intensity| intensity < 256)
            }),
            "is no colour of four channels",
        ),
        FieldType::Json => verdict(
            text_is(value, |text| serde_json::from_str::<Value>(text).is_ok()),
            "is no JSON in a text",
        ),
        FieldType::LatLon => verdict(
            object_is(value, &["latitude", "longitude"], |_, angle| {
                angle.is_number()
            }),
            "is no place of latitude and longitude",
        ),
        FieldType::Seo => verdict(is_seo(value), "is no SEO object"),
        FieldType::Video => verdict(is_video(value), "is no external video"),
        FieldType::File => verdict(is_asset(value), "is no asset in a field"),
        FieldType::Gallery => verdict(list_of(value, is_asset), "is no list of assets in a field"),
        FieldType::Link => verdict(is_id(value), "is no id of a record"),
        FieldType::Links => verdict(list_of(value, is_id), "is no list of ids of records"),
        FieldType::RichText => verdict(value.is_array(), "is no list of blocks"),
        FieldType::SingleBlock => verdict(value.is_string() || value.is_object(), "is no block"),
        FieldType::StructuredText => structured_text(value),
    }
}

/// The blocks in a value, each with the end of the pointer to it.
pub(super) fn blocks(field_type: FieldType, value: &Value) -> Vec<(String, &Value)> {
    let mut found = Vec::new();
    if field_type == FieldType::RichText {
        let list = value.as_array().into_iter().flatten();
        found.extend(
            list.enumerate()
                .map(|(place, block)| (format!("/{place}"), block)),
        );
    } else if field_type == FieldType::SingleBlock && !value.is_null() {
        found.push((String::new(), value));
    } else if field_type == FieldType::StructuredText {
        blocks_below(&value["document"], "/document".to_owned(), &mut found);
    }
    found
}

fn blocks_below<'v>(node: &'v Value, pointer: String, found: &mut Vec<(String, &'v Value)>) {
    if matches!(node["type"].as_str(), Some("block" | "inlineBlock")) {
        found.push((format!("{pointer}/item"), &node["item"]));
    }
    let children = node["children"].as_array().into_iter().flatten();
    for (place, child) in children.enumerate() {
        blocks_below(child, format!("{pointer}/children/{place}"), found);
    }
}

fn text_is(value: &Value, fits: impl Fn(&str) -> bool) -> bool {
    value.as_str().is_some_and(fits)
}

fn list_of(value: &Value, fits: fn(&Value) -> bool) -> bool {
    value.as_array().is_some_and(|list| list.iter().all(fits))
}

/// Whether it is an object of exactly these keys with values that fit.
fn object_is(value: &Value, keys: &[&str], fits: impl Fn(&str, &Value) -> bool) -> bool {
    value.as_object().is_some_and(|object| {
        object.len() == keys.len()
            && keys
                .iter()
                .all(|key| object.get(*key).is_some_and(|value| fits(key, value)))
    })
}

fn is_id(value: &Value) -> bool {
    text_is(value, |id| !id.is_empty())
}

fn is_day(text: &str) -> bool {
    text.len() == 10 && text.parse::<jiff::civil::Date>().is_ok()
}

fn is_moment(text: &str) -> bool {
    text.parse::<jiff::Timestamp>().is_ok()
}

fn is_text_or_null(value: &Value) -> bool {
    value.is_null() || value.is_string()
}

fn is_seo(value: &Value) -> bool {
    const KEYS: [&str; 5] = ["title", "description", "image", "twitter_card", "no_index"];
    object_is(value, &KEYS, |key, value| match key {
        "no_index" => value.is_null() || value.is_boolean(),
        "twitter_card" => {
            value.is_null()
                || text_is(value, |card| {
                    matches!(card, "summary" | "summary_large_image")
                })
        }
        _ => is_text_or_null(value),
    })
}

/// What describes a video may be left out; what embeds it may not.
fn is_video(value: &Value) -> bool {
    let Some(video) = value.as_object() else {
        return false;
    };
    let fits = |key: &str, value: &Value| match key {
        "provider" => text_is(value, |name| {
            matches!(name, "youtube" | "vimeo" | "facebook")
        }),
        "provider_uid" | "url" => is_id(value),
        "title" | "thumbnail_url" => is_text_or_null(value),
        "width" | "height" => value.is_null() || value.is_u64(),
        _ => false,
    };
    ["provider", "provider_uid", "url"]
        .iter()
        .all(|key| video.contains_key(*key))
        && video.iter().all(|(key, value)| fits(key, value))
}

fn is_asset(value: &Value) -> bool {
    const KEYS: [&str; 6] = [
        "upload_id",
        "alt",
        "title",
        "custom_data",
        "focal_point",
        "poster_time",
    ];
    object_is(value, &KEYS, |key, value| match key {
        "upload_id" => is_id(value),
        "custom_data" => value.is_object(),
        "focal_point" => {
            value.is_null()
                || object_is(value, &["x", "y"], |_, share| {
                    share
                        .as_f64()
                        .is_some_and(|share| (0.0..=1.0).contains(&share))
                })
        }
        "poster_time" => value.is_null() || value.is_number(),
        _ => is_text_or_null(value),
    })
}

/// The envelope, and that every node is one of the format's where such nodes may stand.
fn structured_text(value: &Value) -> Result<(), &'static str> {
    let envelope = object_is(value, &["schema", "document"], |key, value| match key {
        "schema" => value == "dast",
        _ => value["type"] == "root",
    });
    if !envelope {
        return Err("is no structured text");
    }
    node(&value["document"])
}

fn node(value: &Value) -> Result<(), &'static str> {
    const INLINE: &[&str] = &["span", "link", "itemLink", "inlineItem", "inlineBlock"];
    let (inside, demanded): (&[&str], &[&str]) = match value["type"].as_str().unwrap_or_default() {
        "root" => (
            &[
                "blockquote",
                "code",
                "list",
                "paragraph",
                "heading",
                "block",
                "thematicBreak",
            ],
            &["children"],
        ),
        "paragraph" => (INLINE, &["children"]),
        "heading" => (INLINE, &["level", "children"]),
        "link" => (&["span"], &["url", "children"]),
        "itemLink" => (&["span"], &["item", "children"]),
        "blockquote" => (&["paragraph"], &["children"]),
        "list" => (&["listItem"], &["style", "children"]),
        "listItem" => (&["paragraph", "list"], &["children"]),
        "span" => (&[], &["value"]),
        "code" => (&[], &["code"]),
        "block" | "inlineBlock" | "inlineItem" => (&[], &["item"]),
        "thematicBreak" => (&[], &[]),
        _ => return Err("has a node of a type that structured text has not"),
    };
    if demanded.iter().any(|key| value.get(key).is_none()) {
        return Err("has a node that lacks what its type demands");
    }
    for child in value["children"].as_array().into_iter().flatten() {
        if !inside.contains(&child["type"].as_str().unwrap_or_default()) {
            return Err("has a node where none of its type may stand");
        }
        node(child)?;
    }
    Ok(())
}
