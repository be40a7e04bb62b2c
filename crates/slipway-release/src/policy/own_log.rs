//! What of the sandbox is Slipway's own: the records that hold the logs of its releases, and the model they are records of.
//!
//! They lie where a migration writes. One that could change a log would give its own consents, or say of a script that did
//! not run that it did. So what would change what a log says is refused. What changes no log is let through, as a migration
//! may go over all models, or publish every record: the CLI does not know which of them are ours.

use serde_json::{Map, Value};

/// The attributes of a log's record that the driver goes by.
const TELLING: [&str; 3] = ["journal", "lease", "release"];

/// What is known of Slipway's own records in the environment that a script runs on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnLog {
    /// The api key of their model.
    pub api_key: String,
    /// The model's id; `None` where there is no such model.
    pub model: Option<String>,
    /// The record of the release that the script belongs to; `None` for a rehearsal, which keeps none.
    pub record: Option<String>,
}

/// Whether a request would change a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Touch {
    /// It would not.
    No,
    /// It would.
    Yes,
    /// It would if what this path answers belongs to the model: [`OwnLog::has`] tells.
    If(String),
}

impl OwnLog {
    /// Judges one request by its method, its path and its body's text. The path is one of the management API's.
    pub fn touch(&self, method: &str, path: &str, body: Option<&str>) -> Touch {
        let method = method.to_ascii_uppercase();
        let segments: Vec<&str> = path.split('/').skip(1).collect();
        let body: Value = body
            .and_then(|body| serde_json::from_str(body).ok())
            .unwrap_or_default();
        let data = &body["data"];
        let attributes = data["attributes"].as_object();
        match (method.as_str(), segments.as_slice()) {
            ("POST", ["items"]) => yes_if(self.is_model(&data["relationships"]["item_type"])),
            ("PUT", ["items", id]) => self.update(id, attributes),
            ("DELETE", ["items", id]) => yes_if(self.is_record(id)),
            ("POST", ["items", id, "duplicate"]) if !self.is_record(id) => self.item(id),
            ("POST", ["items", _, "duplicate"]) => Touch::Yes,
            ("POST", ["items", "bulk", "destroy"]) => yes_if(self.names_record(data)),
            ("POST", ["versions", id, "restore"]) => self.known_model(format!("/versions/{id}")),
            ("POST", ["item-types"]) => yes_if(says(attributes, "api_key", &self.api_key)),
            ("DELETE", ["item-types", id]) => yes_if(self.is_model_id(id)),
            ("PUT", ["item-types", id]) if self.is_model_id(id) => {
                yes_if(attributes.is_some_and(|attributes| {
                    attributes.contains_key("api_key")
                        && !says(Some(attributes), "api_key", &self.api_key)
                }))
            }
            ("DELETE", ["fields", id]) => self.field(id),
            ("PUT", ["fields", id]) if has(attributes, "api_key") => self.field(id),
            _ => Touch::No,
        }
    }

    /// Whether an entity belongs to the model: a record, one of its versions, a field.
    pub fn has(&self, answer: &Value) -> bool {
        self.is_model(&answer["data"]["relationships"]["item_type"])
    }

    fn update(&self, id: &str, attributes: Option<&Map<String, Value>>) -> Touch {
        if self.is_record(id) {
            // A record that is saved again as it is stays what it is.
            return yes_if(attributes.is_some_and(|attributes| !attributes.is_empty()));
        }
        if TELLING.iter().any(|telling| has(attributes, telling)) {
            self.item(id)
        } else {
            Touch::No
        }
    }

    fn item(&self, id: &str) -> Touch {
        self.known_model(format!("/items/{id}"))
    }

    fn field(&self, id: &str) -> Touch {
        // Fields may be called by the api keys of their model and their own.
        match id.split_once("::") {
            Some((model, _)) => yes_if(self.is_model_id(model)),
            None => self.known_model(format!("/fields/{id}")),
        }
    }

    /// Where there is no model, nothing belongs to it.
    fn known_model(&self, path: String) -> Touch {
        if self.model.is_some() {
            Touch::If(path)
        } else {
            Touch::No
        }
    }

    fn is_record(&self, id: &str) -> bool {
        self.record.as_deref() == Some(id)
    }

    fn is_model_id(&self, id: &str) -> bool {
        self.model.as_deref() == Some(id) || (self.model.is_some() && self.api_key == id)
    }

    fn is_model(&self, relationship: &Value) -> bool {
        let id = relationship["data"]["id"].as_str();
        id.is_some_and(|id| self.is_model_id(id))
    }

    /// Whether a request about many records is about this one, too.
    fn names_record(&self, data: &Value) -> bool {
        let items = data["relationships"]["items"]["data"].as_array();
        let mut items = items.into_iter().flatten();
        items.any(|item| item["id"].as_str().is_some_and(|id| self.is_record(id)))
    }
}

fn yes_if(touches: bool) -> Touch {
    if touches { Touch::Yes } else { Touch::No }
}

fn has(attributes: Option<&Map<String, Value>>, name: &str) -> bool {
    attributes.is_some_and(|attributes| attributes.contains_key(name))
}

fn says(attributes: Option<&Map<String, Value>>, name: &str, value: &str) -> bool {
    attributes.and_then(|attributes| attributes.get(name)?.as_str()) == Some(value)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::json;

    use super::*;

    fn own_log() -> OwnLog {
        OwnLog {
            api_key: "slipway_release".to_owned(),
            model: Some("M".to_owned()),
            record: Some("R".to_owned()),
        }
    }

    fn of_model(id: &str) -> Value {
        json!({ "data": { "relationships": { "item_type": { "data": { "type": "item_type", "id": id } } } } })
    }

    fn attributes(attributes: &Value) -> Value {
        json!({ "data": { "attributes": attributes } })
    }

    #[rstest]
    #[case::a_record_of_its_own("POST", "/items", of_model("M"))]
    #[case::a_record_by_the_models_key("POST", "/items", of_model("slipway_release"))]
    #[case::the_log("PUT", "/items/R", attributes(&json!({ "journal": "…" })))]
    #[case::a_renamed_field_of_it("PUT", "/items/R", attributes(&json!({ "x": "…" })))]
    #[case::in_small_letters("put", "/items/R", attributes(&json!({ "lease": null })))]
    #[case::the_record("DELETE", "/items/R", Value::Null)]
    #[case::its_twin("POST", "/items/R/duplicate", Value::Null)]
    #[case::among_many("POST", "/items/bulk/destroy", json!({ "data": { "relationships": { "items": { "data": [{ "id": "a" }, { "id": "R" }] } } } }))]
    #[case::the_model("DELETE", "/item-types/M", Value::Null)]
    #[case::the_model_by_its_key("DELETE", "/item-types/slipway_release", Value::Null)]
    #[case::another_name_for_it("PUT", "/item-types/M", attributes(&json!({ "api_key": "old" })))]
    #[case::another_model_of_its_name("POST", "/item-types", attributes(&json!({ "api_key": "slipway_release" })))]
    #[case::a_field("DELETE", "/fields/slipway_release::journal", Value::Null)]
    fn the_log_is_not_a_migrations(#[case] method: &str, #[case] path: &str, #[case] body: Value) {
        let touch = own_log().touch(method, path, Some(&body.to_string()));
        assert_eq!(touch, Touch::Yes);
    }

    #[rstest]
    #[case::another_releases_log("PUT", "/items/S", attributes(&json!({ "journal": "…" })), "/items/S")]
    #[case::its_twin("POST", "/items/S/duplicate", Value::Null, "/items/S")]
    #[case::an_older_state("POST", "/versions/V/restore", Value::Null, "/versions/V")]
    #[case::a_field("DELETE", "/fields/F", Value::Null, "/fields/F")]
    #[case::its_name("PUT", "/fields/F", attributes(&json!({ "api_key": "x" })), "/fields/F")]
    fn what_the_request_does_not_say_is_looked_up(
        #[case] method: &str,
        #[case] path: &str,
        #[case] body: Value,
        #[case] asked: &str,
    ) {
        let body = body.to_string();
        let touch = own_log().touch(method, path, Some(&body));
        assert_eq!(touch, Touch::If(asked.to_owned()));
        // Where there is no log yet, nobody has to be asked.
        let none = OwnLog {
            model: None,
            record: None,
            ..own_log()
        };
        assert_eq!(none.touch(method, path, Some(&body)), Touch::No);
    }

    #[rstest]
    #[case::reading("GET", "/items/R", Value::Null)]
    #[case::publishing_everything("PUT", "/items/R/publish", Value::Null)]
    #[case::saving_everything_again("PUT", "/items/R", attributes(&json!({})))]
    #[case::drafts_for_all_models("PUT", "/item-types/M", attributes(&json!({ "draft_mode_active": true })))]
    #[case::with_the_name_it_has("PUT", "/item-types/M", attributes(&json!({ "api_key": "slipway_release" })))]
    #[case::a_field_in_all_models("POST", "/item-types/M/fields", attributes(&json!({ "api_key": "note" })))]
    #[case::another_record("POST", "/items", of_model("article"))]
    #[case::another_update("PUT", "/items/S", attributes(&json!({ "title": "…" })))]
    #[case::another_model("DELETE", "/item-types/article", Value::Null)]
    #[case::another_field("PUT", "/fields/F", attributes(&json!({ "label": "…" })))]
    #[case::other_records("POST", "/items/bulk/destroy", json!({ "data": { "relationships": { "items": { "data": [{ "id": "a" }] } } } }))]
    fn what_changes_no_log_is_let_through(
        #[case] method: &str,
        #[case] path: &str,
        #[case] body: Value,
    ) {
        let touch = own_log().touch(method, path, Some(&body.to_string()));
        assert_eq!(touch, Touch::No);
    }

    #[test]
    fn an_answer_tells_whose_it_is() {
        assert!(own_log().has(&of_model("M")));
        assert!(!own_log().has(&of_model("article")));
        assert!(!own_log().has(&Value::Null));
    }
}
