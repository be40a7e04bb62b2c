//! The sandbox renamed, destroyed, or replaced by another of its name.

use slipway_release::{FailureKind, Phase, Step};

use crate::{row::Row, support::*};

const RENAMED: &str = "Somebody renamed rel-1 to mine. Nothing was sent. Give it its name back and try again, or start again on a fresh fork; mine stays as it is then.";
const DESTROYED: &str = "rel-1 is not there any more: somebody destroyed it. Nothing was sent, and main is as it was. Start again on a fresh fork.";
const REPLACED: &str = "rel-1 is another environment now: somebody destroyed the one this release made, and gave its name to a new one. Nothing was sent, and main is as it was. Rename or delete the other one, then start again on a fresh fork.";

async fn rename(world: &World, from: &str, to: &str) {
    let cma = world.cma();
    cma.environments().rename(&id(from), &id(to)).await.unwrap();
}

async fn destroy(world: &World, name: &str) {
    world.cma().environments().destroy(&id(name)).await.unwrap();
}

#[rstest::rstest]
#[case::migrate(Step::Migrate(0))]
#[case::promote(Step::Promote)]
#[tokio::test(flavor = "current_thread")]
async fn a_renamed_sandbox_gets_its_name_back(#[case] step: Step) {
    let (world, engine, release) = standing_at(step).await;
    rename(&world, "rel-1", "mine").await;

    let release = next(&engine, release).await.unwrap();
    assert_eq!(trouble(&release), (step, RENAMED.to_owned()));
    assert_eq!(kind(&release), FailureKind::WorldChanged);
    rename(&world, "mine", "rel-1").await;
    let release = finish(&engine, release).await;
    assert_eq!(release.phase(), &Phase::Live);
    Row {
        did: "renamed the sandbox",
        when: &format!("before “{step}”"),
        reads: RENAMED,
        way_out: "give it its name back, try again",
        end: &end(&world, &release).await,
    }
    .interference();
}

#[rstest::rstest]
#[case::migrate(Step::Migrate(0))]
#[case::promote(Step::Promote)]
#[tokio::test(flavor = "current_thread")]
async fn a_renamed_sandbox_is_left_to_whoever_renamed_it(#[case] step: Step) {
    let (world, engine, release) = standing_at(step).await;
    rename(&world, "rel-1", "mine").await;
    let release = next(&engine, release).await.unwrap();

    let release = start_again(&engine, release).await;
    assert_eq!(release.phase(), &Phase::Live);
    assert_eq!(world.environments().await, ["main", "mine", "rel-1"]);
    assert_eq!(world.notes("rel-1").await, ["First", "one", "two"]);
    Row {
        did: "renamed the sandbox",
        when: &format!("before “{step}”"),
        reads: RENAMED,
        way_out: "start again on a fresh fork",
        end: &end(&world, &release).await,
    }
    .interference();
}

#[rstest::rstest]
#[case::migrate(Step::Migrate(0), false)]
#[case::migrate_and_give_up(Step::Migrate(0), true)]
#[case::promote(Step::Promote, false)]
#[case::promote_and_give_up(Step::Promote, true)]
#[tokio::test(flavor = "current_thread")]
async fn a_destroyed_sandbox_is_made_afresh_or_given_up(
    #[case] step: Step,
    #[case] gives_up: bool,
) {
    let (world, engine, release) = standing_at(step).await;
    destroy(&world, "rel-1").await;

    let release = next(&engine, release).await.unwrap();
    assert_eq!(trouble(&release), (step, DESTROYED.to_owned()));
    let (release, way_out) = if gives_up {
        (give_up(&engine, release).await, "give the release up")
    } else {
        let release = start_again(&engine, release).await;
        assert_eq!(world.ledger("rel-1").await, ["1_one.ts", "2_two.ts"]);
        (release, "start again on a fresh fork")
    };
    Row {
        did: "destroyed the sandbox",
        when: &format!("before “{step}”"),
        reads: DESTROYED,
        way_out,
        end: &end(&world, &release).await,
    }
    .interference();
}

#[rstest::rstest]
#[case::migrate(Step::Migrate(0))]
#[case::promote(Step::Promote)]
#[tokio::test(flavor = "current_thread")]
async fn another_sandbox_of_the_same_name_is_neither_promoted_nor_destroyed(#[case] step: Step) {
    let (world, engine, release) = standing_at(step).await;
    destroy(&world, "rel-1").await;
    world.pass(60_000);
    world.fork("main", "rel-1").await;

    let release = next(&engine, release).await.unwrap();
    assert_eq!(trouble(&release), (step, REPLACED.to_owned()));
    assert_eq!(world.primary().await, "main");

    let release = restart(&engine, release).await;
    let release = next(&engine, release).await.unwrap();
    assert_eq!(
        trouble(&release).1,
        "rel-1 is no longer the copy this release made, so it was not destroyed. Delete or rename it by hand, then try again."
    );
    rename(&world, "rel-1", "theirs").await;
    let release = finish(&engine, release).await;
    assert_eq!(world.environments().await, ["main", "rel-1", "theirs"]);
    Row {
        did: "destroyed the sandbox and made another of its name",
        when: &format!("before “{step}”"),
        reads: REPLACED,
        way_out: "rename the other one, start again on a fresh fork",
        end: &end(&world, &release).await,
    }
    .interference();
}

#[rstest::rstest]
#[case::renamed(true, RENAMED)]
#[case::destroyed(false, DESTROYED)]
#[tokio::test(flavor = "current_thread")]
async fn a_person_who_reviews_is_told_that_there_is_nothing_to_review(
    #[case] renamed: bool,
    #[case] says: &str,
) {
    let world = World::open(&[]).await.with_two_scripts();
    let engine = world.page(&Profile::default()).await;
    let release = reviewed(&engine, &world).await;
    if renamed {
        rename(&world, "rel-1", "mine").await;
    } else {
        destroy(&world, "rel-1").await;
    }
    let refused = engine.left_behind(&release).await.unwrap_err();
    assert_eq!(refused.to_string(), says);
    let release = give_up(&engine, release).await;
    Row {
        did: if renamed {
            "renamed the sandbox"
        } else {
            "destroyed the sandbox"
        },
        when: "during the review",
        reads: says,
        way_out: "give the release up",
        end: &end(&world, &release).await,
    }
    .interference();
}

#[tokio::test(flavor = "current_thread")]
async fn a_sandbox_that_goes_while_it_is_promoted_leaves_primary_as_it_is() {
    let (world, engine, release) = standing_at(Step::Promote).await;
    let cma = world.cma();
    world.before_the_call("PUT /cma/environments/rel-1/promote", async move {
        cma.environments().destroy(&id("rel-1")).await.unwrap();
    });

    let release = next(&engine, release).await.unwrap();
    let says = "rel-1 does not exist any more, so main stays primary. Nothing was changed. Start again on a fresh fork.";
    assert_eq!(trouble(&release), (Step::Promote, says.to_owned()));
    let release = start_again(&engine, release).await;
    Row {
        did: "destroyed the sandbox",
        when: "within “promote”, before the call arrived",
        reads: says,
        way_out: "start again on a fresh fork",
        end: &end(&world, &release).await,
    }
    .interference();
}

#[rstest::rstest]
#[case::restart(false)]
#[case::give_up(true)]
#[tokio::test(flavor = "current_thread")]
async fn a_sandbox_that_goes_while_a_script_runs_is_a_script_that_failed(#[case] gives_up: bool) {
    let mut world = World::open(&[]).await.with_two_scripts();
    let whole = world.scripts["1_one.ts"].clone();
    let acts = [vec![Act::Pause], whole.clone()].concat();
    world.scripts.insert("1_one.ts".to_owned(), acts);
    let engine = world.page(&Profile::default()).await;
    let release = at(&engine, &world, Step::Migrate(0)).await;
    let somebody = async {
        world.hanging.notified().await;
        destroy(&world, "rel-1").await;
        world.go_on.notify_one();
    };
    let (release, ()) = tokio::join!(next(&engine, release), somebody);
    let release = release.unwrap();
    let reads = trouble(&release).1;
    assert!(
        reads.starts_with("1_one.ts failed at lib/call.ts:7. The CMS refused POST /items with "),
        "{reads}"
    );
    assert!(reads.ends_with("primary is untouched."), "{reads}");

    world.scripts.insert("1_one.ts".to_owned(), whole);
    let engine = world.page(&Profile::default()).await;
    let (release, way_out) = if gives_up {
        (give_up(&engine, release).await, "give the release up")
    } else {
        (
            start_again(&engine, release).await,
            "start again on a fresh fork",
        )
    };
    Row {
        did: "destroyed the sandbox",
        when: "within “migrate (script 1)”",
        reads: &reads,
        way_out,
        end: &end(&world, &release).await,
    }
    .interference();
}
