//! A rehearsal as a JSON document of its own format. `docs/release-export.md` describes it.

use serde_json::{Value, json};

use super::RehearsalSource;
use crate::{
    export::json::{ended, failed},
    plan::ImportedFile,
    rehearsal::{
        Change, Changes, Difference, End, Estimate, Fate, FieldChange, Freshness, ModelChange,
        Outcome, Records, Rehearsed, Run, estimate::STEP_CALLS,
    },
    view::rehearsal::{Blind, blind, headline, meaning},
};

/// The format's name, in every document.
const FORMAT: &str = "slipway-rehearsal-export";

/// The format's version. Additions do not raise it; a field that goes or changes its meaning does.
const VERSION: u32 = 2;

/// Writes the document.
pub(super) fn document(source: RehearsalSource<'_>) -> String {
    let rehearsal = source.rehearsal;
    let stale: Vec<String> = source.stale.iter().map(ToString::to_string).collect();
    let held_back = rehearsal.held_back.iter().map(|held| {
        json!({
            "script": held.script,
            "resource": held.resource.key(),
            "method": held.verb,
            "path": held.template,
            "name": held.name,
            "count": held.count,
        })
    });
    let cannot_show = blind(rehearsal);
    let cannot_show = cannot_show.iter().map(not_shown);
    let document = json!({
        "format": FORMAT,
        "version": VERSION,
        "exported_at": source.at.to_string(),
        "project": source.project,
        "is_a_promise": false,
        "cannot_show": cannot_show.collect::<Vec<_>>(),
        "stale": stale,
        "rehearsal": {
            "fork": rehearsal.fork.as_str(),
            "by": { "id": rehearsal.by.id, "name": rehearsal.by.name },
            "began": rehearsal.began.to_string(),
            "ended": rehearsal.ended.map(|at| at.to_string()),
            "source": rehearsal.source.as_str(),
            "source_schema_sha256": rehearsal.schema.map(|digest| digest.to_string()),
            "headline": headline(rehearsal),
            "meaning": meaning(rehearsal),
            "outcome": end(&rehearsal.end),
            "fork_became": fate(&rehearsal.fate),
            "fork_left_because": left_because(&rehearsal.fate),
            "copied_ms": rehearsal.copied_in,
            "round_trip_ms": rehearsal.round_trip,
        },
        "scripts": rehearsal.scripts.iter().map(script).collect::<Vec<_>>(),
        "schema_changes": rehearsal.changes.as_ref().map(changes),
        "held_back": held_back.collect::<Vec<_>>(),
        "estimate": rehearsal.estimate().as_ref().map(|found| holding(found, Freshness::of(source.stale))),
    });
    // A value of texts and numbers is always JSON.
    let mut text = serde_json::to_string_pretty(&document).unwrap_or_default();
    text.push('\n');
    text
}

fn not_shown(blind: &Blind) -> Value {
    json!({ "title": blind.title, "sentence": blind.sentence })
}

fn end(end: &End) -> Value {
    match end {
        End::AllRan => json!({ "kind": "all_ran" }),
        End::Failed { script, failure } => json!({
            "kind": "failed",
            "script": script,
            "failure": failed(failure),
        }),
        End::Cancelled { script, came } => json!({
            "kind": "cancelled",
            "script": script,
            "came": came.as_deref().map(ended),
        }),
        End::Unfinished => json!({ "kind": "unknown" }),
    }
}

fn fate(fate: &Fate) -> &'static str {
    match fate {
        Fate::Destroyed => "destroyed",
        Fate::Kept => "kept",
        Fate::Left { .. } => "left",
        Fate::Unknown => "unknown",
    }
}

fn left_because(fate: &Fate) -> Option<&str> {
    match fate {
        Fate::Left { reason } => Some(reason),
        Fate::Destroyed | Fate::Kept | Fate::Unknown => None,
    }
}

fn script(rehearsed: &Rehearsed) -> Value {
    let state = match &rehearsed.run {
        Outcome::NotReached => "not_reached",
        Outcome::RanBefore => "ran_before",
        Outcome::Ran(_) => "ran",
        Outcome::Broken(_) => "did_not_end",
    };
    json!({
        "name": rehearsed.script.name,
        "sha256": rehearsed.script.sha256.to_string(),
        "imports": rehearsed.script.imports.as_deref().map(imports),
        "state": state,
        "run": rehearsed.run.run().map(run),
    })
}

fn imports(files: &[ImportedFile]) -> Vec<Value> {
    let files = files.iter();
    files
        .map(|file| json!({ "path": file.path, "sha256": file.sha256.to_string() }))
        .collect()
}

fn run(run: &Run) -> Value {
    let requests = run.calls.endpoints.iter().map(|asked| {
        json!({
            "method": asked.verb,
            "path": asked.template,
            "client": asked.method(),
            "count": asked.count,
        })
    });
    let effects = |counts: &[(String, u32)]| -> Vec<Value> {
        let counts = counts.iter();
        let counts = counts.map(|(effect, count)| json!({ "effect": effect, "count": count }));
        counts.collect()
    };
    json!({
        "took_ms": run.millis,
        "calls": run.calls.total(),
        "reads": run.calls.reads(),
        "writes": run.calls.writes(),
        "refused": run.calls.refused,
        "held_back": run.calls.held_back,
        "failed": run.calls.failed,
        "requests": requests.collect::<Vec<_>>(),
        "effects": effects(&run.effects),
        "in_doubt": effects(&run.in_doubt),
        "records": run.records.iter().map(records).collect::<Vec<_>>(),
    })
}

fn records(records: &Records) -> Value {
    json!({
        "model": records.model,
        "created": records.created,
        "updated": records.updated,
        "published": records.published,
        "unpublished": records.unpublished,
        "deleted": records.deleted,
    })
}

fn changes(changes: &Changes) -> Value {
    json!({
        "models": changes.models.iter().map(model).collect::<Vec<_>>(),
        "locales_added": changes.locales_added,
        "locales_removed": changes.locales_removed,
    })
}

fn model(model: &ModelChange) -> Value {
    json!({
        "name": model.model.label,
        "api_key": model.model.api_key,
        "block": model.block,
        "became": model.change.became(),
        "differences": differences(&model.change),
        "fields": model.fields.iter().map(field).collect::<Vec<_>>(),
        "fieldsets": model.fieldsets.iter().map(field).collect::<Vec<_>>(),
    })
}

fn field(field: &FieldChange) -> Value {
    json!({
        "label": field.field.label,
        "api_key": field.field.api_key,
        "became": field.change.became(),
        "differences": differences(&field.change),
    })
}

fn differences(change: &Change) -> Vec<Value> {
    change.differences().iter().map(difference).collect()
}

fn difference(difference: &Difference) -> Value {
    json!({
        "property": difference.property,
        "previous": difference.previous,
        "next": difference.next,
    })
}

/// What a rehearsal predicts, and whether that still holds.
fn holding(predicted: &Estimate, freshness: Freshness) -> Value {
    let mut told = estimate(predicted);
    told["holds"] = match freshness {
        Freshness::Fresh => true.into(),
        Freshness::OutOfDate => false.into(),
        Freshness::Unknown => Value::Null,
    };
    told
}

/// What a rehearsal predicts; the export of a release that goes by it has the same.
pub(in crate::export) fn estimate(estimate: &Estimate) -> Value {
    let forecast = estimate.forecast();
    let scripts = estimate.scripts.iter();
    let scripts = scripts.map(|script| {
        json!({ "name": script.name, "calls": script.calls, "predicted_ms": script.millis })
    });
    json!({
        "freeze_ms": forecast.total(),
        "freezing_ms": forecast.freeze,
        "copying_at_most_ms": forecast.copy,
        "scripts_ms": forecast.scripts,
        "promoting_ms": forecast.promote,
        "lifting_ms": forecast.lift,
        "calls": estimate.calls(),
        "scripts": scripts.collect::<Vec<_>>(),
        "round_trip_ms": estimate.round_trip_millis,
        "own_calls": {
            "freezing": STEP_CALLS.freeze,
            "around_each_script": STEP_CALLS.script,
            "promoting": STEP_CALLS.promote,
            "lifting": STEP_CALLS.lift,
        },
        "rate_limit": {
            "requests": estimate.rate.requests,
            "window_ms": estimate.rate.window_millis,
        },
    })
}
