//! Handing over what somebody made, before that somebody is destroyed: records and assets, in every environment.

use rusqlite::Connection;
use serde_json::{Value, json};

use crate::cma::controllers::site::OWNER;
use crate::http::error::ApiError;
use crate::http::query::Query;
use crate::state::App;
use crate::store::entity::{self, Kind, reference};
use crate::store::project::EnvironmentStatus;
use crate::store::{Database, StoreError};

/// Gives everything of the one who leaves to whom the query names: `DESTINATION_USER_REQUIRED` when there is something and it
/// names nobody. Nothing is changed when it refuses.
pub(crate) fn hand_over(
    app: &App,
    (kind, id): (Kind, &str),
    query: &Query,
) -> Result<(), ApiError> {
    let heir = heir(app, (kind, id), query)?;
    let mut owning = Vec::new();
    for row in app.environments()? {
        if row.status != EnvironmentStatus::Ready {
            continue;
        }
        let db = app.database(&row.file)?;
        if db.read(|connection| owns(connection, kind, id))? {
            owning.push(db);
        }
    }
    if owning.is_empty() {
        return Ok(());
    }
    let heir = heir.ok_or_else(|| {
        ApiError::unprocessable(
            "DESTINATION_USER_REQUIRED",
            json!({ "type": kind.wire(), "id": id }),
        )
    })?;
    // All or none: an environment that is frozen now would be left with records of nobody.
    if let Some(frozen) = owning.iter().find_map(Database::frozen) {
        return Err(StoreError::Frozen(frozen).into());
    }
    for db in owning {
        db.write(|tx| give(tx, kind, id, &heir))?;
    }
    Ok(())
}

/// Whom the query names.
fn heir(
    app: &App,
    (kind, id): (Kind, &str),
    query: &Query,
) -> Result<Option<(String, String)>, ApiError> {
    let named = (
        query.get("destination_user_type"),
        query.get("destination_user_id"),
    );
    let (Some(heir_type), Some(heir_id)) = named else {
        return Ok(None);
    };
    let invalid = |code| ApiError::unprocessable(code, json!({ "type": heir_type, "id": heir_id }));
    let exists = |heir_kind: Kind| {
        app.project()
            .read(|connection| entity::find(connection, heir_kind, heir_id))
            .map(|found| found.is_some() && (heir_kind, heir_id) != (kind, id))
    };
    let good = match heir_type {
        "account" | "organization" => heir_id == OWNER,
        "user" => exists(Kind::User)?,
        "access_token" => exists(Kind::AccessToken)?,
        "sso_user" => exists(Kind::SsoUser)?,
        _ => return Err(invalid("INVALID_DESTINATION_TYPE")),
    };
    if good {
        return Ok(Some((heir_type.to_owned(), heir_id.to_owned())));
    }
    Err(invalid("INVALID_DESTINATION_USER"))
}

fn is_creator(upload: &entity::Entity, kind: Kind, id: &str) -> bool {
    let creator = &upload.relationships.get("creator").unwrap_or(&Value::Null)["data"];
    creator["type"] == kind.wire() && creator["id"] == id
}

fn owns(connection: &Connection, kind: Kind, id: &str) -> Result<bool, StoreError> {
    let records: bool = connection.query_row(
        "SELECT EXISTS (SELECT 1 FROM items WHERE creator_type = ?1 AND creator_id = ?2)",
        [kind.wire(), id],
        |row| row.get(0),
    )?;
    let assets = entity::list(connection, Kind::Upload)?;
    Ok(records || assets.iter().any(|upload| is_creator(upload, kind, id)))
}

fn give(
    tx: &Connection,
    kind: Kind,
    id: &str,
    (heir_type, heir_id): &(String, String),
) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE items SET creator_type = ?3, creator_id = ?4 WHERE creator_type = ?1 AND creator_id = ?2",
        [kind.wire(), id, heir_type, heir_id],
    )?;
    for mut upload in entity::list(tx, Kind::Upload)? {
        if is_creator(&upload, kind, id) {
            upload.relate("creator", reference(heir_type, heir_id));
            entity::update(tx, &upload)?;
        }
    }
    Ok(())
}
