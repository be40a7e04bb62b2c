//! Each step's own call, answered with an error, late, in part, or not at all.

use slipway_release::{FailureKind, Phase, Step};

use crate::{row::Row, support::*};

/// A step's own call, as a fault names it.
fn call_of(step: Step) -> &'static str {
    match step {
        Step::Freeze => "PUT /maintenance-mode/activate",
        Step::Fork => "POST /environments/main/fork",
        Step::Promote => "PUT /environments/rel-1/promote",
        Step::Unfreeze => "PUT /maintenance-mode/deactivate",
        Step::Restore => "PUT /environments/main/promote",
        other => panic!("not in this table: {other}"),
    }
}

/// A release whose next step is `step`, and the server failing from now on as `action` says.
async fn failing(step: Step, action: &str) -> (World, TestEngine, slipway_release::Release) {
    let world = World::open(&[]).await.with_two_scripts();
    let engine = world.page(&Profile::default()).await;
    let release = if step == Step::Restore {
        let release = live(&engine, &world).await;
        let release = decide_to_roll_back(&engine, release, true).await.unwrap();
        one_step(&engine, release).await
    } else {
        at(&engine, &world, step).await
    };
    let fault = format!("{}:{action}", call_of(step));
    world.drydock.faults().add(fault.parse().unwrap());
    (world, engine, release)
}

/// The release went on as if nothing had been: nothing was done twice, and nothing is missing.
async fn is_whole(world: &World, release: &slipway_release::Release) {
    assert_eq!(world.environments().await, ["main", "rel-1"]);
    assert_eq!(world.ledger("rel-1").await, ["1_one.ts", "2_two.ts"]);
    assert_eq!(world.notes("rel-1").await, ["First", "one", "two"]);
    assert!(matches!(release.phase(), Phase::Live | Phase::RolledBack));
}

#[rstest::rstest]
#[tokio::test(flavor = "current_thread")]
async fn no_answer_is_not_no(
    #[values(Step::Freeze, Step::Fork, Step::Promote, Step::Unfreeze, Step::Restore)] step: Step,
    #[values(
        ("500", "the service failed"),
        ("503", "the service failed"),
        ("drop-request", "the connection was closed"),
        ("drop-answer", "the connection was closed"),
        ("truncate", "a fault ends this answer in its middle"),
        ("hang", "none within 30 seconds"),
        ("hang-after", "none within 30 seconds")
    )]
    fault: (&str, &str),
) {
    let (action, reason) = fault;
    let (world, engine, release) = failing(step, &format!("{action}*1")).await;
    let lost = next(&engine, release).await.unwrap_err();
    let says = format!(
        "It is not known whether “{}” happened: No answer came to {} ({reason}). It may or may not have been carried out. Check again when the CMS answers.",
        step.verb(),
        call_of(step)
    );
    assert_eq!(lost.to_string(), says);

    let release = found(&engine).await;
    assert_eq!(release.phase(), &Phase::InDoubt(step));
    let release = finish(&engine, release).await;
    is_whole(&world, &release).await;
    Row {
        did: action,
        when: step.verb(),
        reads: &says,
        way_out: "check again",
        end: &end(&world, &release).await,
    }
    .fault();
}

#[rstest::rstest]
#[tokio::test(flavor = "current_thread")]
async fn a_storm_that_passes_is_waited_out(
    #[values(Step::Freeze, Step::Fork, Step::Promote, Step::Unfreeze, Step::Restore)] step: Step,
) {
    let (world, engine, release) = failing(step, "429=2*4").await;
    let release = next(&engine, release).await.unwrap();
    let release = finish(&engine, release).await;
    is_whole(&world, &release).await;
    Row {
        did: "429, four times",
        when: step.verb(),
        reads: "A countdown to the next attempt.",
        way_out: "none is needed",
        end: &end(&world, &release).await,
    }
    .fault();
}

#[rstest::rstest]
#[tokio::test(flavor = "current_thread")]
async fn a_storm_that_does_not_pass_is_told_and_changed_nothing(
    #[values(Step::Freeze, Step::Fork, Step::Promote, Step::Unfreeze, Step::Restore)] step: Step,
) {
    let (world, engine, release) = failing(step, "429=1").await;
    let release = next(&engine, release).await.unwrap();
    let says = format!(
        "The CMS is not available ({}: too many requests). Nothing was changed. Try again in a while.",
        call_of(step)
    );
    assert_eq!(trouble(&release), (step, says.clone()));
    assert_eq!(kind(&release), FailureKind::Rejected);
    world.drydock.faults().clear();
    let release = finish(&engine, release).await;
    is_whole(&world, &release).await;
    Row {
        did: "429 without end",
        when: step.verb(),
        reads: &says,
        way_out: "try again later",
        end: &end(&world, &release).await,
    }
    .fault();
}

#[rstest::rstest]
#[case::freeze(Step::Freeze, None)]
#[case::fork(
    Step::Fork,
    Some(
        "The CMS is busy with main and did not copy it. Nothing was changed, and main is still frozen. Try again in a while."
    )
)]
#[case::promote(Step::Promote, None)]
#[case::unfreeze(Step::Unfreeze, None)]
#[case::restore(Step::Restore, None)]
#[tokio::test(flavor = "current_thread")]
async fn a_transient_refusal_is_tried_again_where_that_is_safe(
    #[case] step: Step,
    #[case] says: Option<&str>,
) {
    let (world, engine, release) = failing(step, "transient*1").await;
    let release = next(&engine, release).await.unwrap();
    if let Some(says) = says {
        assert_eq!(trouble(&release), (step, says.to_owned()));
    }
    let release = finish(&engine, release).await;
    is_whole(&world, &release).await;
    Row {
        did: "a transient error",
        when: step.verb(),
        reads: says.unwrap_or("A countdown to the next attempt."),
        way_out: says.map_or("none is needed", |_| "try again"),
        end: &end(&world, &release).await,
    }
    .fault();
}
