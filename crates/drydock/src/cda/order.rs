//! `orderBy`: sorts records by the values of the model's order enum.

use std::cmp::Ordering;

use serde_json::Value;

use super::content::Record;
use super::description::{Field, FieldKind, Model};
use super::locale::LocaleChoice;
use super::names;

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

/// Every column records of a model can be ordered by, as GraphQL names.
pub(crate) fn columns(model: &Model) -> Vec<String> {
    let mut columns: Vec<String> = META.map(str::to_owned).to_vec();
    if model.sortable || model.tree {
        columns.push("position".to_owned());
    }
    let fields = model.fields.iter().filter(|field| orders(&field.kind));
    columns.extend(fields.map(|field| names::camel_case(&field.api_key)));
    columns
}

/// Can a collection be ordered by a field of this kind?
fn orders(kind: &FieldKind) -> bool {
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

/// An order of a model's records.
#[derive(Debug, Clone)]
pub(crate) struct Order<'m>(Vec<(Column<'m>, Direction)>);

#[derive(Debug, Clone)]
enum Column<'m> {
    Id,
    Position,
    /// A meta value by its key.
    Meta(String),
    Field(&'m Field),
}

/// Which end comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Direction {
    Ascending,
    Descending,
}

impl Direction {
    /// The column and the direction of a value such as `title_ASC`.
    pub(crate) fn read(key: &str) -> Option<(&str, Self)> {
        match key.rsplit_once('_')? {
            (column, "ASC") => Some((column, Self::Ascending)),
            (column, "DESC") => Some((column, Self::Descending)),
            _ => None,
        }
    }

    /// Compares two values of a column. Empty ones come last when ascending and first when descending, as in `PostgreSQL`.
    pub(crate) fn compare(self, one: &Value, other: &Value) -> Ordering {
        let ordering = match (one.is_null(), other.is_null()) {
            (true, true) => Ordering::Equal,
            (true, false) => Ordering::Greater,
            (false, true) => Ordering::Less,
            (false, false) => compare(one, other).unwrap_or(Ordering::Equal),
        };
        match self {
            Self::Ascending => ordering,
            Self::Descending => ordering.reverse(),
        }
    }
}

impl<'m> Order<'m> {
    /// Reads values of the model's order enum, the first deciding first.
    pub(crate) fn read(model: &'m Model, keys: &[String]) -> Self {
        let column = |name: &str| match name {
            "id" => Some(Column::Id),
            "position" => Some(Column::Position),
            _ => match name.strip_prefix('_') {
                Some(meta) => Some(Column::Meta(names::snake_case(meta))),
                None => model.field_named(name).map(Column::Field),
            },
        };
        Self(
            keys.iter()
                .filter_map(|key| {
                    let (name, direction) = Direction::read(key)?;
                    Some((column(name)?, direction))
                })
                .collect(),
        )
    }

    /// What decides where a record stands.
    pub(crate) fn rank(&self, record: &Record, choice: &LocaleChoice) -> Vec<Value> {
        let value = |column: &Column<'_>| match column {
            Column::Id => Value::from(record.id.clone()),
            Column::Position => record.attribute("position").clone(),
            Column::Meta(key) => record.meta(key).clone(),
            Column::Field(field) => choice
                .pick(field.localized, record.attribute(&field.api_key))
                .clone(),
        };
        self.0.iter().map(|(column, _)| value(column)).collect()
    }

    /// Compares two ranks.
    pub(crate) fn compare(&self, one: &[Value], other: &[Value]) -> Ordering {
        let decisions = self.0.iter().zip(one.iter().zip(other));
        decisions
            .map(|((_, direction), (one, other))| direction.compare(one, other))
            .find(|ordering| ordering.is_ne())
            .unwrap_or(Ordering::Equal)
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

/// The minute an ISO 8601 instant lies in, counted from the epoch. A day alone is its first minute in UTC.
pub(crate) fn minutes(value: &Value) -> Option<i64> {
    let text = value.as_str()?;
    let instant = instant(text).or_else(|| {
        let day: jiff::civil::Date = text.parse().ok()?;
        let first = day.to_zoned(jiff::tz::TimeZone::UTC).ok()?;
        Some(first.timestamp())
    })?;
    Some(instant.as_second().div_euclid(60))
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
        values.sort_by(|one, other| Direction::Ascending.compare(one, other));
        assert_eq!(values, [json!("A"), json!("b"), json!("c"), Value::Null]);
        values.sort_by(|one, other| Direction::Descending.compare(one, other));
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
        assert_eq!(minutes(&json!("1970-01-02")), Some(1440));
        assert_eq!(minutes(&json!("tomorrow")), None);
    }

    #[test]
    fn a_value_of_the_enum_is_a_column_and_a_direction() {
        for (key, expected) in [
            ("title_ASC", Some(("title", Direction::Ascending))),
            (
                "_createdAt_DESC",
                Some(("_createdAt", Direction::Descending)),
            ),
            ("title", None),
            ("title_UP", None),
        ] {
            assert_eq!(Direction::read(key), expected, "{key}");
        }
    }
}
