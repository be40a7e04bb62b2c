//! One look at the project: what is, whatever any log says.

use std::collections::{BTreeMap, HashMap};

use datocms_client::{
    ApiError, EditingSession, EnvironmentId, EnvironmentStatus as WireStatus, EnvironmentsAccess,
    ItemType, ItemsQuery, Permissions, Timer, Transport,
};
use serde_json::Value;
use slipway_release::{
    Person, Release, ReleaseId,
    checks::{Abilities, SandboxQuota},
    journal,
    observed::{Editor, Environment, EnvironmentStatus, Observed, UnreadableJournal},
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
        let caller = self.cma.users().me().await?;
        let environments = self.environments().await?;
        let maintenance = self.cma.maintenance().find().await?;
        let primary = environments.iter().find(|environment| environment.primary);
        let ledger = match primary {
            Some(primary) => self.ledger(&primary.id).await?,
            None => std::collections::BTreeSet::new(),
        };
        let (releases, unreadable) = self.releases(&environments).await;
        Ok(Observed {
            at: self.ports.now(),
            me: self.me.clone(),
            abilities: abilities(&caller.permissions),
            frozen: maintenance.active,
            editors: self.editors().await.ok(),
            quota: self.quota(&environments).await,
            environments,
            ledger,
            releases,
            unreadable,
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

    async fn quota(&self, environments: &[Environment]) -> Option<SandboxQuota> {
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
    async fn releases(
        &self,
        environments: &[Environment],
    ) -> (Vec<Release>, Vec<UnreadableJournal>) {
        let mut texts: Vec<(String, String)> = Vec::new();
        let mut unreadable = Vec::new();
        match self.ports.load().await {
            Ok(journals) => texts.extend(
                journals
                    .into_iter()
                    .map(|text| (THIS_BROWSER.to_owned(), text)),
            ),
            Err(error) => unreadable.push(UnreadableJournal {
                place: THIS_BROWSER.to_owned(),
                reason: error.to_string(),
            }),
        }
        for environment in environments {
            if environment.status != EnvironmentStatus::Ready {
                continue;
            }
            let place = environment.id.to_string();
            match self.journals_in(&environment.id).await {
                Ok(journals) => {
                    texts.extend(journals.into_iter().map(|text| (place.clone(), text)));
                }
                // One environment that cannot be read hides none of the others.
                Err(error) => unreadable.push(UnreadableJournal {
                    place,
                    reason: error.to_string(),
                }),
            }
        }
        let mut releases: BTreeMap<ReleaseId, Release> = BTreeMap::new();
        for (place, text) in texts {
            match journal::decode(&text) {
                Ok(release) => {
                    let id = release.plan().id.clone();
                    let merged = match releases.remove(&id) {
                        Some(known) => journal::newer(known, release),
                        None => release,
                    };
                    releases.insert(id, merged);
                }
                Err(error) => unreadable.push(UnreadableJournal {
                    place,
                    reason: error.to_string(),
                }),
            }
        }
        let mut releases: Vec<Release> = releases.into_values().collect();
        releases.sort_by_key(|release| std::cmp::Reverse(release.planned_at()));
        (releases, unreadable)
    }

    async fn journals_in(&self, environment: &EnvironmentId) -> Result<Vec<String>, ApiError> {
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
        Ok(items
            .iter()
            .filter_map(|item| item.attributes.get("journal").and_then(Value::as_str))
            .map(str::to_owned)
            .collect())
    }
}

const THIS_BROWSER: &str = "this browser";

fn abilities(permissions: &Permissions) -> Abilities {
    Abilities {
        manage_environments: permissions.can_manage_environments,
        promote_environments: permissions.can_promote_environments,
        edit_schema: permissions.can_edit_schema,
        enter_all_environments: permissions.environments_access == EnvironmentsAccess::All,
    }
}
