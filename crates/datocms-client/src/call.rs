//! One request to be made, and what its failures mean.

use std::time::Duration;

use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderName, HeaderValue, Method, Request, StatusCode};
use serde_json::Value;

use crate::failure::{Asked, read_failure};
use crate::retry::Repeat;
use crate::{ApiError, BaseUrl, EnvironmentId, Query, Token, TransportError};

const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// One request to be made.
pub(crate) struct Call {
    pub method: Method,
    /// Path after the base URL, escaped.
    pub path: String,
    /// Query string without `?`; may be empty.
    pub query: String,
    pub body: Vec<u8>,
    pub environment: Option<EnvironmentId>,
    pub headers: Vec<(HeaderName, HeaderValue)>,
    pub repeat: Repeat,
    /// The environment name that the call wants to give out.
    pub new_name: Option<EnvironmentId>,
    /// The path of what the call creates, when that is known beforehand: as long as nothing is there, the call was not
    /// carried out.
    pub creates: Option<String>,
    /// Whether the id of what the call creates was made for it, so that what is found there can only be its own work.
    pub owns_id: bool,
}

impl Call {
    pub(crate) fn new(method: Method, repeat: Repeat, path: String) -> Self {
        Self {
            method,
            path,
            query: String::new(),
            body: Vec::new(),
            environment: None,
            headers: Vec::new(),
            repeat,
            new_name: None,
            creates: None,
            owns_id: false,
        }
    }

    pub(crate) fn get(segments: &[&str]) -> Result<Self, ApiError> {
        let path = crate::query::path(segments)?;
        Ok(Self::new(Method::GET, Repeat::Harmless, path))
    }

    pub(crate) fn write(method: Method, segments: &[&str]) -> Result<Self, ApiError> {
        let path = crate::query::path(segments)?;
        Ok(Self::new(method, Repeat::IfRefused, path))
    }

    pub(crate) fn with_query(mut self, query: &Query) -> Self {
        self.query = query.encode();
        self
    }

    pub(crate) fn with_body(mut self, body: &Value) -> Self {
        self.body = body.to_string().into_bytes();
        self
    }

    pub(crate) fn in_environment(mut self, environment: Option<&EnvironmentId>) -> Self {
        self.environment = environment.cloned();
        self
    }

    /// Names what the call creates.
    ///
    /// Only for what is there as soon as the call is carried out: a job may still be under way when nothing is there yet.
    pub(crate) fn creating(mut self, segments: &[&str]) -> Result<Self, ApiError> {
        self.creates = Some(crate::query::path(segments)?);
        Ok(self)
    }

    /// The look at what the call creates, if that is known beforehand.
    pub(crate) fn look(&self) -> Option<Self> {
        let path = self.creates.clone()?;
        let look = Self::new(Method::GET, Repeat::Harmless, path);
        Some(look.in_environment(self.environment.as_ref()))
    }

    /// Method and path, for error messages and journals.
    pub(crate) fn label(&self) -> String {
        format!("{} {}", self.method, self.path)
    }

    /// What an answer that is not a success means.
    pub(crate) fn failure(
        &self,
        status: StatusCode,
        retry_after: Option<Duration>,
        body: &[u8],
    ) -> ApiError {
        let asked = Asked {
            request: &self.label(),
            write: self.repeat != Repeat::Harmless,
            environment: self.environment.as_ref().map(EnvironmentId::as_str),
            new_name: self.new_name.as_ref().map(EnvironmentId::as_str),
        };
        read_failure(asked, status.as_u16(), retry_after, body)
    }

    /// What the caller learns when there is no answer at all.
    pub(crate) fn unanswered(&self, error: TransportError) -> ApiError {
        let request = self.label();
        match error {
            TransportError::NoAnswer { reason } if self.repeat != Repeat::Harmless => {
                ApiError::InDoubt { request, reason }
            }
            TransportError::NoAnswer { reason } | TransportError::NotSent { reason } => {
                ApiError::Unavailable {
                    request,
                    reason,
                    retry_after: None,
                }
            }
        }
    }

    /// The request as it goes to the API at `base`.
    pub(crate) fn request(
        &self,
        base: &BaseUrl,
        token: &Token,
        fixed_headers: &[(&str, &str)],
    ) -> Result<Request<Vec<u8>>, ApiError> {
        let query = if self.query.is_empty() {
            String::new()
        } else {
            format!("?{}", self.query)
        };
        let mut request = Request::builder()
            .method(&self.method)
            .uri(format!("{base}{}{query}", self.path))
            .header(AUTHORIZATION, token.authorization())
            .header(ACCEPT, JSON)
            .header(CONTENT_TYPE, JSON);
        for (name, value) in fixed_headers {
            request = request.header(*name, *value);
        }
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        if let Some(environment) = &self.environment {
            request = request.header("x-environment", environment.as_str());
        }
        request
            .body(self.body.clone())
            .map_err(|error| ApiError::InvalidRequest {
                reason: error.to_string(),
            })
    }
}
