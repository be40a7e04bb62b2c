//! Requests that somebody else composed: those of migration scripts.

use http::{HeaderMap, Method, StatusCode};

use crate::connection::Call;
use crate::retry::Repeat;
use crate::{ApiError, Cma, EnvironmentId, Timer, Transport};

/// A request to be passed on as it is. Its path stays under the API's base URL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawRequest {
    method: Method,
    path: String,
    query: String,
    body: Vec<u8>,
    environment: Option<EnvironmentId>,
}

/// Why a path may not be passed on.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{path}` is not a path of the API: {reason}")]
pub struct InvalidPath {
    /// The path as given.
    pub path: String,
    /// What is wrong with it.
    pub reason: &'static str,
}

/// An answer as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawAnswer {
    /// The status, whatever it is.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Vec<u8>,
}

impl RawRequest {
    /// A request for `path_and_query` (`/items?page[limit]=1`), relative to the API's base URL.
    ///
    /// Browsers resolve dot segments, also percent-encoded ones, and read `\` as `/` before they send, so what was
    /// classified as one resource would address another: such paths are refused.
    pub fn new(method: Method, path_and_query: &str) -> Result<Self, InvalidPath> {
        let refused = |reason| InvalidPath {
            path: path_and_query.to_owned(),
            reason,
        };
        let (path, query) = path_and_query
            .split_once('?')
            .unwrap_or((path_and_query, ""));
        if !path.starts_with('/') {
            return Err(refused("it must start with a slash"));
        }
        if path_and_query.contains('#') {
            return Err(refused("it has a fragment"));
        }
        if path
            .bytes()
            .any(|byte| !byte.is_ascii_graphic() || byte == b'\\')
        {
            return Err(refused("it holds characters that do not belong in a path"));
        }
        let dots = |segment: &str| {
            matches!(
                segment.to_ascii_lowercase().replace("%2e", ".").as_str(),
                "." | ".."
            )
        };
        if path[1..]
            .split('/')
            .any(|segment| segment.is_empty() || dots(segment))
        {
            return Err(refused("it has an empty or a dot segment"));
        }
        let query = query.replace('[', "%5B").replace(']', "%5D");
        if !query.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(refused("its query is not encoded"));
        }
        Ok(Self {
            method,
            path: path.to_owned(),
            query,
            body: Vec::new(),
            environment: None,
        })
    }

    /// Adds a body.
    #[must_use]
    pub fn with_body(mut self, body: Vec<u8>) -> Self {
        self.body = body;
        self
    }

    /// Addresses an environment; without this, primary.
    #[must_use]
    pub fn in_environment(mut self, environment: &EnvironmentId) -> Self {
        self.environment = Some(environment.clone());
        self
    }

    /// The method.
    pub fn method(&self) -> &Method {
        &self.method
    }

    /// The path, without the query.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The query without `?`, empty when there is none.
    pub fn query(&self) -> &str {
        &self.query
    }
}

impl<T: Transport, C: Timer> Cma<T, C> {
    /// Passes a request on and its answer back, untouched: the caller has its own idea of errors, jobs and retries.
    ///
    /// Only 429 is waited out here, because the rate limit is shared. When no answer comes, a `GET` is
    /// [`ApiError::Unavailable`] and any other method [`ApiError::InDoubt`].
    pub async fn raw(&self, request: RawRequest) -> Result<RawAnswer, ApiError> {
        let RawRequest {
            method,
            path,
            query,
            body,
            environment,
        } = request;
        let harmless = method == Method::GET;
        let call = Call {
            method,
            path,
            query,
            body,
            environment,
            headers: Vec::new(),
            repeat: Repeat::Never,
            new_name: None,
        };
        match self.connection().exchange(&call).await {
            Ok(answer) => {
                let (parts, body) = answer.into_parts();
                Ok(RawAnswer {
                    status: parts.status,
                    headers: parts.headers,
                    body,
                })
            }
            Err(ApiError::InDoubt { request, reason }) if harmless => Err(ApiError::Unavailable {
                request,
                reason,
                retry_after: None,
            }),
            Err(error) => Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(path_and_query: &str, expected: Result<(&str, &str), &'static str>) {
        let found = RawRequest::new(Method::GET, path_and_query);
        let found = found
            .as_ref()
            .map(|request| (request.path(), request.query()))
            .map_err(|error| error.reason);
        assert_eq!(found, expected, "{path_and_query:?}");
    }

    #[test]
    fn a_path_cannot_be_taken_for_another() {
        let dots = Err("it has an empty or a dot segment");
        check("/items", Ok(("/items", "")));
        check(
            "/items?page[limit]=1&x=%20",
            Ok(("/items", "page%5Blimit%5D=1&x=%20")),
        );
        check("/items/a%2Fb", Ok(("/items/a%2Fb", "")));
        check(
            "/item-types/schema_migration",
            Ok(("/item-types/schema_migration", "")),
        );
        check("items", Err("it must start with a slash"));
        check("https://elsewhere/items", Err("it must start with a slash"));
        check("//elsewhere/items", dots);
        check("/items/../environments/main", dots);
        check("/items/%2e%2E/environments/main", dots);
        check("/items/.%2e/x", dots);
        check("/items/", dots);
        check(
            "/items\\..\\environments",
            Err("it holds characters that do not belong in a path"),
        );
        check(
            "/it ems",
            Err("it holds characters that do not belong in a path"),
        );
        check("/items#x", Err("it has a fragment"));
        check("/items?a b", Err("its query is not encoded"));
    }
}
