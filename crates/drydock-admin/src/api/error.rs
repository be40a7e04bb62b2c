//! What the management API refuses, in words a person at the panel understands.

use std::fmt;

use serde_json::Value;

/// A request that brought nothing.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub(crate) enum ApiError {
    /// The server could not be reached, or the connection broke: whether the request
    /// was performed is unknown.
    #[error(
        "The server did not answer ({0}). Check that it is running; what you were doing may or may not have been done."
    )]
    NoAnswer(String),
    /// The server said no.
    #[error("{}", sentences(problems))]
    Refused {
        /// HTTP status.
        status: u16,
        /// Its reasons, at least one.
        problems: Vec<Problem>,
    },
    /// The answer is not what this API answers.
    #[error("The server's answer could not be read: {0}")]
    Unreadable(String),
}

impl ApiError {
    /// Whether one of the reasons carries this code.
    pub(crate) fn has_code(&self, code: &str) -> bool {
        self.problems().iter().any(|problem| problem.code == code)
    }

    /// The reasons; none unless the server refused.
    pub(crate) fn problems(&self) -> &[Problem] {
        match self {
            Self::Refused { problems, .. } => problems,
            Self::NoAnswer(_) | Self::Unreadable(_) => &[],
        }
    }
}

/// One reason of a refusal: an `api_error`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Problem {
    /// The API's code, such as `INVALID_FIELD`.
    pub(crate) code: String,
    /// What belongs to the code.
    pub(crate) details: Value,
}

impl Problem {
    /// Reads one entry of an error document's `data`.
    pub(crate) fn of(entry: &Value) -> Option<Self> {
        let attributes = entry.get("attributes")?;
        Some(Self {
            code: attributes.get("code")?.as_str()?.to_owned(),
            details: attributes.get("details").cloned().unwrap_or(Value::Null),
        })
    }

    /// The field this is about, by API key, when it is about one.
    pub(crate) fn field(&self) -> Option<&str> {
        if self.code != "INVALID_FIELD" {
            return None;
        }
        // Locales are reported as `title.en`; the message belongs to the field.
        self.details
            .get("field")?
            .as_str()
            .and_then(|path| path.split('.').next())
    }

    /// What is wrong with a field's value, to stand beside it.
    pub(crate) fn about_value(&self) -> String {
        if let Some(message) = self.details.get("message").and_then(Value::as_str) {
            return message.to_owned();
        }
        let code = self
            .details
            .get("code")
            .and_then(Value::as_str)
            .unwrap_or("VALIDATION_INVALID");
        match code {
            "VALIDATION_REQUIRED" => "A value is required.".to_owned(),
            "VALIDATION_UNIQUENESS" | "VALIDATION_UNIQUE" => {
                "Another record already has this value.".to_owned()
            }
            "VALIDATION_LENGTH" => "The text is too short or too long.".to_owned(),
            "VALIDATION_FORMAT" => "The value does not have the expected format.".to_owned(),
            "VALIDATION_ENUM" => "The value is not one of those allowed.".to_owned(),
            "VALIDATION_NUMBER_RANGE" | "VALIDATION_RANGE" => {
                "The number is outside the allowed range.".to_owned()
            }
            "INVALID_LOCALES" => {
                "This field's languages do not match those of the record.".to_owned()
            }
            other => format!("The value is not valid ({other})."),
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let detail = |key: &str| self.details.get(key).and_then(Value::as_str);
        match self.code.as_str() {
            "MAINTENANCE_MODE" => f.write_str(
                "Maintenance mode is on, so the primary environment is read-only. Nothing was changed; try again when it is off.",
            ),
            "STALE_ITEM_VERSION" => f.write_str(
                "Someone saved this record after you opened it. Nothing was changed; reload the record to see their version, then make your change again.",
            ),
            "INSUFFICIENT_PERMISSIONS" => {
                f.write_str("Your role does not allow this. Nothing was changed.")
            }
            "ACTIVE_EDITING_SESSIONS" => {
                f.write_str("People are editing records at this moment. Nothing was changed.")
            }
            "ENVIRONMENT_IN_READ_ONLY_MODE" => f.write_str(
                "This environment is being copied and is read-only meanwhile. Nothing was changed; try again when the copy is done.",
            ),
            "ENVIRONMENT_NOT_READY" => f.write_str("This environment is not ready yet."),
            "INVALID_ENVIRONMENT" => f.write_str("This environment does not exist, or your role may not enter it."),
            "INVALID_AUTHORIZATION_HEADER" => f.write_str("The server does not know this user's token. Reload the panel."),
            "NOT_FOUND" => f.write_str("What you are looking for does not exist here."),
            "RATE_LIMIT_EXCEEDED" => f.write_str("The server is answering too many requests. Wait a moment and try again."),
            "INVALID_FIELD" => match detail("field") {
                Some(field) => write!(f, "“{field}”: {}", self.about_value()),
                None => f.write_str(&self.about_value()),
            },
            code => match detail("message") {
                Some(message) => write!(f, "{message} ({code})"),
                None => write!(f, "The server refused: {code}."),
            },
        }
    }
}

fn sentences(problems: &[Problem]) -> String {
    problems
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_refusal_names_the_field_and_what_is_wrong_with_it() {
        let problem = Problem::of(&json!({"id": "1", "type": "api_error", "attributes": {
            "code": "INVALID_FIELD", "details": {"field": "title.en", "code": "VALIDATION_REQUIRED"}}}))
        .unwrap();
        assert_eq!(problem.field(), Some("title"));
        assert_eq!(problem.about_value(), "A value is required.");
    }

    #[test]
    fn maintenance_is_said_in_words() {
        let problem = Problem {
            code: "MAINTENANCE_MODE".into(),
            details: Value::Null,
        };
        let error = ApiError::Refused {
            status: 422,
            problems: vec![problem],
        };
        assert!(
            error.to_string().starts_with("Maintenance mode is on"),
            "{error}"
        );
        assert!(error.has_code("MAINTENANCE_MODE"));
    }

    #[test]
    fn an_unknown_code_is_shown_as_it_came() {
        let problem = Problem {
            code: "SOMETHING_NEW".into(),
            details: json!({}),
        };
        assert_eq!(problem.to_string(), "The server refused: SOMETHING_NEW.");
    }
}
