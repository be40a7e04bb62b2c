//! The ledger: which migrations ran in an environment, kept exactly as the vendor's CLI keeps it
//! (reference section 8.3), so that a team can use both tools on one project.

use std::collections::BTreeSet;

use datocms_client::{
    ApiError, EnvironmentId, ItemsQuery, NewField, NewItem, NewItemType, Timer, Transport,
};
use serde_json::{Map, Value, json};

use crate::{
    engine::Engine,
    misfit::{Misfit, Unprepared, Wanted, misfit},
    ports::Ports,
};

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
        let scope = self.cma.environment(environment);
        let Some(model) = scope
            .item_types()
            .find_optional(&self.models.ledger)
            .await?
        else {
            return Ok(BTreeSet::new());
        };
        let items = scope
            .items()
            .pages(ItemsQuery::of_type(model.id))
            .collect()
            .await?;
        Ok(items
            .iter()
            .filter_map(|item| item.attributes.get("name").and_then(Value::as_str))
            .map(str::to_owned)
            .collect())
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
        let found = scope
            .item_types()
            .find_optional(&self.models.ledger)
            .await?;
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
        if let Some(misfit) = misfit(&self.models.ledger, &fields, &[NAME]) {
            return Err(misfit.into());
        }
        if !fields.iter().any(|field| field.api_key == name) {
            if !fields.is_empty() {
                return Err(Unprepared::Misfit(Misfit::Missing {
                    model: self.models.ledger.clone(),
                    field: name,
                }));
            }
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

    /// Writes a script's name into the ledger.
    pub(crate) async fn enter(
        &self,
        environment: &EnvironmentId,
        model: &str,
        name: &str,
    ) -> Result<(), ApiError> {
        let mut attributes = Map::new();
        attributes.insert("name".to_owned(), name.into());
        let new = NewItem {
            id: None,
            item_type: model.to_owned(),
            attributes,
        };
        self.cma
            .environment(environment)
            .items()
            .create(&new)
            .await?;
        Ok(())
    }
}
