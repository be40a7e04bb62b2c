//! The ledger: which migrations ran in an environment, kept exactly as the vendor's CLI keeps it
//! (reference section 8.3), so that a team can use both tools on one project.

use std::collections::BTreeSet;

use datocms_client::{
    ApiError, EnvironmentId, Field, ItemType, ItemsQuery, NewField, NewItem, NewItemType, Timer,
    Timestamp, Transport,
};
use serde_json::{Map, Value, json};
use slipway_release::ReleaseId;

use crate::{
    engine::Engine,
    misfit::{Misfit, Unprepared, Wanted, misfit},
    own_id::own_id,
    ports::Ports,
};

/// One migration that ran in an environment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LedgerEntry {
    /// The file's name.
    pub(crate) name: String,
    /// When it was entered, by the CMS's clock.
    pub(crate) entered_at: Timestamp,
}

/// The ledger's one field.
const NAME: Wanted = ("name", "string");

impl<T, C, P> Engine<T, C, P>
where
    T: Transport + 'static,
    C: Timer + Clone + 'static,
    P: Ports,
{
    /// The names in an environment's ledger; empty where there is no ledger yet.
    pub(crate) async fn ledger(
        &self,
        environment: &EnvironmentId,
    ) -> Result<BTreeSet<String>, ApiError> {
        let entries = self.ledger_entries(environment).await?;
        Ok(entries.into_iter().map(|entry| entry.name).collect())
    }

    /// An environment's ledger, in no order; empty where there is none yet.
    pub(crate) async fn ledger_entries(
        &self,
        environment: &EnvironmentId,
    ) -> Result<Vec<LedgerEntry>, ApiError> {
        match self.ledger_model(environment).await? {
            Some(model) => self.entries_of(environment, &model.id).await,
            None => Ok(Vec::new()),
        }
    }

    /// The names in an environment's ledger, and why it could not take a script's name, as a sentence;
    /// `None` where it could, where there is no ledger yet, and where the CMS does not say.
    pub(crate) async fn ledger_and_misfit(
        &self,
        environment: &EnvironmentId,
    ) -> Result<(BTreeSet<String>, Option<String>), ApiError> {
        let Some(model) = self.ledger_model(environment).await? else {
            return Ok((BTreeSet::new(), None));
        };
        let entries = self.entries_of(environment, &model.id).await?;
        let fields = self.cma.environment(environment).fields();
        // A look tells what it can: the step that needs the ledger asks again.
        let misfit = match fields.list(&model.id).await {
            Ok(fields) => self.misfit_of_ledger(&fields),
            Err(_) => None,
        };
        let names = entries.into_iter().map(|entry| entry.name).collect();
        Ok((names, misfit.map(|misfit| misfit.to_string())))
    }

    async fn ledger_model(
        &self,
        environment: &EnvironmentId,
    ) -> Result<Option<ItemType>, ApiError> {
        let scope = self.cma.environment(environment);
        scope.item_types().find_optional(&self.models.ledger).await
    }

    /// What is in the ledger that is this model, in no order.
    pub(crate) async fn entries_of(
        &self,
        environment: &EnvironmentId,
        model: &str,
    ) -> Result<Vec<LedgerEntry>, ApiError> {
        let items = self
            .cma
            .environment(environment)
            .items()
            .pages(ItemsQuery::of_type(model))
            .collect()
            .await?;
        Ok(items
            .iter()
            .filter_map(|item| {
                let name = item.attributes.get("name").and_then(Value::as_str)?;
                Some(LedgerEntry {
                    name: name.to_owned(),
                    entered_at: item.created_at,
                })
            })
            .collect())
    }

    fn misfit_of_ledger(&self, fields: &[Field]) -> Option<Misfit> {
        let model = &self.models.ledger;
        let (name, _) = NAME;
        misfit(model, fields, &[NAME]).or_else(|| {
            let others = !fields.is_empty() && !fields.iter().any(|field| field.api_key == name);
            others.then(|| Misfit::Missing {
                model: model.clone(),
                field: name,
            })
        })
    }

    /// The id of the ledger's model, created with its field where missing. The CLI would run every
    /// script again if the field were not there, so a half-made ledger is completed.
    ///
    /// A model that could not take a script's name once it ran is refused before anything runs.
    pub(crate) async fn ensure_ledger(
        &self,
        environment: &EnvironmentId,
    ) -> Result<String, Unprepared> {
        let scope = self.cma.environment(environment);
        let (name, field_type) = NAME;
        let found = self.ledger_model(environment).await?;
        let (model, fields) = if let Some(model) = found {
            let fields = scope.fields().list(&model.id).await?;
            (model.id, fields)
        } else {
            let new = NewItemType {
                id: None,
                name: "Schema migration".to_owned(),
                api_key: self.models.ledger.clone(),
                draft_mode_active: false,
                skip_menu_item_creation: false,
            };
            (scope.item_types().create(&new).await?.id, Vec::new())
        };
        if let Some(misfit) = self.misfit_of_ledger(&fields) {
            return Err(misfit.into());
        }
        if fields.is_empty() {
            let field = NewField {
                id: None,
                label: "Migration file name".to_owned(),
                api_key: name.to_owned(),
                field_type: field_type.to_owned(),
                validators: json!({ "required": {} }),
            };
            scope.fields().create(&model, &field).await?;
        }
        Ok(model)
    }

    /// Writes the name of a script of this release into the ledger, once, however often the call arrives ([`own_id`]).
    pub(crate) async fn enter(
        &self,
        environment: &EnvironmentId,
        model: &str,
        release: &ReleaseId,
        name: &str,
    ) -> Result<(), ApiError> {
        let id = own_id(release, name);
        let mut attributes = Map::new();
        attributes.insert("name".to_owned(), name.into());
        let new = NewItem {
            id: Some(id.clone()),
            item_type: model.to_owned(),
            attributes,
        };
        let items = self.cma.environment(environment).items();
        match items.create(&new).await {
            Err(error @ ApiError::InvalidField { .. }) => match items.find_optional(&id).await? {
                Some(_) => Ok(()),
                None => Err(error),
            },
            answer => answer.map(drop),
        }
    }
}
