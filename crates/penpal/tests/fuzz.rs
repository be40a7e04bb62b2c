//! Ten thousand random messages against both sides, from a fixed seed: nothing panics, nobody but the peer is heard,
//! and the promises of the state machine hold after every one of them.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "test")]

use std::collections::BTreeSet;

use penpal::Origin;
use penpal::message::Message;
use penpal::peer::{Effect, Ids, Peer, Sender, Ticket};
use serde_json::{Map, Value, json};

const PEER: &str = "http://peer.test";
const MESSAGES: u32 = 10_000;

/// `SplitMix64`: enough randomness for a test, and the same on every machine.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((bits ^ (bits >> 31)) >> 33).unwrap() % sides
    }

    fn pick<T: Clone>(&mut self, from: &[T]) -> T {
        from[self.roll(from.len())].clone()
    }

    /// A value that is right often enough to get deep into the machine.
    fn value(&mut self, depth: u32) -> Value {
        let sides = if depth == 0 { 7 } else { 9 };
        match self.roll(sides) {
            0 => Value::Null,
            1 => json!(true),
            2 => json!(self.roll(6)),
            3 => json!(-1.5),
            4 => json!(u64::MAX),
            5 => json!(""),
            6 => json!(self.pick(&["known", "other", "fulfilled", "rejected"])),
            7 => (0..self.roll(4)).map(|_| self.value(depth - 1)).collect(),
            _ => Value::Object(
                (0..self.roll(4))
                    .map(|key| (key.to_string(), self.value(depth - 1)))
                    .collect(),
            ),
        }
    }

    fn message(&mut self, last_id: u64) -> Value {
        let mut fields = Map::new();
        let kinds = [
            "handshake",
            "handshake-reply",
            "call",
            "call",
            "reply",
            "reply",
            "syn",
        ];
        fields.insert("penpal".into(), json!(self.pick(&kinds)));
        // Mostly one of the latest ids, so that answers hit calls.
        let ago = u64::try_from(self.roll(8)).unwrap();
        fields.insert("id".into(), json!(last_id.saturating_sub(ago)));
        fields.insert("methodName".into(), json!(self.pick(&["known", "other"])));
        fields.insert("methodNames".into(), json!(["known"]));
        fields.insert("args".into(), json!([]));
        fields.insert(
            "resolution".into(),
            json!(self.pick(&["fulfilled", "rejected"])),
        );
        fields.insert("returnValue".into(), self.value(2));
        // Spoil up to two fields: by another value, or by leaving them out.
        for _ in 0..self.roll(3) {
            let keys: Vec<String> = fields.keys().cloned().collect();
            let key = self.pick(&keys);
            if self.roll(2) == 0 {
                fields.remove(&key);
            } else {
                fields.insert(key, self.value(2));
            }
        }
        if self.roll(20) == 0 {
            self.value(3)
        } else {
            Value::Object(fields)
        }
    }
}

/// The part of a peer's state that can be seen, for telling whether it changed.
fn state(peer: &Peer<u32>) -> String {
    format!("{peer:?}")
}

fn fuzz(seed: u64, least_connected: u32, create: impl Fn() -> Peer<u32>) {
    let mut dice = Dice(seed);
    let mut ids = Ids::default();
    let mut peer = create();
    let mut waiting = BTreeSet::new();
    let mut open: Vec<Ticket> = Vec::new();
    let mut last_id = 0;
    let (mut connected, mut settled, mut invoked) = (0, 0, 0);
    for turn in 0..MESSAGES {
        match dice.roll(200) {
            0 => {
                let left: BTreeSet<u32> = peer.destroy().into_iter().collect();
                assert_eq!(left, waiting, "a caller was lost");
                waiting.clear();
                open.clear();
                peer = create();
            }
            1..=80 => {
                if let Ok((id, _)) = peer.call(&mut ids, turn, "known", vec![]) {
                    last_id = id;
                    waiting.insert(turn);
                }
            }
            81..=120 if !open.is_empty() => {
                let ticket = open.remove(dice.roll(open.len()));
                let post = peer
                    .answer(ticket, Ok(None))
                    .expect("an open call takes an answer");
                assert_eq!(post.target, PEER);
            }
            _ => {}
        }
        let message = dice.message(last_id);
        let before = state(&peer);
        let is_peer = dice.roll(4) != 0;
        let origin = dice.pick(&[PEER, PEER, PEER, "http://evil.test", "null", ""]);
        // Before its handshake a child takes an answer from any origin of its parent; keep to the good one there.
        let origin = if peer.is_connected() { origin } else { PEER };
        let effects = peer.receive(Sender { is_peer, origin }, || {
            Message::parse(message.clone())
        });
        if !is_peer || origin != PEER {
            assert!(effects.is_empty(), "heard a stranger: {message}");
            assert_eq!(
                state(&peer),
                before,
                "a stranger changed the state: {message}"
            );
        }
        for effect in effects {
            match effect {
                Effect::Post(post) => assert_eq!(post.target, PEER),
                Effect::Connected => {
                    connected += 1;
                    open.clear();
                }
                Effect::Invoke {
                    ticket,
                    method_name,
                    ..
                } => {
                    invoked += 1;
                    assert_eq!(method_name, "known");
                    assert!(!open.contains(&ticket));
                    open.push(ticket);
                }
                Effect::Settle { waiter, .. } => {
                    settled += 1;
                    assert!(waiting.remove(&waiter), "settled twice: {waiter}");
                }
            }
        }
    }
    assert!(
        connected >= least_connected && settled > 100 && invoked > 100,
        "the dice never got anywhere: {connected} {settled} {invoked}"
    );
}

#[test]
fn a_child_survives_anything() {
    fuzz(0x5eed_c41d, 0, || {
        let (mut child, _) = Peer::child(vec!["known".into()]);
        let from = Sender {
            is_peer: true,
            origin: PEER,
        };
        child.receive(from, || {
            Message::parse(json!({"penpal": "handshake-reply", "methodNames": ["known"]}))
        });
        child
    });
}

#[test]
fn a_child_without_a_parent_survives_anything() {
    fuzz(0x5eed_0000, 20, || Peer::child(vec!["known".into()]).0);
}

#[test]
fn a_parent_survives_anything() {
    fuzz(0x5eed_fa7e, 20, || {
        Peer::parent(vec!["known".into()], Origin::new(PEER))
    });
}
