//! A transport that calls a router in the same process: a real server in a test, without a socket.

use std::cell::RefCell;
use std::convert::Infallible;
use std::fmt::Display;
use std::marker::PhantomData;

use http::{Request, Response};
use http_body::Body;
use http_body_util::BodyExt;
use tower_service::Service;

use crate::{Transport, TransportError};

/// Calls a `tower` service whose requests and answers have bodies of type `B`: an `axum::Router` with its own body.
pub struct InProcess<S, B> {
    service: RefCell<S>,
    body: PhantomData<fn(B) -> B>,
}

impl<S, B> InProcess<S, B>
where
    S: Service<Request<B>, Response = Response<B>, Error = Infallible> + Clone,
{
    /// Wraps a service.
    pub fn new(service: S) -> Self {
        Self {
            service: RefCell::new(service),
            body: PhantomData,
        }
    }
}

impl<S, B> Transport for InProcess<S, B>
where
    S: Service<Request<B>, Response = Response<B>, Error = Infallible> + Clone,
    B: Body + From<Vec<u8>>,
    B::Error: Display,
{
    async fn send(&self, request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, TransportError> {
        // A clone per call, so that calls may overlap.
        let mut service = self.service.borrow().clone();
        let Ok(()) = std::future::poll_fn(|context| service.poll_ready(context)).await;
        let Ok(response) = service.call(request.map(B::from)).await;
        let (parts, body) = response.into_parts();
        match body.collect().await {
            Ok(body) => Ok(Response::from_parts(parts, body.to_bytes().to_vec())),
            Err(error) => Err(TransportError::NoAnswer {
                reason: error.to_string(),
            }),
        }
    }
}
