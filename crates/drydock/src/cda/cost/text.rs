//! The limits a query's text must keep before anything parses it: the parser follows nesting on its own stack.

use super::Excess;

/// Bytes a query may have. The longest ones a site writes have some tens of thousands.
pub(super) const MAX_LENGTH: usize = 256 * 1024;
/// Brackets that may be open at a time.
pub(super) const MAX_NESTING: usize = 100;

/// Checks length and nesting.
pub(super) fn check(query: &str) -> Result<(), Excess> {
    if query.len() > MAX_LENGTH {
        return Err(Excess::Length(query.len()));
    }
    let mut open = 0_usize;
    let mut rest = query.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        rest = match byte {
            b'#' => skip_to(after, |bytes| bytes.first() == Some(&b'\n')),
            b'"' if after.starts_with(b"\"\"") => {
                let body = after.get(2..).unwrap_or_default();
                let end = skip_to(body, |bytes| bytes.starts_with(b"\"\"\""));
                end.get(3..).unwrap_or_default()
            }
            b'"' => skip_string(after),
            b'{' | b'[' | b'(' => {
                open += 1;
                if open > MAX_NESTING {
                    return Err(Excess::Nesting);
                }
                after
            }
            b'}' | b']' | b')' => {
                open = open.saturating_sub(1);
                after
            }
            _ => after,
        };
    }
    Ok(())
}

/// From the first place where `found` holds.
fn skip_to(mut bytes: &[u8], found: impl Fn(&[u8]) -> bool) -> &[u8] {
    while !bytes.is_empty() && !found(bytes) {
        bytes = bytes.get(1..).unwrap_or_default();
    }
    bytes
}

/// Behind the quote that ends a string on one line.
fn skip_string(mut bytes: &[u8]) -> &[u8] {
    while let Some((&byte, after)) = bytes.split_first() {
        bytes = match byte {
            b'"' | b'\n' => return after,
            b'\\' => after.get(1..).unwrap_or_default(),
            _ => after,
        };
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_brackets_that_are_brackets_count() {
        let deep = "[".repeat(MAX_NESTING + 1);
        for (query, expected) in [
            ("{ a { b(c: [1, {d: 2}]) } }".to_owned(), Ok(())),
            ("{}".repeat(500), Ok(())),
            (format!("{{ a(b: \"{deep}\") }}"), Ok(())),
            (format!("{{ a(b: \"\\\"{deep}\") }}"), Ok(())),
            (format!("{{ a(b: \"\"\"{deep}\"\"\") }}"), Ok(())),
            (format!("# {deep}\n{{ a }}"), Ok(())),
            (format!("{{ a(b: \"\" c: {deep}"), Err(Excess::Nesting)),
            (format!("# \n{deep}"), Err(Excess::Nesting)),
            (deep, Err(Excess::Nesting)),
            (
                "a".repeat(MAX_LENGTH + 1),
                Err(Excess::Length(MAX_LENGTH + 1)),
            ),
        ] {
            assert_eq!(check(&query), expected, "{query:.60}");
        }
    }
}
