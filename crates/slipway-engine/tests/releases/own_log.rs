//! The logs of releases lie where scripts write, and no script writes into one.

use serde_json::{Value, json};
use slipway_release::{
    Consent, Event, FailureKind, Phase, Release, Step, journal, policy::Resource,
};

use super::support::*;

/// What a script asks for, once the record is there that it asks about.
type Asks = fn(&str) -> (&'static str, String, Value);

fn edits(record: &str) -> (&'static str, String, Value) {
    let body =
        json!({ "data": { "id": record, "type": "item", "attributes": { "journal": "{}" } } });
    ("PUT", format!("/items/{record}"), body)
}

fn destroys(record: &str) -> (&'static str, String, Value) {
    ("DELETE", format!("/items/{record}"), Value::Null)
}

fn writes_another(_: &str) -> (&'static str, String, Value) {
    let model =
        json!({ "item_type": { "data": { "type": "item_type", "id": "slipway_release" } } });
    let body = json!({ "data": { "type": "item", "attributes": {}, "relationships": model } });
    ("POST", "/items".to_owned(), body)
}

fn renames_the_model(_: &str) -> (&'static str, String, Value) {
    let body = json!({ "data": { "type": "item_type", "attributes": { "api_key": "old" } } });
    ("PUT", "/item-types/slipway_release".to_owned(), body)
}

/// A release whose first script asks for something about the record of its log.
async fn release_that_asks(asks: Asks) -> (World, Release) {
    let mut world = World::open(&[]).await.with_two_scripts();
    let profile = Profile::default();
    let first = world.page(&profile).await;
    let release = at(&first, &world, Step::Migrate(0)).await;
    drop(first);
    let record = journal_record(&world, "rel-1").await;
    let (method, path, body) = asks(&record.id);
    let body = Some(body).filter(|body| !body.is_null());
    let acts = vec![Act::Call(method, path, body)];
    world.scripts.insert("1_one.ts".to_owned(), acts);
    let engine = world.page(&profile).await;
    let release = next(&engine, release).await.unwrap();
    (world, release)
}

#[rstest::rstest]
#[case::edited(edits)]
#[case::destroyed(destroys)]
#[case::doubled(writes_another)]
#[case::renamed(renames_the_model)]
#[tokio::test(flavor = "current_thread")]
async fn a_script_does_not_write_into_a_log(#[case] asks: Asks) {
    let (world, release) = release_that_asks(asks).await;
    let Phase::Failed { failure, .. } = release.phase() else {
        panic!("{:?}", release.phase());
    };
    assert_eq!(failure.kind, FailureKind::ScriptForbidden);
    let says = "it would change Slipway's own log of releases, which a migration may read but not write. Nothing was sent.";
    assert!(failure.message.contains(says), "{}", failure.message);
    let record = journal_record(&world, "rel-1").await;
    let kept = record.attributes["journal"].as_str().unwrap();
    assert_eq!(journal::decode(kept), Ok(release));
}

#[tokio::test(flavor = "current_thread")]
async fn a_script_that_goes_over_all_models_and_records_is_let_through() {
    let (_, release) = release_that_asks(|record| {
        let body = json!({ "data": { "id": record, "type": "item", "attributes": {} } });
        ("PUT", format!("/items/{record}"), body)
    })
    .await;
    assert_eq!(release.phase(), &Phase::Review);
}

/// Where a log was edited all the same, by whoever may write records, no consent comes of it.
#[tokio::test(flavor = "current_thread")]
async fn an_edited_plan_is_believed_by_nobody() {
    let (world, engine, release) = standing_at(Step::Migrate(0)).await;
    let mut log = release.log().to_vec();
    let Event::Planned(plan) = &mut log[0].event else {
        panic!("a log begins with its plan");
    };
    plan.consents.push(Consent {
        script: "2_two.ts".to_owned(),
        resource: Resource::Webhooks,
    });
    scribbles(&world, "rel-1", &journal::encode(&log)).await;

    // The browser that drives it has its own; to another one the copy in primary is older, and true.
    let own = engine.observe().await.unwrap();
    let other = world.page(&Profile::default()).await;
    let others = other.observe().await.unwrap();
    for observed in [own, others] {
        assert_eq!(observed.releases.len(), 1);
        assert_eq!(observed.releases[0].plan(), release.plan());
        assert_eq!(observed.unreadable[0].place, "rel-1");
        let reason = &observed.unreadable[0].reason;
        assert!(reason.contains("another plan"), "{reason}");
    }
    let refused = next(&engine, release).await.unwrap_err();
    let says = "is driving this release in another window";
    assert!(refused.to_string().contains(says), "{refused}");
}
