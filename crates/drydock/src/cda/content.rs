//! The records a query reads, and what of them it may see.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::{Map, Value};

/// One version of a record, with its blocks inside its attributes (the `nested=true` form).
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Record {
    pub(crate) id: String,
    /// Id of its model.
    pub(crate) model: String,
    pub(crate) attributes: Map<String, Value>,
    pub(crate) meta: Map<String, Value>,
}

impl Record {
    /// Reads a JSON:API document of type `item`; `None` when it has no id or no model.
    pub(crate) fn read(document: &Value) -> Option<Self> {
        let object = |key: &str| {
            document
                .get(key)
                .and_then(Value::as_object)
                .cloned()
                .unwrap_or_default()
        };
        Some(Self {
            id: document.get("id")?.as_str()?.to_owned(),
            model: document
                .pointer("/relationships/item_type/data/id")?
                .as_str()?
                .to_owned(),
            attributes: object("attributes"),
            meta: object("meta"),
        })
    }

    /// A meta value such as `created_at`; null when absent.
    pub(crate) fn meta(&self, key: &str) -> &Value {
        self.meta.get(key).unwrap_or(&Value::Null)
    }

    fn is_valid(&self) -> bool {
        self.meta("is_valid").as_bool().unwrap_or(true)
    }
}

/// Why content could not be read. Never the caller's fault.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the content of the environment could not be read: {reason}")]
pub(crate) struct ContentError {
    pub(crate) reason: String,
}

/// Where records come from: the database of one environment, in one of its two faces (published
/// versions, or current ones with drafts).
pub(crate) trait Content: Send + Sync {
    /// All visible records of a model.
    fn records_of(&self, model: &str) -> Result<Vec<Record>, ContentError>;
    /// One visible record, whatever its model.
    fn record(&self, id: &str) -> Result<Option<Record>, ContentError>;
}

/// The content of one query: reads each model and each record at most once, so that a query sees
/// one state of them, and leaves out invalid records when asked to (`X-Exclude-Invalid`).
pub(crate) struct Session {
    content: Box<dyn Content>,
    exclude_invalid: bool,
    models: Mutex<HashMap<String, Arc<[Arc<Record>]>>>,
    records: Mutex<HashMap<String, Option<Arc<Record>>>>,
}

impl Session {
    pub(crate) fn new(content: Box<dyn Content>, exclude_invalid: bool) -> Self {
        Self {
            content,
            exclude_invalid,
            models: Mutex::default(),
            records: Mutex::default(),
        }
    }

    /// All records of a model this query may see.
    pub(crate) fn records_of(&self, model: &str) -> Result<Arc<[Arc<Record>]>, ContentError> {
        if let Some(known) = self
            .models
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(model)
        {
            return Ok(Arc::clone(known));
        }
        let visible: Arc<[Arc<Record>]> = self
            .content
            .records_of(model)?
            .into_iter()
            .filter(|record| self.shows(record))
            .map(Arc::new)
            .collect();
        let mut records = self.records.lock().unwrap_or_else(PoisonError::into_inner);
        for record in visible.iter() {
            records.insert(record.id.clone(), Some(Arc::clone(record)));
        }
        self.models
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(model.to_owned(), Arc::clone(&visible));
        Ok(visible)
    }

    /// One record, or `None` when it does not exist or this query may not see it.
    pub(crate) fn record(&self, id: &str) -> Result<Option<Arc<Record>>, ContentError> {
        if let Some(known) = self
            .records
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(id)
        {
            return Ok(known.clone());
        }
        let found = self
            .content
            .record(id)?
            .filter(|record| self.shows(record))
            .map(Arc::new);
        self.records
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(id.to_owned(), found.clone());
        Ok(found)
    }

    fn shows(&self, record: &Record) -> bool {
        !self.exclude_invalid || record.is_valid()
    }
}
