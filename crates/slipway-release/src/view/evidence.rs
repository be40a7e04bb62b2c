//! A release's log in words: one sentence an entry, for people who were not there.

use crate::{
    event::{Event, Evidence},
    plan::Plan,
    release::Release,
    step::{Step, Then},
    view::step::describe,
};

/// What an entry of the release's log says.
pub fn sentence(release: &Release, event: &Event) -> String {
    let plan = release.plan();
    match event {
        Event::Planned(plan) => planned(plan),
        Event::Adopted { plan, .. } => format!(
            "Took on record that {} was promoted outside Slipway, in the place of {}.",
            plan.sandbox, plan.source
        ),
        Event::Started(step) => begun(plan, *step),
        Event::Succeeded(step, evidence) => done(plan, *step, evidence),
        Event::NotApplied(step) => format!("Looked: “{}” had not happened.", named(plan, *step)),
        Event::Failed(step, failure) => {
            format!("“{}” failed. {}", named(plan, *step), failure.message)
        }
        Event::Forced { editors } if editors.is_empty() => {
            "Decided to freeze at once; nobody was seen editing any more.".to_owned()
        }
        Event::Forced { editors } => format!(
            "Decided to freeze although {} {} editing.",
            and(editors),
            if editors.len() == 1 { "was" } else { "were" }
        ),
        Event::Approved { waived, reason, .. } => {
            let mut decision = format!("Agreed that {} becomes primary", plan.sandbox);
            if !waived.is_empty() {
                decision.push_str(", knowing that ");
                decision.push_str(&and(waived));
            }
            with_reason(&decision, reason)
        }
        Event::ApprovalVoided { reason } => format!("The agreement no longer holds. {reason}"),
        Event::AbandonRequested { reason } => with_reason("Gave the release up", reason),
        Event::RestartRequested => format!(
            "Decided to destroy {} and to start again on a fresh fork.",
            plan.sandbox
        ),
        Event::RollBackRequested {
            freeze_first,
            reason,
            ..
        } => {
            let decision = format!(
                "Decided to roll back to {}, {} freezing first",
                plan.source,
                if *freeze_first { "after" } else { "without" }
            );
            with_reason(&decision, reason)
        }
        Event::RollBackCancelled => "Decided not to roll back.".to_owned(),
        Event::SandboxLeft => format!(
            "Left {} where it is, to lift the freeze without destroying it.",
            plan.sandbox
        ),
        Event::Refrozen { forced } => format!(
            "Turned maintenance mode on again, after somebody had turned it off{}.",
            if *forced {
                ", although people were editing"
            } else {
                ""
            }
        ),
        Event::TookOver { from, doing } => {
            format!("Took over from {}, whose page was at “{doing}”.", from.name)
        }
        Event::EstimateDropped { reason } => {
            format!("{reason} What the rehearsal predicted is not gone by any more.")
        }
        Event::ConsentAnswered { consent, allowed } => format!(
            "{} {} to handle {} of the whole project.",
            if *allowed { "Allowed" } else { "Did not allow" },
            consent.script,
            consent.resource.plural()
        ),
    }
}

fn planned(plan: &Plan) -> String {
    let scripts = match plan.scripts.len() {
        0 => "no migrations".to_owned(),
        1 => "1 migration".to_owned(),
        n => format!("{n} migrations"),
    };
    format!(
        "Planned to fork {} into {} with {scripts}, and to promote it.",
        plan.source, plan.sandbox
    )
}

fn begun(plan: &Plan, step: Step) -> String {
    match step {
        Step::Freeze | Step::FreezeAgain => "Began to turn maintenance mode on.".to_owned(),
        Step::Fork => format!("Began to copy {} into {}.", plan.source, plan.sandbox),
        Step::Migrate(index) => format!("Began to run {}.", script(plan, index)),
        Step::Promote => format!("Began to make {} primary.", plan.sandbox),
        Step::Unfreeze | Step::Reopen | Step::Thaw => {
            "Began to turn maintenance mode off.".to_owned()
        }
        Step::Discard(Then::ForkAgain | Then::Reopen) => {
            format!("Began to destroy {}.", plan.sandbox)
        }
        Step::Restore => format!("Began to make {} primary again.", plan.source),
    }
}

fn done(plan: &Plan, step: Step, evidence: &Evidence) -> String {
    match evidence {
        Evidence::Frozen { adopted: true, .. } => {
            "Maintenance mode was on already; the release took it over.".to_owned()
        }
        Evidence::Frozen { forced: true, .. } => {
            "Maintenance mode is on; people who were editing were overruled.".to_owned()
        }
        Evidence::Frozen { .. } => "Maintenance mode is on; nobody was forced out.".to_owned(),
        Evidence::Forked { .. } => {
            format!("{} is a complete copy of {}.", plan.sandbox, plan.source)
        }
        Evidence::Migrated(summary) => {
            let name = match step {
                Step::Migrate(index) => script(plan, index),
                Step::Freeze
                | Step::Fork
                | Step::Promote
                | Step::Unfreeze
                | Step::Discard(_)
                | Step::Reopen
                | Step::FreezeAgain
                | Step::Restore
                | Step::Thaw => "A script",
            };
            if summary.from_ledger {
                format!("{name} ran to its end, the ledger says.")
            } else {
                format!("{name} ran to its end. {}", describe(summary))
            }
        }
        Evidence::Promoted { previous, .. } => {
            format!(
                "{} is primary. {previous} stays as a sandbox.",
                plan.sandbox
            )
        }
        Evidence::Thawed => "Maintenance mode is off; editors can go on.".to_owned(),
        Evidence::Discarded => format!("{} is gone.", plan.sandbox),
        Evidence::Restored => format!(
            "{} is primary again. {} stays as a sandbox.",
            plan.source, plan.sandbox
        ),
    }
}

fn named(plan: &Plan, step: Step) -> String {
    match step {
        Step::Migrate(index) => format!("run {}", script(plan, index)),
        Step::Freeze
        | Step::Fork
        | Step::Promote
        | Step::Unfreeze
        | Step::Discard(_)
        | Step::Reopen
        | Step::FreezeAgain
        | Step::Restore
        | Step::Thaw => step.verb().to_owned(),
    }
}

fn script(plan: &Plan, index: usize) -> &str {
    plan.scripts
        .get(index)
        .map_or("a script", |script| script.name.as_str())
}

/// The decision, with the person's own words where there are any.
fn with_reason(decision: &str, reason: &str) -> String {
    match reason.trim() {
        "" => format!("{decision}."),
        reason => format!("{decision}: “{reason}”"),
    }
}

/// "Ada", "Ada and Bo", "Ada, Bo and Cy".
pub fn and(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [others @ .., last] => format!("{} and {last}", others.join(", ")),
    }
}

#[cfg(test)]
mod tests;
