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

/// Reads `order_by`, a comma list of `name_ASC` and `name_DESC`, into the terms of an `ORDER BY`. Nothing sorts before
/// something; ties are broken by age, newest first.
pub(crate) fn parse(
    order_by: &str,
    model: Option<&Model>,
    locale: &str,
) -> Result<String, ApiError> {
    let parts = order_by
        .split(',')
        .map(str::trim)
        .filter(|part| !part.is_empty());
    let terms = parts
        .map(|part| term(part, model, locale))
        .collect::<Result<Vec<_>, _>>()?;
    Ok(terms_with_tie_break(terms))
}

fn term(part: &str, model: Option<&Model>, locale: &str) -> Result<String, ApiError> {
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
        return Ok(directed(column, descending));
    }
    let field = model
        .and_then(|model| model.field(name))
        .ok_or_else(refused)?;
    if !SORTABLE.contains(&field.field_type) {
        return Err(refused());
    }
    Ok(directed(&field_value(field, locale), descending))
}

/// The order of a list that asks for none: the model's own, or the newest first.
pub(crate) fn default(model: Option<&Model>, locale: &str) -> String {
    let newest = || directed("i.updated_at", true);
    let term = match model {
        None => newest(),
        Some(model) if model.sortable || model.tree => directed("i.position", false),
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
                (Some(field), _) => directed(&field_value(field, locale), model.descending),
                (None, Some(column)) => directed(column.sql(), model.descending),
                (None, None) => newest(),
            }
        }
    };
    terms_with_tie_break(vec![term])
}

fn directed(expression: &str, descending: bool) -> String {
    format!("{expression} {}", if descending { "DESC" } else { "ASC" })
}

fn terms_with_tie_break(mut terms: Vec<String>) -> String {
    terms.push("i.rowid DESC".to_owned());
    terms.join(", ")
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
        assert_eq!(
            parse("_updated_at_DESC,id_ASC", None, "en").unwrap(),
            "i.updated_at DESC, i.id ASC, i.rowid DESC"
        );
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
