//! The state machine joined to a window: listens, posts, runs methods, wakes callers.

use std::cell::{OnceCell, RefCell};
use std::rc::{Rc, Weak};

use futures_channel::oneshot;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen_futures::spawn_local;
use web_sys::{HtmlIFrameElement, MessageEvent, Window};

use crate::Value;
use crate::crash;
use crate::error::{CallError, ConnectError};
use crate::js;
use crate::message::{Message, Outcome, Rejection};
use crate::methods::Methods;
use crate::peer::{Effect, Ids, Peer, Post, Sender, Ticket};

thread_local! {
    /// One counter for all connections of this window, as the original has it.
    static IDS: RefCell<Ids> = RefCell::default();
}

type Reply = Result<Option<Value>, CallError>;

type OnConnected = Box<dyn Fn(&Rc<Endpoint>)>;

/// The window at the other end.
#[derive(Debug)]
pub(crate) enum Far {
    /// The page that framed us.
    Parent(Window),
    /// The page in a frame of ours; looked up each time, since it may be taken out of the document.
    Frame(HtmlIFrameElement),
}

impl Far {
    fn window(&self) -> Option<Window> {
        let window = match self {
            Self::Parent(window) => Some(window.clone()),
            Self::Frame(frame) => frame.content_window(),
        }?;
        if window.closed().unwrap_or(true) {
            None
        } else {
            Some(window)
        }
    }
}

/// One connection.
pub(crate) struct Endpoint {
    peer: RefCell<Peer<oneshot::Sender<Reply>>>,
    near: Window,
    far: Far,
    methods: Methods,
    on_connected: OnConnected,
    listener: OnceCell<Closure<dyn Fn(MessageEvent)>>,
}

impl Endpoint {
    /// Listens at `near` for what `far` says.
    pub(crate) fn open(
        near: Window,
        far: Far,
        peer: Peer<oneshot::Sender<Reply>>,
        methods: Methods,
        on_connected: impl Fn(&Rc<Self>) + 'static,
    ) -> Result<Rc<Self>, ConnectError> {
        let endpoint = Rc::new(Self {
            peer: RefCell::new(peer),
            near,
            far,
            methods,
            on_connected: Box::new(on_connected),
            listener: OnceCell::new(),
        });
        let weak = Rc::downgrade(&endpoint);
        let closure = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
            if let Some(endpoint) = weak.upgrade() {
                endpoint.on_message(&event);
            }
        });
        let listener = endpoint.listener.get_or_init(|| closure);
        endpoint
            .near
            .add_event_listener_with_callback("message", js::function(listener.as_ref()))
            .map_err(|error| refused("listen for messages", &error))?;
        crash::register(&endpoint);
        Ok(endpoint)
    }

    /// Posts the first message of a child.
    pub(crate) fn greet(&self, handshake: &Post) -> Result<(), ConnectError> {
        self.post(handshake)
            .map_err(|error| refused("post the handshake", &error))
    }

    pub(crate) fn remote_methods(&self) -> Vec<String> {
        self.peer.borrow().remote_methods().to_vec()
    }

    pub(crate) fn is_connected(&self) -> bool {
        self.peer.borrow().is_connected()
    }

    pub(crate) async fn call(self: &Rc<Self>, method_name: &str, args: Vec<Value>) -> Reply {
        if self.far.window().is_none() {
            self.destroy();
        }
        let (waiter, answer) = oneshot::channel();
        let started =
            IDS.with_borrow_mut(|ids| self.peer.borrow_mut().call(ids, waiter, method_name, args));
        let (id, post) = started.map_err(|(_, error)| error)?;
        if let Err(error) = self.post(&post) {
            drop(self.peer.borrow_mut().unsent(id));
            return Err(CallError::NotSent(js::rejection_of(&error)));
        }
        // A waiter is dropped unanswered only when the connection ends.
        answer.await.unwrap_or(Err(CallError::Destroyed))
    }

    /// Stops listening and ends our calls. Their calls get no answer any more.
    pub(crate) fn destroy(&self) {
        if let Some(listener) = self.listener.get() {
            // It fails for no listener that was added; if it did, the destroyed machine would ignore all messages.
            drop(
                self.near.remove_event_listener_with_callback(
                    "message",
                    js::function(listener.as_ref()),
                ),
            );
        }
        let waiters = self.peer.borrow_mut().destroy();
        for waiter in waiters {
            settle(waiter, Err(CallError::Destroyed));
        }
    }

    /// Answers what is open with a rejection, as far as that is still possible in the middle of a panic.
    pub(crate) fn reject_open(&self, rejection: &Rejection) {
        let Ok(mut peer) = self.peer.try_borrow_mut() else {
            return;
        };
        let posts = peer.reject_open(rejection);
        drop(peer);
        for post in &posts {
            // There is nobody left to tell.
            drop(self.post(post));
        }
    }

    fn on_message(self: &Rc<Self>, event: &MessageEvent) {
        let Some(far) = self.far.window() else { return };
        let is_peer = event
            .source()
            .is_some_and(|source| js::is_same(source.as_ref(), far.as_ref()));
        let origin = event.origin();
        let from = Sender {
            is_peer,
            origin: &origin,
        };
        let effects = self
            .peer
            .borrow_mut()
            .receive(from, || js::read_message(&event.data()));
        for effect in effects {
            self.perform(effect);
        }
    }

    fn perform(self: &Rc<Self>, effect: Effect<oneshot::Sender<Reply>>) {
        match effect {
            Effect::Post(post) => self.post_or_explain(&post),
            Effect::Connected => (self.on_connected)(self),
            Effect::Settle { waiter, result } => settle(waiter, result),
            Effect::Invoke {
                ticket,
                method_name,
                args,
            } => self.invoke(ticket, &method_name, args),
        }
    }

    fn invoke(self: &Rc<Self>, ticket: Ticket, method_name: &str, args: Vec<Value>) {
        let answer = PendingAnswer {
            endpoint: Rc::downgrade(self),
            ticket,
        };
        if crash::has_crashed() {
            return answer.give(Err(crash::rejection()));
        }
        let Some(handler) = self.methods.get(method_name) else {
            return answer.give(Err(Rejection::named(
                "TypeError",
                format!("there is no method `{method_name}`"),
            )));
        };
        // The handler runs in the task and not here, so that one that panics does not take the listener with it.
        spawn_local(async move {
            let outcome = handler(args).await;
            answer.give(outcome);
        });
    }

    fn post(&self, post: &Post) -> Result<(), JsValue> {
        let Some(window) = self.far.window() else {
            return Ok(());
        };
        window.post_message(&js::to_js(&post.message)?, &post.target)
    }

    /// Posts a reply or a handshake reply. What the browser refuses is reported to the caller in its place.
    fn post_or_explain(&self, post: &Post) {
        let Err(error) = self.post(post) else { return };
        match &post.message {
            Message::Reply { id, .. } => {
                let message = Message::Reply {
                    id: id.clone(),
                    outcome: Err(js::rejection_of(&error)),
                };
                // If an error object cannot be posted either, the window is gone.
                drop(self.post(&Post {
                    message,
                    target: post.target.clone(),
                }));
            }
            Message::Handshake { .. }
            | Message::HandshakeReply { .. }
            | Message::Call { .. }
            | Message::UnreadableCall { .. }
            | Message::UnreadableReply { .. } => {}
        }
    }
}

/// The promise that a call gets an answer: given once, or a rejection when the handler's task is dropped.
struct PendingAnswer {
    endpoint: Weak<Endpoint>,
    ticket: Ticket,
}

impl PendingAnswer {
    fn give(self, outcome: Outcome) {
        self.send(outcome);
    }

    fn send(&self, outcome: Outcome) {
        let Some(endpoint) = self.endpoint.upgrade() else {
            return;
        };
        let post = endpoint.peer.borrow_mut().answer(self.ticket, outcome);
        if let Some(post) = post {
            endpoint.post_or_explain(&post);
        }
    }
}

impl Drop for PendingAnswer {
    fn drop(&mut self) {
        // After `give` the ticket is spent and this says nothing.
        self.send(Err(Rejection::error("the method ended without an answer")));
    }
}

fn settle(waiter: oneshot::Sender<Reply>, result: Reply) {
    // A caller that no longer waits has dropped its end.
    drop(waiter.send(result));
}

fn refused(action: &'static str, error: &JsValue) -> ConnectError {
    ConnectError::Refused {
        action,
        reason: js::rejection_of(error).to_string(),
    }
}
