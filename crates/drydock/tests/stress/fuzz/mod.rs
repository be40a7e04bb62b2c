//! Fuzzing: calls that are nearly valid, over every route, and what no call may do.
//!
//! A [`Round`] is a project of its own and a seed. Each call is made from what the router takes (`drydock::requests`, and
//! the table in `calls` for what has no body), from what the project holds, and from a query document; then a part of it is
//! replaced, removed, swapped or broken. Whatever is sent: the answer is never a 5xx and never a panic, every refusal is an
//! error with a code, and after the last one the databases are sound.

mod bodies;
mod calls;
mod mutate;
mod pool;
mod queries;
mod values;
mod verdict;

use std::collections::BTreeMap;

use axum::Router;
use axum::body::Body;
use drydock::{Clock, Drydock, Options, Project, Storage};
use http::Request;
use http_body_util::BodyExt;
use rand::rngs::SmallRng;
use rand::{Rng, SeedableRng};
use serde_json::{Value, json};
use tower::ServiceExt;

use pool::Pool;

/// A call as it is sent.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    pub(crate) method: &'static str,
    /// The route it was made for, for reports.
    pub(crate) route: &'static str,
    /// With its query, percent-encoded.
    pub(crate) uri: String,
    /// The value of `X-Environment`.
    pub(crate) environment: Option<String>,
    pub(crate) body: Vec<u8>,
}

/// An answer.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Vec<u8>,
}

/// A project and the calls that are made to it.
pub(crate) struct Round {
    seed: u64,
    random: SmallRng,
    directory: tempfile::TempDir,
    drydock: Drydock,
    router: Router,
    token: String,
    pool: Pool,
    failures: Failures,
    /// Calls that were answered with success.
    accepted: usize,
}

/// What went wrong, with one example of each kind.
#[derive(Default)]
pub(crate) struct Failures(BTreeMap<String, (usize, String)>);

impl Failures {
    fn add(&mut self, route: &str, what: &str, example: impl FnOnce() -> String) {
        let entry = self.0.entry(format!("{route}: {what}"));
        entry.or_insert_with(|| (0, example())).0 += 1;
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What went wrong in another round as well.
    #[allow(dead_code, reason = "the short run has one round")]
    pub(crate) fn extend(&mut self, other: Self) {
        for (what, (times, example)) in other.0 {
            self.0.entry(what).or_insert((0, example)).0 += times;
        }
    }
}

impl std::fmt::Display for Failures {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (what, (times, example)) in &self.0 {
            writeln!(f, "{what} ({times} times)\n    first by {example}")?;
        }
        Ok(())
    }
}

impl Round {
    /// A demo project, and all there is in it.
    pub(crate) async fn new(seed: u64) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let drydock = Drydock::open(Options {
            storage: Storage::Directory(directory.path().to_owned()),
            project: Project::Demo,
            rate_limit: None,
            clock: Clock::system(),
            ..Options::default()
        })
        .unwrap();
        let token = drydock.tokens().unwrap().full;
        let mut round = Self {
            seed,
            random: SmallRng::seed_from_u64(seed),
            directory,
            router: drydock.router(),
            drydock,
            pool: Pool::default(),
            token,
            failures: Failures::default(),
            accepted: 0,
        };
        round.look_around().await;
        round
    }

    /// Every list and every query document as it is meant: what a round starts from is valid.
    async fn look_around(&mut self) {
        for call in calls::lists() {
            let answer = self.send(&call).await.expect("no panic");
            assert_eq!(
                answer.status,
                200,
                "{} answers {}",
                call.uri,
                text(&answer.body)
            );
            self.pool.learn(&answer.body);
        }
        self.pool.spare(&self.token);
        for document in queries::DOCUMENTS {
            let call = queries::whole(document);
            let answer = self.send(&call).await.expect("no panic");
            let body: Value = serde_json::from_slice(&answer.body).unwrap();
            assert!(body["errors"].is_null(), "{document:?}: {body}");
        }
    }

    /// How many of its calls were answered with success: a round of refusals proves little.
    pub(crate) fn accepted(&self) -> usize {
        self.accepted
    }

    /// Makes this many calls.
    pub(crate) async fn run(&mut self, calls: usize) {
        for number in 0..calls {
            let call = self.next();
            self.judge(number, &call).await;
        }
    }

    fn next(&mut self) -> Call {
        let Self { random, pool, .. } = self;
        let mut call = match random.random_range(0..10) {
            0..=2 => calls::without_body(random, pool),
            3..=7 => bodies::with_body(random, pool),
            _ => queries::mutated(random, pool),
        };
        call.environment = match random.random_range(0..20) {
            0 => Some(
                values::nasty(random)
                    .chars()
                    .filter(char::is_ascii_graphic)
                    .collect(),
            ),
            1..=4 => pool.id("environment", random),
            _ => None,
        };
        call
    }

    async fn judge(&mut self, number: usize, call: &Call) {
        let told = || {
            format!(
                "call {number} of seed {}: {} {} in {:?}\n    {}",
                self.seed,
                call.method,
                shortened(&call.uri),
                call.environment,
                shortened(&text(&call.body)),
            )
        };
        let Some(answer) = self.send(call).await else {
            self.failures.add(call.route, "it panics", told);
            return;
        };
        if let Err(complaint) = verdict::of(call, &answer) {
            let told = || format!("{}\n    {}", told(), shortened(&text(&answer.body)));
            self.failures.add(call.route, &complaint, told);
        }
        self.pool.learn(&answer.body);
        self.accepted += usize::from(answer.status < 300);
        if answer.status == 202 {
            let outcome = self.outcome(&answer).await;
            if let Err(complaint) = verdict::of_job(&outcome) {
                let told = || format!("{}\n    {}", told(), shortened(&outcome.to_string()));
                self.failures.add(call.route, &complaint, told);
            }
        }
    }

    /// Jobs are over when they are answered: there is no delay.
    async fn outcome(&self, answer: &Answer) -> Value {
        let job: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
        let id = job["data"]["id"].as_str().unwrap_or_default();
        let read = Call {
            method: "GET",
            route: "/job-results/:job_result",
            uri: format!("/cma/job-results/{id}"),
            environment: None,
            body: Vec::new(),
        };
        let Some(result) = self.send(&read).await else {
            return json!({ "panic": true });
        };
        let mut result: Value = serde_json::from_slice(&result.body).unwrap_or_default();
        result["data"]["attributes"].take()
    }

    /// The answer; `None` when the server panicked.
    async fn send(&self, call: &Call) -> Option<Answer> {
        let mut request = Request::builder()
            .method(call.method)
            .uri(&call.uri)
            .header("authorization", format!("Bearer {}", self.token))
            .header("x-api-version", "3")
            .header("content-type", "application/json");
        if let Some(environment) = &call.environment {
            request = request.header("x-environment", environment);
        }
        let request = request.body(Body::from(call.body.clone())).unwrap();
        let answering = tokio::spawn(self.router.clone().oneshot(request));
        let Ok(response) = answering.await else {
            return None;
        };
        let response = response.unwrap_or_else(|never| match never {});
        let status = response.status().as_u16();
        let body = response.into_body().collect().await.unwrap().to_bytes();
        Some(Answer {
            status,
            body: body.to_vec(),
        })
    }

    /// After the last call: the project can still be read, and its files are sound. What went wrong in the whole round.
    pub(crate) async fn end(mut self) -> Failures {
        let names = self.environments().await;
        for call in calls::lists() {
            for name in &names {
                let mut call = call.clone();
                call.environment = Some(name.clone());
                let answer = self.send(&call).await;
                if answer.is_none_or(|answer| answer.status != 200) {
                    let told = || format!("the end of seed {}", self.seed);
                    self.failures
                        .add(call.route, "it cannot be read any more", told);
                }
            }
        }
        let Self {
            directory,
            drydock,
            router,
            failures,
            ..
        } = self;
        drop((drydock, router));
        for entry in std::fs::read_dir(directory.path()).unwrap() {
            let path = entry.unwrap().path();
            if path
                .extension()
                .is_some_and(|extension| extension == "sqlite")
            {
                let connection = rusqlite::Connection::open(&path).unwrap();
                let sound: String = connection
                    .query_row("PRAGMA integrity_check", [], |row| row.get(0))
                    .unwrap();
                assert_eq!(sound, "ok", "{} after seed {}", path.display(), self.seed);
            }
        }
        failures
    }

    async fn environments(&self) -> Vec<String> {
        let call = calls::list_of("/environments");
        let answer = self.send(&call).await.expect("no panic");
        let body: Value = serde_json::from_slice(&answer.body).unwrap();
        let ids = body["data"].as_array().into_iter().flatten();
        ids.filter_map(|entity| entity["id"].as_str().map(str::to_owned))
            .collect()
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(1200) {
        Some((at, _)) => format!("{}… ({} bytes)", &text[..at], text.len()),
        None => text.to_owned(),
    }
}
