//! Stack traces back to the lines that people wrote.

use crate::strip::original_line;
use crate::{Module, Prepared};

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

    fn original_frame(&self, frame: &str) -> String {
        self.modules
            .iter()
            .find_map(|module| module.original_frame(frame))
            .unwrap_or_else(|| frame.to_owned())
    }
}

impl Module {
    fn original_frame(&self, frame: &str) -> Option<String> {
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
        let line: u32 = rest[..digits].parse().ok()?;
        let mut tail = &rest[digits..];
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
