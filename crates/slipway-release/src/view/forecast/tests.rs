use super::*;
use crate::{
    event::{Event, ScriptSummary},
    rehearsal,
    view::sample::{self, at},
};

/// A release of the rehearsed scripts with so many of its first events, one a second.
fn release(events: usize) -> Release {
    let mut all = sample::until_fork("rel-1", &["1_a.ts", "2_b.ts"]);
    let Event::Planned(plan) = &mut all[0] else {
        unreachable!()
    };
    plan.estimate = rehearsal::sample::rehearsal().estimate();
    let summary = ScriptSummary {
        calls: 5,
        ..ScriptSummary::default()
    };
    all.extend([
        Event::Started(Step::Migrate(0)),
        Event::Succeeded(Step::Migrate(0), Evidence::Migrated(summary)),
        Event::Started(Step::Migrate(1)),
    ]);
    all.truncate(events);
    sample::replay(&all)
}

#[test]
fn the_length_of_the_freeze_is_told_with_what_is_not_in_it() {
    let told = freeze(&rehearsal::sample::rehearsal().estimate().unwrap());
    assert_eq!(
        told.sentence,
        "Editors are expected to wait for about 1 min 5 s, and for as long as people take to review the result. The scripts make 205 requests; the project lets 60 through every 3 s."
    );
    assert_eq!(told.parts[1], ("Copying, at most", "about 40 s".to_owned()));
}

#[test]
fn a_running_script_stands_beside_its_prediction() {
    let live = Live {
        calls: 100,
        percent: None,
    };
    // The second script began at second 7.
    let told = beside(&release(8), live, at(11));
    let [first, second] = &told[..] else {
        panic!("{told:?}");
    };
    assert_eq!((first.calls, first.percent), (Some(5), Some(100)));
    assert_eq!(first.measured.as_deref(), Some("1 s"));
    assert_eq!(first.predicted, "4 s");
    assert_eq!((second.calls, second.percent), (Some(100), Some(50)));
    assert_eq!(second.measured.as_deref(), Some("4 s"));
    assert_eq!(second.predicted, "9 s");
}

#[test]
fn the_time_left_is_told_from_the_fork_to_the_last_script() {
    let left = |events, live, now| {
        time_left(&release(events), live, at(now)).map(|left| (left.script, left.scripts))
    };
    let idle = Live::default();
    assert_eq!(left(1, idle, 0), None, "not before the freeze");
    let half = Live {
        percent: Some(50.0),
        ..idle
    };
    // Half of it took 10 s instead of 20: a quarter of an hour it is not.
    let (script, scripts) = left(4, half, 13).unwrap();
    assert_eq!((script, scripts.as_str()), (None, "about 32 s left"));
    let running = Live { calls: 100, ..idle };
    let (script, scripts) = left(8, running, 11).unwrap();
    assert_eq!(script.as_deref(), Some("about 3 s left"));
    assert_eq!(scripts, "about 3 s left");
    let beyond = Live { calls: 201, ..idle };
    let (script, scripts) = left(8, beyond, 20).unwrap();
    assert_eq!(script, None);
    assert_eq!(
        scripts,
        "at least under 1 s left: more requests than in the rehearsal"
    );
}

#[test]
fn a_plan_without_an_estimate_has_no_forecast() {
    let release = sample::replay(&sample::until_fork("rel-1", &["1_a.ts"]));
    assert_eq!(time_left(&release, Live::default(), at(9)), None);
    assert_eq!(beside(&release, Live::default(), at(9)), []);
}
