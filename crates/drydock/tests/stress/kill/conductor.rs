//! The caller that changes what everybody stands on: it forks, promotes, renames and destroys environments, and changes the
//! ballast's model, so that its records are rewritten and judged again.

use std::sync::{Arc, Mutex};

use rand::Rng;
use rand::rngs::SmallRng;
use rand::seq::IndexedRandom;
use serde_json::{Value, json};

use super::gauge::Gauge;
use super::observed::ObservedSchema;
use super::shape::{BALLAST, Ids, extra_field, id_of_extra};
use super::world::{Deed, Environment, World};
use crate::wire::{Answer, Client, Gone};

/// Environments there are at most.
const ENVIRONMENTS: usize = 4;

pub(super) struct Conductor {
    client: Client,
    world: Arc<Mutex<World>>,
    random: SmallRng,
}

/// A call that does a deed.
struct Order {
    environment: String,
    method: &'static str,
    path: String,
    body: Option<Value>,
}

impl Conductor {
    pub(super) fn new(client: Client, world: Arc<Mutex<World>>, random: SmallRng) -> Self {
        Self {
            client,
            world,
            random,
        }
    }

    /// Conducts until nobody answers.
    pub(super) fn conduct(mut self, gauge: &Gauge) {
        while let Ok(()) = self.act(gauge) {
            gauge.acknowledged();
        }
    }

    fn act(&mut self, gauge: &Gauge) -> Result<(), Gone> {
        let (deed, order) = self.choose();
        self.world.lock().unwrap().begin(deed.clone());
        gauge.calling();
        let answer = self.client.call_in(
            &order.environment,
            order.method,
            &order.path,
            order.body.as_ref(),
        )?;
        let job = match answer.status {
            200 | 201 => None,
            202 => Some(answer.body["data"]["id"].as_str().unwrap().to_owned()),
            status => panic!("{status} for {deed:?}: {}", answer.body),
        };
        self.world.lock().unwrap().accepted(job.clone());
        match (&deed, job) {
            (_, Some(job)) => self.follow(&job)?,
            (Deed::Fork { copy, .. }, None) => self.watch(&copy.name)?,
            (_, None) => {}
        }
        self.world.lock().unwrap().acknowledged();
        Ok(())
    }

    /// Waits for the end of a job.
    fn follow(&mut self, job: &str) -> Result<(), Gone> {
        let path = format!("/job-results/{job}");
        let answer = self.ask_until(&path, |answer| answer.status == 200)?;
        let status = &answer.body["data"]["attributes"]["status"];
        assert!(status.as_u64().unwrap() < 300, "{}", answer.body);
        Ok(())
    }

    /// Waits for the end of a fork that was answered at once.
    fn watch(&mut self, name: &str) -> Result<(), Gone> {
        let path = format!("/environments/{name}");
        let is_ready = |answer: &Answer| {
            assert_eq!(answer.status, 200, "{}", answer.body);
            answer.body["data"]["meta"]["status"] == "ready"
        };
        self.ask_until(&path, is_ready).map(drop)
    }

    fn ask_until(&mut self, path: &str, done: impl Fn(&Answer) -> bool) -> Result<Answer, Gone> {
        loop {
            let answer = self.client.call("GET", path, None)?;
            if done(&answer) {
                return Ok(answer);
            }
            std::thread::yield_now();
        }
    }

    fn choose(&mut self) -> (Deed, Order) {
        let random = &mut self.random;
        let mut world = self.world.lock().unwrap();
        let room = world.environments.len() < ENVIRONMENTS;
        let any = world.environments.choose(random).cloned();
        let any = any.expect("there is a primary environment");
        let sandboxes = world.environments.iter().filter(|one| !one.primary);
        let sandbox = sandboxes.collect::<Vec<_>>().choose(random).copied();
        match (sandbox.cloned(), random.random_range(0..10)) {
            (_, 0..3) if room => fork(&mut world, &any, random),
            (Some(sandbox), 3..5) => promote(sandbox.name),
            (Some(sandbox), 0..3 | 5) => destroy(sandbox.name),
            (_, 6) => {
                let to = format!("called-{}", world.number());
                rename(any.name, to)
            }
            _ => {
                let number = world.number();
                change_schema(&any, &world.ids, number, random)
            }
        }
    }
}

fn fork(world: &mut World, source: &Environment, random: &mut SmallRng) -> (Deed, Order) {
    let deed = world.fork(&source.name);
    let Deed::Fork { copy, .. } = &deed else {
        unreachable!("a fork is a fork");
    };
    let query = [
        "",
        "?fast=true",
        "?immediate_return=true",
        "?immediate_return=true&fast=true",
    ];
    let query = query.choose(random).copied().unwrap_or_default();
    let order = Order {
        environment: String::new(),
        method: "POST",
        path: format!("/environments/{}/fork{query}", source.name),
        body: Some(named(&copy.name)),
    };
    (deed, order)
}

fn promote(name: String) -> (Deed, Order) {
    let order = Order {
        environment: String::new(),
        method: "PUT",
        path: format!("/environments/{name}/promote"),
        body: None,
    };
    (Deed::Promote { name }, order)
}

fn destroy(name: String) -> (Deed, Order) {
    let order = Order {
        environment: String::new(),
        method: "DELETE",
        path: format!("/environments/{name}"),
        body: None,
    };
    (Deed::Destroy { name }, order)
}

fn rename(from: String, to: String) -> (Deed, Order) {
    let order = Order {
        environment: String::new(),
        method: "PUT",
        path: format!("/environments/{from}/rename"),
        body: Some(named(&to)),
    };
    (Deed::Rename { from, to }, order)
}

fn named(id: &str) -> Value {
    json!({"data": {"type": "environment", "id": id}})
}

/// A change of the ballast's model, and what it then is.
fn change_schema(
    environment: &Environment,
    ids: &Ids,
    number: u64,
    random: &mut SmallRng,
) -> (Deed, Order) {
    let mut to: ObservedSchema = environment.schema.clone();
    let fields = format!("/item-types/{}/fields", ids.ballast);
    let update = |id: &str, attributes: Value| {
        let body = json!({"data": {"type": "field", "id": id, "attributes": attributes}});
        ("PUT", format!("/fields/{id}"), Some(body))
    };
    let (method, path, body) = match random.random_range(0..4) {
        0 | 1 => {
            let limit = random.random_range(1..BALLAST);
            to.limit = Some(limit);
            let validators = json!({"number_range": {"max": limit}});
            update(&ids.size, json!({ "validators": validators }))
        }
        2 => {
            to.localized = !to.localized;
            update(&ids.label, json!({ "localized": to.localized }))
        }
        _ => {
            if let Some(key) = to.extra.pop_first() {
                ("DELETE", format!("/fields/{}", id_of_extra(&key)), None)
            } else {
                let (key, body) = extra_field(number);
                to.extra.insert(key);
                ("POST", fields, Some(body))
            }
        }
    };
    let order = Order {
        environment: environment.name.clone(),
        method,
        path,
        body,
    };
    let name = environment.name.clone();
    (Deed::Schema { name, to }, order)
}
