//! What would be left behind, in the few words of a badge.

use crate::drift::{Drift, Judgement};

/// How much a promotion or rollback would leave behind, for a badge: "14 records, 3 people".
pub fn badge(drift: &Drift) -> String {
    match drift.judge() {
        Judgement::Clean => "Nothing changed".to_owned(),
        Judgement::Unseen => "Something changed".to_owned(),
        Judgement::Records { records, people } => format!(
            "{}, {}",
            count(records, "record", "records"),
            count(people, "person", "people")
        ),
    }
}

/// "1 record", "14 records".
fn count(number: usize, one: &str, many: &str) -> String {
    match number {
        1 => format!("1 {one}"),
        n => format!("{n} {many}"),
    }
}
