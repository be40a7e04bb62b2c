//! What a `--fault` says: `POST /environments/*/fork:drop-answer*1`, `/items in main:503%10`.

use std::str::FromStr;
use std::time::Duration;

use axum::http::{Method, StatusCode};

/// One `--fault`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Only calls with this method; `None` for any.
    pub method: Option<Method>,
    /// The path, without the `/cma` in front of it; `*` stands for any part.
    pub path: String,
    /// Only calls to the environment of this name, as it is called then; `None` for any. A call that names none is one to the
    /// primary environment.
    pub environment: Option<String>,
    /// What happens.
    pub action: Action,
    /// How many of the calls whose turn it is it happens to, `1..=100`; which ones, a generator with a seed decides.
    pub percent: u8,
    /// The first matching call it happens to, counted from 1.
    pub from: u32,
    /// How often it happens; `None` for ever.
    pub times: Option<u32>,
}

/// What a fault does to a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Answer with this status instead of doing anything.
    Status(StatusCode),
    /// Answer 429, and ask the caller to come back after this many seconds.
    RateLimited {
        /// What `X-RateLimit-Reset` says.
        reset: u32,
    },
    /// Answer with an error marked transient instead of doing anything.
    Transient,
    /// Close the connection; nothing is done.
    DropRequest,
    /// Do it, then close the connection without an answer. Browsers then send the request again on their own, whatever its
    /// method, when the connection had served before (seen in Chromium and Firefox); after [`Action::Truncate`] they do not.
    DropAnswer,
    /// Do it, send the answer's headers and half its body, then close the connection. An answer without a body is not sent.
    Truncate,
    /// Keep the connection open and never answer; nothing is done.
    Hang,
    /// Do it, then keep the connection open and never answer.
    HangAfter,
    /// Do it, answer later.
    Delay(Duration),
    /// Do it as ever, but let the job it becomes go wrong. Calls that do not become jobs are not affected.
    Job(JobFault),
    /// End the process before anything is done.
    Crash,
    /// Do it, then end the process without an answer.
    CrashAfter,
}

/// What goes wrong with a job, after the 202.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JobFault {
    /// It ends with this error, and nothing is done. A fork's environment is there for a moment, then gone.
    Fail {
        /// The vendor's code.
        code: &'static str,
        /// The status that goes with it.
        status: StatusCode,
    },
    /// It never ends, and nothing is done. A fork stays at 0 % until the fault is removed, then it goes on.
    Stall,
    /// It is done, and never says so.
    StallAfter,
    /// A fork stops at this percentage, until the fault is removed.
    ForkStuck {
        /// `0..=99`.
        percent: u8,
    },
}

/// A `--fault` that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FaultError {
    /// There is no `:ACTION`.
    #[error("no action; write PATH:ACTION, for example /items:503")]
    NoAction,
    /// The word before the path is no method.
    #[error("`{0}` is not a method; use GET, POST, PUT or DELETE")]
    Method(String),
    /// The path does not start with `/` or `*`.
    #[error("path `{0}` does not start with `/`")]
    Path(String),
    /// No such action.
    #[error(
        "`{0}` is not an action; use a status from 400 to 599, 429=SECONDS, transient, drop-request, drop-answer, truncate, hang, hang-after, delay=MS, job-fail=CODE, job-stall, job-stall-after, fork-stuck=PERCENT, crash or crash-after"
    )]
    Action(String),
    /// `job-fail=` with a code that is not one of the vendor's.
    #[error("`{0}` is not an error code that a job can fail with; EXCEPTION and INVALID_FIELD are")]
    Code(String),
    /// ` in ` without the name of an environment.
    #[error(
        "no environment after `in`; write PATH in ENVIRONMENT:ACTION, for example /items in main:503"
    )]
    Environment,
    /// `%N` is not a part of a hundred.
    #[error("`{0}` is not a percentage from 1 to 100")]
    Percent(String),
    /// `@N` or `*N` is not a positive number.
    #[error("`{0}` is not a number of calls, counted from 1")]
    Count(String),
}

impl FromStr for Fault {
    type Err = FaultError;

    fn from_str(spec: &str) -> Result<Self, FaultError> {
        let (target, rest) = spec.rsplit_once(':').ok_or(FaultError::NoAction)?;
        let (target, environment) = match target.trim_end().split_once(" in") {
            Some((target, name)) => (target, Some(environment_named(name)?)),
            None => (target, None),
        };
        let (method, path) = match target.trim().split_once(' ') {
            Some((method, path)) => (Some(method_named(method)?), path.trim()),
            None => (None, target.trim()),
        };
        if !path.starts_with(['/', '*']) {
            return Err(FaultError::Path(path.to_owned()));
        }
        let (rest, times) = match rest.split_once('*') {
            Some((rest, times)) => (rest, Some(count(times)?)),
            None => (rest, None),
        };
        let (action, from) = match rest.split_once('@') {
            Some((action, from)) => (action, Some(count(from)?)),
            None => (rest, None),
        };
        let (action, percent) = match action.split_once('%') {
            Some((action, percent)) => (action, percentage(percent)?),
            None => (action, 100),
        };
        Ok(Self {
            method,
            path: path.to_owned(),
            environment,
            action: action_named(action.trim())?,
            percent,
            times: times.or(from.map(|_| 1)),
            from: from.unwrap_or(1),
        })
    }
}

fn method_named(name: &str) -> Result<Method, FaultError> {
    match name {
        "GET" => Ok(Method::GET),
        "POST" => Ok(Method::POST),
        "PUT" => Ok(Method::PUT),
        "DELETE" => Ok(Method::DELETE),
        _ => Err(FaultError::Method(name.to_owned())),
    }
}

fn environment_named(text: &str) -> Result<String, FaultError> {
    let name = text.trim();
    if name.is_empty() || !text.starts_with(' ') {
        return Err(FaultError::Environment);
    }
    Ok(name.to_owned())
}

fn percentage(text: &str) -> Result<u8, FaultError> {
    text.trim()
        .parse()
        .ok()
        .filter(|percent| (1..=100).contains(percent))
        .ok_or_else(|| FaultError::Percent(text.to_owned()))
}

fn count(text: &str) -> Result<u32, FaultError> {
    text.trim()
        .parse()
        .ok()
        .filter(|n| *n > 0)
        .ok_or_else(|| FaultError::Count(text.to_owned()))
}

fn action_named(text: &str) -> Result<Action, FaultError> {
    let unknown = || FaultError::Action(text.to_owned());
    let Some((name, value)) = text.split_once('=') else {
        return plain_action(text).ok_or_else(unknown);
    };
    match name {
        "429" => value.parse().map(|reset| Action::RateLimited { reset }),
        "delay" => value
            .parse()
            .map(|ms| Action::Delay(Duration::from_millis(ms))),
        "job-fail" => return failure(value).map(Action::Job),
        "fork-stuck" => match value.parse() {
            Ok(percent @ 0..=99) => Ok(Action::Job(JobFault::ForkStuck { percent })),
            Ok(_) => return Err(unknown()),
            Err(error) => Err(error),
        },
        _ => return Err(unknown()),
    }
    .map_err(|_| unknown())
}

fn plain_action(name: &str) -> Option<Action> {
    Some(match name {
        "429" => Action::RateLimited { reset: 1 },
        "transient" => Action::Transient,
        "drop-request" => Action::DropRequest,
        "drop-answer" => Action::DropAnswer,
        "truncate" => Action::Truncate,
        "hang" => Action::Hang,
        "hang-after" => Action::HangAfter,
        "job-stall" => Action::Job(JobFault::Stall),
        "job-stall-after" => Action::Job(JobFault::StallAfter),
        "crash" => Action::Crash,
        "crash-after" => Action::CrashAfter,
        _ => {
            let status = name
                .parse()
                .ok()
                .filter(|status| (400..600).contains(status));
            Action::Status(StatusCode::from_u16(status?).ok()?)
        }
    })
}

/// What a job can fail with, and the status that goes with it: `422` where nothing else is known.
const FAILURES: [(&str, u16); 22] = [
    ("BATCH_DATA_VALIDATION_IN_PROGRESS", 422),
    ("CONCURRENT_ENVIRONMENT_UPDATE", 422),
    ("CONCURRENT_ITEM_TYPE_UPDATE", 422),
    ("CONCURRENT_ITEM_UPDATE", 422),
    ("CONCURRENT_ROLE_UPDATE", 422),
    ("DELETE_RESTRICTION", 422),
    ("ENVIRONMENT_IN_READ_ONLY_MODE", 422),
    ("ENVIRONMENT_NOT_READY", 422),
    ("EXCEPTION", 500),
    ("INSUFFICIENT_PERMISSIONS", 403),
    ("INVALID_ENVIRONMENT", 404),
    ("INVALID_FIELD", 422),
    ("ITEM_LOCKED", 422),
    ("MAINTENANCE_MODE", 422),
    ("NOT_FOUND", 404),
    ("PLAN_UPGRADE_REQUIRED", 422),
    ("PLATFORM_SCHEDULED_MAINTENANCE", 503),
    ("PRIMARY_ENVIRONMENT_SETTINGS_READ_ONLY", 422),
    ("REQUIRED_BY_ASSOCIATION", 422),
    ("SERVICE_UNAVAILABLE", 503),
    ("TECHNICAL_LIMIT_REACHED", 422),
    ("TOO_MANY_OPERATIONS", 422),
];

fn failure(name: &str) -> Result<JobFault, FaultError> {
    let unknown = || FaultError::Code(name.to_owned());
    let (code, status) = FAILURES
        .into_iter()
        .find(|(code, _)| *code == name)
        .ok_or_else(unknown)?;
    let status = StatusCode::from_u16(status).map_err(|_| unknown())?;
    Ok(JobFault::Fail { code, status })
}

impl Fault {
    /// Whether this call is one of those it counts.
    pub(super) fn concerns(&self, call: &Call<'_>) -> bool {
        let method = self.method.as_ref();
        let environment = self.environment.as_deref();
        method.is_none_or(|wanted| wanted == call.method)
            && environment.is_none_or(|wanted| call.environment == Some(wanted))
            && glob(&self.path, call.path)
    }

    /// Whether it is the turn of the `call`th of them, counted from 1, when it has happened to `struck` before.
    pub(super) fn is_due(&self, call: u32, struck: u32) -> bool {
        call >= self.from && self.times.is_none_or(|times| struck < times)
    }
}

/// What a fault looks at.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Call<'a> {
    /// Its method.
    pub(crate) method: &'a Method,
    /// Its path, without `/cma`.
    pub(crate) path: &'a str,
    /// The environment it is addressed to, where that can be told.
    pub(crate) environment: Option<&'a str>,
}

/// Whether `*` in `pattern`, standing for any text, makes it `text`.
fn glob(pattern: &str, text: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == text,
        Some((before, after)) => text.strip_prefix(before).is_some_and(|rest| {
            rest.char_indices()
                .map(|(at, _)| at)
                .chain([rest.len()])
                .any(|at| glob(after, &rest[at..]))
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(spec: &str) -> Fault {
        spec.parse().unwrap()
    }

    fn refused(spec: &str) -> String {
        spec.parse::<Fault>().unwrap_err().to_string()
    }

    #[test]
    fn a_fault_names_calls_what_happens_and_how_often() {
        assert_eq!(
            fault("POST /environments/*/fork:drop-answer*1"),
            Fault {
                method: Some(Method::POST),
                path: "/environments/*/fork".into(),
                environment: None,
                action: Action::DropAnswer,
                percent: 100,
                from: 1,
                times: Some(1)
            }
        );
        let second = fault("/items:503@2");
        assert_eq!((second.from, second.times), (2, Some(1)));
        let some = fault("/items*:delay=2000@3*2");
        assert_eq!(
            (some.action, some.from, some.times),
            (Action::Delay(Duration::from_secs(2)), 3, Some(2))
        );
        let rare = fault("GET /items* in with-topics:delay=20%5@10");
        assert_eq!(rare.environment.as_deref(), Some("with-topics"));
        assert_eq!(
            (rare.path.as_str(), rare.percent, rare.from),
            ("/items*", 5, 10)
        );
        assert_eq!(fault("/items in main:503").method, None);
    }

    #[test]
    fn a_bad_fault_says_which_part_is_wrong() {
        insta::assert_snapshot!(refused("/items"), @"no action; write PATH:ACTION, for example /items:503");
        insta::assert_snapshot!(refused("FETCH /items:503"), @"`FETCH` is not a method; use GET, POST, PUT or DELETE");
        insta::assert_snapshot!(refused("items:503"), @"path `items` does not start with `/`");
        insta::assert_snapshot!(refused("/items:200"), @"`200` is not an action; use a status from 400 to 599, 429=SECONDS, transient, drop-request, drop-answer, truncate, hang, hang-after, delay=MS, job-fail=CODE, job-stall, job-stall-after, fork-stuck=PERCENT, crash or crash-after");
        for unknown in [
            "wait=3",
            "delay=soon",
            "fork-stuck=100",
            "fork-stuck",
            "429=-1",
        ] {
            let reason = refused(&format!("/items:{unknown}"));
            let start = format!("`{unknown}` is not an action");
            assert!(reason.starts_with(&start), "{reason}");
        }
        insta::assert_snapshot!(refused("/items:job-fail=OOPS"), @"`OOPS` is not an error code that a job can fail with; EXCEPTION and INVALID_FIELD are");
        insta::assert_snapshot!(refused("/items in:503"), @"no environment after `in`; write PATH in ENVIRONMENT:ACTION, for example /items in main:503");
        insta::assert_snapshot!(refused("/items:503%0"), @"`0` is not a percentage from 1 to 100");
        insta::assert_snapshot!(refused("/items:503@0"), @"`0` is not a number of calls, counted from 1");
    }

    #[test]
    fn what_happens_may_need_a_value() {
        let job = |fault| Action::Job(fault);
        let failing = JobFault::Fail {
            code: "EXCEPTION",
            status: StatusCode::INTERNAL_SERVER_ERROR,
        };
        for (text, expected) in [
            ("429*3", Action::RateLimited { reset: 1 }),
            ("429=30*3", Action::RateLimited { reset: 30 }),
            ("500", Action::Status(StatusCode::INTERNAL_SERVER_ERROR)),
            ("truncate@2", Action::Truncate),
            ("hang", Action::Hang),
            ("hang-after", Action::HangAfter),
            ("job-fail=EXCEPTION*1", job(failing)),
            ("job-stall", job(JobFault::Stall)),
            ("job-stall-after", job(JobFault::StallAfter)),
            ("fork-stuck=99", job(JobFault::ForkStuck { percent: 99 })),
        ] {
            assert_eq!(fault(&format!("/items:{text}")).action, expected, "{text}");
        }
    }
}
