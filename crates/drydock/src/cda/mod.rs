//! The GraphQL delivery API (`management-api.md` 10).
//!
//! A request names an environment and a face of it (`http`). The environment's models are read into a plain
//! [`description::Description`], from which `schema` generates a GraphQL schema; `schemas` keeps it until the environment's schema
//! revision moves. A query then runs over a [`content::Session`], which reads records through `database`. `filter`, `order`,
//! `locale` and `names` are pure.
//!
//! What the real service has and this one has not: assets as root fields, inverse links, deep filtering, narrowed nullability
//! under `X-Exclude-Invalid`, rendering of Markdown, cache tags, visual editing, real-time updates.

mod content;
mod database;
mod description;
mod errors;
mod filter;
mod http;
mod locale;
mod names;
mod order;
mod schema;
mod schemas;

use std::sync::Arc;

use serde_json::{Map, Value, json};

use crate::http::error::ApiError;
use crate::state::EnvHandle;
use content::Session;
use database::DatabaseContent;
use schema::SiteFacts;

pub(crate) use filter::plain_text;
pub(crate) use http::routes;
pub(crate) use schemas::Schemas;

/// A GraphQL request.
#[derive(Debug, Clone, Default)]
pub(crate) struct Request {
    pub(crate) query: String,
    pub(crate) variables: Map<String, Value>,
    pub(crate) operation_name: Option<String>,
}

/// What of an environment's content a query may see.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Audience {
    /// Current versions instead of published ones.
    pub(crate) drafts: bool,
    /// Only records whose seen version is valid.
    pub(crate) exclude_invalid: bool,
}

/// Runs a query and answers with `{"data"}`, or with `{"errors"}` alone when anything in it went wrong: the vendor's client
/// gives up on any `errors`, and the real service sends no data beside them.
pub(crate) async fn execute(
    schemas: &Schemas,
    env: &EnvHandle,
    audience: Audience,
    request: Request,
) -> Result<Value, ApiError> {
    let schema = schemas.of(env)?;
    let (content, site) = DatabaseContent::open(env, audience)?;
    let session = Session::new(Box::new(content), audience.exclude_invalid);
    let mut graphql = async_graphql::Request::new(request.query)
        .variables(async_graphql::Variables::from_json(Value::Object(
            request.variables,
        )))
        .data(Arc::new(session))
        .data(SiteFacts(site));
    if let Some(name) = request.operation_name {
        graphql = graphql.operation_name(name);
    }
    let response = schema.execute(graphql).await;
    if response.errors.is_empty() {
        let data = response.data.into_json().map_err(ApiError::exception)?;
        return Ok(json!({ "data": data }));
    }
    let errors = errors::document(&response.errors).map_err(ApiError::exception)?;
    Ok(json!({ "errors": errors }))
}
