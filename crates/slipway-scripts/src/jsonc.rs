//! JSON as TypeScript's configuration has it: with comments, and with commas before a closing bracket.

use serde_json::Value;

/// Reads it; the error is the parser's, with the place in the text as it was given.
pub(crate) fn parse(text: &str) -> Result<Value, serde_json::Error> {
    serde_json::from_str(&plain(text.trim_start_matches('\u{feff}')))
}

/// The same as JSON. What is not JSON becomes spaces, so that the places of everything else stay.
fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    // Where in `plain` a comma is that nothing followed so far.
    let mut comma: Option<usize> = None;
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        match (c, rest.peek()) {
            ('"', _) => {
                comma = None;
                plain.push(c);
                let mut is_escaped = false;
                for c in rest.by_ref() {
                    plain.push(c);
                    if c == '"' && !is_escaped {
                        break;
                    }
                    is_escaped = c == '\\' && !is_escaped;
                }
            }
            ('/', Some('/')) => {
                plain.push(' ');
                while rest.next_if(|c| *c != '\n').is_some() {
                    plain.push(' ');
                }
            }
            ('/', Some('*')) => {
                plain.push_str("  ");
                rest.next();
                let mut last = ' ';
                for c in rest.by_ref() {
                    plain.push(if c == '\n' { c } else { ' ' });
                    if last == '*' && c == '/' {
                        break;
                    }
                    last = c;
                }
            }
            (',', _) => {
                comma = Some(plain.len());
                plain.push(c);
            }
            ('}' | ']', _) => {
                if let Some(at) = comma.take() {
                    plain.replace_range(at..=at, " ");
                }
                plain.push(c);
            }
            (c, _) => {
                if !c.is_whitespace() {
                    comma = None;
                }
                plain.push(c);
            }
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn comments_and_trailing_commas_are_passed_over() {
        let text = "\u{feff}{ // one, \"two\"\n  \"a\": [1, 2, /* ] */ ], /**/\n  \"b//\": \"/* \\\" */,}\",\n}\n// end";
        assert_eq!(
            parse(text).unwrap(),
            json!({ "a": [1, 2], "b//": "/* \" */,}" })
        );
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line() {
        for (text, line) in [
            ("{\n /* a\n b */ x }", 3),
            ("{\n \"a\": 1,, }", 2),
            ("{ \"a\": \"", 1),
            ("/* ", 1),
        ] {
            assert_eq!(parse(text).unwrap_err().line(), line, "{text}");
        }
    }
}
