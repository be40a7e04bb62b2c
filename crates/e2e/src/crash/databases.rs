//! What is in a whole project, in words that two runs share: ids are named for what they stand for, times are left out.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use crate::{api::Api, failure::Failure};

/// Slipway's own model. It holds the release's log, in which two runs may differ.
const JOURNAL: &str = "slipway_release";
/// What differs between two runs in any case: times, versions, who made it.
const PASSING: [&str; 5] = ["meta", "creator", "id", "created_at", "updated_at"];

/// Everything in a project, a line each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Databases(Vec<String>);

impl Databases {
    /// Reads all environments.
    pub(super) async fn of(api: &Api) -> Result<Self, Failure> {
        let environments = api.environments().await?;
        let mut lines = vec![
            format!("environments: {}", environments.join(", ")),
            format!("maintenance mode: {}", api.frozen().await?),
        ];
        for environment in environments {
            let environment = environment.trim_end_matches('*');
            for line in read(&api.in_environment(environment)).await? {
                lines.push(format!("{environment}: {line}"));
            }
        }
        Ok(Self(lines))
    }

    /// The lines that begin so, without their beginning.
    pub fn beginning_with(&self, start: &str) -> Vec<&str> {
        let lines = self.0.iter();
        lines.filter_map(|line| line.strip_prefix(start)).collect()
    }

    /// What is here and not there, and the other way round.
    pub fn differences(&self, other: &Self) -> Vec<String> {
        let only = |these: &Self, those: &Self, sign: &str| -> Vec<String> {
            // Two records may read the same: each of them counts.
            let mut left: Vec<&String> = those.0.iter().collect();
            let mut only = Vec::new();
            for line in &these.0 {
                match left.iter().position(|there| *there == line) {
                    Some(at) => drop(left.swap_remove(at)),
                    None => only.push(format!("{sign} {line}")),
                }
            }
            only
        };
        [only(other, self, "-"), only(self, other, "+")].concat()
    }
}

/// The last event of every journal, with the environment it lies in.
pub(super) async fn journals(api: &Api) -> Result<Vec<String>, Failure> {
    let mut ends = Vec::new();
    for environment in api.environments().await? {
        let environment = environment.trim_end_matches('*');
        for record in api.in_environment(environment).records(JOURNAL).await? {
            let text = record["attributes"]["journal"].as_str().unwrap_or_default();
            let journal: Value = serde_json::from_str(text)
                .map_err(|error| Failure::Untrue(format!("{error} in the journal {text}")))?;
            let last = journal["log"].as_array().and_then(|log| log.last());
            let words = ["event", "step"].map(|key| last.and_then(|last| last[key].as_str()));
            let words: Vec<&str> = words.into_iter().flatten().collect();
            ends.push(format!("{environment}: {}", words.join(" ")));
        }
    }
    Ok(ends)
}

/// The models, fields, menu items and records of an environment, a line each.
async fn read(api: &Api) -> Result<Vec<String>, Failure> {
    let schema = api.get("site?include=item_types,item_types.fields").await?;
    let menu = api.get("menu-items").await?;
    let records = api.get("items?version=current&page[limit]=500").await?;
    let entities: Vec<&Value> = [&schema["included"], &menu["data"], &records["data"]]
        .into_iter()
        .flat_map(|list| list.as_array().into_iter().flatten())
        .collect();
    Ok(lines(&entities))
}

/// A line for each entity but Slipway's own, in alphabetical order.
fn lines(entities: &[&Value]) -> Vec<String> {
    let names = names(entities);
    let ours: BTreeSet<&str> = names
        .iter()
        .filter(|(_, name)| name.contains(JOURNAL))
        .map(|(id, _)| id.as_str())
        .collect();
    let mut lines: Vec<String> = entities
        .iter()
        .filter(|entity| {
            !entity["id"].as_str().is_some_and(|id| ours.contains(id))
                && model(entity).is_none_or(|model| !ours.contains(model))
        })
        .map(|entity| {
            let name = entity["id"].as_str().and_then(|id| names.get(id));
            let name = name.map_or("", String::as_str);
            format!("{name} {}", named(entity, &names, &ours))
        })
        .collect();
    lines.sort();
    lines
}

/// The id of the model that a field, record or menu item belongs to.
fn model(entity: &Value) -> Option<&str> {
    entity["relationships"]["item_type"]["data"]["id"].as_str()
}

/// What each id stands for.
fn names(entities: &[&Value]) -> BTreeMap<String, String> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let models: BTreeMap<String, String> = entities
        .iter()
        .filter(|entity| entity["type"] == "item_type")
        .map(|model| (text(&model["id"]), text(&model["attributes"]["api_key"])))
        .collect();
    let of = |entity: &Value| model(entity).and_then(|model| models.get(model)).cloned();
    entities
        .iter()
        .map(|entity| {
            let kind = text(&entity["type"]);
            let attributes = &entity["attributes"];
            let name = match kind.as_str() {
                "item_type" => format!("model {}", text(&attributes["api_key"])),
                "field" => format!(
                    "field {}.{}",
                    of(entity).unwrap_or_default(),
                    text(&attributes["api_key"])
                ),
                "menu_item" => format!("menu item {}", attributes["label"]),
                _ => format!("{kind} of {}", of(entity).unwrap_or_default()),
            };
            (text(&entity["id"]), name)
        })
        .collect()
}

/// An entity with names instead of ids, and without what passes.
fn named(value: &Value, names: &BTreeMap<String, String>, ours: &BTreeSet<&str>) -> Value {
    match value {
        Value::String(text) => names.get(text).unwrap_or(text).as_str().into(),
        Value::Array(list) => list
            .iter()
            .filter(|one| !one["id"].as_str().is_some_and(|id| ours.contains(id)))
            .map(|one| named(one, names, ours))
            .collect(),
        Value::Object(object) => {
            let is_reference = object.len() == 2 && object.contains_key("type");
            let kept: Map<String, Value> = object
                .iter()
                .filter(|(key, _)| is_reference || !PASSING.contains(&key.as_str()))
                .map(|(key, value)| (key.clone(), named(value, names, ours)))
                .collect();
            Value::Object(kept)
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn two_runs_say_the_same_of_the_same_things() {
        let project = |boat: &str, record: &str, at: &str| -> Vec<Value> {
            vec![
                json!({ "type": "item_type", "id": boat, "attributes": { "api_key": "boat" },
                    "relationships": { "fields": { "data": [] } } }),
                json!({ "type": "item", "id": record, "attributes": { "name": "Leudo", "updated_at": at },
                    "relationships": { "item_type": { "data": { "type": "item_type", "id": boat } } },
                    "meta": { "current_version": at } }),
            ]
        };
        let told = |entities: &[Value]| -> Vec<String> {
            let entities: Vec<&Value> = entities.iter().collect();
            lines(&entities)
        };
        let once = told(&project("a1", "b1", "yesterday"));
        assert_eq!(once, told(&project("a2", "b2", "today")));
        assert_eq!(
            once[0],
            r#"item of boat {"type":"item","attributes":{"name":"Leudo"},"relationships":{"item_type":{"data":{"type":"item_type","id":"model boat"}}}}"#
        );
    }

    #[test]
    fn what_is_there_twice_differs_from_what_is_there_once() {
        let of = |lines: &[&str]| Databases(lines.iter().map(|&line| line.to_owned()).collect());
        let once = of(&["main: a", "main: b"]);
        let twice = of(&["main: a", "main: a"]);
        assert_eq!(twice.differences(&once), ["- main: b", "+ main: a"]);
        assert_eq!(once.differences(&once), Vec::<String>::new());
        assert_eq!(once.beginning_with("main: "), ["a", "b"]);
    }
}
