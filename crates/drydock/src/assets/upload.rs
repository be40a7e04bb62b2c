//! The document of an asset: what it says about its file, what people say about it, and how it is shown.

use std::io;

use serde_json::{Map, Value, json};

use super::FileName;
use super::inspect::Facts;
use crate::http::error::ApiError;
use crate::store::entity::Entity;

/// Texts a client may write, each null until somebody does.
pub(crate) const NOTES: [&str; 3] = ["author", "copyright", "notes"];
/// Parts of the default metadata that are one a locale, with what they are when nobody says.
pub(super) const LOCALIZED: [&str; 3] = ["alt", "title", "custom_data"];

/// Attributes of every asset that this server has no way to know: nothing here watches videos, recognises what is in
/// pictures or reads what cameras write into them.
fn unknown() -> [(&'static str, Value); 6] {
    [
        ("duration", Value::Null),
        ("frame_rate", Value::Null),
        ("mux_playback_id", Value::Null),
        ("mux_mp4_highest_res", Value::Null),
        ("smart_tags", json!([])),
        ("exif_info", json!({})),
    ]
}

/// A new asset: nothing said about it yet, in no folder.
pub(crate) fn blank(upload: &mut Entity) {
    for name in NOTES {
        upload.set(name, Value::Null);
    }
    for (name, value) in unknown() {
        upload.set(name, value);
    }
    upload.set("tags", json!([]));
    upload.set("default_field_metadata", json!({}));
    upload.relate("upload_collection", Value::Null);
    let antivirus = json!({ "status": "skipped", "checked_at": null, "threat_name": null });
    upload.meta = Some(Map::from_iter([("antivirus".to_owned(), antivirus)]));
}

/// The asset is this file now.
pub(crate) fn point_at(upload: &mut Entity, name: &FileName, facts: &Facts) {
    upload.set("path", name.path());
    upload.set("filename", name.filename());
    upload.set("basename", name.basename());
    for (key, value) in facts.attributes() {
        upload.set(key, value);
    }
}

/// The file of a stored asset.
pub(crate) fn file_of(upload: &Entity) -> Result<FileName, ApiError> {
    upload
        .text("path")
        .and_then(FileName::in_path)
        .ok_or_else(|| ApiError::exception(format!("upload {} has no file name", upload.id)))
}

/// Writes what a client says about the asset.
pub(crate) fn apply(
    upload: &mut Entity,
    attributes: &Map<String, Value>,
    locales: &[String],
) -> Result<(), ApiError> {
    for name in NOTES {
        if let Some(value) = attributes.get(name) {
            if !value.is_null() && !value.is_string() {
                return Err(ApiError::invalid_field(name, "VALIDATION_INVALID"));
            }
            upload.set(name, value.clone());
        }
    }
    if let Some(tags) = attributes.get("tags") {
        let tags = tags
            .as_array()
            .filter(|tags| {
                tags.iter()
                    .all(|tag| tag.as_str().is_some_and(|tag| !tag.trim().is_empty()))
            })
            .ok_or_else(|| ApiError::invalid_field("tags", "VALIDATION_INVALID"))?;
        upload.set("tags", distinct(tags));
    }
    if let Some(given) = attributes.get("default_field_metadata") {
        let metadata = metadata(upload.attribute("default_field_metadata"), given, locales)
            .ok_or_else(|| {
                ApiError::invalid_field("default_field_metadata", "VALIDATION_INVALID")
            })?;
        upload.set("default_field_metadata", metadata);
    }
    Ok(())
}

fn distinct(tags: &[Value]) -> Value {
    let mut kept: Vec<Value> = Vec::new();
    for tag in tags {
        if !kept.contains(tag) {
            kept.push(tag.clone());
        }
    }
    Value::Array(kept)
}

/// Adds tags the asset does not have yet.
pub(crate) fn tag(upload: &mut Entity, tags: &[Value]) {
    let mut all = upload
        .attribute("tags")
        .as_array()
        .cloned()
        .unwrap_or_default();
    all.extend(tags.iter().cloned());
    upload.set("tags", distinct(&all));
}

/// The default metadata after a change; `None` when the change makes no sense. The older form, one object a locale, is
/// taken as well; its focal point is that of the first locale that has one.
fn metadata(before: &Value, given: &Value, locales: &[String]) -> Option<Value> {
    let given = given.as_object()?;
    let by_locale = !given.is_empty()
        && given.keys().all(|key| locales.contains(key))
        && !given.keys().any(|key| LOCALIZED.contains(&key.as_str()));
    let given = if by_locale {
        turned(given)?
    } else {
        given.clone()
    };
    let mut after = before.as_object().cloned().unwrap_or_default();
    for (key, value) in given {
        let fits = match key.as_str() {
            "alt" | "title" => {
                of_locales(&value, locales, |text| text.is_null() || text.is_string())
            }
            "custom_data" => of_locales(&value, locales, Value::is_object),
            "focal_point" => value.is_null() || is_focal_point(&value),
            "poster_time" => value.is_null() || value.as_f64().is_some_and(|time| time >= 0.0),
            _ => false,
        };
        if !fits {
            return None;
        }
        after.insert(key, value);
    }
    Some(Value::Object(after))
}

fn turned(by_locale: &Map<String, Value>) -> Option<Map<String, Value>> {
    let mut turned = Map::new();
    for (locale, said) in by_locale {
        for (key, value) in said.as_object()? {
            if LOCALIZED.contains(&key.as_str()) {
                let part = turned.entry(key.clone()).or_insert_with(|| json!({}));
                part[locale] = value.clone();
            } else if turned.get(key).is_none_or(Value::is_null) {
                turned.insert(key.clone(), value.clone());
            }
        }
    }
    Some(turned)
}

fn of_locales(value: &Value, locales: &[String], fits: fn(&Value) -> bool) -> bool {
    value.as_object().is_some_and(|by_locale| {
        by_locale
            .iter()
            .all(|(locale, value)| locales.contains(locale) && fits(value))
    })
}

/// Both coordinates between 0 and 1.
pub(crate) fn is_focal_point(value: &Value) -> bool {
    let within = |key: &str| {
        value
            .get(key)
            .and_then(Value::as_f64)
            .is_some_and(|share| (0.0..=1.0).contains(&share))
    };
    within("x") && within("y")
}

/// The asset as the API shows it: with the address of its file, and its metadata in every locale of the environment.
pub(crate) fn to_json(upload: &Entity, host: &str, locales: &[String]) -> Value {
    let mut shown = upload.clone();
    let path = upload.text("path").unwrap_or_default();
    shown.set("url", format!("{host}{path}"));
    let stored = upload.attribute("default_field_metadata");
    let mut metadata = Map::new();
    for key in LOCALIZED {
        let mut by_locale = Map::new();
        for locale in locales {
            let said = stored.get(key).and_then(|said| said.get(locale));
            let nothing = if key == "custom_data" {
                json!({})
            } else {
                Value::Null
            };
            by_locale.insert(locale.clone(), said.cloned().unwrap_or(nothing));
        }
        metadata.insert(key.to_owned(), Value::Object(by_locale));
    }
    for key in ["focal_point", "poster_time"] {
        metadata.insert(key.to_owned(), stored.get(key).cloned().unwrap_or_default());
    }
    shown.set("default_field_metadata", metadata);
    shown.to_json()
}

/// A file that cannot be read or written is the server's trouble, not the client's.
pub(crate) fn disk(error: &io::Error) -> ApiError {
    ApiError::exception(format!("the folder of assets: {error}"))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::metadata;

    fn changed(given: &Value) -> Option<Value> {
        let before = json!({ "alt": { "en": "before" }, "poster_time": null });
        metadata(&before, given, &["en".to_owned(), "it".to_owned()])
    }

    #[test]
    fn metadata_changes_by_part() {
        assert_eq!(
            changed(&json!({ "focal_point": { "x": 0.1, "y": 1 } })),
            Some(json!({
                "alt": { "en": "before" }, "poster_time": null, "focal_point": { "x": 0.1, "y": 1 },
            }))
        );
        for wrong in [
            json!({ "alt": "a" }),
            json!({ "alt": { "fr": "a" } }),
            json!({ "alt": { "en": 1 } }),
            json!({ "custom_data": { "en": null } }),
            json!({ "focal_point": { "x": 2, "y": 0 } }),
            json!({ "poster_time": -1 }),
            json!({ "caption": {} }),
            json!([]),
        ] {
            assert_eq!(changed(&wrong), None, "{wrong}");
        }
    }

    #[test]
    fn the_older_form_is_turned_round() {
        let given = json!({
            "en": { "alt": "A", "title": null, "custom_data": {}, "focal_point": null },
            "it": { "alt": "B", "title": null, "custom_data": {}, "focal_point": { "x": 0.5, "y": 0.5 } },
        });
        assert_eq!(
            changed(&given),
            Some(json!({
                "alt": { "en": "A", "it": "B" }, "poster_time": null, "title": { "en": null, "it": null },
                "custom_data": { "en": {}, "it": {} }, "focal_point": { "x": 0.5, "y": 0.5 },
            }))
        );
    }
}
