//! A migration's own writes: sent again only where the server cannot have done them, or where a look shows
//! that it did not.

use serde_json::json;
use slipway_release::{FailureKind, Phase, Step};

use crate::{row::Row, support::*};

const UNKNOWN: &str = "It may or may not have been carried out.";

/// What a script does: gives the first note another title.
fn retitles(world: &World) -> Act {
    let body = json!({ "data": {
        "type": "item",
        "id": world.record,
        "attributes": { "title": "written by the script" },
    }});
    Act::Call("PUT", format!("/items/{}", world.record), Some(body))
}

/// What a script does: creates a note, under an id of its own or without one.
fn creates(world: &World, own_id: bool) -> Act {
    let mut data = json!({
        "type": "item",
        "attributes": { "title": "written by the script" },
        "relationships": { "item_type": { "data": { "type": "item_type", "id": world.note } } },
    });
    if own_id {
        data["id"] = "VCJyKGDYSCi0KJmV1q_vMg".into();
    }
    Act::Call("POST", "/items".to_owned(), Some(json!({ "data": data })))
}

/// A release whose only script writes once; the first such write meets `action`.
async fn written(
    act: fn(&World) -> Act,
    action: &str,
) -> (World, TestEngine, slipway_release::Release) {
    let mut world = World::open(&[]).await;
    let act = act(&world);
    let call = match &act {
        Act::Call(method, path, _) => format!("{method} {path}"),
        other => panic!("not a call: {other:?}"),
    };
    world
        .scripts
        .insert("1_write.ts".to_owned(), vec![Act::Pause, act]);
    let engine = world.page(&Profile::default()).await;
    let release = at(&engine, &world, Step::Migrate(0)).await;
    let fault = format!("{call}:{action}");
    let somebody = async {
        world.hanging.notified().await;
        world.drydock.faults().add(fault.parse().unwrap());
        world.go_on.notify_one();
    };
    let (release, ()) = tokio::join!(next(&engine, release), somebody);
    (world, engine, release.unwrap())
}

#[rstest::rstest]
#[case::rate_limited("429=1*3", false)]
#[case::transient("transient*1", false)]
#[case::own_id_rate_limited("429=1*3", true)]
#[case::own_id_never_arrived("drop-request*1", true)]
#[case::own_id_failed("503*1", true)]
#[case::never_arrived("drop-request*1", false)]
#[case::answer_lost("drop-answer*1", false)]
#[case::failed("500*1", false)]
#[case::truncated("truncate*1", false)]
#[case::silent("hang*1", false)]
#[tokio::test(flavor = "current_thread")]
async fn a_creation_happens_once_because_a_look_tells_whether_it_did(
    #[case] action: &str,
    #[case] own_id: bool,
) {
    let act = if own_id {
        |world: &World| creates(world, true)
    } else {
        |world: &World| creates(world, false)
    };
    let (world, engine, release) = written(act, action).await;
    assert_eq!(release.phase(), &Phase::Review, "{:?}", release.phase());
    assert_eq!(
        world.notes("rel-1").await,
        ["First", "written by the script"]
    );
    let release = finish(&engine, release).await;
    Row {
        did: &format!("{action} to a script's write"),
        when: if own_id {
            "migrate, creating a record under an id of its own"
        } else {
            "migrate, creating a record"
        },
        reads: "Nothing: it is sent again.",
        way_out: "none is needed",
        end: &end(&world, &release).await,
    }
    .fault();
}

#[rstest::rstest]
#[case::never_arrived("drop-request*1", "First", UNKNOWN)]
#[case::answer_lost("drop-answer*1", "written by the script", UNKNOWN)]
#[case::failed("500*1", "First", "(status 500)")]
#[case::truncated("truncate*1", "written by the script", UNKNOWN)]
#[case::silent("hang*1", "First", UNKNOWN)]
#[tokio::test(flavor = "current_thread")]
async fn a_change_that_may_have_been_done_is_not_sent_again(
    #[case] action: &str,
    #[case] note: &str,
    #[case] says: &str,
) {
    let (world, engine, release) = written(retitles, action).await;
    assert_eq!(kind(&release), FailureKind::ScriptThrew);
    let reads = trouble(&release).1;
    assert!(reads.contains(says), "{reads}");
    assert_eq!(world.notes("rel-1").await, [note], "it was sent once");
    assert!(world.ledger("rel-1").await.is_empty());
    assert!(next(&engine, release.clone()).await.is_err());

    world.drydock.faults().clear();
    let release = restart(&engine, release).await;
    let mut release = next(&engine, release).await.unwrap();
    while release.phase() != &Phase::Review {
        world.go_on.notify_one();
        release = next(&engine, release).await.unwrap();
    }
    assert_eq!(world.notes("rel-1").await, ["written by the script"]);
    let release = finish(&engine, release).await;
    Row {
        did: &format!("{action} to a script's write"),
        when: "migrate, changing a record",
        reads: &reads,
        way_out: "start again on a fresh fork",
        end: &end(&world, &release).await,
    }
    .fault();
}
