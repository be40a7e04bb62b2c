//! The list page's first answers: is the site safe right now, what is going on, what can be done.

use std::collections::BTreeSet;

use datocms_client::{EnvironmentId, Timestamp};

use crate::{
    checks::Abilities,
    event::Person,
    observed::{Environment, Observed},
    phase::Phase,
    release::Release,
    step::Step,
    view::{
        step::{self, Running, StepState, StepView, When},
        timeline,
    },
};

/// How the primary environment came to be what it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Became {
    /// A release made it primary then.
    Promoted(Timestamp),
    /// A rollback made it primary again then.
    RolledBackTo(Timestamp),
    /// Something that no release on record tells of made it primary, after this moment.
    Outside(Timestamp),
    /// It became primary after this moment, or was primary before under another name.
    OutsideOrRenamed(Timestamp),
    /// Nobody knows since when it is primary; it was made then.
    Created(Timestamp),
}

/// How a primary environment came to be what it is, as far as the releases on record tell.
pub fn became(observed: &Observed, primary: &Environment) -> Became {
    let outside = timeline::outside_now(observed);
    if let Some(outside) = outside.filter(|outside| outside.environment == primary.id) {
        return if outside.maybe_renamed {
            Became::OutsideOrRenamed(outside.after)
        } else {
            Became::Outside(outside.after)
        };
    }
    let promoted = observed
        .releases
        .iter()
        .filter(|release| release.plan().sandbox == primary.id)
        .filter_map(|release| release.promoted_at().map(|at| (at, release.is_adopted())))
        // An adopted promotion's moment is when the environment was made, not when it became primary.
        .map(|(at, adopted)| {
            (
                at,
                if adopted {
                    Became::Created(at)
                } else {
                    Became::Promoted(at)
                },
            )
        });
    let restored = observed
        .releases
        .iter()
        .filter(|release| release.plan().source == primary.id)
        .filter_map(|release| Some(release.step_record(Step::Restore)?.finished?.0))
        .map(|at| (at, Became::RolledBackTo(at)));
    promoted
        .chain(restored)
        .max_by_key(|(at, _)| *at)
        .map_or(Became::Created(primary.created_at), |(_, became)| became)
}

/// Maintenance mode, and who answers for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Freeze {
    /// Off: editors work.
    Off,
    /// On, held by a release.
    Held {
        /// Who froze.
        by: Person,
        /// Since when.
        since: Timestamp,
        /// The release's title.
        release: String,
    },
    /// On, and no release on record holds it.
    Orphaned,
}

/// What maintenance mode is like now.
pub fn freeze(observed: &Observed) -> Freeze {
    if !observed.frozen {
        return Freeze::Off;
    }
    let holder = observed
        .releases
        .iter()
        .find_map(|release| Some((release, release.frozen_since()?)));
    match holder {
        Some((release, since)) => Freeze::Held {
            by: freezer(release),
            since,
            release: release.plan().title.clone(),
        },
        None => Freeze::Orphaned,
    }
}

fn freezer(release: &Release) -> Person {
    [Step::FreezeAgain, Step::Freeze]
        .into_iter()
        .find_map(|step| release.step_record(step))
        .map_or_else(|| release.driver().clone(), |record| record.by.clone())
}

/// Why no release can be begun now; `None` where one can.
pub fn reason_not_to_plan(observed: &Observed) -> Option<String> {
    if let Some(release) = observed.under_way() {
        return Some(format!(
            "“{}” is under way. Finish it or give it up first.",
            release.plan().title
        ));
    }
    lacking(observed.abilities)
}

/// What the role may not do, as a sentence; `None` where it may do everything a release needs.
pub fn lacking(abilities: Abilities) -> Option<String> {
    let missing = abilities.missing();
    (!missing.is_empty()).then(|| {
        format!(
            "Your role may not {}. You can look at everything.",
            missing.join(", or ")
        )
    })
}

/// A release's stops in one row: each with the few words that stand under it.
pub fn track(
    release: &Release,
    running: &Running,
    now: Timestamp,
) -> Vec<(StepView, Option<String>)> {
    step::steps(release, running, now)
        .into_iter()
        .map(|view| {
            let note = note(release, &view);
            (view, note)
        })
        .collect()
}

/// `None` leaves the place to the stop's own time.
fn note(release: &Release, view: &StepView) -> Option<String> {
    match view.state {
        StepState::Todo | StepState::Skipped => None,
        StepState::Done => (view.title == "Plan").then(|| match release.plan().scripts.len() {
            1 => "1 script".to_owned(),
            n => format!("{n} scripts"),
        }),
        StepState::Trouble => Some("Needs attention".to_owned()),
        StepState::Now => Some(whose_turn(release, view)),
    }
}

fn whose_turn(release: &Release, view: &StepView) -> String {
    let scripts = release.plan().scripts.len();
    match (release.phase(), &view.when) {
        (Phase::Ready(Step::Migrate(index)) | Phase::InDoubt(Step::Migrate(index)), _) => {
            format!("{} of {scripts}", index + 1)
        }
        (_, Some(When::Text(text))) => text.clone(),
        (Phase::Ready(_) | Phase::Review, _) => "Waits for a decision".to_owned(),
        (
            Phase::InDoubt(_)
            | Phase::Failed { .. }
            | Phase::Stuck { .. }
            | Phase::Live
            | Phase::Abandoned
            | Phase::RolledBack,
            _,
        ) => "Under way".to_owned(),
    }
}

/// What an environment is in the story of the releases.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// It is live.
    Primary,
    /// The release under way will promote it.
    Candidate,
    /// A rollback leads to it.
    RollbackTarget,
    /// A rehearsal ran, or runs, on it. No release has to do with it.
    Rehearsal,
}

/// An environment in its place in the family tree.
#[derive(Debug, Clone, PartialEq)]
pub struct Branch<'a> {
    /// Which.
    pub environment: &'a Environment,
    /// How deep it hangs under the environment it was forked from; primary is always at the top.
    pub depth: usize,
    /// What it is in the story of the releases.
    pub part: Option<Part>,
}

/// The environments as a tree of forks: primary first, then its forks, then the rest, newest first.
pub fn family(observed: &Observed) -> Vec<Branch<'_>> {
    let mut tree = Tree {
        observed,
        placed: BTreeSet::new(),
        branches: Vec::new(),
    };
    let is_root = |environment: &&Environment| {
        environment.primary
            || environment
                .forked_from
                .as_ref()
                .is_none_or(|parent| observed.environment(parent).is_none())
    };
    for root in observed.environments.iter().filter(is_root) {
        tree.place(root, 0);
    }
    // What is left hangs from itself in a circle: a name that changed hands.
    for environment in &observed.environments {
        tree.place(environment, 0);
    }
    tree.branches
}

struct Tree<'a> {
    observed: &'a Observed,
    placed: BTreeSet<&'a EnvironmentId>,
    branches: Vec<Branch<'a>>,
}

impl<'a> Tree<'a> {
    fn place(&mut self, environment: &'a Environment, depth: usize) {
        if !self.placed.insert(&environment.id) {
            return;
        }
        self.branches.push(Branch {
            environment,
            depth,
            part: part(self.observed, environment),
        });
        let observed = self.observed;
        for child in &observed.environments {
            if !child.primary && child.forked_from.as_ref() == Some(&environment.id) {
                self.place(child, depth + 1);
            }
        }
    }
}

fn part(observed: &Observed, environment: &Environment) -> Option<Part> {
    if environment.primary {
        return Some(Part::Primary);
    }
    if observed.rehearsal_on(&environment.id).is_some() {
        return Some(Part::Rehearsal);
    }
    let candidate = observed.under_way().is_some_and(|release| {
        release.plan().sandbox == environment.id && release.promoted_at().is_none()
    });
    if candidate {
        return Some(Part::Candidate);
    }
    let primary = observed.primary()?;
    let target = observed.releases.iter().any(|release| {
        release.plan().sandbox == primary.id
            && release.promoted_at().is_some()
            && *release.rollback_target() == environment.id
            && !matches!(release.phase(), Phase::RolledBack)
    });
    // What became primary outside Slipway since is what a rollback would take back now.
    let is_target = timeline::outside_now(observed).map_or(target, |outside| {
        outside.way_back.as_ref() == Some(&environment.id)
    });
    is_target.then_some(Part::RollbackTarget)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::sample::{self, at};
    use rstest::rstest;

    #[test]
    fn a_freeze_has_an_owner_or_is_told_to_have_none() {
        let mut world = sample::world();
        assert_eq!(freeze(&world), Freeze::Off);

        world.frozen = true;
        assert_eq!(freeze(&world), Freeze::Orphaned);

        world.releases = vec![sample::in_review("rel-1")];
        assert_eq!(
            freeze(&world),
            Freeze::Held {
                by: sample::ada(),
                since: at(1),
                release: "Release of rel-1".to_owned(),
            }
        );
    }

    /// A primary environment that was made when the sample releases forked theirs.
    fn forked_then(id: &str) -> Environment {
        Environment {
            created_at: at(3),
            ..sample::primary(id, Some("before"))
        }
    }

    #[test]
    fn primary_says_since_when_it_is_primary() {
        let mut world = sample::world();
        let primary = |world: &Observed| became(world, world.primary().unwrap());
        assert_eq!(primary(&world), Became::Created(at(-100)));

        world.environments = vec![forked_then("main")];
        world.releases = vec![sample::live("main")];
        assert_eq!(primary(&world), Became::Promoted(at(9)));

        world.environments = vec![sample::primary("main", None)];
        world.releases = vec![sample::rolled_back("rel-1")];
        assert_eq!(primary(&world), Became::RolledBackTo(at(16)));
    }

    #[test]
    fn primary_says_that_it_was_promoted_outside_slipway() {
        let primary = |world: &Observed| became(world, world.primary().unwrap());
        let parts = |world: &Observed| -> Vec<(String, Option<Part>)> {
            let family = family(world).into_iter();
            family
                .map(|branch| (branch.environment.id.to_string(), branch.part))
                .collect()
        };
        let mut world = sample::world();
        world.at = at(100);

        // A fork that is primary was promoted, and no release tells of it.
        world.environments = vec![
            sample::primary("hotfix", Some("main")),
            sample::sandbox("main", None),
        ];
        assert_eq!(primary(&world), Became::Outside(at(-100)));
        let target = Some(Part::RollbackTarget);
        let expected = |primary: &str, other: &str| {
            [
                (primary.to_owned(), Some(Part::Primary)),
                (other.to_owned(), target),
            ]
        };
        assert_eq!(parts(&world), expected("hotfix", "main"));

        // What a release promoted was replaced by somebody: that is newer than the release's promotion.
        world.environments = vec![
            sample::primary("hotfix", Some("rel-1")),
            sample::sandbox("rel-1", Some("before")),
        ];
        world.releases = vec![sample::live("rel-1")];
        assert_eq!(primary(&world), Became::Outside(at(9)));
        assert_eq!(parts(&world), expected("hotfix", "rel-1"));

        // Where what was primary is gone, its name may be all that changed.
        world.environments = vec![sample::primary("production", None)];
        world.releases = vec![sample::rolled_back("rel-1")];
        assert_eq!(primary(&world), Became::OutsideOrRenamed(at(16)));
    }

    #[test]
    fn one_release_at_a_time_and_only_for_whom_may() {
        let mut world = sample::world();
        assert_eq!(reason_not_to_plan(&world), None);

        world.abilities.promote_environments = false;
        let reason = reason_not_to_plan(&world).unwrap();
        assert!(reason.contains("promote environments"), "{reason}");

        world.releases = vec![sample::in_review("rel-1")];
        let reason = reason_not_to_plan(&world).unwrap();
        assert!(
            reason.contains("“Release of rel-1” is under way"),
            "{reason}"
        );
    }

    #[test]
    fn the_track_says_in_a_word_where_the_release_is() {
        let release = sample::in_review("rel-1");
        let notes: Vec<(&str, Option<String>)> = track(&release, &Running::default(), at(20))
            .into_iter()
            .map(|(view, note)| (view.title, note))
            .collect();
        assert_eq!(notes[0], ("Plan", Some("1 script".to_owned())));
        assert_eq!(
            notes[4],
            ("Review", Some("Waits for a decision".to_owned()))
        );
        assert_eq!(notes[5], ("Promote", None));
        assert_eq!(notes.len(), 7);
    }

    #[test]
    fn forks_hang_under_what_they_were_copied_from_and_primary_is_first() {
        let mut world = sample::world();
        world.environments = vec![
            sample::sandbox("fork-of-fork", Some("fork")),
            sample::sandbox("fork", Some("main")),
            sample::sandbox("before", Some("gone")),
            sample::primary("main", Some("before")),
        ];
        world
            .environments
            .sort_by_key(|environment| !environment.primary);

        let tree: Vec<(String, usize)> = family(&world)
            .into_iter()
            .map(|branch| (branch.environment.id.to_string(), branch.depth))
            .collect();

        let expected = [("main", 0), ("fork", 1), ("fork-of-fork", 2), ("before", 0)];
        assert_eq!(tree, expected.map(|(id, depth)| (id.to_owned(), depth)));
    }

    #[test]
    fn environments_that_name_each_other_are_all_listed_once() {
        let mut world = sample::world();
        world.environments = vec![
            sample::sandbox("a", Some("b")),
            sample::sandbox("b", Some("a")),
        ];
        assert_eq!(family(&world).len(), 2);
    }

    #[rstest]
    #[case::candidate(sample::in_review("fork"), "fork", Some(Part::Candidate))]
    #[case::target(sample::live("main"), "before", Some(Part::RollbackTarget))]
    #[case::neither(sample::rolled_back("fork"), "fork", None)]
    fn environments_have_a_part_in_the_story(
        #[case] release: Release,
        #[case] id: &str,
        #[case] expected: Option<Part>,
    ) {
        let mut world = sample::world();
        world.environments = vec![
            forked_then("main"),
            sample::sandbox("fork", Some("main")),
            sample::sandbox("before", None),
        ];
        world.releases = vec![release];
        let family = family(&world);
        let branch = family
            .iter()
            .find(|branch| branch.environment.id.as_str() == id)
            .unwrap();
        assert_eq!(branch.part, expected);
    }
}
