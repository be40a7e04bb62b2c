//! `setTimeout` as a future.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_channel::oneshot;
use wasm_bindgen::prelude::*;

/// Resolves after some milliseconds of the page's clock; dropped, it is cancelled.
pub(super) struct Timeout {
    id: Option<i32>,
    rung: oneshot::Receiver<()>,
    _callback: Closure<dyn FnMut()>,
}

impl Timeout {
    pub(super) fn new(milliseconds: i32) -> Self {
        let (sender, rung) = oneshot::channel();
        let mut sender = Some(sender);
        let callback = Closure::new(move || {
            if let Some(sender) = sender.take() {
                // The receiver lives as long as this closure.
                let _ = sender.send(());
            }
        });
        let id = web_sys::window().and_then(|window| {
            let function = callback.as_ref().unchecked_ref();
            window
                .set_timeout_with_callback_and_timeout_and_arguments_0(function, milliseconds)
                .ok()
        });
        Self {
            id,
            rung,
            _callback: callback,
        }
    }
}

impl Future for Timeout {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        Pin::new(&mut self.rung).poll(context).map(|_| ())
    }
}

impl Drop for Timeout {
    fn drop(&mut self) {
        if let (Some(window), Some(id)) = (web_sys::window(), self.id) {
            window.clear_timeout_with_handle(id);
        }
    }
}
