//! Which line of a file printed code came from.

use serde::{Deserialize, Serialize};

use crate::edits::Edited;
use crate::position::{line_and_column, line_starts, saturate, width};

/// Which line of a file each piece of code came from: the bytes at which that changes, and the line from there on, from
/// 1. Empty for code that has the lines of its file.
///
/// A printer puts on one line what a person wrote on several, so lines alone would not tell.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Origins(Vec<(u32, u32)>);

/// Where a word stands in printed code, and its line in the file: as source maps have it, from 0.
pub(crate) struct Token {
    pub(crate) line: u32,
    pub(crate) column: u32,
    pub(crate) original: u32,
}

impl Origins {
    /// By the tokens of a source map, in the order of the code.
    pub(crate) fn of_printed(code: &str, tokens: impl Iterator<Item = Token>) -> Self {
        let starts = line_starts(code);
        let mut changes: Vec<(u32, u32)> = Vec::new();
        for token in tokens {
            let Some(start) = starts.get(token.line as usize) else {
                continue;
            };
            let original = token.original + 1;
            if changes.last().is_none_or(|(_, last)| *last != original) {
                let offset = start + width(&code[*start..], token.column);
                changes.push((saturate(offset), original));
            }
        }
        Self(changes)
    }

    /// The same for the code after edits, behind `ahead` more bytes.
    pub(crate) fn moved(&self, edited: &Edited, ahead: usize) -> Self {
        let ahead = saturate(ahead);
        let changes = self.0.iter();
        Self(
            changes
                .map(|(offset, line)| (edited.now(*offset) + ahead, *line))
                .collect(),
        )
    }

    /// Whether the code has the lines of its file.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The line in the file for a byte of the code.
    pub(crate) fn line(&self, code: &str, offset: u32) -> u32 {
        let passed = self.0.partition_point(|(start, _)| *start <= offset);
        match self.0.get(passed.saturating_sub(1)) {
            Some((_, line)) => *line,
            None => line_and_column(code, offset).0,
        }
    }
}
