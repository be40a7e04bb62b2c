//! One fault of every kind at every call of a whole release and its rollback.

use super::{
    crash_points::Undisturbed,
    support::{
        Profile, World,
        person::{Deed, Person},
        traffic::{Blow, Fault},
        verdict,
    },
    table::{self, Row},
};
use slipway_release::Phase;

/// How a run with a fault came to its end.
fn outcome(first: &[Deed], reloaded: bool) -> &'static str {
    let stopped = first.iter().any(|deed| match deed {
        Deed::Stopped(_) | Deed::CouldNotRead(_) | Deed::Waited => true,
        Deed::Moved { to, .. } => matches!(to, Phase::Failed { .. } | Phase::Stuck { .. }),
        Deed::FoundNothing { .. }
        | Deed::Found(_)
        | Deed::LiftedFreeze
        | Deed::Planned
        | Deed::AdoptedTheCopy
        | Deed::FrozeAgain
        | Deed::Tidied
        | Deed::TookOver
        | Deed::Restarted
        | Deed::Approved
        | Deed::AskedForRollBack => false,
    });
    if first.contains(&Deed::Restarted) {
        "fresh fork"
    } else if reloaded {
        "page reloaded"
    } else if stopped {
        "said so, went on when asked"
    } else {
        "went on by itself"
    }
}

/// How a run ended that met a fault at a call; or what went wrong then.
async fn struck(
    undisturbed: &Undisturbed,
    call: usize,
    fault: Fault,
) -> Result<&'static str, String> {
    let world = World::with_a_migration().await;
    world.traffic.strike(call, Blow::Fault(fault));
    let profile = Profile::default();
    let mut person = Person::at(&world, &profile, "Ada");
    let life = person.window.life.clone();
    let finished = life.lives(person.finish()).await;
    let reloaded = finished.is_none();
    if let Some(finished) = finished {
        finished?;
    } else {
        world.pass(30_000);
        person = Person::at(&world, &profile, "Ada");
        person.finish().await?;
    }
    match verdict::wrong(&world, &undisturbed.content).await {
        Some(wrong) => Err(format!("{wrong}\n{:#?}", person.deeds)),
        None => Ok(outcome(&person.deeds, reloaded)),
    }
}

#[rstest::rstest]
#[case::rate_limited(Fault::RateLimited)]
#[case::rate_limit_storm(Fault::RateLimitStorm)]
#[case::server_error(Fault::ServerError)]
#[case::bad_gateway(Fault::BadGateway)]
#[case::unavailable(Fault::Unavailable)]
#[case::outage(Fault::Outage)]
#[case::transient(Fault::Transient)]
#[case::not_sent(Fault::NotSent)]
#[case::request_lost(Fault::RequestLost)]
#[case::answer_lost(Fault::AnswerLost)]
#[case::answer_truncated(Fault::AnswerTruncated)]
#[case::sent_twice(Fault::SentTwice)]
#[case::hang(Fault::Hang)]
#[tokio::test(flavor = "current_thread", start_paused = true)]
async fn a_fault_at_any_call_ends_as_if_there_had_been_none(#[case] fault: Fault) {
    let undisturbed = Undisturbed::run().await;
    let mut rows: Vec<Row> = Vec::new();
    let mut failures: Vec<String> = Vec::new();
    for (number, call) in undisturbed.calls.iter().enumerate() {
        let outcome = match Box::pin(struck(&undisturbed, number, fault)).await {
            Ok(outcome) => outcome,
            Err(wrong) => {
                failures.push(format!("call {number}, {}: {wrong}", call.line()));
                continue;
            }
        };
        rows.push(vec![
            ("step", call.doing.heading()),
            ("fault", fault.words().to_owned()),
            ("outcome", outcome.to_owned()),
        ]);
    }
    assert!(
        failures.is_empty(),
        "{} wrong ends:\n{}",
        failures.len(),
        failures.join("\n\n")
    );
    let kind = format!("{fault:?}").to_lowercase();
    table::write(&format!("faults-{kind}"), "faults", rows);
}
