//! Finding records: scope, filters, order and paging.
//!
//! Everything SQL can decide it decides, so a page of a large model parses the documents of that page only. Conditions on
//! field values walk the documents of the scope.

mod blocks;
mod page;
mod places;

use rusqlite::types::Value as Sql;
use rusqlite::{Connection, Row, params_from_iter};
use serde_json::{Map, Value, json};

use crate::http::error::ApiError;
use crate::http::query::Query;
use crate::records::filter::{Clause, FieldFilter};
use crate::records::order::{self, Order};
use crate::records::present::{self, View};
use crate::schema::model::{Model, Schema};
use crate::store::StoreError;
use crate::store::bookmarks::Bookmarks;
use crate::store::items::{
    self, CURRENT_VALIDITY, Face, ITEM_COLUMN_COUNT, ITEM_COLUMNS, ItemRow, PUBLISHED_VALIDITY,
};
pub(crate) use page::Page;
use places::List;

/// What a list of records can be narrowed down by.
const FILTERS: [&str; 5] = ["ids", "type", "query", "fields", "only_valid"];

/// Records on a page that does not say how many.
const DEFAULT_LIMIT: u64 = 30;
/// Most records on a page.
const MAX_LIMIT: u64 = 500;
/// Most records on a page with whole blocks.
const MAX_NESTED_LIMIT: u64 = 30;

/// Which records a list is about.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Scope {
    /// All records; blocks are not records.
    All,
    /// Records (or blocks) of these models, by id.
    Models(Vec<String>),
    /// These records or blocks.
    Ids(Vec<String>),
}

/// A list request.
#[derive(Debug, Clone)]
pub(crate) struct Listing {
    scope: Scope,
    filter: FieldFilter,
    /// Full-text search: records that contain this text, in any case.
    text: Option<String>,
    only_valid: bool,
    order: Order,
    offset: u64,
    limit: u64,
    view: View,
}

/// Reads `page[offset]` and `page[limit]`.
pub(crate) fn paging(query: &Query, default: u64, max: u64) -> Result<(u64, u64), ApiError> {
    let number = |key: &str, default: u64| match query.get(key) {
        None => Ok(default),
        Some(text) => text.parse::<u64>().map_err(|_| {
            ApiError::unprocessable(
                "INVALID_PARAMS",
                json!({ "param": key, "message": "not a count" }),
            )
        }),
    };
    let (offset, limit) = (number("page[offset]", 0)?, number("page[limit]", default)?);
    if limit > max {
        return Err(ApiError::unprocessable(
            "INVALID_PARAMS",
            json!({ "param": "page[limit]", "max": max }),
        ));
    }
    Ok((offset, limit))
}

/// Reads `version` and `nested`.
pub(crate) fn view(query: &Query) -> Result<View, ApiError> {
    let face = match query.get("version") {
        None | Some("current" | "") => Face::Current,
        Some("published") => Face::Published,
        Some("published-or-current") => Face::Either,
        Some(other) => {
            return Err(ApiError::unprocessable(
                "INVALID_PARAMS",
                json!({ "param": "version", "value": other }),
            ));
        }
    };
    Ok(View {
        face,
        nested: query.flag("nested"),
    })
}

/// Ids in a comma list.
fn comma_list(text: &str) -> Vec<String> {
    text.split(',')
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .map(str::to_owned)
        .collect()
}

impl Listing {
    /// Reads the query of `GET /items`.
    pub(crate) fn parse(schema: &Schema, query: &Query) -> Result<Self, ApiError> {
        let filter = query.nested("filter");
        let text = |key: &str| filter.get(key).and_then(Value::as_str);
        let unknown = filter
            .as_object()
            .and_then(|filter| filter.keys().find(|key| !FILTERS.contains(&key.as_str())));
        if let Some(unknown) = unknown {
            return Err(ApiError::unprocessable(
                "INVALID_PARAMS",
                json!({ "param": format!("filter[{unknown}]"), "message": "there is no such filter" }),
            ));
        }
        let scope = match (text("ids"), text("type")) {
            (Some(ids), None) => Scope::Ids(comma_list(ids)),
            (None, Some(types)) => Scope::Models(
                comma_list(types)
                    .iter()
                    .filter_map(|name| schema.resolve(name))
                    .map(|model| model.id.clone())
                    .collect(),
            ),
            (None, None) => Scope::All,
            (Some(_), Some(_)) => {
                return Err(ApiError::unprocessable(
                    "INVALID_PARAMS",
                    json!({ "param": "filter", "message": "`ids` and `type` exclude each other" }),
                ));
            }
        };
        let model = match &scope {
            Scope::Models(ids) if ids.len() == 1 => ids.first().and_then(|id| schema.model(id)),
            Scope::Models(_) | Scope::All | Scope::Ids(_) => None,
        };
        let locale = query.get("locale").unwrap_or(schema.main_locale());
        let fields = filter.get("fields").cloned().unwrap_or_default();
        let order_by = query
            .get("order_by")
            .map_or_else(|| query.all("order_by[]").join(","), str::to_owned);
        let view = view(query)?;
        let max = if view.nested {
            MAX_NESTED_LIMIT
        } else {
            MAX_LIMIT
        };
        let (offset, limit) = paging(query, DEFAULT_LIMIT, max)?;
        Ok(Self {
            filter: FieldFilter::parse(&fields, model, locale)?,
            order: if order_by.is_empty() {
                order::default(model, locale)
            } else {
                order::parse(&order_by, model, locale)?
            },
            scope,
            text: text("query")
                .filter(|text| !text.is_empty())
                .map(str::to_lowercase),
            only_valid: text("only_valid") == Some("true"),
            offset,
            limit,
            view,
        })
    }
}

/// Answers a list request. `may_read` says which records the caller may see; `readable` are the models in which that can
/// happen at all. Unless the caller's role `tells_apart` records of one model, these are all of theirs.
pub(crate) fn run(
    conn: &Connection,
    bookmarks: &Bookmarks,
    schema: &Schema,
    listing: &Listing,
    readable: &dyn Fn(&Model) -> bool,
    tells_apart: bool,
    may_read: &dyn Fn(&ItemRow) -> bool,
) -> Result<Page, ApiError> {
    if let Some(page) = blocks::run(conn, schema, listing, readable, may_read)? {
        return Ok(page);
    }
    let clauses = clauses(schema, listing, readable);
    let list = List {
        conn,
        listing,
        clauses: &clauses,
    };
    let (total, places) = if tells_apart && !sees_all(conn, schema, listing, readable, may_read)? {
        // Another caller's list of the same words is another list.
        list.walk(&|row, document| Ok(may_read(row) && fulfils(listing, document)?))?
            .page(listing)
    } else {
        list.page(bookmarks)?
    };
    let mut page = Page::new(total);
    let sql = format!(
        "SELECT {ITEM_COLUMNS}, v.attributes FROM json_each(?1) p CROSS JOIN items i ON i.rowid = p.value \
         CROSS JOIN item_versions v ON v.version = {}",
        list.version()
    );
    let mut statement = conn.prepare_cached(&sql).map_err(StoreError::from)?;
    let mut rows = statement
        .query([json!(places).to_string()])
        .map_err(StoreError::from)?;
    while let Some(row) = rows.next().map_err(StoreError::from)? {
        let (row, document) = found(row)?;
        page.add(|to| present::write(to, conn, schema, &row, document, listing.view))?;
    }
    Ok(page)
}

/// A record and the text of its document, from a row of [`ITEM_COLUMNS`] and the document.
fn found<'r>(row: &'r Row<'_>) -> Result<(ItemRow, &'r str), StoreError> {
    let document = row.get_ref(ITEM_COLUMN_COUNT)?;
    let document = document.as_str().map_err(rusqlite::Error::from)?;
    Ok((items::item_from_row(row)?, document))
}

/// Whether a document is what the filter and the search are after.
fn fulfils(listing: &Listing, document: &str) -> Result<bool, StoreError> {
    let attributes = items::document(document)?;
    Ok(listing.filter.accepts(&attributes) && contains(listing, &attributes))
}

/// Whether the caller may see every record of the models it may read: then nothing must be looked at one by one. Only
/// roles with entries about creators or stages make a difference, and they make it for some record.
fn sees_all(
    conn: &Connection,
    schema: &Schema,
    listing: &Listing,
    readable: &dyn Fn(&Model) -> bool,
    may_read: &dyn Fn(&ItemRow) -> bool,
) -> Result<bool, StoreError> {
    let clauses = clauses(schema, listing, readable);
    let (conditions, values) = all_of(&clauses);
    // One record of each combination the permissions can tell apart.
    let sql = format!(
        "SELECT {ITEM_COLUMNS} FROM items i{conditions} GROUP BY i.item_type, i.creator_type, i.creator_id, i.stage"
    );
    let mut statement = conn.prepare_cached(&sql)?;
    let mut rows = statement.query_map(params_from_iter(&values), items::item_from_row)?;
    rows.try_fold(true, |all, row| Ok(all && may_read(&row?)))
}

/// The `WHERE` that demands all clauses, with a space before it, and its values; nothing when there is nothing to demand.
fn all_of(clauses: &[Clause]) -> (String, Vec<&Sql>) {
    let conditions: Vec<&str> = clauses.iter().map(|clause| clause.sql.as_str()).collect();
    let conditions = if conditions.is_empty() {
        String::new()
    } else {
        format!(" WHERE {}", conditions.join(" AND "))
    };
    let values = clauses.iter().flat_map(|clause| &clause.values).collect();
    (conditions, values)
}

/// The conditions SQL can decide.
fn clauses(schema: &Schema, listing: &Listing, readable: &dyn Fn(&Model) -> bool) -> Vec<Clause> {
    let among = |column: &str, values: Vec<String>| Clause {
        sql: format!("{column} IN ({})", vec!["?"; values.len()].join(", ")),
        values: values.into_iter().map(Sql::Text).collect(),
    };
    let mut clauses = listing.filter.clauses.clone();
    match &listing.scope {
        Scope::All => {}
        Scope::Models(ids) => clauses.push(among("i.item_type", ids.clone())),
        Scope::Ids(ids) => clauses.push(among("i.id", ids.clone())),
    }
    let hidden: Vec<String> = schema
        .models()
        .iter()
        .filter(|model| !readable(model))
        .map(|model| model.id.clone())
        .collect();
    if !hidden.is_empty() {
        let Clause { sql, values } = among("i.item_type", hidden);
        clauses.push(Clause {
            sql: format!("NOT ({sql})"),
            values,
        });
    }
    if listing.only_valid {
        let sql = match listing.view.face {
            Face::Current => CURRENT_VALIDITY.to_owned(),
            Face::Published => PUBLISHED_VALIDITY.to_owned(),
            Face::Either => format!(
                "CASE WHEN i.published_version IS NULL THEN ({CURRENT_VALIDITY}) ELSE ({PUBLISHED_VALIDITY}) END"
            ),
        };
        clauses.push(Clause {
            sql: format!("({sql})"),
            values: Vec::new(),
        });
    }
    if listing.view.face == Face::Published {
        clauses.push(Clause {
            sql: "i.published_version IS NOT NULL".to_owned(),
            values: Vec::new(),
        });
    }
    clauses
}

/// Whether a document contains the text searched for, in any of its strings.
fn contains(listing: &Listing, attributes: &Map<String, Value>) -> bool {
    fn within(value: &Value, wanted: &str) -> bool {
        match value {
            Value::String(text) => text.to_lowercase().contains(wanted),
            Value::Array(values) => values.iter().any(|value| within(value, wanted)),
            Value::Object(map) => map.values().any(|value| within(value, wanted)),
            Value::Null | Value::Bool(_) | Value::Number(_) => false,
        }
    }
    listing
        .text
        .as_deref()
        .is_none_or(|wanted| attributes.values().any(|value| within(value, wanted)))
}
