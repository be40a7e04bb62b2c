//! Maintenance mode turned on or off by somebody else.

use slipway_release::{Event, Evidence, FailureKind, Phase, Step};

use crate::{row::Row, support::*};

#[rstest::rstest]
#[case::fork(
    Step::Fork,
    "Somebody turned maintenance mode off: editors can change main again. Nothing was copied yet, so nothing of main is lost. Freeze again to go on."
)]
#[case::migrate(
    Step::Migrate(0),
    "Somebody turned maintenance mode off: editors can change main again. What changes in main now is not in rel-1; it is listed before the promotion. Freeze again to go on."
)]
#[case::promote(
    Step::Promote,
    "Somebody turned maintenance mode off: editors can change main again. What changes in main now is not in rel-1; it is listed before the promotion. Freeze again to go on."
)]
#[tokio::test(flavor = "current_thread")]
async fn a_freeze_that_somebody_lifted_is_had_again(#[case] step: Step, #[case] says: &str) {
    let (world, engine, release) = standing_at(step).await;
    world.cma().maintenance().deactivate().await.unwrap();

    let release = next(&engine, release).await.unwrap();
    assert_eq!(trouble(&release), (step, says.to_owned()));
    assert_eq!(kind(&release), FailureKind::FreezeLost);
    assert_eq!(world.primary().await, "main");

    let release = engine.refreeze(release, false).await.unwrap();
    assert!(world.is_frozen().await);
    let release = finish(&engine, release).await;
    assert_eq!(release.phase(), &Phase::Live);
    assert_eq!(world.notes("rel-1").await, ["First", "one", "two"]);
    Row {
        did: "turned maintenance mode off",
        when: &format!("before “{step}”"),
        reads: says,
        way_out: "freeze again, look at the changes, go on",
        end: &end(&world, &release).await,
    }
    .interference();
}

#[rstest::rstest]
#[case::fork(Step::Fork)]
#[case::migrate(Step::Migrate(0))]
#[case::promote(Step::Promote)]
#[tokio::test(flavor = "current_thread")]
async fn a_release_whose_freeze_somebody_lifted_can_be_given_up(#[case] step: Step) {
    let (world, engine, release) = standing_at(step).await;
    world.cma().maintenance().deactivate().await.unwrap();
    world.edit("main", "Somebody's afternoon").await;
    let mut release = next(&engine, release).await.unwrap();
    if release.phase() == &Phase::Review {
        release = approve(&engine, release).await;
        release = next(&engine, release).await.unwrap();
    }
    assert_eq!(kind(&release), FailureKind::FreezeLost);

    let release = give_up(&engine, release).await;
    assert_eq!(world.notes("main").await, ["Somebody's afternoon"]);
    assert_eq!(world.environments().await, ["main"]);
    Row {
        did: "turned maintenance mode off, and a record of primary was edited",
        when: &format!("before “{step}”"),
        reads: &message(&release),
        way_out: "give the release up",
        end: &end(&world, &release).await,
    }
    .interference();
}

#[tokio::test(flavor = "current_thread")]
async fn a_freeze_that_was_there_before_is_told_and_lifted_in_the_end() {
    let world = World::open(&[]).await.with_two_scripts();
    let engine = world.page(&Profile::default()).await;
    let release = engine.begin(world.plan(&engine)).await.unwrap();
    world.cma().maintenance().activate(false).await.unwrap();

    let release = next(&engine, release).await.unwrap();
    let adopted = Evidence::Frozen {
        adopted: true,
        forced: false,
    };
    assert_eq!(
        release.log().last().unwrap().event,
        Event::Succeeded(Step::Freeze, adopted)
    );
    let steps = slipway_release::view::step::steps(
        &release,
        &slipway_release::view::step::Running::default(),
        world.now(),
    );
    let reads = steps[1].detail.clone();
    assert!(reads.contains("already"), "{reads}");
    let release = finish(&engine, release).await;
    Row {
        did: "turned maintenance mode on",
        when: "before “freeze”",
        reads: &reads,
        way_out: "go on",
        end: &end(&world, &release).await,
    }
    .interference();
}

#[rstest::rstest]
#[case::unfreeze(false)]
#[case::reopen(true)]
#[tokio::test(flavor = "current_thread")]
async fn a_freeze_that_is_off_already_need_not_be_lifted(#[case] gives_up: bool) {
    let world = World::open(&[]).await.with_two_scripts();
    let engine = world.page(&Profile::default()).await;
    let step = if gives_up { Step::Fork } else { Step::Unfreeze };
    let release = at(&engine, &world, step).await;
    world.cma().maintenance().deactivate().await.unwrap();

    let release = if gives_up {
        give_up(&engine, release).await
    } else {
        next(&engine, release).await.unwrap()
    };
    Row {
        did: "turned maintenance mode off",
        when: "before Slipway lifts it itself",
        reads: "Editors can work again.",
        way_out: "none is needed",
        end: &end(&world, &release).await,
    }
    .interference();
}

#[tokio::test(flavor = "current_thread")]
async fn a_freeze_that_nobody_owns_after_a_release_is_seen_and_lifted() {
    let (world, engine, release) = gone_live().await;
    world.cma().maintenance().activate(false).await.unwrap();

    assert!(engine.observe().await.unwrap().freeze_is_orphaned());
    engine.lift_orphaned_freeze().await.unwrap();
    Row {
        did: "turned maintenance mode on",
        when: "after the release",
        reads: "Maintenance mode is on, and no release on record holds it.",
        way_out: "lift the freeze",
        end: &end(&world, &release).await,
    }
    .interference();
}

#[tokio::test(flavor = "current_thread")]
async fn work_done_before_a_rollback_froze_anything_is_not_left_behind_unseen() {
    let (world, engine, release) = gone_live().await;
    let release = decide_to_roll_back(&engine, release, true).await.unwrap();
    // The page freezes, and goes away; somebody lifts that and works.
    let release = one_step(&engine, release).await;
    assert_eq!(release.phase(), &Phase::Ready(Step::Restore));
    world.cma().maintenance().deactivate().await.unwrap();
    world.pass(60_000);
    world.edit("rel-1", "Somebody's afternoon").await;

    let release = next(&engine, release).await.unwrap();
    let says = "More has changed in rel-1 since this rollback was decided. Give the rollback up, look at the changes, and decide again. Nothing was rolled back. Until then primary stays frozen; giving the rollback up lifts that.";
    assert_eq!(trouble(&release), (Step::Restore, says.to_owned()));
    assert_eq!(world.primary().await, "rel-1");

    let release = stay_live(&engine, release).await;
    let release = until(&engine, release, &Phase::Live).await;
    assert!(!world.is_frozen().await);
    let seen = engine.left_behind(&release).await.unwrap();
    assert_eq!(seen.records.len(), 1, "{seen:?}");
    let release = decide_to_roll_back(&engine, release, true).await.unwrap();
    let release = finish(&engine, release).await;
    assert_eq!(
        world.notes("rel-1").await,
        ["Somebody's afternoon", "one", "two"]
    );
    Row {
        did: "turned maintenance mode off, and a record was edited",
        when: "in the middle of a rollback",
        reads: says,
        way_out: "give the rollback up, look at the changes, roll back again",
        end: &end(&world, &release).await,
    }
    .interference();
}
