//! Time as the server sees it. Everything that compares instants asks the [`Clock`], so that tests can move it.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

/// A moment, in milliseconds since 1970-01-01T00:00:00 UTC: the precision of the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

impl Timestamp {
    /// From milliseconds since the epoch.
    pub fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// Milliseconds since the epoch.
    pub fn millis(self) -> i64 {
        self.0
    }

    /// Parses an ISO 8601 date and time with an offset (`Z` or `+01:00`).
    pub fn parse(text: &str) -> Option<Self> {
        text.parse::<jiff::Timestamp>()
            .ok()
            .map(|at| Self(at.as_millisecond()))
    }

    /// `2026-01-05T09:00:00.000Z`, the form environments and sessions use.
    pub fn iso(self) -> String {
        // Out of jiff's range (years beyond 9999) there is no ISO text; the nearest representable moment stands in.
        let at = jiff::Timestamp::from_millisecond(self.0).unwrap_or(if self.0 < 0 {
            jiff::Timestamp::MIN
        } else {
            jiff::Timestamp::MAX
        });
        format!("{at:.3}")
    }

    /// `2026-01-05T09:00:00.000+00:00`, the form records use.
    pub fn iso_with_offset(self) -> String {
        let mut text = self.iso();
        text.pop();
        text.push_str("+00:00");
        text
    }

    /// This moment moved later.
    #[must_use]
    pub fn plus(self, duration: Duration) -> Self {
        Self(
            self.0
                .saturating_add(i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)),
        )
    }

    /// How long after `earlier` this is; zero when it is not after.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.iso())
    }
}

/// Where the server reads the time.
#[derive(Debug, Clone, Default)]
pub struct Clock(Source);

#[derive(Debug, Clone, Default)]
enum Source {
    #[default]
    System,
    Manual(Arc<AtomicI64>),
}

impl Clock {
    /// The machine's clock.
    pub fn system() -> Self {
        Self(Source::System)
    }

    /// Now.
    pub fn now(&self) -> Timestamp {
        match &self.0 {
            Source::System => Timestamp(jiff::Timestamp::now().as_millisecond()),
            Source::Manual(millis) => Timestamp(millis.load(Ordering::SeqCst)),
        }
    }
}

/// A clock that moves only when told to.
#[derive(Debug, Clone)]
pub struct ManualClock(Arc<AtomicI64>);

impl ManualClock {
    /// A clock that stands at `start`.
    pub fn at(start: Timestamp) -> Self {
        Self(Arc::new(AtomicI64::new(start.0)))
    }

    /// The clock to put into [`crate::Options`].
    pub fn clock(&self) -> Clock {
        Clock(Source::Manual(Arc::clone(&self.0)))
    }

    /// Moves the clock forward.
    pub fn advance(&self, duration: Duration) {
        let by = i64::try_from(duration.as_millis()).unwrap_or(i64::MAX);
        self.0.fetch_add(by, Ordering::SeqCst);
    }
}

#[cfg(test)]
mod tests {
    use super::Timestamp;

    #[test]
    fn timestamps_are_written_in_both_forms_and_read_back() {
        let at = Timestamp::from_millis(1_767_603_600_000);
        assert_eq!(at.iso(), "2026-01-05T09:00:00.000Z");
        assert_eq!(at.iso_with_offset(), "2026-01-05T09:00:00.000+00:00");
        assert_eq!(Timestamp::parse("2026-01-05T10:00:00.000+01:00"), Some(at));
        assert_eq!(Timestamp::parse(&at.iso_with_offset()), Some(at));
        assert_eq!(Timestamp::parse("yesterday"), None);
    }
}
