//! The hosts that a migration writes out in its texts, from which alone it may download: whoever reads the files sees
//! them.
//!
//! Texts are string literals and the fixed parts of templates, and those of JSON files. A comment asks for nothing.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "the vocabulary is oxc's syntax tree; what is not named here is no text"
)]

use std::collections::BTreeSet;

use oxc::ast::AstKind;
use oxc::semantic::Semantic;
use serde_json::Value;

/// Notes the hosts in a program's texts.
pub(crate) fn of_program(semantic: &Semantic<'_>, hosts: &mut BTreeSet<String>) {
    for node in semantic.nodes() {
        let (text, goes_on) = match node.kind() {
            AstKind::StringLiteral(literal) => (Some(literal.value.as_str()), false),
            // What ends where an expression begins has no end yet: `https://${host}/`, `https://cdn.${zone}`.
            AstKind::TemplateElement(part) => {
                (part.value.cooked.as_ref().map(AsRef::as_ref), !part.tail)
            }
            _ => (None, false),
        };
        if let Some(text) = text {
            of_text(text, goes_on, hosts);
        }
    }
}

/// Notes the hosts in the texts of a JSON file.
pub(crate) fn of_json(value: &Value, hosts: &mut BTreeSet<String>) {
    match value {
        Value::String(text) => of_text(text, false, hosts),
        Value::Array(items) => items.iter().for_each(|item| of_json(item, hosts)),
        Value::Object(fields) => {
            for (name, value) in fields {
                of_text(name, false, hosts);
                of_json(value, hosts);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Notes the hosts in a text, as a browser's `URL.host` has them: in small letters, without the port that the scheme has
/// anyway. `goes_on` where more comes after the text.
fn of_text(text: &str, goes_on: bool, hosts: &mut BTreeSet<String>) {
    const MARK: &str = "://";
    for (at, _) in text.match_indices(MARK) {
        let rest = &text[at + MARK.len()..];
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && !"-._:[]".contains(c));
        let is_whole = match end.and_then(|end| rest[end..].chars().next()) {
            // A name before a host, or a host that a browser writes otherwise.
            Some(next) => !(next == '@' || next == '%' || !next.is_ascii()),
            None => !goes_on,
        };
        let host = rest[..end.unwrap_or(rest.len())].to_ascii_lowercase();
        let usual_port = match text[..at]
            .rsplit(|c: char| !c.is_ascii_alphanumeric())
            .next()
        {
            Some("https") => ":443",
            Some("http") => ":80",
            _ => ":",
        };
        let host = host.strip_suffix(usual_port).unwrap_or(&host);
        // The full stop of a sentence.
        let host = host.trim_end_matches(['.', ':']);
        if is_whole && !host.is_empty() {
            hosts.insert(host.to_owned());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_what_stands_between_the_slashes() {
        let cases: [(&str, &[&str]); 12] = [
            ("https://images.example.com/a.png", &["images.example.com"]),
            ("http://LocalHost:8080/x", &["localhost:8080"]),
            ("https://a.example:443/", &["a.example"]),
            ("http://a.example:80", &["a.example"]),
            ("https://a.example:80", &["a.example:80"]),
            ("https://[::1]:9/x", &["[::1]:9"]),
            ("See https://a.example.", &["a.example"]),
            (
                "https://a.example?u=https://b.example#x",
                &["a.example", "b.example"],
            ),
            ("https://a.example@b.example/", &[]),
            ("https://bücher.example/", &[]),
            ("file:///etc/passwd", &[]),
            ("a.example/x", &[]),
        ];
        for (text, expected) in cases {
            let mut hosts = BTreeSet::new();
            of_text(text, false, &mut hosts);
            assert_eq!(Vec::from_iter(hosts), expected, "{text}");
        }
    }

    #[test]
    fn what_goes_on_has_no_whole_host_at_its_end() {
        for (text, expected) in [
            ("https://", None),
            ("https://cdn.", None),
            ("https://cdn.example:", None),
            ("https://cdn.example/", Some("cdn.example")),
        ] {
            let mut hosts = BTreeSet::new();
            of_text(text, true, &mut hosts);
            assert_eq!(hosts.first().map(String::as_str), expected, "{text}");
        }
    }
}
