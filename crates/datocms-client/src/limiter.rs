//! The rate limit, respected before the server has to say 429.
//!
//! The service allows so many requests in any window, for the whole project. This keeps the moments of the requests
//! of the last window and makes the next one wait for the oldest to leave it. A request counts from the moment its
//! answer came, because the server counts it when it arrives, which is later than it was sent. What others use up is
//! learned from `X-RateLimit-Remaining`.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::time::Duration;

use http::HeaderMap;

use crate::Timer;
use crate::retry;

/// So many requests in any window of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateLimit {
    /// How many; the server's `X-RateLimit-Limit` replaces it.
    pub requests: usize,
    /// How long the window is.
    pub window: Duration,
}

impl RateLimit {
    /// The CMA's documented limit: 60 requests in 3 seconds.
    pub const CMA: Self = Self {
        requests: 60,
        window: Duration::from_secs(3),
    };
    /// The CDA's documented limit for uncached requests: 40 in a second.
    pub const CDA: Self = Self {
        requests: 40,
        window: Duration::from_secs(1),
    };
}

/// Shared by all clones of a client.
#[derive(Debug)]
pub(crate) struct Limiter {
    state: RefCell<State>,
}

#[derive(Debug)]
struct State {
    limit: RateLimit,
    /// Oldest first.
    taken: VecDeque<Taken>,
    next_ticket: u64,
    closed_until: Duration,
}

#[derive(Debug, Clone, Copy)]
struct Taken {
    ticket: u64,
    at: Duration,
}

/// A slot of the window, held from before the request leaves. Dropping it (also by a cancelled call) counts the
/// request from that moment on.
pub(crate) struct Slot<'a, C: Timer> {
    limiter: &'a Limiter,
    timer: &'a C,
    ticket: u64,
}

impl<C: Timer> Drop for Slot<'_, C> {
    fn drop(&mut self) {
        self.limiter
            .state
            .borrow_mut()
            .settle(self.ticket, self.timer.now());
    }
}

impl Limiter {
    pub(crate) fn new(limit: RateLimit) -> Self {
        let state = State {
            limit,
            taken: VecDeque::new(),
            next_ticket: 0,
            closed_until: Duration::ZERO,
        };
        Self {
            state: RefCell::new(state),
        }
    }

    /// Waits for a free slot.
    pub(crate) async fn slot<'a, C: Timer>(&'a self, timer: &'a C) -> Slot<'a, C> {
        loop {
            let taken = self.state.borrow_mut().take(timer.now());
            match taken {
                Ok(ticket) => {
                    return Slot {
                        limiter: self,
                        timer,
                        ticket,
                    };
                }
                Err(wait) => timer.sleep(wait).await,
            }
        }
    }

    /// Learns from the headers of an answer.
    pub(crate) fn observe(&self, headers: &HeaderMap, now: Duration) {
        let number = |name| {
            headers
                .get(name)?
                .to_str()
                .ok()?
                .trim()
                .parse::<usize>()
                .ok()
        };
        self.state.borrow_mut().observe(
            number("x-ratelimit-limit"),
            number("x-ratelimit-remaining"),
            now,
        );
    }

    /// After a 429 nobody sends before the reset plus a random part of a second. Without the header it waits one
    /// second more for every refusal in a row, as the official client does.
    pub(crate) fn close<C: Timer>(&self, headers: &HeaderMap, attempt: u32, timer: &C) {
        let reset = retry::reset_after(headers).unwrap_or(Duration::from_secs(u64::from(attempt)));
        let until =
            timer.now() + reset + Duration::from_secs(1).mul_f64(timer.jitter().clamp(0.0, 1.0));
        let mut state = self.state.borrow_mut();
        state.closed_until = state.closed_until.max(until);
    }
}

impl State {
    /// A ticket, or how long to wait before asking again.
    fn take(&mut self, now: Duration) -> Result<u64, Duration> {
        if now < self.closed_until {
            return Err(self.closed_until - now);
        }
        self.forget_old(now);
        if self.taken.len() >= self.limit.requests
            && let Some(oldest) = self.taken.get(self.taken.len() - self.limit.requests)
        {
            return Err(oldest.at + self.limit.window - now);
        }
        Ok(self.push(now))
    }

    fn push(&mut self, at: Duration) -> u64 {
        let ticket = self.next_ticket;
        self.next_ticket += 1;
        self.taken.push_back(Taken { ticket, at });
        ticket
    }

    fn settle(&mut self, ticket: u64, now: Duration) {
        if let Some(index) = self.taken.iter().position(|taken| taken.ticket == ticket) {
            self.taken.remove(index);
            self.taken.push_back(Taken { ticket, at: now });
        }
    }

    fn observe(&mut self, limit: Option<usize>, remaining: Option<usize>, now: Duration) {
        if let Some(limit) = limit.filter(|limit| *limit > 0) {
            self.limit.requests = limit;
        }
        self.forget_old(now);
        let Some(remaining) = remaining else { return };
        let used = self.limit.requests.saturating_sub(remaining);
        // Others call too: what they used of the window is not ours to use.
        for _ in self.taken.len()..used {
            self.push(now);
        }
    }

    fn forget_old(&mut self, now: Duration) {
        while self
            .taken
            .front()
            .is_some_and(|oldest| oldest.at + self.limit.window <= now)
        {
            self.taken.pop_front();
        }
    }
}
