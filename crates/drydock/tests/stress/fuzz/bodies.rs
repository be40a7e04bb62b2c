//! Calls with a body: what `drydock::requests` says the router takes, filled with what the project holds.

use drydock::requests::{self, Body, Entity, Id, Key, Kind, Presence, Relationship, Shape, Target};
use rand::Rng;
use rand::rngs::SmallRng;
use rand::seq::IndexedRandom;
use serde_json::{Map, Value, json};

use super::pool::Pool;
use super::{Call, calls, mutate, values};

/// Calls that are made more often than others: most rules are about records, models and fields.
const FREQUENT: &[&str] = &[
    "/items",
    "/items/:item",
    "/fields/:field",
    "/item-types/:item_type",
    "/item-types/:item_type/fields",
];

/// A call of any route with a body, changed a little.
pub(super) fn with_body(random: &mut SmallRng, pool: &Pool) -> Call {
    let all: Vec<&'static requests::Request> = requests::all().collect();
    let frequent = random.random_bool(0.5);
    let request = loop {
        let request = all[random.random_range(0..all.len())];
        if !frequent || FREQUENT.contains(&request.path) {
            break request;
        }
    };
    let (uri, id) = calls::uri(request.path, random, pool);
    let mut document = document(request, id.as_deref(), random, pool);
    mutate::document(&mut document, random, pool);
    let mut body = document.to_string().into_bytes();
    mutate::bytes(&mut body, random);
    Call {
        method: request.method,
        route: request.path,
        uri,
        environment: None,
        body,
    }
}

fn document(
    request: &requests::Request,
    id: Option<&str>,
    random: &mut SmallRng,
    pool: &Pool,
) -> Value {
    let Some(entity) = request.body.entities().choose(random) else {
        return json!({});
    };
    match request.body {
        Body::One(_) | Body::OneOf(_) => json!({ "data": data(entity, id, random, pool) }),
        Body::Many(_) => {
            let several = (0..random.random_range(0..4)).map(|_| data(entity, None, random, pool));
            json!({ "data": several.collect::<Vec<_>>() })
        }
    }
}

fn data(entity: &Entity, id: Option<&str>, random: &mut SmallRng, pool: &Pool) -> Value {
    let kind = entity.kind.unwrap_or("anything");
    // Half of them are something that exists, sent back or made a second time.
    let known = pool
        .entity(kind, random)
        .filter(|_| random.random_bool(0.5));
    let mut data = json!({ "type": kind });
    match entity.id {
        Id::None => {}
        Id::Optional if random.random_bool(0.8) => {}
        Id::Optional | Id::Required => {
            let any = || pool.any_id(&mut random.clone()).unwrap_or_default();
            data["id"] = json!(id.map_or_else(any, str::to_owned));
        }
    }
    let known = |part: &str| known.and_then(|entity| entity.get(part)).cloned();
    if wanted(entity.attributes.presence, random) {
        data["attributes"] = match known("attributes") {
            Some(attributes) => some_of(attributes, random),
            None => object(
                entity.attributes.keys,
                entity.attributes.others,
                random,
                pool,
            ),
        };
    }
    if wanted(entity.relationships.presence, random) {
        data["relationships"] = known("relationships")
            .unwrap_or_else(|| relationships(entity.relationships.keys, random, pool));
    }
    if wanted(entity.meta.presence, random) {
        data["meta"] = object(entity.meta.keys, entity.meta.others, random, pool);
    }
    data
}

fn wanted(presence: Presence, random: &mut SmallRng) -> bool {
    match presence {
        Presence::Never => false,
        Presence::Optional => random.random_bool(0.7),
        Presence::Required => true,
    }
}

/// Some of an entity's attributes, as an update may name them.
fn some_of(attributes: Value, random: &mut SmallRng) -> Value {
    if random.random_bool(0.4) {
        return attributes;
    }
    let all = attributes.as_object().cloned().unwrap_or_default();
    let some = all.into_iter().filter(|_| random.random_bool(0.4));
    Value::Object(some.collect())
}

fn object(keys: &[Key], others: bool, random: &mut SmallRng, pool: &Pool) -> Value {
    let mut map = Map::new();
    for key in keys {
        if key.required || random.random_bool(0.4) {
            map.insert(key.name.to_owned(), value(&key.shape, random, pool));
        }
    }
    if others {
        for _ in 0..random.random_range(0..4) {
            let value = match random.random_range(0..3) {
                0 => values::rules(random, pool),
                _ => values::anything(random, pool),
            };
            map.insert(values::word(random, pool), value);
        }
    }
    Value::Object(map)
}

fn value(shape: &Shape, random: &mut SmallRng, pool: &Pool) -> Value {
    if shape.or_null && random.random_bool(0.3) {
        return Value::Null;
    }
    match shape.kind {
        Kind::Anything => values::anything(random, pool),
        Kind::Boolean => json!(random.random_bool(0.5)),
        Kind::Integer => [json!(0), json!(1), json!(7), json!(-1), json!(i64::MAX)]
            [random.random_range(0..5)]
        .clone(),
        Kind::Number => values::number(random),
        Kind::Text => json!(values::word(random, pool)),
        Kind::DateTime => json!(
            [
                "2026-01-05T09:00:00.000Z",
                "2099-12-31T23:59:59+14:00",
                "0001-01-01T00:00:00Z"
            ][random.random_range(0..3)]
        ),
        Kind::Choice(values) => json!(values.choose(random)),
        Kind::List { of, at_least } => {
            let length = at_least + random.random_range(0..3);
            (0..length).map(|_| value(of, random, pool)).collect()
        }
        Kind::Object { others: true, .. } if random.random_bool(0.5) => values::rules(random, pool),
        Kind::Object { keys, others } => object(keys, others, random, pool),
        Kind::Either(forms) => match forms.choose(random) {
            Some(form) => value(form, random, pool),
            None => Value::Null,
        },
    }
}

fn relationships(all: &[Relationship], random: &mut SmallRng, pool: &Pool) -> Value {
    let mut map = Map::new();
    for one in all {
        if !one.required && random.random_bool(0.5) {
            continue;
        }
        let data = match one.target {
            Target::One { or_none: true, .. } if random.random_bool(0.3) => Value::Null,
            Target::One { kinds, .. } => reference(
                kinds.choose(random).copied().unwrap_or_default(),
                random,
                pool,
            ),
            Target::Many { kind } => (0..random.random_range(0..3))
                .map(|_| reference(kind, random, pool))
                .collect(),
        };
        map.insert(one.name.to_owned(), json!({ "data": data }));
    }
    Value::Object(map)
}

fn reference(kind: &str, random: &mut SmallRng, pool: &Pool) -> Value {
    let id = match random.random_range(0..10) {
        0 => Some(values::nasty(random)),
        1 => pool.any_id(random),
        _ => pool.id(kind, random),
    };
    json!({ "type": kind, "id": id.unwrap_or_else(|| "none".to_owned()) })
}
