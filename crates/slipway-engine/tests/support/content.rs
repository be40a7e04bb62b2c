//! What is in a project, apart from what differs between any two runs: ids, times, and Slipway's journals.

use std::collections::BTreeMap;

use datocms_client::RawRequest;
use serde_json::{Map, Value};
use slipway_release::journal;

use super::{World, id};

const JOURNAL: &str = "slipway_release";

/// What is in a project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Content {
    pub(crate) frozen: bool,
    /// By name.
    pub(crate) environments: BTreeMap<String, Environment>,
}

/// What is in one environment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Environment {
    pub(crate) primary: bool,
    pub(crate) forked_from: Option<String>,
    /// Models by api key, each with its fields and its records as text, sorted.
    pub(crate) models: BTreeMap<String, Model>,
}

/// One model.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Model {
    pub(crate) fields: Vec<String>,
    pub(crate) records: Vec<String>,
}

impl Content {
    /// Reads the whole project. Every journal in it must replay, and none may be there twice.
    pub(crate) async fn of(world: &World) -> Self {
        let mut environments = BTreeMap::new();
        for found in get(world, "/environments", None).await {
            let name = text(&found["id"]);
            assert_eq!(found["meta"]["status"], "ready", "{name}");
            let environment = Environment {
                primary: found["meta"]["primary"] == true,
                forked_from: found["meta"]["forked_from"].as_str().map(str::to_owned),
                models: models(world, &name).await,
            };
            environments.insert(name, environment);
        }
        Self {
            frozen: world.is_frozen().await,
            environments,
        }
    }
}

async fn models(world: &World, environment: &str) -> BTreeMap<String, Model> {
    let mut keys = BTreeMap::new();
    let mut models: BTreeMap<String, Model> = BTreeMap::new();
    for model in get(world, "/item-types", Some(environment)).await {
        let key = text(&model["attributes"]["api_key"]);
        let path = format!("/item-types/{}/fields", text(&model["id"]));
        keys.insert(text(&model["id"]), key.clone());
        if key == JOURNAL {
            continue;
        }
        let mut fields: Vec<String> = get(world, &path, Some(environment))
            .await
            .iter()
            .map(|field| without_noise(&field["attributes"]).to_string())
            .collect();
        fields.sort();
        models.entry(key).or_default().fields = fields;
    }
    let mut journals = Vec::new();
    for record in get(
        world,
        "/items?page[limit]=500&version=current",
        Some(environment),
    )
    .await
    {
        let key = &keys[&text(&record["relationships"]["item_type"]["data"]["id"])];
        if key == JOURNAL {
            let release = journal::decode(&text(&record["attributes"]["journal"]));
            let release = release.expect("a journal that replays");
            journals.push(release.plan().id.to_string());
            continue;
        }
        let record = format!(
            "{} {}",
            record["meta"]["status"],
            without_noise(&record["attributes"])
        );
        models.entry(key.clone()).or_default().records.push(record);
    }
    journals.sort();
    let all = journals.len();
    journals.dedup();
    assert_eq!(
        journals.len(),
        all,
        "a release has two journals in {environment}"
    );
    for model in models.values_mut() {
        model.records.sort();
    }
    models
}

async fn get(world: &World, path: &str, environment: Option<&str>) -> Vec<Value> {
    let request = RawRequest::new("GET".parse().unwrap(), path).unwrap();
    let request = match environment {
        Some(environment) => request.in_environment(&id(environment)),
        None => request,
    };
    let answer = world.cma().raw(request).await.unwrap();
    let document: Value = serde_json::from_slice(&answer.body).unwrap();
    let Value::Array(data) = &document["data"] else {
        panic!("{path}: {document}");
    };
    data.clone()
}

/// Without moments, and without ids of other things.
fn without_noise(attributes: &Value) -> Value {
    let Value::Object(attributes) = attributes else {
        return attributes.clone();
    };
    let kept = attributes
        .iter()
        .filter(|(name, _)| !name.ends_with("_at") && *name != "id")
        .map(|(name, value)| (name.clone(), value.clone()));
    Value::Object(kept.collect::<Map<_, _>>())
}

fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}
