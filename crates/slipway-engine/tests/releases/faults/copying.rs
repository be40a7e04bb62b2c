//! A copy that fails, or never ends.

use slipway_engine::EngineError;
use slipway_release::{Event, Phase, Step};

use crate::{row::Row, support::*};

const STUCK: &str = "The copy into rel-1 has stood still at 99 % for 15 minutes. The CMS may still finish it, so the release waits, and primary stays frozen. Check again later; or give the release up, which lifts the freeze.";

#[tokio::test(flavor = "current_thread")]
async fn a_copy_that_fails_leaves_no_sandbox() {
    let world = World::open(&["POST /environments/*/fork:job-fail=EXCEPTION*1"])
        .await
        .with_two_scripts();
    let engine = world.page(&Profile::default()).await;
    let release = at(&engine, &world, Step::Fork).await;
    let release = next(&engine, release).await.unwrap();
    let says = "The CMS gave up copying: rel-1 is not there. Primary is unchanged and still frozen. Try again, or give the release up.";
    assert_eq!(trouble(&release), (Step::Fork, says.to_owned()));
    assert_eq!(world.environments().await, ["main"]);
    let release = finish(&engine, release).await;
    Row {
        did: "the job that copies fails",
        when: "fork",
        reads: says,
        way_out: "try again",
        end: &end(&world, &release).await,
    }
    .fault();
}

#[rstest::rstest]
#[case::stuck("fork-stuck=99", STUCK)]
#[case::never_begins(
    "job-stall",
    "The copy into rel-1 has stood still at 0 % for 15 minutes. The CMS may still finish it, so the release waits, and primary stays frozen. Check again later; or give the release up, which lifts the freeze."
)]
#[tokio::test(flavor = "current_thread")]
async fn a_copy_that_stands_still_is_looked_at_again_later(
    #[case] action: &str,
    #[case] says: &str,
) {
    let fault = format!("POST /environments/*/fork:{action}*1");
    let world = World::open(&[&fault]).await.with_two_scripts();
    let engine = world.page(&Profile::default()).await;
    let release = at(&engine, &world, Step::Fork).await;
    let stuck = next(&engine, release).await.unwrap_err();
    assert_eq!(stuck.to_string(), says);
    let release = found(&engine).await;
    assert_eq!(release.phase(), &Phase::InDoubt(Step::Fork));

    world.drydock.faults().clear();
    let release = next(&engine, release).await.unwrap();
    assert_eq!(release.phase(), &Phase::Ready(Step::Migrate(0)));
    let release = finish(&engine, release).await;
    assert_eq!(world.environments().await, ["main", "rel-1"]);
    Row {
        did: &format!("the copy stands still ({action})"),
        when: "fork",
        reads: says,
        way_out: "check again once the CMS went on",
        end: &end(&world, &release).await,
    }
    .fault();
}

#[tokio::test(flavor = "current_thread")]
async fn a_copy_that_never_ends_keeps_nobody_frozen() {
    let world = World::open(&["POST /environments/*/fork:fork-stuck=99*1"])
        .await
        .with_two_scripts();
    let engine = world.page(&Profile::default()).await;
    let release = at(&engine, &world, Step::Fork).await;
    let stuck = next(&engine, release).await.unwrap_err();
    assert!(matches!(stuck, EngineError::CopyStuck { .. }), "{stuck:?}");
    let release = found(&engine).await;
    assert!(release.phase().may_abandon());

    let event = Event::AbandonRequested {
        reason: "the copy is stuck".to_owned(),
    };
    let release = engine.decide(release, event).await.unwrap();
    let release = next(&engine, release).await.unwrap();
    let says = "rel-1 is still being copied, and the CMS destroys no environment before its copy is done. Nothing was changed. Try again later; or leave rel-1 there and lift the freeze, and delete it in the CMS once it is done. Until then the CMS itself may keep main read-only.";
    assert_eq!(trouble(&release).1, says);
    let release = engine.decide(release, Event::SandboxLeft).await.unwrap();
    let release = next(&engine, release).await.unwrap();
    assert_eq!(release.phase(), &Phase::Abandoned);
    let end = end(&world, &release).await;
    // The thread that copies would outlive the test.
    world.drydock.faults().clear();
    Row {
        did: "the copy never ends (fork-stuck=99)",
        when: "fork",
        reads: &format!("{stuck} Then: {says}"),
        way_out: "give the release up, leaving the half-made sandbox to the CMS",
        end: &end,
    }
    .fault();
}

#[tokio::test(flavor = "current_thread")]
async fn a_copy_that_was_given_up_and_ends_after_all_is_destroyed() {
    let world = World::open(&["POST /environments/*/fork:fork-stuck=99*1"])
        .await
        .with_two_scripts();
    let engine = world.page(&Profile::default()).await;
    let release = at(&engine, &world, Step::Fork).await;
    let reads = next(&engine, release).await.unwrap_err().to_string();
    let event = Event::AbandonRequested {
        reason: String::new(),
    };
    let release = engine.decide(found(&engine).await, event).await.unwrap();
    let release = next(&engine, release).await.unwrap();
    world.drydock.faults().clear();
    world.until_there_is_no_copying().await;

    let release = next(&engine, release).await.unwrap();
    assert_eq!(release.phase(), &Phase::Abandoned);
    assert_eq!(world.environments().await, ["main"]);
    Row {
        did: "the copy ends after the release was given up",
        when: "fork",
        reads: &reads,
        way_out: "give the release up, destroying the sandbox once that can be done",
        end: &end(&world, &release).await,
    }
    .fault();
}
