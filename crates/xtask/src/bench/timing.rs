//! How long something took, and of several times the one in the middle.

use std::time::{Duration, Instant};

/// Does it, and says how long it took, in milliseconds.
pub(super) fn milliseconds<T, E>(work: impl FnOnce() -> Result<T, E>) -> Result<(T, f64), E> {
    let start = now();
    let done = work()?;
    Ok((done, start.elapsed().as_secs_f64() * 1000.0))
}

/// A moment from which time is measured.
#[expect(
    clippy::disallowed_methods,
    reason = "a tool that measures; what time decides is in no test"
)]
pub(super) fn now() -> Instant {
    Instant::now()
}

/// The one in the middle; 0 of none.
pub(super) fn median(times: &mut [f64]) -> f64 {
    times.sort_unstable_by(f64::total_cmp);
    times.get(times.len() / 2).copied().unwrap_or(0.0)
}

/// What 99 of 100 do not exceed; zero of none.
pub(super) fn ninety_ninth(times: &mut [Duration]) -> Duration {
    times.sort_unstable();
    let at = (times.len() * 99).div_ceil(100).saturating_sub(1);
    times.get(at).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ninety_ninth_is_exceeded_by_one_in_a_hundred() {
        let mut times: Vec<Duration> = (1..=200).rev().map(Duration::from_millis).collect();
        assert_eq!(ninety_ninth(&mut times), Duration::from_millis(198));
        assert_eq!(
            ninety_ninth(&mut [Duration::from_millis(7)]),
            Duration::from_millis(7)
        );
        assert_eq!(ninety_ninth(&mut []), Duration::ZERO);
    }

    #[test]
    fn the_median_is_in_the_middle() {
        assert!((median(&mut [9.0, 1.0, 2.0]) - 2.0).abs() < f64::EPSILON);
    }
}
