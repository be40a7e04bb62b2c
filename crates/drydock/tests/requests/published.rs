//! The table against the types the vendor publishes today, key by key.
//!
//! The types come with the vendor's client, and the compiler that reads them with the vendor's command line (`node_modules`);
//! where these or Node.js are missing the tests say so and pass.

use std::process::Command;

use drydock::requests::{
    self, Body, Entity, Id, Key, Kind, Presence, Relationship, Section, Shape, Target,
};
use serde_json::{Map, Value, json};

use crate::root;

/// Where the table means something else than the types: the place, and why.
const EXCEPTIONS: [(&str, &str); 18] = [
    (
        "items.create data.attributes",
        "a record's fields; records look at them, not the table",
    ),
    ("items.update data.attributes", "likewise"),
    ("items.validateNew data.attributes", "likewise"),
    ("items.validateExisting data.attributes", "likewise"),
    (
        "items.create data.__itemTypeId",
        "a key for the compiler, never sent",
    ),
    ("items.update data.__itemTypeId", "likewise"),
    ("items.validateNew data.__itemTypeId", "likewise"),
    ("items.validateExisting data.__itemTypeId", "likewise"),
    (
        "items.bulkPublish data.relationships.minItems",
        "a slip of the vendor's schema: no relationship is called that",
    ),
    (
        "items.bulkUnpublish data.relationships.minItems",
        "likewise",
    ),
    ("items.bulkDestroy data.relationships.minItems", "likewise"),
    (
        "items.bulkMoveToStage data.relationships.minItems",
        "likewise",
    ),
    (
        "uploads.create data.attributes.default_field_metadata",
        "the older form, by locale, was recorded; older projects take it",
    ),
    (
        "uploads.update data.attributes.default_field_metadata",
        "likewise",
    ),
    (
        "fields.create data.attributes.appearance.type",
        "text fields were answered with one, and the vendor's tools send back what they have read",
    ),
    ("fields.update data.attributes.appearance.type", "likewise"),
    (
        "accessTokens.create data.relationships.role.data",
        "a token may have no role: both the answers' types and the older schema say so",
    ),
    (
        "accessTokens.update data.relationships.role.data",
        "likewise",
    ),
];

/// A call as the types tell it.
struct Call {
    name: String,
    told: Value,
}

/// The calls that take a body; `None` where nothing can read the types.
fn calls() -> Option<Vec<Call>> {
    let modules = root().join("node_modules");
    for needed in [
        "@datocms/cma-client/resources.json",
        "typescript/package.json",
    ] {
        if !modules.join(needed).is_file() {
            println!(
                "not compared: {} is not there",
                modules.join(needed).display()
            );
            return None;
        }
    }
    let script = root().join("crates/drydock/tests/requests/published_types.mjs");
    let told = match Command::new("node").arg(script).arg(root()).output() {
        Ok(told) => told,
        Err(error) => {
            println!("not compared: node cannot be run: {error}");
            return None;
        }
    };
    let complaint = String::from_utf8_lossy(&told.stderr).into_owned();
    assert!(told.status.success(), "{complaint}");
    let calls: Vec<Value> = serde_json::from_slice(&told.stdout).unwrap();
    let named = calls.into_iter().filter(|told| !told["body"].is_null());
    let call = |told: Value| Call {
        name: told["name"].as_str().unwrap().to_owned(),
        told,
    };
    Some(named.map(call).collect())
}

#[test]
fn the_table_says_what_the_published_types_say() {
    let Some(calls) = calls() else { return };
    assert_eq!(calls.len(), 68, "the vendor's list has changed");
    let mut differences = Vec::new();
    let mut described = Vec::new();
    for call in &calls {
        let text = |key: &str| call.told[key].as_str().unwrap();
        let Some(request) = requests::find(text("method"), text("path")) else {
            differences.push(format!("{} is not in the table", call.name));
            continue;
        };
        described.push((request.method, request.path));
        let ours = (request.resource, request.link as u64, request.may_be_absent);
        let told = &call.told;
        let theirs = (
            text("resource"),
            told["link"].as_u64().unwrap(),
            told["mayBeAbsent"] == true,
        );
        if ours != theirs {
            differences.push(format!("{}: {ours:?} instead of {theirs:?}", call.name));
        }
        compare(
            &call.name,
            &document(request),
            &sorted(&told["body"]),
            &mut differences,
        );
    }
    for request in requests::all() {
        if !described.contains(&(request.method, request.path)) {
            differences.push(format!(
                "{} {} is not the vendor's",
                request.method, request.path
            ));
        }
    }
    let (meant, differences): (Vec<String>, Vec<String>) =
        differences.into_iter().partition(|difference| {
            EXCEPTIONS
                .iter()
                .any(|(place, _)| difference.starts_with(&format!("{place}:")))
        });
    assert!(differences.is_empty(), "{}", differences.join("\n"));
    for (place, why) in EXCEPTIONS {
        let holds = meant
            .iter()
            .any(|difference| difference.starts_with(&format!("{place}:")));
        assert!(holds, "an exception for nothing: {place} ({why})");
    }
}

/// A document of the table, in the words of the script.
fn document(request: &requests::Request) -> Value {
    let data = match request.body {
        Body::One(entity) => entity_shape(&entity),
        Body::OneOf(entities) => any_of(entities.iter().map(entity_shape).collect()),
        Body::Many(entities) => list(any_of(entities.iter().map(entity_shape).collect()), 0),
    };
    let document = keys(vec![("data", true, data)], false);
    if request.may_be_absent {
        any_of(vec![document, json!("null")])
    } else {
        document
    }
}

fn entity_shape(entity: &Entity) -> Value {
    let kind = entity
        .kind
        .map_or(json!("string"), |kind| json!({ "literal": kind }));
    let mut parts = vec![("type", true, kind)];
    if entity.id != Id::None {
        parts.push(("id", entity.id == Id::Required, json!("string")));
    }
    let mut section = |name, presence, shape| match presence {
        Presence::Never => {}
        Presence::Optional | Presence::Required => {
            parts.push((name, presence == Presence::Required, shape));
        }
    };
    let attributes = |of: &Section<Key>| object(of.keys, of.others);
    section(
        "attributes",
        entity.attributes.presence,
        attributes(&entity.attributes),
    );
    let related = entity.relationships.keys.iter();
    let related = related.map(|relationship| {
        let data = keys(vec![("data", true, target(relationship))], false);
        (relationship.name, relationship.required, data)
    });
    let related = keys(related.collect(), entity.relationships.others);
    section("relationships", entity.relationships.presence, related);
    section("meta", entity.meta.presence, attributes(&entity.meta));
    keys(parts, false)
}

fn target(relationship: &Relationship) -> Value {
    let reference = |kind: &str| {
        keys(
            vec![
                ("type", true, json!({ "literal": kind })),
                ("id", true, json!("string")),
            ],
            false,
        )
    };
    match relationship.target {
        Target::One { kinds, or_none } => {
            let mut forms: Vec<Value> = kinds.iter().map(|kind| reference(kind)).collect();
            forms.extend(or_none.then(|| json!("null")));
            any_of(forms)
        }
        Target::Many { kind } => list(reference(kind), 0),
    }
}

fn shape(shape: &Shape) -> Value {
    let mut forms = match shape.kind {
        Kind::Anything => return json!("any"),
        Kind::Boolean => vec![json!("boolean")],
        Kind::Integer | Kind::Number => vec![json!("number")],
        Kind::Text | Kind::DateTime => vec![json!("string")],
        Kind::Choice(values) => values
            .iter()
            .map(|value| json!({ "literal": value }))
            .collect(),
        Kind::List { of, at_least } => vec![list(self::shape(of), at_least)],
        Kind::Object { keys, others } => vec![object(keys, others)],
        Kind::Either(forms) => forms.iter().map(self::shape).collect(),
    };
    forms.extend(shape.or_null.then(|| json!("null")));
    any_of(forms)
}

fn object(of: &[Key], open: bool) -> Value {
    keys(
        of.iter()
            .map(|key| (key.name, key.required, shape(&key.shape)))
            .collect(),
        open,
    )
}

fn keys(of: Vec<(&str, bool, Value)>, open: bool) -> Value {
    let entry = |(name, required, shape): (&str, bool, Value)| {
        (
            name.to_owned(),
            json!({ "required": required, "shape": shape }),
        )
    };
    let keys: Map<String, Value> = of.into_iter().map(entry).collect();
    json!({ "keys": keys, "open": open })
}

fn list(of: Value, at_least: usize) -> Value {
    json!({ "list": of, "atLeast": at_least })
}

/// One of these forms, in an order that does not depend on who told them; what is one of several itself is told at once.
fn any_of(forms: Vec<Value>) -> Value {
    let mut flat: Vec<Value> = Vec::new();
    for form in forms {
        match form["either"].as_array() {
            Some(inner) => flat.extend(inner.iter().cloned()),
            None => flat.push(form),
        }
    }
    if flat.len() == 1 {
        return flat.remove(0);
    }
    flat.sort_by_key(Value::to_string);
    json!({ "either": flat })
}

/// The same shape with its forms in that order.
fn sorted(shape: &Value) -> Value {
    if let Some(forms) = shape["either"].as_array() {
        return any_of(forms.iter().map(sorted).collect());
    }
    if let Some(of) = shape.get("list") {
        return json!({ "list": sorted(of), "atLeast": shape["atLeast"] });
    }
    if let Some(told) = shape["keys"].as_object() {
        let entry = |(name, key): (&String, &Value)| {
            (
                name.clone(),
                json!({ "required": key["required"], "shape": sorted(&key["shape"]) }),
            )
        };
        let keys: Map<String, Value> = told.iter().map(entry).collect();
        return json!({ "keys": keys, "open": shape["open"] });
    }
    shape.clone()
}

fn compare(place: &str, ours: &Value, theirs: &Value, differences: &mut Vec<String>) {
    if let (Some(our_keys), Some(their_keys)) =
        (ours["keys"].as_object(), theirs["keys"].as_object())
    {
        let below = |name: &str| {
            let separator = if place.contains(' ') { '.' } else { ' ' };
            format!("{place}{separator}{name}")
        };
        if ours["open"] != theirs["open"] {
            differences.push(format!("{place}: open to other keys or not"));
        }
        for (name, ours) in our_keys {
            let place = below(name);
            let Some(theirs) = their_keys.get(name) else {
                differences.push(format!("{place}: not in the types"));
                continue;
            };
            if ours["required"] != theirs["required"] {
                differences.push(format!("{place}: required or not"));
            }
            compare(&place, &ours["shape"], &theirs["shape"], differences);
        }
        for name in their_keys
            .keys()
            .filter(|name| !our_keys.contains_key(*name))
        {
            differences.push(format!("{}: not in the table", below(name)));
        }
    } else if let (Some(ours), Some(theirs)) = (ours.get("list"), theirs.get("list")) {
        compare(place, ours, theirs, differences);
    } else if !same(ours, theirs) {
        differences.push(format!("{place}: {ours} instead of {theirs}"));
    }
    if ours["atLeast"] != theirs["atLeast"] {
        differences.push(format!("{place}: {} entries at least", ours["atLeast"]));
    }
}

/// Whether two shapes are the same, whatever the order of their keys.
fn same(ours: &Value, theirs: &Value) -> bool {
    match (ours, theirs) {
        (Value::Object(ours), Value::Object(theirs)) => {
            ours.len() == theirs.len()
                && ours
                    .iter()
                    .all(|(name, ours)| theirs.get(name).is_some_and(|theirs| same(ours, theirs)))
        }
        (Value::Array(ours), Value::Array(theirs)) => {
            let fits = |ours: &Value| theirs.iter().any(|theirs| same(ours, theirs));
            ours.len() == theirs.len() && ours.iter().all(fits)
        }
        (ours, theirs) => ours == theirs,
    }
}

#[test]
fn a_difference_is_seen() {
    let differences = |ours: &Value, theirs: &Value| {
        let mut found = Vec::new();
        compare("x", ours, theirs, &mut found);
        found
    };
    let one = |shape: Value, required: bool| keys(vec![("a", required, shape)], false);
    let text = one(json!("string"), true);
    assert!(differences(&text, &text).is_empty());
    assert_eq!(
        differences(&text, &one(json!("string"), false)),
        ["x a: required or not"]
    );
    assert_eq!(
        differences(&text, &one(json!("number"), true)),
        ["x a: \"string\" instead of \"number\""]
    );
    assert_eq!(
        differences(&text, &keys(vec![("b", true, json!("string"))], true)),
        [
            "x: open to other keys or not",
            "x a: not in the types",
            "x b: not in the table"
        ]
    );
    assert_eq!(
        differences(&list(json!("string"), 1), &list(json!("string"), 0)),
        ["x: 1 entries at least"]
    );
    let forms = |one: &str, other: &str| sorted(&json!({ "either": [one, other] }));
    assert!(differences(&forms("null", "string"), &forms("string", "null")).is_empty());
    assert_eq!(
        differences(&forms("null", "string"), &json!("string")).len(),
        1
    );
}
