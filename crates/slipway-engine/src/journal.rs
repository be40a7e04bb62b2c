//! Keeping the log: in this browser always, and in the sandbox's journal record once it exists.
//!
//! One durable copy is enough to go on. Between promote and unfreeze the record lies in a frozen
//! primary, so writing it has to wait; the next write after the freeze brings it up to date.

use std::{cell::RefCell, collections::HashMap};

use datocms_client::{
    ApiError, EnvironmentId, Item, ItemsQuery, NewField, NewItem, NewItemType, Timer, Transport,
};
use serde_json::{Map, Value, json};
use slipway_release::{Release, journal};

use crate::{engine::Engine, error::EngineError, ports::Ports};

/// Where this page last saw each release's journal record.
#[derive(Debug, Default)]
pub(crate) struct RemoteJournal(RefCell<HashMap<(EnvironmentId, String), Known>>);

#[derive(Debug, Clone)]
struct Known {
    item: String,
    version: Option<String>,
}

impl<T, C, P> Engine<T, C, P>
where
    T: Transport + 'static,
    C: Timer + Clone + 'static,
    P: Ports,
{
    /// Makes the log durable somewhere, or says that it is not.
    pub(crate) async fn keep(&self, release: &Release) -> Result<(), EngineError> {
        let text = journal::encode(release.log());
        let here = self.ports.save(&release.plan().id, &text).await;
        let there = if release.has_sandbox() {
            self.keep_in_sandbox(release, &text).await
        } else {
            Ok(false)
        };
        match (here, there) {
            (_, Err(error @ EngineError::DrivenElsewhere { .. })) => Err(error),
            (Ok(()), _) | (Err(_), Ok(true)) => Ok(()),
            (Err(store), Ok(false) | Err(_)) => Err(EngineError::NotDurable(store)),
        }
    }

    /// Writes the journal record; `false` where the environment takes no writes now.
    async fn keep_in_sandbox(&self, release: &Release, text: &str) -> Result<bool, EngineError> {
        let environment = &release.plan().sandbox;
        let key = (environment.clone(), release.plan().id.to_string());
        let known = self.remote.0.borrow().get(&key).cloned();
        let written = match known {
            Some(known) => self.update(environment, &known, release, text).await,
            None => self.find_and_write(environment, release, text).await,
        };
        let written = match written {
            Err(ApiError::Stale { .. }) => {
                self.check_not_overtaken(environment, release).await?;
                self.find_and_write(environment, release, text).await
            }
            other => other,
        };
        match written {
            Ok(item) => {
                let known = Known {
                    item: item.id,
                    version: item.current_version,
                };
                self.remote.0.borrow_mut().insert(key, known);
                Ok(true)
            }
            Err(error) => {
                self.remote.0.borrow_mut().remove(&key);
                if error == ApiError::MaintenanceMode {
                    Ok(false)
                } else {
                    Err(error.into())
                }
            }
        }
    }

    async fn find_and_write(
        &self,
        environment: &EnvironmentId,
        release: &Release,
        text: &str,
    ) -> Result<Item, ApiError> {
        let model = self.ensure_journal_model(environment).await?;
        if let Some(item) = self.journal_record(environment, &model, release).await? {
            let known = Known {
                item: item.id,
                version: item.current_version,
            };
            return self.update(environment, &known, release, text).await;
        }
        let new = NewItem {
            id: None,
            item_type: model,
            attributes: attributes(release, text),
        };
        self.cma.environment(environment).items().create(&new).await
    }

    async fn update(
        &self,
        environment: &EnvironmentId,
        known: &Known,
        release: &Release,
        text: &str,
    ) -> Result<Item, ApiError> {
        self.cma
            .environment(environment)
            .items()
            .update(
                &known.item,
                &attributes(release, text),
                known.version.as_deref(),
            )
            .await
    }

    /// Another driver may have written meanwhile: then its log is longer than what we built on.
    async fn check_not_overtaken(
        &self,
        environment: &EnvironmentId,
        release: &Release,
    ) -> Result<(), EngineError> {
        let Some(model) = self.journal_model(environment).await? else {
            return Ok(());
        };
        let Some(item) = self.journal_record(environment, &model, release).await? else {
            return Ok(());
        };
        let there = item.attributes.get("journal").and_then(Value::as_str);
        match there.map(journal::decode) {
            Some(Ok(other)) if !release.log().starts_with(other.log()) => {
                Err(EngineError::DrivenElsewhere {
                    who: other.driver().name.clone(),
                })
            }
            _ => Ok(()),
        }
    }

    async fn journal_record(
        &self,
        environment: &EnvironmentId,
        model: &str,
        release: &Release,
    ) -> Result<Option<Item>, ApiError> {
        let query = ItemsQuery {
            fields: json!({ "release": { "eq": release.plan().id.as_str() } }),
            ..ItemsQuery::of_type(model)
        };
        let page = self
            .cma
            .environment(environment)
            .items()
            .page(&query, 0, 1)
            .await?;
        Ok(page.items.into_iter().next())
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
            .await?;
        Ok(found.map(|model| model.id))
    }

    async fn ensure_journal_model(&self, environment: &EnvironmentId) -> Result<String, ApiError> {
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
            scope.item_types().create(&new).await?.id
        };
        // A page that died between model and fields left some out.
        let present = scope.fields().list(&model).await?;
        for (label, api_key, field_type) in FIELDS {
            if !present.iter().any(|field| field.api_key == api_key) {
                let new = NewField {
                    id: None,
                    label: label.to_owned(),
                    api_key: api_key.to_owned(),
                    field_type: field_type.to_owned(),
                    validators: json!({}),
                };
                scope.fields().create(&model, &new).await?;
            }
        }
        Ok(model)
    }
}

/// Label, api key and type of the journal model's fields.
const FIELDS: [(&str, &str, &str); 3] = [
    ("Release", "release", "string"),
    ("Title", "title", "string"),
    ("Journal", "journal", "text"),
];

fn attributes(release: &Release, text: &str) -> Map<String, Value> {
    let mut attributes = Map::new();
    attributes.insert("release".to_owned(), release.plan().id.as_str().into());
    attributes.insert("title".to_owned(), release.plan().title.as_str().into());
    attributes.insert("journal".to_owned(), text.into());
    attributes
}
