//! A person's wish to stop the running script, and the means to wait for it.

use std::{
    cell::{Cell, RefCell},
    future::poll_fn,
    rc::Rc,
    task::{Poll, Waker},
};

use crate::ports::LocalFuture;

/// A wish to stop, shared by the page that voices it and the engine that heeds it between two requests.
#[derive(Debug, Clone, Default)]
pub struct Stop(Rc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    wished: Cell<bool>,
    in_flight: Cell<u32>,
    waiting: RefCell<Vec<Waker>>,
}

impl Stop {
    /// No wish yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Voices the wish. It cannot be taken back.
    pub fn wish(&self) {
        self.0.wished.set(true);
        self.wake();
    }

    /// Whether somebody wished to stop.
    pub fn is_wished(&self) -> bool {
        self.0.wished.get()
    }

    /// Resolves once somebody wished to stop and no request is in flight.
    pub(crate) fn safe(&self) -> LocalFuture<()> {
        let stop = self.clone();
        Box::pin(poll_fn(move |context| {
            if stop.is_wished() && stop.0.in_flight.get() == 0 {
                return Poll::Ready(());
            }
            stop.0.waiting.borrow_mut().push(context.waker().clone());
            Poll::Pending
        }))
    }

    /// Counts a request as in flight until the guard is dropped.
    pub(crate) fn request(&self) -> InFlight {
        self.0.in_flight.set(self.0.in_flight.get() + 1);
        InFlight(self.clone())
    }

    fn wake(&self) {
        for waker in self.0.waiting.take() {
            waker.wake();
        }
    }
}

/// A request on its way.
#[derive(Debug)]
pub(crate) struct InFlight(Stop);

impl Drop for InFlight {
    fn drop(&mut self) {
        self.0.0.in_flight.set(self.0.0.in_flight.get() - 1);
        self.0.wake();
    }
}
