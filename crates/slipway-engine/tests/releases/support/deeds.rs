//! What the person at a page does besides: gives up, starts again, rolls back.

use std::rc::Rc;

use datocms_client::{Item, ItemsQuery};
use slipway_engine::EngineError;
use slipway_release::{Event, Phase, Release, Step};

use super::{
    hand::{approve, live, next},
    page::{Act, Page, Profile},
    project::id,
    world::{TestEngine, World},
};

/// A release whose next step is `step`.
pub(crate) async fn at(engine: &TestEngine, world: &World, step: Step) -> Release {
    let mut release = engine.begin(world.plan(engine)).await.unwrap();
    for _ in 0..10 {
        if release.phase() == &Phase::Ready(step) {
            return release;
        }
        release = match release.phase() {
            Phase::Review => {
                world.pass(60_000);
                approve(engine, release).await
            }
            _ => next(engine, release).await.unwrap(),
        };
    }
    panic!("never at {step:?}, but {:?}", release.phase());
}

/// A project with two scripts, a page on it, and a release whose next step is `step`.
pub(crate) async fn standing_at(step: Step) -> (World, TestEngine, Release) {
    let world = World::open(&[]).await.with_two_scripts();
    let engine = world.page(&Profile::default()).await;
    let release = at(&engine, &world, step).await;
    (world, engine, release)
}

/// A project with two scripts, a page on it, and a release that is live.
pub(crate) async fn gone_live() -> (World, TestEngine, Release) {
    let world = World::open(&[]).await.with_two_scripts();
    let engine = world.page(&Profile::default()).await;
    let release = live(&engine, &world).await;
    (world, engine, release)
}

/// A page dies in its second script, after the first did its work and half of the second is done. What
/// the second script is as a whole.
pub(crate) async fn dies_in_a_script(world: &mut World) -> Vec<Act> {
    let half = vec![world.creates_a_note("half"), Act::Hang];
    let whole = world.scripts.insert("2_two.ts".to_owned(), half);
    let dying = world.page(&Profile::default()).await;
    let release = at(&dying, world, Step::Migrate(0)).await;
    tokio::select! {
        outcome = next(&dying, release) => panic!("it came to an end: {outcome:?}"),
        () = world.hanging.notified() => {}
    }
    whole.expect("two scripts")
}

/// Chooses a fresh fork.
pub(crate) async fn restart(engine: &TestEngine, release: Release) -> Release {
    let decided = engine.decide(release, Event::RestartRequested).await;
    decided.unwrap()
}

/// Chooses a fresh fork, and presses on until the release is over.
pub(crate) async fn start_again(engine: &TestEngine, release: Release) -> Release {
    let release = restart(engine, release).await;
    finish(engine, release).await
}

/// Gives a rollback up.
pub(crate) async fn stay_live(engine: &TestEngine, release: Release) -> Release {
    let decided = engine.decide(release, Event::RollBackCancelled).await;
    decided.unwrap()
}

/// Presses on, approving what there is to approve, until the release is over.
pub(crate) async fn finish(engine: &TestEngine, mut release: Release) -> Release {
    for _ in 0..10 {
        release = match release.phase() {
            phase if phase.is_over() => return release,
            Phase::Review => approve(engine, release).await,
            _ => next(engine, release).await.unwrap(),
        };
    }
    panic!("it never ended, but is at {:?}", release.phase());
}

/// Gives the release up, leaving the sandbox where it cannot be destroyed.
pub(crate) async fn give_up(engine: &TestEngine, release: Release) -> Release {
    let event = Event::AbandonRequested {
        reason: String::new(),
    };
    let release = engine.decide(release, event).await.unwrap();
    let mut release = if release.phase().is_over() {
        release
    } else {
        next(engine, release).await.unwrap()
    };
    if let Phase::Stuck {
        step: Step::Discard(_),
        ..
    } = release.phase()
    {
        release = engine.decide(release, Event::SandboxLeft).await.unwrap();
        release = next(engine, release).await.unwrap();
    }
    assert_eq!(release.phase(), &Phase::Abandoned);
    release
}

/// Decides to put the old primary back, having seen what is left behind.
pub(crate) async fn decide_to_roll_back(
    engine: &TestEngine,
    release: Release,
    freeze_first: bool,
) -> Result<Release, EngineError> {
    let seen = engine.left_behind(&release).await.unwrap();
    engine
        .roll_back(release, freeze_first, "too early".to_owned(), &seen)
        .await
}

/// One step of an undo or a rollback, without those that follow by themselves.
pub(crate) async fn one_step(engine: &TestEngine, release: Release) -> Release {
    let page = Page::default();
    page.stop.wish();
    engine.advance(release, Rc::new(page)).await.unwrap()
}

/// The record of the first release's log in an environment.
pub(crate) async fn journal_record(world: &World, environment: &str) -> Item {
    let items = world.cma().environment(&id(environment)).items();
    let all = items
        .pages(ItemsQuery::of_type("slipway_release"))
        .collect();
    all.await.unwrap().remove(0)
}

/// Somebody writes something into the journal record of an environment.
pub(crate) async fn scribbles(world: &World, environment: &str, text: &str) {
    let item = journal_record(world, environment).await;
    let mut attributes = serde_json::Map::new();
    attributes.insert("journal".to_owned(), text.into());
    let items = world.cma().environment(&id(environment)).items();
    items.update(&item.id, &attributes, None).await.unwrap();
}
