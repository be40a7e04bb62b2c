//! The content delivery API (GraphQL).

use std::fmt;
use std::rc::Rc;

use http::{HeaderName, HeaderValue, Method, StatusCode};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::call::Call;
use crate::connection::Connection;
use crate::failure::{Asked, read_failure};
use crate::retry::{self, Repeat};
use crate::{ApiError, BaseUrl, EnvironmentId, RateLimit, Timer, Token, Transport, wire};

/// The delivery API of one project. Clones are cheap and share the rate limit.
pub struct Cda<T, C> {
    connection: Rc<Connection<T, C>>,
}

/// What a query gave. GraphQL may answer with data, with errors, or with both.
#[derive(Debug, Clone, PartialEq)]
pub struct GraphQlAnswer {
    /// The data, absent when the query could not be run.
    pub data: Option<Value>,
    /// The errors, empty on success.
    pub errors: Vec<GraphQlError>,
}

/// One error of a query.
#[derive(Debug, Clone, PartialEq)]
pub struct GraphQlError {
    /// The server's words.
    pub message: String,
    /// Line and column in the query, both from 1.
    pub locations: Vec<(u32, u32)>,
    /// Where in the answer, as names and indices.
    pub path: Vec<String>,
    /// The server's code, for example `undefinedField`.
    pub code: Option<String>,
}

impl<T: Transport, C: Timer> Cda<T, C> {
    /// A client of the endpoint, `https://graphql.datocms.com` in production.
    pub fn new(transport: T, timer: C, endpoint: BaseUrl, token: Token) -> Self {
        Self {
            connection: Rc::new(Connection::new(
                transport,
                timer,
                endpoint,
                token,
                RateLimit::CDA,
                &[],
            )),
        }
    }

    /// Runs a query against an environment (`None`: primary), with current versions instead of published ones when
    /// `preview` is set.
    ///
    /// Errors of the query are part of the answer; an [`ApiError`] means it was not run.
    pub async fn query(
        &self,
        environment: Option<&EnvironmentId>,
        preview: bool,
        query: &str,
        variables: &Map<String, Value>,
    ) -> Result<GraphQlAnswer, ApiError> {
        let drafts = (
            HeaderName::from_static("x-include-drafts"),
            HeaderValue::from_static("true"),
        );
        // The delivery API only reads, so a query may be sent again like a GET.
        let mut call = Call::new(Method::POST, Repeat::Harmless, String::new())
            .in_environment(environment)
            .with_body(&json!({ "query": query, "variables": variables }));
        if preview {
            call.headers.push(drafts);
        }
        let answer = self.connection.exchange(&call).await?;
        let request = "the delivery API query";
        if answer.status() != StatusCode::OK {
            let environment = environment.map(EnvironmentId::as_str);
            let asked = Asked {
                request,
                write: false,
                environment,
                new_name: None,
            };
            let reset = retry::reset_after(answer.headers());
            return Err(read_failure(
                asked,
                answer.status().as_u16(),
                reset,
                answer.body(),
            ));
        }
        let answer: WireAnswer =
            wire::read(answer.body()).map_err(|reason| ApiError::Unreadable {
                request: request.to_owned(),
                reason,
            })?;
        Ok(answer.into())
    }
}

impl<T, C> Clone for Cda<T, C> {
    fn clone(&self) -> Self {
        Self {
            connection: self.connection.clone(),
        }
    }
}

impl<T, C> fmt::Debug for Cda<T, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cda")
            .field("endpoint", &self.connection.shared.base.as_str())
            .finish_non_exhaustive()
    }
}

#[derive(Deserialize)]
struct WireAnswer {
    data: Option<Value>,
    #[serde(default)]
    errors: Vec<WireGraphQlError>,
}

#[derive(Deserialize)]
struct WireGraphQlError {
    message: String,
    #[serde(default)]
    locations: Vec<WireLocation>,
    #[serde(default)]
    path: Vec<Value>,
    #[serde(default)]
    extensions: WireExtensions,
}

#[derive(Deserialize)]
struct WireLocation {
    line: u32,
    column: u32,
}

#[derive(Default, Deserialize)]
struct WireExtensions {
    code: Option<String>,
}

impl From<WireAnswer> for GraphQlAnswer {
    fn from(wire: WireAnswer) -> Self {
        Self {
            data: wire.data,
            errors: wire.errors.into_iter().map(GraphQlError::from).collect(),
        }
    }
}

impl From<WireGraphQlError> for GraphQlError {
    fn from(wire: WireGraphQlError) -> Self {
        let step = |step: Value| match step {
            Value::String(name) => name,
            other @ (Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::Array(_)
            | Value::Object(_)) => other.to_string(),
        };
        Self {
            message: wire.message,
            locations: wire
                .locations
                .into_iter()
                .map(|at| (at.line, at.column))
                .collect(),
            path: wire.path.into_iter().map(step).collect(),
            code: wire.extensions.code,
        }
    }
}
