//! The other window, to call.

use std::fmt;
use std::rc::Rc;

use crate::Value;
use crate::endpoint::Endpoint;
use crate::error::CallError;

/// The other window: its methods, callable.
#[derive(Clone)]
pub struct Remote {
    endpoint: Rc<Endpoint>,
}

impl Remote {
    pub(crate) fn new(endpoint: Rc<Endpoint>) -> Self {
        Self { endpoint }
    }

    /// What the other side listed in its last handshake; empty once the connection has ended.
    #[must_use]
    pub fn method_names(&self) -> Vec<String> {
        self.endpoint.remote_methods()
    }

    pub(crate) fn is_connected(&self) -> bool {
        self.endpoint.is_connected()
    }

    /// Calls a method and waits for its answer; `None` is `undefined`. There is no time limit and no way to cancel:
    /// dropping the future only stops the waiting.
    pub async fn call(&self, name: &str, args: Vec<Value>) -> Result<Option<Value>, CallError> {
        self.endpoint.call(name, args).await
    }

    /// Ends the connection from this side: calls that wait end with [`CallError::Destroyed`], calls of the other
    /// side are no longer answered. The other side is not told; the protocol has no message for it.
    pub fn destroy(&self) {
        self.endpoint.destroy();
    }
}

impl fmt::Debug for Remote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Remote")
            .field("methods", &self.method_names())
            .finish()
    }
}
