//! Which requests may be sent again. The table is documented at [`ApiError`](crate::ApiError) and tested below.

use std::time::Duration;

use http::{HeaderMap, Response};

use crate::TransportError;
use crate::wire::ErrorDocument;

/// How often a request that met 429 is sent before the refusal is reported.
pub(crate) const RATE_LIMITED_ATTEMPTS: u32 = 10;

/// How often any other request is sent before its failure is reported.
pub(crate) const ATTEMPTS: u32 = 5;

/// What repeating a request would do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Repeat {
    /// Nothing: it only reads.
    Harmless,
    /// It could do the work twice, so it is repeated only when the server cannot have done it.
    IfRefused,
    /// It must not be done twice at any price (a fork); only 429 is repeated.
    Never,
}

/// What came of one sending.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// An answer to hand on: a success, or a refusal that stays one.
    Settled,
    /// 429.
    RateLimited,
    /// 4xx flagged transient: refused for now.
    NotNow,
    /// 5xx.
    ServerFailed,
    /// The request may have arrived, the answer did not.
    NoAnswer,
    /// The request did not leave.
    NotSent,
}

/// What to do about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Next {
    /// Hand the answer, or its absence, to the caller.
    Report,
    /// Wait as long as the server says, then send again.
    AfterReset,
    /// Wait a little longer each time, then send again.
    AfterPause,
}

impl Outcome {
    pub(crate) fn of(result: &Result<Response<Vec<u8>>, TransportError>) -> Self {
        match result {
            Err(TransportError::NoAnswer { .. }) => Self::NoAnswer,
            Err(TransportError::NotSent { .. }) => Self::NotSent,
            Ok(answer) => match answer.status().as_u16() {
                429 => Self::RateLimited,
                500.. => Self::ServerFailed,
                400.. if ErrorDocument::is_transient(answer.body()) => Self::NotNow,
                _ => Self::Settled,
            },
        }
    }
}

pub(crate) fn next(repeat: Repeat, outcome: Outcome) -> Next {
    match (outcome, repeat) {
        (Outcome::RateLimited, _) => Next::AfterReset,
        (Outcome::NotNow | Outcome::NotSent, Repeat::Harmless | Repeat::IfRefused)
        | (Outcome::ServerFailed | Outcome::NoAnswer, Repeat::Harmless) => Next::AfterPause,
        (Outcome::Settled, _)
        | (Outcome::NotNow | Outcome::NotSent, Repeat::Never)
        | (Outcome::ServerFailed | Outcome::NoAnswer, Repeat::IfRefused | Repeat::Never) => {
            Next::Report
        }
    }
}

/// The pause before attempt `attempt + 1`: a quarter of a second doubling up to four, plus up to half of that.
pub(crate) fn pause(attempt: u32, jitter: f64) -> Duration {
    let base = Duration::from_millis(250) * 2_u32.pow(attempt.saturating_sub(1).min(4));
    base + base.mul_f64(jitter.clamp(0.0, 1.0) / 2.0)
}

/// The longest time to the reset of a window that is believed. The windows of the service are seconds long; a number far
/// beyond that is no number of seconds (some services put a date there), and would hold every request for years.
const LONGEST_RESET: Duration = Duration::from_mins(5);

/// The seconds of `X-RateLimit-Reset`: from now on, so neither side's idea of the time of day matters.
pub(crate) fn reset_after(headers: &HeaderMap) -> Option<Duration> {
    let seconds: f64 = headers
        .get("x-ratelimit-reset")?
        .to_str()
        .ok()?
        .trim()
        .parse()
        .ok()?;
    Duration::try_from_secs_f64(seconds)
        .ok()
        .filter(|reset| *reset <= LONGEST_RESET)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_safe_is_sent_again() {
        use Next::{AfterPause, AfterReset, Report};
        use Outcome::{NoAnswer, NotNow, NotSent, RateLimited, ServerFailed, Settled};
        let table = [
            //              reads       writes      fork
            (Settled, [Report, Report, Report]),
            (RateLimited, [AfterReset, AfterReset, AfterReset]),
            (NotNow, [AfterPause, AfterPause, Report]),
            (ServerFailed, [AfterPause, Report, Report]),
            (NoAnswer, [AfterPause, Report, Report]),
            (NotSent, [AfterPause, AfterPause, Report]),
        ];
        for (outcome, expected) in table {
            let found = [Repeat::Harmless, Repeat::IfRefused, Repeat::Never]
                .map(|repeat| next(repeat, outcome));
            assert_eq!(found, expected, "{outcome:?}");
        }
    }

    #[test]
    fn an_answer_is_classified_by_status_and_the_transient_flag() {
        let answer = |status: u16, body: &str| {
            Outcome::of(&Ok(Response::builder()
                .status(status)
                .body(body.as_bytes().to_vec())
                .unwrap()))
        };
        let transient = r#"{"data":[{"id":"1","type":"api_error","attributes":{"code":"X","details":{},"transient":true}}]}"#;
        let lasting =
            r#"{"data":[{"id":"1","type":"api_error","attributes":{"code":"X","details":{}}}]}"#;
        assert_eq!(answer(200, "{}"), Outcome::Settled);
        assert_eq!(answer(204, ""), Outcome::Settled);
        assert_eq!(answer(422, lasting), Outcome::Settled);
        assert_eq!(answer(422, transient), Outcome::NotNow);
        assert_eq!(answer(404, "<html>"), Outcome::Settled);
        assert_eq!(answer(429, transient), Outcome::RateLimited);
        assert_eq!(answer(503, transient), Outcome::ServerFailed);
        assert_eq!(answer(502, "<html>"), Outcome::ServerFailed);
    }

    #[test]
    fn pauses_grow_to_a_ceiling_and_jitter_only_adds() {
        let plain: Vec<u128> = (1..=7)
            .map(|attempt| pause(attempt, 0.0).as_millis())
            .collect();
        assert_eq!(plain, [250, 500, 1000, 2000, 4000, 4000, 4000]);
        assert_eq!(pause(1, 1.0), Duration::from_millis(375));
    }

    #[test]
    fn the_reset_header_is_in_seconds() {
        let read = |value: &'static str| {
            reset_after(&HeaderMap::from_iter([(
                http::HeaderName::from_static("x-ratelimit-reset"),
                http::HeaderValue::from_static(value),
            )]))
        };
        assert_eq!(read("3"), Some(Duration::from_secs(3)));
        assert_eq!(read("0.5"), Some(Duration::from_millis(500)));
        assert_eq!(read("soon"), None);
        assert_eq!(read("-1"), None);
        assert_eq!(read("1767603600"), None, "a date is no duration");
        assert_eq!(read("1e19"), None);
        assert_eq!(reset_after(&HeaderMap::new()), None);
    }
}
