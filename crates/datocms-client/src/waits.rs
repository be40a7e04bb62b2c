//! What a client waits for, told to whoever wants to show it, and the way to end such a wait.
//!
//! A call waits when the rate limit has no room, before it is sent again, and while a job runs. An observer hears of every
//! such wait with its length, so that a page can count down. What a request takes on its way is no wait.

use std::cell::{Cell, RefCell};
use std::fmt;
use std::future::poll_fn;
use std::rc::Rc;
use std::task::{Poll, Waker};
use std::time::Duration;

use crate::race::{Winner, race};
use crate::{JobId, Timer};

/// An observer of a client's waits; see [`Cma::watched`](crate::Cma::watched).
///
/// It is called in the middle of a call: it notes what it hears and returns.
pub trait Waits {
    /// A wait begins. `cancel` ends it early, and with it the call.
    fn began(&self, wait: &Wait, cancel: Cancel);

    /// The wait is over: its time was up, what it waited for came, or it was cancelled or dropped.
    fn ended(&self, wait: &Wait);
}

/// One wait.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wait {
    /// Tells it from every other wait of the same client and its clones.
    pub id: u64,
    /// Method and path of the request that waits.
    pub request: String,
    /// Why it waits.
    pub reason: WaitReason,
    /// The attempt that follows the wait, counted from 1. Always 1 for a job, whose request is not sent again.
    pub attempt: u32,
    /// How many attempts there are before the failure is reported.
    pub of: u32,
    /// How long it waits; for a job, how long at most.
    pub length: Duration,
}

/// Why a call waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WaitReason {
    /// The project's rate limit has no room for the request yet. Told only when it takes longer than a second.
    Pacing,
    /// The server answered 429.
    RateLimited,
    /// The server refused for now.
    Busy {
        /// Its error code.
        code: String,
    },
    /// The server failed.
    ServerFailed {
        /// The HTTP status.
        status: u16,
    },
    /// No answer came.
    NoAnswer {
        /// The transport's words, or how long was waited.
        reason: String,
    },
    /// The request could not be sent.
    NotSent {
        /// The transport's words.
        reason: String,
    },
    /// The server accepted the request and works on it. Told when the job is not over at the first look.
    Job {
        /// The job.
        job: JobId,
    },
}

impl fmt::Display for WaitReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pacing => f.write_str("the project's rate limit is used up"),
            Self::RateLimited => f.write_str("the CMS had too many requests"),
            Self::Busy { code } => f.write_str(crate::error::explain(code)),
            Self::ServerFailed { status } => write!(f, "the CMS failed with status {status}"),
            Self::NoAnswer { reason } => write!(f, "no answer came: {reason}"),
            Self::NotSent { reason } => write!(f, "the request could not be sent: {reason}"),
            Self::Job { job } => write!(f, "the CMS works on it (job {job})"),
        }
    }
}

/// Ends the waiting of one call. Clones end the same.
///
/// A call that waits reports its last failure at once; one whose request is under way finishes that and waits no more.
#[derive(Clone, Default)]
pub struct Cancel(Rc<CancelState>);

#[derive(Default)]
struct CancelState {
    wished: Cell<bool>,
    sleeper: RefCell<Option<Waker>>,
}

impl Cancel {
    /// Ends the waiting.
    pub fn cancel(&self) {
        self.0.wished.set(true);
        if let Some(sleeper) = self.0.sleeper.take() {
            sleeper.wake();
        }
    }

    async fn wished(&self) {
        poll_fn(|context| {
            if self.0.wished.get() {
                return Poll::Ready(());
            }
            // A call waits in one place at a time, so there is one sleeper.
            self.0.sleeper.replace(Some(context.waker().clone()));
            Poll::Pending
        })
        .await;
    }
}

impl fmt::Debug for Cancel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cancel")
            .field("wished", &self.0.wished.get())
            .finish_non_exhaustive()
    }
}

/// The waits of a client: who hears of them.
#[derive(Clone, Default)]
pub(crate) struct Watched {
    observer: Option<Rc<dyn Waits>>,
    next_id: Rc<Cell<u64>>,
}

/// The waits of one call.
pub(crate) struct CallWaits<'a> {
    watched: &'a Watched,
    request: String,
    cancel: Cancel,
}

/// A wait was ended by its observer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Cancelled;

/// A wait that was told; dropping it tells its end.
pub(crate) struct Told<'a> {
    observer: &'a dyn Waits,
    wait: Wait,
}

impl Drop for Told<'_> {
    fn drop(&mut self) {
        self.observer.ended(&self.wait);
    }
}

impl Watched {
    /// The same waits, told to another observer.
    pub(crate) fn by(&self, observer: Rc<dyn Waits>) -> Self {
        Self {
            observer: Some(observer),
            next_id: self.next_id.clone(),
        }
    }

    pub(crate) fn call(&self, request: String) -> CallWaits<'_> {
        CallWaits {
            watched: self,
            request,
            cancel: Cancel::default(),
        }
    }
}

impl CallWaits<'_> {
    /// Tells that a wait begins, if anybody listens.
    pub(crate) fn tell(
        &self,
        reason: WaitReason,
        (attempt, of): (u32, u32),
        length: Duration,
    ) -> Option<Told<'_>> {
        let observer = &**self.watched.observer.as_ref()?;
        let id = self.watched.next_id.get();
        self.watched.next_id.set(id + 1);
        let wait = Wait {
            id,
            request: self.request.clone(),
            reason,
            attempt,
            of,
            length,
        };
        observer.began(&wait, self.cancel.clone());
        Some(Told { observer, wait })
    }

    /// Waits, unless or until the call's waiting is cancelled. Tells nobody.
    pub(crate) async fn sleep(
        &self,
        timer: &impl Timer,
        length: Duration,
    ) -> Result<(), Cancelled> {
        match race(self.cancel.wished(), timer.sleep(length)).await {
            Winner::First(()) => Err(Cancelled),
            Winner::Second(()) => Ok(()),
        }
    }

    /// Tells of a wait, and waits.
    pub(crate) async fn pause(
        &self,
        timer: &impl Timer,
        reason: WaitReason,
        attempt: (u32, u32),
        length: Duration,
    ) -> Result<(), Cancelled> {
        let _told = self.tell(reason, attempt, length);
        self.sleep(timer, length).await
    }
}
