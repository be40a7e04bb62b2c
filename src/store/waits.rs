//! What the client waits for, told to the pages, and the way to stop waiting.

use std::{cell::RefCell, collections::BTreeMap};

use datocms_client::{Cancel, Timestamp, Wait, WaitReason, Waits};

use super::{
    shared::SharedState,
    state::{Update, Waiting, now},
};

/// Hears of every wait, and keeps the handles that end them.
pub(super) struct WaitBoard {
    state: SharedState,
    handles: RefCell<BTreeMap<u64, Cancel>>,
}

impl WaitBoard {
    pub(super) fn new(state: SharedState) -> Self {
        Self {
            state,
            handles: RefCell::default(),
        }
    }

    /// Ends a wait: its request reports what it met last, and the wait's end takes the handle away.
    pub(super) fn cancel(&self, id: u64) {
        if let Some(handle) = self.handles.borrow().get(&id) {
            handle.cancel();
        }
    }
}

impl Waits for WaitBoard {
    fn began(&self, wait: &Wait, cancel: Cancel) {
        // A job has its own place on the page, and a full rate limit is over in a moment.
        if matches!(wait.reason, WaitReason::Job { .. } | WaitReason::Pacing) {
            return;
        }
        self.handles.borrow_mut().insert(wait.id, cancel);
        let length = i64::try_from(wait.length.as_millis()).unwrap_or(i64::MAX);
        self.state.update(Update::Waiting(Waiting {
            id: wait.id,
            request: wait.request.clone(),
            reason: wait.reason.to_string(),
            attempt: (wait.attempt, wait.of),
            until: Timestamp::from_millis(now().as_millis().saturating_add(length)),
        }));
    }

    fn ended(&self, wait: &Wait) {
        // Waits that are not shown have no handle here.
        let shown = self.handles.borrow_mut().remove(&wait.id);
        if shown.is_some() {
            self.state.update(Update::WaitOver(wait.id));
        }
    }
}
