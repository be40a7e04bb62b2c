//! What no answer may be, whatever was asked.

use serde_json::Value;

use super::{Answer, Call};

/// What is wrong with an answer.
pub(super) fn of(call: &Call, answer: &Answer) -> Result<(), String> {
    let status = answer.status;
    if status >= 500 {
        return Err(format!("it answers {status}"));
    }
    if answer.body.is_empty() {
        return if status == 204 {
            Ok(())
        } else {
            Err(format!("it answers {status} without a body"))
        };
    }
    let Ok(body) = serde_json::from_slice::<Value>(&answer.body) else {
        return Err(format!(
            "it answers {status} with something that is no JSON"
        ));
    };
    if call.uri.starts_with("/graphql") && status == 200 {
        return of_query(&body);
    }
    if status >= 400 {
        return of_refusal(&body).map_err(|complaint| format!("its {status} {complaint}"));
    }
    Ok(())
}

/// Every error has a code that says what it is.
fn of_refusal(body: &Value) -> Result<(), String> {
    let errors = body["data"].as_array().map_or(&[][..], Vec::as_slice);
    if errors.is_empty() {
        return Err("has no errors in it".to_owned());
    }
    for error in errors {
        let attributes = &error["attributes"];
        let has_code = attributes["code"]
            .as_str()
            .is_some_and(|code| !code.is_empty());
        if error["type"] != "api_error" || !has_code || !attributes["details"].is_object() {
            return Err("has an error without type, code or details".to_owned());
        }
    }
    if errors[0]["attributes"]["details"]["message"]
        .as_str()
        .is_some_and(|message| message.starts_with("database: "))
    {
        return Err("shows what the database said".to_owned());
    }
    Ok(())
}

/// A query has an answer, or errors with a message each.
fn of_query(body: &Value) -> Result<(), String> {
    let errors = &body["errors"];
    if errors.is_null() {
        return if body["data"].is_object() {
            Ok(())
        } else {
            Err("it answers 200 with neither data nor errors".to_owned())
        };
    }
    let errors = errors.as_array().map_or(&[][..], Vec::as_slice);
    let has_message = |error: &Value| {
        error["message"]
            .as_str()
            .is_some_and(|text| !text.is_empty())
    };
    if errors.is_empty() || !errors.iter().all(has_message) {
        return Err("it answers 200 with errors that say nothing".to_owned());
    }
    if errors.iter().any(|error| {
        error["message"]
            .as_str()
            .unwrap_or_default()
            .contains("database")
    }) {
        return Err("its error shows what the database said".to_owned());
    }
    Ok(())
}

/// What is wrong with the outcome of a job.
pub(super) fn of_job(outcome: &Value) -> Result<(), String> {
    let status = outcome["status"].as_u64();
    match status {
        Some(200..300) => Ok(()),
        Some(status @ 400..500) => of_refusal(&outcome["payload"])
            .map_err(|complaint| format!("its job's {status} {complaint}")),
        _ => Err(format!("its job ends with {status:?}")),
    }
}
