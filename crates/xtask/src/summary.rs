//! Reads how many tests passed and failed from what the test runners print.
//!
//! Two forms are known: libtest's `test result: …` line, which doctests and the wasm-bindgen runner print too, once
//! for every binary, and nextest's `Summary […] N tests run: …` line, once for the whole run.

/// How nextest's line begins.
const NEXTEST: &str = "Summary [";

/// How many tests there were.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) passed: u32,
    pub(crate) failed: u32,
}

impl Tally {
    /// The sum of every summary line in `output`; colours are ignored.
    ///
    /// Where nextest sums up, that alone counts: it repeats what a failed test printed, libtest's line among it.
    pub(crate) fn read(output: &str) -> Self {
        let plain = without_colours(output);
        let is_nextest = |line: &&str| line.trim().starts_with(NEXTEST);
        let has_nextest = plain.lines().any(|line| is_nextest(&line));
        plain
            .lines()
            .filter(|line| !has_nextest || is_nextest(line))
            .filter_map(line_tally)
            .fold(Self::default(), |sum, line| Self {
                passed: sum.passed + line.passed,
                failed: sum.failed + line.failed,
            })
    }

    /// How many tests ran.
    pub(crate) fn total(self) -> u32 {
        self.passed + self.failed
    }
}

fn line_tally(line: &str) -> Option<Tally> {
    let line = line.trim();
    let counts = if let Some(rest) = line.strip_prefix("test result: ") {
        rest.split_once(". ")?.1
    } else if line.starts_with(NEXTEST) {
        line.split_once(" run: ")?.1
    } else {
        return None;
    };
    let mut tally = Tally::default();
    for part in counts.split([';', ',']) {
        let Some((number, what)) = part.trim().split_once(' ') else {
            continue;
        };
        let Ok(number) = number.parse::<u32>() else {
            continue;
        };
        // `12 passed (1 slow, 2 flaky)` is split at the inner comma as well: what follows it is no outcome of its own.
        match what.split(" (").next().unwrap_or(what) {
            "passed" => tally.passed += number,
            "failed" | "timed out" | "exec failed" => tally.failed += number,
            _ => {}
        }
    }
    Some(tally)
}

/// Drops the escape sequences (`ESC [ … letter`) that colour a terminal.
fn without_colours(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("\u{1b}[") {
        plain.push_str(before);
        rest = after.trim_start_matches(|c: char| !c.is_ascii_alphabetic());
        rest = rest.get(1..).unwrap_or_default();
    }
    plain.push_str(rest);
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(output: &str, passed: u32, failed: u32) {
        assert_eq!(Tally::read(output), Tally { passed, failed });
    }

    #[test]
    fn a_failed_test_counts_once_though_nextest_repeats_what_it_printed() {
        let output = "    test result: FAILED. 0 passed; 1 failed; 0 ignored; 0 measured; 7 filtered out\n\
             Summary [ 160.270s] 29 tests run: 28 passed, 1 failed, 0 skipped\n";
        assert_eq!(
            Tally::read(output),
            Tally {
                passed: 28,
                failed: 1
            }
        );
    }

    #[test]
    fn libtest_lines_are_summed() {
        check(
            "test a ... ok\n\ntest result: ok. 3 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s\n\
             test result: FAILED. 2 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.10s\n",
            5,
            1,
        );
    }

    #[test]
    fn nextest_counts_every_way_to_fail() {
        check(
            "     Summary [   0.123s] 12 tests run: 12 passed, 4 skipped",
            12,
            0,
        );
        check(
            "     Summary [   1.200s] 9 tests run: 5 passed (1 slow, 2 flaky), 1 failed, 2 timed out, 1 exec failed, 3 skipped",
            5,
            4,
        );
        check(
            "     Summary [   1.200s] 4/12 tests run: 3 passed, 1 failed, 0 skipped",
            3,
            1,
        );
    }

    #[test]
    fn colours_do_not_hide_a_summary() {
        check(
            "\u{1b}[32;1m     Summary\u{1b}[0m [   0.1s] \u{1b}[1m2\u{1b}[0m tests run: \u{1b}[1m2\u{1b}[0m \u{1b}[32;1mpassed\u{1b}[0m, \u{1b}[1m0\u{1b}[0m skipped",
            2,
            0,
        );
        check(
            "test result: \u{1b}[32mok\u{1b}[0m. 1 passed; 0 failed",
            1,
            0,
        );
    }

    #[test]
    fn other_output_counts_for_nothing() {
        check(
            "running 7 tests\n7 passed\nSummary of the year: 3 failed",
            0,
            0,
        );
    }
}
