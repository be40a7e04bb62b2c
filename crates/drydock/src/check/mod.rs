//! Checks every answer of the management API against the vendor's published types (`--check-responses`).
//!
//! [`endpoints`] says which type an endpoint promises, [`schemas`] reads the types from a file, [`mismatch`] puts into
//! words what is wrong, [`differences`] lists what is meant. What the types leave open, the attributes of records, is held
//! against the fields of their models by [`records`] and [`field_value`]; what they no longer know, an older form of the
//! metadata of assets, by [`metadata`]. An answer is never changed: whoever asked gets it as it is, and what is wrong with it
//! is logged and counted.

mod differences;
mod endpoints;
mod field_value;
mod metadata;
mod mismatch;
mod records;
mod schemas;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::body::Body;
use axum::http::{Method, StatusCode, Uri};
use axum::response::Response;
use http_body_util::BodyExt;
use serde_json::Value;

use self::endpoints::Endpoint;
use self::mismatch::Problem;
use self::schemas::{ERRORS, JOB};
use crate::assets::metadata::Form;
use crate::events::log;
use crate::schema::model::Schema;

pub use self::mismatch::Mismatch;
pub(crate) use self::records::Ground;
pub use self::schemas::{ResponseSchemas, SchemasError};

/// What was checked so far.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Checked {
    /// Answers that were looked at.
    pub answers: u64,
    /// How many of them were wrong.
    pub wrong: u64,
    /// What was wrong with them: the first hundred problems.
    pub mismatches: Vec<Mismatch>,
}

/// So many problems are kept; the log has them all.
const KEPT: usize = 100;

/// Looks at answers.
#[derive(Debug)]
pub(crate) struct Checker {
    schemas: ResponseSchemas,
    checked: Mutex<Checked>,
    /// Jobs whose results were not read yet.
    jobs: Mutex<HashMap<String, Begun>>,
}

/// A job that was begun.
#[derive(Debug)]
struct Begun {
    /// By which endpoint.
    endpoint: &'static Endpoint,
    /// The schema it did its work with, which it does before it is announced; see [`Ground::schema`].
    schema: Option<Arc<Schema>>,
}

/// A call, as far as its answer depends on it.
pub(crate) struct Call {
    method: Method,
    /// Below `/cma`.
    uri: Uri,
    /// The environment it is about.
    ground: Option<Ground>,
}

impl Call {
    pub(crate) fn new(method: &Method, uri: &Uri, ground: Option<Ground>) -> Self {
        Self {
            method: method.clone(),
            uri: uri.clone(),
            ground,
        }
    }

    fn path(&self) -> &str {
        self.uri.path()
    }

    /// How default metadata of assets are shown to who calls.
    fn metadata(&self) -> Form {
        let ground = self.ground.as_ref();
        ground.map_or(Form::ByPart, |ground| ground.metadata)
    }

    /// Whether blocks are asked for inside the fields that hold them: writes always answer with their ids.
    fn is_nested(&self) -> bool {
        if self.method != Method::GET {
            return false;
        }
        let query = self.uri.query().unwrap_or_default();
        form_urlencoded::parse(query.as_bytes())
            .any(|(key, value)| key == "nested" && value == "true")
    }
}

impl Checker {
    pub(crate) fn new(schemas: ResponseSchemas) -> Self {
        Self {
            schemas,
            checked: Mutex::default(),
            jobs: Mutex::default(),
        }
    }

    /// What was checked so far.
    pub(crate) fn checked(&self) -> Checked {
        lock(&self.checked).clone()
    }

    /// Looks at an answer, and hands it on as it is.
    pub(crate) async fn look(&self, call: &Call, response: Response) -> Response {
        // Nobody promises anything of it, and there is no body.
        if call.method == Method::HEAD {
            return response;
        }
        let (parts, body) = response.into_parts();
        let bytes = match body.collect().await {
            Ok(body) => body.to_bytes(),
            Err(error) => {
                log(&format!(
                    "response check: {} {} has no body to check: {error}",
                    call.method,
                    call.path()
                ));
                return Response::from_parts(parts, Body::empty());
            }
        };
        let mismatches = self.mismatches(call, parts.status, &bytes);
        let mut checked = lock(&self.checked);
        checked.answers += 1;
        checked.wrong += u64::from(!mismatches.is_empty());
        for mismatch in mismatches {
            log(&format!("response check: {mismatch}"));
            if checked.mismatches.len() < KEPT {
                checked.mismatches.push(mismatch);
            }
        }
        drop(checked);
        Response::from_parts(parts, Body::from(bytes))
    }

    fn mismatches(&self, call: &Call, status: StatusCode, body: &[u8]) -> Vec<Mismatch> {
        let endpoint = endpoints::find(&call.method, call.path());
        let found = match due(call, endpoint, status) {
            Due::Nothing if body.is_empty() => Vec::new(),
            Due::Nothing => vec![Complaint::whole(
                "empty answer",
                "is there, and nothing was promised",
            )],
            Due::Other(complaint) => vec![complaint],
            Due::Document(name) => match serde_json::from_slice(body) {
                Ok(document) => self.complaints(call, &name, &document, endpoint),
                Err(_) => vec![Complaint::whole(&name, "is no JSON")],
            },
        };
        let complain = |complaint: Complaint| Mismatch {
            endpoint: endpoint.map_or_else(
                || format!("{} {}", call.method, call.path()),
                ToString::to_string,
            ),
            status: status.as_u16(),
            expected: complaint.expected,
            pointer: complaint.problem.pointer,
            problem: complaint.problem.what,
        };
        found.into_iter().map(complain).collect()
    }

    fn complaints(
        &self,
        call: &Call,
        name: &str,
        document: &Value,
        endpoint: Option<&'static Endpoint>,
    ) -> Vec<Complaint> {
        let mut found = self.against(name, document, call.metadata());
        let schema = call.ground.as_ref().and_then(Ground::schema);
        if let Some(schema) = &schema {
            found.extend(of_records(schema, document, call.is_nested()));
        }
        let (kind, id) = (&document["data"]["type"], document["data"]["id"].as_str());
        if let (JOB, Some(endpoint), Some(id)) = (name, endpoint, id) {
            lock(&self.jobs).insert(id.to_owned(), Begun { endpoint, schema });
        }
        if kind == "job_result" {
            found.extend(self.result_of_job(document, call.metadata()));
        }
        found
    }

    /// What is wrong with the outcome inside a job's result. A job of before the server's start is not known any more.
    fn result_of_job(&self, document: &Value, form: Form) -> Vec<Complaint> {
        let id = document["data"]["id"].as_str().unwrap_or_default();
        let Some(Begun { endpoint, schema }) = lock(&self.jobs).remove(id) else {
            return Vec::new();
        };
        let attributes = &document["data"]["attributes"];
        let failed = attributes["status"]
            .as_u64()
            .is_some_and(|status| status >= 400);
        let name = if failed {
            Some(ERRORS)
        } else {
            endpoint.answer
        };
        let Some(name) = name else { return Vec::new() };
        let mut found = self.against(name, &attributes["payload"], form);
        if let Some(schema) = schema {
            found.extend(of_records(&schema, &attributes["payload"], false));
        }
        for Complaint { problem, .. } in &mut found {
            problem.pointer = format!("/data/attributes/payload{}", problem.pointer);
        }
        found
    }

    /// What is wrong with a document that should be of this type, but for what is meant to be.
    fn against(&self, name: &str, document: &Value, form: Form) -> Vec<Complaint> {
        let validator = self.schemas.validator(name);
        let mut problems = mismatch::problems(validator.as_deref(), document);
        if form == Form::ByLocale {
            problems.retain(|problem| !metadata::is_about(problem));
            problems.extend(metadata::misshapen(document));
        }
        problems
            .into_iter()
            .filter(|problem| !differences::is_meant(name, problem))
            .map(|problem| Complaint {
                expected: name.to_owned(),
                problem,
            })
            .collect()
    }
}

/// What is wrong with the records in a document.
fn of_records(schema: &Schema, document: &Value, nested: bool) -> impl Iterator<Item = Complaint> {
    let found = records::misshapen(schema, document, nested);
    found.into_iter().map(|record| Complaint {
        expected: record.expected,
        problem: record.problem,
    })
}

/// Something wrong, and the type it is no part of.
struct Complaint {
    expected: String,
    problem: Problem,
}

impl Complaint {
    /// About an answer as a whole.
    fn whole(expected: &str, what: &str) -> Self {
        Self {
            expected: expected.to_owned(),
            problem: Problem {
                pointer: String::new(),
                what: what.to_owned(),
            },
        }
    }
}

/// What an answer has to be.
enum Due {
    /// Empty.
    Nothing,
    /// A document of this type.
    Document(String),
    /// Another one: whatever is in it, it should not have come.
    Other(Complaint),
}

fn due(call: &Call, endpoint: Option<&Endpoint>, status: StatusCode) -> Due {
    if status.is_client_error() || status.is_server_error() {
        return Due::Document(ERRORS.to_owned());
    }
    let Some(endpoint) = endpoint else {
        return Due::Other(Complaint::whole(
            "answer",
            "comes from an endpoint that the vendor does not list",
        ));
    };
    match endpoint.answer {
        _ if status == StatusCode::ACCEPTED && endpoint.has_job() => Due::Document(JOB.to_owned()),
        promised if status == StatusCode::ACCEPTED => Due::Other(Complaint::whole(
            promised.unwrap_or("empty answer"),
            "is a job, and none was promised",
        )),
        Some(name) if call.is_nested() && NESTED.contains(&name) => {
            Due::Document(format!("Nested{name}"))
        }
        Some(name) => Due::Document(name.to_owned()),
        None => Due::Nothing,
    }
}

/// The types that have another form where blocks stand inside the fields that hold them.
const NESTED: [&str; 2] = ["ItemInstancesTargetSchema", "ItemSelfTargetSchema"];

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
