//! What is said where.

use super::*;
use crate::{
    Event,
    failure::Failure,
    view::sample::{self, replay, until_fork},
};

#[test]
fn a_release_that_goes_on_wants_no_message() {
    assert_eq!(standing(&sample::in_review("rel-1"), false), None);
}

#[test]
fn what_is_over_says_what_is_true_now() {
    let live = standing(&sample::live("rel-1"), false).unwrap();
    assert_eq!(
        (live.tone, live.title.as_str()),
        (Tone::Good, "rel-1 is live.")
    );
    let back = standing(&sample::rolled_back("rel-1"), false).unwrap();
    assert_eq!(back.title, "Rolled back: main is primary again.");
}

#[test]
fn a_step_nobody_knows_about_is_told_to_whoever_looks_and_not_to_whoever_works() {
    let mut log = until_fork("rel-1", &["1_a.ts"]);
    log.push(Event::Started(Step::Migrate(0)));
    let release = replay(&log);
    assert_eq!(standing(&release, true), None);
    assert_eq!(standing(&release, false).unwrap().tone, Tone::Careful);
    assert_eq!(announcement(&release, true), "Running script 1 of 1.");
}

#[test]
fn a_failure_is_told_in_its_own_words() {
    let mut log = until_fork("rel-1", &["1_a.ts"]);
    log.push(Event::Started(Step::Migrate(0)));
    let failure = Failure::new(FailureKind::ScriptThrew, "1_a.ts threw “no such field”.");
    log.push(Event::Failed(Step::Migrate(0), failure));
    let said = standing(&replay(&log), false).unwrap();
    assert_eq!(said.tone, Tone::Bad);
    assert_eq!(said.title, "A script did not come to its end.");
    assert_eq!(
        said.sentence,
        "1_a.ts threw “no such field”. rel-1 is partly migrated, and no script runs on it any more. Start again on a fresh fork of before, or open it first to see how far the script came."
    );
}
