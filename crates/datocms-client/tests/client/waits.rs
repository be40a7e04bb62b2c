//! Waits are told, with their length, and can be cancelled.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use datocms_client::{ApiError, Cancel, NewItem, Timer, Wait, WaitReason, Waits};
use futures_util::future::{join, pending};
use serde_json::{Map, json};

use crate::support::{
    Client, FakeTimer, Reply, Script, answer, answer_with, error, error_body, item, job,
    job_result, one, script,
};

/// Writes down what it hears, and cancels the wait that begins with this reason.
#[derive(Default)]
struct Heard {
    lines: RefCell<Vec<String>>,
    cancels: RefCell<Option<WaitReason>>,
    handles: RefCell<Vec<Cancel>>,
}

impl Waits for Heard {
    fn began(&self, wait: &Wait, cancel: Cancel) {
        self.lines.borrow_mut().push(format!(
            "{} waits {} ms before attempt {} of {}: {}",
            wait.request,
            wait.length.as_millis(),
            wait.attempt,
            wait.of,
            wait.reason
        ));
        if self.cancels.borrow().as_ref() == Some(&wait.reason) {
            cancel.cancel();
        }
        self.handles.borrow_mut().push(cancel);
    }

    fn ended(&self, wait: &Wait) {
        self.lines.borrow_mut().push(format!("over {}", wait.id));
    }
}

impl Heard {
    fn lines(&self) -> Vec<String> {
        self.lines.take()
    }
}

fn watched(replies: impl IntoIterator<Item = Reply>) -> (Rc<Script>, Client, Rc<Heard>) {
    let (server, cma, _) = script(replies);
    let heard = Rc::new(Heard::default());
    (server, cma.watched(heard.clone()), heard)
}

fn too_many(reset: &'static str) -> Reply {
    answer_with(
        429,
        &[("x-ratelimit-reset", reset)],
        error_body("RATE_LIMIT_EXCEEDED", json!({}), false),
    )
}

fn busy() -> Reply {
    answer(422, error_body("ITEM_LOCKED", json!({}), true))
}

async fn read(cma: &Client) -> Result<(), ApiError> {
    cma.primary().items().find("It1").await.map(|_| ())
}

#[tokio::test(flavor = "current_thread")]
async fn every_pause_is_told_with_its_reason_and_its_length() {
    let (_, cma, heard) = watched([
        Reply::Lost,
        Reply::NotSent,
        error(502, "EXCEPTION"),
        too_many("7"),
        busy(),
        answer(200, one(item("It1"))),
    ]);
    read(&cma).await.unwrap();
    assert_eq!(
        heard.lines(),
        [
            "GET /items/It1 waits 250 ms before attempt 2 of 5: no answer came: connection reset",
            "over 0",
            "GET /items/It1 waits 500 ms before attempt 3 of 5: the request could not be sent: offline",
            "over 1",
            "GET /items/It1 waits 1000 ms before attempt 4 of 5: the CMS failed with status 502",
            "over 2",
            "GET /items/It1 waits 7000 ms before attempt 2 of 10: the CMS had too many requests",
            "over 3",
            "GET /items/It1 waits 2000 ms before attempt 5 of 5: someone has locked the record",
            "over 4",
        ]
    );
}

#[tokio::test(flavor = "current_thread")]
async fn the_own_pace_is_told_only_when_it_takes_long() {
    let (server, cma, heard) = watched((0..122).map(|_| answer(200, one(item("It1")))));
    for _ in 0..60 {
        read(&cma).await.unwrap();
    }
    read(&cma).await.unwrap();
    assert_eq!(
        heard.lines(),
        [
            "GET /items/It1 waits 3000 ms before attempt 1 of 5: the project's rate limit is used up",
            "over 0"
        ]
    );
    server.set_latency(Duration::from_millis(40));
    for _ in 0..61 {
        read(&cma).await.unwrap();
    }
    assert_eq!(
        heard.lines(),
        [""; 0],
        "the window was nearly over when it was full"
    );
}

#[tokio::test(flavor = "current_thread")]
async fn a_job_is_one_wait_that_begins_when_it_is_not_over_at_once() {
    let (_, cma, heard) = watched([
        job("48121"),
        error(404, "NOT_FOUND"),
        error(404, "NOT_FOUND"),
        job_result("48121", 200, json!({})),
        job("48122"),
        job_result("48122", 200, json!({})),
    ]);
    cma.primary().items().destroy("It1").await.unwrap();
    cma.primary().items().destroy("It2").await.unwrap();
    assert_eq!(
        heard.lines(),
        [
            "DELETE /items/It1 waits 3599920 ms before attempt 1 of 1: the CMS works on it (job 48121)",
            "over 0"
        ]
    );
}

#[tokio::test(flavor = "current_thread")]
async fn a_cancelled_wait_reports_the_last_failure_at_once() {
    let reset = WaitReason::NoAnswer {
        reason: "connection reset".to_owned(),
    };
    let locked = WaitReason::Busy {
        code: "ITEM_LOCKED".to_owned(),
    };
    for (reply, reason, expected) in [
        (
            Reply::Lost,
            reset,
            "The CMS is not available (GET /items/It1: connection reset). Nothing was changed.",
        ),
        (
            too_many("7"),
            WaitReason::RateLimited,
            "The CMS is not available (GET /items/It1: too many requests). Nothing was changed.",
        ),
        (
            busy(),
            locked,
            "GET /items/It1 has to wait: someone has locked the record. Nothing was changed.",
        ),
    ] {
        let (server, cma, heard) = watched([reply]);
        heard.cancels.replace(Some(reason));
        let error = read(&cma).await.unwrap_err();
        assert_eq!(error.to_string(), expected);
        assert_eq!(server.times(), [0], "nothing was sent again");
        assert_eq!(heard.lines().last().map(String::as_str), Some("over 0"));
    }
}

#[tokio::test(flavor = "current_thread")]
async fn a_call_whose_turn_never_came_was_not_sent() {
    let (server, cma, heard) = watched((0..60).map(|_| answer(200, one(item("It1")))));
    for _ in 0..60 {
        read(&cma).await.unwrap();
    }
    heard.cancels.replace(Some(WaitReason::Pacing));
    let error = cma.primary().items().destroy("It1").await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "The CMS is not available (DELETE /items/It1: the project's rate limit is used up). Nothing was changed."
    );
    assert_eq!(server.requests().len(), 60);
}

#[tokio::test(flavor = "current_thread")]
async fn a_cancelled_job_is_unfinished() {
    let (_, cma, heard) = watched([job("48121"), error(404, "NOT_FOUND")]);
    let reason = WaitReason::Job {
        job: datocms_client::JobId::new("48121"),
    };
    heard.cancels.replace(Some(reason));
    let error = cma.primary().items().destroy("It1").await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "DELETE /items/It1 was accepted as job 48121, which had not ended after less than a second. It may still end: whether it \
         was carried out is not known."
    );
}

#[tokio::test(flavor = "current_thread")]
async fn a_creation_in_doubt_stays_in_doubt_when_its_look_is_not_waited_for() {
    let (server, cma, heard) = watched([error(500, "EXCEPTION")]);
    heard
        .cancels
        .replace(Some(WaitReason::ServerFailed { status: 500 }));
    let new = NewItem {
        id: Some("It1".to_owned()),
        item_type: "Ma1".to_owned(),
        attributes: Map::new(),
    };
    let error = cma.primary().items().create(&new).await.unwrap_err();
    assert!(matches!(error, ApiError::InDoubt { .. }), "{error:?}");
    assert_eq!(server.requests().len(), 1);
}

/// A clock on which whoever sleeps never wakes.
#[derive(Default)]
struct Standing(FakeTimer);

impl Timer for Standing {
    fn now(&self) -> Duration {
        self.0.now()
    }

    async fn sleep(&self, _: Duration) {
        pending::<()>().await;
    }

    fn jitter(&self) -> f64 {
        0.0
    }
}

#[tokio::test(flavor = "current_thread")]
async fn a_sleeping_call_is_woken_by_its_cancellation_and_a_dropped_one_tells_its_end() {
    let (server, _, _) = script([Reply::Lost, Reply::Lost]);
    let heard = Rc::new(Heard::default());
    let cma = datocms_client::Cma::new(
        server,
        Rc::new(Standing::default()),
        "http://cms.test".parse().unwrap(),
        "s3cr3t".parse().unwrap(),
    )
    .watched(heard.clone());
    let items = cma.primary().items();
    let press = async {
        let handle = heard.handles.borrow_mut().pop();
        handle.expect("a wait began").cancel();
    };
    let (found, ()) = join(items.find("It1"), press).await;
    assert!(matches!(found, Err(ApiError::Unavailable { .. })));
    heard.lines();

    tokio::select! {
        biased;
        found = items.find("It1") => panic!("{found:?}"),
        () = std::future::ready(()) => {}
    }
    let lines = heard.lines();
    assert_eq!((lines.len(), lines[1].as_str()), (2, "over 1"));
}
