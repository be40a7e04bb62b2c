//! The time that client and server share, which moves when the engine waits.

use std::time::Duration;

use datocms_client::Timer;
use drydock::ManualClock;

/// When every world begins, in milliseconds since 1970.
pub(super) const START: i64 = 1_767_603_600_000;

/// The clock of client and server alike.
pub(crate) struct SharedTime(pub(super) ManualClock);

impl Timer for SharedTime {
    fn now(&self) -> Duration {
        self.0
            .clock()
            .now()
            .since(drydock::Timestamp::from_millis(START))
    }

    async fn sleep(&self, duration: Duration) {
        self.0.advance(duration);
        // The copying of a fork runs in a thread of its own and needs a moment of the real world.
        tokio::time::sleep(Duration::from_millis(1)).await;
    }

    fn jitter(&self) -> f64 {
        0.5
    }
}
