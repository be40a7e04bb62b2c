//! The content of an environment, read from its database.

use rusqlite::Connection;
use serde_json::Value;

use super::Audience;
use super::content::{Content, ContentError, Record};
use crate::http::error::ApiError;
use crate::records::present::{self, View};
use crate::schema::model::Schema;
use crate::state::EnvHandle;
use crate::store::items::{self, Face};
use crate::store::{Database, StoreError, environment};

/// One face of an environment's records.
pub(super) struct DatabaseContent {
    db: Database,
    schema: Schema,
    face: Face,
}

impl DatabaseContent {
    /// Opens the content for one query; beside it the attributes of the environment's site.
    pub(super) fn open(env: &EnvHandle, audience: Audience) -> Result<(Self, Value), ApiError> {
        let face = if audience.drafts {
            Face::Current
        } else {
            Face::Published
        };
        env.db.read(|connection| {
            let schema = Schema::load(connection)?;
            let site = environment::settings(connection)?;
            Ok((
                Self {
                    db: env.db.clone(),
                    schema,
                    face,
                },
                Value::Object(site.attributes),
            ))
        })
    }

    fn read(&self, connection: &Connection, id: &str) -> Result<Option<Record>, StoreError> {
        let Some(row) = items::find(connection, id)? else {
            return Ok(None);
        };
        if present::version_of(&row, self.face).is_none() {
            return Ok(None);
        }
        let view = View {
            face: self.face,
            nested: true,
        };
        let document = present::item(connection, &self.schema, &row, view)?;
        Ok(Record::read(&document))
    }
}

impl Content for DatabaseContent {
    fn records_of(&self, model: &str) -> Result<Vec<Record>, ContentError> {
        let records = self.db.read(|connection| {
            let ids = items::ids_of_type(connection, model)?;
            ids.iter()
                .filter_map(|id| self.read(connection, id).transpose())
                .collect::<Result<_, StoreError>>()
        });
        records.map_err(unreadable)
    }

    fn record(&self, id: &str) -> Result<Option<Record>, ContentError> {
        self.db
            .read(|connection| self.read(connection, id))
            .map_err(unreadable)
    }
}

fn unreadable(error: StoreError) -> ContentError {
    ContentError {
        reason: error.to_string(),
    }
}
