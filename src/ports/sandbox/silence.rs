//! When a script is taken for stuck.
//!
//! One that has no answer to wait for has so long to say something. One that waits is only asked whether its worker still
//! turns, which that answers beside the script: else a call that is never answered would keep an endless loop alive.

use std::time::Duration;

/// How long nothing was heard of a script, and whether it was asked.
pub(super) struct Silence {
    patience: Duration,
    /// When something was last heard of it, or it last was answered.
    heard: Duration,
    /// Whether its worker was asked for a sign of life and gave none yet.
    asked: bool,
}

/// What to do when the bell rings.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// Look again after this time.
    Wait(Duration),
    /// Ask the worker for a sign of life, and look again after this time.
    Ask(Duration),
    /// It is stuck.
    End,
}

impl Silence {
    pub(super) fn new(patience: Duration, now: Duration) -> Self {
        Self {
            patience,
            heard: now,
            asked: false,
        }
    }

    /// After which time to look first.
    pub(super) fn first(&self) -> Duration {
        self.patience / 2
    }

    /// The worker said something.
    pub(super) fn hear(&mut self, now: Duration) {
        self.heard = now;
        self.asked = false;
    }

    /// The script got an answer. What it does with it may take its time, unless it does nothing any more.
    pub(super) fn answer(&mut self, now: Duration) {
        if !self.asked {
            self.heard = now;
        }
    }

    /// The bell rang. `waits`: whether the script waits for answers.
    ///
    /// One bell serves a whole run, and looks what the time is when it rings: one anew for every sign of life would cost
    /// each call a part of its time.
    pub(super) fn look(&mut self, now: Duration, waits: bool) -> Next {
        let half = self.patience / 2;
        let silent = now.saturating_sub(self.heard);
        let left = self.patience.saturating_sub(silent);
        if self.asked || !waits {
            return if left.is_zero() {
                Next::End
            } else {
                Next::Wait(left)
            };
        }
        let soon = half.saturating_sub(silent);
        if !soon.is_zero() {
            return Next::Wait(soon);
        }
        self.asked = true;
        // It may have waited in silence for long: from now on it has the time that it would have had left.
        self.heard = now.saturating_sub(half);
        Next::Ask(half)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn at(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn who_waits_for_nothing_may_be_silent_for_so_long() {
        let mut silence = Silence::new(at(30), at(100));
        assert_eq!(silence.first(), at(15));
        assert_eq!(silence.look(at(115), false), Next::Wait(at(15)));
        silence.hear(at(120));
        assert_eq!(silence.look(at(130), false), Next::Wait(at(20)));
        silence.answer(at(140));
        assert_eq!(silence.look(at(150), false), Next::Wait(at(20)));
        assert_eq!(silence.look(at(170), false), Next::End);
    }

    #[test]
    fn who_waits_is_asked_and_may_wait_for_ever_as_long_as_it_answers() {
        let mut silence = Silence::new(at(30), at(0));
        for round in 1..1000 {
            assert_eq!(silence.look(at(15 * round), true), Next::Ask(at(15)));
            silence.hear(at(15 * round));
        }
    }

    #[test]
    fn who_waits_and_does_not_answer_is_stuck_whatever_answers_come_for_it() {
        let mut silence = Silence::new(at(30), at(0));
        assert_eq!(silence.look(at(15), true), Next::Ask(at(15)));
        silence.answer(at(20));
        assert_eq!(silence.look(at(29), true), Next::Wait(at(1)));
        assert_eq!(silence.look(at(30), true), Next::End);
    }

    /// The computer slept, or the page was too busy to look.
    #[test]
    fn who_waits_has_its_time_to_answer_even_where_the_bell_was_late() {
        let mut silence = Silence::new(at(30), at(0));
        assert_eq!(silence.look(at(3600), true), Next::Ask(at(15)));
        assert_eq!(silence.look(at(3614), true), Next::Wait(at(1)));
        assert_eq!(silence.look(at(3615), true), Next::End);
    }
}
