//! Who drives a release right now: one page at a time, by a note in the journal record.
//!
//! Clocks of two browsers need not agree, so a lease is never judged by the time written in it: a
//! page counts, by its own clock, how long it has seen the same note unchanged.

use datocms_client::Timestamp;
use serde::Deserialize;
use serde_json::json;

use crate::event::Person;

/// How often a page that drives renews its lease, in milliseconds.
pub const BEAT_MILLIS: u64 = 5_000;

/// A lease that was not renewed for so long, in milliseconds, belongs to a page that is gone. Longer
/// than a script may be silent and than one request may take.
pub const EXPIRY_MILLIS: u64 = 60_000;

/// One life of one page.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Seat {
    /// The browser profile: the same for all its windows, as long as its storage lasts.
    pub profile: String,
    /// The page, new with every load.
    pub page: String,
}

/// A page's claim to drive a release.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lease {
    /// The page.
    pub seat: Seat,
    /// The person at it.
    pub who: Person,
    /// What it is doing, as [`Step::verb`](crate::Step::verb) says it.
    pub doing: String,
    /// When it was last renewed, by that page's clock. Only good for telling two renewals apart.
    pub beat: Timestamp,
}

/// A page other than ours that holds a release.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AtWork {
    /// The person at it.
    pub who: Person,
    /// What it is doing.
    pub doing: String,
    /// For how long it was not heard of while we looked, in milliseconds.
    pub quiet_millis: u64,
    /// Whether it belongs to this browser profile, whose own locks tell its windows apart.
    pub same_profile: bool,
}

impl AtWork {
    /// Whether the page is taken for gone.
    pub fn is_gone(&self) -> bool {
        self.quiet_millis >= EXPIRY_MILLIS
    }

    /// Whether another page has to let go before this one may act.
    pub fn is_in_the_way(&self) -> bool {
        !self.same_profile && !self.is_gone()
    }
}

/// The note's wire form.
#[derive(Deserialize)]
struct Wire {
    profile: String,
    page: String,
    id: String,
    name: String,
    doing: String,
    beat: String,
}

impl Lease {
    /// The note as it stands in the journal record.
    pub fn encode(&self) -> String {
        json!({
            "profile": self.seat.profile,
            "page": self.seat.page,
            "id": self.who.id,
            "name": self.who.name,
            "doing": self.doing,
            "beat": self.beat.to_string(),
        })
        .to_string()
    }

    /// Reads a note. One that was edited into nonsense holds nobody back, as the journal itself is
    /// what keeps two drivers apart.
    pub fn decode(text: &str) -> Option<Self> {
        let wire: Wire = serde_json::from_str(text).ok()?;
        Some(Self {
            seat: Seat {
                profile: wire.profile,
                page: wire.page,
            },
            who: Person {
                id: wire.id,
                name: wire.name,
            },
            doing: wire.doing,
            beat: wire.beat.parse().ok()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lease() -> Lease {
        Lease {
            seat: Seat {
                profile: "a".to_owned(),
                page: "b".to_owned(),
            },
            who: Person {
                id: "7".to_owned(),
                name: "Ada".to_owned(),
            },
            doing: "migrate".to_owned(),
            beat: Timestamp::from_millis(1_700_000_000_000),
        }
    }

    #[test]
    fn a_lease_survives_being_written_down_and_nonsense_is_none() {
        assert_eq!(Lease::decode(&lease().encode()), Some(lease()));
        for nonsense in ["", "null", "{}", "[1]", r#"{"profile":"a"}"#] {
            assert_eq!(Lease::decode(nonsense), None, "{nonsense}");
        }
    }

    #[test]
    fn another_browser_is_in_the_way_until_it_has_been_silent_too_long() {
        let at_work = |quiet_millis, same_profile| AtWork {
            who: lease().who,
            doing: "fork".to_owned(),
            quiet_millis,
            same_profile,
        };
        assert!(at_work(0, false).is_in_the_way());
        assert!(at_work(EXPIRY_MILLIS - 1, false).is_in_the_way());
        assert!(!at_work(EXPIRY_MILLIS, false).is_in_the_way());
        assert!(!at_work(0, true).is_in_the_way());
    }
}
