//! Errors as the API words them: an envelope of `api_error`s in `data`.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::answer;
use crate::store::{Frozen, StoreError};

/// An answer that says no.
#[derive(Debug, Clone, PartialEq)]
pub struct ApiError {
    /// HTTP status.
    pub status: StatusCode,
    /// The vendor's code, for example `INVALID_FIELD`.
    pub code: &'static str,
    /// What a client can learn; an object.
    pub details: Value,
    /// Whether the same call may succeed a moment later.
    pub transient: bool,
    /// Details of further errors with the same code: a record can break several rules at once.
    pub more: Vec<Value>,
}

impl ApiError {
    /// An error with these details.
    pub fn new(status: StatusCode, code: &'static str, details: Value) -> Self {
        Self {
            status,
            code,
            details,
            transient: false,
            more: Vec::new(),
        }
    }

    /// 422 with these details.
    pub fn unprocessable(code: &'static str, details: Value) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, code, details)
    }

    /// The entity does not exist.
    pub fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "NOT_FOUND", json!({}))
    }

    /// `INVALID_FIELD`: which field, and the vendor's code for what is wrong with it.
    pub fn invalid_field(field: &str, code: &str) -> Self {
        Self::unprocessable("INVALID_FIELD", json!({"field": field, "code": code}))
    }

    /// The body is JSON, but not the document this call takes.
    pub fn invalid_format(message: impl Into<String>) -> Self {
        Self::invalid_document(&[message.into()])
    }

    /// The same, with all that is wrong with it.
    pub fn invalid_document(messages: &[String]) -> Self {
        Self::unprocessable("INVALID_FORMAT", json!({"messages": messages}))
    }

    /// The caller's role lacks something; `needed` names it.
    pub fn insufficient_permissions(needed: &str) -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "INSUFFICIENT_PERMISSIONS",
            json!({"required": needed}),
        )
    }

    /// No token, or one nobody knows.
    pub fn invalid_authorization() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "INVALID_AUTHORIZATION_HEADER",
            json!({}),
        )
    }

    /// The environment does not exist, or the caller may not enter it.
    pub fn invalid_environment(id: &str) -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "INVALID_ENVIRONMENT",
            json!({"environment": id}),
        )
    }

    /// The environment is being copied or destroyed.
    pub fn environment_not_ready(id: &str) -> Self {
        Self::unprocessable("ENVIRONMENT_NOT_READY", json!({"environment": id}))
    }

    /// Something broke on our side; the reason is for the log and the developer at the screen.
    pub fn exception(reason: impl std::fmt::Display) -> Self {
        let reason = reason.to_string();
        crate::events::log(&format!("internal error: {reason}"));
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "EXCEPTION",
            json!({"message": reason}),
        )
    }

    /// Marks it as worth another try.
    #[must_use]
    pub fn transient(mut self) -> Self {
        self.transient = true;
        self
    }

    /// The error document, as answers and job results carry it.
    pub fn document(&self) -> Value {
        let one = |details: &Value| {
            let mut attributes = json!({
                "code": self.code,
                "doc_url": format!("https://www.datocms.com/docs/content-management-api/errors#{}", self.code),
                "details": details,
            });
            if self.transient {
                attributes["transient"] = Value::Bool(true);
            }
            let id = format!("{:06x}", rand::random::<u32>() & 0x00ff_ffff);
            json!({"id": id, "type": "api_error", "attributes": attributes})
        };
        let errors: Vec<Value> = std::iter::once(&self.details)
            .chain(&self.more)
            .map(one)
            .collect();
        json!({"data": errors})
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Frozen(Frozen::Maintenance) => {
                Self::unprocessable("MAINTENANCE_MODE", json!({}))
            }
            StoreError::Frozen(Frozen::FastFork) => {
                Self::unprocessable("ENVIRONMENT_IN_READ_ONLY_MODE", json!({}))
            }
            StoreError::Frozen(Frozen::NotReady) => {
                Self::unprocessable("ENVIRONMENT_NOT_READY", json!({}))
            }
            StoreError::Sqlite(_) | StoreError::Damaged { .. } | StoreError::File(_) => {
                Self::exception(error)
            }
        }
    }
}

impl From<rusqlite::Error> for ApiError {
    fn from(error: rusqlite::Error) -> Self {
        StoreError::from(error).into()
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        answer::document(self.status, &self.document())
    }
}
