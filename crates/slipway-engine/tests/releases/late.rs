//! What arrives long after the page that sent it lost the release, and what else reaches the sandbox.

use serde_json::json;
use slipway_release::{FailureKind, Phase, Release, Step};

use crate::{row::Row, support::*};

const BEFORE: &str = "An earlier run of this release was interrupted: what its page had sent may have arrived only now, or somebody else was at work. main is untouched. Start again on a fresh fork.";

/// A page falls silent with a request on its way; a second page takes the release over and begins
/// again. The second page, with the release before the first script on the fresh fork.
async fn overtaken(world: &World, late: &HeldBack) -> (TestEngine, Release) {
    let first = world.page(&Profile::default()).await;
    let release = at(&first, world, Step::Migrate(0)).await;
    tokio::select! {
        outcome = next(&first, release) => panic!("it came to an end: {outcome:?}"),
        () = late.left() => {}
    }
    drop(first);
    let second = world.page(&Profile::default()).await;
    let release = second.take_over(found(&second).await).await.unwrap();
    let release = next(&second, release).await.unwrap();
    assert_eq!(kind(&release), FailureKind::ScriptInterrupted);
    let release = restart(&second, release).await;
    let release = until(&second, release, &Phase::Ready(Step::Migrate(0))).await;
    world.pass(10_000);
    (second, release)
}

#[rstest::rstest]
#[case::a_record("one", "because “one” of rel-1 changed before it", &["First", "one"])]
#[case::a_ledger_entry("1_one.ts", "because it is in the ledger of rel-1 already", &["First"])]
#[tokio::test(flavor = "current_thread")]
async fn what_arrives_in_the_fresh_fork_is_not_built_upon(
    #[case] text: &'static str,
    #[case] because: &str,
    #[case] notes: &[&str],
) {
    let world = World::open(&[]).await.with_two_scripts();
    world.ledger_model("main").await;
    world.pass(60_000);
    let late = world.hold_back("POST /cma/items", text);
    let (engine, release) = overtaken(&world, &late).await;
    assert!(world.arrives(&late).await);

    let release = next(&engine, release).await.unwrap();
    let says = format!("1_one.ts did not run, {because}. {BEFORE}");
    assert_eq!(trouble(&release), (Step::Migrate(0), says.clone()));
    assert_eq!(world.notes("rel-1").await, notes, "nothing ran");

    let release = start_again(&engine, release).await;
    assert_eq!(world.notes("rel-1").await, ["First", "one", "two"]);
    assert_eq!(world.ledger("rel-1").await, ["1_one.ts", "2_two.ts"]);
    Row {
        did: "a request arrives after its page lost the release",
        when: "before “migrate (script 1)” on the fresh fork",
        reads: &says,
        way_out: "start again on a fresh fork",
        end: &end(&world, &release).await,
    }
    .fault();
}

#[rstest::rstest]
#[case::taken_along(false)]
#[case::thrown_away(true)]
#[tokio::test(flavor = "current_thread")]
async fn what_arrives_after_the_approval_voids_it(#[case] begins_again: bool) {
    let world = World::open(&[]).await.with_two_scripts();
    let late = world.hold_back("POST /cma/items", "one");
    let (engine, release) = overtaken(&world, &late).await;
    let release = until(&engine, release, &Phase::Review).await;
    assert!(engine.left_behind(&release).await.unwrap().is_clean());
    world.pass(10_000);
    let release = approve(&engine, release).await;
    assert!(world.arrives(&late).await);

    let release = next(&engine, release).await.unwrap();
    assert_eq!(release.phase(), &Phase::Review);
    let says = "“one” of rel-1 changed after its last script, and would go live with it.";
    assert_eq!(voided(&release), says);
    assert_eq!(world.primary().await, "main");
    let drift = engine.left_behind(&release).await.unwrap();
    let late = drift.late.as_ref().unwrap();
    assert_eq!(late.records.len(), 1);
    assert!(!late.unseen);

    let (release, way_out) = if begins_again {
        let release = restart(&engine, release).await;
        (release, "start again on a fresh fork")
    } else {
        (release, "accept what goes live with the sandbox")
    };
    let release = finish(&engine, release).await;
    let notes = world.notes("rel-1").await;
    if begins_again {
        assert_eq!(notes, ["First", "one", "two"]);
    } else {
        assert_eq!(notes, ["First", "one", "one", "two"]);
    }
    Row {
        did: "a request arrives after its page lost the release",
        when: "before “promote”, after the approval",
        reads: says,
        way_out,
        end: &end(&world, &release).await,
    }
    .fault();
}

#[tokio::test(flavor = "current_thread")]
async fn a_deletion_in_the_sandbox_after_the_approval_voids_it() {
    let (world, engine, release) = standing_at(Step::Promote).await;
    world.pass(60_000);
    world.delete("rel-1", &world.record).await;

    let release = next(&engine, release).await.unwrap();
    assert_eq!(release.phase(), &Phase::Review);
    let says = "Something in rel-1 changed after its last script that no record shows, and would go live with it.";
    assert_eq!(voided(&release), says);
    let release = finish(&engine, release).await;
    Row {
        did: "deleted a record of the sandbox",
        when: "before “promote”, after the approval",
        reads: says,
        way_out: "look again, accept what goes live with the sandbox",
        end: &end(&world, &release).await,
    }
    .interference();
}

#[tokio::test(flavor = "current_thread")]
async fn an_edit_of_the_sandbox_during_the_review_is_named() {
    let world = World::open(&[]).await.with_two_scripts();
    let engine = world.page(&Profile::default()).await;
    let release = reviewed(&engine, &world).await;
    world.pass(60_000);
    world.edit("rel-1", "Only in the sandbox").await;
    let drift = engine.left_behind(&release).await.unwrap();
    let says = ["“Only in the sandbox” of rel-1 changed after its last script"];
    assert_eq!(drift.waived(), says);
    assert_eq!(drift.late.unwrap().records[0].title, "Only in the sandbox");

    let release = finish(&engine, release).await;
    assert_eq!(
        world.notes("rel-1").await,
        ["Only in the sandbox", "one", "two"]
    );
    Row {
        did: "edited a record of the sandbox",
        when: "during the review",
        reads: says[0],
        way_out: "accept what goes live with the sandbox",
        end: &end(&world, &release).await,
    }
    .interference();
}

#[tokio::test(flavor = "current_thread")]
async fn a_schedule_that_fires_in_the_sandbox_voids_the_approval() {
    let world = World::open(&[]).await.with_two_scripts();
    let engine = world.page(&Profile::default()).await;
    let drafts = json!({ "data": { "type": "item_type", "id": world.note, "attributes": { "draft_mode_active": true } } });
    let model = format!("/item-types/{}", world.note);
    world.ask("PUT", &model, Some(drafts)).await;
    world.edit("main", "Written, not published").await;
    // START is nine o'clock; the fork copies the schedule along.
    let in_an_hour = json!({ "data": {
        "type": "scheduled_publication",
        "attributes": { "publication_scheduled_at": "2026-01-05T10:00:00.000Z" },
    }});
    let schedule = format!("/items/{}/scheduled-publication", world.record);
    world.ask("POST", &schedule, Some(in_an_hour)).await;
    world.pass(60_000);
    let release = at(&engine, &world, Step::Promote).await;
    world.pass(60 * 60 * 1000);

    let release = next(&engine, release).await.unwrap();
    assert_eq!(release.phase(), &Phase::Review);
    assert_eq!(world.primary().await, "main");
    let reads = voided(&release);
    assert!(
        reads.contains("rel-1 changed after its last script"),
        "{reads}"
    );
    let release = finish(&engine, release).await;
    Row {
        did: "scheduled a publication, which fires in the sandbox as well",
        when: "before “promote”, after the approval",
        reads: &reads,
        way_out: "look again, accept what goes live with the sandbox",
        end: &end(&world, &release).await,
    }
    .interference();
}
