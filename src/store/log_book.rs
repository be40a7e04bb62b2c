//! What scripts did and said, line by line: cheap to grow while pages draw it.

use std::{collections::BTreeMap, rc::Rc};

use slipway_engine::{CallLine, ConsoleLine};
use slipway_release::ScriptIndex;

/// Lines that are copied at most when a log grows that somebody still draws from.
const CHUNK: usize = 256;

/// A line of the log of a running script.
#[derive(Debug, Clone, PartialEq)]
pub enum LogLine {
    /// A request.
    Call(CallLine),
    /// Something printed; one line of it.
    Console(ConsoleLine),
}

impl LogLine {
    /// The script that did or said it.
    pub fn script(&self) -> ScriptIndex {
        match self {
            Self::Call(call) => call.script,
            Self::Console(line) => line.script,
        }
    }
}

/// The logs of all scripts of a release, each of its last run.
#[derive(Debug, Clone, Default)]
pub struct LogBook(BTreeMap<ScriptIndex, Rc<ScriptLog>>);

/// Two books are equal when they are the same logs, not when they read the same: pages only ask whether to draw anew.
impl PartialEq for LogBook {
    fn eq(&self, other: &Self) -> bool {
        self.0.len() == other.0.len()
            && (self.0.iter().zip(&other.0))
                .all(|((a, one), (b, two))| a == b && Rc::ptr_eq(one, two))
    }
}

impl LogBook {
    /// Adds a line. What was printed with line breaks in it becomes as many lines.
    pub fn push(&mut self, line: LogLine) {
        let log = Rc::make_mut(self.0.entry(line.script()).or_default());
        match line {
            LogLine::Console(said) if said.text.contains('\n') => {
                for text in said.text.lines() {
                    let text = text.to_owned();
                    log.push(LogLine::Console(ConsoleLine { text, ..said }));
                }
            }
            line @ (LogLine::Call(_) | LogLine::Console(_)) => log.push(line),
        }
    }

    /// Forgets what a script did, because it begins anew.
    pub fn forget(&mut self, script: ScriptIndex) {
        self.0.remove(&script);
    }

    /// The log of one script; an empty one where nothing was heard of it.
    pub fn of(&self, script: ScriptIndex) -> Rc<ScriptLog> {
        self.0.get(&script).map(Rc::clone).unwrap_or_default()
    }
}

impl FromIterator<LogLine> for LogBook {
    fn from_iter<I: IntoIterator<Item = LogLine>>(lines: I) -> Self {
        let mut book = Self::default();
        for line in lines {
            book.push(line);
        }
        book
    }
}

/// The log of one script, oldest line first.
#[derive(Debug, Clone, Default)]
pub struct ScriptLog {
    /// All full but the last, so that a copy of the log shares all others with it.
    chunks: Vec<Rc<Vec<LogLine>>>,
    calls: usize,
    left: Option<u32>,
}

impl ScriptLog {
    /// How many lines it has.
    pub fn len(&self) -> usize {
        self.chunks
            .last()
            .map_or(0, |last| (self.chunks.len() - 1) * CHUNK + last.len())
    }

    /// Whether nothing was heard of the script.
    pub fn is_empty(&self) -> bool {
        self.chunks.is_empty()
    }

    /// How many of the lines are requests to the CMS: those for files take nothing of its rate limit.
    pub fn calls(&self) -> usize {
        self.calls
    }

    /// How many requests the rate limit allowed when the CMS last answered, where it said so.
    pub fn left(&self) -> Option<u32> {
        self.left
    }

    /// A line by its place.
    pub fn get(&self, index: usize) -> Option<&LogLine> {
        self.chunks.get(index / CHUNK)?.get(index % CHUNK)
    }

    /// All lines from a place on.
    pub fn from(&self, index: usize) -> impl Iterator<Item = (usize, &LogLine)> {
        (index..self.len()).filter_map(|index| Some((index, self.get(index)?)))
    }

    fn push(&mut self, line: LogLine) {
        if let LogLine::Call(call) = &line {
            self.calls += usize::from(!call.is_file);
            self.left = call.left.or(self.left);
        }
        match self.chunks.last_mut() {
            Some(last) if last.len() < CHUNK => Rc::make_mut(last).push(line),
            Some(_) | None => {
                let mut chunk = Vec::with_capacity(CHUNK);
                chunk.push(line);
                self.chunks.push(Rc::new(chunk));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use datocms_client::Timestamp;
    use slipway_engine::ports::ConsoleLevel;

    fn said(text: &str) -> LogLine {
        LogLine::Console(ConsoleLine {
            script: 0,
            at: Timestamp::from_millis(0),
            level: ConsoleLevel::Log,
            text: text.to_owned(),
        })
    }

    fn texts(log: &ScriptLog) -> Vec<String> {
        let text = |(_, line): (usize, &LogLine)| match line {
            LogLine::Console(said) => said.text.clone(),
            LogLine::Call(call) => call.path.clone(),
        };
        log.from(0).map(text).collect()
    }

    #[test]
    fn lines_are_found_by_their_place_over_many_chunks() {
        let book: LogBook = (0..1000).map(|n| said(&n.to_string())).collect();
        let log = book.of(0);
        assert_eq!(log.len(), 1000);
        assert_eq!(log.calls(), 0);
        for place in [0, 255, 256, 511, 512, 999] {
            assert_eq!(log.get(place), Some(&said(&place.to_string())));
        }
        assert_eq!(log.get(1000), None);
        assert_eq!(log.from(998).count(), 2);
    }

    #[test]
    fn a_log_that_is_being_drawn_stays_as_it_is() {
        let mut book: LogBook = (0..300).map(|n| said(&n.to_string())).collect();
        let drawn = (book.clone(), book.of(0));
        book.push(said("new"));
        assert_eq!(drawn.1.len(), 300);
        assert_eq!(book.of(0).len(), 301);
        assert!(drawn.0 != book);
        assert!(Rc::ptr_eq(&drawn.1.chunks[0], &book.of(0).chunks[0]));
    }

    #[test]
    fn what_is_printed_over_several_lines_is_several_lines() {
        let book: LogBook = [said("{\n  \"a\": 1\n}"), said("")].into_iter().collect();
        assert_eq!(texts(&book.of(0)), ["{", "  \"a\": 1", "}", ""]);
    }
}
