//! Models, fields and records for tests, made through the API.
#![expect(clippy::unwrap_used, reason = "a helper of tests fails by panicking")]
#![allow(dead_code, reason = "each test file uses a part of it")]

use serde_json::{Value, json};

use crate::support::{Dock, Reply};

/// The document of a call.
pub(crate) fn document(kind: &str, attributes: Value) -> Value {
    json!({"data": {"type": kind, "attributes": attributes}})
}

/// Makes a model; `extra` are more attributes. Gives its id.
pub(crate) async fn model(dock: &Dock, api_key: &str, extra: Value) -> String {
    let mut attributes = json!({"name": api_key, "api_key": api_key});
    for (key, value) in extra.as_object().unwrap() {
        attributes[key] = value.clone();
    }
    let reply = dock
        .call(
            "POST",
            "/item-types",
            Some(&document("item_type", attributes)),
        )
        .await;
    assert_eq!(reply.status, 201, "{}", reply.body);
    id(&reply)
}

/// Makes a field; `extra` are more attributes. Gives its entity.
pub(crate) async fn field(
    dock: &Dock,
    model: &str,
    api_key: &str,
    field_type: &str,
    extra: Value,
) -> Value {
    let outcome = try_field(dock, model, api_key, field_type, extra).await;
    assert_eq!(outcome["status"], 201, "{outcome}");
    outcome["payload"]["data"].clone()
}

/// Makes a field that must be filled in. Gives its entity.
pub(crate) async fn required_field(
    dock: &Dock,
    model: &str,
    api_key: &str,
    field_type: &str,
) -> Value {
    let required = json!({"validators": {"required": {}}});
    field(dock, model, api_key, field_type, required).await
}

/// Gives the project these locales.
pub(crate) async fn set_locales(dock: &Dock, locales: &[&str]) {
    let site = document("site", json!({"locales": locales}));
    let job = dock.call("PUT", "/site", Some(&site)).await;
    assert_eq!(dock.outcome(&job).await["status"], 200);
}

/// Asks for a field. Gives the outcome of the job.
pub(crate) async fn try_field(
    dock: &Dock,
    model: &str,
    api_key: &str,
    field_type: &str,
    extra: Value,
) -> Value {
    let mut attributes = json!({"label": api_key, "api_key": api_key, "field_type": field_type});
    for (key, value) in extra.as_object().unwrap() {
        attributes[key] = value.clone();
    }
    let path = format!("/item-types/{model}/fields");
    let job = dock
        .call("POST", &path, Some(&document("field", attributes)))
        .await;
    dock.outcome(&job).await
}

/// The document of a new record.
pub(crate) fn new_item(model: &str, attributes: Value) -> Value {
    json!({"data": {"type": "item", "attributes": attributes,
        "relationships": {"item_type": {"data": {"type": "item_type", "id": model}}}}})
}

/// A new block, as requests hold it.
pub(crate) fn new_block(model: &str, attributes: Value) -> Value {
    new_item(model, attributes)["data"].clone()
}

/// Makes a record. Gives its id.
pub(crate) async fn item(dock: &Dock, model: &str, attributes: Value) -> String {
    let reply = try_item(dock, model, attributes).await;
    assert_eq!(reply.status, 201, "{}", reply.body);
    id(&reply)
}

/// Asks for a record.
pub(crate) async fn try_item(dock: &Dock, model: &str, attributes: Value) -> Reply {
    dock.call("POST", "/items", Some(&new_item(model, attributes)))
        .await
}

/// Changes attributes of a record.
pub(crate) async fn update(dock: &Dock, item: &str, attributes: Value) -> Reply {
    let body = json!({"data": {"type": "item", "id": item, "attributes": attributes}});
    dock.call("PUT", &format!("/items/{item}"), Some(&body))
        .await
}

/// The id of the entity answered.
pub(crate) fn id(reply: &Reply) -> String {
    reply.data()["id"].as_str().unwrap().to_owned()
}

/// One attribute of every entity of a list, or its id.
pub(crate) fn column(reply: &Reply, attribute: &str) -> Vec<Value> {
    assert_eq!(reply.status, 200, "{}", reply.body);
    let entities = reply.data().as_array().unwrap().iter();
    if attribute == "id" {
        return entities.map(|entity| entity["id"].clone()).collect();
    }
    entities
        .map(|entity| entity["attributes"][attribute].clone())
        .collect()
}

/// Puts a file there and makes an asset of it. Gives its id.
pub(crate) async fn asset(dock: &Dock, filename: &str, bytes: Vec<u8>) -> String {
    let request = document("upload_request", json!({"filename": filename}));
    let request = dock.call("POST", "/upload-requests", Some(&request)).await;
    let url = request.data()["attributes"]["url"].as_str().unwrap();
    assert_eq!(dock.put_file(url, bytes).await, 200);
    let body = document("upload", json!({"path": request.data()["id"]}));
    let job = dock.call("POST", "/uploads", Some(&body)).await;
    let outcome = dock.outcome(&job).await;
    outcome["payload"]["data"]["id"]
        .as_str()
        .unwrap()
        .to_owned()
}
