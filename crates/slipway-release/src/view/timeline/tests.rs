//! Past releases as rows, and what must have happened outside them.

use super::*;
use crate::{
    approval::{Approval, Digest},
    event::{Entry, Event, Evidence},
    observed::Environment,
    plan::Plan,
    view::sample::{self, ada, at},
};

fn one(release: Release, primary: &str) -> Past {
    let environments = vec![
        sample::primary(primary, None),
        sample::sandbox("before", None),
    ];
    one_among(release, environments)
}

fn one_among(release: Release, environments: Vec<Environment>) -> Past {
    let mut world = sample::world();
    world.at = at(100);
    world.environments = environments;
    world.releases = vec![release];
    let found = rows(&world, false, at(100)).into_iter().find_map(|row| {
        if let Row::Release(past) = row {
            Some(past)
        } else {
            None
        }
    });
    found.unwrap()
}

#[test]
fn the_live_release_can_be_taken_back() {
    let row = one(sample::live("rel-1"), "rel-1");
    assert_eq!(row.standing, Standing::Live);
    assert_eq!(row.promoted_at, Some(at(9)));
    assert_eq!(row.by.as_deref(), Some("Ada"));
    assert_eq!(row.freeze.as_deref(), Some("10 s"));
    assert_eq!(row.scripts, Some(1));
    assert_eq!(row.remarks, []);
    assert_eq!(row.roll_back.unwrap().disabled_reason, None);
}

#[test]
fn a_superseded_release_offers_nothing() {
    let row = one(sample::live("rel-1"), "rel-2");
    assert_eq!(row.standing, Standing::Superseded);
    assert_eq!(row.roll_back, None);
}

#[test]
fn what_was_taken_back_stays_in_the_list_and_says_who_did_it() {
    let row = one(sample::rolled_back("rel-1"), "before");
    assert_eq!(row.standing, Standing::RolledBack);
    assert_eq!(row.roll_back, None);
    assert_eq!(row.remarks[0].said, "rolled it back");
    assert_eq!(row.remarks[0].moment.at, at(12));
}

#[test]
fn a_release_given_up_before_anything_froze_nobody() {
    let row = one(sample::abandoned("rel-1"), "before");
    assert_eq!(row.standing, Standing::Abandoned);
    assert_eq!(row.freeze, None);
    assert_eq!(row.promoted_at, None);
    assert_eq!(row.scripts, Some(0));
}

#[test]
fn what_was_waived_stands_beside_the_name() {
    let mut events = sample::until_fork("rel-1", &[]);
    events.extend([
        Event::Approved {
            approval: Approval {
                plan: Digest::of(b"plan"),
                drift: Digest::of(b"drift"),
            },
            waived: vec!["1 record changed in before since the fork".to_owned()],
            reason: "only a typo".to_owned(),
        },
        Event::Started(Step::Promote),
        Event::Succeeded(
            Step::Promote,
            Evidence::Promoted {
                previous: "before".parse().unwrap(),
                last_change: None,
            },
        ),
        Event::Started(Step::Unfreeze),
        Event::Succeeded(Step::Unfreeze, Evidence::Thawed),
    ]);
    let row = one(sample::replay(&events), "rel-1");
    assert_eq!(
        row.remarks[0].said,
        "promoted although 1 record changed in before since the fork: “only a typo”"
    );
}

#[test]
fn without_the_old_environment_the_button_says_so() {
    let row = one_among(sample::live("rel-1"), vec![sample::primary("rel-1", None)]);
    let reason = row.roll_back.unwrap().disabled_reason.unwrap();
    assert!(reason.contains("before is not there any more"), "{reason}");
}

#[test]
fn what_was_replaced_cannot_be_taken_back() {
    let mut world = sample::world();
    world.at = at(100);
    world.environments = vec![
        sample::primary("rel-2", None),
        sample::sandbox("rel-1", None),
        sample::sandbox("before", None),
    ];
    let release = sample::live("rel-1");
    let reason = reason_not_to_roll_back(&world, &release).unwrap();
    assert!(reason.starts_with("rel-2 is primary now and rel-1 is not"));
    world.at = at(8);
    assert_eq!(
        replaced_by(&world, &release),
        None,
        "that look is older than the promotion"
    );
    world.environments[0].id = "rel-1".parse().unwrap();
    assert_eq!(reason_not_to_roll_back(&world, &release), None);
}

#[test]
fn a_release_that_was_replaced_does_not_claim_to_be_live() {
    let mut world = sample::world();
    world.at = at(100);
    world.environments = vec![
        sample::primary("rel-2", None),
        sample::sandbox("rel-1", None),
    ];
    let said = replaced(&world, &sample::live("rel-1")).unwrap();
    assert_eq!(
        said.title,
        "This release was promoted, and rel-2 is primary since."
    );
    assert_eq!(said.sentence, "rel-1 is a sandbox now.");
    let said = replaced(&world, &sample::rolled_back("rel-1")).unwrap();
    assert_eq!(
        said.title,
        "This release was rolled back, and rel-2 is primary since."
    );
    assert_eq!(said.sentence, "main is not there any more.");

    world.environments[0].id = "rel-1".parse().unwrap();
    assert_eq!(replaced(&world, &sample::live("rel-1")), None);
    assert_eq!(replaced(&world, &sample::abandoned("rel-9")), None);
}

/// A release from `source` that was promoted as `sandbox`, an entry a second from `start` on. Its
/// copy was made at `start + 3`.
fn promoted(source: &str, sandbox: &str, start: i64) -> Release {
    promoted_by_clock(source, sandbox, start, 0)
}

/// The same in a browser whose clock is so many seconds ahead of the CMS's.
fn promoted_by_clock(source: &str, sandbox: &str, start: i64, ahead: i64) -> Release {
    let plan = Plan {
        id: ReleaseId::parse(&format!("r-{start}")).unwrap(),
        title: format!("Release of {sandbox}"),
        source: source.parse().unwrap(),
        sandbox: sandbox.parse().unwrap(),
        scripts: Vec::new(),
        ledger_model: "schema_migration".to_owned(),
        consents: Vec::new(),
        downloads: Vec::new(),
        limits: crate::Limits::default(),
        estimate: None,
    };
    let frozen = Evidence::Frozen {
        adopted: false,
        forced: false,
    };
    let events = [
        Event::Planned(plan),
        Event::Started(Step::Freeze),
        Event::Succeeded(Step::Freeze, frozen),
        Event::Started(Step::Fork),
        Event::Succeeded(
            Step::Fork,
            Evidence::Forked {
                created_at: at(start + 3),
            },
        ),
        Event::Approved {
            approval: Approval {
                plan: Digest::of(b"plan"),
                drift: Digest::of(b"drift"),
            },
            waived: Vec::new(),
            reason: String::new(),
        },
        Event::Started(Step::Promote),
        Event::Succeeded(
            Step::Promote,
            Evidence::Promoted {
                previous: source.parse().unwrap(),
                last_change: None,
            },
        ),
        Event::Started(Step::Unfreeze),
        Event::Succeeded(Step::Unfreeze, Evidence::Thawed),
    ];
    let log = events
        .into_iter()
        .zip(start..)
        .map(|(event, second)| Entry {
            at: at(second + ahead),
            by: ada(),
            event,
            hides: None,
        });
    Release::replay(log).unwrap()
}

/// The environments, each as `(name, made at, forked from)`, the first of them primary; and releases.
fn world(environments: &[(&str, i64, Option<&str>)], releases: Vec<Release>) -> Observed {
    let mut world = sample::world();
    world.at = at(9000);
    world.environments = environments
        .iter()
        .enumerate()
        .map(|(index, (id, made, from))| {
            let mut environment = if index == 0 {
                sample::primary(id, *from)
            } else {
                sample::sandbox(id, *from)
            };
            environment.created_at = at(*made);
            environment
        })
        .collect();
    world.releases = releases;
    world
}

/// The timeline in short, newest first.
fn told(world: &Observed) -> Vec<String> {
    let line = |row: Row| match row {
        Row::Release(past) => past.sandbox.to_string(),
        Row::Outside(found) => {
            let seconds = |at: Timestamp| at.as_millis() / 1000;
            let before = found
                .before
                .map_or("now".to_owned(), |at| seconds(at).to_string());
            let instead = found
                .instead_of
                .map_or(String::new(), |id| format!(" instead of {id}"));
            let marks = match (found.maybe_renamed, found.stands) {
                (true, _) => ", or renamed",
                (false, true) => ", stands",
                (false, false) => "",
            };
            format!(
                "outside: {}{instead}, {}..{before}{marks}",
                found.environment,
                seconds(found.after)
            )
        }
    };
    rows(world, false, at(9000)).into_iter().map(line).collect()
}

#[test]
fn a_chain_of_releases_leaves_nothing_to_explain() {
    let world = world(
        &[
            ("v2", 203, Some("v1")),
            ("v1", 103, Some("main")),
            ("main", 0, None),
        ],
        vec![promoted("v1", "v2", 200), promoted("main", "v1", 100)],
    );
    assert_eq!(told(&world), ["v2", "v1"]);
}

#[test]
fn a_primary_that_began_as_a_fork_was_promoted_by_somebody() {
    let world = world(&[("v1", 50, Some("main"))], Vec::new());
    assert_eq!(told(&world), ["outside: v1, 50..now, stands"]);
}

#[test]
fn a_project_as_it_was_made_has_no_past() {
    let world = world(&[("main", 0, None), ("draft", 5, Some("main"))], Vec::new());
    assert_eq!(told(&world), Vec::<String>::new());
}

#[test]
fn a_promotion_before_the_first_release_is_told_although_something_newer_is_primary() {
    let world = world(
        &[("v2", 103, Some("v1")), ("v1", 50, Some("main"))],
        vec![promoted("v1", "v2", 100)],
    );
    assert_eq!(told(&world), ["v2", "outside: v1, 50..100"]);
}

#[test]
fn the_old_primary_promoted_again_elsewhere_is_noticed() {
    let world = world(
        &[("main", 0, None), ("v1", 103, Some("main"))],
        vec![promoted("main", "v1", 100)],
    );
    assert_eq!(
        told(&world),
        ["outside: main instead of v1, 107..now, stands", "v1"]
    );
}

#[test]
fn clocks_that_differ_make_nothing_up() {
    let first = promoted("main", "v1", 1000);
    // Both after the first one, by a clock ninety seconds behind, and by one ninety seconds ahead.
    for skew in [-90, 90] {
        let second = promoted_by_clock("v1", "v2", 1020, skew);
        let third = promoted("v2", "v3", 1040);
        let world = world(
            &[
                ("v3", 1043, Some("v2")),
                ("v2", 1023, Some("v1")),
                ("v1", 1003, Some("main")),
                ("main", 0, None),
            ],
            vec![third, second, first.clone()],
        );
        let lines = told(&world);
        let outside = lines.iter().find(|line| line.starts_with("outside"));
        assert_eq!(outside, None, "{skew}");
    }
}

#[test]
fn a_gap_between_two_releases_is_noticed_too() {
    let world = world(
        &[
            ("v2", 2003, Some("main")),
            ("v1", 103, Some("main")),
            ("main", 0, None),
        ],
        vec![promoted("main", "v2", 2000), promoted("main", "v1", 100)],
    );
    assert_eq!(
        told(&world),
        ["v2", "outside: main instead of v1, 107..2000", "v1"]
    );
}

#[test]
fn what_began_as_a_fork_can_be_taken_back_to_what_was_primary_before() {
    let way_back = |world: &Observed| outside_now(world).and_then(|found| found.way_back);
    let id = |name: &str| Some(name.parse().unwrap());
    let environments = [("v1", 50, Some("main")), ("main", 0, None)];
    assert_eq!(way_back(&world(&environments, Vec::new())), id("main"));

    let older = promoted("main", "v1", 100);
    let newer = [
        ("v2", 500, Some("main")),
        ("v1", 103, Some("main")),
        ("main", 0, None),
    ];
    assert_eq!(way_back(&world(&newer, vec![older.clone()])), id("v1"));
    let without = [("v2", 500, Some("v1")), ("main", 0, None)];
    assert_eq!(way_back(&world(&without, vec![older.clone()])), None);
    let never_forked = [("main", 0, None), ("v1", 103, Some("main"))];
    let back = world(&never_forked, vec![older.clone()]);
    assert_eq!(way_back(&back), None);
    assert!(outside_now(&back).is_some());

    let told = [("v1", 103, Some("main")), ("main", 0, None)];
    assert_eq!(outside_now(&world(&told, vec![older])), None);
}

#[test]
fn a_promoted_environment_under_a_new_name_is_the_same_one() {
    let world = world(
        &[("production", 103, Some("main")), ("main", 0, None)],
        vec![promoted("main", "v1", 100)],
    );
    assert_eq!(told(&world), ["v1"]);
}

#[test]
fn two_environments_made_at_one_moment_are_told_apart_by_name() {
    let world = world(
        &[("main", 103, Some("x")), ("v1", 103, Some("main"))],
        vec![promoted("main", "v1", 100)],
    );
    assert_eq!(
        told(&world),
        ["outside: main instead of v1, 107..now, stands", "v1"]
    );
}

#[test]
fn another_environment_of_the_same_name_is_not_the_one_that_was_promoted() {
    let world = world(
        &[("v1", 500, Some("main")), ("main", 0, None)],
        vec![promoted("main", "v1", 100)],
    );
    assert_eq!(told(&world), ["outside: v1, 500..now, stands", "v1"]);
}

#[test]
fn where_the_old_primary_is_gone_a_new_name_is_not_ruled_out() {
    let back = sample::rolled_back("rel-1");
    let renamed = world(&[("production", 0, None)], vec![back.clone()]);
    assert_eq!(
        told(&renamed),
        [
            "outside: production instead of main, 16..now, or renamed",
            "rel-1"
        ]
    );
    let younger = world(&[("production", 600, Some("x"))], vec![back]);
    assert_eq!(
        told(&younger),
        [
            "outside: production instead of main, 600..now, stands",
            "rel-1"
        ]
    );
}

#[test]
fn a_promotion_whose_answer_is_still_awaited_is_the_releases_own() {
    let mut log = promoted("main", "v1", 100).log().to_vec();
    log.truncate(7);
    let in_doubt = Release::replay(log).unwrap();
    let world = world(
        &[("v1", 103, Some("main")), ("main", 0, None)],
        vec![in_doubt],
    );
    assert_eq!(told(&world), Vec::<String>::new());
}
