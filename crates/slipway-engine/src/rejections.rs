//! What the CMS or we refused a running script, remembered for as long as the script may still end because of it.

use std::collections::VecDeque;

use datocms_client::RawAnswer;
use serde_json::Value;
use slipway_release::{
    ScriptEnd,
    event::ScriptSummary,
    failure::{Rejection, Request},
    policy::{self, Refusal},
};

use crate::{
    ports::{Refused, ScriptFailure, ScriptRequest},
    script_host::{REFUSED, with_query},
    steps::migrate::cause,
};

/// Refusals remembered: a script that fails tells of one of the last it met, unless it collected them.
const KEPT: usize = 50;
/// Jobs whose requests are remembered.
const JOBS: usize = 500;

/// The refusals of one run, newest last.
#[derive(Debug, Default)]
pub(crate) struct Rejections {
    kept: VecDeque<Rejection>,
    /// Jobs by their ids, with what was asked for: a job's refusal is told in its result.
    jobs: VecDeque<(String, Request)>,
    /// What was refused here, and never sent.
    ours: VecDeque<(Request, Refusal)>,
}

impl Rejections {
    /// Takes note of an answer.
    pub(crate) fn note(&mut self, asked: &ScriptRequest, answer: &RawAnswer) {
        let status = answer.status.as_u16();
        let request = || Request::new(&asked.method, &with_query(asked));
        if status == 202 {
            if let Some(job) = job_id(&answer.body) {
                push(&mut self.jobs, (job, request()), JOBS);
            }
            return;
        }
        if answer.status.is_success() {
            if let Some(rejection) = self.of_job(asked, answer) {
                push(&mut self.kept, rejection, KEPT);
            }
            return;
        }
        let body = String::from_utf8_lossy(&answer.body);
        let body = policy::withhold(&asked.method, &asked.path, &body).unwrap_or(body.into());
        let rejection = Rejection::read(request(), status, request_id(answer), body.as_bytes());
        push(&mut self.kept, rejection, KEPT);
    }

    /// Takes note of a request that was refused here.
    pub(crate) fn refuse(&mut self, asked: &ScriptRequest, refusal: Refusal) {
        let request = Request::new(&asked.method, &with_query(asked));
        push(&mut self.ours, (request, refusal), KEPT);
    }

    /// How far a script came that had done this and made this last request, and the refusal of ours that ended it. A
    /// refusal that the script survived is none of its end.
    pub(crate) fn end(
        &self,
        done: ScriptSummary,
        last: Option<Request>,
        failure: Option<&ScriptFailure>,
    ) -> (ScriptEnd, Option<Refusal>) {
        let (places, refused) = failure.map(cause).unwrap_or_default();
        let end = ScriptEnd {
            done,
            last,
            rejection: refused.and_then(|refused| self.find(refused)),
            places: Vec::new(),
        };
        let refusal = refused.and_then(|refused| self.find_ours(refused));
        (end.at(places), refusal)
    }

    /// The refusal that a job's result tells of.
    fn of_job(&self, asked: &ScriptRequest, answer: &RawAnswer) -> Option<Rejection> {
        let job = asked.path.strip_prefix("/job-results/")?;
        let (_, request) = self.jobs.iter().rev().find(|(id, _)| id == job)?;
        let result: Value = serde_json::from_slice(&answer.body).ok()?;
        let attributes = &result["data"]["attributes"];
        let status = u16::try_from(attributes["status"].as_u64()?).ok()?;
        if (200..300).contains(&status) {
            return None;
        }
        let body = attributes["payload"].to_string();
        Some(Rejection::read(
            request.clone(),
            status,
            request_id(answer),
            body.as_bytes(),
        ))
    }

    /// The refusal of ours that a script ended because of, by what its error says of the request.
    fn find_ours(&self, refused: &Refused) -> Option<Refusal> {
        let request = Request::new(&refused.method, &refused.path);
        let mut ours = self.ours.iter().rev();
        let found = ours.find(|(asked, _)| *asked == request && refused.status == REFUSED)?;
        Some(found.1.clone())
    }

    /// The refusal of the CMS that a script ended because of, by what its error says of the request.
    fn find(&self, refused: &Refused) -> Option<Rejection> {
        let request = Request::new(&refused.method, &refused.path);
        self.kept
            .iter()
            .rev()
            .find(|kept| kept.request == request && kept.status == refused.status)
            .cloned()
    }
}

fn push<T>(queue: &mut VecDeque<T>, value: T, most: usize) {
    if queue.len() == most {
        queue.pop_front();
    }
    queue.push_back(value);
}

/// The id in the answer of a call that became a job (reference section 2).
fn job_id(body: &[u8]) -> Option<String> {
    let body: Value = serde_json::from_slice(body).ok()?;
    Some(body["data"]["id"].as_str()?.to_owned())
}

/// The vendor's name for a request. The service does not let pages of other origins see it, so in a browser it is
/// there only where the server in between allows it.
fn request_id(answer: &RawAnswer) -> Option<&str> {
    answer.headers.get("x-request-id")?.to_str().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use std::time::Duration;

    fn asked(method: &str, path: &str) -> ScriptRequest {
        ScriptRequest {
            method: method.to_owned(),
            path: path.to_owned(),
            query: "a=1".to_owned(),
            headers: Vec::new(),
            body: None,
        }
    }

    fn answer(status: u16, body: &Value) -> RawAnswer {
        RawAnswer {
            status: http::StatusCode::from_u16(status).unwrap(),
            headers: http::HeaderMap::default(),
            body: body.to_string().into_bytes(),
            took: Duration::ZERO,
        }
    }

    fn error(code: &str) -> Value {
        let attributes = json!({ "code": code, "details": {} });
        json!({ "data": [{ "id": "1", "type": "api_error", "attributes": attributes }] })
    }

    fn refused(method: &str, path: &str, status: u16) -> Refused {
        Refused {
            method: method.to_owned(),
            path: path.to_owned(),
            status,
        }
    }

    #[test]
    fn what_a_job_was_refused_is_told_as_the_request_that_began_it() {
        let mut rejections = Rejections::default();
        let job = json!({ "data": { "type": "job", "id": "7" } });
        rejections.note(&asked("DELETE", "/fields/F1"), &answer(202, &job));
        let pending = asked("GET", "/job-results/7");
        rejections.note(&pending, &answer(404, &error("NOT_FOUND")));
        let result = |status: u16, payload: Value| {
            let attributes = json!({ "status": status, "payload": payload });
            json!({ "data": { "type": "job_result", "id": "7", "attributes": attributes } })
        };
        let ended = result(422, error("REQUIRED_BY_ASSOCIATION"));
        rejections.note(&pending, &answer(200, &ended));

        let found = rejections.find(&refused("DELETE", "/fields/F1?a=1", 422));
        let found = found.unwrap();
        assert_eq!(found.faults[0].code, "REQUIRED_BY_ASSOCIATION");
        assert_eq!(found.request, Request::new("DELETE", "/fields/F1?a=1"));

        let mut quiet = Rejections::default();
        quiet.note(&asked("DELETE", "/fields/F1"), &answer(202, &job));
        quiet.note(&pending, &answer(200, &result(200, json!(null))));
        assert_eq!(quiet.find(&refused("DELETE", "/fields/F1?a=1", 200)), None);
    }

    #[test]
    fn the_last_refusal_of_the_same_request_counts_and_few_are_kept() {
        let mut rejections = Rejections::default();
        let request = asked("PUT", "/items/R1");
        rejections.note(&request, &answer(422, &error("ITEM_LOCKED")));
        rejections.note(&request, &answer(422, &error("STALE_ITEM_VERSION")));
        let one = refused("put", "/items/R1?a=1", 422);
        let code = |found: Option<Rejection>| found.map(|found| found.faults[0].code.clone());
        assert_eq!(
            code(rejections.find(&one)).as_deref(),
            Some("STALE_ITEM_VERSION")
        );
        assert_eq!(rejections.find(&refused("PUT", "/items/R1", 422)), None);
        for _ in 0..KEPT {
            let other = asked("GET", "/items/R2");
            rejections.note(&other, &answer(404, &error("NOT_FOUND")));
        }
        assert_eq!(rejections.find(&one), None);
    }
}
