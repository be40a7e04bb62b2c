//! Two scripts on their way.

use rstest::rstest;

use super::*;
use crate::{
    Digest, Event,
    event::ScriptSummary,
    failure::Failure,
    rehearsal,
    view::sample::{self, at, replay, until_fork},
};

fn ran(index: usize, effects: &[(&str, u32)], from_ledger: bool) -> Event {
    let summary = ScriptSummary {
        calls: 41,
        effects: effects
            .iter()
            .map(|(effect, number)| ((*effect).to_owned(), *number))
            .collect(),
        from_ledger,
        ..ScriptSummary::default()
    };
    Event::Succeeded(Step::Migrate(index), Evidence::Migrated(summary))
}

fn with(events: &[Event]) -> Release {
    let mut log = until_fork("rel-1", &["1_a.ts", "2_b.ts"]);
    log.extend_from_slice(events);
    replay(&log)
}

fn seen(busy: bool) -> Running {
    Running {
        busy,
        ..Running::default()
    }
}

fn states(release: &Release, seen: &Running) -> Vec<ScriptState> {
    let views = scripts(release, seen, at(60));
    views.into_iter().map(|view| view.state).collect()
}

fn failed(kind: FailureKind) -> Event {
    Event::Failed(Step::Migrate(0), Failure::new(kind, "It threw."))
}

#[rstest]
#[case(&[], false, [ScriptState::Next, ScriptState::Waiting])]
#[case(&[Event::Started(Step::Migrate(0))], true, [ScriptState::Running, ScriptState::Waiting])]
#[case(&[Event::Started(Step::Migrate(0))], false, [ScriptState::InDoubt, ScriptState::Waiting])]
#[case(&[Event::Started(Step::Migrate(0)), ran(0, &[], false)], false, [ScriptState::Done, ScriptState::Next])]
#[case(
    &[Event::Started(Step::Migrate(0)), failed(FailureKind::ScriptThrew)],
    false,
    [ScriptState::Failed, ScriptState::Waiting]
)]
#[case(
    &[Event::Started(Step::Migrate(0)), failed(FailureKind::ScriptStopped)],
    false,
    [ScriptState::Stopped, ScriptState::Waiting]
)]
#[case(
    &[Event::Started(Step::Migrate(0)), failed(FailureKind::ScriptUnprepared)],
    false,
    [ScriptState::Next, ScriptState::Waiting]
)]
#[case(
    &[Event::AbandonRequested { reason: String::new() }],
    false,
    [ScriptState::NotRun, ScriptState::NotRun]
)]
fn each_script_says_how_far_it_is(
    #[case] events: &[Event],
    #[case] busy: bool,
    #[case] expected: [ScriptState; 2],
) {
    assert_eq!(states(&with(events), &seen(busy)), expected);
}

#[test]
fn a_script_that_asks_waits_for_the_person() {
    let release = with(&[Event::Started(Step::Migrate(0))]);
    let asks = Running {
        script_began: Some(at(20)),
        waits_since: Some(at(25)),
        ..seen(true)
    };
    let view = scripts(&release, &asks, at(60)).remove(0);
    assert_eq!(view.state.label(), "Waits for you");
    assert_eq!(view.took.as_deref(), Some("5 s"));
}

#[test]
fn what_a_script_took_is_its_own_time_where_that_was_measured() {
    let summary = ScriptSummary {
        millis: Some(300),
        ..ScriptSummary::default()
    };
    let done = Event::Succeeded(Step::Migrate(0), Evidence::Migrated(summary));
    let release = with(&[Event::Started(Step::Migrate(0)), done]);
    let view = scripts(&release, &seen(false), at(60)).remove(0);
    assert_eq!(view.took.as_deref(), Some("under 1 s"));
}

#[test]
fn a_script_that_began_again_says_nothing_of_its_earlier_run() {
    let release = with(&[
        Event::Started(Step::Migrate(0)),
        failed(FailureKind::ScriptThrew),
        Event::RestartRequested,
    ]);
    assert_eq!(summary(&release, 0), None);
    let view = scripts(&release, &seen(false), at(60)).remove(0);
    assert_eq!((view.took, view.calls), (None, None));
}

#[test]
fn a_finished_script_tells_calls_time_and_what_it_did() {
    let release = with(&[
        Event::Started(Step::Migrate(0)),
        ran(0, &[("model created", 1), ("record updated", 57)], false),
    ]);
    let view = scripts(&release, &seen(false), at(60)).remove(0);
    assert_eq!(view.calls, Some(41));
    assert_eq!(view.took.as_deref(), Some("1 s"));
    assert_eq!(
        view.outcome.as_deref(),
        Some("1 model created, 57 records updated.")
    );
}

#[test]
fn a_failed_script_tells_how_far_it_came() {
    let end = ScriptEnd {
        done: ScriptSummary {
            calls: 3,
            effects: vec![("record updated".to_owned(), 2)],
            ..ScriptSummary::default()
        },
        ..ScriptEnd::default()
    };
    let failure = Failure::new(FailureKind::ScriptThrew, "It threw.").of_script(end.clone());
    let release = with(&[
        Event::Started(Step::Migrate(0)),
        Event::Failed(Step::Migrate(0), failure),
    ]);
    let view = scripts(&release, &seen(false), at(60)).remove(0);
    assert_eq!(view.calls, Some(3));
    assert_eq!(view.took.as_deref(), Some("1 s"));
    assert_eq!(
        view.outcome.as_deref(),
        Some("It had made 3 calls: 2 records updated.")
    );
    assert_eq!(view.end, Some(end));
}

#[test]
fn numbers_nobody_saw_are_not_shown() {
    let release = with(&[Event::Started(Step::Migrate(0)), ran(0, &[], true)]);
    let view = scripts(&release, &seen(false), at(60)).remove(0);
    assert_eq!((view.calls, view.took), (None, None));
    assert!(
        view.outcome
            .unwrap()
            .starts_with("It ran: the ledger names it.")
    );
}

#[test]
fn files_are_asked_for_only_while_their_script_has_to_run() {
    let planned = |name: &str, content: &str| PlannedScript {
        name: name.to_owned(),
        sha256: Digest::of(content.as_bytes()),
        imports: None,
    };
    let release = with(&[Event::Started(Step::Migrate(0)), ran(0, &[], false)]);
    assert!(needs_files(&release));
    let missing = [Unavailable::Missing("2_b.ts".to_owned())];
    assert_eq!(unavailable(&release, &[]), missing);
    let edited = [planned("2_b.ts", "edited")];
    let changed = [Unavailable::Changed("2_b.ts".to_owned())];
    assert_eq!(unavailable(&release, &edited), changed);
    assert_eq!(unavailable(&release, &[planned("2_b.ts", "2_b.ts")]), []);
}

#[test]
fn a_script_whose_imports_are_not_the_planned_ones_is_not_at_hand() {
    let script = |imports| PlannedScript {
        imports,
        ..rehearsal::sample::script("1_a.ts")
    };
    let release = |imports| {
        let plan = crate::Plan {
            scripts: vec![script(imports)],
            ..sample::planned_with(None).plan().clone()
        };
        sample::replay(&[Event::Planned(plan)])
    };
    let files = |text| Some(vec![rehearsal::sample::imported(text)]);
    let planned = release(files("save"));
    assert_eq!(unavailable(&planned, &[script(files("save"))]), []);
    let name = "1_a.ts".to_owned();
    let path = "../lib/save.ts".to_owned();
    assert_eq!(
        unavailable(&planned, &[script(files("edited"))]),
        [Unavailable::ImportChanged {
            name: name.clone(),
            path
        }]
    );
    assert_eq!(
        unavailable(&planned, &[script(None)]),
        [Unavailable::ImportsUnread(name)]
    );
    assert_eq!(
        unavailable(&release(None), &[script(files("edited"))]),
        [],
        "a plan of old says nothing of imports"
    );
}

#[test]
fn what_all_scripts_did_is_added_up() {
    let release = with(&[
        Event::Started(Step::Migrate(0)),
        ran(0, &[("record updated", 2), ("model created", 1)], false),
        Event::Started(Step::Migrate(1)),
        ran(1, &[("record updated", 3)], false),
    ]);
    assert_eq!(
        lines(&totals(&release)),
        ["5 records updated", "1 model created"]
    );
    assert!(!needs_files(&release));
}

#[test]
fn a_query_is_told_with_its_brackets() {
    assert_eq!(
        readable("/items?filter%5Btype%5D=tag&page%5Blimit%5D=500"),
        "/items?filter[type]=tag&page[limit]=500"
    );
    assert_eq!(readable("/items/It1"), "/items/It1");
}
