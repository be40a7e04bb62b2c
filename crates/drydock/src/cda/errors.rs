//! Query errors in the shape of the real service: what a query names and the schema has not is also told apart by machine.

use async_graphql::parser::types::{ExecutableDocument, Selection, SelectionSet};
use async_graphql::{Pos, ServerError};
use serde_json::{Map, Value, json};

/// `[{message, locations, path, extensions}]`.
///
/// The real service puts `{code, typeName, fieldName}` beside an unknown field (`management-api.md` 10.2). Its GraphQL library
/// says where in the document a mistake is; codes and words are that library's.
pub(super) fn document(
    errors: &[ServerError],
    query: Option<&ExecutableDocument>,
) -> Result<Value, serde_json::Error> {
    let mut document = serde_json::to_value(errors)?;
    let all = document.as_array_mut().into_iter().flatten();
    for (error, shown) in errors.iter().zip(all) {
        let Some(mistake) = Mistake::read(&error.message) else {
            continue;
        };
        shown["message"] = mistake.message.into();
        shown["extensions"] = Value::Object(mistake.extensions);
        let path = error
            .locations
            .first()
            .and_then(|position| path_to(query?, *position));
        if let Some(mut path) = path {
            path.extend(mistake.argument);
            shown["path"] = path.into();
        }
    }
    Ok(document)
}

/// A mistake the schema finds in a query.
struct Mistake {
    message: String,
    extensions: Map<String, Value>,
    /// What the path names below the field.
    argument: Option<String>,
}

impl Mistake {
    /// Reads the executor's words; `None` for those that are shown as they are.
    fn read(message: &str) -> Option<Self> {
        if let Some(rest) = message.strip_prefix("Unknown field \"") {
            let (field, ty) = between(rest, "\" on type \"")?;
            return Some(Self::new(
                format!("Field '{field}' doesn't exist on type '{ty}'"),
                json!({"code": "undefinedField", "typeName": ty, "fieldName": field}),
                None,
            ));
        }
        if let Some(rest) = message.strip_prefix("Unknown argument \"") {
            let (argument, rest) = rest.split_once("\" on field \"")?;
            let (field, ty) = between(rest, "\" of type \"")?;
            return Some(Self::new(
                format!("Field '{field}' doesn't accept argument '{argument}'"),
                json!({"code": "argumentNotAccepted", "name": field, "typeName": ty, "argumentName": argument}),
                Some(argument.to_owned()),
            ));
        }
        if let Some(rest) = message.strip_prefix("Unknown type \"") {
            let (ty, _) = rest.split_once('"')?;
            return Some(Self::new(
                format!("No such type {ty}, so it can't be a fragment condition"),
                json!({"code": "undefinedType", "typeName": ty}),
                None,
            ));
        }
        message
            .strip_prefix("Invalid value for argument ")
            .map(|reason| {
                Self::new(
                    format!("Argument has an invalid value: {reason}"),
                    json!({"code": "argumentLiteralsIncompatible", "typeName": "Field"}),
                    None,
                )
            })
    }

    fn new(message: String, extensions: Value, argument: Option<String>) -> Self {
        let extensions = match extensions {
            Value::Object(map) => map,
            Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::String(_)
            | Value::Array(_) => Map::new(),
        };
        Self {
            message,
            extensions,
            argument,
        }
    }
}

/// What stands before and behind `middle`, up to the next quotation mark.
fn between<'m>(text: &'m str, middle: &str) -> Option<(&'m str, &'m str)> {
    let (before, rest) = text.split_once(middle)?;
    let (after, _) = rest.split_once('"')?;
    Some((before, after))
}

/// The way to the field at a position: the operation or fragment, then fields by the names they have in the answer.
fn path_to(document: &ExecutableDocument, position: Pos) -> Option<Vec<String>> {
    let operations = document.operations.iter().map(|(name, operation)| {
        let kind = operation.node.ty.to_string();
        let root = name.map_or_else(|| kind.clone(), |name| format!("{kind} {name}"));
        (root, &operation.node.selection_set.node)
    });
    let fragments = document.fragments.iter().map(|(name, fragment)| {
        (
            format!("fragment {name}"),
            &fragment.node.selection_set.node,
        )
    });
    operations.chain(fragments).find_map(|(root, selections)| {
        let mut path = vec![root];
        find(selections, position, &mut path).then_some(path)
    })
}

fn find(selections: &SelectionSet, position: Pos, path: &mut Vec<String>) -> bool {
    for selection in &selections.items {
        let (step, inner) = match &selection.node {
            Selection::Field(field) => {
                let arguments = field.node.arguments.iter();
                let here = field.pos == position
                    || field.node.name.pos == position
                    || arguments
                        .clone()
                        .any(|(name, value)| name.pos == position || value.pos == position);
                path.push(field.node.response_key().node.to_string());
                if here {
                    return true;
                }
                (true, &field.node.selection_set.node)
            }
            Selection::InlineFragment(inline) => (false, &inline.node.selection_set.node),
            Selection::FragmentSpread(_) => continue,
        };
        if find(inner, position, path) {
            return true;
        }
        if step {
            path.pop();
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use async_graphql::parser::parse_query;

    use super::*;

    #[test]
    fn mistakes_are_told_in_the_vendors_words() {
        let query = parse_query("query Q { stories { title colour size(unit: px) } }").unwrap();
        let shown = |message: &str, column: usize| {
            let error = ServerError::new(message, Some(Pos { line: 1, column }));
            document(&[error], Some(&query)).unwrap()[0].take()
        };
        let unknown = shown(
            "Unknown field \"colour\" on type \"StoryRecord\". Did you mean \"color\"?",
            27,
        );
        assert_eq!(
            unknown,
            json!({
                "message": "Field 'colour' doesn't exist on type 'StoryRecord'",
                "locations": [{"line": 1, "column": 27}],
                "path": ["query Q", "stories", "colour"],
                "extensions": {"code": "undefinedField", "typeName": "StoryRecord", "fieldName": "colour"},
            })
        );
        let argument = shown(
            "Unknown argument \"unit\" on field \"size\" of type \"StoryRecord\".",
            39,
        );
        assert_eq!(
            argument["path"],
            json!(["query Q", "stories", "size", "unit"])
        );
        assert_eq!(argument["extensions"]["code"], "argumentNotAccepted");
        let other = shown("something else", 1);
        assert_eq!(other["message"], "something else");
        assert_eq!(other.get("extensions"), None);
    }
}
