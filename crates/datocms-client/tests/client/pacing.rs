//! The rate limit.

use std::time::Duration;

use datocms_client::{ApiError, RawRequest};
use futures_util::future::join_all;
use http::Method;
use serde_json::json;

use crate::support::{Reply, answer, answer_with, error_body, item, one, script};

fn found() -> Reply {
    answer(200, one(item("It1")))
}

fn too_many(headers: &[(&'static str, &'static str)]) -> Reply {
    answer_with(
        429,
        headers,
        error_body("RATE_LIMIT_EXCEEDED", json!({}), false),
    )
}

#[tokio::test(flavor = "current_thread")]
async fn sixty_go_at_once_and_the_next_waits_for_the_window() {
    let (server, cma, _) = script((0..130).map(|_| found()));
    for _ in 0..130 {
        cma.primary().items().find("It1").await.unwrap();
    }
    let times = server.times();
    assert!(times[..60].iter().all(|at| *at == 0));
    assert!(times[60..120].iter().all(|at| *at == 3000));
    assert!(times[120..].iter().all(|at| *at == 6000));
}

#[tokio::test(flavor = "current_thread")]
async fn a_request_counts_from_its_answer_because_the_server_counts_it_later_than_it_was_sent() {
    let (server, cma, _) = script((0..61).map(|_| found()));
    server.set_latency(Duration::from_millis(10));
    for _ in 0..61 {
        cma.primary().items().find("It1").await.unwrap();
    }
    assert_eq!(server.times()[60], 3010, "not 3000");
}

#[tokio::test(flavor = "current_thread")]
async fn what_the_server_took_is_told_without_the_wait_for_the_window() {
    let (server, cma, _) = script((0..61).map(|_| found()));
    server.set_latency(Duration::from_millis(80));
    let asked = (0..61).map(|_| {
        let get = RawRequest::new(Method::GET, "/items/It1").unwrap();
        cma.raw(get)
    });
    let answers = join_all(asked).await;
    assert!(server.times()[60] >= 3000, "the last one had to wait");
    for answer in answers {
        assert_eq!(answer.unwrap().took, Duration::from_millis(80));
    }
}

#[tokio::test(flavor = "current_thread")]
async fn clones_and_concurrent_calls_share_the_limit() {
    let (server, cma, _) = script((0..100).map(|_| found()));
    let clone = cma.clone();
    let calls = (0..100).map(|n| {
        let items = if n % 2 == 0 {
            cma.primary().items()
        } else {
            clone.primary().items()
        };
        async move { items.find("It1").await }
    });
    assert!(join_all(calls).await.iter().all(Result::is_ok));
    let times = server.times();
    assert_eq!(times.iter().filter(|at| **at < 3000).count(), 60);
}

#[tokio::test(flavor = "current_thread")]
async fn what_colleagues_use_is_left_to_them() {
    let nothing_left = [("x-ratelimit-limit", "60"), ("x-ratelimit-remaining", "0")];
    let (server, cma, _) = script([answer_with(200, &nothing_left, one(item("It1"))), found()]);
    for _ in 0..2 {
        cma.primary().items().find("It1").await.unwrap();
    }
    assert_eq!(server.times(), [0, 3000]);
}

#[tokio::test(flavor = "current_thread")]
async fn a_refusal_holds_everybody_until_the_reset_and_a_random_bit() {
    let (server, cma, timer) = script([too_many(&[("x-ratelimit-reset", "2")]), found()]);
    timer.set_jitter(0.5);
    cma.primary().items().find("It1").await.unwrap();
    assert_eq!(server.times(), [0, 2500]);
}

#[tokio::test(flavor = "current_thread")]
async fn without_the_header_the_wait_grows_and_ends() {
    let (server, cma, _) = script((0..11).map(|_| too_many(&[])));
    let error = cma.primary().items().find("It1").await.unwrap_err();
    assert!(
        matches!(&error, ApiError::Unavailable { reason, .. } if reason == "too many requests"),
        "{error:?}"
    );
    assert_eq!(
        server.times(),
        [
            0, 1000, 3000, 6000, 10_000, 15_000, 21_000, 28_000, 36_000, 45_000
        ]
    );
}
