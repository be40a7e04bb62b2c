//! What the project is known to hold: entities that answers showed, by their type.

use std::collections::{HashMap, HashSet};

use rand::Rng;
use rand::rngs::SmallRng;
use rand::seq::IndexedRandom;
use serde_json::Value;

/// Entities kept of each type; a new one takes the place of another.
const KEPT: usize = 60;

/// Entities by type.
#[derive(Default)]
pub(crate) struct Pool {
    kinds: HashMap<String, Vec<Value>>,
    /// Ids of what no call may be about.
    spared: HashSet<String>,
}

impl Pool {
    /// Keeps what an answer shows.
    pub(crate) fn learn(&mut self, body: &[u8]) {
        let Ok(body) = serde_json::from_slice::<Value>(body) else {
            return;
        };
        for part in [&body["data"], &body["included"]] {
            match part.as_array() {
                Some(entities) => entities.iter().for_each(|entity| self.keep(entity)),
                None => self.keep(part),
            }
        }
    }

    fn keep(&mut self, entity: &Value) {
        let (Some(kind), Some(id)) = (entity["type"].as_str(), entity["id"].as_str()) else {
            return;
        };
        if kind == "api_error" || self.spared.contains(id) {
            return;
        }
        let known = self.kinds.entry(kind.to_owned()).or_default();
        if let Some(same) = known.iter_mut().find(|one| one["id"] == id) {
            *same = entity.clone();
        } else if known.len() < KEPT {
            known.push(entity.clone());
        } else {
            // Any but the first, which every round keeps.
            let place = 1 + id.bytes().map(usize::from).sum::<usize>() % (KEPT - 1);
            known[place] = entity.clone();
        }
    }

    /// Leaves the caller's own token and its role alone: without them a round would end in refusals.
    pub(crate) fn spare(&mut self, token: &str) {
        let tokens = self.kinds.get("access_token").into_iter().flatten();
        let own = tokens.filter(|entity| entity["attributes"]["token"] == token);
        let ids = own.flat_map(|entity| {
            [
                &entity["id"],
                &entity["relationships"]["role"]["data"]["id"],
            ]
        });
        self.spared = ids
            .filter_map(|id| id.as_str().map(str::to_owned))
            .collect();
        assert_eq!(self.spared.len(), 2, "the caller has a token and a role");
        for entities in self.kinds.values_mut() {
            entities.retain(|entity| {
                !self
                    .spared
                    .contains(entity["id"].as_str().unwrap_or_default())
            });
        }
    }

    /// One entity of a type.
    pub(crate) fn entity(&self, kind: &str, random: &mut SmallRng) -> Option<&Value> {
        self.kinds.get(kind)?.choose(random)
    }

    /// The id of one entity of a type.
    pub(crate) fn id(&self, kind: &str, random: &mut SmallRng) -> Option<String> {
        let entity = self.entity(kind, random)?;
        entity["id"].as_str().map(str::to_owned)
    }

    /// The id of anything.
    pub(crate) fn any_id(&self, random: &mut SmallRng) -> Option<String> {
        // Sorted: which entity it is must not depend on the order of a hash map.
        let mut kinds: Vec<&String> = self.kinds.keys().collect();
        kinds.sort_unstable();
        if kinds.is_empty() {
            return None;
        }
        self.id(kinds[random.random_range(0..kinds.len())], random)
    }
}
