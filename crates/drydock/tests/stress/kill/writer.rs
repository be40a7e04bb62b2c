//! A caller that owns some records and writes ever greater values into them, in whatever environment.

use std::sync::{Arc, Mutex};

use rand::Rng;
use rand::rngs::SmallRng;
use serde_json::json;

use super::gauge::Gauge;
use super::shape::id;
use super::world::{Bounds, World};
use crate::wire::{Answer, Client, Gone};

/// Records a writer owns in each environment.
const RECORDS: u64 = 4;

pub(super) struct Writer {
    number: u8,
    client: Client,
    world: Arc<Mutex<World>>,
    random: SmallRng,
}

/// A value that is about to be sent.
struct Write {
    /// Its number, by which it is known also when it is called otherwise.
    number: u64,
    environment: String,
    id: String,
    before: Bounds,
    value: u64,
}

impl Writer {
    pub(super) fn new(
        number: u8,
        client: Client,
        world: Arc<Mutex<World>>,
        random: SmallRng,
    ) -> Self {
        Self {
            number,
            client,
            world,
            random,
        }
    }

    /// Writes until nobody answers.
    pub(super) fn write(mut self, gauge: &Gauge) {
        loop {
            let Some(write) = self.next() else {
                std::thread::yield_now();
                continue;
            };
            match self.send(&write) {
                Ok(answer) => {
                    self.note(&write, &answer);
                    if answer.status < 300 {
                        gauge.acknowledged();
                    }
                }
                Err(Gone) => return,
            }
        }
    }

    /// Notes the next value as sent, before it is. `None` for a record of which a fork may or may not have got hold.
    fn next(&mut self) -> Option<Write> {
        let mut world = self.world.lock().unwrap();
        let value = world.number();
        let environment = match world.environments.len() {
            0 => return None,
            all => &mut world.environments[self.random.random_range(0..all)],
        };
        // The same in every environment.
        let id = id(self.number, self.random.random_range(0..RECORDS));
        let bounds = environment.entries.entry(id.clone()).or_default();
        let before = *bounds;
        if before.acknowledged == 0 && before.sent > 0 {
            return None;
        }
        bounds.sent = value;
        Some(Write {
            number: environment.number,
            environment: environment.name.clone(),
            id,
            before,
            value,
        })
    }

    fn send(&mut self, write: &Write) -> Result<Answer, Gone> {
        let attributes = json!({"value": write.value, "text": text(write.value)});
        let environment = &write.environment;
        if write.before.acknowledged > 0 {
            let body = json!({"data": {"type": "item", "id": write.id, "attributes": attributes}});
            let path = format!("/items/{}", write.id);
            return self.client.call_in(environment, "PUT", &path, Some(&body));
        }
        let model = self.world.lock().unwrap().ids.entry.clone();
        let body = json!({"data": {"type": "item", "id": write.id, "attributes": attributes,
            "relationships": {"item_type": {"data": {"type": "item_type", "id": model}}}}});
        self.client
            .call_in(environment, "POST", "/items", Some(&body))
    }

    fn note(&self, write: &Write, answer: &Answer) {
        let mut world = self.world.lock().unwrap();
        // It may be called otherwise by now, or be gone. A fork of it, of which the same value may be true, is another.
        let mut environments = world.environments.iter_mut();
        let bounds = environments
            .find(|one| one.number == write.number)
            .and_then(|one| one.entries.get_mut(&write.id))
            .filter(|at| at.sent == write.value);
        match answer.status {
            200 | 201 => {
                if let Some(bounds) = bounds {
                    bounds.acknowledged = write.value;
                }
            }
            404 | 422 if is_of_the_moment(answer.code()) => {
                if let Some(bounds) = bounds {
                    *bounds = write.before;
                }
            }
            status => panic!(
                "{status} for {} in `{}`: {}",
                write.id, write.environment, answer.body
            ),
        }
    }
}

/// What may be said to a writer whose environment is being forked, renamed or destroyed.
fn is_of_the_moment(code: &str) -> bool {
    [
        "INVALID_ENVIRONMENT",
        "ENVIRONMENT_IN_READ_ONLY_MODE",
        "ENVIRONMENT_NOT_READY",
    ]
    .contains(&code)
}

/// What a record of this value says beside it: of different lengths, so that pages fill and empty.
pub(super) fn text(value: u64) -> String {
    let length = usize::try_from(value * 37 % 1500).unwrap_or_default();
    format!("{value}{}", ".".repeat(length))
}
