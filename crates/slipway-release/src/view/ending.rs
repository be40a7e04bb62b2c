//! Why a script ended, as lines for the page and for exports.

use datocms_client::EnvironmentId;

use crate::{
    failure::{Place, Rejection, Request, ScriptEnd, words},
    view::{half_run, migrations::readable},
};

/// One error of the CMS, ready to be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FaultView {
    /// The vendor's code.
    pub code: String,
    /// What is wrong, a sentence.
    pub what: String,
    /// What to do about it, a sentence.
    pub advice: String,
    /// The vendor's details by name.
    pub details: Vec<(String, String)>,
    /// Where the vendor explains the code.
    pub documentation: Option<String>,
}

/// What the CMS had against a request.
pub fn faults(rejection: &Rejection) -> Vec<FaultView> {
    let view = |fault: &crate::failure::Fault| {
        let said = words::said(&rejection.request, fault);
        FaultView {
            code: fault.code.clone(),
            what: said.what,
            advice: said.advice,
            details: fault.details.clone(),
            documentation: words::documentation(&fault.code),
        }
    };
    rejection.faults.iter().map(view).collect()
}

/// What is known of a script's end, by name: the request that was refused, the answer, the line, what it had done.
pub fn facts(end: &ScriptEnd, sandbox: &EnvironmentId) -> Vec<(&'static str, String)> {
    let mut facts = Vec::new();
    if let Some(rejection) = &end.rejection {
        let asked = request(&rejection.request);
        let name = if rejection.is_refusal() {
            "Refused request"
        } else {
            "Request answered with an error"
        };
        facts.push((name, format!("{asked} in {sandbox}")));
        facts.push(("Answer", answer(rejection)));
    }
    if let Some(line) = line(&end.places) {
        facts.push(("Line", line));
    }
    facts.push(("Until then", half_run::had_done(end)));
    let is_told = |last: &Request| {
        let refused = end.rejection.as_ref().map(|rejection| &rejection.request);
        refused == Some(last)
    };
    if let Some(last) = end.last.as_ref().filter(|last| !is_told(last)) {
        facts.push(("Last request", request(last)));
    }
    facts
}

fn request(request: &Request) -> String {
    format!("{} {}", request.method, readable(&request.path))
}

fn answer(rejection: &Rejection) -> String {
    let Rejection {
        status,
        request_id,
        more,
        ..
    } = rejection;
    let known_as = match request_id {
        Some(id) => format!(", request id {id}"),
        None => String::new(),
    };
    let more = match more {
        0 => String::new(),
        1 => ", and 1 more error".to_owned(),
        n => format!(", and {n} more errors"),
    };
    format!("status {status}{known_as}{more}")
}

/// The innermost line, and who called it.
fn line(places: &[Place]) -> Option<String> {
    let (first, callers) = places.split_first()?;
    let callers: Vec<String> = callers
        .iter()
        .map(|place| format!(", called from {place}"))
        .collect();
    Some(format!("{first}{}", callers.concat()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::ScriptSummary;

    fn end() -> ScriptEnd {
        let body = br#"{"data":[{"id":"1","type":"api_error","attributes":{"code":"INVALID_FIELD",
            "details":{"field":"title","code":"VALIDATION_LENGTH","options":{"max":80}}}}]}"#;
        let asked = Request::new("PUT", "/items/R1?nested%5B%5D=true");
        let place = |file: &str, line| Place {
            file: file.to_owned(),
            line,
        };
        ScriptEnd {
            done: ScriptSummary {
                calls: 2,
                effects: vec![("record updated".to_owned(), 1)],
                ..ScriptSummary::default()
            },
            last: Some(asked.clone()),
            places: Vec::new(),
            rejection: Some(Rejection::read(asked, 422, None, body)),
        }
        .at(vec![place("lib/save.ts", 5), place("1_a.ts", 6)])
    }

    #[test]
    fn a_refusal_is_told_with_its_request_its_line_and_what_was_done_before() {
        assert_eq!(
            facts(&end(), &"next".parse().unwrap()),
            [
                (
                    "Refused request",
                    "PUT /items/R1?nested[]=true in next".to_owned()
                ),
                ("Answer", "status 422".to_owned()),
                ("Line", "lib/save.ts:5, called from 1_a.ts:6".to_owned()),
                (
                    "Until then",
                    "It had made 2 calls: 1 record updated.".to_owned()
                ),
            ]
        );
        let faults = faults(end().rejection.as_ref().unwrap());
        assert_eq!(
            faults[0].what,
            "The field `title` is too long or too short."
        );
        assert_eq!(
            faults[0].documentation.as_deref(),
            Some("https://www.datocms.com/docs/content-management-api/errors#INVALID_FIELD")
        );
        assert!(
            faults[0]
                .details
                .contains(&("options.max".to_owned(), "80".to_owned()))
        );
    }

    #[test]
    fn what_a_failing_server_answered_is_not_called_refused() {
        let mut answered = end();
        if let Some(rejection) = &mut answered.rejection {
            rejection.status = 502;
        }
        let facts = facts(&answered, &"next".parse().unwrap());
        assert_eq!(facts[0].0, "Request answered with an error");
        assert_eq!(facts[1].1, "status 502");
    }

    #[test]
    fn a_stopped_script_is_told_with_its_last_request() {
        let stopped = ScriptEnd {
            rejection: None,
            places: Vec::new(),
            ..end()
        };
        let facts = facts(&stopped, &"next".parse().unwrap());
        let names: Vec<&str> = facts.iter().map(|(name, _)| *name).collect();
        assert_eq!(names, ["Until then", "Last request"]);
    }
}
