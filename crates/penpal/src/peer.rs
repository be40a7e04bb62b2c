//! The state machine of one side of a connection. It opens no window and posts nothing: it says what is to be done.
//!
//! ```text
//! child   Handshaking --handshake-reply from the parent--> Connected (origin pinned)
//! parent  Handshaking --handshake from the frame---------> Connected --handshake--> Connected (new document)
//! either  any state   --destroy--> Destroyed
//! ```
//!
//! A message is looked at only after its sender has been: [`Peer::receive`] is handed a way to *read* the message
//! and does not use it before source and origin have been found right.

use std::collections::BTreeMap;

use crate::Value;
use crate::error::CallError;
use crate::message::{CallId, Message, Outcome, Rejection};
use crate::origin::Origin;

/// Who sent a message, according to the browser.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sender<'a> {
    /// Whether the source of the event is the window this connection is with.
    pub is_peer: bool,
    /// `MessageEvent.origin`.
    pub origin: &'a str,
}

/// A message to post, and to which origin.
#[derive(Debug, Clone, PartialEq)]
pub struct Post {
    /// What.
    pub message: Message,
    /// The second argument of `postMessage`.
    pub target: String,
}

/// A call of the other side that waits for [`Peer::answer`]. Never used twice in the life of a peer, unlike call ids.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ticket(u64);

/// The counter of call ids. One for a whole window, however many connections it has.
#[derive(Debug, Default)]
pub struct Ids(u64);

impl Ids {
    /// The next id, from 1.
    pub const fn next(&mut self) -> u64 {
        self.0 += 1;
        self.0
    }
}

/// What is to be done after a message.
#[derive(Debug, PartialEq)]
pub enum Effect<W> {
    /// Post this to the other window.
    Post(Post),
    /// The handshake is complete; on the parent's side, again after every reload of the frame.
    Connected,
    /// Run one of our methods and hand its outcome to [`Peer::answer`] with this ticket.
    Invoke {
        /// For the answer.
        ticket: Ticket,
        /// One of the names given at the start.
        method_name: String,
        /// Its arguments.
        args: Vec<Value>,
    },
    /// A call of ours has ended: tell the one who waits.
    Settle {
        /// What [`Peer::call`] was given.
        waiter: W,
        /// How it ended.
        result: Result<Option<Value>, CallError>,
    },
}

/// One side of a connection. `W` is whatever the caller wants back when a call of ours ends.
#[derive(Debug)]
pub struct Peer<W> {
    role: Role,
    method_names: Vec<String>,
    phase: Phase<W>,
    last_ticket: u64,
}

#[derive(Debug)]
enum Role {
    Child,
    Parent { child_origin: Origin },
}

#[derive(Debug)]
enum Phase<W> {
    Handshaking,
    Connected(Link<W>),
    Destroyed,
}

#[derive(Debug)]
struct Link<W> {
    /// The only origin listened to and posted to.
    origin: Origin,
    remote_methods: Vec<String>,
    /// Our calls without an answer yet.
    pending: BTreeMap<u64, W>,
    /// Their calls without an answer yet.
    open: BTreeMap<Ticket, CallId>,
}

impl<W> Peer<W> {
    /// The side inside the frame, and the handshake it must post to its parent, once.
    #[must_use]
    pub fn child(method_names: Vec<String>) -> (Self, Post) {
        let message = Message::Handshake {
            method_names: method_names.clone(),
        };
        // The parent is whoever framed us; until it answers, its origin is unknown.
        (
            Self::new(Role::Child, method_names),
            Post {
                message,
                target: "*".to_owned(),
            },
        )
    }

    /// The side around the frame. It must be listening before the frame's script runs: a child says hello once.
    #[must_use]
    pub fn parent(method_names: Vec<String>, child_origin: Origin) -> Self {
        Self::new(Role::Parent { child_origin }, method_names)
    }

    fn new(role: Role, method_names: Vec<String>) -> Self {
        Self {
            role,
            method_names,
            phase: Phase::Handshaking,
            last_ticket: 0,
        }
    }

    /// Takes in one message. `read` is called only if the sender is the right window with the right origin, and
    /// returns `None` for what is not ours.
    pub fn receive(
        &mut self,
        from: Sender<'_>,
        read: impl FnOnce() -> Option<Message>,
    ) -> Vec<Effect<W>> {
        if !self.accepts(from) {
            return Vec::new();
        }
        match read() {
            None => Vec::new(),
            Some(Message::Handshake { method_names }) => self.on_handshake(method_names),
            Some(Message::HandshakeReply { method_names }) => {
                self.on_handshake_reply(from.origin, method_names)
            }
            Some(Message::Call {
                id,
                method_name,
                args,
            }) => self.on_call(id, method_name, args),
            Some(Message::Reply { id, outcome }) => {
                self.on_reply(&id, outcome.map_err(CallError::Rejected))
            }
            Some(Message::UnreadableCall { id }) => self.refuse(id),
            Some(Message::UnreadableReply { id }) => self.on_reply(&id, Err(CallError::Unreadable)),
        }
    }

    /// Starts a call. The error gives the waiter back; no id is spent and nothing is to be posted.
    pub fn call(
        &mut self,
        ids: &mut Ids,
        waiter: W,
        method_name: &str,
        args: Vec<Value>,
    ) -> Result<(u64, Post), (W, CallError)> {
        let link = match &mut self.phase {
            Phase::Handshaking => return Err((waiter, CallError::NotConnected)),
            Phase::Destroyed => return Err((waiter, CallError::Destroyed)),
            Phase::Connected(link) => link,
        };
        if !link.remote_methods.iter().any(|known| known == method_name) {
            return Err((waiter, CallError::UnknownMethod(method_name.to_owned())));
        }
        let id = ids.next();
        link.pending.insert(id, waiter);
        Ok((
            id,
            link.post(Message::Call {
                id: id.into(),
                method_name: method_name.to_owned(),
                args,
            }),
        ))
    }

    /// Takes back a call that could not be posted.
    pub fn unsent(&mut self, id: u64) -> Option<W> {
        self.link_mut()?.pending.remove(&id)
    }

    /// Answers a call of the other side. `None` if nobody waits for it any more: answered before, the connection
    /// has ended, or the frame has another document by now, in which the same id would mean another call.
    pub fn answer(&mut self, ticket: Ticket, outcome: Outcome) -> Option<Post> {
        let link = self.link_mut()?;
        let id = link.open.remove(&ticket)?;
        Some(link.post(Message::Reply { id, outcome }))
    }

    /// Answers every open call of the other side with this rejection, for when we can no longer do better.
    pub fn reject_open(&mut self, rejection: &Rejection) -> Vec<Post> {
        let Some(link) = self.link_mut() else {
            return Vec::new();
        };
        let open = std::mem::take(&mut link.open);
        open.into_values()
            .map(|id| {
                link.post(Message::Reply {
                    id,
                    outcome: Err(rejection.clone()),
                })
            })
            .collect()
    }

    /// Ends the connection and returns those who wait for an answer of the other side. Nothing is posted: the
    /// protocol has no goodbye.
    pub fn destroy(&mut self) -> Vec<W> {
        match std::mem::replace(&mut self.phase, Phase::Destroyed) {
            Phase::Connected(link) => link.pending.into_values().collect(),
            Phase::Handshaking | Phase::Destroyed => Vec::new(),
        }
    }

    /// The methods the other side listed; empty before the handshake and after the end.
    #[must_use]
    pub fn remote_methods(&self) -> &[String] {
        match &self.phase {
            Phase::Connected(link) => &link.remote_methods,
            Phase::Handshaking | Phase::Destroyed => &[],
        }
    }

    /// Whether the handshake is complete and the connection has not ended.
    #[must_use]
    pub const fn is_connected(&self) -> bool {
        matches!(self.phase, Phase::Connected(_))
    }

    fn accepts(&self, from: Sender<'_>) -> bool {
        if !from.is_peer {
            return false;
        }
        match (&self.phase, &self.role) {
            (Phase::Destroyed, _) => false,
            (Phase::Handshaking, Role::Child) => true,
            (Phase::Connected(link), _) => link.origin == Origin::new(from.origin),
            (Phase::Handshaking, Role::Parent { child_origin }) => {
                *child_origin == Origin::new(from.origin)
            }
        }
    }

    fn on_handshake(&mut self, remote_methods: Vec<String>) -> Vec<Effect<W>> {
        let Role::Parent { child_origin } = &self.role else {
            return Vec::new();
        };
        let link = Link {
            origin: child_origin.clone(),
            remote_methods,
            pending: BTreeMap::new(),
            open: BTreeMap::new(),
        };
        let reply = link.post(Message::HandshakeReply {
            method_names: self.method_names.clone(),
        });
        let previous = std::mem::replace(&mut self.phase, Phase::Connected(link));
        // The old document is gone and will answer nothing.
        let orphans = match previous {
            Phase::Connected(old) => old.pending,
            Phase::Handshaking | Phase::Destroyed => BTreeMap::new(),
        };
        orphans
            .into_values()
            .map(|waiter| Effect::Settle {
                waiter,
                result: Err(CallError::Reloaded),
            })
            .chain([Effect::Post(reply), Effect::Connected])
            .collect()
    }

    fn on_handshake_reply(&mut self, origin: &str, remote_methods: Vec<String>) -> Vec<Effect<W>> {
        match (&self.role, &self.phase) {
            (Role::Child, Phase::Handshaking) => {
                let origin = Origin::new(origin);
                self.phase = Phase::Connected(Link {
                    origin,
                    remote_methods,
                    pending: BTreeMap::new(),
                    open: BTreeMap::new(),
                });
                vec![Effect::Connected]
            }
            (Role::Child, Phase::Connected(_) | Phase::Destroyed) | (Role::Parent { .. }, _) => {
                Vec::new()
            }
        }
    }

    fn on_call(&mut self, id: CallId, method_name: String, args: Vec<Value>) -> Vec<Effect<W>> {
        let known = self.method_names.contains(&method_name);
        let ticket = Ticket(self.last_ticket + 1);
        let Some(link) = self.link_mut() else {
            return Vec::new();
        };
        if !known {
            let rejection =
                Rejection::named("TypeError", format!("there is no method `{method_name}`"));
            return vec![Effect::Post(link.post(Message::Reply {
                id,
                outcome: Err(rejection),
            }))];
        }
        link.open.insert(ticket, id);
        self.last_ticket = ticket.0;
        vec![Effect::Invoke {
            ticket,
            method_name,
            args,
        }]
    }

    fn refuse(&mut self, id: CallId) -> Vec<Effect<W>> {
        let Some(link) = self.link_mut() else {
            return Vec::new();
        };
        let reason =
            "the call cannot be read: it needs a method name, and arguments that JSON can say";
        let rejection = Rejection::named("TypeError", reason);
        vec![Effect::Post(link.post(Message::Reply {
            id,
            outcome: Err(rejection),
        }))]
    }

    fn on_reply(
        &mut self,
        id: &CallId,
        result: Result<Option<Value>, CallError>,
    ) -> Vec<Effect<W>> {
        let waiter = id
            .as_u64()
            .and_then(|id| self.link_mut()?.pending.remove(&id));
        waiter
            .map(|waiter| Effect::Settle { waiter, result })
            .into_iter()
            .collect()
    }

    const fn link_mut(&mut self) -> Option<&mut Link<W>> {
        match &mut self.phase {
            Phase::Connected(link) => Some(link),
            Phase::Handshaking | Phase::Destroyed => None,
        }
    }
}

impl<W> Link<W> {
    fn post(&self, message: Message) -> Post {
        Post {
            message,
            target: self.origin.post_target().to_owned(),
        }
    }
}
