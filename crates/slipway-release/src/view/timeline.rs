//! What happened before: the releases that are over, newest first.

use datocms_client::{EnvironmentId, Timestamp};

use crate::{
    observed::Observed,
    phase::Phase,
    plan::ReleaseId,
    release::Release,
    step::Step,
    view::{
        action::{Action, ActionView, actions},
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

/// One past release.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
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
    /// The button that takes it back, for the one that is live.
    pub roll_back: Option<ActionView>,
}

/// The releases that are over, newest first. `busy` says that a step is being performed here.
pub fn rows(observed: &Observed, busy: bool, now: Timestamp) -> Vec<Row> {
    observed
        .past()
        .map(|release| row(observed, release, busy, now))
        .collect()
}

fn row(observed: &Observed, release: &Release, busy: bool, now: Timestamp) -> Row {
    let plan = release.plan();
    let standing = standing(observed, release);
    let foreign = release.is_adopted();
    let by = release
        .step_record(Step::Promote)
        .map_or_else(|| release.driver(), |record| record.by);
    let frozen = release.frozen_for(now);
    let ran = (0..plan.scripts.len())
        .filter(|index| {
            release
                .step_record(Step::Migrate(*index))
                .is_some_and(|record| record.finished.is_some())
        })
        .count();
    Row {
        id: plan.id.clone(),
        title: plan.title.clone(),
        sandbox: plan.sandbox.clone(),
        promoted_at: release.promoted_at(),
        foreign,
        by: (!foreign).then(|| by.name.clone()),
        freeze: (frozen > 0).then(|| time::duration(frozen)),
        scripts: (!foreign).then_some(ran),
        standing,
        roll_back: (standing == Standing::Live)
            .then(|| roll_back(observed, release, busy))
            .flatten(),
    }
}

fn standing(observed: &Observed, release: &Release) -> Standing {
    match release.phase() {
        Phase::RolledBack => Standing::RolledBack,
        Phase::Abandoned => Standing::Abandoned,
        Phase::Live
        | Phase::Ready(_)
        | Phase::InDoubt(_)
        | Phase::Review
        | Phase::Failed { .. }
        | Phase::Stuck { .. } => {
            let sandbox = &release.plan().sandbox;
            match observed.primary() {
                Some(primary) if primary.id != *sandbox => Standing::Superseded,
                Some(_) | None => Standing::Live,
            }
        }
    }
}

/// The release's own button, with one more reason: there is nothing to go back to, or another release comes first.
fn roll_back(observed: &Observed, release: &Release, busy: bool) -> Option<ActionView> {
    let mut view = actions(release, observed.abilities, busy)
        .into_iter()
        .find(|view| view.action == Action::RollBack)?;
    let target = release.rollback_target();
    if let Some(other) = observed.under_way() {
        view.disabled_reason = Some(format!(
            "“{}” is under way. Finish it or give it up first.",
            other.plan().title
        ));
    } else if observed.environment(target).is_none() {
        view.disabled_reason = Some(format!(
            "{target} is not there any more, so there is nothing to go back to."
        ));
    }
    Some(view)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::sample::{self, at};

    fn one_row(release: Release, primary: &str) -> Row {
        let mut world = sample::world();
        world.environments = vec![
            sample::primary(primary, None),
            sample::sandbox("before", None),
        ];
        world.releases = vec![release];
        rows(&world, false, at(100)).remove(0)
    }

    #[test]
    fn the_live_release_can_be_taken_back() {
        let row = one_row(sample::live("rel-1"), "rel-1");
        assert_eq!(row.standing, Standing::Live);
        assert_eq!(row.promoted_at, Some(at(9)));
        assert_eq!(row.by.as_deref(), Some("Ada"));
        assert_eq!(row.freeze.as_deref(), Some("10 s"));
        assert_eq!(row.scripts, Some(1));
        assert_eq!(row.roll_back.unwrap().disabled_reason, None);
    }

    #[test]
    fn a_superseded_release_offers_nothing() {
        let row = one_row(sample::live("rel-1"), "rel-2");
        assert_eq!(row.standing, Standing::Superseded);
        assert_eq!(row.roll_back, None);
    }

    #[test]
    fn what_was_taken_back_stays_in_the_list() {
        let row = one_row(sample::rolled_back("rel-1"), "before");
        assert_eq!(row.standing, Standing::RolledBack);
        assert_eq!(row.roll_back, None);
    }

    #[test]
    fn a_release_given_up_before_anything_froze_nobody() {
        let row = one_row(sample::abandoned("rel-1"), "before");
        assert_eq!(row.standing, Standing::Abandoned);
        assert_eq!(row.freeze, None);
        assert_eq!(row.promoted_at, None);
        assert_eq!(row.scripts, Some(0));
    }

    #[test]
    fn without_the_old_environment_the_button_says_so() {
        let mut world = sample::world();
        world.environments = vec![sample::primary("rel-1", None)];
        world.releases = vec![sample::live("rel-1")];
        let row = rows(&world, false, at(100)).remove(0);
        let reason = row.roll_back.unwrap().disabled_reason.unwrap();
        assert!(reason.contains("before is not there any more"), "{reason}");
    }
}
