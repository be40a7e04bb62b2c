//! `orderBy`: sorts records by the values of the model's order enum.

use std::cmp::Ordering;
use std::sync::Arc;

use serde_json::Value;

use super::content::Record;
use super::description::{FieldKind, Model};
use super::locale::LocaleChoice;
use super::{filter, names};

/// The meta columns a collection can be ordered by, as GraphQL names.
pub(crate) const META: [&str; 9] = [
    "id",
    "_createdAt",
    "_updatedAt",
    "_publishedAt",
    "_firstPublishedAt",
    "_publicationScheduledAt",
    "_unpublishingScheduledAt",
    "_status",
    "_isValid",
];

/// Can a collection be ordered by a field of this kind?
pub(crate) fn orders(kind: &FieldKind) -> bool {
    match kind {
        FieldKind::String
        | FieldKind::Boolean
        | FieldKind::Integer
        | FieldKind::Float
        | FieldKind::Date
        | FieldKind::DateTime => true,
        FieldKind::Text
        | FieldKind::Slug
        | FieldKind::Color
        | FieldKind::Json
        | FieldKind::LatLon
        | FieldKind::Seo
        | FieldKind::Video
        | FieldKind::File
        | FieldKind::Gallery
        | FieldKind::Link(_)
        | FieldKind::Links(_)
        | FieldKind::RichText(_)
        | FieldKind::SingleBlock(_)
        | FieldKind::StructuredText { .. } => false,
    }
}

/// Sorts by each of `keys` (`title_ASC`, `_updatedAt_DESC`) in turn, then by id, so that pages never
/// overlap. Empty values come last when ascending and first when descending, as in `PostgreSQL`.
pub(crate) fn sort(
    model: &Model,
    choice: &LocaleChoice,
    keys: &[String],
    records: &mut [Arc<Record>],
) {
    records.sort_by(|one, other| {
        for key in keys {
            let Some((column, direction)) = key.rsplit_once('_') else {
                continue;
            };
            let ordering = compare_nullable(
                &value(model, choice, column, one),
                &value(model, choice, column, other),
            );
            let ordering = if direction == "DESC" {
                ordering.reverse()
            } else {
                ordering
            };
            if ordering != Ordering::Equal {
                return ordering;
            }
        }
        one.id.cmp(&other.id)
    });
}

fn value(model: &Model, choice: &LocaleChoice, column: &str, record: &Record) -> Value {
    if column == "id" {
        return Value::from(record.id.clone());
    }
    if column == "position" {
        return record
            .attributes
            .get("position")
            .cloned()
            .unwrap_or_default();
    }
    if let Some(meta) = column.strip_prefix('_') {
        return record.meta(&filter::snake_case(meta)).clone();
    }
    let field = model
        .fields
        .iter()
        .find(|field| names::camel_case(&field.api_key) == column);
    field.map_or(Value::Null, |field| {
        choice
            .pick(
                field.localized,
                record
                    .attributes
                    .get(&field.api_key)
                    .unwrap_or(&Value::Null),
            )
            .clone()
    })
}

fn compare_nullable(one: &Value, other: &Value) -> Ordering {
    match (one.is_null(), other.is_null()) {
        (true, true) => Ordering::Equal,
        (true, false) => Ordering::Greater,
        (false, true) => Ordering::Less,
        (false, false) => compare(one, other).unwrap_or(Ordering::Equal),
    }
}

/// The order of two values of one field: numbers by size, instants by time, other text by letters.
pub(crate) fn compare(one: &Value, other: &Value) -> Option<Ordering> {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => one.as_f64().partial_cmp(&other.as_f64()),
        (Value::Bool(one), Value::Bool(other)) => Some(one.cmp(other)),
        (Value::String(a), Value::String(b)) => match (instant(a), instant(b)) {
            (Some(one), Some(other)) => Some(one.cmp(&other)),
            _ => Some(
                a.to_lowercase()
                    .cmp(&b.to_lowercase())
                    .then_with(|| a.cmp(b)),
            ),
        },
        _ => None,
    }
}

/// The minute an ISO 8601 instant lies in, counted from the epoch.
pub(crate) fn minutes(value: &Value) -> Option<i64> {
    value
        .as_str()
        .and_then(instant)
        .map(|instant| instant.as_second().div_euclid(60))
}

fn instant(text: &str) -> Option<jiff::Timestamp> {
    text.parse().ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn empty_values_go_last_upwards_and_first_downwards() {
        let mut values = vec![json!("b"), Value::Null, json!("A"), json!("c")];
        values.sort_by(compare_nullable);
        assert_eq!(values, [json!("A"), json!("b"), json!("c"), Value::Null]);
        values.sort_by(|one, other| compare_nullable(one, other).reverse());
        assert_eq!(values, [Value::Null, json!("c"), json!("b"), json!("A")]);
    }

    #[test]
    fn instants_are_compared_across_offsets() {
        let (rome, london) = (
            json!("2026-06-01T10:00:00.000+02:00"),
            json!("2026-06-01T09:30:00.000+01:00"),
        );
        assert_eq!(compare(&rome, &london), Some(Ordering::Less));
        assert_eq!(minutes(&json!("1970-01-01T01:02:59+01:00")), Some(2));
        assert_eq!(minutes(&json!("tomorrow")), None);
    }
}
