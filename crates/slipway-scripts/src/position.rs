//! Byte offsets to lines and columns, and back.

/// The line and the column in characters of a byte offset, both from 1. An offset past the end is the end.
pub(crate) fn line_and_column(text: &str, offset: u32) -> (u32, u32) {
    let before: &str = text.get(..offset as usize).unwrap_or(text);
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
    let column = before[line_start..].chars().count() + 1;
    (saturate(line), saturate(column))
}

/// Where the lines of a text begin.
pub(crate) fn line_starts(text: &str) -> Vec<usize> {
    let breaks = text.match_indices('\n').map(|(at, _)| at + 1);
    std::iter::once(0).chain(breaks).collect()
}

/// How many bytes the first `columns` of a text take. Browsers and source maps count columns in units of UTF-16.
pub(crate) fn width(text: &str, columns: u32) -> usize {
    let mut seen = 0;
    let mut before = text.chars().take_while(|c| {
        let is_before = seen < columns as usize;
        seen += c.len_utf16();
        is_before && *c != '\n'
    });
    before.by_ref().map(char::len_utf8).sum()
}

pub(crate) fn saturate(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
