//! A script that ended half-way, as the files tell it: whatever was written into its error stays text.

use super::*;
use crate::{
    event::{Event, ScriptSummary},
    failure::{Failure, FailureKind, Place, Rejection, Request, ScriptEnd},
    step::Step,
    view::sample::{replay, until_fork},
};

const HOSTILE: &str = "</td><script>alert(1)</script>";

fn half_run() -> Release {
    let body = format!(
        r#"{{"data":[{{"id":"1","type":"api_error","attributes":{{"code":"INVALID_FIELD",
        "details":{{"field":"{HOSTILE}","code":"VALIDATION_REQUIRED"}}}}}}]}}"#
    );
    let asked = Request::new("PUT", &format!("/items/{HOSTILE}"));
    let end = ScriptEnd {
        done: ScriptSummary {
            calls: 12,
            effects: vec![("record updated".to_owned(), 11)],
            ..ScriptSummary::default()
        },
        last: Some(asked.clone()),
        places: vec![Place {
            file: format!("lib/{HOSTILE}.ts"),
            line: 7,
        }],
        rejection: Some(Rejection::read(asked, 422, Some("a1"), body.as_bytes())),
    };
    let mut events = until_fork("rel-1", &["1_a.ts"]);
    let failure = Failure::new(FailureKind::ScriptThrew, "1_a.ts failed.").of_script(end);
    events.extend([
        Event::Started(Step::Migrate(0)),
        Event::Failed(Step::Migrate(0), failure),
    ]);
    replay(&events)
}

fn written(form: Form) -> String {
    let release = half_run();
    let source = Source {
        release: &release,
        project: "Kiln & Clay",
        link: None,
        at: Timestamp::from_millis(0),
    };
    export(source, form).text
}

#[test]
fn the_page_tells_code_details_request_line_and_what_was_done() {
    let page = written(Form::Html);
    for said in [
        "<dt>rel-1 is partly migrated</dt>",
        "1_a.ts ended at call 12, PUT /items/",
        "<code>INVALID_FIELD</code> The field `",
        "<b>Answer</b> status 422, request id a1",
        "<b>Line</b> lib/",
        "It had made 12 calls: 11 records updated.",
        "<code>code</code>: VALIDATION_REQUIRED",
    ] {
        assert!(page.contains(said), "{said} in {page}");
    }
    assert!(!page.contains("<script"), "{page}");
}

#[test]
fn the_document_has_the_same_for_programs() {
    let document: serde_json::Value = serde_json::from_str(&written(Form::Json)).unwrap();
    let steps = document["steps"].as_array().unwrap();
    let script = &steps[steps.len() - 1]["failure"]["script"];
    assert_eq!(script["calls"], 12);
    assert_eq!(script["effects"][0]["effect"], "record updated");
    assert_eq!(script["places"][0]["line"], 7);
    let refused = &script["refused"];
    assert_eq!(refused["status"], 422);
    assert_eq!(refused["errors"][0]["details"]["field"], HOSTILE);
    assert_eq!(document["scripts"][0]["state"], "failed");
    assert_eq!(document["scripts"][0]["calls"], 12);
}
