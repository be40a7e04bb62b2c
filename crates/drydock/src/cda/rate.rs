//! The rate limit of the delivery API: so many requests a second and a minute for each token.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crate::clock::Timestamp;
use crate::http::rate::{Allowance, Limiter};
use crate::options::RateLimit;

/// The real service's windows, for requests its network has not cached.
const WINDOWS: [RateLimit; 2] = [
    RateLimit {
        requests: 40,
        per: Duration::from_secs(1),
    },
    RateLimit {
        requests: 1_000,
        per: Duration::from_mins(1),
    },
];

/// Counts the requests of each token. Clones share it.
#[derive(Debug, Clone, Default)]
pub(super) struct Limits(Arc<Mutex<HashMap<String, [Limiter; 2]>>>);

impl Limits {
    /// Counts one request of a token; tells what the window that is nearest to its end of allowance says.
    pub(super) fn take(&self, token: &str, now: Timestamp) -> Allowance {
        let mut windows = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let windows = windows
            .entry(token.to_owned())
            .or_insert_with(|| WINDOWS.map(Limiter::new));
        let [second, minute] = windows.each_ref().map(|window| window.take(now));
        match (second.refused_for, minute.refused_for) {
            (_, Some(_)) => minute,
            (None, None) if minute.remaining < second.remaining => minute,
            (Some(_) | None, None) => second,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_token_has_its_own_allowance() {
        let start = Timestamp::parse("2026-01-05T09:00:00.000Z").unwrap();
        let after = |seconds: u64| start.plus(Duration::from_secs(seconds));
        let limits = Limits::default();
        for left in (0..40).rev() {
            let allowance = limits.take("a", start);
            assert_eq!((allowance.remaining, allowance.refused_for), (left, None));
        }
        let refused = limits.take("a", start);
        assert_eq!(refused.refused_for, Some(Duration::from_secs(1)));
        assert_eq!(limits.take("b", start).refused_for, None);
        assert_eq!(limits.take("a", after(1)).refused_for, None);

        // Thirty a second is too many for a minute.
        let refused = (2..60)
            .find_map(|second| (0..30).find_map(|_| limits.take("c", after(second)).refused_for));
        assert!(
            refused.is_some_and(|rest| rest > Duration::from_secs(1)),
            "{refused:?}"
        );
    }
}
