//! The panel's way to the content management API: JSON in, JSON out, one function
//! per verb. Jobs are waited for here, and a server that asks for patience gets it.

mod error;
mod keepalive;
mod resource;

use std::fmt;
use std::rc::Rc;

use gloo_net::http::{Method, Request, RequestBuilder, Response};
use gloo_timers::future::TimeoutFuture;
use serde_json::Value;

pub(crate) use error::{ApiError, Problem};
pub(crate) use resource::{Document, Resource};

/// How often a request refused with 429 is repeated before the refusal is shown.
const PATIENCE: u32 = 5;
/// Milliseconds between two looks at a job.
const JOB_INTERVAL: u32 = 400;

/// A secret that authenticates as a user. Never printed.
#[derive(Clone, PartialEq, Eq, serde::Deserialize)]
pub(crate) struct Token(String);

impl Token {
    /// The secret itself, for a header or for a plugin that may have it.
    pub(crate) fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

/// Calls the management API as one user, in one environment.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Client {
    base: Rc<str>,
    token: Token,
    environment: Option<Rc<str>>,
}

impl Client {
    /// A client that names no environment, for what belongs to the whole project.
    pub(crate) fn new(base: impl Into<Rc<str>>, token: Token) -> Self {
        Self {
            base: base.into(),
            token,
            environment: None,
        }
    }

    /// The same client for what lives in an environment. The environment is always
    /// named, primary or not: a promote elsewhere must not redirect a save under way.
    pub(crate) fn in_environment(&self, environment: &str) -> Self {
        Self {
            environment: Some(environment.into()),
            ..self.clone()
        }
    }

    /// What the client authenticates with.
    pub(crate) fn token(&self) -> &Token {
        &self.token
    }

    /// Reads.
    pub(crate) async fn get(&self, path: &str) -> Result<Document, ApiError> {
        self.send(Method::GET, path, None).await
    }

    /// Creates.
    pub(crate) async fn post(&self, path: &str, body: &Value) -> Result<Document, ApiError> {
        self.send(Method::POST, path, Some(body)).await
    }

    /// Changes, or performs an action that has no body.
    pub(crate) async fn put(&self, path: &str, body: Option<&Value>) -> Result<Document, ApiError> {
        self.send(Method::PUT, path, body).await
    }

    /// Destroys.
    pub(crate) async fn delete(&self, path: &str) -> Result<Document, ApiError> {
        self.send(Method::DELETE, path, None).await
    }

    /// Destroys while the page is going away: the request outlives the page and
    /// nobody hears the answer.
    pub(crate) fn delete_on_leaving(&self, path: &str) {
        keepalive::delete(&self.url(path), &self.headers());
    }

    async fn send(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Result<Document, ApiError> {
        let response = self.send_patiently(method, path, body).await?;
        if response.status() == 202 {
            let job = read(response).await?.one()?;
            return self.job(&job.id).await;
        }
        read(response).await
    }

    async fn job(&self, id: &str) -> Result<Document, ApiError> {
        let path = format!("/job-results/{id}");
        loop {
            TimeoutFuture::new(JOB_INTERVAL).await;
            match self.send_patiently(Method::GET, &path, None).await? {
                // 404 means "not yet", whatever its error code.
                pending if pending.status() == 404 => {}
                finished => return read(finished).await?.job_outcome(),
            }
        }
    }

    /// Repeats what the rate limit refused. Any method may be: a refused request
    /// was not performed.
    async fn send_patiently(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Result<Response, ApiError> {
        let mut attempts = 0;
        loop {
            let response = self.send_once(method.clone(), path, body).await?;
            attempts += 1;
            if response.status() != 429 || attempts == PATIENCE {
                return Ok(response);
            }
            let seconds = response.headers().get("x-ratelimit-reset");
            let seconds = seconds
                .and_then(|text| text.trim().parse::<u32>().ok())
                .unwrap_or(1);
            TimeoutFuture::new(seconds.clamp(1, 60) * 1000).await;
        }
    }

    async fn send_once(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Result<Response, ApiError> {
        let mut builder = RequestBuilder::new(&self.url(path)).method(method);
        for (name, value) in self.headers() {
            builder = builder.header(name, &value);
        }
        let request: Result<Request, gloo_net::Error> = match body {
            Some(body) => builder.body(body.to_string()),
            None => builder.build(),
        };
        let no_answer = |error: gloo_net::Error| ApiError::NoAnswer(error.to_string());
        request.map_err(no_answer)?.send().await.map_err(no_answer)
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    fn headers(&self) -> Vec<(&'static str, String)> {
        let mut headers = vec![
            ("authorization", format!("Bearer {}", self.token.reveal())),
            ("accept", "application/json".to_owned()),
            ("content-type", "application/json".to_owned()),
            ("x-api-version", "3".to_owned()),
        ];
        if let Some(environment) = &self.environment {
            headers.push(("x-environment", environment.to_string()));
        }
        headers
    }
}

/// Reads a document that needs no token, from the panel's own origin.
pub(crate) async fn get_plain(path: &str) -> Result<Value, ApiError> {
    let no_answer = |error: gloo_net::Error| ApiError::NoAnswer(error.to_string());
    let response = Request::get(path).send().await.map_err(no_answer)?;
    let (status, text) = (response.status(), response.text().await.map_err(no_answer)?);
    if !response.ok() {
        return Err(ApiError::Unreadable(format!(
            "{path} answered with status {status}"
        )));
    }
    serde_json::from_str(&text).map_err(|error| ApiError::Unreadable(error.to_string()))
}

async fn read(response: Response) -> Result<Document, ApiError> {
    let status = response.status();
    let text = response
        .text()
        .await
        .map_err(|error| ApiError::NoAnswer(error.to_string()))?;
    Document::read(status, &text)
}
