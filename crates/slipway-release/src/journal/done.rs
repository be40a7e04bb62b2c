//! The wire form of what a script did, of one that came to its end and of one that did not.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::{
    effects::{Counts, Stays},
    event::ScriptSummary,
};

/// As it is read. The first journals had neither what is in doubt, nor what is the project's, nor how long it took.
#[derive(Deserialize)]
pub(crate) struct Wire {
    calls: u32,
    effects: Counts,
    #[serde(default)]
    in_doubt: Counts,
    #[serde(default)]
    project: Counts,
    #[serde(default)]
    project_in_doubt: Counts,
    #[serde(default)]
    millis: Option<i64>,
}

/// As JSON. What is empty is left out, since a journal may hold only so much.
pub(crate) fn write(done: &ScriptSummary) -> Map<String, Value> {
    let mut wire = Map::new();
    wire.insert("calls".to_owned(), done.calls.into());
    wire.insert("effects".to_owned(), json!(done.effects));
    if let Some(millis) = done.millis {
        wire.insert("millis".to_owned(), millis.into());
    }
    let rare = [
        ("in_doubt", &done.in_doubt),
        ("project", &done.project.done),
        ("project_in_doubt", &done.project.in_doubt),
    ];
    for (name, counts) in rare.into_iter().filter(|(_, counts)| !counts.is_empty()) {
        wire.insert(name.to_owned(), json!(counts));
    }
    wire
}

/// From JSON.
pub(crate) fn read(wire: Wire) -> ScriptSummary {
    ScriptSummary {
        calls: wire.calls,
        effects: wire.effects,
        in_doubt: wire.in_doubt,
        project: Stays {
            done: wire.project,
            in_doubt: wire.project_in_doubt,
            ..Stays::default()
        },
        millis: wire.millis,
        ..ScriptSummary::default()
    }
}
