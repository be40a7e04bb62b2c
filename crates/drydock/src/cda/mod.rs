//! The GraphQL delivery API (`management-api.md` 10).
//!
//! A request names an environment and a face of it (`http`). The environment's models are read into a plain
//! [`description::Description`], from which `schema` generates a GraphQL schema; `schemas` keeps it until the environment's schema
//! revision moves. What a query would cost is known before it runs (`cost`). It then runs over a [`content::Session`], which reads
//! records and assets through `database`. `filter`, `order`, `locale`, `inverse`, `imgix`, `responsive` and `names` are pure.
//!
//! What the real service has and this one has not: visual editing, real-time updates, encoded videos, image defaults of a project.

mod absent;
pub(crate) mod cache_tags;
mod content;
mod cost;
mod database;
mod description;
mod errors;
mod favicons;
mod field;
mod filter;
mod http;
mod imgix;
mod inverse;
mod locale;
mod meta_tags;
mod names;
mod order;
mod placeholder;
mod rate;
mod responsive;
mod schema;
mod schemas;

use std::sync::Arc;

use async_graphql::parser::types::ExecutableDocument;
use async_graphql::{Response, ServerError, Variables};
use serde_json::{Map, Value, json};

use crate::cma::controllers::site::PROJECT_SITE;
use crate::http::context::Caller;
use crate::http::error::ApiError;
use crate::state::{App, EnvHandle};
use crate::store::entity::{self, Kind};
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

/// Who asks, where, and what for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Asker<'a> {
    pub(crate) app: &'a App,
    pub(crate) env: &'a EnvHandle,
    pub(crate) audience: Audience,
    /// Whose role limits the models that exist; `None` for the server itself, which sees all.
    pub(crate) caller: Option<&'a Caller>,
    /// Where the panel is, for links into it.
    pub(crate) base_editing_url: Option<&'a str>,
}

/// What a query comes to.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Outcome {
    /// `{"data"}`, or `{"errors"}` alone when anything in the query went wrong: the vendor's client gives up on any `errors`, and
    /// the real service sends no data beside them.
    pub(crate) document: Value,
    /// What the query costs; nothing when it could not be told.
    pub(crate) complexity: Option<u64>,
    /// Opaque words for what the answer depends on, separated by spaces.
    pub(crate) cache_tags: String,
}

/// Runs a query.
pub(crate) async fn execute(
    schemas: &Schemas,
    asker: &Asker<'_>,
    request: Request,
) -> Result<Outcome, ApiError> {
    let known = schemas.of(asker)?;
    let variables = Variables::from_json(Value::Object(request.variables));
    let mut document = match cost::parse(&request.query) {
        Ok(document) => document,
        Err(error) => return refused(&[error], None),
    };
    absent::remove(&mut document, &variables);
    let operation = request.operation_name.as_deref();
    let complexity = match cost::of(&known.description, &document, operation, &variables) {
        Ok(complexity) => complexity,
        Err(excess) => return refused(&[excess.into()], None),
    };
    let (content, attributes) = DatabaseContent::open(asker)?;
    let session = Arc::new(Session::new(
        Box::new(content),
        asker.audience.exclude_invalid,
    ));
    let mut graphql = async_graphql::Request::new(request.query)
        .variables(variables)
        .data(Arc::clone(&session))
        .data(SiteFacts {
            attributes,
            name: project_name(asker.app)?,
            base_editing_url: asker.base_editing_url.map(str::to_owned),
        });
    if let Some(name) = request.operation_name {
        graphql = graphql.operation_name(name);
    }
    graphql.set_parsed_query(document.clone());
    let response = run(known.schema.clone(), graphql).await?;
    if !response.errors.is_empty() {
        return Ok(Outcome {
            complexity: Some(complexity),
            ..refused(&response.errors, Some(&document))?
        });
    }
    let data = response.data.into_json().map_err(ApiError::exception)?;
    Ok(Outcome {
        document: json!({ "data": data }),
        complexity: Some(complexity),
        cache_tags: cache_tags::header(&asker.env.id, &session.noted()),
    })
}

fn refused(
    errors: &[ServerError],
    query: Option<&ExecutableDocument>,
) -> Result<Outcome, ApiError> {
    let errors = errors::document(errors, query).map_err(ApiError::exception)?;
    Ok(Outcome {
        document: json!({ "errors": errors }),
        complexity: None,
        cache_tags: String::new(),
    })
}

/// Reading many records takes long: not on a thread that others wait for, where there are others.
async fn run(
    schema: async_graphql::dynamic::Schema,
    request: async_graphql::Request,
) -> Result<Response, ApiError> {
    match tokio::runtime::Handle::try_current() {
        Ok(runtime) => {
            let inner = runtime.clone();
            runtime
                .spawn_blocking(move || inner.block_on(schema.execute(request)))
                .await
                .map_err(ApiError::exception)
        }
        Err(_) => Ok(schema.execute(request).await),
    }
}

fn project_name(app: &App) -> Result<Option<String>, ApiError> {
    let site = app
        .project()
        .read(|connection| entity::find(connection, Kind::Site, PROJECT_SITE))?;
    Ok(site.and_then(|site| site.text("name").map(str::to_owned)))
}
