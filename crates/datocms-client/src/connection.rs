//! What a call comes to: a document, nothing, or a job that is followed to its end.

use std::rc::Rc;
use std::time::Duration;

use http::StatusCode;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::call::Call;
use crate::limiter::Limiter;
use crate::retry;
use crate::waits::{Cancelled, WaitReason, Waits, Watched};
use crate::wire::{self, Document, JobResult};
use crate::{ApiError, BaseUrl, JobId, Patience, RateLimit, Timer, Token, Transport};

/// The pauses between looks at a job: they grow with the time it has taken, so that no job is waited for much longer than a
/// third over its own time, and none is asked for more than a dozen times in ten seconds.
const FIRST_POLL: Duration = Duration::from_millis(80);
const SLOWER: f64 = 1.3;
const SLOWEST_POLL: Duration = Duration::from_secs(2);

/// A way to an API, with the manners of one client: how long it waits, and who hears of that.
pub(crate) struct Connection<T, C> {
    pub shared: Rc<Shared<T, C>>,
    pub patience: Patience,
    pub watched: Watched,
}

/// An address, a token, the ports to reach it, and the rate limit, which all clients of it share.
pub(crate) struct Shared<T, C> {
    pub transport: T,
    pub timer: C,
    pub base: BaseUrl,
    pub token: Token,
    pub limiter: Limiter,
    /// Headers of every request besides the common ones.
    pub fixed_headers: &'static [(&'static str, &'static str)],
}

/// What a request that may have become a job came to.
pub(crate) enum Accepted<D> {
    Document(Document<D>),
    Job(JobId),
}

impl<T, C> Connection<T, C> {
    pub(crate) fn new(
        transport: T,
        timer: C,
        base: BaseUrl,
        token: Token,
        limit: RateLimit,
        fixed_headers: &'static [(&'static str, &'static str)],
    ) -> Self {
        let shared = Shared {
            transport,
            timer,
            base,
            token,
            limiter: Limiter::new(limit),
            fixed_headers,
        };
        Self {
            shared: Rc::new(shared),
            patience: Patience::default(),
            watched: Watched::default(),
        }
    }

    pub(crate) fn patient(&self, patience: Patience) -> Self {
        Self {
            shared: self.shared.clone(),
            patience,
            watched: self.watched.clone(),
        }
    }

    pub(crate) fn watched_by(&self, observer: Rc<dyn Waits>) -> Self {
        Self {
            shared: self.shared.clone(),
            patience: self.patience,
            watched: self.watched.by(observer),
        }
    }
}

impl<T: Transport, C: Timer> Connection<T, C> {
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
        let timer = &self.shared.timer;
        let started = timer.now();
        let waits = self.watched.call(call.label());
        let mut told = None;
        let mut wait = FIRST_POLL;
        loop {
            let waited = timer.now().saturating_sub(started);
            let left = self.patience.job.saturating_sub(waited);
            let unfinished = || ApiError::JobUnfinished {
                request: call.label(),
                job: job.clone(),
                waited,
            };
            if left.is_zero() {
                return Err(unfinished());
            }
            let pause = wait + wait.mul_f64(timer.jitter().clamp(0.0, 1.0) / 10.0);
            if let Err(Cancelled) = waits.sleep(timer, pause.min(left)).await {
                return Err(unfinished());
            }
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
            if told.is_none() {
                let reason = WaitReason::Job { job: job.clone() };
                let waited = timer.now().saturating_sub(started);
                told = waits.tell(reason, (1, 1), self.patience.job.saturating_sub(waited));
            }
            wait = wait.mul_f64(SLOWER).min(SLOWEST_POLL);
        }
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
