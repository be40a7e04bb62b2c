//! Projects and releases for the tests of the views. Moments are whole seconds.

use std::collections::BTreeSet;

use datocms_client::Timestamp;

use crate::{
    approval::{Approval, Digest},
    checks::Abilities,
    event::{Entry, Event, Evidence, Person, ScriptSummary},
    observed::{Environment, EnvironmentStatus, Observed},
    plan::{Plan, PlannedScript, ReleaseId},
    release::Release,
    step::Step,
};

/// A moment, in seconds.
pub(crate) fn at(seconds: i64) -> Timestamp {
    Timestamp::from_millis(seconds * 1000)
}

/// Who drives.
pub(crate) fn ada() -> Person {
    Person {
        id: "ada".to_owned(),
        name: "Ada".to_owned(),
    }
}

/// A primary environment made 100 seconds before the epoch.
pub(crate) fn primary(id: &str, forked_from: Option<&str>) -> Environment {
    Environment {
        primary: true,
        ..sandbox(id, forked_from)
    }
}

/// A sandbox.
pub(crate) fn sandbox(id: &str, forked_from: Option<&str>) -> Environment {
    Environment {
        id: id.parse().unwrap(),
        primary: false,
        status: EnvironmentStatus::Ready,
        created_at: at(-100),
        last_data_change_at: None,
        forked_from: forked_from.map(|from| from.parse().unwrap()),
    }
}

/// A project with a primary environment `main` and nothing else.
pub(crate) fn world() -> Observed {
    Observed {
        at: at(0),
        me: ada(),
        abilities: Abilities::ALL,
        environments: vec![primary("main", None)],
        frozen: false,
        editors: Some(Vec::new()),
        ledger: BTreeSet::new(),
        ledger_misfit: None,
        quota: None,
        releases: Vec::new(),
        at_work: std::collections::BTreeMap::new(),
        rehearsals: Vec::new(),
        unreadable: Vec::new(),
    }
}

/// A release of one script, waiting for its review; an entry a second, frozen from second 1 on.
pub(crate) fn in_review(sandbox: &str) -> Release {
    replay(&until_review(sandbox))
}

/// A release that was promoted at second 9 and reopened at second 10. Before it, primary was `before`.
pub(crate) fn live(sandbox: &str) -> Release {
    replay(&until_live(sandbox, "before"))
}

/// A release from `main` that was frozen again and taken back at second 16.
pub(crate) fn rolled_back(sandbox: &str) -> Release {
    let frozen = Evidence::Frozen {
        adopted: false,
        forced: false,
    };
    let mut events = until_live(sandbox, "main");
    events.extend([
        Event::RollBackRequested {
            freeze_first: true,
            reason: String::new(),
            approval: approval(),
            last_change: None,
        },
        Event::Started(Step::FreezeAgain),
        Event::Succeeded(Step::FreezeAgain, frozen),
        Event::Started(Step::Restore),
        Event::Succeeded(Step::Restore, Evidence::Restored),
        Event::Started(Step::Thaw),
        Event::Succeeded(Step::Thaw, Evidence::Thawed),
    ]);
    replay(&events)
}

/// The same, of this one script.
pub(crate) fn live_with(sandbox: &str, script: PlannedScript) -> Release {
    let mut events = until_live(sandbox, "before");
    events[0] = Event::Planned(Plan {
        scripts: vec![script],
        ..plan(sandbox, "before")
    });
    replay(&events)
}

/// A release that was given up before anything happened.
pub(crate) fn abandoned(sandbox: &str) -> Release {
    replay(&[
        Event::Planned(plan(sandbox, "before")),
        Event::AbandonRequested {
            reason: String::new(),
        },
    ])
}

fn plan(sandbox: &str, source: &str) -> Plan {
    Plan {
        id: ReleaseId::parse("r-1").unwrap(),
        title: format!("Release of {sandbox}"),
        source: source.parse().unwrap(),
        sandbox: sandbox.parse().unwrap(),
        scripts: vec![PlannedScript {
            name: "1_a.ts".to_owned(),
            sha256: Digest::of(b"a"),
            imports: None,
        }],
        ledger_model: "schema_migration".to_owned(),
        consents: Vec::new(),
        downloads: Vec::new(),
        limits: crate::Limits::default(),
        estimate: None,
    }
}

fn approval() -> Approval {
    Approval {
        plan: Digest::of(b"plan"),
        drift: Digest::of(b"drift"),
    }
}

fn until_review(sandbox: &str) -> Vec<Event> {
    from(sandbox, "before")
}

fn from(sandbox: &str, source: &str) -> Vec<Event> {
    let frozen = Evidence::Frozen {
        adopted: false,
        forced: false,
    };
    let forked = Evidence::Forked { created_at: at(3) };
    let migrated = Evidence::Migrated(ScriptSummary::default());
    vec![
        Event::Planned(plan(sandbox, source)),
        Event::Started(Step::Freeze),
        Event::Succeeded(Step::Freeze, frozen),
        Event::Started(Step::Fork),
        Event::Succeeded(Step::Fork, forked),
        Event::Started(Step::Migrate(0)),
        Event::Succeeded(Step::Migrate(0), migrated),
    ]
}

fn until_live(sandbox: &str, source: &str) -> Vec<Event> {
    let promoted = Evidence::Promoted {
        previous: source.parse().unwrap(),
        last_change: None,
    };
    let mut events = from(sandbox, source);
    events.extend([
        Event::Approved {
            approval: approval(),
            waived: Vec::new(),
            reason: String::new(),
        },
        Event::Started(Step::Promote),
        Event::Succeeded(Step::Promote, promoted),
        Event::Started(Step::Unfreeze),
        Event::Succeeded(Step::Unfreeze, Evidence::Thawed),
    ]);
    events
}

/// The events up to the finished fork of a release with these scripts.
pub(crate) fn until_fork(sandbox: &str, scripts: &[&str]) -> Vec<Event> {
    let mut plan = plan(sandbox, "before");
    plan.scripts = scripts
        .iter()
        .map(|name| PlannedScript {
            name: (*name).to_owned(),
            sha256: Digest::of(name.as_bytes()),
            imports: None,
        })
        .collect();
    let mut events = until_review(sandbox);
    events.truncate(5);
    events[0] = Event::Planned(plan);
    events
}

/// One entry a second, from second 0 on.
pub(crate) fn replay(events: &[Event]) -> Release {
    let log = events.iter().zip(0..).map(|(event, second)| Entry {
        at: at(second),
        by: ada(),
        event: event.clone(),
        hides: None,
    });
    Release::replay(log).unwrap()
}

/// A release that was planned with this estimate, and nothing more.
pub(crate) fn planned_with(estimate: Option<crate::rehearsal::Estimate>) -> Release {
    let plan = Plan {
        estimate,
        ..plan("rel-1", "main")
    };
    replay(&[Event::Planned(plan)])
}
