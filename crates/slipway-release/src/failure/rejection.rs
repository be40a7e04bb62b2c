//! What the CMS said when it refused a script's request: the vendor's codes and details, as lines that people read.

use serde_json::Value;

use crate::failure::{script_end::Request, shortened};

/// Errors kept of one answer at most.
const FAULTS: usize = 5;
/// Details kept of one error at most.
const DETAILS: usize = 10;
/// Characters of a detail's name at most.
const NAME: usize = 60;
/// Characters of a detail's value at most.
const VALUE: usize = 200;
/// Levels of a detail that are taken apart; what lies deeper is told as the vendor wrote it.
const DEPTH: usize = 4;

/// An answer of the CMS that says no.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejection {
    /// What was asked.
    pub request: Request,
    /// The HTTP status; of a job, the status of its result.
    pub status: u16,
    /// The vendor's own name for the request, where the browser gets to see it.
    pub request_id: Option<String>,
    /// What the CMS had against it. Empty where the answer was not in the vendor's form.
    pub faults: Vec<Fault>,
    /// How many further errors it named.
    pub more: u32,
}

/// One error of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The vendor's code, for example `INVALID_FIELD`.
    pub code: String,
    /// The vendor's details: what is said of it by name, nested names joined with dots.
    pub details: Vec<(String, String)>,
}

impl Fault {
    /// A detail by its name.
    pub fn detail(&self, name: &str) -> Option<&str> {
        self.details
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }
}

impl Rejection {
    /// Whether it is known that the CMS did not do what was asked. A server that failed may have done it all the same.
    pub fn is_refusal(&self) -> bool {
        self.status < 500
    }

    /// Reads an answer's body (reference section 1.6), and keeps as much of it as a journal may hold.
    pub fn read(request: Request, status: u16, request_id: Option<&str>, body: &[u8]) -> Self {
        let body: Value = serde_json::from_slice(body).unwrap_or_default();
        let errors: Vec<&Value> = body["data"]
            .as_array()
            .into_iter()
            .flatten()
            .filter(|error| error["type"] == "api_error")
            .collect();
        let more = errors.len().saturating_sub(FAULTS);
        Self {
            request,
            status,
            request_id: request_id.map(|id| shortened(id, NAME)),
            faults: errors.into_iter().take(FAULTS).map(fault).collect(),
            more: u32::try_from(more).unwrap_or(u32::MAX),
        }
    }
}

fn fault(error: &Value) -> Fault {
    let attributes = &error["attributes"];
    let mut details = Vec::new();
    flatten("", &attributes["details"], DEPTH, &mut details);
    Fault {
        code: shortened(attributes["code"].as_str().unwrap_or_default(), NAME),
        details,
    }
}

/// Takes a value apart into lines.
fn flatten(name: &str, value: &Value, depth: usize, lines: &mut Vec<(String, String)>) {
    if lines.len() == DETAILS {
        return;
    }
    let mut line = |text: String| {
        if !text.is_empty() {
            lines.push((shortened(name, NAME), shortened(&text, VALUE)));
        }
    };
    match value {
        Value::Null => {}
        Value::Object(_) | Value::Array(_) if depth == 0 => line(value.to_string()),
        Value::Object(members) => {
            for (key, value) in members {
                let name = if name.is_empty() {
                    key.clone()
                } else {
                    format!("{name}.{key}")
                };
                flatten(&name, value, depth - 1, lines);
            }
        }
        Value::Array(items) if items.iter().all(is_plain) => {
            let texts: Vec<String> = items.iter().map(plain).collect();
            line(texts.join(", "));
        }
        Value::Array(items) => {
            for (index, value) in items.iter().enumerate() {
                flatten(&format!("{name}.{}", index + 1), value, depth - 1, lines);
            }
        }
        Value::Bool(_) | Value::Number(_) | Value::String(_) => line(plain(value)),
    }
}

fn is_plain(value: &Value) -> bool {
    !matches!(value, Value::Array(_) | Value::Object(_))
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => {
            value.to_string()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read(body: &Value) -> Rejection {
        let request = Request::new("put", "/items/R1");
        Rejection::read(request, 422, None, body.to_string().as_bytes())
    }

    fn error(details: &Value) -> Value {
        json!({
            "id": "5c1f0e",
            "type": "api_error",
            "attributes": { "code": "INVALID_FIELD", "doc_url": "", "details": details },
        })
    }

    #[test]
    fn nested_details_become_lines() {
        let details = json!({
            "field": "rating",
            "code": "VALIDATION_NUMBER_RANGE",
            "options": { "min": 1, "max": 5, "enum": { "values": ["a", "b"] } },
            "rows": [{ "id": 7 }],
            "nothing": null,
        });
        let rejection = read(&json!({ "data": [error(&details)] }));
        assert_eq!(rejection.request.method, "PUT");
        let fault = &rejection.faults[0];
        assert_eq!(fault.code, "INVALID_FIELD");
        assert_eq!(fault.detail("field"), Some("rating"));
        assert_eq!(fault.detail("options.max"), Some("5"));
        assert_eq!(fault.detail("options.enum.values"), Some("a, b"));
        assert_eq!(fault.detail("rows.1.id"), Some("7"));
        assert_eq!(fault.detail("nothing"), None);
    }

    #[test]
    fn a_journal_is_not_filled_by_one_answer() {
        let long = "ü".repeat(1000);
        let many: serde_json::Map<String, Value> = (0..20)
            .map(|n| (format!("{n}{long}"), json!([[[[[[long]]]]]])))
            .collect();
        let errors: Vec<Value> = (0..7)
            .map(|_| error(&Value::Object(many.clone())))
            .collect();
        let rejection = read(&json!({ "data": errors }));
        assert_eq!((rejection.faults.len(), rejection.more), (FAULTS, 2));
        for fault in &rejection.faults {
            assert_eq!(fault.details.len(), DETAILS);
            for (name, value) in &fault.details {
                assert!(name.chars().count() <= NAME && value.chars().count() <= VALUE);
            }
        }
    }

    #[test]
    fn an_answer_of_another_form_has_no_faults() {
        for body in [json!("<html>"), json!({ "data": {} }), json!(null)] {
            assert_eq!(read(&body).faults, []);
        }
        let request = Request::new("GET", "/site");
        assert_eq!(
            Rejection::read(request, 502, None, b"<html>").faults,
            Vec::new()
        );
    }
}
