//! Search indexes of the project, the log of their crawls, and questions to them.

use axum::Router;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::routing::{delete, get, post};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rusqlite::Connection;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use super::stored::{self, Attribute, is_filled, is_optional_text};
use crate::http::answer::{self, Answer};
use crate::http::body::{JsonApi, OptionalJsonApi};
use crate::http::context::ProjectCtx;
use crate::http::error::ApiError;
use crate::http::permission::Permission;
use crate::records::list::paging;
use crate::search::{self, Hit, Question, Source};
use crate::state::App;
use crate::store::entity::{self, Entity, Kind};

/// The routes of the three resources.
pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/search-indexes", get(index).post(create))
        .route(
            "/search-indexes/{id}",
            get(show).put(update).delete(destroy),
        )
        .route("/search-indexes/{id}/trigger", post(trigger))
        .route("/search-indexes/{id}/abort", delete(abort))
        .route("/search-index-events", get(events_index))
        .route("/search-index-events/{id}", get(events_show))
        .route("/search-results", get(results))
}

async fn index(ctx: ProjectCtx) -> Answer {
    stored::index(ctx.app.project(), Kind::SearchIndex)
}

async fn show(ctx: ProjectCtx, Path(id): Path<String>) -> Answer {
    stored::show(ctx.app.project(), Kind::SearchIndex, &id)
}

fn attributes() -> [Attribute; 4] {
    [
        ("name", Value::Null, is_filled),
        ("enabled", json!(true), Value::is_boolean),
        ("frontend_url", Value::Null, |value| {
            value.is_null() || stored::is_address(value)
        }),
        ("user_agent_suffix", Value::Null, is_optional_text),
    ]
}

fn apply(tx: &Connection, index: &mut Entity, data: &Value) -> Result<(), ApiError> {
    stored::apply(index, data, &attributes())?;
    if let Some(sent) = data["relationships"].get("build_triggers") {
        let triggers = sent["data"].as_array().cloned().unwrap_or_default();
        for trigger in &triggers {
            let id = trigger["id"].as_str().unwrap_or_default();
            if entity::find(tx, Kind::BuildTrigger, id)?.is_none() {
                return Err(ApiError::invalid_field(
                    "build_triggers",
                    "VALIDATION_INVALID",
                ));
            }
        }
        index.relate("build_triggers", Value::Array(triggers));
    }
    Ok(())
}

async fn create(ctx: ProjectCtx, JsonApi(data): JsonApi) -> Answer {
    ctx.require(Permission::ManageSearchIndexes)?;
    let mut index = Entity::new(Kind::SearchIndex, ctx.app.new_id());
    index.relate("build_triggers", json!([]));
    index.meta = Some(Map::from_iter([
        ("indexing_status".to_owned(), json!("unstarted")),
        ("last_indexing_completed_at".to_owned(), Value::Null),
    ]));
    ctx.app.project().write(|tx| {
        apply(tx, &mut index, &data)?;
        Ok::<_, ApiError>(entity::insert(tx, &index)?)
    })?;
    answer::entity(StatusCode::CREATED, index.to_json())
}

async fn update(ctx: ProjectCtx, Path(id): Path<String>, JsonApi(data): JsonApi) -> Answer {
    ctx.require(Permission::ManageSearchIndexes)?;
    let index = ctx.app.project().write(|tx| {
        let mut index = stored::find(tx, Kind::SearchIndex, &id)?;
        apply(tx, &mut index, &data)?;
        entity::update(tx, &index)?;
        Ok::<_, ApiError>(index)
    })?;
    answer::entity(StatusCode::OK, index.to_json())
}

async fn destroy(ctx: ProjectCtx, Path(id): Path<String>) -> Answer {
    ctx.require(Permission::ManageSearchIndexes)?;
    let gone = ctx.app.project().write(|tx| {
        let gone = stored::find(tx, Kind::SearchIndex, &id)?;
        entity::delete(tx, Kind::SearchIndex, &id)?;
        search::forget(&ctx.app, tx, &id)?;
        Ok::<_, ApiError>(gone)
    })?;
    answer::entity(StatusCode::OK, gone.to_json())
}

/// Starts a crawl of the site. The answer does not wait for it.
async fn trigger(ctx: ProjectCtx, Path(id): Path<String>, _body: OptionalJsonApi) -> Answer {
    let index = find_allowed(&ctx, &id)?;
    if !index.flag("enabled") {
        return Err(ApiError::invalid_field("enabled", "VALIDATION_INVALID"));
    }
    search::start(&ctx.app, source_of(&index)?)?;
    answer::no_content()
}

async fn abort(ctx: ProjectCtx, Path(id): Path<String>) -> Answer {
    let index = find_allowed(&ctx, &id)?;
    search::abort(&ctx.app, &source_of(&index)?)?;
    answer::no_content()
}

fn find_allowed(ctx: &ProjectCtx, id: &str) -> Result<Entity, ApiError> {
    let index = ctx
        .app
        .project()
        .read(|connection| stored::find(connection, Kind::SearchIndex, id))?;
    if ctx.caller.permissions.allows_search_index(id) {
        return Ok(index);
    }
    Err(ApiError::insufficient_permissions("search_index"))
}

/// Where a search index or a build trigger begins.
pub(super) fn source_of(entity: &Entity) -> Result<Source, ApiError> {
    let frontend_url = entity
        .text("frontend_url")
        .ok_or_else(|| ApiError::invalid_field("frontend_url", "VALIDATION_REQUIRED"))?;
    Ok(Source {
        kind: entity.kind,
        id: entity.id.clone(),
        frontend_url: frontend_url.to_owned(),
        user_agent_suffix: entity.text("user_agent_suffix").map(str::to_owned),
    })
}

/// The log, the newest first unless `order_by` says otherwise.
async fn events_index(ctx: ProjectCtx) -> Answer {
    ctx.require(Permission::AccessSearchIndexEventsLog)?;
    let events = ctx
        .app
        .project()
        .read(|connection| entity::list(connection, Kind::SearchIndexEvent))?;
    let log = stored::Log {
        source: "search_index",
        events,
    };
    log.page(&ctx.query)
}

async fn events_show(ctx: ProjectCtx, Path(id): Path<String>) -> Answer {
    ctx.require(Permission::AccessSearchIndexEventsLog)?;
    stored::show(ctx.app.project(), Kind::SearchIndexEvent, &id)
}

/// Results on a page that does not say how many, and at most.
const PAGE: (u64, u64) = (20, 100);

/// Characters of a page's text in a result.
const EXCERPT: usize = 200;

async fn results(ctx: ProjectCtx) -> Answer {
    ctx.require(Permission::PerformSiteSearch)?;
    let words = ctx.query.get("filter[query]").ok_or_else(|| {
        ApiError::unprocessable(
            "MISSING_QUERY_PARAMETER",
            json!({ "param": "filter[query]" }),
        )
    })?;
    let question = Question {
        words: words.to_owned(),
        fuzzy: ctx.query.get("filter[fuzzy]").is_some(),
        locale: ctx.query.get("filter[locale]").map(str::to_owned),
    };
    let (offset, limit) = paging(&ctx.query, PAGE.0, PAGE.1)?;
    let pages = ctx.app.project().read(|connection| {
        let source = asked(connection, &ctx)?;
        Ok::<_, ApiError>(search::pages(connection, &source)?)
    })?;
    let hits = search::ask(pages, &question);
    let count = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
    let page = hits.iter().skip(count(offset)).take(count(limit));
    let total = u64::try_from(hits.len()).unwrap_or(u64::MAX);
    answer::page(page.map(result).collect(), total)
}

/// Which index is asked: the one named, that of the build trigger named, or the first enabled one.
fn asked(connection: &Connection, ctx: &ProjectCtx) -> Result<String, ApiError> {
    let unknown =
        |id: &str| ApiError::unprocessable("INVALID_SEARCH_INDEX_ID", json!({ "id": id }));
    let indexes = entity::list(connection, Kind::SearchIndex)?;
    if let Some(id) = ctx.query.get("filter[search_index_id]") {
        let found = indexes.into_iter().find(|index| index.id == id);
        return Ok(found.ok_or_else(|| unknown(id))?.id);
    }
    if let Some(wanted) = ctx.query.get("filter[build_trigger_id]") {
        let triggers = entity::list(connection, Kind::BuildTrigger)?;
        let trigger = triggers
            .into_iter()
            .find(|trigger| trigger.id == wanted || trigger.text("name") == Some(wanted))
            .ok_or_else(ApiError::not_found)?;
        let mut bound = indexes
            .into_iter()
            .filter(|index| index.related_all("build_triggers").contains(&trigger.id));
        // A trigger that indexes its site itself is its own index.
        return Ok(match bound.next() {
            Some(index) if !trigger.flag("indexing_enabled") => index.id,
            Some(_) | None => trigger.id,
        });
    }
    let first = indexes.into_iter().find(|index| index.flag("enabled"));
    Ok(first.ok_or_else(|| unknown(""))?.id)
}

fn result(hit: &Hit) -> Value {
    let id = URL_SAFE_NO_PAD.encode(&Sha256::digest(&hit.page.url)[..16]);
    let marked = |pieces: &[String]| {
        if pieces.is_empty() {
            Value::Null
        } else {
            json!(pieces)
        }
    };
    json!({
        "type": "search_result",
        "id": id,
        "attributes": {
            "title": hit.page.title,
            "body_excerpt": hit.page.body.chars().take(EXCERPT).collect::<String>(),
            "url": hit.page.url,
            "score": hit.score,
            "highlight": { "title": marked(&hit.title), "body": marked(&hit.body) },
        },
    })
}
