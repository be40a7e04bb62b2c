//! Past releases, told from their logs.

use super::*;
use crate::{
    approval::Approval,
    event::ScriptSummary,
    failure::FailureKind,
    view::sample::{self, ada, at},
};

fn told(release: &Release) -> History {
    history(release, at(1000))
}

fn run_lines(history: &History) -> Vec<String> {
    let line = |run: &Run| {
        let took = run.millis().map_or("?".to_owned(), |ms| ms.to_string());
        format!("{}: {} ({took})", run.title, run.outcome())
    };
    history.runs.iter().map(line).collect()
}

#[test]
fn every_step_says_how_long_it_took_and_what_came_of_it() {
    let history = told(&sample::rolled_back("rel-1"));
    assert_eq!(
        run_lines(&history),
        [
            "Freeze: Done (1000)",
            "Fork: Done (1000)",
            "Run 1_a.ts: Done (1000)",
            "Promote: Done (1000)",
            "Lift the freeze: Done (1000)",
            "Freeze again: Done (1000)",
            "Roll back: Done (1000)",
            "Lift the freeze: Done (1000)",
        ]
    );
    assert_eq!(history.outcome, Outcome::RolledBack);
    assert_eq!(history.promoted.unwrap().at, at(9));
    assert_eq!(history.ended.unwrap().at, at(18));
    // From the start of each freeze to its end.
    assert_eq!(history.frozen_millis, (11 - 1 + 18 - 13) * 1000);
}

#[test]
fn a_try_that_failed_and_one_in_doubt_are_kept_apart_from_the_one_that_worked() {
    let planned = sample::until_fork("rel-1", &["1_a.ts"])[0].clone();
    let failure = Failure::new(FailureKind::EditorsActive, "Bo is editing.");
    let editors = vec!["Bo".to_owned()];
    let history = told(&sample::replay(&[
        planned,
        Event::Started(Step::Freeze),
        Event::Failed(Step::Freeze, failure),
        Event::Forced { editors },
        Event::Started(Step::Freeze),
        Event::NotApplied(Step::Freeze),
        Event::Started(Step::Freeze),
    ]));
    assert_eq!(
        run_lines(&history),
        [
            "Freeze: Failed (1000)",
            "Freeze: Had not happened (1000)",
            "Freeze: Not known (?)"
        ]
    );
    assert_eq!(history.outcome, Outcome::UnderWay);
    assert_eq!(history.ended, None);
    assert_eq!(history.decisions[0].kind, DecisionKind::Force);
    assert_eq!(history.decisions[0].waived, ["Bo was editing"]);
}

#[test]
fn scripts_keep_their_hash_and_what_they_did() {
    let mut events = sample::until_fork("rel-1", &["1_a.ts", "2_b.ts", "3_c.ts"]);
    let counted = ScriptSummary {
        calls: 41,
        effects: vec![("record updated".to_owned(), 57)],
        ..ScriptSummary::default()
    };
    let unseen = ScriptSummary {
        from_ledger: true,
        ..ScriptSummary::default()
    };
    events.extend([
        Event::Started(Step::Migrate(0)),
        Event::Succeeded(Step::Migrate(0), Evidence::Migrated(counted)),
        Event::Started(Step::Migrate(1)),
        Event::Succeeded(Step::Migrate(1), Evidence::Migrated(unseen)),
    ]);
    let scripts = told(&sample::replay(&events)).scripts;
    assert_eq!(scripts[0].sha256, Digest::of(b"1_a.ts"));
    assert_eq!(scripts[0].calls, Some(41));
    assert_eq!(scripts[0].millis, Some(1000));
    assert_eq!(
        (scripts[1].calls, scripts[1].from_ledger),
        (None, true),
        "nobody counted"
    );
    assert_eq!(scripts[2].state, ScriptState::Next);
    assert_eq!(scripts[2].millis, None);
}

#[test]
fn what_was_waived_and_why_stays_with_the_decision() {
    let mut events = sample::until_fork("rel-1", &[]);
    events.extend([
        Event::TookOver {
            from: Person {
                id: "bo".to_owned(),
                name: "Bo".to_owned(),
            },
            doing: "fork".to_owned(),
        },
        Event::Approved {
            approval: Approval {
                plan: Digest::of(b"plan"),
                drift: Digest::of(b"drift"),
            },
            waived: vec!["1 record changed in before since the fork".to_owned()],
            reason: " only a typo ".to_owned(),
        },
    ]);
    let decisions = told(&sample::replay(&events)).decisions;
    assert_eq!(decisions[0].kind, DecisionKind::TakeOver);
    assert!(decisions[0].sentence.contains("Took over from Bo"));
    assert_eq!(decisions[1].moment.by, ada());
    assert_eq!(
        decisions[1].waived,
        ["1 record changed in before since the fork"]
    );
    assert_eq!(decisions[1].reason, "only a typo");
}

#[test]
fn a_rollback_that_was_called_off_does_not_move_the_end() {
    let mut events: Vec<Event> = sample::live("rel-1")
        .log()
        .iter()
        .map(|entry| entry.event.clone())
        .collect();
    let end = at(11);
    assert_eq!(told(&sample::replay(&events)).ended.unwrap().at, end);
    events.extend([
        Event::RollBackRequested {
            freeze_first: true,
            reason: String::new(),
            approval: Approval {
                plan: Digest::of(b"plan"),
                drift: Digest::of(b"drift"),
            },
            last_change: None,
        },
        Event::RollBackCancelled,
    ]);
    let history = told(&sample::replay(&events));
    assert_eq!(history.ended.unwrap().at, end);
    assert_eq!(
        history.decisions.last().unwrap().kind,
        DecisionKind::KeepPromotion
    );
}
