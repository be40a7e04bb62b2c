//! Something promoted by somebody else.

use slipway_release::{FailureKind, Phase, Release, Step};

use crate::{row::Row, support::*};

const IN_ITS_PLACE: &str = "Somebody made other primary, in the place of main, from which this release works. Promoting rel-1 now would take that back unseen. Nothing was sent. Give this release up and plan it anew from other, or put main back first.";

/// A project with a sandbox, `other`, that somebody may promote.
async fn with_another_sandbox() -> World {
    let world = World::open(&[]).await.with_two_scripts();
    world.fork("main", "other").await;
    world.pass(60_000);
    world
}

/// The same with a release whose next step is `step`.
async fn beside_another(step: Step) -> (World, TestEngine, Release) {
    let world = with_another_sandbox().await;
    let engine = world.page(&Profile::default()).await;
    let release = at(&engine, &world, step).await;
    (world, engine, release)
}

/// The same with a release that is live.
async fn live_beside_another() -> (World, TestEngine, Release) {
    let world = with_another_sandbox().await;
    let engine = world.page(&Profile::default()).await;
    let release = live(&engine, &world).await;
    (world, engine, release)
}

async fn promote(world: &World, name: &str) {
    world.cma().environments().promote(&id(name)).await.unwrap();
}

#[rstest::rstest]
#[case::freeze(Step::Freeze)]
#[case::fork(Step::Fork)]
#[case::migrate(Step::Migrate(0))]
#[case::promote(Step::Promote)]
#[tokio::test(flavor = "current_thread")]
async fn another_primary_is_noticed_and_the_release_given_up(#[case] step: Step) {
    let (world, engine, release) = beside_another(step).await;
    promote(&world, "other").await;

    let release = next(&engine, release).await.unwrap();
    assert_eq!(trouble(&release), (step, IN_ITS_PLACE.to_owned()));
    assert_eq!(kind(&release), FailureKind::WorldChanged);
    let release = give_up(&engine, release).await;
    assert_eq!(world.primary().await, "other");
    assert_eq!(world.environments().await, ["main", "other"]);
    Row {
        did: "promoted another sandbox",
        when: &format!("before “{step}”"),
        reads: IN_ITS_PLACE,
        way_out: "give the release up",
        end: &end(&world, &release).await,
    }
    .interference();
}

#[rstest::rstest]
#[case::freeze(Step::Freeze)]
#[case::fork(Step::Fork)]
#[case::migrate(Step::Migrate(0))]
#[case::promote(Step::Promote)]
#[tokio::test(flavor = "current_thread")]
async fn once_the_source_is_primary_again_the_release_goes_on(#[case] step: Step) {
    let (world, engine, release) = beside_another(step).await;
    promote(&world, "other").await;
    let release = next(&engine, release).await.unwrap();
    assert_eq!(trouble(&release).1, IN_ITS_PLACE);

    promote(&world, "main").await;
    let release = finish(&engine, release).await;
    assert_eq!(release.phase(), &Phase::Live);
    assert_eq!(world.notes("rel-1").await, ["First", "one", "two"]);
    Row {
        did: "promoted another sandbox",
        when: &format!("before “{step}”"),
        reads: IN_ITS_PLACE,
        way_out: "put the old primary back, try again",
        end: &end(&world, &release).await,
    }
    .interference();
}

#[tokio::test(flavor = "current_thread")]
async fn our_sandbox_promoted_too_early_gets_no_migration() {
    let (world, engine, release) = standing_at(Step::Migrate(0)).await;
    promote(&world, "rel-1").await;

    let release = next(&engine, release).await.unwrap();
    let says = "Somebody promoted rel-1 before this release was done with it. Nothing was sent. Put main back first and try again; or give this release up, and rel-1 stays primary as it is.";
    assert_eq!(trouble(&release), (Step::Migrate(0), says.to_owned()));
    assert_eq!(world.notes("rel-1").await, ["First"], "nothing ran");

    let given_up = give_up(&engine, release).await;
    assert_eq!(world.environments().await, ["main", "rel-1"]);
    Row {
        did: "promoted the sandbox",
        when: "before “migrate (script 1)”",
        reads: says,
        way_out: "give the release up, leaving the sandbox",
        end: &end(&world, &given_up).await,
    }
    .interference();
}

#[tokio::test(flavor = "current_thread")]
async fn our_sandbox_promoted_too_early_and_put_back_is_migrated() {
    let (world, engine, release) = standing_at(Step::Migrate(0)).await;
    promote(&world, "rel-1").await;
    let release = next(&engine, release).await.unwrap();
    promote(&world, "main").await;
    let reads = trouble(&release).1;
    let release = finish(&engine, release).await;
    assert_eq!(world.ledger("rel-1").await, ["1_one.ts", "2_two.ts"]);
    Row {
        did: "promoted the sandbox",
        when: "before “migrate (script 1)”",
        reads: &reads,
        way_out: "put the old primary back, try again",
        end: &end(&world, &release).await,
    }
    .interference();
}

#[tokio::test(flavor = "current_thread")]
async fn our_sandbox_promoted_by_somebody_else_when_it_was_approved_is_what_was_meant() {
    let (world, engine, release) = standing_at(Step::Promote).await;
    promote(&world, "rel-1").await;
    let release = finish(&engine, release).await;
    assert_eq!(release.phase(), &Phase::Live);
    Row {
        did: "promoted the sandbox",
        when: "before “promote”, after the approval",
        reads: "rel-1 is primary. main stays as a sandbox, ready to come back.",
        way_out: "none is needed",
        end: &end(&world, &release).await,
    }
    .interference();
}

#[tokio::test(flavor = "current_thread")]
async fn the_freeze_is_lifted_whatever_is_primary_by_then() {
    let (world, engine, release) = beside_another(Step::Unfreeze).await;
    promote(&world, "other").await;
    let release = next(&engine, release).await.unwrap();
    let refused = decide_to_roll_back(&engine, release.clone(), false)
        .await
        .unwrap_err();
    let says = "other is primary now, not rel-1, so there is nothing to roll back here. Roll back the promotion of other instead. Nothing was changed.";
    assert_eq!(refused.to_string(), says);
    Row {
        did: "promoted another sandbox",
        when: "before “lift the freeze”",
        reads: says,
        way_out: "the freeze is lifted all the same",
        end: &end(&world, &release).await,
    }
    .interference();
}

#[tokio::test(flavor = "current_thread")]
async fn a_rollback_that_somebody_overtook_freezes_nobody() {
    let (world, engine, release) = live_beside_another().await;
    let release = decide_to_roll_back(&engine, release, true).await.unwrap();
    promote(&world, "other").await;

    let release = next(&engine, release).await.unwrap();
    let says = "other is primary now, not rel-1, so there is nothing to roll back here. Roll back the promotion of other instead. Nothing was frozen.";
    assert_eq!(trouble(&release), (Step::FreezeAgain, says.to_owned()));
    assert!(!world.is_frozen().await);
    let release = stay_live(&engine, release).await;
    Row {
        did: "promoted another sandbox",
        when: "before “freeze before rolling back”",
        reads: says,
        way_out: "give the rollback up",
        end: &end(&world, &release).await,
    }
    .interference();
}

#[tokio::test(flavor = "current_thread")]
async fn a_rollback_that_somebody_overtook_after_the_freeze_is_given_up() {
    let (world, engine, release) = live_beside_another().await;
    let release = decide_to_roll_back(&engine, release, true).await.unwrap();
    let release = one_step(&engine, release).await;
    promote(&world, "other").await;

    let release = next(&engine, release).await.unwrap();
    let says = "other is primary now, not rel-1, so there is nothing to roll back here. Roll back the promotion of other instead. Nothing was rolled back. Until then primary stays frozen; giving the rollback up lifts that.";
    assert_eq!(trouble(&release), (Step::Restore, says.to_owned()));
    let release = stay_live(&engine, release).await;
    let release = until(&engine, release, &Phase::Live).await;
    assert_eq!(world.primary().await, "other");
    Row {
        did: "promoted another sandbox",
        when: "before “roll back”",
        reads: says,
        way_out: "give the rollback up",
        end: &end(&world, &release).await,
    }
    .interference();
}

#[rstest::rstest]
#[case::freeze(Step::Freeze)]
#[case::fork(Step::Fork)]
#[case::migrate(Step::Migrate(0))]
#[case::promote(Step::Promote)]
#[tokio::test(flavor = "current_thread")]
async fn a_source_that_was_renamed_is_not_taken_for_another_primary(#[case] step: Step) {
    let (world, engine, release) = standing_at(step).await;
    let cma = world.cma();
    let environments = cma.environments();
    environments
        .rename(&id("main"), &id("production"))
        .await
        .unwrap();

    let release = next(&engine, release).await.unwrap();
    let says = "main is not there any more, and production is primary: somebody renamed main, or promoted production and destroyed main. Nothing was sent. If it was renamed, give it its name back and try again; otherwise give this release up and plan it anew from production.";
    assert_eq!(trouble(&release), (step, says.to_owned()));
    environments
        .rename(&id("production"), &id("main"))
        .await
        .unwrap();
    let release = finish(&engine, release).await;
    Row {
        did: "renamed primary",
        when: &format!("before “{step}”"),
        reads: says,
        way_out: "give it its name back, try again",
        end: &end(&world, &release).await,
    }
    .interference();
}
