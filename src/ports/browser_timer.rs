//! The client's [`Timer`] over the browser's clock and source of randomness.

use std::time::Duration;

use datocms_client::Timer;

use super::timer::Timeout;

/// The page's monotonic clock, `setTimeout` and `Math.random`.
#[derive(Debug, Clone, Copy, Default)]
pub struct BrowserTimer;

impl Timer for BrowserTimer {
    fn now(&self) -> Duration {
        let millis = web_sys::window()
            .and_then(|window| window.performance())
            .map_or_else(js_sys::Date::now, |performance| performance.now());
        Duration::from_secs_f64(millis.max(0.0) / 1000.0)
    }

    async fn sleep(&self, duration: Duration) {
        let millis = i32::try_from(duration.as_millis()).unwrap_or(i32::MAX);
        Timeout::new(millis).await;
    }

    fn jitter(&self) -> f64 {
        js_sys::Math::random()
    }
}
