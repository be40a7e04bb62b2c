//! Journals in this browser's IndexedDB, one entry a release.
//!
//! A marketplace plugin shares its origin with other plugins, so the database has our name, its keys
//! the project's, and nothing in it is secret.

use idb::{
    Database, DatabaseEvent, Error, Factory, ObjectStoreParams, TransactionMode, TransactionResult,
};
use slipway_engine::ports::StoreError;
use slipway_release::ReleaseId;
use wasm_bindgen::JsValue;

const DATABASE: &str = "slipway";
const STORE: &str = "journals";

/// The journals of one project.
#[derive(Debug, Clone)]
pub struct JournalDb {
    project: String,
}

impl JournalDb {
    /// The journals of the project with this id.
    pub fn new(project: &str) -> Self {
        Self {
            project: project.to_owned(),
        }
    }

    /// Every journal of the project.
    pub async fn load(&self) -> Result<Vec<String>, StoreError> {
        self.read().await.map_err(reason)
    }

    /// Keeps a journal.
    pub async fn save(&self, release: &ReleaseId, journal: &str) -> Result<(), StoreError> {
        self.write(release, journal).await.map_err(reason)
    }

    async fn read(&self) -> Result<Vec<String>, Error> {
        let database = open().await?;
        let transaction = database.transaction(&[STORE], TransactionMode::ReadOnly)?;
        let store = transaction.object_store(STORE)?;
        let keys = store.get_all_keys(None, None)?.await?;
        let values = store.get_all(None, None)?.await?;
        database.close();
        let prefix = format!("{}/", self.project);
        Ok(keys
            .into_iter()
            .zip(values)
            .filter(|(key, _)| key.as_string().is_some_and(|key| key.starts_with(&prefix)))
            .filter_map(|(_, value)| value.as_string())
            .collect())
    }

    async fn write(&self, release: &ReleaseId, journal: &str) -> Result<(), Error> {
        let database = open().await?;
        let transaction = database.transaction(&[STORE], TransactionMode::ReadWrite)?;
        let store = transaction.object_store(STORE)?;
        let key = JsValue::from_str(&format!("{}/{release}", self.project));
        store.put(&JsValue::from_str(journal), Some(&key))?.await?;
        let written = transaction.commit()?.await?;
        database.close();
        match written {
            TransactionResult::Committed => Ok(()),
            TransactionResult::Aborted => Err(Error::TransactionAbortError(
                "the browser gave the write up".into(),
            )),
        }
    }
}

async fn open() -> Result<Database, Error> {
    open_store(DATABASE, STORE).await
}

/// A database of one store, made where it is missing.
pub(super) async fn open_store(name: &str, store: &'static str) -> Result<Database, Error> {
    let mut request = Factory::new()?.open(name, Some(1))?;
    request.on_upgrade_needed(move |event| {
        // A failure here makes the opening itself fail, which is reported.
        if let Ok(database) = event.database()
            && !database.store_names().iter().any(|known| known == store)
        {
            let _ = database.create_object_store(store, ObjectStoreParams::new());
        }
    });
    request.await
}

fn reason(error: Error) -> StoreError {
    StoreError {
        reason: error.to_string(),
    }
}
