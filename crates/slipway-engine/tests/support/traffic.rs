//! Every call of every page of a world, and what is to happen to one of them.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use http::{Method, Request, StatusCode};

use serde_json::Value;

use super::{
    gate::Gate,
    life::{Doing, Life},
};

/// One call that a page made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Call {
    /// Which page made it.
    pub(crate) seat: usize,
    /// What the page was about.
    pub(crate) doing: Doing,
    pub(crate) method: String,
    /// The path, with `*` for ids that differ from run to run.
    pub(crate) path: String,
    /// The environment it addressed by header.
    pub(crate) environment: Option<String>,
    /// Whether it changes the project beyond Slipway's own journal.
    pub(crate) acts: bool,
    /// What the server answered, whether or not the answer arrived. `None`: it never got there.
    pub(crate) status: Option<u16>,
}

impl Call {
    /// The call as a line of a story.
    pub(crate) fn line(&self) -> String {
        let Self { method, path, .. } = self;
        match &self.environment {
            Some(environment) => format!("{method} {path} in {environment}"),
            None => format!("{method} {path}"),
        }
    }

    /// Whether the server did what it asks for.
    pub(crate) fn succeeded(&self) -> bool {
        self.status
            .is_some_and(|status| (200..300).contains(&status))
    }

    pub(crate) fn is(&self, method: &str, path_ends: &str) -> bool {
        self.method == method && self.path.ends_with(path_ends)
    }
}

/// When a page ends, seen from one of its calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Moment {
    /// Before the call leaves.
    BeforeItLeaves,
    /// After the server did the work and before the answer arrives.
    BeforeTheAnswer,
    /// Right after the answer, before anything else is written down or sent.
    AfterTheAnswer,
}

impl Moment {
    pub(crate) const ALL: [Self; 3] = [
        Self::BeforeItLeaves,
        Self::BeforeTheAnswer,
        Self::AfterTheAnswer,
    ];

    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::BeforeItLeaves => "killed before it left",
            Self::BeforeTheAnswer => "killed before its answer",
            Self::AfterTheAnswer => "killed after its answer",
        }
    }
}

/// What goes wrong with one call, or from one call on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Fault {
    /// 429, and nothing is done.
    RateLimited,
    /// 429 to this call and to the next 24.
    RateLimitStorm,
    /// 500, and nothing is done.
    ServerError,
    /// It is done, and something on the way back answers 502.
    BadGateway,
    /// 503, and nothing is done.
    Unavailable,
    /// No connection for this call and the next 7.
    Outage,
    /// 422 flagged `transient`, and nothing is done.
    Transient,
    /// The browser is sure that it did not leave.
    NotSent,
    /// It is lost on its way.
    RequestLost,
    /// It is done, and the answer is lost.
    AnswerLost,
    /// It is done, and half of the answer arrives.
    AnswerTruncated,
    /// It is done, its connection closes, and the browser sends it again on a new one.
    SentTwice,
    /// It is done, no answer ever comes, and the person closes the page.
    Hang,
}

impl Fault {
    pub(crate) const ALL: [Self; 13] = [
        Self::RateLimited,
        Self::RateLimitStorm,
        Self::ServerError,
        Self::BadGateway,
        Self::Unavailable,
        Self::Outage,
        Self::Transient,
        Self::NotSent,
        Self::RequestLost,
        Self::AnswerLost,
        Self::AnswerTruncated,
        Self::SentTwice,
        Self::Hang,
    ];

    /// As the head of a column.
    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::RateLimited => "429",
            Self::RateLimitStorm => "429 × 25",
            Self::ServerError => "500",
            Self::BadGateway => "502 after the work",
            Self::Unavailable => "503",
            Self::Outage => "offline × 8",
            Self::Transient => "transient 422",
            Self::NotSent => "not sent",
            Self::RequestLost => "request lost",
            Self::AnswerLost => "answer lost",
            Self::AnswerTruncated => "answer cut in half",
            Self::SentTwice => "sent twice",
            Self::Hang => "no answer ever",
        }
    }

    /// How many calls it strikes in a row.
    fn calls(self) -> u32 {
        match self {
            Self::RateLimitStorm => 25,
            Self::Outage => 8,
            Self::RateLimited
            | Self::ServerError
            | Self::BadGateway
            | Self::Unavailable
            | Self::Transient
            | Self::NotSent
            | Self::RequestLost
            | Self::AnswerLost
            | Self::AnswerTruncated
            | Self::SentTwice
            | Self::Hang => 1,
        }
    }
}

/// What happens to a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Blow {
    /// The page ends.
    Kill(Moment),
    /// Something goes wrong.
    Fault(Fault),
    /// Right before the call, somebody turns maintenance mode on or off by hand.
    Switch(bool),
}

/// What happens to the calls of a world's pages, and what did.
#[derive(Default)]
pub(crate) struct Traffic {
    calls: RefCell<Vec<Call>>,
    /// What happens, and to which call of all pages, counted from zero.
    plan: RefCell<Vec<(usize, Blow)>>,
    /// What goes on going wrong, and for how many calls more.
    trouble: Cell<Option<(Fault, u32)>>,
    gate: RefCell<Option<Rc<Gate>>>,
    /// Which page ends at its next call, and when.
    kill: Cell<Option<(usize, Moment)>>,
    /// The page that changed something in a step that is not over.
    actor: Cell<Option<usize>>,
    /// Every time that two pages acted at once, in words.
    violations: RefCell<Vec<String>>,
}

impl Traffic {
    /// Strikes the call of this number, counted from zero over all pages.
    pub(crate) fn strike(&self, call: usize, blow: Blow) {
        self.plan.borrow_mut().push((call, blow));
    }

    /// From now on no call leaves without the gate's permission.
    pub(crate) fn shut(&self, gate: Rc<Gate>) {
        *self.gate.borrow_mut() = Some(gate);
    }

    /// Ends a page at its next call.
    pub(crate) fn kill_next(&self, seat: usize, moment: Moment) {
        self.kill.set(Some((seat, moment)));
    }

    /// A page's step is over, or the page.
    pub(crate) fn ended(&self, seat: usize) {
        if self.actor.get() == Some(seat) {
            self.actor.set(None);
        }
    }

    /// Whoever was at a step has lost it.
    pub(crate) fn taken_over(&self) {
        self.actor.set(None);
    }

    pub(crate) fn violations(&self) -> Vec<String> {
        self.violations.borrow().clone()
    }

    /// From now on calls leave as they come.
    pub(crate) fn open(&self) {
        *self.gate.borrow_mut() = None;
    }

    pub(crate) fn gate(&self) -> Option<Rc<Gate>> {
        self.gate.borrow().clone()
    }

    /// Writes a call down; its place in the list, and what is to happen to it.
    pub(super) fn note(&self, life: &Life, request: &Request<Vec<u8>>) -> (usize, Option<Blow>) {
        let mut calls = self.calls.borrow_mut();
        let environment = request.headers().get("x-environment");
        calls.push(Call {
            seat: life.seat,
            doing: life.doing(),
            method: request.method().to_string(),
            path: readable(request.uri().path()),
            environment: environment.and_then(|name| name.to_str().ok().map(str::to_owned)),
            acts: request.method() != Method::GET && !keeps_journal(request.body()),
            status: None,
        });
        let of_first = calls.iter().filter(|call| call.seat == 0).count();
        let planned =
            self.plan.borrow().iter().find_map(|(number, blow)| {
                (life.seat == 0 && number + 1 == of_first).then_some(*blow)
            });
        let killed = self.kill.take();
        if let Some((_, moment)) = killed.filter(|(seat, _)| *seat == life.seat) {
            return (calls.len() - 1, Some(Blow::Kill(moment)));
        }
        self.kill.set(killed);
        if let Some(Blow::Fault(fault)) = planned {
            self.trouble.set(Some((fault, fault.calls())));
        }
        let blow = match planned {
            Some(Blow::Kill(_) | Blow::Switch(_)) => planned,
            Some(Blow::Fault(_)) | None => self.going_on(),
        };
        (calls.len() - 1, blow)
    }

    fn going_on(&self) -> Option<Blow> {
        let (fault, left) = self.trouble.take()?;
        if left > 1 {
            self.trouble.set(Some((fault, left - 1)));
        }
        Some(Blow::Fault(fault))
    }

    pub(super) fn answered(&self, call: usize, status: StatusCode) {
        let mut calls = self.calls.borrow_mut();
        let call = &mut calls[call];
        // What is sent twice was done if it was done once.
        if call.succeeded() {
            return;
        }
        call.status = Some(status.as_u16());
        if !call.acts || !call.succeeded() {
            return;
        }
        if let Some(other) = self.actor.get().filter(|other| *other != call.seat) {
            self.violations.borrow_mut().push(format!(
                "page {} did {} while page {other} was at a step",
                call.seat,
                call.line()
            ));
        }
        self.actor.set(Some(call.seat));
    }

    /// How many forks the server has accepted.
    pub(crate) fn forks(&self) -> usize {
        let calls = self.calls.borrow();
        let forks = calls.iter().filter(|call| call.is("POST", "/fork"));
        forks.filter(|call| call.succeeded()).count()
    }

    /// Everything that was called so far.
    pub(crate) fn calls(&self) -> Vec<Call> {
        self.calls.borrow().clone()
    }
}

/// Whether a body is for Slipway's own record or its model.
fn keeps_journal(body: &[u8]) -> bool {
    let Ok(document) = serde_json::from_slice::<Value>(body) else {
        return false;
    };
    let attributes = &document["data"]["attributes"];
    let key = attributes["api_key"].as_str().unwrap_or_default();
    attributes.get("journal").is_some()
        || attributes.get("lease").is_some()
        || matches!(
            key,
            "slipway_release" | "release" | "title" | "journal" | "lease"
        )
}

/// A path below the API, with `*` for ids.
fn readable(path: &str) -> String {
    const KNOWN: [&str; 4] = ["note", "schema_migration", "slipway_release", "me"];
    let path = path.strip_prefix("/cma").unwrap_or(path);
    let mut readable = String::new();
    let mut before = "";
    for segment in path.split('/').skip(1) {
        let is_id = matches!(
            before,
            "items" | "item-types" | "fields" | "job-results" | "users"
        ) && !KNOWN.contains(&segment);
        readable.push('/');
        readable.push_str(if is_id { "*" } else { segment });
        before = segment;
    }
    readable
}
