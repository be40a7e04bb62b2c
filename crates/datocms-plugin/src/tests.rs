//! A frame of the plugin without a browser: messages in, messages out.

mod life;
mod replay;
mod settings;

use std::cell::RefCell;
use std::rc::Rc;

use futures_channel::oneshot;
use futures_executor::LocalPool;
use futures_util::task::LocalSpawnExt;
use penpal::message::Message;
use penpal::peer::{Effect, Ids, Peer, Sender};
use penpal::{CallError, Methods};
use serde_json::{Value, json};

use crate::connect::{ConnectError, Frame};
use crate::host::{Host, Plugin};
use crate::{Hooks, Settings};

type Waiter = oneshot::Sender<Result<Option<Value>, CallError>>;

const HOST_METHODS: [&str; 10] = [
    "getSettings",
    "setHeight",
    "notice",
    "alert",
    "openModal",
    "openConfirm",
    "navigateTo",
    "updatePluginParameters",
    "resolve",
    "callAdditionalCtxMethod",
];

/// The frame's half of the wire and everything it has done.
struct Stage {
    wire: Rc<Wire>,
    frame: Rc<Frame>,
    methods: Methods,
    pool: LocalPool,
    started: Rc<RefCell<Option<Result<Plugin, ConnectError>>>>,
    /// Every settings object the program was given.
    seen: Rc<RefCell<Vec<Settings>>>,
    /// The colour scheme put on the document, each time.
    looks: Rc<RefCell<Vec<&'static str>>>,
}

struct Wire {
    peer: RefCell<Peer<Waiter>>,
    ids: RefCell<Ids>,
    posted: RefCell<Vec<Value>>,
}

impl Wire {
    fn post(&self, message: &Message) {
        self.posted.borrow_mut().push(message.to_value());
    }

    async fn call(&self, name: &str, args: Vec<Value>) -> Result<Option<Value>, CallError> {
        let (waiter, answer) = oneshot::channel();
        let started = self
            .peer
            .borrow_mut()
            .call(&mut self.ids.borrow_mut(), waiter, name, args);
        let (_, post) = started.map_err(|(_, error)| error)?;
        self.post(&post.message);
        answer.await.unwrap_or(Err(CallError::Destroyed))
    }
}

impl Stage {
    fn new(hooks: Hooks) -> Self {
        let (seen, looks) = <(Rc<RefCell<Vec<Settings>>>, Rc<RefCell<Vec<&str>>>)>::default();
        let (seeing, looking) = (Rc::clone(&seen), Rc::clone(&looks));
        let frame = Frame::new(
            hooks,
            move |settings| seeing.borrow_mut().push(settings),
            move |base| looking.borrow_mut().push(base.color_scheme.as_str()),
        );
        let methods = frame.methods();
        let (peer, hello) = Peer::child(methods.names());
        let wire = Wire {
            peer: RefCell::new(peer),
            ids: RefCell::default(),
            posted: RefCell::default(),
        };
        wire.post(&hello.message);
        Self {
            wire: Rc::new(wire),
            frame,
            methods,
            pool: LocalPool::new(),
            started: Rc::default(),
            seen,
            looks,
        }
    }

    /// A frame whose parent has answered the handshake; it has asked for its settings.
    fn connected(hooks: Hooks) -> Self {
        let mut stage = Self::new(hooks);
        stage.hears(json!({"penpal": "handshake-reply", "methodNames": HOST_METHODS}));
        stage.posted();
        stage
    }

    /// A frame that has its settings.
    fn running(hooks: Hooks, settings: &Value) -> Self {
        let mut stage = Self::connected(hooks);
        stage.hears(
            json!({"penpal": "reply", "id": 1, "resolution": "fulfilled", "returnValue": settings}),
        );
        stage
    }

    /// Takes in a message of the parent and does all that can be done about it.
    fn hears(&mut self, message: Value) {
        let from = Sender {
            is_peer: true,
            origin: "https://cms.test",
        };
        let effects = self
            .wire
            .peer
            .borrow_mut()
            .receive(from, || Message::parse(message));
        for effect in effects {
            match effect {
                Effect::Post(post) => self.wire.post(&post.message),
                Effect::Settle { waiter, result } => drop(waiter.send(result)),
                Effect::Connected => {
                    let (frame, host, started) = (
                        Rc::clone(&self.frame),
                        self.host(),
                        Rc::clone(&self.started),
                    );
                    self.spawn(async move {
                        let plugin = frame.start(host).await;
                        *started.borrow_mut() = Some(plugin);
                    });
                }
                Effect::Invoke {
                    ticket,
                    method_name,
                    args,
                } => {
                    let running = self
                        .methods
                        .run(&method_name, args)
                        .expect("only listed methods are run");
                    let wire = Rc::clone(&self.wire);
                    self.spawn(async move {
                        let outcome = running.await;
                        let post = wire
                            .peer
                            .borrow_mut()
                            .answer(ticket, outcome)
                            .expect("the call is open");
                        wire.post(&post.message);
                    });
                }
            }
        }
        self.pool.run_until_stalled();
    }

    /// Calls a method of the plugin and returns its reply, which must be the last thing posted.
    fn answer(&mut self, id: u64, method: &str, args: Value) -> Value {
        self.hears(json!({"penpal": "call", "id": id, "methodName": method, "args": args}));
        let reply = self.posted().pop().expect("an answer");
        assert_eq!(
            (&reply["penpal"], &reply["id"]),
            (&json!("reply"), &json!(id))
        );
        reply
    }

    /// What has been posted since the last time.
    fn posted(&self) -> Vec<Value> {
        self.wire.posted.take()
    }

    fn host(&self) -> Host {
        let wire = Rc::clone(&self.wire);
        let names = Rc::clone(&self.wire);
        Host {
            call: Rc::new(move |name, args| {
                let (wire, name) = (Rc::clone(&wire), name.to_owned());
                Box::pin(async move { wire.call(&name, args).await })
            }),
            method_names: Rc::new(move || names.peer.borrow().remote_methods().to_vec()),
        }
    }

    fn plugin(&self) -> Plugin {
        self.started
            .borrow()
            .clone()
            .expect("started")
            .expect("connected")
    }

    fn spawn(&self, task: impl Future<Output = ()> + 'static) {
        self.pool
            .spawner()
            .spawn_local(task)
            .expect("the pool is alive");
    }
}

fn fulfilled(reply: &Value) -> Option<&Value> {
    assert_eq!(reply["resolution"], "fulfilled", "{reply}");
    reply.get("returnValue")
}

/// The settings of a frame with everything a host must send and nothing more, and what the mode adds.
fn settings(mode: &str, extra: Value) -> Value {
    let mut settings = json!({
        "mode": mode,
        "bodyPadding": [1, 2, 3, 4.5],
        "plugin": {"id": "P1", "type": "plugin", "attributes": {"name": "Slipway", "parameters": {"a": 1}}},
        "currentUser": {"id": "U1", "type": "user", "attributes": {"email": "ada@example.com", "full_name": "Ada L"}},
        "currentRole": {"id": "R1", "type": "role", "attributes": {"name": "Editor", "can_edit_schema": true},
            "meta": {"final_permissions": {"can_manage_environments": true, "environments_access": "sandbox_only"}}},
        "site": {"id": "S1", "type": "site", "attributes": {"name": "Harbour", "locales": ["en", "it"]}},
        "environment": "main",
        "isEnvironmentPrimary": true,
    });
    let fields = settings.as_object_mut().expect("an object");
    fields.extend(extra.as_object().expect("an object").clone());
    settings
}
