//! Which lines of a long log are in sight, and which of them a search found.

use std::{ops::Range, rc::Rc};

use super::line::{self, Models};
use crate::store::ScriptLog;

/// The height of a line in pixels; `.log__line` in the styles has the same.
pub(super) const LINE: usize = 21;

/// Lines drawn above and below those in sight, so that scrolling by a few shows no gap.
const AROUND: usize = 12;

/// The lines to draw of `total`, when `top` pixels are scrolled away and `height` pixels are in sight.
pub(super) fn in_sight(total: usize, top: usize, height: usize) -> Range<usize> {
    let first = (top / LINE).min(total);
    let last = (top + height).div_ceil(LINE);
    first.saturating_sub(AROUND)..(last + AROUND).min(total)
}

/// The lines that have the words of a search in them. It is kept from one drawing to the next, so that a log that
/// grows is read once.
#[derive(Default)]
pub(super) struct Found {
    words: String,
    seen: usize,
    lines: Rc<Vec<usize>>,
}

impl Found {
    /// The places of the lines that have `words` in them; `None` where nothing is looked for.
    pub(super) fn look(
        &mut self,
        log: &ScriptLog,
        words: &str,
        models: &Models,
    ) -> Option<Rc<Vec<usize>>> {
        let words = words.trim().to_lowercase();
        // A log that is shorter than before is another one.
        if words != self.words || log.len() < self.seen {
            *self = Self {
                words,
                ..Self::default()
            };
        }
        if self.words.is_empty() {
            return None;
        }
        if self.seen < log.len() {
            let lines = Rc::make_mut(&mut self.lines);
            let new = log.from(self.seen);
            lines.extend(
                new.filter(|(_, line)| line::has(line, &self.words, models))
                    .map(|(place, _)| place),
            );
            self.seen = log.len();
        }
        Some(Rc::clone(&self.lines))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{LogBook, LogLine};
    use datocms_client::Timestamp;
    use slipway_engine::{ConsoleLine, ports::ConsoleLevel};

    #[test]
    fn only_what_is_in_sight_is_drawn() {
        assert_eq!(in_sight(50_000, 0, 260), 0..25);
        assert_eq!(in_sight(50_000, 21 * 1000, 260), 988..1025);
        assert_eq!(in_sight(50_000, 21 * 50_000 - 260, 260), 49_975..50_000);
        assert_eq!(in_sight(3, 0, 260), 0..3);
        assert_eq!(in_sight(0, 0, 260), 0..0);
    }

    #[test]
    fn a_search_goes_on_where_it_was() {
        let said = |n: usize| {
            LogLine::Console(ConsoleLine {
                script: 0,
                at: Timestamp::from_millis(0),
                level: ConsoleLevel::Log,
                text: format!("Record {n}"),
            })
        };
        let mut book: LogBook = (0..20).map(said).collect();
        let (mut found, models) = (Found::default(), Models::new());
        assert_eq!(found.look(&book.of(0), "  ", &models), None);
        let look = |found: &mut Found, book: &LogBook, words: &str| {
            found.look(&book.of(0), words, &models).unwrap().to_vec()
        };
        assert_eq!(
            look(&mut found, &book, "record 1"),
            [1, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19]
        );
        book.push(said(100));
        assert_eq!(look(&mut found, &book, "record 1").last(), Some(&20));
        assert_eq!(look(&mut found, &book, "RECORD 7"), [7]);
        let anew: LogBook = (7..9).map(said).collect();
        assert_eq!(look(&mut found, &anew, "RECORD 7"), [0]);
    }
}
