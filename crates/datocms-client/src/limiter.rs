//! The rate limit, respected before the server has to say 429.
//!
//! The service allows so many requests in a window of time, for the whole project, and says with every answer how many it
//! still lets through (`X-RateLimit-Remaining`). That is believed, whoever used the others: so many are sent without waiting.
//! Then the next one waits for a new window. Two kinds of servers are known by how many they say are left after that:
//!
//! - One that counts anew in every window. Its window began before the first answer that told of it, so it has ended a
//!   window's length after that answer.
//! - One whose window slides. There the oldest request of the last window has to leave it, so their moments are kept. A
//!   request counts from the moment its answer came, because the server counts it when it arrives, which is later than it
//!   was sent.
//!
//! A server that says nothing is taken for one of the second kind.

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
    /// Tickets of requests that left and have no answer.
    in_flight: Vec<u64>,
    /// What the server said of its own count; `None` where it says nothing.
    counted: Option<Counted>,
    closed_until: Duration,
}

/// The server's own count, as far as its answers tell.
#[derive(Debug, Clone, Copy)]
struct Counted {
    /// How many more can be sent before the window ends.
    left: usize,
    /// When the window's first answer came, or until then when it was begun: it has ended a window's length later.
    since: Duration,
    /// The most that the window's next answer can say is left; `None` before its first.
    most: Option<usize>,
    /// What kind of server it is, once that is known.
    kind: Option<Kind>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    CountsAnew,
    Slides,
}

#[derive(Debug, Clone, Copy)]
struct Taken {
    /// `None` where somebody else sent it.
    ticket: Option<u64>,
    at: Duration,
}

/// A slot of the window, held from before the request leaves. Dropping it (also by a cancelled call) counts the
/// request from that moment on.
pub(crate) struct Slot<'a, C: Timer> {
    limiter: &'a Limiter,
    timer: &'a C,
    ticket: u64,
}

impl<C: Timer> Slot<'_, C> {
    /// What tells it from all others; a later one has a higher number.
    pub(crate) fn ticket(&self) -> u64 {
        self.ticket
    }
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
        Self {
            state: RefCell::new(State::new(limit)),
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

    /// Learns from the headers of the answer to the request that had this ticket.
    pub(crate) fn observe(&self, ticket: u64, headers: &HeaderMap, now: Duration) {
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
            ticket,
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
    fn new(limit: RateLimit) -> Self {
        Self {
            limit,
            taken: VecDeque::new(),
            next_ticket: 0,
            in_flight: Vec::new(),
            counted: None,
            closed_until: Duration::ZERO,
        }
    }

    /// A ticket, or how long to wait before asking again.
    fn take(&mut self, now: Duration) -> Result<u64, Duration> {
        let closed = self.closed_until.saturating_sub(now);
        if !closed.is_zero() {
            return Err(closed);
        }
        self.forget_old(now);
        let taken = match &mut self.counted {
            Some(counted) => counted.take(self.limit, self.in_flight.len(), now),
            None => Err(None),
        };
        if let Err(wait) = taken {
            match wait {
                Some(wait) => return Err(wait),
                None => self.has_room(now)?,
            }
        }
        let ticket = self.next_ticket;
        self.next_ticket += 1;
        self.in_flight.push(ticket);
        let taken = Taken {
            ticket: Some(ticket),
            at: now,
        };
        self.taken.push_back(taken);
        Ok(ticket)
    }

    /// Whether the requests of the last window leave room for one more; else how long until they do.
    fn has_room(&self, now: Duration) -> Result<(), Duration> {
        let full_since = self.taken.len().checked_sub(self.limit.requests);
        match full_since.and_then(|index| self.taken.get(index)) {
            Some(oldest) => Err((oldest.at + self.limit.window).saturating_sub(now)),
            None => Ok(()),
        }
    }

    fn settle(&mut self, ticket: u64, now: Duration) {
        self.in_flight.retain(|other| *other != ticket);
        let ticket = Some(ticket);
        if let Some(index) = self.taken.iter().position(|taken| taken.ticket == ticket) {
            self.taken.remove(index);
            self.taken.push_back(Taken { ticket, at: now });
        }
    }

    /// Learns from the answer to a request that is settled.
    fn observe(
        &mut self,
        ticket: u64,
        limit: Option<usize>,
        remaining: Option<usize>,
        now: Duration,
    ) {
        if let Some(limit) = limit.filter(|limit| *limit > 0) {
            self.limit.requests = limit;
        }
        let Some(remaining) = remaining else { return };
        self.forget_old(now);
        let used = self.limit.requests.saturating_sub(remaining);
        let ours = self.taken.iter().filter(|taken| taken.ticket.is_some());
        let ours = ours.count();
        // What left later is not counted in this answer yet.
        let later = self.in_flight.iter().filter(|other| **other > ticket);
        let left = remaining.saturating_sub(later.count());
        let most = remaining + self.in_flight.len();
        let before = self.counted;
        let is_of_it = |before: &Counted| before.most.is_some_and(|most| remaining <= most);
        let (left, since) = match before.filter(is_of_it) {
            Some(before) => (left.min(before.left), before.since),
            None => (left, now),
        };
        let kind = before.and_then(|before| {
            let is_first = before.most.is_none();
            before
                .kind
                .or_else(|| Kind::told_by(self.limit, used, ours).filter(|_| is_first))
        });
        self.counted = Some(Counted {
            left,
            since,
            most: Some(most),
            kind,
        });
        // Others call too: what they used of a window that slides is not ours to use.
        for _ in self.taken.len()..used {
            self.taken.push_back(Taken {
                ticket: None,
                at: now,
            });
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

impl Kind {
    /// What the first answer tells that came after a window's length: how many the server says were used by then, beside
    /// how many of ours it saw in the last window's length. `None` where too few of them were ours.
    fn told_by(limit: RateLimit, used: usize, ours: usize) -> Option<Self> {
        if ours * 2 < limit.requests {
            return None;
        }
        Some(if used * 2 < ours {
            Self::CountsAnew
        } else {
            Self::Slides
        })
    }
}

impl Counted {
    /// Takes one of those that are left. The error is how long until there are more; `None` where the moments of the last
    /// requests say that.
    fn take(
        &mut self,
        limit: RateLimit,
        in_flight: usize,
        now: Duration,
    ) -> Result<(), Option<Duration>> {
        let slides = self.kind == Some(Kind::Slides);
        if !slides && self.since + limit.window <= now {
            // Whether somebody else uses the new window, its first answer tells.
            *self = Self {
                left: limit.requests.saturating_sub(in_flight),
                since: now,
                most: None,
                kind: self.kind,
            };
        }
        match self.left.checked_sub(1) {
            Some(left) => {
                self.left = left;
                Ok(())
            }
            None if slides => Err(None),
            None => Err(Some((self.since + limit.window).saturating_sub(now))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;

    const SECOND: Duration = Duration::from_secs(1);

    fn state(requests: usize) -> State {
        State::new(RateLimit {
            requests,
            window: 3 * SECOND,
        })
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

    /// A server that counts in windows of three seconds, and the requests that it let through and refused.
    struct Server {
        requests: usize,
        slides: bool,
        let_through: Vec<Duration>,
        began: Duration,
        refused: usize,
    }

    impl Server {
        fn of(requests: usize, slides: bool) -> Self {
            Self {
                requests,
                slides,
                let_through: Vec::new(),
                began: Duration::ZERO,
                refused: 0,
            }
        }

        /// What an answer says is left.
        fn ask(&mut self, now: Duration) -> usize {
            if !self.slides && self.began + 3 * SECOND <= now {
                self.began = now;
            }
            let from = if self.slides {
                now.saturating_sub(3 * SECOND) + Duration::from_nanos(1)
            } else {
                self.began
            };
            let used = self.let_through.iter().filter(|at| **at >= from).count();
            if used >= self.requests {
                self.refused += 1;
                return 0;
            }
            self.let_through.push(now);
            self.requests - used - 1
        }
    }

    /// Sends so many, one after the other, each of which takes 10 ms there and 10 ms back; while somebody else sends one
    /// now and then. How long it took.
    fn one_by_one(server: &mut Server, count: usize, others_every: Option<usize>) -> Duration {
        const WAY: Duration = Duration::from_millis(10);
        let (mut state, mut now) = (state(server.requests), Duration::ZERO);
        for number in 0..count {
            let ticket = loop {
                match state.take(now) {
                    Ok(ticket) => break ticket,
                    Err(wait) => now += wait,
                }
            };
            now += WAY;
            if others_every.is_some_and(|every| number % every == 0) {
                server.ask(now);
            }
            let remaining = server.ask(now);
            now += WAY;
            state.settle(ticket, now);
            state.observe(ticket, Some(server.requests), Some(remaining), now);
        }
        now
    }

    #[test]
    fn whatever_a_server_lets_through_is_used_and_no_more() {
        for slides in [false, true] {
            let mut server = Server::of(20, slides);
            let took = one_by_one(&mut server, 200, None);
            assert_eq!(server.refused, 0, "slides: {slides}");
            // Nine times three seconds are the least there can be, and one more tells that a window slides.
            let most = if slides { 31 } else { 28 };
            assert!(took < most * SECOND, "slides: {slides}: {took:?}");
        }
    }

    #[test]
    fn what_others_use_is_not_ours() {
        for slides in [false, true] {
            let mut server = Server::of(20, slides);
            one_by_one(&mut server, 200, Some(7));
            assert_eq!(server.refused, 0, "slides: {slides}");
        }
    }

    #[test]
    fn answers_that_overtake_each_other_are_no_new_window() {
        let mut state = state(10);
        let first = state.take(Duration::ZERO).unwrap();
        state.settle(first, Duration::ZERO);
        state.observe(first, Some(10), Some(9), Duration::ZERO);
        let tickets = [(); 3].map(|()| state.take(Duration::ZERO).unwrap());
        for (ticket, remaining) in tickets.into_iter().zip([8, 7, 6]).rev() {
            state.settle(ticket, 2 * SECOND);
            state.observe(ticket, Some(10), Some(remaining), 2 * SECOND);
        }
        for _ in 0..6 {
            assert!(state.take(2 * SECOND).is_ok());
        }
        assert_eq!(state.take(2 * SECOND), Err(SECOND), "three since the first");
    }

    #[test]
    fn a_server_that_falls_silent_is_asked_again_in_the_next_window() {
        let mut state = state(2);
        let first = state.take(Duration::ZERO).unwrap();
        state.settle(first, Duration::ZERO);
        state.observe(first, Some(2), Some(1), Duration::ZERO);
        let mut now = 3 * SECOND;
        for _ in 0..10 {
            for _ in 0..2 {
                let lost = state.take(now).unwrap();
                state.settle(lost, now);
            }
            assert_eq!(state.take(now), Err(3 * SECOND));
            now += 3 * SECOND;
        }
    }

    #[test]
    fn the_server_corrects_the_limit() {
        let mut state = state(60);
        state.observe(0, Some(2), None, Duration::ZERO);
        assert!(state.take(Duration::ZERO).is_ok());
        assert!(state.take(Duration::ZERO).is_ok());
        assert_eq!(state.take(Duration::ZERO), Err(3 * SECOND));
        state.observe(0, Some(0), None, Duration::ZERO);
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
