//! A server that fails in every way it can be told to.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use datocms_client::{
    ApiError, Cancel, EnvironmentStatus, ForkOptions, Forking, ItemsQuery, JobId, NewItem,
    Patience, RawRequest, Timer, Timestamp, Transport, Wait, WaitReason, Waits,
};
use drydock::{Options, RateLimit};
use http::{Method, StatusCode};
use serde_json::json;

use crate::support::{Client, World, article, id, record, titled, unlimited};

const LIMIT: Duration = Duration::from_secs(30);

async fn is_frozen<T: Transport>(cma: &Client<T>) -> bool {
    cma.maintenance().find().await.unwrap().active
}

#[tokio::test(flavor = "current_thread")]
async fn a_read_survives_an_answer_that_breaks_off_and_one_that_never_comes() {
    let world = World::blank();
    let cma = world.admin();
    for fault in ["GET /site:truncate*2", "GET /site:hang*1"] {
        let fault = world.fail(fault);
        assert_eq!(cma.primary().site().find().await.unwrap().locales, ["en"]);
        assert!(world.drydock.faults().struck(fault) > Some(0));
    }
}

#[tokio::test(flavor = "current_thread")]
async fn a_write_whose_answer_does_not_come_whole_or_in_time_is_in_doubt() {
    for (fault, done, waited) in [
        ("truncate", true, Duration::ZERO),
        ("hang-after", true, LIMIT),
        ("hang", false, LIMIT),
    ] {
        let world = World::blank();
        let cma = world.admin();
        let before = world.timer.now();
        let fault = world.fail(&format!("PUT /maintenance-mode/activate:{fault}"));
        let error = cma.maintenance().activate(false).await.unwrap_err();
        assert!(matches!(error, ApiError::InDoubt { .. }), "{error:?}");
        assert_eq!(world.drydock.faults().struck(fault), Some(1), "sent once");
        assert_eq!(world.timer.now(), before + waited);
        assert_eq!(is_frozen(&cma).await, done);
    }
}

/// The job that a request had become.
fn unfinished(error: &ApiError) -> JobId {
    let ApiError::JobUnfinished { job, .. } = error else {
        panic!("{error:?}")
    };
    assert!(error.outcome_is_unknown());
    job.clone()
}

#[tokio::test(flavor = "current_thread")]
async fn a_job_that_never_ends_is_given_up_and_may_have_done_its_work() {
    for (fault, left) in [("job-stall", 1), ("job-stall-after", 0)] {
        let world = World::blank();
        let cma = world.admin().patient(Patience {
            job: Duration::from_mins(5),
            ..Patience::default()
        });
        let items = cma.primary().items();
        let model = article(&cma.primary()).await;
        let created = items.create(&record(&model, "One")).await.unwrap();
        world.fail(&format!("DELETE /items/*:{fault}"));
        let before = world.timer.now();
        let error = items.destroy(&created.id).await.unwrap_err();
        assert_eq!(world.timer.now(), before + Duration::from_mins(5));
        assert_eq!(cma.jobs().peek(&unfinished(&error)).await, Ok(None));
        let query = ItemsQuery::default();
        assert_eq!(items.count(&query).await.unwrap(), left, "{fault}");
    }
}

#[tokio::test(flavor = "current_thread")]
async fn a_job_that_fails_is_the_failure_of_its_request() {
    let world = World::blank();
    let cma = world.admin();
    let model = article(&cma.primary()).await;
    let items = cma.primary().items();
    let created = items.create(&record(&model, "One")).await.unwrap();
    world.fail("DELETE /items/*:job-fail=ITEM_LOCKED*1");
    let error = items.destroy(&created.id).await.unwrap_err();
    assert!(matches!(error, ApiError::Busy { .. }), "{error:?}");
    world.fail("DELETE /items/*:job-fail=EXCEPTION@1");
    let error = items.destroy(&created.id).await.unwrap_err();
    assert!(matches!(error, ApiError::InDoubt { .. }), "{error:?}");
    items.destroy(&created.id).await.unwrap();
}

#[tokio::test(flavor = "current_thread")]
async fn a_fork_that_is_stuck_shows_where_and_goes_on_when_it_may() {
    let world = World::blank();
    let cma = world.admin();
    let stuck = world.fail("POST /environments/*/fork:fork-stuck=99");
    let options = ForkOptions {
        immediate_return: true,
        ..ForkOptions::default()
    };
    let asked = cma
        .environments()
        .fork(&id("main"), &id("rel-7"), options)
        .await
        .unwrap();
    assert!(matches!(asked, Forking::Environment(_)), "{asked:?}");
    let status = |expected: EnvironmentStatus| {
        let (cma, timer) = (cma.clone(), world.timer.clone());
        async move {
            loop {
                let found = cma.environments().find(&id("rel-7")).await.unwrap();
                if found.status == expected {
                    return found;
                }
                timer.sleep(Duration::from_millis(500)).await;
            }
        }
    };
    let percentage = Some(99.0);
    status(EnvironmentStatus::Creating { percentage }).await;
    assert!(world.drydock.faults().remove(stuck));
    status(EnvironmentStatus::Ready).await;
}

/// Keeps what it hears.
#[derive(Default)]
struct Heard(RefCell<Vec<(WaitReason, Duration)>>);

impl Waits for Heard {
    fn began(&self, wait: &Wait, _: Cancel) {
        let heard = (wait.reason.clone(), wait.length);
        self.0.borrow_mut().push(heard);
    }

    fn ended(&self, _: &Wait) {}
}

#[tokio::test(flavor = "current_thread")]
async fn a_storm_of_429_is_waited_out_and_told() {
    let world = World::blank();
    let heard = Rc::new(Heard::default());
    let cma = world.admin().watched(heard.clone());
    world.fail("PUT /maintenance-mode/activate:429=5*3");
    assert!(cma.maintenance().activate(false).await.unwrap().active);
    let waits = heard.0.take();
    let storm = (WaitReason::RateLimited, Duration::from_millis(5500));
    assert_eq!(waits, [storm.clone(), storm.clone(), storm]);
}

fn own_id(model: &str) -> NewItem {
    NewItem {
        id: Some("T4m-4tuQSTu6m_sRaCGkkg".to_owned()),
        ..record(model, "One")
    }
}

#[tokio::test(flavor = "current_thread")]
async fn a_creation_with_an_id_of_its_own_goes_again_when_it_was_not_done_and_only_then() {
    for (fault, is_certain) in [
        ("drop-request", true),
        ("hang", true),
        ("503", true),
        ("drop-answer", false),
        ("truncate", false),
        ("hang-after", false),
    ] {
        let world = World::blank();
        let cma = world.admin();
        let model = article(&cma.primary()).await;
        world.fail(&format!("POST /items:{fault}*2"));
        let created = cma.primary().items().create(&own_id(&model)).await;
        if is_certain {
            assert_eq!(created.unwrap().attributes["title"], "One", "{fault}");
        } else {
            let error = created.unwrap_err();
            assert!(matches!(error, ApiError::InDoubt { .. }), "{error:?}");
        }
        let query = ItemsQuery::default();
        assert_eq!(cma.primary().items().count(&query).await.unwrap(), 1);
    }
}

#[tokio::test(flavor = "current_thread")]
async fn a_write_of_a_migration_happens_once_whatever_becomes_of_its_answer() {
    for (fault, expected) in [
        ("429*2", Ok(201)),
        ("transient*2", Ok(201)),
        ("drop-request*1", Err(0)),
        ("503*1", Ok(503)),
        ("drop-answer*1", Err(1)),
        ("truncate*1", Err(1)),
        ("hang-after*1", Err(1)),
    ] {
        let world = World::blank();
        let cma = world.admin();
        let model = article(&cma.primary()).await;
        world.fail(&format!("POST /items:{fault}"));
        let body = json!({ "data": { "type": "item", "attributes": titled("One"),
            "relationships": { "item_type": { "data": { "type": "item_type", "id": model } } } } });
        let request = RawRequest::new(Method::POST, "/items")
            .unwrap()
            .with_body(body.to_string().into_bytes());
        let answer = cma.raw(request).await;
        let there = cma.primary().items().count(&ItemsQuery::default()).await;
        match expected {
            Ok(status) => {
                let answer = answer.unwrap();
                assert_eq!(answer.status.as_u16(), status, "{fault}");
                let done = u64::from(answer.status == StatusCode::CREATED);
                assert_eq!(there.unwrap(), done);
            }
            Err(done) => {
                let error = answer.unwrap_err();
                assert!(matches!(error, ApiError::InDoubt { .. }), "{error:?}");
                assert_eq!(there.unwrap(), done, "{fault}");
            }
        }
    }
}

#[tokio::test(flavor = "current_thread")]
async fn a_record_of_a_migration_with_an_id_made_for_it_is_created_once_and_answered() {
    for fault in [
        "drop-request*2",
        "drop-answer*1",
        "truncate*1",
        "hang*1",
        "hang-after*1",
        "503*3",
    ] {
        let world = World::blank();
        let cma = world.admin();
        let model = article(&cma.primary()).await;
        world.fail(&format!("POST /items:{fault}"));
        let body = json!({ "data": { "type": "item", "attributes": titled("One"),
            "relationships": { "item_type": { "data": { "type": "item_type", "id": model } } } } });
        let request = RawRequest::new(Method::POST, "/items")
            .unwrap()
            .with_body(body.to_string().into_bytes())
            .with_record_id(*b"0123456789abcdef");
        let answer = cma.raw(request).await.unwrap();
        assert_eq!(answer.status, StatusCode::CREATED, "{fault}");
        let found: serde_json::Value = serde_json::from_slice(&answer.body).unwrap();
        assert_eq!(found["data"]["attributes"]["title"], "One");
        let query = ItemsQuery::default();
        assert_eq!(cma.primary().items().count(&query).await.unwrap(), 1);
    }
}

/// What time plays a part in: slow jobs, an optimistic lock, a full rate limit. Gives how long it took the client, and when
/// the server says that the record was made.
async fn a_life(skew: i64) -> (Duration, Timestamp) {
    let options = Options {
        rate_limit: Some(RateLimit::default()),
        job_delay: Duration::from_secs(5),
        ..unlimited()
    };
    let world = World::open_with_skew(options, skew);
    let cma = world.admin();
    let scope = cma.primary();
    let model = article(&scope).await;
    let created = scope.items().create(&record(&model, "One")).await.unwrap();
    scope
        .items()
        .update(
            &created.id,
            &titled("Two"),
            created.current_version.as_deref(),
        )
        .await
        .unwrap();
    for _ in 0..150 {
        cma.maintenance().find().await.unwrap();
    }
    assert!(!world.statuses.borrow().contains(&429));
    (world.timer.now(), created.created_at)
}

#[tokio::test(flavor = "current_thread")]
async fn clocks_may_be_as_far_apart_as_they_like() {
    let (took, created_at) = a_life(0).await;
    for skew in [600, -600, 100_000_000] {
        let (skewed_took, skewed_created_at) = a_life(skew).await;
        assert_eq!(skewed_took, took, "{skew}");
        let apart = skewed_created_at.as_millis() - created_at.as_millis();
        assert_eq!(apart, skew * 1000, "passed on as the server wrote it");
    }
}
