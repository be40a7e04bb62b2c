//! Failures on demand.
//!
//! A [`Fault`] says which calls it concerns, what happens to them and how often ([`fault`]). [`Faults`] is the set a server
//! lives by: it counts the calls, and faults can be added and removed while the server runs.

mod fault;
mod half;

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use rand::rngs::SmallRng;
use rand::{Rng, SeedableRng};

pub(crate) use fault::Call;
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
    /// What chance begins with.
    seed: u64,
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
    /// These faults; `seed` decides which calls a fault with a percentage happens to, the same ones for the same seed.
    pub(crate) fn new(faults: Vec<Fault>, seed: u64) -> Self {
        let set = Self::default();
        set.set().seed = seed;
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
    pub(crate) fn strike(&self, call: &Call<'_>) -> Option<Strike> {
        let mut strike = None;
        let mut set = self.set();
        let seed = set.seed;
        for counted in &mut set.faults {
            let fault = &counted.fault;
            if !fault.concerns(call) {
                continue;
            }
            counted.met += 1;
            if strike.is_none()
                && fault.is_due(counted.met, counted.struck)
                && drawn(seed, counted.id, counted.met) < fault.percent
            {
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

/// A number from 0 to 99 that looks random and is always the same for the same call of the same fault.
fn drawn(seed: u64, fault: FaultId, call: u32) -> u8 {
    let stream = seed ^ fault.0.rotate_left(32) ^ u64::from(call).rotate_left(16);
    SmallRng::seed_from_u64(stream).random_range(0..100)
}

#[cfg(test)]
mod tests {
    use axum::http::Method;

    use super::*;

    fn fault(spec: &str) -> Fault {
        spec.parse().unwrap()
    }

    fn call<'a>(method: &'a Method, path: &'a str, environment: &'a str) -> Call<'a> {
        Call {
            method,
            path,
            environment: Some(environment),
        }
    }

    #[test]
    fn an_environment_can_be_singled_out() {
        let faults = Faults::new(vec![fault("/items in sandbox:503@2")], 0);
        let strike = |environment| {
            let call = call(&Method::GET, "/items", environment);
            faults.strike(&call).is_some()
        };
        assert!(!strike("sandbox"));
        assert!(!strike("main"), "not counted either");
        assert!(strike("sandbox"));
    }

    #[test]
    fn chance_has_a_seed() {
        let struck = |seed| {
            let faults = Faults::new(vec![fault("*:503%20")], seed);
            let strike = |_| {
                faults
                    .strike(&call(&Method::GET, "/site", "main"))
                    .is_some()
            };
            (0..1000).map(strike).collect::<Vec<_>>()
        };
        let how_often = struck(7).iter().filter(|struck| **struck).count();
        assert!((150..250).contains(&how_often), "{how_often}");
        assert_eq!(struck(7), struck(7));
        assert_ne!(struck(7), struck(8));
        let thrice = Faults::new(vec![fault("*:503%20*3")], 7);
        let calls = 0..1000;
        let count = calls.filter(|_| {
            thrice
                .strike(&call(&Method::GET, "/site", "main"))
                .is_some()
        });
        assert_eq!(count.count(), 3, "times are strikes, not calls");
    }

    #[test]
    fn calls_are_counted_and_the_star_spans_segments() {
        let faults = Faults::new(vec![fault("PUT /environments/*:429@2*2")], 0);
        let strike =
            |method: &Method, path: &str| faults.strike(&call(method, path, "main")).is_some();
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
            let strike = faults.strike(&call(&Method::GET, "/site", "main"));
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
