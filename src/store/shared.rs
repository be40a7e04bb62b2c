//! The state, owned outside the component tree: work that takes minutes always reads the latest, and
//! a component is told when it moved on.

use std::{cell::RefCell, rc::Rc};

use yew::Callback;

use super::state::{State, Update};

/// A handle on the state. Clones share it.
#[derive(Clone)]
pub(super) struct SharedState(Rc<Inner>);

struct Inner {
    state: RefCell<Rc<State>>,
    changed: Callback<Rc<State>>,
}

impl SharedState {
    /// A fresh state; `changed` hears of every change.
    pub(super) fn new(changed: Callback<Rc<State>>) -> Self {
        Self(Rc::new(Inner {
            state: RefCell::default(),
            changed,
        }))
    }

    /// The state as of the last update.
    pub(super) fn now(&self) -> Rc<State> {
        Rc::clone(&self.0.state.borrow())
    }

    /// Changes the state and tells the component.
    pub(super) fn update(&self, update: Update) {
        let next = Rc::new((*self.now()).clone().apply(update));
        *self.0.state.borrow_mut() = Rc::clone(&next);
        self.0.changed.emit(next);
    }
}
