//! How far the callers are, for the one who waits to kill their server.

use std::sync::{Arc, Condvar, Mutex};

/// Counts that can be waited for.
#[derive(Default)]
pub(super) struct Gauge {
    counts: Mutex<Counts>,
    moved: Condvar,
}

#[derive(Default)]
struct Counts {
    acknowledged: u64,
    calls: u64,
    /// Whether a caller gave up, which nobody does before the server is killed.
    over: bool,
}

impl Gauge {
    /// A call was answered with success.
    pub(super) fn acknowledged(&self) {
        self.change(|counts| counts.acknowledged += 1);
    }

    /// The conductor's next call is about to leave.
    pub(super) fn calling(&self) {
        self.change(|counts| counts.calls += 1);
    }

    pub(super) fn wait_for_acknowledged(&self, calls: u64) {
        self.wait(|counts| counts.acknowledged >= calls);
    }

    pub(super) fn wait_for_call(&self, call: u64) {
        self.wait(|counts| counts.calls >= call);
    }

    /// Keeps a waiting killer from waiting for a caller that is gone.
    pub(super) fn tell_when_over(self: &Arc<Self>) -> Over {
        Over(Arc::clone(self))
    }

    fn change(&self, change: impl FnOnce(&mut Counts)) {
        change(&mut self.counts.lock().unwrap());
        self.moved.notify_all();
    }

    fn wait(&self, reached: impl Fn(&Counts) -> bool) {
        let counts = self.counts.lock().unwrap();
        let waiting = |counts: &mut Counts| !counts.over && !reached(counts);
        drop(self.moved.wait_while(counts, waiting).unwrap());
    }
}

/// Says, when it is dropped, that a caller is gone.
pub(super) struct Over(Arc<Gauge>);

impl Drop for Over {
    fn drop(&mut self) {
        self.0.change(|counts| counts.over = true);
    }
}
