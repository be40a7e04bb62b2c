//! No call is left unanswered by a panic.
//!
//! A panic in WebAssembly does not unwind: no destructor runs, the task is simply never polled again, and whoever
//! waits for its answer waits for ever (for a `before save` hook of a CMS: so does the person who pressed *save*).
//! The one piece of code that still runs is the panic hook.

use std::cell::{Cell, RefCell};
use std::panic;
use std::rc::{Rc, Weak};
use std::sync::Once;

use crate::endpoint::Endpoint;
use crate::message::Rejection;

thread_local! {
    static ENDPOINTS: RefCell<Vec<Weak<Endpoint>>> = const { RefCell::new(Vec::new()) };
    static CRASHED: Cell<bool> = const { Cell::new(false) };
    static KEPT: RefCell<Vec<Rc<Endpoint>>> = const { RefCell::new(Vec::new()) };
}

/// From now on a panic rejects every call of the other side that has no answer yet, and every later one. The hook
/// that was there before runs first. Calling this twice does nothing more.
///
/// Guaranteed, for a panic anywhere in this WebAssembly instance: each call that had reached one of our methods
/// and had no answer is rejected with an `Error` before the instance traps, and while the browser still delivers
/// messages to the instance, each later call is rejected at once instead of being run on broken state.
///
/// Not guaranteed: an answer after a crash that is no panic (a stack overflow, memory exhausted), or after a panic
/// inside this crate's own state machine, which is then locked. Our own calls to the other side are not cancelled.
/// The text of the panic is not sent: it may hold what the other side should not see.
pub fn reject_open_calls_on_panic() {
    static INSTALLED: Once = Once::new();
    INSTALLED.call_once(|| {
        let previous = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            previous(info);
            reject_all();
        }));
    });
}

fn reject_all() {
    CRASHED.set(true);
    let endpoints = ENDPOINTS.with(|endpoints| {
        endpoints
            .try_borrow()
            .map(|list| list.clone())
            .unwrap_or_default()
    });
    for endpoint in endpoints.iter().filter_map(Weak::upgrade) {
        endpoint.reject_open(&rejection());
    }
}

pub(crate) fn has_crashed() -> bool {
    CRASHED.get()
}

pub(crate) fn rejection() -> Rejection {
    Rejection::error("this window has crashed and cannot answer; reload it")
}

pub(crate) fn register(endpoint: &Rc<Endpoint>) {
    ENDPOINTS.with_borrow_mut(|endpoints| {
        endpoints.retain(|known| known.strong_count() > 0);
        endpoints.push(Rc::downgrade(endpoint));
    });
}

/// Keeps a connection for as long as the document lives.
pub(crate) fn keep(endpoint: Rc<Endpoint>) {
    KEPT.with_borrow_mut(|kept| kept.push(endpoint));
}
