//! The log as people read it.

use super::*;
use crate::{
    failure::{Failure, FailureKind},
    view::sample,
};

fn told(release: &Release) -> Vec<String> {
    release
        .log()
        .iter()
        .map(|entry| sentence(release, &entry.event))
        .collect()
}

#[test]
fn a_release_and_its_rollback_read_as_a_story() {
    assert_eq!(
        told(&sample::rolled_back("rel-1")),
        [
            "Planned to fork main into rel-1 with 1 migration, and to promote it.",
            "Began to turn maintenance mode on.",
            "Maintenance mode is on; nobody was forced out.",
            "Began to copy main into rel-1.",
            "rel-1 is a complete copy of main.",
            "Began to run 1_a.ts.",
            "1_a.ts ran to its end. Changed nothing.",
            "Agreed that rel-1 becomes primary.",
            "Began to make rel-1 primary.",
            "rel-1 is primary. main stays as a sandbox.",
            "Began to turn maintenance mode off.",
            "Maintenance mode is off; editors can go on.",
            "Decided to roll back to main, after freezing first.",
            "Began to turn maintenance mode on.",
            "Maintenance mode is on; nobody was forced out.",
            "Began to make main primary again.",
            "main is primary again. rel-1 stays as a sandbox.",
            "Began to turn maintenance mode off.",
            "Maintenance mode is off; editors can go on.",
        ]
    );
}

#[test]
fn failures_and_reasons_keep_their_own_words() {
    let release = sample::in_review("rel-1");
    let failure = Failure::new(FailureKind::ScriptThrew, "It threw “no”.");
    assert_eq!(
        sentence(&release, &Event::Failed(Step::Migrate(0), failure)),
        "“run 1_a.ts” failed. It threw “no”."
    );
    let reason = " too early ".to_owned();
    assert_eq!(
        sentence(&release, &Event::AbandonRequested { reason }),
        "Gave the release up: “too early”"
    );
    let editors = ["Ada", "Bo", "Cy"].map(str::to_owned).to_vec();
    assert_eq!(
        sentence(&release, &Event::Forced { editors }),
        "Decided to freeze although Ada, Bo and Cy were editing."
    );
}
