//! The GraphQL schema of one environment, generated from its [`Description`].
//!
//! `shared` registers what every environment has (scalars, value objects, filter inputs), `records` one
//! object type per model and the types its fields own, `query` the root fields, `values` turns stored
//! values into GraphQL ones. Names follow `management-api.md` 10.3 and 10.4.

mod meta_tags;
mod nodes;
mod query;
mod records;
mod shared;
mod values;

use std::sync::Arc;

use async_graphql::dynamic::{Schema, SchemaError};

use super::description::Description;
pub(crate) use nodes::SiteFacts;

/// Nesting a query may have. The CMS limits by complexity; a flat bound keeps a runaway query from
/// exhausting the stack, and the introspection query of every known tool stays well below it.
const DEPTH_LIMIT: usize = 40;

/// Builds the schema. Its queries need two things in the request's data: an `Arc<Session>` and a
/// [`SiteFacts`].
pub(crate) fn build(description: Description) -> Result<Schema, SchemaError> {
    let description = Arc::new(description);
    let mut builder = Schema::build(query::NAME, None, None).limit_depth(DEPTH_LIMIT);
    builder = shared::register(builder, &description);
    for model in &description.models {
        builder = records::register(builder, &description, model);
    }
    query::register(builder, &description).finish()
}

#[cfg(test)]
mod tests;
