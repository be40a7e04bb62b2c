//! Asking a person, in the middle of a script's run, for what the plan did not allow it.
//!
//! The run pauses at the request: whatever else the script asks for meanwhile waits too. The answer is an event of the
//! log before the request leaves, so that every page knows who allowed what.

use std::{
    cell::{Cell, RefCell},
    future::poll_fn,
    task::{Poll, Waker},
};

use futures_util::future::{self, Either};
use slipway_release::{Consent, Event, policy::Resource};

use crate::{
    error::EngineError,
    ports::{LocalFuture, Ports},
    progress::Watch,
    script_host::Inner,
    stop::Stop,
};
use datocms_client::{Timer, Transport};

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

    /// Waits for the desk and takes it.
    pub(crate) async fn take(&self) -> AtDesk<'_> {
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

/// Puts a question to the person; `None` where the script was stopped instead.
pub(crate) async fn put(question: ConsentQuestion, watch: &dyn Watch, stop: &Stop) -> Option<bool> {
    let stopped: LocalFuture<()> = {
        let stop = stop.clone();
        Box::pin(async move { stop.safe().await })
    };
    match future::select(watch.consent(question), stopped).await {
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
        method: &str,
        path: &str,
    ) -> Result<Answer, EngineError> {
        if let Some(answer) = self.known(resource) {
            return Ok(answer);
        }
        let _desk = self.desk.take().await;
        // Another request of the script may have asked the same meanwhile.
        if let Some(answer) = self.known(resource) {
            return Ok(answer);
        }
        let consent = Consent {
            script: self.name.clone(),
            resource,
        };
        let question = ConsentQuestion {
            consent: consent.clone(),
            method: method.to_owned(),
            path: path.to_owned(),
        };
        let Some(allowed) = put(question, &*self.watch, &self.stop).await else {
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
