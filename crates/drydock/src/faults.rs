//! Failures on demand: `--fault 'POST /environments/*/fork:drop-answer*1'`.
//!
//! A [`Fault`] says which calls it concerns, what happens to them and how often. [`Faults`] counts the calls.

use std::str::FromStr;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use axum::http::{Method, StatusCode};

/// One `--fault`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Only calls with this method; `None` for any.
    pub method: Option<Method>,
    /// The path, without the `/cma` in front of it; `*` stands for any part.
    pub path: String,
    /// What happens.
    pub action: Action,
    /// The first matching call it happens to, counted from 1.
    pub from: u32,
    /// How many calls it happens to; `None` for all that follow.
    pub times: Option<u32>,
}

/// What a fault does to a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Answer with this status instead of doing anything.
    Status(StatusCode),
    /// Answer with an error marked transient instead of doing anything.
    Transient,
    /// Close the connection; nothing is done.
    DropRequest,
    /// Do it, then close the connection without an answer.
    DropAnswer,
    /// Do it, answer later.
    Delay(Duration),
    /// End the process before anything is done.
    Crash,
    /// Do it, then end the process without an answer.
    CrashAfter,
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
        "`{0}` is not an action; use a status from 400 to 599, transient, drop-request, drop-answer, delay=MS, crash or crash-after"
    )]
    Action(String),
    /// `@N` or `*N` is not a positive number.
    #[error("`{0}` is not a number of calls, counted from 1")]
    Count(String),
}

impl FromStr for Fault {
    type Err = FaultError;

    fn from_str(spec: &str) -> Result<Self, FaultError> {
        let (target, rest) = spec.rsplit_once(':').ok_or(FaultError::NoAction)?;
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
        Ok(Self {
            method,
            path: path.to_owned(),
            action: action_named(action.trim())?,
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

fn count(text: &str) -> Result<u32, FaultError> {
    text.trim()
        .parse()
        .ok()
        .filter(|n| *n > 0)
        .ok_or_else(|| FaultError::Count(text.to_owned()))
}

fn action_named(name: &str) -> Result<Action, FaultError> {
    let unknown = || FaultError::Action(name.to_owned());
    if let Some(millis) = name.strip_prefix("delay=") {
        return millis
            .parse()
            .map(|ms| Action::Delay(Duration::from_millis(ms)))
            .map_err(|_| unknown());
    }
    match name {
        "transient" => Ok(Action::Transient),
        "drop-request" => Ok(Action::DropRequest),
        "drop-answer" => Ok(Action::DropAnswer),
        "crash" => Ok(Action::Crash),
        "crash-after" => Ok(Action::CrashAfter),
        _ => {
            let status = name
                .parse::<u16>()
                .ok()
                .filter(|status| (400..600).contains(status))
                .ok_or_else(unknown)?;
            StatusCode::from_u16(status)
                .map(Action::Status)
                .map_err(|_| unknown())
        }
    }
}

impl Fault {
    fn concerns(&self, method: &Method, path: &str) -> bool {
        self.method.as_ref().is_none_or(|wanted| wanted == method) && glob(&self.path, path)
    }
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

/// The faults of a server, with the count of calls each has met.
#[derive(Debug)]
pub(crate) struct Faults(Vec<(Fault, AtomicU32)>);

impl Faults {
    pub(crate) fn new(faults: Vec<Fault>) -> Self {
        Self(
            faults
                .into_iter()
                .map(|fault| (fault, AtomicU32::new(0)))
                .collect(),
        )
    }

    /// Counts this call, and says what is to happen to it: the first fault whose turn it is.
    pub(crate) fn strike(&self, method: &Method, path: &str) -> Option<Action> {
        let mut action = None;
        for (fault, met) in self
            .0
            .iter()
            .filter(|(fault, _)| fault.concerns(method, path))
        {
            let call = met.fetch_add(1, Ordering::SeqCst) + 1;
            let due =
                call >= fault.from && fault.times.is_none_or(|times| call - fault.from < times);
            if due && action.is_none() {
                action = Some(fault.action);
            }
        }
        action
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
                action: Action::DropAnswer,
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
    }

    #[test]
    fn a_bad_fault_says_which_part_is_wrong() {
        insta::assert_snapshot!(refused("/items"), @"no action; write PATH:ACTION, for example /items:503");
        insta::assert_snapshot!(refused("FETCH /items:503"), @"`FETCH` is not a method; use GET, POST, PUT or DELETE");
        insta::assert_snapshot!(refused("items:503"), @"path `items` does not start with `/`");
        insta::assert_snapshot!(refused("/items:200"), @"`200` is not an action; use a status from 400 to 599, transient, drop-request, drop-answer, delay=MS, crash or crash-after");
        insta::assert_snapshot!(refused("/items:503@0"), @"`0` is not a number of calls, counted from 1");
    }

    #[test]
    fn calls_are_counted_and_the_star_spans_segments() {
        let faults = Faults::new(vec![fault("PUT /environments/*:429@2*2")]);
        let strike = |method: &Method, path: &str| faults.strike(method, path).is_some();
        assert!(!strike(&Method::PUT, "/environments/a/promote"));
        assert!(!strike(&Method::GET, "/environments/a"));
        assert!(strike(&Method::PUT, "/environments/a/rename"));
        assert!(strike(&Method::PUT, "/environments/a/promote"));
        assert!(!strike(&Method::PUT, "/environments/a/promote"));
    }
}
