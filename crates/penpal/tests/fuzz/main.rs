//! A hundred thousand messages against each side, from a fixed seed: malformed, forged, reordered, duplicated, from
//! foreign origins, and among them the ones a real peer sends.
//!
//! After every message the state machine is compared with a model of what the protocol says. Nothing panics, nothing
//! changes that should not, every call of the peer gets its answer and every call of ours its end.
//!
//! `PENPAL_FUZZ_SEED` replaces the seed. Each side leaves a row in `target/reliability/fuzz.jsonl`: `side`, `where`,
//! `seed`, `messages` and how many of them were of which kind, `calls` and how many of them were `answered`, and
//! `outcome`.
#![cfg(not(target_arch = "wasm32"))]
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "test")]

mod dice;
mod generator;
mod model;
mod report;

use std::{collections::BTreeMap, env, fmt, thread};

use penpal::Origin;
use penpal::message::{Message, Rejection};
use penpal::peer::{Effect, Ids, Peer, Sender, Ticket};
use serde_json::{Value, json};

use dice::Dice;
use generator::{Generator, Kind};
use model::{Expected, Model, Side};

const MESSAGES: u32 = 100_000;
/// How many calls wait at most, in either direction.
const MOST: usize = 8;

/// Says how to see a failure again.
struct Witness {
    side: Side,
    seed: u64,
    turn: u32,
    message: Value,
}

impl Drop for Witness {
    fn drop(&mut self) {
        if thread::panicking() {
            let Self {
                side,
                seed,
                turn,
                message,
            } = self;
            eprintln!("PENPAL_FUZZ_SEED={seed:#x}, message {turn} of {MESSAGES}: {message}");
            let mut row = row(*side, *seed, *turn);
            row["outcome"] = "failed".into();
            if let Err(error) = report::record("fuzz", &KEY, &row) {
                eprintln!("and no row of the table says so: {error}");
            }
        }
    }
}

/// The columns that tell rows apart, and those that every row begins with.
const KEY: [&str; 2] = ["side", "where"];

fn row(side: Side, seed: u64, messages: u32) -> Value {
    let side = side.to_string();
    json!({ "side": side, "where": "state machine", "seed": format!("{seed:#x}"), "messages": messages })
}

/// What came of the messages.
#[derive(Debug, Default)]
struct Tally {
    kinds: BTreeMap<Kind, u32>,
    connected: u32,
    settled: u32,
    calls: u32,
    answered: u32,
    /// Calls whose caller was gone before their answer: it had reloaded, or the connection had ended.
    orphaned: u32,
}

struct Fuzz {
    side: Side,
    dice: Dice,
    generator: Generator,
    ids: Ids,
    peer: Peer<u32>,
    model: Model,
    /// Calls of the peer that have no answer yet, with the ids they came with.
    open: BTreeMap<Ticket, Value>,
    tally: Tally,
}

impl Fuzz {
    fn new(side: Side, seed: u64) -> Self {
        Self {
            side,
            dice: Dice::new(seed),
            generator: Generator::default(),
            ids: Ids::default(),
            peer: side.peer(),
            model: Model::new(side),
            open: BTreeMap::new(),
            tally: Tally::default(),
        }
    }

    /// What our own program does meanwhile: it calls, it answers, and now and then it starts again.
    fn act(&mut self, turn: u32) {
        match self.dice.roll(400) {
            0 => self.start_again(),
            1 => {
                let rejection = Rejection::error("a crash");
                let posts = self.peer.reject_open(&rejection);
                assert_eq!(posts.len(), self.open.len(), "a call was forgotten");
                self.tally.answered += u32::try_from(posts.len()).unwrap();
                self.open.clear();
            }
            2..150 if self.model.pending.len() < MOST => {
                let name = self.dice.pick(&["known", "known", "known", "nobody's"]);
                let started = self.peer.call(&mut self.ids, turn, name, Vec::new());
                let may = self.model.remote.iter().any(|known| known == name);
                assert_eq!(started.is_ok(), may, "a call of `{name}`");
                if let Ok((id, post)) = started {
                    assert_eq!(post.target, self.model.target());
                    self.model.pending.insert(id, turn);
                }
            }
            150..300 => self.answer(),
            _ => {}
        }
        while self.open.len() > MOST {
            self.answer();
        }
    }

    /// Answers one of the open calls, whichever.
    fn answer(&mut self) {
        if self.open.is_empty() {
            return;
        }
        let chosen = self.dice.roll(self.open.len());
        let (&ticket, id) = self.open.iter().nth(chosen).unwrap();
        let post = self.peer.answer(ticket, Ok(Some(json!(chosen))));
        let post = post.expect("an open call takes an answer");
        assert_eq!(post.message.to_value()["id"], *id);
        assert_eq!(post.target, self.model.target());
        assert_eq!(self.peer.answer(ticket, Ok(None)), None, "answered twice");
        self.open.remove(&ticket);
        self.tally.answered += 1;
    }

    /// The connection ends: nobody who waits for an answer of the peer is lost.
    fn start_again(&mut self) {
        let waiting: Vec<u32> = self.model.pending.values().copied().collect();
        assert_eq!(self.peer.destroy(), waiting, "a caller was lost");
        self.forget_open();
        self.peer = self.side.peer();
        self.model = Model::new(self.side);
    }

    fn forget_open(&mut self) {
        for (ticket, _) in std::mem::take(&mut self.open) {
            let late = self.peer.answer(ticket, Ok(None));
            assert_eq!(late, None, "an answer for a document that is gone");
            self.tally.orphaned += 1;
        }
    }

    /// One message, and everything that must be so after it.
    fn deliver(&mut self, message: &Value, from: Sender<'_>) {
        let before = format!("{:?}", self.peer);
        let accepted = self.model.accepts(from);
        let read = message.clone();
        let mut looked = false;
        let effects = self.peer.receive(from, || {
            looked = true;
            Message::parse(read)
        });
        assert_eq!(looked, accepted, "looked into what a stranger sent");
        let expected = if accepted {
            self.model.expect(message)
        } else {
            Expected::Nothing
        };
        let unchanged = match &expected {
            Expected::Nothing | Expected::Refused { .. } => true,
            Expected::Connected { .. } | Expected::Invoked { .. } | Expected::Settled { .. } => {
                false
            }
        };
        if unchanged {
            assert_eq!(format!("{:?}", self.peer), before, "the state changed");
        }
        self.model.follow(&expected, from.origin);
        let target = self.model.target();
        for effect in &effects {
            if let Effect::Post(post) = effect {
                assert_eq!(post.target, target);
            }
        }
        match (&expected, effects.as_slice()) {
            (Expected::Nothing, []) => {}
            (Expected::Connected { orphans, .. }, [settled @ .., Effect::Connected]) => {
                self.connected(orphans, settled);
            }
            (Expected::Refused { id }, [Effect::Post(post)]) => {
                let reply = post.message.to_value();
                assert_eq!(
                    (&reply["id"], &reply["resolution"]),
                    (id, &json!("rejected"))
                );
                self.tally.calls += 1;
                self.tally.answered += 1;
            }
            (
                Expected::Invoked { id, method, args },
                [
                    Effect::Invoke {
                        ticket,
                        method_name,
                        args: given,
                    },
                ],
            ) => {
                assert_eq!((method, args), (method_name, given));
                let reused = self.open.insert(*ticket, id.clone());
                assert_eq!(reused, None, "a ticket was used twice");
                self.tally.calls += 1;
            }
            (Expected::Settled { waiter, result, .. }, [effect @ Effect::Settle { .. }]) => {
                let wanted = Effect::Settle {
                    waiter: *waiter,
                    result: result.clone(),
                };
                assert_eq!(*effect, wanted);
                self.tally.settled += 1;
            }
            (_, effects) => panic!("expected {expected:?}, and it did {effects:?}"),
        }
        assert_eq!(self.peer.is_connected(), self.model.is_connected());
        assert_eq!(self.peer.remote_methods(), self.model.remote);
    }

    /// A new document: nobody waits for the old one any more, and it gets no answers.
    fn connected(&mut self, orphans: &[u32], effects: &[Effect<u32>]) {
        self.tally.connected += 1;
        let settled = match (self.side, effects) {
            (Side::Child, all) => all,
            (Side::Parent, [settled @ .., Effect::Post(_)]) => settled,
            (Side::Parent, all) => panic!("no reply to a handshake: {all:?}"),
        };
        let wanted = orphans.iter().map(|&waiter| Effect::Settle {
            waiter,
            result: Err(penpal::CallError::Reloaded),
        });
        assert_eq!(settled, wanted.collect::<Vec<_>>());
        self.forget_open();
    }
}

fn fuzz(side: Side, usual_seed: u64) {
    let seed = env::var("PENPAL_FUZZ_SEED").map_or(usual_seed, |seed| {
        u64::from_str_radix(seed.trim_start_matches("0x"), 16).unwrap()
    });
    let mut witness = Witness {
        side,
        seed,
        turn: 0,
        message: Value::Null,
    };
    let mut fuzz = Fuzz::new(side, seed);
    for turn in 1..=MESSAGES {
        fuzz.act(turn);
        let (kind, message, is_peer, origin) =
            fuzz.generator.next(&mut fuzz.dice, side, &fuzz.model);
        (witness.turn, witness.message) = (turn, message);
        let from = Sender {
            is_peer,
            origin: &origin,
        };
        fuzz.deliver(&witness.message, from);
        *fuzz.tally.kinds.entry(kind).or_default() += 1;
    }
    while !fuzz.open.is_empty() {
        fuzz.answer();
    }
    fuzz.start_again();
    let Tally {
        kinds,
        connected,
        settled,
        calls,
        answered,
        orphaned,
    } = &fuzz.tally;
    assert_eq!(*calls, answered + orphaned, "a call was left unanswered");
    for enough in [*connected, *settled, *answered]
        .into_iter()
        .chain(kinds.values().copied())
    {
        assert!(
            enough > 100,
            "the dice never got anywhere: {:?}",
            fuzz.tally
        );
    }
    assert_eq!(kinds.len(), Kind::ALL.len());
    let kinds = Kind::ALL.map(|kind| (kind.as_str().to_owned(), json!(kinds[&kind])));
    let mut row = row(side, seed, MESSAGES);
    let columns = row.as_object_mut().unwrap();
    columns.extend(kinds);
    columns.insert("calls".to_owned(), json!(calls - orphaned));
    columns.insert("answered".to_owned(), json!(answered));
    columns.insert("outcome".to_owned(), json!("passed"));
    report::record("fuzz", &KEY, &row).unwrap();
}

impl Side {
    fn peer(self) -> Peer<u32> {
        let methods = vec!["known".to_owned()];
        match self {
            Self::Child => Peer::child(methods).0,
            Self::Parent => Peer::parent(methods, Origin::new(model::PEER)),
        }
    }
}

impl fmt::Display for Side {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Child => "child",
            Self::Parent => "parent",
        })
    }
}

#[test]
fn a_child_survives_anything() {
    fuzz(Side::Child, 0x5eed_c41d);
}

#[test]
fn a_parent_survives_anything() {
    fuzz(Side::Parent, 0x5eed_fa7e);
}
