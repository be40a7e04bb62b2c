//! Lists of assets: filters, order, pages.

use std::cmp::Ordering;

use serde_json::{Map, Value, json};

use super::Showing;
use super::access::UploadAccess;
use crate::http::answer::{self, Answer};
use crate::http::context::Ctx;
use crate::http::error::ApiError;
use crate::http::permission::UploadAction;
use crate::records::assets;
use crate::records::filter::FieldFilter;
use crate::records::list::paging;
use crate::schema::field_type::FieldType;
use crate::schema::model::{Field, Model, Schema};
use crate::store::entity::{self, Entity, Kind};
use crate::store::environment;
use crate::store::items::Face;

/// What can be asked of an asset, and of which type it is.
const FACTS: [(&str, FieldType); 22] = [
    ("id", FieldType::String),
    ("_created_at", FieldType::DateTime),
    ("_updated_at", FieldType::DateTime),
    ("type", FieldType::String),
    ("size", FieldType::Integer),
    ("width", FieldType::Integer),
    ("height", FieldType::Integer),
    ("resolution", FieldType::String),
    ("orientation", FieldType::String),
    ("format", FieldType::String),
    ("mime_type", FieldType::String),
    ("md5", FieldType::String),
    ("filename", FieldType::String),
    ("basename", FieldType::String),
    ("author", FieldType::String),
    ("copyright", FieldType::String),
    ("notes", FieldType::String),
    ("tags", FieldType::String),
    ("smart_tags", FieldType::String),
    ("upload_collection", FieldType::String),
    ("creator", FieldType::String),
    ("in_use", FieldType::Boolean),
];

/// A list that does not say its order has the newest first.
pub(super) async fn index(ctx: Ctx) -> Answer {
    let (offset, limit) = paging(&ctx.query, 30, 500)?;
    let filter = ctx.query.nested("filter");
    let (data, total) = ctx.env.db.read(|connection| {
        let locales = environment::locales(connection)?;
        let locale = ctx.query.get("locale").map_or_else(
            || locales.first().cloned().unwrap_or_default(),
            str::to_owned,
        );
        let shape = shape();
        let fields = filter.get("fields").cloned().unwrap_or_default();
        let conditions = FieldFilter::over(&fields, &shape, &locale)?;
        let asks_for_use = fields.get("in_use").is_some();
        let schema = Schema::load(connection)?;
        let access = UploadAccess::new(&ctx);
        let mut found = Vec::new();
        for upload in entity::list(connection, Kind::Upload)? {
            if !access.allows(UploadAction::Read, Some(&upload)) || !named(&filter, &upload) {
                continue;
            }
            let mut facts = facts(&upload);
            if asks_for_use {
                let holders = assets::holders(connection, &schema, &upload.id, Face::Either)?;
                facts.insert("in_use".to_owned(), json!(!holders.is_empty()));
            }
            if conditions.accepts(&facts) {
                found.push((facts, upload));
            }
        }
        // The newest first where nothing else decides; a stable sort keeps it so.
        found.reverse();
        sort(&mut found, ctx.query.get("order_by").unwrap_or_default())?;
        let total = u64::try_from(found.len()).unwrap_or(u64::MAX);
        let count = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
        let page = found.iter().skip(count(offset)).take(count(limit));
        let showing = Showing::new(&ctx, connection)?;
        let data: Vec<Value> = page.map(|(_, upload)| showing.of(upload)).collect();
        Ok::<_, ApiError>((data, total))
    })?;
    answer::page(data, total)
}

/// Whether the asset is among `filter[ids]` and says `filter[query]` somewhere.
fn named(filter: &Value, upload: &Entity) -> bool {
    let text = |key: &str| filter.get(key).and_then(Value::as_str);
    let among = text("ids").is_none_or(|ids| ids.split(',').any(|id| id.trim() == upload.id));
    let says = text("query").map(str::to_lowercase).is_none_or(|wanted| {
        [
            "filename",
            "author",
            "copyright",
            "notes",
            "tags",
            "smart_tags",
            "default_field_metadata",
        ]
        .iter()
        .any(|key| says(upload.attribute(key), &wanted))
    });
    among && says
}

fn says(value: &Value, wanted: &str) -> bool {
    match value {
        Value::String(text) => text.to_lowercase().contains(wanted),
        Value::Array(values) => values.iter().any(|value| says(value, wanted)),
        Value::Object(map) => map.values().any(|value| says(value, wanted)),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

/// What filters and orders see of an asset.
fn facts(upload: &Entity) -> Map<String, Value> {
    let mut facts = upload.attributes.clone();
    let side = |name: &str| upload.attribute(name).as_u64();
    let pixels = side("width").zip(side("height"));
    let resolution = pixels.map(|(width, height)| match width * height {
        ..1_000_000 => "small",
        1_000_000..3_000_000 => "medium",
        _ => "large",
    });
    let orientation = pixels.map(|(width, height)| match width.cmp(&height) {
        Ordering::Less => "portrait",
        Ordering::Equal => "square",
        Ordering::Greater => "landscape",
    });
    let mime_type = upload.text("mime_type").unwrap_or_default();
    let kind = ["image", "video", "audio"]
        .into_iter()
        .find(|kind| mime_type.starts_with(*kind))
        .unwrap_or("file");
    for (name, value) in [
        ("id", json!(upload.id)),
        ("type", json!(kind)),
        ("resolution", json!(resolution)),
        ("orientation", json!(orientation)),
        (
            "upload_collection",
            json!(upload.related("upload_collection")),
        ),
        ("creator", json!(upload.related("creator"))),
        ("_created_at", upload.attribute("created_at").clone()),
        ("_updated_at", upload.attribute("updated_at").clone()),
    ] {
        facts.insert(name.to_owned(), value);
    }
    facts
}

/// The facts as fields, so that the conditions on records are those on assets.
fn shape() -> Model {
    let field = |(name, field_type): (&str, FieldType)| Field {
        id: name.to_owned(),
        item_type: "upload".to_owned(),
        api_key: name.to_owned(),
        label: name.to_owned(),
        field_type,
        localized: false,
        validators: Map::new(),
        default_value: Value::Null,
        position: 1,
        fieldset: None,
    };
    Model::of_fields("upload", FACTS.map(field).to_vec())
}

/// Sorts by a comma list of `name_ASC` and `name_DESC`. Nothing sorts before something.
fn sort(found: &mut [(Map<String, Value>, Entity)], order_by: &str) -> Result<(), ApiError> {
    let parts: Vec<&str> = order_by
        .split(',')
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .collect();
    for part in parts.into_iter().rev() {
        let refused = || ApiError::unprocessable("INVALID_ORDERING", json!({ "order_by": part }));
        let (name, descending) = part
            .strip_suffix("_ASC")
            .map(|name| (name, false))
            .or_else(|| part.strip_suffix("_DESC").map(|name| (name, true)))
            .filter(|(name, _)| FACTS.iter().any(|(known, _)| known == name))
            .ok_or_else(refused)?;
        found.sort_by(|(one, _), (other, _)| {
            let order = compare(one.get(name), other.get(name));
            if descending { order.reverse() } else { order }
        });
    }
    Ok(())
}

fn compare(one: Option<&Value>, other: Option<&Value>) -> Ordering {
    let number = |value: Option<&Value>| value.and_then(Value::as_f64);
    let text = |value: Option<&Value>| value.and_then(Value::as_str).map(str::to_owned);
    number(one)
        .partial_cmp(&number(other))
        .unwrap_or(Ordering::Equal)
        .then_with(|| text(one).cmp(&text(other)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn orders_are_read_from_the_last_to_the_first() {
        let asset = |id: &str, size: u64, format: &str| {
            let mut upload = Entity::new(Kind::Upload, id);
            upload.set("size", size);
            upload.set("format", format);
            (facts(&upload), upload)
        };
        let mut found = vec![
            asset("a", 10, "png"),
            asset("b", 9, "jpg"),
            asset("c", 100, "png"),
        ];
        sort(&mut found, "format_ASC,size_DESC").unwrap();
        let ids: Vec<&str> = found.iter().map(|(_, upload)| upload.id.as_str()).collect();
        assert_eq!(ids, ["b", "c", "a"]);
        assert_eq!(
            sort(&mut found, "weight_ASC").unwrap_err().code,
            "INVALID_ORDERING"
        );
    }
}
