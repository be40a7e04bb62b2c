//! What the directories hold: a model whose records the writers own, and one whose records only the schema's changes touch.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::world::{Environment, World};
use crate::wire::Client;

/// Records of the model that schema changes are made to, numbered from 1.
pub(super) const BALLAST: i64 = 30;

/// The ids everything was made with. No fork may change one.
#[derive(Debug, Clone, Default)]
pub(super) struct Ids {
    /// The model of the writers.
    pub(super) entry: String,
    /// The other one.
    pub(super) ballast: String,
    /// Its field `size`, whose greatest value is changed.
    pub(super) size: String,
    /// Its field `label`, which is localized and delocalized.
    pub(super) label: String,
    /// Its records, in the order of their sizes.
    pub(super) records: Vec<String>,
}

/// Makes the models and the ballast in the environment `main`, in peace.
pub(super) fn lay_down(client: &mut Client, world: &mut World) {
    let entry = model(client, "entry");
    field(client, &entry, "value", "integer");
    field(client, &entry, "text", "text");
    let ballast = model(client, "ballast");
    let size = field(client, &ballast, "size", "integer");
    let label = field(client, &ballast, "label", "string");
    let records = (1..=BALLAST)
        .map(|size| {
            let body = json!({"data": {"type": "item", "attributes": {"size": size, "label": format!("no. {size}")},
                "relationships": {"item_type": {"data": {"type": "item_type", "id": ballast}}}}});
            made(client, "/items", &body)
        })
        .collect();
    world.ids = Ids {
        entry,
        ballast,
        size,
        label,
        records,
    };
    world.environments = vec![Environment::first("main")];
}

fn model(client: &mut Client, api_key: &str) -> String {
    let body =
        json!({"data": {"type": "item_type", "attributes": {"name": api_key, "api_key": api_key}}});
    made(client, "/item-types", &body)
}

fn field(client: &mut Client, model: &str, api_key: &str, field_type: &str) -> String {
    let path = format!("/item-types/{model}/fields");
    let answer = client.call("POST", &path, Some(&new_field(api_key, field_type)));
    let answer = answer.expect("nobody kills a server that is laid out");
    assert_eq!(answer.status, 202, "{}", answer.body);
    let outcome = outcome(client, answer.body["data"]["id"].as_str().unwrap());
    assert_eq!(outcome["status"], 201, "{outcome}");
    outcome["payload"]["data"]["id"]
        .as_str()
        .unwrap()
        .to_owned()
}

fn new_field(api_key: &str, field_type: &str) -> Value {
    json!({"data": {"type": "field", "attributes": {"label": api_key, "api_key": api_key, "field_type": field_type}}})
}

/// The API key and the document of a new field of the ballast's, which has the id of its number.
pub(super) fn extra_field(number: u64) -> (String, Value) {
    let key = format!("extra_{number}");
    let mut body = new_field(&key, "boolean");
    body["data"]["id"] = id(0, number).into();
    (key, body)
}

/// The id of the field with this API key.
pub(super) fn id_of_extra(key: &str) -> String {
    let number = key.trim_start_matches("extra_").parse();
    id(0, number.expect("its key says its number"))
}

/// An id as the API likes it, of our choice.
pub(super) fn id(kind: u8, number: u64) -> String {
    let mut bytes = [7; 16];
    bytes[0] = kind;
    bytes[6] = 0x40;
    bytes[7] = 0;
    bytes[8..].copy_from_slice(&number.to_be_bytes());
    bytes[8] = 0x80;
    URL_SAFE_NO_PAD.encode(bytes)
}

fn made(client: &mut Client, path: &str, body: &Value) -> String {
    let answer = client.call("POST", path, Some(body));
    let answer = answer.expect("nobody kills a server that is laid out");
    assert_eq!(answer.status, 201, "{}", answer.body);
    answer.body["data"]["id"].as_str().unwrap().to_owned()
}

/// The outcome of a job, when nobody kills the server meanwhile.
pub(super) fn outcome(client: &mut Client, job: &str) -> Value {
    loop {
        let answer = client.call("GET", &format!("/job-results/{job}"), None);
        let answer = answer.expect("nobody kills this server");
        if answer.status == 200 {
            return answer.body["data"]["attributes"].clone();
        }
        assert_eq!(answer.code(), "NOT_FOUND");
        std::thread::yield_now();
    }
}
