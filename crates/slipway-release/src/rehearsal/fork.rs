//! What a rehearsal's fork is called, and what marks it as ours.
//!
//! The name alone proves nothing, since anybody can give it. So the fork carries a mark: a model without fields whose
//! api key is ours and whose name says the fork's. Whoever forks a rehearsal's fork copies the mark along, but not the
//! name that it tells.

use datocms_client::EnvironmentId;

/// What the name of every rehearsal's fork begins with.
pub const PREFIX: &str = "slipway-rehearsal-";

/// How many hexadecimal digits follow.
const TAIL: usize = 12;

/// The api key of the model that marks a fork as a rehearsal's.
pub const MARK: &str = "slipway_rehearsal";

/// A name for a rehearsal's fork, made of a random number; its lower 48 bits count.
pub fn name(random: u64) -> EnvironmentId {
    let text = format!("{PREFIX}{:0TAIL$x}", random & 0xffff_ffff_ffff);
    // Lowercase letters, digits and dashes always make a name.
    text.parse()
        .unwrap_or_else(|_| unreachable!("`{text}` is the name of an environment"))
}

/// Whether an environment is called like a rehearsal's fork.
pub fn is_name(id: &EnvironmentId) -> bool {
    let is_digit = |b: u8| matches!(b, b'0'..=b'9' | b'a'..=b'f');
    id.as_str()
        .strip_prefix(PREFIX)
        .is_some_and(|tail| tail.len() == TAIL && tail.bytes().all(is_digit))
}

/// What the model that marks a fork is called there.
pub fn mark(fork: &EnvironmentId) -> String {
    format!("Slipway rehearsal {fork}")
}

/// A fork that a rehearsal left behind, or that one is still running on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftFork {
    /// Its name.
    pub fork: EnvironmentId,
    /// How it is known to be a rehearsal's.
    pub known_by: KnownBy,
}

/// How a fork is known to be a rehearsal's. Its name is one in either case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KnownBy {
    /// It carries the mark.
    Mark,
    /// This browser put on record that it was about to ask for it: the page went away before it was marked.
    ThisBrowser,
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("slipway-rehearsal-0123456789ab", true)]
    #[case("slipway-rehearsal-0123456789a", false)]
    #[case("slipway-rehearsal-0123456789abc", false)]
    #[case("slipway-rehearsal-0123456789ag", false)]
    #[case("rehearsal-0123456789ab", false)]
    #[case("main", false)]
    fn a_rehearsals_fork_is_told_by_its_name(#[case] name: &str, #[case] expected: bool) {
        assert_eq!(is_name(&name.parse().unwrap()), expected);
    }

    #[test]
    fn a_name_that_is_given_is_one() {
        for random in [0, 7, u64::MAX] {
            assert!(is_name(&name(random)), "{}", name(random));
        }
        assert_ne!(name(1), name(2));
        assert_ne!(mark(&name(1)), mark(&name(2)));
    }
}
