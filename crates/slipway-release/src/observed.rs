//! What the CMS looks like right now. Observation wins: the log explains it, it does not overrule it.

use std::collections::{BTreeMap, BTreeSet};

use datocms_client::{EnvironmentId, Timestamp};

use crate::{
    checks::{Abilities, SandboxQuota},
    event::Person,
    lease::AtWork,
    phase::Phase,
    plan::ReleaseId,
    rehearsal::fork::LeftFork,
    release::Release,
    step::Step,
};

/// One look at the project.
#[derive(Debug, Clone, PartialEq)]
pub struct Observed {
    /// When the look was taken.
    pub at: Timestamp,
    /// Who is looking.
    pub me: Person,
    /// What that person's role allows.
    pub abilities: Abilities,
    /// Every environment the person may see.
    pub environments: Vec<Environment>,
    /// Whether maintenance mode is on.
    pub frozen: bool,
    /// Who is editing records now. `None` where the CMS did not say.
    pub editors: Option<Vec<Editor>>,
    /// Names of the migrations that ran on primary.
    pub ledger: BTreeSet<String>,
    /// Why the ledger's model on primary could not take a script's name, as a sentence. `None` where it
    /// could, where there is none yet, and where the CMS did not say.
    pub ledger_misfit: Option<String>,
    /// The sandbox quota. `None` where the CMS did not say.
    pub quota: Option<SandboxQuota>,
    /// Every release a journal tells of, newest plan first.
    pub releases: Vec<Release>,
    /// Pages other than this one that hold a release, by release.
    pub at_work: BTreeMap<ReleaseId, AtWork>,
    /// Forks that belong to rehearsals: left behind, kept, or in use right now. None of them is a release's sandbox.
    pub rehearsals: Vec<LeftFork>,
    /// Journals that could not be read, so that nothing is hidden.
    pub unreadable: Vec<UnreadableJournal>,
}

/// One environment.
#[derive(Debug, Clone, PartialEq)]
pub struct Environment {
    /// Its name.
    pub id: EnvironmentId,
    /// Whether it is primary.
    pub primary: bool,
    /// What it is doing.
    pub status: EnvironmentStatus,
    /// When it was made.
    pub created_at: Timestamp,
    /// When its data last changed.
    pub last_data_change_at: Option<Timestamp>,
    /// What it was copied from. The name may have changed hands since.
    pub forked_from: Option<EnvironmentId>,
}

/// What an environment is doing.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum EnvironmentStatus {
    /// Being copied; percent done where the CMS says so.
    Creating(Option<f64>),
    /// Usable.
    Ready,
    /// Being destroyed.
    Destroying,
}

/// Somebody who has a record open.
#[derive(Debug, Clone, PartialEq)]
pub struct Editor {
    /// Who.
    pub person: Person,
    /// Which record, by its title, or by its id where it has none.
    pub record: String,
    /// The name of the record's model.
    pub model: Option<String>,
    /// The last sign of life.
    pub last_activity_at: Timestamp,
    /// Whether the record is locked by unsaved changes.
    pub locked: bool,
}

/// A journal that is there and cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnreadableJournal {
    /// Where it lies: an environment's name, or this browser.
    pub place: String,
    /// What is wrong with it.
    pub reason: String,
}

impl Observed {
    /// The primary environment, if the person may see it.
    pub fn primary(&self) -> Option<&Environment> {
        self.environments
            .iter()
            .find(|environment| environment.primary)
    }

    /// The environment of this name.
    pub fn environment(&self, id: &EnvironmentId) -> Option<&Environment> {
        self.environments
            .iter()
            .find(|environment| environment.id == *id)
    }

    /// The rehearsal's fork of this name.
    pub fn rehearsal_on(&self, id: &EnvironmentId) -> Option<&LeftFork> {
        self.rehearsals.iter().find(|left| left.fork == *id)
    }

    /// The release that is not over yet, if there is one.
    pub fn under_way(&self) -> Option<&Release> {
        self.releases
            .iter()
            .find(|release| !release.phase().is_over())
    }

    /// The releases that are over, newest first.
    pub fn past(&self) -> impl Iterator<Item = &Release> {
        self.releases
            .iter()
            .filter(|release| release.phase().is_over())
    }

    /// Whether maintenance mode is on and no release on record holds it.
    pub fn freeze_is_orphaned(&self) -> bool {
        self.frozen && !self.releases.iter().any(Release::holds_freeze)
    }

    /// Whether somebody lifted the freeze that a release relies on. A look from before the log's last
    /// entry says nothing about it, nor does one while the release's own freezing or lifting is in doubt.
    pub fn lost_freeze_of(&self, release: &Release) -> bool {
        let newest = release.log().last().map(|entry| entry.at);
        let is_ours_to_tell = matches!(
            release.phase(),
            Phase::InDoubt(
                Step::Freeze | Step::FreezeAgain | Step::Unfreeze | Step::Reopen | Step::Thaw
            )
        );
        !self.frozen
            && release.holds_freeze()
            && !is_ours_to_tell
            && newest.is_some_and(|newest| self.at >= newest)
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use crate::{
        Event, Step,
        view::sample::{at, replay, until_fork, world},
    };

    #[rstest]
    #[case::of_others(Step::Migrate(0), true)]
    #[case::our_own(Step::Freeze, false)]
    fn a_freeze_that_is_not_there_is_lost_unless_it_is_in_doubt(
        #[case] started: Step,
        #[case] is_lost: bool,
    ) {
        let mut log = until_fork("rel-1", &["1_a.ts"]);
        if started == Step::Freeze {
            let begins = |event: &Event| *event == Event::Started(Step::Freeze);
            log.truncate(1 + log.iter().position(begins).unwrap());
        } else {
            log.push(Event::Started(started));
        }
        let mut world = world();
        world.at = at(1_000);
        let release = replay(&log);
        assert_eq!(world.lost_freeze_of(&release), is_lost);
        world.frozen = true;
        assert!(!world.lost_freeze_of(&release));
    }
}
