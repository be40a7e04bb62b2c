//! A drydock in process, and how tests talk to it.
#![allow(
    dead_code,
    unreachable_pub,
    reason = "each test file uses a part of it"
)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a failure here fails the test"
)]
#![allow(clippy::wildcard_enum_match_arm, reason = "JSON has no further kinds")]

pub mod process;
pub mod schemas;

use std::time::Duration;

use axum::Router;
use axum::body::Body;
use drydock::{Drydock, ManualClock, Options, Project, Storage, Timestamp, Tokens};
use http::{HeaderMap, Request, StatusCode};
use http_body_util::BodyExt;
use serde_json::{Value, json};
use tower::ServiceExt;

/// A blank project in memory, with a clock that the test moves.
pub struct Dock {
    pub drydock: Drydock,
    pub clock: ManualClock,
    pub tokens: Tokens,
    router: Router,
}

/// An answer.
#[derive(Debug, Clone)]
pub struct Reply {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Value,
    pub answered: bool,
}

impl Reply {
    /// The code of an error; empty for anything else.
    pub fn code(&self) -> &str {
        self.body["data"][0]["attributes"]["code"]
            .as_str()
            .unwrap_or_default()
    }

    /// The details of an error.
    pub fn details(&self) -> &Value {
        &self.body["data"][0]["attributes"]["details"]
    }

    /// `data`.
    pub fn data(&self) -> &Value {
        &self.body["data"]
    }

    /// The id of that entity of a list which has this API key.
    pub fn id_of(&self, api_key: &str) -> String {
        let mut entities = self.data().as_array().unwrap().iter();
        let found = entities.find(|entity| entity["attributes"]["api_key"] == api_key);
        found.unwrap()["id"].as_str().unwrap().to_owned()
    }

    /// The status and the code, or `data`'s type and id: what a reader wants to see.
    pub fn brief(&self) -> String {
        let status = self.status.as_u16();
        if !self.code().is_empty() {
            return format!("{status} {}", self.code());
        }
        match self.data() {
            Value::Array(list) => format!("{status} {} entities", list.len()),
            data => format!(
                "{status} {} {}",
                data["type"].as_str().unwrap_or("-"),
                data["id"].as_str().unwrap_or("-")
            ),
        }
    }

    /// Text of a header; empty when it is absent.
    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    }
}

impl Dock {
    /// A blank project without rate limit and delays.
    pub fn blank() -> Self {
        Self::with(|_| {})
    }

    /// A blank project with other options.
    pub fn with(change: impl FnOnce(&mut Options)) -> Self {
        let clock = ManualClock::at(Timestamp::parse("2026-01-05T09:00:00.000Z").unwrap());
        let mut options = Options {
            storage: Storage::InMemory,
            project: Project::Blank,
            rate_limit: None,
            clock: clock.clock(),
            check_responses: schemas::schemas().map(|(_, schemas)| schemas.clone()),
            ..Options::default()
        };
        change(&mut options);
        Self::over(Drydock::open(options).unwrap(), clock)
    }

    /// A server that is open already, with the clock it has.
    pub fn over(drydock: Drydock, clock: ManualClock) -> Self {
        Self {
            tokens: drydock.tokens().unwrap(),
            router: drydock.router(),
            drydock,
            clock,
        }
    }

    /// A call with exactly these headers.
    pub async fn raw(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<&Value>,
    ) -> Reply {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let body = body.map_or_else(Body::empty, |body| Body::from(body.to_string()));
        let response = self
            .router
            .clone()
            .oneshot(request.body(body).unwrap())
            .await
            .unwrap();
        self.assert_answers();
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        Reply {
            status: parts.status,
            answered: parts.extensions.get::<drydock::NoAnswer>().is_none(),
            headers: parts.headers,
            body: serde_json::from_slice(&bytes).unwrap_or(Value::Null),
        }
    }

    /// Every answer so far was as the vendor's types have it.
    pub fn assert_answers(&self) {
        let wrong = self.drydock.checked().unwrap_or_default().mismatches;
        let wrong: Vec<String> = wrong.iter().map(ToString::to_string).collect();
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    /// Puts the bytes of a file at the address an upload request gave.
    pub async fn put_file(&self, url: &str, bytes: Vec<u8>) -> StatusCode {
        let path = url.split_once("/assets").unwrap().1;
        let request = Request::put(format!("/assets{path}"));
        let request = request.body(Body::from(bytes)).unwrap();
        self.router.clone().oneshot(request).await.unwrap().status()
    }

    /// A file, or what else its address answers: status, headers, bytes.
    pub async fn file(
        &self,
        method: &str,
        url: &str,
        headers: &[(&str, &str)],
    ) -> (StatusCode, HeaderMap, Vec<u8>) {
        let path = url.split_once("/assets").unwrap().1;
        let mut request = Request::builder()
            .method(method)
            .uri(format!("/assets{path}"));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Body::empty()).unwrap();
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes().to_vec();
        (parts.status, parts.headers, bytes)
    }

    /// A call of the management API with this token, in this environment.
    pub async fn call_as(
        &self,
        token: &str,
        environment: Option<&str>,
        method: &str,
        path: &str,
        body: Option<&Value>,
    ) -> Reply {
        let authorization = format!("Bearer {token}");
        let mut headers = vec![
            ("authorization", authorization.as_str()),
            ("accept", "application/json"),
            ("content-type", "application/json"),
            ("x-api-version", "3"),
        ];
        headers.extend(environment.map(|id| ("x-environment", id)));
        let body = body.map(|body| with_id_of(method, path, body));
        self.raw(method, &format!("/cma{path}"), &headers, body.as_ref())
            .await
    }

    /// A call with the full-access token.
    pub async fn call(&self, method: &str, path: &str, body: Option<&Value>) -> Reply {
        self.call_as(&self.tokens.full, None, method, path, body)
            .await
    }

    pub async fn get(&self, path: &str) -> Reply {
        self.call("GET", path, None).await
    }

    pub async fn put(&self, path: &str) -> Reply {
        self.call("PUT", path, None).await
    }

    /// Asks for a fork.
    pub async fn fork(&self, source: &str, id: &str, query: &str) -> Reply {
        self.call(
            "POST",
            &format!("/environments/{source}/fork{query}"),
            Some(&environment(id)),
        )
        .await
    }

    /// Follows a job, moving the clock, until its result can be read; gives the result's attributes. A call that was refused
    /// before it became a job counts as a job that failed.
    pub async fn outcome(&self, job: &Reply) -> Value {
        if job.status == StatusCode::UNPROCESSABLE_ENTITY {
            return json!({"status": 422, "payload": job.body});
        }
        assert_eq!(job.status, StatusCode::ACCEPTED, "{}", job.body);
        let id = job.data()["id"].as_str().unwrap().to_owned();
        for _ in 0..10_000 {
            let reply = self.get(&format!("/job-results/{id}")).await;
            if reply.status == StatusCode::OK {
                return reply.data()["attributes"].clone();
            }
            assert_eq!(reply.code(), "NOT_FOUND");
            self.clock.advance(Duration::from_millis(100));
            tokio::task::yield_now().await;
            std::thread::yield_now();
        }
        panic!("job {id} does not end");
    }

    /// Ids of the environments, the primary one marked with a star.
    pub async fn environments(&self) -> String {
        let reply = self.get("/environments").await;
        let mark = |entity: &Value| {
            let star = if entity["meta"]["primary"] == true {
                "*"
            } else {
                ""
            };
            format!("{}{star}", entity["id"].as_str().unwrap())
        };
        reply
            .data()
            .as_array()
            .unwrap()
            .iter()
            .map(mark)
            .collect::<Vec<_>>()
            .join(" ")
    }

    /// Id of a role by its name.
    pub async fn role(&self, name: &str) -> Value {
        let roles = self.get("/roles").await;
        let found = roles
            .data()
            .as_array()
            .unwrap()
            .iter()
            .find(|role| role["attributes"]["name"] == name)
            .cloned();
        found.unwrap()
    }

    /// A token with a role of its own: these attributes, nothing else allowed.
    pub async fn token_with(&self, name: &str, attributes: Value) -> String {
        let mut attributes = attributes;
        attributes["name"] = name.into();
        let role = self
            .call(
                "POST",
                "/roles",
                Some(&json!({"data": {"type": "role", "attributes": attributes}})),
            )
            .await;
        assert_eq!(role.status, StatusCode::CREATED, "{}", role.body);
        let body = json!({"data": {"type": "access_token",
            "attributes": {"name": name, "can_access_cma": true, "can_access_cda": true, "can_access_cda_preview": true},
            "relationships": {"role": {"data": {"type": "role", "id": role.data()["id"]}}}}});
        let token = self.call("POST", "/access_tokens", Some(&body)).await;
        token.data()["attributes"]["token"]
            .as_str()
            .unwrap()
            .to_owned()
    }
}

/// The vendor's client writes the id of the path into the document of an update; so do tests that leave it out.
fn with_id_of(method: &str, path: &str, body: &Value) -> Value {
    let mut body = body.clone();
    let path = path.split('?').next().unwrap_or_default();
    let parts: Vec<&str> = path.split('/').skip(1).collect();
    if method == "PUT"
        && let [resource, id] = parts[..]
        && !["editing-sessions", "site"].contains(&resource)
        && body["data"].is_object()
        && body["data"]["id"].is_null()
    {
        body["data"]["id"] = id.into();
    }
    body
}

/// The document that names an environment.
pub fn environment(id: &str) -> Value {
    json!({"data": {"type": "environment", "id": id}})
}
