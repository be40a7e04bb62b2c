//! What is in an environment, to be compared before and after.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::{api::Api, failure::Failure};

/// The API's largest page of records.
const PAGE: usize = 500;

/// The model in which Slipway keeps its releases: there before anything is frozen, and nobody's content.
const OWN_MODEL: &str = "slipway_release";

/// Every model, field and record of an environment, but for Slipway's own.
#[derive(Debug, Clone, PartialEq)]
pub struct Snapshot(BTreeMap<String, Value>);

impl Snapshot {
    /// Reads an environment.
    pub async fn of(api: &Api, environment: &str) -> Result<Self, Failure> {
        let api = api.in_environment(environment);
        let mut all = BTreeMap::new();
        let schema = api.get("site?include=item_types,item_types.fields").await?;
        let entities = schema["included"].as_array().into_iter().flatten();
        let own = entities
            .clone()
            .find(|entity| entity["attributes"]["api_key"] == OWN_MODEL)
            .map(|model| model["id"].clone());
        let is_own = |entity: &Value| {
            let of = &entity["relationships"]["item_type"]["data"]["id"];
            own.as_ref()
                .is_some_and(|own| entity["id"] == *own || of == own)
        };
        keep(&mut all, entities.filter(|entity| !is_own(entity)));
        let mut offset = 0;
        loop {
            let page = format!("items?version=current&page[limit]={PAGE}&page[offset]={offset}");
            let records = api.get(&page).await?;
            let records = records["data"]
                .as_array()
                .map(Vec::as_slice)
                .unwrap_or_default();
            keep(&mut all, records.iter().filter(|record| !is_own(record)));
            let count = records.len();
            offset += count;
            if count < PAGE {
                return Ok(Self(all));
            }
        }
    }

    /// How many entities of a JSON:API type there are, such as `item`.
    pub fn count(&self, kind: &str) -> usize {
        let prefix = format!("{kind} ");
        self.0.keys().filter(|key| key.starts_with(&prefix)).count()
    }

    /// What is not as it was before: added, removed or changed, by type and id.
    pub fn changes_since(&self, before: &Self) -> Vec<String> {
        let keys: std::collections::BTreeSet<_> = self.0.keys().chain(before.0.keys()).collect();
        keys.into_iter()
            .filter_map(|key| match (before.0.get(key), self.0.get(key)) {
                (Some(then), Some(now)) if then == now => None,
                (Some(then), Some(now)) => Some(format!("{key} changed from {then} to {now}")),
                (None, _) => Some(format!("{key} was added")),
                (_, None) => Some(format!("{key} was removed")),
            })
            .collect()
    }
}

fn keep<'a>(all: &mut BTreeMap<String, Value>, entities: impl Iterator<Item = &'a Value>) {
    for entity in entities {
        let text = |key: &str| entity[key].as_str().unwrap_or_default();
        all.insert(format!("{} {}", text("type"), text("id")), entity.clone());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_differs_is_named() {
        let snapshot = |entities: Value| {
            let mut all = BTreeMap::new();
            keep(&mut all, entities.as_array().into_iter().flatten());
            Snapshot(all)
        };
        let then = json!({ "type": "item", "id": "1", "n": 1 });
        let now = json!({ "type": "item", "id": "1", "n": 2 });
        let before = snapshot(json!([then, { "type": "item", "id": "2" }]));
        let after = snapshot(json!([now, { "type": "field", "id": "3" }]));
        assert_eq!(before.changes_since(&before), Vec::<String>::new());
        assert_eq!(
            after.changes_since(&before),
            [
                "field 3 was added".to_owned(),
                format!("item 1 changed from {then} to {now}"),
                "item 2 was removed".to_owned(),
            ]
        );
        assert_eq!(after.count("item"), 1);
    }
}
