//! Records: lists, single ones and what is done to them. Their rules are in `crate::records`.

pub(crate) mod access;
mod bulk;
mod parts;
mod schedules;
mod versions;

use axum::Router;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::routing::{get, post, put};
use serde_json::{Value, json};

use self::access::Access;
use self::parts::{require_changed, require_publication, with_untouchable_locales};
use crate::events::{self, Event};
use crate::http::answer::{self, Answer};
use crate::http::body::{JsonApi, OptionalJsonApi};
use crate::http::context::Ctx;
use crate::http::error::ApiError;
use crate::http::permission::ItemAction;
use crate::records::list::{self, Listing};
use crate::records::present::{self, View};
use crate::records::publish::{self, Extent, Part};
use crate::records::value::parse_moment;
use crate::records::workflows;
use crate::records::write::{self, Desk, NewItem, Patch};
use crate::records::{blocks, judge, touched};
use crate::schema::item_types;
use crate::schema::model::Schema;
use crate::state::App;
use crate::store::StoreError;
use crate::store::items::{self, Author, ItemRow};

/// The routes of this resource.
pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route(
            "/items",
            get(index).post(create).delete(bulk::destroy_by_ids),
        )
        .route("/items/validate", post(validate_new))
        .route("/items/publish", put(bulk::publish_by_ids))
        .route("/items/unpublish", put(bulk::unpublish_by_ids))
        .route("/items/bulk/publish", post(bulk::publish))
        .route("/items/bulk/unpublish", post(bulk::unpublish))
        .route("/items/bulk/destroy", post(bulk::destroy))
        .route("/items/bulk/move-to-stage", post(bulk::move_to_stage))
        .route("/items/{id}", get(show).put(update).delete(destroy))
        .route("/items/{id}/validate", post(validate_existing))
        .route("/items/{id}/duplicate", post(duplicate))
        .route("/items/{id}/publish", put(publish_one))
        .route("/items/{id}/unpublish", put(unpublish_one))
        .route(
            "/items/{id}/scheduled-publication",
            post(schedules::create_publication).delete(schedules::destroy_publication),
        )
        .route(
            "/items/{id}/scheduled-unpublishing",
            post(schedules::create_unpublishing).delete(schedules::destroy_unpublishing),
        )
        .route("/items/{id}/references", get(references))
        .route(
            "/items/{id}/current-vs-published-state",
            get(versions::current_vs_published),
        )
        .route("/items/{id}/versions", get(versions::index))
        .route("/versions/{id}", get(versions::show))
        .route("/versions/{id}/restore", post(versions::restore))
}

/// Runs `work` in a transaction as the caller.
fn at_desk<T>(
    ctx: &Ctx,
    work: impl FnOnce(&Desk<'_>, &Access<'_>) -> Result<T, ApiError>,
) -> Result<T, ApiError> {
    ctx.env.db.write(|tx| {
        let schema = Schema::load(tx)?;
        let desk = Desk {
            tx,
            schema: &schema,
            now: ctx.app.now(),
            new_id: &|| ctx.app.new_id(),
            author: Some(Author {
                kind: ctx.caller.kind.wire().to_owned(),
                id: ctx.caller.id.clone(),
            }),
        };
        work(&desk, &Access::new(ctx, &schema))
    })
}

/// `BATCH_DATA_VALIDATION_IN_PROGRESS` while one of these records waits to be judged. For what becomes a job: the vendor's
/// client makes a call again that is refused for now, and gives up on a job that is. What does not exist is the job's business.
fn settled<S: AsRef<str>>(ctx: &Ctx, ids: &[S]) -> Result<(), ApiError> {
    ctx.env.db.read(|connection| {
        ids.iter()
            .try_for_each(|id| match items::find(connection, id.as_ref())? {
                Some(row) => judge::settled(connection, &row.item_type),
                None => Ok(()),
            })
    })
}

async fn index(ctx: Ctx) -> Answer {
    let page = ctx.env.db.read(|connection| {
        let schema = Schema::load(connection)?;
        let listing = Listing::parse(&schema, &ctx.query)?;
        let access = Access::new(&ctx, &schema);
        list::run(
            connection,
            ctx.env.db.bookmarks(),
            &schema,
            &listing,
            &|model| access.model_allows(ItemAction::Read, model),
            access.tells_apart(),
            &|row| access.allows(ItemAction::Read, row),
        )
    })?;
    Ok(answer::written(StatusCode::OK, page.into_document()))
}

async fn show(ctx: Ctx, Path(id): Path<String>) -> Answer {
    let data = ctx.env.db.read(|connection| {
        let schema = Schema::load(connection)?;
        let view = list::view(&ctx.query)?;
        let access = Access::new(&ctx, &schema);
        if let Some(row) = items::find(connection, &id)? {
            access.require(ItemAction::Read, &row)?;
            present::version_of(&row, view.face).ok_or_else(ApiError::not_found)?;
            return Ok(present::item(connection, &schema, &row, view)?);
        }
        let owner = items::owner_of_block(connection, &id)?.ok_or_else(ApiError::not_found)?;
        access.require(ItemAction::Read, &owner)?;
        let model = schema
            .model(&owner.item_type)
            .ok_or_else(ApiError::not_found)?;
        let attributes = items::attributes_of(connection, owner.current_version)?;
        let inside = blocks::collect(&schema, model, &attributes);
        let block = inside.get(&id).ok_or_else(ApiError::not_found)?;
        present::block(&schema, &owner, block, view.nested).ok_or_else(ApiError::not_found)
    })?;
    answer::entity(StatusCode::OK, data)
}

/// A written record as answers show it, with its model and its blocks beside it.
pub(crate) struct Written {
    /// The record.
    pub(crate) item: Value,
    /// What it refers to.
    pub(crate) included: Vec<Value>,
}

/// A record that was published or unpublished as answers show it: with its model, without its blocks.
pub(crate) fn exposed(desk: &Desk<'_>, row: &ItemRow) -> Result<Written, ApiError> {
    Ok(Written {
        item: present::item(desk.tx, desk.schema, row, View::CURRENT)?,
        included: vec![item_types::find(desk.tx, &row.item_type)?.to_json()],
    })
}

fn written(desk: &Desk<'_>, row: &ItemRow) -> Result<Written, ApiError> {
    let attributes = items::attributes_of(desk.tx, row.current_version)?;
    let model = desk.model(&row.item_type)?;
    let mut included = vec![item_types::find(desk.tx, &row.item_type)?.to_json()];
    blocks::each(desk.schema, model, &attributes, &mut |block, _| {
        included.extend(present::block(desk.schema, row, block, false));
    });
    let item = present::with_document(desk.tx, desk.schema, row, attributes, View::CURRENT)?;
    Ok(Written { item, included })
}

/// See [`announce`].
fn emit(
    ctx: &Ctx,
    event_type: &'static str,
    item: &Value,
    previous: Option<Value>,
    related: &[Value],
) {
    announce(&ctx.app, &ctx.env.id, event_type, item, previous, related);
}

/// Tells of a record that was saved. Where its model has no drafts, it is published by that.
fn emit_saved(
    ctx: &Ctx,
    event_type: &'static str,
    item: &Value,
    previous: Option<Value>,
    related: &[Value],
) {
    emit(ctx, event_type, item, previous, related);
    if item["meta"]["status"] == "published" {
        emit(ctx, "publish", item, None, related);
    }
}

/// Tells of a record that was destroyed. Where it was public, it is first of all no longer.
fn emit_destroyed(ctx: &Ctx, item: &Value) {
    if item["meta"]["status"] != "draft" {
        emit(ctx, "unpublish", item, None, &[]);
    }
    emit(ctx, "delete", item, None, &[]);
}

/// Tells whoever listens what happened to a record.
pub(crate) fn announce(
    app: &App,
    environment: &str,
    event_type: &'static str,
    item: &Value,
    previous: Option<Value>,
    related: &[Value],
) {
    if !events::is_heard(app) {
        return;
    }
    events::emit(
        app,
        Event {
            entity_type: "item",
            event_type,
            environment: environment.to_owned(),
            entity: item.clone(),
            previous,
            related: related.to_vec(),
        },
    );
}

async fn create(ctx: Ctx, JsonApi(data): JsonApi) -> Answer {
    ctx.writable()?;
    let Written { item, included } = at_desk(&ctx, |desk, access| {
        let row = create_at(desk, access, &data)?;
        written(desk, &row)
    })?;
    emit_saved(&ctx, "create", &item, None, &included);
    answer::entity_with_included(StatusCode::CREATED, item, included)
}

fn create_at(desk: &Desk<'_>, access: &Access<'_>, data: &Value) -> Result<ItemRow, ApiError> {
    let item_type = data["relationships"]["item_type"]["data"]["id"]
        .as_str()
        .ok_or_else(|| ApiError::invalid_field("item_type", "VALIDATION_REQUIRED"))?;
    let model = desk.schema.resolve(item_type).ok_or_else(|| {
        ApiError::unprocessable("ITEM_TYPE_NOT_FOUND", json!({ "id": item_type }))
    })?;
    access.require_create(model)?;
    let moment = |key: &str| {
        let Some(sent) = data["meta"].get(key).filter(|sent| !sent.is_null()) else {
            return Ok(None);
        };
        let at = sent.as_str().and_then(parse_moment);
        at.map(Some)
            .ok_or_else(|| ApiError::unprocessable("INVALID_DATE", json!({ "field": key })))
    };
    let row = write::create(
        desk,
        NewItem {
            id: data["id"]
                .as_str()
                .filter(|id| !id.is_empty())
                .map(str::to_owned),
            item_type: model.id.clone(),
            attributes: data["attributes"].as_object().cloned().unwrap_or_default(),
            created_at: moment("created_at")?,
            first_published_at: moment("first_published_at")?,
            creator: creator(data),
            stage: workflows::first_stage(desk.tx, model)?,
        },
    )?;
    access.require_creation_of(model, || {
        let made = items::attributes_of(desk.tx, row.current_version)?;
        Ok(touched::by_creation(model, &made))
    })?;
    if model.singleton {
        item_types::refresh(desk.tx, &model.id)?;
    }
    Ok(row)
}

fn creator(data: &Value) -> Option<Author> {
    let sent = &data["relationships"]["creator"]["data"];
    Some(Author {
        kind: sent["type"].as_str()?.to_owned(),
        id: sent["id"].as_str()?.to_owned(),
    })
}

async fn update(ctx: Ctx, Path(id): Path<String>, JsonApi(data): JsonApi) -> Answer {
    ctx.writable()?;
    let (previous, Written { item, included }) = at_desk(&ctx, |desk, access| {
        let before = desk.item(&id)?;
        let previous = present::item(desk.tx, desk.schema, &before, View::CURRENT)?;
        let row = update_at(desk, access, &before, &data)?;
        Ok((previous, written(desk, &row)?))
    })?;
    emit_saved(&ctx, "update", &item, Some(previous), &included);
    answer::entity_with_included(StatusCode::OK, item, included)
}

fn update_at(
    desk: &Desk<'_>,
    access: &Access<'_>,
    before: &ItemRow,
    data: &Value,
) -> Result<ItemRow, ApiError> {
    access.require_change(ItemAction::Update, before)?;
    let item_type = data["relationships"]["item_type"]["data"]["id"].as_str();
    if item_type.is_some_and(|sent| {
        desk.schema
            .resolve(sent)
            .is_none_or(|model| model.id != before.item_type)
    }) {
        return Err(ApiError::unprocessable(
            "ITEM_TYPE_CANNOT_BE_CHANGED",
            json!({ "item_type": before.item_type }),
        ));
    }
    // Clients send back all they have read, so only differences count.
    let creator = creator(data).filter(|sent| before.creator.as_ref() != Some(sent));
    if creator.is_some() {
        access.require(ItemAction::EditCreator, before)?;
    }
    let stage = data["meta"]["stage"]
        .as_str()
        .filter(|stage| before.stage.as_deref() != Some(stage));
    if let Some(stage) = stage {
        access.require_move(before, stage)?;
    }
    let version = data["meta"]
        .get("current_version")
        .filter(|version| !version.is_null());
    let expected_version = version.map(|version| {
        version
            .as_str()
            .map_or_else(|| version.to_string(), str::to_owned)
    });
    let given = data["attributes"].as_object().cloned().unwrap_or_default();
    let after = write::update(
        desk,
        &before.id,
        Patch {
            attributes: with_untouchable_locales(desk, access, before, given)?,
            expected_version,
            creator,
            stage: stage.map(str::to_owned),
        },
    )?;
    require_changed(desk, access, before, &after)?;
    Ok(after)
}

async fn destroy(ctx: Ctx, Path(id): Path<String>) -> Answer {
    ctx.writable()?;
    settled(&ctx, &[&id])?;
    ctx.job(|| {
        let item = at_desk(&ctx, |desk, access| destroy_at(desk, access, &id))?;
        emit_destroyed(&ctx, &item);
        Ok((200, json!({ "data": item })))
    })
}

/// Destroys a record and answers it as it was.
fn destroy_at(desk: &Desk<'_>, access: &Access<'_>, id: &str) -> Result<Value, ApiError> {
    let row = desk.item(id)?;
    access.require_change(ItemAction::Delete, &row)?;
    let item = present::item(desk.tx, desk.schema, &row, View::CURRENT)?;
    write::destroy(desk, id)?;
    if desk.model(&row.item_type)?.singleton {
        item_types::refresh(desk.tx, &row.item_type)?;
    }
    Ok(item)
}

async fn duplicate(ctx: Ctx, Path(id): Path<String>) -> Answer {
    ctx.writable()?;
    settled(&ctx, &[&id])?;
    ctx.job(|| {
        let Written { item, included } = at_desk(&ctx, |desk, access| {
            access.require(ItemAction::Duplicate, &desk.item(&id)?)?;
            written(desk, &write::duplicate(desk, &id)?)
        })?;
        emit_saved(&ctx, "create", &item, None, &included);
        // The model alone: blocks are beside records that are made and changed, not beside copies.
        let model: Vec<Value> = included
            .into_iter()
            .filter(|entity| entity["type"] == "item_type")
            .collect();
        Ok((201, json!({ "data": item, "included": model })))
    })
}

/// How much a (un)publication is about: the optional body selects a part, `recursive` follows links, parents, children.
fn extent(ctx: &Ctx, data: &Value) -> Extent {
    let attributes = &data["attributes"];
    let selects = attributes.get("content_in_locales").is_some()
        || attributes.get("non_localized_content").is_some();
    let locales = attributes["content_in_locales"]
        .as_array()
        .into_iter()
        .flatten();
    let part = selects.then(|| Part {
        locales: locales
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect(),
        non_localized: attributes["non_localized_content"] == json!(true),
    });
    Extent {
        recursive: ctx.query.flag("recursive"),
        part,
    }
}

async fn publish_one(ctx: Ctx, Path(id): Path<String>, body: OptionalJsonApi) -> Answer {
    show_or_hide(&ctx, &id, body, "publish", publish::publish)
}

async fn unpublish_one(ctx: Ctx, Path(id): Path<String>, body: OptionalJsonApi) -> Answer {
    show_or_hide(&ctx, &id, body, "unpublish", publish::unpublish)
}

/// Publishing and unpublishing differ in what is done and in its event; the permission is the same.
fn show_or_hide(
    ctx: &Ctx,
    id: &str,
    OptionalJsonApi(data): OptionalJsonApi,
    event_type: &'static str,
    act: fn(&Desk<'_>, &str, &Extent) -> Result<ItemRow, ApiError>,
) -> Answer {
    ctx.writable()?;
    let extent = extent(ctx, &data);
    let Written { item, included } = at_desk(ctx, |desk, access| {
        require_publication(desk, access, &desk.item(id)?, extent.part.as_ref())?;
        exposed(desk, &act(desk, id, &extent)?)
    })?;
    emit(ctx, event_type, &item, None, &included);
    answer::entity_with_included(StatusCode::OK, item, included)
}

/// Records that point at this one.
async fn references(ctx: Ctx, Path(id): Path<String>) -> Answer {
    let data = ctx.env.db.read(|connection| {
        let schema = Schema::load(connection)?;
        let access = Access::new(&ctx, &schema);
        let row = items::find(connection, &id)?.ok_or_else(ApiError::not_found)?;
        access.require(ItemAction::Read, &row)?;
        let view = list::view(&ctx.query)?;
        let mut data = Vec::new();
        for referrer in items::referrers(connection, &id, view.face)? {
            let Some(row) = items::find(connection, &referrer)? else {
                continue;
            };
            if access.allows(ItemAction::Read, &row) {
                data.push(present::item(connection, &schema, &row, view)?);
            }
        }
        Ok::<_, ApiError>(data)
    })?;
    answer::list(data)
}

/// How a trial ends: its transaction is always undone.
enum Trial {
    Good,
    Bad(ApiError),
}

impl From<StoreError> for Trial {
    fn from(error: StoreError) -> Self {
        Self::Bad(error.into())
    }
}

/// Does the work, undoes it, and says whether it would have succeeded.
fn try_out(ctx: &Ctx, work: impl FnOnce(&Desk<'_>, &Access<'_>) -> Result<(), ApiError>) -> Answer {
    let outcome: Result<(), Trial> = ctx.env.db.write(|tx| {
        let schema = Schema::load(tx)?;
        let desk = Desk {
            tx,
            schema: &schema,
            now: ctx.app.now(),
            new_id: &|| ctx.app.new_id(),
            author: None,
        };
        Err(match work(&desk, &Access::new(ctx, &schema)) {
            Ok(()) => Trial::Good,
            Err(error) => Trial::Bad(error),
        })
    });
    match outcome {
        Ok(()) | Err(Trial::Good) => answer::no_content(),
        Err(Trial::Bad(error)) => Err(error),
    }
}

async fn validate_new(ctx: Ctx, JsonApi(data): JsonApi) -> Answer {
    try_out(&ctx, |desk, access| {
        create_at(desk, access, &data).map(drop)
    })
}

async fn validate_existing(ctx: Ctx, Path(id): Path<String>, JsonApi(data): JsonApi) -> Answer {
    try_out(&ctx, |desk, access| {
        update_at(desk, access, &desk.item(&id)?, &data).map(drop)
    })
}
