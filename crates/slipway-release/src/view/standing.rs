//! Where a release stands, in a sentence: for a message on its page, and for a screen reader.

use crate::{
    failure::FailureKind,
    lease::AtWork,
    phase::Phase,
    release::Release,
    step::{Step, Then},
    view::half_run,
};

/// How a message about the standing is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// All is well.
    Good,
    /// Nothing is wrong; something is over.
    Plain,
    /// Somebody has to look.
    Careful,
    /// Something went wrong.
    Bad,
}

/// A message about where a release stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// How it is meant.
    pub tone: Tone,
    /// In a few words.
    pub title: String,
    /// What is true now, and what can be done.
    pub sentence: String,
}

/// The message for the phases that want one; where the release simply goes on, the stepper says it all.
pub fn standing(release: &Release, busy: bool) -> Option<Standing> {
    let plan = release.plan();
    let said = |tone, title: &str, sentence: String| {
        Some(Standing {
            tone,
            title: title.to_owned(),
            sentence,
        })
    };
    match release.phase() {
        Phase::InDoubt(_) if busy => None,
        Phase::InDoubt(step) => said(
            Tone::Careful,
            "It is not known what became of the last step.",
            format!(
                "“{}” was started by {}, and no outcome was written down: the page was closed, or the CMS did not answer. Checking asks the CMS what is true and repeats nothing. If somebody is working on this release in another window, let them.",
                step.verb(),
                release.driver().name
            ),
        ),
        Phase::Failed { step, failure } => said(
            if failure.kind == FailureKind::EditorsActive {
                Tone::Careful
            } else {
                Tone::Bad
            },
            failed_title(*step, failure.kind),
            match half_run::half_run(release) {
                Some(_) => format!("{} {}", failure.message, half_run_help(release)),
                None => failure.message.clone(),
            },
        ),
        Phase::Stuck { step, failure } => said(
            Tone::Bad,
            "A step back did not work, so the project is between two states.",
            format!("{} {}", failure.message, stuck_help(release, *step)),
        ),
        Phase::Live => said(
            Tone::Good,
            &format!("{} is live.", plan.sandbox),
            format!(
                "{} is kept as a sandbox, as it was. Rolling back makes it primary again.",
                plan.source
            ),
        ),
        Phase::Abandoned => said(
            Tone::Plain,
            "This release was given up.",
            match release.stays().sentence() {
                Some(stays) => format!("{} was never promoted. {stays}", plan.sandbox),
                None => format!(
                    "{} was never promoted, and {} stayed as it was.",
                    plan.sandbox, plan.source
                ),
            },
        ),
        Phase::RolledBack => said(
            Tone::Plain,
            &format!("Rolled back: {} is primary again.", plan.source),
            format!(
                "{} is kept as a sandbox with everything in it, so nothing written there is lost.",
                plan.sandbox
            ),
        ),
        Phase::Ready(_) | Phase::Review => None,
    }
}

/// The message while another browser has the release.
pub fn beside(other: &AtWork) -> Standing {
    let name = &other.who.name;
    let heard = match other.quiet_millis / 1000 {
        0..=14 => "It was heard of just now.".to_owned(),
        seconds => format!("It has not been heard of for {seconds} s."),
    };
    Standing {
        tone: Tone::Careful,
        title: format!("{name} has this release open in another browser."),
        sentence: format!(
            "That page is at “{}”. {heard} Once it is silent for a minute anybody may go on here; until then ask {name}, or take the release over.",
            other.doing
        ),
    }
}

/// The message where somebody lifted the freeze under a release that relies on it.
pub fn freeze_lost(release: &Release) -> Standing {
    let plan = release.plan();
    Standing {
        tone: Tone::Careful,
        title: "Somebody turned maintenance mode off.".to_owned(),
        sentence: format!(
            "Editors can change {} again, and what they change is not in {}. Freeze again before you go on.",
            plan.source, plan.sandbox
        ),
    }
}

fn failed_title(step: Step, kind: FailureKind) -> &'static str {
    if kind == FailureKind::EditorsActive {
        return "People are editing, so nothing was frozen.";
    }
    if kind == FailureKind::FreezeLost {
        return "Somebody turned maintenance mode off.";
    }
    match step {
        Step::Freeze => "Primary was not frozen.",
        Step::Fork => "The sandbox was not made.",
        Step::Migrate(_) if kind == FailureKind::ScriptUnprepared => "The script did not start.",
        Step::Migrate(_) => "A script did not come to its end.",
        Step::Promote => "The sandbox was not promoted.",
        Step::Unfreeze | Step::Reopen | Step::Thaw => "The freeze was not lifted.",
        Step::Discard(_) => "The sandbox was not destroyed.",
        Step::FreezeAgain => "Primary was not frozen, and nothing was rolled back.",
        Step::Restore => "Nothing was rolled back.",
    }
}

/// What to do with a sandbox on which a script ended half-way.
fn half_run_help(release: &Release) -> String {
    let plan = release.plan();
    format!(
        "{} is partly migrated, and no script runs on it any more. Start again on a fresh fork of {}, or open it first to see how far the script came.",
        plan.sandbox, plan.source
    )
}

fn stuck_help(release: &Release, step: Step) -> String {
    let plan = release.plan();
    match step {
        Step::Discard(Then::Reopen | Then::ForkAgain) => format!(
            "Try again, or delete {} in the panel's environment settings and check again here.",
            plan.sandbox
        ),
        Step::Restore => format!(
            "Try again, or promote {} in the panel's environment settings and check again here.",
            plan.source
        ),
        Step::Reopen | Step::Thaw | Step::Unfreeze => {
            "Editors cannot write until maintenance mode is off. Try again, or turn it off in the panel's environment settings.".to_owned()
        }
        Step::Freeze | Step::Fork | Step::Migrate(_) | Step::Promote | Step::FreezeAgain => {
            "Try again.".to_owned()
        }
    }
}

/// What a screen reader is told when the standing changes. `busy` says that this page performs the step.
pub fn announcement(release: &Release, busy: bool) -> String {
    let plan = release.plan();
    match release.phase() {
        Phase::Ready(Step::Migrate(index)) if *index > 0 => {
            format!("Script {index} of {} ran.", plan.scripts.len())
        }
        Phase::Ready(step) => format!("Next step: {}.", step.verb()),
        Phase::InDoubt(Step::Migrate(index)) if busy => {
            format!("Running script {} of {}.", index + 1, plan.scripts.len())
        }
        Phase::InDoubt(step) if busy => format!("Started to {}.", step.verb()),
        Phase::Review => "Everything ran on the sandbox. Review it, then promote.".to_owned(),
        Phase::InDoubt(_)
        | Phase::Failed { .. }
        | Phase::Stuck { .. }
        | Phase::Live
        | Phase::Abandoned
        | Phase::RolledBack => {
            standing(release, busy).map_or_else(String::new, |standing| standing.title)
        }
    }
}

#[cfg(test)]
mod tests;
