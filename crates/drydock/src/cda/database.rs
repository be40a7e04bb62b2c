//! The content of an environment, read from its database.

use std::collections::BTreeSet;
use std::sync::Arc;

use rusqlite::Connection;
use serde_json::Value;

use super::Asker;
use super::content::{Asset, Content, ContentError, Record};
use crate::assets::metadata::Form;
use crate::assets::upload;
use crate::cma::controllers::items::access::Access;
use crate::cma::controllers::uploads::access::UploadAccess;
use crate::http::context::Ctx;
use crate::http::error::ApiError;
use crate::http::permission::{ItemAction, UploadAction};
use crate::http::query::Query;
use crate::records::assets;
use crate::records::present::{self, View};
use crate::schema::model::Schema;
use crate::store::entity::{self, Entity, Kind};
use crate::store::items::{self, Face, ItemRow};
use crate::store::revalidations;
use crate::store::{Database, StoreError, environment};

/// One face of an environment's records.
pub(super) struct DatabaseContent {
    db: Database,
    schema: Arc<Schema>,
    face: Face,
    /// Whether only valid records count: then they must be known.
    strict: bool,
    /// Who asks, where their role tells apart which records of a model they may see.
    limited: Option<Ctx>,
    /// Who asks, where they have a role: it says which assets there are for them.
    asking: Option<Ctx>,
    asset_host: String,
}

impl DatabaseContent {
    /// Opens the content for one query; beside it the attributes of the environment's site.
    pub(super) fn open(asker: &Asker<'_>) -> Result<(Self, Value), ApiError> {
        let face = if asker.audience.drafts {
            Face::Current
        } else {
            Face::Published
        };
        asker.env.db.read(|connection| {
            let schema = Schema::load(connection)?;
            let site = environment::settings(connection)?;
            Ok((
                Self {
                    db: asker.env.db.clone(),
                    schema,
                    face,
                    strict: asker.audience.exclude_invalid,
                    limited: limited(asker),
                    asking: asking(asker),
                    asset_host: asker.app.asset_host(),
                },
                Value::Object(site.attributes),
            ))
        })
    }

    /// Refuses to tell which records of a model are valid while that is found out.
    fn known(&self, connection: &Connection, model: &str) -> Result<(), ContentError> {
        if !self.strict || !revalidations::is_pending(connection, model)? {
            return Ok(());
        }
        let known = self.schema.model(model);
        Err(ContentError::InDoubt {
            model: known.map_or(model, |model| &model.api_key).to_owned(),
        })
    }

    /// What the caller may see of a model's records; `None` where that is all of them.
    fn access(&self) -> Option<Access<'_>> {
        let limited = self.limited.as_ref();
        limited.map(|ctx| Access::new(ctx, &self.schema))
    }

    fn read(
        &self,
        connection: &Connection,
        access: Option<&Access<'_>>,
        id: &str,
    ) -> Result<Option<Record>, ContentError> {
        let Some(row) = items::find(connection, id)?.filter(|row| may_see(access, row)) else {
            return Ok(None);
        };
        if present::version_of(&row, self.face).is_none() {
            return Ok(None);
        }
        self.known(connection, &row.item_type)?;
        let view = View {
            face: self.face,
            nested: true,
        };
        let mut document = present::item(connection, &self.schema, &row, view)?;
        if self.face == Face::Published {
            // Whoever sees published versions only is not told that there are newer ones.
            document["meta"]["status"] = "published".into();
        }
        Ok(Record::read(&document))
    }
}

impl Content for DatabaseContent {
    fn ids_of(&self, model: &str) -> Result<Vec<String>, ContentError> {
        self.db.read(|connection| {
            self.known(connection, model)?;
            let mut ids = if self.face == Face::Published {
                published_ids(connection, model)?
            } else {
                items::ids_of_type(connection, model)?
            };
            if let Some(access) = self.access() {
                let mut seen = Vec::new();
                for id in ids {
                    if items::find(connection, &id)?.is_some_and(|row| may_see(Some(&access), &row))
                    {
                        seen.push(id);
                    }
                }
                ids = seen;
            }
            Ok(ids)
        })
    }

    fn records(&self, ids: &[String]) -> Result<Vec<Record>, ContentError> {
        let access = self.access();
        self.db.read(|connection| {
            ids.iter()
                .filter_map(|id| self.read(connection, access.as_ref(), id).transpose())
                .collect()
        })
    }

    fn assets(&self) -> Result<Vec<Asset>, ContentError> {
        self.db.read(|connection| {
            let locales = environment::locales(connection)?;
            let uploads = entity::list(connection, Kind::Upload)?;
            let access = self.asking.as_ref().map(UploadAccess::new);
            let seen = |upload: &&Entity| {
                let access = access.as_ref();
                access.is_none_or(|access| access.allows(UploadAction::Read, Some(upload)))
            };
            Ok(uploads
                .iter()
                .filter(seen)
                .filter_map(|upload| {
                    let mut document =
                        upload::to_json(upload, &self.asset_host, Form::ByPart, &locales);
                    let Value::Object(attributes) = document["attributes"].take() else {
                        return None;
                    };
                    Some(Asset {
                        id: upload.id.clone(),
                        attributes,
                    })
                })
                .collect())
        })
    }

    fn assets_in_use(&self) -> Result<BTreeSet<String>, ContentError> {
        self.db.read(|connection| {
            let mut shown = BTreeSet::new();
            for model in self
                .schema
                .models()
                .iter()
                .filter(|model| !model.modular_block)
            {
                for id in items::ids_of_type(connection, &model.id)? {
                    let Some(row) = items::find(connection, &id)? else {
                        continue;
                    };
                    let versions = [Some(row.current_version), row.published_version];
                    for version in versions.into_iter().flatten() {
                        let attributes = items::attributes_of(connection, version)?;
                        assets::each_shown(&self.schema, model, &attributes, &mut |upload| {
                            shown.insert(upload.to_owned());
                        });
                    }
                }
            }
            Ok(shown)
        })
    }
}

/// A call as the management API knows it, for a caller whose role tells records of one model apart.
fn limited(asker: &Asker<'_>) -> Option<Ctx> {
    asking(asker).filter(|ctx| ctx.caller.permissions.tells_records_apart())
}

/// A call as the management API knows it, for a caller who has a role.
fn asking(asker: &Asker<'_>) -> Option<Ctx> {
    let caller = asker.caller.filter(|caller| caller.role.is_some())?;
    Some(Ctx {
        app: asker.app.clone(),
        caller: caller.clone(),
        env: asker.env.clone(),
        query: Query::default(),
        fate: None,
    })
}

fn may_see(access: Option<&Access<'_>>, row: &ItemRow) -> bool {
    access.is_none_or(|access| access.allows(ItemAction::Read, row))
}

/// Ids of the published records of a model, oldest first.
fn published_ids(connection: &Connection, model: &str) -> Result<Vec<String>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT id FROM items WHERE item_type = ?1 AND published_version IS NOT NULL ORDER BY created_at, id",
    )?;
    let ids = statement.query_map([model], |row| row.get(0))?;
    Ok(ids.collect::<rusqlite::Result<_>>()?)
}

impl From<StoreError> for ContentError {
    fn from(error: StoreError) -> Self {
        Self::Unreadable {
            reason: error.to_string(),
        }
    }
}
