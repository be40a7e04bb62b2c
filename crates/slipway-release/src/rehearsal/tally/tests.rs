use serde_json::json;

use super::*;
use crate::rehearsal::{
    Calls,
    schema::{Model, Properties},
};

fn schema() -> Schema {
    let model = |name: &str| Model {
        properties: Properties::new([("name".to_owned(), json!(name))]),
        ..Model::default()
    };
    Schema {
        models: [
            ("note".to_owned(), model("Note")),
            ("tag".to_owned(), model("Tag")),
        ]
        .into(),
        ..Schema::default()
    }
}

fn item(id: &str, model: &str) -> Value {
    json!({
        "type": "item",
        "id": id,
        "relationships": { "item_type": { "data": { "type": "item_type", "id": model } } },
    })
}

struct Script {
    tally: Tally,
}

impl Script {
    fn new() -> Self {
        let mut tally = Tally::default();
        tally.begin_script();
        Self { tally }
    }

    fn ask(&mut self, verb: &str, path: &str, body: &Value, status: u16, answer: &Value) {
        let body = body.to_string();
        let asked = Asked {
            verb,
            path,
            query: "",
            body: Some(&body),
        };
        let sent = self.tally.leaves(asked);
        let body = answer.to_string();
        let body = body.as_bytes();
        self.tally.note(asked, sent, Answer::Cms { status, body });
    }

    fn run(&self) -> Run {
        self.tally.run(0, 1000, &[&schema()])
    }
}

#[test]
fn records_are_counted_by_model_where_any_answer_tells_it() {
    let mut asked = Script::new();
    let nothing = Value::Null;
    let new = json!({ "data": item("n1", "note") });
    asked.ask("POST", "/items", &new, 201, &new);
    // Its model is told by a later answer only.
    asked.ask(
        "PUT",
        "/items/t1/publish",
        &nothing,
        202,
        &json!({ "data": { "type": "job", "id": "j" } }),
    );
    let ended =
        json!({ "data": { "type": "job_result", "attributes": { "status": 200, "payload": {} } } });
    asked.ask("GET", "/job-results/j", &nothing, 200, &ended);
    asked.ask("DELETE", "/items/gone", &nothing, 200, &nothing);
    let list = json!({ "data": [item("t1", "tag"), item("t2", "tag")] });
    asked.ask("GET", "/items", &nothing, 200, &list);
    let both = json!({ "data": { "relationships": { "items": { "data": [{ "id": "t1" }, { "id": "t2" }] } } } });
    asked.ask("POST", "/items/bulk/destroy", &both, 200, &nothing);
    assert_eq!(asked.tally.unknown(), ["gone"]);

    let run = asked.run();
    let of = |model: Option<&str>| Records {
        model: model.map(str::to_owned),
        ..Records::default()
    };
    let expected = [
        Records {
            created: 1,
            ..of(Some("Note"))
        },
        Records {
            published: 1,
            deleted: 2,
            ..of(Some("Tag"))
        },
        Records {
            deleted: 1,
            ..of(None)
        },
    ];
    assert_eq!(run.records, expected);
    assert_eq!((run.calls.total(), run.calls.reads()), (6, 2));

    asked.tally.learn("gone", "note");
    assert_eq!(asked.run().records[0].deleted, 1);
    assert_eq!(asked.tally.unknown(), [""; 0]);
}

#[test]
fn a_job_that_ends_in_an_error_did_nothing() {
    let mut asked = Script::new();
    let nothing = Value::Null;
    for (job, status) in [("good", 200), ("bad", 422)] {
        let answer = json!({ "data": { "type": "job", "id": job } });
        asked.ask("PUT", "/fields/f", &nothing, 202, &answer);
        let ended = json!({ "data": { "type": "job_result", "attributes": { "status": status, "payload": {} } } });
        asked.ask("GET", &format!("/job-results/{job}"), &nothing, 200, &ended);
    }
    assert_eq!(asked.run().effects, [("field changed".to_owned(), 1)]);
}

#[test]
fn what_failed_was_refused_or_held_back_did_nothing() {
    let mut asked = Script::new();
    let nothing = Value::Null;
    asked.ask("DELETE", "/items/a", &nothing, 404, &nothing);
    let creates = Asked {
        verb: "POST",
        path: "/items",
        query: "",
        body: None,
    };
    for answer in [Answer::Refused, Answer::HeldBack] {
        asked.tally.note(creates, None, answer);
    }
    let sent = asked.tally.leaves(creates);
    asked.tally.note(creates, sent, Answer::None);
    let run = asked.run();
    assert_eq!((run.records, run.effects), (Vec::new(), Vec::new()));
    // Nobody knows of the one whose answer got lost.
    assert_eq!(run.in_doubt, [("record created".to_owned(), 1)]);
    let Calls {
        refused,
        held_back,
        failed,
        ..
    } = run.calls;
    assert_eq!((refused, held_back, failed), (1, 1, 2));
}

#[test]
fn the_round_trip_is_the_middle_one() {
    let mut tally = Tally::default();
    assert_eq!(tally.round_trip(), None);
    for millis in [900, 10, 30] {
        tally.took(millis);
    }
    assert_eq!(tally.round_trip(), Some(30));
}

#[test]
fn nothing_of_a_records_content_is_kept() {
    let mut asked = Script::new();
    let mut new = item("n1", "note");
    new["attributes"] = json!({ "title": "s3cret" });
    asked.ask(
        "POST",
        "/items",
        &json!({ "data": new.clone() }),
        201,
        &json!({ "data": new }),
    );
    assert!(!format!("{:?}", asked.tally).contains("s3cret"));
}
