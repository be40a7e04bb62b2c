//! Generated GraphQL schemas, kept by schema revision.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use async_graphql::dynamic::Schema;
use serde_json::Value;

use super::description::Description;
use super::schema;
use crate::http::error::ApiError;
use crate::state::EnvHandle;
use crate::store::entity::{self, Entity, Kind};
use crate::store::{StoreError, environment};

/// How many schemas are kept: a primary, a few sandboxes, and the ones they just were.
const KEPT: usize = 16;

/// The schemas of the environments. Clones share it.
///
/// The key is the schema revision alone: two equal revisions mean equal schemas, in whatever environment (a fork starts with its
/// source's). Revision 0 stands for "never touched" and is not kept.
#[derive(Clone, Default)]
pub(crate) struct Schemas(Arc<Mutex<HashMap<u64, Schema>>>);

impl Schemas {
    /// The schema of an environment as it is now, generated if need be.
    pub(super) fn of(&self, env: &EnvHandle) -> Result<Schema, ApiError> {
        let revision = env.db.revision()?;
        if let Some(known) = self
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(&revision)
        {
            return Ok(known.clone());
        }
        let description = describe(env)?;
        let schema = schema::build(description).map_err(|error| {
            ApiError::exception(format!("the GraphQL schema of `{}`: {error}", env.id))
        })?;
        // A change between reading the revision and the models would be kept under the wrong revision.
        if revision != 0 && env.db.revision()? == revision {
            let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            if kept.len() >= KEPT {
                kept.clear();
            }
            kept.insert(revision, schema.clone());
        }
        Ok(schema)
    }
}

fn describe(env: &EnvHandle) -> Result<Description, StoreError> {
    env.db.read(|connection| {
        let documents = |kind| -> Result<Vec<Value>, StoreError> {
            Ok(entity::list(connection, kind)?
                .iter()
                .map(Entity::to_json)
                .collect())
        };
        let locales = environment::locales(connection)?;
        Ok(Description::read(
            locales,
            &documents(Kind::ItemType)?,
            &documents(Kind::Field)?,
        ))
    })
}
