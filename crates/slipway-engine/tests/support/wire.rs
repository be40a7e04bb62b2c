//! The line from a page to the CMS: the real router in process, with whatever happens on the way.

use std::{cell::RefCell, rc::Rc, time::Duration};

use axum::{Router, body::Body};
use datocms_client::{Transport, TransportError, in_process::InProcess};
use drydock::NoAnswer;
use http::{Method, Request, Response, StatusCode};
use serde_json::{Value, json};

use super::{
    life::Life,
    time::SharedTime,
    traffic::{Blow, Fault, Moment, Traffic},
};

/// The server, as every page reaches it.
pub(crate) struct Server {
    router: InProcess<Router, Body>,
    token: String,
    time: Rc<SharedTime>,
    /// How long a fork takes.
    copying_takes: Duration,
    /// The environment being copied, and when the copy is due.
    copying: RefCell<Option<(String, Duration)>>,
}

impl Server {
    pub(crate) fn new(
        router: Router,
        token: String,
        time: Rc<SharedTime>,
        copying_takes: Duration,
    ) -> Self {
        Self {
            router: InProcess::new(router).losing(|marks| marks.get::<NoAnswer>().is_some()),
            token,
            time,
            copying_takes,
            copying: RefCell::default(),
        }
    }

    async fn perform(
        &self,
        request: Request<Vec<u8>>,
    ) -> Result<Response<Vec<u8>>, TransportError> {
        let now = self.time.since_start();
        self.see_copy_through(now).await;
        let forks = request.uri().path().ends_with("/fork");
        let wanted = forks.then(|| name_in(request.body())).flatten();
        let answer = self.router.send(request).await;
        if answer
            .as_ref()
            .is_ok_and(|answer| answer.status().is_success())
            && let Some(wanted) = wanted
        {
            *self.copying.borrow_mut() = Some((wanted, now + self.copying_takes));
        }
        answer
    }

    /// A fork copies in a thread of its own. Once it is due by the clock, it is given the time of
    /// the real world that it needs, so that every run sees the same; and a little of the clock's,
    /// as a thread that began late counts from then on.
    async fn see_copy_through(&self, now: Duration) {
        let due = self.copying.borrow().clone();
        let Some((environment, _)) = due.filter(|(_, due)| *due <= now) else {
            return;
        };
        while self.status(&environment).await.as_deref() == Some("creating") {
            std::thread::yield_now();
            self.time.pass(Duration::from_millis(1));
        }
        *self.copying.borrow_mut() = None;
    }

    async fn status(&self, environment: &str) -> Option<String> {
        let path = format!("/environments/{environment}");
        let answer = self.by_hand(Method::GET, &path).await?;
        let document: Value = serde_json::from_slice(answer.body()).ok()?;
        let status = document["data"]["meta"]["status"].as_str();
        status.map(str::to_owned)
    }

    /// Somebody turns maintenance mode on or off.
    async fn switch(&self, on: bool) {
        let verb = if on { "activate" } else { "deactivate" };
        let path = format!("/maintenance-mode/{verb}?force=true");
        let answer = self.by_hand(Method::PUT, &path).await;
        assert!(answer.is_some_and(|answer| answer.status().is_success()));
    }

    async fn by_hand(&self, method: Method, path: &str) -> Option<Response<Vec<u8>>> {
        let request = Request::builder()
            .method(method)
            .uri(format!("http://drydock.test/cma{path}"))
            .header("authorization", format!("Bearer {}", self.token))
            .header("accept", "application/json")
            .header("x-api-version", "3")
            .body(Vec::new())
            .ok()?;
        self.router.send(request).await.ok()
    }
}

fn name_in(body: &[u8]) -> Option<String> {
    let document: Value = serde_json::from_slice(body).ok()?;
    document["data"]["id"].as_str().map(str::to_owned)
}

/// A line to the server: a page's, or, without a life, the test's own, where nothing is counted.
pub(crate) struct Line {
    pub(crate) server: Rc<Server>,
    pub(crate) traffic: Rc<Traffic>,
    pub(crate) life: Option<Rc<Life>>,
}

impl Transport for Line {
    async fn send(&self, request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, TransportError> {
        let Some(life) = &self.life else {
            return self.server.perform(request).await;
        };
        life.check().await;
        if let Some(gate) = self.traffic.gate() {
            gate.pass(life.seat).await;
        }
        let (call, blow) = self.traffic.note(life, &request);
        let perform = async || {
            let answer = self.server.perform(request.clone()).await;
            if let Ok(answer) = &answer {
                self.traffic.answered(call, answer.status());
            }
            answer
        };
        match blow {
            None => perform().await,
            Some(Blow::Kill(Moment::BeforeItLeaves)) => {
                life.die().await;
                no_answer("the page is gone")
            }
            Some(Blow::Kill(Moment::BeforeTheAnswer)) => {
                perform().await?;
                life.die().await;
                no_answer("the page is gone")
            }
            Some(Blow::Kill(Moment::AfterTheAnswer)) => {
                let answer = perform().await;
                life.doom();
                answer
            }
            Some(Blow::Switch(on)) => {
                self.server.switch(on).await;
                perform().await
            }
            Some(Blow::Fault(fault)) => suffer(fault, life, perform).await,
        }
    }
}

/// What a call comes to under a fault; `perform` is what it does each time that it arrives.
async fn suffer(
    fault: Fault,
    life: &Life,
    perform: impl AsyncFn() -> Result<Response<Vec<u8>>, TransportError>,
) -> Result<Response<Vec<u8>>, TransportError> {
    match fault {
        Fault::RateLimited | Fault::RateLimitStorm => Ok(refuse(429, "RATE_LIMIT_EXCEEDED", false)),
        Fault::ServerError => Ok(refuse(500, "EXCEPTION", false)),
        Fault::BadGateway => {
            perform().await?;
            Ok(answer(
                502,
                b"<html><title>502 Bad Gateway</title></html>".to_vec(),
            ))
        }
        Fault::Unavailable => Ok(refuse(503, "SERVICE_UNAVAILABLE", false)),
        Fault::Transient => Ok(refuse(422, "BATCH_DATA_VALIDATION_IN_PROGRESS", true)),
        Fault::Outage | Fault::NotSent => Err(TransportError::NotSent {
            reason: "the browser is offline".to_owned(),
        }),
        Fault::RequestLost => no_answer("the connection was closed"),
        Fault::AnswerLost => {
            perform().await?;
            no_answer("the connection was closed")
        }
        Fault::AnswerTruncated => {
            let (parts, mut body) = perform().await?.into_parts();
            body.truncate(body.len() / 2);
            Ok(Response::from_parts(parts, body))
        }
        Fault::SentTwice => {
            perform().await?;
            perform().await
        }
        Fault::Hang => {
            perform().await?;
            life.die().await;
            no_answer("the page is gone")
        }
    }
}

fn refuse(status: u16, code: &str, transient: bool) -> Response<Vec<u8>> {
    let document = json!({ "data": [{
        "id": "fault",
        "type": "api_error",
        "attributes": { "code": code, "details": {}, "doc_url": "", "transient": transient },
    }]});
    answer(status, document.to_string().into_bytes())
}

fn answer(status: u16, body: Vec<u8>) -> Response<Vec<u8>> {
    let mut answer = Response::new(body);
    *answer.status_mut() = StatusCode::from_u16(status).expect("a status");
    answer
}

fn no_answer(reason: &str) -> Result<Response<Vec<u8>>, TransportError> {
    Err(TransportError::NoAnswer {
        reason: reason.to_owned(),
    })
}
