//! `order_by` of record lists, as SQL. Field values are read out of the documents by SQLite itself.

use serde_json::json;

use crate::http::error::ApiError;
use crate::records::filter::Column;
use crate::schema::field_type::FieldType;
use crate::schema::model::{Field, Model};

/// Field types the API sorts by.
pub(crate) const SORTABLE: [FieldType; 8] = [
    FieldType::String,
    FieldType::Slug,
    FieldType::Text,
    FieldType::Boolean,
    FieldType::Integer,
    FieldType::Float,
    FieldType::Date,
    FieldType::DateTime,
];

/// What records are sorted by: SQL expressions, and whether the greatest comes first. No two records are equal in all of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Order(Vec<(String, bool)>);

impl Order {
    /// The terms of an `ORDER BY`.
    pub(crate) fn sql(&self) -> String {
        terms(self.0.iter().map(|(term, descending)| (term, *descending)))
    }

    /// The terms of the `ORDER BY` that puts the last first.
    pub(crate) fn backwards(&self) -> String {
        terms(self.0.iter().map(|(term, descending)| (term, !descending)))
    }

    /// Whether documents decide.
    pub(crate) fn reads_documents(&self) -> bool {
        self.0.iter().any(|(term, _)| term.contains("v."))
    }
}

fn terms<'t>(terms: impl Iterator<Item = (&'t String, bool)>) -> String {
    let directed = |(term, descending): (&String, bool)| {
        format!("{term} {}", if descending { "DESC" } else { "ASC" })
    };
    terms.map(directed).collect::<Vec<_>>().join(", ")
}

/// Reads `order_by`, a comma list of `name_ASC` and `name_DESC`, into the terms of an `ORDER BY`. Nothing sorts before
/// something; ties are broken by age, newest first.
pub(crate) fn parse(
    order_by: &str,
    model: Option<&Model>,
    locale: &str,
) -> Result<Order, ApiError> {
    let parts = order_by
        .split(',')
        .map(str::trim)
        .filter(|part| !part.is_empty());
    let terms = parts
        .map(|part| term(part, model, locale))
        .collect::<Result<Vec<_>, _>>()?;
    Ok(terms_with_tie_break(terms))
}

fn term(part: &str, model: Option<&Model>, locale: &str) -> Result<(String, bool), ApiError> {
    let refused = || ApiError::unprocessable("INVALID_ORDERING", json!({ "order_by": part }));
    let (name, descending) = part
        .strip_suffix("_ASC")
        .map(|name| (name, false))
        .or_else(|| part.strip_suffix("_DESC").map(|name| (name, true)))
        .ok_or_else(refused)?;
    // Search rank: there is no search index to rank by, so the newest come first.
    let column = if name == "_rank" {
        Some("i.updated_at")
    } else {
        Column::parse(name).map(Column::sql)
    };
    if let Some(column) = column {
        return Ok((column.to_owned(), descending));
    }
    let field = model
        .and_then(|model| model.field(name))
        .ok_or_else(refused)?;
    if !SORTABLE.contains(&field.field_type) {
        return Err(refused());
    }
    Ok((field_value(field, locale), descending))
}

/// The order of a list that asks for none: the model's own, or the newest first.
pub(crate) fn default(model: Option<&Model>, locale: &str) -> Order {
    let newest = || ("i.updated_at".to_owned(), true);
    let term = match model {
        None => newest(),
        Some(model) if model.sortable || model.tree => ("i.position".to_owned(), false),
        Some(model) => {
            let field = model
                .ordering_field
                .as_deref()
                .and_then(|id| model.field_by_id(id));
            let meta = model
                .ordering_meta
                .as_deref()
                .and_then(|name| Column::parse(&format!("_{name}")));
            match (field, meta) {
                (Some(field), _) => (field_value(field, locale), model.descending),
                (None, Some(column)) => (column.sql().to_owned(), model.descending),
                (None, None) => newest(),
            }
        }
    };
    terms_with_tie_break(vec![term])
}

fn terms_with_tie_break(mut terms: Vec<(String, bool)>) -> Order {
    terms.push(("i.rowid".to_owned(), true));
    Order(terms)
}

/// The SQL that reads a field out of the document. API keys are snake case; a locale is quoted all the same.
fn field_value(field: &Field, locale: &str) -> String {
    let locale = if field.localized {
        format!(".\"{}\"", locale.replace(['"', '\''], ""))
    } else {
        String::new()
    };
    let value = format!(
        "json_extract(v.attributes, '$.\"{}\"{locale}')",
        field.api_key
    );
    if field.field_type == FieldType::DateTime {
        // Two spellings of one moment are one moment.
        format!("julianday({value})")
    } else if field.field_type == FieldType::Boolean {
        format!("coalesce({value}, 0)")
    } else {
        value
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{field_value, parse};
    use crate::records::value::tests::field;
    use crate::schema::field_type::FieldType;

    #[test]
    fn metadata_is_sorted_by_its_columns() {
        let order = parse("_updated_at_DESC,id_ASC", None, "en").unwrap();
        assert_eq!(order.sql(), "i.updated_at DESC, i.id ASC, i.rowid DESC");
        assert_eq!(
            order.backwards(),
            "i.updated_at ASC, i.id DESC, i.rowid ASC"
        );
        assert!(!order.reads_documents());
        assert_eq!(
            parse("title_ASC", None, "en").unwrap_err().code,
            "INVALID_ORDERING"
        );
        assert_eq!(
            parse("id", None, "en").unwrap_err().code,
            "INVALID_ORDERING"
        );
    }

    #[test]
    fn fields_are_sorted_in_one_locale() {
        let mut title = field(FieldType::String, json!({}));
        assert_eq!(
            field_value(&title, "it"),
            "json_extract(v.attributes, '$.\"thing\"')"
        );
        title.localized = true;
        assert_eq!(
            field_value(&title, "it"),
            "json_extract(v.attributes, '$.\"thing\".\"it\"')"
        );
    }
}
