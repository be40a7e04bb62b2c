//! Asking a person, in the middle of a script's run, for what the plan did not allow it.
//!
//! The run pauses at the request: whatever else the script asks for meanwhile waits too. The answer is an event of the
//! log before the request leaves, so that every page knows who allowed what.

use std::{
    cell::{Cell, RefCell},
    future::poll_fn,
    task::{Poll, Waker},
    time::Duration,
};

use futures_util::future::{self, Either};
use slipway_release::{Consent, Event, failure::shortened, policy::Resource};

use crate::{
    error::EngineError,
    ports::{Ports, ScriptRequest},
    progress::Watch,
    script_host::Inner,
    stop::Stop,
};
use datocms_client::{Timer, Transport};

/// How much of a path a person is shown, in characters.
const ASKED: usize = 500;

/// What a person is asked while a script waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConsentQuestion {
    /// The script, and what it would handle.
    pub consent: Consent,
    /// The method of the request that waits.
    pub method: String,
    /// Its path.
    pub path: String,
}

/// One question at a time.
#[derive(Debug, Default)]
pub(crate) struct Desk {
    taken: Cell<bool>,
    /// How long questions have been open, all together.
    asked_for: Cell<Duration>,
    waiting: RefCell<Vec<Waker>>,
}

/// The desk, until it is dropped.
#[derive(Debug)]
pub(crate) struct AtDesk<'a>(&'a Desk);

impl Desk {
    /// Resolves while no question is open.
    pub(crate) async fn free(&self) {
        poll_fn(|context| {
            if !self.taken.get() {
                return Poll::Ready(());
            }
            self.waiting.borrow_mut().push(context.waker().clone());
            Poll::Pending
        })
        .await;
    }

    /// How long people have thought about questions: no time of the script's.
    pub(crate) fn asked_for(&self) -> Duration {
        self.asked_for.get()
    }

    /// The answer that is known, else the one that asking brings. Whoever waited for the desk looks again: it may have
    /// been the same question.
    pub(crate) async fn answer<A>(
        &self,
        timer: &impl Timer,
        known: impl Fn() -> Option<A>,
        ask: impl AsyncFnOnce() -> A,
    ) -> A {
        if let Some(answer) = known() {
            return answer;
        }
        let _desk = self.take().await;
        if let Some(answer) = known() {
            return answer;
        }
        let since = timer.now();
        let answer = ask().await;
        let took = timer.now().saturating_sub(since);
        self.asked_for.set(self.asked_for.get() + took);
        answer
    }

    /// Waits for the desk and takes it.
    async fn take(&self) -> AtDesk<'_> {
        self.free().await;
        self.taken.set(true);
        AtDesk(self)
    }
}

impl Drop for AtDesk<'_> {
    fn drop(&mut self) {
        self.0.taken.set(false);
        for waker in self.0.waiting.take() {
            waker.wake();
        }
    }
}

/// Asks the person for a consent that a request needs; `None` where the script was stopped instead.
pub(crate) async fn put(
    consent: &Consent,
    request: &ScriptRequest,
    watch: &dyn Watch,
    stop: &Stop,
) -> Option<bool> {
    let question = ConsentQuestion {
        consent: consent.clone(),
        method: request.method.clone(),
        path: shortened(&request.path, ASKED),
    };
    match future::select(watch.consent(question), stop.safe()).await {
        Either::Left((allowed, _)) => Some(allowed),
        Either::Right(((), _)) => None,
    }
}

/// What came of asking.
pub(crate) enum Answer {
    /// It may.
    Allowed,
    /// It may not; who said so.
    Refused(String),
    /// A person stopped the script instead.
    Stopped,
}

impl<T, C, P> Inner<T, C, P>
where
    T: Transport + 'static,
    C: Timer + Clone + 'static,
    P: Ports,
{
    /// The answer in the plan or in the log, else a person's.
    pub(crate) async fn consent(
        &self,
        resource: Resource,
        request: &ScriptRequest,
    ) -> Result<Answer, EngineError> {
        let known = || self.known(resource).map(Ok);
        let ask = async || self.ask(resource, request).await;
        self.desk.answer(&self.engine.timer, known, ask).await
    }

    async fn ask(
        &self,
        resource: Resource,
        request: &ScriptRequest,
    ) -> Result<Answer, EngineError> {
        let consent = Consent {
            script: self.name.clone(),
            resource,
        };
        let since = self.engine.timer.now();
        let answer = put(&consent, request, &*self.watch, &self.stop).await;
        self.asked_for(self.engine.timer.now().saturating_sub(since));
        let Some(allowed) = answer else {
            return Ok(Answer::Stopped);
        };
        let before = self.release.borrow().clone();
        let event = Event::ConsentAnswered { consent, allowed };
        let after = self
            .engine
            .record(before, event, Some(&*self.watch))
            .await?;
        *self.release.borrow_mut() = after;
        Ok(self.known(resource).unwrap_or(Answer::Stopped))
    }

    fn known(&self, resource: Resource) -> Option<Answer> {
        let release = self.release.borrow();
        let allowed = release.consent(&self.name, resource)?;
        Some(if allowed {
            Answer::Allowed
        } else {
            Answer::Refused(release.driver().name.clone())
        })
    }
}
