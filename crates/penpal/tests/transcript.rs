//! Recorded conversations between the JavaScript implementations, played to ours: each side in turn is ours, hears
//! what the other side said, and must say what its original said.
//!
//! One short conversation is written down here and always runs. The long recording lives outside the repository and
//! runs where it is.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "test")]

use std::collections::BTreeMap;
use std::path::Path;

use penpal::message::{CallId, Message};
use penpal::peer::{Effect, Ids, Peer, Post, Sender, Ticket};
use penpal::{CallError, Origin};
use serde_json::{Value, json};

#[derive(Clone, Copy, PartialEq)]
enum Side {
    Plugin,
    Host,
}

struct Step {
    frame: String,
    from: Side,
    origin: String,
    message: Message,
}

/// Recorded `undefined` is an object with one odd key. In an object it means that the key is absent; in a list, `null`.
fn without_undefined(value: Value) -> Option<Value> {
    match value {
        Value::Object(fields) if fields.contains_key("$undefined") => None,
        Value::Object(fields) => Some(Value::Object(
            fields
                .into_iter()
                .filter_map(|(key, v)| Some((key, without_undefined(v)?)))
                .collect(),
        )),
        Value::Array(items) => Some(
            items
                .into_iter()
                .map(|v| without_undefined(v).unwrap_or(Value::Null))
                .collect(),
        ),
        plain @ (Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_)) => Some(plain),
    }
}

fn steps(scenario: &Value) -> Vec<Step> {
    let steps = scenario["steps"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|step| step["kind"] == "message");
    steps
        .map(|step| Step {
            frame: step["frame"].as_str().unwrap().to_owned(),
            from: if step["dir"] == "plugin->host" {
                Side::Plugin
            } else {
                Side::Host
            },
            origin: step["origin"].as_str().unwrap().to_owned(),
            message: Message::parse(without_undefined(step["data"].clone()).unwrap())
                .expect("recorded messages parse"),
        })
        .collect()
}

/// One of our peers in a conversation, and how its ids relate to the recorded ones.
struct Actor {
    peer: Peer<u64>,
    /// Recorded id of a call to us, and our ticket for it.
    tickets: Vec<(CallId, Ticket)>,
    /// Recorded id of a call by us, and the id we gave it.
    ours: BTreeMap<u64, u64>,
    /// Recorded ids of calls we refuse to make.
    refused: Vec<u64>,
    /// What we have said by ourselves and the recording has not confirmed yet.
    said: Vec<Post>,
}

impl Actor {
    fn new(peer: Peer<u64>, said: Vec<Post>) -> Self {
        Self {
            peer,
            tickets: Vec::new(),
            ours: BTreeMap::new(),
            refused: Vec::new(),
            said,
        }
    }

    fn hears(&mut self, step: &Step) {
        let mut message = step.message.clone();
        let mut refused = false;
        if let Message::Reply { id, .. } = &mut message {
            let recorded = id.as_u64().unwrap();
            refused = self.refused.contains(&recorded);
            *id = self.ours.get(&recorded).copied().unwrap_or(u64::MAX).into();
        }
        let from = Sender {
            is_peer: true,
            origin: &step.origin,
        };
        for effect in self.peer.receive(from, || Some(message.clone())) {
            match effect {
                Effect::Connected => {}
                Effect::Post(post) => self.said.push(post),
                Effect::Invoke { ticket, .. } => {
                    let Message::Call { id, .. } = &step.message else {
                        panic!("run by {message:?}")
                    };
                    self.tickets.push((id.clone(), ticket));
                }
                Effect::Settle { waiter, result } => {
                    let Message::Reply { id, outcome } = &step.message else {
                        panic!("settled by {message:?}")
                    };
                    assert!(!refused);
                    assert_eq!(Some(waiter), id.as_u64(), "the wrong caller was told");
                    assert_eq!(result, outcome.clone().map_err(CallError::Rejected));
                }
            }
        }
    }

    /// Does what makes our side say the recorded message, and returns what it said.
    fn says(&mut self, step: &Step, ids: &mut Ids) -> Option<Value> {
        match &step.message {
            Message::Handshake { .. } | Message::HandshakeReply { .. } => {
                Some(self.said.remove(0).message.to_value())
            }
            Message::Call {
                id,
                method_name,
                args,
            } => {
                let recorded = id.as_u64().unwrap();
                match self.peer.call(ids, recorded, method_name, args.clone()) {
                    Ok((ours, post)) => {
                        self.ours.insert(recorded, ours);
                        let mut value = post.message.to_value();
                        assert_eq!(value["id"], ours);
                        value["id"] = json!(recorded);
                        Some(value)
                    }
                    Err((_, CallError::UnknownMethod(_))) => {
                        assert!(!self.peer.remote_methods().contains(method_name));
                        self.refused.push(recorded);
                        None
                    }
                    Err((_, error)) => panic!("{error}"),
                }
            }
            Message::Reply { id, outcome } => {
                let Some(index) = self.tickets.iter().position(|(known, _)| known == id) else {
                    // Nothing was run: the machine has rejected the call by itself, in its own words.
                    let value = self.said.remove(0).message.to_value();
                    assert_eq!(value["returnValue"]["name"], "TypeError");
                    assert_eq!(value["id"], step.message.to_value()["id"]);
                    return None;
                };
                let (_, ticket) = self.tickets.remove(index);
                let post = self
                    .peer
                    .answer(ticket, outcome.clone())
                    .expect("the call is open");
                Some(post.message.to_value())
            }
            Message::UnreadableCall { .. } | Message::UnreadableReply { .. } => {
                panic!("never written to the wire")
            }
        }
    }
}

/// Plays a scenario with our side in the place of `side`. Returns how many messages ours said as recorded.
fn play(scenario: &Value, side: Side, plugin_origin: &str) -> usize {
    let steps = steps(scenario);
    let host_methods = |frame: &str| {
        let mut replies = steps.iter().filter(|step| step.frame == frame);
        replies.find_map(|step| {
            let Message::HandshakeReply { method_names } = &step.message else {
                return None;
            };
            Some(method_names.clone())
        })
    };
    let mut ids = Ids::default();
    let mut actors: BTreeMap<String, Actor> = BTreeMap::new();
    let mut confirmed = 0;
    for step in &steps {
        if let Message::Handshake { method_names } = &step.message {
            match side {
                Side::Plugin => {
                    let (peer, hello) = Peer::child(method_names.clone());
                    actors.insert(step.frame.clone(), Actor::new(peer, vec![hello]));
                }
                Side::Host if !actors.contains_key(&step.frame) => {
                    let origin = if step.frame == "sandboxed-null" {
                        "null"
                    } else {
                        plugin_origin
                    };
                    let methods = host_methods(&step.frame).unwrap_or_default();
                    let peer = Peer::parent(methods, Origin::new(origin));
                    actors.insert(step.frame.clone(), Actor::new(peer, Vec::new()));
                }
                Side::Host => {}
            }
        }
        let actor = actors
            .get_mut(&step.frame)
            .expect("every frame begins with a handshake");
        if step.from != side {
            actor.hears(step);
        } else if let Some(said) = actor.says(step, &mut ids) {
            assert_eq!(
                without_stack(said),
                without_stack(step.message.to_value()),
                "in frame {}",
                step.frame
            );
            confirmed += 1;
        }
    }
    for (frame, actor) in &actors {
        let never_connects = host_methods(frame).is_none();
        assert_eq!(actor.peer.is_connected(), !never_connects, "frame {frame}");
        assert!(
            actor.said.is_empty(),
            "frame {frame} said more than was recorded: {:?}",
            actor.said
        );
    }
    confirmed
}

fn without_stack(mut message: Value) -> Value {
    if let Some(error) = message
        .get_mut("returnValue")
        .and_then(Value::as_object_mut)
    {
        error.remove("stack");
    }
    message
}

#[test]
fn a_short_conversation() {
    let message = |dir: &str, data: Value| {
        let origin = if dir == "plugin->host" {
            "https://plugin.test"
        } else {
            "https://host.test"
        };
        json!({"kind": "message", "dir": dir, "frame": "page", "origin": origin, "data": data})
    };
    let plugin = |data| message("plugin->host", data);
    let host = |data| message("host->plugin", data);
    let scenario = json!({"steps": [
        plugin(json!({"penpal": "handshake", "methodNames": ["sdkVersion", "onChange"]})),
        host(json!({"penpal": "handshake-reply", "methodNames": ["getSettings", "notice", "openModal"]})),
        host(json!({"penpal": "call", "id": 1, "methodName": "sdkVersion", "args": []})),
        plugin(json!({"penpal": "call", "id": 1, "methodName": "getSettings", "args": []})),
        plugin(json!({"penpal": "reply", "id": 1, "resolution": "fulfilled", "returnValue": "0.3.1"})),
        host(json!({"penpal": "reply", "id": 1, "resolution": "fulfilled", "returnValue": {"mode": "renderPage", "gone": {"$undefined": true}}})),
        plugin(json!({"penpal": "call", "id": 2, "methodName": "notice", "args": ["Promoted"]})),
        host(json!({"penpal": "reply", "id": 2, "resolution": "fulfilled", "returnValue": {"$undefined": true}})),
        plugin(json!({"penpal": "call", "id": 3, "methodName": "openModal", "args": [{"id": "promote"}]})),
        host(json!({"penpal": "call", "id": 2, "methodName": "onChange", "args": [{"mode": "renderPage"}]})),
        host(json!({"penpal": "reply", "id": 3, "resolution": "rejected", "returnValue": {"code": "CLOSED"}})),
        plugin(json!({"penpal": "reply", "id": 2, "resolution": "rejected", "returnValue": {"name": "Error", "message": "cannot draw", "stack": "Error: cannot draw"}, "returnValueIsError": true})),
        host(json!({"penpal": "call", "id": 3, "methodName": "noSuchMethod", "args": []})),
        plugin(json!({"penpal": "reply", "id": 3, "resolution": "rejected", "returnValue": {"name": "TypeError", "message": "x", "stack": "y"}, "returnValueIsError": true})),
    ]});
    // All of each side's messages but what concerns `noSuchMethod`, which ours answers in other words and never calls.
    assert_eq!(play(&scenario, Side::Plugin, "https://plugin.test"), 6);
    assert_eq!(play(&scenario, Side::Host, "https://plugin.test"), 6);
}

#[test]
fn the_recorded_conversations() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../../shared/reference/plugin-protocol-transcript.json");
    let Ok(text) = std::fs::read_to_string(&path) else {
        println!("NOT RUN: there is no recording at {}", path.display());
        return;
    };
    let recording: Value = serde_json::from_str(&text).unwrap();
    let plugin_origin = recording["origins"]["plugin"].as_str().unwrap();
    for scenario in recording["scenarios"].as_array().unwrap() {
        for side in [Side::Plugin, Side::Host] {
            let confirmed = play(scenario, side, plugin_origin);
            assert!(confirmed >= 2, "{} says next to nothing", scenario["name"]);
        }
    }
}
