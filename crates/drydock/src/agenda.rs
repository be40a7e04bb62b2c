//! When something is next to be done: what is asked at every call looks no further than this until then.

use std::sync::{Mutex, MutexGuard, PoisonError, TryLockError};

use crate::clock::Timestamp;

const ALWAYS: Timestamp = Timestamp::from_millis(i64::MIN);

/// Nothing is to be done.
pub(crate) const NEVER: Timestamp = Timestamp::from_millis(i64::MAX);

/// The moment before which nothing is due. A new one does not know: somebody must look.
#[derive(Debug)]
pub(crate) struct Agenda(Mutex<Timestamp>);

impl Default for Agenda {
    fn default() -> Self {
        Self(Mutex::new(ALWAYS))
    }
}

impl Agenda {
    /// Something is to be done at this moment.
    pub(crate) fn note(&self, at: Timestamp) {
        let mut next = self.lock();
        *next = at.min(*next);
    }

    /// What is to be done is not what it was.
    pub(crate) fn look_again(&self) {
        *self.lock() = ALWAYS;
    }

    /// Does the work if something is due; it tells when the next thing is. One caller at a time: the others find it done.
    /// The work must not note anything here itself.
    pub(crate) fn when_due(&self, now: Timestamp, work: impl FnOnce() -> Timestamp) {
        let mut next = self.lock();
        if now >= *next {
            *next = work();
        }
    }

    /// Like [`Agenda::when_due`], for work that nobody must wait for: who finds somebody else at it goes on without.
    pub(crate) fn when_due_and_free(&self, now: Timestamp, work: impl FnOnce() -> Timestamp) {
        let mut next = match self.0.try_lock() {
            Ok(next) => next,
            Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
            Err(TryLockError::WouldBlock) => return,
        };
        if now >= *next {
            *next = work();
        }
    }

    fn lock(&self) -> MutexGuard<'_, Timestamp> {
        // A moment that is too early costs a look; there is nothing else behind the lock.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
