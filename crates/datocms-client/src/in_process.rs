//! A transport that calls a router in the same process: a real server in a test, without a socket.

use std::cell::RefCell;
use std::convert::Infallible;
use std::fmt::Display;

use http::{Request, Response};
use http_body::Body;
use http_body_util::BodyExt;
use tower_service::Service;

use crate::{Transport, TransportError};

/// Calls a `tower` service, an `axum::Router` for instance, directly.
///
/// The body type is the service's own (`axum::body::Body`), made from bytes.
#[derive(Debug, Clone)]
pub struct InProcess<S> {
    service: RefCell<S>,
}

impl<S> InProcess<S> {
    /// Wraps a service.
    pub fn new(service: S) -> Self {
        Self {
            service: RefCell::new(service),
        }
    }
}

impl<S, I, O> Transport for InProcess<S>
where
    S: Service<Request<I>, Response = Response<O>, Error = Infallible> + Clone,
    I: From<Vec<u8>>,
    O: Body,
    O::Error: Display,
{
    async fn send(&self, request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, TransportError> {
        // A clone per call, so that calls may overlap; routers are cheap to clone and always ready.
        let mut service = self.service.borrow().clone();
        match std::future::poll_fn(|context| service.poll_ready(context)).await {
            Ok(()) => {}
            Err(never) => match never {},
        }
        match service.call(request.map(I::from)).await {
            Ok(response) => {
                let (parts, body) = response.into_parts();
                let body = body
                    .collect()
                    .await
                    .map_err(|error| TransportError::NoAnswer {
                        reason: error.to_string(),
                    })?
                    .to_bytes()
                    .to_vec();
                Ok(Response::from_parts(parts, body))
            }
            Err(never) => match never {},
        }
    }
}
