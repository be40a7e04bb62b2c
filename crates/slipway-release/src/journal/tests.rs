//! Every event survives its wire form, and bad text is named.

use super::*;
use crate::{
    approval::{Approval, Digest},
    consent::Consent,
    download::Download,
    effects::Stays,
    event::{Entry, Event, Evidence, Person, ScriptSummary},
    failure::{Failure, FailureKind, Place, Rejection, Request, ScriptEnd},
    limits::Limits,
    plan::{Plan, PlannedScript, ReleaseId},
    policy::Resource,
    step::{Step, Then},
};
use datocms_client::Timestamp;

fn plan() -> Plan {
    Plan {
        id: ReleaseId::parse("r-1").unwrap(),
        title: "Autumn “taxonomy”\n".to_owned(),
        source: "main".parse().unwrap(),
        sandbox: "rel-1".parse().unwrap(),
        scripts: vec![PlannedScript {
            name: "1_a.ts".to_owned(),
            sha256: Digest::of(b"a"),
            imports: Some(vec![crate::rehearsal::sample::imported("save")]),
        }],
        ledger_model: "schema_migration".to_owned(),
        consents: vec![Consent {
            script: "1_a.ts".to_owned(),
            resource: Resource::BuildTriggers,
        }],
        downloads: vec![Download {
            script: "1_a.ts".to_owned(),
            hosts: vec!["images.example.com".to_owned()],
            is_named: true,
        }],
        limits: Limits {
            calls: 7,
            lines: 9,
            ..Limits::default()
        },
        estimate: crate::rehearsal::sample::rehearsal().estimate(),
    }
}

/// A script that ended half-way, with all that is known of it.
fn half_run() -> Failure {
    let body = br#"{"data":[{"id":"1","type":"api_error","attributes":{
        "code":"INVALID_FIELD","details":{"field":"title","code":"VALIDATION_REQUIRED"}}}]}"#;
    let request = Request::new("PUT", "/items/R1");
    let end = ScriptEnd {
        done: ScriptSummary {
            calls: 12,
            effects: vec![("record updated".to_owned(), 11)],
            in_doubt: vec![("field deleted".to_owned(), 1)],
            project: Stays {
                done: vec![("webhook created".to_owned(), 2)],
                in_doubt: vec![("role changed".to_owned(), 1)],
                ..Stays::default()
            },
            millis: Some(4_200),
            ..ScriptSummary::default()
        },
        last: Some(request.clone()),
        rejection: Some(Rejection::read(request, 422, Some("a1b2"), body)),
        ..ScriptEnd::default()
    };
    let place = |file: &str, line| Place {
        file: file.to_owned(),
        line,
    };
    Failure::new(FailureKind::ScriptThrew, "1_a.ts failed.")
        .of_script(end.at(vec![place("lib/save.ts", 7), place("1_a.ts", 3)]))
}

fn migrated() -> Evidence {
    Evidence::Migrated(ScriptSummary {
        calls: 3,
        effects: vec![("record updated".to_owned(), 2)],
        millis: Some(700),
        ..ScriptSummary::default()
    })
}

fn forked() -> Evidence {
    Evidence::Forked {
        created_at: Timestamp::from_millis(1_700_000_000_123),
    }
}

fn dropped() -> Event {
    Event::EstimateDropped {
        reason: "The models of main were changed.".to_owned(),
    }
}

/// A life with every kind of event in it.
fn eventful_log() -> Vec<Entry> {
    let approval = Approval {
        plan: plan().digest(),
        drift: Digest::of(b"drift"),
    };
    let frozen = Evidence::Frozen {
        adopted: false,
        forced: true,
    };
    let forked = forked();
    let approved = Event::Approved {
        approval: approval.clone(),
        waived: vec!["1 record of main changed since the fork".to_owned()],
        reason: "only a typo".to_owned(),
    };
    let events = vec![
        Event::Planned(plan()),
        Event::Started(Step::Freeze),
        Event::Failed(
            Step::Freeze,
            Failure::new(FailureKind::EditorsActive, "Ada is editing"),
        ),
        Event::Forced {
            editors: vec!["Ada".to_owned()],
        },
        Event::Started(Step::Freeze),
        dropped(),
        Event::Succeeded(Step::Freeze, frozen.clone()),
        Event::Started(Step::Fork),
        Event::NotApplied(Step::Fork),
        Event::Started(Step::Fork),
        Event::Succeeded(Step::Fork, forked.clone()),
        Event::Started(Step::Migrate(0)),
        Event::Succeeded(Step::Migrate(0), migrated()),
        Event::TookOver {
            from: Person {
                id: "9".to_owned(),
                name: "Grace".to_owned(),
            },
            doing: "migrate".to_owned(),
        },
        Event::Refrozen { forced: true },
        Event::RestartRequested,
        Event::Started(Step::Discard(Then::ForkAgain)),
        Event::Succeeded(Step::Discard(Then::ForkAgain), Evidence::Discarded),
        Event::Started(Step::Fork),
        Event::Succeeded(Step::Fork, forked.clone()),
        Event::Started(Step::Migrate(0)),
        Event::Failed(Step::Migrate(0), half_run()),
        Event::RestartRequested,
        Event::Started(Step::Discard(Then::ForkAgain)),
        Event::Succeeded(Step::Discard(Then::ForkAgain), Evidence::Discarded),
        Event::Started(Step::Fork),
        Event::Succeeded(Step::Fork, forked),
        Event::Started(Step::Migrate(0)),
        Event::ConsentAnswered {
            consent: Consent {
                script: "1_a.ts".to_owned(),
                resource: Resource::Webhooks,
            },
            allowed: true,
        },
        Event::Succeeded(Step::Migrate(0), migrated()),
        approved.clone(),
        Event::ApprovalVoided {
            reason: "1 record changed".to_owned(),
        },
        approved,
        Event::Started(Step::Promote),
        Event::Succeeded(
            Step::Promote,
            Evidence::Promoted {
                previous: "main".parse().unwrap(),
                last_change: Some(Timestamp::from_millis(1_700_000_000_500)),
            },
        ),
        Event::Started(Step::Unfreeze),
        Event::Succeeded(Step::Unfreeze, Evidence::Thawed),
        Event::RollBackRequested {
            freeze_first: true,
            reason: "the site is down".to_owned(),
            approval: approval.clone(),
            last_change: Some(Timestamp::from_millis(1_700_000_000_800)),
        },
        Event::RollBackCancelled,
        Event::RollBackRequested {
            freeze_first: true,
            reason: String::new(),
            approval,
            last_change: None,
        },
        Event::Started(Step::FreezeAgain),
        Event::Succeeded(Step::FreezeAgain, frozen),
        Event::Started(Step::Restore),
        Event::Succeeded(Step::Restore, Evidence::Restored),
        Event::Started(Step::Thaw),
        Event::Succeeded(Step::Thaw, Evidence::Thawed),
    ];
    (0..).zip(events).map(entry).collect()
}

/// One entry a second; the eighth says that it hides something.
fn entry((index, event): (i64, Event)) -> Entry {
    Entry {
        at: Timestamp::from_millis(1_700_000_000_000 + index * 1000),
        by: Person {
            id: "7".to_owned(),
            name: "Ada".to_owned(),
        },
        event,
        hides: (index == 7).then(|| Timestamp::from_millis(1_700_000_000_300)),
    }
}

#[test]
fn a_whole_life_survives_the_wire() {
    let release = Release::replay(eventful_log()).unwrap();
    assert_eq!(decode(&encode(release.log())), Ok(release));
}

#[test]
fn every_prefix_of_a_life_is_a_release() {
    let log = eventful_log();
    for length in 1..=log.len() {
        let text = encode(&log[..length]);
        assert!(decode(&text).is_ok(), "{length} entries");
    }
}

#[test]
fn an_abandoned_life_survives_the_wire() {
    let mut log = eventful_log();
    log.truncate(11);
    let template = log[0].clone();
    for event in [
        Event::AbandonRequested {
            reason: "not today".to_owned(),
        },
        Event::Started(Step::Discard(Then::Reopen)),
        Event::Succeeded(Step::Discard(Then::Reopen), Evidence::Discarded),
        Event::Started(Step::Reopen),
        Event::Succeeded(Step::Reopen, Evidence::Thawed),
    ] {
        log.push(Entry {
            event,
            ..template.clone()
        });
    }
    let release = Release::replay(log).unwrap();
    assert_eq!(decode(&encode(release.log())), Ok(release));
}

#[test]
fn nonsense_is_named() {
    let said = |text: &str| decode(text).unwrap_err().to_string();
    assert!(said("<html>").contains("cannot be read"));
    assert!(said(r#"{"version":2,"log":[]}"#).contains("newer Slipway"));
    assert!(said(r#"{"version":1,"log":[]}"#).contains("empty"));
    let mangled = encode(&eventful_log()).replace("migrate:0", "migrate:x");
    assert!(said(&mangled).starts_with("line 12 "), "{}", said(&mangled));
    let reordered = encode(&eventful_log()[..3]).replace("\"started\"", "\"not_applied\"");
    assert!(said(&reordered).contains("not consistent"));
}

#[test]
fn a_copy_that_goes_on_is_believed_and_one_with_another_plan_is_not() {
    let log = eventful_log();
    let short = Release::replay(log[..4].to_vec()).unwrap();
    let grown = Release::replay(log.clone()).unwrap();
    assert_eq!(reconcile(short.clone(), grown.clone()), grown);
    assert_eq!(reconcile(grown.clone(), short.clone()), grown);
    let mut edited = log;
    let Event::Planned(plan) = &mut edited[0].event else {
        panic!("a log begins with its plan");
    };
    plan.consents.push(Consent {
        script: "1_a.ts".to_owned(),
        resource: Resource::Webhooks,
    });
    let edited = Release::replay(edited).unwrap();
    assert!(!same_plan(&edited, &short));
    assert_eq!(reconcile(edited, short.clone()), short);
}

#[test]
fn a_plan_of_old_has_no_consents_and_the_usual_limits() {
    let first = entry((0, Event::Planned(plan())));
    let mut text: serde_json::Value = serde_json::from_str(&encode(&[first])).unwrap();
    let written = text["log"][0]["plan"].as_object_mut().unwrap();
    written.remove("consents");
    written.remove("limits");
    written.remove("downloads");
    let release = decode(&text.to_string()).unwrap();
    assert_eq!(release.plan().consents, []);
    assert_eq!(release.plan().downloads, []);
    assert_eq!(release.plan().limits, Limits::default());
    let limits = &mut text["log"][0]["plan"]["limits"];
    *limits =
        serde_json::json!({ "silence_seconds": 9, "in_flight": 8, "message_bytes": 7, "calls": 6 });
    let written_before_files_had_a_limit = decode(&text.to_string()).unwrap().plan().limits;
    let expected = Limits {
        silence_seconds: 9,
        in_flight: 8,
        message_bytes: 7,
        calls: 6,
        ..Limits::default()
    };
    assert_eq!(written_before_files_had_a_limit, expected);
    let unknown = r#"[{"script":"1_a.ts","resource":"environment"}]"#;
    text["log"][0]["plan"]["consents"] = serde_json::from_str(unknown).unwrap();
    let said = decode(&text.to_string()).unwrap_err().to_string();
    assert!(
        said.contains("`environment` is nothing of the project"),
        "{said}"
    );
}

#[test]
fn a_plan_of_old_does_not_know_what_its_scripts_import() {
    let first = entry((0, Event::Planned(plan())));
    let mut text: serde_json::Value = serde_json::from_str(&encode(&[first])).unwrap();
    let written = text["log"][0]["plan"].as_object_mut().unwrap();
    assert!(written.remove("imported").is_some());
    let script = written["scripts"][0].as_object_mut().unwrap();
    assert_eq!(script.remove("imports"), Some(serde_json::json!([0])));
    let release = decode(&text.to_string()).unwrap();
    assert_eq!(release.plan().scripts[0].imports, None);
    text["log"][0]["plan"]["scripts"][0]["imports"] = serde_json::json!([3]);
    let said = decode(&text.to_string()).unwrap_err().to_string();
    assert!(said.contains("no imported file has the number 3"), "{said}");
}

#[test]
fn a_plan_promises_what_its_scripts_import() {
    let mut edited = plan();
    edited.scripts[0].imports = Some(vec![crate::rehearsal::sample::imported("edited")]);
    assert_ne!(edited.digest(), plan().digest());
}

#[test]
fn a_failure_of_old_says_nothing_of_how_far_its_script_came() {
    let log: Vec<Entry> = eventful_log().into_iter().take(22).collect();
    let at = log.len() - 1;
    assert!(matches!(&log[at].event, Event::Failed(_, failure) if failure.script.is_some()));
    let mut text: serde_json::Value = serde_json::from_str(&encode(&log)).unwrap();
    let failure = text["log"][at]["failure"].as_object_mut().unwrap();
    failure.remove("script");
    let release = decode(&text.to_string()).unwrap();
    let expected = Failure::new(FailureKind::ScriptThrew, "1_a.ts failed.");
    let event = Event::Failed(Step::Migrate(0), expected);
    assert_eq!(release.log()[at].event, event);
}

/// What plans of old promised is what their approvals name.
#[test]
fn a_plan_without_consents_keeps_the_hash_it_had() {
    let script = PlannedScript {
        imports: None,
        ..plan().scripts.remove(0)
    };
    let plan = Plan {
        scripts: vec![script],
        consents: Vec::new(),
        downloads: Vec::new(),
        limits: Limits::default(),
        estimate: None,
        ..plan()
    };
    assert_eq!(
        plan.digest().to_string(),
        "239ed2c79b703d1ff325edad3d1ad0c9a5cbd08e9ac39b36cbb513e83d738321"
    );
}

#[test]
fn the_first_journals_tell_nothing_of_what_is_in_doubt_or_stays() {
    let text = encode(&eventful_log());
    let mut document: serde_json::Value = serde_json::from_str(&text).unwrap();
    let mut left_out = 0;
    for line in document["log"].as_array_mut().unwrap() {
        if let Some(end) = line
            .pointer_mut("/failure/script")
            .and_then(|end| end.as_object_mut())
        {
            for name in ["in_doubt", "project", "project_in_doubt"] {
                left_out += usize::from(end.remove(name).is_some());
            }
        }
    }
    assert_eq!(left_out, 3, "{text}");
    let whole = decode(&text).unwrap().stays();
    assert_eq!(whole.done, [("webhook created".to_owned(), 2)]);
    assert_eq!(whole.in_doubt, [("role changed".to_owned(), 1)]);
    let old = decode(&document.to_string()).unwrap().stays();
    assert_eq!((old.done, old.in_doubt), (Vec::new(), Vec::new()));
}

#[test]
fn what_a_script_took_is_not_known_of_the_first_journals() {
    let release = Release::replay(eventful_log()).unwrap();
    let text = encode(release.log());
    let old = text
        .replace(",\"millis\":700", "")
        .replace("\"millis\":700,", "");
    assert_ne!(text, old);
    let read = decode(&old).unwrap();
    let mut summaries = read.log().iter().filter_map(|entry| {
        let (_, evidence) = entry.event.succeeded()?;
        if let Evidence::Migrated(summary) = evidence {
            Some(summary.millis)
        } else {
            None
        }
    });
    assert!(summaries.all(|millis| millis.is_none()));
}

#[test]
fn how_much_may_be_printed_is_not_in_the_plans_of_the_first_journals() {
    let release = Release::replay(eventful_log()).unwrap();
    let text = encode(release.log());
    let old = text.replace(",\"lines\":9", "").replace("\"lines\":9,", "");
    assert_ne!(text, old);
    let limits = decode(&old).unwrap().plan().limits;
    assert_eq!(limits.lines, Limits::default().lines);
    assert_eq!(limits.calls, 7);
}
