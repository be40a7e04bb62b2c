//! Keeping the log: in this browser, and in a record of the project's own, so that every colleague
//! sees a release from its first moment.
//!
//! The record lies in primary until the sandbox exists, and in the sandbox from then on; the fork
//! copies it along. A frozen primary takes no writes, so its copy is behind meanwhile, and what it
//! does not say is found out by asking the CMS. One durable copy is enough to go on.
//!
//! Nobody writes over a log that says more than their own: optimistic locking on the record's
//! version keeps two drivers apart, here as well as in [`lease`](crate::lease).

use std::{
    cell::{Cell, RefCell},
    collections::HashMap,
    time::Duration,
};

use datocms_client::{
    ApiError, EnvironmentId, Item, ItemsQuery, NewField, NewItem, NewItemType, Timer, Timestamp,
    Transport,
};
use futures_util::future::try_join_all;
use serde_json::{Map, Value, json};
use slipway_release::{
    Lease, Phase, Release, ReleaseId,
    journal::{self, CorruptJournal},
};

use crate::{
    engine::Engine,
    error::EngineError,
    misfit::{Unprepared, Wanted, misfit},
    own_id::own_id,
    ports::Ports,
};

/// How often a write is tried whose record turned out to be another than the one known.
const ATTEMPTS: u32 = 4;

/// What the CMS calls a filter by a field that the model does not have.
const NO_SUCH_FIELD: &str = "INVALID_FILTER_FIELDS_PARAM";

/// What this page knows of journal records: where they lie, and who was seen to hold them.
#[derive(Debug, Default)]
pub(crate) struct RemoteJournal {
    known: RefCell<HashMap<(EnvironmentId, ReleaseId), Known>>,
    /// The journal model of each environment, as it was when this page last looked; `None` where there was none.
    models: RefCell<HashMap<EnvironmentId, Option<String>>>,
    /// The lease this page holds.
    pub(crate) held: RefCell<Option<(ReleaseId, Lease)>>,
    /// When that lease was last written, by the timer.
    pub(crate) beaten: Cell<Duration>,
    /// Leases of others as they were first seen in their present form, and when, by the timer.
    pub(crate) others: RefCell<HashMap<ReleaseId, (Lease, Duration)>>,
    /// Leases that were taken over here. Primary takes no news while it is frozen and may show them still.
    pub(crate) taken: RefCell<HashMap<ReleaseId, Lease>>,
}

/// A record as it was when this page last read or wrote it.
#[derive(Debug, Clone)]
pub(crate) struct Known {
    item: String,
    version: Option<String>,
    written_at: Timestamp,
}

impl From<Item> for Known {
    fn from(item: Item) -> Self {
        Self {
            item: item.id,
            version: item.current_version,
            written_at: item.updated_at,
        }
    }
}

/// A copy of a release's journal in an environment.
pub(crate) struct Copy {
    pub(crate) known: Known,
    /// The release as the copy tells it; `None` where a person edited it into nonsense.
    pub(crate) release: Option<Release>,
    pub(crate) lease: Option<Lease>,
}

impl Copy {
    /// The lease, unless so many entries are `known` that the copy is behind: a frozen primary, and
    /// what is forked from it, still shows the page that froze it.
    pub(crate) fn lease_beside(&self, known: usize) -> Option<&Lease> {
        let told = self.release.as_ref().map_or(0, |there| there.log().len());
        self.lease.as_ref().filter(|_| known <= told)
    }
}

/// What came of keeping the log in an environment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kept {
    /// It is there.
    Written,
    /// An earlier state of it is there; the environment takes no writes now.
    Behind,
    /// Nothing of it is there.
    Absent,
}

impl<T, C, P> Engine<T, C, P>
where
    T: Transport + 'static,
    C: Timer + Clone + 'static,
    P: Ports,
{
    /// Makes the log durable somewhere, or says that it is not. `fence`: a call to the CMS follows,
    /// so that no other driver may have written meanwhile, as far as this can be known.
    pub(crate) async fn keep(&self, release: &Release, fence: bool) -> Result<(), EngineError> {
        let text = journal::encode(release.log());
        let there = self.keep_in_project(release, &text).await;
        if let Err(error) = &there
            && !matches!(error, EngineError::Api(_))
        {
            // Another page's log is not written over, in this browser as little as in the project.
            return there.map(|_| ());
        }
        let here = self.ports.save(&release.plan().id, &text).await;
        match (here, there) {
            // What a copy that is behind does not say is found out by asking the CMS.
            (_, Ok(Kept::Written | Kept::Behind)) | (Ok(()), Ok(Kept::Absent)) => Ok(()),
            (Ok(()), Err(_)) if !fence => Ok(()),
            (Ok(()), Err(error)) => Err(error),
            (Err(store), Ok(Kept::Absent) | Err(_)) => Err(EngineError::NotDurable(store)),
        }
    }

    /// Where the log lies in the project now, the best place first.
    pub(crate) fn homes(release: &Release) -> Vec<EnvironmentId> {
        let plan = release.plan();
        if release.has_sandbox() {
            vec![plan.sandbox.clone(), plan.source.clone()]
        } else {
            vec![plan.source.clone()]
        }
    }

    async fn keep_in_project(&self, release: &Release, text: &str) -> Result<Kept, EngineError> {
        let plan = release.plan();
        if *release.phase() == Phase::RolledBack && release.has_sandbox() {
            // The sandbox may be destroyed from now on, and the log with it. The environment that is
            // primary again tells of the release too, and first: while the sandbox's copy still has the
            // last step in doubt, whoever comes next writes both. Where it cannot, the sandbox still does.
            let _ = self.keep_in(&plan.source, release, text).await;
        }
        let mut kept = Kept::Absent;
        for home in Self::homes(release) {
            kept = match self.keep_in(&home, release, text).await {
                // Primary's copy is for the others' eyes. A project that takes schema changes only in
                // sandboxes refuses it, and a release can do without.
                Err(EngineError::Api(error)) if home == plan.source && is_refusal(&error) => {
                    Kept::Absent
                }
                other => other?,
            };
            if kept != Kept::Absent {
                break;
            }
        }
        Ok(kept)
    }

    async fn keep_in(
        &self,
        environment: &EnvironmentId,
        release: &Release,
        text: &str,
    ) -> Result<Kept, EngineError> {
        let key = (environment.clone(), release.plan().id.clone());
        let lease = self.own_lease(&release.plan().id);
        let attributes = attributes(release, text, lease.as_ref());
        let mut tried = 0;
        loop {
            tried += 1;
            let known = self.remote.known.borrow().get(&key).cloned();
            let known = match known {
                Some(known) => Some(known),
                None => match self.copy_in(environment, &key.1).await {
                    Ok(copy) => {
                        self.may_write_over(copy.as_ref(), release).await?;
                        copy.map(|copy| copy.known)
                    }
                    Err(ApiError::NotFound { .. }) => return Ok(Kept::Absent),
                    Err(error) => return Err(error.into()),
                },
            };
            let there_was_one = known.is_some();
            let written = match &known {
                Some(known) => self.update(environment, known, &attributes).await,
                None => match self.ensure_journal_model(environment).await {
                    Ok(model) => {
                        // Once under an id of its own. One that is taken by what nobody finds is left alone.
                        let id = (tried == 1).then(|| own_id(&key.1, "journal"));
                        self.create(environment, model, id, &attributes).await
                    }
                    Err(Unprepared::Api(error)) => Err(error),
                    Err(Unprepared::Misfit(misfit)) => {
                        return Err(EngineError::World(format!(
                            "The release's log cannot be kept in {environment}: {misfit} Nothing was sent."
                        )));
                    }
                },
            };
            match written {
                Ok(item) => {
                    self.remember(key, item);
                    return Ok(Kept::Written);
                }
                Err(error) if is_frozen(&error) => {
                    return Ok(if there_was_one {
                        Kept::Behind
                    } else {
                        Kept::Absent
                    });
                }
                // Primary's copy is only for the others' eyes.
                Err(ApiError::InvalidField { field, .. })
                    if field != "id" && *environment == release.plan().sandbox =>
                {
                    return Err(EngineError::World(format!(
                        "The release's log cannot be kept in {environment}: somebody changed the model `{}`, which does not take the log any more because of its field `{field}`. Make that field optional or remove it, then try again. Nothing was sent.",
                        self.models.journal
                    )));
                }
                Err(error) => {
                    self.remote.known.borrow_mut().remove(&key);
                    let is_taken =
                        matches!(&error, ApiError::InvalidField { field, .. } if field == "id");
                    let look_again = is_taken
                        || matches!(error, ApiError::Stale { .. })
                        || error.outcome_is_unknown()
                        || (there_was_one && matches!(error, ApiError::NotFound { .. }));
                    if matches!(error, ApiError::NotFound { .. }) && !look_again {
                        return Ok(Kept::Absent);
                    }
                    if !look_again || tried == ATTEMPTS {
                        return Err(error.into());
                    }
                }
            }
        }
    }

    /// Whether our log goes on from the one that lies there, and nobody else is at it.
    async fn may_write_over(
        &self,
        copy: Option<&Copy>,
        release: &Release,
    ) -> Result<(), EngineError> {
        let Some(copy) = copy else {
            return Ok(());
        };
        if let Some(there) = &copy.release
            && !release.log().starts_with(there.log())
        {
            return Err(EngineError::DrivenElsewhere {
                who: there.driver().name.clone(),
            });
        }
        let id = &release.plan().id;
        // A release that is over is nobody's to hold, whoever an old copy shows at it: primary took no
        // news while it was frozen, and its copy may still tell of the page that froze it.
        let is_over = matches!(release.phase(), Phase::RolledBack | Phase::Abandoned);
        let own_page = self.own_lease(id).is_some();
        // Without the entry that is being written.
        let known = release.log().len() - 1;
        match self.at_work(id, copy.lease_beside(known)).await {
            // Whoever acts has taken the lease; what it replaced was settled then.
            Some(other) if !own_page && !is_over && other.is_in_the_way() => {
                Err(EngineError::held(&other))
            }
            Some(_) | None => Ok(()),
        }
    }

    pub(crate) fn remember(&self, key: (EnvironmentId, ReleaseId), item: Item) {
        self.remote.known.borrow_mut().insert(key, item.into());
        self.remote.beaten.set(self.timer.now());
    }

    /// When this page last wrote a release's journal in an environment, by the CMS's clock.
    pub(crate) fn written_at(
        &self,
        environment: &EnvironmentId,
        release: &ReleaseId,
    ) -> Option<Timestamp> {
        let key = (environment.clone(), release.clone());
        let known = self.remote.known.borrow();
        known.get(&key).map(|known| known.written_at)
    }

    /// The record of a release's journal in an environment, and this page's knowledge of it.
    pub(crate) async fn copy_in(
        &self,
        environment: &EnvironmentId,
        release: &ReleaseId,
    ) -> Result<Option<Copy>, ApiError> {
        let Some(model) = self.journal_model(environment).await? else {
            return Ok(None);
        };
        let query = ItemsQuery {
            fields: json!({ "release": { "eq": release.as_str() } }),
            ..ItemsQuery::of_type(model)
        };
        let page = self
            .cma
            .environment(environment)
            .items()
            .page(&query, 0, 1)
            .await;
        let page = match page {
            Ok(page) => page,
            // A page that died between the model and its fields: then there is no record either.
            Err(ApiError::Rejected { code, .. }) if code == NO_SUCH_FIELD => return Ok(None),
            Err(error) => return Err(error),
        };
        let Some(item) = page.items.into_iter().next() else {
            return Ok(None);
        };
        let text = |field: &str| item.attributes.get(field).and_then(Value::as_str);
        let release = match text("journal").map(journal::decode) {
            Some(Ok(release)) => Some(release),
            // What a later Slipway wrote is not ours to replace.
            Some(Err(error @ CorruptJournal::Newer { .. })) => {
                return Err(ApiError::Unreadable {
                    request: format!("the release's journal in {environment}"),
                    reason: error.to_string(),
                });
            }
            Some(Err(_)) | None => None,
        };
        let lease = text("lease").and_then(Lease::decode);
        Ok(Some(Copy {
            known: item.into(),
            release,
            lease,
        }))
    }

    /// Renews the lease in the record this page wrote last; `None` where it wrote none there.
    pub(crate) async fn write_lease(
        &self,
        environment: &EnvironmentId,
        release: &ReleaseId,
        lease: &Lease,
    ) -> Option<Result<(), ApiError>> {
        let key = (environment.clone(), release.clone());
        let known = self.remote.known.borrow().get(&key).cloned()?;
        let mut attributes = Map::new();
        attributes.insert("lease".to_owned(), lease.encode().into());
        Some(match self.update(environment, &known, &attributes).await {
            Ok(item) => {
                self.remember(key, item);
                Ok(())
            }
            Err(error) => {
                self.remote.known.borrow_mut().remove(&key);
                Err(error)
            }
        })
    }

    async fn create(
        &self,
        environment: &EnvironmentId,
        model: String,
        id: Option<String>,
        attributes: &Map<String, Value>,
    ) -> Result<Item, ApiError> {
        let new = NewItem {
            id,
            item_type: model,
            attributes: attributes.clone(),
        };
        self.cma.environment(environment).items().create(&new).await
    }

    async fn update(
        &self,
        environment: &EnvironmentId,
        known: &Known,
        attributes: &Map<String, Value>,
    ) -> Result<Item, ApiError> {
        self.cma
            .environment(environment)
            .items()
            .update(&known.item, attributes, known.version.as_deref())
            .await
    }

    /// The id of the journal model in an environment, if it is there.
    pub(crate) async fn journal_model(
        &self,
        environment: &EnvironmentId,
    ) -> Result<Option<String>, ApiError> {
        let found = self
            .cma
            .environment(environment)
            .item_types()
            .find_optional(&self.models.journal)
            .await?
            .map(|model| model.id);
        self.remote
            .models
            .borrow_mut()
            .insert(environment.clone(), found.clone());
        Ok(found)
    }

    /// The same as this page knows it: it is asked for once.
    pub(crate) async fn known_journal_model(
        &self,
        environment: &EnvironmentId,
    ) -> Result<Option<String>, ApiError> {
        let known = self.remote.models.borrow().get(environment).cloned();
        match known {
            Some(known) => Ok(known),
            None => self.journal_model(environment).await,
        }
    }

    /// The record that this page keeps a release's log in.
    pub(crate) fn record_of(
        &self,
        environment: &EnvironmentId,
        release: &ReleaseId,
    ) -> Option<String> {
        let key = (environment.clone(), release.clone());
        let known = self.remote.known.borrow();
        known.get(&key).map(|known| known.item.clone())
    }

    async fn ensure_journal_model(
        &self,
        environment: &EnvironmentId,
    ) -> Result<String, Unprepared> {
        let scope = self.cma.environment(environment);
        let model = if let Some(model) = self.journal_model(environment).await? {
            model
        } else {
            let new = NewItemType {
                id: None,
                name: "Slipway release".to_owned(),
                api_key: self.models.journal.clone(),
                draft_mode_active: false,
                skip_menu_item_creation: true,
            };
            let made = scope.item_types().create(&new).await?.id;
            let known = Some(made.clone());
            self.remote
                .models
                .borrow_mut()
                .insert(environment.clone(), known);
            made
        };
        // A page that died between model and fields left some out.
        let present = scope.fields().list(&model).await?;
        let wanted: [Wanted; 4] = FIELDS.map(|(_, api_key, field_type)| (api_key, field_type));
        if let Some(misfit) = misfit(&self.models.journal, &present, &wanted) {
            return Err(misfit.into());
        }
        let fields = scope.fields();
        let missing = FIELDS
            .iter()
            .filter(|(_, api_key, _)| !present.iter().any(|field| field.api_key == *api_key))
            .map(|(label, api_key, field_type)| NewField {
                id: None,
                label: (*label).to_owned(),
                api_key: (*api_key).to_owned(),
                field_type: (*field_type).to_owned(),
                validators: json!({}),
            });
        // Each is a job of its own; one after the other they would keep a person waiting.
        let made = missing.map(|new| {
            let (fields, model) = (&fields, &model);
            async move { fields.create(model, &new).await }
        });
        try_join_all(made).await?;
        Ok(model)
    }
}

/// Label, api key and type of the journal model's fields.
const FIELDS: [(&str, &str, &str); 4] = [
    ("Release", "release", "string"),
    ("Title", "title", "string"),
    ("Journal", "journal", "text"),
    ("Lease", "lease", "text"),
];

fn attributes(release: &Release, text: &str, lease: Option<&Lease>) -> Map<String, Value> {
    let mut attributes = Map::new();
    attributes.insert("release".to_owned(), release.plan().id.as_str().into());
    attributes.insert("title".to_owned(), release.plan().title.as_str().into());
    attributes.insert("journal".to_owned(), text.into());
    attributes.insert("lease".to_owned(), lease.map(Lease::encode).into());
    attributes
}

/// Whether an environment takes no writes for a while: primary under maintenance mode, or one that is being
/// copied the fast way.
fn is_frozen(error: &ApiError) -> bool {
    let is_copied =
        matches!(error, ApiError::Busy { code, .. } if code == "ENVIRONMENT_IN_READ_ONLY_MODE");
    is_copied || *error == ApiError::MaintenanceMode
}

/// Whether the CMS said no, as opposed to saying nothing or "later".
fn is_refusal(error: &ApiError) -> bool {
    !error.outcome_is_unknown() && !error.is_transient()
}
