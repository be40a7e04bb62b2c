//! Finding records: scope, filters, order and paging.
//!
//! Everything SQL can decide it decides, so a page of a large model parses the documents of that page only. Conditions on
//! field values walk the documents of the scope.

use rusqlite::types::Value as Sql;
use rusqlite::{Connection, params_from_iter};
use serde_json::{Map, Value, json};

use crate::http::error::ApiError;
use crate::http::query::Query;
use crate::records::filter::{Clause, FieldFilter};
use crate::records::present::{self, View};
use crate::records::{blocks, order};
use crate::schema::model::{Model, Schema};
use crate::store::StoreError;
use crate::store::items::{
    self, CURRENT_VALIDITY, Face, ITEM_COLUMN_COUNT, ITEM_COLUMNS, ItemRow, PUBLISHED_VALIDITY,
};

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
    order: String,
    offset: u64,
    limit: u64,
    view: View,
}

/// One page of records and how many there are in all.
pub(crate) type Page = (Vec<Value>, u64);

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
    schema: &Schema,
    listing: &Listing,
    readable: &dyn Fn(&Model) -> bool,
    tells_apart: bool,
    may_read: &dyn Fn(&ItemRow) -> bool,
) -> Result<Page, ApiError> {
    if let Some(page) = run_over_blocks(conn, schema, listing, readable, may_read)? {
        return Ok(page);
    }
    let clauses = clauses(schema, listing, readable);
    let walks = !listing.filter.tests.is_empty() || listing.text.is_some();
    let needs_walk =
        walks || (tells_apart && !sees_all(conn, schema, listing, readable, may_read)?);
    let joined = match listing.view.face {
        Face::Current => "i.current_version",
        Face::Published => "i.published_version",
        Face::Either => "coalesce(i.published_version, i.current_version)",
    };
    let from = format!("FROM items i JOIN item_versions v ON v.version = {joined}");
    let (conditions, values) = all_of(&clauses);
    let select = format!(
        "SELECT {ITEM_COLUMNS}, v.attributes {from}{conditions} ORDER BY {}",
        listing.order
    );
    let shown = |row: &ItemRow, attributes| {
        present::with_document(conn, schema, row, attributes, listing.view)
    };
    if needs_walk {
        let mut data = Vec::new();
        let mut total = 0;
        for_each_row(conn, &select, &values, &mut |row, attributes| {
            if !may_read(&row)
                || !listing.filter.accepts(&attributes)
                || !contains(listing, &attributes)
            {
                return Ok(());
            }
            if total >= listing.offset && total - listing.offset < listing.limit {
                data.push(shown(&row, attributes)?);
            }
            total += 1;
            Ok(())
        })?;
        return Ok((data, total));
    }
    // No condition is about the document, so counting needs none.
    let count = format!("SELECT count(*) FROM items i{conditions}");
    let total: i64 = conn
        .prepare_cached(&count)
        .and_then(|mut statement| statement.query_row(params_from_iter(&values), |row| row.get(0)))
        .map_err(StoreError::from)?;
    let mut data = Vec::new();
    if listing.limit > 0 {
        let page = page_of(listing, &from, &conditions);
        for_each_row(conn, &page, &values, &mut |row, attributes| {
            data.push(shown(&row, attributes)?);
            Ok(())
        })?;
    }
    Ok((data, u64::try_from(total).unwrap_or_default()))
}

/// The query for a page of records. Which ones they are is found without their documents, unless these decide the order: what
/// is skipped is not read.
fn page_of(listing: &Listing, from: &str, conditions: &str) -> String {
    let order = &listing.order;
    let within = if order.contains("v.") {
        from
    } else {
        "FROM items i"
    };
    format!(
        "SELECT {ITEM_COLUMNS}, v.attributes {from} WHERE i.rowid IN \
         (SELECT i.rowid {within}{conditions} ORDER BY {order} LIMIT {} OFFSET {}) ORDER BY {order}",
        items::sql_count(listing.limit),
        items::sql_count(listing.offset)
    )
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

fn for_each_row(
    conn: &Connection,
    sql: &str,
    values: &[&Sql],
    act: &mut dyn FnMut(ItemRow, Map<String, Value>) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let mut statement = conn.prepare_cached(sql)?;
    let mut rows = statement.query(params_from_iter(values))?;
    while let Some(row) = rows.next()? {
        let text: String = row.get(ITEM_COLUMN_COUNT)?;
        act(items::item_from_row(row)?, items::document(&text)?)?;
    }
    Ok(())
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

/// Lists of blocks, which exist only when asked for by model or by id: found through the index beside the versions.
fn run_over_blocks(
    conn: &Connection,
    schema: &Schema,
    listing: &Listing,
    readable: &dyn Fn(&Model) -> bool,
    may_read: &dyn Fn(&ItemRow) -> bool,
) -> Result<Option<Page>, ApiError> {
    let (column, wanted) = match &listing.scope {
        Scope::All => return Ok(None),
        Scope::Models(ids) => {
            let is_block = |id: &String| schema.model(id).is_some_and(|model| model.modular_block);
            if ids.is_empty() || !ids.iter().all(is_block) {
                return Ok(None);
            }
            ("b.item_type", ids)
        }
        Scope::Ids(ids) => ("b.block", ids),
    };
    let marks = vec!["?"; wanted.len()].join(", ");
    let version = if listing.view.face == Face::Published {
        "i.published_version"
    } else {
        "i.current_version"
    };
    // The metadata of a block is its owner's.
    let clauses = &listing.filter.clauses;
    let among = format!("{column} IN ({marks})");
    let conditions: Vec<&str> = std::iter::once(among.as_str())
        .chain(clauses.iter().map(|clause| clause.sql.as_str()))
        .collect();
    let conditions = conditions.join(" AND ");
    let ids = wanted.iter().cloned().map(Sql::Text);
    let values = ids.chain(clauses.iter().flat_map(|clause| clause.values.clone()));
    let sql = format!(
        "SELECT {ITEM_COLUMNS}, v.attributes, b.block FROM item_blocks b JOIN item_versions v ON v.version = b.version \
         JOIN items i ON i.id = v.item AND {version} = b.version WHERE {conditions} ORDER BY b.rowid"
    );
    let mut data = Vec::new();
    let mut statement = conn.prepare_cached(&sql).map_err(StoreError::from)?;
    let mut rows = statement
        .query(params_from_iter(values))
        .map_err(StoreError::from)?;
    while let Some(row) = rows.next().map_err(StoreError::from)? {
        let owner = items::item_from_row(row).map_err(StoreError::from)?;
        let text: String = row.get(ITEM_COLUMN_COUNT).map_err(StoreError::from)?;
        let id: String = row.get(ITEM_COLUMN_COUNT + 1).map_err(StoreError::from)?;
        let Some(model) = schema
            .model(&owner.item_type)
            .filter(|model| readable(model) && may_read(&owner))
        else {
            continue;
        };
        let inside = blocks::collect(schema, model, &items::document(&text)?);
        let Some(block) = inside.get(&id) else {
            continue;
        };
        let inner = block
            .get("attributes")
            .and_then(Value::as_object)
            .cloned()
            .unwrap_or_default();
        if listing.filter.accepts(&inner) && contains(listing, &inner) {
            data.extend(present::block(schema, &owner, block, listing.view.nested));
        }
    }
    // Ids of records and of blocks may stand in one request; records are the usual case.
    if data.is_empty() && column == "b.block" {
        return Ok(None);
    }
    if column == "b.block" {
        let Scope::Ids(ids) = &listing.scope else {
            return Ok(None);
        };
        for id in ids {
            if let Some(row) = items::find(conn, id)?.filter(|row| {
                schema.model(&row.item_type).is_some_and(readable)
                    && may_read(row)
                    && present::version_of(row, listing.view.face).is_some()
            }) {
                data.push(present::item(conn, schema, &row, listing.view)?);
            }
        }
    }
    let total = u64::try_from(data.len()).unwrap_or_default();
    let skip = usize::try_from(listing.offset).unwrap_or(usize::MAX);
    let take = usize::try_from(listing.limit).unwrap_or(usize::MAX);
    Ok(Some((
        data.into_iter().skip(skip).take(take).collect(),
        total,
    )))
}
