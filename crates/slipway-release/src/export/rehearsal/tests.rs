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
    for file in rehearsal.scripts[0].script.imports.iter_mut().flatten() {
        file.path = HOSTILE.to_owned();
    }
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
fn a_prediction_that_does_not_hold_is_told_as_such_in_both() {
    let warned = "It does not hold any more";
    let page = |stale: &[Stale]| made(&sample::rehearsal(), stale, RehearsalForm::Html).text;
    assert!(!page(&[]).contains(warned));
    assert!(page(&[Stale::Order]).contains(warned));
    assert!(page(&[Stale::Order]).contains("The freeze it predicted"));
    let holds = |stale: &[Stale]| -> Value {
        let text = made(&sample::rehearsal(), stale, RehearsalForm::Json).text;
        let document: Value = serde_json::from_str(&text).unwrap();
        document["estimate"]["holds"].clone()
    };
    assert_eq!(holds(&[]), true);
    assert_eq!(holds(&[Stale::Order]), false);
    assert_eq!(holds(&[Stale::ScriptsUnknown]), Value::Null);
    assert!(page(&[Stale::ScriptsUnknown]).contains("Whether it still holds is not known"));
}

#[test]
fn what_was_rehearsed_stands_in_both_by_hash() {
    let rehearsal = sample::rehearsal();
    let page = made(&rehearsal, &[], RehearsalForm::Html).text;
    let schema = sample::schema().to_string();
    let imported = sample::imported("save").sha256.to_string();
    for script in &rehearsal.scripts {
        let row = format!(
            "<td><code>{}</code></td><td><code>{}</code></td>",
            script.script.name, script.script.sha256
        );
        assert!(page.contains(&row), "{row} in {page}");
    }
    let row = format!("<td><code>../lib/save.ts</code></td><td><code>{imported}</code></td>");
    assert_eq!(
        page.matches(&row).count(),
        1,
        "both import it, and it is one file"
    );
    let row = format!("<td>Models, fields and locales of main</td><td><code>{schema}</code></td>");
    assert!(page.contains(&row), "{row} in {page}");

    let text = made(&rehearsal, &[], RehearsalForm::Json).text;
    let document: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(document["rehearsal"]["source_schema_sha256"], schema);
    assert_eq!(
        document["scripts"][1]["imports"],
        serde_json::json!([{ "path": "../lib/save.ts", "sha256": imported }])
    );
}

#[test]
fn each_script_is_told_with_its_requests_by_what_they_do() {
    let page = made(&sample::rehearsal(), &[], RehearsalForm::Html).text;
    let row = "<td>5</td><td>1 read, 4 writes, 1 held back</td><td>4 s</td>";
    assert!(page.contains(row), "{row} in {page}");
}

#[test]
fn the_document_says_in_words_what_came_of_it_and_lets_the_freeze_be_reckoned() {
    let left = Rehearsal {
        fate: crate::rehearsal::Fate::Left {
            reason: "It is busy.".to_owned(),
        },
        ..sample::rehearsal()
    };
    let text = made(&left, &[], RehearsalForm::Json).text;
    let document: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(document["version"], 2);
    let rehearsal = &document["rehearsal"];
    assert_eq!(
        rehearsal["headline"],
        "All 2 scripts ran to their end on a fork of main."
    );
    assert_eq!(rehearsal["fork_left_because"], "It is busy.");
    assert_eq!(rehearsal["round_trip_ms"], 100);
    let first = &document["cannot_show"][0];
    assert_eq!(first["title"], "Changes of the whole project");
    assert!(
        first["sentence"]
            .as_str()
            .unwrap()
            .starts_with("1 call was held back")
    );

    let estimate = &document["estimate"];
    let number = |value: &Value| value.as_i64().unwrap();
    let own =
        |step: &str| number(&estimate["own_calls"][step]) * number(&estimate["round_trip_ms"]);
    assert_eq!(estimate["scripts"][1]["calls"], 200);
    assert_eq!(estimate["scripts"][1]["predicted_ms"], 9_000);
    let scripts = estimate["scripts"].as_array().unwrap().iter();
    let scripts: i64 = scripts
        .map(|script| number(&script["predicted_ms"]) + own("around_each_script"))
        .sum();
    assert_eq!(scripts, number(&estimate["scripts_ms"]));
    let copying = number(&estimate["copying_at_most_ms"]);
    let freeze = own("freezing") + copying + scripts + own("promoting") + own("lifting");
    assert_eq!(freeze, number(&estimate["freeze_ms"]));
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
