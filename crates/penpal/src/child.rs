//! The side inside the frame.

use std::cell::RefCell;
use std::future::Future;
use std::rc::Rc;

use futures_channel::oneshot;

use crate::crash;
use crate::endpoint::{Endpoint, Far};
use crate::error::ConnectError;
use crate::js;
use crate::methods::Methods;
use crate::peer::Peer;
use crate::remote::Remote;

/// Says hello to the page that framed this one. The handshake is posted before this returns; the future is ready
/// when the parent has answered, which may be never: the protocol has no time limit, so show people something.
///
/// The methods answer from the moment of the parent's reply, whether or not the future is awaited, and for as long
/// as the document lives. Any page may frame this one and play the parent; the first answer from `window.parent`
/// decides which origin is listened to from then on.
///
/// Call [`reject_open_calls_on_panic`](crate::reject_open_calls_on_panic) as well, or a panic leaves the parent waiting.
pub fn connect(methods: Methods) -> Result<impl Future<Output = Remote>, ConnectError> {
    let window = web_sys::window().ok_or(ConnectError::NoWindow)?;
    let parent = window
        .parent()
        .ok()
        .flatten()
        .ok_or(ConnectError::NotInIframe)?;
    if js::is_same(parent.as_ref(), window.as_ref()) {
        return Err(ConnectError::NotInIframe);
    }
    let (peer, handshake) = Peer::child(methods.names());
    let (connected, when_connected) = oneshot::channel();
    let connected = RefCell::new(Some(connected));
    let endpoint = Endpoint::open(
        window,
        Far::Parent(parent),
        peer,
        methods,
        move |_: &Rc<Endpoint>| {
            if let Some(connected) = connected.take() {
                // Nobody has to wait for the connection; the methods answer all the same.
                let _ = connected.send(());
            }
        },
    )?;
    crash::keep(Rc::clone(&endpoint));
    endpoint.greet(&handshake)?;
    Ok(async move {
        if when_connected.await.is_err() {
            // The sender lives in the endpoint, which this future holds: it cannot go away unsent.
            std::future::pending::<()>().await;
        }
        Remote::new(endpoint)
    })
}
