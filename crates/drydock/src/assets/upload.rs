//! The document of an asset: what it says about its file, what people say about it, and how it is shown.

use std::io;

use serde_json::{Map, Value, json};

use super::FileName;
use super::inspect::Facts;
use super::metadata::{self, Form};
use crate::http::error::ApiError;
use crate::store::entity::Entity;

/// Texts a client may write, each null until somebody does.
pub(crate) const NOTES: [&str; 3] = ["author", "copyright", "notes"];

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
    upload.set(metadata::ATTRIBUTE, json!({}));
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
    form: Form,
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
    if let Some(given) = attributes.get(metadata::ATTRIBUTE) {
        let before = upload.attribute(metadata::ATTRIBUTE);
        let after = form.changed(before, given, locales)?;
        upload.set(metadata::ATTRIBUTE, after);
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

/// The asset as the API shows it: with the address of its file, and its metadata in every locale of the environment.
pub(crate) fn to_json(upload: &Entity, host: &str, form: Form, locales: &[String]) -> Value {
    let mut shown = upload.clone();
    let path = upload.text("path").unwrap_or_default();
    shown.set("url", format!("{host}{path}"));
    let metadata = form.shown(upload.attribute(metadata::ATTRIBUTE), locales);
    shown.set(metadata::ATTRIBUTE, metadata);
    shown.to_json()
}

/// A file that cannot be read or written is the server's trouble, not the client's.
pub(crate) fn disk(error: &io::Error) -> ApiError {
    ApiError::exception(format!("the folder of assets: {error}"))
}
