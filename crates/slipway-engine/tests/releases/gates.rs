//! Where a person has to decide, or to look again.

use slipway_engine::EngineError;
use slipway_release::{Event, FailureKind, Phase, Plan, Step, drift::Judgement, view::timeline};

use super::support::*;

/// Somebody opens the first note in the editor.
async fn somebody_edits(world: &World) {
    let body = serde_json::json!({ "data": {
        "type": "editing_session_enter_item",
        "relationships": { "item": { "data": { "type": "item", "id": world.record } } },
    }});
    let path = "/editing-sessions/6b0e2a52-0000-4000-8000-000000000001";
    let request = datocms_client::RawRequest::new("PUT".parse().unwrap(), path)
        .unwrap()
        .with_body(body.to_string().into_bytes());
    let answer = world.cma().raw(request).await.unwrap();
    assert!(answer.status.is_success(), "{answer:?}");
}

#[tokio::test(flavor = "current_thread")]
async fn editors_hold_the_freeze_until_a_person_forces_it() {
    let world = World::open(&[]).await.with_two_scripts();
    let engine = world.page(&Profile::default()).await;
    somebody_edits(&world).await;
    let editors = engine.editors().await.unwrap();
    let open = editors
        .iter()
        .map(|editor| (editor.model.as_deref(), editor.record.as_str()));
    assert_eq!(open.collect::<Vec<_>>(), [(Some("Note"), "First")]);

    let release = engine.begin(world.plan(&engine)).await.unwrap();
    let release = next(&engine, release).await.unwrap();
    let Phase::Failed { failure, .. } = release.phase() else {
        panic!("{:?}", release.phase());
    };
    assert_eq!(failure.kind, FailureKind::EditorsActive);
    assert!(
        failure
            .message
            .contains("editing records, so primary was not frozen")
    );
    assert!(!world.is_frozen().await);
    assert!(!release.holds_freeze());

    let forced = Event::Forced {
        editors: vec!["Ada".to_owned()],
    };
    let release = engine.decide(release, forced).await.unwrap();
    let release = next(&engine, release).await.unwrap();
    assert_eq!(release.phase(), &Phase::Ready(Step::Fork));
    assert!(world.is_frozen().await);
}

#[tokio::test(flavor = "current_thread")]
async fn a_name_that_is_somebody_elses_is_never_touched() {
    let world = World::open(&[]).await.with_two_scripts();
    let engine = world.page(&Profile::default()).await;
    let cma = world.cma();
    cma.environments()
        .fork(
            &id("main"),
            &id("older"),
            datocms_client::ForkOptions::default(),
        )
        .await
        .unwrap();
    world.pass(60 * 60 * 1000);

    let plan = Plan {
        sandbox: id("older"),
        ..world.plan(&engine)
    };
    let release = engine.begin(plan).await.unwrap();
    let release = next(&engine, release).await.unwrap();
    let release = next(&engine, release).await.unwrap();
    let (step, message) = trouble(&release);
    assert_eq!(step, Step::Fork);
    assert!(message.contains("It was not touched"), "{message}");

    let event = Event::AbandonRequested {
        reason: String::new(),
    };
    let release = engine.decide(release, event).await.unwrap();
    let release = next(&engine, release).await.unwrap();
    assert_eq!(release.phase(), &Phase::Abandoned);
    assert_eq!(world.environments().await, ["main", "older"]);
    assert!(!world.is_frozen().await);
}

#[tokio::test(flavor = "current_thread")]
async fn work_on_primary_after_the_approval_voids_it() {
    let world = World::open(&[]).await.with_two_scripts();
    let engine = world.page(&Profile::default()).await;
    let release = reviewed(&engine, &world).await;
    world.pass(60_000);
    let release = approve(&engine, release).await;

    world.cma().maintenance().deactivate().await.unwrap();
    world.edit("main", "Somebody's afternoon").await;
    let release = next(&engine, release).await.unwrap();

    assert_eq!(release.phase(), &Phase::Review);
    assert_eq!(world.primary().await, "main");
    let Event::ApprovalVoided { reason } = &release.log().last().unwrap().event else {
        panic!("{:?}", release.log().last());
    };
    assert_eq!(
        reason,
        "1 record of main changed that the sandbox does not have."
    );

    // Agreeing to the loss is not enough while more can be lost: primary is frozen again first.
    let release = approve(&engine, release).await;
    let release = next(&engine, release).await.unwrap();
    let Phase::Failed { failure, .. } = release.phase() else {
        panic!("{:?}", release.phase());
    };
    assert_eq!(failure.kind, FailureKind::FreezeLost);
    let release = engine.refreeze(release, false).await.unwrap();
    assert_eq!(release.phase(), &Phase::Review);
    let release = approve(&engine, release).await;
    let release = next(&engine, release).await.unwrap();
    assert_eq!(
        release.phase(),
        &Phase::Ready(Step::Unfreeze),
        "approved with the loss on the screen"
    );
}

#[tokio::test(flavor = "current_thread")]
async fn a_rollback_asks_again_when_more_has_changed() {
    let (world, engine, release) = gone_live().await;
    let seen = engine.left_behind(&release).await.unwrap();
    world.pass(60_000);
    world.edit("rel-1", "Just now").await;

    let asked = engine.roll_back(release, false, String::new(), &seen).await;
    let Err(EngineError::LookAgain(now)) = asked else {
        panic!("{asked:?}");
    };
    assert_eq!(now.records.len(), 1);
    assert_eq!(world.primary().await, "rel-1");
}

#[tokio::test(flavor = "current_thread")]
async fn a_freeze_nobody_owns_is_noticed_and_lifted() {
    let world = World::open(&[]).await;
    let engine = world.page(&Profile::default()).await;
    world.cma().maintenance().activate(false).await.unwrap();

    assert!(engine.observe().await.unwrap().freeze_is_orphaned());
    engine.lift_orphaned_freeze().await.unwrap();
    assert!(!engine.observe().await.unwrap().frozen);
}

#[tokio::test(flavor = "current_thread")]
async fn a_promotion_done_elsewhere_is_adopted_and_rolled_back() {
    let world = World::open(&[]).await;
    let engine = world.page(&Profile::default()).await;
    let environments = world.cma().environments();
    let options = datocms_client::ForkOptions::default();
    let forking = environments
        .fork(&id("main"), &id("by-hand"), options)
        .await
        .unwrap();
    if let datocms_client::Forking::Job(job) = forking {
        environments.forked(&id("main"), &job).await.unwrap();
    }
    environments.promote(&id("by-hand")).await.unwrap();

    let observed = engine.observe().await.unwrap();
    let outside = timeline::outside_now(&observed).unwrap();
    let plan = Plan {
        source: outside.way_back.unwrap(),
        sandbox: outside.environment,
        ..world.plan(&engine)
    };
    let since = observed.primary().unwrap().created_at;
    let release = engine.adopt(plan, since).await.unwrap();
    let drift = engine.left_behind(&release).await.unwrap();
    let release = engine
        .roll_back(release, true, String::new(), &drift)
        .await
        .unwrap();
    let release = next(&engine, release).await.unwrap();

    assert_eq!(release.phase(), &Phase::RolledBack);
    assert_eq!(world.primary().await, "main");
    let observed = engine.observe().await.unwrap();
    assert_eq!(timeline::outside_now(&observed), None);
}

#[tokio::test(flavor = "current_thread")]
async fn a_rollback_right_after_the_release_leaves_nothing_behind() {
    let (_world, engine, release) = gone_live().await;

    let drift = engine.left_behind(&release).await.unwrap();
    assert_eq!(
        drift.judge(),
        Judgement::Clean,
        "Slipway's own journal is no work: {drift:?}"
    );
}

#[tokio::test(flavor = "current_thread")]
async fn a_deletion_that_no_record_shows_is_not_nothing() {
    let (world, engine, release) = gone_live().await;
    world.pass(60_000);
    let items = world.cma().environment(&id("rel-1")).items();
    items.destroy(&world.record).await.unwrap();

    let drift = engine.left_behind(&release).await.unwrap();
    assert_eq!(drift.judge(), Judgement::Unseen);
}

#[tokio::test(flavor = "current_thread")]
async fn a_superseded_release_is_not_rolled_back_and_nobody_is_frozen_for_it() {
    let (world, engine, release) = gone_live().await;
    let seen = engine.left_behind(&release).await.unwrap();
    world
        .cma()
        .environments()
        .promote(&id("main"))
        .await
        .unwrap();

    let asked = engine.roll_back(release, true, String::new(), &seen).await;
    let Err(EngineError::World(sentence)) = asked else {
        panic!("{asked:?}");
    };
    assert!(sentence.contains("main is primary now"), "{sentence}");
    assert!(!world.is_frozen().await);
    assert_eq!(found(&engine).await.phase(), &Phase::Live);
}
