//! A browser whose clock is minutes off the server's.

use slipway_release::{Phase, Step, drift::Judgement};

use crate::{row::Row, support::*};

#[rstest::rstest]
#[case::ahead(600, "ten minutes behind the server's")]
#[case::behind(-600, "ten minutes ahead of the server's")]
#[tokio::test(flavor = "current_thread")]
async fn a_wrong_clock_changes_nothing(#[case] skew: i64, #[case] words: &str) {
    let world = World::skewed(skew).await.with_two_scripts();
    let lost = world
        .drydock
        .faults()
        .add("POST /environments/*/fork:drop-answer*1".parse().unwrap());
    let engine = world.page(&Profile::default()).await;
    let release = at(&engine, &world, Step::Fork).await;
    // Whether the copy is ours is told by times of two clocks.
    next(&engine, release).await.unwrap_err();
    assert_eq!(world.drydock.faults().struck(lost), Some(1));
    let release = next(&engine, found(&engine).await).await.unwrap();
    assert_eq!(release.phase(), &Phase::Ready(Step::Migrate(0)));

    let release = until(&engine, release, &Phase::Review).await;
    let drift = engine.left_behind(&release).await.unwrap();
    assert_eq!(drift.judge(), Judgement::Clean, "{drift:?}");
    let release = finish(&engine, release).await;
    let drift = engine.left_behind(&release).await.unwrap();
    assert_eq!(drift.judge(), Judgement::Clean, "{drift:?}");

    world.pass(60_000);
    world.edit("rel-1", "Right after the release").await;
    let drift = engine.left_behind(&release).await.unwrap();
    assert_eq!(drift.records.len(), 1, "{drift:?}");
    let release = decide_to_roll_back(&engine, release, true).await.unwrap();
    let release = finish(&engine, release).await;
    assert_eq!(release.phase(), &Phase::RolledBack);
    Row {
        did: &format!("the browser's clock is {words}"),
        when: "a whole release and its rollback",
        reads: "Nothing of it: what counts is told by the CMS's clock.",
        way_out: "none is needed",
        end: &end(&world, &release).await,
    }
    .fault();
}

#[rstest::rstest]
#[case::ahead(600)]
#[case::behind(-600)]
#[tokio::test(flavor = "current_thread")]
async fn with_a_wrong_clock_work_in_primary_is_still_seen(#[case] skew: i64) {
    let world = World::skewed(skew).await.with_two_scripts();
    let engine = world.page(&Profile::default()).await;
    let release = at(&engine, &world, Step::Promote).await;
    world.cma().maintenance().deactivate().await.unwrap();
    world.pass(1_000);
    world.edit("main", "Somebody's minute").await;
    let release = next(&engine, release).await.unwrap();
    assert_eq!(
        voided(&release),
        "1 record of main changed that the sandbox does not have."
    );
}
