//! What a fork depends on: room for it, and its name.

use slipway_release::{FailureKind, Phase, Step};

use crate::{row::Row, support::*};

#[rstest::rstest]
#[case::deleted(false)]
#[case::given_up(true)]
#[tokio::test(flavor = "current_thread")]
async fn a_quota_that_somebody_used_up_is_told(#[case] gives_up: bool) {
    let world = World::open_with(0, |options| drydock::Options {
        sandbox_limit: 1,
        ..options
    })
    .await
    .with_two_scripts();
    let engine = world.page(&Profile::default()).await;
    let release = at(&engine, &world, Step::Fork).await;
    world.cma().maintenance().deactivate().await.unwrap();
    world.fork("main", "theirs").await;
    world.cma().maintenance().activate(false).await.unwrap();

    let release = next(&engine, release).await.unwrap();
    let says = "The project's plan does not allow more sandbox environments. Nothing was changed. Delete one that nobody needs, then try again.";
    assert_eq!(trouble(&release), (Step::Fork, says.to_owned()));
    assert_eq!(kind(&release), FailureKind::QuotaReached);
    let (release, way_out) = if gives_up {
        (give_up(&engine, release).await, "give the release up")
    } else {
        let cma = world.cma();
        cma.environments().destroy(&id("theirs")).await.unwrap();
        (finish(&engine, release).await, "delete one, try again")
    };
    Row {
        did: "used up the sandbox quota",
        when: "before “fork”",
        reads: says,
        way_out,
        end: &end(&world, &release).await,
    }
    .interference();
}

#[tokio::test(flavor = "current_thread")]
async fn a_name_that_somebody_took_is_told_and_never_touched() {
    let (world, engine, release) = standing_at(Step::Fork).await;
    world.fork("main", "rel-1").await;

    let release = next(&engine, release).await.unwrap();
    let says = "An environment called rel-1 exists and is not this release's copy of main. It was not touched. Rename or delete it, then try again; or give this release up.";
    assert_eq!(trouble(&release), (Step::Fork, says.to_owned()));
    assert_eq!(kind(&release), FailureKind::NameTaken);
    let cma = world.cma();
    cma.environments()
        .rename(&id("rel-1"), &id("theirs"))
        .await
        .unwrap();
    let release = finish(&engine, release).await;
    assert_eq!(release.phase(), &Phase::Live);
    assert_eq!(world.environments().await, ["main", "rel-1", "theirs"]);
    Row {
        did: "made an environment of the sandbox's name",
        when: "before “fork”",
        reads: says,
        way_out: "rename it, try again",
        end: &end(&world, &release).await,
    }
    .interference();
}
