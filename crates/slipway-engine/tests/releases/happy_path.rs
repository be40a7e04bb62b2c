//! Nothing goes wrong.

use slipway_release::{Event, Phase, Step};

use super::support::*;

#[tokio::test(flavor = "current_thread")]
async fn a_release_goes_from_plan_to_live() {
    let world = World::open(&[]).await.with_two_scripts();
    let engine = world.page(&Profile::default()).await;

    let release = engine.begin(world.plan(&engine)).await.unwrap();
    assert_eq!(release.phase(), &Phase::Ready(Step::Freeze));
    assert!(!world.is_frozen().await);

    let release = next(&engine, release).await.unwrap();
    assert!(world.is_frozen().await);
    let release = next(&engine, release).await.unwrap();
    assert_eq!(world.environments().await, ["main", "rel-1"]);
    assert_eq!(release.phase(), &Phase::Ready(Step::Migrate(0)));

    let release = next(&engine, release).await.unwrap();
    assert_eq!(
        release.phase(),
        &Phase::Review,
        "one press runs every script"
    );
    assert_eq!(world.notes("rel-1").await, ["First", "one", "two"]);
    assert_eq!(world.notes("main").await, ["First"]);
    assert_eq!(world.ledger("rel-1").await, ["1_one.ts", "2_two.ts"]);

    let release = approve(&engine, release).await;
    let release = next(&engine, release).await.unwrap();
    assert_eq!(world.primary().await, "rel-1");
    assert!(world.is_frozen().await, "the new primary is protected too");

    let release = next(&engine, release).await.unwrap();
    assert_eq!(release.phase(), &Phase::Live);
    assert!(!world.is_frozen().await);
    assert_eq!(found(&engine).await, release);
}

#[tokio::test(flavor = "current_thread")]
async fn a_live_release_rolls_back_with_a_freeze() {
    let (world, engine, release) = gone_live().await;
    world.pass(60_000);
    world.edit("rel-1", "Edited after the promotion").await;

    let drift = engine.left_behind(&release).await.unwrap();
    let titles: Vec<&str> = drift.records.iter().map(|r| r.title.as_str()).collect();
    assert_eq!(titles, ["Edited after the promotion"]);

    let release = engine
        .roll_back(release, true, "the site is down".to_owned(), &drift)
        .await
        .unwrap();
    let release = next(&engine, release).await.unwrap();

    assert_eq!(
        release.phase(),
        &Phase::RolledBack,
        "one press goes all the way"
    );
    assert_eq!(world.primary().await, "main");
    assert!(!world.is_frozen().await);
    assert_eq!(world.notes("rel-1").await[0], "Edited after the promotion");
    assert_eq!(found(&engine).await, release);
}

#[tokio::test(flavor = "current_thread")]
async fn a_release_is_abandoned_without_a_trace() {
    let world = World::open(&[]).await.with_two_scripts();
    let engine = world.page(&Profile::default()).await;
    let release = reviewed(&engine, &world).await;

    let event = Event::AbandonRequested {
        reason: "not today".to_owned(),
    };
    let release = engine.decide(release, event).await.unwrap();
    let release = next(&engine, release).await.unwrap();

    assert_eq!(release.phase(), &Phase::Abandoned);
    assert_eq!(world.environments().await, ["main"]);
    assert!(!world.is_frozen().await);
}

#[tokio::test(flavor = "current_thread")]
async fn the_next_release_starts_from_the_last_one() {
    let mut world = World::open(&[]).await.with_two_scripts();
    let engine = world.page(&Profile::default()).await;
    live(&engine, &world).await;

    let three = world.creates_a_note("three");
    world.scripts = [("3_three.ts".to_owned(), vec![three])].into();
    let engine = world.page(&Profile::default()).await;
    let plan = slipway_release::Plan {
        source: id("rel-1"),
        sandbox: id("rel-2"),
        ..world.plan(&engine)
    };
    let release = engine.begin(plan).await.unwrap();
    until(&engine, release, &Phase::Review).await;

    assert_eq!(
        world.ledger("rel-2").await,
        ["1_one.ts", "2_two.ts", "3_three.ts"]
    );
    let observed = engine.observe().await.unwrap();
    assert_eq!(
        observed.releases.len(),
        2,
        "the fork carries the first one's journal"
    );
    assert!(observed.unreadable.is_empty(), "{:?}", observed.unreadable);
}
