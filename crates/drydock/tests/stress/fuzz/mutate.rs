//! How something valid becomes something else.

use rand::Rng;
use rand::rngs::SmallRng;
use serde_json::{Value, json};

use super::pool::Pool;
use super::values;

/// Changes a document in none, one or a few places.
pub(super) fn document(document: &mut Value, random: &mut SmallRng, pool: &Pool) {
    let changes = [0, 1, 1, 1, 2, 4][random.random_range(0..6)];
    for _ in 0..changes {
        let places = count(document);
        let mut place = random.random_range(0..places);
        if let Some(target) = node(document, &mut place) {
            change(target, random, pool);
        }
    }
}

fn count(value: &Value) -> usize {
    1 + match value {
        Value::Array(items) => items.iter().map(count).sum(),
        Value::Object(map) => map.values().map(count).sum(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => 0,
    }
}

/// The node that is reached after `place` others.
fn node<'a>(value: &'a mut Value, place: &mut usize) -> Option<&'a mut Value> {
    if *place == 0 {
        return Some(value);
    }
    *place -= 1;
    match value {
        Value::Array(items) => items.iter_mut().find_map(|item| node(item, place)),
        Value::Object(map) => map.values_mut().find_map(|item| node(item, place)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => None,
    }
}

fn change(target: &mut Value, random: &mut SmallRng, pool: &Pool) {
    match (&mut *target, random.random_range(0..10)) {
        (Value::Object(map), 0..=2) if !map.is_empty() => {
            let at = random.random_range(0..map.len());
            if let Some(key) = map.keys().nth(at).cloned() {
                map.shift_remove(&key);
            }
        }
        (Value::Object(map), 3..=5) => {
            let value = values::anything(random, pool);
            map.insert(values::word(random, pool), value);
        }
        (Value::Array(items), 0..=2) if !items.is_empty() => {
            let at = random.random_range(0..items.len());
            items.remove(at);
        }
        (Value::Array(items), 3..=4) if !items.is_empty() => {
            let at = random.random_range(0..items.len());
            let twin = items[at].clone();
            let times = [1, 1, 1, 600][random.random_range(0..4)];
            items.extend(std::iter::repeat_n(twin, times));
        }
        (Value::String(text), 0..=2) => text.push_str(&values::nasty(random)),
        (Value::String(text), 3) => {
            let half = text.chars().count() / 2;
            *text = text.chars().take(half).collect();
        }
        (_, 7) => *target = json!([target.take()]),
        (_, 8) => *target = values::rules(random, pool),
        _ => *target = values::anything(random, pool),
    }
}

/// Breaks bytes, seldom: most documents should get past the parser.
pub(super) fn bytes(bytes: &mut Vec<u8>, random: &mut SmallRng) {
    if bytes.is_empty() || random.random_range(0..25) > 0 {
        return;
    }
    let at = random.random_range(0..bytes.len());
    match random.random_range(0..5) {
        0 => bytes.truncate(at),
        1 => bytes[at] ^= 1 << random.random_range(0..8),
        2 => bytes.insert(at, 0xff),
        3 => bytes.splice(at..at, b"[".repeat(100_000)).for_each(drop),
        _ => bytes.extend_from_slice(b"{}"),
    }
}
