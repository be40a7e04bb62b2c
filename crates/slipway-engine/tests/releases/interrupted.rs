//! Lost answers, and pages that go away in the middle.

use std::rc::Rc;

use slipway_engine::EngineError;
use slipway_release::{FailureKind, Phase, Step};

use super::support::*;

#[tokio::test(flavor = "current_thread")]
async fn a_lost_answer_never_forks_twice() {
    let world = World::open(&["POST /environments/*/fork:drop-answer*1"])
        .await
        .with_two_scripts();
    let engine = world.page(&Profile::default()).await;
    let release = engine.begin(world.plan(&engine)).await.unwrap();
    let release = next(&engine, release).await.unwrap();

    let lost = next(&engine, release).await;
    assert!(
        matches!(
            lost,
            Err(EngineError::InDoubt {
                step: Step::Fork,
                ..
            })
        ),
        "{lost:?}"
    );

    let release = found(&engine).await;
    assert_eq!(release.phase(), &Phase::InDoubt(Step::Fork));
    let release = next(&engine, release).await.unwrap();
    assert_eq!(release.phase(), &Phase::Ready(Step::Migrate(0)));
    assert_eq!(world.environments().await, ["main", "rel-1"]);
}

#[tokio::test(flavor = "current_thread")]
async fn a_fork_that_never_arrived_is_asked_for_again() {
    let world = World::open(&["POST /environments/*/fork:drop-request*1"])
        .await
        .with_two_scripts();
    let engine = world.page(&Profile::default()).await;
    let release = engine.begin(world.plan(&engine)).await.unwrap();
    let release = next(&engine, release).await.unwrap();
    assert!(next(&engine, release).await.is_err());

    let release = next(&engine, found(&engine).await).await.unwrap();
    assert_eq!(
        release.phase(),
        &Phase::Ready(Step::Fork),
        "a look does not act"
    );
    let release = next(&engine, release).await.unwrap();
    assert_eq!(release.phase(), &Phase::Ready(Step::Migrate(0)));
}

#[rstest::rstest]
#[case::freeze("PUT /maintenance-mode/activate:drop-answer*1", Step::Freeze)]
#[case::promote("PUT /environments/rel-1/promote:drop-answer*1", Step::Promote)]
#[case::unfreeze("PUT /maintenance-mode/deactivate:drop-answer*1", Step::Unfreeze)]
#[tokio::test(flavor = "current_thread")]
async fn every_step_whose_answer_is_lost_is_probed_not_repeated(
    #[case] fault: &str,
    #[case] step: Step,
) {
    let world = World::open(&[fault]).await.with_two_scripts();
    let profile = Profile::default();
    let engine = world.page(&profile).await;
    let mut release = engine.begin(world.plan(&engine)).await.unwrap();
    let mut lost = None;
    while release.phase() != &Phase::Live {
        if release.phase() == &Phase::Review {
            release = approve(&engine, release).await;
        }
        match next(&engine, release).await {
            Ok(further) => release = further,
            Err(error) => {
                lost = Some(error);
                // The page is opened again in the same browser.
                release = found(&world.page(&profile).await).await;
            }
        }
    }
    assert!(
        matches!(lost, Some(EngineError::InDoubt { step: at, .. }) if at == step),
        "{lost:?}"
    );
    assert_eq!(world.primary().await, "rel-1");
    assert!(!world.is_frozen().await);
    assert_eq!(world.ledger("rel-1").await, ["1_one.ts", "2_two.ts"]);
}

#[tokio::test(flavor = "current_thread")]
async fn a_page_that_dies_in_a_script_leaves_a_release_that_starts_again() {
    let mut world = World::open(&[]).await.with_two_scripts();
    let whole = dies_in_a_script(&mut world).await;

    // Another browser, with nothing of the first one's storage.
    world.scripts.insert("2_two.ts".to_owned(), whole);
    let engine = world.page(&Profile::default()).await;
    let release = found(&engine).await;
    assert_eq!(release.phase(), &Phase::InDoubt(Step::Migrate(1)));
    let refused = next(&engine, release.clone()).await;
    assert!(
        matches!(&refused, Err(EngineError::Held { doing, .. }) if doing == "migrate"),
        "{refused:?}"
    );
    let release = engine.take_over(release).await.unwrap();
    let release = next(&engine, release).await.unwrap();
    let Phase::Failed { failure, .. } = release.phase() else {
        panic!("{:?}", release.phase());
    };
    assert_eq!(failure.kind, FailureKind::ScriptInterrupted);
    assert!(
        next(&engine, release.clone()).await.is_err(),
        "a half-run script is not run again"
    );

    let release = restart(&engine, release).await;
    let release = next(&engine, release).await.unwrap();
    assert_eq!(
        release.phase(),
        &Phase::Ready(Step::Migrate(0)),
        "a fresh fork"
    );
    let release = next(&engine, release).await.unwrap();
    assert_eq!(release.phase(), &Phase::Review);
    assert_eq!(world.notes("rel-1").await, ["First", "one", "two"]);
}

#[tokio::test(flavor = "current_thread")]
async fn another_browser_finds_a_release_that_is_live_and_rolls_it_back() {
    let world = World::open(&[]).await.with_two_scripts();
    let engine = world.page(&Profile::default()).await;
    live(&engine, &world).await;

    let engine = world.page(&Profile::default()).await;
    let release = found(&engine).await;
    assert_eq!(release.phase(), &Phase::Live);
    let release = decide_to_roll_back(&engine, release, false).await.unwrap();
    let release = next(&engine, release).await.unwrap();
    assert_eq!(release.phase(), &Phase::RolledBack);
}

#[tokio::test(flavor = "current_thread")]
async fn two_drivers_of_one_release_do_not_both_write() {
    let world = World::open(&[]).await.with_two_scripts();
    let first = world.page(&Profile::default()).await;
    let second = world.page(&Profile::default()).await;
    let release = first.begin(world.plan(&first)).await.unwrap();
    let release = until(&first, release, &Phase::Ready(Step::Migrate(0))).await;
    let theirs = found(&second).await;
    let theirs = restart(&second, theirs).await;
    assert_eq!(theirs.log().len(), release.log().len() + 1);

    let outcome = first.advance(release, Rc::new(Page::default())).await;
    assert!(
        matches!(outcome, Err(EngineError::DrivenElsewhere { .. })),
        "{outcome:?}"
    );
    assert_eq!(world.notes("rel-1").await, ["First"], "nothing ran");
}
