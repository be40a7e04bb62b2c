//! What the person reads: where a release stands, what went wrong, and how it ended.

use slipway_release::{Event, FailureKind, Phase, Release};

use super::world::World;

/// What is left in the end, in words. Nobody may be frozen then.
pub(crate) async fn end(world: &World, release: &Release) -> String {
    let ended = match release.phase() {
        Phase::Live => "live",
        Phase::Abandoned => "given up",
        Phase::RolledBack => "rolled back",
        other => panic!("not over: {other:?}"),
    };
    assert!(!world.is_frozen().await, "maintenance mode is still on");
    let primary = world.primary().await;
    format!("{ended}; {primary} is primary, maintenance mode off")
}

/// What kind of trouble a release is in.
pub(crate) fn kind(release: &Release) -> FailureKind {
    match release.phase() {
        Phase::Failed { failure, .. } | Phase::Stuck { failure, .. } => failure.kind,
        other => panic!("no trouble: {other:?}"),
    }
}

/// The last thing that went wrong, as the person read it.
pub(crate) fn message(release: &Release) -> String {
    let mut failures = release.log().iter().rev().filter_map(|entry| {
        if let Event::Failed(_, failure) = &entry.event {
            Some(failure.message.clone())
        } else {
            None
        }
    });
    failures.next().expect("nothing went wrong")
}

/// Why the last approval is void, in words.
pub(crate) fn voided(release: &Release) -> String {
    match &release.log().last().unwrap().event {
        Event::ApprovalVoided { reason } => reason.clone(),
        other => panic!("nothing was voided: {other:?}"),
    }
}
