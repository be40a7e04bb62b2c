//! Audio and subtitle tracks of videos. They are written down and checked; nothing here plays them.

use axum::Router;
use axum::extract::Path;
use axum::routing::{delete, get, post};
use rusqlite::Connection;
use serde_json::{Value, json};

use super::stored::{self, Attribute, is_filled};
use super::uploads::access::require;
use crate::assets::{FileName, upload};
use crate::http::answer::{self, Answer};
use crate::http::body::JsonApi;
use crate::http::context::Ctx;
use crate::http::error::ApiError;
use crate::http::permission::UploadAction;
use crate::state::App;
use crate::store::StoreError;
use crate::store::entity::{self, Entity, Kind};

/// The routes of this resource.
pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/uploads/{id}/tracks", get(index).post(create))
        .route(
            "/uploads/{id}/tracks/generate-subtitles",
            post(generate_subtitles),
        )
        .route("/uploads/{id}/tracks/{track}", delete(destroy))
}

async fn index(ctx: Ctx, Path(id): Path<String>) -> Answer {
    let tracks = ctx.env.db.read(|connection| {
        let video = stored::find(connection, Kind::Upload, &id)?;
        require(&ctx, UploadAction::Read, Some(&video))?;
        Ok::<_, ApiError>(tracks_of(connection, &id)?)
    })?;
    answer::list(tracks.iter().map(Entity::to_json).collect())
}

fn tracks_of(connection: &Connection, upload: &str) -> Result<Vec<Entity>, StoreError> {
    let mut tracks = entity::list(connection, Kind::UploadTrack)?;
    tracks.retain(|track| track.related("upload") == Some(upload));
    Ok(tracks)
}

fn attributes() -> [Attribute; 4] {
    [
        ("type", Value::Null, |value| {
            matches!(value.as_str(), Some("subtitles" | "audio"))
        }),
        ("language_code", Value::Null, |value| {
            value.as_str().is_some_and(is_language)
        }),
        ("name", json!("-"), is_filled),
        ("closed_captions", Value::Null, |value| {
            value.is_null() || value.is_boolean()
        }),
    ]
}

/// Subtags of one to eight letters and digits, the first of letters (BCP 47).
fn is_language(code: &str) -> bool {
    let mut subtags = code.split('-');
    let language = subtags.next().unwrap_or_default();
    (2..=8).contains(&language.len())
        && language.chars().all(|c| c.is_ascii_alphabetic())
        && subtags.all(|part| {
            (1..=8).contains(&part.len()) && part.chars().all(|c| c.is_ascii_alphanumeric())
        })
}

/// The asset, if it is a video whose tracks may be changed here and by this caller.
fn editable(ctx: &Ctx, connection: &Connection, id: &str) -> Result<(), ApiError> {
    let video = stored::find(connection, Kind::Upload, id)?;
    require(ctx, UploadAction::Update, Some(&video))?;
    let is_video = video
        .text("mime_type")
        .is_some_and(|kind| kind.starts_with("video/"));
    if !is_video {
        return Err(ApiError::unprocessable("NOT_A_VIDEO", json!({})));
    }
    if !ctx.env.primary {
        return Err(ApiError::unprocessable(
            "IMMUTABLE_UPLOAD_TRACKS_IN_SANDBOX_ENVIRONMENT",
            json!({}),
        ));
    }
    Ok(())
}

async fn create(ctx: Ctx, Path(id): Path<String>, JsonApi(data): JsonApi) -> Answer {
    ctx.writable()?;
    ctx.env
        .db
        .read(|connection| editable(&ctx, connection, &id))?;
    let mut track = Entity::new(Kind::UploadTrack, ctx.app.new_id());
    stored::apply(&mut track, &data, &attributes())?;
    if data["attributes"].get("name").is_none() {
        track.set("name", track.attribute("language_code").clone());
    }
    let source = data["attributes"]["url_or_upload_request_id"]
        .as_str()
        .ok_or_else(|| {
            ApiError::invalid_field("url_or_upload_request_id", "VALIDATION_REQUIRED")
        })?;
    let trouble = trouble_with(&ctx.app, source).await?;
    track.set(
        "status",
        if trouble.is_none() {
            "ready"
        } else {
            "errored"
        },
    );
    track.set("error", trouble);
    begin(&ctx, &id, track)
}

/// Makes a track, which is said to be in the making: what became of it is for the list to tell.
fn begin(ctx: &Ctx, video: &str, mut track: Entity) -> Answer {
    track.relate("upload", entity::reference("upload", video));
    ctx.job(|| {
        ctx.env.db.write(|tx| {
            editable(ctx, tx, video)?;
            Ok::<_, ApiError>(entity::insert(tx, &track)?)
        })?;
        track.set("status", "preparing");
        track.set("error", Value::Null);
        Ok((201, json!({ "data": track.to_json() })))
    })
}

/// Nothing here understands speech: the track comes to nothing, as one at the real service that could not be made.
async fn generate_subtitles(
    ctx: Ctx,
    Path(id): Path<String>,
    JsonApi(mut data): JsonApi,
) -> Answer {
    ctx.writable()?;
    ctx.env
        .db
        .read(|connection| editable(&ctx, connection, &id))?;
    data["attributes"]["type"] = json!("subtitles");
    let mut track = Entity::new(Kind::UploadTrack, ctx.app.new_id());
    stored::apply(&mut track, &data, &attributes())?;
    if data["attributes"].get("name").is_none() {
        track.set("name", track.attribute("language_code").clone());
    }
    track.set("status", "errored");
    track.set("error", NO_SPEECH);
    begin(&ctx, &id, track)
}

/// Why no subtitles are generated.
const NO_SPEECH: &str = "drydock does not recognize speech, so there are no subtitles to generate";

/// Why the track's file cannot be had; `None` when it is there.
async fn trouble_with(app: &App, source: &str) -> Result<Option<String>, ApiError> {
    if source.contains("://") {
        return Ok(match app.outgoing().get(source, &[]).await {
            Ok(reply) if reply.status.is_success() => None,
            Ok(reply) => Some(format!("the address answers {}", reply.status)),
            Err(error) => Some(error.to_string()),
        });
    }
    let there = match FileName::in_path(source) {
        Some(name) => app
            .assets()
            .has(&name)
            .map_err(|error| upload::disk(&error))?,
        None => false,
    };
    if there {
        return Ok(None);
    }
    Err(ApiError::invalid_field(
        "url_or_upload_request_id",
        "VALIDATION_INVALID",
    ))
}

async fn destroy(ctx: Ctx, Path((id, track)): Path<(String, String)>) -> Answer {
    ctx.writable()?;
    ctx.job(|| {
        let gone = ctx.env.db.write(|tx| {
            editable(&ctx, tx, &id)?;
            let gone = stored::find(tx, Kind::UploadTrack, &track)?;
            if gone.related("upload") != Some(&id) {
                return Err(ApiError::not_found());
            }
            entity::delete(tx, Kind::UploadTrack, &track)?;
            Ok(gone)
        })?;
        Ok((200, json!({ "data": gone.to_json() })))
    })
}

/// Removes the tracks of an asset that is destroyed.
pub(super) fn forget(tx: &Connection, upload: &str) -> Result<(), StoreError> {
    for track in tracks_of(tx, upload)? {
        entity::delete(tx, Kind::UploadTrack, &track.id)?;
    }
    Ok(())
}
