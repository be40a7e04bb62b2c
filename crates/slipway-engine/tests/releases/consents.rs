//! Scripts that handle what belongs to the whole project: with leave in the plan, and without.

use std::{rc::Rc, time::Duration};

use datocms_client::Timer as _;
use serde_json::json;
use slipway_engine::{ConsentQuestion, Progress, Stop, Watch, ports::LocalFuture};
use slipway_release::{
    Consent, Event, Evidence, FailureKind, Phase, Release, Step, journal, policy::Resource,
};

use super::support::*;

const SCRIPT: &str = "1_token.ts";

/// A world with a script that makes two API tokens.
async fn world() -> World {
    let mut world = World::open(&[]).await;
    let roles = world.ask("GET", "/roles", None).await;
    let body = |name: &str| {
        json!({ "data": {
            "type": "access_token",
            "attributes": {
                "name": name,
                "can_access_cda": true,
                "can_access_cda_preview": false,
                "can_access_cma": false,
            },
            "relationships": { "role": { "data": { "type": "role", "id": roles[0]["id"] } } },
        }})
    };
    let creates = |name| Act::Call("POST", "/access_tokens".to_owned(), Some(body(name)));
    let acts = vec![
        Act::Call("GET", "/access_tokens".to_owned(), None),
        creates("first"),
        creates("second"),
    ];
    world.scripts.insert(SCRIPT.to_owned(), acts);
    world
}

/// The same, and the release before its script runs.
async fn before_the_script(consents: Vec<Consent>) -> (World, TestEngine, Release) {
    let world = world().await;
    let (engine, release) = planned(&world, consents).await;
    (world, engine, release)
}

async fn planned(world: &World, consents: Vec<Consent>) -> (TestEngine, Release) {
    let engine = world.page(&Profile::default()).await;
    let mut plan = world.plan(&engine);
    plan.consents = consents;
    let release = engine.begin(plan).await.unwrap();
    let release = until_the_script(&engine, release).await;
    (engine, release)
}

fn consent() -> Consent {
    Consent {
        script: SCRIPT.to_owned(),
        resource: Resource::AccessTokens,
    }
}

/// The names of the API tokens that the script made.
async fn made(world: &World) -> Vec<String> {
    let tokens = world.ask("GET", "/access_tokens", None).await;
    let names = tokens.as_array().unwrap().iter();
    names
        .filter_map(|token| token["attributes"]["name"].as_str())
        .filter(|name| matches!(*name, "first" | "second"))
        .map(str::to_owned)
        .collect()
}

fn answers(release: &Release) -> Vec<bool> {
    let answer = |event: &Event| match event {
        Event::ConsentAnswered { allowed, .. } => Some(*allowed),
        _ => None,
    };
    release
        .log()
        .iter()
        .filter_map(|entry| answer(&entry.event))
        .collect()
}

#[tokio::test(flavor = "current_thread")]
async fn what_the_plan_allows_is_done_and_nobody_is_asked() {
    let (world, engine, release) = before_the_script(vec![consent()]).await;
    let page = Rc::new(Page::default());
    let release = engine.advance(release, page.clone()).await.unwrap();
    assert_eq!(*release.phase(), Phase::Review);
    assert_eq!(page.asked.borrow().len(), 0);
    assert_eq!(made(&world).await, ["first", "second"]);
    assert_eq!(answers(&release), [false; 0]);
}

#[tokio::test(flavor = "current_thread")]
async fn what_the_plan_does_not_name_is_asked_once_and_the_answer_is_in_the_log() {
    let (world, engine, release) = before_the_script(Vec::new()).await;
    let page = Rc::new(Page::default());
    page.answers.borrow_mut().push(true);
    let release = engine.advance(release, page.clone()).await.unwrap();
    assert_eq!(*release.phase(), Phase::Review);
    let question = ConsentQuestion {
        consent: consent(),
        method: "POST".to_owned(),
        path: "/access_tokens".to_owned(),
    };
    assert_eq!(*page.asked.borrow(), [question]);
    assert_eq!(made(&world).await, ["first", "second"]);
    assert_eq!(answers(&release), [true]);
    let kept = journal::decode(&journal::encode(release.log())).unwrap();
    assert_eq!(kept.consent(SCRIPT, Resource::AccessTokens), Some(true));
    assert_eq!(kept.consent(SCRIPT, Resource::Roles), None);
    assert_eq!(kept.consent("2_other.ts", Resource::AccessTokens), None);
}

#[tokio::test(flavor = "current_thread")]
async fn what_a_person_refuses_is_not_sent_and_a_later_run_asks_again() {
    let (world, engine, release) = before_the_script(Vec::new()).await;
    let page = Rc::new(Page::default());
    page.answers.borrow_mut().push(false);
    let release = engine.advance(release, page.clone()).await.unwrap();
    assert_eq!(kind(&release), FailureKind::ScriptForbidden);
    let said = message(&release);
    assert!(
        said.contains("API tokens belong to the whole project"),
        "{said}"
    );
    assert!(said.contains("did not allow this migration"), "{said}");
    assert_eq!(made(&world).await, [""; 0]);
    assert_eq!(answers(&release), [false]);

    let release = restart(&engine, release).await;
    let again = Rc::new(Page::default());
    again.answers.borrow_mut().push(true);
    let release = until_the_script(&engine, release).await;
    let release = engine.advance(release, again.clone()).await.unwrap();
    assert_eq!(*release.phase(), Phase::Review);
    assert_eq!(again.asked.borrow().len(), 1);
    assert_eq!(answers(&release), [false, true]);
}

async fn until_the_script(engine: &TestEngine, release: Release) -> Release {
    until(engine, release, &Phase::Ready(Step::Migrate(0))).await
}

#[tokio::test(flavor = "current_thread")]
async fn a_script_that_waits_for_a_person_can_be_stopped() {
    let (world, engine, release) = before_the_script(Vec::new()).await;
    let page = Rc::new(Page::default());
    let release = engine.advance(release, page.clone()).await.unwrap();
    assert_eq!(page.asked.borrow().len(), 1);
    assert_eq!(kind(&release), FailureKind::ScriptStopped);
    assert_eq!(made(&world).await, [""; 0]);
}

#[tokio::test(flavor = "current_thread")]
async fn what_a_failed_script_did_to_the_whole_project_stays_and_is_told() {
    let mut world = world().await;
    let acts = world.scripts.get_mut(SCRIPT).unwrap();
    acts.truncate(2);
    acts.push(Act::Throw("No"));
    let (engine, release) = planned(&world, vec![consent()]).await;
    let release = next(&engine, release).await.unwrap();
    assert_eq!(made(&world).await, ["first"]);
    assert_eq!(
        message(&release),
        "1_token.ts failed with “Error: No”. It had made 2 requests on the sandbox by then. This belongs to the whole project and stays: 1 API token created. Running the scripts again does it again."
    );
    let kept = journal::decode(&journal::encode(release.log())).unwrap();
    assert_eq!(kept.stays().done, [("API token created".to_owned(), 1)]);
}

/// Somebody who allows everything, after so many seconds.
struct Thinker {
    page: Page,
    time: Rc<SharedTime>,
    seconds: u64,
}

impl Watch for Thinker {
    fn progress(&self, progress: Progress) {
        self.page.progress(progress);
    }

    fn stop(&self) -> Stop {
        self.page.stop()
    }

    fn consent(&self, _: ConsentQuestion) -> LocalFuture<bool> {
        let (time, seconds) = (self.time.clone(), self.seconds);
        Box::pin(async move {
            time.sleep(Duration::from_secs(seconds)).await;
            true
        })
    }
}

#[tokio::test(flavor = "current_thread")]
async fn what_a_script_took_is_its_own_time_without_what_people_thought() {
    let (world, engine, release) = before_the_script(Vec::new()).await;
    let began = world.now();
    let thinker = Rc::new(Thinker {
        page: Page::default(),
        time: world.time.clone(),
        seconds: 40,
    });
    let release = engine.advance(release, thinker.clone()).await.unwrap();
    let record = release.step_record(Step::Migrate(0)).unwrap();
    let Some((ended, Evidence::Migrated(summary))) = record.finished else {
        panic!("{release:?}");
    };
    assert!(ended.as_millis() - began.as_millis() >= 40_000);
    let took = summary.millis.unwrap();
    assert!((0..10_000).contains(&took), "{took}");
    let heard = thinker.page.heard.borrow();
    let mut runs = heard.iter().filter_map(|heard| match heard {
        Progress::Runs { script, .. } => Some(*script),
        _ => None,
    });
    assert_eq!((runs.next(), runs.next()), (Some(0), None));
}
