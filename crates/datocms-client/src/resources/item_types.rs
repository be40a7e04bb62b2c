//! Item types: models and blocks.

use std::rc::Rc;

use http::Method;
use serde::Deserialize;
use serde_json::json;

use crate::call::Call;
use crate::connection::Connection;
use crate::{ApiError, EnvironmentId, Query, Timer, Transport};

/// Calls about the item types of an environment.
pub struct ItemTypes<T, C> {
    pub(crate) connection: Rc<Connection<T, C>>,
    pub(crate) environment: Option<EnvironmentId>,
}

/// A model, or a block when `modular_block` is set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemType {
    /// Its id.
    pub id: String,
    /// Its name on screen.
    pub name: String,
    /// Its name in the API.
    pub api_key: String,
    /// Whether it is a block, which lives inside records.
    pub modular_block: bool,
    /// Whether there is at most one record of it.
    pub singleton: bool,
    /// Whether records are saved as drafts first.
    pub draft_mode_active: bool,
    /// The field that names its records.
    pub title_field: Option<String>,
}

/// A model to be created.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewItemType {
    /// The id to give it; `None` lets the server choose.
    pub id: Option<String>,
    /// Its name on screen.
    pub name: String,
    /// Its name in the API.
    pub api_key: String,
    /// Whether records are saved as drafts first.
    pub draft_mode_active: bool,
    /// Leave the navigation bar alone: for models that serve a tool rather than editors.
    pub skip_menu_item_creation: bool,
}

impl<T: Transport, C: Timer> ItemTypes<T, C> {
    /// All of them, blocks included.
    pub async fn list(&self) -> Result<Vec<ItemType>, ApiError> {
        let call = Call::get(&["item-types"])?.in_environment(self.environment.as_ref());
        let document = self.connection.document::<Vec<WireItemType>>(call).await?;
        Ok(document.data.into_iter().map(ItemType::from).collect())
    }

    /// One, by id or api key.
    pub async fn find(&self, id_or_api_key: &str) -> Result<ItemType, ApiError> {
        let call =
            Call::get(&["item-types", id_or_api_key])?.in_environment(self.environment.as_ref());
        Ok(self
            .connection
            .document::<WireItemType>(call)
            .await?
            .data
            .into())
    }

    /// One, by id or api key; `None` when there is none. An environment that does not exist is still an error.
    pub async fn find_optional(&self, id_or_api_key: &str) -> Result<Option<ItemType>, ApiError> {
        let call =
            Call::get(&["item-types", id_or_api_key])?.in_environment(self.environment.as_ref());
        let label = call.label();
        match self.connection.document::<WireItemType>(call).await {
            Ok(document) => Ok(Some(document.data.into())),
            Err(ApiError::NotFound { what }) if what == label => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Creates a model.
    pub async fn create(&self, new: &NewItemType) -> Result<ItemType, ApiError> {
        let mut data = json!({
            "type": "item_type",
            "attributes": { "name": new.name, "api_key": new.api_key, "draft_mode_active": new.draft_mode_active },
        });
        if let Some(id) = &new.id {
            data["id"] = json!(id);
        }
        let query =
            Query::new().with_switch("skip_menu_item_creation", new.skip_menu_item_creation);
        let call = Call::write(Method::POST, &["item-types"])?
            .with_query(&query)
            .with_body(&json!({ "data": data }))
            .in_environment(self.environment.as_ref());
        Ok(self
            .connection
            .document::<WireItemType>(call)
            .await?
            .data
            .into())
    }
}

#[derive(Deserialize)]
struct WireItemType {
    id: String,
    attributes: WireAttributes,
    #[serde(default)]
    relationships: WireRelationships,
}

#[derive(Deserialize)]
struct WireAttributes {
    name: String,
    api_key: String,
    modular_block: bool,
    singleton: bool,
    draft_mode_active: bool,
}

#[derive(Default, Deserialize)]
struct WireRelationships {
    #[serde(default)]
    title_field: crate::wire::ToOne,
}

impl From<WireItemType> for ItemType {
    fn from(wire: WireItemType) -> Self {
        let WireItemType {
            id,
            attributes,
            relationships,
        } = wire;
        Self {
            id,
            name: attributes.name,
            api_key: attributes.api_key,
            modular_block: attributes.modular_block,
            singleton: attributes.singleton,
            draft_mode_active: attributes.draft_mode_active,
            title_field: relationships.title_field.id(),
        }
    }
}
