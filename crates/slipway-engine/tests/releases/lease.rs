//! One driver at a time, and a release that every colleague sees from its first moment.

use std::rc::Rc;

use slipway_engine::EngineError;
use slipway_release::{Event, Phase, Release, Step, lease::EXPIRY_MILLIS};

use crate::support::*;

fn took_over(release: &Release) -> Vec<(&str, &str)> {
    let log = release.log().iter();
    log.filter_map(|entry| match &entry.event {
        Event::TookOver { from, doing } => Some((from.name.as_str(), doing.as_str())),
        _ => None,
    })
    .collect()
}

#[tokio::test(flavor = "current_thread")]
async fn a_planned_release_is_seen_in_every_browser() {
    let world = World::open(&[]).await.with_two_scripts();
    let first = world.page(&Profile::default()).await;
    let release = first.begin(world.plan(&first)).await.unwrap();

    let other = world.page(&Profile::default()).await;
    assert_eq!(found(&other).await, release);

    // Whoever goes on, the other sees it, frozen or not.
    let frozen = until(&other, release, &Phase::Ready(Step::Fork)).await;
    assert_eq!(
        found(&first).await.phase(),
        &Phase::InDoubt(Step::Freeze),
        "a frozen primary takes no news"
    );
    let forked = until(&other, frozen, &Phase::Ready(Step::Migrate(0))).await;
    assert_eq!(found(&first).await, forked);
}

#[tokio::test(flavor = "current_thread")]
async fn a_browser_that_stores_nothing_can_drive_a_release_all_the_same() {
    let world = World::open(&[]).await.with_two_scripts();
    let engine = world.page(&Profile::denied()).await;
    let release = live(&engine, &world).await;
    assert_eq!(found(&engine).await, release);
}

#[tokio::test(flavor = "current_thread")]
async fn without_any_place_for_the_log_nothing_is_sent() {
    // Primary takes no schema changes, so that there is no journal model, and the browser stores nothing.
    let world = World::open(&["POST /item-types:422@2*9"]).await;
    let engine = world.page(&Profile::denied()).await;
    let refused = engine.begin(world.plan(&engine)).await;
    assert!(
        matches!(refused, Err(EngineError::NotDurable(_))),
        "{refused:?}"
    );
    assert!(!world.is_frozen().await);
}

#[tokio::test(flavor = "current_thread")]
async fn an_empty_profile_finds_the_copy_that_the_page_before_asked_for() {
    let world = World::open(&[]).await.with_two_scripts();
    let dying = world.page(&Profile::default()).await;
    let release = dying.begin(world.plan(&dying)).await.unwrap();
    let release = until(&dying, release, &Phase::Ready(Step::Fork)).await;
    // It asks for the copy and dies before it can write that down where others see it.
    world
        .cma()
        .environments()
        .fork(
            &release.plan().source,
            &release.plan().sandbox,
            datocms_client::ForkOptions {
                fast: true,
                force: true,
                immediate_return: false,
            },
        )
        .await
        .unwrap();
    drop(dying);

    let engine = world.page(&Profile::default()).await;
    let release = engine.take_over(found(&engine).await).await.unwrap();
    assert_eq!(took_over(&release).len(), 1);
    let release = until(&engine, release, &Phase::Review).await;
    assert_eq!(world.environments().await, ["main", "rel-1"]);
    world.pass(60_000);
    let release = approve(&engine, release).await;
    until(&engine, release, &Phase::Live).await;
    assert!(!world.is_frozen().await);
}

#[tokio::test(flavor = "current_thread")]
async fn two_people_who_both_take_a_frozen_release_over_make_one_copy() {
    let world = World::open(&[]).await.with_two_scripts();
    let dying = world.page(&Profile::default()).await;
    drop(at(&dying, &world, Step::Fork).await);
    drop(dying);
    let (ada, grace) = (
        world.page(&Profile::default()).await,
        world.page(&Profile::default()).await,
    );
    let takes = async |engine: &TestEngine| {
        let release = engine.take_over(found(engine).await).await.unwrap();
        until(engine, release, &Phase::Ready(Step::Fork)).await
    };
    let (of_ada, of_grace) = tokio::join!(takes(&ada), takes(&grace));
    assert_eq!(took_over(&of_ada).len(), 1);
    assert_eq!(
        took_over(&of_grace).len(),
        1,
        "nothing told her of the other"
    );

    let (of_ada, of_grace) = tokio::join!(next(&ada, of_ada), next(&grace, of_grace));
    let (engine, release) = match (of_ada, of_grace) {
        (Ok(release), Err(EngineError::DrivenElsewhere { .. })) => (ada, release),
        (Err(EngineError::DrivenElsewhere { .. }), Ok(release)) => (grace, release),
        other => panic!("not one of the two: {other:?}"),
    };
    assert_eq!(release.phase(), &Phase::Ready(Step::Migrate(0)));
    assert_eq!(world.environments().await, ["main", "rel-1"]);
    let release = finish(&engine, release).await;
    assert_eq!(release.phase(), &Phase::Live);
    assert_eq!(world.ledger("rel-1").await, ["1_one.ts", "2_two.ts"]);
    assert_eq!(world.notes("rel-1").await, ["First", "one", "two"]);
}

#[tokio::test(flavor = "current_thread")]
async fn who_took_over_is_not_held_back_by_what_a_frozen_primary_still_shows() {
    let world = World::open(&[]).await.with_two_scripts();
    let first = world.page(&Profile::default()).await;
    let release = first.begin(world.plan(&first)).await.unwrap();
    until(&first, release, &Phase::Ready(Step::Fork)).await;

    // Primary takes no news while it is frozen, and this browser keeps none.
    let engine = world.page(&Profile::denied()).await;
    let release = found(&engine).await;
    assert_eq!(release.phase(), &Phase::InDoubt(Step::Freeze));
    let id = release.plan().id.clone();
    let release = engine.take_over(release).await.unwrap();
    let observed = engine.observe().await.unwrap();
    assert!(
        !observed.at_work.contains_key(&id),
        "{:?}",
        observed.at_work
    );
    let release = next(&engine, release).await.unwrap();
    assert_eq!(release.phase(), &Phase::Ready(Step::Fork));
    let release = until(&engine, release, &Phase::Review).await;
    assert_eq!(took_over(&release).len(), 1);
    assert_eq!(world.environments().await, ["main", "rel-1"]);
}

#[tokio::test(flavor = "current_thread")]
async fn a_page_that_is_silent_for_too_long_is_taken_for_gone() {
    let mut world = World::open(&[]).await.with_two_scripts();
    dies_in_a_script(&mut world).await;

    let engine = world.page(&Profile::default()).await;
    let release = found(&engine).await;
    let at_work = engine.observe().await.unwrap().at_work;
    assert_eq!(at_work[&release.plan().id].doing, "migrate");
    let refused = next(&engine, release.clone()).await;
    assert!(
        matches!(refused, Err(EngineError::Held { .. })),
        "{refused:?}"
    );

    world.pass(EXPIRY_MILLIS);
    let release = next(&engine, release).await.unwrap();
    assert_eq!(took_over(&release), [("Full-access API token", "migrate")]);
    assert!(matches!(release.phase(), Phase::Failed { .. }));
}

#[tokio::test(flavor = "current_thread")]
async fn a_page_whose_release_was_taken_over_sends_nothing_more() {
    let mut world = World::open(&[]).await.with_two_scripts();
    let mut acts = vec![world.creates_a_note("before"), Act::Pause];
    acts.push(world.creates_a_note("after"));
    world.scripts.insert("2_two.ts".to_owned(), acts);
    let first = world.page(&Profile::default()).await;
    let release = first.begin(world.plan(&first)).await.unwrap();
    let release = until(&first, release, &Phase::Ready(Step::Migrate(0))).await;

    let second = world.page(&Profile::default()).await;
    let running = first.advance(release, Rc::new(Page::default()));
    let takes_over = async {
        world.hanging.notified().await;
        let release = second.take_over(found(&second).await).await.unwrap();
        world.go_on.notify_one();
        release
    };
    let (outcome, taken) = tokio::join!(running, takes_over);

    assert!(
        matches!(outcome, Err(EngineError::DrivenElsewhere { .. })),
        "{outcome:?}"
    );
    assert_eq!(world.notes("rel-1").await, ["First", "before", "one"]);
    assert_eq!(found(&first).await, taken, "the other's log counts");
}

#[tokio::test(flavor = "current_thread")]
async fn after_a_rollback_the_log_outlives_the_sandbox() {
    let (world, engine, release) = gone_live().await;
    let release = decide_to_roll_back(&engine, release, true).await.unwrap();
    let release = until(&engine, release, &Phase::RolledBack).await;
    world
        .cma()
        .environments()
        .destroy(&id("rel-1"))
        .await
        .unwrap();

    let other = world.page(&Profile::default()).await;
    assert_eq!(found(&other).await, release);
}

#[tokio::test(flavor = "current_thread")]
async fn the_log_outlives_the_sandbox_where_primary_still_shows_the_page_that_froze_it() {
    let world = World::open(&[]).await.with_two_scripts();
    drop(reviewed(&world.page(&Profile::default()).await, &world).await);

    // Another browser goes on; in a review there is nothing to take over.
    let engine = world.page(&Profile::default()).await;
    world.pass(1_000);
    let release = approve(&engine, found(&engine).await).await;
    let release = until(&engine, release, &Phase::Live).await;
    let release = decide_to_roll_back(&engine, release, true).await.unwrap();
    let release = until(&engine, release, &Phase::RolledBack).await;
    assert_eq!(took_over(&release), []);
    world
        .cma()
        .environments()
        .destroy(&id("rel-1"))
        .await
        .unwrap();

    let other = world.page(&Profile::default()).await;
    assert_eq!(found(&other).await, release);
}

#[tokio::test(flavor = "current_thread")]
async fn a_release_in_review_is_nobodys() {
    let world = World::open(&[]).await.with_two_scripts();
    let engine = world.page(&Profile::default()).await;
    reviewed(&engine, &world).await;
    let other = world.page(&Profile::default()).await;
    let release = found(&other).await;
    assert!(other.observe().await.unwrap().at_work.is_empty());
    let same = other.take_over(release.clone()).await.unwrap();
    assert_eq!(same, release, "there is nothing to take");
}
