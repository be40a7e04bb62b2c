//! One clock for client and server, which moves when somebody waits and when a test says so.

use std::{cell::Cell, rc::Rc, time::Duration};

use datocms_client::Timer;
use drydock::{Clock, ManualClock};

use super::life::Life;

/// Where the clock stands when a world opens: 2026-01-05T09:00:00Z, in milliseconds since 1970.
const START: i64 = 1_767_603_600_000;

/// The clock of client and server alike. It follows the test runtime's time, which jumps ahead when
/// everybody waits (`start_paused`), and can be moved by hand.
pub(crate) struct SharedTime {
    server: ManualClock,
    began: tokio::time::Instant,
    passed: Cell<Duration>,
    shown: Cell<Duration>,
}

impl SharedTime {
    pub(crate) fn new() -> Self {
        Self {
            server: ManualClock::at(drydock::Timestamp::from_millis(START)),
            began: tokio::time::Instant::now(),
            passed: Cell::default(),
            shown: Cell::default(),
        }
    }

    /// The server's side of the clock.
    pub(crate) fn clock(&self) -> Clock {
        self.server.clock()
    }

    /// Lets time go by.
    pub(crate) fn pass(&self, duration: Duration) {
        self.passed.set(self.passed.get() + duration);
        self.since_start();
    }

    /// How long the world has been there. Brings the server's clock up to date.
    pub(crate) fn since_start(&self) -> Duration {
        let now = self.began.elapsed() + self.passed.get();
        let behind = now.saturating_sub(self.shown.replace(now));
        self.server.advance(behind);
        now
    }

    /// Milliseconds since 1970.
    pub(crate) fn millis(&self) -> i64 {
        self.since_start();
        self.server.clock().now().millis()
    }
}

/// The time as one page has it.
#[derive(Clone)]
pub(crate) struct PageTime {
    pub(crate) shared: Rc<SharedTime>,
    pub(crate) life: Option<Rc<Life>>,
}

impl Timer for PageTime {
    fn now(&self) -> Duration {
        self.shared.since_start()
    }

    async fn sleep(&self, duration: Duration) {
        let Some(life) = &self.life else {
            tokio::time::sleep(duration).await;
            return;
        };
        life.check().await;
        let _asleep = life.fall_asleep();
        tokio::time::sleep(duration).await;
    }

    fn jitter(&self) -> f64 {
        self.life.as_ref().map_or(0.5, |life| life.chance())
    }
}
