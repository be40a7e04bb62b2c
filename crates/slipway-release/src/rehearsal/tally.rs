//! What the requests of rehearsed scripts did, counted from the requests and their answers.
//!
//! Which model a record is of is learned from every answer that shows the record. Nothing of a record's content is kept.

use std::collections::{BTreeMap, HashMap};

use serde_json::Value;

use super::{Run, calls::Calls, schema::Schema};
use crate::effects;

/// What was done to the records of one model.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Records {
    /// The model's name; `None` for records whose model could not be found out.
    pub model: Option<String>,
    /// How many were created.
    pub created: u32,
    /// How many times one was changed.
    pub updated: u32,
    /// How many times one was published.
    pub published: u32,
    /// How many times one was unpublished.
    pub unpublished: u32,
    /// How many were deleted, one by one or in bulk. Those that go with their model are not counted.
    pub deleted: u32,
}

/// One request of a script, and what became of it.
#[derive(Debug, Clone, Copy)]
pub struct Seen<'a> {
    /// The HTTP method.
    pub verb: &'a str,
    /// The path, with no query.
    pub path: &'a str,
    /// The body.
    pub body: Option<&'a str>,
    /// What became of it.
    pub answer: Answer<'a>,
    /// How long it took, in milliseconds.
    pub millis: i64,
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
        body: &'a str,
    },
    /// No answer came.
    None,
}

/// Counts a whole rehearsal, script by script.
#[derive(Debug, Clone, Default)]
pub struct Tally {
    scripts: Vec<Counting>,
    /// The model of each record that was seen, by id.
    models: HashMap<String, String>,
    /// How long each request took that the CMS answered.
    millis: Vec<i64>,
}

/// What is counted of one script.
#[derive(Debug, Clone, Default)]
struct Counting {
    calls: Calls,
    deeds: Vec<Deed>,
    /// The deeds that wait for a job, by its id.
    jobs: HashMap<String, usize>,
}

/// What one successful request did.
#[derive(Debug, Clone)]
struct Deed {
    effect: Option<&'static str>,
    act: Option<Act>,
    subjects: Vec<Subject>,
    /// Whether its job came to nothing.
    void: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Act {
    Create,
    Update,
    Publish,
    Unpublish,
    Delete,
}

/// A record something was done to.
#[derive(Debug, Clone)]
enum Subject {
    /// This one.
    Record(String),
    /// One of this model.
    OfModel(String),
}

impl Tally {
    /// The next script begins.
    pub fn begin_script(&mut self) {
        self.scripts.push(Counting::default());
    }

    /// How many requests the present script has made.
    pub fn calls(&self) -> u32 {
        self.scripts.last().map_or(0, |script| script.calls.total())
    }

    /// Counts a request of the present script.
    pub fn count(&mut self, seen: Seen<'_>) {
        let Some(script) = self.scripts.last_mut() else {
            return;
        };
        script.calls.count(seen.verb, seen.path);
        let (status, body) = match seen.answer {
            Answer::Refused => {
                script.calls.refused += 1;
                return;
            }
            Answer::HeldBack => {
                script.calls.held_back += 1;
                return;
            }
            Answer::None => {
                script.calls.failed += 1;
                return;
            }
            Answer::Cms { status, body } => (status, body),
        };
        self.millis.push(seen.millis);
        if !(200..300).contains(&status) {
            script.calls.failed += 1;
            return;
        }
        let answer = is_telling(seen.path).then(|| serde_json::from_str::<Value>(body));
        let answer = answer.and_then(Result::ok).unwrap_or_default();
        learn(&answer, &mut self.models);
        if let Some(job) = seen.path.strip_prefix("/job-results/") {
            script.job_ended(job, &answer);
        } else {
            script.done(seen, &answer);
        }
    }

    /// The ids of records that something was done to and whose model is not known.
    pub fn unknown(&self) -> Vec<String> {
        let mut unknown: Vec<String> = Vec::new();
        for script in &self.scripts {
            for deed in script.deeds.iter().filter(|deed| deed.act.is_some()) {
                for subject in &deed.subjects {
                    if let Subject::Record(id) = subject
                        && !self.models.contains_key(id)
                        && !unknown.contains(id)
                    {
                        unknown.push(id.clone());
                    }
                }
            }
        }
        unknown
    }

    /// The model of a record was found out, both by id.
    pub fn learn(&mut self, record: &str, model: &str) {
        self.models.insert(record.to_owned(), model.to_owned());
    }

    /// The middle of how long answered requests took, in milliseconds; `None` where there was none.
    pub fn round_trip(&self) -> Option<i64> {
        let mut millis = self.millis.clone();
        millis.sort_unstable();
        millis.get(millis.len() / 2).copied()
    }

    /// What a script did, counted from nought, with the models' names from these schemas, the first that has one.
    pub fn run(&self, script: usize, millis: i64, schemas: &[&Schema]) -> Run {
        let Some(counting) = self.scripts.get(script) else {
            return Run::default();
        };
        Run {
            millis,
            calls: counting.calls.clone(),
            effects: counting.effects(),
            records: counting.records(&self.models, schemas),
        }
    }
}

impl Counting {
    fn done(&mut self, seen: Seen<'_>, answer: &Value) {
        let effect = effects::of(seen.verb, seen.path);
        let (act, subjects) = match act(seen) {
            Some((act, subjects)) => (Some(act), subjects),
            None => (None, Vec::new()),
        };
        if effect.is_none() && act.is_none() {
            return;
        }
        let job = answer["data"]["id"]
            .as_str()
            .filter(|_| answer["data"]["type"] == "job");
        if let Some(job) = job {
            self.jobs.insert(job.to_owned(), self.deeds.len());
        }
        self.deeds.push(Deed {
            effect,
            act,
            subjects,
            void: false,
        });
    }

    /// A job that ended in an error did nothing.
    fn job_ended(&mut self, job: &str, answer: &Value) {
        let status = answer["data"]["attributes"]["status"].as_u64();
        let deed = self
            .jobs
            .get(job)
            .and_then(|deed| self.deeds.get_mut(*deed));
        if let (Some(deed), Some(status)) = (deed, status) {
            deed.void = status >= 300;
        }
    }

    fn effects(&self) -> Vec<(String, u32)> {
        let mut effects: Vec<(String, u32)> = Vec::new();
        let named = self.deeds.iter().filter(|deed| !deed.void);
        for effect in named.filter_map(|deed| deed.effect) {
            match effects.iter_mut().find(|(known, _)| known == effect) {
                Some((_, count)) => *count += 1,
                None => effects.push((effect.to_owned(), 1)),
            }
        }
        effects
    }

    fn records(&self, models: &HashMap<String, String>, schemas: &[&Schema]) -> Vec<Records> {
        let mut counted: BTreeMap<Option<String>, Records> = BTreeMap::new();
        for deed in self.deeds.iter().filter(|deed| !deed.void) {
            let Some(act) = deed.act else { continue };
            for subject in &deed.subjects {
                let model = match subject {
                    Subject::OfModel(model) => Some(model),
                    Subject::Record(id) => models.get(id),
                };
                let name = model.and_then(|id| {
                    let mut schemas = schemas.iter();
                    schemas.find_map(|schema| schema.model_name(id))
                });
                let records = counted.entry(name.map(str::to_owned)).or_default();
                *records.of(act) += 1;
            }
        }
        let named = counted
            .into_iter()
            .map(|(model, records)| Records { model, ..records });
        let (unknown, mut named): (Vec<Records>, Vec<Records>) =
            named.partition(|records| records.model.is_none());
        named.extend(unknown);
        named
    }
}

impl Records {
    fn of(&mut self, act: Act) -> &mut u32 {
        match act {
            Act::Create => &mut self.created,
            Act::Update => &mut self.updated,
            Act::Publish => &mut self.published,
            Act::Unpublish => &mut self.unpublished,
            Act::Delete => &mut self.deleted,
        }
    }

    /// These and others of the same model together.
    pub fn add(&mut self, others: &Self) {
        self.created += others.created;
        self.updated += others.updated;
        self.published += others.published;
        self.unpublished += others.unpublished;
        self.deleted += others.deleted;
    }
}

/// What a request does to which records.
fn act(seen: Seen<'_>) -> Option<(Act, Vec<Subject>)> {
    let mut segments = seen.path.split('/').skip(1);
    if segments.next() != Some("items") {
        return None;
    }
    let rest: Vec<&str> = segments.collect();
    let body = || serde_json::from_str::<Value>(seen.body.unwrap_or_default()).unwrap_or_default();
    let one = |id: &str| vec![Subject::Record(id.to_owned())];
    let verb = seen.verb.to_ascii_uppercase();
    match (verb.as_str(), &rest[..]) {
        ("POST", []) => {
            let body = body();
            let model = body["data"]["relationships"]["item_type"]["data"]["id"].as_str()?;
            Some((Act::Create, vec![Subject::OfModel(model.to_owned())]))
        }
        // Of the same model as the one it is a copy of.
        ("POST", [id, "duplicate"]) => Some((Act::Create, one(id))),
        ("PUT", [id]) => Some((Act::Update, one(id))),
        ("PUT", [id, "publish"]) => Some((Act::Publish, one(id))),
        ("PUT", [id, "unpublish"]) => Some((Act::Unpublish, one(id))),
        ("DELETE", [id]) => Some((Act::Delete, one(id))),
        ("POST", ["bulk", what]) => {
            let act = match *what {
                "publish" => Act::Publish,
                "unpublish" => Act::Unpublish,
                "destroy" => Act::Delete,
                _ => return None,
            };
            let body = body();
            let items = body["data"]["relationships"]["items"]["data"].as_array()?;
            let ids = items.iter().filter_map(|item| item["id"].as_str());
            let subjects = ids.map(|id| Subject::Record(id.to_owned())).collect();
            Some((act, subjects))
        }
        _ => None,
    }
}

/// Whether an answer may show records or a job.
fn is_telling(path: &str) -> bool {
    !path.starts_with("/uploads") && !path.starts_with("/upload-requests")
}

/// Notes the models of the records that an answer shows.
fn learn(answer: &Value, models: &mut HashMap<String, String>) {
    let places = [
        &answer["data"],
        &answer["included"],
        &answer["data"]["attributes"]["payload"]["data"],
    ];
    for place in places {
        match place {
            Value::Array(entities) => entities.iter().for_each(|entity| note(entity, models)),
            Value::Object(_) => note(place, models),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
}

fn note(entity: &Value, models: &mut HashMap<String, String>) {
    if entity["type"] != "item" {
        return;
    }
    let model = &entity["relationships"]["item_type"]["data"]["id"];
    if let (Some(id), Some(model)) = (entity["id"].as_str(), model.as_str()) {
        models.insert(id.to_owned(), model.to_owned());
    }
}

#[cfg(test)]
mod tests;
