//! Chance that is the same on every machine.

use serde_json::{Value, json};

/// `SplitMix64` (Steele, Lea, Flood 2014): enough for a test.
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A number below `sides`.
    pub(crate) fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((bits ^ (bits >> 31)) >> 33).unwrap() % sides
    }

    pub(crate) fn pick<T: Clone>(&mut self, from: &[T]) -> T {
        from[self.roll(from.len())].clone()
    }

    /// Any value, nested at most so deep.
    pub(crate) fn value(&mut self, depth: u32) -> Value {
        let sides = if depth == 0 { 8 } else { 10 };
        match self.roll(sides) {
            0 => Value::Null,
            1 => json!(self.roll(2) == 0),
            2 => json!(self.roll(6)),
            3 => json!(-1.5),
            4 => json!(u64::MAX),
            5 => json!(""),
            6 => json!("\u{0}\u{fffd}\u{1f6a2}"),
            7 => json!(self.pick(&["known", "other", "fulfilled", "rejected", "handshake"])),
            8 => (0..self.roll(4)).map(|_| self.value(depth - 1)).collect(),
            _ => {
                let keys = ["penpal", "id", "args", "__proto__", ""];
                let fields = (0..self.roll(4)).map(|_| {
                    let key = self.pick(&keys).to_owned();
                    (key, self.value(depth - 1))
                });
                Value::Object(fields.collect())
            }
        }
    }
}
