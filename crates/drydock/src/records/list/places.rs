//! Where the records of a page are in the table, in their order: what is skipped is not read, and what is read is not sorted.

use std::sync::Arc;

use rusqlite::types::Value as Sql;
use rusqlite::{Connection, params_from_iter};

use super::{Listing, Scope, all_of, found, fulfils};
use crate::http::error::ApiError;
use crate::records::filter::Clause;
use crate::store::bookmarks::Bookmarks;
use crate::store::items::{self, Face, ITEM_COLUMNS, ItemRow};
use crate::store::{StoreError, data_revision};

/// How many places are rather skipped than kept: who begins to read a list may not go on.
const SKIPPED: u64 = 1000;

/// A list in the database.
pub(super) struct List<'a> {
    pub(super) conn: &'a Connection,
    pub(super) listing: &'a Listing,
    /// What SQL can decide.
    pub(super) clauses: &'a [Clause],
}

/// Where all records of a list are.
pub(super) struct Places(Arc<[i64]>);

impl Places {
    /// How many there are, and those of the page asked for.
    pub(super) fn page(&self, listing: &Listing) -> (u64, Vec<i64>) {
        let count = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
        let page = self.0.iter().skip(count(listing.offset));
        (
            u64::try_from(self.0.len()).unwrap_or(u64::MAX),
            page.take(count(listing.limit)).copied().collect(),
        )
    }
}

/// The part of a list that is a page, counted from the nearer end.
struct Part {
    count: u64,
    skipped: u64,
    /// Whether the nearer end is the last.
    backwards: bool,
}

impl Part {
    fn of(listing: &Listing, total: u64) -> Self {
        let behind_offset = total.saturating_sub(listing.offset);
        let count = listing.limit.min(behind_offset);
        let behind = behind_offset - count;
        Self {
            count,
            skipped: behind.min(listing.offset),
            backwards: behind < listing.offset,
        }
    }
}

impl List<'_> {
    /// The version shown, in SQL.
    pub(super) fn version(&self) -> &'static str {
        match self.listing.view.face {
            Face::Current => "i.current_version",
            Face::Published => "i.published_version",
            Face::Either => "coalesce(i.published_version, i.current_version)",
        }
    }

    fn with_documents(&self) -> String {
        let version = self.version();
        format!("FROM items i JOIN item_versions v ON v.version = {version}")
    }

    /// How many records there are, and where those of the page are, for a caller who may see all of them. A list that is read
    /// page by page is gone through once.
    pub(super) fn page(&self, bookmarks: &Bookmarks) -> Result<(u64, Vec<i64>), ApiError> {
        let Listing { filter, text, .. } = self.listing;
        let walks = !filter.tests.is_empty() || text.is_some();
        if !walks {
            let total = self.total()?;
            let part = Part::of(self.listing, total);
            if part.count == 0 {
                return Ok((total, Vec::new()));
            }
            if part.skipped < SKIPPED && !self.listing.order.reads_documents() {
                return Ok((total, self.skip(&part)?));
            }
        }
        let (conditions, values) = all_of(self.clauses);
        let order = self.listing.order.sql();
        let version = self.version();
        let name = format!(
            "{version} {conditions} {values:?} {order} {:?} {text:?}",
            filter.tests
        );
        let revision = data_revision(self.conn)?;
        let known = bookmarks.find(&name, revision);
        let places = match known {
            Some(places) => Places(places),
            None if walks => self.walk(&|_, document| fulfils(self.listing, document))?,
            None => self.all()?,
        };
        bookmarks.keep(name, revision, &places.0);
        Ok(places.page(self.listing))
    }

    /// How many records fulfil the conditions, none of which is about a document. Where they are about models alone, the
    /// counts kept beside the records answer.
    fn total(&self) -> Result<u64, StoreError> {
        let listing = self.listing;
        let (conditions, values) = all_of(self.clauses);
        let about_models = listing.filter.clauses.is_empty()
            && !listing.only_valid
            && listing.view.face != Face::Published
            && !matches!(listing.scope, Scope::Ids(_));
        let sql = if about_models {
            format!("SELECT coalesce(sum(i.records), 0) FROM item_counts i{conditions}")
        } else {
            format!("SELECT count(*) FROM items i{conditions}")
        };
        let total: i64 = self
            .conn
            .prepare_cached(&sql)?
            .query_row(params_from_iter(values), |row| row.get(0))?;
        Ok(u64::try_from(total).unwrap_or_default())
    }

    /// The places of the page, of an order that no document decides.
    fn skip(&self, part: &Part) -> Result<Vec<i64>, StoreError> {
        let Part {
            count,
            skipped,
            backwards,
        } = *part;
        let order = if backwards {
            self.listing.order.backwards()
        } else {
            self.listing.order.sql()
        };
        let (conditions, values) = all_of(self.clauses);
        let sql =
            format!("SELECT i.rowid FROM items i{conditions} ORDER BY {order} LIMIT ? OFFSET ?");
        let paging = [count, skipped].map(|count| Sql::from(items::sql_count(count)));
        let mut places = self.places(&sql, values.into_iter().chain(&paging))?;
        if backwards {
            places.reverse();
        }
        Ok(places)
    }

    /// All places, where SQL decides everything.
    fn all(&self) -> Result<Places, StoreError> {
        let from = if self.listing.order.reads_documents() {
            self.with_documents()
        } else {
            "FROM items i".to_owned()
        };
        let (conditions, values) = all_of(self.clauses);
        let order = self.listing.order.sql();
        let sql = format!("SELECT i.rowid {from}{conditions} ORDER BY {order}");
        Ok(Places(self.places(&sql, values.into_iter())?.into()))
    }

    fn places<'v>(
        &self,
        sql: &str,
        values: impl Iterator<Item = &'v Sql>,
    ) -> Result<Vec<i64>, StoreError> {
        let mut statement = self.conn.prepare_cached(sql)?;
        let rows = statement.query_map(params_from_iter(values), |row| row.get(0))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// All places, of which each record and its document decide.
    pub(super) fn walk(
        &self,
        belongs: &dyn Fn(&ItemRow, &str) -> Result<bool, StoreError>,
    ) -> Result<Places, StoreError> {
        let (conditions, values) = all_of(self.clauses);
        let sql = format!(
            "SELECT {ITEM_COLUMNS}, v.attributes, i.rowid {}{conditions} ORDER BY {}",
            self.with_documents(),
            self.listing.order.sql()
        );
        let mut statement = self.conn.prepare_cached(&sql)?;
        let mut rows = statement.query(params_from_iter(values))?;
        let mut places = Vec::new();
        while let Some(row) = rows.next()? {
            let (item, document) = found(row)?;
            if belongs(&item, document)? {
                places.push(row.get(items::ITEM_COLUMN_COUNT + 1)?);
            }
        }
        Ok(Places(places.into()))
    }
}
