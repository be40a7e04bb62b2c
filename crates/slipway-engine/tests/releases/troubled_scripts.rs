//! Scripts that fail, ask for too much, or have to be stopped.

use std::rc::Rc;

use serde_json::json;
use slipway_engine::Progress;
use slipway_release::{FailureKind, Phase, ScriptEnd, Step, failure::Request};

use super::support::*;

async fn failing(acts: Vec<Act>) -> (World, slipway_release::Release) {
    let mut world = World::open(&[]).await;
    let first = world.creates_a_note("before");
    let acts = [vec![first], acts].concat();
    world.scripts.insert("1_bad.ts".to_owned(), acts);
    let engine = world.page(&Profile::default()).await;
    let release = engine.begin(world.plan(&engine)).await.unwrap();
    let release = until(&engine, release, &Phase::Ready(Step::Migrate(0))).await;
    let release = next(&engine, release).await.unwrap();
    (world, release)
}

fn kind(release: &slipway_release::Release) -> FailureKind {
    match release.phase() {
        Phase::Failed { failure, .. } => failure.kind,
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "current_thread")]
async fn a_script_that_throws_is_told_in_words_and_stays_out_of_the_ledger() {
    let (world, release) = failing(vec![Act::Throw("the title is missing")]).await;
    assert_eq!(kind(&release), FailureKind::ScriptThrew);
    let (_, message) = trouble(&release);
    assert_eq!(
        message,
        "1_bad.ts failed with “Error: the title is missing”. It had made 1 request on the sandbox by then; primary is untouched."
    );
    assert!(world.ledger("rel-1").await.is_empty());
    assert_eq!(world.notes("main").await, ["First"]);
}

#[rstest::rstest]
#[case::maintenance("PUT", "/maintenance-mode/deactivate", "maintenance mode")]
#[case::environments("PUT", "/environments/rel-1/promote", "may not change environments")]
#[case::sessions("DELETE", "/session", "may not log in or out")]
#[tokio::test(flavor = "current_thread")]
async fn a_script_that_asks_for_too_much_is_refused(
    #[case] method: &'static str,
    #[case] path: &str,
    #[case] says: &str,
) {
    let body = Some(json!({ "data": {} }));
    let (world, release) = failing(vec![Act::Call(method, path.to_owned(), body)]).await;
    assert_eq!(kind(&release), FailureKind::ScriptForbidden);
    assert!(
        trouble(&release).1.contains(says),
        "{}",
        trouble(&release).1
    );
    assert!(world.is_frozen().await);
    assert_eq!(world.primary().await, "main");
}

#[tokio::test(flavor = "current_thread")]
async fn a_script_is_stopped_between_two_requests() {
    let mut world = World::open(&[]).await;
    let acts = vec![world.creates_a_note("before"), Act::Hang];
    world.scripts.insert("1_long.ts".to_owned(), acts);
    let engine = world.page(&Profile::default()).await;
    let release = engine.begin(world.plan(&engine)).await.unwrap();
    let release = until(&engine, release, &Phase::Ready(Step::Migrate(0))).await;

    let page = Rc::new(Page::default());
    let stop = page.stop.clone();
    let (outcome, ()) = tokio::join!(engine.advance(release, page.clone()), async {
        world.hanging.notified().await;
        stop.wish();
    });
    let release = outcome.unwrap();
    assert_eq!(kind(&release), FailureKind::ScriptStopped);
    let heard = page.heard.borrow();
    let calls: Vec<_> = heard
        .iter()
        .filter_map(|progress| match progress {
            Progress::Call(call) => Some((call.method.as_str(), call.path.as_str(), call.status)),
            _ => None,
        })
        .collect();
    assert_eq!(calls, [("POST", "/items", Some(201))]);
    let end = end(&release);
    assert_eq!(end.done.calls, 1);
    assert_eq!(end.last, Some(Request::new("POST", "/items")));
    assert_eq!(end.rejection, None);
}

/// How far the script came.
fn end(release: &slipway_release::Release) -> ScriptEnd {
    match release.phase() {
        Phase::Failed { failure, .. } => *failure.script.clone().unwrap(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "current_thread")]
async fn a_refusal_by_the_cms_is_on_record_with_its_code_details_request_and_line() {
    let unfit = json!({ "data": {
        "type": "item_type",
        "attributes": { "name": "Harbour", "api_key": "not a key" },
    }});
    let act = Act::Call("POST", "/item-types".to_owned(), Some(unfit));
    let (world, release) = failing(vec![act]).await;
    assert_eq!(kind(&release), FailureKind::ScriptThrew);
    let message = trouble(&release).1;
    assert!(
        message.starts_with("1_bad.ts failed at lib/call.ts:7. The CMS refused POST /item-types with INVALID_FIELD (status 422). The attribute `api_key` has a value of the wrong form."),
        "{message}"
    );
    assert!(
        message.ends_with("It had made 2 requests on the sandbox by then; primary is untouched."),
        "{message}"
    );
    assert!(!message.contains('{'), "{message}");

    let end = end(&release);
    assert_eq!(end.done.effects, [("record created".to_owned(), 1)]);
    assert_eq!(end.last, Some(Request::new("POST", "/item-types")));
    let rejection = end.rejection.clone().unwrap();
    assert_eq!(rejection.status, 422);
    assert_eq!(rejection.request, Request::new("POST", "/item-types"));
    assert_eq!(rejection.faults[0].detail("field"), Some("api_key"));

    // A colleague's page reads the same from the sandbox.
    let colleague = world.page(&Profile::default()).await;
    let seen = colleague.observe().await.unwrap();
    assert_eq!(seen.releases[0].phase(), release.phase());
}

/// Adds a field to the notes, which the CMS does in a job.
fn adds_a_field(world: &World, api_key: &str) -> Act {
    let body = json!({ "data": {
        "type": "field",
        "attributes": { "label": api_key, "api_key": api_key, "field_type": "text", "validators": {} },
    }});
    let path = format!("/item-types/{}/fields", world.note);
    Act::Job("POST", path, Some(body))
}

#[tokio::test(flavor = "current_thread")]
async fn what_a_job_was_refused_is_not_counted_as_done() {
    let mut world = World::open(&["PUT /item-types/*:job-fail=INVALID_FIELD"]).await;
    let renamed = json!({ "data": {
        "type": "item_type",
        "id": world.note,
        "attributes": { "name": "Notes" },
    }});
    let path = format!("/item-types/{}", world.note);
    let acts = vec![
        adds_a_field(&world, "one"),
        Act::Job("PUT", path, Some(renamed)),
    ];
    world.scripts.insert("1_bad.ts".to_owned(), acts);
    let engine = world.page(&Profile::default()).await;
    let release = at(&engine, &world, Step::Migrate(0)).await;
    let release = next(&engine, release).await.unwrap();
    assert_eq!(kind(&release), FailureKind::ScriptThrew);
    let end = end(&release);
    assert_eq!(end.rejection.unwrap().faults[0].code, "INVALID_FIELD");
    assert_eq!(end.done.effects, [("field created".to_owned(), 1)]);
    assert_eq!(end.done.in_doubt, []);
}

#[tokio::test(flavor = "current_thread")]
async fn what_a_job_does_while_the_script_ends_is_in_doubt() {
    let mut world = World::open(&[]).await;
    let Act::Job(method, path, body) = adds_a_field(&world, "one") else {
        unreachable!()
    };
    let acts = vec![Act::Call(method, path, body), Act::Throw("No")];
    world.scripts.insert("1_bad.ts".to_owned(), acts);
    let engine = world.page(&Profile::default()).await;
    let release = at(&engine, &world, Step::Migrate(0)).await;
    let end = end(&next(&engine, release).await.unwrap());
    assert_eq!(end.done.effects, []);
    assert_eq!(end.done.in_doubt, [("field created".to_owned(), 1)]);
}

#[tokio::test(flavor = "current_thread")]
async fn a_refusal_that_the_script_survived_is_not_why_it_ended() {
    let lifts = Act::Try("PUT", "/maintenance-mode/deactivate".to_owned(), None);
    let (_, release) = failing(vec![lifts, Act::Throw("the title is missing")]).await;
    assert_eq!(kind(&release), FailureKind::ScriptThrew);
    assert_eq!(
        trouble(&release).1,
        "1_bad.ts failed with “Error: the title is missing”. It had made 2 requests on the sandbox by then; primary is untouched."
    );
}
