//! What the requests of rehearsed scripts did, counted from the requests and their answers.
//!
//! Which model a record is of is learned from every answer that shows the record. Nothing of a record's content is kept.

use std::collections::{BTreeMap, HashMap};

use serde_json::Value;

use super::{Run, schema::Schema};
use crate::{
    deeds::{Answer, Asked, Deeds, Sent},
    event::ScriptSummary,
    failure::Request,
};

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

/// Counts a whole rehearsal, script by script.
#[derive(Debug, Clone, Default)]
pub struct Tally {
    scripts: Vec<Deeds<Touched>>,
    /// The model of each record that was seen, by id.
    models: HashMap<String, String>,
    /// How long the CMS took over each request that it answered, in milliseconds.
    round_trips: Vec<i64>,
}

/// The records that a write touches, and how.
type Touched = Option<(Act, Vec<Subject>)>;

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
        self.scripts.push(Deeds::default());
    }

    /// A request of the present script is about to leave.
    pub fn leaves(&mut self, asked: Asked<'_>) -> Option<Sent> {
        self.scripts.last_mut()?.leaves(asked, act(asked))
    }

    /// Notes what became of a request of the present script; `sent` is what [`Tally::leaves`] said of it, where it left.
    pub fn note(&mut self, asked: Asked<'_>, sent: Option<Sent>, answer: Answer<'_>) {
        let Some(script) = self.scripts.last_mut() else {
            return;
        };
        script.note(asked, sent, answer);
        if let Answer::Cms { status, body } = answer
            && (200..300).contains(&status)
            && is_telling(asked.path)
        {
            let answer = serde_json::from_slice(body).unwrap_or_default();
            learn(&answer, &mut self.models);
        }
    }

    /// The CMS took so many milliseconds over a request that it answered.
    pub fn took(&mut self, millis: i64) {
        self.round_trips.push(millis);
    }

    /// What a script did, counted from nought, in words.
    pub fn summary(&self, script: usize) -> ScriptSummary {
        let deeds = self.scripts.get(script);
        deeds.map(Deeds::summary).unwrap_or_default()
    }

    /// The last request of a script that was answered or refused.
    pub fn last(&self, script: usize) -> Option<Request> {
        self.scripts.get(script)?.last().cloned()
    }

    /// The ids of records that something was done to and whose model is not known.
    pub fn unknown(&self) -> Vec<String> {
        let mut unknown: Vec<String> = Vec::new();
        for (_, subjects) in self.scripts.iter().flat_map(touched) {
            for subject in subjects {
                if let Subject::Record(id) = subject
                    && !self.models.contains_key(id)
                    && !unknown.contains(id)
                {
                    unknown.push(id.clone());
                }
            }
        }
        unknown
    }

    /// The model of a record was found out, both by id.
    pub fn learn(&mut self, record: &str, model: &str) {
        self.models.insert(record.to_owned(), model.to_owned());
    }

    /// The middle of how long the CMS took over the requests it answered, in milliseconds; `None` where there was none.
    pub fn round_trip(&self) -> Option<i64> {
        let mut millis = self.round_trips.clone();
        millis.sort_unstable();
        millis.get(millis.len() / 2).copied()
    }

    /// What a script did, counted from nought, with the models' names from these schemas, the first that has one.
    pub fn run(&self, script: usize, millis: i64, schemas: &[&Schema]) -> Run {
        let Some(deeds) = self.scripts.get(script) else {
            return Run::default();
        };
        let ScriptSummary {
            effects, in_doubt, ..
        } = deeds.summary();
        Run {
            millis,
            calls: deeds.calls().clone(),
            effects,
            in_doubt,
            records: records(deeds, &self.models, schemas),
        }
    }
}

/// The records that something was done to, and what.
fn touched(deeds: &Deeds<Touched>) -> impl Iterator<Item = (Act, &[Subject])> {
    let touched = deeds.done().flatten();
    touched.map(|(act, subjects)| (*act, subjects.as_slice()))
}

/// What was done to records, model by model, those of unknown models last.
fn records(
    deeds: &Deeds<Touched>,
    models: &HashMap<String, String>,
    schemas: &[&Schema],
) -> Vec<Records> {
    let mut counted: BTreeMap<Option<String>, Records> = BTreeMap::new();
    for (act, subjects) in touched(deeds) {
        for subject in subjects {
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
fn act(asked: Asked<'_>) -> Touched {
    let mut segments = asked.path.split('/').skip(1);
    if segments.next() != Some("items") {
        return None;
    }
    let rest: Vec<&str> = segments.collect();
    let body = || serde_json::from_str::<Value>(asked.body.unwrap_or_default()).unwrap_or_default();
    let one = |id: &str| vec![Subject::Record(id.to_owned())];
    let verb = asked.verb.to_ascii_uppercase();
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
