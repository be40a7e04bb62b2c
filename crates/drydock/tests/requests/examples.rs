//! Bodies made from the table: one that fits, and values that do not.

use drydock::requests::{
    Body, Entity, Id, Key, Kind, Presence, Relationship, Request, Shape, Target,
};
use serde_json::{Map, Value, json};

/// A body with this entity, which has everything it may have.
pub(crate) fn body(request: &Request, entity: &Entity) -> Value {
    let data = data(entity);
    match request.body {
        Body::One(_) | Body::OneOf(_) => json!({ "data": data }),
        Body::Many(_) => json!({ "data": [data] }),
    }
}

/// Where the entity is in such a body, as errors write it.
pub(crate) fn place(request: &Request) -> &'static str {
    match request.body {
        Body::One(_) | Body::OneOf(_) => "#/data",
        Body::Many(_) => "#/data/0",
    }
}

/// The entity in such a body.
pub(crate) fn entity_in(body: &mut Value) -> &mut Map<String, Value> {
    let data = &mut body["data"];
    let entity = if data.is_array() { &mut data[0] } else { data };
    entity.as_object_mut().unwrap()
}

fn data(entity: &Entity) -> Value {
    let mut data = json!({ "type": entity.kind.unwrap_or("anything") });
    if entity.id != Id::None {
        data["id"] = json!("an-id");
    }
    if entity.attributes.presence != Presence::Never {
        data["attributes"] = object(entity.attributes.keys);
    }
    if entity.relationships.presence != Presence::Never {
        let related = entity.relationships.keys.iter();
        let related: Map<String, Value> = related
            .map(|relationship| (relationship.name.to_owned(), related_to(relationship)))
            .collect();
        data["relationships"] = related.into();
    }
    if entity.meta.presence != Presence::Never {
        data["meta"] = object(entity.meta.keys);
    }
    data
}

fn object(keys: &[Key]) -> Value {
    let values = keys
        .iter()
        .map(|key| (key.name.to_owned(), value(&key.shape)));
    Value::Object(values.collect())
}

fn value(shape: &Shape) -> Value {
    match shape.kind {
        Kind::Anything => json!({ "any": ["thing"] }),
        Kind::Boolean => json!(true),
        Kind::Integer => json!(1),
        Kind::Number => json!(0.5),
        Kind::Text => json!("text"),
        Kind::DateTime => json!("2026-01-05T09:00:00.000Z"),
        Kind::Choice(values) => json!(values[0]),
        Kind::List { of, .. } => json!([value(of)]),
        Kind::Object { keys, .. } => object(keys),
        Kind::Either(forms) => value(&forms[0]),
    }
}

fn related_to(relationship: &Relationship) -> Value {
    match relationship.target {
        Target::One { kinds, .. } => json!({ "data": reference(kinds[0]) }),
        Target::Many { kind } => json!({ "data": [reference(kind)] }),
    }
}

pub(crate) fn reference(kind: &str) -> Value {
    json!({ "type": kind, "id": "an-id" })
}

/// Values of every type of JSON that the shape is none of, and words it does not know.
pub(crate) fn wrong_values(shape: &Shape) -> Vec<Value> {
    let mut types = Vec::new();
    types_of(shape, &mut types);
    if types.contains(&"anything") {
        return Vec::new();
    }
    let mut wrong: Vec<Value> = [
        ("null", json!(null)),
        ("boolean", json!(true)),
        ("integer", json!(7)),
        ("number", json!(1.5)),
        ("string", json!("nonsense")),
        ("array", json!(["nonsense"])),
        ("object", json!({ "nonsense": true })),
    ]
    .into_iter()
    .filter(|(name, _)| !types.contains(name))
    .map(|(_, value)| value)
    .collect();
    if matches!(shape.kind, Kind::Choice(_) | Kind::DateTime) {
        wrong.push(json!("nonsense"));
    }
    wrong
}

/// The types of JSON that the shape may be.
pub(crate) fn types_of(shape: &Shape, types: &mut Vec<&'static str>) {
    if shape.or_null {
        types.push("null");
    }
    match shape.kind {
        Kind::Anything => types.push("anything"),
        Kind::Boolean => types.push("boolean"),
        Kind::Integer => types.push("integer"),
        Kind::Number => types.extend(["integer", "number"]),
        Kind::Text | Kind::DateTime | Kind::Choice(_) => types.push("string"),
        Kind::List { .. } => types.push("array"),
        Kind::Object { .. } => types.push("object"),
        Kind::Either(forms) => forms.iter().for_each(|form| types_of(form, types)),
    }
}
