//! Lists of blocks, which exist only when asked for by model or by id: found through the index beside the versions.

use rusqlite::types::Value as Sql;
use rusqlite::{Connection, params_from_iter};
use serde_json::Value;

use super::{Listing, Page, Scope, contains};
use crate::http::error::ApiError;
use crate::records::blocks as inside;
use crate::records::present;
use crate::schema::model::{Model, Schema};
use crate::store::StoreError;
use crate::store::items::{self, Face, ITEM_COLUMN_COUNT, ITEM_COLUMNS, ItemRow};

/// Answers a list request that is about blocks; `None` when it is about records.
pub(super) fn run(
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
        let inside = inside::collect(schema, model, &items::document(&text)?);
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
    let mut page = Page::new(u64::try_from(data.len()).unwrap_or_default());
    let skip = usize::try_from(listing.offset).unwrap_or(usize::MAX);
    let take = usize::try_from(listing.limit).unwrap_or(usize::MAX);
    for block in data.iter().skip(skip).take(take) {
        page.add(|to| {
            // Writing a value into memory cannot fail: its keys are strings.
            to.extend_from_slice(block.to_string().as_bytes());
            Ok(())
        })?;
    }
    Ok(Some(page))
}
