//! What the requests of one running script did, noted request by request, in a release as in a rehearsal.
//!
//! A write is in doubt from the moment it leaves until somebody saw what came of it. Where the CMS makes a job of it, that
//! is when the job has ended and not when it was accepted: many a job ends in a refusal.

use std::collections::HashMap;

use serde_json::Value;

use crate::{
    effects::{self, Counts, Effect, Stays, Whose},
    event::ScriptSummary,
    failure::Request,
    rehearsal::Calls,
};

/// One request of a script.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// The HTTP method.
    pub verb: &'a str,
    /// The path, with no query.
    pub path: &'a str,
    /// The query as it was encoded; empty for none.
    pub query: &'a str,
    /// The body.
    pub body: Option<&'a str>,
}

/// What became of a request.
#[derive(Debug, Clone, Copy)]
pub enum Answer<'a> {
    /// It was refused here.
    Refused,
    /// It was not sent, and answered here.
    HeldBack,
    /// The CMS answered.
    Cms {
        /// The HTTP status.
        status: u16,
        /// The body.
        body: &'a [u8],
    },
    /// No answer came.
    None,
}

/// What one script did so far. `R` is what else is kept of each write.
#[derive(Debug, Clone, Default)]
pub struct Deeds<R = ()> {
    calls: Calls,
    last: Option<Request>,
    writes: Vec<Deed<R>>,
    /// The writes that wait for a job, by its id.
    jobs: HashMap<String, Sent>,
}

/// A write that left.
#[derive(Debug, Clone)]
struct Deed<R> {
    effect: Effect,
    rest: R,
    state: State,
}

/// What is known of a write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// It left, and nobody saw what came of it.
    InDoubt,
    /// The CMS did it.
    Done,
    /// The CMS did not do it.
    Void,
}

/// A write that left, until its answer is noted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sent(usize);

impl<R> Deeds<R> {
    /// A request is about to leave; `None` where it only looks.
    pub fn leaves(&mut self, asked: Asked<'_>, rest: R) -> Option<Sent> {
        let effect = effects::of(asked.verb, asked.path, asked.body)?;
        self.writes.push(Deed {
            effect,
            rest,
            state: State::InDoubt,
        });
        Some(Sent(self.writes.len() - 1))
    }

    /// Notes what became of a request; `sent` is what [`Deeds::leaves`] said of it, where it left.
    pub fn note(&mut self, asked: Asked<'_>, sent: Option<Sent>, answer: Answer<'_>) {
        self.calls.count(asked.verb, asked.path);
        self.last = Some(match asked.query {
            "" => Request::new(asked.verb, asked.path),
            query => Request::new(asked.verb, &format!("{}?{query}", asked.path)),
        });
        let (status, body) = match answer {
            Answer::Refused => {
                self.calls.refused += 1;
                return;
            }
            Answer::HeldBack => {
                self.calls.held_back += 1;
                return;
            }
            Answer::None => {
                self.calls.failed += 1;
                return;
            }
            Answer::Cms { status, body } => (status, body),
        };
        if !(200..300).contains(&status) {
            self.calls.failed += 1;
        }
        match (sent, asked.path.strip_prefix("/job-results/")) {
            (Some(sent), _) if status == 202 => {
                if let Some(job) = job(body) {
                    self.jobs.insert(job, sent);
                }
            }
            (Some(sent), _) => self.settle(sent, status),
            (None, Some(job)) if status == 200 => {
                let ended = serde_json::from_slice::<Value>(body).unwrap_or_default();
                let status = ended["data"]["attributes"]["status"].as_u64();
                let status = status.and_then(|status| u16::try_from(status).ok());
                if let (Some(sent), Some(status)) = (self.jobs.get(job), status) {
                    self.settle(*sent, status);
                }
            }
            (None, _) => {}
        }
    }

    /// How many requests were answered or refused.
    pub fn count(&self) -> u32 {
        self.calls.total()
    }

    /// Those requests, by kind.
    pub fn calls(&self) -> &Calls {
        &self.calls
    }

    /// The last of them.
    pub fn last(&self) -> Option<&Request> {
        self.last.as_ref()
    }

    /// What is kept of the writes that the CMS did.
    pub fn done(&self) -> impl Iterator<Item = &R> {
        let deeds = self.writes.iter();
        deeds
            .filter(|deed| deed.state == State::Done)
            .map(|deed| &deed.rest)
    }

    /// All of it in words, by what is known of it.
    pub fn summary(&self) -> ScriptSummary {
        let told = |whose: Whose, state: State| {
            let mut counts = Counts::new();
            let deeds = self.writes.iter();
            for deed in deeds.filter(|deed| deed.effect.whose == whose && deed.state == state) {
                effects::add(&mut counts, deed.effect.words, 1);
            }
            counts
        };
        ScriptSummary {
            calls: self.count(),
            effects: told(Whose::Environment, State::Done),
            in_doubt: told(Whose::Environment, State::InDoubt),
            project: Stays {
                done: told(Whose::Project, State::Done),
                in_doubt: told(Whose::Project, State::InDoubt),
                ..Stays::default()
            },
            ..ScriptSummary::default()
        }
    }

    /// What a status says of a write. A server that failed may have done it all the same.
    fn settle(&mut self, Sent(at): Sent, status: u16) {
        if let Some(deed) = self.writes.get_mut(at) {
            deed.state = match status {
                200..300 => State::Done,
                500.. => State::InDoubt,
                _ => State::Void,
            };
        }
    }
}

/// The id in the answer of a call that became a job (reference section 2).
fn job(body: &[u8]) -> Option<String> {
    let body: Value = serde_json::from_slice(body).ok()?;
    Some(body["data"]["id"].as_str()?.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn asked<'a>(verb: &'a str, path: &'a str) -> Asked<'a> {
        Asked {
            verb,
            path,
            query: "",
            body: None,
        }
    }

    fn ask(deeds: &mut Deeds, verb: &str, path: &str, status: u16, answer: &Value) {
        let asked = asked(verb, path);
        let sent = deeds.leaves(asked, ());
        let body = answer.to_string();
        let body = body.as_bytes();
        deeds.note(asked, sent, Answer::Cms { status, body });
    }

    fn accepted(job: &str) -> Value {
        json!({ "data": { "type": "job", "id": job } })
    }

    fn ended(status: u16) -> Value {
        let attributes = json!({ "status": status, "payload": {} });
        json!({ "data": { "type": "job_result", "attributes": attributes } })
    }

    fn counts(effect: &str, number: u32) -> Counts {
        vec![(effect.to_owned(), number)]
    }

    #[test]
    fn a_job_did_something_once_it_has_ended_well() {
        let mut deeds = Deeds::default();
        for (field, job) in [("/fields/a", "1"), ("/fields/b", "2"), ("/fields/c", "3")] {
            ask(&mut deeds, "DELETE", field, 202, &accepted(job));
        }
        assert_eq!(deeds.summary().effects, []);
        assert_eq!(deeds.summary().in_doubt, counts("field deleted", 3));
        ask(&mut deeds, "GET", "/job-results/1", 404, &json!({}));
        ask(&mut deeds, "GET", "/job-results/1", 200, &ended(200));
        ask(&mut deeds, "GET", "/job-results/2", 200, &ended(422));
        let summary = deeds.summary();
        assert_eq!(summary.effects, counts("field deleted", 1));
        assert_eq!(summary.in_doubt, counts("field deleted", 1));
        assert_eq!(summary.calls, 6);
    }

    #[test]
    fn what_got_no_verdict_is_in_doubt_and_what_was_refused_is_not() {
        let mut deeds = Deeds::default();
        let update = asked("PUT", "/items/a");
        // One that is still on its way, and one whose answer got lost.
        deeds.leaves(update, ());
        let sent = deeds.leaves(update, ());
        deeds.note(update, sent, Answer::None);
        ask(&mut deeds, "PUT", "/items/a", 502, &Value::Null);
        ask(&mut deeds, "PUT", "/items/a", 422, &Value::Null);
        deeds.note(update, None, Answer::Refused);
        let summary = deeds.summary();
        assert_eq!((summary.calls, summary.effects.len()), (4, 0));
        assert_eq!(summary.in_doubt, counts("record updated", 3));
        assert_eq!((deeds.calls().failed, deeds.calls().refused), (3, 1));
    }

    #[test]
    fn what_stays_is_kept_apart_from_what_goes_with_the_sandbox() {
        let mut deeds = Deeds::default();
        ask(&mut deeds, "POST", "/items", 201, &Value::Null);
        ask(&mut deeds, "POST", "/webhooks", 201, &Value::Null);
        ask(&mut deeds, "POST", "/webhooks", 422, &Value::Null);
        ask(&mut deeds, "PUT", "/roles/1", 500, &Value::Null);
        let summary = deeds.summary();
        assert_eq!(summary.effects, counts("record created", 1));
        assert_eq!(summary.project.done, counts("webhook created", 1));
        assert_eq!(summary.project.in_doubt, counts("role changed", 1));
        assert_eq!(deeds.last(), Some(&Request::new("PUT", "/roles/1")));
    }
}
