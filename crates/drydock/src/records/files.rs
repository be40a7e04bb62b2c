//! Validators about the assets a value shows: what kind of file, how large, how many pixels.

use rusqlite::Connection;
use serde_json::{Map, Value};

use crate::records::assets::shown_ids;
use crate::records::value::violation;
use crate::schema::model::Field;
use crate::schema::violation::Violation;
use crate::store::StoreError;
use crate::store::entity::{self, Entity, Kind};

/// Formats of `transformable_image`: those image services can draw anew.
const TRANSFORMABLE: [&str; 13] = [
    "avif", "bmp", "gif", "heic", "ico", "jfif", "jp2", "jpeg", "jpg", "png", "tif", "tiff", "webp",
];
/// Formats of `document`.
const DOCUMENTS: [&str; 15] = [
    "csv", "doc", "docx", "key", "numbers", "odp", "ods", "odt", "pages", "pdf", "ppt", "pptx",
    "rtf", "xls", "xlsx",
];

/// The rules about assets that one value (of one locale) breaks.
pub(crate) fn broken(
    conn: &Connection,
    field: &Field,
    value: &Value,
) -> Result<Vec<Violation>, StoreError> {
    let mut found = Vec::new();
    for id in shown_ids(field.field_type, value) {
        let Some(upload) = entity::find(conn, Kind::Upload, id)? else {
            found.push(violation(field, "VALIDATION_INVALID").with("upload", id));
            continue;
        };
        for (name, parameters) in &field.validators {
            let Some(parameters) = parameters.as_object() else {
                continue;
            };
            if let Some(code) = verdict(name, parameters, &upload) {
                found.push(
                    violation(field, code)
                        .with("options", Value::Object(parameters.clone()))
                        .with("upload", id),
                );
            }
        }
    }
    Ok(found)
}

fn verdict(name: &str, parameters: &Map<String, Value>, upload: &Entity) -> Option<&'static str> {
    let (holds, code) = match name {
        "extension" => (is_of_kind(parameters, upload), "VALIDATION_EXTENSION"),
        "file_size" => (size_within(parameters, upload), "VALIDATION_FILE_SIZE"),
        // Only what has pixels is measured.
        "image_dimensions" => (
            pixels(upload).is_none_or(|pixels| dimensions_within(parameters, pixels)),
            "VALIDATION_IMAGE_DIMENSIONS",
        ),
        "image_aspect_ratio" => (
            pixels(upload).is_none_or(|pixels| ratio_within(parameters, pixels)),
            "VALIDATION_IMAGE_ASPECT_RATIO",
        ),
        _ => return None,
    };
    (!holds).then_some(code)
}

fn is_of_kind(parameters: &Map<String, Value>, upload: &Entity) -> bool {
    let format = upload.text("format").unwrap_or_default().to_lowercase();
    let mime_type = upload.text("mime_type").unwrap_or_default();
    match parameters.get("predefined_list").and_then(Value::as_str) {
        Some("image") => upload.flag("is_image"),
        Some("transformable_image") => TRANSFORMABLE.contains(&format.as_str()),
        Some("video") => mime_type.starts_with("video/"),
        Some("document") => {
            DOCUMENTS.contains(&format.as_str()) || mime_type.starts_with("text/plain")
        }
        Some(_) | None => {
            let allowed = parameters.get("extensions").and_then(Value::as_array);
            allowed.is_none_or(|allowed| {
                allowed
                    .iter()
                    .filter_map(Value::as_str)
                    .any(|extension| extension.trim_start_matches('.').to_lowercase() == format)
            })
        }
    }
}

fn size_within(parameters: &Map<String, Value>, upload: &Entity) -> bool {
    let limit = |value: &str, unit: &str| {
        let factor = match parameters.get(unit)?.as_str()? {
            "KB" => 1024.0,
            "MB" => 1024.0 * 1024.0,
            _ => 1.0,
        };
        Some(parameters.get(value)?.as_f64()? * factor)
    };
    upload.attribute("size").as_f64().is_none_or(|size| {
        limit("min_value", "min_unit").is_none_or(|min| size >= min)
            && limit("max_value", "max_unit").is_none_or(|max| size <= max)
    })
}

/// Width and height.
fn pixels(upload: &Entity) -> Option<(u64, u64)> {
    let side = |name: &str| upload.attribute(name).as_u64();
    side("width").zip(side("height"))
}

fn dimensions_within(parameters: &Map<String, Value>, (width, height): (u64, u64)) -> bool {
    let limit = |key: &str| parameters.get(key).and_then(Value::as_u64);
    [
        (width, "width_min_value", "width_max_value"),
        (height, "height_min_value", "height_max_value"),
    ]
    .into_iter()
    .all(|(side, min, max)| {
        limit(min).is_none_or(|min| side >= min) && limit(max).is_none_or(|max| side <= max)
    })
}

fn ratio_within(parameters: &Map<String, Value>, (width, height): (u64, u64)) -> bool {
    // Compared crosswise, without a division: width * denominator against height * numerator.
    let sides = |bound: &str| {
        let part = |name: &str| {
            let key = format!("{bound}_ar_{name}");
            parameters.get(&key).and_then(Value::as_u64)
        };
        let (numerator, denominator) = part("numerator").zip(part("denominator"))?;
        Some((
            width.saturating_mul(denominator),
            height.saturating_mul(numerator),
        ))
    };
    sides("min").is_none_or(|(found, least)| found >= least)
        && sides("eq").is_none_or(|(found, wanted)| found == wanted)
        && sides("max").is_none_or(|(found, most)| found <= most)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::verdict;
    use crate::store::entity::{Entity, Kind};

    fn upload(facts: &Value) -> Entity {
        let mut upload = Entity::new(Kind::Upload, "u1");
        for (key, value) in facts.as_object().unwrap() {
            upload.set(key, value.clone());
        }
        upload
    }

    #[test]
    #[expect(clippy::too_many_lines, reason = "a table")]
    fn files_are_judged_by_their_facts() {
        let photo = json!({
            "format": "jpg", "mime_type": "image/jpeg", "is_image": true, "size": 2048, "width": 1600, "height": 900,
        });
        let drawing =
            json!({ "format": "svg", "mime_type": "image/svg+xml", "is_image": true, "size": 10 });
        let letter = json!({ "format": "pdf", "mime_type": "application/pdf", "is_image": false, "size": 5 });
        let film =
            json!({ "format": "mp4", "mime_type": "video/mp4", "is_image": false, "size": 5 });
        let wide = json!({ "eq_ar_numerator": 16, "eq_ar_denominator": 9 });
        for (name, parameters, file, holds) in [
            (
                "extension",
                json!({ "extensions": ["jpg", "png"] }),
                &photo,
                true,
            ),
            ("extension", json!({ "extensions": [".JPG"] }), &photo, true),
            ("extension", json!({ "extensions": ["png"] }), &photo, false),
            (
                "extension",
                json!({ "extensions": [], "predefined_list": "image" }),
                &photo,
                true,
            ),
            (
                "extension",
                json!({ "predefined_list": "image" }),
                &drawing,
                true,
            ),
            (
                "extension",
                json!({ "predefined_list": "transformable_image" }),
                &drawing,
                false,
            ),
            (
                "extension",
                json!({ "predefined_list": "transformable_image" }),
                &photo,
                true,
            ),
            (
                "extension",
                json!({ "predefined_list": "image" }),
                &letter,
                false,
            ),
            (
                "extension",
                json!({ "predefined_list": "document" }),
                &letter,
                true,
            ),
            (
                "extension",
                json!({ "predefined_list": "document" }),
                &film,
                false,
            ),
            (
                "extension",
                json!({ "predefined_list": "video" }),
                &film,
                true,
            ),
            (
                "file_size",
                json!({ "max_value": 2, "max_unit": "KB" }),
                &photo,
                true,
            ),
            (
                "file_size",
                json!({ "max_value": 2047, "max_unit": "B" }),
                &photo,
                false,
            ),
            (
                "file_size",
                json!({ "min_value": 1, "min_unit": "MB" }),
                &photo,
                false,
            ),
            (
                "file_size",
                json!({ "min_value": 1, "min_unit": "KB", "max_value": 1, "max_unit": "MB" }),
                &photo,
                true,
            ),
            (
                "image_dimensions",
                json!({ "width_min_value": 1600 }),
                &photo,
                true,
            ),
            (
                "image_dimensions",
                json!({ "width_min_value": 1601 }),
                &photo,
                false,
            ),
            (
                "image_dimensions",
                json!({ "height_max_value": 899 }),
                &photo,
                false,
            ),
            (
                "image_dimensions",
                json!({ "width_min_value": 9999 }),
                &letter,
                true,
            ),
            ("image_aspect_ratio", wide, &photo, true),
            (
                "image_aspect_ratio",
                json!({ "eq_ar_numerator": 1, "eq_ar_denominator": 1 }),
                &photo,
                false,
            ),
            (
                "image_aspect_ratio",
                json!({ "min_ar_numerator": 2, "min_ar_denominator": 1 }),
                &photo,
                false,
            ),
            (
                "image_aspect_ratio",
                json!({ "max_ar_numerator": 2, "max_ar_denominator": 1 }),
                &photo,
                true,
            ),
        ] {
            let code = verdict(name, parameters.as_object().unwrap(), &upload(file));
            assert_eq!(code.is_none(), holds, "{name} {parameters} {file}");
        }
    }
}
