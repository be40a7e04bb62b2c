//! What a person can do with a release now: one primary action, the ways out beside it, and the
//! reason where an action is not to be had.

use crate::{
    checks::Abilities,
    failure::FailureKind,
    lease::AtWork,
    phase::Phase,
    release::Release,
    step::{Step, Then},
    view::half_run,
};

/// Something a person can ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Do the step that is next, or try it again.
    Perform(Step),
    /// Ask the CMS what became of a step.
    CheckAgain(Step),
    /// Freeze although people are editing.
    ForceFreeze,
    /// Agree to promote: opens the dialog that asks for it.
    Promote,
    /// Destroy the sandbox and start again from primary, under the same freeze.
    Restart,
    /// Give the release up.
    Abandon,
    /// Put the old primary back: opens the dialog that asks for it.
    RollBack,
    /// Leave a rollback that has changed nothing yet.
    CancelRollBack,
    /// Go on with a rollback without freezing first.
    RollBackUnfrozen,
    /// Leave a sandbox that cannot be destroyed where it is, and lift the freeze.
    LeaveSandbox,
    /// Turn maintenance mode on again, after somebody else turned it off.
    Refreeze,
    /// Take the release from a page that another browser has open.
    TakeOver,
}

/// How a button looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Intent {
    /// The one main action of the region.
    Primary,
    /// Worth doing, and not the main thing.
    Secondary,
    /// A way out, or a detail.
    Quiet,
    /// Takes something away.
    Negative,
}

/// One button.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActionView {
    /// What pressing it asks for.
    pub action: Action,
    /// Its words.
    pub label: String,
    /// How it looks.
    pub intent: Intent,
    /// Why it cannot be pressed now.
    pub disabled_reason: Option<String>,
}

/// The buttons of a release, the main one first. `busy` says that a step is being performed here,
/// `other` which page holds the release elsewhere.
pub fn actions(
    release: &Release,
    abilities: Abilities,
    busy: bool,
    other: Option<&AtWork>,
) -> Vec<ActionView> {
    let other = other.filter(|other| !busy && other.is_in_the_way());
    if let Some(other) = other {
        return beside(release, abilities, other);
    }
    let reason = disabled_reason(abilities, busy);
    offered(release)
        .into_iter()
        .map(|(action, label, intent)| ActionView {
            action,
            label,
            intent,
            // Looking is free.
            disabled_reason: if matches!(action, Action::CheckAgain(_)) && !busy {
                None
            } else {
                reason.clone()
            },
        })
        .collect()
}

/// The buttons while another browser drives: all wait, but for the one that takes over.
fn beside(release: &Release, abilities: Abilities, other: &AtWork) -> Vec<ActionView> {
    let waits = format!(
        "{} has this release open in another browser, at “{}”.",
        other.who.name, other.doing
    );
    let take_over = ActionView {
        action: Action::TakeOver,
        label: "Take over…".to_owned(),
        intent: Intent::Quiet,
        disabled_reason: disabled_reason(abilities, false),
    };
    offered(release)
        .into_iter()
        .map(|(action, label, intent)| ActionView {
            action,
            label,
            intent,
            disabled_reason: Some(waits.clone()),
        })
        .chain([take_over])
        .collect()
}

fn disabled_reason(abilities: Abilities, busy: bool) -> Option<String> {
    if busy {
        return Some("A step is running.".to_owned());
    }
    let missing = abilities.missing();
    (!missing.is_empty()).then(|| {
        format!(
            "Your role may not {}. You can look at everything and preview the sandbox.",
            missing.join(", or ")
        )
    })
}

fn offered(release: &Release) -> Vec<(Action, String, Intent)> {
    use Intent::{Negative, Primary, Quiet};
    let phase = release.phase();
    let mut offered: Vec<(Action, String, Intent)> = Vec::new();
    match phase {
        Phase::Ready(step) => {
            offered.push((
                Action::Perform(*step),
                perform_label(release, *step),
                Primary,
            ));
        }
        Phase::InDoubt(step) => {
            let label = format!("Check whether “{}” happened", step.verb());
            offered.push((Action::CheckAgain(*step), label, Primary));
        }
        Phase::Review => offered.push((Action::Promote, "Promote…".to_owned(), Primary)),
        Phase::Failed { step, failure } => {
            if failure.kind == FailureKind::EditorsActive {
                offered.push((
                    Action::Perform(*step),
                    "Try to freeze again".to_owned(),
                    Primary,
                ));
                offered.push((Action::ForceFreeze, "Freeze anyway…".to_owned(), Negative));
            } else if failure.kind == FailureKind::FreezeLost && phase.may_refreeze() {
                offered.push((Action::Refreeze, "Freeze again".to_owned(), Primary));
            } else if failure.kind.may_retry() {
                let label = format!("Try again to {}", step.verb());
                offered.push((Action::Perform(*step), label, Primary));
            }
            if *step == Step::FreezeAgain {
                let label = "Roll back without freezing".to_owned();
                offered.push((Action::RollBackUnfrozen, label, Quiet));
            }
        }
        Phase::Stuck { step, .. } => {
            let label = format!("Try again to {}", step.verb());
            offered.push((Action::Perform(*step), label, Primary));
            match step {
                Step::Restore => {
                    let label = "Do not roll back, lift the freeze".to_owned();
                    offered.push((Action::CancelRollBack, label, Quiet));
                }
                Step::Discard(_) => {
                    let label = "Leave the sandbox, lift the freeze".to_owned();
                    offered.push((Action::LeaveSandbox, label, Quiet));
                }
                Step::Freeze
                | Step::Fork
                | Step::Migrate(_)
                | Step::Promote
                | Step::Unfreeze
                | Step::Reopen
                | Step::FreezeAgain
                | Step::Thaw => {}
            }
        }
        Phase::Live => offered.push((Action::RollBack, "Roll back…".to_owned(), Negative)),
        Phase::Abandoned | Phase::RolledBack => {}
    }
    if phase.may_restart() {
        let intent = if offered.is_empty() { Primary } else { Quiet };
        let label = "Start again on a fresh fork".to_owned();
        offered.push((Action::Restart, label, intent));
    }
    if phase.may_roll_back() && *phase != Phase::Live {
        offered.push((Action::RollBack, "Roll back…".to_owned(), Negative));
    }
    if phase.may_abandon() {
        offered.push((Action::Abandon, abandon_label(phase).to_owned(), Quiet));
    }
    if matches!(phase.step(), Some(Step::FreezeAgain)) && !matches!(phase, Phase::InDoubt(_)) {
        offered.push((Action::CancelRollBack, "Do not roll back".to_owned(), Quiet));
    }
    offered
}

/// What starting again on a fresh fork does, for the dialog that asks. It says what a script that ended half-way had
/// done: that goes with the sandbox, and the scripts begin from nothing. What they did to the whole project stays.
pub fn what_starting_again_does(release: &Release) -> String {
    let plan = release.plan();
    let (sandbox, source) = (&plan.sandbox, &plan.source);
    let lost = half_run::half_run(release).map_or_else(String::new, |found| {
        format!(
            " {}. {} That goes with it.",
            found.in_short(),
            found.had_done_there()
        )
    });
    let begins = format!(
        "{sandbox} is destroyed.{lost} Then {source} is forked again and every script runs from the first."
    );
    match release.stays().warning() {
        Some(stays) => format!("{begins} Primary stays frozen meanwhile. {stays}"),
        None => format!("{begins} Primary stays frozen meanwhile and is not changed."),
    }
}

/// What giving the release up does, for the dialog that asks.
pub fn what_giving_up_does(release: &Release) -> String {
    let plan = release.plan();
    let (sandbox, source) = (&plan.sandbox, &plan.source);
    let remains = match release.stays().sentence() {
        Some(stays) => format!("{stays} If it is not wanted, take it back by hand."),
        None => format!("{source} stays as it is."),
    };
    match release.phase() {
        Phase::InDoubt(Step::Fork) => format!(
            "What there is of {sandbox} by then is destroyed. While it is still being copied the CMS cannot do that: then you can leave it there and lift the freeze. {remains}"
        ),
        Phase::Failed { failure, .. }
            if release.has_sandbox() && failure.kind == FailureKind::WorldChanged =>
        {
            format!(
                "{sandbox} is destroyed with everything in it, if it is still there and the one this release made. Maintenance mode is turned off. {remains}"
            )
        }
        Phase::Ready(_)
        | Phase::InDoubt(_)
        | Phase::Review
        | Phase::Failed { .. }
        | Phase::Stuck { .. }
        | Phase::Live
        | Phase::Abandoned
        | Phase::RolledBack => {
            if release.has_sandbox() {
                format!(
                    "{sandbox} is destroyed with everything in it, and maintenance mode is turned off. {remains}"
                )
            } else if release.holds_freeze() {
                format!("Maintenance mode is turned off. {remains}")
            } else {
                "Nothing was changed yet; the plan is put aside.".to_owned()
            }
        }
    }
}

fn perform_label(release: &Release, step: Step) -> String {
    match step {
        Step::Freeze | Step::FreezeAgain => "Freeze primary".to_owned(),
        Step::Fork => format!("Fork {}", release.plan().source),
        Step::Migrate(0) => match release.plan().scripts.len() {
            1 => "Run 1 migration".to_owned(),
            n => format!("Run {n} migrations"),
        },
        Step::Migrate(index) => {
            format!(
                "Go on with script {} of {}",
                index + 1,
                release.plan().scripts.len()
            )
        }
        Step::Promote => format!("Promote {}", release.plan().sandbox),
        Step::Unfreeze | Step::Reopen | Step::Thaw => "Lift the freeze".to_owned(),
        Step::Discard(Then::ForkAgain | Then::Reopen) => {
            format!("Destroy {}", release.plan().sandbox)
        }
        Step::Restore => format!("Roll back to {}", release.plan().source),
    }
}

fn abandon_label(phase: &Phase) -> &'static str {
    match phase.step() {
        Some(Step::Freeze) => "Give up this release…",
        _ => "Abandon and reopen…",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        consent::Consent,
        effects::Stays,
        event::{Event, Evidence, ScriptSummary},
        failure::{Failure, Request, ScriptEnd},
        policy::Resource,
        view::sample::{replay, until_fork},
    };

    #[test]
    fn starting_again_says_what_a_half_run_script_had_done() {
        let mut events = until_fork("rel-1", &["1_a.ts"]);
        let nothing_ran = what_starting_again_does(&replay(&events));
        assert_eq!(
            nothing_ran,
            "rel-1 is destroyed. Then before is forked again and every script runs from the first. Primary stays frozen meanwhile and is not changed."
        );
        let end = ScriptEnd {
            done: ScriptSummary {
                calls: 3,
                effects: vec![("record updated".to_owned(), 2)],
                ..ScriptSummary::default()
            },
            last: Some(Request::new("PUT", "/items/R1")),
            ..ScriptEnd::default()
        };
        let failure = Failure::new(FailureKind::ScriptThrew, "It threw.").of_script(end);
        events.extend([
            Event::Started(Step::Migrate(0)),
            Event::Failed(Step::Migrate(0), failure),
        ]);
        let half = what_starting_again_does(&replay(&events));
        assert!(
            half.starts_with("rel-1 is destroyed. 1_a.ts ended at call 3, PUT /items/R1. It had made 3 calls: 2 records updated. That goes with it. Then before is forked again"),
            "{half}"
        );
    }

    #[test]
    fn what_scripts_did_to_the_whole_project_is_said_to_stay() {
        let made = |effects: &[(&str, u32)], project: &str| ScriptSummary {
            calls: 3,
            effects: effects
                .iter()
                .map(|(effect, n)| ((*effect).to_owned(), *n))
                .collect(),
            project: Stays {
                done: vec![(project.to_owned(), 1)],
                ..Stays::default()
            },
            ..ScriptSummary::default()
        };
        let mut events = until_fork("rel-1", &["1_a.ts", "2_b.ts"]);
        let end = ScriptEnd {
            done: made(&[("record updated", 2)], "webhook created"),
            ..ScriptEnd::default()
        };
        let failure = Failure::new(FailureKind::ScriptThrew, "It threw.").of_script(end);
        events.extend([
            Event::Started(Step::Migrate(0)),
            Event::Succeeded(
                Step::Migrate(0),
                Evidence::Migrated(made(&[], "role created")),
            ),
            Event::Started(Step::Migrate(1)),
            Event::Failed(Step::Migrate(1), failure),
        ]);
        let again = what_starting_again_does(&replay(&events));
        assert_eq!(
            again,
            "rel-1 is destroyed. 2_b.ts ended at call 3. It had made 3 calls: 2 records updated. That goes with it. Then before is forked again and every script runs from the first. Primary stays frozen meanwhile. This belongs to the whole project and stays: 1 role created, 1 webhook created. Running the scripts again does it again."
        );
        let gives_up = what_giving_up_does(&replay(&events));
        assert_eq!(
            gives_up,
            "rel-1 is destroyed with everything in it, and maintenance mode is turned off. This belongs to the whole project and stays: 1 role created, 1 webhook created. If it is not wanted, take it back by hand."
        );
        // No fork takes it along, so a later one does not hide it.
        let discard = Step::Discard(Then::ForkAgain);
        events.extend([
            Event::RestartRequested,
            Event::Started(discard),
            Event::Succeeded(discard, Evidence::Discarded),
        ]);
        let says = what_giving_up_does(&replay(&events));
        assert!(says.contains("1 role created, 1 webhook created"), "{says}");
    }

    #[test]
    fn a_script_that_nobody_saw_may_have_changed_what_it_was_allowed_to() {
        let mut events = until_fork("rel-1", &["1_a.ts"]);
        let consent = Consent {
            script: "1_a.ts".to_owned(),
            resource: Resource::Webhooks,
        };
        let gone = Failure::new(FailureKind::ScriptInterrupted, "The page went away.");
        let (started, failed) = (
            Event::Started(Step::Migrate(0)),
            Event::Failed(Step::Migrate(0), gone),
        );
        events.extend([started.clone(), failed.clone()]);
        let says = what_giving_up_does(&replay(&events));
        assert!(says.ends_with("before stays as it is."), "{says}");

        let mut events = until_fork("rel-1", &["1_a.ts"]);
        let allowed = Event::ConsentAnswered {
            consent,
            allowed: true,
        };
        events.extend([started, allowed, failed]);
        let says = what_giving_up_does(&replay(&events));
        assert!(
            says.contains("What 1_a.ts did to the whole project was not seen, and stays too."),
            "{says}"
        );
    }

    /// What the dialog says after the first `length` events of a release, and after `more`.
    fn says(length: usize, more: &[Event]) -> String {
        let mut events = until_fork("rel-1", &["1_a.ts"]);
        events.truncate(length);
        events.extend_from_slice(more);
        what_giving_up_does(&replay(&events))
    }

    #[test]
    fn giving_up_promises_no_more_than_there_is() {
        let lost = Failure::new(FailureKind::WorldChanged, "rel-1 is not there any more.");
        let failed = [
            Event::Started(Step::Migrate(0)),
            Event::Failed(Step::Migrate(0), lost),
        ];
        for (said, begins) in [
            (says(1, &[]), "Nothing was changed yet"),
            (says(3, &[]), "Maintenance mode is turned off."),
            (says(4, &[]), "What there is of rel-1 by then is destroyed."),
            (
                says(5, &[]),
                "rel-1 is destroyed with everything in it, and",
            ),
            (
                says(5, &failed),
                "rel-1 is destroyed with everything in it, if it is still there",
            ),
        ] {
            assert!(said.starts_with(begins), "{said}");
        }
    }
}
