//! Items: records.

use std::rc::Rc;

use http::Method;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::identity::Actor;
use super::{understand, understand_all};
use crate::call::Call;
use crate::connection::Connection;
use crate::wire::{Linkage, ToOne};
use crate::{ApiError, EnvironmentId, Query, Timer, Timestamp, Transport};

/// The largest page that the service gives.
const PAGE: u64 = 500;
/// The largest page with blocks in full.
const NESTED_PAGE: u64 = 30;
/// The largest page of versions.
const VERSIONS_PAGE: u64 = 50;

/// Calls about the records of an environment.
pub struct Items<T, C> {
    pub(crate) connection: Rc<Connection<T, C>>,
    pub(crate) environment: Option<EnvironmentId>,
}

/// A record.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    /// Its id.
    pub id: String,
    /// The id of its model.
    pub item_type: String,
    /// Its values by the fields' api keys, as the vendor writes them.
    pub attributes: Map<String, Value>,
    /// Who created it.
    pub creator: Option<Actor>,
    /// Where it stands in publication.
    pub status: ItemStatus,
    /// The version to name when updating, so that nobody's change is overwritten.
    pub current_version: Option<String>,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it was last saved.
    pub updated_at: Timestamp,
    /// When it was last published.
    pub published_at: Option<Timestamp>,
}

/// Where a record stands in publication.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ItemStatus {
    /// Not published.
    Draft,
    /// Published as it is.
    Published,
    /// Published, and changed since.
    Updated,
}

/// One saved state of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemVersion {
    /// Its id.
    pub id: String,
    /// Who saved it.
    pub editor: Option<Actor>,
    /// When.
    pub created_at: Timestamp,
    /// Whether it is the record's present state.
    pub is_current: bool,
    /// Whether it is the published state.
    pub is_published: bool,
}

/// Which state of the records is read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum RecordVersion {
    /// The latest, drafts included.
    #[default]
    Current,
    /// The published one; records without are left out.
    Published,
}

/// Which records, and in which order.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ItemsQuery {
    /// Only of this model, by id or api key. Without it and without ids: all records of all models.
    pub item_type: Option<String>,
    /// Only these; not together with `item_type`.
    pub ids: Vec<String>,
    /// Conditions on fields and meta, `{"_updated_at": {"gt": "…"}}`; conditions on fields need `item_type`.
    /// `Null` for none.
    pub fields: Value,
    /// For example `id_ASC`; needs `item_type`. A fixed order keeps pages from overlapping while others write.
    pub order_by: Option<String>,
    /// Which state is read.
    pub version: RecordVersion,
    /// Blocks in full instead of their ids; pages are smaller then.
    pub nested: bool,
}

/// A page of records.
#[derive(Debug, Clone, PartialEq)]
pub struct ItemPage {
    /// The records.
    pub items: Vec<Item>,
    /// How many there are on all pages together.
    pub total_count: u64,
}

/// A record to be created.
#[derive(Debug, Clone, PartialEq)]
pub struct NewItem {
    /// The id to give it; `None` lets the server choose. With an id, a creation in doubt can be looked for.
    pub id: Option<String>,
    /// The id of its model.
    pub item_type: String,
    /// Its values by the fields' api keys.
    pub attributes: Map<String, Value>,
}

/// Pages of records, fetched when asked for.
pub struct ItemPages<T, C> {
    items: Items<T, C>,
    query: ItemsQuery,
    offset: u64,
    done: bool,
}

impl<T: Transport, C: Timer> Items<T, C> {
    /// One record.
    pub async fn find(&self, id: &str) -> Result<Item, ApiError> {
        self.one(Call::get(&["items", id])?).await
    }

    /// One record; `None` when there is none. An environment that does not exist is still an error.
    pub async fn find_optional(&self, id: &str) -> Result<Option<Item>, ApiError> {
        let label = Call::get(&["items", id])?.label();
        match self.find(id).await {
            Ok(item) => Ok(Some(item)),
            Err(ApiError::NotFound { what }) if what == label => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// One page: `limit` records (at most 500, 30 with blocks in full) after the first `offset`.
    pub async fn page(
        &self,
        query: &ItemsQuery,
        offset: u64,
        limit: u64,
    ) -> Result<ItemPage, ApiError> {
        let query = query
            .encode()
            .with("page[offset]", offset)
            .with("page[limit]", limit);
        let call = Call::get(&["items"])?
            .with_query(&query)
            .in_environment(self.environment.as_ref());
        let request = call.label();
        let document = self.connection.document::<Vec<WireItem>>(call).await?;
        let total_count = document
            .meta
            .total_count
            .ok_or_else(|| ApiError::Unreadable {
                request: request.clone(),
                reason: "there is no meta.total_count".to_owned(),
            })?;
        Ok(ItemPage {
            items: understand_all(&request, document.data)?,
            total_count,
        })
    }

    /// All pages, the largest the service gives, fetched one by one when asked for.
    pub fn pages(&self, query: ItemsQuery) -> ItemPages<T, C> {
        let items = Self {
            connection: self.connection.clone(),
            environment: self.environment.clone(),
        };
        ItemPages {
            items,
            query,
            offset: 0,
            done: false,
        }
    }

    /// How many records there are.
    pub async fn count(&self, query: &ItemsQuery) -> Result<u64, ApiError> {
        Ok(self.page(query, 0, 0).await?.total_count)
    }

    /// Creates a record.
    ///
    /// With an id of its own, a creation without an answer is sent again when a look shows that it was not carried out.
    pub async fn create(&self, new: &NewItem) -> Result<Item, ApiError> {
        let mut data = json!({
            "type": "item",
            "attributes": new.attributes,
            "relationships": { "item_type": { "data": { "type": "item_type", "id": new.item_type } } },
        });
        let mut call = Call::write(Method::POST, &["items"])?;
        if let Some(id) = &new.id {
            data["id"] = json!(id);
            call = call.creating(&["items", id])?;
        }
        self.one(call.with_body(&json!({ "data": data }))).await
    }

    /// Changes the given values of a record and leaves the others. With the version that was read, a change that
    /// somebody else made since is not overwritten: the call is refused with [`ApiError::Stale`].
    pub async fn update(
        &self,
        id: &str,
        attributes: &Map<String, Value>,
        current_version: Option<&str>,
    ) -> Result<Item, ApiError> {
        let mut data = json!({ "type": "item", "id": id, "attributes": attributes });
        if let Some(version) = current_version {
            data["meta"] = json!({ "current_version": version });
        }
        self.one(Call::write(Method::PUT, &["items", id])?.with_body(&json!({ "data": data })))
            .await
    }

    /// Publishes a record.
    pub async fn publish(&self, id: &str) -> Result<Item, ApiError> {
        self.one(Call::write(Method::PUT, &["items", id, "publish"])?)
            .await
    }

    /// Destroys a record and waits until it is gone.
    pub async fn destroy(&self, id: &str) -> Result<(), ApiError> {
        let call =
            Call::write(Method::DELETE, &["items", id])?.in_environment(self.environment.as_ref());
        self.connection.nothing(call).await
    }

    /// The latest saved states of a record, at most 50, newest first.
    pub async fn versions(&self, id: &str) -> Result<Vec<ItemVersion>, ApiError> {
        let query = Query::new().with("page[limit]", VERSIONS_PAGE);
        let call = Call::get(&["items", id, "versions"])?
            .with_query(&query)
            .in_environment(self.environment.as_ref());
        let request = call.label();
        let document = self.connection.document::<Vec<WireVersion>>(call).await?;
        understand_all(&request, document.data)
    }

    async fn one(&self, call: Call) -> Result<Item, ApiError> {
        let call = call.in_environment(self.environment.as_ref());
        let request = call.label();
        let document = self.connection.document::<WireItem>(call).await?;
        understand(&request, document.data)
    }
}

impl<T: Transport, C: Timer> ItemPages<T, C> {
    /// The next page; `None` after the last one. After an error, asking again fetches the same page.
    pub async fn next(&mut self) -> Result<Option<ItemPage>, ApiError> {
        if self.done {
            return Ok(None);
        }
        let limit = if self.query.nested { NESTED_PAGE } else { PAGE };
        let page = self.items.page(&self.query, self.offset, limit).await?;
        self.offset += page.items.len() as u64;
        self.done = page.items.is_empty() || self.offset >= page.total_count;
        if page.items.is_empty() && self.offset > 0 {
            return Ok(None);
        }
        Ok(Some(page))
    }

    /// Every record of all the pages left, in one list.
    pub async fn collect(mut self) -> Result<Vec<Item>, ApiError> {
        let mut items = Vec::new();
        while let Some(page) = self.next().await? {
            items.extend(page.items);
        }
        Ok(items)
    }
}

impl ItemsQuery {
    /// All records of one model.
    pub fn of_type(id_or_api_key: impl Into<String>) -> Self {
        Self {
            item_type: Some(id_or_api_key.into()),
            ..Self::default()
        }
    }

    fn encode(&self) -> Query {
        let ids = (!self.ids.is_empty()).then(|| self.ids.join(","));
        let version = match self.version {
            RecordVersion::Current => None,
            RecordVersion::Published => Some("published"),
        };
        Query::new()
            .with_some("filter[type]", self.item_type.as_ref())
            .with_some("filter[ids]", ids)
            .with_json("filter[fields]", &self.fields)
            .with_some("order_by", self.order_by.as_ref())
            .with_some("version", version)
            .with_switch("nested", self.nested)
    }
}

#[derive(Deserialize)]
struct WireItem {
    id: String,
    #[serde(default)]
    attributes: Map<String, Value>,
    relationships: WireRelationships,
    meta: WireMeta,
}

#[derive(Deserialize)]
struct WireRelationships {
    item_type: ToOne,
    #[serde(default)]
    creator: ToOne,
}

#[derive(Deserialize)]
struct WireMeta {
    created_at: String,
    updated_at: String,
    #[serde(default)]
    published_at: Option<String>,
    status: String,
    #[serde(default)]
    current_version: Option<String>,
}

impl TryFrom<WireItem> for Item {
    type Error = String;

    fn try_from(wire: WireItem) -> Result<Self, Self::Error> {
        let WireItem {
            id,
            attributes,
            relationships,
            meta,
        } = wire;
        let status = match meta.status.as_str() {
            "draft" => ItemStatus::Draft,
            "published" => ItemStatus::Published,
            "updated" => ItemStatus::Updated,
            other => {
                return Err(format!(
                    "`{other}` is not a known status of a record (`{id}`)"
                ));
            }
        };
        let moment = |text: &str| text.parse::<Timestamp>().map_err(|error| error.to_string());
        Ok(Self {
            item_type: relationships
                .item_type
                .id()
                .ok_or_else(|| format!("record `{id}` has no model"))?,
            id,
            attributes,
            creator: relationships
                .creator
                .data
                .map(|creator: Linkage| Actor::from(creator)),
            status,
            current_version: meta.current_version,
            created_at: moment(&meta.created_at)?,
            updated_at: moment(&meta.updated_at)?,
            published_at: meta.published_at.as_deref().map(moment).transpose()?,
        })
    }
}

#[derive(Deserialize)]
struct WireVersion {
    id: String,
    #[serde(default)]
    relationships: WireVersionRelationships,
    meta: WireVersionMeta,
}

#[derive(Default, Deserialize)]
struct WireVersionRelationships {
    #[serde(default)]
    editor: ToOne,
}

#[derive(Deserialize)]
struct WireVersionMeta {
    created_at: String,
    #[serde(default)]
    is_current: bool,
    #[serde(default)]
    is_published: bool,
}

impl TryFrom<WireVersion> for ItemVersion {
    type Error = crate::InvalidTimestamp;

    fn try_from(wire: WireVersion) -> Result<Self, Self::Error> {
        Ok(Self {
            id: wire.id,
            editor: wire.relationships.editor.data.map(Actor::from),
            created_at: wire.meta.created_at.parse()?,
            is_current: wire.meta.is_current,
            is_published: wire.meta.is_published,
        })
    }
}
