//! Stack traces back to the lines that people wrote.

use crate::strip::original_line;
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
                    line: original_line(&module.lines, found.line),
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
    /// The line of the printed file.
    line: u32,
    /// What follows the line.
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
        let digits = rest
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(rest.len());
        Some(Found {
            start,
            line: rest[..digits].parse().ok()?,
            tail: &rest[digits..],
        })
    }

    fn original_frame(&self, frame: &str) -> Option<String> {
        let Found {
            start,
            line,
            mut tail,
        } = self.find(frame)?;
        if !self.lines.is_empty()
            && let Some(column) = tail.strip_prefix(':')
        {
            tail = column.trim_start_matches(|c: char| c.is_ascii_digit());
        }
        Some(format!(
            "{}{}:{}{tail}",
            &frame[..start],
            self.path,
            original_line(&self.lines, line)
        ))
    }
}
