//! The two ports: the network, and time with randomness.

use std::rc::Rc;
use std::time::Duration;

/// The one port to the network. Bytes in, bytes out; no policy: it neither retries nor judges a status.
#[expect(
    async_fn_in_trait,
    reason = "single-threaded hosts only: browser, tests"
)]
pub trait Transport {
    /// Sends one request and returns whatever answer came, with any status.
    async fn send(
        &self,
        request: http::Request<Vec<u8>>,
    ) -> Result<http::Response<Vec<u8>>, TransportError>;
}

/// Why a request has no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TransportError {
    /// The request may have reached the server, but no answer came back. No answer is not "no". It may even have reached it
    /// twice: a browser sends a request again on its own when a connection that had served before closes without an answer.
    #[error("no answer came: {reason}")]
    NoAnswer {
        /// The transport's own words.
        reason: String,
    },
    /// The transport is certain that nothing left this machine (offline, a refused address).
    #[error("the request was not sent: {reason}")]
    NotSent {
        /// The transport's own words.
        reason: String,
    },
}

/// The one port to time and randomness.
#[expect(
    async_fn_in_trait,
    reason = "single-threaded hosts only: browser, tests"
)]
pub trait Timer {
    /// Time since some fixed moment; it never goes back.
    fn now(&self) -> Duration;

    /// Resolves after `duration`, or is dropped before: it is also the limit of how long a request may take, and is then
    /// begun only when the transport has no answer at once.
    async fn sleep(&self, duration: Duration);

    /// A random number in `0.0..1.0`, to keep clients that wait for the same thing apart.
    fn jitter(&self) -> f64;
}

impl<T: Transport + ?Sized> Transport for &T {
    async fn send(
        &self,
        request: http::Request<Vec<u8>>,
    ) -> Result<http::Response<Vec<u8>>, TransportError> {
        (**self).send(request).await
    }
}

impl<T: Transport + ?Sized> Transport for Rc<T> {
    async fn send(
        &self,
        request: http::Request<Vec<u8>>,
    ) -> Result<http::Response<Vec<u8>>, TransportError> {
        (**self).send(request).await
    }
}

impl<C: Timer + ?Sized> Timer for &C {
    fn now(&self) -> Duration {
        (**self).now()
    }

    async fn sleep(&self, duration: Duration) {
        (**self).sleep(duration).await;
    }

    fn jitter(&self) -> f64 {
        (**self).jitter()
    }
}

impl<C: Timer + ?Sized> Timer for Rc<C> {
    fn now(&self) -> Duration {
        (**self).now()
    }

    async fn sleep(&self, duration: Duration) {
        (**self).sleep(duration).await;
    }

    fn jitter(&self) -> f64 {
        (**self).jitter()
    }
}
