//! What the pages of all exports are made of.
//!
//! Every text goes through [`escaped`]. A page forbids itself everything but its own style, so that even a mistake here
//! could load and run nothing.

use std::fmt::Write as _;

const STYLE: &str = include_str!("page.css");

/// A whole page: its title, and what is in it, which is HTML already.
pub(super) fn page(title: &str, body: &str) -> String {
    let mut page = String::new();
    page.push_str("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    page.push_str("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n");
    page.push_str("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
    page.push_str("<meta name=\"color-scheme\" content=\"light dark\">\n");
    page.push_str("<meta name=\"referrer\" content=\"no-referrer\">\n");
    push(
        &mut page,
        format_args!("<title>{}</title>\n", escaped(title)),
    );
    push(
        &mut page,
        format_args!("<style>\n{STYLE}</style>\n</head>\n<body>\n<main>\n"),
    );
    page.push_str(body);
    page.push_str("</main>\n</body>\n</html>\n");
    page
}

pub(super) fn section(page: &mut String, title: &str, content: &str) {
    push(
        page,
        format_args!("<section>\n<h2>{title}</h2>\n{content}</section>\n"),
    );
}

/// A table; the cells are HTML already.
pub(super) fn table<const N: usize>(
    heads: &[&str; N],
    rows: impl Iterator<Item = [String; N]>,
) -> String {
    let mut table = String::from("<div class=\"frame\"><table>\n<thead><tr>");
    for head in heads {
        push(&mut table, format_args!("<th scope=\"col\">{head}</th>"));
    }
    table.push_str("</tr></thead>\n<tbody>\n");
    for row in rows {
        table.push_str("<tr>");
        for cell in row {
            push(&mut table, format_args!("<td>{cell}</td>"));
        }
        table.push_str("</tr>\n");
    }
    table.push_str("</tbody>\n</table></div>\n");
    table
}

/// A link that only leads somewhere.
pub(super) fn is_web(link: &str) -> bool {
    link.starts_with("https://") || link.starts_with("http://")
}

pub(super) fn dash() -> String {
    "–".to_owned()
}

/// Writing into a text cannot fail.
pub(super) fn push(page: &mut String, what: std::fmt::Arguments<'_>) {
    let _ = page.write_fmt(what);
}

/// A text as HTML shows it, in an element or in a quoted attribute.
pub(super) fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            '\n' | '\t' => safe.push(c),
            // Characters that reorder what stands around them, and those that are none.
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => safe.push('\u{fffd}'),
            c if c.is_control() => safe.push('\u{fffd}'),
            c => safe.push(c),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_can_become_markup() {
        assert_eq!(
            escaped("<img src=x onerror=\"alert('1')\"> & \u{202e}\0"),
            "&lt;img src=x onerror=&quot;alert(&#39;1&#39;)&quot;&gt; &amp; \u{fffd}\u{fffd}"
        );
    }

    #[test]
    fn only_web_addresses_are_links() {
        assert!(is_web(
            "https://magazine.admin.datocms.com/p/1/pages/releases?release=r-1"
        ));
        assert!(!is_web("javascript:alert(1)"));
        assert!(!is_web("data:text/html,x"));
    }
}
