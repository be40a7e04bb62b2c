//! The journal record written by somebody who is not this Slipway, and a browser that keeps nothing.

use slipway_engine::EngineError;
use slipway_release::{Phase, Step};

use crate::{row::Row, support::*};

#[tokio::test(flavor = "current_thread")]
async fn nonsense_in_the_journal_is_written_over_by_the_page_that_knows_better() {
    let (world, engine, release) = standing_at(Step::Migrate(0)).await;
    scribbles(&world, "rel-1", "I wonder what this is").await;

    // Whoever has nothing but the record is told that it cannot be read.
    let other = world.page(&Profile::default()).await;
    let unreadable = other.observe().await.unwrap().unreadable;
    assert_eq!(unreadable.len(), 1, "{unreadable:?}");
    assert_eq!(unreadable[0].place, "rel-1");
    let reads = unreadable[0].reason.clone();
    assert_eq!(
        reads,
        "the journal cannot be read: expected value at line 1 column 1"
    );

    let release = finish(&engine, release).await;
    assert_eq!(found(&other).await, release);
    Row {
        did: "the journal record was edited into nonsense",
        when: "migrate",
        reads: &reads,
        way_out: "go on in the browser that has the log: it writes it anew",
        end: &end(&world, &release).await,
    }
    .fault();
}

#[tokio::test(flavor = "current_thread")]
async fn nonsense_in_the_journal_of_a_page_that_is_gone_is_found_out_by_asking_the_project() {
    let world = World::open(&[]).await.with_two_scripts();
    let dying = world.page(&Profile::default()).await;
    let release = at(&dying, &world, Step::Migrate(0)).await;
    drop(dying);
    scribbles(&world, "rel-1", "{}").await;

    let engine = world.page(&Profile::default()).await;
    let observed = engine.observe().await.unwrap();
    assert_eq!(observed.unreadable[0].place, "rel-1");
    let reads = observed.unreadable[0].reason.clone();
    // Primary's copy is as old as the freeze, and the fork is found to be ours.
    let behind = found(&engine).await;
    assert_eq!(behind.plan(), release.plan());
    assert_eq!(behind.phase(), &Phase::InDoubt(Step::Freeze));
    let release = engine.take_over(behind).await.unwrap();
    let release = finish(&engine, release).await;
    assert_eq!(world.environments().await, ["main", "rel-1"]);
    assert_eq!(world.notes("rel-1").await, ["First", "one", "two"]);
    Row {
        did: "the journal record was edited into nonsense, and the page is gone",
        when: "migrate",
        reads: &reads,
        way_out: "take the release over: what happened since is read from the project",
        end: &end(&world, &release).await,
    }
    .fault();
}

#[tokio::test(flavor = "current_thread")]
async fn a_journal_of_a_newer_slipway_is_not_written_over() {
    let (world, engine, release) = standing_at(Step::Migrate(0)).await;
    let ours = journal_record(&world, "rel-1").await.attributes["journal"]
        .as_str()
        .unwrap()
        .to_owned();
    scribbles(&world, "rel-1", r#"{"version":9,"log":"in another form"}"#).await;

    let refused = next(&engine, release.clone()).await.unwrap_err();
    let says = "The answer to the release's journal in rel-1 could not be read: the journal was written by a newer Slipway (format 9, this one reads up to 1)";
    assert!(matches!(refused, EngineError::Api(_)), "{refused:?}");
    assert_eq!(refused.to_string(), says);
    assert_eq!(world.notes("rel-1").await, ["First"], "nothing ran");
    let place = &engine.observe().await.unwrap().unreadable[0].place;
    assert_eq!(place, "rel-1");

    // Whoever has the newer one goes on with it. Here it is put back.
    scribbles(&world, "rel-1", &ours).await;
    let release = finish(&engine, release).await;
    Row {
        did: "a newer Slipway wrote the journal",
        when: "migrate",
        reads: says,
        way_out: "go on with the newer Slipway",
        end: &end(&world, &release).await,
    }
    .fault();
}

#[rstest::rstest]
#[case::denied(Profile::denied(), "storage denied")]
#[case::full(Profile::full(), "storage full")]
#[tokio::test(flavor = "current_thread")]
async fn a_browser_that_keeps_nothing_can_drive_a_release(
    #[case] profile: Profile,
    #[case] did: &str,
) {
    let world = World::open(&[]).await.with_two_scripts();
    let engine = world.page(&profile).await;
    let release = live(&engine, &world).await;
    // The next page of that browser knows it from the project.
    let again = world.page(&profile).await;
    assert_eq!(found(&again).await, release);
    Row {
        did,
        when: "a whole release",
        reads: "Nothing: the log lies in the project.",
        way_out: "none is needed",
        end: &end(&world, &release).await,
    }
    .fault();
}

#[rstest::rstest]
#[case::denied(Profile::denied(), "storage denied", "access denied")]
#[case::full(Profile::full(), "storage full", "QuotaExceededError")]
#[tokio::test(flavor = "current_thread")]
async fn without_any_place_for_the_log_nothing_is_frozen(
    #[case] profile: Profile,
    #[case] did: &str,
    #[case] reason: &str,
) {
    // Primary takes no schema changes, so that there is no journal model either.
    let world = World::open(&[]).await.with_two_scripts();
    let fault = "POST /item-types:422".parse().unwrap();
    world.drydock.faults().add(fault);
    let engine = world.page(&profile).await;
    let refused = engine.begin(world.plan(&engine)).await.unwrap_err();
    let says = format!(
        "The release's log could not be kept: this browser's storage does not work ({reason}). Nothing further was sent to the CMS. Allow this page to store data, or use another browser."
    );
    assert_eq!(refused.to_string(), says);
    assert!(!world.is_frozen().await);

    world.drydock.faults().clear();
    let other = world.page(&Profile::default()).await;
    let release = live(&other, &world).await;
    Row {
        did: &format!("{did}, and primary takes no journal"),
        when: "before the release",
        reads: &says,
        way_out: "use another browser",
        end: &end(&world, &release).await,
    }
    .fault();
}
