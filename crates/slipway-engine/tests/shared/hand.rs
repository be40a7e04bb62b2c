//! What a person at a page does, one press at a time.

use std::rc::Rc;

use slipway_engine::EngineError;
use slipway_release::{Approval, Event, Phase, Release, Step};

use super::{Page, TestEngine, World};

/// Presses the button for the next step.
pub(crate) async fn next(engine: &TestEngine, release: Release) -> Result<Release, EngineError> {
    engine.advance(release, Rc::new(Page::default())).await
}

/// Presses on until the release reaches `phase`.
pub(crate) async fn until(engine: &TestEngine, mut release: Release, phase: &Phase) -> Release {
    for _ in 0..10 {
        if release.phase() == phase {
            return release;
        }
        release = next(engine, release).await.unwrap();
    }
    panic!("never reached {phase:?}, but {:?}", release.phase());
}

/// Looks at the drift and approves what is there.
pub(crate) async fn approve(engine: &TestEngine, release: Release) -> Release {
    let drift = engine.left_behind(&release).await.unwrap();
    let approval = Approval {
        plan: release.plan().digest(),
        drift: drift.digest(),
    };
    engine
        .decide(
            release,
            Event::Approved {
                approval,
                waived: drift.waived(),
                reason: String::new(),
            },
        )
        .await
        .unwrap()
}

/// A release in review.
pub(crate) async fn reviewed(engine: &TestEngine, world: &World) -> Release {
    let release = engine.begin(world.plan(engine)).await.unwrap();
    until(engine, release, &Phase::Review).await
}

/// A release that is live.
pub(crate) async fn live(engine: &TestEngine, world: &World) -> Release {
    let release = reviewed(engine, world).await;
    world.pass(60_000);
    let release = approve(engine, release).await;
    let release = until(engine, release, &Phase::Ready(Step::Unfreeze)).await;
    world.pass(30_000);
    let release = until(engine, release, &Phase::Live).await;
    assert_eq!(release.phase(), &Phase::Live);
    release
}

/// The release that a fresh look at the project finds.
pub(crate) async fn found(engine: &TestEngine) -> Release {
    engine
        .observe()
        .await
        .unwrap()
        .releases
        .into_iter()
        .next()
        .expect("no release is on record")
}

/// The step a release is stuck or failed at, with the message.
pub(crate) fn trouble(release: &Release) -> (Step, String) {
    match release.phase() {
        Phase::Failed { step, failure } | Phase::Stuck { step, failure } => {
            (*step, failure.message.clone())
        }
        other => panic!("no trouble: {other:?}"),
    }
}
