//! The state, owned outside the component tree: work that takes minutes always reads the latest, and
//! a component is told when it moved on.

use std::{cell::RefCell, rc::Rc};

use gloo_timers::callback::Timeout;
use yew::Callback;

use super::{
    log_book::LogLine,
    state::{State, Update},
};

/// How long lines of a log are gathered before the pages hear of them, in milliseconds: a script can print thousands in a
/// moment, nobody reads faster than this, and what is drawn more often keeps the script's own calls waiting.
const GATHER: u32 = 250;

/// A handle on the state. Clones share it.
#[derive(Clone)]
pub(super) struct SharedState(Rc<Inner>);

struct Inner {
    state: RefCell<Rc<State>>,
    changed: Callback<Rc<State>>,
    /// Lines of a log that the state does not have yet.
    gathered: RefCell<Vec<LogLine>>,
}

impl SharedState {
    /// A fresh state; `changed` hears of every change.
    pub(super) fn new(changed: Callback<Rc<State>>) -> Self {
        Self(Rc::new(Inner {
            state: RefCell::default(),
            changed,
            gathered: RefCell::default(),
        }))
    }

    /// The state as of the last update.
    pub(super) fn now(&self) -> Rc<State> {
        Rc::clone(&self.0.state.borrow())
    }

    /// Changes the state and tells the component. What a script did before it is in the state by then.
    pub(super) fn update(&self, update: Update) {
        let mut next = (*self.now()).clone();
        let lines = self.0.gathered.take();
        if !lines.is_empty() {
            next = next.apply(Update::Lines(lines));
        }
        self.put(next.apply(update));
    }

    /// Adds a line to a script's log, and tells the component within a moment.
    pub(super) fn line(&self, line: LogLine) {
        let mut gathered = self.0.gathered.borrow_mut();
        if gathered.is_empty() {
            let state = self.clone();
            Timeout::new(GATHER, move || state.pass_on()).forget();
        }
        gathered.push(line);
    }

    /// Lets the pages see the gathered lines, unless another change has taken them along.
    fn pass_on(&self) {
        let lines = self.0.gathered.take();
        if !lines.is_empty() {
            self.put((*self.now()).clone().apply(Update::Lines(lines)));
        }
    }

    fn put(&self, next: State) {
        let next = Rc::new(next);
        *self.0.state.borrow_mut() = Rc::clone(&next);
        self.0.changed.emit(next);
    }
}
