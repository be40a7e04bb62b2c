//! A rehearsal for the tests.

use datocms_client::Timestamp;

use super::*;
use crate::{
    event::ScriptSummary,
    failure::{FailureKind, Place, Rejection, Request, ScriptEnd},
    plan::ImportedFile,
};

/// A script with a hash of its name, which imports one file that all of them import.
pub(crate) fn script(name: &str) -> PlannedScript {
    PlannedScript {
        name: name.to_owned(),
        sha256: Digest::of(name.as_bytes()),
        imports: Some(vec![imported("save")]),
    }
}

/// A file that scripts import, with this text.
pub(crate) fn imported(text: &str) -> ImportedFile {
    ImportedFile {
        path: "../lib/save.ts".to_owned(),
        sha256: Digest::of(text.as_bytes()),
    }
}

/// The digest of the sample's schema.
pub(crate) fn schema() -> Digest {
    Digest::of(b"schema")
}

/// A field that changed, a model that went and one that came, and a new locale.
fn changes() -> Changes {
    let named = |label: &str, api_key: &str| Named {
        label: label.to_owned(),
        api_key: api_key.to_owned(),
    };
    Changes {
        models: vec![
            ModelChange {
                model: named("Article", "article"),
                block: false,
                change: Change::Changed(Vec::new()),
                fields: vec![FieldChange {
                    field: named("Headline", "title"),
                    change: Change::Changed(vec![
                        Difference {
                            property: "label".to_owned(),
                            previous: Some("Title".to_owned()),
                            next: Some("Headline".to_owned()),
                        },
                        Difference {
                            property: "validators.required".to_owned(),
                            previous: None,
                            next: Some("{}".to_owned()),
                        },
                    ]),
                }],
                fieldsets: Vec::new(),
            },
            ModelChange {
                model: named("Tag", "tag"),
                block: false,
                change: Change::Deleted,
                fields: vec![FieldChange {
                    field: named("Name", "name"),
                    change: Change::Deleted,
                }],
                fieldsets: Vec::new(),
            },
            ModelChange {
                model: named("Topic", "topic"),
                block: false,
                change: Change::Created,
                fields: vec![FieldChange {
                    field: named("Name", "name"),
                    change: Change::Created,
                }],
                fieldsets: Vec::new(),
            },
        ],
        locales_added: vec!["it".to_owned()],
        locales_removed: Vec::new(),
    }
}

/// What the two scripts did.
fn runs() -> [Run; 2] {
    let mut calls = Calls::default();
    for _ in 0..3 {
        calls.count("POST", "/items");
    }
    calls.count("GET", "/item-types");
    calls.count("POST", "/webhooks");
    calls.held_back = 1;
    let first = Run {
        millis: 4_000,
        calls,
        effects: vec![
            ("record created".to_owned(), 3),
            ("asset added".to_owned(), 1),
        ],
        in_doubt: Vec::new(),
        records: vec![Records {
            model: Some("Topic".to_owned()),
            created: 3,
            ..Records::default()
        }],
    };
    let mut calls = Calls::default();
    for _ in 0..200 {
        calls.count("PUT", "/items/x/publish");
    }
    let second = Run {
        millis: 1_000,
        calls,
        effects: vec![("record published".to_owned(), 200)],
        in_doubt: Vec::new(),
        records: vec![
            Records {
                model: Some("Topic".to_owned()),
                published: 199,
                ..Records::default()
            },
            Records {
                published: 1,
                ..Records::default()
            },
        ],
    };
    [first, second]
}

/// Two scripts that ran to their end, with something of everything.
pub(crate) fn rehearsal() -> Rehearsal {
    let [first, second] = runs();
    let scripts = [script("1_a.ts"), script("2_b.ts")];
    let person = Person {
        id: "ada".to_owned(),
        name: "Ada".to_owned(),
    };
    let began = Timestamp::from_millis(1_795_000_000_000);
    let mut rehearsal = Rehearsal::begin(
        fork::name(0xa1),
        "main".parse().unwrap(),
        person,
        began,
        &scripts,
    );
    rehearsal.scripts[0].run = Outcome::Ran(first);
    rehearsal.scripts[1].run = Outcome::Ran(second);
    Rehearsal {
        ended: Some(Timestamp::from_millis(began.as_millis() + 70_000)),
        schema: Some(schema()),
        copied_in: Some(40_000),
        round_trip: Some(100),
        end: End::AllRan,
        changes: Some(changes()),
        held_back: vec![HeldBack {
            script: "1_a.ts".to_owned(),
            resource: Resource::Webhooks,
            verb: "POST".to_owned(),
            template: "/webhooks".to_owned(),
            name: Some("Deploy".to_owned()),
            count: 1,
        }],
        fate: Fate::Destroyed,
        ..rehearsal
    }
}

/// A script that the CMS refused something, with all that is known of it.
pub(crate) fn half_run() -> Failure {
    let body = br#"{"data":[{"id":"1","type":"api_error","attributes":{
        "code":"INVALID_FIELD","details":{"field":"api_key","code":"VALIDATION_FORMAT"}}}]}"#;
    let request = Request::new("POST", "/item-types");
    let end = ScriptEnd {
        done: ScriptSummary {
            calls: 2,
            ..ScriptSummary::default()
        },
        last: Some(request.clone()),
        rejection: Some(Rejection::read(request, 422, Some("a1b2"), body)),
        ..ScriptEnd::default()
    };
    let place = Place {
        file: "lib/save.ts".to_owned(),
        line: 7,
    };
    Failure::new(FailureKind::ScriptThrew, "2_b.ts failed.").of_script(end.at(vec![place]))
}
