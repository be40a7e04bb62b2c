//! What the protocol says should happen, read off the raw message: a second opinion, without the crate's own types for
//! messages and states.

use std::collections::BTreeMap;

use penpal::CallError;
use penpal::message::Rejection;
use penpal::peer::Sender;
use serde_json::Value;

/// Where the peer is at home.
pub(crate) const PEER: &str = "http://peer.test";

/// The side that is being tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    Child,
    Parent,
}

/// What should be seen of a connection.
#[derive(Debug)]
pub(crate) struct Model {
    side: Side,
    /// The origin that is listened to; a child knows it only from the first answer on.
    pub(crate) home: Option<String>,
    connected: bool,
    /// The methods the peer said it has.
    pub(crate) remote: Vec<String>,
    /// Our calls without an answer, and who waits for it.
    pub(crate) pending: BTreeMap<u64, u32>,
}

/// What should come of a message.
#[derive(Debug)]
pub(crate) enum Expected {
    Nothing,
    Connected {
        remote: Vec<String>,
        orphans: Vec<u32>,
    },
    Refused {
        id: Value,
    },
    Invoked {
        id: Value,
        method: String,
        args: Vec<Value>,
    },
    Settled {
        id: u64,
        waiter: u32,
        result: Result<Option<Value>, CallError>,
    },
}

impl Model {
    pub(crate) fn new(side: Side) -> Self {
        Self {
            side,
            home: (side == Side::Parent).then(|| PEER.to_owned()),
            connected: false,
            remote: Vec::new(),
            pending: BTreeMap::new(),
        }
    }

    pub(crate) fn is_connected(&self) -> bool {
        self.connected
    }

    pub(crate) fn accepts(&self, from: Sender<'_>) -> bool {
        let at_home = |home: &String| home == from.origin;
        from.is_peer && self.home.as_ref().is_none_or(at_home)
    }

    /// Where to what is posted goes; an opaque origin cannot be named.
    pub(crate) fn target(&self) -> String {
        match self.home.as_deref() {
            Some("null") | None => "*".to_owned(),
            Some(home) => home.to_owned(),
        }
    }

    /// What should come of a message from the peer.
    pub(crate) fn expect(&self, message: &Value) -> Expected {
        let is_call = message["id"].is_number() && self.connected;
        match (message["penpal"].as_str(), self.side) {
            (Some("handshake"), Side::Parent) => self.hello(message),
            (Some("handshake-reply"), Side::Child) if !self.connected => self.hello(message),
            (Some("call"), _) if is_call => {
                let id = message["id"].clone();
                match (message["methodName"].as_str(), message["args"].as_array()) {
                    (Some("known"), Some(args)) => Expected::Invoked {
                        id,
                        method: "known".to_owned(),
                        args: args.clone(),
                    },
                    _ => Expected::Refused { id },
                }
            }
            (Some("reply"), _) if is_call => self.reply(message),
            _ => Expected::Nothing,
        }
    }

    fn hello(&self, message: &Value) -> Expected {
        let names = message["methodNames"].as_array();
        let names = names.map(|names| names.iter().map(|name| name.as_str().map(str::to_owned)));
        match names.and_then(Iterator::collect) {
            None => Expected::Nothing,
            Some(remote) => Expected::Connected {
                remote,
                orphans: self.pending.values().copied().collect(),
            },
        }
    }

    fn reply(&self, message: &Value) -> Expected {
        let id = message["id"].as_u64();
        let Some((id, &waiter)) = id.and_then(|id| Some((id, self.pending.get(&id)?))) else {
            return Expected::Nothing;
        };
        let value = message.get("returnValue").cloned();
        let result = match message["resolution"].as_str() {
            Some("fulfilled") => Ok(value),
            Some("rejected") => Err(CallError::Rejected(rejection(message))),
            _ => Err(CallError::Unreadable),
        };
        Expected::Settled { id, waiter, result }
    }

    /// What is so from now on.
    pub(crate) fn follow(&mut self, expected: &Expected, origin: &str) {
        match expected {
            Expected::Nothing | Expected::Refused { .. } | Expected::Invoked { .. } => {}
            Expected::Connected { remote, .. } => {
                self.home = Some(origin.to_owned());
                self.connected = true;
                self.remote.clone_from(remote);
                self.pending.clear();
            }
            Expected::Settled { id, .. } => {
                self.pending.remove(id);
            }
        }
    }
}

fn rejection(message: &Value) -> Rejection {
    let value = &message["returnValue"];
    if message["returnValueIsError"] != true || !value.is_object() {
        return Rejection::Value(value.clone());
    }
    let text = |key: &str| value[key].as_str().map(str::to_owned);
    Rejection::Error {
        name: text("name").unwrap_or_else(|| "Error".to_owned()),
        message: text("message").unwrap_or_default(),
        stack: text("stack"),
    }
}
