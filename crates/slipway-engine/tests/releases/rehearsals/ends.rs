//! Rehearsals that do not come to their end.

use slipway_engine::EngineError;
use slipway_release::{FailureKind, failure::Request, view::half_run::had_done};

use super::*;

/// A world of three scripts of which the second does this.
async fn second_does(acts: Vec<Act>) -> (World, TestEngine) {
    let mut world = World::open(&[]).await.with_two_scripts();
    world.scripts.insert("2_two.ts".to_owned(), acts);
    let three = vec![world.creates_a_note("three")];
    world.scripts.insert("3_three.ts".to_owned(), three);
    let engine = world.page(&Profile::default()).await;
    (world, engine)
}

fn failure(rehearsal: &Rehearsal) -> (Option<usize>, FailureKind, String) {
    match &rehearsal.end {
        End::Failed { script, failure } => (*script, failure.kind, failure.message.clone()),
        other => panic!("it did not fail: {other:?}"),
    }
}

#[tokio::test(flavor = "current_thread")]
async fn a_script_that_throws_ends_it_and_the_fork_goes() {
    let (world, engine) = second_does(vec![Act::Throw("No")]).await;
    let rehearsal = rehearse(&world, &engine).await;
    let (script, kind, said) = failure(&rehearsal);
    assert_eq!((script, kind), (Some(1), FailureKind::ScriptThrew));
    assert!(said.contains("2_two.ts failed with “Error: No”"), "{said}");
    assert!(matches!(rehearsal.scripts[0].run, Outcome::Ran(_)));
    assert!(matches!(rehearsal.scripts[1].run, Outcome::Broken(_)));
    assert_eq!(rehearsal.scripts[2].run, Outcome::NotReached);
    assert_eq!(rehearsal.fate, Fate::Destroyed);
    assert_eq!(rehearsal.estimate(), None);
    assert_eq!(world.environments().await, ["main"]);
}

#[tokio::test(flavor = "current_thread")]
async fn a_script_that_throws_is_told_with_what_it_had_done() {
    let mut world = World::open(&[]).await.with_two_scripts();
    let acts = vec![world.creates_a_note("half"), Act::Throw("No")];
    world.scripts.insert("2_two.ts".to_owned(), acts);
    let engine = world.page(&Profile::default()).await;
    let rehearsal = rehearse(&world, &engine).await;
    let End::Failed { failure, .. } = &rehearsal.end else {
        panic!("{rehearsal:?}");
    };
    let end = failure.script.as_deref().unwrap();
    assert_eq!(end.done.calls, 1);
    assert_eq!(end.done.effects, [("record created".to_owned(), 1)]);
    assert_eq!(end.last, Some(Request::new("POST", "/items")));
    assert_eq!(had_done(end), "It had made 1 call: 1 record created.");
}

#[tokio::test(flavor = "current_thread")]
async fn a_refusal_that_the_script_survived_is_not_why_it_ended() {
    let promotes = Act::Try("PUT", "/environments/main/promote".to_owned(), None);
    let (world, engine) = second_does(vec![promotes, Act::Throw("No")]).await;
    let (_, kind, said) = failure(&rehearse(&world, &engine).await);
    assert_eq!(kind, FailureKind::ScriptThrew);
    assert!(said.contains("2_two.ts failed with “Error: No”"), "{said}");
}

#[tokio::test(flavor = "current_thread")]
async fn what_no_migration_may_ask_is_refused_here_too() {
    let promotes = Act::Call("PUT", "/environments/main/promote".to_owned(), None);
    let (world, engine) = second_does(vec![promotes]).await;
    let (rehearsal, page) = rehearse_with(&engine, wanted(&world, &engine)).await;
    let (script, kind, _) = failure(&rehearsal);
    assert_eq!((script, kind), (Some(1), FailureKind::ScriptForbidden));
    let refused = |progress: &Progress| matches!(progress, Progress::Call(call) if call.refused);
    assert_eq!(
        page.heard
            .borrow()
            .iter()
            .filter(|heard| refused(heard))
            .count(),
        1
    );
    let Outcome::Broken(run) = &rehearsal.scripts[1].run else {
        panic!("{rehearsal:?}");
    };
    assert_eq!(run.calls.refused, 1);
}

/// A rehearsal of three scripts that is stopped in the second, whose fork is kept or not; and its world.
async fn stopped_in_the_second(keep_fork: bool) -> (World, Rehearsal) {
    let mut world = World::open(&[]).await.with_two_scripts();
    let acts = vec![world.creates_a_note("half"), Act::Hang];
    world.scripts.insert("2_two.ts".to_owned(), acts);
    let three = vec![world.creates_a_note("three")];
    world.scripts.insert("3_three.ts".to_owned(), three);
    let engine = world.page(&Profile::default()).await;
    let page = Rc::new(Page::default());
    let asked = Wanted {
        keep_fork,
        ..wanted(&world, &engine)
    };
    let rehearsing = engine.rehearse(asked, page.clone());
    let stopping = async {
        world.hanging.notified().await;
        page.stop.wish();
    };
    let (came, ()) = tokio::join!(rehearsing, stopping);
    let rehearsal = came.unwrap().rehearsal;
    let End::Cancelled {
        script: Some(1),
        came: Some(came),
    } = &rehearsal.end
    else {
        panic!("{rehearsal:?}");
    };
    assert_eq!(came.done.effects, [("record created".to_owned(), 1)]);
    assert_eq!(came.last, Some(Request::new("POST", "/items")));
    assert_eq!(rehearsal.scripts[2].run, Outcome::NotReached);
    (world, rehearsal)
}

#[tokio::test(flavor = "current_thread")]
async fn a_cancelled_one_ends_between_two_requests_and_its_fork_goes() {
    let (world, rehearsal) = stopped_in_the_second(false).await;
    assert_eq!(rehearsal.fate, Fate::Destroyed);
    assert_eq!(world.environments().await, ["main"]);
}

#[tokio::test(flavor = "current_thread")]
async fn a_cancelled_one_leaves_its_fork_where_it_was_to_be_kept() {
    let (world, rehearsal) = stopped_in_the_second(true).await;
    assert_eq!(rehearsal.fate, Fate::Kept);
    let name = rehearsal.fork.as_str();
    assert_eq!(world.environments().await, ["main", name]);
    assert_eq!(world.ledger(name).await, ["1_one.ts"]);
}

#[tokio::test(flavor = "current_thread")]
async fn one_that_is_cancelled_while_primary_is_copied_keeps_a_copy_that_says_what_it_is() {
    let (world, engine) = second_does(Vec::new()).await;
    let page = Rc::new(Page::default());
    page.stop.wish();
    let keep = Wanted {
        keep_fork: true,
        ..wanted(&world, &engine)
    };
    let came = engine.rehearse(keep, page).await;
    let rehearsal = came.unwrap().rehearsal;
    let none = End::Cancelled {
        script: None,
        came: None,
    };
    assert_eq!(rehearsal.end, none);
    assert_eq!(rehearsal.fate, Fate::Kept);
    // A colleague's browser, which remembers nothing of it, may destroy it all the same.
    let theirs = world.page(&Profile::default()).await;
    theirs.destroy_rehearsal(&rehearsal.fork).await.unwrap();
    assert_eq!(world.environments().await, ["main"]);
}

#[tokio::test(flavor = "current_thread")]
async fn one_that_is_cancelled_while_primary_is_copied_waits_and_destroys() {
    let (world, engine) = second_does(Vec::new()).await;
    let page = Rc::new(Page::default());
    page.stop.wish();
    let came = engine.rehearse(wanted(&world, &engine), page).await;
    let rehearsal = came.unwrap().rehearsal;
    let none = End::Cancelled {
        script: None,
        came: None,
    };
    assert_eq!(rehearsal.end, none);
    assert_eq!(rehearsal.fate, Fate::Destroyed);
    assert_eq!(rehearsal.scripts[0].run, Outcome::NotReached);
    assert_eq!(world.environments().await, ["main"]);
}

#[tokio::test(flavor = "current_thread")]
async fn a_project_without_room_is_told_before_anything_is_sent() {
    let world = World::open_with(0, |options| drydock::Options {
        sandbox_limit: 1,
        ..options
    })
    .await
    .with_two_scripts();
    world.fork("main", "somebodys").await;
    let engine = world.page(&Profile::default()).await;
    let refused = engine
        .rehearse(wanted(&world, &engine), Rc::new(Page::default()))
        .await
        .unwrap_err();
    assert_eq!(refused, EngineError::NoRoom { limit: Some(1) });
    assert_eq!(
        refused.to_string(),
        "The project’s one sandbox is in use. Nothing was copied. Delete one that nobody needs, then rehearse again."
    );
    assert_eq!(world.environments().await, ["main", "somebodys"]);
    assert_eq!(engine.rehearsals().await.unwrap().rehearsals, []);
}

#[tokio::test(flavor = "current_thread")]
async fn a_fork_that_somebody_destroys_is_told_with_the_script() {
    let mut world = World::open(&[]).await;
    let acts = vec![Act::Pause, world.creates_a_note("late")];
    world.scripts.insert("1_one.ts".to_owned(), acts);
    let engine = world.page(&Profile::default()).await;
    let rehearsing = rehearse(&world, &engine);
    let destroying = async {
        world.hanging.notified().await;
        let all = world.environments().await;
        let fork = all.iter().find(|name| fork::is_name(&id(name))).unwrap();
        world.cma().environments().destroy(&id(fork)).await.unwrap();
        world.go_on.notify_one();
    };
    let (rehearsal, ()) = tokio::join!(rehearsing, destroying);
    let (script, kind, said) = failure(&rehearsal);
    assert_eq!((script, kind), (Some(0), FailureKind::WorldChanged));
    let expected = format!(
        "Somebody destroyed {} while 1_one.ts was running.",
        rehearsal.fork
    );
    assert_eq!(said, expected);
    assert_eq!(rehearsal.fate, Fate::Destroyed);
    assert_eq!(rehearsal.changes, None, "there is nothing to compare with");
}

#[tokio::test(flavor = "current_thread")]
async fn a_fork_that_somebody_promotes_is_written_no_more_and_stays() {
    let mut world = World::open(&[]).await.with_two_scripts();
    let one = vec![Act::Pause, world.creates_a_note("one")];
    world.scripts.insert("1_one.ts".to_owned(), one);
    let engine = world.page(&Profile::default()).await;
    let rehearsing = rehearse(&world, &engine);
    let promoting = async {
        world.hanging.notified().await;
        let all = world.environments().await;
        let fork = all.iter().find(|name| fork::is_name(&id(name))).unwrap();
        world.cma().environments().promote(&id(fork)).await.unwrap();
        world.go_on.notify_one();
    };
    let (rehearsal, ()) = tokio::join!(rehearsing, promoting);
    let (script, kind, said) = failure(&rehearsal);
    assert_eq!((script, kind), (None, FailureKind::WorldChanged));
    assert!(said.contains("primary"), "{said}");
    let Fate::Left { reason } = &rehearsal.fate else {
        panic!("{:?}", rehearsal.fate);
    };
    assert!(reason.contains("it has become primary"), "{reason}");
    assert_eq!(world.environments().await.len(), 2);
    let refused = engine.destroy_rehearsal(&rehearsal.fork).await.unwrap_err();
    assert!(refused.to_string().contains("primary"), "{refused}");
}

#[tokio::test(flavor = "current_thread")]
async fn a_fork_that_cannot_be_destroyed_is_told_by_its_name() {
    let mut world = World::open(&["DELETE /environments/*:422"]).await;
    let acts = vec![world.creates_a_note("one")];
    world.scripts.insert("1_one.ts".to_owned(), acts);
    let engine = world.page(&Profile::default()).await;
    let rehearsal = rehearse(&world, &engine).await;
    assert_eq!(rehearsal.end, End::AllRan, "the scripts ran");
    let Fate::Left { reason } = &rehearsal.fate else {
        panic!("{:?}", rehearsal.fate);
    };
    let name = rehearsal.fork.as_str();
    assert!(
        reason.starts_with(&format!("{name} was not destroyed:")),
        "{reason}"
    );
    assert_eq!(world.environments().await, ["main", name]);
}

#[tokio::test(flavor = "current_thread")]
async fn a_copy_that_stands_still_is_told_and_left() {
    let mut world = World::open(&["POST /environments/*/fork:fork-stuck=50"]).await;
    let acts = vec![world.creates_a_note("one")];
    world.scripts.insert("1_one.ts".to_owned(), acts);
    let engine = world.page(&Profile::default()).await;
    let rehearsal = rehearse(&world, &engine).await;
    let (script, kind, said) = failure(&rehearsal);
    assert_eq!((script, kind), (None, FailureKind::Rejected));
    assert!(said.contains("has stood still for 15 minutes"), "{said}");
    assert!(matches!(rehearsal.fate, Fate::Left { .. }));
}

#[tokio::test(flavor = "current_thread")]
async fn a_browser_that_keeps_nothing_rehearses_and_says_so() {
    let world = World::open(&[]).await.with_two_scripts();
    for profile in [Profile::denied(), Profile::full()] {
        let engine = world.page(&profile).await;
        let came = engine
            .rehearse(wanted(&world, &engine), Rc::new(Page::default()))
            .await
            .unwrap();
        assert_eq!(came.rehearsal.end, End::AllRan);
        assert!(came.not_kept.is_some());
        assert_eq!(world.environments().await, ["main"]);
    }
}
