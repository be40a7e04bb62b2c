use super::*;
use crate::{
    event::{Event, Evidence, ScriptSummary},
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
        millis: Some(400),
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
        "Editors are expected to wait for about 1 min 5 s, and for as long as people take to review the result. The scripts make 205 calls; the project lets 60 through every 3 s."
    );
    assert_eq!(told.parts[1], ("Forking, at most", "about 40 s".to_owned()));
}

/// What this page sees of a script that began at this second and has made so many requests.
fn seen(began: i64, calls: u32) -> Running {
    Running {
        script_calls: calls,
        script_began: Some(at(began)),
        busy: true,
        ..Running::default()
    }
}

#[test]
fn a_running_script_stands_beside_its_prediction() {
    // The second script's step began at second 7, the script itself at second 8.
    let told = beside(&release(8), &seen(8, 100), at(11));
    let [first, second] = &told[..] else {
        panic!("{told:?}");
    };
    assert_eq!((first.calls, first.percent), (Some(5), Some(100)));
    assert_eq!(first.measured.as_deref(), Some("under 1 s"));
    assert_eq!(first.predicted, "4 s");
    assert_eq!((second.calls, second.percent), (Some(100), Some(50)));
    assert_eq!(second.measured.as_deref(), Some("3 s"));
    assert_eq!(second.predicted, "9 s");
}

#[test]
fn what_a_person_thinks_is_no_time_of_the_script() {
    let asked = Running {
        waits_since: Some(at(10)),
        ..seen(8, 100)
    };
    let told = beside(&release(8), &asked, at(60));
    assert_eq!(told[1].measured.as_deref(), Some("2 s"));
}

#[test]
fn the_time_left_is_told_from_the_fork_to_the_last_script() {
    let left = |events, seen: &Running, now| {
        time_left(&release(events), seen, at(now)).map(|left| (left.script, left.scripts))
    };
    let idle = Running::default();
    assert_eq!(left(1, &idle, 0), None, "not before the freeze");
    let half = Running {
        fork_percent: Some(50.0),
        ..idle
    };
    // Half of it took 10 s instead of 20: a quarter of an hour it is not.
    let (script, scripts) = left(4, &half, 13).unwrap();
    assert_eq!((script, scripts.as_str()), (None, "about 32 s left"));
    let (script, scripts) = left(8, &seen(8, 100), 12).unwrap();
    assert_eq!(script.as_deref(), Some("about 3 s left"));
    assert_eq!(scripts, "about 3 s left");
    let (script, scripts) = left(8, &seen(8, 201), 20).unwrap();
    assert_eq!(
        script.as_deref(),
        Some("longer than rehearsed; no end can be told")
    );
    assert_eq!(scripts, "longer than rehearsed; no end can be told");
}

#[test]
fn what_the_freeze_took_stands_beside_what_was_predicted() {
    let told = |events: usize, now| frozen(&release(events), at(now));
    assert_eq!(told(1, 0), None);
    assert_eq!(
        told(8, 253).as_deref(),
        Some(
            "Maintenance mode has been on for 4 min 12 s; the rehearsal predicted 1 min 5 s, and the time that people take to review."
        )
    );
    assert_eq!(
        told(2, 1).as_deref(),
        Some(
            "Maintenance mode was turned on just now; the rehearsal predicted 1 min 5 s, and the time that people take to review."
        )
    );
    let unrehearsed = sample::replay(&sample::until_fork("rel-1", &["1_a.ts"]));
    assert_eq!(
        frozen(&unrehearsed, at(31)).as_deref(),
        Some("Maintenance mode has been on for 30 s.")
    );
}

#[test]
fn calls_are_counted_over_all_scripts() {
    assert_eq!(calls(&release(5), &Running::default()), Some((0, 205)));
    assert_eq!(calls(&release(8), &seen(8, 100)), Some((105, 205)));
}

#[test]
fn a_plan_without_an_estimate_has_no_forecast() {
    let release = sample::replay(&sample::until_fork("rel-1", &["1_a.ts"]));
    assert_eq!(time_left(&release, &Running::default(), at(9)), None);
    assert_eq!(beside(&release, &Running::default(), at(9)), []);
    assert_eq!(calls(&release, &Running::default()), None);
    assert_eq!(part(&release, Step::Fork), None);
}

#[test]
fn the_steps_tell_what_was_predicted_beside_what_they_took() {
    let told = |events: usize, seen: &Running, now| {
        let steps = step::steps(&release(events), seen, at(now)).into_iter();
        let text = |when| match when {
            Some(step::When::Text(text)) => text,
            Some(step::When::At(_)) | None => String::new(),
        };
        let told = steps.map(|step| (step.title, text(step.when)));
        told.filter(|(_, when)| !when.is_empty())
            .collect::<Vec<_>>()
    };
    let of = |title: &'static str, when: &str| (title, when.to_owned());
    assert_eq!(
        told(1, &Running::default(), 0),
        [
            of("Freeze", "about 1 s"),
            of("Fork", "about 40 s"),
            of("Migrate", "about 17 s"),
            of("Promote", "about 4 s"),
            of("Unfreeze", "about 1 s"),
        ]
    );
    let copying = Running {
        busy: true,
        fork_percent: Some(50.0),
        ..Running::default()
    };
    let fork = of("Fork", "50 %, about 15 s left");
    assert_eq!(told(4, &copying, 13)[1], fork);
    let freezing = Running {
        busy: true,
        ..Running::default()
    };
    assert_eq!(
        told(2, &freezing, 3)[0],
        of("Freeze", "2 s of about 1 s"),
        "in the middle of it"
    );
    assert_eq!(
        told(8, &seen(8, 100), 12)[..3],
        [
            of("Freeze", "1 s, 1 s predicted"),
            of("Fork", "1 s, 40 s predicted"),
            of("Migrate", "about 3 s left"),
        ]
    );
    let steps = step::steps(&release(8), &seen(8, 100), at(12));
    assert_eq!(steps[3].detail, "Script 2 of 2 · 105 of about 205 calls");
    assert_eq!(
        steps[0].rehearsed_at,
        Some(rehearsal::sample::rehearsal().began)
    );
}
