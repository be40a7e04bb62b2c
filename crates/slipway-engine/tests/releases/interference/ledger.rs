//! Migrations that somebody else runs on the sandbox, with the vendor's CLI for instance.

use slipway_release::{Event, Evidence, FailureKind, Phase, Step};

use crate::{row::Row, support::*};

/// Somebody runs a migration file on the sandbox: it writes a note, and its name is entered.
async fn runs(world: &World, name: &str) {
    let scope = world.cma().environment(&id("rel-1"));
    let ledger = match scope.item_types().find_optional("schema_migration").await {
        Ok(Some(model)) => model.id,
        Ok(None) => world.ledger_model("rel-1").await,
        Err(error) => panic!("{error}"),
    };
    for (item_type, field, value) in [
        (world.note.clone(), "title", format!("by {name}")),
        (ledger, "name", name.to_owned()),
    ] {
        let mut attributes = serde_json::Map::new();
        attributes.insert(field.to_owned(), value.into());
        let new = datocms_client::NewItem {
            id: None,
            item_type,
            attributes,
        };
        scope.items().create(&new).await.unwrap();
    }
}

const STRANGER: &str = "Somebody ran 9_theirs.js on rel-1, outside this release. 1_one.ts did not run. Start again on a fresh fork to have the sandbox without it; or try again to go on: then it goes live with this release.";

#[rstest::rstest]
#[case::with_it(true)]
#[case::without_it(false)]
#[tokio::test(flavor = "current_thread")]
async fn a_foreign_migration_is_told_before_the_next_script_runs(#[case] goes_on: bool) {
    let (world, engine, release) = standing_at(Step::Migrate(0)).await;
    runs(&world, "9_theirs.js").await;

    let release = next(&engine, release).await.unwrap();
    assert_eq!(trouble(&release), (Step::Migrate(0), STRANGER.to_owned()));
    assert_eq!(kind(&release), FailureKind::WorldChanged);
    assert_eq!(world.notes("rel-1").await, ["First", "by 9_theirs.js"]);

    let (release, way_out) = if goes_on {
        let release = until(&engine, release, &Phase::Review).await;
        let drift = engine.left_behind(&release).await.unwrap();
        assert_eq!(drift.strangers, ["9_theirs.js"]);
        (release, "try again, and accept it before the promotion")
    } else {
        let release = restart(&engine, release).await;
        let release = until(&engine, release, &Phase::Review).await;
        assert!(
            engine
                .left_behind(&release)
                .await
                .unwrap()
                .strangers
                .is_empty()
        );
        (release, "start again on a fresh fork")
    };
    let release = finish(&engine, release).await;
    assert_eq!(
        world
            .ledger("rel-1")
            .await
            .contains(&"9_theirs.js".to_owned()),
        goes_on
    );
    Row {
        did: "ran a migration on the sandbox",
        when: "before “migrate (script 1)”",
        reads: STRANGER,
        way_out,
        end: &end(&world, &release).await,
    }
    .interference();
}

#[tokio::test(flavor = "current_thread")]
async fn a_foreign_migration_after_the_approval_voids_it() {
    let (world, engine, release) = standing_at(Step::Promote).await;
    runs(&world, "9_theirs.js").await;

    let release = next(&engine, release).await.unwrap();
    assert_eq!(release.phase(), &Phase::Review);
    assert_eq!(world.primary().await, "main");
    let says = "9_theirs.js ran on the sandbox outside this release.";
    assert_eq!(voided(&release), says);
    let release = finish(&engine, release).await;
    let waived = release
        .log()
        .iter()
        .rev()
        .find_map(|entry| match &entry.event {
            Event::Approved { waived, .. } => Some(waived.clone()),
            _ => None,
        });
    assert_eq!(
        waived.unwrap(),
        [
            "9_theirs.js ran on the sandbox outside this release",
            "“by 9_theirs.js” of rel-1 changed after its last script"
        ]
    );
    Row {
        did: "ran a migration on the sandbox",
        when: "before “promote”, after the approval",
        reads: says,
        way_out: "look again, accept it",
        end: &end(&world, &release).await,
    }
    .interference();
}

#[tokio::test(flavor = "current_thread")]
async fn one_of_ours_that_somebody_ran_already_is_not_run_again() {
    let (world, engine, release) = standing_at(Step::Migrate(0)).await;
    runs(&world, "1_one.ts").await;

    let release = finish(&engine, release).await;
    assert_eq!(world.ledger("rel-1").await, ["1_one.ts", "2_two.ts"]);
    assert_eq!(
        world.notes("rel-1").await,
        ["First", "by 1_one.ts", "two"],
        "ours did not run on top of it"
    );
    let told = release.log().iter().any(|entry| {
        matches!(
            &entry.event,
            Event::Succeeded(Step::Migrate(0), Evidence::Migrated(summary)) if summary.from_ledger
        )
    });
    assert!(told, "{:?}", release.log());
    let says = "1_one.ts ran to its end, the ledger says.";
    Row {
        did: "ran one of the release's migrations on the sandbox",
        when: "before “migrate (script 1)”",
        reads: says,
        way_out: "go on",
        end: &end(&world, &release).await,
    }
    .interference();
}

#[tokio::test(flavor = "current_thread")]
async fn one_of_ours_that_somebody_runs_at_the_same_time_may_be_there_twice() {
    let mut world = World::open(&[]).await.with_two_scripts();
    let whole = world.scripts["1_one.ts"].clone();
    let acts = [whole.clone(), vec![Act::Pause]].concat();
    world.scripts.insert("1_one.ts".to_owned(), acts);
    let engine = world.page(&Profile::default()).await;
    let release = at(&engine, &world, Step::Migrate(0)).await;
    let somebody = async {
        world.hanging.notified().await;
        runs(&world, "1_one.ts").await;
        world.go_on.notify_one();
    };
    let (release, ()) = tokio::join!(next(&engine, release), somebody);
    let release = release.unwrap();
    let says = "Somebody else ran 1_one.ts on rel-1 while it was running here, so what it does may be there twice. main is untouched. Start again on a fresh fork.";
    assert_eq!(trouble(&release), (Step::Migrate(0), says.to_owned()));
    assert_eq!(world.ledger("rel-1").await, ["1_one.ts"]);

    world.scripts.insert("1_one.ts".to_owned(), whole);
    let engine = world.page(&Profile::default()).await;
    let release = start_again(&engine, release).await;
    assert_eq!(world.notes("rel-1").await, ["First", "one", "two"]);
    Row {
        did: "ran one of the release's migrations on the sandbox",
        when: "within “migrate (script 1)”",
        reads: says,
        way_out: "start again on a fresh fork",
        end: &end(&world, &release).await,
    }
    .interference();
}
