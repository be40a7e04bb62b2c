//! The records and assets a query reads, and what of them it may see.

use std::collections::{BTreeSet, HashMap};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::{Map, Value};

use super::inverse::References;

/// One version of a record, or a block, with its blocks inside its attributes (the `nested=true` form).
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Record {
    pub(crate) id: String,
    /// Id of its model.
    pub(crate) model: String,
    pub(crate) attributes: Map<String, Value>,
    /// Of the record; a block has that of the record it is in.
    pub(crate) meta: Arc<Map<String, Value>>,
    /// Of a block, the record it is in: its id and its model's.
    pub(crate) owner: Option<Arc<(String, String)>>,
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
            meta: Arc::new(object("meta")),
            owner: None,
        })
    }

    /// Reads a block that lies in this record, or in a block of it.
    pub(crate) fn block(&self, document: &Value) -> Option<Self> {
        let block = Self::read(document)?;
        let owner = self.owner.clone();
        Some(Self {
            meta: Arc::clone(&self.meta),
            owner: Some(owner.unwrap_or_else(|| Arc::new((self.id.clone(), self.model.clone())))),
            ..block
        })
    }

    /// A meta value such as `created_at`; null when absent.
    pub(crate) fn meta(&self, key: &str) -> &Value {
        self.meta.get(key).unwrap_or(&Value::Null)
    }

    /// The value of a field, all locales of it; null when absent.
    pub(crate) fn attribute(&self, api_key: &str) -> &Value {
        self.attributes.get(api_key).unwrap_or(&Value::Null)
    }

    fn is_valid(&self) -> bool {
        self.meta("is_valid").as_bool().unwrap_or(true)
    }
}

/// An asset: the attributes of a JSON:API document of type `upload`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Asset {
    pub(crate) id: String,
    pub(crate) attributes: Map<String, Value>,
}

impl Asset {
    /// An attribute; null when absent.
    pub(crate) fn attribute(&self, key: &str) -> &Value {
        self.attributes.get(key).unwrap_or(&Value::Null)
    }

    /// Pixels across and down, where known.
    pub(crate) fn dimensions(&self) -> Option<(u64, u64)> {
        let side = |key: &str| self.attribute(key).as_u64().filter(|side| *side > 0);
        side("width").zip(side("height"))
    }

    /// Whether it is a picture of known size.
    pub(crate) fn is_image(&self) -> bool {
        self.attribute("is_image") == &Value::Bool(true) && self.dimensions().is_some()
    }
}

/// Why a query cannot go on reading.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ContentError {
    /// Never the caller's fault.
    #[error("the content of the environment could not be read: {reason}")]
    Unreadable { reason: String },
    /// The schema has changed and nobody knows yet which records are valid, but only valid ones were asked for. The real
    /// service refuses such a query too.
    #[error(
        "the records of model {model} are being validated again: which of them X-Exclude-Invalid leaves out is not known yet"
    )]
    InDoubt { model: String },
    /// The answer would not fit into memory.
    #[error("the answer is too large: ask for fewer records or fields at a time")]
    TooMuch,
}

/// Where records come from: the database of one environment, in one of its two faces (published
/// versions, or current ones with drafts).
pub(crate) trait Content: Send + Sync {
    /// Ids of all visible records of a model.
    fn ids_of(&self, model: &str) -> Result<Vec<String>, ContentError>;
    /// Those of these records that are visible, in their order.
    fn records(&self, ids: &[String]) -> Result<Vec<Record>, ContentError>;
    /// All assets, oldest first.
    fn assets(&self) -> Result<Vec<Asset>, ContentError>;
    /// Ids of the assets that any record shows.
    fn assets_in_use(&self) -> Result<BTreeSet<String>, ContentError>;
}

/// A model of which a query keeps all records, if there are no more of them.
const KEPT_RECORDS: usize = 2_000;
/// Records read at a time of a larger one.
const CHUNK: usize = 200;
/// How much an answer may hold: one for every value, and one for every [`TEXT_UNIT`] of text in it.
const BUDGET: u64 = 1_000_000;
/// Bytes of text that count as one value.
const TEXT_UNIT: usize = 128;

/// The content of one query: reads each record at most once, so that a query sees one state of it, and leaves out invalid
/// records when asked to (`X-Exclude-Invalid`).
pub(crate) struct Session {
    content: Box<dyn Content>,
    exclude_invalid: bool,
    models: Mutex<HashMap<String, Arc<[Arc<Record>]>>>,
    records: Mutex<HashMap<String, Option<Arc<Record>>>>,
    assets: Mutex<Option<Arc<Vec<Arc<Asset>>>>>,
    references: Mutex<HashMap<String, Arc<References>>>,
    seen: Mutex<BTreeSet<String>>,
    spent: AtomicU64,
}

fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Session {
    pub(crate) fn new(content: Box<dyn Content>, exclude_invalid: bool) -> Self {
        Self {
            content,
            exclude_invalid,
            models: Mutex::default(),
            records: Mutex::default(),
            assets: Mutex::default(),
            references: Mutex::default(),
            seen: Mutex::default(),
            spent: AtomicU64::new(0),
        }
    }

    /// Shows all records of a model this query may see to `look`, until it fails.
    ///
    /// A large model is read in parts and not kept: what a query holds of it is what it answers with.
    pub(crate) fn scan<E: From<ContentError>>(
        &self,
        model: &str,
        mut look: impl FnMut(&Arc<Record>) -> Result<(), E>,
    ) -> Result<(), E> {
        let known = held(&self.models).get(model).cloned();
        if let Some(known) = known {
            return known.iter().try_for_each(look);
        }
        let ids = self.content.ids_of(model)?;
        if ids.len() <= KEPT_RECORDS {
            let all = self.keep(model, &ids)?;
            return all.iter().try_for_each(look);
        }
        for chunk in ids.chunks(CHUNK) {
            for record in self.content.records(chunk)? {
                if self.shows(&record) {
                    look(&Arc::new(record))?;
                }
            }
        }
        Ok(())
    }

    fn keep(&self, model: &str, ids: &[String]) -> Result<Arc<[Arc<Record>]>, ContentError> {
        let visible: Arc<[Arc<Record>]> = self
            .content
            .records(ids)?
            .into_iter()
            .filter(|record| self.shows(record))
            .map(Arc::new)
            .collect();
        let mut records = held(&self.records);
        for record in visible.iter() {
            records.insert(record.id.clone(), Some(Arc::clone(record)));
        }
        held(&self.models).insert(model.to_owned(), Arc::clone(&visible));
        Ok(visible)
    }

    /// How many records of a model this query may see.
    pub(crate) fn count(&self, model: &str) -> Result<usize, ContentError> {
        if self.exclude_invalid {
            let mut count = 0;
            self.scan(model, |_| {
                count += 1;
                Ok::<(), ContentError>(())
            })?;
            return Ok(count);
        }
        Ok(self.content.ids_of(model)?.len())
    }

    /// One record, or `None` when it does not exist or this query may not see it.
    pub(crate) fn record(&self, id: &str) -> Result<Option<Arc<Record>>, ContentError> {
        if let Some(known) = held(&self.records).get(id) {
            return Ok(known.clone());
        }
        let found = self
            .content
            .records(&[id.to_owned()])?
            .pop()
            .filter(|record| self.shows(record))
            .map(Arc::new);
        held(&self.records).insert(id.to_owned(), found.clone());
        Ok(found)
    }

    /// All assets, oldest first.
    pub(crate) fn assets(&self) -> Result<Arc<Vec<Arc<Asset>>>, ContentError> {
        let mut assets = held(&self.assets);
        if let Some(known) = &*assets {
            return Ok(Arc::clone(known));
        }
        let all = Arc::new(self.content.assets()?.into_iter().map(Arc::new).collect());
        Ok(Arc::clone(assets.insert(all)))
    }

    /// One asset, if it exists.
    pub(crate) fn asset(&self, id: &str) -> Result<Option<Arc<Asset>>, ContentError> {
        let assets = self.assets()?;
        Ok(assets.iter().find(|asset| asset.id == id).cloned())
    }

    /// Ids of the assets that any record shows.
    pub(crate) fn assets_in_use(&self) -> Result<BTreeSet<String>, ContentError> {
        self.content.assets_in_use()
    }

    /// Who of a model's records points where; `find` reads it off one record.
    pub(crate) fn references(
        &self,
        model: &str,
        find: impl Fn(&Record, &mut References),
    ) -> Result<Arc<References>, ContentError> {
        if let Some(known) = held(&self.references).get(model) {
            return Ok(Arc::clone(known));
        }
        let mut found = References::default();
        self.scan(model, |record| {
            find(record, &mut found);
            Ok::<(), ContentError>(())
        })?;
        let found = Arc::new(found);
        held(&self.references).insert(model.to_owned(), Arc::clone(&found));
        Ok(found)
    }

    /// Notes that the answer depends on something: `item:…`, `items:…` (a model), `upload:…`, `site`.
    pub(crate) fn note(&self, what: String) {
        held(&self.seen).insert(what);
    }

    /// Everything the answer depends on.
    pub(crate) fn noted(&self) -> BTreeSet<String> {
        held(&self.seen).clone()
    }

    /// Counts a value towards what one answer may hold; `text` is its length in bytes.
    pub(crate) fn spend(&self, text: usize) -> Result<(), ContentError> {
        let units = 1 + u64::try_from(text / TEXT_UNIT).unwrap_or(u64::MAX / 2);
        let spent = self.spent.fetch_add(units, Ordering::Relaxed);
        if spent > BUDGET {
            return Err(ContentError::TooMuch);
        }
        Ok(())
    }

    fn shows(&self, record: &Record) -> bool {
        !self.exclude_invalid || record.is_valid()
    }
}
