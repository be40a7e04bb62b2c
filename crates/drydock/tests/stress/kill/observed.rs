//! What a server that has just started has, by its own word.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::shape::{BALLAST, Ids};
use super::world::World;
use crate::wire::{Client, Gone};

/// How often records are looked at after a start until they must be judged: each look takes some milliseconds, and does a
/// part of the judging where nobody else does.
const LOOKS: u32 = 10_000;

/// A whole project.
pub(super) struct Observed {
    /// The name of the primary environment.
    pub(super) primary: String,
    /// By name.
    pub(super) environments: BTreeMap<String, ObservedEnvironment>,
}

/// One environment.
#[derive(Default)]
pub(super) struct ObservedEnvironment {
    pub(super) forked_from: Option<String>,
    /// The records of the writers, by id.
    pub(super) entries: BTreeMap<String, u64>,
    pub(super) schema: ObservedSchema,
}

/// What is changed of the ballast's model.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct ObservedSchema {
    /// The greatest size that is valid; `None` for any.
    pub(super) limit: Option<i64>,
    /// Whether its label is localized.
    pub(super) localized: bool,
    /// The API keys of the fields that were added.
    pub(super) extra: BTreeSet<String>,
}

/// Looks at everything. What no project may be, half there, fails here.
pub(super) fn look(client: &mut Client, world: &World) -> Result<Observed, Gone> {
    let list = client.call("GET", "/environments", None)?;
    assert_eq!(list.status, 200, "{}", list.body);
    let mut primaries = Vec::new();
    let mut environments = BTreeMap::new();
    for entity in list.body["data"].as_array().unwrap() {
        let (name, meta) = (entity["id"].as_str().unwrap(), &entity["meta"]);
        assert_eq!(meta["status"], "ready", "`{name}` after a start");
        assert_eq!(meta["read_only_mode"], false, "`{name}` after a start");
        if meta["primary"] == true {
            primaries.push(name.to_owned());
        }
        let mut environment = ObservedEnvironment {
            forked_from: meta["forked_from"].as_str().map(str::to_owned),
            ..ObservedEnvironment::default()
        };
        if !world.is_new() {
            environment.entries = entries(client, name, &world.ids)?;
            environment.schema = schema(client, name, &world.ids)?;
            check_ballast(client, name, &world.ids, &environment.schema)?;
        }
        environments.insert(name.to_owned(), environment);
    }
    assert_eq!(primaries.len(), 1, "primary environments: {primaries:?}");
    Ok(Observed {
        primary: primaries.remove(0),
        environments,
    })
}

fn items(client: &mut Client, environment: &str, model: &str) -> Result<Vec<Value>, Gone> {
    let path = format!("/items?filter[type]={model}&page[limit]=500&version=current");
    let answer = client.call_in(environment, "GET", &path, None)?;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let items = answer.body["data"].as_array().unwrap().clone();
    assert_eq!(answer.body["meta"]["total_count"], items.len());
    Ok(items)
}

fn entries(
    client: &mut Client,
    environment: &str,
    ids: &Ids,
) -> Result<BTreeMap<String, u64>, Gone> {
    let items = items(client, environment, &ids.entry)?;
    let entry = |item: &Value| {
        let value = item["attributes"]["value"].as_u64().unwrap();
        assert_eq!(item["attributes"]["text"], super::writer::text(value));
        (item["id"].as_str().unwrap().to_owned(), value)
    };
    Ok(items.iter().map(entry).collect())
}

fn schema(client: &mut Client, environment: &str, ids: &Ids) -> Result<ObservedSchema, Gone> {
    let path = format!("/item-types/{}/fields", ids.ballast);
    let answer = client.call_in(environment, "GET", &path, None)?;
    assert_eq!(answer.status, 200, "`{environment}`: {}", answer.body);
    let mut schema = ObservedSchema::default();
    let mut known = 0;
    for field in answer.body["data"].as_array().unwrap() {
        let attributes = &field["attributes"];
        match attributes["api_key"].as_str().unwrap() {
            "size" => {
                assert_eq!(field["id"], ids.size, "`{environment}`");
                schema.limit = attributes["validators"]["number_range"]["max"].as_i64();
                known += 1;
            }
            "label" => {
                assert_eq!(field["id"], ids.label, "`{environment}`");
                schema.localized = attributes["localized"] == true;
                known += 1;
            }
            extra => {
                schema.extra.insert(extra.to_owned());
            }
        }
    }
    assert_eq!(known, 2, "`{environment}`: {}", answer.body);
    Ok(schema)
}

/// The ballast when all of it is judged. A change that the last server did not come to judge is judged after the start of
/// this one, in the background: until then nobody is told what is valid.
fn judged(client: &mut Client, environment: &str, ids: &Ids) -> Result<Vec<Value>, Gone> {
    let mut one = Value::Null;
    for _ in 0..LOOKS {
        let items = items(client, environment, &ids.ballast)?;
        let in_doubt = items.iter().find(|item| {
            let meta = &item["meta"];
            meta["is_current_version_valid"].is_null()
                || meta["is_published_version_valid"].is_null()
        });
        match in_doubt {
            Some(item) => one = item.clone(),
            None => return Ok(items),
        }
    }
    panic!("`{environment}`: not judged after {LOOKS} looks: {one}");
}

/// Every record is as the schema has it, and was judged by it.
fn check_ballast(
    client: &mut Client,
    environment: &str,
    ids: &Ids,
    schema: &ObservedSchema,
) -> Result<(), Gone> {
    let items = judged(client, environment, ids)?;
    let by_id: BTreeMap<&str, &Value> = items
        .iter()
        .map(|item| (item["id"].as_str().unwrap(), item))
        .collect();
    assert_eq!(by_id.len(), ids.records.len(), "`{environment}`");
    for (size, id) in (1..=BALLAST).zip(&ids.records) {
        let item = by_id.get(id.as_str());
        let item = item.unwrap_or_else(|| panic!("`{environment}` has no record {id}"));
        let told = || format!("`{environment}` with {schema:?}: {item}");
        let attributes = item["attributes"].as_object().unwrap();
        assert_eq!(attributes["size"], size, "{}", told());
        assert_eq!(
            attributes["label"].is_object(),
            schema.localized,
            "{}",
            told()
        );
        let extra: BTreeSet<String> = attributes
            .keys()
            .filter(|key| !["size", "label", "created_at", "updated_at"].contains(&key.as_str()))
            .cloned()
            .collect();
        assert_eq!(extra, schema.extra, "{}", told());
        let valid = schema.limit.is_none_or(|limit| size <= limit);
        assert_eq!(
            item["meta"]["is_current_version_valid"],
            valid,
            "{}",
            told()
        );
        assert_eq!(
            item["meta"]["is_published_version_valid"],
            valid,
            "{}",
            told()
        );
    }
    Ok(())
}
