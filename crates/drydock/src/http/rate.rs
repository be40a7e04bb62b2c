//! The rate limit: so many requests in a window of time, for the whole project.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crate::clock::Timestamp;
use crate::options::RateLimit;

/// Counts requests. A window begins with the first request after the last one ended.
#[derive(Debug)]
pub(crate) struct Limiter {
    limit: RateLimit,
    window: Mutex<Option<Window>>,
}

#[derive(Debug, Clone, Copy)]
struct Window {
    began: Timestamp,
    used: u32,
}

/// What the limiter says about one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Allowance {
    pub(crate) limit: u32,
    pub(crate) remaining: u32,
    /// Time until the next window, when this request was one too many.
    pub(crate) refused_for: Option<Duration>,
}

impl Limiter {
    pub(crate) fn new(limit: RateLimit) -> Self {
        Self {
            limit,
            window: Mutex::new(None),
        }
    }

    /// Counts one request.
    pub(crate) fn take(&self, now: Timestamp) -> Allowance {
        let mut window = self.window.lock().unwrap_or_else(PoisonError::into_inner);
        let current = match *window {
            Some(current) if now.since(current.began) < self.limit.per => current,
            _ => Window {
                began: now,
                used: 0,
            },
        };
        let limit = self.limit.requests;
        if current.used >= limit {
            let rest = self.limit.per.saturating_sub(now.since(current.began));
            return Allowance {
                limit,
                remaining: 0,
                refused_for: Some(rest),
            };
        }
        let used = current.used + 1;
        *window = Some(Window { used, ..current });
        Allowance {
            limit,
            remaining: limit - used,
            refused_for: None,
        }
    }
}
