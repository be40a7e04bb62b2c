//! What happened before: the releases that are over and what became primary outside them, newest first.

mod outside;

use datocms_client::{EnvironmentId, Timestamp};

pub use self::outside::Outside;
use crate::{
    event::Event,
    observed::Observed,
    phase::Phase,
    plan::ReleaseId,
    release::Release,
    step::Step,
    view::{
        action::{Action, ActionView, actions},
        history::{Decision, DecisionKind, Moment, history},
        standing::{self as said, Tone},
        time,
    },
};

/// How a past release stands today.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Its sandbox is primary.
    Live,
    /// Something newer is primary.
    Superseded,
    /// It was taken back.
    RolledBack,
    /// It was given up before its promotion.
    Abandoned,
}

/// One line of the timeline.
#[derive(Debug, Clone, PartialEq)]
pub enum Row {
    /// A release that is over.
    Release(Past),
    /// A promotion that no release on record tells of.
    Outside(Outside),
}

/// One past release.
#[derive(Debug, Clone, PartialEq)]
pub struct Past {
    /// Which.
    pub id: ReleaseId,
    /// What people call it.
    pub title: String,
    /// What it promoted, or would have.
    pub sandbox: EnvironmentId,
    /// When it was promoted. For one that happened outside Slipway: when its environment was made,
    /// which is the earliest it can have been.
    pub promoted_at: Option<Timestamp>,
    /// Whether the promotion happened outside Slipway.
    pub foreign: bool,
    /// Who promoted it, or gave it up. Nobody knows for one outside Slipway.
    pub by: Option<String>,
    /// How long editors had to wait, in words; `None` where it never froze anything.
    pub freeze: Option<String>,
    /// How many scripts ran; `None` where nobody knows.
    pub scripts: Option<usize>,
    /// How it stands today.
    pub standing: Standing,
    /// The decisions worth knowing at a glance: what was waived, why it was taken back or given up.
    pub remarks: Vec<Remark>,
    /// The button that takes it back, for the one that is live.
    pub roll_back: Option<ActionView>,
}

/// A decision in a few words, and who took it when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remark {
    /// Who and when.
    pub moment: Moment,
    /// What the person did, to be read after the name: "rolled it back: “too slow”".
    pub said: String,
}

/// The timeline, newest first. `busy` says that a step is being performed here.
pub fn rows(observed: &Observed, busy: bool, now: Timestamp) -> Vec<Row> {
    let releases = observed.past().map(|release| {
        let row = Row::Release(past(observed, release, busy, now));
        (release.planned_at(), row)
    });
    let outside = outside::outside(observed).into_iter().map(|outside| {
        let shown_at = outside.before.unwrap_or(observed.at.max(now));
        (shown_at, Row::Outside(outside))
    });
    let mut rows: Vec<(Timestamp, Row)> = releases.chain(outside).collect();
    // What a release found when it was planned came before it: at equal moments, below it.
    rows.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
    rows.into_iter().map(|(_, row)| row).collect()
}

/// The promotion that made primary what it is now, if no release on record tells of it.
pub fn outside_now(observed: &Observed) -> Option<Outside> {
    let found = outside::outside(observed);
    found.into_iter().find(|outside| outside.stands)
}

fn past(observed: &Observed, release: &Release, busy: bool, now: Timestamp) -> Past {
    let plan = release.plan();
    let standing = standing(observed, release);
    let foreign = release.is_adopted();
    let by = release
        .step_record(Step::Promote)
        .map_or_else(|| release.driver(), |record| record.by);
    let told = history(release, now);
    let ran = told.scripts.iter().filter(|script| script.millis.is_some());
    Past {
        id: plan.id.clone(),
        title: plan.title.clone(),
        sandbox: plan.sandbox.clone(),
        promoted_at: release.promoted_at(),
        foreign,
        by: (!foreign).then(|| by.name.clone()),
        freeze: (told.frozen_millis > 0).then(|| time::duration(told.frozen_millis)),
        scripts: (!foreign).then_some(ran.count()),
        standing,
        remarks: told.decisions.iter().rev().filter_map(remark).collect(),
        roll_back: (standing == Standing::Live)
            .then(|| roll_back(observed, release, busy))
            .flatten(),
    }
}

/// A decision that belongs beside the release's name; the others are on its own page.
fn remark(decision: &Decision) -> Option<Remark> {
    let what = match decision.kind {
        DecisionKind::Approve if decision.waived.is_empty() => return None,
        DecisionKind::Approve => format!("promoted although {}", decision.waived.join(", and ")),
        DecisionKind::Force => format!("froze although {}", decision.waived.join(", and ")),
        DecisionKind::Abandon => "gave it up".to_owned(),
        DecisionKind::RollBack => "rolled it back".to_owned(),
        DecisionKind::TakeOver => "took over".to_owned(),
        DecisionKind::Restart
        | DecisionKind::KeepPromotion
        | DecisionKind::LeaveSandbox
        | DecisionKind::Refreeze
        | DecisionKind::Allow
        | DecisionKind::Disallow => return None,
    };
    let said = match decision.reason.as_str() {
        "" => what,
        reason => format!("{what}: “{reason}”"),
    };
    Some(Remark {
        moment: decision.moment.clone(),
        said,
    })
}

/// How a release that is over stands today.
pub fn standing(observed: &Observed, release: &Release) -> Standing {
    match release.phase() {
        Phase::RolledBack => Standing::RolledBack,
        Phase::Abandoned => Standing::Abandoned,
        Phase::Live
        | Phase::Ready(_)
        | Phase::InDoubt(_)
        | Phase::Review
        | Phase::Failed { .. }
        | Phase::Stuck { .. } => match replaced_by(observed, release) {
            Some(_) => Standing::Superseded,
            None => Standing::Live,
        },
    }
}

/// Whether the look at the project is newer than the release's last change of primary; an older one
/// says nothing about it.
fn is_newer(observed: &Observed, release: &Release) -> bool {
    let last_change = release.log().iter().rev().find(|entry| {
        matches!(
            entry.event,
            Event::Succeeded(Step::Promote | Step::Restore, _)
        )
    });
    last_change.is_none_or(|entry| entry.at <= observed.at)
}

/// What is primary in the place of this release's sandbox; `None` where the sandbox is primary, or
/// where nothing newer than the promotion is known of primary.
fn replaced_by<'a>(observed: &'a Observed, release: &Release) -> Option<&'a EnvironmentId> {
    let primary = &observed.primary()?.id;
    (*primary != release.plan().sandbox && is_newer(observed, release)).then_some(primary)
}

/// What is to be said of a release that is over and whose outcome no longer stands, in the place of
/// what its log says: something else is primary by now.
pub fn replaced(observed: &Observed, release: &Release) -> Option<said::Standing> {
    let plan = release.plan();
    let primary = observed.primary()?;
    let (outcome, then) = match release.phase() {
        Phase::Live => ("was promoted", &plan.sandbox),
        Phase::RolledBack => ("was rolled back", &plan.source),
        Phase::Ready(_)
        | Phase::InDoubt(_)
        | Phase::Review
        | Phase::Failed { .. }
        | Phase::Stuck { .. }
        | Phase::Abandoned => return None,
    };
    let is_kept = observed.environment(then).is_some();
    let kept = if is_kept {
        "is a sandbox now"
    } else {
        "is not there any more"
    };
    (primary.id != *then && is_newer(observed, release)).then(|| said::Standing {
        tone: Tone::Plain,
        title: format!(
            "This release {outcome}, and {} is primary since.",
            primary.id
        ),
        sentence: format!("{then} {kept}."),
    })
}

/// Why a promoted release cannot be taken back as the project is now; `None` where it can.
pub fn reason_not_to_roll_back(observed: &Observed, release: &Release) -> Option<String> {
    let target = release.rollback_target();
    let other = observed
        .under_way()
        .filter(|other| other.plan().id != release.plan().id);
    if let Some(primary) = replaced_by(observed, release) {
        let sandbox = &release.plan().sandbox;
        Some(format!(
            "{primary} is primary now and {sandbox} is not, so there is nothing of this release to take back."
        ))
    } else if let Some(other) = other {
        Some(format!(
            "“{}” is under way. Finish it or give it up first.",
            other.plan().title
        ))
    } else if observed.environment(target).is_none() {
        Some(format!(
            "{target} is not there any more, so there is nothing to go back to."
        ))
    } else {
        None
    }
}

/// The release's own button, with what speaks against it in this project.
fn roll_back(observed: &Observed, release: &Release, busy: bool) -> Option<ActionView> {
    let mut view = actions(release, observed.abilities, busy, None)
        .into_iter()
        .find(|view| view.action == Action::RollBack)?;
    if let Some(reason) = reason_not_to_roll_back(observed, release) {
        view.disabled_reason = Some(reason);
    }
    Some(view)
}

#[cfg(test)]
mod tests;
