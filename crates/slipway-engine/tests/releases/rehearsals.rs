//! Rehearsals: the pending scripts on a throw-away fork, with no freeze.

mod echo;
mod ends;
mod left;

use std::{rc::Rc, time::Duration};

use datocms_client::NewField;
use serde_json::{Value, json};
use slipway_engine::{Progress, Rehearsed, Stage};
use slipway_release::{
    Digest, Event, Evidence, Limits, Phase, PlannedScript, Rehearsal, Step,
    rehearsal::{Change, End, Fate, Outcome, Records, Wanted, estimate::STEP_CALLS, fork},
};

use super::support::*;

/// Every script of the world's folder, and the fork is not kept.
fn wanted(world: &World, engine: &TestEngine) -> Wanted {
    Wanted {
        scripts: world.plan(engine).scripts,
        consents: Vec::new(),
        limits: Limits::default(),
        keep_fork: false,
    }
}

/// Rehearses, and gives what came of it with what the page heard.
async fn rehearse_with(engine: &TestEngine, wanted: Wanted) -> (Rehearsal, Rc<Page>) {
    let page = Rc::new(Page::default());
    let Rehearsed {
        rehearsal,
        not_kept,
    } = engine.rehearse(wanted, page.clone()).await.unwrap();
    assert_eq!(not_kept, None);
    (rehearsal, page)
}

async fn rehearse(world: &World, engine: &TestEngine) -> Rehearsal {
    rehearse_with(engine, wanted(world, engine)).await.0
}

/// Adds a field to the notes.
fn adds_a_field(world: &World) -> Act {
    let body = json!({ "data": {
        "type": "field",
        "attributes": { "label": "Body", "api_key": "body", "field_type": "text", "validators": {} },
    }});
    let path = format!("/item-types/{}/fields", world.note);
    Act::Call("POST", path, Some(body))
}

/// Everything of the project that a rehearsal might have touched, as primary shows it.
async fn whole_project(world: &World) -> Vec<(&'static str, Value)> {
    let mut all = Vec::new();
    for path in [
        "/environments",
        "/maintenance-mode",
        "/site",
        "/item-types",
        "/items?version=current&page[limit]=500",
        "/menu-items",
        "/schema-menu-items",
        "/plugins",
        "/workflows",
        "/roles",
        "/webhooks",
        "/build-triggers",
        "/access_tokens",
    ] {
        all.push((path, world.ask("GET", path, None).await));
    }
    all
}

#[tokio::test(flavor = "current_thread")]
async fn primary_is_as_it_was_and_nothing_is_left() {
    let mut world = World::open(&[]).await.with_two_scripts();
    let three = vec![
        adds_a_field(&world),
        Act::Call("PUT", format!("/items/{}/publish", world.record), None),
        Act::Job("DELETE", format!("/items/{}", world.record), None),
    ];
    world.scripts.insert("3_three.ts".to_owned(), three);
    let engine = world.page(&Profile::default()).await;
    let before = whole_project(&world).await;

    let (rehearsal, page) = rehearse_with(&engine, wanted(&world, &engine)).await;

    assert_eq!(rehearsal.end, End::AllRan);
    assert_eq!(rehearsal.fate, Fate::Destroyed);
    assert_eq!(whole_project(&world).await, before);
    assert_eq!(world.environments().await, ["main"]);
    assert!(fork::is_name(&rehearsal.fork));
    assert!(rehearsal.copied_in.is_some() && rehearsal.ended.is_some());
    let kept = engine.rehearsals().await.unwrap().rehearsals;
    assert_eq!(kept, std::slice::from_ref(&rehearsal));

    let runs: Vec<(&str, u32)> = rehearsal
        .runs()
        .map(|(name, run)| (name, run.calls.total()))
        .collect();
    assert_eq!(runs, [("1_one.ts", 1), ("2_two.ts", 1), ("3_three.ts", 4)]);
    let Outcome::Ran(three) = &rehearsal.scripts[2].run else {
        panic!("{:?}", rehearsal.scripts[2]);
    };
    // What was deleted is looked up where it still is.
    let notes = Records {
        model: Some("Note".to_owned()),
        published: 1,
        deleted: 1,
        ..Records::default()
    };
    assert_eq!(three.records, [notes]);
    assert_eq!(three.calls.writes(), 3);
    let changes = rehearsal.changes.as_ref().unwrap();
    let [note] = &changes.models[..] else {
        panic!("only the notes changed, and none of our own models: {changes:?}");
    };
    assert_eq!(note.model.label, "Note");
    assert_eq!(note.fields[0].field.label, "Body");
    assert_eq!(note.fields[0].change, Change::Created);
    assert!(rehearsal.estimate().is_some());

    let heard = page.heard.borrow();
    let stages: Vec<Stage> = heard
        .iter()
        .filter_map(|progress| match progress {
            Progress::Rehearsing(stage) => Some(*stage),
            _ => None,
        })
        .filter(|stage| !matches!(stage, Stage::Copying(_)))
        .collect();
    let script = |index| Stage::Script { index, of: 3 };
    let expected = [
        Stage::Preparing,
        script(0),
        script(1),
        script(2),
        Stage::Comparing,
        Stage::Destroying,
    ];
    assert_eq!(stages, expected);
    let calls = heard
        .iter()
        .filter(|heard| matches!(heard, Progress::Call(_)));
    assert_eq!(calls.count(), 6);
}

#[tokio::test(flavor = "current_thread")]
async fn a_release_goes_as_it_was_rehearsed() {
    let mut world = World::open(&[]).await.with_two_scripts();
    let three = vec![adds_a_field(&world)];
    world.scripts.insert("3_three.ts".to_owned(), three);
    let engine = world.page(&Profile::default()).await;
    let rehearsal = rehearse(&world, &engine).await;
    let mut plan = world.plan(&engine);
    plan.estimate = rehearsal.estimate();
    let release = engine.begin(plan).await.unwrap();
    let release = until(&engine, release, &Phase::Review).await;
    for (index, (_, run)) in rehearsal.runs().enumerate() {
        let record = release.step_record(Step::Migrate(index)).unwrap();
        let Some((_, Evidence::Migrated(summary))) = record.finished else {
            panic!("{record:?}");
        };
        assert_eq!(summary.calls, run.calls.total());
        assert_eq!(summary.effects, run.effects);
    }
    // A colleague's page reads the estimate from the journal.
    let theirs = world.page(&Profile::default()).await;
    assert_eq!(found(&theirs).await.plan().estimate, rehearsal.estimate());
}

#[tokio::test(flavor = "current_thread")]
async fn a_fork_that_is_kept_can_be_looked_at_and_destroyed() {
    let world = World::open(&[]).await.with_two_scripts();
    let engine = world.page(&Profile::default()).await;
    let keep = Wanted {
        keep_fork: true,
        ..wanted(&world, &engine)
    };
    let (rehearsal, _) = rehearse_with(&engine, keep).await;
    assert_eq!(rehearsal.fate, Fate::Kept);
    let name = rehearsal.fork.as_str();
    assert_eq!(world.notes(name).await, ["First", "one", "two"]);
    assert_eq!(world.ledger(name).await, ["1_one.ts", "2_two.ts"]);

    engine.destroy_rehearsal(&rehearsal.fork).await.unwrap();
    assert_eq!(world.environments().await, ["main"]);
    let kept = engine.rehearsals().await.unwrap().rehearsals;
    assert_eq!(kept[0].fate, Fate::Destroyed);
    engine.forget_rehearsal(&rehearsal.fork).await.unwrap();
    assert_eq!(engine.rehearsals().await.unwrap().rehearsals, []);
}

#[tokio::test(flavor = "current_thread")]
async fn a_rehearsal_goes_stale_with_a_file_and_with_the_schema() {
    let world = World::open(&[]).await.with_two_scripts();
    let engine = world.page(&Profile::default()).await;
    let rehearsal = rehearse(&world, &engine).await;
    let scripts = world.plan(&engine).scripts;
    let stale = async |scripts: &[PlannedScript]| -> Vec<String> {
        let schema = engine.schema(&id("main")).await.unwrap().digest();
        let stale = rehearsal.staleness(Some(scripts), &id("main"), Some(schema));
        stale.iter().map(ToString::to_string).collect()
    };
    assert_eq!(stale(&scripts).await, [""; 0]);

    // A release that is planned keeps its journal in primary: that is no change of the schema.
    let release = engine.begin(world.plan(&engine)).await.unwrap();
    give_up(&engine, release).await;
    world.ledger_model("main").await;
    world.edit("main", "Edited").await;
    assert_eq!(stale(&scripts).await, [""; 0]);

    let mut edited = scripts.clone();
    edited[1].sha256 = Digest::of(b"edited");
    assert_eq!(
        stale(&edited).await,
        ["2_two.ts was changed since the rehearsal."]
    );

    change_primary(&world).await;
    assert_eq!(
        stale(&scripts).await,
        ["The models or fields of main were changed since the rehearsal."]
    );
}

/// Adds a field to the notes of primary.
async fn change_primary(world: &World) {
    let field = NewField {
        id: None,
        label: "Body".to_owned(),
        api_key: "body".to_owned(),
        field_type: "text".to_owned(),
        validators: json!({}),
    };
    let fields = world.cma().primary().fields();
    fields.create(&world.note, &field).await.unwrap();
}

#[tokio::test(flavor = "current_thread")]
async fn an_estimate_for_another_schema_is_dropped_as_the_release_freezes() {
    let world = World::open(&[]).await.with_two_scripts();
    let engine = world.page(&Profile::default()).await;
    let mut plan = world.plan(&engine);
    plan.estimate = rehearse(&world, &engine).await.estimate();
    let release = engine.begin(plan).await.unwrap();
    change_primary(&world).await;
    assert!(release.plan().estimate.is_some());
    let release = next(&engine, release).await.unwrap();
    assert_eq!(release.plan().estimate, None);
    let said = "The models or fields of main were changed since the rehearsal.";
    assert_eq!(release.estimate_dropped(), Some((Step::Freeze, said)));
    // The release goes on, and a colleague's page is told the same.
    let release = until(&engine, release, &Phase::Review).await;
    let theirs = world.page(&Profile::default()).await;
    let seen = found(&theirs).await;
    assert_eq!(seen.plan().estimate, None);
    assert_eq!(seen.estimate_dropped(), release.estimate_dropped());
}

#[tokio::test(flavor = "current_thread")]
async fn an_estimate_is_weighed_again_when_a_release_is_started_again() {
    let world = World::open(&[]).await.with_two_scripts();
    let engine = world.page(&Profile::default()).await;
    let mut plan = world.plan(&engine);
    plan.estimate = rehearse(&world, &engine).await.estimate();
    let release = engine.begin(plan).await.unwrap();
    let release = until(&engine, release, &Phase::Review).await;
    assert!(release.plan().estimate.is_some());
    // Somebody lifts the freeze for a moment.
    world.cma().maintenance().deactivate().await.unwrap();
    change_primary(&world).await;
    world.cma().maintenance().activate(false).await.unwrap();
    let release = engine
        .decide(release, Event::RestartRequested)
        .await
        .unwrap();
    let release = next(&engine, release).await.unwrap();
    assert_eq!(release.plan().estimate, None);
    assert!(matches!(release.estimate_dropped(), Some((Step::Fork, _))));
}

#[tokio::test(flavor = "current_thread")]
async fn what_a_script_took_is_its_own_time_without_what_people_thought() {
    let mut world = World::open(&[]).await;
    let looks = vec![Act::Call("GET", "/webhooks".to_owned(), None)];
    world.scripts.insert("1_look.ts".to_owned(), looks);
    let engine = world.page(&Profile::default()).await;
    let page = Rc::new(Page::default());
    page.answers.borrow_mut().push(true);
    let long = Duration::from_secs(40);
    *page.thinks.borrow_mut() = Some((world.time.clone(), long));
    let came = engine.rehearse(wanted(&world, &engine), page.clone()).await;
    let rehearsal = came.unwrap().rehearsal;
    assert_eq!(
        (rehearsal.end.clone(), page.asked.borrow().len()),
        (End::AllRan, 1)
    );
    let whole = rehearsal.ended.unwrap().as_millis() - rehearsal.began.as_millis();
    assert!(whole >= 40_000, "{whole}");
    let Outcome::Ran(run) = &rehearsal.scripts[0].run else {
        panic!("{rehearsal:?}");
    };
    assert!(run.millis < 10_000, "{}", run.millis);
}

/// The estimate counts our own requests around the scripts: here they are counted.
#[tokio::test(flavor = "current_thread")]
async fn our_own_steps_make_no_more_requests_than_the_estimate_says() {
    let world = World::open(&[]).await.with_two_scripts();
    let engine = world.page(&Profile::default()).await;
    let mut plan = world.plan(&engine);
    plan.estimate = rehearse(&world, &engine).await.estimate();
    let mut release = engine.begin(plan).await.unwrap();
    let mut made = Vec::new();
    for _ in 0..8 {
        let before = world.calls();
        let step = match release.phase() {
            Phase::Live => break,
            Phase::Review => {
                release = approve(&engine, release).await;
                continue;
            }
            Phase::Ready(step) => *step,
            other => panic!("{other:?}"),
        };
        release = next(&engine, release).await.unwrap();
        made.push((step, world.calls() - before));
    }
    let of = |wanted: Step| -> u32 {
        let mut made = made.iter();
        made.find(|(step, _)| *step == wanted).unwrap().1
    };
    let steps = STEP_CALLS;
    assert!(of(Step::Freeze) <= steps.freeze, "{made:?}");
    // Two scripts in one press, with one request each that is theirs.
    assert!(of(Step::Migrate(0)) <= 2 * steps.script + 2, "{made:?}");
    assert!(of(Step::Promote) <= steps.promote, "{made:?}");
    assert!(of(Step::Unfreeze) <= steps.lift, "{made:?}");
}
