//! What was done, how long it took, and what it came to.

use std::{
    fmt,
    process::ExitCode,
    time::{Duration, Instant},
};

use crate::summary::Tally;

/// Announces a step, does it, and says how long it took.
#[expect(
    clippy::disallowed_methods,
    reason = "a tool that times other programs; what time decides is in no test"
)]
pub(crate) fn timed<T, E: fmt::Display>(
    name: &str,
    work: impl FnOnce() -> Result<T, E>,
) -> (Result<T, E>, Duration) {
    eprintln!("\n▸ {name}");
    let start = Instant::now();
    let result = work();
    let took = start.elapsed();
    match &result {
        Ok(_) => eprintln!("✓ {name} ({})", Seconds(took)),
        Err(error) => eprintln!("✗ {name} ({}): {error}", Seconds(took)),
    }
    (result, took)
}

/// A duration as a person reads it: `0.4 s`, `12.0 s`, `3 min 05 s`.
struct Seconds(Duration);

impl fmt::Display for Seconds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let whole = self.0.as_secs();
        if whole < 60 {
            write!(f, "{:.1} s", self.0.as_secs_f64())
        } else {
            write!(f, "{} min {:02} s", whole / 60, whole % 60)
        }
    }
}

/// How a step of the test run ended.
#[derive(Debug, PartialEq, Eq)]
enum Outcome {
    /// A check that has one answer, such as a lint run.
    Passed,
    /// Test runners said how many of their tests passed and failed.
    Tested(Tally),
    /// It failed, or could not say what it had tested.
    Failed,
    /// Something it needs had failed before.
    NotRun,
}

/// The whole test run.
#[derive(Default)]
pub(crate) struct Report {
    steps: Vec<(String, Outcome, Duration)>,
    notes: Vec<String>,
}

impl Report {
    /// A step that either passes or not.
    pub(crate) fn check<E: fmt::Display>(
        &mut self,
        name: &str,
        work: impl FnOnce() -> Result<(), E>,
    ) -> bool {
        let (result, took) = timed(name, work);
        let outcome = if result.is_ok() {
            Outcome::Passed
        } else {
            Outcome::Failed
        };
        self.add(name, outcome, took)
    }

    /// A step that runs tests: their tally and whether the runner was content.
    pub(crate) fn tests<E: fmt::Display>(
        &mut self,
        name: &str,
        work: impl FnOnce() -> Result<(Tally, bool), E>,
    ) -> bool {
        let (result, took) = timed(name, work);
        let outcome = match result {
            Ok((tally, content)) if tally.failed > 0 || content => Outcome::Tested(tally),
            Ok(_) | Err(_) => Outcome::Failed,
        };
        self.add(name, outcome, took)
    }

    /// A step that cannot be done because of an earlier one.
    pub(crate) fn not_run(&mut self, name: &str, because: &str) {
        eprintln!("\n✗ {name}: not run, {because}");
        self.add(name, Outcome::NotRun, Duration::ZERO);
    }

    /// Something whoever reads the closing line should know beside it.
    pub(crate) fn note(&mut self, note: &str) {
        self.notes.push(note.to_owned());
    }

    /// Prints the table of times, what was noted and the closing line.
    pub(crate) fn finish(self) -> ExitCode {
        eprintln!("\n{}", self.table());
        for note in &self.notes {
            eprintln!("\nNote: {note}");
        }
        let Tally { passed, failed } = self.total();
        println!("{passed} passed, {failed} failed");
        if failed == 0 {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        }
    }

    fn add(&mut self, name: &str, outcome: Outcome, took: Duration) -> bool {
        let good = match &outcome {
            Outcome::Passed => true,
            Outcome::Tested(tally) => tally.failed == 0,
            Outcome::Failed | Outcome::NotRun => false,
        };
        self.steps.push((name.to_owned(), outcome, took));
        good
    }

    /// Tests count one each; a check, and a step that never got to count its tests, counts as one.
    fn total(&self) -> Tally {
        self.steps
            .iter()
            .fold(Tally::default(), |mut sum, (_, outcome, _)| {
                match outcome {
                    Outcome::Passed => sum.passed += 1,
                    Outcome::Tested(tally) => {
                        sum.passed += tally.passed;
                        sum.failed += tally.failed;
                    }
                    Outcome::Failed | Outcome::NotRun => sum.failed += 1,
                }
                sum
            })
    }

    fn table(&self) -> String {
        let width = self
            .steps
            .iter()
            .map(|(name, ..)| name.chars().count())
            .max()
            .unwrap_or_default();
        let mut rows = Vec::new();
        for (name, outcome, took) in &self.steps {
            let what = match outcome {
                Outcome::Passed => "passed".to_owned(),
                Outcome::Tested(tally) => {
                    format!("{} passed, {} failed", tally.passed, tally.failed)
                }
                Outcome::Failed => "FAILED".to_owned(),
                Outcome::NotRun => "not run".to_owned(),
            };
            rows.push(format!(
                "{name:width$}  {:>13}  {what}",
                Seconds(*took).to_string()
            ));
        }
        let sum = self.steps.iter().map(|(_, _, took)| *took).sum();
        rows.push(format!(
            "{:width$}  {:>13}",
            "together",
            Seconds(sum).to_string()
        ));
        rows.join("\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Ran = Result<(Tally, bool), String>;

    fn ran(passed: u32, failed: u32, content: bool) -> (Tally, bool) {
        (Tally { passed, failed }, content)
    }

    #[test]
    fn tests_and_checks_are_counted_together() {
        let mut report = Report::default();
        assert!(report.check("fmt", || Ok::<_, String>(())));
        assert!(report.tests("native", || Ran::Ok(ran(40, 0, true))));
        assert!(!report.tests("browser", || Ran::Ok(ran(7, 2, false))));
        assert_eq!(
            report.total(),
            Tally {
                passed: 48,
                failed: 2
            }
        );
    }

    #[test]
    fn a_step_that_fails_without_a_failing_test_still_counts() {
        let mut report = Report::default();
        assert!(!report.tests("does not compile", || Ran::Ok(ran(0, 0, false))));
        assert!(!report.tests("cannot start", || Err::<(Tally, bool), _>("gone")));
        assert!(!report.check("clippy", || Err("warnings")));
        report.not_run("e2e", "the build failed");
        assert_eq!(
            report.total(),
            Tally {
                passed: 0,
                failed: 4
            }
        );
    }

    #[test]
    fn durations_read_like_durations() {
        assert_eq!(Seconds(Duration::from_millis(412)).to_string(), "0.4 s");
        assert_eq!(Seconds(Duration::from_secs(185)).to_string(), "3 min 05 s");
    }
}
