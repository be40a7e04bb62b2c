//! Failures on demand.
//!
//! A [`Fault`] says which calls it concerns, what happens to them and how often ([`fault`]). [`Faults`] is the set a server
//! lives by: it counts the calls, and faults can be added and removed while the server runs.

mod fault;
mod half;

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use axum::http::Method;

pub use fault::{Action, Fault, FaultError, JobFault};
pub(crate) use half::{half_of, on_the_wire};

/// The faults of a server. Clones are the same set.
#[derive(Debug, Clone, Default)]
pub struct Faults(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    set: Mutex<Set>,
    removed: Condvar,
}

#[derive(Debug, Default)]
struct Set {
    /// In the order they were added.
    faults: Vec<Counted>,
    next: u64,
}

#[derive(Debug)]
struct Counted {
    id: FaultId,
    fault: Fault,
    met: u32,
    struck: u32,
}

/// Names a fault of a [`Faults`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct FaultId(u64);

/// A fault that happens to a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Strike {
    pub(crate) fault: FaultId,
    pub(crate) action: Action,
}

/// What a fault does to the job a call becomes. The call carries it among its extensions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct JobFate {
    pub(crate) fault: FaultId,
    pub(crate) action: JobFault,
}

impl Faults {
    pub(crate) fn new(faults: Vec<Fault>) -> Self {
        let set = Self::default();
        for fault in faults {
            set.add(fault);
        }
        set
    }

    /// Adds a fault, which counts calls from now on. Where several concern a call, the one added first has its way.
    pub fn add(&self, fault: Fault) -> FaultId {
        let mut set = self.set();
        let id = FaultId(set.next);
        set.next += 1;
        set.faults.push(Counted {
            id,
            fault,
            met: 0,
            struck: 0,
        });
        id
    }

    /// Removes a fault; a fork that it holds goes on. Whether it was there.
    pub fn remove(&self, id: FaultId) -> bool {
        let mut set = self.set();
        let before = set.faults.len();
        set.faults.retain(|counted| counted.id != id);
        let removed = set.faults.len() < before;
        drop(set);
        self.0.removed.notify_all();
        removed
    }

    /// Removes all faults; forks that they hold go on.
    pub fn clear(&self) {
        self.set().faults.clear();
        self.0.removed.notify_all();
    }

    /// How many calls a fault has happened to so far; `None` once it is removed.
    pub fn struck(&self, id: FaultId) -> Option<u32> {
        let set = self.set();
        let counted = set.faults.iter().find(|counted| counted.id == id);
        counted.map(|counted| counted.struck)
    }

    /// Counts this call, and says what is to happen to it: the first fault whose turn it is.
    pub(crate) fn strike(&self, method: &Method, path: &str) -> Option<Strike> {
        let mut strike = None;
        for counted in &mut self.set().faults {
            if !counted.fault.concerns(method, path) {
                continue;
            }
            counted.met += 1;
            if strike.is_none() && counted.fault.is_due(counted.met) {
                counted.struck += 1;
                strike = Some(Strike {
                    fault: counted.id,
                    action: counted.fault.action,
                });
            }
        }
        strike
    }

    /// Blocks this thread until a fault is removed.
    pub(crate) fn wait_for_removal(&self, id: FaultId) {
        let present = |set: &mut Set| set.faults.iter().any(|counted| counted.id == id);
        // A poisoned lock still holds the list, and the list is all there is to it.
        drop(
            self.0
                .removed
                .wait_while(self.set(), present)
                .unwrap_or_else(PoisonError::into_inner),
        );
    }

    fn set(&self) -> MutexGuard<'_, Set> {
        self.0.set.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(spec: &str) -> Fault {
        spec.parse().unwrap()
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

    #[test]
    fn faults_come_and_go_and_the_first_has_its_way() {
        let faults = Faults::default();
        let strike = || {
            let strike = faults.strike(&Method::GET, "/site");
            strike.map(|strike| strike.action)
        };
        assert_eq!(strike(), None);
        let first = faults.add(fault("/site:transient*2"));
        let second = faults.add(fault("/site:drop-request"));
        assert_eq!(strike(), Some(Action::Transient));
        assert_eq!(strike(), Some(Action::Transient));
        assert_eq!(strike(), Some(Action::DropRequest));
        assert_eq!(
            (faults.struck(first), faults.struck(second)),
            (Some(2), Some(1))
        );
        assert!(faults.remove(second) && !faults.remove(second));
        assert_eq!((strike(), faults.struck(second)), (None, None));
        faults.clear();
        assert_eq!(faults.struck(first), None);
    }
}
