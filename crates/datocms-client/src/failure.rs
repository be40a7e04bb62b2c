//! From an answer that is not a success to the failure it means.

use std::time::Duration;

use serde_json::Value;

use crate::ApiError;
use crate::error::explain;
use crate::wire::{ErrorDocument, WireError};

/// The request behind an answer, as far as judging the answer needs it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Asked<'a> {
    /// Method and path.
    pub request: &'a str,
    /// Whether carrying it out twice makes a difference.
    pub write: bool,
    /// The environment addressed by header.
    pub environment: Option<&'a str>,
    /// The environment name that the request wants to give out.
    pub new_name: Option<&'a str>,
}

/// What an answer that is not a success means. The code decides; the status only where there is none.
pub(crate) fn read_failure(
    asked: Asked<'_>,
    status: u16,
    retry_after: Option<Duration>,
    body: &[u8],
) -> ApiError {
    match ErrorDocument::first(body) {
        Some(error) => by_code(asked, status, retry_after, error),
        None => by_status(asked, status, retry_after),
    }
}

fn by_code(
    asked: Asked<'_>,
    status: u16,
    retry_after: Option<Duration>,
    error: WireError,
) -> ApiError {
    let request = asked.request.to_owned();
    match error.code.as_str() {
        "INVALID_AUTHORIZATION_HEADER" => ApiError::Unauthorized { request },
        "INSUFFICIENT_PERMISSIONS" => ApiError::Forbidden {
            request,
            details: Box::new(error.details),
        },
        "NOT_FOUND" => ApiError::NotFound { what: request },
        "INVALID_ENVIRONMENT" => ApiError::NotFound {
            what: match asked.environment {
                Some(environment) => format!("Environment `{environment}`"),
                None => "The primary environment".to_owned(),
            },
        },
        "INVALID_FIELD" => invalid_field(asked, error),
        "PLAN_UPGRADE_REQUIRED" => ApiError::QuotaReached {
            limit: detail(&error, "limit"),
        },
        "ACTIVE_EDITING_SESSIONS" => ApiError::ActiveEditingSessions,
        "MAINTENANCE_MODE" => ApiError::MaintenanceMode,
        "ALREADY_PRIMARY_ENVIRONMENT" => ApiError::AlreadyPrimary,
        "STALE_ITEM_VERSION" => ApiError::Stale { request },
        "RATE_LIMIT_EXCEEDED" => rate_limited(request, retry_after),
        "PLATFORM_SCHEDULED_MAINTENANCE" | "DEACTIVATED_SITE" | "SITE_NOT_READY" => {
            ApiError::Unavailable {
                request,
                reason: explain(&error.code).to_owned(),
                retry_after,
            }
        }
        "ENVIRONMENT_IN_READ_ONLY_MODE"
        | "ENVIRONMENT_NOT_READY"
        | "CONCURRENT_ENVIRONMENT_UPDATE"
        | "CONCURRENT_ITEM_UPDATE"
        | "CONCURRENT_ITEM_TYPE_UPDATE"
        | "CONCURRENT_ROLE_UPDATE"
        | "CONCURRENT_UPLOAD_UPDATE"
        | "BATCH_DATA_VALIDATION_IN_PROGRESS"
        | "ITEM_LOCKED" => ApiError::Busy {
            request,
            code: error.code,
        },
        _ if status >= 500 => server_failed(asked, explain(&error.code), retry_after),
        _ if error.transient => ApiError::Busy {
            request,
            code: error.code,
        },
        _ => ApiError::Rejected {
            request,
            status,
            code: error.code,
            details: Box::new(error.details),
        },
    }
}

fn by_status(asked: Asked<'_>, status: u16, retry_after: Option<Duration>) -> ApiError {
    let request = asked.request.to_owned();
    let details = Box::new(Value::Null);
    match status {
        401 => ApiError::Unauthorized { request },
        403 => ApiError::Forbidden { request, details },
        404 => ApiError::NotFound { what: request },
        429 => rate_limited(request, retry_after),
        500.. => server_failed(asked, &format!("status {status}"), retry_after),
        _ => ApiError::Rejected {
            request,
            status,
            code: format!("HTTP {status}"),
            details,
        },
    }
}

/// A name in use is told from other invalid values. The server calls the field `name`, although the request has `id`.
fn invalid_field(asked: Asked<'_>, error: WireError) -> ApiError {
    let (field, problem) = (detail(&error, "field"), detail(&error, "code"));
    let taken = matches!(field.as_str(), "name" | "id")
        && matches!(
            problem.as_str(),
            "VALIDATION_UNIQUENESS" | "VALIDATION_UNIQUE"
        );
    match asked.new_name {
        Some(name) if taken => ApiError::NameTaken {
            name: name.to_owned(),
        },
        _ => {
            let request = asked.request.to_owned();
            ApiError::InvalidField {
                request,
                field,
                problem,
                details: Box::new(error.details),
            }
        }
    }
}

/// A server that failed has not said whether it did what it was asked.
fn server_failed(asked: Asked<'_>, reason: &str, retry_after: Option<Duration>) -> ApiError {
    let (request, reason) = (asked.request.to_owned(), reason.to_owned());
    if asked.write {
        ApiError::InDoubt { request, reason }
    } else {
        ApiError::Unavailable {
            request,
            reason,
            retry_after,
        }
    }
}

fn rate_limited(request: String, retry_after: Option<Duration>) -> ApiError {
    ApiError::Unavailable {
        request,
        reason: "too many requests".to_owned(),
        retry_after,
    }
}

fn detail(error: &WireError, key: &str) -> String {
    error
        .details
        .get(key)
        .and_then(Value::as_str)
        .unwrap_or_default()
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use serde_json::json;

    fn envelope(code: &str, details: Value, transient: bool) -> Vec<u8> {
        let mut attributes = json!({ "code": code, "details": details });
        if transient {
            attributes["transient"] = json!(true);
        }
        json!({ "data": [{ "id": "5c1f0e", "type": "api_error", "attributes": attributes }] })
            .to_string()
            .into_bytes()
    }

    fn asked(write: bool) -> Asked<'static> {
        Asked {
            request: "POST /x",
            write,
            environment: Some("rel-7"),
            new_name: Some("rel-8"),
        }
    }

    /// What a person reads when a write is answered with `code`.
    #[rstest]
    #[case("INVALID_AUTHORIZATION_HEADER", 401, json!({}), "The CMS does not accept the access token (POST /x). Nothing was changed.")]
    #[case("INSUFFICIENT_PERMISSIONS", 403, json!({}), "Your role does not allow POST /x. Nothing was changed.")]
    #[case("INVALID_ENVIRONMENT", 404, json!({}), "Environment `rel-7` was not found. Nothing was changed.")]
    #[case("NOT_FOUND", 404, json!({}), "POST /x was not found. Nothing was changed.")]
    #[case("INVALID_FIELD", 422, json!({"field": "name", "code": "VALIDATION_UNIQUENESS"}), "An environment named `rel-8` already exists. Nothing was changed.")]
    #[case("INVALID_FIELD", 422, json!({"field": "name", "code": "VALIDATION_FORMAT"}), "POST /x was refused: `name` is not acceptable (VALIDATION_FORMAT). Nothing was changed.")]
    #[case("PLAN_UPGRADE_REQUIRED", 422, json!({"limit": "sandbox_environments"}), "The project's plan does not allow more sandbox environments. Nothing was changed.")]
    #[case("ACTIVE_EDITING_SESSIONS", 422, json!({}), "People are editing records in this project. Nothing was changed.")]
    #[case("MAINTENANCE_MODE", 422, json!({}), "Maintenance mode is on: the primary environment is read-only. Nothing was changed.")]
    #[case("ENVIRONMENT_IN_READ_ONLY_MODE", 422, json!({}), "POST /x has to wait: the environment is read-only while it is being forked. Nothing was changed.")]
    #[case("ENVIRONMENT_NOT_READY", 422, json!({}), "POST /x has to wait: the environment is still being created, or is being destroyed. Nothing was changed.")]
    #[case("CONCURRENT_ENVIRONMENT_UPDATE", 422, json!({}), "POST /x has to wait: someone else is changing the same thing at this moment. Nothing was changed.")]
    #[case("CONCURRENT_ITEM_UPDATE", 422, json!({}), "POST /x has to wait: someone else is changing the same thing at this moment. Nothing was changed.")]
    #[case("CONCURRENT_ITEM_TYPE_UPDATE", 422, json!({}), "POST /x has to wait: someone else is changing the same thing at this moment. Nothing was changed.")]
    #[case("CONCURRENT_ROLE_UPDATE", 422, json!({}), "POST /x has to wait: someone else is changing the same thing at this moment. Nothing was changed.")]
    #[case("CONCURRENT_UPLOAD_UPDATE", 422, json!({}), "POST /x has to wait: someone else is changing the same thing at this moment. Nothing was changed.")]
    #[case("ALREADY_PRIMARY_ENVIRONMENT", 422, json!({}), "This environment already is the primary one. Nothing was changed.")]
    #[case("CANNOT_DESTROY_PRIMARY_ENVIRONMENT", 422, json!({}), "POST /x was refused: the primary environment cannot be destroyed (status 422). Nothing was changed.")]
    #[case("CANNOT_DESTROY_FORKING_ORIGIN", 422, json!({}), "POST /x was refused: the environment is being forked (status 422). Nothing was changed.")]
    #[case("PRIMARY_ENVIRONMENT_SETTINGS_READ_ONLY", 422, json!({}), "POST /x was refused: the project allows schema changes only in sandbox environments (status 422). Nothing was changed.")]
    #[case("ITEM_LOCKED", 422, json!({}), "POST /x has to wait: someone has locked the record. Nothing was changed.")]
    #[case("STALE_ITEM_VERSION", 422, json!({}), "The record changed since it was read (POST /x). Nothing was changed.")]
    #[case("STALE_ITEM_VERSION", 409, json!({}), "The record changed since it was read (POST /x). Nothing was changed.")]
    #[case("BATCH_DATA_VALIDATION_IN_PROGRESS", 422, json!({}), "POST /x has to wait: the CMS is re-validating records after a schema change. Nothing was changed.")]
    #[case("TECHNICAL_LIMIT_REACHED", 422, json!({}), "POST /x was refused: a technical limit of the service is reached (status 422). Nothing was changed.")]
    #[case("TOO_MANY_OPERATIONS", 422, json!({}), "POST /x was refused: it holds too many operations for one request (status 422). Nothing was changed.")]
    #[case("PLATFORM_SCHEDULED_MAINTENANCE", 503, json!({}), "The CMS is not available (POST /x: the whole service is under scheduled maintenance). Nothing was changed.")]
    #[case("DEACTIVATED_SITE", 422, json!({}), "The CMS is not available (POST /x: the project is deactivated). Nothing was changed.")]
    #[case("SITE_NOT_READY", 422, json!({}), "The CMS is not available (POST /x: the project is not ready). Nothing was changed.")]
    #[case("RATE_LIMIT_EXCEEDED", 429, json!({}), "The CMS is not available (POST /x: too many requests). Nothing was changed.")]
    #[case("SERVICE_UNAVAILABLE", 503, json!({}), "No answer came to POST /x (the service failed). It may or may not have been carried out.")]
    #[case("SOMETHING_NEW", 422, json!({}), "POST /x was refused: SOMETHING_NEW (status 422). Nothing was changed.")]
    fn every_code_says_what_happened(
        #[case] code: &str,
        #[case] status: u16,
        #[case] details: Value,
        #[case] expected: &str,
    ) {
        let error = read_failure(asked(true), status, None, &envelope(code, details, false));
        assert_eq!(error.to_string(), expected);
    }

    #[test]
    fn a_transient_refusal_without_a_known_code_is_busy() {
        let error = read_failure(
            asked(true),
            422,
            None,
            &envelope("SOMETHING_NEW", json!({}), true),
        );
        assert_eq!(
            error,
            ApiError::Busy {
                request: "POST /x".into(),
                code: "SOMETHING_NEW".into()
            }
        );
        assert!(error.is_transient() && !error.outcome_is_unknown());
    }

    #[test]
    fn a_failed_server_leaves_a_write_in_doubt_and_a_read_unavailable() {
        for body in [
            b"<html>Bad gateway</html>".to_vec(),
            envelope("EXCEPTION", json!({}), false),
            Vec::new(),
        ] {
            let write = read_failure(asked(true), 502, None, &body);
            assert!(
                matches!(write, ApiError::InDoubt { .. }) && write.outcome_is_unknown(),
                "{write:?}"
            );
            let read = read_failure(asked(false), 502, None, &body);
            assert!(
                matches!(read, ApiError::Unavailable { .. }) && read.is_transient(),
                "{read:?}"
            );
        }
    }

    #[test]
    fn the_status_decides_only_where_there_is_no_envelope() {
        let bare = |status| read_failure(asked(true), status, None, b"nope");
        assert!(matches!(bare(401), ApiError::Unauthorized { .. }));
        assert!(matches!(bare(403), ApiError::Forbidden { .. }));
        assert!(matches!(bare(404), ApiError::NotFound { .. }));
        assert!(matches!(bare(429), ApiError::Unavailable { .. }));
        assert!(matches!(bare(418), ApiError::Rejected { status: 418, .. }));
        let stale = read_failure(
            asked(true),
            500,
            None,
            &envelope("STALE_ITEM_VERSION", json!({}), false),
        );
        assert!(matches!(stale, ApiError::Stale { .. }), "the code decides");
    }

    #[test]
    fn one_bare_error_entity_is_read_too() {
        let body = br#"{"data":{"id":"1","type":"api_error","attributes":{"code":"INVALID_ENVIRONMENT","details":{}}}}"#;
        let error = read_failure(asked(false), 404, None, body);
        assert_eq!(
            error,
            ApiError::NotFound {
                what: "Environment `rel-7`".into()
            }
        );
    }

    #[test]
    fn the_server_says_when_to_come_back() {
        let reset = Some(Duration::from_secs(3));
        let error = read_failure(
            asked(true),
            429,
            reset,
            &envelope("RATE_LIMIT_EXCEEDED", json!({}), false),
        );
        assert!(matches!(error, ApiError::Unavailable { retry_after, .. } if retry_after == reset));
    }
}
