//! One place builds requests, waits for a slot, sends, sends again where that is safe, and follows jobs.

use std::time::Duration;

use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderName, HeaderValue, Method, Request, Response, StatusCode};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::failure::{Asked, read_failure};
use crate::limiter::Limiter;
use crate::retry::{self, Next, Outcome, Repeat};
use crate::wire::{self, Document, JobResult};
use crate::{
    ApiError, BaseUrl, EnvironmentId, JobId, Query, RateLimit, Timer, Token, Transport,
    TransportError,
};

const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// The pauses between looks at a job: a quarter of a second, growing to two.
const FIRST_POLL: Duration = Duration::from_millis(250);
const SLOWEST_POLL: Duration = Duration::from_secs(2);

/// A job without a result after this long is in doubt: the server may have forgotten it.
const JOB_PATIENCE: Duration = Duration::from_hours(1);

/// An address, a token, and the ports to reach it.
pub(crate) struct Connection<T, C> {
    pub transport: T,
    pub timer: C,
    pub base: BaseUrl,
    pub token: Token,
    pub limiter: Limiter,
    /// Headers of every request besides the common ones.
    pub fixed_headers: &'static [(&'static str, &'static str)],
}

/// One request to be made.
pub(crate) struct Call {
    pub method: Method,
    /// Path after the base URL, escaped.
    pub path: String,
    /// Query string without `?`; may be empty.
    pub query: String,
    pub body: Vec<u8>,
    pub environment: Option<EnvironmentId>,
    pub headers: Vec<(HeaderName, HeaderValue)>,
    pub repeat: Repeat,
    /// The environment name that the call wants to give out.
    pub new_name: Option<EnvironmentId>,
}

impl Call {
    fn new(method: Method, repeat: Repeat, path: String) -> Self {
        Self {
            method,
            path,
            query: String::new(),
            body: Vec::new(),
            environment: None,
            headers: Vec::new(),
            repeat,
            new_name: None,
        }
    }

    pub(crate) fn get(segments: &[&str]) -> Result<Self, ApiError> {
        Ok(Self::new(
            Method::GET,
            Repeat::Harmless,
            crate::query::path(segments)?,
        ))
    }

    pub(crate) fn write(method: Method, segments: &[&str]) -> Result<Self, ApiError> {
        Ok(Self::new(
            method,
            Repeat::IfRefused,
            crate::query::path(segments)?,
        ))
    }

    pub(crate) fn with_query(mut self, query: &Query) -> Self {
        self.query = query.encode();
        self
    }

    pub(crate) fn with_body(mut self, body: &Value) -> Self {
        self.body = body.to_string().into_bytes();
        self
    }

    pub(crate) fn in_environment(mut self, environment: Option<&EnvironmentId>) -> Self {
        self.environment = environment.cloned();
        self
    }

    /// Method and path, for error messages and journals.
    pub(crate) fn label(&self) -> String {
        format!("{} {}", self.method, self.path)
    }

    fn failure(&self, status: StatusCode, retry_after: Option<Duration>, body: &[u8]) -> ApiError {
        let asked = Asked {
            request: &self.label(),
            write: self.repeat != Repeat::Harmless,
            environment: self.environment.as_ref().map(EnvironmentId::as_str),
            new_name: self.new_name.as_ref().map(EnvironmentId::as_str),
        };
        read_failure(asked, status.as_u16(), retry_after, body)
    }

    /// What the caller learns when there is no answer at all.
    fn unanswered(&self, error: TransportError) -> ApiError {
        let request = self.label();
        match error {
            TransportError::NoAnswer { reason } if self.repeat != Repeat::Harmless => {
                ApiError::InDoubt { request, reason }
            }
            TransportError::NoAnswer { reason } | TransportError::NotSent { reason } => {
                ApiError::Unavailable {
                    request,
                    reason,
                    retry_after: None,
                }
            }
        }
    }
}

/// What a request that may have become a job came to.
pub(crate) enum Accepted<D> {
    Document(Document<D>),
    Job(JobId),
}

impl<T: Transport, C: Timer> Connection<T, C> {
    pub(crate) fn new(
        transport: T,
        timer: C,
        base: BaseUrl,
        token: Token,
        limit: RateLimit,
    ) -> Self {
        Self {
            transport,
            timer,
            base,
            token,
            limiter: Limiter::new(limit),
            fixed_headers: &[],
        }
    }

    /// Makes a call whose success is a document, following the job when it became one.
    pub(crate) async fn document<D: DeserializeOwned>(
        &self,
        call: Call,
    ) -> Result<Document<D>, ApiError> {
        match self.accepted(&call).await? {
            Accepted::Document(document) => Ok(document),
            Accepted::Job(job) => self.follow(&call, &job).await,
        }
    }

    /// Makes a call whose success has nothing to say; a job is followed to its end.
    pub(crate) async fn nothing(&self, call: Call) -> Result<(), ApiError> {
        let answer = self.exchange(&call).await?;
        match answer.status() {
            StatusCode::ACCEPTED => {
                let job = job_of(&call, answer.body())?;
                self.outcome(&call, &job).await.map(|_| ())
            }
            status if status.is_success() => Ok(()),
            status => {
                Err(call.failure(status, retry::reset_after(answer.headers()), answer.body()))
            }
        }
    }

    /// Makes a call and stops at the job, if it became one.
    pub(crate) async fn accepted<D: DeserializeOwned>(
        &self,
        call: &Call,
    ) -> Result<Accepted<D>, ApiError> {
        let answer = self.exchange(call).await?;
        match answer.status() {
            StatusCode::ACCEPTED => Ok(Accepted::Job(job_of(call, answer.body())?)),
            status if status.is_success() => {
                let document =
                    wire::read(answer.body()).map_err(|reason| ApiError::Unreadable {
                        request: call.label(),
                        reason,
                    })?;
                Ok(Accepted::Document(document))
            }
            status => {
                Err(call.failure(status, retry::reset_after(answer.headers()), answer.body()))
            }
        }
    }

    /// Waits for the document that a job ends with.
    pub(crate) async fn follow<D: DeserializeOwned>(
        &self,
        call: &Call,
        job: &JobId,
    ) -> Result<Document<D>, ApiError> {
        let payload = self.outcome(call, job).await?;
        serde_json::from_value(payload).map_err(|error| ApiError::Unreadable {
            request: call.label(),
            reason: error.to_string(),
        })
    }

    /// Waits for a job to end: 404 means it is still running, whatever the code.
    async fn outcome(&self, call: &Call, job: &JobId) -> Result<Value, ApiError> {
        let started = self.timer.now();
        let mut wait = FIRST_POLL;
        loop {
            self.timer
                .sleep(wait + wait.mul_f64(self.timer.jitter().clamp(0.0, 1.0) / 10.0))
                .await;
            let mut poll = Call::get(&["job-results", job.as_str()])?;
            poll.environment.clone_from(&call.environment);
            let answer = self
                .exchange(&poll)
                .await
                .map_err(|error| in_doubt(call, job, &error.to_string()))?;
            let status = answer.status();
            if status.is_success() {
                let result: Document<JobResult> =
                    wire::read(answer.body()).map_err(|reason| in_doubt(call, job, &reason))?;
                return finished(call, result.data);
            }
            if status != StatusCode::NOT_FOUND {
                let error = poll.failure(status, None, answer.body());
                return Err(in_doubt(call, job, &error.to_string()));
            }
            if self.timer.now().saturating_sub(started) >= JOB_PATIENCE {
                return Err(in_doubt(call, job, "it has no result after an hour"));
            }
            wait = wait.mul_f64(1.5).min(SLOWEST_POLL);
        }
    }

    /// Sends a call until there is an answer to hand on. Any status may come back, 429 only when patience ran out.
    pub(crate) async fn exchange(&self, call: &Call) -> Result<Response<Vec<u8>>, ApiError> {
        let (mut refused, mut failed) = (0, 0);
        loop {
            let result = self.send_once(call).await?;
            match retry::next(call.repeat, Outcome::of(&result)) {
                Next::AfterReset if refused + 1 < retry::RATE_LIMITED_ATTEMPTS => {
                    refused += 1;
                    if let Ok(answer) = &result {
                        self.limiter.close(answer.headers(), refused, &self.timer);
                    }
                }
                Next::AfterPause if failed + 1 < retry::ATTEMPTS => {
                    failed += 1;
                    self.timer
                        .sleep(retry::pause(failed, self.timer.jitter()))
                        .await;
                }
                Next::AfterReset | Next::AfterPause | Next::Report => {
                    return result.map_err(|error| call.unanswered(error));
                }
            }
        }
    }

    async fn send_once(
        &self,
        call: &Call,
    ) -> Result<Result<Response<Vec<u8>>, TransportError>, ApiError> {
        let request = self.request(call)?;
        let slot = self.limiter.slot(&self.timer).await;
        let result = self.transport.send(request).await;
        drop(slot);
        if let Ok(answer) = &result {
            self.limiter.observe(answer.headers(), self.timer.now());
        }
        Ok(result)
    }

    fn request(&self, call: &Call) -> Result<Request<Vec<u8>>, ApiError> {
        let query = if call.query.is_empty() {
            String::new()
        } else {
            format!("?{}", call.query)
        };
        let mut request = Request::builder()
            .method(&call.method)
            .uri(format!("{}{}{query}", self.base, call.path))
            .header(AUTHORIZATION, self.token.authorization())
            .header(ACCEPT, JSON)
            .header(CONTENT_TYPE, JSON);
        for (name, value) in self.fixed_headers {
            request = request.header(*name, *value);
        }
        for (name, value) in &call.headers {
            request = request.header(name, value);
        }
        if let Some(environment) = &call.environment {
            request = request.header("x-environment", environment.as_str());
        }
        request
            .body(call.body.clone())
            .map_err(|error| ApiError::InvalidRequest {
                reason: error.to_string(),
            })
    }
}

fn job_of(call: &Call, body: &[u8]) -> Result<JobId, ApiError> {
    let job: Document<wire::Job> = wire::read(body).map_err(|reason| ApiError::Unreadable {
        request: call.label(),
        reason,
    })?;
    Ok(JobId::new(job.data.id))
}

/// The request was accepted, so without the job's result nobody knows how it ended.
fn in_doubt(call: &Call, job: &JobId, reason: &str) -> ApiError {
    ApiError::InDoubt {
        request: call.label(),
        reason: format!("job {job}: {reason}"),
    }
}

pub(crate) fn finished(call: &Call, result: JobResult) -> Result<Value, ApiError> {
    let JobResult { attributes } = result;
    let status = StatusCode::from_u16(attributes.status).map_err(|error| ApiError::Unreadable {
        request: call.label(),
        reason: error.to_string(),
    })?;
    if status.is_success() {
        Ok(attributes.payload)
    } else {
        Err(call.failure(status, None, attributes.payload.to_string().as_bytes()))
    }
}
