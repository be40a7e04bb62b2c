//! Whether stored versions are valid, when that has to be found out again: the schema has changed, or what they point at.
//!
//! A change of the schema puts all records of a model in doubt ([`ask`]); they are judged some at a time ([`go_on`]), each
//! time in a transaction of its own, so that others get to the database in between.

use rusqlite::Connection;
use serde_json::json;

use crate::http::error::ApiError;
use crate::records::{checks, document};
use crate::schema::model::{Model, Schema};
use crate::store::StoreError;
use crate::store::items;
use crate::store::revalidations::{self, Revalidation};

/// Versions judged in one transaction.
const AT_A_TIME: u64 = 250;

/// `BATCH_DATA_VALIDATION_IN_PROGRESS` while the records of a model are in doubt: until they are judged nobody knows whether
/// what is written fits what is there.
pub(crate) fn settled(conn: &Connection, item_type: &str) -> Result<(), ApiError> {
    if !revalidations::is_pending(conn, item_type)? {
        return Ok(());
    }
    Err(ApiError::unprocessable(
        "BATCH_DATA_VALIDATION_IN_PROGRESS",
        json!({ "item_type": item_type }),
    )
    .transient())
}

/// Puts the records of a model in doubt, or of every model that holds blocks of a block model.
pub(crate) fn ask(tx: &Connection, item_type: &str) -> Result<(), StoreError> {
    for model in items::models_with(tx, item_type)? {
        revalidations::ask(tx, &model)?;
    }
    Ok(())
}

/// Judges the next versions of a model in doubt; how many there were. After the last ones it is in doubt no longer.
pub(crate) fn go_on(tx: &Connection, pending: &Revalidation) -> Result<usize, StoreError> {
    let schema = Schema::load(tx)?;
    let model = schema.model(&pending.item_type);
    let versions = match model {
        Some(_) => items::versions_after(tx, &pending.item_type, pending.judged_to, AT_A_TIME)?,
        None => Vec::new(),
    };
    let Some((model, last)) = model.zip(versions.last()) else {
        revalidations::done(tx, &pending.item_type)?;
        return Ok(0);
    };
    for version in &versions {
        version_again(tx, &schema, model, *version)?;
    }
    revalidations::advance(tx, &pending.item_type, *last)?;
    Ok(versions.len())
}

/// Judges one version of a record of this model, and writes the verdict down if it is another.
pub(crate) fn version_again(
    tx: &Connection,
    schema: &Schema,
    model: &Model,
    version: i64,
) -> Result<(), StoreError> {
    let Some(row) = items::find_version(tx, version)? else {
        return Ok(());
    };
    let complete = document::completed(schema, model, row.attributes);
    let is_valid = checks::problems(tx, schema, model, Some(&row.item), &complete)?.is_empty();
    if is_valid != row.is_valid {
        items::set_validity(tx, version, is_valid)?;
    }
    Ok(())
}
