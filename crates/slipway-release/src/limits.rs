//! How much one run of a script may take. A plan names its limits, so that they are seen before anything runs.

/// The limits of each script of a release.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Limits {
    /// How long a script may neither ask, print nor end, in seconds. Waiting for an answer does not count, as long as the
    /// script could hear it.
    pub silence_seconds: u32,
    /// How many of its requests may be unanswered at a time, those for files among them. More wait in the sandbox for
    /// their turn.
    pub in_flight: u32,
    /// How large one request may be, with its path, its query and its body, in bytes of UTF-8. Nothing else that a script
    /// says at once may be larger. The content of a file does not count: it is not looked into.
    pub message_bytes: u32,
    /// How many requests one run may make, those for files among them.
    pub calls: u32,
    /// How many lines of what one run prints are kept. It may print more: they are counted and left out.
    pub lines: u32,
    /// How long nothing may come of a file on its way, in seconds. Of one that is sent only the end is seen: it may take so
    /// long for each megabyte that it has begun.
    pub transfer_seconds: u32,
}

impl Default for Limits {
    /// What migrations of large projects stay far below, and what a page bears.
    fn default() -> Self {
        Self {
            silence_seconds: 30,
            in_flight: 50,
            message_bytes: 10_000_000,
            calls: 100_000,
            lines: 50_000,
            transfer_seconds: 60,
        }
    }
}

/// A limit that a script reached, and how it went on. `Display` is a whole sentence.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Reached {
    /// It neither asked, printed nor ended for so long.
    #[error(
        "{script} was stopped: for {seconds} seconds it sent no request, printed nothing and did not end. It may be in an endless loop."
    )]
    Silence {
        /// The script's name.
        script: String,
        /// The limit.
        seconds: u32,
    },
    /// It sent more at a time than its sandbox lets through, so the sandbox was got round.
    #[error(
        "{script} was stopped: it had more than {limit} requests unanswered at a time, which is the limit."
    )]
    InFlight {
        /// The script's name.
        script: String,
        /// The limit.
        limit: u32,
    },
    /// One request was too large, or anything else that it said at once.
    #[error(
        "{script} was stopped: it sent {} bytes at once, and the limit is {}. Send less at a time.",
        grouped(*bytes),
        grouped(u64::from(*limit))
    )]
    Message {
        /// The script's name.
        script: String,
        /// How large it was.
        bytes: u64,
        /// The limit.
        limit: u32,
    },
    /// It made too many requests.
    #[error(
        "{script} was stopped: it made more than {} requests, which is the limit. Split it into several migrations.",
        grouped(u64::from(*limit))
    )]
    Calls {
        /// The script's name.
        script: String,
        /// The limit.
        limit: u32,
    },
}

/// A number with its thousands apart: "10 000 000".
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push('\u{202f}');
        }
        text.push(digit);
    }
    text
}

impl Limits {
    /// Every limit with what it means, for people to read before the release.
    pub fn in_words(&self) -> [(&'static str, String); 6] {
        [
            (
                "Silence",
                format!(
                    "{} s without sending a request, printing anything or ending",
                    self.silence_seconds
                ),
            ),
            (
                "Requests at a time",
                format!("{}; more wait for their turn", self.in_flight),
            ),
            (
                "Size of a request",
                format!("{} bytes", grouped(u64::from(self.message_bytes))),
            ),
            (
                "Requests in all",
                format!("{}, those for files too", grouped(u64::from(self.calls))),
            ),
            (
                "Printed",
                format!(
                    "{} lines; further ones are counted and left out of the log",
                    grouped(u64::from(self.lines))
                ),
            ),
            (
                "A file",
                format!(
                    "{} s without a byte received, or for each MB sent",
                    self.transfer_seconds
                ),
            ),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reached_limit_names_the_script_and_the_limit() {
        let reached = Reached::Message {
            script: "1_a.ts".to_owned(),
            bytes: 12_345_678,
            limit: 10_000_000,
        };
        assert_eq!(
            reached.to_string(),
            "1_a.ts was stopped: it sent 12\u{202f}345\u{202f}678 bytes at once, and the limit is 10\u{202f}000\u{202f}000. Send less at a time."
        );
        let words = Limits::default().in_words();
        assert_eq!(
            words[4].1,
            "50\u{202f}000 lines; further ones are counted and left out of the log"
        );
        assert_eq!(grouped(999), "999");
        assert_eq!(grouped(1000), "1\u{202f}000");
    }
}
