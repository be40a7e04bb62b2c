//! What a rollback leads back to, renamed, destroyed or replaced.

use slipway_release::{Phase, Step};

use crate::{row::Row, support::*};

const GONE: &str = "main is not there any more: somebody renamed or destroyed it, so there is nothing to go back to. If it was renamed, give it its name back and try again.";
const REPLACED: &str = "main is not what was primary before: it is newer than rel-1, so somebody made another environment of that name. There is nothing to go back to.";
const STAYS_FROZEN: &str =
    " Nothing was rolled back. Until then primary stays frozen; giving the rollback up lifts that.";

/// What somebody does to the old primary.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Deed {
    Renames,
    Destroys,
    Replaces,
}

impl Deed {
    async fn happens(self, world: &World) {
        let cma = world.cma();
        let environments = cma.environments();
        if self == Self::Renames {
            let renamed = environments.rename(&id("main"), &id("before")).await;
            assert!(renamed.is_ok());
            return;
        }
        environments.destroy(&id("main")).await.unwrap();
        if self == Self::Replaces {
            world.pass(60_000);
            world.fork("rel-1", "main").await;
        }
    }

    fn words(self) -> &'static str {
        match self {
            Self::Renames => "renamed the old primary",
            Self::Destroys => "destroyed the old primary",
            Self::Replaces => "destroyed the old primary and made another of its name",
        }
    }

    fn says(self) -> &'static str {
        match self {
            Self::Renames | Self::Destroys => GONE,
            Self::Replaces => REPLACED,
        }
    }
}

#[rstest::rstest]
#[case::renamed(Deed::Renames)]
#[case::destroyed(Deed::Destroys)]
#[case::replaced(Deed::Replaces)]
#[tokio::test(flavor = "current_thread")]
async fn a_rollback_without_a_target_is_not_begun(#[case] deed: Deed) {
    let (world, engine, release) = gone_live().await;
    deed.happens(&world).await;

    let refused = decide_to_roll_back(&engine, release.clone(), true)
        .await
        .unwrap_err();
    let says = format!("{} Nothing was changed.", deed.says());
    assert_eq!(refused.to_string(), says);
    assert!(!world.is_frozen().await);
    let (release, way_out) = if deed == Deed::Renames {
        let cma = world.cma();
        let back = cma.environments().rename(&id("before"), &id("main")).await;
        assert!(back.is_ok());
        let release = decide_to_roll_back(&engine, release, true).await.unwrap();
        let release = finish(&engine, release).await;
        assert_eq!(release.phase(), &Phase::RolledBack);
        (release, "give it its name back, roll back")
    } else {
        (release, "stay with what is primary")
    };
    Row {
        did: deed.words(),
        when: "before the rollback was decided",
        reads: &says,
        way_out,
        end: &end(&world, &release).await,
    }
    .interference();
}

#[rstest::rstest]
#[case::renamed(Deed::Renames)]
#[case::destroyed(Deed::Destroys)]
#[case::replaced(Deed::Replaces)]
#[tokio::test(flavor = "current_thread")]
async fn a_rollback_whose_target_goes_before_the_freeze_freezes_nobody(#[case] deed: Deed) {
    let (world, engine, release) = gone_live().await;
    let release = decide_to_roll_back(&engine, release, true).await.unwrap();
    deed.happens(&world).await;

    let release = next(&engine, release).await.unwrap();
    let says = format!("{} Nothing was frozen.", deed.says());
    assert_eq!(trouble(&release), (Step::FreezeAgain, says.clone()));
    assert!(!world.is_frozen().await);
    let release = stay_live(&engine, release).await;
    Row {
        did: deed.words(),
        when: "before “freeze before rolling back”",
        reads: &says,
        way_out: "give the rollback up",
        end: &end(&world, &release).await,
    }
    .interference();
}

#[rstest::rstest]
#[case::renamed(Deed::Renames)]
#[case::destroyed(Deed::Destroys)]
#[case::replaced(Deed::Replaces)]
#[tokio::test(flavor = "current_thread")]
async fn a_rollback_whose_target_goes_under_the_freeze_is_given_up_or_mended(#[case] deed: Deed) {
    let (world, engine, release) = gone_live().await;
    let release = decide_to_roll_back(&engine, release, true).await.unwrap();
    let release = one_step(&engine, release).await;
    assert!(world.is_frozen().await);
    deed.happens(&world).await;

    let release = next(&engine, release).await.unwrap();
    let says = format!("{}{STAYS_FROZEN}", deed.says());
    assert_eq!(trouble(&release), (Step::Restore, says.clone()));
    assert_eq!(world.primary().await, "rel-1");
    let (release, way_out) = if deed == Deed::Renames {
        let cma = world.cma();
        let back = cma.environments().rename(&id("before"), &id("main")).await;
        assert!(back.is_ok());
        (
            finish(&engine, release).await,
            "give it its name back, try again",
        )
    } else {
        let release = stay_live(&engine, release).await;
        (finish(&engine, release).await, "give the rollback up")
    };
    Row {
        did: deed.words(),
        when: "before “roll back”",
        reads: &says,
        way_out,
        end: &end(&world, &release).await,
    }
    .interference();
}

#[tokio::test(flavor = "current_thread")]
async fn a_target_that_goes_while_it_is_promoted_leaves_primary_as_it_is() {
    let (world, engine, release) = gone_live().await;
    let release = decide_to_roll_back(&engine, release, true).await.unwrap();
    let cma = world.cma();
    world.before_the_call("PUT /cma/environments/main/promote", async move {
        cma.environments().destroy(&id("main")).await.unwrap();
    });

    let release = next(&engine, release).await.unwrap();
    let says = "main does not exist any more, so rel-1 stays primary. Nothing was changed. Give the rollback up; that lifts the freeze, too.";
    assert_eq!(trouble(&release), (Step::Restore, says.to_owned()));
    let release = stay_live(&engine, release).await;
    let release = finish(&engine, release).await;
    Row {
        did: "destroyed the old primary",
        when: "within “roll back”, before the call arrived",
        reads: says,
        way_out: "give the rollback up",
        end: &end(&world, &release).await,
    }
    .interference();
}

#[tokio::test(flavor = "current_thread")]
async fn a_promoted_sandbox_that_was_renamed_is_not_taken_for_another_promotion() {
    let (world, engine, release) = gone_live().await;
    let seen = engine.left_behind(&release).await.unwrap();
    let cma = world.cma();
    let environments = cma.environments();
    environments
        .rename(&id("rel-1"), &id("production"))
        .await
        .unwrap();

    let refused = engine
        .roll_back(release.clone(), true, String::new(), &seen)
        .await
        .unwrap_err();
    let says = "Somebody renamed rel-1 to production. Give it its name back and try again. Nothing was changed.";
    assert_eq!(refused.to_string(), says);
    environments
        .rename(&id("production"), &id("rel-1"))
        .await
        .unwrap();
    let release = decide_to_roll_back(&engine, release, true).await.unwrap();
    let release = finish(&engine, release).await;
    Row {
        did: "renamed what was promoted",
        when: "before the rollback was decided",
        reads: says,
        way_out: "give it its name back, roll back",
        end: &end(&world, &release).await,
    }
    .interference();
}
