//! Stack traces back to the lines that people wrote.

use crate::position::{line_starts, saturate, width};
use crate::{Module, Place, Prepared};

/// A path as it may stand in a `sourceURL` comment and be found again in a stack trace.
pub(crate) fn source_name(path: &str) -> String {
    path.chars()
        .map(|c| {
            if c.is_alphanumeric() || "/._-@+".contains(c) {
                c
            } else {
                '_'
            }
        })
        .collect()
}

impl Prepared {
    /// A stack trace with every `file:line:column` of a prepared module put back to the line in the team's own file.
    ///
    /// Printed files keep no columns, so those are left out for them.
    pub fn original_stack(&self, stack: &str) -> String {
        stack
            .lines()
            .map(|line| self.original_frame(line))
            .collect::<Vec<_>>()
            .join("\n")
    }

    /// The lines of the team's own files that a stack trace goes through, in its order and each once. The trace is as
    /// the browser gave it.
    pub fn places(&self, stack: &str) -> Vec<Place> {
        let mut places: Vec<Place> = Vec::new();
        for frame in stack.lines().filter(|line| is_frame(line)) {
            let place = self.modules.iter().find_map(|module| {
                let found = module.find(frame)?;
                Some(Place {
                    file: module.path.clone(),
                    line: found.original,
                })
            });
            places.extend(place.filter(|place| !places.contains(place)));
        }
        places
    }

    fn original_frame(&self, frame: &str) -> String {
        self.modules
            .iter()
            .find_map(|module| module.original_frame(frame))
            .unwrap_or_else(|| frame.to_owned())
    }
}

/// Whether a line of a stack trace is no part of the message: `at f (x.js:1:2)` in Chromium, `f@x.js:1:2` in Firefox.
fn is_frame(line: &str) -> bool {
    line.trim_start().starts_with("at ") || line.contains('@')
}

/// A module's name in a frame.
struct Found<'a> {
    /// Where in the frame it begins.
    start: usize,
    /// The line in the file.
    original: u32,
    /// What follows the line, without a column that is not the file's.
    tail: &'a str,
}

impl Module {
    fn find<'a>(&self, frame: &'a str) -> Option<Found<'a>> {
        let start = frame
            .match_indices(&self.name)
            .map(|(at, _)| at)
            .find(|at| {
                // Not the end of a longer path: `b.ts` must not match in `a/b.ts`.
                let before = frame[..*at].chars().next_back();
                !before.is_some_and(|c| c.is_alphanumeric() || "/._-".contains(c))
            })?;
        let rest = frame[start + self.name.len()..].strip_prefix(':')?;
        let (line, tail) = number(rest)?;
        if self.origins.is_empty() {
            return Some(Found {
                start,
                original: line,
                tail,
            });
        }
        let (column, tail) = match tail.strip_prefix(':').and_then(number) {
            Some((column, tail)) => (Some(column), tail),
            None => (None, tail),
        };
        Some(Found {
            start,
            original: self.original_line(line, column),
            tail,
        })
    }

    /// The line in the file for a place in `code`, both from 1; for a whole line, that of its first word.
    fn original_line(&self, line: u32, column: Option<u32>) -> u32 {
        let starts = line_starts(&self.code);
        let start = starts.get((line as usize).saturating_sub(1));
        let start = *start.unwrap_or(&self.code.len());
        let text = &self.code[start..];
        let ahead = match column {
            Some(column) => width(text, column.saturating_sub(1)),
            None => text.len() - text.trim_start_matches([' ', '\t']).len(),
        };
        self.origins.line(&self.code, saturate(start + ahead))
    }

    fn original_frame(&self, frame: &str) -> Option<String> {
        let found = self.find(frame)?;
        Some(format!(
            "{}{}:{}{}",
            &frame[..found.start],
            self.path,
            found.original,
            found.tail
        ))
    }
}

/// The number that a text begins with, and the rest.
fn number(text: &str) -> Option<(u32, &str)> {
    let end = text.find(|c: char| !c.is_ascii_digit());
    let (digits, rest) = text.split_at(end.unwrap_or(text.len()));
    Some((digits.parse().ok()?, rest))
}
