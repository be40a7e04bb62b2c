//! Conditions on the metadata of records, as SQL.

use rusqlite::types::Value as Sql;
use serde_json::Value;

use super::{MINUTE, Operator, list};
use crate::records::value::parse_moment;
use crate::store::items::CURRENT_VALIDITY;

/// What the metadata of a record can be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Column {
    Moment(&'static str),
    Text(&'static str),
    Number(&'static str),
    Flag(&'static str),
}

const STATUS: &str = "CASE WHEN i.published_version IS NULL THEN 'draft' \
    WHEN i.published_version = i.current_version THEN 'published' ELSE 'updated' END";

impl Column {
    /// The metadata with this name, in filters and orders.
    pub(crate) fn parse(name: &str) -> Option<Self> {
        Some(match name {
            "_updated_at" => Self::Moment("i.updated_at"),
            "_created_at" => Self::Moment("i.created_at"),
            "_published_at" => Self::Moment("i.published_at"),
            "_first_published_at" => Self::Moment("i.first_published_at"),
            "_publication_scheduled_at" => Self::Moment(
                "(SELECT at FROM schedules s WHERE s.item = i.id AND s.kind = 'scheduled_publication')",
            ),
            "_unpublishing_scheduled_at" => Self::Moment(
                "(SELECT at FROM schedules s WHERE s.item = i.id AND s.kind = 'scheduled_unpublishing')",
            ),
            "_status" => Self::Text(STATUS),
            "_is_valid" => Self::Flag(CURRENT_VALIDITY),
            "_creator" => Self::Text("i.creator_id"),
            "id" => Self::Text("i.id"),
            "parent" => Self::Text("i.parent_id"),
            "position" => Self::Number("i.position"),
            _ => return None,
        })
    }

    /// The SQL expression.
    pub(crate) fn sql(self) -> &'static str {
        match self {
            Self::Moment(sql) | Self::Text(sql) | Self::Number(sql) | Self::Flag(sql) => sql,
        }
    }

    fn read(self, value: &Value) -> Option<Sql> {
        let text = value.as_str();
        match self {
            Self::Moment(_) => text
                .and_then(parse_moment)
                .map(|at| Sql::Integer(at.millis().div_euclid(MINUTE))),
            Self::Text(_) => text.map(|text| Sql::Text(text.to_owned())),
            Self::Number(_) => text.and_then(|text| text.parse().ok()).map(Sql::Integer),
            Self::Flag(_) => text
                .and_then(|text| text.parse::<bool>().ok())
                .map(|flag| Sql::Integer(flag.into())),
        }
    }
}

/// A condition in SQL with the values for its question marks.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Clause {
    pub(crate) sql: String,
    pub(crate) values: Vec<Sql>,
}

pub(super) fn clause(column: Column, operator: Operator, operand: &Value) -> Option<Clause> {
    let expression = match column {
        Column::Moment(sql) => format!("({sql} / {MINUTE})"),
        Column::Text(sql) | Column::Number(sql) | Column::Flag(sql) => format!("({sql})"),
    };
    if let Some(comparison) = operator.comparison() {
        let value = column.read(operand)?;
        let sql = if operator == Operator::Neq {
            format!("({expression} <> ? OR {expression} IS NULL)")
        } else {
            format!("{expression} {comparison} ?")
        };
        return Some(Clause {
            sql,
            values: vec![value],
        });
    }
    match operator {
        Operator::In | Operator::AnyIn | Operator::NotIn => {
            let values = list(operand)
                .iter()
                .map(|value| column.read(value))
                .collect::<Option<Vec<_>>>()?;
            let marks = vec!["?"; values.len()].join(", ");
            let sql = if operator == Operator::NotIn {
                format!("({expression} NOT IN ({marks}) OR {expression} IS NULL)")
            } else {
                format!("{expression} IN ({marks})")
            };
            Some(Clause { sql, values })
        }
        Operator::Exists | Operator::IsPresent | Operator::IsBlank => {
            let wanted = operand.as_str()?.parse::<bool>().ok()? != (operator == Operator::IsBlank);
            let test = if wanted { "IS NOT NULL" } else { "IS NULL" };
            Some(Clause {
                sql: format!("{expression} {test}"),
                values: Vec::new(),
            })
        }
        Operator::Eq
        | Operator::Neq
        | Operator::AllIn
        | Operator::Matches
        | Operator::NotMatches
        | Operator::Gt
        | Operator::Gte
        | Operator::Lt
        | Operator::Lte
        | Operator::Near => None,
    }
}
