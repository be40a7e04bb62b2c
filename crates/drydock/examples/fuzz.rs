//! Calls that are nearly valid, round after round: `cargo xtask fuzz`.
//!
//! Each round is a project of its own and has a seed of its own, one more than the last; `fuzz --seed SEED --rounds 1`
//! repeats one. Exits with 1 if anything went wrong.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "the harness is the tests' own"
)]

#[path = "../tests/stress/fuzz/mod.rs"]
mod fuzz;

use std::process::ExitCode;
use std::time::{Duration, Instant};

use fuzz::{Failures, Round};

/// Calls of a round.
const CALLS: usize = 5_000;

const USAGE: &str = "usage: fuzz [--seconds N | --rounds N] [--seed S]";

/// How long it goes on.
#[derive(Debug, Clone, Copy)]
enum Extent {
    Seconds(u64),
    Rounds(u64),
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let (extent, first) = match options(std::env::args().skip(1)) {
        Ok(options) => options,
        Err(problem) => {
            eprintln!("{problem}\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    #[expect(
        clippy::disallowed_methods,
        reason = "how long it goes on, and nothing else"
    )]
    let began = Instant::now();
    let mut failures = Failures::default();
    let (mut rounds, mut accepted) = (0, 0);
    let goes_on = |rounds: u64| match extent {
        Extent::Seconds(seconds) => began.elapsed() < Duration::from_secs(seconds),
        Extent::Rounds(all) => rounds < all,
    };
    while goes_on(rounds) {
        let mut round = Round::new(first + rounds).await;
        round.run(CALLS).await;
        accepted += round.accepted();
        failures.extend(round.end().await);
        rounds += 1;
    }
    let calls = rounds * CALLS as u64;
    println!(
        "{calls} calls in {rounds} rounds, from seed {first}; {accepted} were answered with success"
    );
    if failures.is_empty() {
        println!(
            "none was answered with a 5xx, a panic or an error without a code; the databases are sound"
        );
        return ExitCode::SUCCESS;
    }
    println!("{failures}");
    ExitCode::FAILURE
}

fn options(mut arguments: impl Iterator<Item = String>) -> Result<(Extent, u64), String> {
    let (mut extent, mut seed) = (Extent::Seconds(60), 1);
    while let Some(name) = arguments.next() {
        let value = arguments.next();
        let number = value.as_deref().and_then(|value| value.parse().ok());
        let number = number.ok_or_else(|| format!("`{name}` needs a number"))?;
        match name.as_str() {
            "--seconds" => extent = Extent::Seconds(number),
            "--rounds" => extent = Extent::Rounds(number),
            "--seed" => seed = number,
            _ => return Err(format!("`{name}` is not an option")),
        }
    }
    Ok((extent, seed))
}
