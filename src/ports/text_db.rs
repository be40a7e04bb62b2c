//! Texts in this browser's IndexedDB, one entry each, told apart by project.
//!
//! A marketplace plugin shares its origin with other plugins, so the databases have our name, their keys the project's,
//! and nothing in them is secret.

use idb::{
    Database, DatabaseEvent, Error, Factory, ObjectStoreParams, TransactionMode, TransactionResult,
};
use slipway_engine::ports::StoreError;
use wasm_bindgen::JsValue;

/// One project's texts of one kind: a database of its own, with one store.
#[derive(Debug, Clone)]
pub(super) struct TextDb {
    database: &'static str,
    store: &'static str,
    project: String,
}

impl TextDb {
    /// The texts of a project in a store of a database; both are made where they are missing.
    pub(super) fn new(database: &'static str, store: &'static str, project: &str) -> Self {
        Self {
            database,
            store,
            project: project.to_owned(),
        }
    }

    /// Every text of the project.
    pub(super) async fn load(&self) -> Result<Vec<String>, StoreError> {
        self.read().await.map_err(reason)
    }

    /// Keeps a text, replacing the one before.
    pub(super) async fn save(&self, name: &str, text: &str) -> Result<(), StoreError> {
        self.write(name, Some(text)).await.map_err(reason)
    }

    /// Takes a text away; fine where there is none.
    pub(super) async fn remove(&self, name: &str) -> Result<(), StoreError> {
        self.write(name, None).await.map_err(reason)
    }

    async fn read(&self) -> Result<Vec<String>, Error> {
        let database = open_store(self.database, self.store).await?;
        let transaction = database.transaction(&[self.store], TransactionMode::ReadOnly)?;
        let store = transaction.object_store(self.store)?;
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

    async fn write(&self, name: &str, text: Option<&str>) -> Result<(), Error> {
        let database = open_store(self.database, self.store).await?;
        let transaction = database.transaction(&[self.store], TransactionMode::ReadWrite)?;
        let store = transaction.object_store(self.store)?;
        let key = JsValue::from_str(&format!("{}/{name}", self.project));
        match text {
            Some(text) => {
                store.put(&JsValue::from_str(text), Some(&key))?.await?;
            }
            None => store.delete(key)?.await?,
        }
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
