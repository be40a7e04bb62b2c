//! Random lives of a release: whatever happens, the log stays a log, and the ways out stay open.

#![expect(clippy::unwrap_used, reason = "test support outside of test functions")]

use datocms_client::Timestamp;
use proptest::prelude::*;
use slipway_release::{
    Approval, Consent, Digest, Entry, Event, Evidence, Failure, FailureKind, Person, Phase, Plan,
    PlannedScript, Release, ReleaseId, Step, checks::Abilities, event::ScriptSummary, journal,
    policy::Resource, view,
};

fn plan(scripts: usize) -> Plan {
    Plan {
        id: ReleaseId::parse("r-1").unwrap(),
        title: "A life".to_owned(),
        source: "main".parse().unwrap(),
        sandbox: "rel-1".parse().unwrap(),
        scripts: (0..scripts)
            .map(|index| PlannedScript {
                name: format!("{index}_x.ts"),
                sha256: Digest::of(&[0]),
                imports: None,
            })
            .collect(),
        ledger_model: "schema_migration".to_owned(),
        consents: Vec::new(),
        downloads: Vec::new(),
        limits: slipway_release::Limits::default(),
        estimate: None,
    }
}

fn entry(event: Event, at: i64) -> Entry {
    Entry {
        at: Timestamp::from_millis(1_700_000_000_000 + at * 1000),
        by: Person {
            id: "1".to_owned(),
            name: "Ada".to_owned(),
        },
        event,
        hides: None,
    }
}

fn evidence(step: Step) -> Evidence {
    match step {
        Step::Freeze | Step::FreezeAgain => Evidence::Frozen {
            adopted: false,
            forced: false,
        },
        Step::Fork => Evidence::Forked {
            created_at: Timestamp::from_millis(1_700_000_000_000),
        },
        Step::Migrate(_) => Evidence::Migrated(ScriptSummary::default()),
        Step::Promote => Evidence::Promoted {
            previous: "main".parse().unwrap(),
            last_change: None,
        },
        Step::Unfreeze | Step::Reopen | Step::Thaw => Evidence::Thawed,
        Step::Discard(_) => Evidence::Discarded,
        Step::Restore => Evidence::Restored,
    }
}

fn approval() -> Approval {
    Approval {
        plan: Digest::of(b"plan"),
        drift: Digest::of(b"drift"),
    }
}

/// Every event that might be written in a phase, sensible or not.
fn candidates(phase: &Phase) -> Vec<Event> {
    let mut events = vec![
        Event::Approved {
            approval: approval(),
            waived: Vec::new(),
            reason: String::new(),
        },
        Event::ApprovalVoided {
            reason: String::new(),
        },
        Event::AbandonRequested {
            reason: String::new(),
        },
        Event::RestartRequested,
        Event::RollBackRequested {
            freeze_first: true,
            reason: String::new(),
            approval: approval(),
            last_change: None,
        },
        Event::RollBackRequested {
            freeze_first: false,
            reason: String::new(),
            approval: approval(),
            last_change: None,
        },
        Event::RollBackCancelled,
        Event::SandboxLeft,
        Event::Refrozen { forced: false },
        Event::TookOver {
            from: Person {
                id: "2".to_owned(),
                name: "Grace".to_owned(),
            },
            doing: "fork".to_owned(),
        },
        Event::Forced { editors: vec![] },
        Event::EstimateDropped {
            reason: "The schema was changed.".to_owned(),
        },
        Event::ConsentAnswered {
            consent: Consent {
                script: "1.ts".to_owned(),
                resource: Resource::Roles,
            },
            allowed: false,
        },
    ];
    for step in phase
        .step()
        .into_iter()
        .chain([Step::Freeze, Step::Promote])
    {
        events.push(Event::Started(step));
        events.push(Event::Succeeded(step, evidence(step)));
        events.push(Event::NotApplied(step));
        for kind in [
            FailureKind::Rejected,
            FailureKind::FreezeLost,
            FailureKind::ScriptThrew,
        ] {
            events.push(Event::Failed(step, Failure::new(kind, "no")));
        }
    }
    events
}

/// A life: at each moment one of the events that the table allows.
fn live(scripts: usize, choices: &[usize]) -> Release {
    let mut release = Release::begin(entry(Event::Planned(plan(scripts)), 0)).unwrap();
    for (at, choice) in (1..).zip(choices) {
        let allowed: Vec<Event> = candidates(release.phase())
            .into_iter()
            .filter(|event| release.clone().record(entry(event.clone(), at)).is_ok())
            .collect();
        let Some(event) = allowed.get(choice % allowed.len().max(1)) else {
            break;
        };
        release = release.record(entry(event.clone(), at)).unwrap();
    }
    release
}

/// Pressing "give up", or going on where it is too late for that, always ends with the freeze lifted.
fn can_be_left(mut release: Release) -> bool {
    for at in 1000..1040 {
        let event = match release.phase().clone() {
            Phase::Live | Phase::Abandoned | Phase::RolledBack => return !release.holds_freeze(),
            phase if phase.may_abandon() => Event::AbandonRequested {
                reason: String::new(),
            },
            Phase::Ready(step) | Phase::Stuck { step, .. } | Phase::Failed { step, .. } => {
                Event::Started(step)
            }
            Phase::InDoubt(step) => Event::Succeeded(step, evidence(step)),
            Phase::Review => return false,
        };
        let Ok(next) = release.record(entry(event, at)) else {
            return false;
        };
        release = next;
        // An abandoned release goes on by its own steps.
        while let Phase::Ready(step) = *release.phase() {
            release = release.record(entry(Event::Started(step), at)).unwrap();
            let done = Event::Succeeded(step, evidence(step));
            release = release.record(entry(done, at)).unwrap();
            if matches!(release.phase(), Phase::Review) {
                break;
            }
        }
    }
    false
}

proptest! {
    #[test]
    fn any_life_survives_its_journal(scripts in 0..4_usize, choices in prop::collection::vec(0..50_usize, 0..60)) {
        let release = live(scripts, &choices);
        prop_assert_eq!(journal::decode(&journal::encode(release.log())).unwrap(), release);
    }

    #[test]
    fn any_life_can_be_left_with_primary_open(scripts in 0..4_usize, choices in prop::collection::vec(0..50_usize, 0..60)) {
        let release = live(scripts, &choices);
        prop_assert!(can_be_left(release.clone()), "{:?}", release.phase());
    }

    #[test]
    fn a_life_that_is_not_over_offers_something_to_press(scripts in 0..4_usize, choices in prop::collection::vec(0..50_usize, 0..60)) {
        let release = live(scripts, &choices);
        let actions = view::action::actions(&release, Abilities::ALL, false, None);
        let primaries = actions.iter().filter(|view| view.intent == view::action::Intent::Primary).count();
        prop_assert!(primaries <= 1, "{actions:?}");
        if !release.phase().is_over() {
            prop_assert!(!actions.is_empty(), "{:?}", release.phase());
        }
    }

    #[test]
    fn every_step_is_told_whatever_happened(scripts in 0..4_usize, choices in prop::collection::vec(0..50_usize, 0..60)) {
        let release = live(scripts, &choices);
        let now = Timestamp::from_millis(1_700_000_100_000);
        let steps = view::step::steps(&release, &view::step::Running::default(), now);
        prop_assert!(steps.len() >= 7);
        for step in steps {
            prop_assert!(!step.detail.contains("  "), "{step:?}");
        }
    }
}

#[test]
fn a_viewer_is_told_why_nothing_can_be_pressed() {
    let release = live(1, &[]);
    let actions = view::action::actions(&release, Abilities::default(), false, None);
    let reason = actions[0].disabled_reason.as_deref().unwrap();
    assert!(reason.contains("promote environments"), "{reason}");
    assert!(reason.contains("preview the sandbox"), "{reason}");
}
