use serde_json::Value;

use super::*;
use crate::{
    failure::{Failure, FailureKind},
    rehearsal::{End, sample},
};

/// What no page may take for markup.
const HOSTILE: &str = "<script>alert('1')</script>\"&\u{202e}";

fn made(rehearsal: &Rehearsal, stale: &[Stale], form: RehearsalForm) -> Export {
    let source = RehearsalSource {
        rehearsal,
        stale,
        project: HOSTILE,
        at: Timestamp::from_millis(1_795_000_100_000),
    };
    export_rehearsal(source, form)
}

/// A rehearsal with hostile text wherever text of others goes.
fn hostile() -> Rehearsal {
    let mut rehearsal = sample::rehearsal();
    rehearsal.by.name = HOSTILE.to_owned();
    rehearsal.scripts[0].script.name = HOSTILE.to_owned();
    rehearsal.held_back[0].script = HOSTILE.to_owned();
    rehearsal.held_back[0].name = Some(HOSTILE.to_owned());
    rehearsal.end = End::Failed {
        script: Some(0),
        failure: Failure::new(FailureKind::ScriptThrew, HOSTILE),
    };
    if let crate::rehearsal::Outcome::Ran(run) = &mut rehearsal.scripts[0].run {
        run.records[0].model = Some(HOSTILE.to_owned());
        run.effects[0].0 = HOSTILE.to_owned();
        run.calls.count("GET", HOSTILE);
    }
    let changes = rehearsal.changes.as_mut().unwrap();
    changes.locales_added = vec![HOSTILE.to_owned()];
    changes.models[0].model.label = HOSTILE.to_owned();
    changes.models[0].model.api_key = HOSTILE.to_owned();
    changes.models[0].fields[0].field.label = HOSTILE.to_owned();
    if let crate::rehearsal::Change::Changed(differences) = &mut changes.models[0].fields[0].change
    {
        differences[0].property = HOSTILE.to_owned();
        differences[0].next = Some(HOSTILE.to_owned());
    }
    rehearsal
}

#[test]
fn no_text_of_others_becomes_markup() {
    let stale = [Stale::New {
        name: HOSTILE.to_owned(),
    }];
    let page = made(&hostile(), &stale, RehearsalForm::Html).text;
    assert!(!page.contains("<script"), "{page}");
    assert!(!page.contains("alert('1')"), "{page}");
    assert!(!page.contains('\u{202e}'), "{page}");
    assert!(page.matches("&lt;script&gt;").count() > 10, "{page}");
    assert!(
        page.contains("default-src 'none'"),
        "it loads and runs nothing"
    );
}

#[test]
fn the_page_says_what_it_is_not() {
    let page = made(&sample::rehearsal(), &[], RehearsalForm::Html);
    assert_eq!(page.file_name, "slipway-rehearsal-0000000000a1.html");
    for said in [
        "it is no promise for the release",
        "What a rehearsal cannot show",
        "Held back: what would change the whole project",
        "The freeze it predicts",
        "Field changed",
        "<code>items.publish</code>",
    ] {
        assert!(page.text.contains(said), "{said}");
    }
    assert!(!page.text.contains("Out of date"));
    let stale = made(&sample::rehearsal(), &[Stale::Order], RehearsalForm::Html);
    assert!(stale.text.contains("Out of date"));
    assert!(!stale.text.contains(">Fresh<"));
}

#[test]
fn where_a_script_ended_stands_in_both() {
    let failed = Rehearsal {
        end: End::Failed {
            script: Some(1),
            failure: sample::half_run(),
        },
        ..sample::rehearsal()
    };
    let page = made(&failed, &[], RehearsalForm::Html).text;
    for said in [
        "Where it ended",
        "<b>Line</b> lib/save.ts:7",
        "<b>Refused request</b> POST /item-types in slipway-rehearsal-0000000000a1",
        "<b>Until then</b> It had made 2 calls and changed nothing.",
        "<code>INVALID_FIELD</code> The attribute `api_key` has a value of the wrong form.",
    ] {
        assert!(page.contains(said), "{said} in {page}");
    }
    let text = made(&failed, &[], RehearsalForm::Json).text;
    let document: Value = serde_json::from_str(&text).unwrap();
    let script = &document["rehearsal"]["outcome"]["failure"]["script"];
    assert_eq!(script["calls"], 2);
    assert_eq!(script["places"][0]["file"], "lib/save.ts");
    assert_eq!(script["places"][0]["line"], 7);
    assert_eq!(script["refused"]["errors"][0]["code"], "INVALID_FIELD");
    let whole = made(&sample::rehearsal(), &[], RehearsalForm::Html).text;
    assert!(!whole.contains("Where it ended"));
}

#[test]
fn the_document_holds_what_was_measured() {
    let text = made(&hostile(), &[Stale::Order], RehearsalForm::Json).text;
    let document: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(document["format"], "slipway-rehearsal-export");
    assert_eq!(document["is_a_promise"], false);
    assert_eq!(document["project"], HOSTILE);
    assert_eq!(document["rehearsal"]["outcome"]["kind"], "failed");
    assert_eq!(
        document["estimate"],
        Value::Null,
        "it did not come to its end"
    );
    let whole = made(&sample::rehearsal(), &[], RehearsalForm::Json).text;
    let whole: Value = serde_json::from_str(&whole).unwrap();
    assert_eq!(whole["scripts"][1]["run"]["calls"], 200);
    assert_eq!(whole["estimate"]["scripts_ms"], 17_800);
    assert_eq!(whole["held_back"][0]["resource"], "webhook");
    assert_eq!(whole["schema_changes"]["models"][1]["became"], "deleted");
    assert_eq!(whole["stale"], serde_json::json!([]));
}
