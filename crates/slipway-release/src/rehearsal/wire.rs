//! A rehearsal as text, as it is kept in the browser.

use std::str::FromStr;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    Calls, Change, Changes, Difference, End, EndpointCalls, Fate, FieldChange, HeldBack,
    ModelChange, Named, Outcome, Rate, Records, Rehearsal, Rehearsed, Run,
};
use crate::{
    event::Person,
    failure::{Failure, FailureKind, ScriptEnd},
    journal::{imports::Imported, script_end},
    plan::PlannedScript,
};

/// The version this code writes. Older ones are read for as long as they exist.
const VERSION: u32 = 1;

/// Why a text is not a rehearsal.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CorruptRehearsal {
    /// It is not JSON of a rehearsal's shape.
    #[error("the rehearsal cannot be read: {0}")]
    Unreadable(String),
    /// It was written by a later Slipway.
    #[error(
        "the rehearsal was written by a newer Slipway (format {found}, this one reads up to {VERSION})"
    )]
    Newer {
        /// The format it claims.
        found: u32,
    },
}

/// Writes a rehearsal as one JSON document.
pub fn encode(rehearsal: &Rehearsal) -> String {
    let document = Document {
        version: VERSION,
        rehearsal: write(rehearsal),
    };
    // Structs of texts and numbers are always JSON.
    serde_json::to_string(&document).unwrap_or_default()
}

/// Reads a rehearsal back.
pub fn decode(text: &str) -> Result<Rehearsal, CorruptRehearsal> {
    let unreadable = |error: serde_json::Error| CorruptRehearsal::Unreadable(error.to_string());
    let Version { version } = serde_json::from_str(text).map_err(unreadable)?;
    if version > VERSION {
        return Err(CorruptRehearsal::Newer { found: version });
    }
    let document: Document = serde_json::from_str(text).map_err(unreadable)?;
    read(document.rehearsal).map_err(CorruptRehearsal::Unreadable)
}

#[derive(Deserialize)]
struct Version {
    version: u32,
}

#[derive(Serialize, Deserialize)]
struct Document {
    version: u32,
    rehearsal: WireRehearsal,
}

#[derive(Serialize, Deserialize)]
struct WireRehearsal {
    fork: String,
    by: WirePerson,
    began: String,
    ended: Option<String>,
    source: String,
    schema: Option<String>,
    rate: WireRate,
    copied_in: Option<i64>,
    round_trip: Option<i64>,
    scripts: Vec<WireRehearsed>,
    // What the scripts import. The first rehearsals had it not.
    #[serde(default)]
    imported: Imported,
    end: WireEnd,
    changes: Option<WireChanges>,
    held_back: Vec<WireHeldBack>,
    fate: WireFate,
}

#[derive(Serialize, Deserialize)]
struct WirePerson {
    id: String,
    name: String,
}

#[derive(Serialize, Deserialize)]
struct WireRate {
    requests: u32,
    window_millis: i64,
}

#[derive(Serialize, Deserialize)]
struct WireRehearsed {
    name: String,
    sha256: String,
    #[serde(default)]
    imports: Option<Vec<usize>>,
    outcome: WireOutcome,
    run: Option<WireRun>,
}

#[derive(Serialize, Deserialize, Clone, Copy)]
#[serde(rename_all = "snake_case")]
enum WireOutcome {
    NotReached,
    RanBefore,
    Ran,
    Broken,
}

#[derive(Serialize, Deserialize)]
struct WireRun {
    millis: i64,
    endpoints: Vec<(String, String, u32)>,
    refused: u32,
    held_back: u32,
    failed: u32,
    effects: Vec<(String, u32)>,
    // The first rehearsals had it not.
    #[serde(default)]
    in_doubt: Vec<(String, u32)>,
    records: Vec<WireRecords>,
}

#[derive(Serialize, Deserialize)]
struct WireRecords {
    model: Option<String>,
    created: u32,
    updated: u32,
    published: u32,
    unpublished: u32,
    deleted: u32,
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum WireEnd {
    AllRan,
    Failed {
        script: Option<usize>,
        failure: String,
        message: String,
        // How far the script came. The first rehearsals had it not.
        #[serde(default)]
        came: Option<Value>,
    },
    Cancelled {
        script: Option<usize>,
        // The first rehearsals had it not.
        #[serde(default)]
        came: Option<Value>,
    },
    Unfinished,
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum WireFate {
    Destroyed,
    Kept,
    Left { reason: String },
    Unknown,
}

#[derive(Serialize, Deserialize)]
struct WireChanges {
    models: Vec<WireModelChange>,
    locales_added: Vec<String>,
    locales_removed: Vec<String>,
}

#[derive(Serialize, Deserialize)]
struct WireModelChange {
    label: String,
    api_key: String,
    block: bool,
    change: WireChange,
    fields: Vec<WireFieldChange>,
    fieldsets: Vec<WireFieldChange>,
}

#[derive(Serialize, Deserialize)]
struct WireFieldChange {
    label: String,
    api_key: String,
    change: WireChange,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum WireChange {
    Created,
    Deleted,
    Changed(Vec<WireDifference>),
}

#[derive(Serialize, Deserialize)]
struct WireDifference {
    property: String,
    previous: Option<String>,
    next: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct WireHeldBack {
    script: String,
    resource: String,
    verb: String,
    template: String,
    name: Option<String>,
    count: u32,
}

fn write(rehearsal: &Rehearsal) -> WireRehearsal {
    let imported = Imported::by(rehearsal.scripts.iter().map(|known| &known.script));
    let scripts = rehearsal.scripts.iter();
    WireRehearsal {
        fork: rehearsal.fork.to_string(),
        by: WirePerson {
            id: rehearsal.by.id.clone(),
            name: rehearsal.by.name.clone(),
        },
        began: rehearsal.began.to_string(),
        ended: rehearsal.ended.map(|at| at.to_string()),
        source: rehearsal.source.to_string(),
        schema: rehearsal.schema.map(|digest| digest.to_string()),
        rate: WireRate {
            requests: rehearsal.rate.requests,
            window_millis: rehearsal.rate.window_millis,
        },
        copied_in: rehearsal.copied_in,
        round_trip: rehearsal.round_trip,
        scripts: scripts
            .map(|known| write_script(known, &imported))
            .collect(),
        imported,
        end: write_end(&rehearsal.end),
        changes: rehearsal.changes.as_ref().map(write_changes),
        held_back: rehearsal.held_back.iter().map(write_held_back).collect(),
        fate: match &rehearsal.fate {
            Fate::Destroyed => WireFate::Destroyed,
            Fate::Kept => WireFate::Kept,
            Fate::Left { reason } => WireFate::Left {
                reason: reason.clone(),
            },
            Fate::Unknown => WireFate::Unknown,
        },
    }
}

fn write_script(rehearsed: &Rehearsed, imported: &Imported) -> WireRehearsed {
    let outcome = match &rehearsed.run {
        Outcome::NotReached => WireOutcome::NotReached,
        Outcome::RanBefore => WireOutcome::RanBefore,
        Outcome::Ran(_) => WireOutcome::Ran,
        Outcome::Broken(_) => WireOutcome::Broken,
    };
    WireRehearsed {
        name: rehearsed.script.name.clone(),
        sha256: rehearsed.script.sha256.to_string(),
        imports: imported.numbers(&rehearsed.script),
        outcome,
        run: rehearsed.run.run().map(write_run),
    }
}

fn write_run(run: &Run) -> WireRun {
    let Calls {
        endpoints,
        refused,
        held_back,
        failed,
    } = &run.calls;
    let records = run.records.iter().map(|records| WireRecords {
        model: records.model.clone(),
        created: records.created,
        updated: records.updated,
        published: records.published,
        unpublished: records.unpublished,
        deleted: records.deleted,
    });
    WireRun {
        millis: run.millis,
        endpoints: endpoints
            .iter()
            .map(|asked| (asked.verb.clone(), asked.template.clone(), asked.count))
            .collect(),
        refused: *refused,
        held_back: *held_back,
        failed: *failed,
        effects: run.effects.clone(),
        in_doubt: run.in_doubt.clone(),
        records: records.collect(),
    }
}

fn write_end(end: &End) -> WireEnd {
    match end {
        End::AllRan => WireEnd::AllRan,
        End::Failed { script, failure } => WireEnd::Failed {
            script: *script,
            failure: failure.kind.key().to_owned(),
            message: failure.message.clone(),
            came: failure.script.as_deref().map(script_end::write),
        },
        End::Cancelled { script, came } => WireEnd::Cancelled {
            script: *script,
            came: came.as_deref().map(script_end::write),
        },
        End::Unfinished => WireEnd::Unfinished,
    }
}

fn write_changes(changes: &Changes) -> WireChanges {
    let models = changes.models.iter().map(|model| WireModelChange {
        label: model.model.label.clone(),
        api_key: model.model.api_key.clone(),
        block: model.block,
        change: write_change(&model.change),
        fields: model.fields.iter().map(write_field).collect(),
        fieldsets: model.fieldsets.iter().map(write_field).collect(),
    });
    WireChanges {
        models: models.collect(),
        locales_added: changes.locales_added.clone(),
        locales_removed: changes.locales_removed.clone(),
    }
}

fn write_field(field: &FieldChange) -> WireFieldChange {
    WireFieldChange {
        label: field.field.label.clone(),
        api_key: field.field.api_key.clone(),
        change: write_change(&field.change),
    }
}

fn write_change(change: &Change) -> WireChange {
    match change {
        Change::Created => WireChange::Created,
        Change::Deleted => WireChange::Deleted,
        Change::Changed(differences) => {
            let differences = differences.iter().map(|difference| WireDifference {
                property: difference.property.clone(),
                previous: difference.previous.clone(),
                next: difference.next.clone(),
            });
            WireChange::Changed(differences.collect())
        }
    }
}

fn write_held_back(held: &HeldBack) -> WireHeldBack {
    WireHeldBack {
        script: held.script.clone(),
        resource: held.resource.key().to_owned(),
        verb: held.verb.clone(),
        template: held.template.clone(),
        name: held.name.clone(),
        count: held.count,
    }
}

fn read(wire: WireRehearsal) -> Result<Rehearsal, String> {
    let imported = wire.imported;
    Ok(Rehearsal {
        fork: parse(&wire.fork)?,
        by: Person {
            id: wire.by.id,
            name: wire.by.name,
        },
        began: parse(&wire.began)?,
        ended: wire.ended.as_deref().map(parse).transpose()?,
        source: parse(&wire.source)?,
        schema: wire.schema.as_deref().map(parse).transpose()?,
        rate: Rate {
            requests: wire.rate.requests,
            window_millis: wire.rate.window_millis,
        },
        copied_in: wire.copied_in,
        round_trip: wire.round_trip,
        scripts: wire
            .scripts
            .into_iter()
            .map(|script| read_script(script, &imported))
            .collect::<Result<_, _>>()?,
        end: read_end(wire.end)?,
        changes: wire.changes.map(read_changes),
        held_back: wire
            .held_back
            .into_iter()
            .map(read_held_back)
            .collect::<Result<_, _>>()?,
        fate: match wire.fate {
            WireFate::Destroyed => Fate::Destroyed,
            WireFate::Kept => Fate::Kept,
            WireFate::Left { reason } => Fate::Left { reason },
            WireFate::Unknown => Fate::Unknown,
        },
    })
}

fn read_script(wire: WireRehearsed, imported: &Imported) -> Result<Rehearsed, String> {
    let missing = format!("{} ran, and its numbers are missing", wire.name);
    let run = wire.run.map(read_run).ok_or(missing);
    let outcome = match wire.outcome {
        WireOutcome::NotReached => Outcome::NotReached,
        WireOutcome::RanBefore => Outcome::RanBefore,
        WireOutcome::Ran => Outcome::Ran(run?),
        WireOutcome::Broken => Outcome::Broken(run?),
    };
    Ok(Rehearsed {
        script: PlannedScript {
            sha256: parse(&wire.sha256)?,
            name: wire.name,
            imports: imported.files(wire.imports)?,
        },
        run: outcome,
    })
}

fn read_run(wire: WireRun) -> Run {
    let endpoints = wire.endpoints.into_iter();
    let records = wire.records.into_iter().map(|records| Records {
        model: records.model,
        created: records.created,
        updated: records.updated,
        published: records.published,
        unpublished: records.unpublished,
        deleted: records.deleted,
    });
    Run {
        millis: wire.millis,
        calls: Calls {
            endpoints: endpoints
                .map(|(verb, template, count)| EndpointCalls {
                    verb,
                    template,
                    count,
                })
                .collect(),
            refused: wire.refused,
            held_back: wire.held_back,
            failed: wire.failed,
        },
        effects: wire.effects,
        in_doubt: wire.in_doubt,
        records: records.collect(),
    }
}

fn read_end(wire: WireEnd) -> Result<End, String> {
    Ok(match wire {
        WireEnd::AllRan => End::AllRan,
        WireEnd::Failed {
            script,
            failure,
            message,
            came,
        } => {
            let kind = FailureKind::from_key(&failure)
                .ok_or_else(|| format!("`{failure}` is no kind of failure"))?;
            let failure = Failure {
                kind,
                message,
                script: read_came(came)?,
            };
            End::Failed { script, failure }
        }
        WireEnd::Cancelled { script, came } => End::Cancelled {
            script,
            came: read_came(came)?,
        },
        WireEnd::Unfinished => End::Unfinished,
    })
}

fn read_came(came: Option<Value>) -> Result<Option<Box<ScriptEnd>>, String> {
    let came = came
        .map(serde_json::from_value::<script_end::Wire>)
        .transpose()
        .map_err(|error| format!("how far a script came is unreadable: {error}"))?;
    Ok(came.map(|came| Box::new(script_end::read(came))))
}

fn read_changes(wire: WireChanges) -> Changes {
    let models = wire.models.into_iter().map(|model| ModelChange {
        model: Named {
            label: model.label,
            api_key: model.api_key,
        },
        block: model.block,
        change: read_change(model.change),
        fields: model.fields.into_iter().map(read_field).collect(),
        fieldsets: model.fieldsets.into_iter().map(read_field).collect(),
    });
    Changes {
        models: models.collect(),
        locales_added: wire.locales_added,
        locales_removed: wire.locales_removed,
    }
}

fn read_field(wire: WireFieldChange) -> FieldChange {
    FieldChange {
        field: Named {
            label: wire.label,
            api_key: wire.api_key,
        },
        change: read_change(wire.change),
    }
}

fn read_change(wire: WireChange) -> Change {
    match wire {
        WireChange::Created => Change::Created,
        WireChange::Deleted => Change::Deleted,
        WireChange::Changed(differences) => {
            let differences = differences.into_iter().map(|wire| Difference {
                property: wire.property,
                previous: wire.previous,
                next: wire.next,
            });
            Change::Changed(differences.collect())
        }
    }
}

fn read_held_back(wire: WireHeldBack) -> Result<HeldBack, String> {
    Ok(HeldBack {
        script: wire.script,
        resource: parse(&wire.resource)?,
        verb: wire.verb,
        template: wire.template,
        name: wire.name,
        count: wire.count,
    })
}

fn parse<T>(text: &str) -> Result<T, String>
where
    T: FromStr,
    T::Err: std::fmt::Display,
{
    text.parse().map_err(|error: T::Err| error.to_string())
}
