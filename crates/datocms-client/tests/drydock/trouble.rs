//! Slow, lost and refused answers.

use std::time::Duration;

use datocms_client::{ApiError, ForkOptions, Timer};
use drydock::{Options, RateLimit};

use crate::support::{World, article, id, unlimited};

#[tokio::test(flavor = "current_thread")]
async fn a_slow_job_is_followed_to_its_end() {
    let world = World::open(Options {
        job_delay: Duration::from_secs(5),
        ..unlimited()
    });
    let cma = world.admin();
    article(&cma.primary()).await;
    assert!(
        world.statuses.borrow().contains(&404),
        "it was pending for a while"
    );
    assert_eq!(
        cma.primary()
            .item_types()
            .find("article")
            .await
            .unwrap()
            .name,
        "Article"
    );
}

#[tokio::test(flavor = "current_thread")]
async fn a_fork_whose_answer_is_lost_is_in_doubt_and_happened_once() {
    let fault = "POST /environments/*/fork:drop-answer*1".parse().unwrap();
    let world = World::open(Options {
        faults: vec![fault],
        ..unlimited()
    });
    let cma = world.admin();
    let lost = cma
        .environments()
        .fork(&id("main"), &id("rel-7"), ForkOptions::default())
        .await;
    assert!(
        matches!(&lost, Err(error @ ApiError::InDoubt { .. }) if error.outcome_is_unknown()),
        "{lost:?}"
    );
    let found = cma.environments().find(&id("rel-7")).await.unwrap();
    assert_eq!(found.forked_from.as_deref(), Some("main"));
    assert_eq!(cma.environments().list().await.unwrap().len(), 2);
}

#[tokio::test(flavor = "current_thread")]
async fn trouble_that_passes_is_not_noticed() {
    let faults = [
        "GET /environments:503*2",
        "GET /site:drop-answer*1",
        "PUT /maintenance-mode/activate:transient*1",
    ];
    let faults = faults.map(|fault| fault.parse().unwrap()).to_vec();
    let world = World::open(Options {
        faults,
        ..unlimited()
    });
    let cma = world.admin();
    assert_eq!(cma.environments().list().await.unwrap().len(), 1);
    assert_eq!(cma.primary().site().find().await.unwrap().locales, ["en"]);
    assert!(cma.maintenance().activate(false).await.unwrap().active);
}

#[tokio::test(flavor = "current_thread")]
async fn a_long_read_stays_within_the_rate_limit() {
    let world = World::open(Options {
        rate_limit: Some(RateLimit {
            requests: 60,
            per: Duration::from_secs(3),
        }),
        ..unlimited()
    });
    let cma = world.admin();
    for _ in 0..200 {
        cma.maintenance().find().await.unwrap();
    }
    let statuses = world.statuses.borrow();
    assert_eq!(
        (
            statuses.len(),
            statuses.iter().filter(|status| **status == 429).count()
        ),
        (200, 0)
    );
    let elapsed = world.timer.now();
    assert!(
        elapsed >= Duration::from_secs(9) && elapsed < Duration::from_secs(12),
        "{elapsed:?}"
    );
}
