//! Answers that break off, answers that never come, storms of 429, and a clock that is wrong.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a failure here fails the test"
)]

mod support;

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;

use axum::body::Body;
use drydock::{Drydock, RateLimit};
use http::{Request, Response};
use http_body_util::BodyExt;
use support::Dock;
use support::process::Process;
use tower::ServiceExt;

fn with_fault(spec: &'static str) -> Dock {
    Dock::with(|options| options.faults.push(spec.parse().unwrap()))
}

/// A call whose body is not read yet.
async fn call(drydock: &Drydock, method: &str, path: &str) -> Response<Body> {
    let token = drydock.tokens().unwrap().full;
    let request = Request::builder()
        .method(method)
        .uri(format!("/cma{path}"))
        .header("authorization", format!("Bearer {token}"))
        .header("x-api-version", "3")
        .body(Body::empty())
        .unwrap();
    drydock.router().oneshot(request).await.unwrap()
}

async fn maintenance_is_active(dock: &Dock) -> bool {
    let mode = dock.get("/maintenance-mode").await;
    mode.data()["attributes"]["active"].as_bool().unwrap()
}

#[tokio::test]
async fn an_answer_breaks_off_after_the_work_is_done() {
    let dock = with_fault("PUT /maintenance-mode/activate:truncate*1");
    let answer = call(&dock.drydock, "PUT", "/maintenance-mode/activate").await;
    assert_eq!(answer.status(), 200);
    let promised: usize = answer.headers()["content-length"]
        .to_str()
        .unwrap()
        .parse()
        .unwrap();
    let mut body = answer.into_body();
    let half = body.frame().await.unwrap().unwrap().into_data().unwrap();
    assert_eq!(half.len(), promised / 2);
    assert!(body.frame().await.unwrap().is_err(), "then it breaks off");
    assert!(maintenance_is_active(&dock).await, "and yet it was done");
}

#[test]
fn an_answer_that_breaks_off_is_half_of_it_and_a_closed_connection() {
    let server = Process::start(&["--fault", "GET /site:truncate*1"]);
    let whole = |answer: &str| {
        let (headers, body) = answer.split_once("\r\n\r\n").unwrap();
        let length = headers
            .lines()
            .find_map(|line| line.strip_prefix("content-length: "))
            .unwrap();
        (length.parse::<usize>().unwrap(), body.len())
    };
    let (promised, came) = whole(&server.call("GET", "/site", ""));
    assert_eq!(came, promised / 2);
    let (promised, came) = whole(&server.call("GET", "/site", ""));
    assert_eq!(came, promised);
}

#[tokio::test]
async fn an_answer_never_comes_whether_or_not_the_work_was_done() {
    for (fault, done) in [("hang", false), ("hang-after", true)] {
        let dock = Dock::blank();
        let faults = dock.drydock.faults();
        let spec = format!("PUT /maintenance-mode/activate:{fault}*1");
        let hang = faults.add(spec.parse().unwrap());
        tokio::select! {
            biased;
            reply = dock.put("/maintenance-mode/activate") => panic!("{reply:?}"),
            () = tokio::task::yield_now() => {}
        }
        assert_eq!(faults.struck(hang), Some(1));
        assert_eq!(maintenance_is_active(&dock).await, done, "{fault}");
    }
}

#[test]
fn a_connection_without_an_answer_stays_open() {
    let server = Process::start(&["--fault", "PUT /maintenance-mode/activate:hang-after*1"]);
    let mut stream = TcpStream::connect(server.address()).unwrap();
    write!(
        stream,
        "PUT /cma/maintenance-mode/activate HTTP/1.1\r\nhost: drydock\r\nx-api-version: 3\r\nauthorization: Bearer {}\r\n\r\n",
        server.ready["tokens"]["full"].as_str().unwrap()
    )
    .unwrap();
    // It is done, and others are answered meanwhile.
    while !server
        .call("GET", "/maintenance-mode", "")
        .contains(r#""active":true"#)
    {}
    stream.set_nonblocking(true).unwrap();
    let nothing = stream.read(&mut [0; 1]).unwrap_err();
    assert_eq!(nothing.kind(), ErrorKind::WouldBlock);
}

#[tokio::test]
async fn a_storm_of_429_has_the_headers_of_a_true_one() {
    let dock = Dock::with(|options| {
        options.rate_limit = Some(RateLimit::default());
        options.faults.push("/site:429=5*2".parse().unwrap());
    });
    for _ in 0..2 {
        let refused = dock.get("/site").await;
        assert_eq!(refused.brief(), "429 RATE_LIMIT_EXCEEDED");
        let headers = [
            "x-ratelimit-limit",
            "x-ratelimit-remaining",
            "x-ratelimit-reset",
        ];
        let headers = headers.map(|name| refused.header(name));
        assert_eq!(headers, ["60", "0", "5"]);
    }
    let site = dock.get("/site").await;
    assert_eq!(site.status, 200);
    assert_eq!(
        site.header("x-ratelimit-remaining"),
        "57",
        "refused ones count"
    );
}

#[tokio::test]
async fn a_clock_that_is_wrong_is_wrong_everywhere() {
    for (skew, expected, date) in [
        (
            600,
            "2026-01-05T09:10:00.000Z",
            "Mon, 05 Jan 2026 09:10:00 GMT",
        ),
        (
            -600,
            "2026-01-05T08:50:00.000Z",
            "Mon, 05 Jan 2026 08:50:00 GMT",
        ),
    ] {
        let dock = Dock::with(|options| options.clock = options.clock.clone().skewed(skew));
        dock.fork("main", "rel-1", "").await;
        let created = dock.get("/environments/rel-1").await;
        assert_eq!(created.data()["meta"]["created_at"], expected);
        assert_eq!(created.header("date"), date);
        let query = dock.raw("POST", "/graphql", &[], None).await;
        assert_eq!(query.header("date"), date);
    }
}

#[test]
fn a_wrong_clock_is_the_only_one_the_answers_show() {
    let four_centuries = 400_i64 * 365 * 24 * 60 * 60;
    let server = Process::start(&["--clock-skew", &four_centuries.to_string()]);
    let answer = server.call("GET", "/environments/main", "");
    let dates: Vec<&str> = answer
        .lines()
        .filter(|line| line.to_ascii_lowercase().starts_with("date:"))
        .collect();
    assert_eq!(dates.len(), 1, "{answer}");
    assert!(dates[0].contains(" 24"), "{dates:?}");
    assert!(answer.contains(r#""created_at":"24"#), "{answer}");
}
