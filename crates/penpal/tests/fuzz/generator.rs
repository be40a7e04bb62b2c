//! The messages, of every kind there is.

use serde_json::{Value, json};

use crate::dice::Dice;
use crate::model::{Model, PEER, Side};

/// How a message came to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    /// As a real peer sends it.
    WellFormed,
    /// With a field spoiled or missing, or nothing of ours at all.
    Malformed,
    /// Well-formed, from another window.
    Forged,
    /// Well-formed, from the right window, which is at another origin now.
    ForeignOrigin,
    /// The same once more.
    Duplicated,
    /// Held back, and sent after later ones.
    Reordered,
}

impl Kind {
    pub(crate) const ALL: [Self; 6] = [
        Self::WellFormed,
        Self::Malformed,
        Self::Forged,
        Self::ForeignOrigin,
        Self::Duplicated,
        Self::Reordered,
    ];

    /// The column it is counted in.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::WellFormed => "well_formed",
            Self::Malformed => "malformed",
            Self::Forged => "forged",
            Self::ForeignOrigin => "foreign_origin",
            Self::Duplicated => "duplicated",
            Self::Reordered => "reordered",
        }
    }
}

const REMEMBERED: usize = 64;

/// What has been sent, and what is still held back.
#[derive(Default)]
pub(crate) struct Generator {
    sent: Vec<Value>,
    held: Vec<Value>,
    last_id: u64,
}

impl Generator {
    /// The next message with its kind, whether it comes from the right window, and from which origin.
    pub(crate) fn next(
        &mut self,
        dice: &mut Dice,
        side: Side,
        model: &Model,
    ) -> (Kind, Value, bool, String) {
        let home = model.home.clone().unwrap_or_else(|| PEER.to_owned());
        let fresh = self.well_formed(dice, side, model);
        match dice.roll(100) {
            0..25 => (Kind::Malformed, spoiled(dice, fresh), true, home),
            25..40 => {
                let origin = dice.pick(&[&home, "http://evil.test", "null"]);
                (Kind::Forged, fresh, false, origin.to_owned())
            }
            40..55 => {
                let elsewhere = ["http://evil.test", "null", "", "http://peer.test.evil.test"];
                let elsewhere = elsewhere.into_iter().filter(|origin| *origin != home);
                let origin = dice.pick(&elsewhere.collect::<Vec<_>>());
                (Kind::ForeignOrigin, fresh, true, origin.to_owned())
            }
            55..65 if !self.sent.is_empty() => {
                (Kind::Duplicated, dice.pick(&self.sent), true, home)
            }
            65..75 if !self.held.is_empty() => {
                let held = self.held.swap_remove(dice.roll(self.held.len()));
                (Kind::Reordered, held, true, home)
            }
            others => {
                if others >= 90 && self.held.len() < REMEMBERED {
                    let held = self.well_formed(dice, side, model);
                    self.held.push(held);
                }
                if self.sent.len() == REMEMBERED {
                    self.sent.swap_remove(dice.roll(REMEMBERED));
                }
                self.sent.push(fresh.clone());
                (Kind::WellFormed, fresh, true, home)
            }
        }
    }

    /// What a real peer sends: rarely a handshake, mostly calls, and answers to what waits or has waited.
    fn well_formed(&mut self, dice: &mut Dice, side: Side, model: &Model) -> Value {
        let hello = match side {
            Side::Child => "handshake-reply",
            Side::Parent => "handshake",
        };
        let hellos = if model.is_connected() { 1 } else { 20 };
        match dice.roll(40) {
            roll if roll < hellos => json!({"penpal": hello, "methodNames": ["known", "other"]}),
            // What only our own side says.
            39 => {
                json!({"penpal": dice.pick(&["handshake", "handshake-reply"]), "methodNames": []})
            }
            roll if roll % 2 == 0 => {
                self.last_id += 1;
                let name = dice.pick(&["known", "known", "known", "other", "then", "constructor"]);
                let args: Vec<_> = (0..dice.roll(3)).map(|_| dice.value(2)).collect();
                json!({"penpal": "call", "id": self.last_id, "methodName": name, "args": args})
            }
            _ => {
                let waiting: Vec<u64> = model.pending.keys().copied().collect();
                let id = if waiting.is_empty() || dice.roll(4) == 0 {
                    u64::try_from(dice.roll(1_000)).unwrap()
                } else {
                    dice.pick(&waiting)
                };
                let mut reply = json!({"penpal": "reply", "id": id, "resolution": "fulfilled"});
                match dice.roll(4) {
                    0 => {}
                    1 => reply["returnValue"] = dice.value(3),
                    2 => {
                        reply["resolution"] = "rejected".into();
                        reply["returnValue"] = dice.value(2);
                    }
                    _ => {
                        reply["resolution"] = "rejected".into();
                        reply["returnValue"] = json!({"name": "RangeError", "message": "too far"});
                        reply["returnValueIsError"] = true.into();
                    }
                }
                reply
            }
        }
    }
}

/// The same with one of the fields that matter left out or of another type, or something else entirely.
fn spoiled(dice: &mut Dice, mut message: Value) -> Value {
    let fields: &[&str] = match message["penpal"].as_str() {
        Some("call") => &["penpal", "id", "methodName", "args"],
        Some("reply") => &["penpal", "id", "resolution"],
        Some(_) | None => &["penpal", "methodNames"],
    };
    let field = dice.pick(fields);
    let Some(object) = message.as_object_mut() else {
        return message;
    };
    match dice.roll(8) {
        0 => return dice.value(3),
        1..4 => {
            object.remove(field);
        }
        _ => {
            let wrong = [
                json!(null),
                json!("syn"),
                json!({"0": "known"}),
                json!([1]),
                json!(true),
                json!(-0.5),
            ];
            // A string is a method's name, and a list is arguments.
            let wrong = wrong.iter().filter(|value| match field {
                "methodName" => !value.is_string(),
                "args" => !value.is_array(),
                "id" => !value.is_number(),
                _ => true,
            });
            let wrong: Vec<&Value> = wrong.collect();
            object.insert(field.to_owned(), dice.pick(&wrong).clone());
        }
    }
    message
}
