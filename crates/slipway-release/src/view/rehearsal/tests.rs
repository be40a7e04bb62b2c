use std::fmt::Write as _;

use super::*;
use crate::{
    checks::SandboxQuota,
    failure::{Failure, FailureKind},
    rehearsal::{fork, sample},
    view::sample::world,
};

/// Everything a person reads, line by line.
fn read(view: &RehearsalView) -> String {
    let mut text = format!("{:?}: {}\n{}\n", view.tone, view.headline, view.meaning);
    let mut section = |title: &str, lines: Vec<String>| {
        let _ = writeln!(text, "-- {title}");
        for line in lines {
            let _ = writeln!(text, "{line}");
        }
    };
    section("stale", view.stale.clone());
    let facts = view.facts.iter();
    section(
        "facts",
        facts
            .map(|(name, value)| format!("{name}: {value}"))
            .collect(),
    );
    section(
        "freeze",
        view.freeze
            .iter()
            .map(|freeze| freeze.total.clone())
            .collect(),
    );
    let mut schema = Vec::new();
    for model in view.schema.iter().flatten() {
        schema.push(format!(
            "{} ({}): {}",
            model.name, model.api_key, model.what
        ));
        for field in &model.fields {
            schema.push(format!(
                "  {} ({}): {}",
                field.label, field.api_key, field.what
            ));
            schema.extend(field.details.iter().map(|detail| format!("    {detail}")));
        }
    }
    section("schema", schema);
    section("locales", view.locales.clone());
    section("records", view.records.clone());
    section("others", view.others.clone());
    section("project", view.project.clone());
    let scripts = view.scripts.iter();
    section(
        "scripts",
        scripts
            .map(|row| {
                format!(
                    "{}: {}. {} {}. {:?}",
                    row.name, row.state, row.did, row.kinds, row.took
                )
            })
            .collect(),
    );
    let requests = view.requests.iter();
    section(
        "requests",
        requests
            .map(|asked| format!("{} {}", asked.count, asked.name))
            .collect(),
    );
    let blind = view.blind.iter();
    section(
        "blind",
        blind
            .map(|blind| format!("{}: {}", blind.title, blind.sentence))
            .collect(),
    );
    text
}

#[test]
fn what_a_person_reads() {
    let view = rehearsal(&sample::rehearsal(), &[]);
    insta::assert_snapshot!(read(&view), @r#"
    Good: All 2 scripts ran to their end on a fork of main.
    Nothing was frozen, and main was not changed. This is what the files did once, with the content of that moment; it is no promise for the release.
    -- stale
    -- facts
    Rehearsed by: Ada
    Begun: 2026-11-18 11:06:40 UTC
    Forked from: main
    Took: 1 min 10 s
    Forking took: 40 s
    Fork: slipway-rehearsal-0000000000a1 was destroyed.
    -- freeze
    about 1 min 5 s
    -- schema
    Article (article): Model changed
      Headline (title): Field changed
        Label: Title → Headline.
        Validation “required”: added.
    Tag (tag): Model deleted, with all its records
    Topic (topic): Model created
      Name (name): Field created
    -- locales
    Added the locale “it”.
    -- records
    Topic: 3 created, 199 published
    Records whose model is not known: 1 published
    -- others
    1 asset added
    -- project
    1_a.ts would change webhooks: POST /webhooks (“Deploy”). It was not sent.
    -- scripts
    1_a.ts: Ran. 3 records created, 1 asset added. 1 read, 4 writes, 1 held back. Some("4 s")
    2_b.ts: Ran. 200 records published. 0 reads, 200 writes. Some("1 s")
    -- requests
    200 items.publish
    3 items.create
    1 itemTypes.list
    1 webhooks.create
    -- blind
    Changes of the whole project: 1 call was held back and answered as if done, so that the scripts went on. Whether the CMS would have accepted it is not known.
    Schedules: Publications that are scheduled run by themselves in primary, in the middle of a release too; on the fork nobody waited for them.
    Webhooks and builds: Webhooks may have been called for what happened on the fork. What their receivers, and your site’s build, will make of the promotion is not rehearsed.
    Other people’s edits: What is written in primary after the fork was made was not there: a record that breaks a new rule may come any time before the freeze.
    Load: Another day the CMS may be slower, and others may use up the same rate limit; the times are those of one run.
    Promotion: Nothing was promoted, so what your site does with the new schema is not shown.
    Records of deleted models: All records of “Tag” went along with it; they are not counted.
    "#);
}

#[test]
fn what_did_not_come_to_its_end_says_so_first() {
    let whole = sample::rehearsal();
    let told = |end: End| {
        let view = rehearsal(
            &Rehearsal {
                end,
                ..whole.clone()
            },
            &[],
        );
        (view.tone, view.headline, view.freeze.is_some())
    };
    let failure = Failure::new(FailureKind::ScriptThrew, "2_b.ts failed with “No”.");
    let failed = told(End::Failed {
        script: Some(1),
        failure,
    });
    assert_eq!(
        failed,
        (
            Tone::Bad,
            "The rehearsal did not get past 2_b.ts.".to_owned(),
            false
        )
    );
    let cancelled = told(End::Cancelled {
        script: Some(0),
        came: None,
    });
    assert_eq!(
        cancelled.1,
        "The rehearsal was stopped while 1_a.ts was running."
    );
    assert_eq!((cancelled.0, cancelled.2), (Tone::Careful, false));
    let stopped = Rehearsal {
        end: End::Cancelled {
            script: Some(1),
            came: sample::half_run().script,
        },
        ..whole.clone()
    };
    assert_eq!(
        rehearsal(&stopped, &[]).meaning,
        "2_b.ts was stopped at call 2, POST /item-types. It had made 2 calls and changed nothing. Nothing was frozen, and main was not changed. It shows only what was done until then."
    );
    let gone = told(End::Unfinished);
    assert!(gone.1.starts_with("The page went away"), "{}", gone.1);
}

#[test]
fn a_stale_one_is_never_good() {
    let stale = [Stale::Order];
    let view = rehearsal(&sample::rehearsal(), &stale);
    assert_eq!(view.tone, Tone::Careful);
    assert_eq!(
        view.stale,
        ["The scripts run in another order than in the rehearsal."]
    );
}

#[test]
fn the_first_reason_not_to_rehearse_is_told() {
    let mut world = world();
    assert_eq!(reason_not_to_rehearse(&world, 2, 0), None);
    let reason = |world: &Observed| reason_not_to_rehearse(world, 1, 0).unwrap();
    assert_eq!(
        reason_not_to_rehearse(&world, 0, 0).unwrap(),
        "No script is pending, so there is nothing to rehearse."
    );
    assert_eq!(
        reason_not_to_rehearse(&world, 2, 1).unwrap(),
        "1 pending script cannot run; the list says why."
    );
    world.quota = Some(SandboxQuota {
        used: 5,
        limit: Some(5),
    });
    assert_eq!(
        reason(&world),
        "All 5 sandboxes of the project are in use. Delete one that nobody needs."
    );
    world.rehearsals.push(LeftFork {
        fork: fork::name(1),
        known_by: KnownBy::Mark,
    });
    assert_eq!(
        reason(&world),
        "All 5 sandboxes of the project are in use. 1 of them was left by a rehearsal: destroy it first."
    );
    world.quota = None;
    world.abilities.manage_environments = false;
    assert!(reason(&world).contains("sandbox environments"));
    world.frozen = true;
    assert!(reason(&world).starts_with("Maintenance mode is on"));
}

#[test]
fn a_left_fork_is_told_by_whose_it_is() {
    let known = sample::rehearsal();
    let left = |fork: &datocms_client::EnvironmentId| LeftFork {
        fork: fork.clone(),
        known_by: KnownBy::Mark,
    };
    let me = known.by.clone();
    let unknown = Rehearsal {
        fate: Fate::Unknown,
        ..known.clone()
    };
    let said = left_fork(&left(&known.fork), std::slice::from_ref(&unknown), &me);
    assert!(said.contains("belongs to your rehearsal of"), "{said}");
    assert!(
        said.contains("whose page went away before its end"),
        "{said}"
    );
    let grace = Person {
        id: "grace".to_owned(),
        name: "Grace".to_owned(),
    };
    let said = left_fork(&left(&known.fork), &[unknown], &grace);
    assert!(
        said.contains("belongs to a colleague’s rehearsal of"),
        "{said}"
    );
    let busy = Rehearsal {
        fate: Fate::Left {
            reason: "It is busy.".to_owned(),
        },
        ..known.clone()
    };
    let said = left_fork(&left(&known.fork), &[busy], &me);
    assert!(said.contains("left over from your rehearsal of"), "{said}");
    let unmarked = LeftFork {
        fork: fork::name(8),
        known_by: KnownBy::ThisBrowser,
    };
    let said = left_fork(&unmarked, &[], &me);
    assert!(said.contains("a rehearsal in this browser"), "{said}");
    assert!(!said.contains("another browser"), "{said}");
    let kept = Rehearsal {
        fate: Fate::Kept,
        ..known.clone()
    };
    let meaning = super::rehearsal(&kept, &[]).meaning;
    let told = format!(
        "{} was kept. It takes one of the project’s sandboxes",
        known.fork
    );
    assert!(meaning.contains(&told), "{meaning}");
    let said = left_fork(&left(&known.fork), std::slice::from_ref(&kept), &me);
    assert!(said.contains("was kept from a rehearsal"), "{said}");
    assert!(!said.contains("partly migrated"), "{said}");
    let stopped = Rehearsal {
        end: End::Cancelled {
            script: Some(1),
            came: sample::half_run().script,
        },
        ..kept
    };
    let half = "It is partly migrated: 2_b.ts was stopped at call 2, POST /item-types.";
    assert!(fate(&stopped).contains(half), "{}", fate(&stopped));
    let said = left_fork(&left(&known.fork), &[stopped], &me);
    assert!(said.contains(half), "{said}");
    let said = left_fork(&left(&fork::name(9)), &[known], &me);
    assert!(said.contains("It may still be running there"), "{said}");
}

#[test]
fn the_kept_ones_are_listed_by_their_end_and_whether_they_hold() {
    let row = |end: End, stale: &[Stale]| {
        let one = Rehearsal {
            end,
            ..sample::rehearsal()
        };
        let row = kept(&one, stale);
        format!("{}, {}, {}", row.ended, row.became, row.freshness.label())
    };
    assert_eq!(row(End::AllRan, &[]), "2 scripts ran, Destroyed, Fresh");
    let failed = End::Failed {
        script: Some(1),
        failure: sample::half_run(),
    };
    assert_eq!(
        row(failed, &[Stale::Order, Stale::ScriptsUnknown]),
        "Failed at 2_b.ts, Destroyed, Out of date"
    );
    assert_eq!(
        row(
            End::Cancelled {
                script: None,
                came: None
            },
            &[Stale::ScriptsUnknown]
        ),
        "Stopped, Destroyed, Not known"
    );
    assert_eq!(
        row(End::Unfinished, &[]),
        "No end is on record, Destroyed, Fresh"
    );
}

#[test]
fn without_scripts_to_compare_nobody_knows_whether_a_rehearsal_holds() {
    let stale = |schema| sample::rehearsal().staleness(None, &"main".parse().unwrap(), schema);
    let unknown = rehearsal(&sample::rehearsal(), &stale(Some(sample::schema())));
    assert_eq!(unknown.freshness, crate::rehearsal::Freshness::Unknown);
    assert_eq!(
        unknown.stale,
        [
            "No migrations are chosen, so it is not known whether they are still the ones that were rehearsed."
        ]
    );
    let another = stale(Some(crate::Digest::of(b"another")));
    let known = rehearsal(&sample::rehearsal(), &another);
    assert_eq!(known.freshness, crate::rehearsal::Freshness::OutOfDate);
}
