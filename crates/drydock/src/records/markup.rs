//! Markup in a text, for fields that demand that there is nothing dangerous in it (`sanitized_html`).
//!
//! What may stay is what the relaxed configuration of the Ruby library `sanitize` lets stay, but for style sheets. What may
//! stay stays as it was written: most texts are Markdown, and writing them anew would change them.

use html5gum::emitters::default::{DefaultEmitter, StartTag};
use html5gum::{Span, Token, Tokenizer};

/// Elements that may stay.
const ELEMENTS: &[&str] = &[
    "a",
    "abbr",
    "address",
    "article",
    "aside",
    "b",
    "bdi",
    "bdo",
    "blockquote",
    "body",
    "br",
    "caption",
    "cite",
    "code",
    "col",
    "colgroup",
    "data",
    "dd",
    "del",
    "dfn",
    "div",
    "dl",
    "dt",
    "em",
    "figcaption",
    "figure",
    "footer",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "head",
    "header",
    "hgroup",
    "hr",
    "html",
    "i",
    "img",
    "ins",
    "kbd",
    "li",
    "main",
    "mark",
    "nav",
    "ol",
    "p",
    "pre",
    "q",
    "rp",
    "rt",
    "ruby",
    "s",
    "samp",
    "section",
    "small",
    "span",
    "strike",
    "strong",
    "sub",
    "summary",
    "sup",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "time",
    "title",
    "tr",
    "u",
    "ul",
    "var",
    "wbr",
];

/// Elements that go with all that is in them; of the others what is in them stays.
const GO_WHOLE: &[&str] = &[
    "iframe",
    "math",
    "noembed",
    "noframes",
    "noscript",
    "plaintext",
    "script",
    "style",
    "svg",
    "xmp",
];

/// Attributes every element may have.
const COMMON: &[&str] = &[
    "class",
    "dir",
    "hidden",
    "id",
    "lang",
    "tabindex",
    "title",
    "translate",
];

/// Attributes single elements may have.
fn own_attributes(element: &str) -> &'static [&'static str] {
    match element {
        "a" => &["href", "hreflang", "name", "rel"],
        "abbr" | "dfn" => &["title"],
        "blockquote" | "q" => &["cite"],
        "col" | "colgroup" => &["span", "width"],
        "data" | "li" => &["value"],
        "del" | "ins" => &["cite", "datetime"],
        "img" => &["align", "alt", "border", "height", "src", "srcset", "width"],
        "ol" => &["reversed", "start", "type"],
        "table" => &[
            "align",
            "bgcolor",
            "border",
            "cellpadding",
            "cellspacing",
            "frame",
            "rules",
            "sortable",
            "summary",
            "width",
        ],
        "td" => &[
            "abbr", "align", "axis", "colspan", "headers", "rowspan", "valign", "width",
        ],
        "th" => &[
            "abbr", "align", "axis", "colspan", "headers", "rowspan", "scope", "sorted", "valign",
            "width",
        ],
        "time" => &["datetime", "pubdate"],
        "ul" => &["type"],
        _ => &[],
    }
}

/// The schemes an attribute's address may have beside none at all; `None` where the attribute is no address.
fn schemes(element: &str, attribute: &str) -> Option<&'static [&'static str]> {
    match (element, attribute) {
        ("a", "href") => Some(&["ftp", "http", "https", "mailto"]),
        (_, "cite" | "src") => Some(&["http", "https"]),
        _ => None,
    }
}

/// The text without what may not stay in it.
pub(super) fn sanitized(text: &str) -> String {
    let mut emitter = DefaultEmitter::<usize>::new_with_span();
    // Without it the text of a script would be taken for markup.
    emitter.naively_switch_states(true);
    let written = |span: Span| text.get(span.start..span.end).unwrap_or_default();
    let mut kept = String::with_capacity(text.len());
    // The element that goes whole in which we are, and how many of its name are open.
    let mut going: Option<(String, u32)> = None;
    for Ok(token) in Tokenizer::new_with_emitter(text, emitter) {
        match (token, &mut going) {
            (Token::StartTag(tag), Some((name, depth))) => {
                *depth += u32::from(tag.name.as_slice() == name.as_bytes());
            }
            (Token::EndTag(tag), Some((name, depth))) => {
                *depth -= u32::from(tag.name.as_slice() == name.as_bytes());
                if *depth == 0 {
                    going = None;
                }
            }
            (Token::StartTag(tag), None) => {
                let name = String::from_utf8_lossy(&tag.name).into_owned();
                if ELEMENTS.contains(&name.as_str()) {
                    keep_tag(&mut kept, &name, &tag, written(tag.span));
                } else if GO_WHOLE.contains(&name.as_str()) && !tag.self_closing {
                    going = Some((name, 1));
                }
            }
            (Token::EndTag(tag), None) => {
                let name = String::from_utf8_lossy(&tag.name);
                if ELEMENTS.contains(&name.as_ref()) {
                    kept.push_str(written(tag.span));
                }
            }
            (Token::String(piece), None) => kept.push_str(written(piece.span)),
            (Token::Doctype(doctype), None) => kept.push_str(written(doctype.span)),
            (Token::String(_) | Token::Doctype(_), Some(_))
            | (Token::Comment(_) | Token::Error(_), _) => {}
        }
    }
    kept
}

/// Whether there is nothing in the text that may not stay.
pub(super) fn is_safe(text: &str) -> bool {
    sanitized(text) == text
}

/// Appends a tag: as it was written, or anew without the attributes that may not stay.
fn keep_tag(kept: &mut String, name: &str, tag: &StartTag<usize>, written: &str) {
    let attributes = tag
        .attributes
        .iter()
        .map(|(key, value)| [key.as_slice(), value.as_slice()].map(String::from_utf8_lossy));
    let (safe, unsafe_ones): (Vec<_>, Vec<_>) =
        attributes.partition(|[key, value]| may_stay(name, key, value));
    if unsafe_ones.is_empty() {
        return kept.push_str(written);
    }
    kept.push('<');
    kept.push_str(name);
    for [key, value] in safe {
        let value = value.replace('&', "&amp;").replace('"', "&quot;");
        for part in [" ", &key, "=\"", &value, "\""] {
            kept.push_str(part);
        }
    }
    kept.push_str(if tag.self_closing { " />" } else { ">" });
}

fn may_stay(element: &str, attribute: &str, value: &str) -> bool {
    if !COMMON.contains(&attribute) && !own_attributes(element).contains(&attribute) {
        return false;
    }
    let Some(allowed) = schemes(element, attribute) else {
        return true;
    };
    // Browsers skip these where they look for a scheme.
    let address: String = value
        .chars()
        .filter(|c| !c.is_whitespace() && !c.is_control())
        .collect();
    let before = address.split(['/', '?', '#']).next().unwrap_or_default();
    match before.split_once(':') {
        Some((scheme, _)) => allowed.contains(&scheme.to_ascii_lowercase().as_str()),
        None => true,
    }
}

#[cfg(test)]
mod tests {
    use super::{is_safe, sanitized};

    #[test]
    fn what_is_harmless_stays_as_it_is_written() {
        for text in [
            "",
            "# Title\n\n> a quote & *more*, 1 < 2\n",
            "<p class=x>one<br/>two &amp; three &copy; <EM>four</em></p>",
            "<a href='https://example.com/?a=1&b=2'>x</a> <a href=\"/here:now\">y</a> <a href=mailto:a@b.c>z</a>",
            "<img src=\"https://example.com/a.png\" alt=\"\">",
            "<img srcset=\"/a.png 1x, /b.png 2x\"><abbr title=x>y</abbr><time datetime=\"2026-01-05\" pubdate>z</time>",
            "<!DOCTYPE html><table border=1><tr><td colspan=2>é</td></tr></table>",
        ] {
            assert_eq!(sanitized(text), text);
            assert!(is_safe(text), "{text}");
        }
    }

    #[test]
    fn what_is_dangerous_goes() {
        for (text, left) in [
            ("a<script>alert('<b>1</b>')</script>b", "ab"),
            (
                "<p onclick=\"x()\" class=\"y\">a</p>",
                "<p class=\"y\">a</p>",
            ),
            (
                "<a href=\"javascript:x()\" title='\"&lt;'>a</a>",
                "<a title=\"&quot;<\">a</a>",
            ),
            ("<a href=' java\tscript&#58;x()'>a</a>", "<a>a</a>"),
            ("<img src=data:x onerror=y />", "<img />"),
            ("<font color=red>a</font><form>b</form>", "ab"),
            ("<svg><svg></svg><b>a</b></svg>c", "c"),
            ("<!-- a -->b", "b"),
            ("a<script", "a"),
            ("<b style=\"x: expression(y)\">a</b>", "<b>a</b>"),
        ] {
            assert_eq!(sanitized(text), left, "{text}");
            assert!(!is_safe(text), "{text}");
            assert!(is_safe(&sanitized(text)), "{text}");
        }
    }
}
