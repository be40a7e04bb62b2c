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
    pub const fn from_millis(millis: i64) -> Self {
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
        self.written("Z")
    }

    /// Date and time, with this after them. Each record of a list has four or more: the digits are written by hand.
    fn written(self, offset: &str) -> String {
        let at = jiff::tz::Offset::UTC.to_datetime(self.jiff());
        let mut text = String::with_capacity("2026-01-05T09:00:00.000+00:00".len());
        if at.year() < 0 {
            text.push_str("-00");
        }
        let [century, year] = halves(at.year().unsigned_abs());
        two_digits(&mut text, century);
        two_digits(&mut text, year);
        for (before, part) in [
            ('-', at.month()),
            ('-', at.day()),
            ('T', at.hour()),
            (':', at.minute()),
            (':', at.second()),
        ] {
            text.push(before);
            two_digits(&mut text, part.unsigned_abs());
        }
        let [tenth, thousandths] = halves(at.millisecond().unsigned_abs());
        text.push('.');
        digit(&mut text, tenth);
        two_digits(&mut text, thousandths);
        text.push_str(offset);
        text
    }

    /// Out of jiff's range (years beyond 9999) there is no text; the nearest moment that has one stands in.
    fn jiff(self) -> jiff::Timestamp {
        jiff::Timestamp::from_millisecond(self.0).unwrap_or(if self.0 < 0 {
            jiff::Timestamp::MIN
        } else {
            jiff::Timestamp::MAX
        })
    }

    /// `2026-01-05T09:00:00.000+00:00`, the form records use.
    pub fn iso_with_offset(self) -> String {
        self.written("+00:00")
    }

    /// `Mon, 05 Jan 2026 09:00:00 GMT`, the form of the `Date` header (RFC 9110, section 5.6.7).
    pub fn http_date(self) -> String {
        let at = self.jiff();
        jiff::fmt::rfc2822::DateTimePrinter::new()
            .timestamp_to_rfc9110_string(&at)
            .unwrap_or_else(|_| self.iso())
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

/// The hundreds of a number below 10000, and the rest.
fn halves(number: u16) -> [u8; 2] {
    [number / 100, number % 100].map(|half| u8::try_from(half).unwrap_or_default())
}

/// Appends a number below a hundred.
fn two_digits(text: &mut String, number: u8) {
    digit(text, number / 10);
    digit(text, number % 10);
}

/// Appends a number below ten.
fn digit(text: &mut String, number: u8) {
    text.push(char::from(b'0' + number));
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.iso())
    }
}

/// Where the server reads the time.
#[derive(Debug, Clone, Default)]
pub struct Clock {
    source: Source,
    skew_millis: i64,
}

#[derive(Debug, Clone, Default)]
enum Source {
    #[default]
    System,
    Manual(Arc<AtomicI64>),
}

impl Clock {
    /// The machine's clock.
    pub fn system() -> Self {
        Self::from(Source::System)
    }

    /// A clock that is wrong: it shows so many seconds more than this one, or less when negative.
    #[must_use]
    pub fn skewed(mut self, seconds: i64) -> Self {
        let millis = seconds.saturating_mul(1000);
        self.skew_millis = self.skew_millis.saturating_add(millis);
        self
    }

    /// Now.
    pub fn now(&self) -> Timestamp {
        let true_millis = match &self.source {
            Source::System => jiff::Timestamp::now().as_millisecond(),
            Source::Manual(millis) => millis.load(Ordering::SeqCst),
        };
        Timestamp(true_millis.saturating_add(self.skew_millis))
    }
}

impl From<Source> for Clock {
    fn from(source: Source) -> Self {
        Self {
            source,
            skew_millis: 0,
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
        Clock::from(Source::Manual(Arc::clone(&self.0)))
    }

    /// Moves the clock forward.
    pub fn advance(&self, duration: Duration) {
        let by = i64::try_from(duration.as_millis()).unwrap_or(i64::MAX);
        self.0.fetch_add(by, Ordering::SeqCst);
    }
}

#[cfg(test)]
mod tests {
    use super::{ManualClock, Timestamp};

    #[test]
    fn timestamps_are_written_in_both_forms_and_read_back() {
        let at = Timestamp::from_millis(1_767_603_600_000);
        assert_eq!(at.iso(), "2026-01-05T09:00:00.000Z");
        assert_eq!(at.iso_with_offset(), "2026-01-05T09:00:00.000+00:00");
        assert_eq!(Timestamp::parse("2026-01-05T10:00:00.000+01:00"), Some(at));
        assert_eq!(Timestamp::parse(&at.iso_with_offset()), Some(at));
        assert_eq!(Timestamp::parse("yesterday"), None);
    }

    #[test]
    fn every_moment_is_written_as_the_library_writes_it() {
        for millis in [
            i64::MIN,
            -62_198_755_200_001,
            -1,
            0,
            951_782_399_999,
            951_782_400_000,
            1_709_251_199_050,
            253_402_207_199_999,
            i64::MAX,
        ] {
            let at = Timestamp::from_millis(millis);
            assert_eq!(at.iso(), format!("{:.3}", at.jiff()), "{millis}");
        }
    }

    #[test]
    fn the_date_header_is_in_gmt_and_full_seconds() {
        let at = Timestamp::from_millis(1_767_603_600_999);
        assert_eq!(at.http_date(), "Mon, 05 Jan 2026 09:00:00 GMT");
    }

    #[test]
    fn a_skewed_clock_runs_at_the_same_pace() {
        let manual = ManualClock::at(Timestamp::from_millis(0));
        let (ahead, behind) = (manual.clock().skewed(600), manual.clock().skewed(-600));
        manual.advance(std::time::Duration::from_secs(1));
        assert_eq!(ahead.now().millis(), 601_000);
        assert_eq!(behind.now().millis(), -599_000);
    }
}
