//! Conversations that were recorded with the real service, replayed against drydock.
//!
//! The recordings stand beside the checkout (`../shared/reference/recorded`) and are not part of it; where they are absent
//! these tests say so and pass. To add a session, add a row to `sessions!`.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a failure here fails the test"
)]

mod support;

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde_json::{Map, Value};
use support::{Dock, Reply};

/// Each row: a test, the recording, and the keys whose values are not compared in it, with the reason.
macro_rules! sessions {
    ($($(#[$why:meta])* $test:ident: $file:literal, except $except:expr;)*) => {$(
        $(#[$why])*
        #[tokio::test]
        async fn $test() {
            replay($file, &$except).await;
        }
    )*};
}

sessions! {
    environments_cycle: "environments-all-find-fork-promote-destroy", except [];
    environment_destroyed_by_the_old_cli: "dato-environment-destroy-destroy", except [];
    environment_promoted_by_the_old_cli: "dato-environment-promote-promotes-the-environment-to-primary", except [];
    primary_found_by_the_old_cli:
        "dato-environment-get-primary-returns-the-name-of-the-primary-environment", except [];
    maintenance_switched_by_the_old_cli: "dato-maintenance-on-turns-on-maintenance-mode", except [];
    migrations_tried_by_the_old_cli: "dato-migrate-dryrun", except [];
    migrations_run_by_the_old_cli: "dato-migrate-forks-primary-env-and-runs-migrations", except [];
    /// Another project's settings; the theme has had another form since; a new project here has a user and a third role.
    site_found_and_updated: "site-find-update", except
        ["name", "theme", "internal_domain", "imgix_host", "google_maps_api_token", "users", "roles"];
    item_type_cycle: "item-type-create-find-all-update-destroy", except [];
    field_cycle: "field-create-find-all-update-destroy", except [];
    items_published_and_unpublished_in_bulk: "item-batch-publishunpublish-works", except [];
    items_destroyed_in_bulk: "item-batchdestroy-works", except [];
    item_made_read_and_destroyed: "item-creation-accepts-uncamelized-keys", except [];
    structured_text_with_blocks: "structured-text", except [];
    menu_item_cycle: "menu-item-create-find-all-update-destroy", except [];
    build_trigger_fired: "build-triggers-create-trigger", except [];
    /// There is no marketplace here to ask for a plugin's title, version and address.
    plugin_cycle: "plugins-create-find-all-update-destroy", except ["name", "url", "description", "package_version"];
}

/// Keys whose values are never the same twice.
const VOLATILE: [&str; 12] = [
    "id",
    "created_at",
    "updated_at",
    "published_at",
    "first_published_at",
    "last_data_change_at",
    "current_version",
    "token",
    "webhook_token",
    "webhook_url",
    "doc_url",
    "upload_id",
];

async fn replay(file: &str, except: &[&str]) {
    let directory =
        PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/reference/recorded");
    let path = directory.join(format!("{file}.json"));
    let Ok(text) = std::fs::read_to_string(&path) else {
        println!("not replayed: {} is not there", path.display());
        return;
    };
    let exchanges: Vec<Value> = serde_json::from_str(&text).unwrap();
    let dock = Dock::with(|options| options.rate_limit = Some(drydock::RateLimit::default()));
    let mut session = Session {
        ids: BTreeMap::new(),
        except,
        complaints: Vec::new(),
    };
    for (number, exchange) in exchanges.iter().enumerate() {
        let (request, recorded) = (&exchange["request"], &exchange["response"]);
        let path = request["path"].as_str().unwrap();
        if path.starts_with("/job-results/") && recorded["status"] == 404 {
            continue; // The job took its time that day; how long is not part of the contract.
        }
        let reply = session.perform(&dock, request, recorded).await;
        let place = format!(
            "{}. {} {path}",
            number + 1,
            request["method"].as_str().unwrap()
        );
        session.compare(&place, recorded, &reply);
        // Each call in a window of its own: their pace is not part of the contract either.
        dock.clock.advance(std::time::Duration::from_secs(4));
    }
    assert!(
        session.complaints.is_empty(),
        "{file}:\n{}",
        session.complaints.join("\n")
    );
}

struct Session<'a> {
    /// Ids as recorded, and what they are here.
    ids: BTreeMap<String, String>,
    except: &'a [&'a str],
    complaints: Vec<String>,
}

impl Session<'_> {
    async fn perform(&self, dock: &Dock, request: &Value, recorded: &Value) -> Reply {
        // The header that named the environment was not recorded, but the answer repeats it.
        let environments = dock.get("/environments").await;
        let primary = environments
            .data()
            .as_array()
            .unwrap()
            .iter()
            .find(|entity| entity["meta"]["primary"] == true);
        let addressed = recorded["headers"]["x-environment"].as_str();
        let addressed = addressed.filter(|id| primary.is_none_or(|primary| primary["id"] != *id));
        let mut path = request["path"].as_str().unwrap().to_owned();
        for (theirs, ours) in &self.ids {
            path = replace_word(&path, theirs, ours);
        }
        let body = self.translate(&request["body"]);
        let body = (!body.is_null()).then_some(&body);
        dock.call_as(
            &dock.tokens.full,
            addressed,
            request["method"].as_str().unwrap(),
            &path,
            body,
        )
        .await
    }

    fn translate(&self, value: &Value) -> Value {
        match value {
            Value::String(text) => self
                .ids
                .get(text)
                .map_or_else(|| value.clone(), |ours| ours.as_str().into()),
            Value::Array(items) => items.iter().map(|item| self.translate(item)).collect(),
            Value::Object(map) => Value::Object(
                map.iter()
                    .map(|(key, value)| (key.clone(), self.translate(value)))
                    .collect::<Map<_, _>>(),
            ),
            Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
        }
    }

    fn compare(&mut self, place: &str, recorded: &Value, reply: &Reply) {
        if recorded["status"] != reply.status.as_u16() {
            self.complaints.push(format!(
                "{place}: {} instead of {}: {}",
                reply.status, recorded["status"], reply.body
            ));
            return;
        }
        for name in [
            "content-type",
            "x-api-version",
            "x-environment",
            "x-ratelimit-limit",
            "cache-control",
        ] {
            let theirs = recorded["headers"][name].as_str().unwrap_or_default();
            if theirs != reply.header(name) {
                self.complaints.push(format!(
                    "{place}: {name} is `{}` instead of `{theirs}`",
                    reply.header(name)
                ));
            }
        }
        if recorded["body"].is_object() {
            self.compare_value(place, "", &recorded["body"], &reply.body);
        }
    }

    /// Everything recorded is here, of the same kind and value; what is here beyond that was added since.
    fn compare_value(&mut self, place: &str, key: &str, theirs: &Value, ours: &Value) {
        let place = if key.is_empty() {
            place.to_owned()
        } else {
            format!("{place} {key}")
        };
        if self.except.contains(&key) {
            return;
        }
        match (theirs, ours) {
            (Value::Object(theirs), Value::Object(ours)) => {
                for (key, theirs) in theirs {
                    match ours.get(key) {
                        Some(ours) => self.compare_value(&place, key, theirs, ours),
                        None if self.except.contains(&key.as_str()) => {}
                        None => self.complaints.push(format!("{place}: `{key}` is missing")),
                    }
                }
            }
            (Value::Array(theirs), Value::Array(ours)) => {
                if theirs.len() != ours.len() {
                    self.complaints.push(format!(
                        "{place}: {} instead of {}",
                        Value::from(ours.clone()),
                        Value::from(theirs.clone())
                    ));
                }
                for (theirs, ours) in theirs.iter().zip(ours) {
                    self.compare_value(&place, "[]", theirs, ours);
                }
            }
            (Value::String(theirs), Value::String(ours))
                // The node of a block names it before its own entity does.
                if key == "id" || (key == "item" && !self.ids.contains_key(theirs)) =>
            {
                self.ids.insert(theirs.clone(), ours.clone());
            }
            (Value::String(_), Value::String(_)) | (Value::Null, _) if VOLATILE.contains(&key) => {}
            (theirs, ours) if self.translate(theirs) == *ours => {}
            (theirs, ours) => self
                .complaints
                .push(format!("{place}: {ours} instead of {theirs}")),
        }
    }
}

/// Replaces `from` where it stands between characters that ids do not contain.
fn replace_word(text: &str, from: &str, to: &str) -> String {
    let in_id = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(from) {
        let (before, after) = (&rest[..at], &rest[at + from.len()..]);
        // Percent-encoded brackets end in digits and letters, too.
        let starts = !before.ends_with(in_id) || before.ends_with("%3D");
        let ends = !after.starts_with(in_id);
        out.push_str(before);
        out.push_str(if starts && ends { to } else { from });
        rest = after;
    }
    out.push_str(rest);
    out
}
