//! What changed in an environment since a moment, read from the CMS.
//!
//! The CMS compares `_updated_at` by the whole minute and says nothing of deletions (reference
//! section 7.2, design section 2), so the records are filtered again here, and the environment's
//! own `last_data_change_at` catches the rest.

use std::collections::{BTreeSet, HashMap};

use datocms_client::{
    ApiError, EnvironmentId, Item, ItemType, ItemsQuery, Timer, Timestamp, Transport,
};
use serde_json::json;
use slipway_release::{
    Event, Person, Phase, Release, Step,
    drift::{ChangedRecord, Drift},
};

use crate::{engine::Engine, error::EngineError, ports::Ports};

/// For so many of the newest changes the person is looked up, one request each.
const NAMED: usize = 20;

/// The environment's own time of change may trail that of the record that changed by this much. A
/// deletion or schema change so shortly after Slipway wrote its journal is taken for that write.
pub(crate) const SETTLING_MILLIS: i64 = 2_000;

impl<T, C, P> Engine<T, C, P>
where
    T: Transport + 'static,
    C: Timer + Clone + 'static,
    P: Ports,
{
    /// What comes next would leave behind: before the promotion the changes in primary since the fork,
    /// and what reached the sandbox without this release; after it the changes since the promotion.
    pub async fn left_behind(&self, release: &Release) -> Result<Drift, EngineError> {
        let plan = release.plan();
        if let Some(since) = release.live_since() {
            let mut drift = self.drift(&plan.sandbox, since).await?;
            drift.last_data_change_at = drift.last_data_change_at.max(release.hidden_change());
            return Ok(drift);
        }
        let forked_at = release.forked_at().ok_or_else(|| {
            EngineError::World("There is no fork to compare with yet.".to_owned())
        })?;
        let mut drift = self.drift(&plan.source, forked_at).await?;
        let environments = self.cma.environments().list().await?;
        if let Some((_, reason)) = self.sandbox_trouble(release, &environments).await {
            return Err(EngineError::World(reason));
        }
        let before = self.ledger(&plan.source).await?;
        let ledger = self.ledger_entries(&plan.sandbox).await?;
        drift.late = self.late(release, &environments, &ledger).await?;
        let strangers: BTreeSet<String> = ledger
            .into_iter()
            .map(|entry| entry.name)
            .filter(|name| !before.contains(name))
            .filter(|name| !plan.scripts.iter().any(|script| script.name == *name))
            .collect();
        drift.strangers = strangers.into_iter().collect();
        Ok(drift)
    }

    /// The changes in an environment since a moment. Slipway's own models do not count.
    pub async fn drift(
        &self,
        environment: &EnvironmentId,
        since: Timestamp,
    ) -> Result<Drift, EngineError> {
        let found = self.cma.environments().find(environment).await?;
        let mut drift = Drift {
            environment: environment.clone(),
            since,
            last_data_change_at: found.last_data_change_at,
            records: Vec::new(),
            strangers: Vec::new(),
            late: None,
        };
        if found
            .last_data_change_at
            .is_some_and(|changed| changed <= since)
        {
            return Ok(drift);
        }
        let models = self
            .cma
            .environment(environment)
            .item_types()
            .list()
            .await?;
        drift.last_data_change_at = self
            .last_foreign_change(environment, &models, found.last_data_change_at)
            .await?;
        drift.records = self.changed_since(environment, &models, since).await?;
        Ok(drift)
    }

    /// The records of an environment that changed since a moment, newest first, but for Slipway's own.
    pub(crate) async fn changed_since(
        &self,
        environment: &EnvironmentId,
        models: &[ItemType],
        since: Timestamp,
    ) -> Result<Vec<ChangedRecord>, ApiError> {
        let models: Vec<&ItemType> = models
            .iter()
            .filter(|model| !model.modular_block && !self.is_own_model(&model.api_key))
            .collect();
        let mut changed = Vec::new();
        for model in &models {
            changed.extend(self.changed_records(environment, model, since).await?);
        }
        if changed.is_empty() {
            return Ok(Vec::new());
        }
        changed.sort_by_key(|item| std::cmp::Reverse(item.updated_at));
        let touched: Vec<&ItemType> = models
            .into_iter()
            .filter(|model| changed.iter().any(|item| item.item_type == model.id))
            .collect();
        let titles = self
            .titles(&self.cma.environment(environment), &touched)
            .await?;
        let people = self.people_by_id().await;
        let mut records = Vec::with_capacity(changed.len());
        for (index, item) in changed.into_iter().enumerate() {
            let by = if index < NAMED {
                self.last_editor(environment, &item, &people).await?
            } else {
                None
            };
            records.push(ChangedRecord {
                model: titles.model(&item),
                title: titles.title(&item),
                updated_at: item.updated_at,
                id: item.id,
                by,
            });
        }
        Ok(records)
    }

    /// What writing into a release's log now would hide: see [`slipway_release::Entry::hides`].
    pub(crate) async fn about_to_hide(
        &self,
        release: &Release,
        event: &Event,
    ) -> Option<Timestamp> {
        // The page that promotes knows that primary is frozen; one that comes after it does not.
        let takes_over = matches!(event, Event::TookOver { .. });
        if *release.phase() == Phase::InDoubt(Step::Promote) && !takes_over {
            return None;
        }
        let since = release.live_since().or_else(|| release.forked_at());
        let since = since.filter(|_| release.may_be_open())?;
        let changed = self.foreign_change(release, since).await;
        // Where the CMS does not say, the entry is true all the same.
        changed.ok().flatten()
    }

    /// When somebody last changed the promoted environment; `None` where Slipway's journal came after it.
    async fn foreign_change(
        &self,
        release: &Release,
        since: Timestamp,
    ) -> Result<Option<Timestamp>, ApiError> {
        let environment = &release.plan().sandbox;
        let found = self.cma.environments().find(environment).await?;
        let changed = found.last_data_change_at.filter(|changed| *changed > since);
        let Some(changed) = changed else {
            return Ok(None);
        };
        let written = self.written_at(environment, &release.plan().id);
        if written.is_some_and(|written| is_that_of(changed, written)) {
            return Ok(None);
        }
        let scope = self.cma.environment(environment);
        let models = scope.item_types().list().await?;
        self.last_foreign_change(environment, &models, Some(changed))
            .await
    }

    /// When the environment last changed, unless that was Slipway writing its journal: lifting the
    /// freeze brings the journal in the new primary up to date.
    pub(crate) async fn last_foreign_change(
        &self,
        environment: &EnvironmentId,
        models: &[ItemType],
        changed: Option<Timestamp>,
    ) -> Result<Option<Timestamp>, ApiError> {
        let journal = models
            .iter()
            .find(|model| model.api_key == self.models.journal);
        let (Some(journal), Some(changed)) = (journal, changed) else {
            return Ok(changed);
        };
        let written = self
            .cma
            .environment(environment)
            .items()
            .pages(ItemsQuery::of_type(&journal.id))
            .collect()
            .await?
            .iter()
            .map(|item| item.updated_at)
            .max();
        let ours = written.is_some_and(|written| is_that_of(changed, written));
        Ok((!ours).then_some(changed))
    }

    fn is_own_model(&self, api_key: &str) -> bool {
        api_key == self.models.ledger || api_key == self.models.journal
    }

    async fn changed_records(
        &self,
        environment: &EnvironmentId,
        model: &ItemType,
        since: Timestamp,
    ) -> Result<Vec<Item>, ApiError> {
        let minute = Timestamp::from_millis(since.as_millis().div_euclid(60_000) * 60_000);
        let query = ItemsQuery {
            fields: json!({ "_updated_at": { "gte": minute.to_string() } }),
            ..ItemsQuery::of_type(&model.id)
        };
        let mut items = self
            .cma
            .environment(environment)
            .items()
            .pages(query)
            .collect()
            .await?;
        items.retain(|item| item.updated_at > since);
        Ok(items)
    }

    async fn last_editor(
        &self,
        environment: &EnvironmentId,
        item: &Item,
        people: &HashMap<String, String>,
    ) -> Result<Option<Person>, ApiError> {
        let versions = self
            .cma
            .environment(environment)
            .items()
            .versions(&item.id)
            .await?;
        let latest = versions
            .iter()
            .find(|version| version.is_current)
            .or_else(|| versions.first());
        let editor = latest
            .and_then(|version| version.editor.clone())
            .or_else(|| item.creator.clone());
        Ok(editor.map(|editor| Person {
            name: people
                .get(&editor.id)
                .cloned()
                .unwrap_or_else(|| "Somebody with an API token".to_owned()),
            id: editor.id,
        }))
    }

    /// Names of collaborators by id. A role that may not list them sees fewer names, nothing else.
    pub(crate) async fn people_by_id(&self) -> HashMap<String, String> {
        let mut people: HashMap<String, String> = match self.cma.users().list().await {
            Ok(users) => users.into_iter().map(|user| (user.id, user.name)).collect(),
            Err(_) => HashMap::new(),
        };
        people
            .entry(self.me.id.clone())
            .or_insert_with(|| self.me.name.clone());
        people
    }
}

/// Whether an environment's last change is that of a record that was written then.
fn is_that_of(changed: Timestamp, written: Timestamp) -> bool {
    changed.as_millis() <= written.as_millis() + SETTLING_MILLIS
}
