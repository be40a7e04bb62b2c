//! The frame a script runs in, with the two lines to it.

use std::cell::Cell;
use std::rc::Rc;

use futures_channel::mpsc::{self, TryRecvError, UnboundedSender};
use futures_channel::oneshot;
use futures_util::future::{self, Either};
use gloo_timers::future::TimeoutFuture;
use js_sys::Array;
use serde::Serialize;
use slipway_engine::ports::{ScriptFailure, ScriptHost};
use slipway_release::Limits;
use slipway_scripts::Prepared;
use wasm_bindgen::prelude::*;
use web_sys::{HtmlIFrameElement, MessageChannel, MessageEvent, MessagePort};

use super::super::js_error;
use super::messages::{self, Signal, object};
use super::{Answer, SandboxFiles, no_sandbox};

/// How long the frame may take to load, in milliseconds.
const LOAD_MS: u32 = 15_000;

pub(super) struct Frame {
    element: HtmlIFrameElement,
    script: MessagePort,
    control: MessagePort,
    pub(super) signals: mpsc::UnboundedReceiver<Signal>,
    /// Whether its worker was heard of.
    pub(super) started: bool,
    /// How large a message of the worker may be, in bytes.
    most: Rc<Cell<u32>>,
    on_control: OnMessage,
    on_script: OnMessage,
}

type OnMessage = Closure<dyn FnMut(MessageEvent)>;

impl Frame {
    /// Opens the frame and starts a worker in it, which gets ready for any script.
    pub(super) async fn open(files: &SandboxFiles) -> Result<Self, ScriptFailure> {
        let (sender, signals) = mpsc::unbounded();
        // Until it is known whose script it is.
        let most = Rc::new(Cell::new(Limits::default().message_bytes));
        let on_control = on_message(&sender, Signal::of_frame);
        let on_script = {
            let most = Rc::clone(&most);
            on_message(&sender, move |data| Signal::read(data, most.get()))
        };
        let (frame_line, script_line) = (
            MessageChannel::new().map_err(refused)?,
            MessageChannel::new().map_err(refused)?,
        );
        let frame = Self {
            element: hidden_frame().map_err(refused)?,
            script: script_line.port1(),
            control: frame_line.port1(),
            signals,
            started: false,
            most,
            on_control,
            on_script,
        };
        for (port, on_message) in [
            (&frame.control, &frame.on_control),
            (&frame.script, &frame.on_script),
        ] {
            port.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        }
        frame.load(&files.page).await?;
        let work = object([
            ("worker", files.worker.as_str().into()),
            ("packages", files.packages.as_str().into()),
        ])
        .map_err(refused)?;
        let lines = Array::of2(&frame_line.port2(), &script_line.port2());
        let window = frame
            .element
            .content_window()
            .ok_or_else(|| no_sandbox("its frame has no window"))?;
        // An opaque origin has no name to address. What goes out is the bundles: nothing secret.
        window
            .post_message_with_transfer(&work, "*", &lines)
            .map_err(refused)?;
        Ok(frame)
    }

    /// Whether nothing went wrong in it so far.
    pub(super) fn is_well(&mut self) -> bool {
        loop {
            match self.signals.try_recv() {
                Ok(Signal::Started) => self.started = true,
                Ok(_) | Err(TryRecvError::Closed) => return false,
                Err(TryRecvError::Empty) => return self.element.is_connected(),
            }
        }
    }

    /// Lets the worker run its one script.
    pub(super) fn begin(
        &self,
        prepared: &Prepared,
        host: &dyn ScriptHost,
    ) -> Result<(), ScriptFailure> {
        let limits = host.limits();
        self.most.set(limits.message_bytes);
        let prepared = prepared
            .serialize(&serde_wasm_bindgen::Serializer::json_compatible())
            .map_err(|error| no_sandbox(&error.to_string()))?;
        let limits = object([
            ("inFlight", limits.in_flight.into()),
            ("messageBytes", limits.message_bytes.into()),
            ("lines", limits.lines.into()),
            ("silenceSeconds", limits.silence_seconds.into()),
        ])
        .map_err(refused)?;
        let run = object([
            ("prepared", prepared),
            ("limits", limits),
            ("environment", host.environment().as_str().into()),
        ])
        .map_err(refused)?;
        self.script.post_message(&run).map_err(refused)
    }

    async fn load(&self, page: &str) -> Result<(), ScriptFailure> {
        let (sender, loaded) = oneshot::channel();
        // Nobody waits any more when it took too long.
        let on_load = Closure::once(move || sender.send(()).unwrap_or_default());
        self.element
            .set_onload(Some(on_load.as_ref().unchecked_ref()));
        // Its text, not its address: to get a page of its own for each script takes a browser longer than all the rest.
        self.element.set_srcdoc(page);
        let body = web_sys::window()
            .and_then(|window| window.document())
            .and_then(|document| document.body());
        let body = body.ok_or_else(|| no_sandbox("the page has no body yet"))?;
        body.append_child(&self.element).map_err(refused)?;
        let loaded = future::select(loaded, TimeoutFuture::new(LOAD_MS)).await;
        self.element.set_onload(None);
        match loaded {
            Either::Left(_) => Ok(()),
            Either::Right(_) => Err(no_sandbox("its page did not load")),
        }
    }

    /// Asks the worker for a sign of life.
    pub(super) fn ping(&self) -> Result<(), ScriptFailure> {
        let message = messages::ping().map_err(refused)?;
        self.script.post_message(&message).map_err(refused)
    }

    /// Hands an answer to the script.
    pub(super) fn answer(&self, id: u32, answer: Answer) -> Result<(), ScriptFailure> {
        let message = messages::answer(id, answer).map_err(refused)?;
        self.script.post_message(&message).map_err(refused)
    }
}

impl Drop for Frame {
    fn drop(&mut self) {
        for port in [&self.control, &self.script] {
            port.set_onmessage(None);
            port.close();
        }
        // Takes the worker along, in an endless loop or not.
        self.element.remove();
    }
}

/// What hears a line and passes on what `read` makes of it.
fn on_message(
    sender: &UnboundedSender<Signal>,
    read: impl Fn(&JsValue) -> Signal + 'static,
) -> OnMessage {
    let sender = sender.clone();
    Closure::new(move |event: MessageEvent| {
        // A frame that is being dropped listens no more.
        drop(sender.unbounded_send(read(&event.data())));
    })
}

fn hidden_frame() -> Result<HtmlIFrameElement, JsValue> {
    let document = web_sys::window()
        .and_then(|window| window.document())
        .ok_or("there is no document")?;
    let frame: HtmlIFrameElement = document.create_element("iframe")?.unchecked_into();
    for (name, value) in [
        ("sandbox", "allow-scripts"),
        ("hidden", ""),
        ("aria-hidden", "true"),
        ("tabindex", "-1"),
    ] {
        frame.set_attribute(name, value)?;
    }
    frame.set_title("Migration sandbox");
    Ok(frame)
}

fn refused(thrown: JsValue) -> ScriptFailure {
    ScriptFailure::NoSandbox(js_error::text(&thrown))
}
