//! The management API as a test uses it: plain requests, to set the scene and to see what really happened.

use std::time::Duration;

use http::{Method, Request};
use http_body_util::{BodyExt, Full};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use serde_json::{Value, json};
use tokio::time::{Instant, sleep};

use crate::failure::Failure;

/// How long something may take to become so.
const PATIENCE: Duration = Duration::from_secs(30);
/// How often it is asked for; rarely enough to leave the rate limit to the panel.
const GLANCE: Duration = Duration::from_millis(250);
/// How the problem of a request begins that came too early.
const LIMITED: &str = "429 ";

/// The management API, for one token and one environment.
#[derive(Debug, Clone)]
pub struct Api {
    base: String,
    token: String,
    environment: Option<String>,
    client: Client<HttpConnector, Full<bytes::Bytes>>,
}

impl Api {
    pub(crate) fn new(base: &str, token: &str) -> Self {
        let client = Client::builder(TokioExecutor::new()).build_http();
        Self {
            base: base.to_owned(),
            token: token.to_owned(),
            environment: None,
            client,
        }
    }

    /// The same, in another environment than primary.
    #[must_use]
    pub fn in_environment(&self, environment: &str) -> Self {
        Self {
            environment: Some(environment.to_owned()),
            ..self.clone()
        }
    }

    /// The whole answer to a `GET`.
    pub async fn get(&self, path: &str) -> Result<Value, Failure> {
        self.send(Method::GET, path, None).await
    }

    /// The whole answer to a `POST`.
    pub async fn post(&self, path: &str, body: Value) -> Result<Value, Failure> {
        self.send(Method::POST, path, Some(body)).await
    }

    /// The whole answer to a `PUT`, with or without a body; an empty answer is `null`.
    pub async fn put(&self, path: &str, body: Option<Value>) -> Result<Value, Failure> {
        self.send(Method::PUT, path, body).await
    }

    /// Forks an environment and waits until the copy can be used.
    pub async fn fork(&self, from: &str, to: &str) -> Result<(), Failure> {
        let body = json!({ "data": { "type": "environment", "id": to } });
        self.post(
            &format!("environments/{from}/fork?immediate_return=true"),
            body,
        )
        .await?;
        let ready = |answer: &Value| answer["data"]["meta"]["status"] == "ready";
        self.wait_for(&format!("environments/{to}"), "status `ready`", ready)
            .await
            .map(drop)
    }

    /// Asks until the answer is as wanted, and returns it.
    pub async fn wait_for(
        &self,
        path: &str,
        what: &str,
        wanted: impl Fn(&Value) -> bool,
    ) -> Result<Value, Failure> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let instead = match self.get(path).await {
                Ok(answer) if wanted(&answer) => return Ok(answer),
                Ok(answer) => format!("it answers {answer}"),
                Err(failure) => failure.to_string(),
            };
            if Instant::now() >= deadline {
                let what = format!("{what} at {path}");
                return Err(Failure::Waited {
                    what,
                    seconds: PATIENCE.as_secs(),
                    instead,
                });
            }
            sleep(GLANCE).await;
        }
    }

    /// The id of the primary environment.
    pub async fn primary(&self) -> Result<String, Failure> {
        let answer = self.get("environments").await?;
        let primary = answer["data"]
            .as_array()
            .into_iter()
            .flatten()
            .find(|one| one["meta"]["primary"] == true);
        let id = primary
            .and_then(|one| one["id"].as_str())
            .map(str::to_owned);
        id.ok_or_else(|| Failure::Untrue(format!("no environment is primary: {answer}")))
    }

    /// The names of the environments, in order, with a star at the primary one.
    pub async fn environments(&self) -> Result<Vec<String>, Failure> {
        let answer = self.get("environments").await?;
        let name = |one: &Value| {
            let star = if one["meta"]["primary"] == true {
                "*"
            } else {
                ""
            };
            format!("{}{star}", one["id"].as_str().unwrap_or_default())
        };
        let mut names: Vec<_> = listed(&answer).iter().map(name).collect();
        names.sort();
        Ok(names)
    }

    /// Whether maintenance mode is on.
    pub async fn frozen(&self) -> Result<bool, Failure> {
        let answer = self.get("maintenance-mode").await?;
        Ok(answer["data"]["attributes"]["active"] == true)
    }

    /// All records of a model, as they are now; models here have fewer than one page of them.
    pub async fn records(&self, model: &str) -> Result<Vec<Value>, Failure> {
        let path = format!("items?version=current&filter[type]={model}&page[limit]=500");
        Ok(listed(&self.get(&path).await?).to_vec())
    }

    /// Sends a request, again as long as the rate limit, shared with everything in the browser, says so: what it
    /// refuses was not done.
    async fn send(
        &self,
        method: Method,
        path: &str,
        body: Option<Value>,
    ) -> Result<Value, Failure> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            match self.send_once(method.clone(), path, body.clone()).await {
                Err(Failure::Request { problem, .. })
                    if problem.starts_with(LIMITED) && Instant::now() < deadline =>
                {
                    sleep(GLANCE).await;
                }
                answered => return answered,
            }
        }
    }

    async fn send_once(
        &self,
        method: Method,
        path: &str,
        body: Option<Value>,
    ) -> Result<Value, Failure> {
        let address = format!("{}/{}", self.base, path.trim_start_matches('/'));
        let problem = {
            let request = format!("{method} {address}");
            move |problem: String| Failure::Request {
                request: request.clone(),
                problem,
            }
        };
        let mut request = Request::builder()
            .method(method)
            .uri(&address)
            .header("Authorization", format!("Bearer {}", self.token))
            .header("Accept", "application/json")
            .header("X-Api-Version", "3");
        if let Some(environment) = &self.environment {
            request = request.header("X-Environment", environment);
        }
        if body.is_some() {
            request = request.header("Content-Type", "application/vnd.api+json");
        }
        let bytes = body.map_or_else(Vec::new, |body| body.to_string().into_bytes());
        let request = request
            .body(Full::new(bytes.into()))
            .map_err(|error| problem(error.to_string()))?;
        let response = self
            .client
            .request(request)
            .await
            .map_err(|error| problem(error.to_string()))?;
        let status = response.status();
        let body = response
            .into_body()
            .collect()
            .await
            .map_err(|error| problem(error.to_string()))?
            .to_bytes();
        let text = String::from_utf8_lossy(&body);
        if !status.is_success() {
            return Err(problem(format!("{status} {text}")));
        }
        if body.is_empty() {
            return Ok(Value::Null);
        }
        serde_json::from_slice(&body).map_err(|error| problem(format!("{error} in {text}")))
    }
}

fn listed(answer: &Value) -> &[Value] {
    answer["data"]
        .as_array()
        .map(Vec::as_slice)
        .unwrap_or_default()
}
