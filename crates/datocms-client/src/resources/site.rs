//! Project settings.

use std::rc::Rc;

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::call::Call;
use crate::connection::Connection;
use crate::{ApiError, EnvironmentId, Query, Timer, Transport};

/// Calls about the project's settings.
pub struct SiteCalls<T, C> {
    pub(crate) connection: Rc<Connection<T, C>>,
    pub(crate) environment: Option<EnvironmentId>,
}

/// The project, as seen from one environment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Site {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its locales, the default one first.
    pub locales: Vec<String>,
    /// Its time zone.
    pub timezone: String,
    /// The address of its panel, without the scheme.
    pub internal_domain: Option<String>,
    /// Whether schema changes are refused on primary.
    pub force_use_of_sandbox_environments: bool,
}

impl<T: Transport, C: Timer> SiteCalls<T, C> {
    /// The settings.
    pub async fn find(&self) -> Result<Site, ApiError> {
        let call = Call::get(&["site"])?.in_environment(self.environment.as_ref());
        let WireSite { id, attributes } = self.connection.document::<WireSite>(call).await?.data;
        Ok(Site {
            id,
            name: attributes.name,
            locales: attributes.locales,
            timezone: attributes.timezone,
            internal_domain: attributes.internal_domain,
            force_use_of_sandbox_environments: attributes.force_use_of_sandbox_environments,
        })
    }
}

/// The whole schema of one environment, in one reading.
#[derive(Debug, Clone, PartialEq)]
pub struct SiteSchema {
    /// The locales, the default one first.
    pub locales: Vec<String>,
    /// Models, blocks, fields and fieldsets, in no order.
    pub entities: Vec<SchemaEntity>,
}

/// A model, a block, a field or a fieldset as the vendor writes it.
#[derive(Debug, Clone, PartialEq)]
pub struct SchemaEntity {
    /// `item_type`, `field` or `fieldset`.
    pub kind: String,
    /// Its id.
    pub id: String,
    /// What it says of itself.
    pub attributes: Map<String, Value>,
    /// What it relates to: by name, the id or the ids.
    pub relationships: Map<String, Value>,
}

impl<T: Transport, C: Timer> SiteCalls<T, C> {
    /// The whole schema in one request, as the vendor's CLI reads it (reference section 5.5).
    pub async fn schema(&self) -> Result<SiteSchema, ApiError> {
        let query = Query::new().with(
            "include",
            "item_types,item_types.fields,item_types.fieldsets",
        );
        let call = Call::get(&["site"])?
            .with_query(&query)
            .in_environment(self.environment.as_ref());
        let request = call.label();
        let document = self.connection.document::<WireSite>(call).await?;
        let included = document.included.into_iter();
        let entities = included.map(|entity| {
            serde_json::from_value::<WireEntity>(entity)
                .map(SchemaEntity::from)
                .map_err(|error| ApiError::Unreadable {
                    request: request.clone(),
                    reason: error.to_string(),
                })
        });
        Ok(SiteSchema {
            locales: document.data.attributes.locales,
            entities: entities.collect::<Result<_, _>>()?,
        })
    }
}

#[derive(Deserialize)]
struct WireEntity {
    #[serde(rename = "type")]
    kind: String,
    id: String,
    #[serde(default)]
    attributes: Map<String, Value>,
    #[serde(default)]
    relationships: Map<String, Value>,
}

impl From<WireEntity> for SchemaEntity {
    fn from(wire: WireEntity) -> Self {
        let relationships = wire.relationships.into_iter();
        Self {
            kind: wire.kind,
            id: wire.id,
            attributes: wire.attributes,
            relationships: relationships
                .map(|(name, relationship)| (name, ids(&relationship["data"])))
                .collect(),
        }
    }
}

/// The ids of a relationship, without the types that stand beside them.
fn ids(data: &Value) -> Value {
    if let Value::Array(many) = data {
        many.iter().map(|one| one["id"].clone()).collect()
    } else {
        data["id"].clone()
    }
}

#[derive(Deserialize)]
struct WireSite {
    id: String,
    attributes: WireAttributes,
}

#[derive(Deserialize)]
struct WireAttributes {
    name: String,
    locales: Vec<String>,
    timezone: String,
    #[serde(default)]
    internal_domain: Option<String>,
    #[serde(default)]
    force_use_of_sandbox_environments: bool,
}
