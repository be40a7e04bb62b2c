//! The scripts of a rehearsal: what each did, and all of them together.

use crate::{
    event::ScriptSummary,
    rehearsal::{Calls, End, EndpointCalls, Outcome, Records, Rehearsal, Run},
    view::{migrations::lines, step::describe, time, words::count},
};

/// One script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScriptRow {
    /// Its name.
    pub name: String,
    /// "Ran", "Failed", "Stopped", "Not reached", "Ran before".
    pub state: &'static str,
    /// What it did, as a sentence.
    pub did: String,
    /// How many requests it made; `None` where it was not begun.
    pub calls: Option<u32>,
    /// "12 reads, 40 writes, 1 held back"; empty where it was not begun.
    pub kinds: String,
    /// How long it took: "22 s"; `None` where it was not begun.
    pub took: Option<String>,
}

/// How often one kind of request was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// How the vendor's client calls it, `items.create`; the method and the path where it has no name.
    pub name: String,
    /// Whether it only looks.
    pub reads: bool,
    /// How often.
    pub count: u32,
}

/// Every script, in the order they run.
pub fn scripts(rehearsal: &Rehearsal) -> Vec<ScriptRow> {
    rehearsal
        .scripts
        .iter()
        .map(|rehearsed| {
            let (state, did) = match &rehearsed.run {
                Outcome::Ran(run) => ("Ran", describe(&run.summary())),
                Outcome::Broken(run) => (broken(rehearsal), describe(&run.summary())),
                Outcome::NotReached => ("Not reached", "Its turn did not come.".to_owned()),
                Outcome::RanBefore => (
                    "Ran before",
                    "The ledger named it already, so it was passed over.".to_owned(),
                ),
            };
            let run = rehearsed.run.run();
            ScriptRow {
                name: rehearsed.script.name.clone(),
                state,
                did,
                calls: run.map(|run| run.calls.total()),
                kinds: run.map_or_else(String::new, |run| kinds(&run.calls)),
                took: run.map(|run| time::duration(run.millis)),
            }
        })
        .collect()
}

/// Whether a script that did not come to its end was stopped.
fn broken(rehearsal: &Rehearsal) -> &'static str {
    match rehearsal.end {
        End::Cancelled { .. } => "Stopped",
        End::AllRan | End::Failed { .. } | End::Unfinished => "Failed",
    }
}

/// "12 reads, 40 writes, 1 refused".
fn kinds(calls: &Calls) -> String {
    let mut parts = vec![
        count(calls.reads(), "read", "reads"),
        count(calls.writes(), "write", "writes"),
    ];
    let more = [
        (calls.held_back, "held back"),
        (calls.refused, "refused"),
        (calls.failed, "answered with an error"),
    ];
    let more = more.iter().filter(|(number, _)| *number > 0);
    parts.extend(more.map(|(number, what)| format!("{number} {what}")));
    parts.join(", ")
}

/// What all scripts did to records, a line for each model: "Note: 3 created, 2 published".
pub fn records(rehearsal: &Rehearsal) -> Vec<String> {
    let mut all: Vec<Records> = Vec::new();
    for records in rehearsal.runs().flat_map(|(_, run)| &run.records) {
        match all.iter_mut().find(|known| known.model == records.model) {
            Some(known) => known.add(records),
            None => all.push(records.clone()),
        }
    }
    // Those of unknown models last.
    all.sort_by(|a, b| (a.model.is_none(), &a.model).cmp(&(b.model.is_none(), &b.model)));
    all.iter().map(line).collect()
}

fn line(records: &Records) -> String {
    let parts = [
        (records.created, "created"),
        (records.updated, "updated"),
        (records.published, "published"),
        (records.unpublished, "unpublished"),
        (records.deleted, "deleted"),
    ];
    let said: Vec<String> = parts
        .iter()
        .filter(|(number, _)| *number > 0)
        .map(|(number, what)| format!("{number} {what}"))
        .collect();
    let model = (records.model.as_deref()).unwrap_or("Records whose model is not known");
    format!("{model}: {}", said.join(", "))
}

/// What all scripts did besides: every write that is told neither with the records nor with the schema.
pub fn others(rehearsal: &Rehearsal) -> Vec<String> {
    let mut all = ScriptSummary::default();
    for (_, run) in rehearsal.runs() {
        all.add(&run.summary());
    }
    all.effects.retain(|(effect, _)| !is_told(effect));
    all.in_doubt.retain(|(effect, _)| !is_schema(effect));
    lines(&all)
}

/// Whether an effect is told where records or the schema are.
fn is_told(effect: &str) -> bool {
    let records = match effect {
        "bulk publication" | "bulk unpublication" | "bulk deletion" => true,
        "record version restored" => false,
        other => other.starts_with("record "),
    };
    records || is_schema(effect)
}

/// Whether the comparison of the schemas shows an effect.
fn is_schema(effect: &str) -> bool {
    let schema = ["model ", "field ", "fieldset "];
    schema.iter().any(|thing| effect.starts_with(thing))
}

/// All requests by kind, the most frequent first.
pub fn requests(rehearsal: &Rehearsal) -> Vec<Request> {
    let mut calls = Calls::default();
    for (_, Run { calls: more, .. }) in rehearsal.runs() {
        calls.add(more);
    }
    let mut requests: Vec<Request> = calls.endpoints.iter().map(request).collect();
    requests.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.name.cmp(&b.name)));
    requests
}

fn request(calls: &EndpointCalls) -> Request {
    let name = calls.method();
    Request {
        name: name.unwrap_or_else(|| format!("{} {}", calls.verb, calls.template)),
        reads: calls.is_read(),
        count: calls.count,
    }
}

/// All requests in a sentence: "53 calls: 12 reads, 41 writes."
pub fn requests_in_all(rehearsal: &Rehearsal) -> String {
    let (mut reads, mut writes) = (0, 0);
    for (_, run) in rehearsal.runs() {
        reads += run.calls.reads();
        writes += run.calls.writes();
    }
    format!(
        "{}: {}, {}.",
        count(reads + writes, "call", "calls"),
        count(reads, "read", "reads"),
        count(writes, "write", "writes"),
    )
}
