//! What the controllers of plain documents share: reading a list, reading one, removing one.

use axum::http::StatusCode;
use rusqlite::Connection;
use serde_json::{Value, json};

use crate::clock::Timestamp;
use crate::http::answer::{self, Answer};
use crate::http::error::ApiError;
use crate::http::query::Query;
use crate::records::list::paging;
use crate::records::value::parse_moment;
use crate::store::Database;
use crate::store::entity::{self, Entity, Kind};

/// The document with this id, or `NOT_FOUND`.
pub(crate) fn find(connection: &Connection, kind: Kind, id: &str) -> Result<Entity, ApiError> {
    entity::find(connection, kind, id)?.ok_or_else(ApiError::not_found)
}

/// All documents of a kind.
pub(crate) fn index(db: &Database, kind: Kind) -> Answer {
    let found = db.read(|connection| entity::list(connection, kind))?;
    answer::list(found.iter().map(Entity::to_json).collect())
}

/// The page of a list that the query asks for: 30 documents unless it says, 500 at most.
pub(crate) fn page(query: &Query, list: &[Entity]) -> Answer {
    page_of(query, list, (30, 500))
}

/// Like [`page`], with other numbers.
pub(crate) fn page_of(query: &Query, list: &[Entity], (default, most): (u64, u64)) -> Answer {
    let page = cut(query, list, (default, most))?;
    answer::page(page.iter().map(Entity::to_json).collect(), total(list))
}

/// One page of a list, by `page[offset]` and `page[limit]`.
pub(crate) fn cut<'a>(
    query: &Query,
    list: &'a [Entity],
    (default, most): (u64, u64),
) -> Result<&'a [Entity], ApiError> {
    let (offset, limit) = paging(query, default, most)?;
    let count = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
    let rest = list.get(count(offset)..).unwrap_or_default();
    Ok(rest.get(..count(limit)).unwrap_or(rest))
}

/// How many there are.
pub(crate) fn total(list: &[Entity]) -> u64 {
    u64::try_from(list.len()).unwrap_or(u64::MAX)
}

/// One document.
pub(crate) fn show(db: &Database, kind: Kind, id: &str) -> Answer {
    let found = db.read(|connection| find(connection, kind, id))?;
    answer::entity(StatusCode::OK, found.to_json())
}

/// Removes a document and answers it.
pub(crate) fn destroy(db: &Database, kind: Kind, id: &str) -> Answer {
    let gone = db.write(|tx| {
        let gone = find(tx, kind, id)?;
        entity::delete(tx, kind, id)?;
        Ok::<_, ApiError>(gone)
    })?;
    answer::entity(StatusCode::OK, gone.to_json())
}

/// An attribute a client may write: its name, its value when nobody says, and what values fit.
pub(crate) type Attribute = (&'static str, Value, fn(&Value) -> bool);

/// Writes the attributes that were sent into the document; for a new one, the defaults first.
pub(crate) fn apply(
    entity: &mut Entity,
    data: &Value,
    known: &[Attribute],
) -> Result<(), ApiError> {
    for (name, default, fits) in known {
        match data["attributes"].get(*name) {
            Some(value) if fits(value) => entity.set(name, value.clone()),
            Some(Value::Null) => return Err(ApiError::invalid_field(name, "VALIDATION_REQUIRED")),
            Some(_) => return Err(ApiError::invalid_field(name, "VALIDATION_INVALID")),
            None if entity.attributes.contains_key(*name) => {}
            None if fits(default) => entity.set(name, default.clone()),
            None => return Err(ApiError::invalid_field(name, "VALIDATION_REQUIRED")),
        }
    }
    Ok(())
}

/// `VALIDATION_UNIQUENESS` when another document of the kind has the name.
pub(crate) fn require_own_name(connection: &Connection, entity: &Entity) -> Result<(), ApiError> {
    let name = entity.text("name");
    let others = entity::list(connection, entity.kind)?;
    if others
        .iter()
        .any(|other| other.id != entity.id && other.text("name") == name)
    {
        return Err(ApiError::invalid_field("name", "VALIDATION_UNIQUENESS"));
    }
    Ok(())
}

/// A text with something in it.
pub(crate) fn is_filled(value: &Value) -> bool {
    value.as_str().is_some_and(|text| !text.trim().is_empty())
}

/// A text or null.
pub(crate) fn is_optional_text(value: &Value) -> bool {
    value.is_null() || value.is_string()
}

/// An object or null.
pub(crate) fn is_optional_object(value: &Value) -> bool {
    value.is_null() || value.is_object()
}

/// An absolute `http` or `https` address.
pub(crate) fn is_address(value: &Value) -> bool {
    value.as_str().is_some_and(|text| {
        text.parse::<http::Uri>().is_ok_and(|uri| {
            matches!(uri.scheme_str(), Some("http" | "https")) && uri.host().is_some()
        })
    })
}

/// A log of events, each about one entity: the list of build events and that of search index events.
pub(crate) struct Log {
    /// The relationship that names the entity.
    pub(crate) source: &'static str,
    /// Oldest first.
    pub(crate) events: Vec<Entity>,
}

impl Log {
    /// What the query's filters leave, in its order (the newest first unless it says), and of that the page.
    pub(crate) fn page(self, query: &Query) -> Answer {
        let Self { source, mut events } = self;
        let filter =
            |name: &str, operator: &str| query.get(&format!("filter[fields][{name}][{operator}]"));
        let wanted = filter(&format!("{source}_id"), "eq").or_else(|| filter(source, "eq"));
        let event_type = filter("event_type", "eq");
        let ids: Option<Vec<&str>> = query.get("filter[ids]").map(|ids| ids.split(',').collect());
        let (after, before) = (
            moment(filter("created_at", "gt"))?,
            moment(filter("created_at", "lt"))?,
        );
        events.retain(|event| {
            let at = event.text("created_at").and_then(Timestamp::parse);
            wanted.is_none_or(|wanted| event.related(source) == Some(wanted))
                && event_type.is_none_or(|wanted| event.text("event_type") == Some(wanted))
                && ids
                    .as_ref()
                    .is_none_or(|ids| ids.contains(&event.id.as_str()))
                && after.is_none_or(|after| at.is_some_and(|at| at > after))
                && before.is_none_or(|before| at.is_some_and(|at| at < before))
        });
        let order = query.get("order_by").unwrap_or("created_at_desc");
        let (name, descending) = order
            .strip_suffix("_asc")
            .map(|name| (name, false))
            .or_else(|| order.strip_suffix("_desc").map(|name| (name, true)))
            .unwrap_or((order, false));
        let by_source = format!("{source}_id");
        let key = |event: &Entity| match name {
            name if name == by_source => event.related(source).map(str::to_owned),
            name => event.text(name).map(str::to_owned),
        };
        if ![by_source.as_str(), "created_at", "event_type"].contains(&name) {
            return Err(ApiError::unprocessable(
                "INVALID_ORDERING",
                json!({ "order_by": order }),
            ));
        }
        events.sort_by_key(key);
        if descending {
            events.reverse();
        }
        page(query, &events)
    }
}

fn moment(text: Option<&str>) -> Result<Option<Timestamp>, ApiError> {
    let parsed = text.map(|text| {
        parse_moment(text).ok_or_else(|| {
            ApiError::unprocessable("INVALID_DATE", json!({ "field": "created_at" }))
        })
    });
    parsed.transpose()
}
