//! One look at the project: what is, whatever any log says.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use datocms_client::{
    ApiError, EditingSession, EnvironmentId, EnvironmentStatus as WireStatus, EnvironmentsAccess,
    Item, ItemType, ItemsQuery, Permissions, Timer, Transport,
};
use serde_json::Value;
use slipway_release::{
    AtWork, Lease, Person, Release, ReleaseId,
    checks::{Abilities, SandboxQuota},
    journal,
    observed::{Editor, Environment, EnvironmentStatus, Observed, UnreadableJournal},
    rehearsal::fork::LeftFork,
};

use crate::{engine::Engine, error::EngineError, ports::Ports};

impl<T, C, P> Engine<T, C, P>
where
    T: Transport + 'static,
    C: Timer + Clone + 'static,
    P: Ports,
{
    /// Looks at everything a release depends on.
    pub async fn observe(&self) -> Result<Observed, EngineError> {
        // Whatever is written after this moment may have been missed.
        let at = self.ports.now();
        let caller = self.cma.users().me().await?;
        let environments = self.environments().await?;
        let maintenance = self.cma.maintenance().find().await?;
        let primary = environments.iter().find(|environment| environment.primary);
        let (ledger, ledger_misfit) = match primary {
            Some(primary) => self.ledger_and_misfit(&primary.id).await?,
            None => (BTreeSet::new(), None),
        };
        let rehearsals = self.left_forks(&environments).await;
        let found = self.releases(&environments, &rehearsals).await;
        Ok(Observed {
            at,
            me: self.me.clone(),
            abilities: abilities(&caller.permissions),
            frozen: maintenance.active,
            editors: self.editors().await.ok(),
            quota: self.quota(&environments).await,
            environments,
            ledger,
            ledger_misfit,
            releases: found.releases,
            at_work: found.at_work,
            rehearsals,
            unreadable: found.unreadable,
        })
    }

    /// Every environment, primary first, then the newest.
    pub async fn environments(&self) -> Result<Vec<Environment>, ApiError> {
        let mut environments: Vec<Environment> = self
            .cma
            .environments()
            .list()
            .await?
            .into_iter()
            .map(|found| Environment {
                id: found.id,
                primary: found.primary,
                status: match found.status {
                    WireStatus::Creating { percentage } => EnvironmentStatus::Creating(percentage),
                    WireStatus::Ready => EnvironmentStatus::Ready,
                    WireStatus::Destroying => EnvironmentStatus::Destroying,
                },
                created_at: found.created_at,
                last_data_change_at: found.last_data_change_at,
                // A name that is none any more still is no environment.
                forked_from: found.forked_from.and_then(|from| from.parse().ok()),
            })
            .collect();
        environments.sort_by_key(|environment| {
            (
                !environment.primary,
                std::cmp::Reverse(environment.created_at),
            )
        });
        Ok(environments)
    }

    /// Who is editing records now.
    pub async fn editors(&self) -> Result<Vec<Editor>, ApiError> {
        let sessions = self.cma.editing_sessions().list().await?;
        let at_work: Vec<(String, EditingSession)> = sessions
            .into_iter()
            .filter_map(|session| Some((session.item.clone()?, session)))
            .collect();
        if at_work.is_empty() {
            return Ok(Vec::new());
        }
        let people = self.people_by_id().await;
        let models = self.cma.primary().item_types().list().await?;
        let records = self.open_records(&models, &at_work).await?;
        let editors = at_work.into_iter().map(|(record, session)| {
            let model = models
                .iter()
                .find(|model| session.item_type.as_ref() == Some(&model.id));
            let id = session.editor.map_or_else(String::new, |editor| editor.id);
            let name = people.get(&id).map_or("Somebody", String::as_str);
            Editor {
                person: Person {
                    name: name.to_owned(),
                    id,
                },
                record: records.get(&record).cloned().unwrap_or(record),
                model: model.map(|model| model.name.clone()),
                last_activity_at: session.last_activity_at,
                locked: session.locked_at.is_some(),
            }
        });
        Ok(editors.collect())
    }

    /// The titles of the records that people have open, by id.
    async fn open_records(
        &self,
        models: &[ItemType],
        at_work: &[(String, EditingSession)],
    ) -> Result<HashMap<String, String>, ApiError> {
        let scope = self.cma.primary();
        let open: Vec<&ItemType> = models
            .iter()
            .filter(|model| {
                at_work
                    .iter()
                    .any(|(_, session)| session.item_type.as_ref() == Some(&model.id))
            })
            .collect();
        let titles = self.titles(&scope, &open).await?;
        let query = ItemsQuery {
            ids: at_work.iter().map(|(record, _)| record.clone()).collect(),
            ..ItemsQuery::default()
        };
        let items = scope.items().pages(query).collect().await?;
        Ok(items
            .into_iter()
            .map(|item| (item.id.clone(), titles.title(&item)))
            .collect())
    }

    /// Takes a freeze that no release holds off, because a person said so.
    pub async fn lift_orphaned_freeze(&self) -> Result<(), EngineError> {
        self.cma.maintenance().deactivate().await?;
        Ok(())
    }

    pub(crate) async fn quota(&self, environments: &[Environment]) -> Option<SandboxQuota> {
        let limits = self.cma.subscription_limits().list().await.ok()?;
        let limit = limits
            .into_iter()
            .find(|limit| limit.code == "sandbox_environments")?;
        let sandboxes = environments.iter().filter(|found| !found.primary).count();
        Some(SandboxQuota {
            used: sandboxes as u64,
            limit: limit.limit,
        })
    }

    /// Every release that a journal here or in an environment tells of, newest plan first.
    async fn releases(&self, environments: &[Environment], rehearsals: &[LeftFork]) -> Found {
        let mut found = Found::default();
        let mut there: BTreeMap<ReleaseId, (Release, Option<Lease>)> = BTreeMap::new();
        // Primary's first: its copy was written before any script ran, and none reaches it.
        let (primary, sandboxes): (Vec<_>, Vec<_>) =
            environments.iter().partition(|found| found.primary);
        for environment in primary.into_iter().chain(sandboxes) {
            // A rehearsal's fork has only a copy of what primary had then, and is no release's sandbox.
            let rehearsed = rehearsals.iter().any(|left| left.fork == environment.id);
            if environment.status != EnvironmentStatus::Ready || rehearsed {
                continue;
            }
            let place = environment.id.to_string();
            // One environment that cannot be read hides none of the others.
            let journals = self
                .journals_in(&environment.id)
                .await
                .unwrap_or_else(|error| {
                    found.cannot_read(&place, &error);
                    Vec::new()
                });
            for (text, lease) in journals {
                match journal::decode(&text) {
                    Ok(release) => {
                        let id = release.plan().id.clone();
                        match there.get(&id) {
                            Some((known, _)) if !journal::same_plan(known, &release) => {
                                found.cannot_read(&place, &ANOTHER_PLAN);
                            }
                            // Logs only grow.
                            Some((known, _)) if release.log().len() <= known.log().len() => {}
                            Some(_) | None => {
                                there.insert(id, (release, lease));
                            }
                        }
                    }
                    Err(error) => found.cannot_read(&place, &error),
                }
            }
        }
        for (id, (release, lease)) in there {
            if !release.phase().is_over()
                && let Some(other) = self.at_work(&id, lease.as_ref()).await
            {
                found.at_work.insert(id, other);
            }
            found.releases.push(release);
        }
        match self.ports.load().await {
            Ok(journals) => {
                for text in journals {
                    match journal::decode(&text) {
                        Ok(release) => found.add_own(release),
                        Err(error) => found.cannot_read(THIS_BROWSER, &error),
                    }
                }
            }
            Err(error) => found.cannot_read(THIS_BROWSER, &error),
        }
        found
            .releases
            .sort_by_key(|release| std::cmp::Reverse(release.planned_at()));
        found
    }

    /// The journals in an environment, each with who was seen to hold its release.
    async fn journals_in(
        &self,
        environment: &EnvironmentId,
    ) -> Result<Vec<(String, Option<Lease>)>, ApiError> {
        let Some(model) = self.journal_model(environment).await? else {
            return Ok(Vec::new());
        };
        let items = self
            .cma
            .environment(environment)
            .items()
            .pages(ItemsQuery::of_type(model))
            .collect()
            .await?;
        let text = |item: &Item, field: &str| {
            let value = item.attributes.get(field).and_then(Value::as_str);
            value.map(str::to_owned)
        };
        Ok(items
            .iter()
            // A record without a journal is one that somebody emptied: it is named as unreadable.
            .map(|item| {
                let lease = text(item, "lease");
                (
                    text(item, "journal").unwrap_or_default(),
                    lease.as_deref().and_then(Lease::decode),
                )
            })
            .collect())
    }
}

/// What the journals tell.
#[derive(Default)]
struct Found {
    releases: Vec<Release>,
    at_work: BTreeMap<ReleaseId, AtWork>,
    unreadable: Vec<UnreadableJournal>,
}

impl Found {
    fn cannot_read(&mut self, place: &str, error: &impl ToString) {
        self.unreadable.push(UnreadableJournal {
            place: place.to_owned(),
            reason: error.to_string(),
        });
    }

    /// Adds what this browser remembers.
    fn add_own(&mut self, own: Release) {
        let known = self
            .releases
            .iter_mut()
            .find(|known| known.plan().id == own.plan().id);
        match known {
            Some(known) => {
                // A copy that is behind shows a lease of long ago.
                if own.log().len() > known.log().len() && own.log().starts_with(known.log()) {
                    self.at_work.remove(&own.plan().id);
                }
                *known = journal::reconcile(known.clone(), own);
            }
            None => self.releases.push(own),
        }
    }
}

const THIS_BROWSER: &str = "this browser";

/// Why a copy is not believed. A plan is written once.
const ANOTHER_PLAN: &str =
    "it tells of another plan than the copies that were written earlier, so somebody edited it";

fn abilities(permissions: &Permissions) -> Abilities {
    Abilities {
        manage_environments: permissions.can_manage_environments,
        promote_environments: permissions.can_promote_environments,
        edit_schema: permissions.can_edit_schema,
        enter_all_environments: permissions.environments_access == EnvironmentsAccess::All,
    }
}
