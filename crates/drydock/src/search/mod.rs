//! Site search: the pages a site links to are fetched and kept, then asked for words.
//!
//! A search index, or a build trigger with indexing of its own, is a [`Source`]. One crawl a source runs at a time: a newer one
//! takes its place, and what an aborted one still finds is thrown away. Pages are kept in the project's database, and replaced
//! all at once when a crawl ends well.

mod crawl;
mod page;
mod query;

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use rusqlite::{Connection, params};
use serde_json::{Value, json};

pub(crate) use query::{Hit, Question, ask};

use self::page::Page;
use crate::events::log;
use crate::state::App;
use crate::store::StoreError;
use crate::store::entity::{self, Entity, Kind, reference};

/// Where pages are kept.
pub(crate) const DDL: &str = "
CREATE TABLE IF NOT EXISTS search_pages (
  source TEXT NOT NULL, url TEXT NOT NULL, title TEXT NOT NULL, body TEXT NOT NULL, locale TEXT,
  PRIMARY KEY (source, url)
) WITHOUT ROWID;
";

/// What a crawl is made for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Source {
    /// A search index or a build trigger.
    pub(crate) kind: Kind,
    pub(crate) id: String,
    /// Where the crawl begins.
    pub(crate) frontend_url: String,
    /// What follows the name of the robot.
    pub(crate) user_agent_suffix: Option<String>,
}

/// How an indexing ended, or that it runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Status {
    Pending,
    Success,
    Failed,
    Aborted,
}

impl Status {
    /// The word in the source. An aborted crawl leaves the pages of the one before, if there was one.
    fn wire(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Success => "success",
            Self::Failed | Self::Aborted => "failed",
        }
    }

    fn event(self) -> &'static str {
        match self {
            Self::Pending => "indexing_started",
            Self::Success => "indexing_success",
            Self::Failed => "indexing_failure",
            Self::Aborted => "indexing_aborted",
        }
    }
}

/// The crawls under way: the number of each source's, by its id.
#[derive(Debug, Default)]
pub(crate) struct Crawls(Mutex<Running>);

#[derive(Debug, Default)]
struct Running {
    last: u64,
    by_source: HashMap<String, u64>,
}

impl Crawls {
    fn begin(&self, source: &str) -> u64 {
        let mut running = self.lock();
        running.last += 1;
        let run = running.last;
        running.by_source.insert(source.to_owned(), run);
        run
    }

    /// Whether this crawl was still wanted; it is over now.
    fn end(&self, source: &str, run: u64) -> bool {
        let mut running = self.lock();
        let wanted = running.by_source.get(source) == Some(&run);
        if wanted {
            running.by_source.remove(source);
        }
        wanted
    }

    fn abort(&self, source: &str) -> bool {
        self.lock().by_source.remove(source).is_some()
    }

    fn lock(&self) -> MutexGuard<'_, Running> {
        // Numbers only: a panic elsewhere leaves them whole.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Starts a crawl. It goes on in the background.
pub(crate) fn start(app: &App, source: Source) -> Result<(), StoreError> {
    let run = app.crawls().begin(&source.id);
    note(app, &source, Status::Pending, json!({}))?;
    let app = app.clone();
    tokio::spawn(async move {
        let suffix = source.user_agent_suffix.as_deref();
        let found = crawl::crawl(app.outgoing(), &source.frontend_url, suffix).await;
        if !app.crawls().end(&source.id, run) {
            return;
        }
        let noted = match found {
            Ok(pages) => put_pages(&app, &source.id, &pages).and_then(|()| {
                let count = json!({ "indexed_pages": pages.len() });
                note(&app, &source, Status::Success, count)
            }),
            Err(error) => {
                log(&format!("indexing for {}: {error}", source.id));
                let why = json!({ "message": error.to_string() });
                note(&app, &source, Status::Failed, why)
            }
        };
        if let Err(error) = noted {
            log(&format!(
                "indexing for {}: its outcome could not be kept: {error}",
                source.id
            ));
        }
    });
    Ok(())
}

/// Gives up the crawl under way, if there is one.
pub(crate) fn abort(app: &App, source: &Source) -> Result<(), StoreError> {
    if app.crawls().abort(&source.id) {
        note(app, source, Status::Aborted, json!({}))?;
    }
    Ok(())
}

/// Forgets all about a source that is destroyed.
pub(crate) fn forget(app: &App, tx: &Connection, source: &str) -> Result<(), StoreError> {
    app.crawls().abort(source);
    tx.execute("DELETE FROM search_pages WHERE source = ?1", [source])?;
    for event in entity::list(tx, Kind::SearchIndexEvent)? {
        if event.related("search_index") == Some(source) {
            entity::delete(tx, Kind::SearchIndexEvent, &event.id)?;
        }
    }
    Ok(())
}

/// At start: crawls the previous process did not finish have failed.
pub(crate) fn clean_up_interrupted(app: &App) -> Result<(), StoreError> {
    for kind in [Kind::SearchIndex, Kind::BuildTrigger] {
        let sources = app
            .project()
            .read(|connection| entity::list(connection, kind))?;
        for found in sources {
            if status_of(&found) == Some(Status::Pending.wire()) {
                let source = Source {
                    kind,
                    id: found.id,
                    frontend_url: String::new(),
                    user_agent_suffix: None,
                };
                let why = json!({ "message": "the server ended before the indexing did" });
                note(app, &source, Status::Failed, why)?;
            }
        }
    }
    Ok(())
}

fn status_of(source: &Entity) -> Option<&str> {
    if source.kind == Kind::SearchIndex {
        source.meta.as_ref()?.get("indexing_status")?.as_str()
    } else {
        source.text("indexing_status")
    }
}

/// Writes the state into the source; a search index has a log beside it.
fn note(app: &App, source: &Source, status: Status, data: Value) -> Result<(), StoreError> {
    let now = app.now().iso();
    app.project().write(|tx| {
        let Some(mut found) = entity::find(tx, source.kind, &source.id)? else {
            return Ok(());
        };
        if found.kind != Kind::SearchIndex {
            found.set("indexing_status", status.wire());
            return entity::update(tx, &found).map(drop);
        }
        let meta = found.meta.get_or_insert_default();
        meta.insert("indexing_status".to_owned(), status.wire().into());
        if status == Status::Success {
            meta.insert("last_indexing_completed_at".to_owned(), now.clone().into());
        }
        entity::update(tx, &found)?;
        let mut event = Entity::new(Kind::SearchIndexEvent, app.new_id());
        event.set("event_type", status.event());
        event.set("created_at", now);
        event.set("data", data);
        event.relate("search_index", reference("search_index", &source.id));
        entity::insert(tx, &event)
    })
}

fn put_pages(app: &App, source: &str, pages: &[Page]) -> Result<(), StoreError> {
    app.project().write(|tx| {
        tx.execute("DELETE FROM search_pages WHERE source = ?1", [source])?;
        for page in pages {
            tx.execute(
                "INSERT OR REPLACE INTO search_pages (source, url, title, body, locale) VALUES (?1, ?2, ?3, ?4, ?5)",
                params![source, page.url, page.title, page.body, page.locale],
            )?;
        }
        Ok(())
    })
}

/// The pages of a source, by address.
pub(crate) fn pages(connection: &Connection, source: &str) -> Result<Vec<Page>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT url, title, body, locale FROM search_pages WHERE source = ?1 ORDER BY url",
    )?;
    let rows = statement.query_map([source], |row| {
        Ok(Page {
            url: row.get(0)?,
            title: row.get(1)?,
            body: row.get(2)?,
            locale: row.get(3)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}
