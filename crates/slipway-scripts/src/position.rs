//! Byte offsets to lines and columns.

/// The line and the column in characters of a byte offset, both from 1. An offset past the end is the end.
pub(crate) fn line_and_column(text: &str, offset: u32) -> (u32, u32) {
    let before: &str = text.get(..offset as usize).unwrap_or(text);
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
    let column = before[line_start..].chars().count() + 1;
    (saturate(line), saturate(column))
}

pub(crate) fn saturate(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
