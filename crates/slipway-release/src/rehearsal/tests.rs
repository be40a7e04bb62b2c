use proptest::prelude::*;

use super::*;

fn stale(scripts: &[PlannedScript], schema: Option<Digest>) -> Vec<String> {
    let stale = sample::rehearsal().staleness(Some(scripts), &"main".parse().unwrap(), schema);
    stale.iter().map(Stale::to_string).collect()
}

#[test]
fn a_rehearsal_is_fresh_while_scripts_and_schema_are_the_same() {
    let scripts = [sample::script("1_a.ts"), sample::script("2_b.ts")];
    assert_eq!(stale(&scripts, Some(sample::schema())), [""; 0]);
}

#[test]
fn whatever_changed_is_told_by_name() {
    let changed = PlannedScript {
        sha256: Digest::of(b"edited"),
        ..sample::script("2_b.ts")
    };
    let scripts = [changed, sample::script("3_c.ts")];
    assert_eq!(
        stale(&scripts, Some(Digest::of(b"another"))),
        [
            "2_b.ts was changed since the rehearsal.",
            "3_c.ts was not rehearsed: it came since.",
            "1_a.ts was rehearsed, and is not among the pending scripts any more.",
            "The models or fields of main were changed since the rehearsal.",
        ]
    );
    let swapped = [sample::script("2_b.ts"), sample::script("1_a.ts")];
    assert_eq!(
        stale(&swapped, None),
        [
            "The scripts run in another order than in the rehearsal.",
            "Whether the models and fields of main are still the same could not be found out.",
        ]
    );
    let elsewhere = sample::rehearsal().staleness(
        Some(&[sample::script("1_a.ts"), sample::script("2_b.ts")]),
        &"other".parse().unwrap(),
        Some(sample::schema()),
    );
    assert_eq!(
        elsewhere[0].to_string(),
        "The rehearsal ran on a fork of main, and other is primary now."
    );
}

#[test]
fn a_file_that_scripts_import_counts_like_the_scripts() {
    let importing = |name: &str, imports| PlannedScript {
        imports,
        ..sample::script(name)
    };
    let edited = Some(vec![sample::imported("edited")]);
    let both = [
        importing("1_a.ts", edited.clone()),
        importing("2_b.ts", edited.clone()),
    ];
    assert_eq!(
        stale(&both, Some(sample::schema())),
        ["../lib/save.ts, which 1_a.ts and 2_b.ts import, was changed since the rehearsal."]
    );
    let one = [sample::script("1_a.ts"), importing("2_b.ts", edited)];
    assert_eq!(
        stale(&one, Some(sample::schema())),
        ["../lib/save.ts, which 2_b.ts imports, was changed since the rehearsal."]
    );
    let unread = [sample::script("1_a.ts"), importing("2_b.ts", None)];
    assert_eq!(
        stale(&unread, Some(sample::schema())),
        ["What 2_b.ts imports cannot be read any more as it was in the rehearsal."]
    );
}

#[test]
fn one_of_old_knows_no_imports_and_is_not_stale_for_that() {
    let text = encode(&sample::rehearsal());
    let mut text: serde_json::Value = serde_json::from_str(&text).unwrap();
    let rehearsal = text["rehearsal"].as_object_mut().unwrap();
    assert_eq!(
        rehearsal
            .remove("imported")
            .unwrap()
            .as_array()
            .unwrap()
            .len(),
        1
    );
    for script in rehearsal["scripts"].as_array_mut().unwrap() {
        script.as_object_mut().unwrap().remove("imports").unwrap();
    }
    let old = decode(&text.to_string()).unwrap();
    assert_eq!(old.scripts[0].script.imports, None);
    let now = ["1_a.ts", "2_b.ts"].map(sample::script);
    let stale = old.staleness(Some(&now), &"main".parse().unwrap(), Some(sample::schema()));
    assert_eq!(stale, []);
}

#[test]
fn a_rehearsal_survives_its_text_form() {
    let whole = sample::rehearsal();
    let ends = [
        End::AllRan,
        End::Failed {
            script: Some(1),
            failure: sample::half_run(),
        },
        End::Cancelled {
            script: Some(1),
            came: sample::half_run().script,
        },
        End::Unfinished,
    ];
    let fates = [
        Fate::Destroyed,
        Fate::Kept,
        Fate::Left {
            reason: "It is busy.".to_owned(),
        },
        Fate::Unknown,
    ];
    for (end, fate) in ends.into_iter().zip(fates) {
        let mut rehearsal = Rehearsal {
            end,
            fate,
            ..whole.clone()
        };
        assert_eq!(decode(&encode(&rehearsal)), Ok(rehearsal.clone()));
        rehearsal.scripts[0].run = Outcome::RanBefore;
        let Outcome::Ran(run) = &rehearsal.scripts[1].run else {
            unreachable!()
        };
        rehearsal.scripts[1].run = Outcome::Broken(run.clone());
        assert_eq!(decode(&encode(&rehearsal)), Ok(rehearsal));
    }
    let begun = Rehearsal::begin(
        fork::name(1),
        whole.source.clone(),
        whole.by.clone(),
        whole.began,
        &[sample::script("1_a.ts")],
    );
    assert_eq!(decode(&encode(&begun)), Ok(begun));
}

#[test]
fn one_of_old_says_nothing_of_how_far_its_script_came() {
    let failed = Rehearsal {
        end: End::Failed {
            script: Some(1),
            failure: sample::half_run(),
        },
        ..sample::rehearsal()
    };
    let mut text: serde_json::Value = serde_json::from_str(&encode(&failed)).unwrap();
    let end = text["rehearsal"]["end"].as_object_mut().unwrap();
    let came = end.remove("came").unwrap();
    let End::Failed { failure, .. } = decode(&text.to_string()).unwrap().end else {
        unreachable!()
    };
    assert_eq!(failure.script, None);
    assert_eq!(failure.message, sample::half_run().message);
    text["rehearsal"]["end"]["came"] = came;
    text["rehearsal"]["end"]["came"]["calls"] = "many".into();
    let said = decode(&text.to_string()).unwrap_err().to_string();
    assert!(said.contains("how far a script came"), "{said}");
}

#[test]
fn a_stopped_one_of_old_is_read_without_how_far_its_script_came() {
    let stopped = |came| Rehearsal {
        end: End::Cancelled {
            script: Some(1),
            came,
        },
        ..sample::rehearsal()
    };
    let mut text: serde_json::Value =
        serde_json::from_str(&encode(&stopped(sample::half_run().script))).unwrap();
    let end = text["rehearsal"]["end"].as_object_mut().unwrap();
    assert!(end.remove("came").is_some());
    for script in text["rehearsal"]["scripts"].as_array_mut().unwrap() {
        let run = script["run"].as_object_mut().unwrap();
        assert!(run.remove("in_doubt").is_some());
    }
    assert_eq!(decode(&text.to_string()), Ok(stopped(None)));
}

#[test]
fn what_is_no_rehearsal_is_refused_with_its_reason() {
    assert!(matches!(decode("{"), Err(CorruptRehearsal::Unreadable(_))));
    assert_eq!(
        decode(r#"{"version":99}"#),
        Err(CorruptRehearsal::Newer { found: 99 })
    );
    let spoilt = encode(&sample::rehearsal()).replace("\"webhook\"", "\"weather\"");
    let said = decode(&spoilt).unwrap_err().to_string();
    assert!(
        said.contains("`weather` is nothing of the project"),
        "{said}"
    );
    let truncated = encode(&sample::rehearsal()).replace("\"run\":{", "\"was\":{");
    assert!(decode(&truncated).is_err());
}

#[test]
fn only_a_whole_rehearsal_gives_an_estimate() {
    let whole = sample::rehearsal();
    let estimate = whole.estimate().unwrap();
    assert_eq!(estimate.scripts[0].millis, 4_000, "as it took");
    assert_eq!(
        estimate.scripts[1].millis, 9_000,
        "200 requests take so long at the limit"
    );
    assert_eq!(estimate.calls(), 205);
    let cancelled = Rehearsal {
        end: End::Cancelled {
            script: Some(1),
            came: None,
        },
        ..whole.clone()
    };
    assert_eq!(cancelled.estimate(), None);
    let consent = Consent {
        script: "1_a.ts".to_owned(),
        resource: Resource::Webhooks,
    };
    assert_eq!(whole.consents(), [consent]);
}

#[test]
fn the_forecast_is_the_sum_of_its_parts() {
    let forecast = sample::rehearsal().estimate().unwrap().forecast();
    assert_eq!(forecast.copy, 40_000);
    assert_eq!(forecast.scripts, 4_000 + 9_000 + 2 * 2_400);
    let parts =
        forecast.freeze + forecast.copy + forecast.scripts + forecast.promote + forecast.lift;
    assert_eq!(forecast.total(), parts);
}

#[test]
fn nothing_is_faster_than_the_rate_limit() {
    for (requests, floor) in [(0, 0), (1, 0), (60, 0), (61, 3_000), (121, 6_000)] {
        assert_eq!(Rate::CMA.floor(requests), floor, "{requests}");
    }
}

prop_compose! {
    fn an_estimate()(
        scripts in prop::collection::vec((0u32..5_000, 0i64..1_000_000), 1..6),
        copy_millis in 0i64..1_000_000,
        round_trip_millis in 0i64..5_000,
    ) -> Estimate {
        Estimate {
            rehearsed_at: Timestamp::from_millis(0),
            schema: Some(sample::schema()),
            rate: Rate::CMA,
            copy_millis,
            round_trip_millis,
            scripts: scripts
                .into_iter()
                .zip(0..)
                .map(|((calls, millis), index)| ScriptEstimate {
                    name: format!("{index}.ts"),
                    calls,
                    millis: millis.max(Rate::CMA.floor(calls)),
                })
                .collect(),
        }
    }
}

/// What the scripts from one on take when they are so many times slower than rehearsed, with so much around each.
fn to_come(estimate: &Estimate, at: usize, slower: i64, around: i64) -> i64 {
    let rest = &estimate.scripts[at..];
    let millis = rest
        .iter()
        .map(|script| slower * script.millis + around)
        .sum::<i64>();
    millis.max(
        estimate
            .rate
            .floor(rest.iter().map(|script| script.calls).sum()),
    )
}

proptest! {
    #[test]
    fn before_anything_ran_everything_is_left(estimate in an_estimate()) {
        let left = estimate.remaining(&Measured::default());
        prop_assert_eq!(left.copying, estimate.copy_millis);
        let forecast = estimate.forecast();
        prop_assert!(left.scripts >= estimate.copy_millis);
        prop_assert!(left.scripts <= forecast.copy + forecast.scripts);
    }

    #[test]
    fn when_everything_ran_nothing_is_left(estimate in an_estimate(), millis in 0i64..1_000_000) {
        let done = vec![Some(Done { millis, around: millis }); estimate.scripts.len()];
        let measured = Measured { copied: true, done, ..Measured::default() };
        prop_assert_eq!(estimate.remaining(&measured).scripts, 0);
    }

    #[test]
    fn a_run_as_rehearsed_takes_what_was_rehearsed(estimate in an_estimate(), share in 0i64..=1000) {
        let script = &estimate.scripts[0];
        prop_assume!(script.calls > 0);
        let part = |whole: i64| whole * share / 1000;
        let calls = u32::try_from(part(i64::from(script.calls))).unwrap();
        let taken = script.millis * i64::from(calls) / i64::from(script.calls);
        let measured = Measured {
            copied: true,
            running: Some(Ran { calls, millis: taken }),
            ..Measured::default()
        };
        let left = estimate.remaining(&measured).running;
        let expected = script.millis - taken;
        // Rounding, and the limit's first window that is given away again.
        let slack = 10 + expected / 100 + Rate::CMA.window_millis;
        prop_assert!((left - expected).abs() <= slack, "{} instead of {}", left, expected);
    }

    #[test]
    fn what_is_left_of_scripts_that_go_as_rehearsed_is_what_was_rehearsed_and_what_is_around_them(
        estimate in an_estimate(),
        around in 0i64..20_000,
        done in 1usize..6,
    ) {
        let at = done.min(estimate.scripts.len());
        let as_rehearsed = |script: &ScriptEstimate| Some(Done { millis: script.millis, around });
        let measured = Measured {
            copied: true,
            done: estimate.scripts[..at].iter().map(as_rehearsed).collect(),
            ..Measured::default()
        };
        prop_assert_eq!(estimate.remaining(&measured).scripts, to_come(&estimate, at, 1, around));
    }

    #[test]
    fn what_is_around_the_scripts_is_not_taken_for_their_pace(
        estimate in an_estimate(),
        around in 0i64..20_000,
        slower in 1i64..4,
        done in 1usize..6,
    ) {
        let at = done.min(estimate.scripts.len());
        let ran = |script: &ScriptEstimate| Some(Done { millis: slower * script.millis, around });
        let measured = Measured {
            copied: true,
            done: estimate.scripts[..at].iter().map(ran).collect(),
            ..Measured::default()
        };
        let left = estimate.remaining(&measured).scripts;
        // What is to come is between as rehearsed and as slow as what ran; what is around it is as it was.
        prop_assert!(left >= to_come(&estimate, at, 1, around), "{}", left);
        prop_assert!(left <= to_come(&estimate, at, slower, around), "{}", left);
    }

    #[test]
    fn a_script_that_nobody_measured_says_nothing_of_the_pace(estimate in an_estimate(), done in 0usize..6) {
        let at = done.min(estimate.scripts.len());
        let measured = Measured { copied: true, done: vec![None; at], ..Measured::default() };
        let around = estimate.round_trip_millis * i64::from(estimate::STEP_CALLS.script);
        prop_assert_eq!(estimate.remaining(&measured).scripts, to_come(&estimate, at, 1, around));
    }

    #[test]
    fn the_time_left_is_never_negative_and_never_below_the_limit(
        estimate in an_estimate(),
        calls in 0u32..20_000,
        millis in -5_000i64..10_000_000,
        done in 0usize..8,
        percent in prop::option::of(0u8..=100),
    ) {
        let ran = Ran { calls, millis };
        let at = done.min(estimate.scripts.len());
        let running = estimate.scripts.get(at);
        let measured = Measured {
            copying: (done == 0).then_some(Copying { millis, percent }),
            copied: done > 0,
            done: vec![Some(Done { millis, around: millis }); at],
            running: (done > 0).then_some(ran),
        };
        let left = estimate.remaining(&measured);
        prop_assert!(left.copying >= 0 && left.running >= 0);
        prop_assert!(left.scripts >= left.running + left.copying);
        if let (true, Some(script)) = (done > 0, running) {
            prop_assert!(left.running >= Rate::CMA.floor(script.calls.saturating_sub(calls)));
            prop_assert_eq!(left.beyond, calls > script.calls);
        }
    }

    #[test]
    fn more_requests_done_is_never_more_time_left(
        estimate in an_estimate(),
        calls in 0u32..5_000,
        more in 0u32..500,
        millis in 0i64..1_000_000,
    ) {
        let left = |calls| {
            let running = Some(Ran { calls, millis });
            estimate.remaining(&Measured { copied: true, running, ..Measured::default() }).running
        };
        prop_assert!(left(calls + more) <= left(calls) + 2, "{} then {}", left(calls), left(calls + more));
    }

    #[test]
    fn every_estimate_survives_the_journal(estimate in an_estimate()) {
        let release = crate::view::sample::planned_with(Some(estimate.clone()));
        let text = crate::journal::encode(release.log());
        let read = crate::journal::decode(&text).unwrap();
        prop_assert_eq!(read.plan().estimate.as_ref(), Some(&estimate));
    }
}

#[test]
fn an_estimate_of_old_says_nothing_of_its_schema() {
    let estimate = sample::rehearsal().estimate().unwrap();
    assert_eq!(estimate.schema, Some(sample::schema()));
    let release = crate::view::sample::planned_with(Some(estimate.clone()));
    let mut text: serde_json::Value =
        serde_json::from_str(&crate::journal::encode(release.log())).unwrap();
    let written = text["log"][0]["plan"]["estimate"].as_object_mut().unwrap();
    assert!(written.remove("schema").is_some());
    let old = Estimate {
        schema: None,
        ..estimate
    };
    let read = crate::journal::decode(&text.to_string()).unwrap();
    assert_eq!(read.plan().estimate, Some(old));
}

#[test]
fn an_estimate_that_does_not_hold_is_gone_from_the_plan_and_the_log_says_why() {
    use crate::{Event, Evidence, Step, view::sample::replay};

    let planned = crate::view::sample::planned_with(sample::rehearsal().estimate());
    let stale = planned.plan().estimate.as_ref().unwrap();
    let stale = stale.staleness(&planned.plan().source, Some(Digest::of(b"another")));
    let reason = stale.unwrap().to_string();
    let frozen = Evidence::Frozen {
        adopted: false,
        forced: false,
    };
    let events = [
        Event::Planned(planned.plan().clone()),
        Event::Started(Step::Freeze),
        Event::EstimateDropped {
            reason: reason.clone(),
        },
        Event::Succeeded(Step::Freeze, frozen),
    ];
    let release = replay(&events);
    assert_eq!(release.plan().estimate, None);
    assert_eq!(release.plan().digest(), planned.plan().digest());
    assert_eq!(
        release.estimate_dropped(),
        Some((Step::Freeze, reason.as_str()))
    );
    let read = crate::journal::decode(&crate::journal::encode(release.log())).unwrap();
    assert_eq!(read, release);
    let told = crate::view::evidence::sentence(&release, &release.log()[2].event);
    assert_eq!(
        told,
        "The models or fields of main were changed since the rehearsal. What the rehearsal predicted is not gone by any more."
    );
}

#[test]
fn an_estimate_that_cannot_be_read_is_left_out_and_the_release_goes_on() {
    let release = crate::view::sample::planned_with(sample::rehearsal().estimate());
    let text = crate::journal::encode(release.log());
    let spoilt = text.replace("\"copy_millis\":40000", "\"copy_millis\":\"soon\"");
    assert_ne!(text, spoilt);
    assert_eq!(
        crate::journal::decode(&spoilt).unwrap().plan().estimate,
        None
    );
    let none = crate::view::sample::planned_with(None);
    let text = crate::journal::encode(none.log());
    let old = text.replace(",\"estimate\":null", "");
    assert_ne!(text, old);
    assert_eq!(crate::journal::decode(&old).unwrap().plan(), none.plan());
}

/// A release of short scripts, each of which takes far less time than what is done around it.
#[test]
fn short_scripts_do_not_make_the_time_left_explode() {
    let script = |index| ScriptEstimate {
        name: format!("{index}.ts"),
        calls: 3,
        millis: 300,
    };
    let estimate = Estimate {
        rehearsed_at: Timestamp::from_millis(0),
        schema: None,
        rate: Rate::CMA,
        copy_millis: 0,
        round_trip_millis: 200,
        scripts: (0..6).map(script).collect(),
    };
    let done = Some(Done {
        millis: 300,
        around: 2_200,
    });
    for (at, left) in [(3, 7_500), (5, 2_500)] {
        let measured = Measured {
            copied: true,
            done: vec![done; at],
            ..Measured::default()
        };
        assert_eq!(estimate.remaining(&measured).scripts, left, "after {at}");
    }
}
