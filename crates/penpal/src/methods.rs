//! The methods one side exposes.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;

use crate::Value;
use crate::message::Outcome;

/// What a method answers: `Ok(None)` is `undefined`.
pub type Answer = Outcome;

pub(crate) type Running = Pin<Box<dyn Future<Output = Answer>>>;

type Handler = Rc<dyn Fn(Vec<Value>) -> Running>;

/// The methods one side exposes, by name. Names are flat: a dot in one means nothing.
#[derive(Clone, Default)]
pub struct Methods {
    handlers: Vec<(String, Handler)>,
}

impl Methods {
    /// No methods yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a method; one of the same name replaces it. A missing or `undefined` argument is for the handler to
    /// tolerate: JavaScript callers leave arguments out.
    #[must_use]
    pub fn on<F, Fut>(mut self, name: &str, handler: F) -> Self
    where
        F: Fn(Vec<Value>) -> Fut + 'static,
        Fut: Future<Output = Answer> + 'static,
    {
        let handler: Handler = Rc::new(move |args| Box::pin(handler(args)));
        match self.handlers.iter_mut().find(|(known, _)| known == name) {
            Some(entry) => entry.1 = handler,
            None => self.handlers.push((name.to_owned(), handler)),
        }
        self
    }

    /// The names, in the order they were added.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        self.handlers.iter().map(|(name, _)| name.clone()).collect()
    }

    /// Runs a method as a call from the other side would; `None` if there is no such method.
    pub fn run(
        &self,
        name: &str,
        args: Vec<Value>,
    ) -> Option<impl Future<Output = Answer> + use<>> {
        self.get(name).map(|handler| handler(args))
    }

    pub(crate) fn get(&self, name: &str) -> Option<Handler> {
        self.handlers
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, handler)| Rc::clone(handler))
    }
}

impl fmt::Debug for Methods {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Methods").field(&self.names()).finish()
    }
}
