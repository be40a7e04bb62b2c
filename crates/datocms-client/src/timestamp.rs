//! Moments as the API writes them.

use std::fmt;
use std::str::FromStr;

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// A moment, in whole milliseconds since 1 January 1970 UTC.
///
/// The API writes `2018-11-24T10:00:00.000+00:00` in the meta of records and `2018-11-24T10:00:00.000Z` elsewhere;
/// both are read. `Display` writes the second form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

/// A text that is not a moment.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{input}` is not a date and time like 2018-11-24T10:00:00.000Z")]
pub struct InvalidTimestamp {
    /// The text as given.
    pub input: String,
}

impl Timestamp {
    /// A moment from milliseconds since the epoch.
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// Milliseconds since the epoch.
    pub const fn as_millis(self) -> i64 {
        self.0
    }
}

impl FromStr for Timestamp {
    type Err = InvalidTimestamp;

    fn from_str(input: &str) -> Result<Self, Self::Err> {
        let invalid = || InvalidTimestamp {
            input: input.to_owned(),
        };
        let moment = OffsetDateTime::parse(input, &Rfc3339).map_err(|_| invalid())?;
        let millis = moment.unix_timestamp_nanos().div_euclid(1_000_000);
        i64::try_from(millis).map(Self).map_err(|_| invalid())
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let moment = OffsetDateTime::from_unix_timestamp_nanos(i128::from(self.0) * 1_000_000)
            .map_err(|_| fmt::Error)?;
        let (date, clock) = (moment.date(), moment.time());
        let (hour, minute, second, milli) = clock.as_hms_milli();
        let (year, month, day) = (date.year(), u8::from(date.month()), date.day());
        write!(
            f,
            "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{milli:03}Z"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(input: &str, expected: Option<i64>) {
        assert_eq!(
            input.parse::<Timestamp>().ok().map(Timestamp::as_millis),
            expected,
            "{input:?}"
        );
    }

    #[test]
    fn both_written_forms_are_the_same_moment() {
        check("2018-11-24T10:00:00.000+00:00", Some(1_543_053_600_000));
        check("2018-11-24T10:00:00.000Z", Some(1_543_053_600_000));
        check("2018-11-24T10:00:00Z", Some(1_543_053_600_000));
        check("2018-11-24T12:00:00.250+02:00", Some(1_543_053_600_250));
        check("1969-12-31T23:59:59.999Z", Some(-1));
        check("2018-11-24", None);
        check("yesterday", None);
        check("", None);
    }

    #[test]
    fn the_error_repeats_the_text() {
        let error = "yesterday".parse::<Timestamp>().unwrap_err();
        assert_eq!(
            error.to_string(),
            "`yesterday` is not a date and time like 2018-11-24T10:00:00.000Z"
        );
    }

    proptest! {
        #[test]
        fn written_and_read_again_it_is_the_same(millis in 0_i64..4_102_444_800_000) {
            let moment = Timestamp::from_millis(millis);
            prop_assert_eq!(moment.to_string().parse::<Timestamp>(), Ok(moment));
        }
    }
}
