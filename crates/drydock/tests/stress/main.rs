//! The server under stress: killed at any moment, fed with what nobody would send, and asked for more than it has.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a failure here fails the test"
)]

mod fuzz;
mod hostile;
mod kill;
mod server;
mod wire;

/// The short run of what `cargo xtask fuzz` does for as long as it is told.
#[tokio::test]
async fn thousands_of_nearly_valid_calls_are_answered_or_refused_by_name() {
    let mut round = fuzz::Round::new(1).await;
    round.run(4_000).await;
    let accepted = round.accepted();
    assert!(
        accepted > 1_000,
        "of 4,000 calls only {accepted} did anything"
    );
    let failures = round.end().await;
    assert!(failures.is_empty(), "{failures}");
}
