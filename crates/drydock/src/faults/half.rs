//! An answer that ends in its middle.

use std::io::{Error, ErrorKind};
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::{Body, Bytes, to_bytes};
use axum::http::{HeaderValue, header};
use axum::response::Response;
use hyper::body::{Body as HttpBody, Frame};

/// Marks a response that breaks off.
#[derive(Debug, Clone, Copy)]
struct BreaksOff;

/// The same answer, whose headers promise the whole body and which fails after half of it. `None` for an answer without a
/// body, which has no middle.
pub(crate) async fn half_of(response: Response) -> Option<Response> {
    let (mut parts, body) = response.into_parts();
    let whole = to_bytes(body, usize::MAX).await.ok()?;
    if whole.is_empty() {
        return None;
    }
    let length = HeaderValue::from(whole.len());
    parts.headers.insert(header::CONTENT_LENGTH, length);
    parts.extensions.insert(BreaksOff);
    let half = Half(Some(whole.slice(..whole.len() / 2)));
    Some(Response::from_parts(parts, Body::new(half)))
}

/// For a response on its way to a socket: a body's error ends the connection at once, with what was not written yet, so the
/// half is given time to be written.
pub(crate) fn on_the_wire(response: Response) -> Response {
    if response.extensions().get::<BreaksOff>().is_none() {
        return response;
    }
    response.map(|body| {
        Body::new(Flushed {
            body,
            pending: false,
        })
    })
}

/// Some bytes, then an error.
struct Half(Option<Bytes>);

impl HttpBody for Half {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        let reason = "a fault ends this answer in its middle";
        Poll::Ready(Some(match self.0.take() {
            Some(half) => Ok(Frame::data(half)),
            None => Err(Error::new(ErrorKind::ConnectionAborted, reason)),
        }))
    }
}

/// A body that pauses after each of its frames, in which the connection writes the frame.
struct Flushed {
    body: Body,
    pending: bool,
}

impl HttpBody for Flushed {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        if self.pending {
            self.pending = false;
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        let frame = Pin::new(&mut self.body).poll_frame(context);
        self.pending = matches!(frame, Poll::Ready(Some(Ok(_))));
        frame
    }
}
