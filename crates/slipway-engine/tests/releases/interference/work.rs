//! Work in primary after the fork: edits, deletions, publications.

use serde_json::json;
use slipway_release::{Phase, Step, drift::Judgement};

use crate::{row::Row, support::*};

/// A release that is approved, and primary open again because somebody lifted the freeze.
async fn approved_and_open(world: &World, engine: &TestEngine) -> slipway_release::Release {
    let release = at(engine, world, Step::Promote).await;
    world.cma().maintenance().deactivate().await.unwrap();
    world.pass(60_000);
    release
}

/// Looks again, freezes again, looks once more, and promotes.
async fn accepts(
    engine: &TestEngine,
    release: slipway_release::Release,
) -> slipway_release::Release {
    let release = approve(engine, release).await;
    let release = next(engine, release).await.unwrap();
    let release = engine.refreeze(release, false).await.unwrap();
    finish(engine, release).await
}

#[tokio::test(flavor = "current_thread")]
async fn an_edit_after_the_approval_is_seen_before_it_is_left_behind() {
    let world = World::open(&[]).await.with_two_scripts();
    let engine = world.page(&Profile::default()).await;
    let release = approved_and_open(&world, &engine).await;
    world.edit("main", "Somebody's afternoon").await;

    let release = next(&engine, release).await.unwrap();
    let says = "1 record of main changed that the sandbox does not have.";
    assert_eq!(voided(&release), says);
    let release = accepts(&engine, release).await;
    assert_eq!(world.notes("main").await, ["Somebody's afternoon"]);
    Row {
        did: "edited a record of primary",
        when: "before “promote”, after the approval",
        reads: says,
        way_out: "freeze again, accept what is left behind in the old primary",
        end: &end(&world, &release).await,
    }
    .interference();
}

#[tokio::test(flavor = "current_thread")]
async fn an_edit_after_the_approval_comes_along_with_a_fresh_fork() {
    let world = World::open(&[]).await.with_two_scripts();
    let engine = world.page(&Profile::default()).await;
    let release = approved_and_open(&world, &engine).await;
    world.edit("main", "Somebody's afternoon").await;
    let release = next(&engine, release).await.unwrap();
    let reads = voided(&release);

    let release = engine.refreeze(release, false).await.unwrap();
    let release = start_again(&engine, release).await;
    assert_eq!(
        world.notes("rel-1").await,
        ["Somebody's afternoon", "one", "two"]
    );
    Row {
        did: "edited a record of primary",
        when: "before “promote”, after the approval",
        reads: &reads,
        way_out: "freeze again, start again on a fresh fork",
        end: &end(&world, &release).await,
    }
    .interference();
}

#[tokio::test(flavor = "current_thread")]
async fn a_deletion_beside_an_accepted_edit_asks_again() {
    let world = World::open(&[]).await.with_two_scripts();
    let engine = world.page(&Profile::default()).await;
    let extra = datocms_client::NewItem {
        id: None,
        item_type: world.note.clone(),
        attributes: titled("Second"),
    };
    let extra = world.cma().primary().items().create(&extra).await.unwrap();
    world.pass(60_000);
    let release = approved_and_open(&world, &engine).await;
    world.edit("main", "Somebody's afternoon").await;
    let release = next(&engine, release).await.unwrap();
    let release = approve(&engine, release).await;
    world.pass(60_000);
    world.delete("main", &extra.id).await;

    let release = next(&engine, release).await.unwrap();
    assert_eq!(release.phase(), &Phase::Review, "a deletion is not nothing");
    let reads = voided(&release);
    assert_eq!(
        reads,
        "1 record of main changed that the sandbox does not have, and something else that no record shows."
    );
    let release = accepts(&engine, release).await;
    Row {
        did: "deleted a record of primary",
        when: "before “promote”, after an edit was accepted",
        reads: &reads,
        way_out: "freeze again, accept what is left behind in the old primary",
        end: &end(&world, &release).await,
    }
    .interference();
}

#[tokio::test(flavor = "current_thread")]
async fn a_publication_changes_no_version_and_is_seen_all_the_same() {
    let world = World::open(&[]).await.with_two_scripts();
    let engine = world.page(&Profile::default()).await;
    // Records of this model are published by hand.
    let draft = json!({ "data": { "type": "item_type", "id": world.note, "attributes": { "draft_mode_active": true } } });
    world
        .ask("PUT", &format!("/item-types/{}", world.note), Some(draft))
        .await;
    world.edit("main", "Written, not published").await;
    world.pass(60_000);
    let release = approved_and_open(&world, &engine).await;
    let items = world.cma().primary().items();
    let before = items.find(&world.record).await.unwrap();
    let after = items.publish(&world.record).await.unwrap();
    assert_eq!(
        before.current_version, after.current_version,
        "an optimistic lock would not notice"
    );

    let release = next(&engine, release).await.unwrap();
    assert_eq!(release.phase(), &Phase::Review);
    assert_eq!(world.primary().await, "main");
    let reads = voided(&release);
    let release = accepts(&engine, release).await;
    Row {
        did: "published a record of primary",
        when: "before “promote”, after the approval",
        reads: &reads,
        way_out: "freeze again, accept what is left behind in the old primary",
        end: &end(&world, &release).await,
    }
    .interference();
}

#[tokio::test(flavor = "current_thread")]
async fn an_edit_of_what_was_promoted_asks_again_before_a_rollback() {
    let (world, engine, release) = gone_live().await;
    let release = decide_to_roll_back(&engine, release, true).await.unwrap();
    world.pass(60_000);
    world.edit("rel-1", "Somebody's afternoon").await;

    let release = next(&engine, release).await.unwrap();
    let reads = trouble(&release).1;
    assert!(
        reads.starts_with("More has changed in rel-1 since this rollback was decided."),
        "{reads}"
    );
    let release = stay_live(&engine, release).await;
    let release = finish(&engine, release).await;
    assert_eq!(
        world.notes("rel-1").await,
        ["Somebody's afternoon", "one", "two"]
    );
    Row {
        did: "edited a record of what was promoted",
        when: "before “freeze before rolling back”",
        reads: &reads,
        way_out: "give the rollback up",
        end: &end(&world, &release).await,
    }
    .interference();
}

#[rstest::rstest]
#[case::with_a_freeze(true)]
#[case::without(false)]
#[tokio::test(flavor = "current_thread")]
async fn a_deletion_from_what_was_promoted_asks_again_before_a_rollback(#[case] freeze: bool) {
    let (world, engine, release) = gone_live().await;
    let release = decide_to_roll_back(&engine, release, freeze).await.unwrap();
    world.pass(60_000);
    world.delete("rel-1", &world.record).await;
    world.pass(60_000);

    let release = next(&engine, release).await.unwrap();
    let (step, nothing) = if freeze {
        (Step::FreezeAgain, "Nothing was frozen.")
    } else {
        (Step::Restore, "Nothing was rolled back.")
    };
    let says = format!(
        "More has changed in rel-1 since this rollback was decided. Give the rollback up, look at the changes, and decide again. {nothing}"
    );
    assert_eq!(trouble(&release), (step, says.clone()));
    assert_eq!(world.primary().await, "rel-1");
    assert!(!world.is_frozen().await);
    let again = next(&engine, release).await.unwrap();
    assert_eq!(
        trouble(&again),
        (step, says.clone()),
        "our own entry hides nothing"
    );

    let release = stay_live(&engine, again).await;
    let release = finish(&engine, release).await;
    Row {
        did: "deleted a record of what was promoted",
        when: &format!("before “{step}”"),
        reads: &says,
        way_out: "give the rollback up",
        end: &end(&world, &release).await,
    }
    .interference();
}

#[tokio::test(flavor = "current_thread")]
async fn a_deletion_before_the_end_of_the_freeze_was_written_down_is_not_forgotten() {
    let (world, engine, release) = standing_at(Step::Unfreeze).await;
    world.pass(60_000);
    // The page dies after the freeze was lifted; somebody works on before the next one opens.
    let cma = world.cma();
    let (record, dies) = (
        world.record.clone(),
        std::rc::Rc::new(tokio::sync::Notify::new()),
    );
    let gone = dies.clone();
    world.before_the_call("GET /cma/environments/rel-1", async move {
        let scope = cma.environment(&id("rel-1"));
        scope.items().destroy(&record).await.unwrap();
        gone.notify_one();
        std::future::pending::<()>().await;
    });
    tokio::select! {
        outcome = next(&engine, release) => panic!("it came to an end: {outcome:?}"),
        () = dies.notified() => {}
    }
    drop(engine);
    world.pass(60_000);

    let engine = world.page(&Profile::default()).await;
    let release = engine.take_over(found(&engine).await).await.unwrap();
    let release = finish(&engine, release).await;
    assert_eq!(release.phase(), &Phase::Live);
    let drift = engine.left_behind(&release).await.unwrap();
    assert_eq!(drift.judge(), Judgement::Unseen, "{drift:?}");
    let says = drift.waived().remove(0);
    let release = decide_to_roll_back(&engine, release, true).await.unwrap();
    let release = finish(&engine, release).await;
    assert_eq!(release.phase(), &Phase::RolledBack);
    Row {
        did: "deleted a record of what was promoted",
        when: "after the freeze was lifted, before that was written down",
        reads: &says,
        way_out: "roll back all the same",
        end: &end(&world, &release).await,
    }
    .interference();
}
