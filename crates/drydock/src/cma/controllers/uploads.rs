//! Assets. Making, changing and destroying them are jobs, or at once, as the real service has it.

pub(crate) mod access;
mod bulk;
mod list;

use axum::Router;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::routing::{get, post};
use rusqlite::Connection;
use serde_json::{Map, Value, json};

use self::access::{UploadAccess, require};
use super::site::project_site;
use super::stored;
use super::{upload_requests, upload_tags, upload_tracks};
use crate::assets::inspect::{self, Facts};
use crate::assets::metadata::Form;
use crate::assets::{FileName, upload};
use crate::events::{self, Event};
use crate::http::answer::{self, Answer};
use crate::http::body::JsonApi;
use crate::http::context::Ctx;
use crate::http::error::ApiError;
use crate::http::permission::UploadAction;
use crate::records::present::{self, View};
use crate::records::{assets, checks, document};
use crate::schema::item_types::chosen_id;
use crate::schema::model::Schema;
use crate::state::App;
use crate::store::entity::{self, Entity, Kind, reference};
use crate::store::environment;
use crate::store::items::{self, Face};

/// The routes of this resource.
pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/uploads", get(list::index).post(create))
        .route("/uploads/bulk/tag", post(bulk::tag))
        .route(
            "/uploads/bulk/set-upload-collection",
            post(bulk::set_upload_collection),
        )
        .route("/uploads/bulk/destroy", post(bulk::destroy))
        .route("/uploads/{id}", get(show).put(update).delete(destroy))
        .route("/uploads/{id}/references", get(references))
}

/// What decides how the API shows an asset, and in which form it is told of one.
struct Showing {
    host: String,
    form: Form,
    locales: Vec<String>,
}

impl Showing {
    fn new(ctx: &Ctx, connection: &Connection) -> Result<Self, ApiError> {
        Ok(Self {
            host: ctx.app.asset_host(),
            form: Form::of(&project_site(&ctx.app)?),
            locales: environment::locales(connection)?,
        })
    }

    fn of(&self, upload: &Entity) -> Value {
        upload::to_json(upload, &self.host, self.form, &self.locales)
    }
}

/// The asset as the API shows it.
fn shown(ctx: &Ctx, connection: &Connection, found: &Entity) -> Result<Value, ApiError> {
    Ok(Showing::new(ctx, connection)?.of(found))
}

async fn show(ctx: Ctx, Path(id): Path<String>) -> Answer {
    let data = ctx.env.db.read(|connection| {
        let found = stored::find(connection, Kind::Upload, &id)?;
        require(&ctx, UploadAction::Read, Some(&found))?;
        shown(&ctx, connection, &found)
    })?;
    answer::entity(StatusCode::OK, data)
}

/// Reads what was put at the path of an upload request.
async fn facts_of(app: &App, path: &Value) -> Result<(FileName, Facts), ApiError> {
    let missing = |message: &str| {
        let details = json!({ "field": "path", "code": "VALIDATION_INVALID", "message": message });
        ApiError::unprocessable("INVALID_FIELD", details)
    };
    let name = path
        .as_str()
        .and_then(FileName::in_path)
        .ok_or_else(|| missing("not the id of an upload request"))?;
    let file = app
        .assets()
        .file(&name)
        .map_err(|error| upload::disk(&error))?;
    if !file.is_file() {
        return Err(missing(
            "nothing was put at the address of this upload request",
        ));
    }
    let work = name.clone();
    let facts = tokio::task::spawn_blocking(move || inspect::inspect(&file, &work))
        .await
        .map_err(ApiError::exception)?
        .map_err(|error| upload::disk(&error))?;
    Ok((name, facts))
}

fn attributes_of(data: &Value) -> Result<Map<String, Value>, ApiError> {
    match data.get("attributes") {
        None => Ok(Map::new()),
        Some(attributes) => attributes
            .as_object()
            .cloned()
            .ok_or_else(|| ApiError::invalid_format("`attributes` is not an object")),
    }
}

/// Puts the asset into the folder the request names, if it names one.
fn relate_collection(tx: &Connection, upload: &mut Entity, data: &Value) -> Result<bool, ApiError> {
    let Some(wanted) = data["relationships"].get("upload_collection") else {
        return Ok(false);
    };
    let wanted = wanted["data"]["id"].as_str();
    if let Some(id) = wanted
        && entity::find(tx, Kind::UploadCollection, id)?.is_none()
    {
        return Err(ApiError::invalid_field(
            "upload_collection",
            "VALIDATION_INVALID",
        ));
    }
    let moved = upload.related("upload_collection") != wanted;
    upload.relate(
        "upload_collection",
        wanted.map_or(Value::Null, |id| reference("upload_collection", id)),
    );
    Ok(moved)
}

async fn create(ctx: Ctx, JsonApi(data): JsonApi) -> Answer {
    ctx.writable()?;
    require(&ctx, UploadAction::Create, None)?;
    let attributes = attributes_of(&data)?;
    let file = facts_of(&ctx.app, attributes.get("path").unwrap_or(&Value::Null)).await;
    ctx.job(|| {
        let (name, facts) = file?;
        let now = ctx.app.now().iso();
        let (made, data) = ctx.env.db.write(|tx| {
            let id = chosen_id(tx, Kind::Upload, &data)?.unwrap_or_else(|| ctx.app.new_id());
            let mut made = Entity::new(Kind::Upload, id);
            upload::blank(&mut made);
            upload::point_at(&mut made, &name, &facts);
            made.set("created_at", now.as_str());
            made.set("updated_at", now.as_str());
            made.relate("creator", ctx.caller.reference());
            relate_collection(tx, &mut made, &data)?;
            let showing = Showing::new(&ctx, tx)?;
            upload::apply(&mut made, &attributes, showing.form, &showing.locales)?;
            require(&ctx, UploadAction::Create, Some(&made))?;
            entity::insert(tx, &made)?;
            upload_tags::note(tx, &made, &|| ctx.app.new_id())?;
            let data = showing.of(&made);
            Ok::<_, ApiError>((made, data))
        })?;
        upload_requests::close(&ctx.app, &upload::file_of(&made)?)?;
        emit(&ctx, "create", &data, None);
        Ok((201, json!({ "data": data })))
    })
}

fn emit(ctx: &Ctx, event_type: &'static str, entity: &Value, previous: Option<Value>) {
    events::emit(
        &ctx.app,
        Event {
            entity_type: "upload",
            event_type,
            environment: ctx.env.id.clone(),
            entity: entity.clone(),
            previous,
            related: Vec::new(),
        },
    );
}

/// What becomes of the file of an asset that is changed.
enum NewFile {
    /// It stays.
    Same,
    /// Another one takes its place.
    Other(FileName, Facts),
}

async fn update(ctx: Ctx, Path(id): Path<String>, JsonApi(data): JsonApi) -> Answer {
    ctx.writable()?;
    let attributes = attributes_of(&data)?;
    let before = ctx
        .env
        .db
        .read(|connection| stored::find(connection, Kind::Upload, &id))?;
    // Clients send back the whole asset: a path that is the present one asks for nothing.
    let wanted = attributes
        .get("path")
        .filter(|path| *path != before.attribute("path"));
    let file = match wanted {
        Some(path) => facts_of(&ctx.app, path)
            .await
            .map(|(name, facts)| NewFile::Other(name, facts)),
        None => Ok(NewFile::Same),
    };
    let keep_address = ctx.query.get("replace_strategy") == Some("keep_url");
    ctx.job(|| {
        let file = file?;
        let (previous, data) = ctx.env.db.write(|tx| {
            let before = stored::find(tx, Kind::Upload, &id)?;
            let mut changed = before.clone();
            let access = UploadAccess::new(&ctx);
            access.require(UploadAction::Update, Some(&before))?;
            let showing = Showing::new(&ctx, tx)?;
            let previous = showing.of(&changed);
            if let NewFile::Other(name, facts) = &file {
                access.require(UploadAction::ReplaceAsset, Some(&before))?;
                let name = if keep_address {
                    upload::file_of(&changed)?
                } else {
                    name.clone()
                };
                upload::point_at(&mut changed, &name, facts);
            }
            rename(&ctx, &mut changed, &attributes)?;
            upload::apply(&mut changed, &attributes, showing.form, &showing.locales)?;
            access.require_change(&before, &changed)?;
            if relate_collection(tx, &mut changed, &data)? {
                access.require_move(&before, changed.related("upload_collection"))?;
            }
            relate_creator(&ctx, &mut changed, &data)?;
            changed.set("updated_at", ctx.app.now().iso());
            entity::update(tx, &changed)?;
            upload_tags::note(tx, &changed, &|| ctx.app.new_id())?;
            if matches!(file, NewFile::Other(..)) {
                still_fits(tx, &id)?;
            }
            // Last, when nothing can refuse any more: files know no transactions.
            if let (NewFile::Other(name, _), true) = (&file, keep_address) {
                let kept = upload::file_of(&changed)?;
                ctx.app
                    .assets()
                    .replace(&kept, name)
                    .map_err(|error| upload::disk(&error))?;
            }
            Ok::<_, ApiError>((previous, showing.of(&changed)))
        })?;
        if let NewFile::Other(name, _) = &file {
            upload_requests::close(&ctx.app, name)?;
            if keep_address {
                forget_file(&ctx, name)?;
            }
        }
        forget_file(&ctx, &upload::file_of(&before)?)?;
        emit(&ctx, "update", &data, Some(previous));
        Ok((200, json!({ "data": data })))
    })
}

/// Gives the file of an asset another name, the extension stays.
fn rename(
    ctx: &Ctx,
    changed: &mut Entity,
    attributes: &Map<String, Value>,
) -> Result<(), ApiError> {
    let Some(wanted) = attributes
        .get("basename")
        .filter(|name| *name != changed.attribute("basename"))
    else {
        return Ok(());
    };
    let wanted = wanted
        .as_str()
        .filter(|name| !name.trim().is_empty())
        .ok_or_else(|| ApiError::invalid_field("basename", "VALIDATION_INVALID"))?;
    let old = upload::file_of(changed)?;
    let extension = old.extension().map(|extension| format!(".{extension}"));
    let filename = format!("{wanted}{}", extension.unwrap_or_default());
    let folder = ctx.app.assets();
    let disk = |error| upload::disk(&error);
    let mut seconds = ctx.app.now().millis().div_euclid(1000);
    let new = loop {
        let name = FileName::new(seconds, &filename);
        if !folder.has(&name).map_err(disk)? {
            break name;
        }
        seconds += 1;
    };
    folder.also_call(&old, &new).map_err(disk)?;
    changed.set("path", new.path());
    changed.set("filename", new.filename());
    changed.set("basename", new.basename());
    Ok(())
}

fn relate_creator(ctx: &Ctx, changed: &mut Entity, data: &Value) -> Result<(), ApiError> {
    let Some(wanted) = data["relationships"]
        .get("creator")
        .map(|sent| &sent["data"])
    else {
        return Ok(());
    };
    let same = changed
        .relationships
        .get("creator")
        .is_some_and(|creator| creator["data"] == *wanted);
    if same {
        return Ok(());
    }
    require(ctx, UploadAction::EditCreator, Some(changed))?;
    let kind = match wanted["type"].as_str() {
        Some("user") => Kind::User,
        Some("access_token") => Kind::AccessToken,
        Some(_) | None => return Err(ApiError::invalid_field("creator", "VALIDATION_INVALID")),
    };
    let id = wanted["id"].as_str().unwrap_or_default();
    let found = ctx
        .app
        .project()
        .read(|connection| entity::find(connection, kind, id))?;
    let found = found.ok_or_else(|| ApiError::invalid_field("creator", "VALIDATION_INVALID"))?;
    changed.relate("creator", found.reference());
    Ok(())
}

/// Refuses a file that the fields showing the asset do not take.
fn still_fits(tx: &Connection, id: &str) -> Result<(), ApiError> {
    let schema = Schema::load(tx)?;
    for row in assets::holders(tx, &schema, id, Face::Current)? {
        let Some(model) = schema.model(&row.item_type).filter(|_| row.is_valid) else {
            continue;
        };
        let attributes = items::attributes_of(tx, row.current_version)?;
        let complete = document::completed(&schema, model, attributes);
        if let Some(broken) =
            checks::problems(tx, &schema, model, Some(&row.id), &complete)?.first()
        {
            let details = json!({ "item": row.id, "field": broken.field, "code": broken.code });
            return Err(ApiError::unprocessable(
                "UPLOAD_NOT_PASSING_FIELD_VALIDATIONS",
                details,
            ));
        }
    }
    Ok(())
}

/// Destroys an asset and answers it as it was. One that a record shows cannot go.
fn destroy_at(ctx: &Ctx, tx: &Connection, id: &str) -> Result<(Entity, Value), ApiError> {
    let gone = stored::find(tx, Kind::Upload, id)?;
    require(ctx, UploadAction::Delete, Some(&gone))?;
    let schema = Schema::load(tx)?;
    if let Some(holder) = assets::holders(tx, &schema, id, Face::Either)?.first() {
        return Err(ApiError::unprocessable(
            "UPLOAD_IS_CURRENTLY_IN_USE",
            json!({ "item": holder.id }),
        ));
    }
    let data = shown(ctx, tx, &gone)?;
    upload_tracks::forget(tx, id)?;
    entity::delete(tx, Kind::Upload, id)?;
    Ok((gone, data))
}

async fn destroy(ctx: Ctx, Path(id): Path<String>) -> Answer {
    ctx.writable()?;
    let (gone, data) = ctx.env.db.write(|tx| destroy_at(&ctx, tx, &id))?;
    forget_file(&ctx, &upload::file_of(&gone)?)?;
    emit(&ctx, "delete", &data, None);
    answer::entity(StatusCode::OK, data)
}

/// Removes a file that no asset of any environment is any more.
fn forget_file(ctx: &Ctx, name: &FileName) -> Result<(), ApiError> {
    let path = name.path();
    for database in ctx.app.all_databases() {
        let uploads = database.read(|connection| entity::list(connection, Kind::Upload))?;
        if uploads
            .iter()
            .any(|upload| upload.text("path") == Some(&path))
        {
            return Ok(());
        }
    }
    ctx.app
        .assets()
        .remove(name)
        .map_err(|error| upload::disk(&error))
}

/// The records that show the asset.
async fn references(ctx: Ctx, Path(id): Path<String>) -> Answer {
    let data = ctx.env.db.read(|connection| {
        let found = stored::find(connection, Kind::Upload, &id)?;
        require(&ctx, UploadAction::Read, Some(&found))?;
        let schema = Schema::load(connection)?;
        let view: View = crate::records::list::view(&ctx.query)?;
        assets::holders(connection, &schema, &id, view.face)?
            .iter()
            .map(|row| present::item(connection, &schema, row, view).map_err(ApiError::from))
            .collect::<Result<Vec<_>, _>>()
    })?;
    answer::list(data)
}
