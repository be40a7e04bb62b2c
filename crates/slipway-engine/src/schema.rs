//! Reading an environment's schema, for a rehearsal to compare.

use datocms_client::{ApiError, EnvironmentId, SchemaEntity, SiteSchema, Timer, Transport};
use serde_json::Value;
use slipway_release::rehearsal::{
    Schema, fork,
    schema::{Model, Properties},
};

use crate::{engine::Engine, engine::Models, ports::Ports};

/// Relationships that are told elsewhere: a model's parts by the parts themselves, and its only record is no schema.
const TOLD_ELSEWHERE: [&str; 4] = ["fields", "fieldsets", "item_type", "singleton_item"];

impl<T, C, P> Engine<T, C, P>
where
    T: Transport + 'static,
    C: Timer + Clone + 'static,
    P: Ports,
{
    /// The schema of an environment, without the models that Slipway and the ledger keep there. One request.
    ///
    /// Its [digest](Schema::digest) tells whether a rehearsal is stale.
    pub async fn schema(&self, environment: &EnvironmentId) -> Result<Schema, ApiError> {
        let read = self.cma.environment(environment).site().schema().await?;
        Ok(understood(read, &self.models))
    }
}

fn understood(read: SiteSchema, models: &Models) -> Schema {
    let ours = [models.ledger.as_str(), models.journal.as_str(), fork::MARK];
    let mut schema = Schema {
        locales: read.locales,
        ..Schema::default()
    };
    let (types, parts): (Vec<SchemaEntity>, Vec<SchemaEntity>) = read
        .entities
        .into_iter()
        .partition(|entity| entity.kind == "item_type");
    for entity in types {
        let api_key = entity.attributes.get("api_key").and_then(Value::as_str);
        if api_key.is_some_and(|key| ours.contains(&key)) {
            continue;
        }
        let model = Model {
            properties: properties(&entity),
            ..Model::default()
        };
        schema.models.insert(entity.id, model);
    }
    for entity in parts {
        let model = entity.relationships.get("item_type");
        let model = model.and_then(Value::as_str);
        let Some(model) = model.and_then(|model| schema.models.get_mut(model)) else {
            continue;
        };
        let properties = properties(&entity);
        match entity.kind.as_str() {
            "field" => model.fields.insert(entity.id, properties),
            "fieldset" => model.fieldsets.insert(entity.id, properties),
            _ => None,
        };
    }
    schema
}

fn properties(entity: &SchemaEntity) -> Properties {
    let related = entity
        .relationships
        .iter()
        .filter(|(name, _)| !TOLD_ELSEWHERE.contains(&name.as_str()));
    let all = entity.attributes.iter().chain(related);
    Properties::new(all.map(|(name, value)| (name.clone(), value.clone())))
}
