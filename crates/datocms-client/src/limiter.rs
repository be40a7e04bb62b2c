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

    /// A free slot, or how long to wait before asking again.
    pub(crate) fn slot<'a, C: Timer>(&'a self, timer: &'a C) -> Result<Slot<'a, C>, Duration> {
        let ticket = self.state.borrow_mut().take(timer.now())?;
        Ok(Slot {
            limiter: self,
            timer,
            ticket,
        })
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
        let closed = self.closed_until.saturating_sub(now);
        if !closed.is_zero() {
            return Err(closed);
        }
        self.forget_old(now);
        if self.taken.len() >= self.limit.requests
            && let Some(oldest) = self.taken.get(self.taken.len() - self.limit.requests)
        {
            return Err((oldest.at + self.limit.window).saturating_sub(now));
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

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;

    const SECOND: Duration = Duration::from_secs(1);

    fn state(requests: usize) -> State {
        State {
            limit: RateLimit {
                requests,
                window: 3 * SECOND,
            },
            taken: VecDeque::new(),
            next_ticket: 0,
            closed_until: Duration::ZERO,
        }
    }

    #[test]
    fn a_full_window_makes_the_next_one_wait_for_the_oldest_to_leave() {
        let mut state = state(2);
        assert!(state.take(Duration::ZERO).is_ok());
        assert!(state.take(SECOND).is_ok());
        assert_eq!(state.take(SECOND), Err(2 * SECOND));
        assert!(state.take(3 * SECOND).is_ok());
        assert_eq!(state.take(3 * SECOND), Err(SECOND));
    }

    #[test]
    fn a_request_counts_from_its_answer() {
        let mut state = state(1);
        let ticket = state.take(Duration::ZERO).unwrap();
        state.settle(ticket, SECOND);
        assert_eq!(state.take(3 * SECOND), Err(SECOND));
        assert!(state.take(4 * SECOND).is_ok());
    }

    #[test]
    fn what_others_use_is_not_ours() {
        let mut state = state(10);
        assert!(state.take(Duration::ZERO).is_ok());
        state.observe(Some(10), Some(0), SECOND);
        assert_eq!(state.take(SECOND), Err(2 * SECOND), "ours leaves first");
        assert!(state.take(3 * SECOND).is_ok());
        assert_eq!(
            state.take(3 * SECOND),
            Err(SECOND),
            "then those of the others"
        );
    }

    #[test]
    fn the_server_corrects_the_limit() {
        let mut state = state(60);
        state.observe(Some(2), None, Duration::ZERO);
        assert!(state.take(Duration::ZERO).is_ok());
        assert!(state.take(Duration::ZERO).is_ok());
        assert_eq!(state.take(Duration::ZERO), Err(3 * SECOND));
        state.observe(Some(0), None, Duration::ZERO);
        assert_eq!(
            state.limit.requests, 2,
            "a limit of nothing is not believed"
        );
    }

    /// A clock that is set by hand.
    struct ByHand(Cell<Duration>);

    impl Timer for ByHand {
        fn now(&self) -> Duration {
            self.0.get()
        }

        async fn sleep(&self, _: Duration) {
            std::future::pending::<()>().await;
        }

        fn jitter(&self) -> f64 {
            0.0
        }
    }

    #[test]
    fn a_cancelled_call_counts_from_its_cancellation() {
        let limiter = Limiter::new(RateLimit {
            requests: 1,
            window: 3 * SECOND,
        });
        let timer = ByHand(Cell::default());
        let Ok(slot) = limiter.slot(&timer) else {
            panic!("the window is empty")
        };
        timer.0.set(2 * SECOND);
        drop(slot);
        timer.0.set(4 * SECOND);
        assert_eq!(
            limiter.slot(&timer).err(),
            Some(SECOND),
            "it was there two seconds ago"
        );
        timer.0.set(5 * SECOND);
        assert!(limiter.slot(&timer).is_ok());
    }

    /// Whatever the pace, the limit is never exceeded in any window.
    #[test]
    fn no_window_holds_more_than_the_limit() {
        let mut state = state(5);
        let (mut now, mut sent) = (Duration::ZERO, Vec::new());
        for step in 0..200_u32 {
            now += Duration::from_millis(u64::from(step * 37 % 400));
            match state.take(now) {
                Ok(_) => sent.push(now),
                Err(wait) => now += wait,
            }
        }
        assert!(sent.len() > 50, "it does not stall: {}", sent.len());
        for window in sent.windows(6) {
            assert!(window[5] >= window[0] + 3 * SECOND, "{window:?}");
        }
    }
}
