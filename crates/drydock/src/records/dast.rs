//! Structured text: the tree of a `structured_text` value, its grammar and walks over it.
//!
//! Source of the grammar: the vendor's published `dast` format.

use serde_json::Value;

/// Children a node may have.
fn allowed_children(node: &str) -> Option<&'static [&'static str]> {
    const INLINE: &[&str] = &["span", "link", "itemLink", "inlineItem", "inlineBlock"];
    Some(match node {
        "root" => &[
            "blockquote",
            "code",
            "list",
            "paragraph",
            "heading",
            "block",
            "thematicBreak",
        ],
        "paragraph" | "heading" => INLINE,
        "link" | "itemLink" => &["span"],
        "blockquote" => &["paragraph"],
        "list" => &["listItem"],
        "listItem" => &["paragraph", "list"],
        "span" | "code" | "inlineItem" | "inlineBlock" | "block" | "thematicBreak" => &[],
        _ => return None,
    })
}

/// Why a document is not structured text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Malformed {
    #[error("a structured text value is an object with `schema: \"dast\"` and a `document`")]
    Envelope,
    #[error("a `{child}` node cannot stand inside `{parent}`")]
    Misplaced { parent: String, child: String },
    #[error("a `{node}` node lacks a proper `{attribute}`")]
    Attribute {
        node: String,
        attribute: &'static str,
    },
}

/// Checks a whole value against the grammar. What `item` of a block node may be is checked elsewhere.
pub(crate) fn check(value: &Value) -> Result<(), Malformed> {
    let is_dast = value.get("schema").and_then(Value::as_str) == Some("dast");
    let document = value
        .get("document")
        .filter(|_| is_dast)
        .ok_or(Malformed::Envelope)?;
    if node_type(document) != "root" {
        return Err(Malformed::Envelope);
    }
    check_node(document)
}

fn check_node(node: &Value) -> Result<(), Malformed> {
    let name = node_type(node);
    check_attributes(name, node)?;
    let allowed = allowed_children(name).unwrap_or_default();
    let children = children(node);
    for child in children {
        let child_name = node_type(child);
        if !allowed.contains(&child_name) {
            return Err(Malformed::Misplaced {
                parent: name.to_owned(),
                child: child_name.to_owned(),
            });
        }
        check_node(child)?;
    }
    Ok(())
}

fn check_attributes(name: &str, node: &Value) -> Result<(), Malformed> {
    let demand = |attribute: &'static str, fits: bool| {
        if fits {
            Ok(())
        } else {
            Err(Malformed::Attribute {
                node: name.to_owned(),
                attribute,
            })
        }
    };
    match name {
        "span" => {
            demand("value", node.get("value").is_some_and(Value::is_string))?;
            // Plugins bring marks of their own: only their form is known.
            demand("marks", is_optional(node.get("marks"), are_texts))
        }
        "code" => {
            demand("code", node.get("code").is_some_and(Value::is_string))?;
            demand(
                "language",
                is_optional(node.get("language"), Value::is_string),
            )?;
            demand(
                "highlight",
                is_optional(node.get("highlight"), are_line_numbers),
            )
        }
        "blockquote" => demand(
            "attribution",
            is_optional(node.get("attribution"), Value::is_string),
        ),
        "paragraph" => demand("style", is_optional(node.get("style"), Value::is_string)),
        "link" => {
            demand("url", node.get("url").is_some_and(Value::is_string))?;
            demand("meta", is_optional(node.get("meta"), is_meta))
        }
        "heading" => demand(
            "level",
            node.get("level")
                .and_then(Value::as_u64)
                .is_some_and(|level| (1..=6).contains(&level)),
        ),
        "list" => demand(
            "style",
            matches!(
                node.get("style").and_then(Value::as_str),
                Some("bulleted" | "numbered")
            ),
        ),
        "itemLink" | "inlineItem" => {
            demand("item", node.get("item").is_some_and(Value::is_string))?;
            demand("meta", is_optional(node.get("meta"), is_meta))
        }
        "block" | "inlineBlock" => demand(
            "item",
            node.get("item")
                .is_some_and(|item| item.is_string() || item.is_object()),
        ),
        "root" => demand(
            "children",
            node.get("children").is_some_and(Value::is_array),
        ),
        _ => Ok(()),
    }
}

/// Whether an attribute is absent, null or fits.
fn is_optional(value: Option<&Value>, fits: fn(&Value) -> bool) -> bool {
    value.is_none_or(|value| value.is_null() || fits(value))
}

fn are_texts(value: &Value) -> bool {
    value
        .as_array()
        .is_some_and(|texts| texts.iter().all(Value::is_string))
}

fn are_line_numbers(value: &Value) -> bool {
    value
        .as_array()
        .is_some_and(|lines| lines.iter().all(Value::is_u64))
}

/// The attributes of a link's anchor: a list of `{"id": …, "value": …}`.
fn is_meta(value: &Value) -> bool {
    value.as_array().is_some_and(|entries| {
        entries.iter().all(|entry| {
            ["id", "value"]
                .iter()
                .all(|key| entry.get(key).is_some_and(Value::is_string))
        })
    })
}

/// The `type` of a node; empty when it has none.
pub(crate) fn node_type(node: &Value) -> &str {
    node.get("type").and_then(Value::as_str).unwrap_or_default()
}

fn children(node: &Value) -> &[Value] {
    node.get("children")
        .and_then(Value::as_array)
        .map_or(&[], Vec::as_slice)
}

/// Calls `visit` with every node, parents first.
pub(crate) fn walk(value: &Value, visit: &mut dyn FnMut(&Value)) {
    fn descend(node: &Value, visit: &mut dyn FnMut(&Value)) {
        visit(node);
        for child in children(node) {
            descend(child, visit);
        }
    }
    if let Some(document) = value.get("document") {
        descend(document, visit);
    }
}

/// What becomes of a node in [`rewrite`].
pub(crate) enum Fate {
    /// It stays (perhaps changed).
    Keep,
    /// It goes with everything under it.
    Drop,
    /// It goes, its children take its place.
    Unwrap,
}

/// Calls `decide` with every node below the root, parents first, and does as it says.
pub(crate) fn rewrite<E>(
    value: &mut Value,
    decide: &mut dyn FnMut(&mut Value) -> Result<Fate, E>,
) -> Result<(), E> {
    fn descend<E>(
        node: &mut Value,
        decide: &mut dyn FnMut(&mut Value) -> Result<Fate, E>,
    ) -> Result<(), E> {
        let Some(children) = node.get_mut("children").and_then(Value::as_array_mut) else {
            return Ok(());
        };
        let mut kept = Vec::with_capacity(children.len());
        for mut child in std::mem::take(children) {
            match decide(&mut child)? {
                Fate::Keep => {
                    descend(&mut child, decide)?;
                    kept.push(child);
                }
                Fate::Drop => {}
                Fate::Unwrap => {
                    if let Some(grandchildren) =
                        child.get_mut("children").and_then(Value::as_array_mut)
                    {
                        kept.append(grandchildren);
                    }
                }
            }
        }
        *children = kept;
        Ok(())
    }
    match value.get_mut("document") {
        Some(document) => descend(document, decide),
        None => Ok(()),
    }
}

/// The text a reader sees, blocks left out.
pub(crate) fn plain_text(value: &Value) -> String {
    let mut text = String::new();
    walk(value, &mut |node| {
        for key in ["value", "code"] {
            if let Some(part) = node.get(key).and_then(Value::as_str) {
                text.push_str(part);
            }
        }
    });
    text
}

/// Whether the document says nothing at all: no text, no block, no record.
pub(crate) fn is_blank(value: &Value) -> bool {
    let mut blank = plain_text(value).trim().is_empty();
    walk(value, &mut |node| {
        if matches!(
            node_type(node),
            "block" | "inlineBlock" | "inlineItem" | "thematicBreak"
        ) {
            blank = false;
        }
    });
    blank
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{Fate, Malformed, check, is_blank, node_type, plain_text, rewrite};

    fn dast(children: Value) -> Value {
        json!({ "schema": "dast", "document": { "type": "root", "children": children } })
    }

    #[test]
    fn the_grammar_is_kept() {
        let good = dast(json!([
            { "type": "heading", "level": 2, "children": [{ "type": "span", "value": "Hi" }] },
            { "type": "list", "style": "bulleted", "children": [{ "type": "listItem", "children": [
                { "type": "paragraph", "children": [{ "type": "span", "value": "a" }] }] }] },
            { "type": "block", "item": "b1" },
        ]));
        assert_eq!(check(&good), Ok(()));
        assert_eq!(check(&json!("text")), Err(Malformed::Envelope));
        assert_eq!(
            check(&dast(json!([{ "type": "span", "value": "loose" }]))),
            Err(Malformed::Misplaced {
                parent: "root".to_owned(),
                child: "span".to_owned()
            })
        );
        assert_eq!(
            check(&dast(
                json!([{ "type": "heading", "level": 9, "children": [] }])
            )),
            Err(Malformed::Attribute {
                node: "heading".to_owned(),
                attribute: "level"
            })
        );
    }

    #[test]
    fn attributes_have_their_form() {
        for (node, attribute) in [
            (
                json!({ "type": "paragraph", "style": 1, "children": [] }),
                "style",
            ),
            (
                json!({ "type": "code", "code": "x", "highlight": ["1"] }),
                "highlight",
            ),
            (
                json!({ "type": "code", "code": "x", "language": 1 }),
                "language",
            ),
            (
                json!({ "type": "blockquote", "attribution": [], "children": [] }),
                "attribution",
            ),
        ] {
            let malformed = check(&dast(json!([node])));
            assert!(
                matches!(&malformed, Err(Malformed::Attribute { attribute: found, .. }) if *found == attribute),
                "{node}: {malformed:?}"
            );
        }
        for (node, attribute) in [
            (
                json!({ "type": "span", "value": "a", "marks": "strong" }),
                "marks",
            ),
            (
                json!({ "type": "link", "url": "a", "meta": [{ "id": "rel" }], "children": [] }),
                "meta",
            ),
            (
                json!({ "type": "itemLink", "item": "a", "meta": {}, "children": [] }),
                "meta",
            ),
        ] {
            let malformed = check(&dast(json!([{ "type": "paragraph", "children": [node] }])));
            assert!(
                matches!(&malformed, Err(Malformed::Attribute { attribute: found, .. }) if *found == attribute),
                "{node}: {malformed:?}"
            );
        }
    }

    #[test]
    fn a_dropped_link_leaves_its_words() {
        let mut value = dast(json!([{ "type": "paragraph", "children": [
            { "type": "itemLink", "item": "gone", "children": [{ "type": "span", "value": "see" }] },
            { "type": "inlineItem", "item": "gone" },
        ] }]));
        let outcome: Result<(), ()> = rewrite(&mut value, &mut |node| {
            Ok(match node_type(node) {
                "itemLink" => Fate::Unwrap,
                "inlineItem" => Fate::Drop,
                _ => Fate::Keep,
            })
        });
        assert_eq!(outcome, Ok(()));
        assert_eq!(
            value,
            dast(
                json!([{ "type": "paragraph", "children": [{ "type": "span", "value": "see" }] }])
            )
        );
        assert_eq!(plain_text(&value), "see");
    }

    #[test]
    fn a_block_alone_is_not_blank() {
        assert!(is_blank(&dast(
            json!([{ "type": "paragraph", "children": [{ "type": "span", "value": " " }] }])
        )));
        assert!(!is_blank(&dast(json!([{ "type": "block", "item": "b" }]))));
    }
}
