//! A transport that calls a router in the same process: a real server in a test, without a socket.

use std::convert::Infallible;
use std::fmt::Display;
use std::marker::PhantomData;

use http::{Extensions, Request, Response};
use http_body::Body;
use http_body_util::BodyExt;
use tower_service::Service;

use crate::{Transport, TransportError};

/// Calls a `tower` service whose requests and answers have bodies of type `B`: an `axum::Router` with its own body.
pub struct InProcess<S, B> {
    service: S,
    lost: fn(&Extensions) -> bool,
    body: PhantomData<fn(B) -> B>,
}

impl<S, B> InProcess<S, B>
where
    S: Service<Request<B>, Response = Response<B>, Error = Infallible> + Clone,
{
    /// Wraps a service.
    pub fn new(service: S) -> Self {
        Self {
            service,
            lost: |_| false,
            body: PhantomData,
        }
    }

    /// Treats the answers that `lost` picks out as never received: in process there is no connection to break, so a
    /// server that fails on demand marks such answers with an extension.
    #[must_use]
    pub fn losing(mut self, lost: fn(&Extensions) -> bool) -> Self {
        self.lost = lost;
        self
    }
}

impl<S, B> Transport for InProcess<S, B>
where
    S: Service<Request<B>, Response = Response<B>, Error = Infallible> + Clone,
    B: Body + From<Vec<u8>>,
    B::Error: Display,
{
    async fn send(&self, request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, TransportError> {
        let no_answer = |reason: String| TransportError::NoAnswer { reason };
        // A clone per call, so that calls may overlap.
        let mut service = self.service.clone();
        let Ok(()) = std::future::poll_fn(|context| service.poll_ready(context)).await;
        let Ok(response) = service.call(request.map(B::from)).await;
        let (parts, body) = response.into_parts();
        if (self.lost)(&parts.extensions) {
            return Err(no_answer("the connection was closed".to_owned()));
        }
        let body = body
            .collect()
            .await
            .map_err(|error| no_answer(error.to_string()))?;
        Ok(Response::from_parts(parts, body.to_bytes().to_vec()))
    }
}
