//! Generated GraphQL schemas, kept by schema revision.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use async_graphql::dynamic::Schema;
use serde_json::Value;

use super::Asker;
use super::description::{Description, Mode};
use super::schema;
use crate::http::error::ApiError;
use crate::http::permission::{ItemAction, ItemSubject};
use crate::store::entity::{self, Entity, Kind};
use crate::store::{StoreError, environment};

/// How many schemas are kept: a primary and a few sandboxes, each as sites, previews and narrow roles see it.
const KEPT: usize = 24;

/// The schemas of the environments. Clones share it.
///
/// The key has the schema revision and not the environment: two equal revisions mean equal schemas, in whatever environment (a
/// fork starts with its source's). Revision 0 stands for "never touched" and is not kept.
#[derive(Clone, Default)]
pub(crate) struct Schemas(Arc<Mutex<Kept>>);

#[derive(Default)]
struct Kept {
    /// The one used last stands last.
    entries: Vec<(Key, Arc<Known>)>,
    /// How many were ever generated.
    built: u64,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Key {
    revision: u64,
    mode: Mode,
    /// Ids of models the asker's role does not let them see.
    hidden: BTreeSet<String>,
}

/// A schema and what it was generated from.
pub(super) struct Known {
    pub(super) schema: Schema,
    pub(super) description: Arc<Description>,
}

impl Schemas {
    /// The schema of an environment as it is now, as the asker sees it, generated if need be.
    pub(super) fn of(&self, asker: &Asker<'_>) -> Result<Arc<Known>, ApiError> {
        let key = Key {
            revision: asker.env.db.revision()?,
            mode: Mode {
                strict: asker.audience.exclude_invalid,
                drafts: asker.audience.drafts,
            },
            hidden: hidden_models(asker)?,
        };
        if let Some(known) = self.kept(&key) {
            return Ok(known);
        }
        let description = Arc::new(describe(asker, &key)?);
        let schema = schema::build(&description).map_err(|error| {
            ApiError::exception(format!("the GraphQL schema of `{}`: {error}", asker.env.id))
        })?;
        let known = Arc::new(Known {
            schema,
            description,
        });
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.built += 1;
        // A change between reading the revision and the models would be kept under the wrong revision.
        if key.revision != 0 && asker.env.db.revision()? == key.revision {
            if kept.entries.len() >= KEPT {
                kept.entries.remove(0);
            }
            kept.entries.push((key, Arc::clone(&known)));
        }
        Ok(known)
    }

    fn kept(&self, key: &Key) -> Option<Arc<Known>> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let place = kept.entries.iter().position(|(known, _)| known == key)?;
        let entry = kept.entries.remove(place);
        let known = Arc::clone(&entry.1);
        kept.entries.push(entry);
        Some(known)
    }

    /// How many schemas were generated so far.
    #[cfg(test)]
    fn built(&self) -> u64 {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).built
    }
}

/// The models whose records the asker may not see. Blocks are seen in what contains them.
fn hidden_models(asker: &Asker<'_>) -> Result<BTreeSet<String>, StoreError> {
    let Some((caller, role)) = asker
        .caller
        .and_then(|caller| Some((caller, caller.role_id()?)))
    else {
        return Ok(BTreeSet::new());
    };
    let models = asker
        .env
        .db
        .read(|connection| entity::list(connection, Kind::ItemType))?;
    let seen = |model: &Entity| {
        let subject = ItemSubject {
            item_type: &model.id,
            ..ItemSubject::default()
        };
        model.flag("modular_block")
            || caller
                .permissions
                .allows_item(&asker.env.id, ItemAction::Read, &subject, Some(role))
    };
    Ok(models
        .into_iter()
        .filter(|model| !seen(model))
        .map(|model| model.id)
        .collect())
}

fn describe(asker: &Asker<'_>, key: &Key) -> Result<Description, StoreError> {
    asker.env.db.read(|connection| {
        let documents = |kind| -> Result<Vec<Value>, StoreError> {
            Ok(entity::list(connection, kind)?
                .iter()
                .filter(|entity| !key.hidden.contains(&entity.id))
                .map(Entity::to_json)
                .collect())
        };
        let locales = environment::locales(connection)?;
        Ok(Description::read(
            locales,
            &documents(Kind::ItemType)?,
            &documents(Kind::Field)?,
            key.mode,
        ))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cda::Audience;
    use crate::options::{Options, Project, Storage};
    use crate::store::touch_schema;

    /// How many schemas a step generates.
    fn builds(schemas: &Schemas, step: impl FnOnce()) -> u64 {
        let before = schemas.built();
        step();
        schemas.built() - before
    }

    #[test]
    fn a_schema_is_generated_once_a_revision_and_a_view() {
        let options = Options {
            storage: Storage::InMemory,
            project: Project::Demo,
            ..Options::default()
        };
        let drydock = crate::drydock::Drydock::open(options).unwrap();
        let app = drydock.app();
        let env = app.primary().unwrap();
        let schemas = Schemas::default();
        let ask = |audience: Audience| {
            let asker = Asker {
                app,
                env: &env,
                audience,
                caller: None,
                base_editing_url: None,
            };
            schemas.of(&asker).unwrap();
        };
        let public = Audience::default();
        let strict = Audience {
            exclude_invalid: true,
            ..public
        };
        assert_eq!(builds(&schemas, || ask(public)), 1);
        assert_eq!(builds(&schemas, || (0..10).for_each(|_| ask(public))), 0);
        assert_eq!(builds(&schemas, || ask(strict)), 1);
        assert_eq!(builds(&schemas, || (ask(public), ask(strict)).0), 0);

        // A change of content is none of the schema; a change of the schema is.
        env.db.write(|_| Ok::<_, StoreError>(())).unwrap();
        assert_eq!(builds(&schemas, || ask(public)), 0);
        env.db.write(|tx| touch_schema(tx)).unwrap();
        assert_eq!(builds(&schemas, || ask(public)), 1);
        assert_eq!(builds(&schemas, || ask(public)), 0);

        // What is used stays, however many others come.
        for _ in 0..2 * KEPT {
            env.db.write(|tx| touch_schema(tx)).unwrap();
            ask(public);
        }
        assert!(schemas.0.lock().unwrap().entries.len() <= KEPT);
        assert_eq!(builds(&schemas, || ask(public)), 0);
    }
}
