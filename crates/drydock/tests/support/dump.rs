//! A database as lines that two runs of the same work share: ids are numbered in the order in which they came to be, and what
//! is a time or drawn by lot is left out. The end-to-end tests compare by it too (`crates/e2e/tests/migrations`).

use std::collections::HashMap;

use rusqlite::Connection;
use serde_json::{Map, Value};

/// Attributes that are a time, a secret, or an address with an id in it.
const OWN: [&str; 6] = [
    "token",
    "webhook_token",
    "webhook_url",
    "path",
    "url",
    "upload_url",
];

/// One line for each thing in these databases, which refer to each other, in the order in which they were made.
///
/// The models with one of the api keys in `without` are left out, with all that belongs to them.
pub(crate) fn lines(connections: &[&Connection], without: &[&str]) -> Vec<String> {
    let mut things: Vec<[String; 4]> = connections.iter().flat_map(|one| things(one)).collect();
    let strangers: Vec<String> = things
        .iter()
        .filter(|[kind, _, attributes, _]| {
            kind == "item_type"
                && without
                    .iter()
                    .any(|key| attributes.contains(&format!("\"api_key\":\"{key}\"")))
        })
        .map(|[_, id, ..]| format!("\"{id}\""))
        .collect();
    things.retain(|[_, id, _, relationships]| {
        !strangers
            .iter()
            .any(|stranger| relationships.contains(stranger) || *stranger == format!("\"{id}\""))
    });
    let mut names = HashMap::new();
    let mut of_kind: HashMap<&str, usize> = HashMap::new();
    for [kind, id, ..] in &things {
        let number = of_kind.entry(kind).or_default();
        *number += 1;
        names.insert(id.clone(), format!("{kind} {number}"));
    }
    let mut line = |[_, id, attributes, relationships]: &[String; 4]| {
        let [attributes, relationships] = [attributes, relationships].map(|text| {
            let mut value: Value = serde_json::from_str(text).unwrap();
            rename(&mut value, &mut names);
            value
        });
        format!("{}: {attributes} {relationships}", names[id])
    };
    things.iter().map(&mut line).collect()
}

/// Kind, id, attributes and the rest of everything in a database.
fn things(connection: &Connection) -> Vec<[String; 4]> {
    let mut things = rows(
        connection,
        "SELECT kind, id, attributes, relationships FROM entities
         WHERE kind NOT IN ('upload_request', 'webhook_call', 'build_event') ORDER BY kind, seq",
    );
    if connection.table_exists(None, "items").unwrap() {
        things.extend(rows(
            connection,
            "SELECT 'item' AS kind, items.id, current.attributes,
               json_object('item_type', item_type, 'stage', stage, 'position', position, 'parent', parent_id,
                 'valid', items.is_valid, 'published', published.attributes)
             FROM items JOIN item_versions AS current ON current.version = items.current_version
             LEFT JOIN item_versions AS published ON published.version = items.published_version ORDER BY items.rowid",
        ));
    }
    things
}

fn rows(connection: &Connection, sql: &str) -> Vec<[String; 4]> {
    let mut statement = connection.prepare(sql).unwrap();
    let rows = statement.query_map([], |row| {
        Ok([row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?])
    });
    rows.unwrap().map(Result::unwrap).collect()
}

/// Puts names for ids, those of blocks too, wherever they stand.
fn rename(value: &mut Value, names: &mut HashMap<String, String>) {
    if let Some(text) = value.as_str() {
        if let Some(name) = names.get(text) {
            *value = Value::String(name.clone());
        } else if let Ok(mut inner @ Value::Object(_)) = serde_json::from_str::<Value>(text) {
            rename(&mut inner, names);
            *value = inner;
        }
    } else if let Some(list) = value.as_array_mut() {
        for one in list {
            rename(one, names);
        }
    } else if let Some(map) = value.as_object_mut() {
        if map.get("type").is_some_and(|kind| kind == "item") && map.contains_key("attributes") {
            let number = names.len();
            if let Some(Value::String(block)) = map.get("id") {
                names
                    .entry(block.clone())
                    .or_insert_with(|| format!("block {number}"));
            }
        }
        let renamed = std::mem::take(map).into_iter().map(|(key, value)| {
            let key = names.get(&key).cloned().unwrap_or(key);
            (key, value)
        });
        *map = renamed
            .filter(|(key, _)| !key.ends_with("_at") && !OWN.contains(&key.as_str()))
            .collect::<Map<String, Value>>();
        for one in map.values_mut() {
            rename(one, names);
        }
    }
}
