//! Durations and moments as people say them.

use datocms_client::Timestamp;

/// A duration in milliseconds, in at most two units: "under 1 s", "48 s", "4 min 12 s", "2 h 5 min", "3 days".
pub fn duration(millis: i64) -> String {
    let seconds = millis.max(0) / 1000;
    let (minutes, hours, days) = (seconds / 60, seconds / 3600, seconds / 86_400);
    match () {
        () if seconds == 0 => "under 1 s".to_owned(),
        () if seconds < 60 => format!("{seconds} s"),
        () if minutes < 60 => two(minutes, "min", seconds % 60, "s"),
        () if hours < 24 => two(hours, "h", minutes % 60, "min"),
        () if days == 1 => "1 day".to_owned(),
        () => format!("{days} days"),
    }
}

fn two(large: i64, large_unit: &str, small: i64, small_unit: &str) -> String {
    if small == 0 {
        format!("{large} {large_unit}")
    } else {
        format!("{large} {large_unit} {small} {small_unit}")
    }
}

/// How long ago something was: "just now", "12 min ago", "3 days ago".
pub fn ago(millis: i64) -> String {
    let seconds = millis.max(0) / 1000;
    match seconds {
        0..=44 => "just now".to_owned(),
        45..=3599 => format!("{} min ago", (seconds + 30) / 60),
        3600..=86_399 => format!("{} h ago", (seconds + 1800) / 3600),
        86_400..=172_799 => "yesterday".to_owned(),
        _ => format!("{} days ago", seconds / 86_400),
    }
}

/// A moment for readers whose clocks are not known: "2026-11-22 14:02:07 UTC".
pub fn utc(at: Timestamp) -> String {
    let written = at.to_string();
    let (date, clock) = written.split_once('T').unwrap_or((&written, ""));
    let clock = clock.split_once('.').map_or(clock, |(seconds, _)| seconds);
    format!("{date} {clock} UTC")
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case(-5, "under 1 s")]
    #[case(999, "under 1 s")]
    #[case(1_000, "1 s")]
    #[case(48_900, "48 s")]
    #[case(60_000, "1 min")]
    #[case(252_000, "4 min 12 s")]
    #[case(7_500_000, "2 h 5 min")]
    #[case(90_000_000, "1 day")]
    #[case(260_000_000, "3 days")]
    fn durations_have_at_most_two_units(#[case] millis: i64, #[case] said: &str) {
        assert_eq!(duration(millis), said);
    }

    #[rstest]
    #[case(1_000, "just now")]
    #[case(720_000, "12 min ago")]
    #[case(7_200_000, "2 h ago")]
    #[case(100_000_000, "yesterday")]
    #[case(300_000_000, "3 days ago")]
    fn moments_are_told_from_now(#[case] millis: i64, #[case] said: &str) {
        assert_eq!(ago(millis), said);
    }

    #[test]
    fn a_moment_for_everybody_names_its_clock() {
        let moment = Timestamp::from_millis(1_543_053_607_250);
        assert_eq!(utc(moment), "2018-11-24 10:00:07 UTC");
    }
}
