//! Fields of item types.

use std::rc::Rc;

use http::Method;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::call::Call;
use crate::connection::Connection;
use crate::{ApiError, EnvironmentId, Timer, Transport};

/// Calls about the fields of an environment.
pub struct Fields<T, C> {
    pub(crate) connection: Rc<Connection<T, C>>,
    pub(crate) environment: Option<EnvironmentId>,
}

/// A field.
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    /// Its id.
    pub id: String,
    /// Its name on screen.
    pub label: String,
    /// Its name in the API.
    pub api_key: String,
    /// Its type, by the vendor's name: `string`, `rich_text`, …
    pub field_type: String,
    /// Whether it has a value for each locale.
    pub localized: bool,
    /// Its validators, as the vendor writes them.
    pub validators: Value,
}

/// A field to be created.
#[derive(Debug, Clone, PartialEq)]
pub struct NewField {
    /// The id to give it; `None` lets the server choose.
    pub id: Option<String>,
    /// Its name on screen.
    pub label: String,
    /// Its name in the API.
    pub api_key: String,
    /// Its type, by the vendor's name.
    pub field_type: String,
    /// Its validators, as the vendor writes them; `{}` for none.
    pub validators: Value,
}

impl<T: Transport, C: Timer> Fields<T, C> {
    /// The fields of an item type, given by id.
    pub async fn list(&self, item_type: &str) -> Result<Vec<Field>, ApiError> {
        let call = Call::get(&["item-types", item_type, "fields"])?
            .in_environment(self.environment.as_ref());
        let document = self.connection.document::<Vec<WireField>>(call).await?;
        Ok(document.data.into_iter().map(Field::from).collect())
    }

    /// One field.
    pub async fn find(&self, id: &str) -> Result<Field, ApiError> {
        let call = Call::get(&["fields", id])?.in_environment(self.environment.as_ref());
        Ok(self
            .connection
            .document::<WireField>(call)
            .await?
            .data
            .into())
    }

    /// Creates a field in an item type, given by id, and waits for the job it becomes.
    pub async fn create(&self, item_type: &str, new: &NewField) -> Result<Field, ApiError> {
        let mut data = json!({
            "type": "field",
            "attributes": {
                "label": new.label,
                "api_key": new.api_key,
                "field_type": new.field_type,
                "validators": new.validators,
            },
        });
        if let Some(id) = &new.id {
            data["id"] = json!(id);
        }
        let call = Call::write(Method::POST, &["item-types", item_type, "fields"])?
            .with_body(&json!({ "data": data }))
            .in_environment(self.environment.as_ref());
        Ok(self
            .connection
            .document::<WireField>(call)
            .await?
            .data
            .into())
    }
}

#[derive(Deserialize)]
struct WireField {
    id: String,
    attributes: WireAttributes,
}

#[derive(Deserialize)]
struct WireAttributes {
    label: String,
    api_key: String,
    field_type: String,
    localized: bool,
    validators: Value,
}

impl From<WireField> for Field {
    fn from(wire: WireField) -> Self {
        let WireField { id, attributes } = wire;
        Self {
            id,
            label: attributes.label,
            api_key: attributes.api_key,
            field_type: attributes.field_type,
            localized: attributes.localized,
            validators: attributes.validators,
        }
    }
}
