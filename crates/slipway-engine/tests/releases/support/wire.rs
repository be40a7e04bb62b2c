//! The way from a page to the server, on which somebody else may be quicker and a request may be late.

use std::{
    cell::{Cell, RefCell},
    future::Future,
    pin::Pin,
    rc::Rc,
};

use datocms_client::{Transport, TransportError, in_process::InProcess};
use tokio::sync::Notify;

pub(super) type Router = InProcess<axum::Router, axum::body::Body>;

/// What somebody does while a call is on its way.
pub(super) type Meddling = Pin<Box<dyn Future<Output = ()>>>;

/// A request that left its page and is still on its way.
#[derive(Clone, Default)]
pub(crate) struct HeldBack(Rc<Held>);

#[derive(Default)]
struct Held {
    request: RefCell<Option<http::Request<Vec<u8>>>>,
    left: Notify,
}

impl HeldBack {
    /// What was held back, to be sent after all; `None` before it has left, and once it was taken.
    pub(super) fn take(&self) -> Option<http::Request<Vec<u8>>> {
        self.0.request.take()
    }

    /// Waits until it has left its page.
    pub(crate) async fn left(&self) {
        self.0.left.notified().await;
    }
}

/// The call to hold back: its end, a text in its body, and where it is kept.
pub(super) type Holding = (&'static str, &'static str, HeldBack);

/// The way to the server, on which somebody else may be quicker.
pub(crate) struct Wire {
    pub(super) router: Router,
    pub(super) meddling: Rc<RefCell<Option<(&'static str, Meddling)>>>,
    pub(super) holding: Rc<RefCell<Option<Holding>>>,
    /// How many requests were sent.
    pub(super) calls: Rc<Cell<u32>>,
}

impl Transport for Wire {
    async fn send(
        &self,
        request: http::Request<Vec<u8>>,
    ) -> Result<http::Response<Vec<u8>>, TransportError> {
        self.calls.set(self.calls.get() + 1);
        let call = format!("{} {}", request.method(), request.uri().path());
        let first = self
            .meddling
            .borrow_mut()
            .take_if(|(before, _)| call.ends_with(*before))
            .map(|(_, meddling)| meddling);
        if let Some(meddling) = first {
            meddling.await;
        }
        let held = self
            .holding
            .borrow_mut()
            .take_if(|(ends, with, _)| {
                let body = String::from_utf8_lossy(request.body());
                call.ends_with(*ends) && body.contains(&format!("\"{with}\""))
            })
            .map(|(_, _, held)| held);
        if let Some(held) = held {
            *held.0.request.borrow_mut() = Some(request);
            held.0.left.notify_one();
            return std::future::pending().await;
        }
        self.router.send(request).await
    }
}
