//! The GraphQL schema of one environment, generated from its [`Description`].
//!
//! `basics`, `filters`, `assets` and `site` register what every environment has; `records` one object type per model with the types
//! its fields own, `inputs` its filters and orders, `locales` and `inverse` the fields that go through locales and against links;
//! `query` and `uploads` the root fields. `values` turns stored values into GraphQL ones, `select` finds records for an argument
//! list. Names follow `management-api.md` 10.3 and 10.4, and where those are silent the published schemas of real projects.

mod assets;
mod basics;
mod filters;
mod inputs;
mod inverse;
mod locales;
mod nodes;
mod query;
mod records;
mod select;
mod site;
mod uploads;
mod values;

use std::sync::Arc;

use async_graphql::dynamic::{Schema, SchemaError};

use super::cost;
use super::description::Description;
pub(crate) use nodes::SiteFacts;

/// Builds the schema. Its queries need two things in the request's data: an `Arc<Session>` and a
/// [`SiteFacts`].
pub(crate) fn build(description: &Arc<Description>) -> Result<Schema, SchemaError> {
    // Both count less than the check before them does (`cost`), and are here in case it is forgotten.
    let mut builder = Schema::build(query::NAME, None, None)
        .limit_depth(cost::MAX_DEPTH)
        .limit_recursive_depth(cost::MAX_DEPTH);
    builder = basics::register(builder, description);
    builder = filters::register(builder);
    builder = assets::register(builder, description);
    builder = site::register(builder, description);
    builder = records::register(builder, description);
    builder = inputs::register(builder, description);
    builder = inverse::register(builder, description);
    builder = locales::register(builder, description);
    query::register(builder, description).finish()
}

#[cfg(test)]
mod tests;
