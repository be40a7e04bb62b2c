//! The forks that rehearsals left: finding them, and destroying them when a person says so.

use std::collections::BTreeSet;

use datocms_client::{EnvironmentId, Timer, Transport};
use slipway_release::{
    observed::{Environment, EnvironmentStatus},
    rehearsal::{
        Fate,
        fork::{self as naming, KnownBy, LeftFork},
    },
};

use super::claimed;
use crate::{engine::Engine, error::EngineError, ports::Ports};

impl<T, C, P> Engine<T, C, P>
where
    T: Transport + 'static,
    C: Timer + Clone + 'static,
    P: Ports,
{
    /// The forks among these environments that belong to rehearsals. A name alone makes none: the fork is marked, or
    /// this browser put on record that it was about to ask for it.
    pub(crate) async fn left_forks(&self, environments: &[Environment]) -> Vec<LeftFork> {
        let named = |found: &&Environment| {
            !found.primary
                && naming::is_name(&found.id)
                && found.status != EnvironmentStatus::Destroying
        };
        let named: Vec<&Environment> = environments.iter().filter(named).collect();
        if named.is_empty() {
            return Vec::new();
        }
        // A store that cannot be read knows of none; the marks are still there.
        let ours: BTreeSet<EnvironmentId> = match self.rehearsals().await {
            Ok(kept) => kept.rehearsals.into_iter().map(|kept| kept.fork).collect(),
            Err(_) => BTreeSet::new(),
        };
        let mut left = Vec::new();
        for found in named {
            let known_by = if self.is_marked(found).await {
                Some(KnownBy::Mark)
            } else {
                ours.contains(&found.id).then_some(KnownBy::ThisBrowser)
            };
            if let Some(known_by) = known_by {
                let fork = found.id.clone();
                left.push(LeftFork { fork, known_by });
            }
        }
        left
    }

    async fn is_marked(&self, found: &Environment) -> bool {
        if found.status != EnvironmentStatus::Ready {
            return false;
        }
        let types = self.cma.environment(&found.id).item_types();
        // What cannot be looked at is not known to be marked.
        let mark = types.find_optional(naming::MARK).await.ok().flatten();
        mark.is_some_and(|model| model.name == naming::mark(&found.id))
    }

    /// Destroys a fork that a rehearsal left, because a person said so. Only one that is known to be a rehearsal's.
    pub async fn destroy_rehearsal(&self, fork: &EnvironmentId) -> Result<(), EngineError> {
        let refused = |why: &str| EngineError::World(format!("{fork} was not destroyed: {why}"));
        let unmarked = "nothing marks it as a rehearsal's, so it may be somebody's work.";
        if !naming::is_name(fork) {
            return Err(refused(unmarked));
        }
        let Some(_claim) = self.ports.claim(&claimed(fork)).await else {
            return Err(refused(
                "another window of this browser is rehearsing on it. Stop the rehearsal there.",
            ));
        };
        let environments = self.environments().await?;
        if let Some(found) = environments.iter().find(|found| found.id == *fork) {
            let left = self.left_forks(&environments).await;
            if found.primary {
                return Err(refused("it has become primary."));
            }
            if !left.iter().any(|left| left.fork == *fork) {
                return Err(refused(unmarked));
            }
            match self.destroy_fork(fork, Some(found.created_at)).await {
                Fate::Destroyed => {}
                Fate::Left { reason } => return Err(EngineError::World(reason)),
                Fate::Kept | Fate::Unknown => {
                    return Err(refused("it is not known what became of it."));
                }
            }
        }
        self.note_destroyed(fork).await;
        Ok(())
    }

    /// What this browser remembers of the rehearsal is brought up to date. The CMS is the truth about the fork: a store
    /// that does not take it changes nothing about that.
    async fn note_destroyed(&self, fork: &EnvironmentId) {
        let Ok(kept) = self.rehearsals().await else {
            return;
        };
        let known = kept.rehearsals.into_iter().find(|kept| kept.fork == *fork);
        if let Some(mut rehearsal) = known {
            rehearsal.fate = Fate::Destroyed;
            let _ = self.keep_rehearsal(&rehearsal).await;
        }
    }
}
