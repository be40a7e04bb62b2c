//! How long a client waits for what may never come.

use std::time::Duration;

/// The longest waits of a client, as measured by its [`Timer`](crate::Timer).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// For the whole of the answer to one request, from the moment it is sent. After that it counts as a request without
    /// an answer: a read is sent again, a write is [`InDoubt`](crate::ApiError::InDoubt).
    ///
    /// The request is not called back. A server that is merely slow may carry it out later than this.
    pub answer: Duration,
    /// For a job to end, from the moment it was accepted. After that it is
    /// [`JobUnfinished`](crate::ApiError::JobUnfinished).
    pub job: Duration,
}

impl Default for Patience {
    /// 30 seconds for an answer, as the official client has it, and an hour for a job.
    fn default() -> Self {
        Self {
            answer: Duration::from_secs(30),
            job: Duration::from_hours(1),
        }
    }
}

/// A duration in words: `30 seconds`, `90 seconds`, `10 minutes`. Whole seconds up to two minutes, whole minutes above.
pub(crate) fn in_words(duration: Duration) -> String {
    let (count, unit) = match duration.as_secs() {
        0 => return "less than a second".to_owned(),
        seconds @ 1..120 => (seconds, "second"),
        seconds => (seconds / 60, "minute"),
    };
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {unit}{plural}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_is_said_in_its_unit() {
        let words = |seconds| in_words(Duration::from_secs(seconds));
        assert_eq!(words(0), "less than a second");
        assert_eq!(words(1), "1 second");
        assert_eq!(words(30), "30 seconds");
        assert_eq!(words(119), "119 seconds");
        assert_eq!(words(120), "2 minutes");
        assert_eq!(words(3600), "60 minutes");
    }
}
