//! Structured text as HTML.

use serde_json::Value;

use super::page::{View, escape};

/// Draws a structured text field as the delivery API answers it: `{value, blocks, links}`.
pub(super) fn html(view: &View, field: &Value) -> String {
    let drawing = Drawing {
        view,
        blocks: children(&field["blocks"]),
        links: children(&field["links"]),
    };
    drawing.nodes(&field["value"]["document"])
}

struct Drawing<'a> {
    view: &'a View,
    blocks: &'a [Value],
    links: &'a [Value],
}

impl Drawing<'_> {
    fn nodes(&self, parent: &Value) -> String {
        children(&parent["children"])
            .iter()
            .map(|node| self.node(node))
            .collect()
    }

    fn node(&self, node: &Value) -> String {
        let inner = || self.nodes(node);
        match node["type"].as_str().unwrap_or_default() {
            "span" => span(node),
            "paragraph" => format!("<p>{}</p>", inner()),
            "heading" => {
                // The page's title is the only first-level heading.
                let level = node["level"].as_u64().unwrap_or(2).clamp(2, 6);
                format!("<h{level}>{}</h{level}>", inner())
            }
            "list" => {
                let tag = if node["style"] == "numbered" {
                    "ol"
                } else {
                    "ul"
                };
                format!("<{tag}>{}</{tag}>", inner())
            }
            "listItem" => format!("<li>{}</li>", inner()),
            "blockquote" => quote(&inner(), node["attribution"].as_str()),
            "code" => format!(
                "<pre><code>{}</code></pre>",
                escape(node["code"].as_str().unwrap_or_default())
            ),
            "link" => {
                let url = node["url"]
                    .as_str()
                    .filter(|url| url.starts_with("http"))
                    .unwrap_or("#");
                format!("<a href=\"{}\">{}</a>", escape(url), inner())
            }
            "itemLink" => match self.address(node) {
                Some(address) => format!("<a href=\"{}\">{}</a>", escape(&address), inner()),
                None => inner(),
            },
            "thematicBreak" => "<hr>".to_owned(),
            "block" | "inlineBlock" => find(self.blocks, node).map(block).unwrap_or_default(),
            _ => inner(),
        }
    }

    fn address(&self, node: &Value) -> Option<String> {
        let slug = find(self.links, node)?["slug"].as_str()?;
        Some(self.view.address(&format!("/articles/{slug}")))
    }
}

/// A block of the magazine; one this site does not know is left out.
pub(super) fn block(block: &Value) -> String {
    let text = |key: &str| escape(block[key].as_str().unwrap_or_default());
    match block["__typename"].as_str().unwrap_or_default() {
        "QuoteBlockRecord" => quote(
            &format!("<p>{}</p>", text("quote")),
            block["attribution"].as_str(),
        ),
        "ImageBlockRecord" => {
            let picture = super::pot::svg(block["id"].as_str().unwrap_or_default(), "#8a8f94");
            format!(
                "<figure>{picture}<figcaption>{} <small>{}</small></figcaption></figure>",
                text("caption"),
                text("credit")
            )
        }
        "NewsletterBlockRecord" => format!(
            "<aside class=\"newsletter\"><h2>{}</h2><p>{}</p><span class=\"button\">{}</span></aside>",
            text("heading"),
            text("invitation"),
            text("buttonLabel")
        ),
        _ => String::new(),
    }
}

fn quote(inner: &str, attribution: Option<&str>) -> String {
    let by = attribution
        .map(|name| format!("<footer>{}</footer>", escape(name)))
        .unwrap_or_default();
    format!("<blockquote>{inner}{by}</blockquote>")
}

fn span(node: &Value) -> String {
    let text = escape(node["value"].as_str().unwrap_or_default()).replace('\n', "<br>");
    children(&node["marks"])
        .iter()
        .filter_map(Value::as_str)
        .fold(text, |text, mark| {
            let tag = match mark {
                "strong" => "strong",
                "emphasis" => "em",
                "code" => "code",
                "underline" => "u",
                "strikethrough" => "s",
                "highlight" => "mark",
                _ => return text,
            };
            format!("<{tag}>{text}</{tag}>")
        })
}

fn find<'a>(records: &'a [Value], node: &Value) -> Option<&'a Value> {
    records.iter().find(|record| record["id"] == node["item"])
}

fn children(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn text_is_escaped_and_links_keep_the_environment() {
        let view = View {
            environment: Some("next & new".into()),
            shown: "next & new".into(),
            primary: false,
            drafts: false,
            site_name: "Kiln".into(),
            locales: vec!["en".into()],
            locale: "en".into(),
        };
        let field = json!({
            "value": {"schema": "dast", "document": {"type": "root", "children": [
                {"type": "heading", "level": 1, "children": [{"type": "span", "value": "A <b>"}]},
                {"type": "paragraph", "children": [
                    {"type": "span", "value": "see ", "marks": ["emphasis", "strong"]},
                    {"type": "itemLink", "item": "a1", "children": [{"type": "span", "value": "this"}]},
                    {"type": "itemLink", "item": "gone", "children": [{"type": "span", "value": "that"}]},
                    {"type": "link", "url": "javascript:alert(1)", "children": [{"type": "span", "value": "no"}]}]},
                {"type": "block", "item": "b1"},
                {"type": "block", "item": "unknown"}]}},
            "blocks": [{"id": "b1", "__typename": "QuoteBlockRecord", "quote": "Slowly & well", "attribution": null}],
            "links": [{"id": "a1", "slug": "ash"}],
        });
        assert_eq!(
            html(&view, &field),
            "<h2>A &lt;b&gt;</h2><p><strong><em>see </em></strong>\
             <a href=\"/site/articles/ash?environment=next+%26+new\">this</a>that<a href=\"#\">no</a></p>\
             <blockquote><p>Slowly &amp; well</p></blockquote>"
        );
    }
}
