//! Query errors in the shape of the real service: what a query names and the schema has not is also told apart by machine.

use async_graphql::ServerError;
use serde_json::{Value, json};

/// `[{message, locations, path, extensions}]`.
///
/// The real service puts `{code, typeName, fieldName}` beside an unknown field (`management-api.md` 10.2); `undefinedField` is
/// the code the GraphQL library it is built on uses.
pub(super) fn document(errors: &[ServerError]) -> Result<Value, serde_json::Error> {
    let mut document = serde_json::to_value(errors)?;
    for error in document.as_array_mut().into_iter().flatten() {
        let Some((field, ty)) = error["message"].as_str().and_then(unknown_field) else {
            continue;
        };
        error["extensions"] =
            json!({ "code": "undefinedField", "typeName": ty, "fieldName": field });
    }
    Ok(document)
}

/// Field and type out of `Unknown field "a" on type "B"…`, the message of the GraphQL executor.
fn unknown_field(message: &str) -> Option<(String, String)> {
    let rest = message.strip_prefix("Unknown field \"")?;
    let (field, rest) = rest.split_once("\" on type \"")?;
    let (ty, _) = rest.split_once('"')?;
    Some((field.to_owned(), ty.to_owned()))
}
