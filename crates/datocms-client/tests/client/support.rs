//! A server that is a list of replies, and a clock that moves when somebody sleeps.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;
use std::time::Duration;

use datocms_client::{Cma, EnvironmentId, Timer, Transport, TransportError};
use http::{Request, Response};
use serde_json::{Value, json};

pub(crate) type Client = Cma<Rc<Script>, Rc<FakeTimer>>;

/// One scripted reply.
pub(crate) enum Reply {
    Answer {
        status: u16,
        headers: Vec<(&'static str, &'static str)>,
        body: String,
    },
    Lost,
    NotSent,
    /// The connection stays open, and nothing comes.
    Silence,
}

/// What was asked, and when.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Seen {
    pub request: String,
    pub environment: Option<String>,
    pub headers: http::HeaderMap,
    pub body: Option<Value>,
    pub at: Duration,
}

/// A transport that replies from a list and fails the test when asked for more.
pub(crate) struct Script {
    replies: RefCell<VecDeque<Reply>>,
    seen: RefCell<Vec<Seen>>,
    timer: Rc<FakeTimer>,
    latency: Cell<Duration>,
}

/// A clock that moves only when somebody sleeps.
#[derive(Default)]
pub(crate) struct FakeTimer {
    now: Cell<Duration>,
    jitter: Cell<f64>,
}

impl FakeTimer {
    pub(crate) fn set_jitter(&self, jitter: f64) {
        self.jitter.set(jitter);
    }
}

impl Timer for FakeTimer {
    fn now(&self) -> Duration {
        self.now.get()
    }

    async fn sleep(&self, duration: Duration) {
        self.now.set(self.now.get() + duration);
    }

    fn jitter(&self) -> f64 {
        self.jitter.get()
    }
}

impl Transport for Script {
    async fn send(&self, request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, TransportError> {
        let header = |name: &str| {
            request
                .headers()
                .get(name)
                .map(|value| value.to_str().unwrap().to_owned())
        };
        self.seen.borrow_mut().push(Seen {
            request: format!(
                "{} {}",
                request.method(),
                request.uri().path_and_query().unwrap()
            ),
            environment: header("x-environment"),
            headers: request.headers().clone(),
            body: (!request.body().is_empty())
                .then(|| serde_json::from_slice(request.body()).unwrap()),
            at: self.timer.now(),
        });
        self.timer.sleep(self.latency.get()).await;
        let reply = self.replies.borrow_mut().pop_front();
        match reply.unwrap_or_else(|| {
            panic!(
                "nothing is scripted for {} {}",
                request.method(),
                request.uri()
            )
        }) {
            Reply::Answer {
                status,
                headers,
                body,
            } => {
                let mut answer = Response::builder()
                    .status(status)
                    .header("content-type", "application/json");
                for (name, value) in headers {
                    answer = answer.header(name, value);
                }
                Ok(answer.body(body.into_bytes()).unwrap())
            }
            Reply::Lost => Err(TransportError::NoAnswer {
                reason: "connection reset".to_owned(),
            }),
            Reply::Silence => std::future::pending().await,
            Reply::NotSent => Err(TransportError::NotSent {
                reason: "offline".to_owned(),
            }),
        }
    }
}

impl Script {
    /// What was asked so far: method, path and query.
    pub(crate) fn requests(&self) -> Vec<String> {
        self.seen
            .borrow()
            .iter()
            .map(|seen| seen.request.clone())
            .collect()
    }

    /// Everything about what was asked so far.
    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.seen.borrow().clone()
    }

    /// The times of the requests, in milliseconds.
    pub(crate) fn times(&self) -> Vec<u128> {
        self.seen
            .borrow()
            .iter()
            .map(|seen| seen.at.as_millis())
            .collect()
    }

    /// From now on an answer takes this long.
    pub(crate) fn set_latency(&self, latency: Duration) {
        self.latency.set(latency);
    }

    /// How many replies were not asked for.
    pub(crate) fn left(&self) -> usize {
        self.replies.borrow().len()
    }
}

/// A server with these replies, a client of it, and the clock both live by.
pub(crate) fn script(
    replies: impl IntoIterator<Item = Reply>,
) -> (Rc<Script>, Client, Rc<FakeTimer>) {
    let timer = Rc::new(FakeTimer::default());
    let script = Rc::new(Script {
        replies: RefCell::new(replies.into_iter().collect()),
        seen: RefCell::default(),
        timer: timer.clone(),
        latency: Cell::default(),
    });
    let base = "http://cms.test/cma/".parse().unwrap();
    let client = Cma::new(
        script.clone(),
        timer.clone(),
        base,
        "s3cr3t".parse().unwrap(),
    );
    (script, client, timer)
}

pub(crate) fn answer(status: u16, body: Value) -> Reply {
    Reply::Answer {
        status,
        headers: Vec::new(),
        body: body.to_string(),
    }
}

pub(crate) fn answer_with(
    status: u16,
    headers: &[(&'static str, &'static str)],
    body: Value,
) -> Reply {
    Reply::Answer {
        status,
        headers: headers.to_vec(),
        body: body.to_string(),
    }
}

/// An answer of which only the first half came.
pub(crate) fn half(status: u16, body: &Value) -> Reply {
    let mut body = body.to_string();
    body.truncate(body.len() / 2);
    Reply::Answer {
        status,
        headers: Vec::new(),
        body,
    }
}

pub(crate) fn empty(status: u16) -> Reply {
    Reply::Answer {
        status,
        headers: Vec::new(),
        body: String::new(),
    }
}

pub(crate) fn error(status: u16, code: &str) -> Reply {
    answer(status, error_body(code, json!({}), false))
}

pub(crate) fn error_body(code: &str, details: Value, transient: bool) -> Value {
    let mut attributes = json!({ "code": code, "details": details });
    if transient {
        attributes["transient"] = json!(true);
    }
    json!({ "data": [{ "id": "5c1f0e", "type": "api_error", "attributes": attributes }] })
}

pub(crate) fn job(id: &str) -> Reply {
    answer(202, json!({ "data": { "type": "job", "id": id } }))
}

pub(crate) fn job_result(id: &str, status: u16, payload: Value) -> Reply {
    let attributes = json!({ "status": status, "payload": payload });
    answer(
        200,
        json!({ "data": { "type": "job_result", "id": id, "attributes": attributes } }),
    )
}

pub(crate) fn environment(id: &str, status: &str, primary: bool) -> Value {
    json!({ "type": "environment", "id": id, "meta": {
        "status": status, "primary": primary, "read_only_mode": false, "forked_from": null,
        "created_at": "2026-01-05T09:00:00.000Z", "last_data_change_at": "2026-01-05T09:04:11.000Z" } })
}

pub(crate) fn item(id: &str) -> Value {
    json!({ "type": "item", "id": id, "attributes": { "title": format!("Title of {id}") },
        "relationships": {
            "item_type": { "data": { "type": "item_type", "id": "Ma1" } },
            "creator": { "data": { "type": "access_token", "id": "3" } } },
        "meta": { "created_at": "2026-01-05T09:00:00.000+00:00", "updated_at": "2026-01-05T09:00:00.000+00:00",
            "published_at": null, "status": "draft", "current_version": "98213" } })
}

pub(crate) fn one(data: Value) -> Value {
    json!({ "data": data })
}

pub(crate) fn id(name: &str) -> EnvironmentId {
    name.parse().unwrap()
}
