//! Variables that are declared and not given: what they stand for is absent, as GraphQL wants it, and not null. A condition
//! `{category: {eq: $category}}` without a category is no condition; the executor would look for records without one.

use std::collections::HashSet;

use async_graphql::parser::Positioned;
use async_graphql::parser::types::{
    DocumentOperations, ExecutableDocument, OperationDefinition, Selection, SelectionSet,
};
use async_graphql::{Name, Variables};
use async_graphql_value::Value;

/// Takes them out of the document, declarations included.
pub(super) fn remove(document: &mut ExecutableDocument, given: &Variables) {
    let mut absent: HashSet<Name> = HashSet::new();
    let mut present: HashSet<Name> = HashSet::new();
    for (_, operation) in document.operations.iter() {
        for definition in &operation.node.variable_definitions {
            let definition = &definition.node;
            let name = definition.name.node.clone();
            // One that must be given is the executor's to miss.
            if given.contains_key(&name)
                || definition.default_value.is_some()
                || !definition.var_type.node.nullable
            {
                present.insert(name);
            } else {
                absent.insert(name);
            }
        }
    }
    absent.retain(|name| !present.contains(name));
    if absent.is_empty() {
        return;
    }
    let in_operation = |operation: &mut Positioned<OperationDefinition>| {
        let operation = &mut operation.node;
        operation
            .variable_definitions
            .retain(|definition| !absent.contains(&definition.node.name.node));
        in_selections(&mut operation.selection_set.node, &absent);
    };
    match &mut document.operations {
        DocumentOperations::Single(operation) => in_operation(operation),
        DocumentOperations::Multiple(operations) => operations.values_mut().for_each(in_operation),
    }
    for fragment in document.fragments.values_mut() {
        in_selections(&mut fragment.node.selection_set.node, &absent);
    }
}

fn in_selections(set: &mut SelectionSet, absent: &HashSet<Name>) {
    for selection in &mut set.items {
        match &mut selection.node {
            Selection::Field(field) => {
                let field = &mut field.node;
                field
                    .arguments
                    .retain_mut(|(_, value)| keep(&mut value.node, absent));
                in_selections(&mut field.selection_set.node, absent);
            }
            Selection::InlineFragment(inline) => {
                in_selections(&mut inline.node.selection_set.node, absent);
            }
            Selection::FragmentSpread(_) => {}
        }
    }
}

/// Whether the value is there; what is absent inside it is taken out. In a list it is null.
fn keep(value: &mut Value, absent: &HashSet<Name>) -> bool {
    match value {
        Value::Variable(name) => return !absent.contains(name),
        Value::Object(fields) => fields.retain(|_, value| keep(value, absent)),
        Value::List(values) => {
            for value in values {
                if !keep(value, absent) {
                    *value = Value::Null;
                }
            }
        }
        Value::Null
        | Value::Number(_)
        | Value::String(_)
        | Value::Boolean(_)
        | Value::Binary(_)
        | Value::Enum(_) => {}
    }
    true
}

#[cfg(test)]
mod tests {
    use async_graphql::parser::parse_query;
    use serde_json::json;

    use super::*;

    /// The arguments of the first field, as they are written, and how many variables are declared.
    fn left(query: &str, given: serde_json::Value) -> (String, usize) {
        let mut document = parse_query(query).unwrap();
        remove(&mut document, &Variables::from_json(given));
        let (_, operation) = document.operations.iter().next().unwrap();
        let Selection::Field(field) = &operation.node.selection_set.node.items[0].node else {
            panic!("a field")
        };
        let arguments = field.node.arguments.iter();
        let written = arguments.map(|(name, value)| format!("{name}: {}", value.node));
        (
            written.collect::<Vec<_>>().join(", "),
            operation.node.variable_definitions.len(),
        )
    }

    #[test]
    fn what_is_not_given_is_absent_and_not_null() {
        for (query, given, expected) in [
            (
                "query($a: A) { f(x: {eq: $a}, y: $a) }",
                json!({}),
                ("x: {}", 0),
            ),
            (
                "query($a: A) { f(x: {eq: $a}) }",
                json!({"a": null}),
                ("x: {eq: $a}", 1),
            ),
            ("query($a: A = 1) { f(x: $a) }", json!({}), ("x: $a", 1)),
            ("query($a: A!) { f(x: $a) }", json!({}), ("x: $a", 1)),
            (
                "query($a: A, $b: B) { f(x: [$a, $b, 1]) }",
                json!({"b": 2}),
                ("x: [null, $b, 1]", 1),
            ),
            ("{ f(x: 1) }", json!({}), ("x: 1", 0)),
        ] {
            let (arguments, declared) = left(query, given);
            assert_eq!((arguments.as_str(), declared), expected, "{query}");
        }
    }
}
