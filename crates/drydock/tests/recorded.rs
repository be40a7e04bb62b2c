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

/// Each row: a test, the recording, and what is another way in it, with the reason.
macro_rules! sessions {
    ($($test:ident: $file:literal, except $except:expr;)*) => {
        $(
            #[tokio::test]
            async fn $test() {
                replay($file, &$except).await;
            }
        )*

        /// Every recording that is replayed.
        const SESSIONS: &[&str] = &[$($file),*];
    };
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
    site_found_and_updated: "site-find-update", except OTHER_SITE;
    item_type_cycle: "item-type-create-find-all-update-destroy", except [];
    field_cycle: "field-create-find-all-update-destroy", except [];
    items_published_and_unpublished_in_bulk: "item-batch-publishunpublish-works", except [];
    items_destroyed_in_bulk: "item-batchdestroy-works", except [];
    item_made_read_and_destroyed: "item-creation-accepts-uncamelized-keys", except [];
    item_cycle_with_an_asset: "item-create-find-all-update-destroy", except OTHER_FILES;
    structured_text_with_blocks: "structured-text", except [];
    menu_item_cycle: "menu-item-create-find-all-update-destroy", except [];
    build_trigger_fired: "build-triggers-create-trigger", except [];
    build_events_of_a_new_project: "build-events-find-all", except [];
    plugin_cycle: "plugins-create-find-all-update-destroy", except [
        value("name", "there is no marketplace here to ask for a plugin's title"),
        value("url", "nor for its address"),
        type_of("description", "nor for its description"),
        type_of("package_version", "nor for its version"),
    ];
    invitation_cycle: "site-invitations-create-find-all-destroy", except [
        longer("data", "a new project here has a third role"),
    ];
    upload_requested: "upload-request-create", except OTHER_FILES;
    upload_made_and_updated: "upload-update", except OTHER_FILES;
    new_project_dumped: "dump-dump-with-toml", except OTHER_SITE;
    project_filled_and_dumped: "dump-dump", except [
        &[
            type_of("duration", "nothing here watches videos").only_in(VIDEO),
            type_of("frame_rate", "nothing here watches videos").only_in(VIDEO),
            type_of("width", "nothing here watches videos").only_in(VIDEO),
            type_of("height", "nothing here watches videos").only_in(VIDEO),
            type_of("blurhash", "nothing here watches videos").only_in(VIDEO),
            shorter("data", "blocks are no longer listed among records (`improved_items_listing`)").only_in("45. "),
            value("total_count", "blocks are no longer listed among records").only_in("45. "),
        ],
        OTHER_SITE.as_slice(),
        OTHER_FILES.as_slice(),
    ].concat();
}

/// How far a key may be from its recording.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Liberty {
    /// Another value of the same type.
    Value,
    /// Another type.
    Type,
    /// A list with entries that were not recorded.
    Longer,
    /// A list without some that were: those here are compared.
    Shorter,
}

/// A difference that is meant.
#[derive(Debug, Clone, Copy)]
struct Exception {
    key: &'static str,
    liberty: Liberty,
    /// Where it is meant: the beginning of a place, such as the number of an exchange.
    place: &'static str,
    /// Printed with every complaint about the key, so that a reason that does not hold is seen.
    why: &'static str,
}

impl Exception {
    const fn new(key: &'static str, liberty: Liberty, why: &'static str) -> Self {
        Self {
            key,
            liberty,
            place: "",
            why,
        }
    }

    const fn only_in(self, place: &'static str) -> Self {
        Self { place, ..self }
    }
}

const fn value(key: &'static str, why: &'static str) -> Exception {
    Exception::new(key, Liberty::Value, why)
}

const fn type_of(key: &'static str, why: &'static str) -> Exception {
    Exception::new(key, Liberty::Type, why)
}

const fn longer(key: &'static str, why: &'static str) -> Exception {
    Exception::new(key, Liberty::Longer, why)
}

const fn shorter(key: &'static str, why: &'static str) -> Exception {
    Exception::new(key, Liberty::Shorter, why)
}

/// The recorded project was another one than a new one here.
const OTHER_SITE: [Exception; 7] = [
    value("name", "the project has another name"),
    value("internal_domain", "and another address"),
    value("imgix_host", "assets are on another host"),
    type_of("google_maps_api_token", "a new project here has none"),
    type_of("theme", "a new project's theme has had another form since"),
    value("users", "a new project here has a user"),
    value("roles", "a new project here has a third role"),
];

/// Where the video is in the list of uploads.
const VIDEO: &str = "44. GET /uploads?page%5Blimit%5D=500 data [1]";

/// The bytes that were put were not recorded; others of the same kind are put here.
const OTHER_FILES: [Exception; 8] = [
    value("size", "other bytes"),
    value("md5", "other bytes"),
    value("blurhash", "another picture"),
    value("colors", "another picture"),
    value("url", "files are on another host"),
    value("path", "under another project's number"),
    value("smart_tags", "nothing here recognises what is in a picture"),
    type_of("mux_playback_id", "nothing here streams videos"),
];

#[test]
fn every_recording_is_replayed() {
    let Ok(files) = std::fs::read_dir(recordings()) else {
        println!("not counted: {} is not there", recordings().display());
        return;
    };
    let mut exchanges = 0;
    let mut found = Vec::new();
    for file in files {
        let path = file.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let is_session = path
            .extension()
            .is_some_and(|extension| extension == "json")
            && !name.starts_with("hyperschema");
        if is_session {
            let session: Vec<Value> =
                serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
            exchanges += session.len();
            found.push(name);
        }
    }
    found.sort_unstable();
    let mut replayed = SESSIONS.to_vec();
    replayed.sort_unstable();
    assert_eq!(replayed, found);
    assert_eq!(exchanges, 195);
}

fn recordings() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/reference/recorded")
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

async fn replay(file: &str, except: &[Exception]) {
    let path = recordings().join(format!("{file}.json"));
    let Ok(text) = std::fs::read_to_string(&path) else {
        println!("not replayed: {} is not there", path.display());
        return;
    };
    let exchanges: Vec<Value> = serde_json::from_str(&text).unwrap();
    let dock = Dock::with(|options| {
        options.rate_limit = Some(drydock::RateLimit::default());
        options.localized_focal_points = true; // Nobody could opt out of them that day.
    });
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
        if path == "/upload-requests" {
            put_file(&dock, request, &reply).await;
        }
        // Each call in a window of its own: their pace is not part of the contract either.
        dock.clock.advance(std::time::Duration::from_secs(4));
    }
    assert!(
        session.complaints.is_empty(),
        "{file}:\n{}",
        session.complaints.join("\n")
    );
}

/// What the client did next went to the storage bucket and was not recorded: it put the file.
async fn put_file(dock: &Dock, request: &Value, reply: &Reply) {
    let filename = request["body"]["data"]["attributes"]["filename"].as_str();
    let url = reply.data()["attributes"]["url"].as_str().unwrap();
    let bytes = file_called(filename.unwrap());
    assert_eq!(dock.put_file(url, bytes).await, http::StatusCode::OK);
}

/// A file of the kind and, for a picture, the dimensions that were recorded.
fn file_called(filename: &str) -> Vec<u8> {
    use image::ImageFormat::{Ico, Jpeg, Png};
    match filename {
        "favicon.ico" => picture(16, 16, Ico),
        "dato-logo.jpg" => picture(400, 400, Jpeg),
        "uploadable-image.png" => picture(650, 398, Png),
        "test.svg" => b"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 8 8\"/>".to_vec(),
        text => text.as_bytes().to_vec(),
    }
}

fn picture(width: u32, height: u32, format: image::ImageFormat) -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    let image = if format == image::ImageFormat::Jpeg {
        image::DynamicImage::new_rgb8(width, height)
    } else {
        image::DynamicImage::new_rgba8(width, height)
    };
    image.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

struct Session<'a> {
    /// Ids as recorded, and what they are here.
    ids: BTreeMap<String, String>,
    except: &'a [Exception],
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
        let exception = self
            .except
            .iter()
            .find(|exception| exception.key == key && place.starts_with(exception.place));
        let liberty = exception.map(|exception| exception.liberty);
        if matches!(liberty, Some(Liberty::Value | Liberty::Type)) {
            let same_type = std::mem::discriminant(theirs) == std::mem::discriminant(ours);
            if liberty == Some(Liberty::Value) && !theirs.is_null() && !same_type {
                let why = exception.map_or("", |exception| exception.why);
                self.complaints
                    .push(format!("{place}: {ours} instead of {theirs} ({why})"));
            }
            return;
        }
        match (theirs, ours) {
            (Value::Object(theirs), Value::Object(ours)) => {
                let is_error = theirs.get("type") == Some(&Value::from("api_error"));
                for (key, theirs) in theirs {
                    // Errors have an id of their own each time.
                    if is_error && key == "id" {
                        continue;
                    }
                    match ours.get(key) {
                        Some(ours) => self.compare_value(&place, key, theirs, ours),
                        None => self.complaints.push(format!("{place}: `{key}` is missing")),
                    }
                }
            }
            (Value::Array(theirs), Value::Array(ours)) => {
                self.compare_lists(&place, theirs, ours, liberty);
            }
            (Value::String(theirs), Value::String(ours))
                // The node of a block names it before its own entity does.
                if key == "id" || (key == "item" && !self.ids.contains_key(theirs)) =>
            {
                let known = self.ids.entry(theirs.clone()).or_insert_with(|| ours.clone());
                // What had one id there has one id here.
                if known != ours {
                    let known = known.clone();
                    self.complaints.push(format!("{place}: {ours} instead of {known}"));
                }
            }
            (Value::String(theirs), Value::String(ours)) if key == "current_version" => {
                self.ids.insert(theirs.clone(), ours.clone());
            }
            (Value::String(_), Value::String(_)) | (Value::Null, _) if VOLATILE.contains(&key) => {}
            (theirs, ours) if self.translate(theirs) == *ours => {}
            (theirs, ours) => self
                .complaints
                .push(format!("{place}: {ours} instead of {theirs}")),
        }
    }

    /// Entities in relationships and among the included come in no order that means anything; the entries of a list do.
    fn compare_lists(
        &mut self,
        place: &str,
        theirs: &[Value],
        ours: &[Value],
        liberty: Option<Liberty>,
    ) {
        let fits = match liberty {
            Some(Liberty::Longer) => ours.len() >= theirs.len(),
            Some(Liberty::Shorter) => ours.len() <= theirs.len(),
            Some(Liberty::Value | Liberty::Type) | None => ours.len() == theirs.len(),
        };
        if !fits {
            self.complaints.push(format!(
                "{place}: {} instead of {}",
                Value::from(ours.to_vec()),
                Value::from(theirs.to_vec())
            ));
        }
        let ordered = !place.contains(" relationships ") && !place.ends_with(" included");
        for (at, theirs) in theirs.iter().enumerate() {
            let known = theirs["id"].as_str().and_then(|id| self.ids.get(id));
            let named = known.and_then(|id| ours.iter().find(|ours| ours["id"] == id.as_str()));
            let by_place = ours.get(at).filter(|_| liberty != Some(Liberty::Shorter));
            let counterpart = if ordered {
                by_place.or(named)
            } else {
                named.or(by_place)
            };
            if let Some(ours) = counterpart {
                self.compare_value(place, &format!("[{at}]"), theirs, ours);
            }
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
