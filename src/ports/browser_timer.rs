//! The client's [`Timer`] over the browser's clock and source of randomness.

use std::time::Duration;

use datocms_client::Timer;
use gloo_timers::future::TimeoutFuture;
use web_sys::Performance;

/// The longest time that `setTimeout` knows, in milliseconds: over three weeks.
pub(super) const LONGEST: u32 = i32::MAX.unsigned_abs();

thread_local! {
    /// The page's clock. It is read several times a call, and finding it costs more than reading it.
    static CLOCK: Option<Performance> = web_sys::window().and_then(|window| window.performance());
}

/// The page's monotonic clock, `setTimeout` and `Math.random`.
#[derive(Debug, Clone, Copy, Default)]
pub struct BrowserTimer;

impl Timer for BrowserTimer {
    fn now(&self) -> Duration {
        let millis = CLOCK.with(|clock| {
            let clock = clock.as_ref();
            clock.map_or_else(js_sys::Date::now, Performance::now)
        });
        Duration::from_secs_f64(millis.max(0.0) / 1000.0)
    }

    async fn sleep(&self, duration: Duration) {
        let millis = u32::try_from(duration.as_millis()).unwrap_or(LONGEST);
        TimeoutFuture::new(millis.min(LONGEST)).await;
    }

    fn jitter(&self) -> f64 {
        js_sys::Math::random()
    }
}
