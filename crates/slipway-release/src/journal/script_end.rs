//! The wire form of how far a script came, in a journal and in a rehearsal that is kept.

use serde::Deserialize;
use serde_json::{Value, json};

use super::done;
use crate::failure::{Fault, Place, Rejection, Request, ScriptEnd};

/// As it is read.
#[derive(Deserialize)]
pub(crate) struct Wire {
    #[serde(flatten)]
    done: done::Wire,
    last: Option<WireRequest>,
    #[serde(default)]
    places: Vec<WirePlace>,
    rejection: Option<WireRejection>,
}

#[derive(Deserialize)]
struct WireRequest {
    method: String,
    path: String,
}

#[derive(Deserialize)]
struct WirePlace {
    file: String,
    line: u32,
}

#[derive(Deserialize)]
struct WireRejection {
    request: WireRequest,
    status: u16,
    request_id: Option<String>,
    faults: Vec<WireFault>,
    more: u32,
}

#[derive(Deserialize)]
struct WireFault {
    code: String,
    details: Vec<(String, String)>,
}

/// As JSON.
pub(crate) fn write(end: &ScriptEnd) -> Value {
    let places: Vec<Value> = end
        .places
        .iter()
        .map(|place| json!({ "file": place.file, "line": place.line }))
        .collect();
    let mut wire = done::write(&end.done);
    wire.insert(
        "last".to_owned(),
        end.last.as_ref().map(write_request).into(),
    );
    wire.insert("places".to_owned(), places.into());
    let rejection = end.rejection.as_ref().map(write_rejection);
    wire.insert("rejection".to_owned(), rejection.into());
    Value::Object(wire)
}

fn write_request(request: &Request) -> Value {
    json!({ "method": request.method, "path": request.path })
}

fn write_rejection(rejection: &Rejection) -> Value {
    let faults: Vec<Value> = rejection
        .faults
        .iter()
        .map(|fault| json!({ "code": fault.code, "details": fault.details }))
        .collect();
    json!({
        "request": write_request(&rejection.request),
        "status": rejection.status,
        "request_id": rejection.request_id,
        "faults": faults,
        "more": rejection.more,
    })
}

/// From JSON.
pub(crate) fn read(wire: Wire) -> ScriptEnd {
    ScriptEnd {
        done: done::read(wire.done),
        last: wire.last.map(read_request),
        places: wire
            .places
            .into_iter()
            .map(|WirePlace { file, line }| Place { file, line })
            .collect(),
        rejection: wire.rejection.map(read_rejection),
    }
}

fn read_request(WireRequest { method, path }: WireRequest) -> Request {
    Request { method, path }
}

fn read_rejection(wire: WireRejection) -> Rejection {
    Rejection {
        request: read_request(wire.request),
        status: wire.status,
        request_id: wire.request_id,
        faults: wire
            .faults
            .into_iter()
            .map(|WireFault { code, details }| Fault { code, details })
            .collect(),
        more: wire.more,
    }
}
